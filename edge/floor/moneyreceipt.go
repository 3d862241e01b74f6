package floor

import (
	"slices"
	"strings"
)

// Paid is what a receipt of a till was entered for.
type Paid struct {
	No     string  `json:"no"`
	Order  OrderID `json:"order"`
	Method string  `json:"method"`
	Amount Money   `json:"amount"` // negative: given back
	Driver string  `json:"driver,omitempty"`
	Total  *Money  `json:"total,omitempty"` // of the whole receipt, where it pays for several orders
}

// ManyPaid is embedded in a payment, and in what is given back: a receipt may be for several orders, as far as its sum
// goes.
type ManyPaid struct {
	Total *Money  `json:"total,omitempty"` // of the whole receipt
	Used  OrderID `json:"used,omitempty"`  // it was entered for that order, and does not pay for both
}

func (p ManyPaid) usedWords() string {
	if p.Used == "" {
		return ""
	}
	return "; that receipt is entered for order " + ref("order", string(p.Used)) + " too"
}

func (p *Paid) words() string {
	if p.Amount.Minor < 0 {
		return Money{-p.Amount.Minor, p.Amount.Currency}.String() + " given back by " + p.Method
	}
	return p.Amount.String() + " by " + p.Method
}

// size is what the receipt says of it, paid or given back.
func (p *Paid) size() int64 { return max(p.Amount.Minor, -p.Amount.Minor) }

// beside says whether two orders may stand on one receipt of that sum.
func (p *Paid) beside(o *Paid, total *Money) bool {
	return p.Amount.Minor < 0 == (o.Amount.Minor < 0) && p.Amount.Currency == total.Currency && p.Method == o.Method && p.Driver == o.Driver && (p.Total == nil || *p.Total == *total)
}

// checkTotal refuses a whole that is less than its part.
func checkTotal(total *Money, part Money) *Refusal {
	if r := checkAmount("total", total, 1); r != nil || total == nil {
		return r
	}
	if total.Currency != part.Currency || total.Minor < part.Minor {
		return badField("total", "is "+total.String()+", but the whole of a receipt must be "+part.String()+" or more")
	}
	return nil
}

func (r *Receipts) paid(no string) []Paid {
	from, _ := slices.BinarySearchFunc(r.Paid, no, func(x Paid, no string) int { return strings.Compare(x.No, no) })
	to := from
	for to < len(r.Paid) && r.Paid[to].No == no {
		to++
	}
	return r.Paid[from:to]
}

// paidElsewhere refuses a receipt that was entered for another order, unless its whole sum covers both. Tills number
// their receipts by themselves, many of them anew every day: it is the same receipt on the same day at the same till,
// and, as long as receipts are remembered, wherever the amount and the means are the same too. With done it is recorded.
func (s *State) paidElsewhere(no string, at TillShift, p Paid, total *Money, done bool) (ManyPaid, *Refusal) {
	out := ManyPaid{Total: total}
	here := ReceiptKey{Till: at.Till, Date: at.Date}.id()
	used, date, left := (*Paid)(nil), Date(""), int64(0)
	one := total != nil // all it was entered for is of one receipt
	if one {
		left = total.Minor - p.size()
	}
	for _, r := range s.Receipts.All() {
		list := r.paid(no)
		for i := range list {
			x := &list[i]
			if x.Order == p.Order || r.ID != here && (x.Amount != p.Amount || x.Method != p.Method) {
				continue
			}
			if used == nil {
				used, date = x, r.Date
			}
			left -= x.size()
			one = one && r.ID == here && x.beside(&p, total)
		}
	}
	switch {
	case used == nil || one && left >= 0:
		return out, nil
	case done:
		out.Used = used.Order
		return out, nil
	case one:
		return out, Refuse(ReceiptSpent, "receipt", no, "total", total.String(), "order", string(used.Order), "left", Money{max(0, left+p.size()), total.Currency}.String(), "amount", Money{p.size(), total.Currency}.String())
	}
	return out, Refuse(ReceiptElsewhere, "receipt", no, "date", string(date), "order", string(used.Order), "was", used.words())
}

// use remembers what a receipt was entered for, as long as the receipts of its day.
func (p ManyPaid) use(s *State, no string, at TillShift, x Paid) {
	if at.Date == "" {
		return // a record from before there were drawers
	}
	k := ReceiptKey{Till: at.Till, Date: at.Date}
	r := s.Receipts.change(s, k.id())
	if r == nil {
		r = s.Receipts.put(s, k.id(), Receipts{ID: k.id(), Date: k.Date})
		s.forgetReceipts(s.dayOf(s.now()).date)
	}
	x.No, x.Total = no, p.Total
	to, _ := slices.BinarySearchFunc(r.Paid, x, func(a, b Paid) int {
		if a.No != b.No {
			return strings.Compare(a.No, b.No)
		}
		return strings.Compare(string(a.Order), string(b.Order))
	})
	r.Paid = slices.Insert(r.Paid, to, x)
	if p.Used != "" {
		s.raise("receipt_elsewhere", "order/"+string(x.Order), "order", string(x.Order), "other", string(p.Used), "receipt", no, "amount", x.Amount.String())
	}
}
