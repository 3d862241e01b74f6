package floor

import (
	"strconv"
	"time"
)

// Hold stops an order: nobody starts, packs or gives it away before it is released.
type Hold struct {
	Order  OrderID `json:"order"`
	Reason string  `json:"reason"`
}

// OrderHeld: the order is stopped.
type OrderHeld struct {
	Order  OrderID `json:"order"`
	Reason string  `json:"reason"`
}

// Release lets a held order go on.
type Release struct {
	Order OrderID `json:"order"`
}

// OrderReleased: the order goes on.
type OrderReleased struct {
	Order OrderID `json:"order"`
}

// Prioritise changes how urgent an order is: its priority, when it is due, or both.
type Prioritise struct {
	Order    OrderID    `json:"order"`
	Priority *int       `json:"priority,omitempty"`
	Due      *time.Time `json:"due,omitempty"`
}

// OrderPrioritised: the order is this urgent now.
type OrderPrioritised struct {
	Order    OrderID   `json:"order"`
	Priority int       `json:"priority"`
	Due      time.Time `json:"due"`
}

// Kind names the command.
func (*Hold) Kind() string { return "order.hold" }

// Kind names the command.
func (*Release) Kind() string { return "order.release" }

// Kind names the command.
func (*Prioritise) Kind() string { return "order.priority" }

// Type and Subject name the event.
func (*OrderHeld) Type() string             { return "picket.order.held.v1" }
func (e *OrderHeld) Subject() string        { return "order/" + string(e.Order) }
func (e *OrderHeld) tell(Names) string      { return "On hold: " + e.Reason + "." }
func (*OrderReleased) Type() string         { return "picket.order.released.v1" }
func (e *OrderReleased) Subject() string    { return "order/" + string(e.Order) }
func (*OrderReleased) tell(Names) string    { return "No longer on hold." }
func (*OrderPrioritised) Type() string      { return "picket.order.prioritised.v1" }
func (e *OrderPrioritised) Subject() string { return "order/" + string(e.Order) }
func (e *OrderPrioritised) tell(Names) string {
	return "Priority " + strconv.Itoa(e.Priority) + ", due " + e.Due.UTC().Format("2006-01-02 15:04") + " UTC."
}

func (c *Hold) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkNote("reason", c.Reason); r != nil {
		return nil, r
	}
	switch {
	case o.Hold != "":
		return nil, Refuse(OnHold, "order", string(o.ID), "why", o.Hold)
	case !o.Open():
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return []Event{&OrderHeld{Order: o.ID, Reason: c.Reason}}, nil
}

func (e *OrderHeld) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Hold = e.Reason
	}
}

func (c *Release) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if o.Hold == "" {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called()+", which is not on hold", "order", string(o.ID))
	}
	return []Event{&OrderReleased{Order: o.ID}}, nil
}

func (e *OrderReleased) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Hold = ""
	}
	s.settle("held_order", e.Subject())
}

func (c *Prioritise) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	e := &OrderPrioritised{Order: o.ID, Priority: o.Priority, Due: o.Due}
	if c.Priority == nil && c.Due == nil {
		return nil, badField("priority", "is missing, and so is due")
	}
	if c.Priority != nil {
		if r := checkRange("priority", *c.Priority, -MaxPriority, MaxPriority); r != nil {
			return nil, r
		}
		e.Priority = *c.Priority
	}
	if c.Due != nil {
		if c.Due.Year() < 2000 || c.Due.Year() > 9999 || c.Due.Before(o.NotBefore) {
			return nil, badField("due", "is "+c.Due.Format(time.RFC3339)+", which is no time this order could be due")
		}
		if m.typed() && !c.Due.Equal(o.Due) && c.Due.Before(m.happened()) {
			return nil, badField("due", "is "+c.Due.UTC().Format("2006-01-02 15:04")+" UTC, which is over; only the centre may say that an order is late already")
		}
		e.Due = c.Due.UTC()
	}
	if !o.Open() {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return []Event{e}, nil
}

func (e *OrderPrioritised) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Priority, o.Due = e.Priority, e.Due
	}
}

// whole refuses to begin with an order whose lines are not all here.
func (o *Order) whole() *Refusal {
	if o.Coming > 0 {
		return Refuse(LinesComing, "order", string(o.ID), "left", strconv.Itoa(o.Coming))
	}
	return nil
}

// held refuses to go on with an order that is on hold.
func (o *Order) held() *Refusal {
	if o.Hold != "" {
		return Refuse(OnHold, "order", string(o.ID), "why", o.Hold)
	}
	return nil
}

// stopped refuses to begin with an order that is on hold, or not here as a whole.
func (o *Order) stopped() *Refusal { return firstNo(o.held(), o.whole()) }

// touchedOnHold puts an order on the desk that somebody went on with while it was on hold; once is enough.
func (s *State) touchedOnHold(o *Order) {
	if o.Hold != "" {
		s.raiseOnce("held_order", "order/"+string(o.ID), "order", string(o.ID), "why", o.Hold)
	}
}
