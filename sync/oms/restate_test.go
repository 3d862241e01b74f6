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

// TestACentreIsToldAnewWhatNobodyHasAnyMore puts the centre back to before what it had called stable: its site dropped
// records since. It says what they came to, and what left does not leave again, what stands there is known, and the
// quarantine holds until all of it is interpreted.
func TestACentreIsToldAnewWhatNobodyHasAnyMore(t *testing.T) {
	dir := t.TempDir()
	path, backup := filepath.Join(dir, "oms.db"), filepath.Join(dir, "backup.db")
	st, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	w := world(t, 31, st, quiet, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 50))
	run(t, w, time.Second)
	left := capture(t, w, omstest.Capture("left", order.Asked{SKU: "TEA-50", Qty: 2}))
	stays := capture(t, w, omstest.Capture("stays", order.Asked{SKU: "TEA-50", Qty: 3}))
	run(t, w, time.Second)
	require.NoError(t, st.Close())
	body, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(backup, body, 0o600))

	st, err = sqlite.Open(ctx, path)
	require.NoError(t, err)
	w.Store = st
	require.NoError(t, w.Restart(ctx))
	run(t, w, time.Minute)
	held := s.Head().Seq
	require.NoError(t, s.Ship(w.Now, left.ID, nil))
	lost := capture(t, w, omstest.Capture("lost", order.Asked{SKU: "TEA-50", Qty: 1}))
	gone := capture(t, w, omstest.Capture("gone", order.Asked{SKU: "TEA-50", Qty: 4}))
	w.Wake(s)
	run(t, w, 5*time.Second)
	require.NoError(t, s.Ship(w.Now, gone.ID, nil))
	require.Nil(t, s.Do(w.Now, "anna", &floor.AdjustStock{SKU: "TEA-50", Bin: "A-01", Delta: 5, Reason: "found"}))
	w.Wake(s)
	run(t, w, 5*time.Second)
	dropped := s.Head().Seq
	s.Drop(dropped)
	require.Greater(t, dropped, held)
	require.Nil(t, s.Do(w.Now, "anna", &floor.AdjustStock{SKU: "TEA-50", Bin: "A-01", Delta: -1, Reason: "damaged"}))
	book, err := levels(w)
	require.NoError(t, err)
	require.NoError(t, st.Close())

	st, err = sqlite.Open(ctx, backup)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w.Store = st
	require.NoError(t, w.Restart(ctx))
	run(t, w, 2*time.Minute)

	m, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.Equal(t, s.Head(), m.Applied)
	require.Equal(t, m.Pos, m.Folded)
	require.Zero(t, m.Odd, m.OddLast)
	require.Positive(t, s.State.Restatement.Whole)
	require.Equal(t, order.Shipped, detail(t, w, left.ID).State, "it left, and the centre knows again")
	require.Equal(t, order.AssignmentShipped, detail(t, w, left.ID).Sent[0].State)
	require.Equal(t, order.LostChannel, detail(t, w, lost.ID).Channel)
	require.Equal(t, order.Shipped, detail(t, w, gone.ID).State)
	after, err := levels(w)
	require.NoError(t, err)
	require.Equal(t, book-1, after, "the mirror is the site's book, with what came behind")
	r, err := w.Centre.Clerk.Reconciling(ctx)
	require.NoError(t, err)
	require.NotNil(t, r.Done, r.Words)
	notices, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	gaps := 0
	for _, n := range notices {
		if n.What == "site.gap" {
			gaps++
			require.Equal(t, int64(dropped-held), n.Count)
			require.Contains(t, n.Words, "are nowhere any more")
		}
	}
	require.Equal(t, 1, gaps)

	for _, id := range []floor.OrderID{stays.ID, lost.ID} {
		require.NoError(t, s.Ship(w.Now, id, nil))
	}
	w.Wake(s)
	run(t, w, 5*time.Second)
	require.Equal(t, order.Shipped, detail(t, w, stays.ID).State)
	require.Len(t, detail(t, w, left.ID).Sent, 1, "nothing was given to anybody a second time")
	whole := s.State.Restatement
	require.NoError(t, w.Restart(ctx))
	run(t, w, time.Minute)
	require.Equal(t, whole, s.State.Restatement, "once is enough")
}

// levels is what the mirror says stands in bins of s1.
func levels(w *omstest.World) (n int64, err error) {
	all, err := w.Centre.Clerk.Stock(ctx, "s1", nil, func(floor.SiteID) time.Time { return w.Now })
	for _, l := range all {
		n += l.OnHand
	}
	return n, err
}
