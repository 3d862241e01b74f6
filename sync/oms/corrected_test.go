package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

// TestWhatABoxCorrectsTakesThePlace: a box that was put back decided a command otherwise than the centre had heard it, and says
// how the order and its goods stand there. The centre has it so from then on, with what is told behind it, and nothing of it twice.
func TestWhatABoxCorrectsTakesThePlace(t *testing.T) {
	w := stocked(t, 47, 10, "s1")
	s := w.Sites[0]
	d := capture(t, w, tea("1001", "s1", floor.ModeHold))
	other := capture(t, w, tea("1002", "s1", floor.ModeHold))
	run(t, w, time.Second)
	do(t, w, s, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID}, &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2})
	book, err := levels(w)
	require.NoError(t, err)

	// At the site nothing of the order is picked, and two units more stand in the bin than it had told.
	undone := floor.Record{ID: "lost/0", Time: w.Now, Event: &floor.PickUndone{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2, Bin: s.State.Suggest("TEA-50")}}
	floor.ApplyRecord(s.State, &undone)
	require.Nil(t, s.Do(w.Now, "", &floor.TakeBack{Gen: "G", Unlike: floor.Unlike{
		Twice: []floor.Twice{{Command: "hh-1:3", Order: d.ID}}, Orders: []floor.OrderID{d.ID, "gone"}, Items: []floor.SKU{"TEA-50"}}}))
	require.Nil(t, s.Do(w.Now, "", &floor.Correct{}))
	require.Nil(t, s.Do(w.Now, "anna", &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 1}))
	w.Wake(s)
	run(t, w, 5*time.Second)

	m, err := w.Centre.Clerk.Mark(ctx, s.ID)
	require.NoError(t, err)
	require.Zero(t, m.Odd, m.OddLast)
	require.Equal(t, m.Pos, m.Folded)
	after, err := levels(w)
	require.NoError(t, err)
	require.Equal(t, book+1, after, "two are back, and one is picked again")
	require.NoError(t, w.Store.View(ctx, func(tx store.Tx) error {
		for id, picked := range map[floor.OrderID]int{d.ID: 1, other.ID: 0} {
			as, err := tx.Assignments(id)
			require.NoError(t, err)
			require.Len(t, as, 1)
			require.Equal(t, picked, as[0].Folded.Lines[0].Picked)
			require.True(t, as[0].Live())
		}
		return nil
	}))
	require.Contains(t, words(detail(t, w, d.ID)), "has it otherwise than it was told here")
}

// TestACorrectionThatLeavesLessThanIsPromisedPutsAnOrderAtRisk: once, and not where as little was there before.
func TestACorrectionThatLeavesLessThanIsPromisedPutsAnOrderAtRisk(t *testing.T) {
	w := stocked(t, 48, 10, "s1")
	s := w.Sites[0]
	d := capture(t, w, tea("1001", "s1", floor.ModeHold))
	run(t, w, time.Second)
	correct := func() {
		t.Helper()
		require.Nil(t, s.Do(w.Now, "", &floor.TakeBack{Gen: "G", Unlike: floor.Unlike{Items: []floor.SKU{"TEA-50"}}}))
		require.Nil(t, s.Do(w.Now, "", &floor.Correct{}))
		w.Wake(s)
		run(t, w, 5*time.Second)
	}
	atRisk := func() (n int) {
		t.Helper()
		all, err := w.Centre.Clerk.Notices(ctx)
		require.NoError(t, err)
		for i := range all {
			if all[i].What == "atp.oversold" {
				require.Equal(t, int64(1), all[i].Count)
				n++
			}
		}
		return n
	}
	correct()
	require.Zero(t, atRisk(), "as it is here")
	lost := floor.Record{ID: "lost/0", Time: w.Now, Event: &floor.StockAdjusted{SKU: "TEA-50", Bin: s.State.Suggest("TEA-50"), Delta: -9, Reason: "damaged"}}
	floor.ApplyRecord(s.State, &lost)
	correct()
	require.Equal(t, 1, atRisk(), "two are promised, and one is there")
	says := words(detail(t, w, d.ID))
	require.Contains(t, says, "1 × Green tea, 50 bags fewer than promised")
	correct()
	require.Equal(t, says, words(detail(t, w, d.ID)))
}
