package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A manifest the driver signed for is kept for its paper; the closing checklist asks for open ones alone.
func TestTheChecklistAsksForOpenManifestsAlone(t *testing.T) {
	s := NewState()
	s.Manifests.put(s, "M-1", Manifest{ID: "M-1", Carrier: "DEMO", Closed: noon})
	s.Manifests.put(s, "M-2", Manifest{ID: "M-2", Carrier: "FAST"})
	for _, c := range s.Checklist(noon) {
		if c.What == "manifests_open" {
			require.Equal(t, 1, c.Open)
			require.Equal(t, []string{"manifest/M-2"}, c.Subjects)
			return
		}
	}
	require.Fail(t, "the checklist does not ask for manifests")
}
