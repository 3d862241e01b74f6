package floor

import (
	"slices"
	"strconv"
)

// Ship-to-store: what the customer will collect is brought here first. Arrived is not ready, and nothing of an
// order is over because its goods are here.

// NotArrived says that goods a customer waits for were not in what was brought.
const NotArrived Reason = "not_arrived"

// ScanArrival says that goods for an order were brought. The order is named, or a parcel that brings it.
type ScanArrival struct {
	Order    OrderID       `json:"order,omitempty"`
	Unit     UnitID        `json:"unit,omitempty"`     // the parcel's SSCC
	Tracking string        `json:"tracking,omitempty"` // or its carrier's number
	Lines    []ArrivedLine `json:"lines,omitempty"`    // what was counted
	All      bool          `json:"all,omitempty"`      // nobody counted: all that is expected is taken to be here, and good
	Last     bool          `json:"last,omitempty"`     // nothing more comes: what is missing leaves for the centre
	Done     bool          `json:"done,omitempty"`     // the parcel is here, though it was booked before: somebody looks at it
}

// ArrivedLine is what came of a line.
type ArrivedLine struct {
	Line    LineID `json:"line"`
	Qty     int    `json:"qty"`               // good ones
	Damaged int    `json:"damaged,omitempty"` // beside them, broken ones
}

// GoodsArrived: goods for an order are here.
type GoodsArrived struct {
	Order    OrderID   `json:"order"`
	Unit     UnitID    `json:"unit,omitempty"`
	Tracking string    `json:"tracking,omitempty"`
	Lines    []Brought `json:"lines"`
	Over     bool      `json:"over,omitempty"` // more came than anybody asked for
	All      bool      `json:"all,omitempty"`  // nobody counted it: what was expected is taken to be here
}

// Brought is what came of a line, and what is not to be expected any more.
type Brought struct {
	Taken
	Damaged int `json:"damaged,omitempty"` // beside the good ones, broken ones: they go to quarantine
	Broken  int `json:"broken,omitempty"`  // of what was wanted, not to be had because it is broken
	Missing int `json:"missing,omitempty"` // of what was wanted, not brought, and not to come
	Transit int `json:"transit,omitempty"` // of all that came, so many were booked as on their way in this parcel
}

// Kind names the command.
func (*ScanArrival) Kind() string { return "arrival.scan" }

// Type and Subject name the event.
func (*GoodsArrived) Type() string      { return "picket.arrival.received.v1" }
func (e *GoodsArrived) Subject() string { return "order/" + string(e.Order) }
func (e *GoodsArrived) doubt() bool     { return e.Over }
func (e *GoodsArrived) tell(n Names) string {
	var good, bad, missing []Taken
	for _, b := range e.Lines {
		for _, x := range []struct {
			list *[]Taken
			qty  int
		}{{&good, b.Qty}, {&bad, b.Damaged}, {&missing, b.Missing}} {
			if x.qty > 0 {
				*x.list = append(*x.list, Taken{SKU: b.SKU, Qty: x.qty})
			}
		}
	}
	words := "Arrived: " + listed(n, good)
	if len(bad) > 0 {
		words += "; broken: " + listed(n, bad)
	}
	if len(missing) > 0 {
		words += "; missing: " + listed(n, missing)
	}
	if e.All {
		words += "; taken as announced, nobody counted it"
	}
	if e.Over {
		words += "; that is more than was asked for"
	}
	return words + "."
}

// brings finds the order that goods are brought for.
func (s *State) brings(c *ScanArrival) (*Order, *Refusal) {
	id, named := c.Order, ""
	switch {
	case id != "":
	case c.Unit != "":
		named = string(c.Unit)
		id = s.Units[c.Unit]
	case c.Tracking != "":
		named = c.Tracking
	default:
		return nil, badField("order", "is missing, and so are unit and tracking")
	}
	if id == "" {
		var found []OrderID
		for oid, o := range s.Orders {
			if slices.Contains(o.Expect, named) {
				found = append(found, oid)
			}
		}
		if len(found) == 0 {
			return nil, Refuse(UnknownUnit, "unit", clip(named))
		}
		id = slices.Min(found)
	}
	o, r := s.collected(id)
	if r == nil && o.Source != "incoming" {
		r = Refuse(NotIncoming, "order", string(id))
	}
	return o, r
}

func (c *ScanArrival) decide(s *State, _ Meta) ([]Event, *Refusal) {
	for _, f := range [][2]string{{"unit", string(c.Unit)}, {"tracking", c.Tracking}} {
		if f[1] != "" {
			if r := check(f); r != nil {
				return nil, r
			}
		}
	}
	o, r := s.brings(c)
	if r != nil {
		return nil, r
	}
	if named, again := o.arrivedBefore(c); again {
		if !c.Done {
			return nil, Refuse(AlreadyArrived, "unit", named)
		}
		return []Event{&ParcelAgain{Order: o.ID, Code: named}}, nil
	}
	came, r := c.came(o)
	if r != nil {
		return nil, r
	}
	e := &GoodsArrived{Order: o.ID, Unit: c.Unit, Tracking: c.Tracking, All: c.All}
	road := map[SKU]int{} // what is booked as on its way in this parcel, and not taken by a line before
	for i := range o.Lines {
		l := &o.Lines[i]
		a, ok := came[l.ID]
		b := Brought{Taken: Taken{Line: l.ID, SKU: l.SKU, Qty: a.Qty}, Damaged: a.Damaged}
		wanted := max(0, l.ToPick()-a.Qty)
		b.Broken = min(a.Damaged, wanted)
		if c.Last {
			b.Missing = wanted - b.Broken
		}
		if !ok && b.Missing == 0 {
			continue
		}
		if c.Unit != "" {
			if _, seen := road[l.SKU]; !seen {
				road[l.SKU] = int(max(0, s.OnHand(InTransitTo(c.Unit), l.SKU)))
			}
			b.Transit = min(road[l.SKU], a.Qty+a.Damaged)
			road[l.SKU] -= b.Transit
		}
		e.Over = e.Over || a.Qty+a.Damaged > l.ToPick()
		e.Lines = append(e.Lines, b)
	}
	if len(e.Lines) == 0 {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return []Event{e}, nil
}

// came says what came of which line.
func (c *ScanArrival) came(o *Order) (map[LineID]ArrivedLine, *Refusal) {
	came := map[LineID]ArrivedLine{}
	if len(c.Lines) == 0 {
		for i := range o.Lines {
			if l := &o.Lines[i]; l.ToPick() > 0 && c.All {
				came[l.ID] = ArrivedLine{Line: l.ID, Qty: l.ToPick()}
			}
		}
		if n := o.toPick(); n > 0 && !c.All && !c.Last {
			return nil, Refuse(ArrivalUncounted, "order", string(o.ID), "n", strconv.Itoa(n))
		}
		return came, nil
	}
	if c.All {
		return nil, badField("all", "goes without lines")
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxLines); r != nil {
		return nil, r
	}
	for i, a := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		if o.Line(a.Line) == nil {
			return nil, Refuse(UnknownLine, "order", string(o.ID), "line", clip(string(a.Line)))
		}
		if r := checkRange(at+".qty", a.Qty, 0, MaxQty); r != nil {
			return nil, r
		}
		if r := checkRange(at+".damaged", a.Damaged, 0, MaxQty); r != nil {
			return nil, r
		}
		if _, twice := came[a.Line]; twice || a.Qty+a.Damaged == 0 {
			return nil, badField(at, "must name a line once, and say how many came")
		}
		came[a.Line] = a
	}
	return came, nil
}

func (e *GoodsArrived) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, named := range []string{string(e.Unit), e.Tracking} {
		if named != "" && len(o.Arrived) < maxArrived && !slices.Contains(o.Arrived, named) {
			o.Arrived = append(o.Arrived, named)
		}
	}
	for _, b := range e.Lines {
		if l := o.Line(b.Line); l != nil {
			l.Picked += b.Qty
			if b.Broken > 0 {
				l.addShort(Damaged, b.Broken)
			}
			if b.Missing > 0 {
				l.addShort(NotArrived, b.Missing)
			}
		}
		good := min(b.Transit, b.Qty)
		s.move(Move{SKU: b.SKU, Qty: good, From: InTransitTo(e.Unit), To: InTote(e.Order)})
		s.move(Move{SKU: b.SKU, Qty: b.Qty - good, From: OnItsWay, To: InTote(e.Order)})
		s.move(Move{SKU: b.SKU, Qty: b.Transit - good, From: InTransitTo(e.Unit), To: Quarantine})
		s.move(Move{SKU: b.SKU, Qty: b.Damaged - (b.Transit - good), From: OnItsWay, To: Quarantine})
	}
	if e.Over {
		s.raise("arrived_over", e.Subject(), "order", string(e.Order))
	}
}
