package day

// changeMinds is the centre while the day runs: customers cancel, or want more or less of something.
func (p *person) changeMinds(done func() bool) {
	w := p.w
	for !done() {
		p.spend(7 * minute)
		if len(w.ids) == 0 {
			continue
		}
		o := w.orders[w.ids[p.dice.IntN(len(w.ids))]]
		if o.recalled || o.inHand || o.flow == "pickup" && !w.can["putback.confirm"] {
			continue
		}
		if p.dice.IntN(2) == 0 {
			p.recall(o)
		} else {
			p.change(o)
		}
	}
}

// recall asks for an order back. What the site lets go of is told by its own answer.
func (p *person) recall(o *order) {
	w := p.w
	a := p.do("order.recall", D{"order": o.id, "cause": "customer"})
	if a.code() == "unknown_order" || a.code() == "nothing_left" {
		return // not sent yet, or over
	}
	if !a.ok() {
		w.breach("order %s cannot be recalled: %s", o.id, a.Refusal.Words)
		return
	}
	w.tally.Recalled++
	p.learnTerms(o)
	p.w.freed(o)
}

// change asks for one more, or one less, of the first line.
func (p *person) change(o *order) {
	w := p.w
	l := o.lines[0]
	want := l.qty + 1 - 2*p.dice.IntN(2)
	if want < 1 {
		want = l.qty + 1
	}
	a := p.do("order.change", D{"order": o.id, "lines": []D{{"line": l.id, "qty": want}}})
	if a.code() == "unknown_order" || a.code() == "nothing_left" {
		return
	}
	if !a.ok() {
		w.breach("order %s cannot be changed: %s", o.id, a.Refusal.Words)
		return
	}
	w.tally.Changed++
	p.learnTerms(o)
}

// learnTerms reads what the site made of it, as the centre is told: how much is asked for now, and how much
// nobody wants any more.
func (p *person) learnTerms(o *order) {
	for _, row := range list[lineRow](p, "lines", "order", o.id) {
		l := o.line(row.Line)
		l.qty, l.cancel = row.Qty, row.Cancelled
		o.recalled = o.recalled || row.Cancelled > 0
	}
}

// freed lets what was on its way for an order be undone by its people: a parcel that was open or closed comes
// apart, its goods lie in the tote again.
func (w *world) freed(o *order) {
	row, ok := one[orderDetail](w.lead, "orders/"+o.id)
	if !ok {
		return
	}
	for _, u := range row.Units {
		if u.State == "void" {
			w.truth.all(inUnit(u.Unit), inTote(o.id))
			w.void[u.Unit] = true
		}
	}
	if _, vain := row.loose(); len(vain) > 0 {
		w.vain = append(w.vain, o)
	}
}

// declines says no to a line now and then: damaged on the shelf, or needed for the window.
func (p *person) declines(o *order) bool {
	w := p.w
	if len(o.lines) < 2 || p.dice.IntN(60) != 0 {
		return false
	}
	l := o.lines[len(o.lines)-1]
	row, ok := one[orderDetail](p, "orders/"+o.id)
	if !ok {
		return false
	}
	open := 0
	for _, x := range row.Lines {
		if x.Line == l.id {
			open = x.ToPick
		}
	}
	if a := p.do("order.decline", D{"order": o.id, "lines": []string{l.id}, "reason": "out_of_stock"}); a.ok() {
		l.refused += open
		w.tally.Declined += open
	}
	return false
}
