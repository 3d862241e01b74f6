package floor

import (
	"strconv"
	"time"
)

// Change asks for an order to be served differently: other quantities, another address or service, another
// due time. The site takes what it still can, field by field, and says of the rest how far it is.
type Change struct {
	Order   OrderID    `json:"order"`
	Lines   []LineQty  `json:"lines,omitempty"` // what this site is to serve of them now, in all
	ShipTo  string     `json:"ship_to,omitempty"`
	Carrier string     `json:"carrier,omitempty"`
	Service string     `json:"service,omitempty"`
	Due     *time.Time `json:"due,omitempty"`
	Note    string     `json:"note,omitempty"`
}

// ChangeTaken: the order is this now. Quantities are differences, so that they commute with all else.
type ChangeTaken struct {
	Order   OrderID    `json:"order"`
	Lines   []LineQty  `json:"lines,omitempty"` // how much more is asked for; less is negative
	ShipTo  string     `json:"ship_to,omitempty"`
	Carrier string     `json:"carrier,omitempty"`
	Service string     `json:"service,omitempty"`
	Due     *time.Time `json:"due,omitempty"`
	Note    string     `json:"note,omitempty"`
}

// ChangeRefused: these fields stay as they were.
type ChangeRefused struct {
	Order  OrderID    `json:"order"`
	Fields []NotTaken `json:"fields"`
}

// NotTaken is a field that could not be changed, and how far the order is with it.
type NotTaken struct {
	Field string    `json:"field"`
	State PartState `json:"state"`
}

// Kind names the command.
func (*Change) Kind() string { return "order.change" }

// Type and Subject name the event.
func (*ChangeTaken) Type() string      { return "picket.amend.accepted.v1" }
func (e *ChangeTaken) Subject() string { return "order/" + string(e.Order) }
func (e *ChangeTaken) tell(Names) string {
	words := "Changed by the centre:"
	for _, l := range e.Lines {
		words += " line " + string(l.Line) + " by " + signed(l.Qty) + ","
	}
	for _, f := range [][2]string{{"another address", e.ShipTo}, {"carrier " + e.Carrier, e.Carrier}, {"service " + e.Service, e.Service}, {"the note", e.Note}} {
		if f[1] != "" {
			words += " " + f[0] + ","
		}
	}
	if e.Due != nil {
		words += " due " + e.Due.UTC().Format("2006-01-02 15:04") + " UTC,"
	}
	return words[:len(words)-1] + "."
}

func signed(n int) string {
	if n > 0 {
		return "+" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Type and Subject name the event.
func (*ChangeRefused) Type() string      { return "picket.amend.refused.v1" }
func (e *ChangeRefused) Subject() string { return "order/" + string(e.Order) }
func (e *ChangeRefused) tell(Names) string {
	words := "The centre's change came too late for"
	for i, f := range e.Fields {
		if i > 0 {
			words += ","
		}
		words += " " + f.Field + " (" + plain(string(f.State)) + ")"
	}
	return words + "."
}

func (c *Change) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := c.check(o); r != nil {
		return nil, r
	}
	yes, no := &ChangeTaken{Order: o.ID}, &ChangeRefused{Order: o.ID}
	left := o.furthestLeft()
	whole := left // from here on nothing more goes into the order
	if whole == "" {
		whole = o.packedWhole()
	}
	for _, q := range c.Lines {
		l := o.Line(q.Line)
		more := q.Qty - l.Wanted()
		switch near, far := o.loosely(l); {
		case more == 0:
		case more > 0 && whole == "" && o.Open(), more < 0 && -more <= near:
			yes.Lines = append(yes.Lines, LineQty{Line: l.ID, Qty: more})
		case more > 0 && whole == "":
			no.Fields = append(no.Fields, NotTaken{Field: "line " + string(l.ID), State: CancelledPart})
		case more > 0:
			no.Fields = append(no.Fields, NotTaken{Field: "line " + string(l.ID), State: whole})
		default:
			no.Fields = append(no.Fields, NotTaken{Field: "line " + string(l.ID), State: far})
		}
	}
	relabel := false
	for _, f := range []struct {
		name, want string
		have       string
		to         *string
	}{{"ship_to", c.ShipTo, o.ShipTo, &yes.ShipTo}, {"carrier", c.Carrier, o.Carrier, &yes.Carrier}, {"service", c.Service, o.Service, &yes.Service}} {
		switch {
		case f.want == "" || f.want == f.have:
		case left != "":
			no.Fields = append(no.Fields, NotTaken{Field: f.name, State: left})
		case o.anyPrinting():
			no.Fields = append(no.Fields, NotTaken{Field: f.name, State: Packed})
		default:
			*f.to, relabel = f.want, true
		}
	}
	if c.Due != nil && !c.Due.Equal(o.Due) {
		due := c.Due.UTC()
		yes.Due = &due
	}
	if c.Note != o.Note {
		yes.Note = c.Note
	}
	var out []Event
	if relabel {
		for i := range o.Units {
			if u := &o.Units[i]; u.State == UnitClosed && o.Labelled(u.ID) {
				out = append(out, &LabelVoided{Order: o.ID, Unit: u.ID, Reason: "the order was changed"})
			}
		}
	}
	if len(yes.Lines) > 0 || relabel || yes.Due != nil || yes.Note != "" {
		out = append(out, yes)
	}
	if len(no.Fields) > 0 {
		out = append(out, no)
	}
	if len(out) == 0 {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return out, nil
}

func (c *Change) check(o *Order) *Refusal {
	if r := checkRange("lines", len(c.Lines), 0, MaxLines); r != nil {
		return r
	}
	seen := map[LineID]bool{}
	for i, q := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		if o.Line(q.Line) == nil {
			return Refuse(UnknownLine, "order", string(o.ID), "line", string(q.Line))
		}
		if r := checkRange(at+".qty", q.Qty, 0, MaxQty); r != nil {
			return r
		}
		if seen[q.Line] {
			return badField(at+".line", "is "+string(q.Line)+" for the second time")
		}
		seen[q.Line] = true
	}
	for _, f := range [][2]string{{"note", c.Note}, {"service", c.Service}, {"ship_to", c.ShipTo}} {
		if r := checkText(f[0], f[1], MaxText); r != nil {
			return r
		}
	}
	if r := checkCarrier(c.Carrier); r != nil {
		return r
	}
	if c.Due != nil && (c.Due.Year() < 2000 || c.Due.Year() > 9999 || c.Due.Before(o.NotBefore)) {
		return badField("due", "is "+c.Due.Format(time.RFC3339)+", which is no time this order could be due")
	}
	return nil
}

// loosely is how many of a line can be wanted less without opening a parcel or touching what left, and how
// far the nearest of the rest is.
func (o *Order) loosely(l *Line) (near int, far PartState) {
	for _, p := range o.Parts(l) { // the furthest first
		switch {
		case !p.State.live():
		case p.Unit == "" && !p.State.Left() && !o.away(&p):
			near += p.Qty
		default:
			far = p.State
		}
	}
	if far == "" {
		far = CancelledPart
	}
	return near, far
}

// furthestLeft is the state of what has left the building, empty while nothing has.
func (o *Order) furthestLeft() PartState {
	for i := range o.Lines {
		for _, p := range o.Parts(&o.Lines[i]) {
			if p.State.Left() {
				return p.State
			}
		}
	}
	return ""
}

// packedWhole is how far an order is of which everything wanted stands in closed parcels; empty while something
// is still to be picked or packed. What is collected is packed into no parcel.
func (o *Order) packedWhole() PartState {
	if o.unpacked() > 0 {
		return ""
	}
	var at PartState
	for i := range o.Units {
		if u := &o.Units[i]; u.State == UnitClosed && len(u.Contents) > 0 {
			if at = Packed; o.Labelled(u.ID) {
				return AwaitingCarrier
			}
		}
	}
	return at
}

// anyPrinting: a label may be coming out at this moment, and nobody can say with which address.
func (o *Order) anyPrinting() bool {
	for i := range o.Units {
		if o.printing(o.Units[i].ID) {
			return true
		}
	}
	return false
}

func (e *ChangeTaken) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, q := range e.Lines {
		if l := o.Line(q.Line); l != nil {
			l.Qty += q.Qty
			if q.Qty > 0 {
				o.Finished = false
			}
		}
	}
	for _, f := range []struct{ to, from *string }{{&o.ShipTo, &e.ShipTo}, {&o.Carrier, &e.Carrier}, {&o.Service, &e.Service}, {&o.Note, &e.Note}} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if e.Due != nil {
		o.Due = *e.Due
	}
}

// It changes nothing.
func (*ChangeRefused) apply(*State) {}
