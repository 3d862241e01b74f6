package view_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/floor"
	"picket/edge/view"
)

func listed(t require.TestingT, b *view.Board, name string, a view.Ask) []string {
	l := b.List(name)
	require.NotNil(t, l, name)
	if a.Limit == 0 {
		a.Limit = 1000
	}
	a.Now = morning
	p, err := l.Page(b, a)
	require.NoError(t, err)
	out := make([]string, len(p.Rows))
	for i := range p.Rows {
		out[i] = string(p.Rows[i])
	}
	return out
}

// Page by page one sees what one sees at once, each row once, whatever the limit.
func TestPagesAreTheWholeList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := busy(t)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			w.step(t)
		}
		w.must(t, "", &floor.SignIn{Session: floor.Session{ID: "d1", User: "anna", Device: "hh-9", Expires: w.now.Add(1000 * time.Hour)}})
		b := w.board(t)
		limit := rapid.IntRange(1, 4).Draw(t, "limit")
		for _, l := range b.Lists() {
			whole, err := l.Page(b, view.Ask{Limit: 10_000, Now: w.now})
			require.NoError(t, err)
			require.Empty(t, whole.Next)
			var rows []json.RawMessage
			for a := (view.Ask{Limit: limit, Now: w.now}); ; {
				p, err := l.Page(b, a)
				require.NoError(t, err)
				require.LessOrEqual(t, len(p.Rows), limit)
				rows = append(rows, p.Rows...)
				if a.After = p.Next; p.Next == "" {
					break
				}
			}
			require.Equal(t, fmt.Sprintf("%s", whole.Rows), fmt.Sprintf("%s", append([]json.RawMessage{}, rows...)), l.Name)
		}
	})
}

// Every section of the floor is a list, and every list says what it is.
func TestListsAreDescribed(t *testing.T) {
	b := newWorld().board(t)
	for _, s := range b.Sections() {
		require.NotNil(t, b.List(s), s)
	}
	require.Nil(t, b.List("approvals"), "an approval is for the one it was given to")
	for _, l := range b.Lists() {
		require.NotEmpty(t, l.Says, l.Name)
		require.NotEmpty(t, l.Columns(), l.Name)
		for _, f := range l.Filters() {
			require.NotEmpty(t, l.FilterKind(f))
		}
	}
}

func TestListsAreFiltered(t *testing.T) {
	w := busy(t)
	w.assign(t, "O-3", morning.Add(30*time.Minute), asked("1", "oat", 5))
	b := w.board(t)
	all := listed(t, b, "orders", view.Ask{})
	require.Len(t, all, 3)
	require.Contains(t, all[1], `"O-3"`, "due first")
	require.Len(t, listed(t, b, "orders", view.Ask{Where: map[string]string{"state": "picking"}}), 2)
	require.Len(t, listed(t, b, "orders", view.Ask{Where: map[string]string{"state": "picking,new"}}), 3)
	require.Len(t, listed(t, b, "orders", view.Ask{Where: map[string]string{"started": "false", "qty": "5"}}), 1)
	require.Len(t, listed(t, b, "orders", view.Ask{Q: "o-3"}), 1)
	require.Len(t, listed(t, b, "lines", view.Ask{Where: map[string]string{"sku": "oat"}}), 3)
	require.Equal(t, []string{`{"sku":"oat","name":"oat","on_hand":6,"asked":9,"kept":0,"low":false,"buckets":{"bin":6},"bins":[{"bin":"A-1","on_hand":2},{"bin":"A-2","on_hand":2},{"bin":"B-1","on_hand":2}],"promise":{"on_hand":6,"reserved":9,"kept":0,"safety":0,"available":0,"oversold":3}}`},
		listed(t, b, "stock", view.Ask{Where: map[string]string{"sku": "oat"}}))
	require.Len(t, listed(t, b, "bins", view.Ask{Q: "a-"}), 2)

	for param, want := range map[string]string{"colour": "is not a parameter of this list", "started": "is true or false", "qty": "is a whole number"} {
		_, err := b.List("orders").Page(b, view.Ask{Where: map[string]string{param: "x"}, Limit: 1})
		var ask *view.AskError
		require.ErrorAs(t, err, &ask)
		require.Equal(t, param, ask.Param)
		require.Contains(t, ask.Why, want)
	}
}

// Nothing a list shows is a customer's, a session's or a code's.
func TestListsKeepSecrets(t *testing.T) {
	w := busy(t)
	w.must(t, "", &floor.Assign{Order: "O-7", Assignment: "as", Number: "7", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning, ShipTo: "pii/O-7",
		Lines: []floor.AskedLine{asked("1", "oat", 1)}})
	w.state.Orders["O-7"].Terms = floor.Terms{Contact: "pii/O-7/contact", CodeSalt: "c0ffee11", CodeHash: "feedbeef22", ProxyOnly: "pii/deadbeef33"}
	w.must(t, "", &floor.SignIn{Session: floor.Session{ID: "digest-of-a-token", User: "anna", Expires: morning.Add(time.Hour)}})
	b := view.NewBoard(site, w.log, w.state, floor.Seq(len(w.records)), morning)
	for _, l := range b.Lists() {
		for _, row := range listed(t, b, l.Name, view.Ask{}) {
			for _, secret := range []string{"pii/", "c0ffee11", "feedbeef22", "deadbeef33", "digest-of-a-token"} {
				require.NotContains(t, row, secret, l.Name)
			}
		}
	}
	full := encoded(t, b.Full(morning))
	for _, secret := range []string{"pii/", "c0ffee11", "feedbeef22", "deadbeef33", "digest-of-a-token"} {
		require.NotContains(t, full, secret)
	}
}

// Whoever counts blind does not see the book; those who review do, and everybody when it is over.
func TestABlindCountHidesTheBook(t *testing.T) {
	w := busy(t)
	w.must(t, "", &floor.OpenCount{What: floor.CountDirected, Bins: []floor.BinID{"A-1"}})
	w.must(t, "", &floor.CountBin{Bin: "A-1", Lines: []floor.CountedItem{{SKU: "oat", Qty: 90}, {SKU: "rice", Qty: 1}}})
	for _, id := range w.state.Counts.IDs() {
		w.state.Counts.Get(id).Blind = true
	}
	b := view.NewBoard(site, w.log, w.state, floor.Seq(len(w.records)), morning)
	require.NotContains(t, string(b.Full(morning).Rows["bin_counts"][0]), `"book"`)
	require.Contains(t, string(b.Full(morning).Rows["bin_counts"][0]), `"id":"A-1"`)
	require.Regexp(t, `"not_by":\["[a-z]+"\],"since":"`, string(b.Full(morning).Rows["bin_counts"][0]), "who must not count it, and since when")
	require.Contains(t, listed(t, b, "bin_counts", view.Ask{})[0], `"book":2`)
	require.Equal(t, "lead", b.List("bin_counts").For)
}

func TestThePickupCounter(t *testing.T) {
	w := busy(t)
	w.bin(t, "SHELF-1", 9)
	w.must(t, "", &floor.SetBin{Bin: floor.Bin{ID: "SHELF-1", Aisle: "S", Level: 1, Walk: 9, Use: "staging"}})
	w.must(t, "", &floor.Assign{Order: "O-7", Assignment: "as", Number: "web-7", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: morning, Lines: []floor.AskedLine{asked("1", "oat", 1)}})
	w.must(t, "hh-1", &floor.Start{Order: "O-7"})
	w.must(t, "hh-1", &floor.Scan{Order: "O-7", SKU: "oat", Qty: 1})
	w.must(t, "hh-1", &floor.Finish{Order: "O-7"})
	w.must(t, "hh-1", &floor.StageGoods{Order: "O-7", Shelf: "SHELF-1", Bags: 1})
	w.must(t, "hh-1", &floor.CustomerComes{Order: "O-7", How: "counter"})
	b := w.board(t)
	rows := listed(t, b, "pickups", view.Ask{Where: map[string]string{"waiting": "true"}})
	require.Len(t, rows, 1)
	require.Contains(t, rows[0], `"on_shelf":1,"shelves":["SHELF-1"],"bags":1`)
	require.Empty(t, listed(t, b, "pickups", view.Ask{Where: map[string]string{"overdue": "true"}}))

	checks := listed(t, b, "checklist", view.Ask{})
	require.NotEmpty(t, checks)
	require.Contains(t, checks[0], `"what":"orders_due"`)
}

// What keeps an order from going its usual way is on its picture and in the list; what may still be promised is
// the floor's own arithmetic; what is gone is offered, and what runs low is listed with where to fill it from.
func TestFlagsPromisesOffersAndNeeds(t *testing.T) {
	w := newWorld()
	w.must(t, "", &floor.SetItem{Item: floor.Item{SKU: "oat", Name: "Oat drink", GTINs: []string{}, Low: 3}})
	w.must(t, "", &floor.SetBin{Bin: floor.Bin{ID: "A-1", Aisle: "A", Walk: 1, Min: 4, Max: 10}})
	w.must(t, "", &floor.SetBin{Bin: floor.Bin{ID: "R-1", Aisle: "R", Walk: 2, Use: "reserve"}})
	w.must(t, "", &floor.AdjustStock{SKU: "oat", Bin: "A-1", Delta: 2, Reason: "opening", Lot: "L-7"})
	w.must(t, "", &floor.AdjustStock{SKU: "oat", Bin: "R-1", Delta: 30, Reason: "opening"})
	w.stock(t, "rice", "B-1", 1)
	w.assign(t, "O-1", morning, asked("1", "oat", 5), asked("2", "rice", 2))
	w.assign(t, "O-2", morning, asked("1", "rice", 1))
	w.must(t, "hh-1", &floor.Start{Order: "O-1"})
	w.must(t, "", &floor.AdjustStock{SKU: "rice", Bin: "B-1", Delta: -1, Reason: "lost"})
	w.must(t, "hh-1", &floor.ReportShort{Order: "O-1", Line: "2", Qty: 1, Reason: floor.NotInStock})
	w.must(t, "", &floor.Hold{Order: "O-2", Reason: "fraud"})
	w.must(t, "", &floor.ForceElsewhere{Order: "O-1", Who: "lea", To: "st-2"})
	b := w.board(t)

	held, _ := b.Order("O-2")
	require.Equal(t, "fraud", held.Hold)
	twice, _ := b.Order("O-1")
	require.True(t, twice.Twice)
	require.Equal(t, []string{"O-2"}, idsOf(t, b, "orders", map[string]string{"hold": "fraud"}))
	require.Equal(t, []string{"O-1"}, idsOf(t, b, "orders", map[string]string{"twice": "true"}))

	for _, sku := range []floor.SKU{"oat", "rice"} {
		var row view.StockRow
		require.NoError(t, json.Unmarshal(b.List("stock").One(b, string(sku), morning, true), &row))
		require.Equal(t, w.state.PromiseOf(sku), *row.Promise)
		if sku == "oat" {
			require.Equal(t, []view.BinLot{{Bin: "A-1", LotQty: floor.LotQty{Lot: "L-7", Qty: 2}}}, row.Lots)
			require.EqualValues(t, 27, row.Promise.Available)
		}
	}
	offers, err := b.List("offers").Page(b, view.Ask{Limit: 9, Now: morning})
	require.NoError(t, err)
	require.Len(t, offers.Rows, 2, "one in each order: the short one still wants another")
	require.Contains(t, string(offers.Rows[1]), `"order":"O-2"`)
	need := b.List("replenish").One(b, "A-1/oat", morning, true)
	require.Contains(t, string(need), `"from":"R-1"`)
	require.Contains(t, string(need), `"by":"2026-11-21T08:00:00Z"`)
}

func idsOf(t *testing.T, b *view.Board, list string, where map[string]string) []string {
	p, err := b.List(list).Page(b, view.Ask{Where: where, Limit: 99, Now: morning})
	require.NoError(t, err)
	var out []string
	for _, r := range p.Rows {
		out = append(out, rowID(r))
	}
	return out
}
