package view

import (
	"container/list"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
)

// How long and how many closed orders stay on the board.
const (
	ClosedFor = 24 * time.Hour
	ClosedMax = 50
)

// Board is the fold. It is not safe for concurrent use.
type Board struct {
	site  Site
	state *floor.State
	log   floor.LogID
	seq   floor.Seq
	start string
	rev   uint64 // raised by every change, journalled or not; never leaves the process

	shown   map[floor.OrderID]*list.Element // of *shown: the orders on the board
	touched *list.List                      // the same, the latest change last
	closed  []*shown                        // those of them that are closed, those that were heard of last at the end
	bySKU   map[floor.SKU][]floor.OrderID   // orders on the board that ask for an item
	suggest map[floor.SKU]floor.BinID       // where the walk led at the last look
	trail   trail                           // what left the board, and which items changed

	sections []*section
	lists    []*List
	rows     *list.List // of *shownRow, the latest change last
	setting  setting

	layout uint64 // how often a bin was described

	printers []printer // by id

	peripherals []peripheral // by id
	printing    printing
	link        link
	devices     map[floor.DeviceID]*device
}

// shown is an order on the board.
type shown struct {
	id     floor.OrderID
	own    floor.Seq // its own last record
	seq    floor.Seq // the record at which its picture last changed
	rev    uint64
	closed time.Time // time of the last record of an order that is closed; zero while open
	skus   []floor.SKU
	view   *Order // nil: to be drawn again
}

// NewBoard starts from a state as it was after seq of a log; the state is the board's from here on. For a
// site on its first day that is floor.NewState() and 0. Closed orders that are a day old at the time given
// stay away.
func NewBoard(site Site, log floor.LogID, state *floor.State, seq floor.Seq, at time.Time) *Board {
	b := &Board{
		site: site, state: state, log: log, seq: seq,
		shown: map[floor.OrderID]*list.Element{}, touched: list.New(), bySKU: map[floor.SKU][]floor.OrderID{},
		suggest: map[floor.SKU]floor.BinID{}, devices: map[floor.DeviceID]*device{}, trail: trail{base: seq}, printing: startPrinting(state),
	}
	ids := make([]floor.OrderID, 0, len(state.Orders))
	for id := range state.Orders {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y floor.OrderID) int {
		if c := state.Orders[x].Heard.Compare(state.Orders[y].Heard); c != 0 {
			return c
		}
		return strings.Compare(string(x), string(y))
	})
	for _, id := range ids {
		b.place(id, seq, state.Orders[id].Heard)
	}
	state.Watch()
	b.startSections()
	b.makeLists()
	b.tidy(at)
	b.safeHere()
	return b
}

// Seq is the last record taken in; Log is the log it stands in.
func (b *Board) Seq() floor.Seq   { return b.seq }
func (b *Board) Log() floor.LogID { return b.log }

// Mark is where a reader of the board stands now.
func (b *Board) Mark() Mark { return Mark{Start: b.start, Seq: b.seq, Rev: b.rev} }

// Start is which start of the box made this board.
func (b *Board) Start() string { return b.start }

// SetStart names the start of the box, by a name that no other one has, before anybody reads. Readers of a board without
// one are told what followed their number, whatever it is now.
func (b *Board) SetStart(name string) { b.start = name }

// Apply takes in the next record. A record out of turn is a fault, and changes nothing. A record of a new
// log makes every reader load the board anew.
func (b *Board) Apply(r *floor.Record) error {
	if r.Seq != b.seq+1 {
		return fmt.Errorf("board stands at seq %d of log %s, so it cannot take seq %d", b.seq, b.log, r.Seq)
	}
	floor.ApplyRecord(b.state, r)
	b.seq = r.Seq
	b.rev++
	if e, ok := r.Event.(*floor.FactTakenBack); ok {
		if in, ok := e.Inner(); ok { // what is shown is what was taken back
			in.Seq, in.Log = r.Seq, r.Log
			r = &in
		}
	}
	if r.Log != b.log {
		b.log = r.Log
		b.trail = trail{base: r.Seq}
		b.link.told = b.link.LinkState // what was told is of another log
	}
	b.follow(r)
	b.blindBins(r)
	b.followSections(r)
	b.link.note(r)
	b.safeHere()
	b.note(r)
	b.overtaken()
	b.printing.apply(r.Event)
	b.tidy(r.Time)
	return nil
}

// Skip passes over a record this version cannot read, so that those behind it are seen.
func (b *Board) Skip(seq floor.Seq) error {
	if seq != b.seq+1 {
		return fmt.Errorf("board stands at seq %d of log %s, so it cannot skip seq %d", b.seq, b.log, seq)
	}
	b.seq = seq
	b.rev++
	b.overtaken()
	return nil
}

// Tick lets closed orders leave the board as time passes.
func (b *Board) Tick(now time.Time) { b.tidy(now) }

// follow marks everything whose picture the record changes. Which orders and which stock it wrote is asked of
// the state, so that an event of a run or a count needs no word here.
func (b *Board) follow(r *floor.Record) {
	orders, stock := b.state.Written()
	for i, id := range orders {
		if !slices.Contains(orders[:i], id) {
			b.own(id, r)
		}
	}
	for i, sku := range stock {
		if !slices.Contains(stock[:i], sku) {
			b.stock(sku, false)
		}
	}
	switch e := r.Event.(type) {
	case *floor.OrderTaken:
		b.own(e.Order, r)
	case *floor.ItemSet:
		b.trail.add(change{seq: b.seq, rev: b.rev, item: e.SKU})
		for _, id := range b.bySKU[e.SKU] {
			b.touch(id)
		}
	case *floor.BinSet:
		b.layout++
		if at := b.state.Places[floor.InBin(e.ID)]; at != nil {
			skus := make([]floor.SKU, 0, len(at.Qty))
			for sku := range at.Qty {
				skus = append(skus, sku)
			}
			slices.Sort(skus)
			for _, sku := range skus {
				b.stock(sku, true)
			}
		}
	}
}

// own notes a record of the order itself.
func (b *Board) own(id floor.OrderID, r *floor.Record) {
	o, at := b.state.Orders[id], b.shown[id]
	// What is written of all orders, such as by a box that was put back, says nothing of one that is closed: it was heard of before.
	before := o != nil && !o.Open() && !o.Heard.Equal(r.Time)
	switch {
	case o == nil && at == nil, before && at == nil:
		return
	case o == nil: // it left the floor, so there is nothing to draw it by
		sh := at.Value.(*shown)
		b.closed = slices.DeleteFunc(b.closed, func(c *shown) bool { return c == sh })
		b.drop(sh)
		return
	case at == nil:
		b.place(id, r.Seq, r.Time)
		return
	}
	sh := at.Value.(*shown)
	sh.own = r.Seq
	b.touch(id)
	b.asks(sh, o)
	if before && !sh.closed.IsZero() {
		return
	}
	if !sh.closed.IsZero() {
		sh.closed = time.Time{}
		b.closed = slices.DeleteFunc(b.closed, func(c *shown) bool { return c == sh })
	}
	if !o.Open() {
		sh.closed = closing(r.Time)
		b.closed = append(b.closed, sh)
	}
}

// closing keeps a box that boots in 1970 from losing sight of what it just did: no time at all is none.
func closing(at time.Time) time.Time {
	if at.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return at
}

// place puts an order on the board.
func (b *Board) place(id floor.OrderID, seq floor.Seq, at time.Time) {
	o := b.state.Orders[id]
	sh := &shown{id: id, own: seq, seq: seq, rev: b.rev}
	b.asks(sh, o)
	b.shown[id] = b.touched.PushBack(sh)
	if !o.Open() {
		sh.closed = closing(at)
		b.closed = append(b.closed, sh)
	}
}

// asks notes the items an order asks for: a line may come to be served by another item.
func (b *Board) asks(sh *shown, o *floor.Order) {
	for i := range o.Lines {
		if sku := o.Lines[i].SKU; !slices.Contains(sh.skus, sku) {
			sh.skus = append(sh.skus, sku)
			if len(b.bySKU[sku]) == 0 { // otherwise what the others show still has to be compared with the book
				b.suggest[sku] = b.state.Suggest(sku)
			}
			b.bySKU[sku] = append(b.bySKU[sku], sh.id)
		}
	}
}

// tidy takes closed orders off the board: those older than a day, and the oldest when there are too many.
func (b *Board) tidy(now time.Time) {
	n := max(0, len(b.closed)-ClosedMax)
	for n < len(b.closed) && b.closed[n].closed.Add(ClosedFor).Before(now) {
		n++
	}
	if n == 0 {
		return
	}
	b.rev++
	for _, sh := range b.closed[:n] {
		b.drop(sh)
	}
	b.closed = slices.Clone(b.closed[n:])
}

// drop takes an order off the board, with everything that leads to it. Who is behind learns that it is gone.
func (b *Board) drop(sh *shown) {
	b.touched.Remove(b.shown[sh.id])
	delete(b.shown, sh.id)
	for _, sku := range sh.skus {
		if left := slices.DeleteFunc(b.bySKU[sku], func(id floor.OrderID) bool { return id == sh.id }); len(left) > 0 {
			b.bySKU[sku] = left
		} else {
			delete(b.bySKU, sku)
			delete(b.suggest, sku)
		}
	}
	b.trail.add(change{seq: b.seq, rev: b.rev, gone: sh.id})
}

// stock notes that the book of an item changed: the orders that still want it show other bins, and all that
// ask for it do when the walk leads elsewhere now.
func (b *Board) stock(sku floor.SKU, all bool) {
	ids := b.bySKU[sku]
	if len(ids) == 0 {
		return
	}
	bin := b.state.Suggest(sku)
	all = all || bin != b.suggest[sku]
	b.suggest[sku] = bin
	for _, id := range ids {
		if all || wants(b.state.Orders[id], sku) {
			b.touch(id)
		}
	}
}

func wants(o *floor.Order, sku floor.SKU) bool {
	for i := range o.Lines {
		if o.Lines[i].SKU == sku && o.Lines[i].ToPick() > 0 {
			return true
		}
	}
	return false
}

func (b *Board) touch(id floor.OrderID) {
	at := b.shown[id]
	if at == nil {
		return
	}
	sh := at.Value.(*shown)
	sh.view, sh.seq, sh.rev = nil, b.seq, b.rev
	b.touched.MoveToBack(at)
}
