package day

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Orders nobody comes for keep their days while the line is down, are given up weeks later, and their goods go
// home; the books balance to the last unit, though nobody counts any more.
func TestNobodyComes(t *testing.T) {
	r, report := play(t, Config{Seed: 1, Store: 24, Clumsy: 2, Together: 8, NoShow: 400})
	require.True(t, r.OK(), report)
	require.Greater(t, r.world.tally.Expired, 1, report)
	require.Greater(t, r.world.tally.ExpiredU, r.world.tally.Expired, report)
	require.NotZero(t, r.books.Desk["late_pickup"], "the one who came after all is on the desk: %s", report)
	for _, row := range []string{"ready_to_collect", "put_back"} {
		require.NotContains(t, report, row)
	}
}
