package day

import "fmt"

// packer is somebody at the benches: sorts at the wall, packs singles, packs orders.
func (p *person) packer(done func() bool) {
	w := p.w
	for {
		p.rest()
		switch {
		case len(w.singles) > 0:
			t := w.singles[0]
			w.singles = w.singles[1:]
			w.sorting++
			p.packSingles(t)
			w.sorting--
		case len(w.walls) > 0:
			t := w.walls[0]
			w.walls = w.walls[1:]
			w.sorting++
			p.sortWall(t)
			w.sorting--
		case len(w.packs) > 0:
			o := w.packs[0]
			w.packs = w.packs[1:]
			w.sorting++
			p.packOrder(o)
			w.sorting--
		case done() && w.sorting == 0:
			return
		default:
			p.work(30)
		}
	}
}

// complete holds what is on a cart against what the site says is: what is too much goes to the strays, what is
// missing is fetched.
func (p *person) completeCart(t *tour) {
	w := p.w
	book := map[string]int{}
	row, ok := one[runRow](p, "runs/"+t.id)
	if !ok {
		return
	}
	for _, s := range row.Stops {
		book[s.SKU] += s.Picked
	}
	cart := inRun(t.id)
	w.bench[cart] = true
	for _, sku := range w.truth.skus(cart) {
		if over := w.truth.has(cart, sku) - book[sku]; over > 0 {
			w.truth.move(sku, over, cart, stray)
			w.tally.caught(TooManyTaken, "found at the bench: too much, or not this order's")
		}
	}
	for _, sku := range sorted(book) {
		gap := book[sku] - w.truth.has(cart, sku)
		if gap <= 0 {
			continue
		}
		w.tally.caught(WrongGoods, "found at the bench: something is missing")
		if gap -= p.fetch(sku, gap, cart); gap > 0 {
			b := w.shop.by[sku].bins[0]
			if a := p.do("run.undo", D{"run": t.id, "sku": sku, "qty": gap, "bin": b}); !a.ok() {
				w.breach("run %s: %d × %s are nowhere, and cannot be undone: %s", t.id, gap, sku, a.code())
			}
			w.tally.Picked -= gap
			w.soil(b, WrongGoods)
			a := p.do("run.short", D{"run": t.id, "sku": sku, "qty": gap, "reason": "not_in_stock", "bin": b, "alternates_checked": true})
			if a.ok() {
				w.tally.Shorts["not_in_stock"] += gap
			}
		}
	}
}

// sortWall sorts a batch to its orders.
func (p *person) sortWall(t *tour) {
	w := p.w
	p.completeCart(t)
	cart := inRun(t.id)
	if len(w.truth.skus(cart)) > 0 {
		var slots []string
		for range t.orders {
			w.slots++
			slots = append(slots, fmt.Sprintf("W%d", w.slots))
		}
		if a := p.do("wall.open", D{"run": t.id, "slots": slots}); !a.ok() {
			w.breach("the wall of run %s cannot be opened: %s %s", t.id, a.code(), a.Refusal.Words)
			return
		}
	}
	for _, sku := range w.truth.skus(cart) {
		for w.truth.has(cart, sku) > 0 {
			p.work(2)
			p.tallyScan()
			a := p.do("wall.sort", D{"run": t.id, "sku": sku, "code": w.shop.by[sku].gtin})
			if !p.sorted(t, sku, a) {
				break
			}
		}
	}
	for _, id := range t.orders {
		w.toBench(w.orders[id])
	}
}

// sorted puts one unit where the answer says.
func (p *person) sorted(t *tour, sku string, a Answer) bool {
	w := p.w
	cart := inRun(t.id)
	switch {
	case !a.ok():
		w.breach("run %s: %s cannot be sorted: %s %s", t.id, sku, a.code(), a.Refusal.Words)
		w.truth.move(sku, 1, cart, stray)
		return false
	case a.Told["put_back"] != "":
		b := w.shop.by[sku].bins[0]
		p.front(b, func() {
			if a := p.do("run.undo", D{"run": t.id, "sku": sku, "qty": 1, "bin": b}); !a.ok() {
				w.breach("run %s: left over %s cannot be put back: %s", t.id, sku, a.code())
			}
			w.truth.move(sku, 1, cart, inBin(b))
		})
		w.tally.PutBack++
		return true
	case a.Told["order"] == "":
		w.breach("run %s: nobody says where %s goes", t.id, sku)
		return false
	}
	o := w.orders[a.Told["order"]]
	w.truth.move(sku, 1, cart, inTote(o.id))
	w.tally.Confirmed++
	if l := o.bySKU(sku); l != nil {
		l.picked++
	}
	return true
}

// packSingles packs a run of singles: each unit takes the order that is due next.
func (p *person) packSingles(t *tour) {
	w := p.w
	p.completeCart(t)
	cart := inRun(t.id)
	for _, sku := range w.truth.skus(cart) {
		for w.truth.has(cart, sku) > 0 {
			l := w.cartonize(map[string]int{sku: 1})[0]
			p.work(8)
			p.tallyScan()
			a := p.do("single.pack", D{"run": t.id, "sku": sku, "code": w.shop.by[sku].gtin, "carton": l.carton})
			if !p.sorted(t, sku, a) {
				break
			}
			if a.Told["put_back"] != "" {
				continue
			}
			o := w.orders[a.Told["order"]]
			o.units = append(o.units, a.Unit)
			w.parcels[a.Unit] = o
			w.truth.move(sku, 1, inTote(o.id), w.standing(inUnit(a.Unit)))
			w.tally.Packed++
			w.tally.Parcels++
			p.closeParcel(o, a.Unit, l)
			o.packed = true
		}
	}
}
