package floor

import (
	"slices"
	"strconv"
)

// HandOut gives an order, or some of it, to the person at the counter. It wants a valid authorisation, unless
// it has happened already (Done): then it is recorded whatever the rules say.
type HandOut struct {
	Order  OrderID     `json:"order"`
	Lines  []LineQty   `json:"lines,omitempty"` // none: all that stands on the shelf
	Done   bool        `json:"done,omitempty"`
	Method ProofMethod `json:"method,omitempty"` // what the device that has custody of it was shown, out of reach
}

// HandedOut: the customer has these.
type HandedOut struct {
	Order   OrderID     `json:"order"`
	Lines   []Given     `json:"lines"`
	Method  ProofMethod `json:"method,omitempty"`
	Last    bool        `json:"last,omitempty"`    // nothing is left on the shelf for them
	Doubted Code        `json:"doubted,omitempty"` // the rules said no, for this reason, and they have it
	Also    []Code      `json:"also,omitempty"`    // and for these
	Due     *Money      `json:"due,omitempty"`     // still to be paid when they got it
}

// Given is a quantity the customer has.
type Given struct {
	Taken
	Loose   int `json:"loose,omitempty"`   // of it, never put on the shelf
	Revived int `json:"revived,omitempty"` // of it, given up before because nobody came
}

// Reverse takes a hand-over back. It is a lead's to say.
type Reverse struct {
	Order     OrderID      `json:"order"`
	Lines     []LineQty    `json:"lines,omitempty"` // none: all that was handed over
	To        string       `json:"to"`              // staging or quarantine
	Shelf     BinID        `json:"shelf,omitempty"` // of staging
	Why       string       `json:"why"`
	Approvals []ApprovalID `json:"approvals,omitempty"`

	KeepMoney bool   `json:"keep_money,omitempty"` // what was paid for it stays here, though nothing of it stays with the customer
	Till      string `json:"till,omitempty"`       // which gives the money back; empty: where the command comes from
}

// HandoutReversed: the goods are here again, and the customer has not got them.
type HandoutReversed struct {
	Order OrderID `json:"order"`
	Lines []Taken `json:"lines"`
	To    string  `json:"to"`
	Shelf BinID   `json:"shelf,omitempty"`
	Why   string  `json:"why"`
	Overridden
}

// Kind names the command.
func (*HandOut) Kind() string { return "collect.handover" }

// Kind names the command.
func (*Reverse) Kind() string { return "collect.reverse" }

// Type and Subject name the event.
func (*HandedOut) Type() string      { return "picket.pickup.handed_over.v1" }
func (e *HandedOut) Subject() string { return "order/" + string(e.Order) }
func (e *HandedOut) doubt() bool     { return e.Doubted != "" || e.late() }

// why names every rule that was passed over.
func (e *HandedOut) why() string {
	words := plain(string(e.Doubted))
	for _, c := range e.Also {
		words += ", " + plain(string(c))
	}
	if e.Due != nil {
		words += " of " + e.Due.String()
	}
	return words
}

func (e *HandedOut) late() bool {
	for _, g := range e.Lines {
		if g.Revived > 0 {
			return true
		}
	}
	return false
}

func (e *HandedOut) tell(n Names) string {
	words := "Handed over " + listed(n, takings(e.Lines))
	if e.late() {
		words += ", after it was given up"
	}
	if e.Doubted != "" {
		words += ", though the rules said no (" + e.why() + ")"
	}
	if !e.Last {
		return words + "; the rest waits on the shelf."
	}
	return words + "."
}

func takings(given []Given) []Taken {
	out := make([]Taken, len(given))
	for i, g := range given {
		out[i] = g.Taken
	}
	return out
}

// Type and Subject name the event.
func (*HandoutReversed) Type() string      { return "picket.pickup.reversed.v1" }
func (e *HandoutReversed) Subject() string { return "order/" + string(e.Order) }
func (e *HandoutReversed) tell(n Names) string {
	to := "quarantine"
	if e.To == "staging" {
		to = "shelf " + string(e.Shelf)
	}
	return "Hand-over of " + listed(n, e.Lines) + " taken back to " + to + " on the word of " + people(e.By) + ": " + e.Why + "."
}

// onHand sums what the counter may hand over: what is on the shelf for the customer, and what was given up
// because nobody came and still stands there.
func (o *Order) onHand() int {
	n := 0
	for i := range o.Lines {
		n += o.handable(&o.Lines[i])
	}
	return n
}

func (o *Order) handable(l *Line) int { return o.OnShelf(l) + o.revivable(l) }

// revivable is what of a line was given up because nobody came, and still stands on the shelf.
func (o *Order) revivable(l *Line) int {
	return max(0, min(l.cancelled(NoShow), l.Staged-o.OnShelf(l)))
}

func (l *Line) cancelled(cause Cause) int {
	for _, c := range l.Cancelled {
		if c.Cause == cause {
			return c.Qty
		}
	}
	return 0
}

func (c *HandOut) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if c.Method != "" {
		if r := oneWord("method", string(c.Method), "code", "otp", "id", "signature", "proxy"); r != nil {
			return nil, r
		}
	}
	lines, r := o.chosen(c.Lines, o.handable)
	if r != nil {
		return nil, r
	}
	if len(lines) == 0 {
		return nil, Refuse(NothingOnShelf, "order", string(o.ID))
	}
	no := s.handable(o, c, m)
	e := &HandedOut{Order: o.ID, Method: c.Method}
	left := o.onShelves()
	for _, q := range lines {
		l := o.Line(q.Line)
		if l.Handed > 0 && q.Qty > l.Qty-l.Handed { // there is no more of it: they have it already
			return nil, Refuse(HandedAlready, "got", s.name(l.SKU), "qty", strconv.Itoa(l.Handed))
		}
		on, back := o.OnShelf(l), o.revivable(l)
		if q.Qty > l.Qty {
			return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(q.Qty), "left", strconv.Itoa(on+back))
		}
		if q.Qty > on+back && no == nil {
			no = Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(q.Qty), "left", strconv.Itoa(on+back))
		}
		g := Given{Taken: Taken{Line: l.ID, SKU: l.SKU, Qty: q.Qty}}
		g.Revived = min(back, max(0, q.Qty-on))
		g.Loose = max(0, q.Qty-l.Staged)
		left -= min(on, q.Qty)
		e.Lines = append(e.Lines, g)
	}
	if no != nil {
		if !c.Done {
			return nil, no
		}
		e.Doubted = no.Code
		s.passedOver(o, e, m)
	}
	e.Last = left == 0
	return []Event{e}, nil
}

// passedOver adds the rules that were passed over beside the first: nobody saw how old the customer is, and money is due.
// An authorisation that is good stands for both, because none is given without them.
func (s *State) passedOver(o *Order, e *HandedOut, m Meta) {
	if a := o.counter().Auth; s.AgeOf(o) > 0 && (a == nil || !m.Now.Before(a.Until)) && e.Doubted != AgeNotChecked {
		e.Also = append(e.Also, AgeNotChecked)
	}
	if due := o.StillDue(); due.Minor > 0 {
		if e.Due = &due; e.Doubted != PaymentDue {
			e.Also = append(e.Also, PaymentDue)
		}
	}
}

// handable says why an order may not be handed over at this moment.
func (s *State) handable(o *Order, c *HandOut, m Meta) *Refusal {
	if r := o.elsewhere(m); r != nil {
		return r
	}
	p := o.counter()
	if r, may := s.leaving(o, m.Now); r != nil && !(may && p.Auth != nil && len(p.Auth.Allowed) > 0) {
		return r
	}
	switch a := p.Auth; {
	case p.Custody != "" && p.Custody == m.Device && c.Done && c.Method != "":
		return nil // this device alone had the order, and says what it was shown
	case a == nil || !m.Now.Before(a.Until):
		return Refuse(NotAuthorised, "order", string(o.ID), "left", joined(s.ProofNeeded(o)))
	case len(a.Left) > 0:
		return Refuse(NotAuthorised, "order", string(o.ID), "left", joined(a.Left))
	}
	if due := o.StillDue(); due.Minor > 0 { // a payment was undone since
		return Refuse(PaymentDue, "order", string(o.ID), "due", due.String())
	}
	return nil
}

func (e *HandedOut) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for _, g := range e.Lines {
		if l := o.Line(g.Line); l != nil {
			o.offShelf(l, g.Qty-g.Loose)
			l.Handed += g.Qty
			if g.Revived > 0 {
				l.cancel(NoShow, -g.Revived)
			}
		}
		if g.Revived > 0 {
			s.unrestock(e.Order, g.SKU, g.Revived)
		}
		s.move(Move{SKU: g.SKU, Qty: g.Qty - g.Loose, From: OnShelfOf(e.Order), To: Collected})
		s.move(Move{SKU: g.SKU, Qty: g.Loose, From: InTote(e.Order), To: Collected})
	}
	o.gone(s.happened())
	if e.Doubted != "" {
		s.raise("unproved_pickup", e.Subject(), "order", string(e.Order), "why", e.why())
	}
	if e.Due != nil {
		s.raise("unpaid_pickup", e.Subject(), "order", string(e.Order), "due", e.Due.String())
	}
	if e.late() {
		s.raise("late_pickup", e.Subject(), "order", string(e.Order))
	}
	o.rest()
}

func (c *Reverse) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkNote("why", c.Why); r != nil {
		return nil, r
	}
	if r := oneWord("to", c.To, "staging", "quarantine"); r != nil {
		return nil, r
	}
	e := &HandoutReversed{Order: o.ID, To: c.To, Why: c.Why}
	if c.To == "staging" {
		if r := s.shelf(c.Shelf, o); r != nil {
			return nil, r
		}
		e.Shelf = c.Shelf
	}
	has := func(l *Line) int { return l.Handed - l.Returned }
	lines, r := o.chosen(c.Lines, has)
	if r != nil {
		return nil, r
	}
	if len(lines) == 0 {
		return nil, Refuse(NotHanded, "order", string(o.ID))
	}
	for _, q := range lines {
		l := o.Line(q.Line)
		if left := has(l); q.Qty > left {
			return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(q.Qty), "left", strconv.Itoa(left))
		}
		e.Lines = append(e.Lines, Taken{Line: l.ID, SKU: l.SKU, Qty: q.Qty})
	}
	by, no := s.override(m, e.Subject(), c.Approvals)
	if no != nil {
		return nil, no
	}
	e.By = by
	kept := 0
	for i := range o.Lines {
		kept += has(&o.Lines[i])
	}
	for _, t := range e.Lines {
		kept -= t.Qty
	}
	if kept > 0 || c.KeepMoney {
		return []Event{e}, nil
	}
	at, r := s.tillShift(m, c.Till)
	if r != nil {
		return nil, r
	}
	return append([]Event{e}, s.giveBack(o, at, c.Why)...), nil
}

func (e *HandoutReversed) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	to := Quarantine
	if e.To == "staging" {
		to = OnShelfOf(e.Order)
	}
	for _, t := range e.Lines {
		if l := o.Line(t.Line); l != nil {
			l.Handed -= t.Qty
			if l.Told = l.Told - t.Qty; e.To == "staging" {
				l.Staged += t.Qty
				o.pickup().shelve(e.Shelf, t.Line, t.Qty)
			} else {
				l.Picked -= t.Qty // the customer is owed another one
				o.Finished = false
			}
		}
		s.move(Move{SKU: t.SKU, Qty: t.Qty, From: Collected, To: to})
	}
	if !slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Handed > 0 }) {
		s.settle("unpaid_pickup", e.Subject()) // nobody has goods that are not paid for
	}
}
