package floor

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// String says an amount as people write it: 19.99 EUR.
func (m Money) String() string {
	places := 2
	switch m.Currency {
	case "JPY", "KRW", "VND", "CLP", "ISK":
		places = 0
	case "BHD", "JOD", "KWD", "OMR", "TND":
		places = 3
	}
	n, sign := m.Minor, ""
	if n < 0 {
		n, sign = -n, "-"
	}
	digits := strconv.FormatInt(n, 10)
	for len(digits) <= places {
		digits = "0" + digits
	}
	if places > 0 {
		digits = digits[:len(digits)-places] + "." + digits[len(digits)-places:]
	}
	return strings.TrimSpace(sign + digits + " " + m.Currency)
}

// PayPickup says that money for an order was taken at the till.
type PayPickup struct {
	Order   OrderID `json:"order"`
	Amount  Money   `json:"amount"`
	Method  string  `json:"method"`          // cash, card, voucher, transfer
	Receipt string  `json:"receipt"`         // the till's reference
	Total   *Money  `json:"total,omitempty"` // of a receipt that pays for several orders: the whole of it
	Till    string  `json:"till,omitempty"`  // empty: where the command comes from
	Done    bool    `json:"done,omitempty"`
}

// PickupPaid: the till has the money.
type PickupPaid struct {
	Order   OrderID `json:"order"`
	Amount  Money   `json:"amount"`
	Method  string  `json:"method"`
	Receipt string  `json:"receipt"`
	Doubted bool    `json:"doubted,omitempty"` // more than was due, or nothing was
	TillShift
	ManyPaid
}

// Kind names the command.
func (*PayPickup) Kind() string { return "collect.pay" }

// Type and Subject name the event.
func (*PickupPaid) Type() string      { return "picket.pickup.paid.v1" }
func (e *PickupPaid) Subject() string { return "order/" + string(e.Order) }
func (e *PickupPaid) doubt() bool     { return e.Doubted || e.Used != "" }
func (e *PickupPaid) tell(Names) string {
	words := "Paid " + e.Amount.String() + " by " + e.Method
	if e.Till != "" {
		words += " at till " + e.Till
	}
	words += ", receipt " + e.Receipt
	if e.Doubted {
		words += ", which is not what was due"
	}
	return words + e.usedWords() + "."
}

// StillDue is what the customer still has to pay at the counter. What is no longer wanted is not paid for,
// where the prices of all lines are known.
func (o *Order) StillDue() Money {
	if o.Pay == nil || o.Pay.When != "pickup" {
		return Money{}
	}
	due := o.Pay.Due
	due.Minor = max(0, o.asked()-o.Lowered)
	for _, p := range o.counter().Paid {
		if p.Amount.Currency == due.Currency {
			due.Minor -= p.Amount.Minor
		}
	}
	return due
}

// asked is what the order costs as it stands: what is no longer wanted is taken off, where the prices of all lines are
// known.
func (o *Order) asked() int64 {
	var off int64
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Price == nil || l.Price.Currency != o.Pay.Due.Currency {
			return o.Pay.Due.Minor
		}
		off += l.Price.Minor * int64(l.Qty-l.Wanted())
	}
	return max(0, o.Pay.Due.Minor-off)
}

// again refuses a receipt that was entered before: the same one, or another one under its number.
func (p *Payment) again(amount Money, method string) *Refusal {
	was, now := p.Amount.String()+" by "+p.Method, amount.String()+" by "+method
	if was == now {
		return Refuse(PaidAlready, "receipt", p.Receipt)
	}
	return Refuse(ReceiptDiffers, "receipt", p.Receipt, "was", was, "now", now)
}

func (c *PayPickup) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := firstNo(checkMoney(&c.Amount, c.Method, c.Receipt), checkTotal(c.Total, c.Amount)); r != nil {
		return nil, r
	}
	for _, p := range o.counter().Paid {
		if p.Receipt == c.Receipt {
			return nil, p.again(c.Amount, c.Method)
		}
	}
	if r := fewPayments(o.counter().Paid); r != nil {
		return nil, r
	}
	at, r := s.tillShift(m, c.Till)
	if r != nil {
		return nil, r
	}
	due := o.StillDue()
	wrong := due.Minor <= 0 || c.Amount.Currency != due.Currency || c.Amount.Minor > due.Minor
	if wrong && !c.Done {
		return nil, Refuse(AmountWrong, "amount", c.Amount.String(), "due", due.String())
	}
	paid := Paid{Order: o.ID, Method: c.Method, Amount: c.Amount}
	many, r := s.paidElsewhere(c.Receipt, at, paid, c.Total, c.Done)
	if r != nil {
		return nil, r
	}
	return []Event{&PickupPaid{Order: o.ID, Amount: c.Amount, Method: c.Method, Receipt: c.Receipt, Doubted: wrong, TillShift: at, ManyPaid: many}}, nil
}

func (e *PickupPaid) apply(s *State) {
	s.takeMoney(e.TillShift, s.rec.Actor, e.Method, e.Amount)
	e.use(s, e.Receipt, e.TillShift, Paid{Order: e.Order, Method: e.Method, Amount: e.Amount})
	o := s.order(e.Order)
	if o == nil {
		return
	}
	p := o.pickup()
	p.Paid = append(p.Paid, Payment{Amount: e.Amount, Method: e.Method, Receipt: e.Receipt})
	if due := o.StillDue(); due.Minor <= 0 {
		s.settle("unpaid_pickup", e.Subject())
	} else {
		s.amend("unpaid_pickup", e.Subject(), "due", due.String())
	}
	if e.Doubted {
		s.raise("unexpected_payment", e.Subject(), "order", string(e.Order), "amount", e.Amount.String(), "receipt", e.Receipt)
	}
}
