package floor

import "strconv"

// StageGoods puts picked goods on a staging shelf, where the customer's order waits. The shelf is scanned.
type StageGoods struct {
	Order OrderID   `json:"order"`
	Shelf BinID     `json:"shelf"`
	Lines []LineQty `json:"lines,omitempty"` // none: all that is picked
	Tote  ToteID    `json:"tote,omitempty"`  // the tote they came in, when it was scanned
	Bags  int       `json:"bags,omitempty"`
	Done  bool      `json:"done,omitempty"` // they stand there already
}

// GoodsStaged: picked goods stand on a staging shelf.
type GoodsStaged struct {
	Order   OrderID `json:"order"`
	Shelf   BinID   `json:"shelf"`
	Lines   []Taken `json:"lines"`
	Tote    ToteID  `json:"tote,omitempty"`
	Bags    int     `json:"bags,omitempty"`
	Doubted bool    `json:"doubted,omitempty"` // the rules said no, and they stand there
}

// Taken is a quantity of a line, with its item.
type Taken struct {
	Line LineID `json:"line"`
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
}

// MoveShelf takes an order's goods from one staging shelf to another.
type MoveShelf struct {
	Order OrderID   `json:"order"`
	From  BinID     `json:"from"`
	To    BinID     `json:"to"`
	Lines []LineQty `json:"lines,omitempty"` // none: all that stands there
	Done  bool      `json:"done,omitempty"`
}

// ShelfMoved: goods stand on another staging shelf.
type ShelfMoved struct {
	Order OrderID   `json:"order"`
	From  BinID     `json:"from"`
	To    BinID     `json:"to"`
	Lines []LineQty `json:"lines"`
}

// Kind names the command.
func (*StageGoods) Kind() string { return "collect.stage" }

// Kind names the command.
func (*MoveShelf) Kind() string { return "collect.move" }

// Type and Subject name the event.
func (*GoodsStaged) Type() string      { return "picket.pickup.staged.v1" }
func (e *GoodsStaged) Subject() string { return "order/" + string(e.Order) }
func (e *GoodsStaged) doubt() bool     { return e.Doubted }
func (e *GoodsStaged) tell(n Names) string {
	words := listed(n, e.Lines) + " on shelf " + string(e.Shelf)
	if e.Bags > 0 {
		words += " in " + plural(e.Bags, "bag")
	}
	if e.Doubted {
		words += ", though the rules said no"
	}
	return words + "."
}

// Type and Subject name the event.
func (*ShelfMoved) Type() string      { return "picket.pickup.moved.v1" }
func (e *ShelfMoved) Subject() string { return "order/" + string(e.Order) }
func (e *ShelfMoved) tell(Names) string {
	return plural(units(e.Lines), "unit") + " moved from shelf " + string(e.From) + " to " + string(e.To) + "."
}

// listed puts quantities into words: 2 × Oat drink, 1 × Rice drink.
func listed(n Names, lines []Taken) string {
	words := ""
	for i, l := range lines {
		if i > 0 {
			words += ", "
		}
		words += strconv.Itoa(l.Qty) + " × " + n(l.SKU)
	}
	if words == "" {
		return "Nothing"
	}
	return words
}

func units(lines []LineQty) int {
	n := 0
	for _, l := range lines {
		n += l.Qty
	}
	return n
}

// shelf checks a staging shelf, and that it has room for one more order.
func (s *State) shelf(id BinID, for_ *Order) *Refusal {
	b := s.Bins[id]
	if b == nil || b.Use != "staging" {
		return Refuse(NotAShelf, "bin", clip(string(id)))
	}
	if b.Max == 0 {
		return nil
	}
	n := 0
	for oid, o := range s.Orders {
		if o.Pickup == nil || oid == for_.ID {
			continue
		}
		for _, at := range o.Pickup.Shelves {
			if at.Shelf == id {
				n++
				break
			}
		}
	}
	if n >= b.Max {
		return Refuse(ShelfFull, "shelf", string(id), "orders", strconv.Itoa(n))
	}
	return nil
}

func (c *StageGoods) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if c.Tote != "" {
		if r := check([2]string{"tote", string(c.Tote)}); r != nil {
			return nil, r
		}
	}
	if r := checkRange("bags", c.Bags, 0, 1000); r != nil {
		return nil, r
	}
	no := s.shelf(c.Shelf, o)
	if no != nil && (!c.Done || s.Bins[c.Shelf] == nil) {
		return nil, no
	}
	lines, r := o.chosen(c.Lines, o.ToPack)
	if r != nil {
		return nil, r
	}
	if len(lines) == 0 {
		return nil, Refuse(NothingPicked, "order", string(o.ID))
	}
	e := &GoodsStaged{Order: o.ID, Shelf: c.Shelf, Tote: c.Tote, Bags: c.Bags}
	for _, q := range lines {
		l := o.Line(q.Line)
		if left := o.ToPack(l); q.Qty > left && no == nil {
			if no = Refuse(NotPicked, "got", s.name(l.SKU), "qty", strconv.Itoa(q.Qty), "left", strconv.Itoa(left)); !c.Done {
				return nil, no
			}
		}
		if no == nil {
			if no = s.wrongPlace(s.Bins[c.Shelf], l.SKU); no != nil && !c.Done {
				return nil, no
			}
		}
		e.Lines = append(e.Lines, Taken{Line: l.ID, SKU: l.SKU, Qty: q.Qty})
	}
	e.Doubted = no != nil
	out := []Event{e}
	if s.Policy.PrintHoldLabel {
		out = append(out, &LabelRequested{Order: o.ID, Job: jobID(m.ID, 1), Doc: DocHoldLabel, Copy: o.nextCopy("", DocHoldLabel), Station: m.Station})
	}
	return out, nil
}

func (e *GoodsStaged) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	p := o.pickup()
	p.Bags += e.Bags
	for _, t := range e.Lines {
		if l := o.Line(t.Line); l != nil {
			l.Staged += t.Qty
			p.shelve(e.Shelf, t.Line, t.Qty)
		}
		s.move(Move{SKU: t.SKU, Qty: t.Qty, From: InTote(e.Order), To: OnShelfOf(e.Order)})
	}
	if e.Doubted {
		s.raise("unproved_staging", e.Subject(), "order", string(e.Order), "shelf", string(e.Shelf))
	}
}

func (c *MoveShelf) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := check([2]string{"from", string(c.From)}); r != nil {
		return nil, r
	}
	if no := s.shelf(c.To, o); no != nil && (!c.Done || s.Bins[c.To] == nil) {
		return nil, no
	}
	there := func(l *Line) int {
		n := 0
		for _, at := range o.counter().Shelves {
			if at.Shelf == c.From && at.Line == l.ID {
				n += at.Qty
			}
		}
		return n
	}
	lines, r := o.chosen(c.Lines, there)
	if r != nil {
		return nil, r
	}
	if len(lines) == 0 || c.From == c.To {
		return nil, Refuse(NothingLeft, "what", "shelf "+string(c.From))
	}
	for _, q := range lines {
		l := o.Line(q.Line)
		if left := there(l); q.Qty > left {
			return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(q.Qty), "left", strconv.Itoa(left))
		}
		if no := s.wrongPlace(s.Bins[c.To], l.SKU); no != nil && !c.Done {
			return nil, no
		}
	}
	return []Event{&ShelfMoved{Order: o.ID, From: c.From, To: c.To, Lines: lines}}, nil
}

func (e *ShelfMoved) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, q := range e.Lines {
		o.pickup().shelve(e.From, q.Line, -q.Qty)
		o.pickup().shelve(e.To, q.Line, q.Qty)
	}
}
