package floor

import "strconv"

// ReportShort says that units of a line cannot be had here.
type ReportShort struct {
	Order  OrderID `json:"order"`
	Line   LineID  `json:"line"`
	Qty    int     `json:"qty"`
	Reason Reason  `json:"reason"`
	Bin    BinID   `json:"bin,omitempty"` // empty: the bin the walk leads to
}

// PickShort: units of a line were not to be had. Moved is what the book of the bin lost by it, as a delta
// against the book at the decision, so that it commutes with every other movement.
type PickShort struct {
	Order  OrderID `json:"order"`
	Line   LineID  `json:"line"`
	SKU    SKU     `json:"sku"`
	Qty    int     `json:"qty"`
	Reason Reason  `json:"reason"`
	Bin    BinID   `json:"bin"`
	Moved  int     `json:"moved"`
}

// Kind names the command.
func (*ReportShort) Kind() string { return "pick.short" }

// Type and Subject name the event.
func (*PickShort) Type() string      { return "picket.pick.short.v1" }
func (e *PickShort) Subject() string { return "order/" + string(e.Order) }

func (c *ReportShort) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	l := o.Line(c.Line)
	if l == nil {
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
	}
	if r := oneOf(c.Reason, ShortReasons, "a short pick"); r != nil {
		return nil, r
	}
	if r := checkRange("qty", c.Qty, 1, MaxQty); r != nil {
		return nil, r
	}
	if !o.Started {
		return nil, Refuse(NotStarted, "order", string(o.ID))
	}
	if left := l.ToPick(); c.Qty > left {
		return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(left))
	}
	e := &PickShort{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty, Reason: c.Reason, Bin: c.Bin}
	if e.Bin == "" {
		e.Bin = s.Suggest(l.SKU)
	}
	book := int(s.OnHand(InBin(e.Bin), l.SKU))
	switch c.Reason {
	case NotInStock:
		e.Moved = max(0, book)
	case Mismatch, Damaged:
		e.Moved = c.Qty
	}
	return []Event{e}, nil
}

func (e *PickShort) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.addShort(e.Reason, e.Qty)
	}
	to := Missing
	if e.Reason == Damaged {
		to = Quarantine
	}
	s.move(Move{SKU: e.SKU, Qty: e.Moved, From: InBin(e.Bin), To: to})
}

// addShort keeps the reasons sorted, so that the order of the facts leaves no trace.
func (l *Line) addShort(r Reason, qty int) {
	for i := range l.Shorts {
		if l.Shorts[i].Reason == r {
			l.Shorts[i].Qty += qty
			return
		}
	}
	at := 0
	for at < len(l.Shorts) && l.Shorts[at].Reason < r {
		at++
	}
	l.Shorts = append(l.Shorts, Short{})
	copy(l.Shorts[at+1:], l.Shorts[at:])
	l.Shorts[at] = Short{Reason: r, Qty: qty}
}
