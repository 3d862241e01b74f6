package floor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// depot is a site with what pickers meet: cases, lots with dates, serial numbers, pieces sold by weight, two
// zones, and orders that are due at different times.
func depot(t require.TestingT) *world {
	w := newWorld(t)
	for i, b := range []Bin{{ID: "A-01-1", Zone: "dry"}, {ID: "A-02-1", Zone: "dry"}, {ID: "C-01-1", Zone: "cold"}, {ID: "C-02-1", Zone: "cold"}, {ID: "R-01-4", Use: "reserve"}} {
		b.Aisle, b.Bay, b.Level, b.Walk = string(b.ID[:1]), i, 1, i+1
		w.must("", &SetBin{b})
	}
	for _, it := range []Item{
		{SKU: "OAT", Name: "Oat drink", GTINs: []string{"09520000000011"}, Packs: []Pack{{GTIN: "19520000000018", Qty: 6}}, WeightG: 1000, LengthMM: 70, WidthMM: 70, HeightMM: 200},
		{SKU: "OATB", Name: "Oat barista", GTINs: []string{"09520000000059"}, WeightG: 1000},
		{SKU: "RICE", Name: "Rice drink", GTINs: []string{"09520000000028"}, WeightG: 1000},
		{SKU: "YOG", Name: "Yoghurt", GTINs: []string{"09520000000035"}, Lots: true, Expires: true},
		{SKU: "CAM", Name: "Camera", GTINs: []string{"09520000000042"}, Serials: true},
		{SKU: "HAM", Name: "Ham", GTINs: []string{"09520000000066"}, Measured: true},
		{SKU: "WINE", Name: "Red wine", GTINs: []string{"09520000000073"}, MinAge: 18, Handling: []string{"fragile"}},
	} {
		w.must("", &SetItem{it})
	}
	for _, b := range []AdjustStock{
		{SKU: "OAT", Bin: "A-01-1", Delta: 8}, {SKU: "OAT", Bin: "C-02-1", Delta: 3}, {SKU: "OATB", Bin: "A-02-1", Delta: 5}, {SKU: "RICE", Bin: "A-02-1", Delta: 2},
		{SKU: "CAM", Bin: "A-02-1", Delta: 3}, {SKU: "HAM", Bin: "C-01-1", Delta: 6}, {SKU: "WINE", Bin: "A-02-1", Delta: 4},
	} {
		b.Reason = "opening"
		w.must("", &b)
	}
	for _, m := range []Move{
		{To: InBin("C-01-1"), Qty: 4, Lot: "L2", Expiry: "2026-12-24"}, {To: InBin("C-02-1"), Qty: 4, Lot: "L1", Expiry: "2026-12-02"}, {To: InBin("C-02-1"), Qty: 2, Lot: "L0", Expiry: "2026-11-22"},
	} {
		m.SKU, m.From = "YOG", Opening
		w.s.move(m)
	}
	w.must("", &LeaseNumbers{Number: "sscc", Prefix: "09520001", From: 1, To: 100})
	for i, lines := range [][]AskedLine{
		{{Line: "1", SKU: "OAT", Qty: 2}, {Line: "2", SKU: "RICE", Qty: 1}},
		{{Line: "1", SKU: "OAT", Qty: 1}, {Line: "2", SKU: "RICE", Qty: 1}},
		{{Line: "1", SKU: "OAT", Qty: 1}},
		{{Line: "1", SKU: "OAT", Qty: 1}},
		{{Line: "1", SKU: "YOG", Qty: 2}, {Line: "2", SKU: "CAM", Qty: 1}, {Line: "3", SKU: "HAM", Qty: 2}, {Line: "4", SKU: "OAT", Qty: 2}, {Line: "5", SKU: "WINE", Qty: 1}},
		{{Line: "1", SKU: "CAM", Qty: 1}, {Line: "2", SKU: "HAM", Qty: 1}},
		{{Line: "1", SKU: "YOG", Qty: 1}, {Line: "2", SKU: "OAT", Qty: 1}},
		{{Line: "1", SKU: "CAM", Qty: 1}},
	} {
		o := order(OrderID(fmt.Sprintf("O-%d", i+1)))
		o.Lines, o.Due = lines, noon.Add(time.Duration(8-i)*time.Hour) // the last is due first
		w.must("", o)
	}
	o := w.s.order("O-5")
	o.Lines[0].MinLife = 5
	o.Lines[2].MeasureG, o.Lines[2].Tolerance = 1000, 10
	o.Lines[3].Substitutes = []SKU{"OATB"}
	w.s.order("O-6").Lines[1].MeasureG, w.s.order("O-6").Lines[1].Tolerance = 500, 10
	o = w.s.order("O-7")
	o.Lines[0].Lot, o.Lines[1].Substitutes = "L2", []SKU{"YOG", "CAM", "HAM"}
	for i, sku := range []SKU{"HAM", "YOG"} {
		id := OrderID(fmt.Sprintf("O-%d", 11+i))
		single := order(id)
		single.Lines = []AskedLine{{Line: "1", SKU: sku, Qty: 1}}
		w.must("", single)
	}
	l := w.s.order("O-11").Line("1")
	l.MeasureG, l.Tolerance = 500, 10
	w.s.order("O-12").Line("1").Lot = "L2"
	return w
}

func init() {
	fixtures["depot"] = depot
	fixtures["depot-strict"] = func(t require.TestingT) *world {
		w := depot(t)
		for name, value := range map[string]string{"force_scan": "true", "scan_bin": "true", "fefo": `"strict"`, "zero_check": "true"} {
			w.must("mia", &SetPolicy{Name: name, Value: []byte(value)})
		}
		return w
	}
	fixtures["depot-without-numbers"] = func(t require.TestingT) *world {
		w := depot(t)
		w.s.Blocks = nil
		return w
	}
	shows["run"] = showRun
	shows["totes"] = func(s *State, id string) string {
		var out []string
		for _, t := range s.TotesOf(OrderID(id)) {
			text := "tote " + string(t.ID)
			if t.Full {
				text += ", full"
			}
			out = append(out, text)
		}
		if len(out) == 0 {
			return "no totes"
		}
		return strings.Join(out, "\n")
	}
	shows["line"] = func(s *State, id string) string {
		o, line, _ := strings.Cut(id, ":")
		l := s.Orders[OrderID(o)].Line(LineID(line))
		return fmt.Sprintf("picked %d of %d, lots %v, serials %v, %d g", l.Picked, l.Qty, l.Lots, l.Serials, l.Grams)
	}
	shows["lots"] = func(s *State, id string) string {
		var out []string
		for _, p := range slices.Sorted(keysOf(s.Places)) {
			if lots := s.Lots(p, SKU(id)); len(lots) > 0 {
				out = append(out, fmt.Sprintf("%s: %v", p, lots))
			}
		}
		return strings.Join(out, "\n")
	}
	generators = append(generators, runCommand, pickCommand)
}

func keysOf[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func showRun(s *State, id string) string {
	r := s.Runs.Get(RunID(id))
	if r == nil {
		return "no run " + id
	}
	out := []string{fmt.Sprintf("%s run of %v by %v", r.Kind, r.Orders, r.Pickers)}
	for _, i := range r.Walk() {
		p := &r.Stops[i]
		out = append(out, strings.TrimRight(fmt.Sprintf("%s: %d of %d × %s %s %s", p.Bin, p.Picked, p.Qty, s.name(p.SKU), p.Order, p.By), " "))
	}
	for _, w := range r.Wall {
		out = append(out, "slot "+w.Slot+": order "+string(w.Order))
	}
	return strings.Join(out, "\n")
}

// pickGoldens are the events of picking and runs.
var pickGoldens = []Event{
	&PickSubstituted{Order: "O-1", Line: "1", As: "1/OATB", SKU: "OATB", Qty: 1, Bin: "A-02-1", Code: "09520000000059", Goods: goldenGoods, Against: Expired},
	&SubstituteUndone{Order: "O-1", Line: "1", As: "1/OATB", SKU: "OATB", Qty: 1, Bin: "A-02-1", Goods: goldenGoods},
	&ZeroChecked{Bin: "A-01-1", SKU: "OAT", Empty: true, Left: 2, Wrong: true},
	&StockFound{SKU: "OAT", Bin: "A-01-1", Qty: 2, Lot: "L1", Expiry: "2026-12-24"},
	&PutBackDone{Order: "O-1", Line: "1", SKU: "OAT", Qty: 2, Bin: "A-01-1", Shelf: 1, Goods: goldenGoods},
	&PaperBegun{Order: "O-1", Paper: "P-17"},
	&PaperEntered{Order: "O-1", Paper: "P-17", At: noon, By: "anna", Witness: "bert", Over: []PaperOver{{Line: "1", SKU: "OAT", Qty: 5, Short: 3, Open: 5}}},
	&RunStarted{Run: "hh-1:9", Kind: RunCluster, Orders: []OrderID{"O-1"}, Zone: "dry", Totes: []ToteID{"T-1"}, Stops: []AskStop{{Bin: "A-01-1", SKU: "OAT", Qty: 2, Order: "O-1", Line: "1"}}, MaxG: 20_000, MaxMl: 90_000, Picker: "anna"},
	&RunJoined{Run: "hh-1:9", Who: "bert", Stops: []int{0, 2}},
	&RunLeft{Run: "hh-1:9", Who: "bert"},
	&RunTakenOver{Run: "hh-1:9", From: "anna", By: "bert"},
	&StopSkipped{Run: "hh-1:9", Bin: "A-01-1", SKU: "OAT", Who: "anna"},
	&RunReleased{Run: "hh-1:9", Who: "anna"},
	&RunFinished{Run: "hh-1:9", Sorting: true},
	&PickReleased{Order: "O-1", Run: "hh-1:9"},
	&ToteBound{Order: "O-1", Tote: "T-2", Full: "T-1", Run: "hh-1:9"},
	&RunPicked{Run: "hh-1:9", SKU: "OAT", Qty: 6, Bin: "A-01-1", Code: "19520000000018", Pack: 6, Goods: goldenGoods, ZeroCheck: true, Against: WrongBin},
	&RunUndone{Run: "hh-1:9", SKU: "OAT", Qty: 1, Bin: "A-01-1", Lot: "L1", Expiry: "2026-12-24", Over: true},
	&WallOpened{Run: "hh-1:9", Slots: []Slot{{Slot: "W1", Order: "O-1"}}},
	&UnitSorted{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Run: "hh-1:9", Slot: "W1", Complete: true, Code: "09520000000011", Goods: goldenGoods, Against: SerialElsewhere},
	&UnitLeftOver{Run: "hh-1:9", SKU: "OAT", Qty: 1},
}

var goldenGoods = Goods{Lot: "L1", Expiry: "2026-12-24", Serials: []string{"S1"}, Grams: 510}

// TestGrownPicksStayReadable: what grew on events that shipped before is written and read with them.
func TestGrownPicksStayReadable(t *testing.T) {
	for _, e := range []Event{
		&PickConfirmed{Order: "O-1", Line: "1", SKU: "OAT", Qty: 6, Bin: "A-01-1", Code: "]x", PickDetail: &PickDetail{Run: "hh-1:9", Tote: "T-1", Pack: 6, Goods: goldenGoods, Older: true, ZeroCheck: true, Against: WrongLot, Paper: "P-17"}},
		&PickUndone{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Bin: "A-01-1", Run: "hh-1:9", Goods: goldenGoods},
		&PickShort{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Reason: NotInStock, Bin: "A-01-1", Moved: 3, Run: "hh-1:9", Also: []BinQty{{Bin: "A-02-1", Qty: 2}}, Paper: "P-17"},
		&PickStarted{Order: "O-1", Picker: "anna", Run: "hh-1:9"},
	} {
		raw := sampleRecord(t, e)
		back, err := Decode(raw)
		require.NoError(t, err)
		require.Equal(t, e, back.Event, string(raw))
		again, err := back.AppendTo(nil)
		require.NoError(t, err)
		require.Equal(t, string(raw), string(again))
	}
}

// planned gives the stops of orders as a planner would.
func planned(s *State, how RunKind, orders ...OrderID) []AskStop {
	c := &StartRun{How: how, Orders: orders}
	var out []AskStop
	for _, n := range c.needs(s) {
		out = append(out, AskStop{Bin: s.Suggest(n.sku), SKU: n.sku, Qty: n.want, Order: n.order, Line: n.line})
	}
	return out
}

func someRun(rt *rapid.T, s *State) RunID {
	ids := []RunID{"none"}
	for _, id := range s.Runs.IDs() {
		ids = append(ids, id, id, id)
	}
	return rapid.SampledFrom(ids).Draw(rt, "run")
}

func runCommand(rt *rapid.T, w *world) Command {
	run := someRun(rt, w.s)
	sku := rapid.SampledFrom([]SKU{"OAT", "RICE", "OAT", "RICE", "SOAP", ""}).Draw(rt, "sku")
	bin := rapid.SampledFrom([]BinID{"", "A-01-1", "A-02-1", "Z-9"}).Draw(rt, "bin")
	qty := rapid.IntRange(0, 4).Draw(rt, "qty")
	done := rapid.IntRange(0, 6).Draw(rt, "done") == 0
	switch rapid.IntRange(0, 15).Draw(rt, "run command") {
	case 0, 1, 2:
		how := rapid.SampledFrom([]RunKind{RunDiscrete, RunCluster, RunBatch, RunBatch, RunZone, RunSingles}).Draw(rt, "kind")
		orders := rapid.SampledFrom([][]OrderID{{"O-1"}, {"O-2"}, {"O-1", "O-2"}, {"O-2", "O-1"}}).Draw(rt, "orders")
		c := &StartRun{How: how, Orders: orders, Zone: "dry", Stops: planned(w.s, how, w.known(orders)...)}
		if how == RunZone && len(c.Stops) > 1 {
			c.Stops = c.Stops[:rapid.IntRange(1, len(c.Stops)).Draw(rt, "stops")]
		}
		if done && len(c.Stops) > 0 {
			c.Stops[0].Qty++
		}
		return c
	case 3:
		return &JoinRun{Run: run, Zone: rapid.SampledFrom([]string{"", "dry"}).Draw(rt, "zone")}
	case 4:
		return &LeaveRun{Run: run}
	case 5:
		return &TakeOverRun{Run: run, From: rapid.SampledFrom([]UserID{"anna", "bert"}).Draw(rt, "from")}
	case 6:
		return &SkipStop{Run: run, Bin: bin, SKU: sku}
	case 7:
		return &ReleaseRun{Run: run}
	case 8:
		return &FinishRun{Run: run}
	case 9, 10:
		return &PickForRun{Run: run, SKU: sku, Qty: qty, Bin: bin, Done: done, Goods: someGoods(rt, 0)}
	case 11:
		return &UndoForRun{Run: run, SKU: sku, Qty: qty, Bin: bin, Done: done}
	case 12:
		return &ShortForRun{Run: run, SKU: sku, Qty: qty, Reason: rapid.SampledFrom(ShortReasons).Draw(rt, "reason"), Bin: bin, All: done}
	case 13:
		return &OpenWall{Run: run, Slots: []string{"W1", "W2"}}
	case 14:
		return &SortUnit{Run: run, SKU: sku, Qty: qty, Slot: rapid.SampledFrom([]string{"", "", "W1", "W2"}).Draw(rt, "slot"), Done: done, Goods: someGoods(rt, qty)}
	}
	return &PackSingle{Run: run, SKU: sku, Done: done}
}

// known leaves out orders that are not here.
func (w *world) known(ids []OrderID) []OrderID {
	return slices.DeleteFunc(slices.Clone(ids), func(id OrderID) bool { return w.s.Orders[id] == nil })
}

func someGoods(rt *rapid.T, serials int) Goods {
	g := Goods{
		Lot:    rapid.SampledFrom([]string{"", "", "", "L1", "L2"}).Draw(rt, "lot"),
		Expiry: rapid.SampledFrom([]string{"", "", "2026-12-24"}).Draw(rt, "expiry"),
		Grams:  rapid.SampledFrom([]int{0, 0, 500}).Draw(rt, "grams"),
	}
	if serials > 0 && rapid.IntRange(0, 3).Draw(rt, "serial") == 0 {
		g.Serials = []string{rapid.SampledFrom([]string{"S1", "S2", "S3"}).Draw(rt, "number")}
	}
	return g
}

func pickCommand(rt *rapid.T, w *world) Command {
	o := rapid.SampledFrom([]OrderID{"O-1", "O-2", "O-9"}).Draw(rt, "order")
	line := rapid.SampledFrom([]LineID{"1", "2", "1", "2", "1/RICE", "7"}).Draw(rt, "line")
	sku := rapid.SampledFrom([]SKU{"OAT", "RICE", "OAT", "RICE", "SOAP"}).Draw(rt, "sku")
	bin := rapid.SampledFrom([]BinID{"A-01-1", "A-02-1", "", "Z-9"}).Draw(rt, "bin")
	qty := rapid.IntRange(0, 4).Draw(rt, "qty")
	done := rapid.IntRange(0, 5).Draw(rt, "done") == 0
	tote := rapid.SampledFrom([]ToteID{"T-1", "T-2", "T-3"}).Draw(rt, "tote")
	switch rapid.IntRange(0, 11).Draw(rt, "pick command") {
	case 0, 1, 2:
		return &Scan{Order: o, SKU: sku, Qty: qty, Bin: bin, Done: done, Run: rapid.SampledFrom([]RunID{"", "", someRun(rt, w.s)}).Draw(rt, "said"), Tote: tote, Goods: someGoods(rt, qty)}
	case 3:
		return &Undo{Order: o, Line: line, Qty: qty, Bin: "A-01-1", Goods: someGoods(rt, qty)}
	case 4:
		return &ReportShort{Order: o, Line: line, Qty: qty, Reason: rapid.SampledFrom(ShortReasons).Draw(rt, "reason"), Bin: bin, All: rapid.Bool().Draw(rt, "all"), Checked: []BinID{"A-02-1"}, Done: done}
	case 5, 6:
		return &Substitute{Order: o, Line: line, SKU: sku, Qty: qty, Bin: bin, Done: rapid.Bool().Draw(rt, "done too"), Goods: someGoods(rt, qty)}
	case 7:
		return &CheckZero{Bin: bin, SKU: sku, Empty: qty == 0, Left: qty}
	case 8:
		return &FindStock{SKU: sku, Bin: bin, Qty: qty, Lot: rapid.SampledFrom([]string{"", "L1"}).Draw(rt, "lot")}
	case 9:
		return &ConfirmPutBack{Order: o, Line: line, Qty: qty, Bin: bin, Done: qty == 3, Goods: someGoods(rt, qty)}
	case 10:
		if done {
			return &BeginPaper{Orders: []OrderID{o}, Paper: "P-1"}
		}
		return &EnterPicks{Order: o, At: noon, By: "anna", Paper: rapid.SampledFrom([]string{"", "P-2"}).Draw(rt, "paper"), Finish: true,
			Lines: []PaperLine{{Line: line, Qty: qty, Bin: "A-01-1", Goods: someGoods(rt, qty)}, {Line: "2", Short: qty, Reason: Mismatch}}}
	}
	if done {
		return &ReleasePick{Order: o}
	}
	return &NextTote{Order: o, Tote: tote, Full: rapid.SampledFrom([]ToteID{"", "T-1", "T-2"}).Draw(rt, "full")}
}

// checkPicking: what picks derive agrees with what it is derived from.
func checkPicking(t require.TestingT, s *State) {
	for id, p := range s.Places {
		for sku, list := range p.Serials {
			for _, no := range list {
				require.Equal(t, id, s.serials[serial{sku, no}], "serial %s is in one place", no)
			}
		}
		for sku, lots := range p.Lots {
			require.NotEmpty(t, lots, "%s keeps no empty list of lots of %s", id, sku)
		}
	}
	for id, o := range s.Orders {
		for i := range o.Lines {
			l := &o.Lines[i]
			task := s.Tasks.Get(putBackOf(id, l.ID))
			if due := s.putBackDue(o, l); due > 0 {
				require.NotNil(t, task, "%d of %s/%s are to be put back", due, id, l.ID)
				require.Equal(t, due, task.Qty)
			} else {
				require.Nil(t, task, "nothing of %s/%s is to be put back", id, l.ID)
			}
			if l.For != "" {
				require.NotNil(t, o.Line(l.For))
			}
		}
	}
	for _, r := range s.Runs.All() {
		require.NotEmpty(t, r.Pickers)
		for i := range r.Stops {
			require.GreaterOrEqual(t, r.Stops[i].Picked, 0)
		}
	}
}

func TestLotsAreOfTheGoods(t *testing.T) {
	w := depot(t)
	w.must("anna", &Start{Order: "O-5"})
	no := w.refused("anna", &Scan{Order: "O-5", SKU: "YOG", Qty: 1}, LotMissing)
	require.Contains(t, no.Words(), "Yoghurt")
	w.must("anna", &Scan{Order: "O-5", SKU: "YOG", Qty: 1, Goods: Goods{Lot: "L1"}})
	require.Equal(t, []LotQty{{"L1", "2026-12-02", 1}}, w.s.Lots(InTote("O-5"), "YOG"), "its date comes from the book")
	require.Equal(t, BinID("C-02-1"), w.s.Suggest("YOG"))
	u := w.must("anna", &OpenUnit{Order: "O-5"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: u, Line: "1", Qty: 1})
	require.Equal(t, []LotQty{{"L1", "2026-12-02", 1}}, w.s.Lots(OnBench(u), "YOG"), "the lot goes with the goods, although nobody named it")
	require.Empty(t, w.s.Lots(InTote("O-5"), "YOG"))

	// What keeps long enough for the line leads: the cold bin's oldest lot does not.
	o := w.s.order("O-5")
	o.Line("1").MinLife = 20
	require.Equal(t, BinID("C-01-1"), w.s.SuggestFor(o.Line("1"), noon))
}

// TestGoodsPutBackOutOfReachAreOutOfTheTote: what somebody laid back while the box could not be asked is so when it hears of it, be
// the bin frozen for a count, unknown, or the goods wanted again meanwhile.
func TestGoodsPutBackOutOfReachAreOutOfTheTote(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", Line: "1", SKU: "OAT", Qty: 2})
	w.must("", &Recall{Order: "O-1", Lines: []LineQty{{Line: "1", Qty: 2}}, Cause: ByCentre})
	l := func() *Line { return w.s.Orders["O-1"].Line("1") }
	require.Equal(t, 2, w.s.Orders["O-1"].PutBackDue(l()))

	w.refused("anna", &ConfirmPutBack{Order: "O-1", Line: "1", Qty: 1, Bin: "Z-9"}, UnknownBin)
	events := w.must("anna", &ConfirmPutBack{Order: "O-1", Line: "1", Qty: 1, Bin: "Z-9", Done: true})
	require.Equal(t, BinID("Z-9"), events[0].(*PickUndone).Named)
	require.Equal(t, 1, w.s.Orders["O-1"].PutBackDue(l()))

	w.must("", &Change{Order: "O-1", Lines: []LineQty{{Line: "1", Qty: 1}}}) // the centre wants one again
	require.Zero(t, w.s.Orders["O-1"].PutBackDue(l()))
	w.refused("anna", &ConfirmPutBack{Order: "O-1", Line: "1", Qty: 1, Bin: "A-02-1"}, NotToPutBack)
	w.must("anna", &ConfirmPutBack{Order: "O-1", Line: "1", Qty: 1, Bin: "A-02-1", Done: true})
	require.Zero(t, l().Picked)
	require.Equal(t, 1, l().ToPick(), "it is to be picked again")
	w.refused("anna", &ConfirmPutBack{Order: "O-1", Line: "1", Qty: 1, Bin: "A-02-1", Done: true}, NotToPutBack)
	require.Equal(t, int64(10), w.s.OnHand(InBin("A-02-1"), "OAT"))
}
