package day

import (
	"slices"
	"time"
)

// pickOrder walks for one order, from pick.start to pick.finish. It says whether the order's goods are
// together.
func (p *person) pickOrder(o *order, takeOver bool) bool {
	d := D{"order": o.id}
	if takeOver {
		d["take_over"] = true
	}
	if a := p.do("pick.start", d); !a.ok() && a.code() != "already_started" {
		return false
	}
	for round := 0; ; round++ {
		row, ok := one[orderDetail](p, "orders/"+o.id)
		if !ok {
			return false
		}
		open := slices.DeleteFunc(row.Lines, func(l lineDetail) bool { return l.ToPick == 0 })
		if len(open) == 0 || round > 4 {
			break
		}
		late := p.errs(LateEntry)
		for i, l := range open {
			p.pickLine(o, l, late)
			if i+1 < len(open) && p.errs(WalkedAway) {
				p.w.left = append(p.w.left, o)
				p.spend(20 * time.Minute)
				return false
			}
		}
	}
	a := p.do("pick.finish", D{"order": o.id})
	return a.ok() || a.code() == "already_finished" || a.code() == "not_started"
}

// pickLine fetches what a line still wants, wherever the screen leads, and reports short what cannot be had.
func (p *person) pickLine(o *order, l lineDetail, late bool) {
	w := p.w
	it := w.shop.by[l.SKU]
	left := l.ToPick
	bins := []string{l.Bin}
	for _, b := range l.Bins {
		if b.OnHand > 0 && !slices.Contains(bins, b.Bin) {
			bins = append(bins, b.Bin)
		}
	}
	for _, b := range bins {
		if left == 0 {
			break
		}
		p.walk(b)
		if p.errs(FalseShort) && w.truth.has(inBin(b), l.SKU) > 0 {
			w.soil(b, FalseShort)
			break // did not look properly
		}
		left -= p.takeFrom(o, l, it, b, left, late)
	}
	if left > 0 {
		p.reportShort(o, l, left, bins)
	}
}

// takeFrom takes up to n units out of a bin and scans them.
func (p *person) takeFrom(o *order, l lineDetail, it *item, b string, n int, late bool) int {
	w := p.w
	n = min(n, w.truth.has(inBin(b), it.sku))
	if n == 0 {
		return 0
	}
	tote := inTote(o.id)
	if p.errs(WrongItem) {
		other := w.shop.neighbour(it, p.dice)
		a := p.scan(D{"order": o.id, "line": l.Line, "code": other.gtin, "qty": 1, "bin": b})
		if !w.tally.byRefusal(WrongItem, a) {
			w.breach("order %s line %s took %s for %s", o.id, l.Line, other.sku, it.sku)
		}
	}
	took := 0
	for took < n {
		qty := 1
		if p.dice.IntN(2) == 0 {
			qty = n - took // by count
		}
		d := D{"order": o.id, "line": l.Line, "code": it.gtin, "qty": qty, "bin": b}
		if p.errs(WrongBin) {
			p.wrongBin(d, b)
		}
		p.work(3)
		p.carry(it, qty, b, tote)
		var a Answer
		if late {
			d["done"] = true
			p.tallyScan()
			a = p.doLate("pick.scan", d, 10*time.Minute)
			w.tally.caught(LateEntry, "recorded as a fact")
		} else {
			a = p.scan(d)
		}
		if !a.ok() { // somebody else took the order over, or nobody wants it any more
			p.unload(it, qty, tote, b)
			return took
		}
		took += qty
		o.line(l.Line).picked += qty
		w.tally.Picked += qty
		if p.errs(DoubleScan) && !late {
			d["qty"] = 1
			if a := p.scan(d); !w.tally.byRefusal(DoubleScan, a) {
				took++ // the screen believes it; the bench will miss one
				o.line(l.Line).picked++
				w.tally.Picked++
				w.soil(b, DoubleScan)
			}
		}
	}
	w.tally.PickedAt++
	return took
}

// carry is the hand: what it takes is not always what it should.
func (p *person) carry(it *item, qty int, b string, tote spot) {
	w := p.w
	switch {
	case p.errs(WrongGoods):
		other := w.shop.neighbour(it, p.dice)
		for _, ob := range other.bins {
			if w.truth.move(other.sku, 1, inBin(ob), tote) == 1 {
				w.soil(ob, WrongGoods)
				w.soil(b, WrongGoods)
				qty--
				break
			}
		}
	case p.errs(TooManyTaken):
		if w.truth.move(it.sku, 1, inBin(b), tote) == 1 {
			w.soil(b, TooManyTaken)
		}
	case p.errs(WrongTote):
		if other := p.otherTote(tote); other != "" && w.truth.move(it.sku, 1, inBin(b), other) == 1 {
			w.soil(b, WrongTote)
			qty--
		}
	}
	w.truth.move(it.sku, qty, inBin(b), tote)
}

func (p *person) unload(it *item, qty int, tote spot, b string) {
	p.w.truth.move(it.sku, qty, tote, inBin(b))
}

func (p *person) otherTote(mine spot) spot {
	all := p.w.truth.spots(mine.bucket())
	all = slices.DeleteFunc(all, func(s spot) bool { return s == mine })
	if len(all) == 0 {
		return ""
	}
	return all[p.dice.IntN(len(all))]
}

// wrongBin scans the label of the bin beside.
func (p *person) wrongBin(d D, right string) {
	w := p.w
	wrong := w.shop.bins[p.dice.IntN(len(w.shop.bins))]
	if wrong.id == right || wrong.use != "" {
		return
	}
	bad := D{}
	for k, v := range d {
		bad[k] = v
	}
	bad["bin"] = wrong.id
	a := p.scan(bad)
	if w.tally.byRefusal(WrongBin, a) {
		return
	}
	// It was taken: the unit is in the tote, the wrong bin's book went down.
	qty := d["qty"].(int)
	line := w.orders[d["order"].(string)].line(d["line"].(string))
	if u := p.do("pick.undo", D{"order": d["order"], "line": d["line"], "qty": qty, "bin": wrong.id}); !u.ok() {
		w.breach("order %s: what was booked off the wrong bin %s cannot be undone: %s", d["order"], wrong.id, u.code())
		line.picked += qty
	}
	w.tally.caught(WrongBin, "undone by the picker")
}

func (p *person) tallyScan() { p.w.tally.Scans++ }

func (p *person) scan(d D) Answer {
	p.tallyScan()
	return p.do("pick.scan", d)
}

// reportShort says that units cannot be had. The site may send the picker to look elsewhere first.
func (p *person) reportShort(o *order, l lineDetail, n int, looked []string) {
	w := p.w
	it := w.shop.by[l.SKU]
	last := looked[len(looked)-1]
	for range 6 {
		d := D{"order": o.id, "line": l.Line, "qty": n, "reason": "not_in_stock", "bin": last}
		if len(looked) > 1 && w.can["checked"] {
			d["checked"] = looked
		}
		a := p.do("pick.short", d)
		if a.ok() {
			o.line(l.Line).short += n
			w.tally.Shorts["not_in_stock"] += n
			return
		}
		if a.code() != "check_other_bin" {
			return
		}
		last = a.Refusal.Args["bin"]
		if slices.Contains(looked, last) {
			d["alternates_checked"] = true
			if a := p.do("pick.short", d); a.ok() {
				o.line(l.Line).short += n
				w.tally.Shorts["not_in_stock"] += n
			}
			return
		}
		looked = append(looked, last)
		p.walk(last)
		n -= p.takeFrom(o, l, it, last, n, false)
		if n == 0 {
			return
		}
	}
}
