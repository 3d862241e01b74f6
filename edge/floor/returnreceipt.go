package floor

import (
	"cmp"
	"slices"
	"time"
)

// ReceiptBack is what came back on a till's receipt in returns that are over and forgotten.
type ReceiptBack struct {
	Receipt string    `json:"receipt"`
	Sums    []BackSum `json:"sums"` // by the day it was bought, where that was told, and currency
	Last    time.Time `json:"last"`
}

// BackSum is what came back of one day's receipt.
type BackSum struct {
	Bought string `json:"bought,omitempty"`
	Units  int    `json:"units"`
	Value  Money  `json:"value,omitzero"`
}

// Limits of what is remembered of receipts whose returns are forgotten: receipts, the one that was last brought longest
// ago goes first; and days and currencies of one number, beyond which they count as one.
const (
	KeptBack = 5000
	MostBack = 20
)

func (b ReceiptBack) clone() ReceiptBack {
	b.Sums = slices.Clone(b.Sums)
	return b
}

// sense refuses what cannot be: goods without a receipt that have one, and a receipt of tomorrow.
func (c *OpenReturn) sense(s *State, now time.Time) *Refusal {
	if c.Blind {
		for _, f := range [][2]string{{"receipt", c.Receipt}, {"order", string(c.Order)}, {"rma", c.RMA}, {"bought", c.Bought}} {
			if f[1] != "" {
				return badField("blind", "says that there is no receipt, but "+f[0]+" is "+clip(f[1])+": say one of them")
			}
		}
	}
	if today := now.Add(s.skew()).In(s.Calendar().Zone()).Format(time.DateOnly); c.Bought > today {
		return badField("bought", "is "+c.Bought+", but must be "+today+" or before: look at the day on the receipt")
	}
	return nil
}

// sameReceipt says whether a return is of a receipt. Tills begin their numbers anew: where both days are known, they
// have to be the same.
func (r *Return) sameReceipt(receipt, bought string) bool {
	return receipt != "" && r.Receipt == receipt && sameDay(r.Bought, bought)
}

// sameDay says whether two days can be one: a day that was not told can be any.
func sameDay(a, b string) bool { return a == b || a == "" || b == "" }

func (l *ReturnLine) worth() Money {
	if l.Value == nil {
		return Money{}
	}
	return *l.Value
}

// forgetReturn drops a return that is over, and remembers what came back on its receipt.
func (s *State) forgetReturn(r *Return) {
	if r.unchecked() && len(r.Lines) > 0 {
		id := backID(r.Receipt)
		b := s.Back.change(s, id)
		if b == nil {
			b = s.Back.put(s, id, ReceiptBack{Receipt: r.Receipt})
		}
		for i := range r.Lines {
			b.add(r.Bought, r.Lines[i].Qty, r.Lines[i].worth())
		}
		if b.Last = s.now(); s.Back.Len() > KeptBack {
			s.Back.drop(backID(slices.MinFunc(s.Back.All(), func(a, b *ReceiptBack) int {
				return cmp.Or(a.Last.Compare(b.Last), cmp.Compare(a.Receipt, b.Receipt))
			}).Receipt))
		}
	}
	s.Returns.drop(r.ID)
}

type backID string

func (b *ReceiptBack) add(bought string, units int, v Money) {
	i := slices.IndexFunc(b.Sums, func(x BackSum) bool { return x.Bought == bought && x.Value.Currency == v.Currency })
	if i < 0 && len(b.Sums) == MostBack {
		i = MostBack - 1
		b.Sums[i].Bought = "" // of any day
	}
	if i < 0 {
		b.Sums = append(b.Sums, BackSum{Bought: bought, Value: Money{Currency: v.Currency}})
		i = len(b.Sums) - 1
	}
	b.Sums[i].Units += units
	if b.Sums[i].Value.Currency == v.Currency {
		b.Sums[i].Value.Minor += v.Minor
	}
}

// receiptOpen refuses a receipt of which goods are being taken back already.
func (s *State) receiptOpen(receipt, bought string) *Refusal {
	for _, r := range s.Returns.All() {
		if r.State == ReturnOpen && r.sameReceipt(receipt, bought) {
			return Refuse(ReceiptOpen, "receipt", receipt, "return", r.Called())
		}
	}
	return nil
}

// unchecked says whether goods come back on a till's receipt alone: what is on it nobody here can look up.
func (r *Return) unchecked() bool {
	return r.Receipt != "" && r.Order == "" && r.RMA == "" && len(r.Expected) == 0
}

// onReceipt refuses more on such a receipt than anybody would have bought, in all returns of it.
func (s *State) onReceipt(now *Return, e *ReturnScanned) *Refusal {
	if !now.unchecked() {
		return nil
	}
	units, worth, currency := e.Qty, int64(0), ""
	add := func(n int, v Money) {
		if units += n; v.Currency != "" && (currency == "" || currency == v.Currency) {
			worth, currency = worth+v.Minor, v.Currency
		}
	}
	if e.Value != nil {
		add(0, *e.Value)
	}
	for _, r := range s.Returns.All() {
		if !r.unchecked() || !r.sameReceipt(now.Receipt, now.Bought) {
			continue
		}
		for _, l := range r.Lines {
			add(l.Qty, l.worth())
		}
	}
	if b := s.Back.Get(backID(now.Receipt)); b != nil {
		for _, sum := range b.Sums {
			if sameDay(sum.Bought, now.Bought) {
				add(sum.Units, sum.Value)
			}
		}
	}
	switch {
	case units > s.Policy.ReceiptUnits:
		return Refuse(ReceiptTooMuch, "receipt", now.Receipt, "limit", plural(s.Policy.ReceiptUnits, "unit"))
	case worth > int64(s.Policy.ReceiptValue):
		return Refuse(ReceiptTooMuch, "receipt", now.Receipt, "limit", Money{int64(s.Policy.ReceiptValue), currency}.String())
	}
	return nil
}
