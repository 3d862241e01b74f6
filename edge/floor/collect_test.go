package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// toCollect is an order of 2 oat and 3 rice that the customer comes for.
func toCollect(w *world, id OrderID, terms func(*Assign), lines ...AskedLine) {
	a := order(id)
	a.Flow, a.Carrier = FlowPickup, ""
	if lines != nil {
		a.Lines = lines
	}
	if terms != nil {
		terms(a)
	}
	w.must("", a)
}

// staged brings an order to the shelf.
func (w *world) staged(id OrderID, shelf BinID) {
	w.must("anna", &Start{Order: id})
	for i := range w.s.Orders[id].Lines {
		l := &w.s.Orders[id].Lines[i]
		w.must("anna", &Scan{Order: id, Line: l.ID, SKU: l.SKU, Qty: l.Wanted()})
	}
	w.must("anna", &Finish{Order: id})
	w.must("anna", &StageGoods{Order: id, Shelf: shelf})
}

// counter is a store that closes on Sundays and at eight in the evening, with two staging shelves and some
// orders to collect.
func counter(t require.TestingT) *world {
	w := stocked(t)
	w.must("", &SetBin{Bin{ID: "PICKUP-1", Use: "staging"}})
	w.must("", &SetBin{Bin{ID: "PICKUP-2", Use: "staging", Max: 1}})
	w.must("", &SetItem{Item{SKU: "GIN", Name: "Gin 0.7 l", GTINs: []string{"09520000000035"}, MinAge: 18}})
	w.must("", &AdjustStock{SKU: "GIN", Bin: "A-02-1", Delta: 5, Reason: "opening"})
	w.must("", &AdjustStock{SKU: "OAT", Bin: "A-02-1", Delta: 90, Reason: "opening"})
	w.must("", &AdjustStock{SKU: "RICE", Bin: "A-01-1", Delta: 98, Reason: "opening"})
	site := &SetSite{Zone: "UTC"}
	for day := 1; day <= 6; day++ {
		site.Hours = append(site.Hours, Open{Day: day, From: "09:00", To: "20:00"})
	}
	site.Closed = []string{"2026-12-01"}
	w.must("", site)
	lead := Session{ID: "mia1", User: "mia", Name: "Mia", Roles: []string{"lead"}, Expires: noon.AddDate(1, 0, 0)}
	w.must("", &SignIn{lead})
	w.s.Policy.PrintHoldLabel = false
	code := func(a *Assign) { a.CodeSalt, a.CodeHash = "00aa11bb22cc33dd", HashCode("00aa11bb22cc33dd", "7KQ2") }
	toCollect(w, "P-1", code)
	toCollect(w, "P-2", code)
	toCollect(w, "P-3", func(a *Assign) {
		code(a)
		a.Pay = &Pay{When: "pickup", Due: Money{Minor: 4500, Currency: "EUR"}}
	}, AskedLine{Line: "1", SKU: "GIN", Qty: 1}, AskedLine{Line: "2", SKU: "OAT", Qty: 1})
	toCollect(w, "P-4", func(a *Assign) {
		code(a)
		a.Value = &Money{Minor: 90000, Currency: "EUR"}
	})
	toCollect(w, "P-5", func(a *Assign) { a.Mode = ModeConfirm })
	toCollect(w, "P-6", func(a *Assign) { a.ProxyOnly = "pii/proxy/6" })
	toCollect(w, "P-7", nil)
	return w
}

// shelf is the counter with all orders but P-7 on the shelf, and ready but for P-1.
func shelf(t require.TestingT) *world {
	w := counter(t)
	for _, id := range []OrderID{"P-1", "P-2", "P-3", "P-4", "P-5", "P-6"} {
		if w.staged(id, "PICKUP-1"); id != "P-1" {
			w.must("anna", &MakeReady{Order: id})
		}
	}
	return w
}

func showCounter(s *State, id string) string {
	if id != "" {
		o := s.Orders[OrderID(id)]
		p := o.counter()
		var out []string
		for _, at := range p.Shelves {
			out = append(out, fmt.Sprintf("shelf %s: %d of line %s", at.Shelf, at.Qty, at.Line))
		}
		if !p.By.IsZero() {
			out = append(out, "kept until "+p.By.Format("Mon 2006-01-02 15:04"))
		}
		if p.Here != nil {
			out = append(out, "the customer is here: "+p.Here.How+" "+p.Here.Bay)
		}
		if p.Custody != "" {
			out = append(out, "with device "+string(p.Custody))
		}
		if due := o.StillDue(); due.Minor > 0 {
			out = append(out, "still to be paid: "+due.String())
		}
		if len(out) == 0 {
			return "nothing at the counter"
		}
		return strings.Join(out, "\n")
	}
	now := s.rec.Time
	return fmt.Sprintf("waiting: %s; unclaimed: %s%s", joined(s.Waiting()), joined(s.Unclaimed()), now.Format(""))
}

// checkShelves holds the shelves against the tallies.
func checkShelves(t require.TestingT, s *State, o *Order) {
	on := map[LineID]int{}
	for _, at := range o.counter().Shelves {
		require.Positive(t, at.Qty, "%s on %s", o.ID, at.Shelf)
		on[at.Line] += at.Qty
	}
	staged := map[SKU]int64{}
	for i := range o.Lines {
		l := &o.Lines[i]
		require.GreaterOrEqual(t, l.Staged, 0)
		require.GreaterOrEqual(t, l.Handed, 0)
		require.LessOrEqual(t, l.Handed, l.Qty, "never handed over twice")
		require.Equal(t, l.Staged, on[l.ID], "shelves of %s/%s", o.ID, l.ID)
		staged[l.SKU] += int64(l.Staged)
	}
	for sku, n := range staged {
		require.Equal(t, n, s.OnHand(OnShelfOf(o.ID), sku), "staging of %s", o.ID)
	}
}

func collectCommand(rt *rapid.T, w *world) Command {
	o := rapid.SampledFrom([]OrderID{"P-1", "P-2", "P-1", "P-2", "P-1", "O-1", "O-9"}).Draw(rt, "order")
	line := rapid.SampledFrom([]LineID{"1", "2", "1", "2", "7"}).Draw(rt, "line")
	qty := rapid.IntRange(0, 3).Draw(rt, "qty")
	done := rapid.IntRange(0, 5).Draw(rt, "done") == 0
	shelf := rapid.SampledFrom([]BinID{"PICKUP-1", "PICKUP-2", "A-01-1"}).Draw(rt, "shelf")
	var some []LineQty
	if qty > 0 && rapid.Bool().Draw(rt, "some") {
		some = []LineQty{{Line: line, Qty: qty}}
	}
	switch rapid.IntRange(0, 27).Draw(rt, "command") {
	case 0:
		return &SetBin{Bin{ID: "PICKUP-1", Use: "staging", Max: 2}}
	case 1:
		return &SetBin{Bin{ID: "PICKUP-2", Use: "staging"}}
	case 2, 3:
		return &Start{Order: o, TakeOver: true}
	case 4, 5, 6:
		return &Scan{Order: o, Line: line, SKU: map[LineID]SKU{"1": "OAT", "2": "RICE"}[line], Qty: qty, Done: done}
	case 7:
		return &Undo{Order: o, Line: line, Qty: qty, Bin: "A-01-1"}
	case 8, 9, 10, 11:
		return &StageGoods{Order: o, Shelf: shelf, Lines: some, Done: done}
	case 12:
		return &MoveShelf{Order: o, From: "PICKUP-1", To: shelf, Lines: some, Done: done}
	case 13, 14:
		return &MakeReady{Order: o}
	case 15:
		return &Unready{Order: o, Why: "test"}
	case 16:
		if done {
			return &ExtendPickup{Order: o, Until: noon.AddDate(0, 0, 5), Why: "test"}
		}
		return &Notify{Order: o, How: "mail"}
	case 17:
		return &CustomerComes{Order: o, How: "counter"}
	case 18:
		return &CustomerGoes{Order: o}
	case 19:
		return &GiveCustody{Order: o, Device: rapid.SampledFrom([]DeviceID{"hh-1", "hh-2", ""}).Draw(rt, "device"), Approvals: someApprovals(rt, w)}
	case 20:
		return &Authorise{Order: o, Method: ProofID, IDKind: "passport"}
	case 21, 22:
		return &HandOut{Order: o, Lines: some, Done: done, Method: rapid.SampledFrom([]ProofMethod{"", ProofCode}).Draw(rt, "method")}
	case 23:
		return &Reverse{Order: o, Lines: some, To: rapid.SampledFrom([]string{"staging", "quarantine"}).Draw(rt, "to"), Shelf: shelf, Why: "test", Approvals: someApprovals(rt, w)}
	case 24:
		return &CounterShort{Order: o, Line: line, Qty: qty, Resolution: rapid.SampledFrom([]string{"shortage", "cancel", "later"}).Draw(rt, "resolution"), Reason: rapid.SampledFrom(CounterReasons).Draw(rt, "reason")}
	case 25:
		return &RefuseGoods{Order: o, Lines: some, Why: "test"}
	case 26:
		if done {
			w.late += 200 * time.Hour
		}
		return &Expire{Order: o}
	case 27:
		return rapid.SampledFrom([]Command{&LineDown{}, &LineUp{}, &PayPickup{Order: o, Amount: Money{Minor: 5, Currency: "EUR"}, Method: "cash", Receipt: "r", Done: done}, &Remind{Order: o}, &SetPolicy{Name: "ready_in_parts", Value: []byte("true")}}).Draw(rt, "other")
	}
	panic("unreachable")
}

var collectGoldens = []Event{
	&GoodsStaged{Order: "O-1", Shelf: "PICKUP-1", Lines: []Taken{{Line: "1", SKU: "OAT", Qty: 2}}, Tote: "T-7", Bags: 1, Doubted: true},
	&ShelfMoved{Order: "O-1", From: "PICKUP-1", To: "PICKUP-2", Lines: []LineQty{{Line: "1", Qty: 2}}},
	&PickupReady{Order: "O-1", Lines: []LineQty{{Line: "1", Qty: 2}}, By: noon},
	&PickupUnready{Order: "O-1", Lines: []Untold{{Taken: Taken{Line: "1", SKU: "OAT", Qty: 2}, Told: 1}}, Why: "wrong bag"},
	&CustomerTold{Order: "O-1", How: "mail", By: noon},
	&PickupReminded{Order: "O-1", By: noon},
	&PickupByMoved{Order: "O-1", By: noon, Why: "the customer is away", Fixed: true},
	&CustomerHere{Order: "O-1", How: "curbside", Bay: "2", Vehicle: "blue van"},
	&CustomerLeft{Order: "O-1"},
	&CustodyGiven{Order: "O-1", Device: "hh-7", Overridden: Overridden{By: []UserID{"mia"}}},
	&OTPSent{Order: "O-1", Salt: "ab12", Hash: HashCode("ab12", "123456"), Until: noon},
	&PickupAuthorised{Order: "O-1", Method: ProofProxy, Left: []ProofMethod{ProofSignature}, Until: noon, IDKind: "passport", IDTail: "12X", Ref: "pii/sig/1", Proxy: "pii/proxy/1", AgeChecked: true, Late: true, Why: "knows her", Overridden: Overridden{By: []UserID{"mia"}}},
	&CodeWrong{Order: "O-1", Method: ProofCode, Wrong: 2},
	&PickupPaid{Order: "O-1", Amount: Money{Minor: 1999, Currency: "EUR"}, Method: "card", Receipt: "T4-881", Doubted: true},
	&HandedOut{Order: "O-1", Lines: []Given{{Taken: Taken{Line: "1", SKU: "OAT", Qty: 2}, Loose: 1, Revived: 1}}, Method: ProofCode, Last: true, Doubted: NotAuthorised},
	&HandoutReversed{Order: "O-1", Lines: []Taken{{Line: "1", SKU: "OAT", Qty: 2}}, To: "staging", Shelf: "PICKUP-1", Why: "wrong customer", Overridden: Overridden{By: []UserID{"mia"}}},
	&CounterShorted{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Told: 1, Resolution: "shortage", Reason: NotOnShelf, Choice: "customer"},
	&GoodsRefused{Order: "O-1", Lines: []Taken{{Line: "1", SKU: "OAT", Qty: 2}}, Why: "too small"},
	&PickupExpired{Order: "O-1", Lines: []Taken{{Line: "1", SKU: "OAT", Qty: 2}}},
	&SiteCutOff{},
	&SiteBack{Down: noon},
}

func TestReadyTwiceIsTheSameAnswer(t *testing.T) {
	w := counter(t)
	w.staged("P-1", "PICKUP-1")
	first := Tell(w.must("anna", &MakeReady{Order: "P-1"})[0], nil)
	again := w.must("bert", &MakeReady{Order: "P-1"})[0]
	require.Equal(t, first, Tell(again, nil))
	require.Empty(t, again.(*PickupReady).Lines, "nobody is told twice")
}

func TestACodeIsFoundByItsDigest(t *testing.T) {
	w := counter(t)
	w.staged("P-1", "PICKUP-1")
	require.Equal(t, []OrderID{"P-1"}, w.s.FindCode(" 7kq2"), "P-2 is not on the shelf")
	require.Empty(t, w.s.FindCode("7KQ3"))
	require.Empty(t, w.s.FindCode(""))
	require.Equal(t, []OrderID{"P-2"}, w.s.FindNumber("-2"))
	require.Empty(t, w.s.FindNumber(""))
}

func TestWhoIsUnclaimedRemindedAndGivenUp(t *testing.T) {
	w := counter(t)
	w.staged("P-1", "PICKUP-1")
	w.must("anna", &MakeReady{Order: "P-1"})
	by := w.s.Orders["P-1"].Pickup.By
	require.Equal(t, "2026-11-30T20:00:00Z", by.Format(time.RFC3339), "seven open days from a Saturday, the Sundays closed")
	require.Equal(t, []OrderID{"P-1"}, w.s.Unclaimed())
	require.Empty(t, w.s.Reminders(by.Add(-5*24*time.Hour)))
	require.Equal(t, []OrderID{"P-1"}, w.s.Reminders(by.Add(-24*time.Hour)))
	require.Empty(t, w.s.Expirable(by))
	require.Equal(t, []OrderID{"P-1"}, w.s.Expirable(by.Add(time.Second)))
	w.must("", &LineDown{})
	require.Empty(t, w.s.Expirable(by.Add(time.Second)), "the clock stands still")
	w.late = 14 * 24 * time.Hour
	w.must("", &LineUp{})
	require.Equal(t, "2026-12-14T20:00:00Z", w.s.Orders["P-1"].Pickup.By.Format(time.RFC3339), "seven open days were left when the line went down")
	w.must("anna", &CustomerComes{Order: "P-1", How: "counter"})
	require.Empty(t, w.s.Expirable(w.s.Orders["P-1"].Pickup.By.Add(time.Second)), "somebody is here for it")
}

// Two hold labels of an order never both say that they are the only one, whether the first is printed yet or waits for the
// printer: the second is for another bag, and says that it is a copy.
func TestOneHoldLabelIsTheOriginal(t *testing.T) {
	w := counter(t)
	w.s.Policy.PrintHoldLabel = true
	copies := func() (out []int) {
		for _, j := range w.s.Orders["P-1"].Jobs {
			out = append(out, j.Copy)
		}
		return out
	}
	stage := func(shelf BinID) {
		w.must("anna", &MakeReady{Order: "P-1"})
		w.must("anna", &Unready{Order: "P-1", Why: "the wrong shelf"})
		w.must("anna", &StageGoods{Order: "P-1", Shelf: shelf})
	}
	w.staged("P-1", "PICKUP-1")
	stage("PICKUP-2")
	require.Equal(t, []int{1, 2}, copies())
	w.must("", &StartPrint{Job: w.s.Orders["P-1"].Jobs[0].ID, Printer: "bench-1"})
	stage("PICKUP-1")
	require.Equal(t, []int{1, 2, 3}, copies())
}
