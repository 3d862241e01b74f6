package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What mixed runs, tills and deliveries bring is in the day's totals as well.
func TestTheDaysGoods(t *testing.T) {
	s := NewState()
	for _, e := range []Event{
		&RunPicked{Run: "R-1", SKU: "OAT", Qty: 4, Bin: "A"},
		&UnitSorted{Order: "O-1", Line: "1", SKU: "OAT", Qty: 3, Run: "R-1"},
		&PickSubstituted{Order: "O-1", Line: "1", As: "2", SKU: "RICE", Qty: 1, Bin: "A"},
		&TillSold{SKU: "OAT", Qty: 5, Bin: "A"}, &TillSold{SKU: "OAT", Qty: -2, Bin: "A"}, &SaleAbsorbed{SKU: "OAT", Qty: 1, Bin: "A"},
		&GoodsReceived{Inbound: "ASN-1", SKU: "OAT", Qty: 7, To: Quarantine},
		&InboundClosed{Inbound: "ASN-1", Over: []ItemQty{{"OAT", 1}}, Short: []ItemQty{{"RICE", 2}}, Unexpected: []ItemQty{{"SOAP", 3}}, Damaged: []ItemQty{{"OAT", 4}}},
		&ReturnScanned{Return: "R-1", No: 1, SKU: "OAT", Qty: 2, Reason: TooSmall}, &ReturnDisposed{Return: "R-1", No: 1, SKU: "OAT", Qty: 2, Disposition: "vendor"},
		&ReturnScanned{Return: "R-2", No: 1, SKU: "OAT", Qty: 2, Reason: "damaged"},
		&ReturnCancelled{Return: "R-2", Lines: []ReturnLine{{No: 1, SKU: "OAT", Qty: 2, Reason: "damaged"}}},
	} {
		ApplyRecord(s, &Record{ID: "x", Time: noon, Event: e})
	}
	require.Len(t, s.Days.All(), 1)
	got := s.Days.All()[0].N
	for name, n := range map[string]int64{
		"units_picked": 4, "scans": 3, "till_sold": 6, "till_returned": 2, "units_received": 7,
		"received_over": 1, "received_short": 2, "received_unexpected": 3, "received_damaged": 4, "returned/too_small": 2, "disposed/vendor": 2,
		"returned/damaged": 0,
	} {
		require.Equal(t, n, got[name], name)
	}
}
