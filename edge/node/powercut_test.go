package node_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/journal/crashdisk"
)

// TestPowerCut cuts the power under a working site: at every write and sync the journal makes while handhelds, callers
// and the centre's feed go through the door, snapshots ride along, closed orders leave and old entries are trimmed.
// Each disk that can be left is started again by the site's own code: no acknowledged command may be lost, none may
// be done twice, and memory, chain and answers must be those of a site that was never cut. Then one sync at a time
// is taken away, and an answer is given before its commit: the rig must see each.
//
// PICKET_CRASH_SEEDS=N explores N histories.
func TestPowerCut(t *testing.T) {
	rig := crashdisk.Build(t)
	seeds, started := crashdisk.Seeds(t, 21), time.Now()
	states := rig.Run(seeds)
	require.GreaterOrEqual(t, states, 20_000*seeds/21)
	t.Logf("%d crash states in %s, no acknowledged command lost or done twice, no file corrupt", states, time.Since(started).Round(time.Millisecond))
	for _, mutant := range []string{"data sync", "meta sync", earlyAnswer} {
		t.Run("sees a dropped "+mutant, func(t *testing.T) { rig.Sees(t, mutant) })
	}
}

const earlyAnswer = "wait for the commit before the answer"
