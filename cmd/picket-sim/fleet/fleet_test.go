package fleet

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCalm(t *testing.T) {
	r := Run(1, Options{Calm: true, Transcript: true})
	if r.Err != nil {
		for _, l := range r.Lines {
			t.Log(l)
		}
	}
	require.NoError(t, r.Err)
	t.Logf("%+v", Result{Seed: r.Seed, Settled: r.Settled, Virtual: r.Virtual, Records: r.Records, Moves: r.Moves, Orders: r.Orders, Parcels: r.Parcels, Papers: r.Papers})
}
