package floor

import (
	"strconv"
	"time"
)

// Assign hands an order to this site. It comes from the centre.
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
}

// AskedLine is a line as the centre asks for it.
type AskedLine struct {
	Line LineID `json:"line"`
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
}

// OrderTaken: the site has the assignment, and from here on the authority over it (ruling 1).
type OrderTaken struct{ Assign }

// Kind names the command.
func (*Assign) Kind() string { return "order.assign" }

// Type and Subject name the event.
func (*OrderTaken) Type() string      { return "picket.assignment.taken.v1" }
func (e *OrderTaken) Subject() string { return "order/" + string(e.Order) }

func (c *Assign) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"order", string(c.Order)}, [2]string{"assignment", string(c.Assignment)}, [2]string{"number", c.Number}); r != nil {
		return nil, r
	}
	if c.Flow != FlowShip {
		return nil, Refuse(BadField, "field", "flow", "why", "is "+strconv.Quote(string(c.Flow))+", but must be ship")
	}
	if c.Mode != ModeHold && c.Mode != ModeConfirm {
		return nil, Refuse(BadField, "field", "mode", "why", "is "+strconv.Quote(string(c.Mode))+", but must be hold or confirm")
	}
	if c.Due.IsZero() {
		return nil, Refuse(BadField, "field", "due", "why", "is missing")
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxLines); r != nil {
		return nil, r
	}
	for _, f := range [][2]string{{"note", c.Note}, {"carrier", c.Carrier}, {"service", c.Service}, {"ship_to", c.ShipTo}} {
		if r := checkText(f[0], f[1], MaxText); r != nil {
			return nil, r
		}
	}
	seen := make(map[LineID]bool, len(c.Lines))
	for i, l := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		if r := check([2]string{at + ".line", string(l.Line)}, [2]string{at + ".sku", string(l.SKU)}); r != nil {
			return nil, r
		}
		if r := checkRange(at+".qty", l.Qty, 1, MaxQty); r != nil {
			return nil, r
		}
		if seen[l.Line] {
			return nil, Refuse(BadField, "field", at+".line", "why", "is "+string(l.Line)+" for the second time")
		}
		seen[l.Line] = true
	}
	if s.Orders[c.Order] != nil {
		return nil, Refuse(AlreadyAssigned, "order", string(c.Order))
	}
	return []Event{&OrderTaken{*c}}, nil
}

func (e *OrderTaken) apply(s *State) {
	if s.Orders[e.Order] != nil {
		return
	}
	o := &Order{
		ID: e.Order, Assignment: e.Assignment, Number: e.Number, Flow: e.Flow, Mode: e.Mode, Due: e.Due, Priority: e.Priority,
		Carrier: e.Carrier, Service: e.Service, ShipTo: e.ShipTo, Note: e.Note, gen: s.gen,
	}
	for _, l := range e.Lines {
		o.Lines = append(o.Lines, Line{ID: l.Line, SKU: l.SKU, Qty: l.Qty})
	}
	s.Orders[o.ID] = o
}
