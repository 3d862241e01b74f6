package floor

import (
	"slices"
	"strconv"
)

// Recall asks for an order back, or for some of it. What the site has not begun is let go at once; what is
// picked or packed is let go by policy, and put back; what has left the building stays gone. The site answers
// line by line.
type Recall struct {
	Order OrderID   `json:"order"`
	Lines []LineQty `json:"lines,omitempty"` // empty: all of it; qty 0: all of the line
	Cause Cause     `json:"cause"`
}

// RecallGranted: the site no longer serves these quantities, and the authority over them is the centre's again.
type RecallGranted struct {
	Order    OrderID     `json:"order"`
	Cause    Cause       `json:"cause"`
	Progress PartState   `json:"progress"` // how far the furthest of them was
	Lines    []LineState `json:"lines"`
	Rest     int         `json:"rest,omitempty"` // lines that were still to come, and are not waited for
}

// RecallRefused: these quantities are too far to be let go.
type RecallRefused struct {
	Order OrderID     `json:"order"`
	Cause Cause       `json:"cause"`
	Why   string      `json:"why"` // left, permit, custody, policy
	Lines []LineState `json:"lines"`
}

// LineState is a quantity of a line and how far it was.
type LineState struct {
	Line  LineID    `json:"line"`
	Qty   int       `json:"qty"`
	State PartState `json:"state"`
}

// Kind names the command.
func (*Recall) Kind() string { return "order.recall" }

// Type and Subject name the event.
func (*RecallGranted) Type() string      { return "picket.assignment.released.v1" }
func (e *RecallGranted) Subject() string { return "order/" + string(e.Order) }
func (e *RecallGranted) tell(Names) string {
	return "Let go of " + plural(unitsOf(e.Lines), "unit") + " (" + causeWords(e.Cause) + "), " + plain(string(e.Progress)) + " until now."
}

// Type and Subject name the event.
func (*RecallRefused) Type() string      { return "picket.recall.refused.v1" }
func (e *RecallRefused) Subject() string { return "order/" + string(e.Order) }
func (e *RecallRefused) tell(Names) string {
	n := unitsOf(e.Lines)
	words := "Kept " + plural(n, "unit") + " that the centre wanted back: "
	switch e.Why {
	case "left":
		return words + of(n, "it has left.", "they have left.")
	case "permit":
		return words + "the permit was here first."
	case "recovering":
		return words + "the site has lost records and does not know everything yet."
	case "custody":
		return words + "a device that may be out of reach has " + of(n, "it.", "them.")
	}
	return words + of(n, "it is", "they are") + " too far, by this site's policy."
}

func unitsOf(lines []LineState) int {
	n := 0
	for _, l := range lines {
		n += l.Qty
	}
	return n
}

func causeWords(c Cause) string {
	switch c {
	case ByCustomer:
		return "the customer cancelled"
	case ByCentre:
		return "the centre took it back"
	case NoStock:
		return "there is no stock"
	}
	return plain(string(c))
}

// The policies of grant_recall: what the site lets go of.
const (
	grantUnpicked = "until_picked" // nothing that is picked
	grantPicked   = "until_packed" // picked goods too, but no closed parcel and nothing on the shelf
	grantAll      = "until_left"   // whatever is still in the building
)

func (c *Recall) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := oneWord("cause", string(c.Cause), string(ByCustomer), string(ByCentre), string(NoStock)); r != nil {
		return nil, r
	}
	wants, r := c.wants(o)
	if r != nil {
		return nil, r
	}
	t := taking{s: s, o: o, into: map[UnitID][]LineQty{}}
	kept := map[string][]LineState{}
	for i := range o.Lines {
		l := &o.Lines[i]
		if want := wants[l.ID]; want > 0 {
			t.line(l, want, kept)
		}
	}
	rest := 0
	if len(c.Lines) == 0 {
		rest = o.Coming
	}
	if len(t.granted) == 0 && len(kept) == 0 && rest == 0 {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	out := t.undo("the order was taken back")
	for _, piece := range inPieces(t.granted) {
		out = append(out, &RecallGranted{Order: o.ID, Cause: c.Cause, Progress: t.progress, Lines: piece, Rest: rest})
		rest = 0
	}
	if rest > 0 {
		out = append(out, &RecallGranted{Order: o.ID, Cause: c.Cause, Progress: Assigned, Lines: []LineState{}, Rest: rest})
	}
	for _, why := range []string{"left", "recovering", "permit", "custody", "policy"} {
		for _, piece := range inPieces(kept[why]) {
			out = append(out, &RecallRefused{Order: o.ID, Cause: c.Cause, Why: why, Lines: piece})
		}
	}
	return out, nil
}

// wants is how many units of each line are asked back.
func (c *Recall) wants(o *Order) (map[LineID]int, *Refusal) {
	if r := checkRange("lines", len(c.Lines), 0, MaxOrderLines); r != nil {
		return nil, r
	}
	wants := make(map[LineID]int, len(o.Lines))
	if len(c.Lines) == 0 {
		for i := range o.Lines {
			wants[o.Lines[i].ID] = o.Lines[i].Wanted()
		}
		return wants, nil
	}
	for i, q := range c.Lines {
		l := o.Line(q.Line)
		if l == nil {
			return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(q.Line))
		}
		if r := checkRange("lines["+strconv.Itoa(i)+"].qty", q.Qty, 0, MaxQty); r != nil {
			return nil, r
		}
		if _, twice := wants[l.ID]; twice {
			return nil, badField("lines["+strconv.Itoa(i)+"].line", "is "+string(l.ID)+" for the second time")
		}
		if wants[l.ID] = l.Wanted(); q.Qty > 0 {
			wants[l.ID] = min(q.Qty, l.Wanted())
		}
	}
	return wants, nil
}

// taking is what has to be undone so that quantities can be let go: goods taken out of open parcels, closed
// parcels undone.
type taking struct {
	s        *State
	o        *Order
	into     map[UnitID][]LineQty // what comes out of open parcels
	voided   []UnitID             // closed parcels to be undone
	granted  []LineState
	progress PartState
}

// line takes back up to want of a line, nearest first, and notes what cannot be.
func (t *taking) line(l *Line, want int, kept map[string][]LineState) {
	o := t.o
	policy := t.s.Policy.GrantRecall
	parts := o.Parts(l)
	granted, left := 0, want
	furthest := PartState("")
	slices.SortStableFunc(parts, func(a, b Part) int { return a.State.stage() - b.State.stage() })
	for i := range parts {
		p := &parts[i]
		n := min(left, p.Qty)
		if n == 0 || !p.State.live() {
			continue
		}
		left -= n
		why := ""
		switch {
		case p.State.Left():
			why = "left"
		case t.s.Recovery != nil:
			why = "recovering"
		case o.Permit:
			why = "permit"
		case o.away(p):
			why = "custody"
		case p.State.stage() > 0 && policy == grantUnpicked, p.State.stage() > 1 && policy == grantPicked:
			why = "policy"
		}
		if why != "" && on(RuleRequest) {
			kept[why] = append(kept[why], LineState{Line: l.ID, Qty: n, State: p.State})
			continue
		}
		granted += n
		furthest = p.State
		t.out(l, p, n)
	}
	if granted > 0 {
		t.granted = append(t.granted, LineState{Line: l.ID, Qty: granted, State: furthest})
		if t.progress == "" || furthest.stage() >= t.progress.stage() {
			t.progress = furthest
		}
	}
}

// away says whether a device alone may give a part to its customer, even out of reach: nobody else can say
// whether it is still here.
func (o *Order) away(p *Part) bool {
	return o.Pickup != nil && o.Pickup.Custody != "" && p.Unit == "" && p.State.stage() == 2
}

// out takes n of a part out of its parcel.
func (t *taking) out(l *Line, p *Part, n int) {
	u := t.o.Unit(p.Unit)
	if u == nil {
		return
	}
	if u.State == UnitOpen {
		t.into[u.ID] = append(t.into[u.ID], LineQty{Line: l.ID, Qty: n})
		return
	}
	for _, id := range t.voided {
		if id == u.ID {
			return
		}
	}
	t.voided = append(t.voided, u.ID)
}

// undo is the events that take goods out of their parcels, in the order of the parcels.
func (t *taking) undo(why string) []Event {
	var out []Event
	for i := range t.o.Units {
		u := &t.o.Units[i]
		taken, held := 0, 0
		for _, q := range t.into[u.ID] {
			taken += q.Qty
		}
		for _, c := range u.Contents {
			held += c.Qty
		}
		if taken > 0 && taken == held { // an empty parcel is of no use
			t.voided = append(t.voided, u.ID)
			t.into[u.ID] = nil
		}
		for _, q := range t.into[u.ID] {
			out = append(out, &UnitTaken{Order: t.o.ID, Unit: u.ID, Line: q.Line, SKU: t.o.Line(q.Line).SKU, Qty: q.Qty})
		}
		for _, id := range t.voided {
			if id == u.ID {
				out = append(out, &UnitVoided{Order: t.o.ID, Unit: u.ID, Contents: append([]Content(nil), u.Contents...), Reason: why})
			}
		}
	}
	return out
}

func (e *RecallGranted) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, q := range e.Lines {
		if l := o.Line(q.Line); l != nil {
			l.cancel(e.Cause, q.Qty)
		}
	}
	o.Coming = max(0, o.Coming-e.Rest)
	if o.inVain() && !o.TakenBack {
		o.TakenBack = true
		s.raise("taken_back", e.Subject(), "order", string(e.Order), "why", causeWords(e.Cause))
	}
}

// inVain says whether anything of the order was picked beyond what is wanted.
func (o *Order) inVain() bool {
	for i := range o.Lines {
		if o.Lines[i].Surplus() > 0 {
			return true
		}
	}
	return false
}

// It changes nothing: the site keeps what it has.
func (*RecallRefused) apply(*State) {}

// InHouse says whether a part is still to be served by this site: it is wanted, and has not left.
func (p PartState) InHouse() bool { return p.live() && !p.Left() }

// live says whether a part still counts for what is wanted.
func (p PartState) live() bool {
	switch p {
	case Declined, ShortPart, CancelledPart, PutBackDuePart:
		return false
	}
	return true
}

// Left says whether a part is out of the building, or was.
func (p PartState) Left() bool {
	switch p {
	case ShippedPart, HandedOver, ReturnedPart, Undelivered, InTransit, Received:
		return true
	}
	return false
}

// stage is how far a part is: 0 not picked, 1 picked, 2 packed or on the shelf, 3 out of the building.
func (p PartState) stage() int {
	switch p {
	case Picked, Arrived:
		return 1
	case Packed, AwaitingCarrier, StagedPart, ReadyPart:
		return 2
	}
	if p.Left() {
		return 3
	}
	return 0
}
