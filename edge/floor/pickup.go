package floor

import (
	"slices"
	"sort"
	"time"
)

// Pickup is what the counter knows of an order that is collected.
type Pickup struct {
	Shelves  []Shelved `json:"shelves,omitempty"` // by shelf, then line
	Bags     int       `json:"bags,omitempty"`    // how many bags people said it is
	Since    time.Time `json:"since,omitzero"`    // since when what is ready can be collected
	Told     time.Time `json:"told,omitzero"`     // when the notice went out
	By       time.Time `json:"by,omitzero"`       // until when it is kept; zero: the clock has not started
	Fixed    bool      `json:"fixed,omitempty"`   // a person set By
	Reminded time.Time `json:"reminded,omitzero"`
	Here     *Waiting  `json:"here,omitempty"` // the customer is waiting
	Auth     *Auth     `json:"auth,omitempty"` // it may be handed over
	Wrong    int       `json:"wrong,omitempty"`
	OTP      *OneTime  `json:"otp,omitempty"`
	Paid     []Payment `json:"paid,omitempty"`
	Custody  DeviceID  `json:"custody,omitempty"` // the only device that may hand it over
}

// Shelved is how many units of a line stand on a staging shelf.
type Shelved struct {
	Shelf BinID  `json:"shelf"`
	Line  LineID `json:"line"`
	Qty   int    `json:"qty"`
}

// Waiting is a customer who is here.
type Waiting struct {
	Since   time.Time `json:"since"`
	How     string    `json:"how"` // counter or curbside
	Bay     string    `json:"bay,omitempty"`
	Vehicle string    `json:"vehicle,omitempty"`
}

// Auth is the permission to hand an order over. It is an intent: it says nothing about where the goods are.
type Auth struct {
	Until   time.Time     `json:"until"`
	Methods []ProofMethod `json:"methods"`           // shown so far
	Left    []ProofMethod `json:"left,omitempty"`    // still to be shown
	By      UserID        `json:"by,omitempty"`      // who checked
	Allowed []UserID      `json:"allowed,omitempty"` // who overrode
}

// OneTime is a one-time password the centre sent to the customer, as a salted digest.
type OneTime struct {
	Salt  string    `json:"salt"`
	Hash  string    `json:"hash"`
	Until time.Time `json:"until"`
}

// Payment is money taken at the counter.
type Payment struct {
	Amount  Money  `json:"amount"`
	Method  string `json:"method"`
	Receipt string `json:"receipt"` // the till's reference
}

func (p *Pickup) clone() *Pickup {
	if p == nil {
		return nil
	}
	c := *p
	c.Shelves, c.Paid = slices.Clone(p.Shelves), slices.Clone(p.Paid)
	if p.Here != nil {
		h := *p.Here
		c.Here = &h
	}
	if p.Auth != nil {
		a := *p.Auth
		a.Methods, a.Left, a.Allowed = slices.Clone(a.Methods), slices.Clone(a.Left), slices.Clone(a.Allowed)
		c.Auth = &a
	}
	if p.OTP != nil {
		o := *p.OTP
		c.OTP = &o
	}
	return &c
}

// pickup gives what the counter knows, to be written; it belongs to an order that s.order gave.
func (o *Order) pickup() *Pickup {
	if o.Pickup == nil {
		o.Pickup = &Pickup{}
	}
	return o.Pickup
}

// counter gives what the counter knows, to be read: never nil.
func (o *Order) counter() *Pickup {
	if o.Pickup == nil {
		return &Pickup{}
	}
	return o.Pickup
}

// shelve puts units of a line on a shelf, or takes them off with a negative quantity. Shelves stay sorted, so
// that the order of the facts leaves no trace.
func (p *Pickup) shelve(shelf BinID, line LineID, qty int) {
	at := sort.Search(len(p.Shelves), func(i int) bool {
		s := &p.Shelves[i]
		return s.Shelf > shelf || s.Shelf == shelf && s.Line >= line
	})
	if at == len(p.Shelves) || p.Shelves[at].Shelf != shelf || p.Shelves[at].Line != line {
		p.Shelves = slices.Insert(p.Shelves, at, Shelved{Shelf: shelf, Line: line})
	}
	if p.Shelves[at].Qty += qty; p.Shelves[at].Qty == 0 {
		p.Shelves = slices.Delete(p.Shelves, at, at+1)
	}
}

// offShelf takes units of a line off the staging shelf, whichever of them they stand on.
func (o *Order) offShelf(l *Line, qty int) {
	l.Staged -= qty
	p := o.pickup()
	for i := 0; i < len(p.Shelves) && qty > 0; {
		if s := p.Shelves[i]; s.Line == l.ID && s.Qty > 0 {
			n := min(qty, s.Qty)
			qty -= n
			if p.shelve(s.Shelf, s.Line, -n); n == s.Qty {
				continue
			}
		}
		i++
	}
}

// Shelves lists the staging shelves an order stands on.
func (o *Order) Shelves() []BinID {
	var out []BinID
	for _, s := range o.counter().Shelves {
		if len(out) == 0 || out[len(out)-1] != s.Shelf {
			out = append(out, s.Shelf)
		}
	}
	return out
}

// onShelves sums what stands on the staging shelf for the customer.
func (o *Order) onShelves() int {
	n := 0
	for i := range o.Lines {
		n += o.OnShelf(&o.Lines[i])
	}
	return n
}

// toldOf sums what the customer may collect.
func (o *Order) toldOf() int {
	n := 0
	for i := range o.Lines {
		n += o.Told(&o.Lines[i])
	}
	return n
}

// rest ends what only mattered while something stood on the shelf for the customer.
func (o *Order) rest() {
	if o.toldOf() == 0 {
		o.Ready = time.Time{}
	}
	if p := o.Pickup; p != nil && o.onShelves() == 0 {
		p.Here, p.Auth, p.Custody, p.Wrong, p.OTP, p.Bags = nil, nil, "", 0, nil, 0
		p.Since, p.Told, p.By, p.Reminded, p.Fixed = time.Time{}, time.Time{}, time.Time{}, time.Time{}, false
	}
}

// collected finds an order the customer comes for.
func (s *State) collected(id OrderID) (*Order, *Refusal) {
	o, r := s.find(id)
	if r == nil && o.Flow != FlowPickup {
		r = Refuse(NotCollected, "order", string(id))
	}
	return o, r
}

// OnShelfOf names the place of the goods that stand on the staging shelf for an order.
func OnShelfOf(o OrderID) PlaceID { return PlaceID("staging/" + string(o)) }

// chosen checks the lines a command names, each once. none: those of all lines that have any.
func (o *Order) chosen(asked []LineQty, has func(*Line) int) ([]LineQty, *Refusal) {
	if len(asked) == 0 {
		var out []LineQty
		for i := range o.Lines {
			if n := has(&o.Lines[i]); n > 0 {
				out = append(out, LineQty{Line: o.Lines[i].ID, Qty: n})
			}
		}
		return out, nil
	}
	if r := checkRange("lines", len(asked), 1, MaxLines); r != nil {
		return nil, r
	}
	seen := make(map[LineID]bool, len(asked))
	for _, a := range asked {
		switch {
		case o.Line(a.Line) == nil:
			return nil, Refuse(UnknownLine, "order", string(o.ID), "line", clip(string(a.Line)))
		case seen[a.Line]:
			return nil, badField("lines", "name line "+string(a.Line)+" twice")
		}
		if r := checkRange("lines.qty", a.Qty, 1, MaxQty); r != nil {
			return nil, r
		}
		seen[a.Line] = true
	}
	return asked, nil
}
