package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The letter that is wrong is named whole, not by its first byte.
func TestAnIDNamesTheLetter(t *testing.T) {
	require.ErrorContains(t, CheckID("order", "Oé"), `has 'é' at position 1`)
	require.ErrorContains(t, CheckID("order", "O\xff"), "at position 1")
}
