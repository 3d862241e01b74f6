package floor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheReturnWindowBeginsAtTheHandOver: not when the order was due; and a late record of an early hand-over
// does not make it longer.
func TestTheReturnWindowBeginsAtTheHandOver(t *testing.T) {
	const day = 24 * time.Hour
	w := stocked(t)
	returnNumbers(w)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	unit := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: unit, SKU: "OAT", Qty: 2})
	w.late += 20 * day // it was due long ago
	w.must("anna", &HandOver{Unit: unit, Done: true})
	left := w.s.Orders["O-1"].Gone
	require.WithinDuration(t, noon.Add(w.late), left, time.Minute)
	scan := func() *ScanReturn {
		r := w.must("anna", &OpenReturn{Order: "O-1"})[0].(*ReturnOpened).Return
		return &ScanReturn{Return: r, SKU: "OAT", Qty: 1, Reason: ChangedMind, Condition: "as_new"}
	}
	w.late += 29 * day
	w.must("anna", scan())
	w.late += 2 * day
	no := w.refused("anna", scan(), TooLate)
	require.Contains(t, no.Words(), left.AddDate(0, 0, 30).Format(time.DateOnly))
	w.must("", &SetPolicy{Name: "return_days", Value: []byte("0")})
	w.must("anna", scan())

	var o Order
	o.gone(left)
	o.gone(left.Add(-day))
	require.Equal(t, left, o.Gone)
}

// TestTheReturnWindowOfAReceipt: nobody here knows when it was handed over, and the receipt has a day.
func TestTheReturnWindowOfAReceipt(t *testing.T) {
	w := stocked(t)
	returnNumbers(w)
	take := func(bought string) *Refusal {
		r := w.must("anna", &OpenReturn{Receipt: "T1-4711" + bought, Bought: bought})[0].(*ReturnOpened).Return
		_, no := w.do("anna", &ScanReturn{Return: r, SKU: "OAT", Qty: 1, Reason: ChangedMind, Condition: "as_new"})
		return no
	}
	days := func(n int) string { return noon.AddDate(0, 0, -n).Format(time.DateOnly) }
	require.Nil(t, take(days(30)), "the whole of the last day")
	require.Equal(t, TooLate, take(days(31)).Code)
	require.Nil(t, take(""), "a receipt without a day says nothing")
	w.refused("anna", &OpenReturn{Receipt: "T1-4711", Bought: "yesterday"}, BadField)
}

// TestTheReturnWindowOfAWrongClock: neither a handheld that says 2036 nor one that says 1970 moves the customer's last day.
func TestTheReturnWindowOfAWrongClock(t *testing.T) {
	for _, off := range []time.Duration{-10 * 365 * 24 * time.Hour, 56 * 365 * 24 * time.Hour} {
		w := stocked(t)
		w.must("anna", &Start{Order: "O-1"})
		w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 2})
		unit := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
		w.must("anna", &AddToUnit{Unit: unit, SKU: "OAT", Qty: 2})
		w.ago = off
		w.must("anna", &HandOver{Unit: unit, Done: true})
		require.WithinDuration(t, noon, w.s.Orders["O-1"].Gone, time.Hour)
	}
}
