package view_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// What is to be known of a parcel reaches a screen by the delta alone, and is the same after a restart.
func TestParcelsOnTheBoard(t *testing.T) {
	w := newWorld()
	w.must(t, "", &floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 99})
	w.must(t, "", &floor.SetCarrier{Carrier: floor.Carrier{Code: "dhl", Name: "DHL", Labels: "block"}})
	w.must(t, "", &floor.LeaseNumbers{Number: "carrier:dhl", Prefix: "77", From: 1, To: 99, Digits: 8})
	w.stock(t, "oat", "A-1", 9)
	w.assign(t, "O-1", morning.Add(time.Hour), asked("1", "oat", 3))
	w.must(t, "hh-1", &floor.Start{Order: "O-1"})
	w.must(t, "hh-1", &floor.Scan{Order: "O-1", SKU: "oat", Qty: 3})
	b := w.board(t)
	require.Equal(t, "DHL", b.CarrierName("dhl"))
	require.Equal(t, "UPS", b.CarrierName("UPS"), "nobody told the site a name")
	open := func(kind floor.UnitKind, qty int) floor.UnitID {
		u := w.must(t, "hh-1", &floor.OpenUnit{Order: "O-1", As: kind}).Unit
		if qty > 0 {
			w.must(t, "hh-1", &floor.AddToUnit{Unit: u, Line: "1", Qty: qty})
		}
		return u
	}
	pallet, one, two := open(floor.UnitPallet, 0), open("", 2), open("", 1)
	mark := view.Mark{}
	told := func(u floor.UnitID) view.Unit { // by the delta alone
		w.feed(t, b)
		d, next, ok := b.Since(w.log, mark)
		require.True(t, ok)
		mark = next
		require.Len(t, d.Orders, 1)
		for _, x := range d.Orders[0].Units {
			if x.Unit == u {
				return x
			}
		}
		t.Fatalf("no parcel %s", u)
		return view.Unit{}
	}
	require.Equal(t, floor.UnitPallet, told(pallet).Kind)

	answer := w.must(t, "hh-1", &floor.CloseUnit{Unit: one})
	u := told(one)
	require.Equal(t, floor.UnitParcel, u.Kind)
	require.NotEmpty(t, u.Tracking)
	require.False(t, u.Verified)

	w.must(t, "", &floor.StartPrint{Job: answer.Jobs[0], Printer: "p-1"})
	w.must(t, "", &floor.ConfirmPrint{Job: answer.Jobs[0]})
	w.must(t, "hh-1", &floor.VerifyLabel{Unit: one, Code: u.Tracking})
	require.True(t, told(one).Verified)

	w.must(t, "hh-1", &floor.NestUnit{Unit: one, Into: pallet})
	require.Equal(t, []floor.UnitID{one}, told(pallet).Holds)
	w.must(t, "", &floor.InterceptParcel{Unit: one, Note: "address is wrong"})
	u = told(one)
	require.Equal(t, pallet, u.In)
	require.Equal(t, "held", u.Blocked)

	w.now = w.now.Add(time.Hour)
	w.must(t, "hh-1", &floor.VoidUnit{Unit: two, Reason: "wrong carton"})
	u = told(two)
	require.Equal(t, floor.UnitVoid, u.State)
	require.Equal(t, "wrong carton", u.Why)
	require.Equal(t, w.now, u.Voided)

	state := floor.NewState()
	require.NoError(t, w.state.Freeze().Encode(state.Load))
	again := view.NewBoard(site, w.log, state, floor.Seq(len(w.records)), w.now)
	before, _ := b.Order("O-1")
	after, _ := again.Order("O-1")
	require.Equal(t, encoded(t, before.Units), encoded(t, after.Units))
	page, err := again.List("parcels").Page(again, view.Ask{Where: map[string]string{"blocked": "held"}, Limit: 9, Now: w.now})
	require.NoError(t, err)
	require.Len(t, page.Rows, 1, "the list of parcels is asked by it, too")
}
