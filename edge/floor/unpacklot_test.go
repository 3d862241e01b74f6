package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What came back in a parcel is of its lot again in the bin: the book would not know when it expires.
func TestALotComesBackToItsBin(t *testing.T) {
	for _, one := range []bool{true, false} {
		w := shop(t)
		w.quick("", &SetItem{Item{SKU: "YOG", Name: "Yoghurt", Lots: true, Expires: true}})
		w.quick("mia", &AdjustStock{SKU: "YOG", Bin: "A-02-1", Delta: 3, Reason: "found", Lot: "L1", Expiry: "2026-12-24"})
		w.quick("mia", &AdjustStock{SKU: "YOG", Bin: "A-02-1", Delta: 3, Reason: "found", Lot: "L2", Expiry: "2026-12-31"})
		w.quick("", &Assign{Order: "Y-1", Assignment: "as", Number: "web-7", Flow: FlowShip, Mode: ModeHold, Due: noon, Carrier: "DEMO", Lines: []AskedLine{{Line: "1", SKU: "YOG", Qty: 3}}})
		w.quick("anna", &Start{Order: "Y-1"})
		first, second := "L1", "L1"
		if !one {
			second = "L2"
		}
		w.quick("anna", &Scan{Order: "Y-1", SKU: "YOG", Qty: 2, Bin: "A-02-1", Goods: Goods{Lot: first, Expiry: "2026-12-24"}, Done: true})
		w.quick("anna", &Scan{Order: "Y-1", SKU: "YOG", Qty: 1, Bin: "A-02-1", Goods: Goods{Lot: second}, Done: true})
		unit := w.quick("anna", &OpenUnit{Order: "Y-1"})[0].(*UnitOpened).Unit
		w.quick("anna", &AddToUnit{Unit: unit, SKU: "YOG", Qty: 3})
		w.quick("anna", &HandOver{Unit: unit, Done: true})
		w.quick("anna", &ParcelBack{Code: string(unit), Why: "undelivered"})
		c := &UnpackParcel{Unit: unit, Lines: []Unpacked{{Line: "1", Qty: 3, To: "bin", Bin: "A-02-1"}}}
		if !one {
			c.Lines = []Unpacked{{Line: "1", Qty: 2, To: "bin", Bin: "A-02-1", Lot: "L1", Expiry: "2029-01-01"}, {Line: "1", Qty: 1, To: "quarantine", Lot: "L9"}}
			no := w.refused("anna", c, BadField)
			require.Equal(t, "lines[1].lot", no.Args["field"])
			c.Lines[1].Lot = "" // of which of the two lots it is nobody can guess
			w.refused("anna", c, LotMissing)
			c.Lines[1].Lot = "L1" // there are two of that one, and both are named already
			require.Equal(t, "0", w.refused("anna", c, TooMany).Args["left"])
			c.Lines[1].Lot = "L2"
		}
		w.must("anna", c)
		require.EqualValues(t, 3, w.s.LotAt(InBin("A-02-1"), "YOG", "L1"))
		require.Equal(t, "2026-12-24", w.s.ExpiryOf(InBin("A-02-1"), "YOG", "L1"), "the book's date, not what was said")
		require.Empty(t, w.s.Orders["Y-1"].Line("1").Lots)
		if one {
			require.EqualValues(t, 3, w.s.LotAt(InBin("A-02-1"), "YOG", "L2"))
		} else {
			require.EqualValues(t, 2, w.s.LotAt(InBin("A-02-1"), "YOG", "L2"))
			require.EqualValues(t, 1, w.s.LotAt(Quarantine, "YOG", "L2"))
		}
	}
}

// Where lots need not be named, what is not named is of no lot, as before.
func TestALotNeedNotBeNamed(t *testing.T) {
	line := &Line{ID: "1", SKU: "YOG", Lots: []LotQty{{Lot: "L1", Qty: 2}, {Lot: "L2", Qty: 1}}}
	s := NewState()
	for named, want := range map[bool]bool{true: true, false: false} {
		s.Policy.NameGoods = named
		no := s.lotUnpacked(line, &Unpacked{Line: "1", Qty: 3, To: "bin"}, "", map[lotOf]int64{})
		require.Equal(t, want, no != nil)
	}
}
