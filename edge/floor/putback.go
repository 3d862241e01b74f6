package floor

import (
	"fmt"
	"strconv"
)

// ConfirmPutBack says that goods picked in vain stand in a bin again.
type ConfirmPutBack struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin,omitempty"`  // empty: the bin the item lives in
	Done  bool    `json:"done,omitempty"` // they lie in the bin already: record it, whatever the rules say
	Goods
}

// PutBackDone: goods picked in vain went from the order's tote, or from the staging shelf, into a bin.
type PutBackDone struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin"`
	Shelf int     `json:"shelf,omitempty"` // of them, from the staging shelf; the rest was loose
	Goods
}

// Kind names the command.
func (*ConfirmPutBack) Kind() string { return "putback.confirm" }

// Type and Subject name the event.
func (*PutBackDone) Type() string      { return "picket.put_back.done.v1" }
func (e *PutBackDone) Subject() string { return "order/" + string(e.Order) }
func (e *PutBackDone) tell(n Names) string {
	return fmt.Sprintf("Put %d × %s that nobody wants back to %s.", e.Qty, n(e.SKU), e.Bin)
}

func (c *ConfirmPutBack) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	for _, r := range []*Refusal{checkRange("qty", c.Qty, 1, MaxQty), c.Goods.check(c.Qty)} {
		if r != nil {
			return nil, r
		}
	}
	l := o.Line(c.Line)
	if l == nil {
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
	}
	due := o.PutBackDue(l)
	again, unknown := c.Qty > due && (l.For == "" || due == 0), c.Qty <= due && c.Bin != "" && s.Bins[c.Bin] == nil
	if c.Done && c.Qty <= o.Loose(l) && (again || unknown) {
		// They were wanted again meanwhile, or nobody knows the bin: they are out of the tote all the same.
		return (&Undo{Order: c.Order, Line: c.Line, Qty: c.Qty, Bin: c.Bin, Done: true, Goods: c.Goods}).decide(s, m)
	}
	if c.Qty > due {
		return nil, Refuse(NotToPutBack, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(due))
	}
	bin := c.Bin
	if bin == "" {
		bin = s.SuggestFor(l, m.Now)
	} else if s.Bins[bin] == nil {
		return nil, Refuse(UnknownBin, "bin", clip(string(bin)))
	}
	if r := s.frozen(bin); r != nil && !c.Done {
		return nil, r
	}
	g, r := s.backOut(l, c.Qty, c.Goods)
	if r != nil {
		return nil, r
	}
	return []Event{&PutBackDone{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty, Bin: bin, Shelf: max(0, c.Qty-max(0, o.Loose(l))), Goods: g}}, nil
}

// backOut says which of a line's units go back: those named, or the only ones it can be.
func (s *State) backOut(l *Line, qty int, g Goods) (Goods, *Refusal) {
	it := s.Items[l.SKU]
	if len(g.Serials) == 0 && len(l.Serials) > 0 {
		if qty < l.Picked || qty != len(l.Serials) {
			return g, Refuse(SerialMissing, "got", s.name(l.SKU), "qty", strconv.Itoa(qty), "have", "0")
		}
		g.Serials = l.Serials
	}
	for _, no := range g.Serials {
		if len(withSerial(l.Serials, no, true)) != len(l.Serials) {
			return g, Refuse(SerialElsewhere, "serial", no, "where", "no tote of this line")
		}
	}
	if g.Lot == "" && len(l.Lots) == 1 {
		g.Lot = l.Lots[0].Lot
	}
	for _, x := range l.Lots {
		if x.Lot == g.Lot && g.Expiry == "" {
			g.Expiry = x.Expiry
		}
	}
	if it != nil && it.Measured && g.Grams == 0 && l.Grams > 0 {
		if qty < l.Picked {
			return g, Refuse(MeasureMissing)
		}
		g.Grams = l.Grams
	}
	return g, nil
}

func (e *PutBackDone) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Picked -= e.Qty
		l.PutBack += e.Qty
		if e.Shelf > 0 {
			o.offShelf(l, e.Shelf)
			s.restocked(e.Order, e.SKU, e.Shelf)
		}
		l.give(&e.Goods, e.Qty)
	}
	loose := min(max(0, e.Qty-e.Shelf), len(e.Serials)) // which ones lay on the shelf nobody wrote down: all of them are in the bin now
	s.move(Move{SKU: e.SKU, Qty: e.Qty - e.Shelf, From: InTote(e.Order), To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials[:loose]})
	s.move(Move{SKU: e.SKU, Qty: e.Shelf, From: OnShelfOf(e.Order), To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials[loose:]})
}

// afterwards keeps the tasks that ask to put back what was picked in vain: they are there exactly as long as
// the goods are. Most picks leave no surplus, and cost no more than a look at a flag.
func (s *State) afterwards(o *Order, e Event) {
	switch e := e.(type) {
	case *PickConfirmed:
		if l := o.Line(e.Line); !o.surplus && (l == nil || l.Surplus() == 0) {
			return
		}
	case *UnitFilled:
		if !o.surplus {
			return
		}
	}
	had := o.surplus
	o.surplus = o.hasSurplus()
	if had || o.surplus {
		s.askPutBack(o)
	}
}

func (o *Order) hasSurplus() bool {
	for i := range o.Lines {
		if o.Lines[i].Surplus() > 0 {
			return true
		}
	}
	return false
}

func (s *State) askPutBack(o *Order) {
	for i := range o.Lines {
		l := &o.Lines[i]
		due := s.putBackDue(o, l)
		loose := o.Loose(l) > 0
		if due == 0 && l.asked == 0 {
			continue
		}
		l.asked = due
		id := putBackOf(o.ID, l.ID)
		t := s.Tasks.Get(id)
		switch {
		case due == 0:
			if t != nil {
				s.Tasks.drop(id)
			}
			continue
		case t == nil:
			t = s.Tasks.put(s, id, Task{ID: id, What: "put_back", Subject: "order/" + string(o.ID), SKU: l.SKU, To: InBin(s.Suggest(l.SKU)), Since: s.now()})
		case t.Qty == due && loose == (t.From.Bucket() == "tote") && (t.Why == "cancelled") == (l.Cancels() > 0):
			continue
		default:
			t = s.Tasks.change(s, id)
		}
		t.Qty, t.Why = due, "surplus"
		if l.Cancels() > 0 {
			t.Why = "cancelled"
		}
		if was := t.From.Bucket() == "tote"; t.From == "" || was != loose {
			t.From = OnShelfOf(o.ID)
			if loose {
				t.From = InTote(o.ID)
			}
		}
	}
}

// putBackDue is what is to be put back of a line, less what the counter's own tasks take off the shelf.
func (s *State) putBackDue(o *Order, l *Line) int {
	due := o.PutBackDue(l)
	if due == 0 || l.Staged == 0 {
		return due
	}
	for _, id := range s.Tasks.IDs() {
		if k := s.Tasks.Get(id); k.What == "restock" && k.Subject == "order/"+string(o.ID) && k.SKU == l.SKU {
			due -= k.Qty
		}
	}
	return max(0, due)
}

// restocked takes units off the tasks that asked to take them from the shelf.
func (s *State) restocked(id OrderID, sku SKU, qty int) {
	for _, at := range s.Tasks.IDs() {
		k := s.Tasks.Get(at)
		if qty == 0 || k.What != "restock" || k.Subject != "order/"+string(id) || k.SKU != sku {
			continue
		}
		n := min(qty, k.Qty)
		qty -= n
		if n == k.Qty {
			s.Tasks.drop(at)
			continue
		}
		s.Tasks.change(s, at).Qty -= n
	}
}

// putBackOf is the one task that asks to put back what was picked of a line in vain.
func putBackOf(o OrderID, l LineID) TaskID { return TaskID("put_back/" + string(o) + "/" + string(l)) }
