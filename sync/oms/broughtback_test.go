package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
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

// TestWhatWasTakenBackComesBehindWhatWasToldBefore: the box took back the end of an order whose beginning its copy had. A centre
// that was put back to before all of it hears both in one batch, and what it folds is what the box has.
func TestWhatWasTakenBackComesBehindWhatWasToldBefore(t *testing.T) {
	w := onDisk(t, 43, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w.World, time.Second)
	w.backup(t)
	d := capture(t, w.World, tea("1001", "", ""))
	run(t, w.World, time.Second)
	do(t, w.World, s, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID}, &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2})
	kept := int(s.Head().Seq)
	do(t, w.World, s, &floor.Finish{Order: d.ID})
	run(t, w.World, 5*time.Second)
	require.NoError(t, s.PutBack(kept))
	w.RebootSite(s)
	run(t, w.World, time.Minute)
	require.True(t, s.State.Orders[d.ID].Finished)

	w.putBack(t, true)
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	m, err := w.Centre.Clerk.Mark(ctx, s.ID)
	require.NoError(t, err)
	require.Zero(t, m.Odd, m.OddLast)
	require.NoError(t, w.Store.View(ctx, func(tx store.Tx) error {
		as, err := tx.Assignments(d.ID)
		require.NoError(t, err)
		require.Len(t, as, 1)
		require.True(t, as[0].Folded.Finished)
		return nil
	}))
}

// TestASiteThatTookAnOrderBackGetsItsAddressFromACentreThatForgotIt: what is personal came beside a feed, and not with what the
// box took back. The centre was put back to before that feed, and is told the order again by its channel, before the site is
// heard or later.
func TestASiteThatTookAnOrderBackGetsItsAddressFromACentreThatForgotIt(t *testing.T) {
	for name, early := range map[string]bool{"sent again before the site is heard": true, "sent again later": false} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 44, "s1")
			s := w.Sites[0]
			require.NoError(t, w.Opening(s, 10))
			run(t, w.World, time.Second)
			w.backup(t)
			kept := int(s.Head().Seq)
			in := tea("1001", "", "")
			placed := w.Now
			in.Placed = &placed
			first := capture(t, w.World, in)
			run(t, w.World, 5*time.Second)
			require.NoError(t, s.PutBack(kept))
			w.RebootSite(s)
			run(t, w.World, time.Minute)
			o := s.State.Orders[first.ID]
			require.NotNil(t, o)
			s.Rows = map[string][]byte{} // as if the line had gone down before the feed came again

			w.Unplug(s)
			w.putBack(t, true)
			again := first.ID
			if early {
				again = capture(t, w.World, in).ID
			}
			w.Plug(s)
			run(t, w.World, 2*time.Minute)
			require.NotNil(t, w.reconciling(t).Done)
			if !early {
				require.NotContains(t, s.Rows, o.ShipTo)
				_, _, err := w.Centre.Clerk.Capture(ctx, in)
				require.NoError(t, err)
				run(t, w.World, 5*time.Second)
			}
			require.Contains(t, s.Rows, o.ShipTo)
			d := detail(t, w.World, again)
			require.Len(t, d.Sent, 1, "%s", words(d))
			m, err := w.Centre.Clerk.Mark(ctx, s.ID)
			require.NoError(t, err)
			require.Zero(t, m.Odd, m.OddLast)
		})
	}
}

// TestASiteThatTookBackWhatItsNewFeedLeftOutGetsItsAddress: an assignment was on its way at the backup, so the feed behind the restore
// leaves it out. The box that has it took it back by then, and was not sent what is personal since.
func TestASiteThatTookBackWhatItsNewFeedLeftOutGetsItsAddress(t *testing.T) {
	w := onDisk(t, 45, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w.World, time.Second)
	kept := int(s.Head().Seq)
	w.Unplug(s)
	d := capture(t, w.World, tea("1002", "", ""))
	w.backup(t)
	w.Plug(s)
	run(t, w.World, 30*time.Second)
	require.NotNil(t, s.State.Orders[d.ID])
	require.NoError(t, s.PutBack(kept))
	w.RebootSite(s)
	run(t, w.World, time.Minute)
	require.NotNil(t, s.State.Orders[d.ID], "it took it back")
	s.Rows = map[string][]byte{} // as if the line had gone down before the feed came again

	w.Unplug(s)
	w.putBack(t, true)
	w.Plug(s)
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.Contains(t, s.Rows, s.State.Orders[d.ID].ShipTo)
	m, err := w.Centre.Clerk.Mark(ctx, s.ID)
	require.NoError(t, err)
	require.Zero(t, m.Odd, m.OddLast)
}
