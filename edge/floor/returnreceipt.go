package floor

import (
	"time"
)

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
	return receipt != "" && r.Receipt == receipt && (r.Bought == bought || r.Bought == "" || bought == "")
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
	if e.Value != nil {
		worth, currency = e.Value.Minor, e.Value.Currency
	}
	for _, r := range s.Returns.All() {
		if !r.unchecked() || !r.sameReceipt(now.Receipt, now.Bought) {
			continue
		}
		for _, l := range r.Lines {
			if units += l.Qty; l.Value != nil && (currency == "" || currency == l.Value.Currency) {
				worth, currency = worth+l.Value.Minor, l.Value.Currency
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
