package site

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/slips"
	"picket/edge/view"
)

// TestTheFloorsWordsOnPapers: what the floor says and papers print is in the papers' table, too.
func TestTheFloorsWordsOnPapers(t *testing.T) {
	h := stocked(t)
	h.feed.Look(func(b *view.Board) {
		b.Floor(func(f *floor.State) {
			checks := f.Checklist(noon)
			require.Greater(t, len(checks), 10)
			for _, k := range checks {
				require.NotEqual(t, k.Words, slips.Say("de", k.Words))
				require.Equal(t, k.Words, slips.Say("", k.Words))
			}
		})
	})
	for _, m := range []floor.ProofMethod{floor.ProofCode, floor.ProofOTP, floor.ProofID, floor.ProofSignature, floor.ProofProxy} {
		word := strings.ReplaceAll(string(m), "_", " ")
		require.NotEqual(t, word, slips.Say("de", word))
	}
}
