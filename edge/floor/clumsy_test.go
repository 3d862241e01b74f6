package floor

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// clumsy is what no sentence for people has: two stops, a stop behind a question, a gap before one, two gaps.
var clumsy = regexp.MustCompile(`[?!,;:]\.|(?:^|[^.])\.\.(?:[^.]|$)|  | [.,;!?](?: |$)|,,|\.,`)

// TestNoRefusalIsClumsy: whatever stands in its braces, a refusal and its hint read as sentences.
func TestNoRefusalIsClumsy(t *testing.T) {
	braces := regexp.MustCompile(`\{[^}]*\}`)
	require.Greater(t, len(words), 200)
	for code, texts := range words {
		for _, text := range texts {
			require.NotRegexp(t, clumsy, braces.ReplaceAllString(text, "x"), string(code))
		}
		require.Regexp(t, `[.?!”)}]$`, texts[0], string(code))
	}
}
