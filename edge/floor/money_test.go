package floor

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// showDrawers prints what was taken, by till and shift.
func showDrawers(s *State, _ string) string {
	var out []string
	for _, d := range s.Drawers.All() {
		state := "not counted"
		if d.Over() {
			state = "counted by " + string(d.Counter)
		}
		out = append(out, d.Words()+": "+state)
		for _, t := range d.Sums {
			words := fmt.Sprintf("  %s, %s: %s taken", t.Who, t.Method, Money{t.In, t.Currency})
			if t.Out > 0 {
				words += ", " + Money{t.Out, t.Currency}.String() + " given back"
			}
			out = append(out, words)
		}
	}
	for _, o := range s.Owes.All() {
		out = append(out, fmt.Sprintf("%s has still to pay in %s for parcel %s", o.Carrier, o.Due, tail(o.Unit)))
	}
	if len(out) == 0 {
		return "no money was taken"
	}
	return strings.Join(out, "\n")
}

var moneyGoldens = []Event{
	&DoorPaid{Order: "O-1", Unit: "095200010000000010", Amount: Money{4990, "EUR"}, Method: "cash", Receipt: "T4-882", Driver: "Jo", TillShift: TillShift{Till: "T4", Shift: "late", Date: "2026-11-21"}, Doubted: true, ManyPaid: ManyPaid{Total: &Money{9000, "EUR"}, Used: "O-2"}},
	&MoneyReturned{Order: "O-1", Amount: Money{1999, "EUR"}, Method: "card", Receipt: "T4-883", Why: "wrong customer", AtDoor: true, ManyPaid: ManyPaid{Total: &Money{4000, "EUR"}}, TillShift: TillShift{Till: "T4", Shift: "late", Date: "2026-11-21"}, Overridden: Overridden{By: []UserID{"mia"}}},
	&DueLowered{Order: "O-1", Amount: Money{500, "EUR"}, Why: "a scratch", Overridden: Overridden{By: []UserID{"mia"}}},
	&DrawerCounted{TillShift: TillShift{Till: "T4", Shift: "late", Date: "2026-11-21"}, Lines: []Declared{{Method: "cash", Currency: "EUR", Booked: 4500, Counted: 4000}}, Counter: "anna", Why: "a note was missing", Differs: true},
}

// moneyCommand pays, pays in, gives back and counts.
func moneyCommand(rt *rapid.T, w *world) Command {
	o := rapid.SampledFrom([]OrderID{"PAY", "DOOR", "PAY", "DOOR", "P-1", "O-1", "O-9"}).Draw(rt, "order")
	amount := Money{int64(rapid.SampledFrom([]int{0, 5, 1000, 2500, 4990}).Draw(rt, "minor")), rapid.SampledFrom([]string{"EUR", "EUR", "EUR", "CHF"}).Draw(rt, "currency")}
	method := rapid.SampledFrom([]string{"cash", "card", "voucher", "transfer", "shells"}).Draw(rt, "method")
	receipt := rapid.SampledFrom([]string{"r1", "r2", "r3", "r4", "r5"}).Draw(rt, "receipt")
	till := rapid.SampledFrom([]string{"", "T1", "T2"}).Draw(rt, "till")
	done := rapid.IntRange(0, 3).Draw(rt, "done") == 0
	var total *Money
	if rapid.Bool().Draw(rt, "whole") {
		total = &Money{6000, amount.Currency}
	}
	switch rapid.IntRange(0, 9).Draw(rt, "command") {
	case 0, 1:
		return &PayPickup{Order: o, Amount: amount, Method: method, Receipt: receipt, Total: total, Till: till, Done: done}
	case 2, 3:
		return &PayDoor{Order: o, Amount: amount, Method: method, Receipt: receipt, Total: total, Till: till, Driver: "Jo", Done: done}
	case 4:
		intent := rapid.SampledFrom([]string{LowerDue, GiveBack, UndoPaid, "gift"}).Draw(rt, "intent")
		if intent == LowerDue {
			method, receipt, till = "", "", ""
		}
		return &RefundMoney{Order: o, Intent: intent, Amount: amount, Method: method, Receipt: receipt, Till: till, Why: "test", Approvals: someApprovals(rt, w)}
	case 5:
		return &HandOver{Unit: someUnit(rt, w.s), Done: true}
	case 6:
		return &Scan{Order: o, SKU: "OAT", Qty: 1, Done: true}
	case 7:
		return &ParcelBack{Code: string(someUnit(rt, w.s)), Why: "refused"}
	}
	sums := []CountedSum{{Method: "cash", Amount: amount}}
	for _, x := range []string{"card", "voucher"} {
		if rapid.Bool().Draw(rt, x) {
			sums = append(sums, CountedSum{Method: x, Amount: Money{Currency: "EUR"}})
		}
	}
	return &CountDrawer{Till: till, Declared: sums, Why: rapid.SampledFrom([]string{"", "a note is missing"}).Draw(rt, "why")}
}

// withMoney adds an order to be paid at the counter, and one at the door.
func withMoney(w *world) {
	toCollect(w, "PAY", func(a *Assign) { a.Pay = &Pay{When: "pickup", Due: Money{5000, "EUR"}} })
	door := order("DOOR")
	door.Pay = &Pay{When: "cod", Due: Money{4990, "EUR"}}
	w.must("", door)
	w.must("", &SetPolicy{Name: "cod_paid_in", Value: []byte("true")})
	w.must("anna", &Start{Order: "DOOR"})
	w.must("anna", &Scan{Order: "DOOR", SKU: "OAT", Qty: 1})
	unit := w.must("anna", &OpenUnit{Order: "DOOR"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: unit, SKU: "OAT", Qty: 1})
	w.must("anna", &CloseUnit{Unit: unit})
}

// checkDrawers holds the drawers against the payments of the orders: what is in a drawer is what orders paid.
func checkDrawers(t require.TestingT, s *State, gone []*Order) {
	in, paid := map[string]int64{}, map[string]int64{}
	for _, d := range s.Drawers.All() {
		for _, x := range d.Sums {
			require.GreaterOrEqual(t, x.In, int64(0))
			require.GreaterOrEqual(t, x.Out, int64(0))
			in[x.Method+x.Currency] += x.In - x.Out
		}
	}
	totals := map[string]int64{}
	for _, d := range s.Days.All() {
		for name, n := range d.N {
			if part := strings.Split(name, "/"); part[0] == "money" && part[5] == "in" {
				totals[part[3]+part[4]] += n
			} else if part[0] == "money" && part[5] == "out" {
				totals[part[3]+part[4]] -= n
			}
		}
	}
	for _, o := range append(slices.Collect(maps.Values(s.Orders)), gone...) {
		for _, list := range [][]Payment{o.counter().Paid, o.Door} {
			for _, p := range list {
				paid[p.Method+p.Amount.Currency] += p.Amount.Minor
			}
		}
	}
	for key := range in {
		require.Equal(t, paid[key], in[key], "%s in the drawers", key)
		require.Equal(t, paid[key], totals[key], "%s in the totals", key)
	}
	require.Len(t, in, len(paid), "no payment is in no drawer")
	for _, o := range s.Owes.All() {
		require.Equal(t, o.Due, s.Orders[o.Order].DueAtDoor())
		require.Positive(t, o.Due.Minor)
	}
}

// TestANightShiftIsOne: a shift belongs to the business day it began on, also past midnight and when clocks change.
func TestANightShiftIsOne(t *testing.T) {
	c := calendarOf(Site{Zone: "Europe/Berlin", DayStart: "06:00", Shifts: []Shift{{Name: "late", From: "14:00", To: "22:00"}, {Name: "night", From: "22:00", To: "06:00"}, {Name: "early", From: "06:00", To: "14:00"}}})
	for text, want := range map[string][2]string{
		"2026-11-21T21:30:00Z": {"2026-11-21", "night"}, // 22:30
		"2026-11-21T23:30:00Z": {"2026-11-21", "night"},
		"2026-11-22T04:59:00Z": {"2026-11-21", "night"},
		"2026-11-22T05:00:00Z": {"2026-11-22", "early"},
		"2026-11-22T13:00:00Z": {"2026-11-22", "late"},
		"2026-10-25T01:30:00Z": {"2026-10-24", "night"}, // the hour that comes twice
		"2026-03-29T01:30:00Z": {"2026-03-28", "night"},
	} {
		m, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		date, shift := c.ShiftOf(m)
		require.Equal(t, want, [2]string{date, shift}, text)
	}
	date, shift := calendarOf(Site{}).ShiftOf(noon)
	require.Equal(t, [2]string{"2026-11-21", ""}, [2]string{date, shift})
	// A day that begins at six, and a shift that begins before it.
	c = calendarOf(Site{DayStart: "06:00", Shifts: []Shift{{Name: "dawn", From: "05:00", To: "12:00"}}})
	date, _ = c.ShiftOf(noon.Add(-time.Hour))
	require.Equal(t, "2026-11-20", date)
}

// TestDrawersAreForgotten: a counted drawer goes after the days the policy says, one nobody counted after more
// than a year; the totals of the days stay.
func TestDrawersAreForgotten(t *testing.T) {
	s := NewState()
	s.Policy.DrawerDays = 30
	s.rec = &Record{Time: noon}
	for day := range 600 {
		date := Date(nextDay("2026-01-01", day))
		at := TillShift{Till: "T1", Date: date}
		s.takeMoney(at, "anna", "cash", Money{100, "EUR"})
		if day != 3 {
			(&DrawerCounted{TillShift: at, Lines: []Declared{{Method: "cash", Currency: "EUR", Booked: 100, Counted: 100}}}).apply(s)
		}
		if day == 3+DaysKept {
			require.NotNil(t, s.Drawers.Get("2026-01-04/T1/"), "nobody counted it yet")
		}
	}
	require.LessOrEqual(t, s.Drawers.Len(), 32)
	require.Nil(t, s.Drawers.Get("2026-01-04/T1/"))
}
