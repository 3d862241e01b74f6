package journal_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/journal/crashdisk"
)

// TestPowerCut cuts the power at every write, sync, truncate, rename and directory sync the journal makes, with
// the unsynced bytes gone, there, there in part, or torn at a sector, and looks for everything acknowledged. Then
// it takes one sync away at a time and wants the rig to see it.
//
// PICKET_CRASH_SEEDS=N explores N histories instead of one.
func TestPowerCut(t *testing.T) {
	rig := crashdisk.Build(t)
	seeds, started := crashdisk.Seeds(t, 1), time.Now()
	states := rig.Run(seeds)
	require.GreaterOrEqual(t, states, 2000*seeds)
	t.Logf("%d crash states in %s, none lost an acknowledged entry", states, time.Since(started).Round(time.Millisecond))
	for _, mutant := range crashdisk.Mutants {
		t.Run("sees a dropped "+mutant, func(t *testing.T) { rig.Sees(t, mutant) })
	}
}
