package floor

import (
	"strconv"
	"time"
)

// MakeReady says the customer may come: what stands on the shelf is theirs, and the notice goes out.
// Pressing it twice gives the same answer.
type MakeReady struct {
	Order OrderID `json:"order"`
}

// PickupReady: the customer may collect these, and is told. Lines is empty when nothing was new.
type PickupReady struct {
	Order OrderID   `json:"order"`
	Lines []LineQty `json:"lines,omitempty"`
	By    time.Time `json:"by,omitzero"` // kept until then; zero while the site is cut off: the clock stands
}

// Unready takes it back: the goods leave the shelf, and the customer is told not to come.
type Unready struct {
	Order OrderID `json:"order"`
	Why   string  `json:"why"`
}

// PickupUnready: the goods are off the shelf; the customer is to be told.
type PickupUnready struct {
	Order OrderID  `json:"order"`
	Lines []Untold `json:"lines"`
	Why   string   `json:"why"`
}

// Untold is a quantity that leaves the shelf, and how many of it the customer knew of.
type Untold struct {
	Taken
	Told int `json:"told,omitempty"`
}

// Notify says that the customer was told: the notice went out, or somebody rang.
type Notify struct {
	Order OrderID `json:"order"`
	How   string  `json:"how"` // mail, text, phone, app
}

// CustomerTold: the customer knows. The shelf time starts here, if it had not.
type CustomerTold struct {
	Order OrderID   `json:"order"`
	How   string    `json:"how"`
	By    time.Time `json:"by,omitzero"` // kept until then, when that changed
}

// Remind asks for a reminder: the box when it is due, a person whenever they like.
type Remind struct {
	Order OrderID `json:"order"`
}

// PickupReminded: the customer is to be reminded.
type PickupReminded struct {
	Order OrderID   `json:"order"`
	By    time.Time `json:"by,omitzero"`
}

// Kind names the command.
func (*MakeReady) Kind() string { return "collect.ready" }

// Kind names the command.
func (*Unready) Kind() string { return "collect.unready" }

// Kind names the command.
func (*Notify) Kind() string { return "collect.notified" }

// Kind names the command.
func (*Remind) Kind() string { return "collect.remind" }

// Type and Subject name the event.
func (*PickupReady) Type() string      { return "picket.pickup.ready.v1" }
func (e *PickupReady) Subject() string { return "order/" + string(e.Order) }
func (e *PickupReady) tell(Names) string {
	if e.By.IsZero() {
		return "Ready to collect; how long it is kept counts from when the line is back."
	}
	return "Ready to collect, kept until " + day(e.By) + "."
}

// Type and Subject name the event.
func (*PickupUnready) Type() string      { return "picket.pickup.unready.v1" }
func (e *PickupUnready) Subject() string { return "order/" + string(e.Order) }
func (e *PickupUnready) tell(Names) string {
	return "No longer ready, the customer is to be told: " + e.Why + "."
}

// Type and Subject name the event.
func (*CustomerTold) Type() string      { return "picket.pickup.told.v1" }
func (e *CustomerTold) Subject() string { return "order/" + string(e.Order) }
func (e *CustomerTold) tell(Names) string {
	if e.By.IsZero() {
		return "The customer was told by " + e.How + "."
	}
	return "The customer was told by " + e.How + "; it is kept until " + day(e.By) + "."
}

// Type and Subject name the event.
func (*PickupReminded) Type() string      { return "picket.pickup.reminded.v1" }
func (e *PickupReminded) Subject() string { return "order/" + string(e.Order) }
func (e *PickupReminded) tell(Names) string {
	if e.By.IsZero() {
		return "The customer is reminded."
	}
	return "The customer is reminded: it is kept until " + day(e.By) + "."
}

// day says a moment as people say it on a slip; it is the site's own wall clock when it carries its zone.
// What ends at midnight ends with the day before: 00:00 of the next is read as a day more.
func day(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 {
		return "the end of " + t.AddDate(0, 0, -1).Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04")
}

func (c *MakeReady) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := firstNo(o.held(), o.alone()); r != nil {
		return nil, r
	}
	e := &PickupReady{Order: o.ID, By: o.counter().By}
	shelf, open, loose := 0, 0, 0
	for i := range o.Lines {
		l := &o.Lines[i]
		on := o.OnShelf(l)
		shelf += on
		open += l.ToPick()
		loose += o.ToPack(l)
		if on > o.Told(l) {
			e.Lines = append(e.Lines, LineQty{Line: l.ID, Qty: on + l.Handed - l.Told})
		}
	}
	if shelf == 0 {
		return nil, Refuse(NothingOnShelf, "order", string(o.ID))
	}
	if whole := !s.Policy.ReadyInParts || o.Partial == "together"; whole && len(e.Lines) > 0 {
		switch {
		case open > 0:
			return nil, Refuse(LinesOpen, "order", string(o.ID), "left", strconv.Itoa(open))
		case loose > 0:
			return nil, Refuse(NotStaged, "order", string(o.ID), "left", strconv.Itoa(loose))
		}
	}
	if len(e.Lines) > 0 && s.Uplink.up() && !o.counter().Fixed {
		e.By = s.pickupBy(o, m.Now)
	}
	return []Event{e}, nil
}

func (e *PickupReady) apply(s *State) {
	o := s.order(e.Order)
	if o == nil || len(e.Lines) == 0 {
		return
	}
	for _, q := range e.Lines {
		if l := o.Line(q.Line); l != nil {
			l.Told += q.Qty
		}
	}
	if o.Ready.IsZero() {
		o.Ready = s.now()
	}
	p := o.pickup()
	p.Since, p.By, p.Reminded = s.now(), e.By, time.Time{}
}

func (c *Unready) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkNote("why", c.Why); r != nil {
		return nil, r
	}
	if o.toldOf() == 0 {
		return nil, Refuse(NotReady, "order", string(o.ID))
	}
	if r := o.elsewhere(m); r != nil {
		return nil, r
	}
	e := &PickupUnready{Order: o.ID, Why: c.Why}
	for i := range o.Lines {
		l := &o.Lines[i]
		if on := o.OnShelf(l); on > 0 {
			e.Lines = append(e.Lines, Untold{Taken: Taken{Line: l.ID, SKU: l.SKU, Qty: on}, Told: o.Told(l)})
		}
	}
	return []Event{e}, nil
}

func (e *PickupUnready) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, u := range e.Lines {
		if l := o.Line(u.Line); l != nil {
			l.Told -= u.Told
			o.offShelf(l, u.Qty)
		}
		s.move(Move{SKU: u.SKU, Qty: u.Qty, From: OnShelfOf(e.Order), To: InTote(e.Order)})
	}
	o.rest()
}

func (c *Notify) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := oneWord("how", c.How, "mail", "text", "phone", "app"); r != nil {
		return nil, r
	}
	p := o.counter()
	if o.toldOf() == 0 {
		return nil, Refuse(NotReady, "order", string(o.ID))
	}
	e := &CustomerTold{Order: o.ID, How: c.How}
	// Telling again does not start the clock again.
	if first := p.Told.Before(p.Since); first && s.Uplink.up() && !p.Fixed {
		if by := s.pickupBy(o, m.Now); by.After(p.By) {
			e.By = by
		}
	}
	return []Event{e}, nil
}

func (e *CustomerTold) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		p := o.pickup()
		p.Told = s.now()
		if !e.By.IsZero() {
			p.By = e.By
		}
	}
}

func (c *Remind) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if o.toldOf() == 0 {
		return nil, Refuse(NotReady, "order", string(o.ID))
	}
	if m.Actor == "" && !s.reminderDue(o, m.Now) {
		return nil, Refuse(NotDue, "order", string(o.ID))
	}
	return []Event{&PickupReminded{Order: o.ID, By: o.counter().By}}, nil
}

func (e *PickupReminded) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.pickup().Reminded = s.now()
	}
}
