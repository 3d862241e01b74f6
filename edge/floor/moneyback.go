package floor

import "slices"

// RefundMoney gives money that was taken for an order back at the till, or takes something off what is to be paid
// for it. It is a lead's to say, and which of them it is (moneylower.go).
type RefundMoney struct {
	Order     OrderID      `json:"order"`
	Intent    string       `json:"intent"` // lower, give_back, reverse
	Amount    Money        `json:"amount"`
	Method    string       `json:"method,omitempty"`  // give_back, reverse: the means it was taken by
	Receipt   string       `json:"receipt,omitempty"` // of the till, for what was given back
	Total     *Money       `json:"total,omitempty"`   // of the whole receipt, when it gives back for several orders
	Why       string       `json:"why"`
	Till      string       `json:"till,omitempty"` // empty: where the command comes from
	Approvals []ApprovalID `json:"approvals,omitempty"`
}

// MoneyReturned: the customer has money for an order back, or the driver who paid it in.
type MoneyReturned struct {
	Order   OrderID `json:"order"`
	Amount  Money   `json:"amount"`
	Method  string  `json:"method"`
	Receipt string  `json:"receipt"`
	Why     string  `json:"why"`
	AtDoor  bool    `json:"at_door,omitempty"` // what was paid in for cash on delivery
	ManyPaid
	TillShift
	Overridden
}

// Kind names the command.
func (*RefundMoney) Kind() string { return "money.refund" }

// Type and Subject name the event.
func (*MoneyReturned) Type() string      { return "picket.money.returned.v1" }
func (e *MoneyReturned) Subject() string { return "order/" + string(e.Order) }
func (e *MoneyReturned) tell(Names) string {
	return "Given back " + e.Amount.String() + " by " + e.Method + " at till " + e.Till + ", receipt " + e.Receipt + ": " + e.Why + "."
}

func (c *RefundMoney) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if c.Intent == "" {
		return nil, badField("intent", "is missing: lower (less is to be paid), give_back (for good) or reverse (it is due again)")
	}
	if r := oneWord("intent", c.Intent, LowerDue, GiveBack, UndoPaid); r != nil {
		return nil, r
	}
	if c.Intent == LowerDue {
		return c.lower(s, o, m)
	}
	if r := firstNo(checkMoney(&c.Amount, c.Method, c.Receipt), checkTotal(c.Total, c.Amount), checkNote("why", c.Why)); r != nil {
		return nil, r
	}
	at, r := s.tillShift(m, c.Till)
	if r != nil {
		return nil, r
	}
	paid := o.payments()
	if r := fewPayments(paid); r != nil {
		return nil, r
	}
	for _, p := range paid {
		if p.Amount.Minor < 0 && p.Receipt == c.Receipt {
			p.Amount.Minor = -p.Amount.Minor
			return nil, p.again(c.Amount, c.Method)
		}
	}
	left := Money{Currency: c.Amount.Currency}
	for _, p := range nets(paid) {
		if p.Method == c.Method && p.Amount.Currency == c.Amount.Currency {
			left = p.Amount
		}
	}
	if c.Amount.Minor > left.Minor {
		return nil, Refuse(MoneyNotTaken, "order", string(o.ID), "amount", c.Amount.String(), "method", c.Method, "left", left.String())
	}
	e := &MoneyReturned{Order: o.ID, Amount: c.Amount, Method: c.Method, Receipt: c.Receipt, Why: c.Why, AtDoor: o.atDoor(), TillShift: at}
	if e.ManyPaid, r = s.paidElsewhere(c.Receipt, at, Paid{Order: o.ID, Method: c.Method, Amount: Money{-c.Amount.Minor, c.Amount.Currency}}, c.Total, false); r != nil {
		return nil, r
	}
	if e.By, r = s.override(m, e.Subject(), c.Approvals); r != nil {
		return nil, r
	}
	if off := o.forGood(c.Amount); off != nil && c.Intent == GiveBack {
		return []Event{e, &DueLowered{Order: o.ID, Amount: *off, Why: c.Why}}, nil
	}
	return []Event{e}, nil
}

// atDoor says whether the order is paid for at the customer's door.
func (o *Order) atDoor() bool { return o.Pay != nil && o.Pay.When == "cod" }

// withCustomer says whether the customer has some of it.
func (o *Order) withCustomer() bool {
	return slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Handed > l.Returned })
}

// payments are what was taken for the order, and given back.
func (o *Order) payments() []Payment {
	if o.atDoor() {
		return o.Door
	}
	return o.counter().Paid
}

func fewPayments(paid []Payment) *Refusal {
	if len(paid) >= maxPayments {
		return badField("receipt", "is one too many: an order takes 20 at most")
	}
	return nil
}

// giveBack is what the till gives back when a hand-over is reversed and nothing of the order stays with the
// customer: all that was taken, by the means it was taken by.
func (s *State) giveBack(o *Order, at TillShift, why string) []Event {
	var out []Event
	for _, p := range nets(o.counter().Paid) {
		if p.Amount.Minor > 0 {
			out = append(out, &MoneyReturned{Order: o.ID, Amount: p.Amount, Method: p.Method, Receipt: p.Receipt, Why: why, TillShift: at})
		}
	}
	return out
}

func (e *MoneyReturned) apply(s *State) {
	back := Money{Minor: -e.Amount.Minor, Currency: e.Amount.Currency}
	s.takeMoney(e.TillShift, s.rec.Actor, e.Method, back)
	e.use(s, e.Receipt, e.TillShift, Paid{Order: e.Order, Method: e.Method, Amount: back})
	o := s.order(e.Order)
	if o == nil {
		return
	}
	p := Payment{Amount: back, Method: e.Method, Receipt: e.Receipt}
	if e.AtDoor {
		o.Door = append(o.Door, p)
		s.owe(o)
	} else {
		o.pickup().Paid = append(o.pickup().Paid, p)
	}
	if due := o.StillDue(); !e.AtDoor && due.Minor > 0 && o.withCustomer() { // a payment was undone, and the goods are gone
		s.raiseOnce("unpaid_pickup", e.Subject(), "order", string(o.ID), "due", due.String())
		s.amend("unpaid_pickup", e.Subject(), "due", due.String())
	}
	if o.StillDue().Minor >= 0 && o.DueAtDoor().Minor >= 0 {
		s.settle("unexpected_payment", e.Subject())
	}
}
