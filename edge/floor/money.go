package floor

import (
	"slices"
	"strings"
	"time"
)

// DrawerID names the money of one till in one shift: date/till/shift.
type DrawerID string

// Drawer is what one till took and gave back in one shift, by person and means, and how it was counted. What a
// drawer holds to give change with is no part of it.
type Drawer struct {
	ID DrawerID `json:"id"`
	TillShift
	Sums    []Taking   `json:"sums,omitempty"`     // by person, means and currency, sorted
	Counted time.Time  `json:"counted,omitzero"`   // when it was counted, all of it; zero: not yet, or money came since
	Counter UserID     `json:"counter,omitempty"`  // who counted it last
	Why     string     `json:"why,omitempty"`      // why it differs
	Counts  []Declared `json:"declared,omitempty"` // what was counted last, by means and currency, sorted
}

// TillShift says into which drawer money went: that of a till, in a shift, which belongs to the business day on
// which it began.
type TillShift struct {
	Till  string `json:"till,omitempty"`
	Shift string `json:"shift,omitempty"` // empty: the site has no shift at that time
	Date  Date   `json:"date,omitempty"`
}

// Taking is what one person took by one means, in the smallest unit of its currency.
type Taking struct {
	Who      UserID `json:"who"`
	Method   string `json:"method"`
	Currency string `json:"currency"`
	In       int64  `json:"in"`              // taken
	Out      int64  `json:"out,omitempty"`   // given back
	N        int    `json:"n"`               // payments, either way
	Backs    int    `json:"backs,omitempty"` // of them, given back
}

// Declared is what somebody counted of one means, beside what was booked.
type Declared struct {
	Method   string `json:"method"`
	Currency string `json:"currency"`
	Booked   int64  `json:"booked"`
	Counted  int64  `json:"counted"`
}

func (d Drawer) clone() Drawer {
	d.Sums, d.Counts = slices.Clone(d.Sums), slices.Clone(d.Counts)
	return d
}

func (d *Drawer) key() string { return string(d.ID) }

// Over says whether nothing is left to do about it.
func (d *Drawer) Over() bool { return !d.Counted.IsZero() }

// id names the drawer; empty for money of which no record says into which drawer it went.
func (t TillShift) id() DrawerID {
	if t.Date == "" {
		return ""
	}
	return DrawerID(string(t.Date) + "/" + t.Till + "/" + unslashed(t.Shift))
}

// unslashed keeps a shift's name from being read as two.
func unslashed(name string) string { return strings.ReplaceAll(name, "/", "-") }

// Words names the drawer for people.
func (t TillShift) Words() string {
	words := "till " + t.Till
	if t.Shift != "" {
		words += ", shift " + t.Shift
	}
	return words + " of " + string(t.Date)
}

// Booked sums the drawer by means and currency, sorted.
func (d *Drawer) Booked() []Declared {
	var out []Declared
	for _, t := range d.Sums {
		at, found := slices.BinarySearchFunc(out, Declared{Method: t.Method, Currency: t.Currency}, byMeans)
		if !found {
			out = slices.Insert(out, at, Declared{Method: t.Method, Currency: t.Currency})
		}
		out[at].Booked += t.In - t.Out
	}
	return out
}

func byMeans(a, b Declared) int {
	if a.Method != b.Method {
		return strings.Compare(a.Method, b.Method)
	}
	return strings.Compare(a.Currency, b.Currency)
}

// means are the ways money is taken. A transfer goes to the bank: there is nothing of it to count.
var means = []string{"cash", "card", "voucher", "transfer"}

const transferred = "transfer"

// moneyLate is how long ago money may have been taken for its own shift to be the one it is booked in; a clock
// that says longer is not believed.
const moneyLate = 7 * 24 * time.Hour

// tillShift finds the drawer money goes into: that of the shift in which it was taken, at the till that is named,
// or else at the bench or counter the command came from.
func (s *State) tillShift(m Meta, till string) (TillShift, *Refusal) {
	if till == "" {
		if till = string(m.Station); till == "" || len(till) > maxTill || strings.Contains(till, "/") {
			till = "counter"
		}
	}
	if r := checkTill(till); r != nil {
		return TillShift{}, r
	}
	at := m.happened()
	if m.Now.Sub(at) >= moneyLate {
		at = m.Now
	}
	date, shift := s.Calendar().ShiftOf(at)
	return TillShift{Till: till, Shift: shift, Date: Date(date)}, nil
}

const maxTill = 40

func checkTill(till string) *Refusal {
	if r := check([2]string{"till", till}); r != nil {
		return r
	}
	if len(till) > maxTill || strings.Contains(till, "/") {
		return badField("till", "must be at most 40 letters, digits and ._:- long")
	}
	return nil
}

// ShiftOf is the shift a moment lies in, and the business day on which that shift began: a night shift is one.
func (c Calendar) ShiftOf(at time.Time) (date, shift string) {
	if shift = c.Shift(at); shift == "" {
		return c.Day(at), ""
	}
	local := at.In(c.zone)
	now := local.Hour()*60 + local.Minute()
	for _, s := range c.site.Shifts {
		if s.Name != shift {
			continue
		}
		from, _ := minutes(s.From)
		to, _ := minutes(s.To)
		if from >= to && now < to {
			return c.Day(c.moment(nextDay(local.Format(dayForm), -1), from, false)), shift
		}
		return c.Day(c.moment(local.Format(dayForm), from, false)), shift
	}
	return c.Day(at), shift
}

// takeMoney books money in a drawer; a negative amount was given back. Money of which nobody knows the drawer is
// that of a record from before there were any.
func (s *State) takeMoney(t TillShift, who UserID, method string, amount Money) {
	id := t.id()
	if id == "" {
		return
	}
	d := s.Drawers.change(s, id)
	if d == nil {
		s.forgetDrawers(t.Date)
		d = s.Drawers.put(s, id, Drawer{ID: id, TillShift: t})
	}
	at, found := slices.BinarySearchFunc(d.Sums, Taking{Who: who, Method: method, Currency: amount.Currency}, func(a, b Taking) int {
		if a.Who != b.Who {
			return strings.Compare(string(a.Who), string(b.Who))
		}
		return byMeans(Declared{Method: a.Method, Currency: a.Currency}, Declared{Method: b.Method, Currency: b.Currency})
	})
	if !found {
		d.Sums = slices.Insert(d.Sums, at, Taking{Who: who, Method: method, Currency: amount.Currency})
	}
	sum := &d.Sums[at]
	if sum.N++; amount.Minor >= 0 {
		sum.In += amount.Minor
	} else {
		sum.Out -= amount.Minor
		sum.Backs++
	}
	if !d.Counted.IsZero() { // it was taken before the count and is known only now, or was put into a counted drawer
		d.Counted = time.Time{}
		s.raiseOnce("money_after_count", "drawer/"+string(id), "drawer", t.Words(), "amount", amount.String(), "method", method)
	}
}

// forgetDrawers drops the drawers that were counted more than the policy's days before a day, and those that
// nobody counted in more than a year.
func (s *State) forgetDrawers(today Date) {
	counted, never := nextDay(string(today), -max(1, s.Policy.DrawerDays)), nextDay(string(today), -DaysKept)
	for _, id := range s.Drawers.IDs() {
		switch d := s.Drawers.Get(id); {
		case string(d.Date) >= counted:
			return // they are sorted by their day
		case !d.Counted.IsZero(), string(d.Date) < never:
			s.Drawers.drop(id)
		}
	}
}

// checkMoney refuses what no payment can be.
func checkMoney(amount *Money, method, receipt string) *Refusal {
	return firstNo(oneWord("method", method, means...), check([2]string{"receipt", receipt}), checkAmount("amount", amount, 1))
}

// maxPayments is how many payments one order takes, either way.
const maxPayments = 20

// nets sums payments by means and currency, sorted, with the last receipt of each.
func nets(paid []Payment) []Payment {
	var out []Payment
	for _, p := range paid {
		at, found := slices.BinarySearchFunc(out, p, func(a, b Payment) int {
			return byMeans(Declared{Method: a.Method, Currency: a.Amount.Currency}, Declared{Method: b.Method, Currency: b.Amount.Currency})
		})
		if !found {
			out = slices.Insert(out, at, Payment{Method: p.Method, Amount: Money{Currency: p.Amount.Currency}})
		}
		out[at].Amount.Minor += p.Amount.Minor
		out[at].Receipt = p.Receipt
	}
	return out
}
