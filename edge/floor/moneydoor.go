package floor

import "cmp"

// PayDoor says that a driver paid in, at a till of this site, what was collected on delivery.
type PayDoor struct {
	Order   OrderID `json:"order,omitempty"`
	Unit    string  `json:"unit,omitempty"` // instead of the order: what the label of its parcel says
	Amount  Money   `json:"amount"`
	Method  string  `json:"method"`          // cash, card, voucher, transfer
	Receipt string  `json:"receipt"`         // the till's reference
	Driver  string  `json:"driver"`          // who brought it
	Total   *Money  `json:"total,omitempty"` // of a receipt that pays for several orders: the whole of it
	Till    string  `json:"till,omitempty"`
	Done    bool    `json:"done,omitempty"`

	DriverRef string `json:"driver_ref,omitempty"` // the box's own: the row it put the driver into, who is personal. Leave it out
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
	DriverRef string `json:"driver_ref,omitempty"` // where the driver stands, instead of here
	Doubted   bool   `json:"doubted,omitempty"`    // more than was due, or nothing was
	ManyPaid
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
func (e *DoorPaid) doubt() bool     { return e.Doubted || e.Used != "" }
func (e *DoorPaid) tell(Names) string {
	words := cmp.Or(e.Driver, "The driver") + " paid in " + e.Amount.String() + " by " + e.Method + " for parcel " + tail(e.Unit) + " at till " + e.Till + ", receipt " + e.Receipt
	if e.Doubted {
		words += ", which is not what was due"
	}
	return words + e.usedWords() + "."
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

// door is what a driver still has to pay in, and for which parcel: nothing before the parcel with the amount on it
// left. When that one came back or was undone, and others of the order are with the customer, these are to be paid
// for all the same: what they hold, where the prices of all lines are known, or else the whole of it.
func (o *Order) door() (due Money, of *Unit) {
	if !o.atDoor() {
		return Money{}, nil
	}
	due, of = Money{Currency: o.Pay.Due.Currency}, o.doorUnit()
	switch {
	case of != nil && of.State == UnitDeparted:
		due.Minor = o.askedAtDoor()
	case of == nil || of.State == UnitBack:
		if u, worth := o.delivered(); u != nil {
			of, due.Minor = u, worth
		}
	}
	due.Minor = max(0, due.Minor-o.Lowered) - o.paidAtDoor()
	return due, of
}

// askedAtDoor is what the order was to cost when its label was made: that is what the driver asks for, whatever became
// of the order's other lines since. Without a label out there it is what the order costs as it stands.
func (o *Order) askedAtDoor() int64 {
	switch u := o.doorUnit(); {
	case u == nil || u.State == UnitBack:
		return o.asked()
	case u.Asked == 0: // of a version that did not take off what was short
		return o.Pay.Due.Minor
	default:
		return u.Asked
	}
}

// paidAtDoor is what drivers have paid in for the order, in its own currency.
func (o *Order) paidAtDoor() (sum int64) {
	for _, p := range o.Door {
		if p.Amount.Currency == o.Pay.Due.Currency {
			sum += p.Amount.Minor
		}
	}
	return sum
}

// collect puts on a parcel what its carrier collects.
func (u *Unit) collect(o *Order, amount *Money) {
	if u.COD = amount; amount != nil {
		u.Asked = amount.Minor + o.Lowered + o.paidAtDoor()
	}
}

// backAndUndone is the parcel with the amount on it that came back and was unpacked, nil when none was.
func (o *Order) backAndUndone() *Unit {
	for i := range o.Units {
		if u := &o.Units[i]; u.COD != nil && u.State == UnitVoid && u.Carrier != "" && o.atDoor() {
			return u
		}
	}
	return nil
}

// delivered is the first parcel that is with the customer, nil when none is, and what all of them are worth: no more
// than was to be collected in all.
func (o *Order) delivered() (first *Unit, worth int64) {
	known := true
	for i := range o.Units {
		u := &o.Units[i]
		if u.State != UnitDeparted || u.As == UnitPallet {
			continue
		}
		if first == nil {
			first = u
		}
		for _, c := range u.Contents {
			l := o.Line(c.Line)
			if l == nil || l.Price == nil || l.Price.Currency != o.Pay.Due.Currency {
				known = false
				continue
			}
			worth += l.Price.Minor * int64(c.Qty)
		}
	}
	if !known {
		worth = o.Pay.Due.Minor
	}
	return first, min(worth, o.Pay.Due.Minor)
}

// DueAtDoor is what a driver still has to pay in.
func (o *Order) DueAtDoor() Money {
	due, _ := o.door()
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
	due, u := o.door()
	if u == nil {
		u = o.backAndUndone()
	}
	if u == nil {
		return nil, Refuse(NotAtDoor, "order", string(o.ID))
	}
	if r := firstNo(checkMoney(&c.Amount, c.Method, c.Receipt), checkTotal(c.Total, c.Amount), checkDriverRef(c.DriverRef), checkNote("driver", cmp.Or(c.DriverRef, c.Driver))); r != nil {
		return nil, r
	}
	for _, p := range o.Door {
		if p.Receipt == c.Receipt {
			return nil, p.again(c.Amount, c.Method)
		}
	}
	if r := fewPayments(o.Door); r != nil {
		return nil, r
	}
	at, r := s.tillShift(m, c.Till)
	if r != nil {
		return nil, r
	}
	wrong := c.Amount.Currency != due.Currency || c.Amount.Minor > due.Minor
	switch {
	case c.Done:
	case u.State == UnitBack, u.State == UnitVoid:
		return nil, Refuse(DoorCameBack, "unit", string(u.ID), "why", plain(u.Why), "amount", c.Amount.String())
	case u.State != UnitDeparted:
		return nil, Refuse(HasNotLeft, "unit", string(u.ID))
	case wrong && u.COD == nil && c.Amount.Minor > due.Minor:
		return nil, Refuse(DoorPartDue, "order", string(o.ID), "unit", string(u.ID), "due", due.String(), "amount", c.Amount.String())
	case wrong:
		return nil, Refuse(AmountWrong, "amount", c.Amount.String(), "due", due.String())
	}
	many, r := s.paidElsewhere(c.Receipt, at, Paid{Order: o.ID, Method: c.Method, Amount: c.Amount, Driver: cmp.Or(c.DriverRef, c.Driver)}, c.Total, c.Done)
	if r != nil {
		return nil, r
	}
	return []Event{&DoorPaid{Order: o.ID, Unit: u.ID, Amount: c.Amount, Method: c.Method, Receipt: c.Receipt, Driver: c.Driver, DriverRef: c.DriverRef, TillShift: at, Doubted: wrong, ManyPaid: many}}, nil
}

func (e *DoorPaid) apply(s *State) {
	s.takeMoney(e.TillShift, s.rec.Actor, e.Method, e.Amount)
	e.use(s, e.Receipt, e.TillShift, Paid{Order: e.Order, Method: e.Method, Amount: e.Amount, Driver: cmp.Or(e.DriverRef, e.Driver)})
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

// owe keeps what drivers still have to pay in for an order, where the site's own drivers do so. The desk is told when
// a parcel came back whose money is here already, and when the one with the amount on it came back and others stayed
// with the customer: nobody was asked for money at that door.
func (s *State) owe(o *Order) {
	if !o.atDoor() {
		return
	}
	due, of := o.door()
	for i := range o.Units {
		if u := &o.Units[i]; s.Owes.Get(u.ID) != nil && (due.Minor <= 0 || u != of) {
			s.Owes.drop(u.ID)
		}
	}
	if due.Minor > 0 && s.Policy.CODPaidIn {
		s.Owes.put(s, of.ID, Owed{Unit: of.ID, Order: o.ID, Carrier: of.Carrier, Due: due})
	}
	subject := "order/" + string(o.ID)
	door := o.doorUnit()
	switch {
	case due.Minor >= 0 || door != nil && door.State != UnitBack:
		s.settle("paid_and_back", subject)
	case door != nil: // unpacked, what was paid in for it still goes back
		back := Money{Minor: -due.Minor, Currency: due.Currency}
		s.raiseOnce("paid_and_back", subject, "order", string(o.ID), "unit", string(door.ID), "amount", back.String())
		s.amend("paid_and_back", subject, "amount", back.String())
	}
	if due.Minor <= 0 || door != nil && door.State == UnitDeparted {
		s.settle("cod_part", subject)
		return
	}
	s.raiseOnce("cod_part", subject, "order", string(o.ID), "unit", string(of.ID), "due", due.String())
	s.amend("cod_part", subject, "due", due.String())
}
