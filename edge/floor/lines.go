package floor

import "strconv"

// MoreLines brings further lines of a large order, in the order they stand in it.
type MoreLines struct {
	Order OrderID     `json:"order"`
	From  int         `json:"from"` // how many lines came before
	Lines []AskedLine `json:"lines"`
}

// LinesTaken: the site has these lines too.
type LinesTaken struct{ MoreLines }

// MaxOrderLines is the most lines an order has in all.
const MaxOrderLines = 2000

// Kind names the command.
func (*MoreLines) Kind() string { return "order.lines" }

// Type and Subject name the event.
func (*LinesTaken) Type() string      { return "picket.assignment.extended.v1" }
func (e *LinesTaken) Subject() string { return "order/" + string(e.Order) }
func (e *LinesTaken) tell(Names) string {
	return "The site has " + plural(len(e.Lines), "more line") + " of it."
}

func (c *MoreLines) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxLines); r != nil {
		return nil, r
	}
	if c.From < len(o.Lines) || o.Coming == 0 { // a feed that was issued anew brings them twice
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	if c.From > len(o.Lines) {
		return nil, badField("from", "is "+strconv.Itoa(c.From)+", but "+strconv.Itoa(len(o.Lines))+" lines came before")
	}
	if r := firstNo(checkRange("lines", len(c.Lines), 1, o.Coming), checkLines(o, c.Lines), checkSize("lines", c)); r != nil {
		return nil, r
	}
	return append(append([]Event{&LinesTaken{*c}}, s.missing(c.Order, c.Lines)...), s.overdrawn(c.Order, c.Lines)...), nil
}

func (e *LinesTaken) apply(s *State) {
	o := s.order(e.Order)
	if o == nil || e.From != len(o.Lines) {
		return
	}
	s.drawAllotted(e.Lines)
	o.ask(e.Lines)
	o.Coming = max(0, o.Coming-len(e.Lines))
}

// inPieces cuts a list into pieces that fit a record each.
func inPieces[T any](list []T) [][]T {
	var out [][]T
	for len(list) > MaxLines {
		out = append(out, list[:MaxLines])
		list = list[MaxLines:]
	}
	if len(list) > 0 {
		out = append(out, list)
	}
	return out
}
