package floor

import "strconv"

// Scan is one item, or Qty of them, taken for an order. Whoever read the barcode says which item it is; an
// empty SKU means nobody knew the code.
type Scan struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line,omitempty"` // empty: the first line that still wants this item
	SKU   SKU     `json:"sku,omitempty"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin,omitempty"`  // empty: the bin the walk leads to
	Code  string  `json:"code,omitempty"` // the barcode as read
	Done  bool    `json:"done,omitempty"` // the unit has moved already: record it, whatever the rules say
}

// PickConfirmed: units moved from a bin into the order's tote.
type PickConfirmed struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin"`
	Code  string  `json:"code,omitempty"`
}

// Undo takes picked units back to a bin.
type Undo struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin,omitempty"`
}

// PickUndone: units went back from the order's tote into a bin.
type PickUndone struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin"`
}

// Kind names the command.
func (*Scan) Kind() string { return "pick.scan" }

// Kind names the command.
func (*Undo) Kind() string { return "pick.undo" }

// Type and Subject name the event.
func (*PickConfirmed) Type() string      { return "picket.pick.confirmed.v1" }
func (e *PickConfirmed) Subject() string { return "order/" + string(e.Order) }

// Type and Subject name the event.
func (*PickUndone) Type() string      { return "picket.pick.undone.v1" }
func (e *PickUndone) Subject() string { return "order/" + string(e.Order) }

func (c *Scan) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkRange("qty", c.Qty, 1, MaxQty); r != nil {
		return nil, r
	}
	if r := checkText("code", c.Code, MaxText); r != nil {
		return nil, r
	}
	if c.SKU == "" {
		return nil, Refuse(UnknownCode, "code", c.Code)
	}
	l, r := c.line(s, o)
	if r != nil {
		return nil, r
	}
	if !c.Done {
		if r := o.stopped(); r != nil {
			return nil, r
		}
		switch left := l.ToPick(); {
		case !o.Started:
			return nil, Refuse(NotStarted, "order", string(o.ID))
		case o.Picker != m.Actor && m.Actor != "":
			return nil, Refuse(TakenByOther, "order", string(o.ID), "who", string(o.Picker))
		case left == 0:
			return nil, Refuse(Surplus, "got", s.name(c.SKU), "qty", strconv.Itoa(l.Wanted()))
		case c.Qty > left:
			return nil, Refuse(TooMany, "got", s.name(c.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(left))
		}
	}
	bin := c.Bin
	if bin == "" {
		bin = s.Suggest(c.SKU)
	}
	if r := s.frozen(bin); r != nil && !c.Done {
		return nil, r
	}
	return []Event{&PickConfirmed{Order: o.ID, Line: l.ID, SKU: c.SKU, Qty: c.Qty, Bin: bin, Code: c.Code}}, nil
}

// line is the line a scan is for: the one named, or the first that still wants the item.
func (c *Scan) line(s *State, o *Order) (*Line, *Refusal) {
	if c.Line != "" {
		l := o.Line(c.Line)
		if l == nil {
			return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
		}
		if l.SKU != c.SKU {
			return nil, Refuse(WrongItem, "got", s.name(c.SKU), "want", s.name(l.SKU))
		}
		return l, nil
	}
	var same, want *Line
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.SKU == c.SKU && (same == nil || same.ToPick() == 0) {
			same = l
		}
		if want == nil && l.ToPick() > 0 {
			want = l
		}
	}
	switch {
	case same != nil:
		return same, nil
	case want != nil:
		return nil, Refuse(WrongItem, "got", s.name(c.SKU), "want", s.name(want.SKU))
	}
	return nil, Refuse(NothingLeft, "what", "order "+string(o.ID))
}

func (e *PickConfirmed) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Picked += e.Qty
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InBin(e.Bin), To: InTote(e.Order)})
}

func (c *Undo) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkRange("qty", c.Qty, 1, MaxQty); r != nil {
		return nil, r
	}
	l := o.Line(c.Line)
	if l == nil {
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
	}
	if left := o.Loose(l); c.Qty > left {
		return nil, Refuse(NotPicked, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(max(0, left)))
	}
	bin := c.Bin
	if bin == "" {
		bin = s.Suggest(l.SKU)
	}
	return []Event{&PickUndone{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty, Bin: bin}}, nil
}

func (e *PickUndone) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Picked -= e.Qty
	}
	o.Finished = false
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InTote(e.Order), To: InBin(e.Bin)})
}
