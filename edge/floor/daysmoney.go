package floor

// Totals of money are kept on the business day the shift began on, whenever they come to be known:
// money/{shift}/{till}/{means}/{currency}/in, out, n (payments, either way), backs (of them, given back),
// counted and counts. Who took it is in no total.

func (s *State) moneyTotals(t TillShift, method, currency string, add func(d *Day, name string)) {
	if t.Date == "" {
		return
	}
	add(s.totalsOn(t.Date), "money/"+unslashed(t.Shift)+"/"+t.Till+"/"+method+"/"+currency+"/")
}

func (s *State) countMoney(t TillShift, method string, amount Money, back bool) {
	s.moneyTotals(t, method, amount.Currency, func(d *Day, name string) {
		d.add(name+"n", 1)
		if back {
			d.add(name+"out", amount.Minor)
			d.add(name+"backs", 1)
		} else {
			d.add(name+"in", amount.Minor)
		}
	})
}

func (e *PickupPaid) count(s *State, _ *Day, _ *Record) {
	s.countMoney(e.TillShift, e.Method, e.Amount, false)
}

func (e *DoorPaid) count(s *State, _ *Day, _ *Record) {
	s.countMoney(e.TillShift, e.Method, e.Amount, false)
}

func (e *MoneyReturned) count(s *State, _ *Day, _ *Record) {
	s.countMoney(e.TillShift, e.Method, e.Amount, true)
}

// countBefore: the last count of a drawer stands, so that what was counted before is taken off again.
func (e *DrawerCounted) countBefore(s *State, _ *Day, _ *Record) {
	if d := s.Drawers.Get(e.id()); d != nil {
		for _, l := range d.Counts {
			s.moneyTotals(e.TillShift, l.Method, l.Currency, func(d *Day, name string) {
				d.add(name+"counted", -l.Counted)
				d.add(name+"counts", -1)
			})
		}
	}
}

func (e *DrawerCounted) count(s *State, _ *Day, _ *Record) {
	for _, l := range e.Lines {
		s.moneyTotals(e.TillShift, l.Method, l.Currency, func(d *Day, name string) {
			d.add(name+"counted", l.Counted)
			d.add(name+"counts", 1)
		})
	}
}

// What nobody owes any more moves no money, so it is in no drawer: it counts on the day it was said,
// lowered/{currency}/n and lowered/{currency}/amount.
func (e *DueLowered) count(_ *State, d *Day, _ *Record) {
	name := "lowered/" + e.Amount.Currency
	d.add(name+"/n", 1)
	d.add(name+"/amount", e.Amount.Minor)
}
