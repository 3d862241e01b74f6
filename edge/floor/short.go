package floor

import (
	"slices"
	"strconv"
)

// ReportShort says that units of a line cannot be had here.
type ReportShort struct {
	Order  OrderID `json:"order"`
	Line   LineID  `json:"line"`
	Qty    int     `json:"qty"`
	Reason Reason  `json:"reason"`
	Bin    BinID   `json:"bin,omitempty"` // empty: the bin the walk leads to

	Checked []BinID `json:"checked,omitempty"`            // other bins that were looked into
	All     bool    `json:"alternates_checked,omitempty"` // every bin the book has it in was looked into
	Done    bool    `json:"done,omitempty"`               // the person has gone on: record it
}

// PickShort: units of a line were not to be had. Moved is what the book of the bin lost by it, as a delta
// against the book at the decision, so that it commutes with every other movement.
type PickShort struct {
	Order  OrderID  `json:"order"`
	Line   LineID   `json:"line"`
	SKU    SKU      `json:"sku"`
	Qty    int      `json:"qty"`
	Reason Reason   `json:"reason"`
	Bin    BinID    `json:"bin"`
	Moved  int      `json:"moved"`
	Run    RunID    `json:"run,omitempty"`
	Also   []BinQty `json:"also,omitempty"` // other bins that were looked into, and what their books lost
	Paper  string   `json:"paper,omitempty"`
}

// BinQty is a quantity at a bin.
type BinQty struct {
	Bin BinID `json:"bin"`
	Qty int   `json:"qty"`
}

// MaxAlternates is how many bins one command says were looked into.
const MaxAlternates = 50

// Kind names the command.
func (*ReportShort) Kind() string { return "pick.short" }

// Type and Subject name the event.
func (*PickShort) Type() string      { return "picket.pick.short.v1" }
func (e *PickShort) Subject() string { return "order/" + string(e.Order) }

func (c *ReportShort) decide(s *State, m Meta) ([]Event, *Refusal) {
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
	left := l.ToPick()
	if c.Done && left == 0 && c.Reason == NotInStock && s.Bins[c.Bin] != nil {
		// Nothing is wanted any more, but the bin was found empty all the same.
		return []Event{&ZeroChecked{Bin: c.Bin, SKU: l.SKU, Empty: true, Wrong: s.OnHand(InBin(c.Bin), l.SKU) != 0}}, nil
	}
	if c.Qty > left && c.Done {
		c = &ReportShort{Order: c.Order, Line: c.Line, Qty: left, Reason: c.Reason, Bin: c.Bin, Checked: c.Checked, All: c.All, Done: true}
	}
	if c.Qty > left || c.Qty == 0 {
		return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(max(1, c.Qty)), "left", strconv.Itoa(left))
	}
	if r := checkRange("checked", len(c.Checked), 0, MaxAlternates); r != nil {
		return nil, r
	}
	e := &PickShort{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty, Reason: c.Reason, Bin: c.Bin}
	if e.Bin == "" {
		e.Bin = s.SuggestFor(l, m.Now)
	}
	if run := s.runOf("", o); run != nil && run.stop(e.Bin, e.SKU, o.ID, l.ID) >= 0 {
		e.Run = run.ID
	}
	if c.Reason == NotInStock && !c.All && !c.Done {
		if r := s.otherBin(l.SKU, e.Bin, c.Checked); r != nil {
			return nil, r
		}
	}
	s.loss(e, c)
	return []Event{e}, nil
}

// otherBin names a bin to look into before goods are short: one the book has them in, behind the one where
// they were missed. Those before it were passed on the way.
func (s *State) otherBin(sku SKU, missed BinID, checked []BinID) *Refusal {
	if !s.Policy.OfferAlternate {
		return nil
	}
	for _, b := range s.Stocked(sku) {
		if b != missed && s.pickable(b) && !slices.Contains(checked, b) && (missed == NoBin || s.before(missed, b)) {
			return Refuse(CheckOtherBin, "got", s.name(sku), "bin", string(b), "qty", strconv.FormatInt(s.OnHand(InBin(b), sku), 10)).hide(s, b)
		}
	}
	return nil
}

// loss says what the books lose by a short pick: the bin's own, and those of the bins that were looked into
// beside it.
func (s *State) loss(e *PickShort, c *ReportShort) {
	if !s.Policy.BookTouched {
		return
	}
	switch e.Reason {
	case Mismatch, Damaged:
		e.Moved = e.Qty
	case NotInStock:
		e.Moved = int(max(0, s.OnHand(InBin(e.Bin), e.SKU)))
		for _, b := range s.Stocked(e.SKU) {
			if b != e.Bin && len(e.Also) < MaxAlternates && (c.All && s.pickable(b) || slices.Contains(c.Checked, b)) {
				e.Also = append(e.Also, BinQty{Bin: b, Qty: int(s.OnHand(InBin(b), e.SKU))})
			}
		}
	}
}

func (e *PickShort) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.addShort(e.Reason, e.Qty)
	}
	o.onPaper(e.Paper, e.Line)
	to := Missing
	if e.Reason == Damaged {
		to = Quarantine
	}
	s.move(Move{SKU: e.SKU, Qty: e.Moved, From: InBin(e.Bin), To: to})
	for _, b := range e.Also {
		s.move(Move{SKU: e.SKU, Qty: b.Qty, From: InBin(b.Bin), To: Missing})
	}
	if e.Run != "" {
		if r := s.Runs.change(s, e.Run); r != nil {
			order, line := e.Order, e.Line
			if r.Kind.Mixed() {
				order, line = "", ""
			}
			r.count(r.stop(e.Bin, e.SKU, order, line), 0, e.Qty, "")
		}
	}
	if e.Reason == NotInStock || e.Reason == Mismatch {
		s.recount(e.Bin, e.SKU, "short")
		for _, b := range e.Also {
			s.recount(b.Bin, e.SKU, "short")
		}
	}
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
