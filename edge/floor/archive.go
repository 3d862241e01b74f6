package floor

import (
	"container/heap"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What is over leaves the floor: closed orders go to the archive, announcements nobody follows lapse.
var archiveEntries = []Entry{
	{fresh[ArchiveOrders], "Lets orders that are over leave the floor for the archive; whatever touches one later brings it back.", TheBox,
		`{"orders":["O-1","O-2"]}`, []Code{NotOver}},
	{fresh[LapseReturn], "Forgets an announced return nobody brought in time.", TheBox,
		`{"return":"R-1"}`, []Code{UnknownReturn, ReturnKnown, StillExpected}},
}

var archiveEvents = []func() Event{blank[OrdersArchived], blank[OrderReopened], blank[OrderReopenedMore], blank[ReturnLapsed]}

// The refusals of what is not over.
const (
	NotOver       Code = "not_over"
	StillExpected Code = "still_expected"
)

var archiveWords = map[Code][2]string{
	NotOver:       {"Order {order} is not over yet, or not for long enough.", "Nothing to do: it leaves by itself when nothing is owed any more."},
	StillExpected: {"Return {return} may still be brought.", "Nothing to do: it lapses by itself when its time is over."},
}

// ArchiveRows is how many rows of the archive one command writes at most: a commit of it stays a small one. Only
// an order that needs more by itself goes alone.
const ArchiveRows = 64

// MaxArchived is how large the folded form of an order that leaves may be, in bytes of JSON: a row holds it.
const MaxArchived = 900 << 10

// maxPiece is how much of an order one record brings back: with its envelope it stays below MaxRecord.
const maxPiece = 48 << 10

// ArchiveOrders lets orders leave that are over.
type ArchiveOrders struct {
	Orders []OrderID `json:"orders"`
}

// OrdersArchived: these orders are no longer on the floor. Their folded form stands in the archive, written in
// the transaction of this record.
type OrdersArchived struct {
	Orders []OrderID `json:"orders"`
}

// OrderReopened: the order is on the floor again, as it left it. It brings all of it, so that a replay needs
// no archive; what one record does not hold follows in OrderReopenedMore, in the same command.
type OrderReopened struct{ Order }

// OrderReopenedMore brings further lines, parcels and print jobs of an order too large for one record.
type OrderReopenedMore struct {
	Order OrderID `json:"order"`
	Lines []Line  `json:"lines,omitempty"`
	Units []Unit  `json:"units,omitempty"`
	Jobs  []Job   `json:"jobs,omitempty"`
}

// Kind names the command.
func (*ArchiveOrders) Kind() string { return "orders.archive" }

// Type and Subject name the event. It is the site's own business: the centre keeps its orders itself.
func (*OrdersArchived) Type() string    { return "picket.local.orders.archived.v1" }
func (*OrdersArchived) Subject() string { return "site" }
func (e *OrdersArchived) tell(Names) string {
	if len(e.Orders) == 1 {
		return "Order " + ref("order", string(e.Orders[0])) + " is over and went to the archive."
	}
	return strconv.Itoa(len(e.Orders)) + " orders are over and went to the archive."
}

// Type and Subject name the event.
func (*OrderReopened) Type() string      { return "picket.local.order.reopened.v1" }
func (e *OrderReopened) Subject() string { return "order/" + string(e.ID) }
func (e *OrderReopened) tell(Names) string {
	return "Order " + called(e.Number, string(e.ID)) + " came back from the archive."
}

// Type and Subject name the event.
func (*OrderReopenedMore) Type() string      { return "picket.local.order.reopened_more.v1" }
func (e *OrderReopenedMore) Subject() string { return "order/" + string(e.Order) }
func (e *OrderReopenedMore) tell(Names) string {
	return "More of order " + ref("order", string(e.Order)) + " came back from the archive."
}

func (c *ArchiveOrders) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := checkRange("orders", len(c.Orders), 1, ArchiveRows); r != nil {
		return nil, r
	}
	for i, id := range c.Orders {
		if r := check([2]string{"orders[" + strconv.Itoa(i) + "]", string(id)}); r != nil {
			return nil, r
		}
	}
	owed, rows := s.owed(), 0
	e := &OrdersArchived{}
	for _, id := range c.Orders {
		o := s.Orders[id]
		if o == nil || slices.Contains(e.Orders, id) || !s.rested(o, m.Now) || owed[id] || !s.owesNothing(o, m.Now) {
			continue // who asked saw the floor a moment ago
		}
		if rows += o.archiveRows(); rows > ArchiveRows && len(e.Orders) > 0 {
			break
		}
		e.Orders = append(e.Orders, id)
	}
	if len(e.Orders) == 0 {
		return nil, Refuse(NotOver, "order", string(c.Orders[0]))
	}
	return []Event{e}, nil
}

func (e *OrdersArchived) apply(s *State) {
	for _, id := range e.Orders {
		if o := s.Orders[id]; o != nil {
			s.noteOrder(id)
			s.takeOff(o)
			s.swept(InTote(id))
			for i := range o.Units {
				s.swept(OnBench(o.Units[i].ID), CameBack(o.Units[i].ID), InTransitTo(o.Units[i].ID))
			}
		}
	}
}

// apply gives the floor a copy of its own: the record goes on belonging to whoever applies it.
func (e *OrderReopened) apply(s *State) {
	if s.Orders[e.ID] != nil {
		return // it never left
	}
	s.putOn(e.Order.clone())
	s.noteOrder(e.ID)
}

func (e *OrderReopenedMore) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	more := (&Order{Lines: e.Lines, Units: e.Units, Jobs: e.Jobs}).clone()
	o.Lines, o.Units, o.Jobs = append(o.Lines, more.Lines...), append(o.Units, more.Units...), append(o.Jobs, more.Jobs...)
	s.putOn(o)
}

// Archivable lists orders that may leave at a moment, those heard of longest ago first, as many as one command
// takes.
func (s *State) Archivable(now time.Time) []OrderID {
	if all := s.Leaving(now, 1); len(all) > 0 {
		return all[0]
	}
	return nil
}

// Leaving lists orders that may leave at a moment, those heard of longest ago first, in pieces one command takes, at
// most so many. A large backlog is looked through once and never sorted: only as much of it is put in order as leaves.
func (s *State) Leaving(now time.Time, pieces int) [][]OrderID {
	var rested longest
	for _, o := range s.Orders {
		if s.rested(o, now) {
			rested = append(rested, o)
		}
	}
	if len(rested) == 0 || pieces < 1 {
		return nil
	}
	owed := s.owed()
	rested = slices.DeleteFunc(rested, func(o *Order) bool { return owed[o.ID] })
	heap.Init(&rested)
	var out [][]OrderID
	var piece []OrderID
	rows := 0
	for len(rested) > 0 {
		o := heap.Pop(&rested).(*Order)
		if !s.owesNothing(o, now) {
			continue
		}
		n := o.archiveRows()
		if rows+n > ArchiveRows && len(piece) > 0 {
			if out = append(out, piece); len(out) == pieces {
				return out
			}
			piece, rows = nil, 0
		}
		piece, rows = append(piece, o.ID), rows+n
	}
	if len(piece) > 0 {
		out = append(out, piece)
	}
	return out
}

// longest is a heap of orders, the one heard of longest ago on top.
type longest []*Order

func (l longest) Len() int      { return len(l) }
func (l longest) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l *longest) Push(o any)   { *l = append(*l, o.(*Order)) }
func (l longest) Less(i, j int) bool {
	if c := l[i].Heard.Compare(l[j].Heard); c != 0 {
		return c < 0
	}
	return l[i].ID < l[j].ID
}
func (l *longest) Pop() any {
	last := len(*l) - 1
	o := (*l)[last]
	*l = (*l)[:last]
	return o
}

// rested: nothing was heard of the order for so long that nobody undoes or disputes it any more.
func (s *State) rested(o *Order, now time.Time) bool {
	return now.Sub(o.Heard) >= time.Duration(s.Policy.ArchiveHours)*time.Hour
}

// owed are the orders something else on the floor still names: a case, a return, a task, a run, a tote, a
// delivery that brings goods for them, a manifest that is open, money a driver has to pay in, an approval.
func (s *State) owed() map[OrderID]bool {
	out := map[OrderID]bool{}
	about := func(subject string) {
		if id, ok := strings.CutPrefix(subject, "order/"); ok {
			out[OrderID(id)] = true
		}
	}
	for _, k := range s.Cases.at {
		about(k.v.Subject)
		out[OrderID(k.v.Args["order"])] = true
	}
	for _, k := range s.Tasks.at {
		about(k.v.Subject)
		if id, ok := cutTote(k.v.From); ok {
			out[id] = true
		}
	}
	for _, k := range s.Approvals.at {
		about(k.v.Subject)
	}
	for _, k := range s.Owes.at {
		out[k.v.Order] = true
	}
	for _, k := range s.Returns.at {
		out[k.v.Order] = true
	}
	for _, k := range s.Totes.at {
		out[k.v.Order] = true
	}
	for _, k := range s.Runs.at {
		for _, id := range k.v.Orders {
			out[id] = true
		}
	}
	for _, k := range s.Inbounds.at {
		for i := range k.v.Lines {
			out[k.v.Lines[i].Order] = true
		}
	}
	for _, k := range s.Manifests.at {
		if k.v.Closed.IsZero() {
			for i := range k.v.Parcels {
				out[k.v.Parcels[i].Order] = true
			}
		}
	}
	return out
}

// owesNothing says whether an order owes nothing and is owed nothing: every line ended, everything left or is back in
// its place, nothing is being printed, the money is settled, and nobody waits.
func (s *State) owesNothing(o *Order, now time.Time) bool {
	if !s.endedBut(o, now) {
		return false
	}
	for i := range o.Jobs {
		if o.Jobs[i].waiting() {
			return false
		}
	}
	return o.comesBack()
}

// endedBut is owesNothing, whatever is still to be printed, and however large the order is.
func (s *State) endedBut(o *Order, now time.Time) bool {
	if o.Coming > 0 || o.Hold != "" || o.waiting(now) || len(o.counter().Shelves) > 0 || o.Open() {
		return false
	}
	handed := 0
	for i := range o.Lines {
		l := &o.Lines[i]
		if o.Loose(l) != 0 || l.Staged != 0 {
			return false
		}
		for _, p := range o.Parts(l) {
			switch p.State {
			case ShippedPart, Received, HandedOver, ReturnedPart, Declined, ShortPart, CancelledPart, Substituted:
			default:
				return false
			}
		}
		handed += l.Handed
	}
	for i := range o.Units {
		if u := &o.Units[i]; u.State != UnitDeparted && u.State != UnitVoid && len(u.Contents) > 0 {
			return false
		}
	}
	return handed == 0 || o.StillDue().Minor <= 0
}

// comesBack says whether records can bring the order back. One line with thousands of serial numbers may be
// too much for a record, and an order of many such lines for a row: those stay on the floor.
func (o *Order) comesBack() bool {
	text, err := json.Marshal(o)
	if err != nil || len(text) > MaxArchived {
		return false
	}
	return len(text) <= maxPiece || Reopen(o) != nil
}

// Reopen gives the events that bring an order back, the first of them OrderReopened; nil for one that does not
// fit into records.
func Reopen(o *Order) []Event {
	head := *o
	head.Lines, head.Units, head.Jobs = nil, nil, nil
	left, ok := room(&head, maxPiece)
	if !ok {
		return nil
	}
	first := &OrderReopened{Order: head}
	out := []Event{first}
	lines, units, jobs := &first.Lines, &first.Units, &first.Jobs
	next := func() {
		more := &OrderReopenedMore{Order: o.ID}
		out, left = append(out, more), maxPiece
		lines, units, jobs = &more.Lines, &more.Units, &more.Jobs
	}
	for i := range o.Lines {
		rest, fits := room(&o.Lines[i], left)
		if !fits {
			next()
			if rest, fits = room(&o.Lines[i], left); !fits {
				return nil
			}
		}
		*lines, left = append(*lines, o.Lines[i]), rest
	}
	for i := range o.Units {
		rest, fits := room(&o.Units[i], left)
		if !fits {
			next()
			if rest, fits = room(&o.Units[i], left); !fits {
				return nil
			}
		}
		*units, left = append(*units, o.Units[i]), rest
	}
	for i := range o.Jobs {
		rest, fits := room(&o.Jobs[i], left)
		if !fits {
			next()
			if rest, fits = room(&o.Jobs[i], left); !fits {
				return nil
			}
		}
		*jobs, left = append(*jobs, o.Jobs[i]), rest
	}
	return out
}

// room is what is left of some room when a value is in it.
func room(v any, left int) (int, bool) {
	text, err := json.Marshal(v)
	left -= len(text) + 1
	return left, err == nil && left >= 0
}
