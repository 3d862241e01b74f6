package day

import (
	"slices"
	"strconv"
	"time"
)

// pickOrder walks for one order, from pick.start to pick.finish. It says whether the order's goods are
// together.
func (p *person) pickOrder(o *order, takeOver bool) bool {
	d := D{"order": o.id}
	if takeOver {
		d["take_over"] = true
	}
	switch a := p.do("pick.start", d); {
	case a.code() == "nothing_left":
		return true // who was here before had all of it, or the rest was given up
	case !a.ok() && a.code() != "already_started":
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
		if p.errs(LateEntry) {
			p.pickLate(o, open)
			continue
		}
		for i, l := range open {
			p.pickLine(o, l)
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
func (p *person) pickLine(o *order, l lineDetail) {
	w := p.w
	it := w.shop.by[l.SKU]
	left := l.ToPick
	bins := []string{l.Bin}
	for _, b := range l.Bins {
		if b.OnHand > 0 && !slices.Contains(bins, b.Bin) {
			bins = append(bins, b.Bin)
		}
	}
	var looked []string
	for _, b := range bins {
		if left == 0 {
			break
		}
		p.walk(b)
		looked = append(looked, b)
		if w.truth.has(inBin(b), l.SKU) > 0 && p.errs(FalseShort) {
			w.soil(b, FalseShort)
			break // did not look properly
		}
		left -= p.takeFrom(o, l, it, b, left)
	}
	if left > 0 {
		p.reportShort(o, l, left, looked)
	}
}

// takeFrom takes up to n units out of a bin and scans them.
func (p *person) takeFrom(o *order, l lineDetail, it *item, b string, n int) (took int) {
	p.front(b, func() { took = p.takeHere(o, l, it, b, n) })
	return took
}

func (p *person) takeHere(o *order, l lineDetail, it *item, b string, n int) int {
	w := p.w
	if w.truth.has(inBin(b), it.sku) == 0 || n <= 0 {
		return 0
	}
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
		if p.tote != "" {
			d["tote"] = p.tote
		}
		if p.run != "" {
			d["run"] = p.run
		}
		if p.errs(WrongBin) {
			p.wrongBin(d, b)
		}
		p.work(3)
		if qty = p.take(it, qty, b); qty == 0 {
			break
		}
		d["qty"] = qty
		if a := p.scan(d); !a.ok() { // somebody else took the order over, or nobody wants it any more
			p.giveBack(b)
			if a.code() == "wrong_bin" && p.turnedUp(it.sku, b) {
				continue
			}
			if n = took + fewer(a, n-took); n == took {
				return took
			}
			continue
		}
		p.lay(it, b, inTote(o.id))
		took += qty
		o.line(l.Line).picked += qty
		w.tally.Picked += qty
		if p.errs(DoubleScan) {
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

func (p *person) otherTote(mine spot) spot {
	all := p.w.truth.spots(mine.bucket())
	all = slices.DeleteFunc(all, func(s spot) bool { return s == mine || p.w.bench[s] })
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
		p.not(WrongBin)
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
	w.soil(wrong.id, WrongBin)
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
	a := p.do("pick.scan", d)
	if a.ok() {
		p.w.tally.Confirmed += d["qty"].(int)
	}
	return a
}

// reportShort says that units cannot be had. The site may send the picker to look elsewhere first.
func (p *person) reportShort(o *order, l lineDetail, n int, looked []string) {
	w := p.w
	it := w.shop.by[l.SKU]
	last := looked[len(looked)-1]
	say := func(all bool) (a Answer) {
		d := D{"order": o.id, "line": l.Line, "qty": n, "reason": "not_in_stock", "bin": last}
		if all {
			d["alternates_checked"] = true
		}
		p.front(last, func() {
			if a = p.do("pick.short", d); a.ok() {
				o.line(l.Line).short += n
				w.tally.Shorts["not_in_stock"] += n
				w.missed(it, last, all)
			}
		})
		return a
	}
	for range 6 {
		a := say(false)
		if a.code() != "check_other_bin" {
			return
		}
		if last = a.Refusal.Args["bin"]; slices.Contains(looked, last) {
			say(true)
			return
		}
		looked = append(looked, last)
		p.walk(last)
		n -= p.takeFrom(o, l, it, last, n)
		if n == 0 {
			return
		}
	}
}

// missed remembers that goods were said not to be in a bin, or in none, and are there by now.
func (w *world) missed(it *item, b string, all bool) {
	bins := []string{b}
	if all {
		bins = append(bins, it.bins...)
	}
	for _, b := range bins {
		if w.truth.has(inBin(b), it.sku) > 0 {
			w.soil(b, FalseShort)
		}
	}
}

// pickLate picks a whole list with the handheld in the pocket, and enters it ten minutes later: facts, with the
// time they happened at.
func (p *person) pickLate(o *order, open []lineDetail) {
	w := p.w
	type fact struct {
		l   lineDetail
		n   int
		bin string
		at  time.Time
	}
	var facts []fact
	for _, l := range open {
		p.walk(l.Bin)
		if n := w.truth.move(l.SKU, l.ToPick, inBin(l.Bin), inTote(o.id)); n > 0 {
			w.soil(l.Bin, LateEntry)
			facts = append(facts, fact{l, n, l.Bin, p.w.clock()})
		}
	}
	p.spend(10 * minute)
	for _, f := range facts {
		p.tallyScan()
		at := f.at
		a := p.send(Command{Type: "pick.scan", At: &at, Data: D{"order": o.id, "line": f.l.Line, "code": w.shop.by[f.l.SKU].gtin, "qty": f.n, "bin": f.bin, "done": true}})
		if !a.ok() {
			w.breach("order %s: a pick that happened is refused: %s %s", o.id, a.code(), a.Refusal.Words)
			continue
		}
		o.line(f.l.Line).picked += f.n
		w.tally.Picked += f.n
		w.tally.Confirmed += f.n
	}
	w.tally.caught(LateEntry, "recorded as facts")
	if len(facts) == 0 {
		for _, l := range open {
			p.pickLine(o, l)
		}
	}
}

// loose is what lies in an order's tote and is wanted, and what lies there in vain.
func (row *orderDetail) loose() (need, vain map[string]int) {
	need, vain = map[string]int{}, map[string]int{}
	for _, l := range row.Lines {
		for _, part := range l.Parts {
			switch {
			case (part.State == "picked" || part.State == "arrived") && part.Unit == "":
				need[l.SKU] += part.Qty
			case part.State == "put_back_due":
				vain[l.SKU] += part.Qty
			}
		}
	}
	return need, vain
}

// putBack carries home what was picked in vain, from the tote or from the staging shelf.
func (p *person) putBack(o *order) {
	if o.homing {
		return // a colleague is on the way
	}
	o.homing = true
	defer func() { o.homing = false }()
	row, ok := one[orderDetail](p, "orders/"+o.id)
	if !ok {
		return
	}
	for _, l := range row.Lines {
		n := 0
		for _, part := range l.Parts {
			if part.State == "put_back_due" {
				n += part.Qty
			}
		}
		if n > 0 {
			p.carryHome(o, l, n)
		}
	}
}

// carryHome carries units of a line from the tote to their bin, else from the shelf, else from the pile of goods
// that were found anywhere.
func (p *person) carryHome(o *order, l lineDetail, n int) {
	w := p.w
	b := w.shop.by[l.SKU].bins[0]
	var had [3]int
	got := 0
	from := [3]spot{inTote(o.id), onShelf(o.id), stray}
	for i, s := range from {
		had[i] = w.truth.move(l.SKU, n-got, s, p.hands())
		got += had[i]
	}
	p.walk(b)
	kind := "putback.confirm"
	if !w.can[kind] {
		kind = "pick.undo"
	}
	p.front(b, func() {
		a := p.do(kind, D{"order": o.id, "line": l.Line, "qty": n, "bin": b})
		if !a.ok() { // it is wanted again, or somebody was here before
			w.tooLate(o, "order %s line %s: %d cannot be put back: %s %s", o.id, l.Line, n, a.code(), a.Refusal.Words)
			for i, s := range from {
				w.truth.move(l.SKU, had[i], p.hands(), s)
			}
			return
		}
		if w.truth.all(p.hands(), inBin(b)); got < n {
			w.soil(b, WrongGoods) // it never came: most likely it stands there still
		}
		w.tally.PutBack += n
	})
}

// turnedUp tells the site of goods that stand where its book has none: what was missing is found, or else the
// bin is counted. It says whether the book was put right.
func (p *person) turnedUp(sku, b string) bool {
	w := p.w
	n := w.truth.has(inBin(b), sku)
	if n == 0 {
		return false
	}
	w.soil(b, FalseShort)
	a := p.do("stock.found", D{"sku": sku, "bin": b, "qty": n})
	if a.ok() {
		w.tally.Found += n
		w.tally.caught(FalseShort, "turned up for the next picker")
		return true
	}
	if has, err := strconv.Atoi(a.Refusal.Args["has"]); err == nil && has > 0 {
		if a := p.do("stock.found", D{"sku": sku, "bin": b, "qty": has}); a.ok() {
			w.tally.Found += has
			return true
		}
	}
	counted := w.tally.Counted
	p.countBin(b, "", true)
	return w.tally.Counted > counted
}
