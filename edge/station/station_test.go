package station_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/station"
)

// shelf is a catalogue of a few items by GTIN-14.
type shelf map[string]floor.SKU

func (s shelf) Code(g string) (floor.Coded, bool) {
	sku, ok := s[g]
	if g == "19521234543227" {
		return floor.Coded{SKU: "OAT-1L", Qty: 6}, true
	}
	return floor.Coded{SKU: sku, Qty: 1}, ok
}
func (shelf) House() station.House       { return station.DefaultHouse }
func (shelf) HasBin(id floor.BinID) bool { return id == "A-07-3-2" }
func (shelf) OrderNamed(name string) (floor.OrderID, bool) {
	return "O-1", name == "web-1001" || name == "O-1"
}
func (shelf) RunNamed(name string) (floor.RunID, bool) {
	return "hh-1:9", name == "RUN-20261121-1" || name == "hh-1:9"
}
func (s shelf) Known(sku floor.SKU) bool {
	for _, x := range s {
		if x == sku {
			return true
		}
	}
	return false
}

var goods = shelf{
	"09521234543213": "OAT-1L",
	"00000096385074": "GUM",    // EAN-8 96385074
	"00042100005264": "COLA",   // UPC-A 042100005264, UPC-E 04252614
	"19521234543210": "OAT-6X", // its case, ITF-14
	"00036000291452": "TISSUE",
}

func TestRead(t *testing.T) {
	gs := "\x1d"
	for _, c := range []struct {
		name, code string
		want       station.Meaning
	}{
		{"EAN-13", "9521234543213", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213"}},
		{"EAN-13 with AIM prefix", "]E09521234543213", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213"}},
		{"GTIN-14", "09521234543213", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213"}},
		{"a case is its own item", "]I119521234543210", station.Meaning{SKU: "OAT-6X", GTIN: "19521234543210"}},
		{"UPC-A", "036000291452", station.Meaning{SKU: "TISSUE", GTIN: "00036000291452"}},
		{"UPC-A sent as 13", "]E00036000291452", station.Meaning{SKU: "TISSUE", GTIN: "00036000291452"}},
		{"EAN-8", "96385074", station.Meaning{SKU: "GUM", GTIN: "00000096385074"}},
		{"EAN-8 with AIM prefix", "]E496385074", station.Meaning{SKU: "GUM", GTIN: "00000096385074"}},
		{"UPC-E", "04252614", station.Meaning{SKU: "COLA", GTIN: "00042100005264"}},
		{"UPC-E of six", "425261", station.Meaning{SKU: "COLA", GTIN: "00042100005264"}},
		{"element string", "]C1010952123454321310LOT7", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Lot: "LOT7"}},
		{"DataMatrix", "]d2010952123454321317261231" + "10LOT7" + gs + "21S9", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Lot: "LOT7", Expiry: "2026-12-31", Serial: "S9"}},
		{"brackets, as printed below", "(01)09521234543213(10)LOT7", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Lot: "LOT7"}},
		{"Digital Link", "https://id.example.org/01/09521234543213/10/LOT7", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Lot: "LOT7"}},
		{"Digital Link as it was once written", "https://id.example.org/gtin/9521234543213/lot/LOT7/", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Lot: "LOT7"}},
		{"a misprint behind the item and the lot", "]d2010952123454321310LOT7" + gs + "17261331", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Lot: "LOT7"}},
		{"an EAN with its composite component", "]E09521234543213|]e017261231" + "10LOT7", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Lot: "LOT7", Expiry: "2026-12-31"}},
		{"a magazine's add-on", "]E3952123454321312", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213"}},
		{"SKU by hand", " oat-1l ", station.Meaning{SKU: "OAT-1L"}},
		{"parcel", "]C100095200010000000010", station.Meaning{Unit: "095200010000000010"}},
		{"parcel, bare", "095200010000000010", station.Meaning{Unit: "095200010000000010"}},
		{"wrong check digit", "9521234543214", station.Meaning{}},
		{"not ours", "9521234543206", station.Meaning{}},
		{"a case of six", "]I119521234543227", station.Meaning{SKU: "OAT-1L", GTIN: "19521234543227", Qty: 6}},
		{"net weight", "(01)09521234543213(3103)000510", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Grams: 510}},
		{"net weight, two decimals", "(01)09521234543213(3102)000051", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Grams: 510}},
		{"best before the end of a month", "(01)09521234543213(15)270200", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213", Expiry: "2027-02-28"}},
		{"shelf label", "A-07-3-2", station.Meaning{Bin: "A-07-3-2"}},
		{"shelf by hand", "a-07-3-2", station.Meaning{Bin: "A-07-3-2"}},
		{"bin label", "BIN-Z-9", station.Meaning{Bin: "Z-9"}},
		{"tote", "]C0TOTE-17", station.Meaning{Tote: "17"}},
		{"slot", "SLOT-W1", station.Meaning{Slot: "W1"}},
		{"order label", "ORDER-web-1001", station.Meaning{Order: "O-1"}},
		{"order by hand", "web-1001", station.Meaning{Order: "O-1"}},
		{"run", "RUN-hh-1:9", station.Meaning{Run: "hh-1:9"}},
		{"run by its number", "RUN-20261121-1", station.Meaning{Run: "hh-1:9"}},
		{"run nobody knows", "RUN-20261121-2", station.Meaning{Run: "20261121-2"}},
		{"a beginning and nothing behind it", "TOTE-", station.Meaning{}},
		{"broken element string", "]C10109521234543214", station.Meaning{}},
		{"control characters", "9521234543213\x02", station.Meaning{}},
		{"the scanner's line end", "9521234543213\r\n", station.Meaning{SKU: "OAT-1L", GTIN: "09521234543213"}},
		{"an address is never followed", "http://evil.example/?q=09521234543213", station.Meaning{}},
		{"too long", strings.Repeat("9", station.MaxCode+1), station.Meaning{}},
		{"nothing", "", station.Meaning{}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, station.Read(goods, c.code)) })
	}
}

func TestComplete(t *testing.T) {
	scan := &floor.Scan{Order: "O-1", Qty: 1, Code: "]E09521234543213"}
	station.Complete(goods, scan)
	require.Equal(t, &floor.Scan{Order: "O-1", Qty: 1, Code: "]E09521234543213", SKU: "OAT-1L"}, scan, "the bytes stay beside the id")

	said := &floor.Scan{SKU: "GUM", Code: "9521234543213"}
	station.Complete(goods, said)
	require.Equal(t, floor.SKU("GUM"), said.SKU, "what the caller said stands")

	unknown := &floor.Scan{Code: "12345"}
	station.Complete(goods, unknown)
	require.Empty(t, unknown.SKU)

	hand := &floor.HandOver{Unit: "]C100095200010000000010"}
	station.Complete(goods, hand)
	require.Equal(t, floor.UnitID("095200010000000010"), hand.Unit)

	odd := &floor.VoidUnit{Unit: "no parcel"}
	station.Complete(goods, odd)
	require.Equal(t, floor.UnitID("no parcel"), odd.Unit, "the floor says so in its own words")

	add := &floor.AddToUnit{Unit: "(00)095200010000000010", Line: "1", Code: "9521234543213"}
	station.Complete(goods, add)
	require.Equal(t, floor.UnitID("095200010000000010"), add.Unit)
	require.Empty(t, add.SKU, "a line was named")
}

func TestCompleteTheGoods(t *testing.T) {
	scan := &floor.Scan{Order: "O-1", Qty: 1, Code: "]d201095212345432131726123110LOT7\x1d21S9", Bin: "BIN-A-07", Tote: "TOTE-3"}
	station.Complete(goods, scan)
	require.Equal(t, floor.Goods{Lot: "LOT7", Expiry: "2026-12-31", Serials: []string{"S9"}}, scan.Goods)
	require.Equal(t, []any{floor.SKU("OAT-1L"), floor.BinID("A-07"), floor.ToteID("3"), 0}, []any{scan.SKU, scan.Bin, scan.Tote, scan.Pack})

	said := &floor.Scan{Qty: 1, Code: "(01)09521234543213(10)LOT7", Goods: floor.Goods{Lot: "L1"}}
	station.Complete(goods, said)
	require.Equal(t, "L1", said.Lot, "what the caller said stands")

	other := &floor.Scan{SKU: "GUM", Qty: 1, Code: "(01)09521234543213(10)LOT7"}
	station.Complete(goods, other)
	require.Empty(t, other.Lot, "the barcode is of another item")

	box := &floor.PickForRun{Run: "R-1", Qty: 1, Code: "]I119521234543227"}
	station.Complete(goods, box)
	require.Equal(t, []any{floor.SKU("OAT-1L"), 6}, []any{box.SKU, box.Pack})

	sorted := &floor.SortUnit{Run: "R-1", Code: "9521234543213", Slot: "SLOT-W1"}
	station.Complete(goods, sorted)
	require.Equal(t, []any{floor.SKU("OAT-1L"), "W1"}, []any{sorted.SKU, sorted.Slot})

	next := &floor.NextTote{Order: "O-1", Tote: "TOTE-4", Full: "TOTE-3"}
	station.Complete(goods, next)
	require.Equal(t, &floor.NextTote{Order: "O-1", Tote: "4", Full: "3"}, next)

	move := &floor.MoveStock{From: "BIN-A", To: "nowhere"}
	station.Complete(goods, move)
	require.Equal(t, []floor.BinID{"A", "nowhere"}, []floor.BinID{move.From, move.To}, "what cannot be read is left as it came")
}

// Whatever comes out of a scanner: an item is one the catalogue has, a parcel is 18 digits, and reading the
// meaning's own number gives it again.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"9521234543213", "]C1010952123454321310LOT7", "(01)09521234543213", "https://x.y/01/09521234543213", "04252614", "]C100095200010000000010", "\x1d01", "]", "(00)", "OAT-1L", "]E0", "]d2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		m := station.Read(goods, raw)
		if m.SKU != "" {
			require.True(t, goods.Known(m.SKU))
			require.Empty(t, m.Unit)
		}
		if m.GTIN != "" {
			again := station.Read(goods, m.GTIN)
			require.Equal(t, []any{m.SKU, m.GTIN, m.Qty}, []any{again.SKU, again.GTIN, again.Qty})
		}
		if m.Unit != "" {
			require.Len(t, string(m.Unit), 18)
			u, ok := station.Unit(string(m.Unit))
			require.True(t, ok)
			require.Equal(t, m.Unit, u)
		}
	})
}
