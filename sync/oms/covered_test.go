package oms_test

import (
	"bytes"
	"encoding/json"
	"strconv"
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

// TestWhatAForkedLogHadCountsOnce: the log that restated was forked from others, of which a box that was put back tells records without a device
// again. What stands there up to where it left them is in it, what stands behind that is not; and the box that takes over all that has it so.
func TestWhatAForkedLogHadCountsOnce(t *testing.T) {
	told := newTeller(t)
	add := func(qty int) *floor.StockAdjusted {
		return &floor.StockAdjusted{SKU: "OAT", Bin: "A-1", Delta: qty, Reason: "found"}
	}
	// as tells a record under another log's name and number, as a box does that goes on from a copy.
	as := func(log floor.LogID, seq floor.Seq, id floor.CommandID, events ...floor.Event) {
		t.Helper()
		for _, r := range floor.Records("/t/demo/s/north/n/n1", log, seq, floor.Meta{ID: id, Now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}, events) {
			raw, err := r.AppendTo(nil)
			require.NoError(t, err)
			told.head, told.seq = wire.Chain(told.head, raw), told.seq+1
			got := told.c.TakeIn(ctx, clerk.Intake{Site: "north", Apply: reconcile.Apply{Log: told.log, Records: []reconcile.Record{{Seq: told.seq, Hash: told.head, Raw: raw}}}})[0]
			require.NoError(t, got.Err)
			require.Nil(t, got.Blocked)
		}
	}
	at := []wire.ForkAt{{Log: "A", Seq: 10}, {Log: "B", Seq: 20}}
	require.NoError(t, told.c.Adopt(ctx, "north", reconcile.Adopt{Node: "n1", Epoch: 1, Log: "L", Forks: at}))
	state := floor.NewState()
	floor.ApplyRecord(state, &floor.Records("/t/demo/s/north/n/n1", "L", 1, floor.Meta{ID: "opening"}, []floor.Event{add(10)})[0])
	var lines []json.RawMessage
	for line, err := range state.Restated() {
		require.NoError(t, err)
		lines = append(lines, line)
	}
	as("L", 30, "restate", &floor.Restated{Part: 1, Parts: 1, Lines: lines})
	as("L", 31, "whole", &floor.Restated{Whole: 30})
	told.fold(64)
	require.NoError(t, told.c.Adopt(ctx, "north", reconcile.Adopt{Node: "n1", Epoch: 1, Log: "K", CutTo: told.seq, Forks: []wire.ForkAt{{Log: "A", Seq: 5}}}))
	told.log = "K"
	for i, r := range []struct {
		log floor.LogID
		seq floor.Seq
		qty int
	}{{"A", 10, 100}, {"A", 11, 1}, {"B", 20, 200}, {"B", 21, 2}, {"L", 29, 400}, {"K", 32, 4}, {"Z", 1, 8}} {
		as(r.log, r.seq, floor.CommandID("by-hand-"+strconv.Itoa(i)), add(r.qty))
	}
	told.fold(64)
	onHand, past := int64(0), floor.NewPast()
	require.NoError(t, told.st.View(ctx, func(tx store.Tx) error {
		all, err := tx.Levels("north", nil)
		for _, l := range all {
			onHand += l.OnHand
		}
		if err != nil {
			return err
		}
		facts, err := tx.Facts("north", 0, 2)
		for _, f := range facts {
			require.NoError(t, past.Add(uint64(f.Pos), f.Raw))
		}
		gap, _ := told.c.GapOf(tx, "north")
		past.Forked(gap.Covers.Log, gap.Covers.Seq, gap.Covers.Left)
		return err
	}))
	require.Equal(t, int64(10+1+2+4+8), onHand)

	require.NoError(t, past.Add(100, nil))
	var text bytes.Buffer
	require.NoError(t, past.Lines(func(line []byte) error { text.Write(line); return text.WriteByte('\n') }))
	box, err := floor.LoadPast(text.Bytes())
	require.NoError(t, err)
	for seq, known := range map[floor.Seq]bool{20: true, 21: false} {
		r := floor.Records("s", "B", seq, floor.Meta{ID: "mine"}, []floor.Event{add(1)})[0]
		require.Equal(t, known, box.Knows(&r), seq)
	}
}
