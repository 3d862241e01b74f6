package floor

import (
	"fmt"
	"slices"
	"strconv"
)

// Substitute takes another item in place of the one asked for, where the customer allows it.
type Substitute struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku,omitempty"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin,omitempty"`
	Code  string  `json:"code,omitempty"`
	Done  bool    `json:"done,omitempty"`
	Goods
}

// PickSubstituted: units of another item moved from a bin into the order's tote. They stand in a line of
// their own from here on, so that whatever follows counts the item it really is.
type PickSubstituted struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"` // asked for
	As    LineID  `json:"as"`   // the line of the substitute
	SKU   SKU     `json:"sku"`  // what it is
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin"`
	Code  string  `json:"code,omitempty"`
	Goods
	Against Code  `json:"against,omitempty"`
	Named   BinID `json:"named,omitempty"` // the bin that was named, which the site does not have
}

// SubstituteUndone: units of a substitute went back to a bin; what was asked for is to be picked again.
type SubstituteUndone struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	As    LineID  `json:"as"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin"`
	Named BinID   `json:"named,omitempty"` // the bin that was named, which the site does not have
	Goods
}

// Kind names the command.
func (*Substitute) Kind() string { return "pick.substitute" }

// Type and Subject name the event.
func (*PickSubstituted) Type() string       { return "picket.pick.substituted.v1" }
func (e *PickSubstituted) Subject() string  { return "order/" + string(e.Order) }
func (e *PickSubstituted) doubt() bool      { return e.Against != "" || e.Named != "" }
func (*SubstituteUndone) Type() string      { return "picket.pick.substitute_undone.v1" }
func (e *SubstituteUndone) Subject() string { return "order/" + string(e.Order) }
func (e *SubstituteUndone) doubt() bool     { return e.Named != "" }

func (e *PickSubstituted) tell(n Names) string {
	return fmt.Sprintf("Picked %d × %s from %s in place of line %s.", e.Qty, n(e.SKU), binWords(e.Bin), e.Line)
}

func (e *SubstituteUndone) tell(n Names) string {
	return fmt.Sprintf("Put the substitute %d × %s back to %s.", e.Qty, n(e.SKU), e.Bin)
}

// standsIn is the id of the line that holds a line's substitute of an item.
func standsIn(l LineID, sku SKU) LineID { return l + "/" + LineID(sku) }

func (c *Substitute) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, no := s.find(c.Order)
	if no != nil {
		return nil, no
	}
	for _, no := range []*Refusal{checkRange("qty", c.Qty, 1, s.Policy.MaxScan), checkText("code", c.Code, MaxText), c.Goods.check(c.Qty)} {
		if no != nil {
			return nil, no
		}
	}
	l := o.Line(c.Line)
	if l == nil {
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
	}
	if c.SKU == "" {
		return nil, s.unreadable(c.Code)
	}
	if s.Items[c.SKU] == nil {
		return nil, Refuse(UnknownItem, "sku", clip(string(c.SKU)))
	}
	as := o.Line(standsIn(l.ID, c.SKU))
	if l.SKU == c.SKU || l.For != "" || len(standsIn(l.ID, c.SKU)) > MaxID || as == nil && len(o.Lines) >= 2*MaxLines {
		return nil, Refuse(NoSubstitute, "got", s.name(c.SKU), "want", s.name(l.SKU))
	}
	e := &PickSubstituted{Order: o.ID, Line: l.ID, As: standsIn(l.ID, c.SKU), SKU: c.SKU, Qty: c.Qty, Code: c.Code, Goods: c.Goods}
	if e.Bin, e.Named, no = s.binFor(c.Bin, c.SKU, c.Done, func() BinID { return s.Suggest(c.SKU) }); no != nil {
		return nil, no
	}
	if no = firstNo(s.misread(c.SKU, c.Code), o.stopped()); no == nil {
		no = s.maySubstitute(c, m, o, l)
	}
	if no == nil {
		no = s.frozen(e.Bin)
	}
	if no == nil {
		no = s.fill(m, &Line{ID: e.As, SKU: e.SKU, Qty: e.Qty, LineTerms: LineTerms{MinLife: l.MinLife}}, e.SKU, e.Qty, e.Bin, &e.Goods)
	}
	if no != nil {
		// More than is wanted cannot stand in for anything: it is a surplus, and no substitute.
		if !c.Done || c.Qty > l.ToPick() {
			return nil, no
		}
		e.Against = no.Code
	}
	return []Event{e}, nil
}

func (s *State) maySubstitute(c *Substitute, m Meta, o *Order, l *Line) *Refusal {
	run := s.runOf("", o)
	switch left := l.ToPick(); {
	case left == 0:
		return Refuse(Surplus, "got", s.name(l.SKU), "qty", strconv.Itoa(l.Wanted()))
	case c.Qty > left:
		return s.tooMany(c.SKU, c.Qty, 0, left)
	case !slices.Contains(l.Substitutes, c.SKU):
		return Refuse(NoSubstitute, "got", s.name(c.SKU), "want", s.name(l.SKU))
	case !o.Started:
		return Refuse(NotStarted, "order", string(o.ID))
	case run == nil && m.Actor != "" && o.Picker != m.Actor:
		return Refuse(TakenByOther, "order", string(o.ID), "who", string(o.Picker))
	case run != nil:
		return run.walks(m.Actor, o.ID, -1)
	}
	return nil
}

func (e *PickSubstituted) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Substituted += e.Qty
		accepted := l.Accepted
		as := o.Line(e.As)
		if as == nil {
			o.Lines = append(o.Lines, Line{ID: e.As, SKU: e.SKU, For: e.Line})
			as = &o.Lines[len(o.Lines)-1]
		}
		as.Accepted = as.Accepted || accepted
		as.Qty += e.Qty
		as.Picked += e.Qty
		as.take(&e.Goods, e.Qty)
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InBin(e.Bin), To: InTote(e.Order), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
	s.took(e.Named, e.Bin, e.Subject(), e.SKU, e.Qty)
	if e.Against != "" {
		s.raise("pick_against_rule", e.Subject(), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty), "rule", plain(string(e.Against)))
	}
}

func (e *SubstituteUndone) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Substituted -= e.Qty
	}
	if as := o.Line(e.As); as != nil {
		as.Qty -= e.Qty
		as.Picked -= e.Qty
		as.give(&e.Goods, e.Qty)
	}
	o.Finished = false
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InTote(e.Order), To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
	s.laid(e.Named, e.Bin, e.Subject(), e.SKU, e.Qty)
}
