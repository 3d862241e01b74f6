package floor

import (
	"fmt"
	"slices"
	"strconv"
)

// OpenWall gives each order of a batch a slot of the put wall, in due order.
type OpenWall struct {
	Run   RunID    `json:"run"`
	Slots []string `json:"slots"`
}

// WallOpened: whose goods go into which slot.
type WallOpened struct {
	Run   RunID  `json:"run"`
	Slots []Slot `json:"slots"`
}

// SortUnit sorts units of a mixed run to an order at the wall.
type SortUnit struct {
	Run  RunID  `json:"run"`
	SKU  SKU    `json:"sku,omitempty"`
	Qty  int    `json:"qty,omitempty"` // 0 is 1
	Code string `json:"code,omitempty"`
	Slot string `json:"slot,omitempty"` // where it was put, when the slot was scanned
	Done bool   `json:"done,omitempty"`
	Goods
}

// UnitSorted: units moved from a mixed run to an order. They count as picked from here on.
type UnitSorted struct {
	Order    OrderID `json:"order"`
	Line     LineID  `json:"line"`
	SKU      SKU     `json:"sku"`
	Qty      int     `json:"qty"`
	Run      RunID   `json:"run"`
	Slot     string  `json:"slot,omitempty"`
	Complete bool    `json:"complete,omitempty"` // nothing of the order is missing now
	Code     string  `json:"code,omitempty"`
	Goods
	Against Code `json:"against,omitempty"`
}

// UnitLeftOver: nobody wants these units of a mixed run any more. They stay with it until somebody puts them
// back.
type UnitLeftOver struct {
	Run RunID `json:"run"`
	SKU SKU   `json:"sku"`
	Qty int   `json:"qty"`
}

// Kind names the command.
func (*OpenWall) Kind() string { return "wall.open" }
func (*SortUnit) Kind() string { return "wall.sort" }

// Type and Subject name the event.
func (*WallOpened) Type() string        { return "picket.local.wall.opened.v1" }
func (e *WallOpened) Subject() string   { return "run/" + string(e.Run) }
func (*UnitSorted) Type() string        { return "picket.unit.sorted.v1" }
func (e *UnitSorted) Subject() string   { return "order/" + string(e.Order) }
func (e *UnitSorted) doubt() bool       { return e.Against != "" }
func (*UnitLeftOver) Type() string      { return "picket.local.unit.left_over.v1" }
func (e *UnitLeftOver) Subject() string { return "run/" + string(e.Run) }

func (e *WallOpened) tell(Names) string {
	return "Put wall opened with " + plural(len(e.Slots), "slot") + "."
}

func (e *UnitSorted) tell(n Names) string {
	words := fmt.Sprintf("Sorted %d × %s to order %s", e.Qty, n(e.SKU), ref("order", string(e.Order)))
	if e.Slot != "" {
		words += ", slot " + e.Slot
	}
	if e.Complete {
		words += "; it is complete"
	}
	return words + "."
}

func (e *UnitLeftOver) tell(n Names) string {
	return fmt.Sprintf("%d × %s left over: put them back.", e.Qty, n(e.SKU))
}

// told is where the unit goes.
func (e *UnitSorted) told() []string {
	out := []string{"order", string(e.Order)}
	if e.Slot != "" {
		out = append(out, "slot", e.Slot)
	}
	if e.Complete {
		out = append(out, "complete", string(e.Order))
	}
	return out
}

func (e *UnitLeftOver) told() []string { return []string{"put_back", string(e.SKU)} }

func (c *OpenWall) decide(s *State, _ Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	switch {
	case r.Kind != RunBatch:
		return nil, Refuse(NotMixed, "run", string(r.ID))
	case len(r.Wall) > 0:
		return nil, Refuse(WallOpen, "run", string(r.ID))
	}
	if no := checkRange("slots", len(c.Slots), len(r.Orders), 2*MaxRunOrders); no != nil {
		return nil, no
	}
	for i, slot := range c.Slots {
		at := "slots[" + strconv.Itoa(i) + "]"
		if no := check([2]string{at, slot}); no != nil {
			return nil, no
		}
		if slices.Contains(c.Slots[:i], slot) {
			return nil, badField(at, "is "+slot+" for the second time")
		}
		for _, x := range s.Runs.All() {
			if slices.ContainsFunc(x.Wall, func(w Slot) bool { return w.Slot == slot }) {
				return nil, Refuse(SlotTaken, "slot", slot, "run", string(x.ID))
			}
		}
	}
	e := &WallOpened{Run: r.ID}
	for i, id := range r.Orders {
		e.Slots = append(e.Slots, Slot{Slot: c.Slots[i], Order: id})
	}
	return []Event{e}, nil
}

func (e *WallOpened) apply(s *State) {
	if r := s.Runs.change(s, e.Run); r != nil {
		r.Wall = e.Slots
	}
}

// slotOf is the slot of an order, empty when it has none.
func (r *Run) slotOf(id OrderID) string {
	for _, w := range r.Wall {
		if w.Order == id {
			return w.Slot
		}
	}
	return ""
}

func (c *SortUnit) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	if len(r.Wall) == 0 {
		return nil, Refuse(WallClosed, "run", string(r.ID))
	}
	qty := max(1, c.Qty)
	if no := c.check(qty, s.Policy.MaxScan); no != nil {
		return nil, no
	}
	if no := s.inMix(r, c.SKU, c.Code, qty, c.Done); no != nil {
		return nil, no
	}
	o, l := s.dueFor(r, c.SKU, qty)
	if next, one := s.dueFor(r, c.SKU, 1); o == nil && one != nil && !c.Done {
		return nil, Refuse(SlotTakesFewer, "run", string(r.ID), "got", s.name(c.SKU), "qty", strconv.Itoa(qty), "left", strconv.Itoa(one.ToPick()), "slot", r.slotOf(next.ID))
	}
	if c.Slot != "" && (o == nil || r.slotOf(o.ID) != c.Slot) {
		there, line := s.inSlot(r, c.Slot, c.SKU)
		switch {
		case there != nil && (c.Done || line.ToPick() >= qty): // it went where it is wanted as well
			o, l = there, line
		case o != nil:
			return nil, Refuse(WrongSlot, "got", s.name(c.SKU), "slot", c.Slot, "want", r.slotOf(o.ID))
		}
	}
	if o == nil {
		return []Event{&UnitLeftOver{Run: r.ID, SKU: c.SKU, Qty: qty}}, nil
	}
	e, no := s.sorted(m, r, o, l, qty, c.Goods, c.Code, c.Done)
	if no != nil {
		return nil, no
	}
	e.Slot = r.slotOf(o.ID)
	return append(s.complete(e, o), s.over(r, c.SKU, qty)...), nil
}

func (c *SortUnit) check(qty, most int) *Refusal {
	for _, no := range []*Refusal{checkRange("qty", c.Qty, 0, most), checkText("code", c.Code, MaxText), checkText("slot", c.Slot, MaxID), c.Goods.check(qty)} {
		if no != nil {
			return no
		}
	}
	return nil
}

// inMix says whether the run can have these units.
func (s *State) inMix(r *Run, sku SKU, code string, qty int, done bool) *Refusal {
	switch {
	case sku == "":
		return s.unreadable(code)
	case !done && s.misread(sku, code) != nil:
		return s.misread(sku, code)
	case !done && s.OnHand(InRun(r.ID), sku) < int64(qty):
		return s.notInTote(r, sku, qty)
	}
	return nil
}

// dueFor is the order of the run that is due first of those that want the units.
func (s *State) dueFor(r *Run, sku SKU, qty int) (*Order, *Line) {
	for _, id := range r.Orders {
		if o := s.Orders[id]; o != nil {
			for i := range o.Lines {
				if l := &o.Lines[i]; l.SKU == sku && l.ToPick() >= qty {
					return o, l
				}
			}
		}
	}
	return nil, nil
}

// inSlot is the order of a slot, and its line of the item.
func (s *State) inSlot(r *Run, slot string, sku SKU) (*Order, *Line) {
	for _, w := range r.Wall {
		o := s.Orders[w.Order]
		if w.Slot != slot || o == nil {
			continue
		}
		for i := range o.Lines {
			if o.Lines[i].SKU == sku {
				return o, &o.Lines[i]
			}
		}
	}
	return nil, nil
}

// sorted is the event that gives units of a mixed run to an order's line.
func (s *State) sorted(m Meta, r *Run, o *Order, l *Line, qty int, g Goods, code string, done bool) (*UnitSorted, *Refusal) {
	e := &UnitSorted{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: qty, Run: r.ID, Code: code, Goods: g}
	if no := firstNo(s.misread(l.SKU, code), s.fillFrom(m, l, l.SKU, qty, InRun(r.ID), &e.Goods, false)); no != nil {
		if !done {
			return nil, no
		}
		e.Against = no.Code
	}
	e.Complete = l.ToPick() > 0 && o.toPick() <= qty
	return e, nil
}

// complete adds that the order's pick is finished when nothing of it is missing any more.
func (s *State) complete(e *UnitSorted, o *Order) []Event {
	if e.Complete && o.Started && !o.Finished {
		return []Event{e, &PickFinished{Order: o.ID}}
	}
	return []Event{e}
}

func (e *UnitSorted) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		if l := o.Line(e.Line); l != nil {
			l.Picked += e.Qty
			l.take(&e.Goods, e.Qty)
		}
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InRun(e.Run), To: InTote(e.Order), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
	if e.Against != "" {
		s.raise("pick_against_rule", e.Subject(), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty), "rule", plain(string(e.Against)))
	}
}

func leftOver(r RunID, sku SKU) TaskID { return TaskID("left_over/" + string(r) + "/" + string(sku)) }

func (e *UnitLeftOver) apply(s *State) {
	id := leftOver(e.Run, e.SKU)
	s.Tasks.put(s, id, Task{ID: id, What: "put_back", Subject: e.Subject(), SKU: e.SKU, Qty: e.Qty, From: InRun(e.Run), Why: "surplus", Since: s.now()})
}
