package floor

import "slices"

// PayDoor says that a driver paid in, at a till of this site, what was collected on delivery.
type PayDoor struct {
	Order   OrderID `json:"order,omitempty"`
	Unit    string  `json:"unit,omitempty"` // instead of the order: what the label of its parcel says
	Amount  Money   `json:"amount"`
	Method  string  `json:"method"`  // cash, card, voucher, transfer
	Receipt string  `json:"receipt"` // the till's reference
	Driver  string  `json:"driver"`  // who brought it
	Till    string  `json:"till,omitempty"`
	Done    bool    `json:"done,omitempty"`
}

// DoorPaid: the money a driver collected on delivery is here.
type DoorPaid struct {
	Order   OrderID `json:"order"`
	Unit    UnitID  `json:"unit"` // the parcel it was collected for
	Amount  Money   `json:"amount"`
	Method  string  `json:"method"`
	Receipt string  `json:"receipt"`
	Driver  string  `json:"driver"`
	TillShift
	Doubted bool `json:"doubted,omitempty"` // more than was due, or nothing was
}

// Owed is what is still to be paid in for a parcel that left to be paid for at the door.
type Owed struct {
	Unit    UnitID  `json:"unit"`
	Order   OrderID `json:"order"`
	Carrier string  `json:"carrier,omitempty"`
	Due     Money   `json:"due"`
}

func (o Owed) clone() Owed { return o }

// Kind names the command.
func (*PayDoor) Kind() string { return "cod.pay" }

// Type and Subject name the event.
func (*DoorPaid) Type() string      { return "picket.cod.paid.v1" }
func (e *DoorPaid) Subject() string { return "order/" + string(e.Order) }
func (e *DoorPaid) doubt() bool     { return e.Doubted }
func (e *DoorPaid) tell(Names) string {
	words := e.Driver + " paid in " + e.Amount.String() + " by " + e.Method + " for parcel " + tail(e.Unit) + " at till " + e.Till + ", receipt " + e.Receipt
	if e.Doubted {
		words += ", which is not what was due"
	}
	return words + "."
}

// doorUnit is the parcel whose carrier collects the order's money, nil when there is none.
func (o *Order) doorUnit() *Unit {
	for i := range o.Units {
		if u := &o.Units[i]; u.COD != nil && u.State != UnitVoid {
			return u
		}
	}
	return nil
}

// DueAtDoor is what a driver still has to pay in: nothing before the parcel left, nor once it came back.
func (o *Order) DueAtDoor() Money {
	u := o.doorUnit()
	if u == nil {
		return Money{}
	}
	due := *u.COD
	if u.State != UnitDeparted {
		due.Minor = 0
	}
	for _, p := range o.Door {
		if p.Amount.Currency == due.Currency {
			due.Minor -= p.Amount.Minor
		}
	}
	return due
}

func (c *PayDoor) decide(s *State, m Meta) ([]Event, *Refusal) {
	id := c.Order
	if id == "" {
		if r := checkNote("unit", c.Unit); r != nil {
			return nil, r
		}
		o, _, r := s.findUnit(s.UnitOf(c.Unit))
		if r != nil {
			return nil, Refuse(UnknownUnit, "unit", c.Unit)
		}
		id = o.ID
	}
	o, r := s.find(id)
	if r != nil {
		return nil, r
	}
	u := o.doorUnit()
	if u == nil || !o.atDoor() {
		return nil, Refuse(NotAtDoor, "order", string(o.ID))
	}
	if r := firstNo(checkMoney(&c.Amount, c.Method, c.Receipt), checkNote("driver", c.Driver)); r != nil {
		return nil, r
	}
	for _, p := range o.Door {
		if p.Receipt == c.Receipt {
			return nil, Refuse(PaidAlready, "receipt", c.Receipt)
		}
	}
	if r := fewPayments(o.Door); r != nil {
		return nil, r
	}
	at, r := s.tillShift(m, c.Till)
	if r != nil {
		return nil, r
	}
	due := o.DueAtDoor()
	wrong := c.Amount.Currency != due.Currency || c.Amount.Minor > due.Minor
	switch {
	case u.State != UnitDeparted && !c.Done:
		return nil, Refuse(HasNotLeft, "unit", string(u.ID))
	case wrong && !c.Done:
		return nil, Refuse(AmountWrong, "amount", c.Amount.String(), "due", due.String())
	}
	return []Event{&DoorPaid{Order: o.ID, Unit: u.ID, Amount: c.Amount, Method: c.Method, Receipt: c.Receipt, Driver: c.Driver, TillShift: at, Doubted: wrong}}, nil
}

func (e *DoorPaid) apply(s *State) {
	s.takeMoney(e.TillShift, s.rec.Actor, e.Method, e.Amount)
	o := s.order(e.Order)
	if o == nil {
		return
	}
	o.Door = append(o.Door, Payment{Amount: e.Amount, Method: e.Method, Receipt: e.Receipt})
	s.owe(o)
	if e.Doubted {
		s.raise("unexpected_payment", e.Subject(), "order", string(e.Order), "amount", e.Amount.String(), "receipt", e.Receipt)
	}
}

// owe keeps what drivers still have to pay in for an order, where the site's own drivers do so; and when a parcel
// came back whose money is here already, the desk is told.
func (s *State) owe(o *Order) {
	u := o.doorUnit()
	if !o.atDoor() {
		return
	}
	if u == nil { // it was unpacked: what was paid in for it goes back
		if paid := nets(o.Door); !slices.ContainsFunc(paid, func(p Payment) bool { return p.Amount.Minor > 0 }) {
			s.settle("paid_and_back", "order/"+string(o.ID))
		}
		return
	}
	due := o.DueAtDoor()
	switch {
	case due.Minor <= 0:
		s.Owes.drop(u.ID)
	case s.Policy.CODPaidIn:
		s.Owes.put(s, u.ID, Owed{Unit: u.ID, Order: o.ID, Carrier: u.Carrier, Due: due})
	}
	if due.Minor < 0 && u.State == UnitBack {
		back := Money{Minor: -due.Minor, Currency: due.Currency}
		s.raiseOnce("paid_and_back", "order/"+string(o.ID), "order", string(o.ID), "unit", string(u.ID), "amount", back.String())
	} else {
		s.settle("paid_and_back", "order/"+string(o.ID))
	}
}
