package floor

// Permit is the centre's yes to an order it kept authority over (mode confirm): from here on the site may let
// it leave, and the centre cannot take it back.
type Permit struct {
	Order OrderID `json:"order"`
}

// PermitTaken: the site has the permit, and with it the authority over the order.
type PermitTaken struct {
	Order OrderID `json:"order"`
}

// OverridePermit lets an order leave without the centre's permit, while the line is down, on somebody's word
// (ruling 2). The centre may have given it to another site meanwhile.
type OverridePermit struct {
	Order     OrderID      `json:"order"`
	Note      string       `json:"note"`
	Approvals []ApprovalID `json:"approvals,omitempty"`
}

// PermitForced: these people took it upon themselves.
type PermitForced struct {
	Order OrderID `json:"order"`
	Note  string  `json:"note"`
	Overridden
}

// Kind names the command.
func (*Permit) Kind() string { return "order.permit" }

// Kind names the command.
func (*OverridePermit) Kind() string { return "order.override_permit" }

// Type and Subject name the event.
func (*PermitTaken) Type() string       { return "picket.permit.taken.v1" }
func (e *PermitTaken) Subject() string  { return "order/" + string(e.Order) }
func (*PermitTaken) tell(Names) string  { return "The centre says it may leave." }
func (*PermitForced) Type() string      { return "picket.permit.forced.v1" }
func (e *PermitForced) Subject() string { return "order/" + string(e.Order) }
func (e *PermitForced) tell(Names) string {
	return "It may leave without the centre's permit (" + e.Note + "), on the word of " + people(e.By) + "."
}

func (c *Permit) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if o.Mode != ModeConfirm || o.Permit {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	if r := s.recovering(); r != nil {
		return nil, r
	}
	if !on(RuleTaken) {
		o.Permit = true
		return []Event{&FeedPassed{Command: m.ID}}, nil
	}
	return []Event{&PermitTaken{Order: o.ID}}, nil
}

func (e *PermitTaken) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Permit = true
	}
	s.settle("permit_forced", e.Subject())
}

func (c *OverridePermit) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkNote("note", c.Note); r != nil {
		return nil, r
	}
	if o.MayLeave() {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	by, no := s.override(m, "order/"+string(o.ID), c.Approvals)
	if no != nil {
		return nil, no
	}
	return []Event{&PermitForced{Order: o.ID, Note: c.Note, Overridden: Overridden{By: by}}}, nil
}

func (e *PermitForced) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Forced = true
	}
	s.raise("permit_forced", e.Subject(), "order", string(e.Order), "who", people(e.By))
}

// MayLeave says whether the site has the authority to let the order leave.
func (o *Order) MayLeave() bool {
	return o.Mode != ModeConfirm || o.Permit || o.Forced || !on(RulePermit)
}

// people lists who it was.
func people(by []UserID) string {
	out := ""
	for i, u := range by {
		if i > 0 {
			out += " and "
		}
		out += string(u)
	}
	return out
}
