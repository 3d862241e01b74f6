package oms_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/oms/store/sqlite"
)

// TestACentreThatForgotIssuesTheFeedAnew puts the centre's file back to an earlier state: the site knows more
// of its feed than the centre, gets a fresh one, and both go on.
func TestACentreThatForgotIssuesTheFeedAnew(t *testing.T) {
	dir := t.TempDir()
	path, backup := filepath.Join(dir, "oms.db"), filepath.Join(dir, "backup.db")
	st, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	w := world(t, 21, st, quiet, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w, time.Second)
	kept := capture(t, w, omstest.Capture("kept", order.Asked{SKU: "TEA-50", Qty: 2}))
	run(t, w, time.Second)

	require.NoError(t, st.Close()) // closing brings everything into the one file
	body, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(backup, body, 0o600))
	st, err = sqlite.Open(ctx, path)
	require.NoError(t, err)
	w.Store = st
	require.NoError(t, w.Restart(ctx))
	run(t, w, time.Minute)
	lost := capture(t, w, omstest.Capture("lost", order.Asked{SKU: "TEA-50", Qty: 1}))
	run(t, w, time.Second)
	require.NotNil(t, s.State.Orders[lost.ID])
	require.NoError(t, st.Close())

	st, err = sqlite.Open(ctx, backup)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w.Store = st
	require.NoError(t, w.Restart(ctx))
	run(t, w, 2*time.Minute)

	m, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.Equal(t, uint64(2), uint64(m.Lineage))
	require.Equal(t, uint64(2), s.State.Feed.Lineage)
	require.Equal(t, s.Head(), m.Applied, "what the site told after the backup it has told again")
	require.NotZero(t, m.Odd, "the order nobody here remembers is an alarm")
	require.Contains(t, m.OddLast, string(lost.ID))
	require.Len(t, s.State.Blocks, 2, "fresh numbers, beside those it had")

	next := capture(t, w, omstest.Capture("next", order.Asked{SKU: "TEA-50", Qty: 1}))
	run(t, w, time.Second)
	for _, id := range []floor.OrderID{kept.ID, next.ID} {
		require.NoError(t, s.Ship(w.Now, id, nil))
	}
	w.Wake(s)
	run(t, w, time.Second)
	require.Equal(t, order.Shipped, detail(t, w, kept.ID).State)
	require.Equal(t, order.Shipped, detail(t, w, next.ID).State)
	require.Equal(t, order.AssignmentShipped, detail(t, w, kept.ID).Sent[0].State)
}
