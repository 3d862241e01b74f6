package view_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

var update = flag.Bool("update", false, "write the golden files anew, after a look at the difference")

// replayCase is an order as a screen has it, what a handheld does then out of reach, and the order as the box has it once
// all of that was accepted. The app lays the same steps over the first picture (pwa/src/model/replay.ts), and its tests
// ask for the second.
type replayCase struct {
	Order *view.Order  `json:"order"`
	Ops   []replayOp   `json:"ops"`
	Want  replayResult `json:"want"`
}

type replayOp struct {
	ID   floor.CommandID `json:"id"`
	Type string          `json:"type"`
	User floor.UserID    `json:"user"`
	Data json.RawMessage `json:"data"`
	Unit floor.UnitID    `json:"unit,omitempty"` // that a parcel was opened with
}

type replayResult struct {
	State  floor.OrderState `json:"state"`
	ToPick int              `json:"to_pick"`
	Lines  []replayLine     `json:"lines"`
	Units  []string         `json:"units"`
}

// replayLine has what the app reckons itself, too: what is to be packed, and what is to be put back.
type replayLine struct {
	Line   floor.LineID `json:"line"`
	Picked int          `json:"picked"`
	ToPick int          `json:"to_pick"`
	Loose  int          `json:"loose"`
	Short  int          `json:"short"`
	ToPack int          `json:"to_pack"`
	Back   int          `json:"back"`
}

// appKinds are the commands the app gives of an order.
var appKinds = []string{
	"pick.start", "pick.scan", "pick.undo", "pick.short", "pick.finish", "order.decline", "putback.confirm",
	"unit.open", "unit.add", "unit.take", "unit.close", "unit.void", "label.request", "label.printed", "label.void", "handover",
}

// TestReplayCases plays random histories through the floor and keeps those in which something new comes together: a
// command of the app, what the line it is about has on its tallies, and the states before and behind it. The file is what the app's
// tests hold its own reckoning against.
func TestReplayCases(t *testing.T) {
	const path = "testdata/replay.json"
	kept := []replayCase{}
	seen, kinds, states := map[string]bool{}, map[string]bool{}, map[floor.OrderState]bool{}
	for seed := range uint64(180) {
		h := newHistory(t, seed)
		for range 100 {
			h.step()
		}
		h.flush()
		for _, c := range h.cases {
			fresh := false
			for _, f := range features(&c) {
				fresh = fresh || !seen[f]
			}
			if !fresh {
				continue
			}
			for _, f := range features(&c) {
				seen[f] = true
			}
			for _, op := range c.Ops {
				kinds[op.Type] = true
			}
			states[c.Want.State] = true
			kept = append(kept, c)
		}
	}
	for _, kind := range appKinds {
		require.True(t, kinds[kind], "%s is in no case", kind)
	}
	for _, st := range []floor.OrderState{
		floor.OrderNew, floor.OrderReady, floor.OrderPicking, floor.OrderPicked, floor.OrderPacking, floor.OrderPacked, floor.OrderAwaiting, floor.OrderShipped,
		floor.OrderException, floor.OrderUnserved, floor.OrderPutBack, floor.OrderStaged, floor.OrderCollectable, floor.OrderCameBack,
	} {
		require.True(t, states[st], "no case ends %s", st)
	}
	var out bytes.Buffer
	out.WriteString("[\n")
	for i := range kept {
		line, err := json.Marshal(kept[i])
		require.NoError(t, err)
		out.Write(line)
		if i < len(kept)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("]\n")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, out.Bytes()), "the floor comes to something else than %s says: write it anew with -update, and run the app's tests", path)
}

// features name what is worth a case of its own.
func features(c *replayCase) []string {
	out := []string{string(c.Order.State) + ">" + string(c.Want.State)}
	for i := range c.Order.Units {
		if u := &c.Order.Units[i]; u.Missed && u.Labelled && u.State == floor.UnitClosed {
			out = append(out, "missed>"+string(c.Want.State))
		}
	}
	for _, op := range c.Ops {
		var d struct {
			Line floor.LineID `json:"line"`
		}
		if json.Unmarshal(op.Data, &d) != nil {
			continue
		}
		have := ""
		for i := range c.Order.Lines {
			if l := &c.Order.Lines[i]; d.Line == "" || l.Line == d.Line {
				for _, n := range []int{l.Short + l.Declined, len(l.Cancelled), l.Substituted, l.Staged, l.Handed, l.Returned} {
					have += map[bool]string{true: "1", false: "0"}[n > 0]
				}
			}
		}
		out = append(out, op.Type+" "+have)
	}
	return out
}

// history is a site at which anybody does anything, and one handheld out of reach.
type history struct {
	t     *testing.T
	w     *world
	b     *view.Board
	r     *rand.Rand
	main  floor.OrderID
	calm  bool // nothing is short, declined, taken back or changed
	cases []replayCase
	run   map[floor.OrderID]*replayCase // what the handheld has done since the order was last touched by anybody else
}

func newHistory(t *testing.T, seed uint64) *history {
	w := newWorld()
	w.must(t, "", &floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 1000})
	w.must(t, "", &floor.LeaseNumbers{Number: "return", Prefix: "R", Digits: 6, From: 1, To: 100})
	for i, bin := range []floor.BinID{"A-1", "A-2", "B-1"} {
		w.bin(t, bin, i+1)
		for _, sku := range []floor.SKU{"oat", "rice", "soy"} {
			w.stock(t, sku, bin, 20)
		}
	}
	w.must(t, "", &floor.SetBin{Bin: floor.Bin{ID: "PICKUP-1", Use: "staging"}})
	for i, flow := range []floor.Flow{floor.FlowShip, floor.FlowShip, floor.FlowPickup, floor.FlowTransfer} {
		id := floor.OrderID(fmt.Sprintf("O-%d", i+1))
		a := &floor.Assign{Order: id, Assignment: floor.AssignmentID("as-" + id), Number: string(id), Flow: flow, Mode: floor.ModeHold, Due: morning.Add(time.Hour),
			Lines: []floor.AskedLine{asked("1", "rice", 3), asked("2", "oat", 2)}}
		a.Lines[0].Substitutes = []floor.SKU{"soy"}
		switch flow {
		case floor.FlowShip:
			a.Carrier = "dhl"
		case floor.FlowTransfer:
			a.To = "south"
		}
		w.must(t, "", a)
	}
	return &history{t: t, w: w, b: w.board(t), r: rand.New(rand.NewPCG(seed, 6)), main: floor.OrderID(fmt.Sprintf("O-%d", 1+[]int{0, 0, 2, 3}[seed%4])), calm: seed%5 == 0, run: map[floor.OrderID]*replayCase{}}
}

// flush ends what the handheld did of every order.
func (h *history) flush() {
	for _, id := range slices.Sorted(maps.Keys(h.run)) {
		h.end(id)
	}
}

func (h *history) end(id floor.OrderID) {
	if c := h.run[id]; c != nil {
		c.Want = h.result(id)
		h.cases = append(h.cases, *c)
		delete(h.run, id)
	}
}

func (h *history) picture(id floor.OrderID) *view.Order {
	h.w.feed(h.t, h.b)
	o, ok := h.b.Order(id)
	require.True(h.t, ok)
	return o
}

func (h *history) result(id floor.OrderID) replayResult {
	o, at := h.picture(id), h.w.state.Orders[id]
	out := replayResult{State: o.State, ToPick: o.ToPick, Lines: []replayLine{}, Units: []string{}}
	for i := range o.Lines {
		l := &o.Lines[i]
		own := at.Line(l.Line)
		out.Lines = append(out.Lines, replayLine{l.Line, l.Picked, l.ToPick, l.Loose, l.Short, at.ToPack(own), at.PutBackDue(own)})
	}
	for i := range o.Units {
		u := &o.Units[i]
		said := fmt.Sprintf("%s %s labelled=%t", u.Unit, u.State, u.Labelled)
		for _, c := range u.Contents {
			said += fmt.Sprintf(" %s×%d", c.Line, c.Qty)
		}
		out.Units = append(out.Units, said)
	}
	return out
}

// step is one command of anybody's. What the box refuses changes nothing.
func (h *history) step() {
	id := h.main // mostly: an order has to get far
	if h.r.IntN(8) == 0 {
		id = floor.OrderID(fmt.Sprintf("O-%d", 1+h.r.IntN(4)))
	}
	c := h.command(id)
	if c == nil {
		return
	}
	app := slices.Contains(appKinds, c.Kind())
	if !app {
		h.end(id)
	}
	var before *view.Order
	if app && h.run[id] == nil {
		before = h.picture(id)
	}
	records := h.w.do(map[bool]floor.DeviceID{true: "hh-1", false: ""}[app], c)
	a := floor.AnswerOf(records)
	if a.Refusal != nil || !app {
		return
	}
	if h.run[id] == nil {
		v := *before
		v.Lines = slices.Clone(v.Lines)
		for i := range v.Lines {
			v.Lines[i].Parts, v.Lines[i].Bins = nil, nil // the file is large enough without
		}
		h.run[id] = &replayCase{Order: &v}
	}
	data, err := json.Marshal(c)
	require.NoError(h.t, err)
	at := h.run[id]
	at.Ops = append(at.Ops, replayOp{ID: floor.CommandID(fmt.Sprintf("hh-1:%d", h.w.n["hh-1"])), Type: c.Kind(), User: "anna", Data: data, Unit: a.Unit})
	if len(at.Ops) >= 1+h.r.IntN(6) {
		h.end(id)
	}
}

// command is what somebody might do with an order as it is.
func (h *history) command(id floor.OrderID) floor.Command {
	o := h.w.state.Orders[id]
	l := &o.Lines[h.r.IntN(len(o.Lines))]
	qty := 1 + h.r.IntN(2)
	unit := func(states ...floor.UnitState) (id floor.UnitID) {
		for i := range o.Units {
			if u := &o.Units[i]; slices.Contains(states, u.State) && (id == "" || h.r.IntN(2) == 0) {
				id = u.ID
			}
		}
		return id
	}
	var job floor.JobID
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Doc == floor.DocShippingLabel && (j.State == floor.JobPending || j.State == floor.JobProcessing || job == "") {
			job = j.ID
		}
	}
	if open := o.Unit(unit(floor.UnitOpen)); open != nil && h.r.IntN(3) == 0 { // what is begun is mostly gone on with
		for i := range o.Lines {
			if x := &o.Lines[i]; o.ToPack(x) > 0 {
				return &floor.AddToUnit{Unit: open.ID, Line: x.ID, Qty: 1 + h.r.IntN(o.ToPack(x))}
			}
		}
		return &floor.CloseUnit{Unit: open.ID}
	}
	if closed := unit(floor.UnitClosed); closed != "" && h.r.IntN(3) == 0 {
		return []floor.Command{
			&floor.StartPrint{Job: job, Printer: "p-1"}, &floor.ConfirmPrint{Job: job}, &floor.HandOver{Unit: closed}, &floor.VoidLabel{Unit: closed, Reason: "torn"},
			&floor.CarrierNoShow{Carrier: o.Carrier}, &floor.HandOver{Unit: closed}, &floor.RequestLabel{Unit: closed, Doc: floor.DocShippingLabel, Reason: "lost"}, &floor.FailPrint{Job: job, State: floor.JobUnknown, Reasons: []string{"other"}},
		}[h.r.IntN(8)]
	}
	all := func() []floor.LineQty {
		if h.r.IntN(2) == 0 {
			return nil
		}
		return []floor.LineQty{{Line: l.ID, Qty: qty}}
	}
	if h.calm && h.r.IntN(2) == 0 { // straight on
		for i := range o.Lines {
			if x := &o.Lines[i]; o.Started && x.ToPick() > 0 {
				return &floor.Scan{Order: id, Line: x.ID, SKU: x.SKU, Qty: 1}
			}
		}
		return &floor.OpenUnit{Order: id}
	}
	n := h.r.IntN(44)
	if h.calm && (n == 11 || n == 13 || n >= 35 && n <= 38) {
		return nil
	}
	switch n {
	case 0:
		return &floor.Accept{Order: id}
	case 1, 2:
		return &floor.Start{Order: id}
	case 3, 4, 5, 6, 7, 8:
		return &floor.Scan{Order: id, Line: l.ID, SKU: l.SKU, Qty: qty, Done: h.r.IntN(4) == 0}
	case 9, 10:
		return &floor.Undo{Order: id, Line: l.ID, Qty: qty}
	case 11:
		return &floor.ReportShort{Order: id, Line: l.ID, Qty: qty, Reason: floor.Damaged}
	case 12:
		return &floor.Finish{Order: id}
	case 13:
		return &floor.Decline{Order: id, Lines: [][]floor.LineID{{l.ID}, {l.ID}, nil}[h.r.IntN(3)], Reason: floor.OutOfStock}
	case 14, 15, 16:
		return &floor.ConfirmPutBack{Order: id, Line: l.ID, Qty: qty}
	case 17, 18, 19:
		return &floor.OpenUnit{Order: id}
	case 20, 21:
		return &floor.AddToUnit{Unit: unit(floor.UnitOpen), Line: l.ID, Qty: qty}
	case 22, 23:
		return &floor.TakeFromUnit{Unit: unit(floor.UnitOpen), Line: l.ID, Qty: 1}
	case 24:
		return &floor.CloseUnit{Unit: unit(floor.UnitOpen)}
	case 25:
		return &floor.Start{Order: id}
	case 26:
		return &floor.VoidUnit{Unit: unit(floor.UnitOpen, floor.UnitClosed), Reason: "repack"}
	case 27:
		return &floor.RequestLabel{Unit: unit(floor.UnitClosed), Doc: floor.DocShippingLabel, Reason: "torn"}
	case 28:
		return &floor.StartPrint{Job: job, Printer: "p-1"}
	case 29, 30:
		return &floor.ConfirmPrint{Job: job}
	case 31:
		return &floor.VoidLabel{Unit: unit(floor.UnitClosed), Reason: "torn"}
	case 32, 33, 34:
		return &floor.HandOver{Unit: unit(floor.UnitClosed)}
	case 35, 36:
		c := &floor.Recall{Order: id, Cause: floor.ByCustomer, Lines: []floor.LineQty{{Line: l.ID, Qty: qty}}}
		if h.r.IntN(6) == 0 {
			c.Lines, c.Cause = nil, floor.ByCentre
		}
		if l.For != "" {
			c.Lines = nil
		}
		return c
	case 37:
		return &floor.Change{Order: id, Lines: []floor.LineQty{{Line: l.ID, Qty: h.r.IntN(5)}}}
	case 38:
		return &floor.Substitute{Order: id, Line: "1", SKU: "soy", Qty: 1}
	case 39, 40:
		if h.r.IntN(3) == 0 {
			return &floor.MakeReady{Order: id}
		}
		return &floor.StageGoods{Order: id, Shelf: "PICKUP-1", Lines: all()}
	case 41:
		if h.r.IntN(2) == 0 {
			return &floor.Authorise{Order: id, Method: floor.ProofID, IDKind: "passport"}
		}
		return &floor.HandOut{Order: id, Lines: all(), Done: h.r.IntN(2) == 0}
	case 42:
		if h.r.IntN(2) == 0 {
			return &floor.ParcelBack{Code: string(unit(floor.UnitDeparted)), Why: string(floor.BackReasons[0])}
		}
		return &floor.ReceiveTransfer{Unit: unit(floor.UnitDeparted), Lines: []floor.SKUQty{{SKU: "oat", Qty: qty}}}
	}
	return h.comesBack(id, l)
}

// comesBack is somebody who brings goods of an order back.
func (h *history) comesBack(id floor.OrderID, l *floor.Line) floor.Command {
	for _, at := range h.w.state.Returns.IDs() {
		if r := h.w.state.Returns.Get(at); r.Order == id {
			return &floor.ScanReturn{Return: at, SKU: l.SKU, Qty: 1, Reason: floor.ReturnReasons[0], Condition: "as_new"}
		}
	}
	return &floor.OpenReturn{Order: id}
}
