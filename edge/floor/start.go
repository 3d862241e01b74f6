package floor

// Start begins the pick of an order. An order nobody accepted yet is accepted by it.
type Start struct {
	Order    OrderID `json:"order"`
	TakeOver bool    `json:"take_over,omitempty"` // go on with a colleague's pick
}

// PickStarted: this person picks the order.
type PickStarted struct {
	Order  OrderID `json:"order"`
	Picker UserID  `json:"picker"`
	Run    RunID   `json:"run,omitempty"`
}

// Kind names the command.
func (*Start) Kind() string { return "pick.start" }

// Type and Subject name the event.
func (*PickStarted) Type() string      { return "picket.pick.started.v1" }
func (e *PickStarted) Subject() string { return "order/" + string(e.Order) }

func (c *Start) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if m.Actor == "" {
		return nil, Refuse(NotSignedIn)
	}
	if r := o.stopped(); r != nil {
		return nil, r
	}
	if r := s.recovering(); r != nil {
		return nil, r
	}
	if o.Source == "incoming" {
		return nil, Refuse(NotHereYet, "order", string(o.ID))
	}
	if o.Started && o.Picker == m.Actor {
		return nil, Refuse(AlreadyStarted, "order", string(c.Order))
	}
	if o.Paper != "" {
		return nil, Refuse(OnPaper, "order", string(c.Order), "paper", o.Paper)
	}
	if run := s.runOf("", o); run != nil {
		return nil, Refuse(InRunAlready, "order", string(c.Order), "run", string(run.ID))
	}
	if o.Started && !c.TakeOver {
		return nil, Refuse(TakenByOther, "order", string(c.Order), "who", string(o.Picker))
	}
	lines, _ := o.choose(nil, func(l *Line) bool { return l.ToPick() > 0 })
	if len(lines) == 0 {
		return nil, Refuse(NothingLeft, "what", s.orderSaid(c.Order), "order", string(c.Order))
	}
	if r := s.nothingKnown(o); r != nil {
		return nil, r
	}
	var out []Event
	if fresh, _ := o.choose(nil, func(l *Line) bool { return !l.Accepted && l.Wanted() > 0 }); len(fresh) > 0 {
		out = accepted(c.Order, fresh)
	}
	return append(out, &PickStarted{Order: c.Order, Picker: m.Actor}), nil
}

func (e *PickStarted) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Started, o.Picker = true, e.Picker
		if e.Run != "" {
			o.Run = e.Run
		}
	}
}

// Begins says whether an event says no more than that somebody does an order, or began it: no goods and no paper move with it.
func Begins(e Event) bool {
	switch e.(type) {
	case *OrderAccepted, *PickStarted:
		return true
	}
	return false
}
