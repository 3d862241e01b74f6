package floor

import (
	"slices"
	"strconv"
)

// CountDrawer says what lies in a till's drawer of one shift, less what it holds to give change with. It may be
// said again: the last count stands.
type CountDrawer struct {
	Till     string       `json:"till,omitempty"`  // empty: where the command comes from
	Date     string       `json:"date,omitempty"`  // of the business day; empty: the shift it is now
	Shift    string       `json:"shift,omitempty"` // with date; empty: money taken outside of all shifts
	Declared []CountedSum `json:"declared"`
	Why      string       `json:"why,omitempty"` // why it differs
}

// CountedSum is what was counted of one means.
type CountedSum struct {
	Method string `json:"method"` // cash, card, voucher
	Amount Money  `json:"amount"`
}

// DrawerCounted: somebody counted what a till took in a shift.
type DrawerCounted struct {
	TillShift
	Lines   []Declared `json:"lines"`
	Counter UserID     `json:"counter,omitempty"`
	Why     string     `json:"why,omitempty"`
	Differs bool       `json:"differs,omitempty"` // by more than this site lets pass
}

// Kind names the command.
func (*CountDrawer) Kind() string { return "drawer.count" }

// Type and Subject name the event.
func (*DrawerCounted) Type() string      { return "picket.drawer.counted.v1" }
func (e *DrawerCounted) Subject() string { return "drawer/" + string(e.id()) }
func (e *DrawerCounted) doubt() bool     { return e.Differs }
func (e *DrawerCounted) tell(Names) string {
	words := "Money of " + e.TillShift.Words() + " counted:"
	for i, l := range e.Lines {
		if i > 0 {
			words += ","
		}
		words += " " + Money{l.Counted, l.Currency}.String() + " " + l.Method
		if l.Counted != l.Booked {
			words += " (" + l.off() + ")"
		}
	}
	if e.Why != "" {
		words += "; " + e.Why
	}
	return words + "."
}

// off says by how much a count differs from what was booked.
func (l Declared) off() string {
	if l.Counted < l.Booked {
		return Money{l.Booked - l.Counted, l.Currency}.String() + " too little"
	}
	return Money{l.Counted - l.Booked, l.Currency}.String() + " too much"
}

// maxDeclared is how many sums one count of a drawer brings.
const maxDeclared = 40

func (c *CountDrawer) decide(s *State, m Meta) ([]Event, *Refusal) {
	at, r := s.tillShift(m, c.Till)
	if r != nil {
		return nil, r
	}
	switch {
	case c.Date != "":
		if !isDay(c.Date) {
			return nil, badField("date", "is "+strconv.Quote(clip(c.Date))+", but must be a date such as 2026-11-21")
		}
		if r := checkText("shift", c.Shift, MaxID); r != nil {
			return nil, r
		}
		at.Date, at.Shift = Date(c.Date), c.Shift
	case c.Shift != "":
		return nil, badField("date", "is missing: say of which day the shift is")
	}
	d := s.Drawers.Get(at.id())
	if d == nil {
		return nil, Refuse(NoMoney, "drawer", at.Words())
	}
	e := &DrawerCounted{TillShift: d.TillShift, Lines: []Declared{}, Counter: m.Actor, Why: c.Why}
	if e.Lines, r = c.sums(); r != nil {
		return nil, r
	}
	for _, b := range d.Booked() {
		i, found := slices.BinarySearchFunc(e.Lines, b, byMeans)
		switch {
		case found:
			e.Lines[i].Booked = b.Booked
		case b.Method != transferred:
			return nil, Refuse(NotAllCounted, "drawer", d.Words(), "method", b.Method, "currency", b.Currency)
		}
	}
	for _, l := range e.Lines {
		if off := l.Counted - l.Booked; max(off, -off) > int64(max(0, s.Policy.DrawerTolerance)) {
			if e.Differs = true; c.Why == "" {
				return nil, Refuse(DrawerDiffers, "drawer", d.Words(), "method", l.Method, "off", l.off())
			}
		}
	}
	return []Event{e}, nil
}

// sums are the counted sums, sorted, each means and currency once.
func (c *CountDrawer) sums() ([]Declared, *Refusal) {
	if r := firstNo(checkRange("declared", len(c.Declared), 1, maxDeclared), checkText("why", c.Why, MaxText)); r != nil {
		return nil, r
	}
	out := []Declared{}
	for i := range c.Declared {
		x := &c.Declared[i]
		at := "declared[" + strconv.Itoa(i) + "]."
		if r := firstNo(oneWord(at+"method", x.Method, "cash", "card", "voucher"), checkAmount(at+"amount", &x.Amount, -1e12)); r != nil {
			return nil, r
		}
		l := Declared{Method: x.Method, Currency: x.Amount.Currency, Counted: x.Amount.Minor}
		to, twice := slices.BinarySearchFunc(out, l, byMeans)
		if twice {
			return nil, badField(at+"method", "is "+x.Method+" in "+x.Amount.Currency+" for the second time")
		}
		out = slices.Insert(out, to, l)
	}
	return out, nil
}

func (e *DrawerCounted) apply(s *State) {
	d := s.Drawers.change(s, e.id())
	if d == nil {
		return
	}
	d.Counted, d.Counter, d.Why, d.Counts = s.now(), e.Counter, e.Why, slices.Clone(e.Lines)
	s.settle("money_after_count", e.Subject())
	s.settle("drawer_differs", e.Subject())
	if e.Differs {
		off := ""
		for _, l := range e.Lines {
			if l.Counted != l.Booked {
				if off != "" {
					off += ", "
				}
				off += l.Method + " " + l.off()
			}
		}
		s.raise("drawer_differs", e.Subject(), "drawer", d.Words(), "off", off, "why", e.Why, "who", string(e.Counter))
	}
}
