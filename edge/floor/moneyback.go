package floor

// RefundMoney gives money that was taken for an order back at the till. It is a lead's to say.
type RefundMoney struct {
	Order     OrderID      `json:"order"`
	Amount    Money        `json:"amount"`
	Method    string       `json:"method"`  // the means it was taken by
	Receipt   string       `json:"receipt"` // of the till, for what was given back
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
	if r := firstNo(checkMoney(&c.Amount, c.Method, c.Receipt), checkNote("why", c.Why)); r != nil {
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
	if e.By, r = s.override(m, e.Subject(), c.Approvals); r != nil {
		return nil, r
	}
	return []Event{e}, nil
}

// atDoor says whether the order is paid for at the customer's door.
func (o *Order) atDoor() bool { return o.Pay != nil && o.Pay.When == "cod" }

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
	if o.StillDue().Minor >= 0 && o.DueAtDoor().Minor >= 0 {
		s.settle("unexpected_payment", e.Subject())
	}
}
