package floor

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatTwoPeoplePackedIsForTheDesk: by what a box knew at two times, two people packed the one unit that was picked. Both records
// stand; the box that corrects calls somebody, and so does whoever takes the correction over: a box that lost it, and the next one.
func TestWhatTwoPeoplePackedIsForTheDesk(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	var units []UnitID
	for range 2 {
		units = append(units, w.must("anna", &OpenUnit{Order: "O-1", Carton: "M"})[0].(*UnitOpened).Unit)
	}
	for _, u := range units {
		Apply(w.s, &UnitFilled{Order: "O-1", Unit: u, Line: "1", SKU: "OAT", Qty: 1})
	}
	cases := func(s *State) (words []string) {
		for _, c := range s.Cases.All() {
			if c.What == packedTwice {
				words = append(words, c.Words())
			}
		}
		return words
	}
	require.Empty(t, cases(w.s))
	give := func(id CommandID, c Command) []Event { // not by the world, whose parts come to what was asked for
		events, no := Decide(w.s, Meta{ID: id, Now: noon}, c)
		require.Nil(t, no)
		for _, rec := range Records("/t/x/s/y/n/z", "L", 50, Meta{ID: id, Now: noon}, events) {
			ApplyRecord(w.s, &rec)
		}
		return events
	}
	give("take", &TakeBack{Gen: "G1", To: 9, Unlike: Unlike{Orders: []OrderID{"O-1"}}})
	said := give("correct", &Correct{})[0].(*Corrected)
	require.Len(t, cases(w.s), 1)
	require.Contains(t, cases(w.s)[0], "For order O-1, 2 of Oat drink stand in parcels or on the shelf, and only 1 was picked")

	rec := Records("/t/x/s/y/n/z", "L", 60, Meta{ID: "told", Now: noon}, []Event{said})[0]
	raw, err := rec.AppendTo(nil)
	require.NoError(t, err)
	back := stocked(t)
	taken := Records("/t/x/s/y/n/z", "L2", 7, Meta{ID: "take", Now: noon}, []Event{&FactTakenBack{Pos: 60, Fact: json.RawMessage(raw)}})[0]
	ApplyRecord(back.s, &taken)
	require.Len(t, cases(back.s), 1, "as the box that was lost had it")
	require.Equal(t, 1, back.s.Orders["O-1"].Line("1").Picked)

	p := NewPast()
	require.NoError(t, p.Add(60, raw))
	last := Records("/t/x/s/y/n/z", "L", 61, Meta{ID: "later", Now: noon}, []Event{&Recovered{}})[0]
	text, err := last.AppendTo(nil)
	require.NoError(t, err)
	require.NoError(t, p.Add(61, text))
	require.Len(t, cases(p.Under(NewState(), nil)), 1, "and the next one, by the centre's snapshot")
}

// TestACorrectionOfMuchStockIsCutIntoPieces: a record has as many items as it has room for, and one that alone is too long for it is told in pieces; all
// of it is told once.
func TestACorrectionOfMuchStockIsCutIntoPieces(t *testing.T) {
	s := NewState()
	var items []SKU
	for i := range 120 {
		sku := SKU("S" + itoa(1000+i))
		items = append(items, sku)
		places := 1
		switch {
		case i == 3:
			places = 1500
		case i > 100:
			places = 60
		}
		for at := range places {
			s.book(InBin(BinID("B-"+itoa(at))), sku, 2)
		}
	}
	s.Unlike = Unlike{Items: items, Twice: []Twice{{Command: "hh-1:4"}}}
	events, no := (&Correct{}).decide(s, Meta{})
	require.Nil(t, no)
	other, told, full := NewState(), []SKU(nil), 0
	raws := asRecords(t, events)
	for i, ev := range events {
		e := ev.(*Corrected)
		require.LessOrEqual(t, len(raws[i]), MaxFact, "%d: %d items at %d places", i, len(e.Items), len(e.Stock))
		require.True(t, e.Piece == nil || len(e.Items) == 1)
		require.Equal(t, i == 0, len(e.Commands) == 1)
		require.NoError(t, e.Take(other))
		if e.Piece == nil || e.Piece.At == 1 {
			told = append(told, e.Items...)
		}
		if len(e.Items) > 1 {
			full++
		}
	}
	require.LessOrEqual(t, full, 3, "what went before the long one, and the rest with as much as there is room for")
	require.Equal(t, items, told)
	for id, p := range s.Places {
		require.Equal(t, p.Qty, other.Places[id].Qty, id)
	}
}

// TestWhatAnOrderNeverHadIsFoundByNothing: the order that was folded had a parcel which it does not have as it stands. Whoever watches
// what is written is told of the order.
func TestWhatAnOrderNeverHadIsFoundByNothing(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	text, err := json.Marshal(line{Order: w.s.Orders["O-1"]})
	require.NoError(t, err)
	unit := w.must("anna", &OpenUnit{Order: "O-1", Carton: "M"})[0].(*UnitOpened).Unit
	require.Contains(t, w.s.Units, unit)
	w.s.Watch()
	w.s.Written()
	require.NoError(t, (&Corrected{Order: "O-1", Lines: []json.RawMessage{text}}).Take(w.s))
	require.NotContains(t, w.s.Units, unit)
	orders, _ := w.s.Written()
	require.Contains(t, orders, OrderID("O-1"))
	require.Equal(t, 1, w.s.Orders["O-1"].Line("1").Picked)

	for _, words := range []string{`{"site":{"name":"another"}}`, `{"order":{"id":"O-9"}}`, `{"order":7}`} {
		require.Error(t, (&Corrected{Order: "O-1", Lines: []json.RawMessage{json.RawMessage(words)}}).Take(w.s), "it says how one order stands, and nothing else")
	}
	require.NotContains(t, w.s.Orders, OrderID("O-9"))
	require.Contains(t, w.s.Orders, OrderID("O-1"))
}
