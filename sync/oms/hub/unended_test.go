package hub_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// unended is a site that was told to restate what nobody has any more, and told a part of it; then its box burnt.
type unended struct {
	*testing.T
	w    *omstest.World
	s    *omstest.Site
	at   wire.Position
	rest []reconcile.Record // what only the lost box has
}

func newUnended(t *testing.T) *unended {
	ctx := t.Context()
	st, err := sqlite.Memory(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	w, err := omstest.NewWorld(ctx, 1, st, linktest.Faults{})
	require.NoError(t, err)
	w.SnapshotOver = 5
	require.NoError(t, w.Restart(ctx))
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "north"))
	x := &unended{T: t, w: w, s: w.Add("north")}
	require.NoError(t, w.Opening(x.s, 20))
	require.NoError(t, w.Run(ctx, 10*time.Second))
	var ids []floor.OrderID
	for _, no := range []string{"told", "untold"} {
		id, _, err := w.Centre.Clerk.Capture(ctx, omstest.Capture(no, order.Asked{SKU: "TEA-50", Qty: 2}))
		require.NoError(t, err)
		ids = append(ids, id)
	}
	require.NoError(t, w.Run(ctx, 10*time.Second))
	require.Len(t, x.s.State.Orders, 2)

	// What happened in the gap.
	w.Unplug(x.s)
	for _, id := range ids {
		require.Nil(t, x.s.Do(w.Now, "anna", &floor.Accept{Order: id}))
	}
	require.Nil(t, x.s.Do(w.Now, "anna", &floor.AdjustStock{SKU: "TEA-50", Bin: "A-03", Delta: 7, Reason: "found"}))
	m, err := w.Centre.Clerk.Mark(ctx, "north")
	require.NoError(t, err)
	x.at = x.s.Head()
	require.NoError(t, w.Centre.Clerk.Adopt(ctx, "north", reconcile.Adopt{Node: m.Node, Epoch: m.Epoch, Log: x.at.Log, CutTo: m.Applied.Seq, Head: x.at.Seq + 3, Past: x.at}))

	var first, rest []json.RawMessage
	for line, err := range x.s.State.Restated() {
		require.NoError(t, err)
		if bytes.Contains(line, []byte(`{"order":{"id":"`+string(ids[0])+`"`)) || bytes.HasPrefix(line, []byte(`{"place":{"id":"bin/A-03"`)) {
			first = append(first, bytes.Clone(line))
		} else {
			rest = append(rest, bytes.Clone(line))
		}
	}
	require.Len(t, first, 2)
	records := floor.Records("/t/t/s/north/n/n1", floor.LogID(x.at.Log), floor.Seq(x.at.Seq+1), floor.Meta{ID: "restate", Now: w.Now}, []floor.Event{
		&floor.Restated{Part: 1, Parts: 2, Lines: first}, &floor.Restated{Part: 2, Parts: 2, Lines: rest}})
	records = append(records, floor.Records("/t/t/s/north/n/n1", floor.LogID(x.at.Log), floor.Seq(x.at.Seq+3), floor.Meta{ID: "whole", Now: w.Now}, []floor.Event{&floor.Restated{Whole: floor.Seq(x.at.Seq + 1)}})...)
	for i, r := range records {
		raw, err := r.AppendTo(nil)
		require.NoError(t, err)
		x.at.Seq, x.at.Hash = x.at.Seq+1, wire.Chain(x.at.Hash, raw)
		rec := reconcile.Record{Seq: x.at.Seq, Hash: x.at.Hash, Raw: raw}
		if i > 0 {
			x.rest = append(x.rest, rec)
			continue
		}
		got := w.Centre.Clerk.TakeIn(ctx, clerk.Intake{Site: "north", Apply: reconcile.Apply{Log: x.at.Log, Records: []reconcile.Record{rec}}})[0]
		require.NoError(t, got.Err)
		require.Nil(t, got.Blocked)
	}
	return x
}

func (x *unended) gap() (g clerk.Gap) {
	x.Helper()
	require.NoError(x, x.w.Store.View(x.Context(), func(tx store.Tx) (err error) {
		g, err = x.w.Centre.Clerk.GapOf(tx, "north")
		return err
	}))
	return g
}

// fold interprets all that was told: nobody rings the hub's bell here.
func (x *unended) fold() {
	x.Helper()
	for n := 1; n > 0; {
		var err error
		n, err = x.w.Centre.Clerk.Fold(x.Context(), "north", 64)
		require.NoError(x, err)
	}
}

// begins is what the next box begins with.
func (x *unended) begins() *floor.State {
	x.Helper()
	x.w.Centre.Hub.Ready("north", 0)
	require.NoError(x, x.w.Run(x.Context(), time.Second))
	made, yet, none := x.w.Centre.Hub.Ready("north", 0)
	require.False(x, yet, "nobody is there to tell the rest")
	require.False(x, none)
	require.True(x, made.Must)
	data, ok := x.w.Centre.Hub.Snapshot("north", made.ID)
	require.True(x, ok)
	z, err := gzip.NewReader(bytes.NewReader(data))
	require.NoError(x, err)
	text, err := io.ReadAll(z)
	require.NoError(x, err)
	past, err := floor.LoadPast(text)
	require.NoError(x, err)
	return past.Under(floor.NewState(), nil)
}

// mirrored says that a box has what the mirror at the centre has.
func (x *unended) mirrored(box *floor.State, stands map[floor.SKU]int64) {
	x.Helper()
	require.NoError(x, x.w.Store.View(x.Context(), func(tx store.Tx) error {
		had, mirror := map[floor.SKU]int64{}, map[floor.SKU]int64{}
		for _, p := range box.Places {
			for sku, qty := range p.Qty {
				if p.ID.Bin() != "" && qty != 0 {
					had[sku] += qty
				}
			}
		}
		all, err := tx.Levels("north", nil)
		require.NoError(x, err)
		for _, l := range all {
			if l.OnHand != 0 {
				mirror[l.SKU] = l.OnHand
			}
		}
		require.Equal(x, stands, mirror)
		require.Equal(x, mirror, had)
		live, err := tx.LiveAt("north")
		require.NoError(x, err)
		require.Len(x, live, 2)
		for i, a := range live {
			mine, err := json.Marshal(box.Orders[a.At])
			require.NoError(x, err)
			theirs, err := json.Marshal(a.Folded)
			require.NoError(x, err)
			require.JSONEq(x, string(theirs), string(mine), i)
		}
		return nil
	}))
}

// TestABoxBeginsWithWhatABurntOneHadRestated: the centre was put back to before what it had called stable, and the site's box burnt before it
// had told all that it came to. The next one waits for nobody: it begins with what was told by then, as the mirror has it, and people are
// told. Where the lost box turns up all the same, nothing of the rest counts.
func TestABoxBeginsWithWhatABurntOneHadRestated(t *testing.T) {
	x, ctx := newUnended(t), t.Context()
	part := map[floor.SKU]int64{"TEA-50": 27}
	_, yet, none := x.w.Centre.Hub.Ready("north", 0)
	require.True(t, yet && !none)
	require.NoError(t, x.w.Run(ctx, time.Second))
	_, yet, none = x.w.Centre.Hub.Ready("north", 0)
	require.True(t, yet && !none, "what was told is still to be interpreted")
	x.fold()
	x.mirrored(x.begins(), part)

	c := x.w.Centre.Clerk
	code, err := c.Enrol(ctx, "north", false)
	require.NoError(t, err)
	was, err := c.Mark(ctx, "north")
	require.NoError(t, err)
	granted, err := c.Redeem(ctx, "north", code.Code, "next", nil)
	require.NoError(t, err)
	x.mirrored(x.begins(), part)
	adopt := func() {
		t.Helper()
		require.NoError(t, c.Adopt(ctx, "north", reconcile.Adopt{Node: "next", Epoch: granted.Epoch, Log: "next"}))
		x.fold()
	}
	adopt()
	require.Equal(t, was.Pos, x.gap().Told)
	adopt()
	told := func() (n int) {
		all, err := c.Notices(ctx)
		require.NoError(t, err)
		for _, n := range all {
			if n.What == "site.gap" {
				t.Log(n.Words)
			}
		}
		return len(all)
	}
	require.Equal(t, 2, told(), "the gap, and that its restatement has no end")

	done := c.Salvage(ctx, "north", reconcile.Salvaged{Node: was.Node, Log: x.at.Log, Records: x.rest})
	require.NoError(t, done.Err)
	require.Greater(t, done.Pos, was.Pos, "it is kept")
	adopt()
	m, err := c.Mark(ctx, "north")
	require.NoError(t, err)
	require.Equal(t, m.Pos, m.Folded)
	require.Equal(t, was.Pos, x.gap().Told)
	x.mirrored(x.begins(), part)
}

// TestWhatALostBoxHandsOverInTimeEndsItsRestatement: it turns up before the next one has begun, which then begins with all of it.
func TestWhatALostBoxHandsOverInTimeEndsItsRestatement(t *testing.T) {
	x, ctx := newUnended(t), t.Context()
	x.fold()
	x.mirrored(x.begins(), map[floor.SKU]int64{"TEA-50": 27})
	c := x.w.Centre.Clerk
	was, err := c.Mark(ctx, "north")
	require.NoError(t, err)
	done := c.Salvage(ctx, "north", reconcile.Salvaged{Node: was.Node, Log: x.at.Log, Records: x.rest})
	require.NoError(t, done.Err)
	x.fold()
	require.Equal(t, done.Pos, x.gap().Told)
	x.mirrored(x.begins(), map[floor.SKU]int64{"TEA-50": 27, "OAT-1L": 20, "RICE-1L": 20, "MUG-RED": 20})
	all, err := c.Notices(ctx)
	require.NoError(t, err)
	for _, n := range all {
		require.NotContains(t, n.About, "over")
	}
}
