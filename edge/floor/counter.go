package floor

import "strconv"

// What goes wrong at the counter: something is missing or broken, or the customer does not want it.

// Why something cannot be handed over.
const (
	NotOnShelf Reason = "not_on_shelf"
	WrongGoods Reason = "wrong_goods"
)

// CounterReasons lists what a person may choose, in the order shown.
var CounterReasons = []Reason{NotOnShelf, Damaged, WrongGoods}

// CounterShort says that goods of an order cannot be handed over, and what the customer wants done about it.
type CounterShort struct {
	Order      OrderID `json:"order"`
	Line       LineID  `json:"line"`
	Qty        int     `json:"qty"`
	Resolution string  `json:"resolution"` // shortage, cancel, later
	Reason     Reason  `json:"reason"`
}

// CounterShorted: these are not on the shelf for the customer any more. Shortage: they leave for the centre,
// and the customer chooses what is done. Cancel: the customer does not want them any more. Later: they are
// to be picked again, and the customer comes again.
type CounterShorted struct {
	Order      OrderID `json:"order"`
	Line       LineID  `json:"line"`
	SKU        SKU     `json:"sku"`
	Qty        int     `json:"qty"`
	Told       int     `json:"told,omitempty"` // of them, the customer knew of
	Resolution string  `json:"resolution"`
	Reason     Reason  `json:"reason"`
	Choice     string  `json:"choice,omitempty"` // customer: the centre asks them, and does not route by itself
}

// RefuseGoods says that the customer does not take goods of their order.
type RefuseGoods struct {
	Order OrderID   `json:"order"`
	Lines []LineQty `json:"lines,omitempty"` // none: all that stands on the shelf
	Why   string    `json:"why"`
}

// GoodsRefused: the customer was there and did not take these. They go back to stock.
type GoodsRefused struct {
	Order OrderID `json:"order"`
	Lines []Taken `json:"lines"`
	Why   string  `json:"why"`
}

// Expire gives up an order nobody came for. The box does it by the clock; a person may do it too, no earlier.
type Expire struct {
	Order OrderID `json:"order"`
}

// PickupExpired: nobody came. The goods go back to stock.
type PickupExpired struct {
	Order OrderID `json:"order"`
	Lines []Taken `json:"lines"`
}

// Kind names the command.
func (*CounterShort) Kind() string { return "collect.short" }

// Kind names the command.
func (*RefuseGoods) Kind() string { return "collect.refuse" }

// Kind names the command.
func (*Expire) Kind() string { return "collect.expire" }

// Type and Subject name the event.
func (*CounterShorted) Type() string      { return "picket.pickup.short.v1" }
func (e *CounterShorted) Subject() string { return "order/" + string(e.Order) }
func (e *CounterShorted) tell(n Names) string {
	words := strconv.Itoa(e.Qty) + " × " + n(e.SKU) + " cannot be handed over (" + plain(string(e.Reason)) + "): "
	switch e.Resolution {
	case "shortage":
		return words + "the customer is asked what to do."
	case "cancel":
		return words + "the customer does not want it any more."
	}
	return words + "picked again, the customer comes later."
}

// Type and Subject name the event.
func (*GoodsRefused) Type() string      { return "picket.pickup.refused.v1" }
func (e *GoodsRefused) Subject() string { return "order/" + string(e.Order) }
func (e *GoodsRefused) tell(n Names) string {
	return "The customer did not take " + listed(n, e.Lines) + ": " + e.Why + "."
}

// Type and Subject name the event.
func (*PickupExpired) Type() string      { return "picket.pickup.expired.v1" }
func (e *PickupExpired) Subject() string { return "order/" + string(e.Order) }
func (e *PickupExpired) tell(n Names) string {
	return "Nobody came for " + listed(n, e.Lines) + "; back to stock."
}

func (c *CounterShort) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	l := o.Line(c.Line)
	if l == nil {
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", clip(string(c.Line)))
	}
	if r := checkRange("qty", c.Qty, 1, MaxQty); r != nil {
		return nil, r
	}
	if r := oneWord("resolution", c.Resolution, "shortage", "cancel", "later"); r != nil {
		return nil, r
	}
	if r := oneOf(c.Reason, CounterReasons, "a shortage at the counter"); r != nil {
		return nil, r
	}
	if r := o.elsewhere(m); r != nil {
		return nil, r
	}
	on := o.OnShelf(l)
	if c.Qty > on {
		return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(on))
	}
	e := &CounterShorted{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty, Resolution: c.Resolution, Reason: c.Reason}
	e.Told = max(0, c.Qty-(on-o.Told(l))) // what the customer does not know of goes first
	if c.Resolution == "shortage" {
		e.Choice = "customer"
	}
	return []Event{e}, nil
}

func (e *CounterShorted) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		o.offShelf(l, e.Qty)
		l.Picked -= e.Qty
		l.Told -= e.Told
		switch e.Resolution {
		case "shortage":
			l.addShort(e.Reason, e.Qty)
		case "cancel":
			l.cancel(ByCustomer, e.Qty)
		default:
			o.Finished = false
		}
	}
	to := Missing
	if e.Reason != NotOnShelf {
		to = Quarantine
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: OnShelfOf(e.Order), To: to})
	o.rest()
}

func (c *RefuseGoods) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkNote("why", c.Why); r != nil {
		return nil, r
	}
	if r := o.elsewhere(m); r != nil {
		return nil, r
	}
	lines, r := o.chosen(c.Lines, o.OnShelf)
	if r != nil {
		return nil, r
	}
	if len(lines) == 0 {
		return nil, Refuse(NothingOnShelf, "order", string(o.ID))
	}
	e := &GoodsRefused{Order: o.ID, Why: c.Why}
	for _, q := range lines {
		l := o.Line(q.Line)
		if on := o.OnShelf(l); q.Qty > on {
			return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(q.Qty), "left", strconv.Itoa(on))
		}
		e.Lines = append(e.Lines, Taken{Line: l.ID, SKU: l.SKU, Qty: q.Qty})
	}
	return []Event{e}, nil
}

func (e *GoodsRefused) apply(s *State) { s.giveUp(e.Order, e.Lines, Refused) }

func (c *Expire) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	by := o.counter().By
	switch {
	case o.toldOf() == 0:
		return nil, Refuse(NotReady, "order", string(o.ID))
	case !s.runs(o):
		return nil, Refuse(ClockStands, "order", string(o.ID))
	case !s.expired(o, m.Now):
		return nil, Refuse(NotExpired, "order", string(o.ID), "by", day(by))
	case o.waiting(m.Now):
		return nil, Refuse(CustomerWaits, "order", string(o.ID))
	}
	e := &PickupExpired{Order: o.ID}
	for i := range o.Lines {
		if l := &o.Lines[i]; o.Told(l) > 0 {
			e.Lines = append(e.Lines, Taken{Line: l.ID, SKU: l.SKU, Qty: o.Told(l)})
		}
	}
	return []Event{e}, nil
}

func (e *PickupExpired) apply(s *State) { s.giveUp(e.Order, e.Lines, NoShow) }

// giveUp says that nobody wants goods on the shelf any more, and puts their way back on the task list.
func (s *State) giveUp(id OrderID, lines []Taken, cause Cause) {
	o := s.order(id)
	if o == nil {
		return
	}
	for i, t := range lines {
		l := o.Line(t.Line)
		if l == nil {
			continue
		}
		l.cancel(cause, t.Qty)
		task := TaskID(string(s.rec.ID) + "/" + strconv.Itoa(i))
		s.Tasks.put(s, task, Task{
			ID: task, What: "restock", Subject: "order/" + string(id), SKU: t.SKU, Qty: t.Qty, From: OnShelfOf(id), Why: string(cause), Since: s.now(),
		})
	}
	o.rest()
}

// unrestock takes units off the way back to stock: the customer came after all.
func (s *State) unrestock(id OrderID, sku SKU, qty int) {
	for _, at := range s.Tasks.IDs() {
		k := s.Tasks.Get(at)
		if qty == 0 || k.What != "restock" || k.Subject != "order/"+string(id) || k.SKU != sku || k.Why != string(NoShow) {
			continue
		}
		n := min(qty, k.Qty)
		qty -= n
		if n == k.Qty {
			s.Tasks.drop(at)
			continue
		}
		s.Tasks.change(s, at).Qty -= n
	}
}
