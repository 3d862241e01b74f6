package floor

// NextTote says that a tote is full and which one the order's goods go into now.
type NextTote struct {
	Order OrderID `json:"order"`
	Tote  ToteID  `json:"tote"`           // from now on
	Full  ToteID  `json:"full,omitempty"` // the one that is full
}

// ToteBound: the tote is the order's.
type ToteBound struct {
	Order OrderID `json:"order"`
	Tote  ToteID  `json:"tote"`
	Full  ToteID  `json:"full,omitempty"`
	Run   RunID   `json:"run,omitempty"`
}

// Kind names the command.
func (*NextTote) Kind() string { return "tote.next" }

// Type and Subject name the event. Which box goods are carried in is the site's own business.
func (*ToteBound) Type() string      { return "picket.local.tote.bound.v1" }
func (e *ToteBound) Subject() string { return "order/" + string(e.Order) }
func (e *ToteBound) tell(Names) string {
	if e.Full != "" {
		return "Tote " + string(e.Full) + " is full; tote " + string(e.Tote) + " is the order's as well."
	}
	return "Tote " + string(e.Tote) + " is the order's."
}

func (c *NextTote) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := check([2]string{"tote", string(c.Tote)}); r != nil {
		return nil, r
	}
	if !o.Started || o.Finished && o.toPick() == 0 {
		return nil, Refuse(NotStarted, "order", string(o.ID))
	}
	run := s.runOf("", o)
	if r := s.inCart(run, o, c.Tote); r != nil {
		return nil, r
	}
	if c.Full != "" {
		if owner, busy := s.ToteOf(c.Full); !busy || owner != o.ID || c.Full == c.Tote {
			return nil, Refuse(UnknownTote, "tote", clip(string(c.Full)))
		}
	}
	e := &ToteBound{Order: o.ID, Tote: c.Tote, Full: c.Full}
	if run != nil {
		e.Run = run.ID
	}
	return []Event{e}, nil
}

func (e *ToteBound) apply(s *State) {
	s.bind(e.Tote, e.Order, e.Run)
	if t := s.Totes.change(s, e.Full); t != nil {
		t.Full = true
	}
}
