package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// shop is the stocked site with a lead's catalogue: costs, a lot-controlled yoghurt, zones and a reserve bin.
func shop(t require.TestingT) *world {
	w := stocked(t)
	euro := func(minor int64) *Money { return &Money{Minor: minor, Currency: "EUR"} }
	w.must("", &SetItem{Item{SKU: "OAT", Name: "Oat drink", GTINs: []string{"09520000000011"}, Cost: euro(120), Low: 3}})
	w.must("", &SetItem{Item{SKU: "YOG", Name: "Yoghurt", GTINs: []string{"09520000000035"}, Lots: true, Expires: true, Cost: euro(80)}})
	w.must("", &SetBin{Bin{ID: "A-01-1", Aisle: "A", Bay: 1, Level: 1, Walk: 1, Zone: "dry", Min: 4, Max: 12}})
	w.must("", &SetBin{Bin{ID: "A-02-1", Aisle: "A", Bay: 2, Level: 1, Walk: 2, Zone: "dry", Max: 40}})
	w.must("", &SetBin{Bin{ID: "C-01-1", Aisle: "C", Bay: 1, Level: 1, Walk: 3, Zone: "chilled", Max: 20}})
	w.must("", &SetBin{Bin{ID: "R-01-4", Aisle: "R", Bay: 1, Level: 4, Walk: 9, Zone: "dry", Use: "reserve"}})
	return w
}

// stockCommand gives random commands about goods inside the building.
func stockCommand(rt *rapid.T, _ *world) Command {
	sku := rapid.SampledFrom([]SKU{"OAT", "RICE", "OAT", "RICE", "SOAP"}).Draw(rt, "sku")
	bins := []BinID{"A-01-1", "A-02-1", "A-01-1", "A-02-1", "Z-9"}
	from, to := rapid.SampledFrom(bins).Draw(rt, "from"), rapid.SampledFrom(bins).Draw(rt, "to")
	lot := rapid.SampledFrom([]string{"", "", "", "L1"}).Draw(rt, "lot")
	qty := rapid.IntRange(0, 6).Draw(rt, "qty")
	return &MoveStock{SKU: sku, Qty: qty, From: from, To: to, Lot: lot, Done: rapid.Bool().Draw(rt, "done")}
}

func TestLotsFollowTheGoods(t *testing.T) {
	w := shop(t)
	bin := InBin("C-01-1")
	book := func(lot, expiry string, qty int) {
		w.s.move(Move{SKU: "YOG", Qty: qty, From: Opening, To: bin, Lot: lot, Expiry: expiry})
	}
	book("L2", "2026-12-24", 4)
	book("L1", "2026-12-31", 6)
	book("L0", "", 2)
	require.Equal(t, []LotQty{{"L2", "2026-12-24", 4}, {"L1", "2026-12-31", 6}, {"L0", "", 2}}, w.s.Lots(bin, "YOG"), "what expires first comes first")
	w.must("anna", &MoveStock{SKU: "YOG", Qty: 4, From: "C-01-1", To: "A-01-1", Lot: "L2"})
	require.Equal(t, []LotQty{{"L2", "2026-12-24", 4}}, w.s.Lots(InBin("A-01-1"), "YOG"), "its date goes with it")
	require.Zero(t, w.s.LotAt(bin, "YOG", "L2"))
	w.refused("anna", &MoveStock{SKU: "YOG", Qty: 1, From: "C-01-1", To: "A-01-1", Lot: "L2"}, NotThere)
	require.Empty(t, w.s.Places[Opening].Lots, "outside nobody counts lots")

	frozen := w.s.Freeze()
	said := encoded(t, frozen)
	w.must("anna", &MoveStock{SKU: "YOG", Qty: 6, From: "C-01-1", To: "A-01-1", Lot: "L1"})
	require.Equal(t, said, encoded(t, frozen))
}

func TestANegativeBookAsksForOneCount(t *testing.T) {
	w := shop(t)
	w.must("anna", &MoveStock{SKU: "RICE", Qty: 5, From: "A-01-1", To: "A-02-1", Done: true})
	w.must("anna", &MoveStock{SKU: "RICE", Qty: 5, From: "A-01-1", To: "A-02-1", Done: true})
	require.EqualValues(t, -8, w.s.OnHand(InBin("A-01-1"), "RICE"), "a book is never clamped")
	require.Equal(t, 1, w.s.Tasks.Len())
	require.Equal(t, "negative", w.s.Tasks.Get("recount/A-01-1").Why)
}

// TestSerialsComeBackFromTheShelf: numbered units that nobody collected are listed in the bin they were put back to.
func TestSerialsComeBackFromTheShelf(t *testing.T) {
	w := counter(t)
	w.must("", &SetItem{Item{SKU: "CAM", Name: "Camera", Serials: true}})
	w.must("", &AdjustStock{SKU: "CAM", Bin: "A-02-1", Delta: 1, Reason: "found", Serials: []string{"S1"}})
	toCollect(w, "P-9", nil, AskedLine{Line: "1", SKU: "CAM", Qty: 1})
	w.must("anna", &Start{Order: "P-9"})
	w.must("anna", &Scan{Order: "P-9", SKU: "CAM", Qty: 1, Bin: "A-02-1", Goods: Goods{Serials: []string{"S1"}}})
	require.Empty(t, w.s.Places[InBin("A-02-1")].Serials["CAM"])
	w.must("anna", &StageGoods{Order: "P-9", Shelf: "PICKUP-1"})
	w.must("", &Recall{Order: "P-9", Cause: ByCustomer})
	w.must("anna", &ConfirmPutBack{Order: "P-9", Line: "1", Qty: 1, Bin: "A-02-1", Goods: Goods{Serials: []string{"S1"}}})
	require.Equal(t, []string{"S1"}, w.s.Places[InBin("A-02-1")].Serials["CAM"])
}
