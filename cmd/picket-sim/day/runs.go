package day

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"picket/edge/batch"
	"picket/edge/route"
)

// tour is a planned pick run.
type tour struct {
	id     string
	kind   string
	zone   string
	orders []string
	stops  []stop
	totes  map[string]string // order -> its tote
	metres float64
	by     string // who walks it
}

// stop is what is fetched at one bin.
type stop struct {
	bin, sku, order, line string
	qty                   int
}

func (t *tour) mixed() bool { return t.kind == "batch" || t.kind == "singles" }

// planner plans runs out of what the site has to do, as often as new orders came.
func (p *person) planner(done func() bool) {
	w := p.w
	for {
		over := done()
		p.planRuns()
		if over {
			w.planned = true
			return
		}
		p.spend(5 * minute)
	}
}

// planRuns reads the open lines nobody has planned yet and makes runs of them.
func (p *person) planRuns() {
	w := p.w
	open := map[string][]lineRow{}
	var ids []string
	for _, l := range list[lineRow](p, "lines", "open", "true") {
		if l.ToPick == 0 || w.inPlan[l.Order] {
			continue
		}
		if open[l.Order] == nil {
			ids = append(ids, l.Order)
		}
		open[l.Order] = append(open[l.Order], l)
	}
	byKind := map[batch.Mode][]batch.Order{}
	for i, id := range ids {
		w.inPlan[id] = true
		o := batch.Order{ID: batch.OrderID(id), Due: w.orders[id].due}
		units := 0
		for _, l := range open[id] {
			it := w.shop.by[l.SKU]
			units += l.ToPick
			o.Lines = append(o.Lines, batch.Line{ID: batch.LineID(l.Line), SKU: batch.SKU(l.SKU), Location: route.LocationID(l.Bin), Zone: w.shop.zone(l.Bin),
				Qty: l.ToPick, WeightG: it.grams, VolumeML: it.size[0] * it.size[1] * it.size[2] / 1000})
		}
		mode := []batch.Mode{batch.Cluster, batch.Batch, batch.Zone}[i%3]
		if units == 1 {
			mode = batch.Singles
		}
		byKind[mode] = append(byKind[mode], o)
	}
	for _, mode := range []batch.Mode{batch.Singles, batch.Cluster, batch.Batch, batch.Zone} {
		if len(byKind[mode]) > 0 {
			p.build(mode, byKind[mode])
		}
	}
	// What is due first is walked first.
	slices.SortStableFunc(w.tours, func(a, b *tour) int { return w.orders[a.orders[0]].due.Compare(w.orders[b.orders[0]].due) })
}

var carts = map[batch.Mode]batch.Cart{
	batch.Singles: {MaxOrders: 40, MaxWeightG: 120_000, MaxVolumeML: 400_000, ToteVolumeML: 60_000, ToteWeightG: 25_000},
	batch.Cluster: {MaxTotes: 12, MaxOrders: 12, MaxWeightG: 150_000, MaxVolumeML: 600_000, ToteVolumeML: 60_000, ToteWeightG: 25_000},
	batch.Batch:   {MaxOrders: 16, MaxWeightG: 150_000, MaxVolumeML: 600_000, ToteVolumeML: 60_000, ToteWeightG: 25_000},
	batch.Zone:    {MaxOrders: 16, MaxWeightG: 150_000, MaxVolumeML: 600_000, ToteVolumeML: 60_000, ToteWeightG: 25_000},
}

func (p *person) build(mode batch.Mode, orders []batch.Order) {
	w := p.w
	pl, err := batch.Build(w.shop.m, batch.Task{Mode: mode, Orders: orders, Cart: carts[mode], Window: time.Hour, TopUp: time.Hour})
	if err != nil {
		panic(fmt.Errorf("runs: %w", err))
	}
	for _, r := range pl.Runs {
		w.tally.Runs++
		t := &tour{id: fmt.Sprintf("R-%d-%d", w.cfg.Seed, w.tally.Runs), kind: string(mode), zone: r.Zone, metres: r.Metres, totes: map[string]string{}}
		for _, o := range r.Orders {
			t.orders = append(t.orders, string(o.Order))
			w.orders[string(o.Order)].tours++
			w.orders[string(o.Order)].mixed = w.orders[string(o.Order)].mixed || t.mixed()
			w.totes++
			t.totes[string(o.Order)] = fmt.Sprintf("T-%d", w.totes)
		}
		for _, at := range r.Stops {
			for _, k := range at.Picks {
				t.add(stop{bin: string(at.Location), sku: string(k.SKU), order: string(k.Order), line: string(k.Line), qty: k.Qty})
			}
		}
		w.tally.Planned += r.Metres
		w.tours = append(w.tours, t)
	}
	for _, l := range pl.Left {
		if l.Line == "" {
			w.todo = append(w.todo, w.orders[string(l.Order)]) // by hand, one by one
		}
	}
}

// add puts a pick on the tour; in a mixed run the picks of one item at one bin are one stop.
func (t *tour) add(s stop) {
	if t.mixed() {
		s.order, s.line = "", ""
		for i := range t.stops {
			if x := &t.stops[i]; x.bin == s.bin && x.sku == s.sku {
				x.qty += s.qty
				return
			}
		}
	}
	t.stops = append(t.stops, s)
}

// command is the tour as the site is told.
func (t *tour) command() D {
	var stops []D
	for _, s := range t.stops {
		d := D{"bin": s.bin, "sku": s.sku, "qty": s.qty}
		if s.order != "" {
			d["order"], d["line"] = s.order, s.line
		}
		stops = append(stops, d)
	}
	d := D{"id": t.id, "kind": t.kind, "orders": t.orders, "stops": stops}
	if t.zone != "" {
		d["zone"] = t.zone
	}
	if t.kind == "cluster" {
		var totes []string
		for _, o := range t.orders {
			totes = append(totes, t.totes[o])
		}
		d["totes"] = totes
	}
	return d
}

func (s *shop) zone(b string) string {
	if at := s.bin[b]; at != nil {
		return at.zone
	}
	return "Z1"
}

// picker walks runs as long as there are any.
func (p *person) picker() {
	w := p.w
	for {
		p.rest()
		switch {
		case len(w.orphans) > 0:
			t := w.orphans[0]
			w.orphans = w.orphans[1:]
			if t.by == p.name { // nobody else came
				w.tally.caught(WalkedAway, "came back to the run")
				p.walkRest(t)
			} else if a := p.do("run.take_over", D{"run": t.id, "from": "api:" + t.by}); a.ok() {
				w.tally.caught(WalkedAway, "a colleague took the run over")
				t.by = p.name
				p.walkRest(t)
			} else {
				w.breach("run %s cannot be taken over: %s %s", t.id, a.code(), a.Refusal.Words)
			}
		case len(w.tours) > 0:
			t := w.tours[0]
			w.tours = w.tours[1:]
			a := p.do("run.start", t.command())
			if !a.ok() { // something has changed since it was planned: one by one, then
				w.tally.Replans++
				for _, id := range t.orders {
					w.orders[id].replan = true
					w.toBench(w.orders[id])
				}
				continue
			}
			t.by = p.name
			p.walkRun(t, t.stops)
		case len(w.todo) > 0:
			o := w.todo[0]
			w.todo = w.todo[1:]
			if p.pickOrder(o, o.replan) {
				w.packs = append(w.packs, o)
			}
		case len(w.left) > 0:
			o := w.left[0]
			w.left = w.left[1:]
			w.tally.caught(WalkedAway, "a colleague took over")
			if p.pickOrder(o, true) {
				w.packs = append(w.packs, o)
			}
		case w.planned && w.walking == 0:
			return
		default:
			p.work(30)
		}
	}
}

// toBench sends an order's goods to the benches when the last of its runs is over; what a run could not take
// is picked by hand first.
func (w *world) toBench(o *order) {
	if o.tours--; o.tours > 0 {
		return
	}
	if o.replan {
		w.todo = append(w.todo, o)
	} else {
		w.packs = append(w.packs, o)
	}
}

type runRow struct {
	ID     string `json:"id"`
	Picked bool   `json:"picked"`
	Stops  []struct {
		Bin    string `json:"bin"`
		SKU    string `json:"sku"`
		Qty    int    `json:"qty"`
		Order  string `json:"order"`
		Line   string `json:"line"`
		Picked int    `json:"picked"`
		Short  int    `json:"short"`
	} `json:"stops"`
}

// walkRest goes on with a run somebody else began: the screen shows what is left of it.
func (p *person) walkRest(t *tour) {
	row, ok := one[runRow](p, "runs/"+t.id)
	if !ok {
		return
	}
	var rest []stop
	for _, s := range row.Stops {
		if n := s.Qty - s.Picked - s.Short; n > 0 {
			rest = append(rest, stop{bin: s.Bin, sku: s.SKU, order: s.Order, line: s.Line, qty: n})
		}
	}
	p.walkRun(t, rest)
}

// walkRun walks the stops, then says that the walk is over.
func (p *person) walkRun(t *tour, stops []stop) {
	w := p.w
	w.walking++
	defer func() { w.walking-- }()
	var skipped []stop
	for i := 0; i < len(stops); i++ {
		s := stops[i]
		if i > 0 && len(stops) > 4 && p.errs(WalkedAway) {
			w.orphans = append(w.orphans, t)
			p.spend(20 * minute)
			return
		}
		p.walk(s.bin)
		if len(skipped) < 2 && i+1 < len(stops) && p.dice.IntN(80) == 0 {
			if a := p.do("run.skip", D{"run": t.id, "bin": s.bin, "sku": s.sku}); a.ok() {
				skipped = append(skipped, s)
				stops = append(stops[:len(stops):len(stops)], s)
				continue
			}
		}
		if t.mixed() {
			p.pickMixed(t, s)
		} else {
			p.pickStop(t, s)
		}
	}
	a := p.do("run.finish", D{"run": t.id})
	for range 3 {
		if a.code() != "stops_open" {
			break
		}
		p.again(t)
		a = p.do("run.finish", D{"run": t.id})
	}
	if !a.ok() {
		w.breach("run %s (%s) cannot be finished: %s %s", t.id, t.kind, a.code(), a.Refusal.Words)
	}
	p.walk("bench")
	switch t.kind {
	case "batch":
		w.walls = append(w.walls, t)
	case "singles":
		w.singles = append(w.singles, t)
	default:
		for _, id := range t.orders {
			w.toBench(w.orders[id])
		}
	}
}

// again goes back for what the site says is still open.
func (p *person) again(t *tour) {
	row, ok := one[runRow](p, "runs/"+t.id)
	if !ok {
		return
	}
	for _, s := range row.Stops {
		if n := s.Qty - s.Picked - s.Short; n > 0 {
			x := stop{bin: s.Bin, sku: s.SKU, order: s.Order, line: s.Line, qty: n}
			if t.mixed() {
				p.pickMixed(t, x)
			} else {
				p.pickStop(t, x)
			}
		}
	}
}

// pickStop picks for one order of a run at one bin, and reports short what is not there.
func (p *person) pickStop(t *tour, s stop) {
	w := p.w
	o := w.orders[s.order]
	if p.run = t.id; t.kind == "cluster" {
		p.tote = t.totes[s.order]
	}
	defer func() { p.run, p.tote = "", "" }()
	it := w.shop.by[s.sku]
	l := lineDetail{Line: s.line, SKU: s.sku, ToPick: s.qty, Bin: s.bin}
	left := s.qty
	if w.truth.has(inBin(s.bin), s.sku) > 0 && p.errs(FalseShort) {
		w.soil(s.bin, FalseShort)
	} else {
		left -= p.takeFrom(o, l, it, s.bin, left)
	}
	if left > 0 {
		p.reportShort(o, l, left, []string{s.bin})
	}
}

// fewer is how many the site still wants when it says that so many are too many; none when it says anything
// else.
func fewer(a Answer, had int) int {
	if n, err := strconv.Atoi(a.Refusal.Args["left"]); err == nil && (a.code() == "too_many" || a.code() == "slot_takes_fewer") && n < had {
		return n
	}
	return 0
}

// pickMixed picks for a whole run at one bin, and looks where the site says when there is too little.
func (p *person) pickMixed(t *tour, s stop) {
	w := p.w
	it := w.shop.by[s.sku]
	left := s.qty
	looked := []string{}
	at := s.bin
	for range 6 {
		looked = append(looked, at)
		if w.truth.has(inBin(at), s.sku) > 0 && p.errs(FalseShort) {
			w.soil(at, FalseShort)
		} else {
			p.front(at, func() { left = p.mixedHere(t, it, at, left) })
		}
		if left == 0 {
			return
		}
		a := p.runShort(t, it, at, left, looked, false)
		if a.code() != "check_other_bin" {
			return
		}
		if at = a.Refusal.Args["bin"]; slices.Contains(looked, at) {
			p.runShort(t, it, at, left, looked, true)
			return
		}
		p.walk(at)
	}
}

// mixedHere takes what a bin has for a run, and says how many the run still lacks.
func (p *person) mixedHere(t *tour, it *item, b string, left int) int {
	w := p.w
	cart := inRun(t.id)
	for tries := 0; left > 0 && tries < 6 && w.truth.has(inBin(b), it.sku) > 0; tries++ {
		if tries == 0 && p.errs(WrongItem) {
			other := w.shop.neighbour(it, p.dice)
			p.tallyScan()
			a := p.do("run.pick", D{"run": t.id, "sku": other.sku, "code": other.gtin, "qty": 1, "bin": b})
			if !w.tally.byRefusal(WrongItem, a) {
				w.truth.move(other.sku, 1, inBin(b), cart) // the run wants it, too
				w.soil(b, WrongItem)
				w.tally.caught(WrongItem, "wanted by the run as well")
			}
		}
		p.work(3)
		n := p.take(it, left, b)
		if n == 0 {
			break
		}
		p.tallyScan()
		a := p.do("run.pick", D{"run": t.id, "sku": it.sku, "code": it.gtin, "qty": n, "bin": b})
		if !a.ok() { // nobody wants so many any more
			p.giveBack(b)
			if a.code() == "wrong_bin" && p.turnedUp(it.sku, b) {
				continue
			}
			left = fewer(a, left)
			continue
		}
		p.lay(it, b, cart)
		w.tally.Picked += n
		w.tally.PickedAt++
		left -= n
	}
	return left
}

// runShort says that a run's goods cannot be had at a bin, or nowhere.
func (p *person) runShort(t *tour, it *item, b string, n int, looked []string, all bool) (a Answer) {
	w := p.w
	d := D{"run": t.id, "sku": it.sku, "qty": n, "reason": "not_in_stock", "bin": b, "checked": looked}
	if all {
		d["alternates_checked"] = true
	}
	p.front(b, func() {
		if a = p.do("run.short", d); a.ok() {
			w.tally.Shorts["not_in_stock"] += n
			for _, b := range looked {
				w.missed(it, b, all)
			}
		}
	})
	return a
}
