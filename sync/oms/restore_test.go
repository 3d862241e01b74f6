package oms_test

import (
	"fmt"
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
	require.Equal(t, order.LostChannel, detail(t, w, lost.ID).Channel, "the order nobody here remembers came back with the site's records")
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

// TestASitePutBackIsToldItsPast puts a site's file back to an earlier state: the centre tells it what it lost, what left
// does not leave again, and both go on.
func TestASitePutBackIsToldItsPast(t *testing.T) {
	w := world(t, 22, memory(t), quiet, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 400))
	run(t, w, time.Second)
	before := capture(t, w, omstest.Capture("before", order.Asked{SKU: "TEA-50", Qty: 2}))
	run(t, w, time.Second)
	kept := int(s.Head().Seq)
	after := make([]floor.OrderID, 60)
	for i := range after {
		after[i] = capture(t, w, omstest.Capture(fmt.Sprintf("after-%d", i), order.Asked{SKU: "TEA-50", Qty: 1})).ID
	}
	run(t, w, time.Second)
	for _, id := range append([]floor.OrderID{before.ID}, after[:40]...) {
		require.NoError(t, s.Ship(w.Now, id, nil))
	}
	w.Wake(s)
	run(t, w, 20*time.Second)
	require.Equal(t, order.Shipped, detail(t, w, before.ID).State)
	lost := int(s.Head().Seq) - kept
	require.Greater(t, lost, 256, "more than one message tells")

	require.NoError(t, s.PutBack(kept))
	w.RebootSite(s)
	run(t, w, time.Minute)
	require.True(t, s.Engine.View().Open)
	require.NotEqual(t, "LOG-s1", string(s.Head().Log), "what follows is another log's")
	for i, id := range append([]floor.OrderID{before.ID}, after...) {
		o := s.State.Orders[id]
		require.NotNil(t, o, id)
		if i <= 40 {
			require.Len(t, o.Units, 1)
			require.Equal(t, floor.UnitDeparted, o.Units[0].State, "it left, and the site knows")
		}
	}
	m, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.Equal(t, s.Head(), m.Applied)

	require.Zero(t, s.State.NumbersLeft(floor.NumberSSCC), "what may have been printed is burnt")
	require.Nil(t, s.Do(w.Now, "", &floor.AskNumbers{Number: floor.NumberSSCC}))
	w.Wake(s)
	run(t, w, 5*time.Second)
	for _, id := range after[40:] {
		require.NoError(t, s.Ship(w.Now, id, nil))
	}
	w.Wake(s)
	run(t, w, 5*time.Second)
	for _, id := range after {
		require.Equal(t, order.Shipped, detail(t, w, id).State)
	}
}
