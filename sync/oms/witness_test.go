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

// TestADatabaseThatWasPutBackFindsItOutBeforeItDecides: nobody says so. Since the backup an order that it holds went to s2,
// which is away now, and s1 has goods for it. The witness was told of more commits than the database has.
func TestADatabaseThatWasPutBackFindsItOutBeforeItDecides(t *testing.T) {
	w := onDisk(t, 40, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	run(t, w.World, time.Second)
	look := func(seen uint64) (why string) {
		c, err := clerk.New(w.Store, clerk.Config{Tenant: "t", Now: func() time.Time { return w.Now }, NewID: func(time.Time) string { return "GEN-2" }})
		require.NoError(t, err)
		_, why, err = c.Witnessed(ctx, seen)
		require.NoError(t, err)
		require.NoError(t, w.Restart(ctx))
		return why
	}
	d := capture(t, w.World, omstest.Capture("1001", order.Asked{SKU: "TEA-50", Qty: 2}))
	w.backup(t)
	require.NoError(t, w.Opening(s2, 10))
	run(t, w.World, 2*time.Second)
	require.NotNil(t, s2.State.Orders[d.ID])
	w.Unplug(s2)
	seen := w.Store.Commits()
	require.Empty(t, look(seen), "it is the one that was in use")

	w.putBack(t, false)
	require.Less(t, w.Store.Commits(), seen)
	require.Contains(t, look(seen), "older")
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, 3*time.Minute)
	require.Empty(t, s1.State.Orders, "s2 may have it, and was not heard")
	require.Equal(t, []clerk.InQuarantine{{Site: "s2", Words: "Not heard since the restore."}}, w.reconciling(t).Sites)
	gen := w.reconciling(t).Gen
	require.Empty(t, look(seen), "it is found out once")
	require.Equal(t, gen, w.reconciling(t).Gen)

	w.Plug(s2)
	run(t, w.World, 3*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.Empty(t, s1.State.Orders)
	ship(t, w.World, s2, d.ID)
	run(t, w.World, 5*time.Second)
	got := detail(t, w.World, d.ID)
	require.Equal(t, order.Shipped, got.State, "%s", words(got))
	require.Equal(t, floor.SiteID("s2"), got.Sent[0].Site)
}
