package floor

import (
	"strconv"
	"time"
)

// Go says that every other part of an order with several sources is where it should be: this one may leave.
type Go struct {
	Order OrderID `json:"order"`
}

// OthersThere: the order waits for no other part.
type OthersThere struct {
	Order OrderID `json:"order"`
}

// ForceElsewhere says that the centre gave the order to another site without an answer from this one, or to this one once
// more under another name, on somebody's word. Nothing can be taken back by it: people here are warned.
type ForceElsewhere struct {
	Order OrderID `json:"order"`
	Who   string  `json:"who"`          // who took it upon themselves
	To    SiteID  `json:"to,omitempty"` // which site has it too
	// With is the order here that is the same one, where it is this site that has it twice.
	With OrderID `json:"with,omitempty"`
}

// ForcedElsewhere: the order may be delivered twice.
type ForcedElsewhere struct{ ForceElsewhere }

// Kind names the command.
func (*Go) Kind() string { return "order.go" }

// Kind names the command.
func (*ForceElsewhere) Kind() string { return "order.force" }

// Type and Subject name the event.
func (*OthersThere) Type() string          { return "picket.order.complete.v1" }
func (e *OthersThere) Subject() string     { return "order/" + string(e.Order) }
func (*OthersThere) tell(Names) string     { return "Every other part is there." }
func (*ForcedElsewhere) Type() string      { return "picket.assignment.forced.v1" }
func (e *ForcedElsewhere) Subject() string { return "order/" + string(e.Order) }
func (e *ForcedElsewhere) tell(Names) string {
	if e.With != "" {
		return "Given to this site twice, as order " + string(e.With) + " as well, on the word of " + e.Who + ": it may be delivered twice."
	}
	return "Given to another site as well, on the word of " + e.Who + ": it may be delivered twice."
}

func (c *Go) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if !o.WaitAll || o.Go {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return []Event{&OthersThere{Order: o.ID}}, nil
}

func (e *OthersThere) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Go = true
	}
}

func (c *ForceElsewhere) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkNote("who", c.Who); r != nil {
		return nil, r
	}
	if c.To != "" {
		if r := check([2]string{"to", string(c.To)}); r != nil {
			return nil, r
		}
	}
	if c.With != "" {
		if r := check([2]string{"with", string(c.With)}); r != nil {
			return nil, r
		}
	}
	if o.Twice {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return []Event{&ForcedElsewhere{*c}}, nil
}

func (e *ForcedElsewhere) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Twice = true
	}
	if e.With != "" {
		s.raise("here_twice", e.Subject(), "order", string(e.Order), "with", string(e.With), "who", e.Who)
		return
	}
	s.raise("maybe_twice", e.Subject(), "order", string(e.Order), "who", e.Who)
}

// leaving refuses to let goods of an order leave the building. A lead may override the last four; a hold is
// released, and a permit has its own override.
func (s *State) leaving(o *Order, now time.Time) (no *Refusal, overridable bool) {
	if no := o.held(); no != nil {
		return no, false
	}
	switch {
	case !o.MayLeave():
		return Refuse(ConfirmMode, "order", string(o.ID)), false
	case s.Recovery != nil && on(RuleRecovering):
		return s.recovering(), true
	case !s.Policy.ShipEarly && now.Before(o.NotBefore):
		return Refuse(TooEarly, "order", string(o.ID), "when", o.NotBefore.In(s.Calendar().zone).Format("2006-01-02 15:04")), true
	case o.alone() != nil:
		return o.alone(), true
	case o.Partial == "together":
		if left := o.unpacked(); left > 0 {
			return Refuse(NotComplete, "order", string(o.ID), "left", strconv.Itoa(left)), true
		}
	}
	return nil, false
}

// alone refuses to let one part of an order go without the others, which it is to wait for.
func (o *Order) alone() *Refusal {
	if o.WaitAll && !o.Go {
		return Refuse(OthersMissing, "order", string(o.ID), "part", strconv.Itoa(o.Part), "of", strconv.Itoa(o.Of))
	}
	return nil
}

// unpacked is how many units of an order are wanted and not yet in a closed parcel, on the shelf or gone.
func (o *Order) unpacked() int {
	n := 0
	for i := range o.Lines {
		l := &o.Lines[i]
		n += l.ToPick() + o.ToPack(l)
		for j := range o.Units {
			if u := &o.Units[j]; u.State == UnitOpen {
				n += u.Holds(l.ID)
			}
		}
	}
	return n
}
