package floor

// Decline says the site will not do an order, or some of its lines. What is picked already stays.
type Decline struct {
	Order  OrderID  `json:"order"`
	Lines  []LineID `json:"lines,omitempty"`
	Reason Reason   `json:"reason"`
}

// OrderDeclined: these quantities leave the site's hands; the centre finds another source at once.
type OrderDeclined struct {
	Order  OrderID   `json:"order"`
	Lines  []LineQty `json:"lines"`
	Reason Reason    `json:"reason"`
}

// LineQty is a quantity of a line.
type LineQty struct {
	Line LineID `json:"line"`
	Qty  int    `json:"qty"`
}

// Kind names the command.
func (*Decline) Kind() string { return "order.decline" }

// Type and Subject name the event.
func (*OrderDeclined) Type() string      { return "picket.order.declined.v1" }
func (e *OrderDeclined) Subject() string { return "order/" + string(e.Order) }

func (c *Decline) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := oneOf(c.Reason, DeclineReasons, "declining"); r != nil {
		return nil, r
	}
	if r := o.whole(); r != nil {
		return nil, r
	}
	lines, r := o.choose(c.Lines, func(l *Line) bool { return l.ToPick() > 0 })
	if r != nil {
		return nil, r
	}
	if len(lines) == 0 {
		return nil, Refuse(NothingLeft, "what", s.orderSaid(c.Order), "order", string(c.Order))
	}
	return declined(o, lines, c.Reason), nil
}

// declined is the decline of what is not picked of these lines, in as many records as they need.
func declined(o *Order, lines []LineID, why Reason) []Event {
	var out []Event
	for _, piece := range inPieces(lines) {
		e := &OrderDeclined{Order: o.ID, Reason: why}
		for _, id := range piece {
			e.Lines = append(e.Lines, LineQty{Line: id, Qty: o.Line(id).ToPick()})
		}
		out = append(out, e)
	}
	return out
}

func (e *OrderDeclined) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, d := range e.Lines {
		if l := o.Line(d.Line); l != nil {
			l.Declined += d.Qty
			l.Decline = e.Reason
		}
	}
}
