package floor

import (
	"encoding/json"
	"strconv"
	"time"
)

// Assign hands an order to this site. It comes from the centre. An order of more than MaxLines lines comes in
// pieces: More says how many lines still follow by order.lines, and nobody starts it before it is whole.
type Assign struct {
	Order      OrderID      `json:"order"`
	Assignment AssignmentID `json:"assignment"`
	Number     string       `json:"number"`
	Flow       Flow         `json:"flow"`
	Mode       Mode         `json:"mode"`
	Due        time.Time    `json:"due"`
	Priority   int          `json:"priority,omitempty"`
	Carrier    string       `json:"carrier,omitempty"`
	Service    string       `json:"service,omitempty"`
	ShipTo     string       `json:"ship_to,omitempty"`
	Note       string       `json:"note,omitempty"`
	Lines      []AskedLine  `json:"lines"`
	More       int          `json:"more,omitempty"`
	Terms
}

// AskedLine is a line as the centre asks for it.
type AskedLine struct {
	Line LineID `json:"line"`
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
	LineTerms

	Allotted int `json:"allotted,omitempty"` // of the units, so many are taken from what the site keeps for the centre
}

// OrderTaken: the site has the assignment, and from here on the authority over it (ruling 1).
type OrderTaken struct {
	Assign
	RowsMark string `json:"rows_mark,omitempty"` // tells the sealed rows it came with from others, and nothing of what is in them
}

// Kind names the command.
func (*Assign) Kind() string { return "order.assign" }

// Type and Subject name the event.
func (*OrderTaken) Type() string      { return "picket.assignment.taken.v1" }
func (e *OrderTaken) Subject() string { return "order/" + string(e.Order) }

// MaxPriority is the highest priority of an order; the lowest is its negative.
const MaxPriority = 9

// HasAssigned says that a command assigns what this site has under that very assignment: it stands upon a snapshot that does not
// know the command, and the rows beside it are still to be kept.
func (s *State) HasAssigned(c Command) bool {
	a, is := c.(*Assign)
	return is && s.Upon.Seq > 0 && a.Assignment != "" && s.Orders[a.Order] != nil && s.Orders[a.Order].Assignment == a.Assignment
}

func (c *Assign) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := check([2]string{"order", string(c.Order)}, [2]string{"assignment", string(c.Assignment)}, [2]string{"number", c.Number}); r != nil {
		return nil, r
	}
	if r := firstNo(oneWord("flow", string(c.Flow), string(FlowShip), string(FlowPickup), string(FlowTransfer)), oneWord("mode", string(c.Mode), string(ModeHold), string(ModeConfirm))); r != nil {
		return nil, r
	}
	if c.Due.IsZero() {
		return nil, badField("due", "is missing")
	}
	if r := firstNo(checkRange("lines", len(c.Lines), 1, MaxLines), checkRange("more", c.More, 0, MaxOrderLines-len(c.Lines)), checkRange("priority", c.Priority, -MaxPriority, MaxPriority)); r != nil {
		return nil, r
	}
	for _, f := range [][2]string{{"note", c.Note}, {"service", c.Service}, {"ship_to", c.ShipTo}} {
		if r := checkText(f[0], f[1], MaxText); r != nil {
			return nil, r
		}
	}
	if r := checkCarrier(c.Carrier); r != nil {
		return nil, r
	}
	if r := c.checkTerms(); r != nil {
		return nil, r
	}
	if r := checkLines(nil, c.Lines); r != nil {
		return nil, r
	}
	if r := checkSize("lines", c); r != nil {
		return nil, r
	}
	if s.Orders[c.Order] != nil {
		if differs := s.Orders[c.Order].differs(c, m.Rows); differs != "" {
			return nil, Refuse(OrderDiffers, "order", string(c.Order), "differs", differs)
		}
		return nil, Refuse(AlreadyAssigned, "order", string(c.Order))
	}
	if r := s.noRoom(); r != nil {
		return nil, r
	}
	if s.Site.Paused {
		return nil, Refuse(SitePaused, "why", s.Site.Why)
	}
	if s.Policy.RefuseWhenFull && s.Site.Capacity > 0 {
		if s.busyWith(s.Site.Capacity) >= s.Site.Capacity {
			return nil, Refuse(AtCapacity, "capacity", strconv.Itoa(s.Site.Capacity))
		}
	}
	return append(append([]Event{&OrderTaken{*c, m.Rows}}, s.missing(c.Order, c.Lines)...), s.overdrawn(c.Order, c.Lines)...), nil
}

// checkCarrier refuses what is no carrier's code: no manifest could be opened for it. None is fine.
func checkCarrier(code string) *Refusal {
	if code == "" {
		return nil
	}
	return check([2]string{"carrier", code})
}

// checkLines refuses bad lines, and those an order has already.
func checkLines(o *Order, lines []AskedLine) *Refusal {
	seen := make(map[LineID]bool, len(lines))
	for i := range lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		if r := checkLine(at, &lines[i]); r != nil {
			return r
		}
		if id := lines[i].Line; seen[id] || o != nil && o.Line(id) != nil {
			return badField(at+".line", "is "+string(id)+" for the second time")
		}
		seen[lines[i].Line] = true
	}
	return nil
}

// checkSize refuses what no record could carry; the rest of a record is less than what is left for it.
func checkSize(field string, c Command) *Refusal {
	if b, err := json.Marshal(c); err != nil || len(b) > MaxRecord-4096 {
		return badField(field, "are more than one record can carry; send fewer at a time, and the rest by order.lines")
	}
	return nil
}

// busyWith counts the orders that people here have work with, up to most: what stands ready for its customer,
// or has only to be put back, takes no picker's and no packer's time.
func (s *State) busyWith(most int) int {
	n := 0
	for _, o := range s.Orders {
		if n >= most {
			break
		}
		if o.Busy() {
			n++
		}
	}
	return n
}

// Busy says that people have work with the order: it counts for the site's capacity.
func (o *Order) Busy() bool {
	for i := range o.Units {
		if st := o.Units[i].State; st == UnitOpen || st == UnitClosed {
			return true
		}
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; l.ToPick() > 0 || o.ToPack(l) > 0 {
			return true
		}
	}
	return false
}

func (e *OrderTaken) apply(s *State) {
	if s.Orders[e.Order] != nil {
		return
	}
	s.drawAllotted(e.Lines)
	o := &Order{
		ID: e.Order, Assignment: e.Assignment, Number: e.Number, Flow: e.Flow, Mode: e.Mode, Due: e.Due, Priority: e.Priority,
		Carrier: e.Carrier, Service: e.Service, ShipTo: e.ShipTo, Note: e.Note, Terms: e.Terms, Coming: e.More, Taken: s.now(), gen: s.gen,
	}
	o.ask(e.Lines)
	o.Asked, o.RowsMark = e.digest(), e.RowsMark
	s.Orders[o.ID] = o
	s.heldOf(o)
	if r := s.Recovery; r != nil && (r.More || s.Feed.Seq <= r.Feed) { // the box that is lost may have had it
		o.mayBeOut()
	}
}

func (o *Order) ask(lines []AskedLine) {
	for _, l := range lines {
		o.Lines = append(o.Lines, Line{ID: l.Line, SKU: l.SKU, Qty: l.Qty, LineTerms: l.LineTerms, Allotted: l.Allotted})
	}
}
