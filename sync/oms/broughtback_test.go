package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/order"
)

// TestWhatASiteTookBackOutlivesTheCentresRestore: a box is put back and takes back what it lost; then the centre is put back to
// before it had heard any of that. The box's log has those records only as what it took back: they are facts here again, once.
func TestWhatASiteTookBackOutlivesTheCentresRestore(t *testing.T) {
	w := onDisk(t, 41, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w.World, time.Second)
	w.backup(t)
	kept := int(s.Head().Seq)
	d := capture(t, w.World, tea("1001", "", ""))
	run(t, w.World, time.Second)
	ship(t, w.World, s, d.ID)
	run(t, w.World, 5*time.Second)
	require.Equal(t, order.Shipped, detail(t, w.World, d.ID).State)
	require.NoError(t, s.PutBack(kept))
	w.RebootSite(s)
	run(t, w.World, time.Minute)
	require.NotNil(t, s.State.Orders[d.ID])

	for range 2 { // a second time all of it is known to neither
		w.putBack(t, true)
		run(t, w.World, 2*time.Minute)
		require.NotNil(t, w.reconciling(t).Done)
		m, err := w.Centre.Clerk.Mark(ctx, s.ID)
		require.NoError(t, err)
		require.Zero(t, m.Odd, m.OddLast)
		require.Equal(t, s.Head(), m.Applied)
		got := detail(t, w.World, d.ID)
		require.Equal(t, order.LostChannel, got.Channel, "nobody but the site remembers it")
		require.Equal(t, order.Shipped, got.State)
	}
}
