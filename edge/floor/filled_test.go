package floor

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireFilled holds that nobody reads a sentence with a hole in it: every brace has an argument, every argument
// that is read says something, and the sentence runs on around it. The world asks it of every refusal that a
// transcript or a random history provokes.
func requireFilled(t require.TestingT, no *Refusal) {
	for _, b := range braces(no.texts()) {
		assert.Contains(t, no.Args, b, "every brace of %s is filled", no.Code)
		assert.NotEmpty(t, no.Args[b], "{%s} of %s says nothing: %q", b, no.Code, no.Words()+" "+no.Hint())
	}
	for _, text := range []string{no.Words(), no.Hint()} {
		assert.NotEmpty(t, text, no.Code)
		assert.Empty(t, holeIn(text), "%s: %q", no.Code, text)
	}
}

// holes are what shows in a text that something is missing of it. What a caller sent may be empty, and is quoted then.
var holes = regexp.MustCompile(`  |^ | $| [.,;:?!)](\s|$)|\( |\(\)|''|[^s] ""|[{}]|,,|\.\.(\s|$)`)

// holeIn is the hole in a text, or "".
func holeIn(text string) string {
	return holes.FindString(strings.ReplaceAll(text, "...", "…"))
}

// TestHolesAreSeen: the sentence people once read, and others with something missing.
func TestHolesAreSeen(t *testing.T) {
	for _, text := range []string{
		"This site has no carrier GHOST with the service .", "Order  is not at this site.", " is not a reason.",
		"Take '' instead.", "No item () here.", "{order} is gone.", "Wait for .",
	} {
		assert.NotEmpty(t, holeIn(text), text)
	}
	for _, text := range []string{"Use letters, digits and ._:- only.", `specversion: is "", but must be 1.0.`, "It was cut off..."} {
		assert.Empty(t, holeIn(text), text)
	}
	assert.Contains(t, Refuse(UnknownCarrier, "carrier", "GHOST").Words(), "no carrier GHOST.")
}
