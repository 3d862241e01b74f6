package fleet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

// TestARefusalThatWasTakenBackIsNoYes: behind an early refusal only what happened counts as taken back.
func TestARefusalThatWasTakenBackIsNoYes(t *testing.T) {
	no := &floor.Record{Event: &floor.CommandRefused{Code: floor.IsRecovering}}
	require.True(t, early(no, &floor.Record{Event: &floor.PickConfirmed{}}))
	require.False(t, early(no, no))
}
