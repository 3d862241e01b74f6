package view_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/floor"
	"picket/edge/view"
)

var morning = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

var site = view.Site{ID: "st-1", Name: "Harbour Street", Zone: "Europe/Berlin"}

// world is a site without a node: it decides commands and keeps the records.
type world struct {
	state   *floor.State
	log     floor.LogID
	now     time.Time
	n       map[floor.DeviceID]uint64
	records []floor.Record
	archive map[floor.OrderID]string // what left, as JSON
}

func newWorld() *world {
	return &world{state: floor.NewState(), log: "log-1", now: morning, n: map[floor.DeviceID]uint64{}, archive: map[floor.OrderID]string{}}
}

// lend finds what a command names and the floor does not hold, as the node does.
func (w *world) lend(c floor.Command) (out []*floor.Order) {
	keys := floor.Needs(w.state, c)
	for _, id := range slices.Sorted(maps.Keys(w.archive)) {
		o := &floor.Order{}
		if err := json.Unmarshal([]byte(w.archive[id]), o); err != nil {
			panic(err)
		}
		if w.state.Orders[id] == nil && slices.ContainsFunc(o.Keys(), func(k string) bool { return slices.Contains(keys, k) }) {
			out = append(out, o)
		}
	}
	return out
}

// do gives a command as a device (or as nobody) and returns the records it wrote.
func (w *world) do(dev floor.DeviceID, c floor.Command) []floor.Record {
	seq := floor.Seq(len(w.records)) + 1
	m := floor.Meta{ID: floor.CommandID(fmt.Sprintf("cmd-%d", seq)), Actor: "anna", Now: w.now, Device: dev}
	if dev != "" {
		w.n[dev]++
		m.N = w.n[dev]
		m.ID = floor.CommandID(fmt.Sprintf("%s:%d", dev, m.N))
	}
	events, r := floor.DecideWith(w.state, m, c, w.lend(c))
	if r == nil {
		if e, ok := events[0].(*floor.OrdersArchived); ok {
			for _, id := range e.Orders {
				text, err := json.Marshal(w.state.Orders[id])
				if err != nil {
					panic(err)
				}
				w.archive[id] = string(text)
			}
		}
	}
	if r != nil {
		events = []floor.Event{&floor.CommandRefused{Kind: c.Kind(), Code: r.Code, Args: r.Args}}
	}
	out := floor.Records("/t/demo/s/st-1/n/1", w.log, seq, m, events)
	for i := range out {
		floor.ApplyRecord(w.state, &out[i])
	}
	w.records = append(w.records, out...)
	return out
}

// must gives a command that is expected to be accepted.
func (w *world) must(t require.TestingT, dev floor.DeviceID, c floor.Command) floor.Answer {
	a := floor.AnswerOf(w.do(dev, c))
	require.Equal(t, floor.OutcomeAccepted, a.Outcome, "%s: %+v", c.Kind(), a.Refusal)
	return a
}

func (w *world) item(t require.TestingT, sku floor.SKU, name string, gtins ...string) {
	w.must(t, "", &floor.SetItem{Item: floor.Item{SKU: sku, Name: name, Tell: "blue cap", GTINs: gtins}})
}

func (w *world) bin(t require.TestingT, id floor.BinID, walk int) {
	w.must(t, "", &floor.SetBin{Bin: floor.Bin{ID: id, Aisle: string(id[:1]), Level: 2, Side: "left", Walk: walk}})
}

func (w *world) stock(t require.TestingT, sku floor.SKU, bin floor.BinID, n int) {
	if w.state.Items[sku] == nil {
		w.item(t, sku, string(sku))
	}
	if w.state.Bins[bin] == nil {
		w.bin(t, bin, 1<<20)
	}
	w.must(t, "", &floor.AdjustStock{SKU: sku, Bin: bin, Delta: n, Reason: "opening"})
}

func (w *world) assign(t require.TestingT, id floor.OrderID, due time.Time, lines ...floor.AskedLine) {
	w.must(t, "", &floor.Assign{Order: id, Assignment: floor.AssignmentID("as-" + id), Number: string(id), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: due, Carrier: "dhl", Lines: lines})
}

func asked(line floor.LineID, sku floor.SKU, qty int) floor.AskedLine {
	return floor.AskedLine{Line: line, SKU: sku, Qty: qty}
}

func (w *world) board(t require.TestingT) *view.Board {
	b := view.NewBoard(site, w.log, floor.NewState(), 0, time.Time{})
	w.feed(t, b)
	return b
}

// feed gives a board the records it has not seen.
func (w *world) feed(t require.TestingT, b *view.Board) {
	for int(b.Seq()) < len(w.records) {
		r := w.records[b.Seq()]
		require.NoError(t, b.Apply(&r))
	}
}

func encoded(t require.TestingT, v any) string {
	b, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(b)
}

// merge is what a screen does with a delta.
func merge(f view.Full, d view.Delta) view.Full {
	f.Seq = d.Seq
	orders := map[floor.OrderID]*view.Order{}
	for _, o := range f.Orders {
		orders[o.ID] = o
	}
	for _, o := range d.Orders {
		orders[o.ID] = o
	}
	for _, id := range d.Gone {
		delete(orders, id)
	}
	f.Orders = make([]*view.Order, 0, len(orders))
	for _, o := range orders {
		f.Orders = append(f.Orders, o)
	}
	view.SortOrders(f.Orders)
	f.Items = over(f.Items, d.Items, func(it view.Item) floor.SKU { return it.SKU })
	f.Printers = over(f.Printers, d.Printers, func(p view.Printer) floor.PrinterID { return p.ID })
	if d.Link != nil {
		f.Link = *d.Link
	}
	if d.Hours != nil {
		f.Hours, f.Policy = d.Hours, d.Policy
	}
	rows := map[string][]json.RawMessage{}
	for name := range f.Rows {
		rows[name] = over(f.Rows[name], d.Rows[name], rowID)
		rows[name] = slices.DeleteFunc(rows[name], func(r json.RawMessage) bool { return slices.Contains(d.Left[name], rowID(r)) })
	}
	f.Rows = rows
	return f
}

func rowID(r json.RawMessage) string {
	var row struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(r, &row) != nil || row.ID == "" {
		panic("a row without an id: " + string(r))
	}
	return row.ID
}

func over[T any, K ~string](old, changed []T, key func(T) K) []T {
	out := append([]T{}, old...)
next:
	for _, c := range changed {
		for i := range out {
			if key(out[i]) == key(c) {
				out[i] = c
				continue next
			}
		}
		at := 0
		for at < len(out) && key(out[at]) < key(c) {
			at++
		}
		out = append(out[:at], append([]T{c}, out[at:]...)...)
	}
	return out
}

// busy is a site in the middle of its day: two orders under way.
func busy(t require.TestingT) *world {
	w := newWorld()
	w.must(t, "", &floor.SetPolicy{Name: "archive_hours", Value: json.RawMessage("1")})
	w.must(t, "", &floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 1000})
	for i, bin := range []floor.BinID{"A-1", "A-2", "B-1"} {
		w.bin(t, bin, i+1)
		w.stock(t, "oat", bin, 2)
		w.stock(t, "rice", bin, 1)
	}
	for i, id := range []floor.OrderID{"O-1", "O-2"} {
		w.assign(t, id, morning.Add(time.Duration(i)*time.Hour), asked("1", "rice", 2), asked("2", "oat", 2))
		w.must(t, "hh-1", &floor.Start{Order: id})
	}
	return w
}

// step gives one random command.
func (w *world) step(t *rapid.T) {
	dev := rapid.SampledFrom([]floor.DeviceID{"", "hh-1", "hh-2"}).Draw(t, "dev")
	sku := rapid.SampledFrom([]floor.SKU{"oat", "rice", "soy"}).Draw(t, "sku")
	bin := rapid.SampledFrom([]floor.BinID{"A-1", "A-2", "B-1", "C-9"}).Draw(t, "bin")
	order := floor.OrderID(fmt.Sprintf("O-%d", rapid.SampledFrom([]int{1, 1, 1, 2, 2, 3}).Draw(t, "order")))
	line := rapid.SampledFrom([]floor.LineID{"1", "2"}).Draw(t, "line")
	qty := rapid.IntRange(1, 3).Draw(t, "qty")
	var unit floor.UnitID
	var job floor.JobID
	if o := w.state.Orders[order]; o != nil && len(o.Units) > 0 {
		unit = o.Units[rapid.IntRange(0, len(o.Units)-1).Draw(t, "unit")].ID
		if len(o.Jobs) > 0 {
			job = o.Jobs[rapid.IntRange(0, len(o.Jobs)-1).Draw(t, "job")].ID
		}
	}
	w.now = w.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 30, 60 * 13}).Draw(t, "minutes")) * time.Minute)
	c := rapid.SampledFrom([]floor.Command{
		&floor.SetItem{Item: floor.Item{SKU: sku, Name: fmt.Sprintf("%s %d", sku, qty), GTINs: []string{}}},
		&floor.SetBin{Bin: floor.Bin{ID: bin, Aisle: string(bin[:1]), Level: qty, Walk: rapid.IntRange(1, 9).Draw(t, "walk")}},
		&floor.AdjustStock{SKU: sku, Bin: bin, Delta: rapid.SampledFrom([]int{-3, -1, 1, 4}).Draw(t, "delta"), Reason: "correction"},
		&floor.Assign{Order: order, Assignment: "as", Number: string(order), Flow: floor.FlowShip, Mode: floor.ModeHold,
			Due: morning.Add(time.Duration(qty) * time.Hour), Priority: qty % 2, Lines: []floor.AskedLine{asked("1", sku, qty), asked("2", "oat", 1)}},
		&floor.Start{Order: order, TakeOver: true}, &floor.Start{Order: order, TakeOver: true},
		&floor.Scan{Order: order, SKU: sku, Qty: 1}, &floor.Scan{Order: order, SKU: "oat", Qty: 1}, &floor.Scan{Order: order, SKU: sku, Qty: qty, Bin: bin},
		&floor.Scan{Order: order, SKU: sku, Qty: qty, Done: true},
		&floor.Undo{Order: order, Line: line, Qty: 1},
		&floor.ReportShort{Order: order, Line: line, Qty: qty, Reason: floor.NotInStock}, &floor.ReportShort{Order: order, Line: line, Qty: 1, Reason: floor.Damaged},
		&floor.Finish{Order: order}, &floor.Decline{Order: order, Reason: floor.OutOfStock},
		&floor.OpenUnit{Order: order}, &floor.AddToUnit{Unit: unit, Line: line, Qty: 1}, &floor.AddToUnit{Unit: unit, Line: line, Qty: 1},
		&floor.TakeFromUnit{Unit: unit, Line: line, Qty: 1}, &floor.CloseUnit{Unit: unit}, &floor.CloseUnit{Unit: unit}, &floor.VoidUnit{Unit: unit, Reason: "torn"},
		&floor.StartPrint{Job: job, Printer: "p-1"}, &floor.ConfirmPrint{Job: job}, &floor.FailPrint{Job: job, State: floor.JobHeld, Reasons: []string{"media-empty"}},
		&floor.HandOver{Unit: unit}, &floor.HandOver{Unit: unit, Done: true},
		&floor.LeaseNumbers{Number: "sscc", Prefix: "0952000", From: 1, To: 1000},
		&floor.ArchiveOrders{Orders: []floor.OrderID{"O-1", "O-2", "O-3"}}, &floor.OpenReturn{Order: order},
		w.settle(t), w.example(t), w.example(t), w.example(t),
	}).Draw(t, "command")
	w.do(dev, c)
}

// settle takes some case off the desk.
func (w *world) settle(t *rapid.T) floor.Command {
	c := &floor.SettleCase{Case: "none", Note: "looked at"}
	if ids := w.state.Cases.IDs(); len(ids) > 0 {
		c.Case = rapid.SampledFrom(ids).Draw(t, "case")
	}
	return c
}

// example is the example of any command there is, so that whatever the floor learns to keep is tried here.
func (w *world) example(t *rapid.T) floor.Command {
	e := rapid.SampledFrom(floor.Entries()).Draw(t, "entry")
	c, err := floor.DecodeCommand(e.New().Kind(), []byte(e.Example))
	require.NoError(t, err, e.New().Kind())
	return c
}
