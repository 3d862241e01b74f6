package day

// returnsWork is the counter where customers bring goods back, with the receipt or without.
func (p *person) returnsWork(done func() bool, most int) {
	w := p.w
	for most > 0 {
		if done() && len(w.bought) == 0 {
			return
		}
		p.work(120)
		if len(w.bought) == 0 {
			continue
		}
		i := p.dice.IntN(len(w.bought))
		o := w.bought[i]
		w.bought = append(w.bought[:i:i], w.bought[i+1:]...)
		most--
		if p.dice.IntN(6) == 0 {
			p.takeBack(o, true)
		} else {
			p.takeBack(o, false)
		}
	}
}

// takeBack takes one line of an order back, and says where it goes.
func (p *person) takeBack(o *order, blind bool) {
	w := p.w
	var l *line
	for _, x := range o.lines {
		if x.gone > x.back {
			l = x
		}
	}
	if l == nil {
		return
	}
	d := D{"order": o.id}
	if blind {
		d = D{"blind": true}
	}
	a := p.do("return.open", d)
	if !a.ok() {
		w.breach("a return of order %s cannot be opened: %s %s", o.id, a.code(), a.Refusal.Words)
		return
	}
	id := a.Made["return"]
	it := w.shop.by[l.sku]
	if other := w.shop.neighbour(it, p.dice); !blind && o.bySKU(other.sku) == nil && p.errs(WrongItem) {
		p.tallyScan()
		a := p.do("return.scan", D{"return": id, "sku": other.sku, "code": other.gtin, "qty": 1, "reason": "changed_mind", "condition": "as_new"})
		w.tally.byRefusal(WrongItem, a)
	}
	condition, reason := "as_new", "changed_mind"
	if p.dice.IntN(4) == 0 {
		condition, reason = "damaged", "damaged"
	}
	p.tallyScan()
	a = p.do("return.scan", D{"return": id, "sku": it.sku, "code": it.gtin, "qty": 1, "reason": reason, "condition": condition})
	if a.code() == "blind_too_much" {
		p.do("return.cancel", D{"return": id, "why": "no receipt, and worth too much"})
		return
	}
	if !a.ok() {
		w.breach("order %s: %s cannot be brought back: %s %s", o.id, it.sku, a.code(), a.Refusal.Words)
		return
	}
	here := spot("returns/" + id)
	from := withCustomer(o.id)
	for _, u := range o.units {
		if w.truth.has(withCarrier(u), it.sku) > 0 {
			from = withCarrier(u)
		}
	}
	w.truth.move(it.sku, 1, from, here)
	l.back++
	w.tally.Returned++
	if !blind && p.errs(TwiceBack) {
		p.tallyScan()
		a := p.do("return.scan", D{"return": id, "sku": it.sku, "code": it.gtin, "qty": l.gone + 1, "reason": reason, "condition": condition})
		if !w.tally.byRefusal(TwiceBack, a) {
			w.breach("order %s: more of %s came back than were sold", o.id, it.sku)
		}
	}
	d = D{"return": id, "no": 1, "disposition": "bin", "bin": it.bins[0]}
	to := inBin(it.bins[0])
	if condition == "damaged" {
		d, to = D{"return": id, "no": 1, "disposition": "quarantine"}, "quarantine"
	}
	p.front(it.bins[0], func() {
		if a = p.do("return.dispose", d); a.ok() {
			w.truth.move(it.sku, 1, here, to)
		}
	})
	if !a.ok() {
		w.breach("return %s: no place for it: %s %s", id, a.code(), a.Refusal.Words)
		return
	}
	if a := p.do("return.close", D{"return": id, "wants": "refund"}); !a.ok() {
		w.breach("return %s cannot be closed: %s", id, a.Refusal.Words)
	}
}

// arrive receives what is brought for an order that is collected here.
func (p *person) arrive(o *order) {
	w := p.w
	row, ok := one[orderDetail](p, "orders/"+o.id)
	if !ok {
		return
	}
	var lines []D
	for _, x := range row.Lines {
		if x.ToPick == 0 {
			continue
		}
		l := o.line(x.Line)
		good, broken := x.ToPick, 0
		switch p.dice.IntN(25) {
		case 0:
			good--
			broken = 1
		case 1:
			good-- // not in the box
		}
		w.truth.make(l.sku, good, inTote(o.id))
		w.truth.make(l.sku, broken, "quarantine")
		l.picked += good
		w.tally.Received += good + broken
		w.tally.Arrived += good + broken
		d := D{"line": l.id, "qty": good}
		if broken > 0 {
			d["damaged"] = broken
		}
		if good+broken > 0 {
			lines = append(lines, d)
		}
	}
	d := D{"order": o.id, "last": true}
	if len(lines) > 0 {
		d["lines"] = lines
	}
	a := p.do("arrival.scan", d)
	if !a.ok() {
		w.tooLate(o, "order %s: what was brought is refused: %s %s", o.id, a.code(), a.Refusal.Words)
	}
	// What did not come is short, unless nobody wants it any more.
	for _, q := range linesOf(w.facts(p, a), "arrival.received.v1") {
		if n := q.Broken + q.Missing; n > 0 {
			o.line(q.Line).short += n
			w.tally.Shorts["not brought, or broken"] += n
		}
	}
}
