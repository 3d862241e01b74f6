package floor

import (
	"slices"
	"strconv"
)

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

	Run  RunID  `json:"run,omitempty"`
	Tote ToteID `json:"tote,omitempty"` // the tote on the cart it goes into
	Pack int    `json:"pack,omitempty"` // a case was scanned: each of Qty is this many units
	Goods
}

// PickConfirmed: units moved from a bin into the order's tote.
type PickConfirmed struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin"`
	Code  string  `json:"code,omitempty"`
	*PickDetail
}

// PickDetail is what most picks do not have.
type PickDetail struct {
	Run  RunID  `json:"run,omitempty"`
	Tote ToteID `json:"tote,omitempty"`
	Pack int    `json:"pack,omitempty"`
	Goods
	Older     bool   `json:"older,omitempty"`      // goods that expire sooner stand elsewhere
	ZeroCheck bool   `json:"zero_check,omitempty"` // the book says that the bin is empty now: is it?
	Against   Code   `json:"against,omitempty"`    // the rule that said no, and it was done
	Paper     string `json:"paper,omitempty"`      // entered late, from this paper
	Named     BinID  `json:"named,omitempty"`      // the bin that was named, which the site does not have
}

// Undo takes picked units back to a bin.
type Undo struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin,omitempty"`
	Done  bool    `json:"done,omitempty"` // they lie in the bin already
	Goods
}

// PickUndone: units went back from the order's tote into a bin.
type PickUndone struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Bin   BinID   `json:"bin"`
	Run   RunID   `json:"run,omitempty"`
	Named BinID   `json:"named,omitempty"` // the bin that was named, which the site does not have
	Goods
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
func (e *PickUndone) doubt() bool     { return e.Named != "" }

func (c *Scan) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkRange("qty", c.Qty, 1, s.Policy.MaxScan); r != nil {
		return nil, r
	}
	if r := checkText("code", c.Code, MaxText); r != nil {
		return nil, r
	}
	if c.SKU == "" {
		return nil, s.unreadable(c.Code)
	}
	l, r := c.line(s, o)
	if r != nil {
		return nil, r
	}
	units, r := s.units(c.SKU, c.Qty, c.Pack)
	if r == nil && c.special() {
		r = c.checkMore(units)
	}
	if r != nil {
		return nil, r
	}
	run, stop := s.runOf(c.Run, o), -1
	if run != nil && !run.Kind.Mixed() {
		stop = run.stop(c.Bin, c.SKU, o.ID, l.ID)
	}
	walk := func() BinID {
		if stop >= 0 {
			return run.Stops[stop].Bin
		}
		return s.SuggestFor(l, m.Now)
	}
	bin, named, r := s.binFor(c.Bin, c.SKU, c.Done, walk)
	if r != nil {
		return nil, r
	}
	against := s.misread(c.SKU, c.Code)
	if !c.Done {
		if r := firstNo(s.unlisted(o.ID, c.SKU), against, c.may(s, m, o, l, units, run, stop), s.frozen(bin)); r != nil {
			return nil, r
		}
	}
	if l.Taken()+units > 2*l.Qty { // more than a double scan explains
		against = firstNo(against, Refuse(TooMany, "got", s.name(c.SKU), "qty", strconv.Itoa(units), "left", strconv.Itoa(l.ToPick())))
	}
	e := &PickConfirmed{Order: o.ID, Line: l.ID, SKU: c.SKU, Qty: units, Bin: bin, Code: c.Code}
	if against != nil || run != nil || c.Tote != "" || c.Pack > 1 || named != "" || l.Lot != "" || !c.Goods.empty() || s.Policy.ZeroCheck || s.told(c.SKU) {
		if r := c.detail(s, m, l, e, run, named, against); r != nil {
			return nil, r
		}
	}
	return []Event{e}, nil
}

// special says whether a scan brings more than most do.
func (c *Scan) special() bool { return c.Run != "" || c.Tote != "" || !c.Goods.empty() }

func (c *Scan) checkMore(units int) *Refusal {
	if c.Run != "" {
		if r := check([2]string{"run", string(c.Run)}); r != nil {
			return r
		}
	}
	if c.Tote != "" {
		if r := check([2]string{"tote", string(c.Tote)}); r != nil {
			return r
		}
	}
	return c.Goods.check(units)
}

// may says whether somebody may take units for a line.
func (c *Scan) may(s *State, m Meta, o *Order, l *Line, units int, run *Run, stop int) *Refusal {
	if r := o.stopped(); r != nil {
		return r
	}
	switch left := l.ToPick(); {
	case run == nil && c.Run != "":
		return Refuse(UnknownRun, "run", string(c.Run))
	case run != nil && run.Kind.Mixed():
		return Refuse(MixedRun, "run", string(run.ID))
	case run != nil && (!run.has(o.ID) || stop < 0):
		return Refuse(NotInRun, "run", string(run.ID), "what", "line "+string(l.ID)+" of order "+o.Called())
	case !o.Started:
		return Refuse(NotStarted, "order", string(o.ID))
	case run == nil && o.Picker != m.Actor && m.Actor != "":
		return Refuse(TakenByOther, "order", string(o.ID), "who", string(o.Picker))
	case left == 0:
		return Refuse(Surplus, "got", s.name(c.SKU), "qty", strconv.Itoa(l.Wanted()))
	case units > left:
		return s.tooMany(c.SKU, units, c.Pack, left)
	}
	if s.Policy.ForceScan || s.Policy.ScanBin {
		if r := s.scanned(c.Code, c.Bin, c.SKU); r != nil {
			return r
		}
	}
	if run != nil {
		if r := run.walks(m.Actor, o.ID, stop); r != nil {
			return r
		}
		if c.Bin != "" {
			if r := s.wrongBin(c.Bin, run.Stops[stop].Bin, c.SKU); r != nil {
				return r
			}
		}
	}
	return nil
}

// detail writes down what most picks do not have, and what a rule says against it.
func (c *Scan) detail(s *State, m Meta, l *Line, e *PickConfirmed, run *Run, named BinID, against *Refusal) *Refusal {
	d := PickDetail{Tote: c.Tote, Named: named, Goods: c.Goods}
	if c.Pack > 1 {
		d.Pack = c.Pack
	}
	if run != nil && !run.Kind.Mixed() && run.has(e.Order) {
		d.Run = run.ID
	}
	no := s.fill(m, l, e.SKU, e.Qty, e.Bin, &d.Goods)
	if no == nil && (c.Tote != "" || run != nil) {
		no = s.inCart(run, s.Orders[e.Order], c.Tote)
	}
	if no != nil {
		if !c.Done {
			return no
		}
		against = firstNo(against, no)
	}
	if against != nil {
		d.Against = against.Code
	}
	if d.Expiry != "" && s.Policy.FEFO == "warn" && l.Lot == "" {
		_, _, d.Older = s.older(e.SKU, d.Expiry, keepsUntil(l, s.date(m.Now)))
	}
	if s.Policy.ZeroCheck {
		d.ZeroCheck = s.OnHand(InBin(e.Bin), e.SKU) == int64(e.Qty)
	}
	if d.some() {
		e.PickDetail = &d
	}
	return nil
}

// some says whether there is anything to write down.
func (d *PickDetail) some() bool {
	return d.Run != "" || d.Tote != "" || d.Pack > 0 || d.Older || d.ZeroCheck || d.Against != "" || d.Paper != "" || d.Named != "" || !d.Goods.empty()
}

// doubt: it was done against a rule.
func (e *PickConfirmed) doubt() bool {
	return e.PickDetail != nil && (e.Against != "" || e.Named != "")
}

// told is what the person is asked or told after the pick.
func (e *PickConfirmed) told() (out []string) {
	if e.PickDetail == nil {
		return nil
	}
	if e.ZeroCheck {
		out = append(out, "zero_check", string(e.Bin))
	}
	if e.Older {
		out = append(out, "older", e.Expiry)
	}
	return out
}

// line is the line a scan is for: the one named, or the first that still wants the item.
func (c *Scan) line(s *State, o *Order) (*Line, *Refusal) {
	if c.Line != "" {
		l := o.Line(c.Line)
		if l == nil {
			return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
		}
		if l.SKU != c.SKU {
			return nil, s.wrongItem(l, c.SKU)
		}
		return l, nil
	}
	var same, want *Line
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.SKU == c.SKU && (same == nil || same.ToPick() == 0) {
			same = l
		}
		if l.ToPick() > 0 && (want == nil || slices.Contains(l.Substitutes, c.SKU)) {
			want = l
		}
	}
	switch {
	case same != nil:
		return same, nil
	case want != nil:
		return nil, s.wrongItem(want, c.SKU)
	}
	return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
}

func (e *PickConfirmed) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Picked += e.Qty
		if e.PickDetail != nil {
			l.take(&e.Goods, e.Qty)
			o.onPaper(e.Paper, e.Line)
		}
	}
	mv := Move{SKU: e.SKU, Qty: e.Qty, From: InBin(e.Bin), To: InTote(e.Order)}
	if d := e.PickDetail; d != nil {
		mv.Lot, mv.Expiry, mv.Serials = d.Lot, d.Expiry, d.Serials
		e.note(s)
	}
	s.move(mv)
}

// note writes down what most picks do not have.
func (e *PickConfirmed) note(s *State) {
	s.bind(e.Tote, e.Order, e.Run)
	if e.Run != "" {
		if r := s.Runs.change(s, e.Run); r != nil {
			r.count(r.stop(e.Bin, e.SKU, e.Order, e.Line), e.Qty, 0, s.rec.Actor)
		}
	}
	s.took(e.Named, e.Bin, e.Subject(), e.SKU, e.Qty)
	if e.Against != "" {
		s.raise("pick_against_rule", e.Subject(), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty), "rule", plain(string(e.Against)))
	}
}

// wrongItem says that another item is wanted, or that this one may stand in for it.
func (s *State) wrongItem(l *Line, got SKU) *Refusal {
	if slices.Contains(l.Substitutes, got) && l.ToPick() > 0 {
		return Refuse(AskSubstitute, "got", s.name(got), "want", s.name(l.SKU))
	}
	return Refuse(WrongItem, "got", s.name(got), "want", s.name(l.SKU))
}

func (c *Undo) decide(s *State, m Meta) ([]Event, *Refusal) {
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
	if r := c.Goods.check(c.Qty); r != nil {
		return nil, r
	}
	g, r := s.backOut(l, c.Qty, c.Goods)
	if r != nil {
		return nil, r
	}
	bin, named, r := s.binFor(c.Bin, l.SKU, c.Done, func() BinID { return s.SuggestFor(l, m.Now) })
	if r != nil {
		return nil, r
	}
	// A substitute that is put back leaves the customer's own wish; one picked in vain is just put back.
	if extra := l.Surplus(); l.For != "" && extra == 0 {
		return []Event{&SubstituteUndone{Order: o.ID, Line: l.For, As: l.ID, SKU: l.SKU, Qty: c.Qty, Bin: bin, Named: named, Goods: g}}, nil
	} else if l.For != "" && c.Qty > extra {
		return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(extra))
	}
	e := &PickUndone{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty, Bin: bin, Named: named, Goods: g}
	if run := s.runOf("", o); run != nil && !run.Kind.Mixed() {
		e.Run = run.ID
	}
	return []Event{e}, nil
}

func (e *PickUndone) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Picked -= e.Qty
		l.give(&e.Goods, e.Qty)
	}
	o.Finished = false
	if e.Run != "" {
		if r := s.Runs.change(s, e.Run); r != nil {
			r.count(r.taken(e.Bin, e.SKU, e.Order, e.Line), -e.Qty, 0, "")
		}
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InTote(e.Order), To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
	s.laid(e.Named, e.Bin, e.Subject(), e.SKU, e.Qty)
}
