package fleet

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A world in which nothing is counted, collected or asked keeps every promise.
func TestErrandsAreDone(t *testing.T) {
	var sum Result
	const n = 24
	RunMany(1, n, Worlds["errands"], func(r Result) bool {
		require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Worlds["errands"]) }))
		sum.Counted, sum.Handed, sum.Asked = sum.Counted+r.Counted, sum.Handed+r.Handed, sum.Asked+r.Asked
		return true
	})
	t.Logf("%d bins counted, %d times handed over, %d questions", sum.Counted, sum.Handed, sum.Asked)
	require.Greater(t, sum.Counted, n/2)
	require.Greater(t, sum.Handed, n)
	require.Greater(t, sum.Asked, n)
}

// Seeds of the worlds with errands that broke once (DESIGN.md, What it found).
func TestErrandsThatBrokeOnce(t *testing.T) {
	for world, list := range map[string][]uint64{
		"errands": {11, 22, 1068}, "carried": {13}, "burnt": {440, 582}, "sunk": {514},
	} {
		for _, seed := range list {
			r := Run(seed, Worlds[world])
			require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Worlds[world]) }))
		}
	}
}
