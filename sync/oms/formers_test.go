package oms_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// boxesAre writes what is known of a site's boxes, as a version did.
func (t *teller) boxesAre(body string) {
	t.Helper()
	require.NoError(t, t.st.Update(ctx, func(tx store.Tx) error {
		if err := tx.SetMeta("restore", `{"gen":"G"}`); err != nil {
			return err
		}
		return tx.PutSetting("north", store.Setting{Key: "boxes", Body: json.RawMessage(body)})
	}))
}

// TestBoxesThatWereLearntOfAreBounded: a site may name boxes without end that held it. The newest are known, and those this centre saw
// replaced stay. Of one that an earlier version had, nobody knows how it came to be known.
func TestBoxesThatWereLearntOfAreBounded(t *testing.T) {
	told := newTeller(t)
	told.boxesAre(`{"former":["OLD","MINE"],"sure":["MINE"]}`)
	late := func(n wire.NodeID) bool {
		late, err := told.c.Late(ctx, "north", n)
		require.NoError(t, err)
		return late
	}
	require.True(t, late("OLD"), "it may have had a key that is forgotten")
	require.False(t, late("MINE"))
	require.False(t, late("NOBODY"))
	var events []floor.Event
	for i := range 150 {
		inner := floor.Records(fmt.Sprintf("/t/demo/s/north/n/BOX-%d", i), "K", 1, floor.Meta{ID: floor.CommandID(fmt.Sprintf("k-%d", i)), Now: time.Now()}, []floor.Event{&floor.Recovered{}})[0]
		raw, err := inner.AppendTo(nil)
		require.NoError(t, err)
		events = append(events, &floor.FactTakenBack{Pos: uint64(i) + 1, Fact: raw})
	}
	told.tell(floor.Meta{ID: "take"}, events...)
	b, err := told.c.BoxesOf(ctx, "north")
	require.NoError(t, err)
	require.Len(t, b.Late, 100)
	require.Len(t, b.Former, 102)
	require.Contains(t, b.Former, wire.NodeID("MINE"))
	require.Contains(t, b.Former, wire.NodeID("BOX-149"))
	require.NotContains(t, b.Former, wire.NodeID("BOX-0"))
	require.True(t, late("BOX-149"))
}

// TestACentreThatWasNeverPutBackLearntOfNobody: whoever held the site was replaced here, whichever version saw it.
func TestACentreThatWasNeverPutBackLearntOfNobody(t *testing.T) {
	told := newTeller(t)
	told.boxesAre(`{"former":["OLD"]}`)
	require.NoError(t, told.st.Update(ctx, func(tx store.Tx) error { return tx.SetMeta("restore", "") }))
	late, err := told.c.Late(ctx, "north", "OLD")
	require.NoError(t, err)
	require.False(t, late)
}

// TestWhatABoxOffersAgainIsNoNewAlarm: a replaced box offers the same until a backup holds it. People are told once what is otherwise than the
// box that holds the site has it, and again of what is new.
func TestWhatABoxOffersAgainIsNoNewAlarm(t *testing.T) {
	told := newTeller(t)
	told.boxesAre(`{"former":["OLD"],"sure":["OLD"]}`)
	told.tell(floor.Meta{ID: "x-1"}, &floor.CommandRefused{Kind: "k", Code: floor.NothingLeft})
	told.tell(floor.Meta{ID: "x-2"}, &floor.CommandRefused{Kind: "k", Code: floor.NothingLeft})
	var offer []reconcile.Record
	var head wire.Hash
	for i, id := range []floor.CommandID{"x-1", "x-2"} {
		rec := floor.Records("/t/demo/s/north/n/OLD", "K", floor.Seq(i)+1, floor.Meta{ID: id, Now: time.Now()}, []floor.Event{&floor.Recovered{}})[0]
		raw, err := rec.AppendTo(nil)
		require.NoError(t, err)
		head = wire.Chain(head, raw)
		offer = append(offer, reconcile.Record{Seq: wire.Seq(i) + 1, Hash: head, Raw: raw})
	}
	odd := func() int {
		m, err := told.c.Mark(ctx, "north")
		require.NoError(t, err)
		return int(m.Odd)
	}
	for _, step := range []struct{ offered, alarms int }{{1, 1}, {1, 1}, {2, 2}, {2, 2}} {
		got := told.c.Salvage(ctx, "north", reconcile.Salvaged{Node: "OLD", Log: "K", Records: offer[:step.offered]})
		require.NoError(t, got.Err)
		require.EqualValues(t, step.offered, got.UpTo)
		require.Equal(t, step.alarms, odd())
	}
	got := told.c.Salvage(ctx, "north", reconcile.Salvaged{Node: "OLD", Log: "another", Records: offer[:1]})
	require.NoError(t, got.Err)
	require.Equal(t, 3, odd(), "another log is another offer")
}
