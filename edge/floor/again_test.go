package floor

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var againGoldens = []Event{
	&ParcelAgain{Order: "O-1", Inbound: "ASN-7", Code: "095200010000000010"},
	&ReceiptTwice{Receipt: "T1-4711", Till: "T1", Date: "2026-11-21", Lines: 2},
	&ItemsMissing{Order: "O-1", SKUs: []SKU{"TEA", "SOAP"}},
}

// againCommand does what was done before.
func againCommand(rt *rapid.T, w *world) Command {
	n := rapid.IntRange(1, 3).Draw(rt, "n")
	done := rapid.Bool().Draw(rt, "done")
	switch rapid.IntRange(0, 4).Draw(rt, "command") {
	case 0:
		return &ScanArrival{Order: "P-3", Tracking: fmt.Sprintf("TR-%d", n), Lines: []ArrivedLine{{Line: "1", Qty: 1}}, Done: done}
	case 1:
		return &SellAtTill{Receipt: fmt.Sprintf("T-%d", n), SoldAt: noon, Lines: []SoldLine{{SKU: "OAT", Qty: rapid.IntRange(1, 2).Draw(rt, "qty")}}}
	case 2:
		return &SetItem{Item{SKU: SKU(fmt.Sprintf("TEA-%d", n)), Name: "Tea", GTINs: []string{rapid.SampledFrom([]string{"09520000000936", "09520000000011"}).Draw(rt, "gtin")}}}
	case 3:
		return &SetItem{Item{SKU: SKU(fmt.Sprintf("TEA-%d", n)), Name: "Tea"}}
	}
	a := order(OrderID(fmt.Sprintf("T-%d", n)))
	a.Lines = []AskedLine{{Line: "1", SKU: SKU(fmt.Sprintf("TEA-%d", n)), Qty: 1 + n%2}}
	a.Number = rapid.SampledFrom([]string{"one", "two"}).Draw(rt, "number")
	return a
}

// TestReceiptsAreForgotten: the numbers of receipts are kept as long as the policy says, and no longer.
func TestReceiptsAreForgotten(t *testing.T) {
	w := shop(t)
	for day := range 30 {
		for i := range 5 {
			w.quick("", &SellAtTill{Receipt: fmt.Sprintf("R-%d-%d", day, i), Till: "T1", SoldAt: w.meta("").Now, Lines: []SoldLine{{SKU: "OAT", Qty: 1, Bin: "A-01-1"}}})
		}
		w.late += 24 * 60 * 60 * 1e9
	}
	require.LessOrEqual(t, w.s.Receipts.Len(), DefaultPolicy().ReceiptDays+1)
	for _, r := range w.s.Receipts.All() {
		require.Len(t, r.List, 5)
	}
}

// TestABarcodeOfTwoItems: whichever of them came first, nobody is told it is the one or the other; and it is plain
// again when one of them gives it up.
func TestABarcodeOfTwoItems(t *testing.T) {
	one, two := Item{SKU: "A", Name: "Ale", GTINs: []string{"09520000000936"}}, Item{SKU: "B", Name: "Beer", Packs: []Pack{{GTIN: "09520000000936", Qty: 6}}}
	for _, items := range [][]Item{{one, two}, {two, one}, {one, two, one, two}} {
		s := NewState()
		for _, it := range items {
			(&ItemSet{it}).apply(s)
		}
		require.Equal(t, Coded{SKU: "A", Qty: 1, Also: []SKU{"B"}}, s.Codes["09520000000936"])
		_, _, no := s.coded("gtin", "9520000000936")
		require.Equal(t, AmbiguousCode, no.Code)
		require.Equal(t, AmbiguousCode, s.unreadable("]C10109520000000936").Code)
		(&ItemSet{Item{SKU: "A", Name: "Ale"}}).apply(s)
		require.Equal(t, Coded{SKU: "B", Qty: 6}, s.Codes["09520000000936"])
		(&ItemSet{Item{SKU: "B", Name: "Beer"}}).apply(s)
		require.Empty(t, s.Codes)
	}
}
