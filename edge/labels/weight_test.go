package labels

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAWeightIsRounded: a label says what a scale with one decimal would.
func TestAWeightIsRounded(t *testing.T) {
	for g, want := range map[int]string{0: "0.0 kg", 49: "0.0 kg", 50: "0.1 kg", 2100: "2.1 kg", 2180: "2.2 kg", 2949: "2.9 kg", 2950: "3.0 kg", 30_000: "30.0 kg"} {
		require.Equal(t, want, (Facts{}).weight(g), g)
	}
	require.Equal(t, "2,1 kg", (Facts{Lang: "de"}).weight(2100))
}
