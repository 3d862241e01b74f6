package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// TestWhatASiteCouldNotSayIsAskedAnew: a site that takes back what it lost gives nothing back, for it does not know what
// has left. The ask stays open, and is put again when the site is whole: the order is not left waiting there for a permit
// nobody gives.
func TestWhatASiteCouldNotSayIsAskedAnew(t *testing.T) {
	w := world(t, 41, memory(t), quiet, "s1")
	s := w.Sites[0]
	s.Devices = []floor.DeviceID{"hh-1"} // which does not come
	require.NoError(t, w.Opening(s, 20))
	run(t, w, time.Second)
	d := capture(t, w, omstest.Capture("1001", order.Asked{SKU: "TEA-50", Qty: 2}))
	run(t, w, 5*time.Second)
	kept := int(s.Head().Seq)
	require.Nil(t, s.Do(w.Now, "anna", &floor.AdjustStock{SKU: "TEA-50", Bin: "A-01", Delta: 1, Reason: "found"}))
	w.Wake(s)
	run(t, w, 5*time.Second)
	require.NoError(t, s.PutBack(kept))
	w.RebootSite(s)
	run(t, w, time.Minute)
	require.NotNil(t, s.State.Recovery)

	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{}, nil))
	run(t, w, 10*time.Second)
	d = detail(t, w, d.ID)
	require.Len(t, d.Asks, 1)
	require.Equal(t, order.Open, d.Asks[0].State)
	require.Contains(t, d.Asks[0].Words, "takes back records it lost, and cannot say yet")
	first := d.Asks[0].ID

	require.Nil(t, s.Do(w.Now, "mia", &floor.LoseDevice{Device: "hh-1", Reason: "it fell into the dock"}))
	w.Wake(s)
	run(t, w, 10*time.Second)
	require.Nil(t, s.State.Recovery)
	d = detail(t, w, d.ID)
	require.Len(t, d.Asks, 1)
	require.Equal(t, order.Granted, d.Asks[0].State, d.Asks[0].Words)
	require.NotEqual(t, first, d.Asks[0].ID, "under another id: the site has answered the first")
	require.Equal(t, order.Cancelled, d.State)
}
