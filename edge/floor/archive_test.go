package floor

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var archiveGoldens = []Event{
	&OrdersArchived{Orders: []OrderID{"O-1", "O-2"}},
	&OrderReopened{Order{ID: "O-1", Assignment: "01J", Number: "web-1001", Flow: FlowShip, Mode: ModeHold, Due: noon, Carrier: "DEMO", Started: true, Heard: noon,
		Lines: []Line{{ID: "1", SKU: "OAT", Qty: 2, Accepted: true, Picked: 2}},
		Units: []Unit{{ID: "095200010000000010", No: 1, State: UnitDeparted, Carrier: "DEMO", Contents: []Content{{Line: "1", SKU: "OAT", Qty: 2}}}},
		Jobs:  []Job{{ID: "hh-1:9/1", Doc: DocShippingLabel, Unit: "095200010000000010", Copy: 1, State: JobCompleted}}}},
	&OrderReopenedMore{Order: "O-1", Lines: []Line{{ID: "2", SKU: "RICE", Qty: 1, Accepted: true, Picked: 1}}},
	&ReturnLapsed{Return: "R-1", RMA: "RMA-1", Order: "O-1", Since: noon},
}

// shelfOfOrders is an archive as the node keeps one: folded orders as JSON, and their keys.
type shelfOfOrders struct {
	orders map[OrderID][]byte
	keys   map[string][]OrderID
	off    bool // nothing ever leaves: what the world would say without an archive
}

func (a *shelfOfOrders) lend(t require.TestingT, s *State, c Command) (out []*Order) {
	for _, key := range Needs(s, c) {
		for _, id := range a.keys[key] {
			if s.Orders[id] != nil || slices.ContainsFunc(out, func(o *Order) bool { return o.ID == id }) {
				continue
			}
			o := &Order{}
			require.NoError(t, json.Unmarshal(a.orders[id], o))
			out = append(out, o)
		}
	}
	return out
}

// gone are the orders that are in the archive and not on the floor.
func (a *shelfOfOrders) gone(t require.TestingT, s *State) (out []*Order) {
	for id, text := range a.orders {
		if s.Orders[id] == nil {
			o := &Order{}
			require.NoError(t, json.Unmarshal(text, o))
			out = append(out, o)
		}
	}
	return out
}

func (a *shelfOfOrders) keep(t require.TestingT, s *State, events []Event) {
	for _, e := range events {
		e, ok := e.(*OrdersArchived)
		if !ok {
			continue
		}
		rows := 0
		for _, id := range e.Orders {
			text, err := json.Marshal(s.Orders[id])
			require.NoError(t, err)
			require.LessOrEqual(t, len(text), MaxArchived)
			if a.orders == nil {
				a.orders, a.keys = map[OrderID][]byte{}, map[string][]OrderID{}
			}
			a.orders[id] = text
			rows += s.Orders[id].archiveRows()
			for _, key := range s.Orders[id].Keys() {
				if !slices.Contains(a.keys[key], id) {
					a.keys[key] = append(a.keys[key], id)
				}
			}
		}
		require.True(t, rows <= ArchiveRows || len(e.Orders) == 1, "%d rows for %d orders", rows, len(e.Orders))
	}
}

// archiveCommand puts away what may go, what may not go, and touches what went.
func archiveCommand(rt *rapid.T, w *world) Command {
	gone := []OrderID{"O-1", "P-1"}
	for id := range w.archive.orders {
		if w.s.Orders[id] == nil {
			gone = append(gone, id)
		}
	}
	slices.Sort(gone)
	o := rapid.SampledFrom(gone).Draw(rt, "gone")
	unit, job := UnitID("000000000000000000"), JobID("none")
	if text := w.archive.orders[o]; text != nil {
		var was Order
		require.NoError(rt, json.Unmarshal(text, &was))
		if len(was.Units) > 0 {
			unit = rapid.SampledFrom(was.Units).Draw(rt, "unit").ID
		}
		if len(was.Jobs) > 0 {
			job = rapid.SampledFrom(was.Jobs).Draw(rt, "job").ID
		}
	}
	switch rapid.IntRange(0, 11).Draw(rt, "archive") {
	case 0:
		return &Scan{Order: o, SKU: "OAT", Qty: 1, Done: true}
	case 1:
		return &HandOver{Unit: unit, Done: true}
	case 2:
		return &ParcelBack{Code: string(unit), Why: "refused"}
	case 3:
		return &OpenReturn{Order: o}
	case 4:
		return &RequestLabel{Unit: unit, Doc: DocShippingLabel, Reason: "torn"}
	case 5:
		return &ConfirmPrint{Job: job}
	case 6:
		return &Reverse{Order: o, To: "staging", Shelf: "PICKUP-1", Why: "wrong customer"}
	case 7:
		for _, id := range w.s.Returns.IDs() {
			return &LapseReturn{Return: id}
		}
		return &LapseReturn{Return: "none"}
	}
	if over := w.s.Archivable(w.meta("").Now); len(over) > 0 {
		return &ArchiveOrders{Orders: over}
	}
	return &ArchiveOrders{Orders: []OrderID{o}}
}

// archived is a counter with two orders that are over: one shipped, one handed over.
func archived(t require.TestingT) *world {
	w := counter(t)
	returnNumbers(w)
	w.must("anna", &Accept{Order: "O-1"})
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	w.must("anna", &ReportShort{Order: "O-1", Line: "2", Qty: 3, Reason: NoVariance})
	for _, c := range w.s.Cases.IDs() {
		w.must("mia", &SettleCase{Case: c, Note: "looked at"})
	}
	for _, id := range w.s.Tasks.IDs() {
		w.must("anna", &FinishTask{Task: id, Note: "done"})
	}
	unit := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: unit, SKU: "OAT", Qty: 2})
	w.must("anna", &CloseUnit{Unit: unit})
	for _, j := range slices.Clone(w.s.Orders["O-1"].Jobs) {
		w.must("", &StartPrint{Job: j.ID, Printer: "bench-1"})
		w.must("", &ConfirmPrint{Job: j.ID})
	}
	w.must("anna", &HandOver{Unit: unit})
	return w
}

// TestTheArchiveChangesNoAnswer: whatever is done, sensible or not, is answered as it would be if no order ever
// left the floor; and a replay of the records needs no archive.
func TestTheArchiveChangesNoAnswer(t *testing.T) {
	left, back := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		begin := func(off bool) *world {
			w := archived(rt)
			toCollect(w, "P-9", func(a *Assign) { a.Source = "incoming" })
			w.archive.off = off
			return w
		}
		w, whole := begin(false), begin(true)
		for range rapid.IntRange(8, 20).Draw(rt, "steps") {
			if rapid.IntRange(0, 5).Draw(rt, "rest") == 0 {
				w.late += 50 * time.Hour
			}
			flow := rapid.SampledFrom([]func(*rapid.T, *world) Command{archiveCommand, archiveCommand, archiveCommand, shipCommand, collectCommand, returnCommand}).Draw(rt, "flow")
			who := rapid.SampledFrom([]UserID{"anna", "mia"}).Draw(rt, "who")
			c := flow(rt, w)
			switch c.(type) {
			case *SettleCase: // a case is named after the record that raised it, and they count otherwise
				continue
			case *ArchiveOrders:
				_, no := w.do("", c)
				if no == nil {
					left++
				}
				whole.n = w.n
				continue
			}
			whole.n, whole.late = w.n, w.late // a command may have let days pass
			got, no := w.do(who, c)
			want, noWant := whole.do(who, c)
			whole.n = w.n
			require.Equal(rt, noWant, no, "%s", c.Kind())
			got = slices.DeleteFunc(slices.Clone(got), func(e Event) bool {
				switch e.(type) {
				case *OrderReopened, *OrderReopenedMore:
					back++
					return true
				}
				return false
			})
			require.Equal(rt, texts(rt, want), texts(rt, got), "%s", c.Kind())
		}
		again := NewState()
		again.Policy = w.s.Policy // the counter's was not set by a record
		for i := range w.log {
			ApplyRecord(again, &w.log[i])
		}
		require.Equal(rt, dump(rt, w.s), dump(rt, again))
		// Brought back, all of it is as if it had never left, but for when it was heard of.
		for id := range w.archive.orders {
			if w.s.Orders[id] == nil {
				o := &Order{}
				require.NoError(rt, json.Unmarshal(w.archive.orders[id], o))
				for _, e := range Reopen(o) {
					Apply(w.s, e)
				}
			}
		}
		require.ElementsMatch(rt, orderIDs(whole.s), orderIDs(w.s))
		for id, o := range w.s.Orders {
			a, b := o.clone(), whole.s.Orders[id].clone()
			a.Heard, b.Heard = time.Time{}, time.Time{}
			require.Equal(rt, texts(rt, []Event{&OrderReopened{*b}}), texts(rt, []Event{&OrderReopened{*a}}))
		}
		require.Equal(rt, whole.s.Units, w.s.Units)
		require.Equal(rt, whole.s.Jobs, w.s.Jobs)
	})
	require.Positive(t, left, "orders left")
	require.Positive(t, back, "and came back")
}

func texts(t require.TestingT, events []Event) (out []string) {
	for _, e := range events {
		text, err := json.Marshal(e)
		require.NoError(t, err)
		out = append(out, e.Type()+" "+string(text))
	}
	return out
}

// TestALargeOrderComesBackInPieces: 2,000 lines are more than one record carries.
func TestALargeOrderComesBackInPieces(t *testing.T) {
	o := &Order{ID: "BIG", Number: "big", Flow: FlowShip, Heard: noon}
	for i := range 2000 {
		o.Lines = append(o.Lines, Line{ID: LineID(fmt.Sprintf("%d", i+1)), SKU: "OAT", Qty: 1, Accepted: true, Shorts: []Short{{NotInStock, 1}}})
		if i%10 == 0 {
			o.Units = append(o.Units, Unit{ID: UnitID(fmt.Sprintf("%018d", i)), State: UnitVoid, Tracking: fmt.Sprintf("T%d", i)})
			o.Jobs = append(o.Jobs, Job{ID: JobID(fmt.Sprintf("j%d", i)), State: JobCompleted})
		}
	}
	want, err := json.Marshal(o)
	require.NoError(t, err)
	events := Reopen(o)
	require.Greater(t, len(events), 3)
	s := NewState()
	for i := range Records("/s", "l", 1, Meta{ID: "c", Now: noon}, events) {
		r := Records("/s", "l", 1, Meta{ID: "c", Now: noon}, events)[i]
		raw, err := r.AppendTo(nil)
		require.NoError(t, err)
		require.LessOrEqual(t, len(raw), MaxRecord)
		back, err := Decode(raw)
		require.NoError(t, err)
		ApplyRecord(s, &back)
	}
	got, err := json.Marshal(s.Orders["BIG"])
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	require.Len(t, s.Units, 200)
	require.Len(t, s.Track, 200)
	require.Len(t, s.Jobs, 200)

	s.takeOff(s.Orders["BIG"])
	require.Empty(t, s.Orders)
	require.Empty(t, s.Units)
	require.Empty(t, s.Track)
	require.Empty(t, s.Jobs)

	many := Line{ID: "1", SKU: "CAM", Qty: 5000}
	for i := range 5000 {
		many.Serials = append(many.Serials, fmt.Sprintf("SERIAL-%012d", i))
	}
	stays := &Order{ID: "S", Lines: []Line{many}}
	require.Nil(t, Reopen(stays))
	require.False(t, stays.comesBack(), "a line that is too much for one record keeps its order on the floor")
}

// TestEveryIDOfACommandIsNeeded: a command that names an order, a parcel or a print job states so, whatever
// the field is called and however deep it stands.
func TestEveryIDOfACommandIsNeeded(t *testing.T) {
	s := NewState()
	require.Equal(t, []string{"order/O-9"}, Needs(s, &Scan{Order: "O-9", SKU: "OAT", Qty: 1}))
	require.Equal(t, []string{"order/O-9", "order/O-8"}, Needs(s, &StartRun{How: RunCluster, Orders: []OrderID{"O-9", "O-8"}, Stops: []AskStop{{Order: "O-9"}}}))
	require.Equal(t, []string{"unit/123", "code/JJD1", "unit/jjd1"}, Needs(s, &VerifyLabel{Unit: "123", Code: "jjd1"}))
	require.Equal(t, []string{"code/00395200010000000010", "unit/395200010000000010"}, Needs(s, &ParcelBack{Code: "]C100395200010000000010"}))
	require.Equal(t, []string{"job/j"}, Needs(s, &ConfirmPrint{Job: "j"}))
	require.Empty(t, Needs(s, nil))
	require.Empty(t, Needs(s, &AdjustStock{SKU: "OAT"}))

	w := stocked(t)
	require.Empty(t, Needs(w.s, &Scan{Order: "O-1", SKU: "OAT", Qty: 1}))
	require.Equal(t, []string{"order/O-1", "serial/OAT/7"}, Needs(s, &Scan{Order: "O-1", SKU: "OAT", Qty: 1, Goods: Goods{Serials: []string{"7"}}}))
	scan := &Scan{Order: "O-1"}
	require.Zero(t, testing.AllocsPerRun(100, func() { Needs(w.s, scan) }), "a plain pick pays nothing")

	var o Order
	o.ID, o.Number, o.Gift = "O-1", "web-1", &Gift{Receipt: "gr-1"}
	o.Units = []Unit{{ID: "123", Tracking: "t-1", ReturnNo: "r-1"}}
	o.Jobs = []Job{{ID: "j"}}
	o.Lines = []Line{{SKU: "CAM", Serials: []string{"7"}}}
	require.Equal(t, []string{"code/GR-1", "code/R-1", "code/T-1", "job/j", "number/WEB-1", "order/O-1", "serial/CAM/7", "unit/123"}, o.Keys())
}

// Whoever comes with the paper of a return that lapsed is told so: for the last of them, also behind a restart, and until
// the centre announces it anew.
func TestALapsedReturnIsRemembered(t *testing.T) {
	w := counter(t)
	returnNumbers(w)
	announce := func(i int) {
		w.quick("", &AnnounceReturn{Return: ReturnID(fmt.Sprintf("R-%d", i)), RMA: fmt.Sprintf("RMA-%d", i), Lines: []ReturnExpected{{SKU: "OAT", Qty: 1}}})
	}
	w.quick("", &SetPolicy{Name: "return_wait_days", Value: json.RawMessage("1")})
	for i := range KeptLapsed + 3 {
		announce(i)
	}
	w.late += 25 * time.Hour
	for i := range KeptLapsed + 3 {
		w.quick("", &LapseReturn{Return: ReturnID(fmt.Sprintf("R-%d", i))})
	}
	require.Equal(t, KeptLapsed, w.s.Lapsed.Len())
	back := NewState()
	require.NoError(t, w.s.Freeze().Encode(func(line []byte) error { return back.Load(line) }))
	for _, s := range []*State{w.s, back} {
		open := func(rma string) Code {
			_, no := Decide(s, w.meta("anna"), &OpenReturn{RMA: rma})
			require.NotNil(t, no, rma)
			return no.Code
		}
		require.Equal(t, UnknownRMA, open("RMA-2"), "the first to lapse are forgotten")
		require.Equal(t, ReturnHasLapsed, open("RMA-3"))
		require.Equal(t, ReturnHasLapsed, open(fmt.Sprintf("RMA-%d", KeptLapsed+2)))
		require.Equal(t, ReturnID("R-7"), s.LapsedCalled("rma-7").ID, "as it is typed by hand")
		require.Equal(t, ReturnID("R-7"), s.LapsedCalled("R-7").ID)
		require.Nil(t, s.LapsedCalled(""))
	}
	announce(7)
	require.Nil(t, w.s.LapsedCalled("RMA-7"))
	w.must("anna", &OpenReturn{RMA: "RMA-7"})
}

// A receipt's limit holds when the returns it brought are long forgotten, also behind a restart; of the receipts that were
// brought longest ago as many are forgotten as came too many.
func TestWhatCameBackOnAReceiptIsRemembered(t *testing.T) {
	w := counter(t)
	for _, r := range Records("/t/demo/s/north/n/box", "log-1", w.seq+1, w.meta(""), []Event{&NumbersLeased{Number: "return", Prefix: "R8", From: 1, To: 5000}}) {
		w.seq = r.Seq
		w.apply(r)
	}
	bring := func(receipt, bought string, qty int) Code {
		id := w.quick("anna", &OpenReturn{Receipt: receipt, Bought: bought})[0].(*ReturnOpened).Return
		_, no := Decide(w.s, w.meta("anna"), &ScanReturn{Return: id, SKU: "OAT", Qty: qty, Reason: "other", Condition: "as_new"})
		if no != nil {
			w.quick("anna", &CancelReturn{Return: id, Why: "too much"})
			return no.Code
		}
		w.quick("anna", &ScanReturn{Return: id, SKU: "OAT", Qty: qty, Reason: "other", Condition: "as_new"})
		w.quick("anna", &CloseReturn{Return: id, Wants: "none"})
		w.quick("anna", &DisposeReturn{Return: id, No: 1, Qty: qty, Disposition: "destroy"})
		return ""
	}
	for _, printed := range []bool{true, false} {
		w.quick("", &SetPolicy{Name: "print_return_receipt", Value: json.RawMessage(fmt.Sprint(printed))})
		first := fmt.Sprintf("T-%v", printed)
		require.Empty(t, bring(first, "2026-11-20", 15))
		for i := range MostReturns + 3 {
			require.Empty(t, bring(fmt.Sprintf("T-%v-%d", printed, i), "", 1))
		}
		require.Equal(t, ReceiptTooMuch, bring(first, "2026-11-20", 6))
		require.Equal(t, ReceiptTooMuch, bring(first, "", 6), "it can be of that day")
		require.Empty(t, bring(first, "2026-11-19", 6), "the till began its numbers anew")
		back := NewState()
		require.NoError(t, w.s.Freeze().Encode(func(line []byte) error { return back.Load(line) }))
		was := w.s
		w.s = back
		require.Equal(t, ReceiptTooMuch, bring(first, "2026-11-20", 6), "behind a restart")
		w.s = was
	}
	for i := range KeptBack + 3 {
		w.s.forgetReturn(&Return{Receipt: fmt.Sprint("B-", i), Lines: []ReturnLine{{Qty: 1}}})
	}
	require.Equal(t, KeptBack, w.s.Back.Len())
	many := ReceiptBack{Receipt: "M"}
	for i := range MostBack + 5 {
		many.add(fmt.Sprintf("2026-10-%02d", i+1), 1, Money{Minor: 100, Currency: "EUR"})
	}
	require.Len(t, many.Sums, MostBack)
	require.Equal(t, BackSum{Units: 6, Value: Money{Minor: 600, Currency: "EUR"}}, many.Sums[MostBack-1], "days beyond count as one, which is any")
}
