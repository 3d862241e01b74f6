package floor

import (
	"strconv"
	"time"
)

// AnnounceReturn says what a customer will bring back, of an order of any site and channel.
type AnnounceReturn struct {
	Return   ReturnID         `json:"return"`
	RMA      string           `json:"rma"`
	Order    OrderID          `json:"order,omitempty"`
	Customer string           `json:"customer,omitempty"`
	Until    time.Time        `json:"until,omitzero"` // taken back until then; absent: at any time
	Lines    []ReturnExpected `json:"lines"`
}

// ReturnAnnounced: the site knows what will be brought back.
type ReturnAnnounced struct{ AnnounceReturn }

// OpenReturn begins to take goods back: announced by the centre (rma), of an order known here, with a receipt
// of any shop, or without one (blind). The code of a gift receipt names the gift's order.
type OpenReturn struct {
	RMA      string  `json:"rma,omitempty"`
	Order    OrderID `json:"order,omitempty"`
	Receipt  string  `json:"receipt,omitempty"`
	Bought   string  `json:"bought,omitempty"` // the day on the receipt, 2006-01-02
	Blind    bool    `json:"blind,omitempty"`
	Customer string  `json:"customer,omitempty"` // reference to who brings it, which is personal data
}

// ReturnOpened: goods are taken back under this number.
type ReturnOpened struct {
	Return   ReturnID `json:"return"`
	Number   string   `json:"number"`
	RMA      string   `json:"rma,omitempty"`
	Order    OrderID  `json:"order,omitempty"`
	Receipt  string   `json:"receipt,omitempty"`
	Bought   string   `json:"bought,omitempty"`
	Blind    bool     `json:"blind,omitempty"`
	Customer string   `json:"customer,omitempty"`
	Gift     bool     `json:"gift,omitempty"` // the receipt is of a gift: no price is shown
}

// Kind names the command.
func (*AnnounceReturn) Kind() string { return "return.announce" }

// Kind names the command.
func (*OpenReturn) Kind() string { return "return.open" }

// Type and Subject name the event.
func (*ReturnAnnounced) Type() string        { return "picket.return.announced.v1" }
func (e *ReturnAnnounced) Subject() string   { return "return/" + string(e.Return) }
func (e *ReturnAnnounced) tell(Names) string { return "Return " + e.RMA + " is announced." }

// Type and Subject name the event.
func (*ReturnOpened) Type() string              { return "picket.return.opened.v1" }
func (e *ReturnOpened) Subject() string         { return "return/" + string(e.Return) }
func (e *ReturnOpened) made() (kind, id string) { return "return", string(e.Return) }
func (e *ReturnOpened) tell(Names) string {
	words := "Return " + e.Number + " opened"
	switch {
	case e.RMA != "":
		words += ", announced as " + e.RMA
	case e.Gift:
		words += ", by gift receipt " + e.Receipt
	case e.Order != "":
		words += ", of order " + ref("order", string(e.Order))
	case e.Blind:
		words += ", without a receipt"
	default:
		words += ", receipt " + e.Receipt
	}
	return words + "."
}

func (c *AnnounceReturn) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"return", string(c.Return)}, [2]string{"rma", c.RMA}); r != nil {
		return nil, r
	}
	if c.Order != "" {
		if r := check([2]string{"order", string(c.Order)}); r != nil {
			return nil, r
		}
	}
	if r := checkText("customer", c.Customer, MaxID); r != nil {
		return nil, r
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxReturnLines); r != nil {
		return nil, r
	}
	for i, l := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		if r := check([2]string{at + ".sku", string(l.SKU)}); r != nil {
			return nil, r
		}
		if l.Line != "" {
			if r := check([2]string{at + ".line", string(l.Line)}); r != nil {
				return nil, r
			}
		}
		if r := checkRange(at+".qty", l.Qty, 1, MaxQty); r != nil {
			return nil, r
		}
		if r := checkAmount(at+".price", l.Price, 0); r != nil {
			return nil, r
		}
	}
	if s.Returns.Get(c.Return) != nil {
		return nil, Refuse(ReturnKnown, "return", string(c.Return))
	}
	return []Event{&ReturnAnnounced{*c}}, nil
}

func (e *ReturnAnnounced) apply(s *State) {
	s.Lapsed.drop(e.Return) // it is expected anew
	s.Returns.put(s, e.Return, Return{
		ID: e.Return, State: ReturnAnnouncedState, RMA: e.RMA, Order: e.Order, Until: e.Until, Expected: e.Lines, Since: s.now(),
	})
}

func (c *OpenReturn) decide(s *State, m Meta) ([]Event, *Refusal) {
	for _, f := range [][2]string{{"rma", c.RMA}, {"order", string(c.Order)}, {"receipt", c.Receipt}, {"customer", c.Customer}} {
		if f[1] != "" {
			if r := check(f); r != nil {
				return nil, r
			}
		}
	}
	if r := firstNo(checkDay("bought", c.Bought), c.sense(s, m.Now), s.receiptOpen(c.Receipt, c.Bought)); r != nil {
		return nil, r
	}
	if r := nameTaken(m, s.Returns.Get(ReturnID(m.ID)) != nil); r != nil {
		return nil, r
	}
	e := &ReturnOpened{Return: ReturnID(m.ID), RMA: c.RMA, Order: c.Order, Receipt: c.Receipt, Bought: c.Bought, Blind: c.Blind, Customer: c.Customer}
	switch {
	case c.RMA != "":
		r := s.announced(c.RMA)
		if r == nil {
			if l := s.LapsedCalled(c.RMA); l != nil {
				return nil, s.HasLapsed(l)
			}
			return nil, Refuse(UnknownRMA, "rma", c.RMA)
		}
		if r.State != ReturnAnnouncedState {
			return nil, Refuse(ReturnKnown, "return", c.RMA)
		}
		e.Return = r.ID
		if e.Order == "" {
			e.Order = r.Order
		}
	case c.Order != "":
		if _, r := s.find(c.Order); r != nil {
			return nil, r
		}
	case c.Receipt != "":
		if o := s.GiftOf(c.Receipt); o != nil {
			e.Order, e.Gift = o.ID, true
		}
	case !c.Blind:
		return nil, badField("receipt", "is missing; without one say blind")
	case !s.Policy.BlindReturns:
		return nil, Refuse(NoBlind)
	}
	number, ok := s.nextNumber(NumberReturn)
	if !ok {
		return nil, Refuse(NoReturnNumbers)
	}
	e.Number = number
	return []Event{e}, nil
}

// announced finds a return by the centre's number.
func (s *State) announced(rma string) *Return {
	for _, r := range s.Returns.All() {
		if r.RMA == rma {
			return r
		}
	}
	return nil
}

func (e *ReturnOpened) apply(s *State) {
	s.draw(NumberReturn, e.Number)
	r := Return{ID: e.Return, RMA: e.RMA, Order: e.Order}
	if old := s.Returns.Get(e.Return); old != nil {
		r = old.clone()
	}
	r.State, r.Bought, r.Number, r.Receipt, r.Blind, r.Gift, r.Since, r.By = ReturnOpen, e.Bought, e.Number, e.Receipt, e.Blind, e.Gift, s.now(), s.rec.Actor
	if e.Order != "" {
		r.Order = e.Order
	}
	s.Returns.put(s, e.Return, r)
}
