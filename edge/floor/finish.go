package floor

import "strconv"

// Finish says the pick of an order is done: every unit is picked, short or declined.
type Finish struct {
	Order OrderID `json:"order"`
}

// PickFinished: the order's tote is complete.
type PickFinished struct {
	Order OrderID `json:"order"`
}

// Kind names the command.
func (*Finish) Kind() string { return "pick.finish" }

// Type and Subject name the event.
func (*PickFinished) Type() string      { return "picket.pick.finished.v1" }
func (e *PickFinished) Subject() string { return "order/" + string(e.Order) }

func (c *Finish) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	left := 0
	for i := range o.Lines {
		left += o.Lines[i].ToPick()
	}
	switch {
	case !o.Started:
		return nil, Refuse(NotStarted, "order", string(o.ID))
	case left > 0:
		return nil, Refuse(LinesOpen, "order", string(o.ID), "left", strconv.Itoa(left))
	case o.Finished:
		return nil, Refuse(AlreadyFinished, "order", string(o.ID))
	}
	return []Event{&PickFinished{Order: o.ID}}, nil
}

func (e *PickFinished) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Finished = true
	}
}
