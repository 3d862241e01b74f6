package oms_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// TestWhatADeclaredGapNamesCountsOnce: a site restated what its dropped records came to, and its box is put back to a copy that has
// some of those. They are kept, and are in what stands there already; what is new is not.
func TestWhatADeclaredGapNamesCountsOnce(t *testing.T) {
	st, err := sqlite.Memory(ctx)
	require.NoError(t, err)
	defer st.Close()
	require.NoError(t, st.Update(ctx, func(tx store.Tx) error { return tx.PutSite(store.Site{ID: "north", Name: "North", Zone: "UTC"}) }))
	c := centreOf(t, st, floor.SchemaVersion)
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	var head wire.Hash
	var seq wire.Seq
	told := func(log floor.LogID, at floor.Seq, m floor.Meta, events ...floor.Event) {
		t.Helper()
		m.Now = noon
		for _, r := range floor.Records("/t/demo/s/north/n/n1", log, at, m, events) {
			raw, err := r.AppendTo(nil)
			require.NoError(t, err)
			head, seq = wire.Chain(head, raw), seq+1
			got := c.TakeIn(ctx, clerk.Intake{Site: "north", Apply: reconcile.Apply{Log: "L", Records: []reconcile.Record{{Seq: seq, Hash: head, Raw: raw}}}})[0]
			require.NoError(t, got.Err)
			require.Nil(t, got.Blocked)
		}
	}
	fold := func() {
		t.Helper()
		for n := 1; n > 0; {
			n, err = c.Fold(ctx, "north", 64)
			require.NoError(t, err)
		}
	}
	onHand := func() int64 {
		t.Helper()
		n := int64(0)
		require.NoError(t, st.View(ctx, func(tx store.Tx) error {
			all, err := tx.Levels("north", nil)
			for _, l := range all {
				n += l.OnHand
			}
			return err
		}))
		return n
	}
	add := func(qty int) *floor.StockAdjusted {
		return &floor.StockAdjusted{SKU: "OAT", Bin: "A-1", Delta: qty, Reason: "found"}
	}
	state := floor.NewState()
	for i, r := range floor.Records("/t/demo/s/north/n/n1", "L", 1, floor.Meta{ID: "opening", Now: noon}, []floor.Event{add(10)}) {
		require.Zero(t, i)
		floor.ApplyRecord(state, &r)
	}
	var lines []json.RawMessage
	for line, err := range state.Restated() {
		require.NoError(t, err)
		lines = append(lines, line)
	}
	told("L", 30, floor.Meta{ID: "restate"}, &floor.Restated{Part: 1, Parts: 2, Devices: []floor.DeviceLast{{Device: "hh-2", Last: 1}}},
		&floor.Restated{Part: 2, Parts: 2, Devices: []floor.DeviceLast{{Device: "hh-1", Last: 7}}, Lines: lines}) // of many devices, in several records
	told("L", 32, floor.Meta{ID: "whole"}, &floor.Restated{Whole: 30})
	told("L", 33, floor.Meta{ID: "hh-1:8", Device: "hh-1", N: 8}, add(1))
	told("L", 12, floor.Meta{ID: "hh-1:7", Device: "hh-1", N: 7}, add(100))
	told("K", 11, floor.Meta{ID: "hh-1:6", Device: "hh-1", N: 6}, add(200))
	told("L", 13, floor.Meta{ID: "by-hand"}, add(400))
	told("K2", 14, floor.Meta{ID: "by-hand-2"}, add(2))
	told("K2", 15, floor.Meta{ID: "hh-1:9", Device: "hh-1", N: 9}, add(3))
	fold()
	require.Equal(t, int64(16), onHand())
	var past []store.Fact
	require.NoError(t, st.View(ctx, func(tx store.Tx) (err error) {
		if past, err = tx.Facts("north", 0, 100); err == nil {
			require.NotEmpty(t, past[3].Raw, "it is kept, and told")
			past, err = c.Settled(tx, "north", past)
		}
		return err
	}))
	var stands []wire.Seq
	for _, f := range past {
		if len(f.Raw) > 0 {
			stands = append(stands, f.Seq)
		}
	}
	require.Equal(t, []wire.Seq{1, 2, 3, 4, 8, 9}, stands, "a snapshot counts them once, too")
}
