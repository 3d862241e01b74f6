package floor

// Accept says the site will do an order; Lines names some of its lines, none means all.
type Accept struct {
	Order OrderID  `json:"order"`
	Lines []LineID `json:"lines,omitempty"`
}

// OrderAccepted: the site will do these lines.
type OrderAccepted struct {
	Order OrderID  `json:"order"`
	Lines []LineID `json:"lines"`
}

// Kind names the command.
func (*Accept) Kind() string { return "order.accept" }

// Type and Subject name the event.
func (*OrderAccepted) Type() string      { return "picket.order.accepted.v1" }
func (e *OrderAccepted) Subject() string { return "order/" + string(e.Order) }

func (c *Accept) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := o.whole(); r != nil {
		return nil, r
	}
	lines, r := o.choose(c.Lines, func(l *Line) bool { return !l.Accepted && l.Wanted() > 0 })
	if r != nil {
		return nil, r
	}
	if len(lines) == 0 {
		return nil, Refuse(AlreadyAccepted, "order", string(c.Order))
	}
	return accepted(c.Order, lines), nil
}

// accepted is the acceptance of lines, in as many records as they need.
func accepted(o OrderID, lines []LineID) []Event {
	var out []Event
	for _, piece := range inPieces(lines) {
		out = append(out, &OrderAccepted{Order: o, Lines: piece})
	}
	return out
}

func (e *OrderAccepted) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, id := range e.Lines {
		if l := o.Line(id); l != nil {
			l.Accepted = true
		}
	}
}

// choose names the lines that pass, out of those asked for or of all.
func (o *Order) choose(asked []LineID, pass func(*Line) bool) ([]LineID, *Refusal) {
	var out []LineID
	if len(asked) == 0 {
		for i := range o.Lines {
			if pass(&o.Lines[i]) {
				out = append(out, o.Lines[i].ID)
			}
		}
		return out, nil
	}
	seen := make(map[LineID]bool, len(asked))
	for _, id := range asked {
		l := o.Line(id)
		if l == nil {
			return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(id))
		}
		if pass(l) && !seen[id] {
			out = append(out, id)
		}
		seen[id] = true
	}
	return out, nil
}
