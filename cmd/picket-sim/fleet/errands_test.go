package fleet

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Seeds of the worlds with errands that broke once (DESIGN.md, What it found).
func TestErrandsThatBrokeOnce(t *testing.T) {
	for world, list := range map[string][]uint64{
		"errands": {11, 22}, "carried": {13},
	} {
		for _, seed := range list {
			r := Run(seed, Worlds[world])
			require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Worlds[world]) }))
		}
	}
}
