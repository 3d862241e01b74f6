package day

import (
	"fmt"
	"slices"
	"strings"

	"picket/edge/carton"
)

// cartons on the shelf of every bench.
var cartons = []carton.Carton{
	{ID: "S", Inner: carton.Size{L: 320, W: 230, H: 160}, Empty: 120, Max: 8_000, Cost: 40},
	{ID: "M", Inner: carton.Size{L: 420, W: 310, H: 260}, Empty: 260, Max: 15_000, Cost: 70},
	{ID: "L", Inner: carton.Size{L: 600, W: 400, H: 400}, Empty: 480, Max: 25_000, Cost: 120},
}

// load is what one parcel is to hold.
type load struct {
	carton string
	qty    map[string]int
}

// cartonize asks the planner which cartons an order takes.
func (w *world) cartonize(need map[string]int) []load {
	if len(need) == 0 {
		return nil
	}
	var items []carton.Item
	for _, sku := range sorted(need) {
		it := w.shop.by[sku]
		items = append(items, carton.Item{ID: carton.ItemID(sku), SKU: sku, Qty: need[sku],
			Size: carton.Size{L: it.size[0], W: it.size[1], H: it.size[2]}, Weight: carton.Grams(it.grams)})
	}
	plan, err := carton.Choose(cartons, items, carton.Rules{})
	if err != nil {
		panic(fmt.Errorf("cartons: %w", err))
	}
	var out []load
	for _, c := range plan.Cartons {
		l := load{carton: string(c.Carton), qty: map[string]int{}}
		for _, at := range c.Placements {
			l.qty[string(at.Item)]++
		}
		out = append(out, l)
	}
	for _, left := range plan.Left {
		out = append(out, load{carton: "L", qty: map[string]int{string(left.Item): left.Qty}})
	}
	return out
}

// packOrder packs what was picked for an order, parcel by parcel, and sets aside what does not belong.
func (p *person) packOrder(o *order) {
	w := p.w
	tote := inTote(o.id)
	for range 4 {
		row, ok := one[orderDetail](p, "orders/"+o.id)
		if !ok {
			return
		}
		need, vain := row.loose()
		if len(vain) > 0 {
			p.putBack(o)
		}
		p.checkTote(o, row, need, tote)
		whole := true
		for _, l := range w.cartonize(need) {
			whole = whole && p.packParcel(o, l, tote)
		}
		if o.packed = whole; whole {
			return
		}
	}
}

// checkTote lays out what came, against what the screen says: what is too much goes to the strays, what is
// missing is fetched or given up.
func (p *person) checkTote(o *order, row orderDetail, need map[string]int, tote spot) {
	w := p.w
	w.bench[tote] = true
	p.work(5)
	for _, sku := range w.truth.skus(tote) {
		if over := w.truth.has(tote, sku) - need[sku]; over > 0 {
			w.truth.move(sku, over, tote, stray)
			w.tally.caught(TooManyTaken, "found at the bench: too much, or not this order's")
		}
	}
	for _, sku := range sorted(need) {
		gap := need[sku] - w.truth.has(tote, sku)
		if gap <= 0 {
			continue
		}
		w.tally.caught(WrongGoods, "found at the bench: something is missing")
		gap -= p.fetch(sku, gap, tote)
		for i := range row.Lines {
			if l := &row.Lines[i]; l.SKU == sku && gap > 0 && l.Loose > 0 {
				n := min(gap, l.Loose)
				if p.giveUp(o, l, n) {
					gap -= n
					need[sku] -= n
				}
			}
		}
		if need[sku] == 0 {
			delete(need, sku)
		}
	}
}

// fetch gets goods the book has in the tote already: from the pile of strays, or from where they live.
func (p *person) fetch(sku string, n int, to spot) int {
	w := p.w
	got := w.truth.move(sku, n, stray, to)
	for _, b := range w.shop.by[sku].bins {
		if got == n {
			break
		}
		p.walk(b)
		if k := w.truth.move(sku, n-got, inBin(b), w.standing(to)); k > 0 {
			w.soil(b, WrongGoods)
			got += k
		}
	}
	return got
}

// giveUp takes units back that nobody can find, and reports them short.
func (p *person) giveUp(o *order, l *lineDetail, n int) bool {
	w := p.w
	b := w.shop.by[l.SKU].bins[0]
	if a := p.do("pick.undo", D{"order": o.id, "line": l.Line, "qty": n, "bin": b}); !a.ok() {
		w.tooLate(o, "order %s line %s: %d units are nowhere, and cannot be undone: %s", o.id, l.Line, n, a.code())
		return false
	}
	o.line(l.Line).picked -= n
	w.tally.Picked -= n
	w.soil(b, WrongGoods)
	p.reportShort(o, *l, n, []string{b})
	p.do("pick.finish", D{"order": o.id})
	return true
}

// standing is where goods for a parcel go: into it, or into the tote when it came apart meanwhile.
func (w *world) standing(to spot) spot {
	if u := strings.TrimPrefix(string(to), "bench/"); to.bucket() == "bench" && w.void[u] {
		return inTote(w.parcels[u].id)
	}
	return to
}

// packParcel fills one parcel, tapes it, has its label printed and sticks it on. It says whether that went as
// the screen said it would.
func (p *person) packParcel(o *order, l load, tote spot) bool {
	w := p.w
	a := p.do("unit.open", D{"order": o.id, "carton": l.carton})
	if !a.ok() {
		w.tooLate(o, "order %s: no parcel can be opened: %s", o.id, a.Refusal.Words)
		return false
	}
	u := a.Unit
	o.units = append(o.units, u)
	w.parcels[u] = o
	w.open[inUnit(u)] = true
	defer delete(w.open, inUnit(u))
	for _, sku := range sorted(l.qty) {
		if !p.fill(o, u, sku, l.qty[sku], tote) {
			return p.unpack(o, u)
		}
	}
	w.tally.Parcels++
	p.work(20)
	delete(w.open, inUnit(u)) // from here on it is taped
	return p.closeParcel(o, u, l)
}

// unpack gives a parcel up that the screen does not want like this any more.
func (p *person) unpack(o *order, u string) bool {
	w := p.w
	if a := p.do("unit.void", D{"unit": u, "reason": "the order was changed"}); a.ok() {
		w.void[u] = true
		w.truth.all(inUnit(u), inTote(o.id))
	} else {
		w.tooLate(o, "order %s: parcel %s cannot be given up: %s", o.id, u, a.code())
	}
	return false
}

// fill scans units into a parcel.
func (p *person) fill(o *order, u, sku string, n int, tote spot) bool {
	w := p.w
	it := w.shop.by[sku]
	if p.errs(WrongItem) {
		other := w.shop.neighbour(it, p.dice)
		if o.bySKU(other.sku) == nil {
			p.tallyScan()
			a := p.do("unit.add", D{"unit": u, "code": other.gtin, "qty": 1})
			if !w.tally.byRefusal(WrongItem, a) {
				w.breach("order %s: %s went into its parcel", o.id, other.sku)
			}
		}
	}
	p.work(2)
	p.tallyScan()
	a := p.do("unit.add", D{"unit": u, "code": it.gtin, "qty": n})
	if !a.ok() {
		w.tooLate(o, "order %s: %d × %s do not go into parcel %s: %s", o.id, n, sku, u, a.Refusal.Words)
		return false
	}
	to := w.standing(inUnit(u))
	w.tally.Packed += n
	if others := w.openParcels(to); len(others) > 0 && p.errs(WrongParcel) {
		if other := others[p.dice.IntN(len(others))]; other != to && w.truth.move(sku, 1, tote, other) == 1 {
			n--
		} else {
			p.not(WrongParcel)
		}
	}
	w.truth.move(sku, n, tote, to)
	if p.errs(DoubleScan) {
		p.tallyScan()
		a := p.do("unit.add", D{"unit": u, "code": it.gtin, "qty": 1})
		if !w.tally.byRefusal(DoubleScan, a) {
			p.do("unit.take", D{"unit": u, "line": o.bySKU(sku).id, "qty": 1})
			w.tally.caught(DoubleScan, "taken out again")
		}
	}
	return true
}

func (o *order) bySKU(sku string) *line {
	if i := slices.IndexFunc(o.lines, func(l *line) bool { return l.sku == sku }); i >= 0 {
		return o.lines[i]
	}
	return nil
}

// openParcels are the parcels others are filling, sorted.
func (w *world) openParcels(mine spot) []spot {
	return slices.DeleteFunc(sorted(w.open), func(s spot) bool { return s == mine })
}

// weigh is what the scale says.
func (w *world) weigh(u, box string) int {
	g := 0
	for _, c := range cartons {
		if string(c.ID) == box {
			g = int(c.Empty)
		}
	}
	for sku, list := range w.truth.at[inUnit(u)] {
		g += len(list) * w.shop.by[sku].grams
	}
	return g
}

// closeParcel tapes a parcel. When the scale says no, the packer looks inside.
func (p *person) closeParcel(o *order, u string, l load) bool {
	w := p.w
	a := p.do("unit.close", D{"unit": u, "weight_g": w.weigh(u, l.carton)})
	if a.code() == "not_wrapped" { // a gift
		p.work(90)
		if a := p.do("task.done", D{"task": "wrap/" + u, "note": "red ribbon"}); !a.ok() {
			w.tooLate(o, "the gift in parcel %s cannot be wrapped: %s", u, a.code())
			return false
		}
		w.tally.Wrapped++
		a = p.do("unit.close", D{"unit": u, "weight_g": w.weigh(u, l.carton)})
	}
	if a.code() == "weight_off" {
		p.mendParcel(u, l)
		w.tally.caught(WrongParcel, "the scale said so")
		a = p.do("unit.close", D{"unit": u, "weight_g": w.weigh(u, l.carton)})
	}
	if !a.ok() {
		w.tooLate(o, "order %s: parcel %s cannot be closed: %s %s", o.id, u, a.code(), a.Refusal.Words)
		return false
	}
	w.print(p, o, a.Jobs)
	p.verify(u)
	w.gate = append(w.gate, u)
	return true
}

// mendParcel puts right what is in a parcel.
func (p *person) mendParcel(u string, l load) {
	w := p.w
	for _, sku := range w.truth.skus(inUnit(u)) {
		if over := w.truth.has(inUnit(u), sku) - l.qty[sku]; over > 0 {
			w.truth.move(sku, over, inUnit(u), stray)
		}
	}
	for _, sku := range sorted(l.qty) {
		if gap := l.qty[sku] - w.truth.has(inUnit(u), sku); gap > 0 && !w.void[u] {
			if got := p.fetch(sku, gap, inUnit(u)); got < gap {
				w.tooLate(w.parcels[u], "parcel %s: %d × %s cannot be found", u, gap-got, sku)
			}
		}
	}
}

// print is the printer by the bench: it prints at once, but for the times it is out of labels.
func (w *world) print(p *person, o *order, jobs []string) {
	for _, j := range jobs {
		if p.dice.IntN(200) == 0 {
			w.ask(w.printer, []Command{w.printer.command("print.start", D{"job": j, "printer": "bench"}),
				w.printer.command("label.failed", D{"job": j, "state": "held", "reasons": []string{"media-empty"}})})
			p.work(60)
		}
		printed := false
		for _, a := range w.ask(w.printer, []Command{w.printer.command("print.start", D{"job": j, "printer": "bench"}),
			w.printer.command("label.printed", D{"job": j})}) {
			if !a.ok() && (o == nil || !o.minds) {
				w.breach("job %s is not printed: %s", j, a.Refusal.Words)
			}
			printed = a.ok()
		}
		if printed {
			w.tally.Printed++
		}
	}
}

func (p *person) command(typ string, d D) Command {
	return Command{ID: p.id(), Type: typ, Data: d}
}
