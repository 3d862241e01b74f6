package floor

// What a lead does with money of an order. It is said, because the same notes out of the same drawer mean different
// things: what somebody owes afterwards is another.
const (
	LowerDue  = "lower"     // less is to be paid; no money moves
	GiveBack  = "give_back" // what was paid goes back for good: nobody owes it again
	UndoPaid  = "reverse"   // a payment is undone: what it paid for is due again
	lowerHint = "goes with money that is given back, and nothing is when the due is lowered"
)

// DueLowered: of what was to be paid for an order, nobody owes so much any more.
type DueLowered struct {
	Order  OrderID `json:"order"`
	Amount Money   `json:"amount"`
	Why    string  `json:"why"`
	Overridden
}

// Type and Subject name the event.
func (*DueLowered) Type() string      { return "picket.money.lowered.v1" }
func (e *DueLowered) Subject() string { return "order/" + string(e.Order) }
func (e *DueLowered) tell(Names) string {
	words := e.Amount.String() + " less is to be paid for order " + ref("order", string(e.Order)) + ": " + e.Why
	if len(e.By) > 0 {
		words += ", on the word of " + people(e.By)
	}
	return words + "."
}

// unpaid is what is still to be paid for the order, whoever has to bring it, and whenever.
func (o *Order) unpaid() Money {
	switch {
	case o.Pay == nil:
		return Money{}
	case !o.atDoor():
		return o.StillDue()
	}
	return Money{Minor: max(0, o.askedAtDoor()-o.Lowered) - o.paidAtDoor(), Currency: o.Pay.Due.Currency}
}

// lower takes something off what is due.
func (c *RefundMoney) lower(s *State, o *Order, m Meta) ([]Event, *Refusal) {
	for _, f := range [][2]string{{"method", c.Method}, {"receipt", c.Receipt}, {"till", c.Till}} {
		if f[1] != "" {
			return nil, badField(f[0], lowerHint)
		}
	}
	if c.Total != nil {
		return nil, badField("total", lowerHint)
	}
	if r := firstNo(checkAmount("amount", &c.Amount, 1), checkNote("why", c.Why)); r != nil {
		return nil, r
	}
	due := o.unpaid()
	if due.Currency == "" {
		due.Currency = c.Amount.Currency
	}
	if c.Amount.Currency != due.Currency || c.Amount.Minor > due.Minor {
		due.Minor = max(0, due.Minor)
		return nil, Refuse(NotSoMuchDue, "order", string(o.ID), "amount", c.Amount.String(), "due", due.String())
	}
	if u := o.doorUnit(); u != nil && u.State == UnitClosed {
		return nil, Refuse(CODOnLabel, "unit", string(u.ID), "amount", u.COD.String())
	}
	e := &DueLowered{Order: o.ID, Amount: c.Amount, Why: c.Why}
	var r *Refusal
	if e.By, r = s.override(m, e.Subject(), c.Approvals); r != nil {
		return nil, r
	}
	return []Event{e}, nil
}

// forGood is what has to be taken off the due with money that goes back for good: as much of it as would be due again.
func (o *Order) forGood(back Money) *Money {
	due := o.unpaid()
	if o.Pay == nil || back.Currency != due.Currency {
		return nil
	}
	if u := o.doorUnit(); o.atDoor() && (u == nil || u.State == UnitBack) {
		due, _ = o.door() // what came back is not due from anybody
	}
	if again := min(back.Minor, due.Minor+back.Minor); again > 0 {
		return &Money{Minor: again, Currency: back.Currency}
	}
	return nil
}

func (e *DueLowered) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	o.Lowered += e.Amount.Minor
	s.owe(o)
	if o.atDoor() {
		return
	}
	if due := o.StillDue(); due.Minor <= 0 {
		s.settle("unpaid_pickup", e.Subject())
	} else {
		s.amend("unpaid_pickup", e.Subject(), "due", due.String())
	}
}
