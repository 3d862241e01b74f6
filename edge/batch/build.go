package batch

import (
	"cmp"
	"math/bits"
	"slices"

	"picket/edge/route"
)

// Build plans the runs. An error names the order and the field; what cannot be picked for want of a place is
// in Plan.Left.
func Build(m *route.Map, t Task) (Plan, error) {
	if err := check(m, t); err != nil {
		return Plan{}, err
	}
	p := &planner{m: m, task: t}
	orders := p.usable()
	p.classify(orders)
	zones, byZone := p.loads(orders)
	for _, zone := range zones {
		p.count += len(byZone[zone])
	}
	var carts []cart
	for _, zone := range zones {
		for _, loads := range p.carts(byZone[zone]) {
			carts = append(carts, cart{zone, loads})
		}
	}
	// Zones are picked side by side; among them too, what expires first comes first.
	slices.SortStableFunc(carts, func(a, b cart) int { return cmp.Compare(a.loads[0].class, b.loads[0].class) })
	plan := Plan{Left: p.left}
	for _, c := range carts {
		r, err := p.run(c)
		if err != nil {
			return Plan{}, err
		}
		plan.Runs = append(plan.Runs, r)
	}
	return plan, nil
}

// cart is the loads of one run, soonest first.
type cart struct {
	zone  string
	loads []*load
}

// carts is the shorter of two plans: built by closeness, and first come, first served.
func (p *planner) carts(loads []*load) [][]*load {
	slices.SortFunc(loads, compareLoads)
	built, served := p.byCloseness(loads), p.inTurn(loads)
	if p.total(served) < p.total(built) {
		return served
	}
	return built
}

// byCloseness fills carts class by class. Only the last cart of a class may take from the next ones.
func (p *planner) byCloseness(loads []*load) [][]*load {
	var out [][]*load
	for len(loads) > 0 {
		n := 0
		for n < len(loads) && loads[n].class == loads[0].class {
			n++
		}
		class, rest := loads[:n], loads[n:]
		built := p.fill(class)
		if last := len(built) - 1; p.task.Mode != Discrete && p.fits(built[last]) {
			built[last], rest = p.topUp(built[last], rest)
		}
		out = append(out, built...)
		loads = rest
	}
	return out
}

// Bounds of the search: what is beyond them gets the cheaper methods only.
const (
	manyLoads = 400     // above: one seed method
	fewLoads  = 100     // up to here: savings too
	maxEffort = 500_000 // of exchanges in one planning, in stops sketched; each class has its share
)

// fill puts the loads of one class on carts: several methods, the least metres win.
func (p *planner) fill(class []*load) [][]*load {
	var free []*load
	var full [][]*load
	for _, l := range class {
		if p.task.Mode == Discrete || !p.fits([]*load{l}) {
			full = append(full, []*load{l})
			continue
		}
		free = append(free, l)
	}
	if len(free) > 0 {
		for _, l := range free {
			l.alone = p.metres([]*load{l})
		}
		tries := [][][]*load{p.inTurn(free), p.seeded(free, bySaving)}
		if len(free) <= manyLoads {
			tries = append(tries, p.seeded(free, byDetour))
		}
		if len(free) <= fewLoads {
			tries = append(tries, p.savings(free))
		}
		best, least := 0, 0
		for i, try := range tries {
			if sum := p.total(try); i == 0 || sum < least || sum == least && len(try) < len(tries[best]) {
				best, least = i, sum
			}
		}
		full = append(full, p.exchange(tries[best], maxEffort/p.count*len(free))...)
	}
	for _, loads := range full {
		slices.SortFunc(loads, compareLoads)
	}
	slices.SortFunc(full, func(a, b []*load) int { return compareLoads(a[0], b[0]) })
	return full
}

// metres sketches the round for some loads, in mm.
func (p *planner) metres(loads []*load) int {
	var stops []route.LocationID
	for _, l := range loads {
		for _, it := range l.items {
			stops = append(stops, it.Location)
		}
	}
	p.spent += len(stops) + 10
	path, err := p.m.Sketch(stops)
	if err != nil {
		return 0 // usable let no unknown location through
	}
	return int(path.Metres * 1000)
}

func (p *planner) total(carts [][]*load) int {
	sum := 0
	for _, c := range carts {
		sum += p.metres(c)
	}
	return sum
}

// inTurn is first come, first served: fill a cart in the order of due times until the next one does not fit.
func (p *planner) inTurn(loads []*load) [][]*load {
	var out [][]*load
	for _, l := range loads {
		if n := len(out) - 1; n >= 0 && p.task.Mode != Discrete && p.together(out[n][0], l) && p.fits(append(slices.Clone(out[n]), l)) {
			out[n] = append(out[n], l)
			continue
		}
		out = append(out, []*load{l})
	}
	return out
}

// together says whether a later load may go on a cart that began with an earlier one: both of a window, or
// the later one due soon enough for a top-up.
func (p *planner) together(first, l *load) bool {
	own, next := p.windows[first.class], p.windows[l.class]
	if own.number == next.number {
		return true
	}
	return p.task.TopUp > 0 && !own.end.IsZero() && !next.end.IsZero() && l.first().Due.Before(own.end.Add(p.task.TopUp))
}

// choice weighs a candidate for a cart: less is better.
type choice func(before, after int, l *load) int

// bySaving takes who saves most against a round of its own; byDetour who costs the least walk per line.
func bySaving(before, after int, l *load) int { return after - before - l.alone }
func byDetour(before, after int, l *load) int { return (after - before) / len(l.items) }

// seeded begins each cart with the load due soonest and adds the best of those with the fewest additional
// aisles (after De Koster, van der Poort & Wolters 1999) while there is room.
func (p *planner) seeded(loads []*load, weigh choice) [][]*load {
	pool := slices.Clone(loads)
	var out [][]*load
	for len(pool) > 0 {
		now := []*load{pool[0]}
		pool = pool[1:]
		before := now[0].alone
		for {
			i, after := p.next(now, before, pool, weigh)
			if i < 0 {
				break
			}
			now = append(now, pool[i])
			before = after
			pool = slices.Delete(pool, i, i+1)
		}
		out = append(out, now)
	}
	return out
}

// next finds the best addition to a cart; -1 when nothing fits.
func (p *planner) next(now []*load, before int, pool []*load, weigh choice) (at, after int) {
	have := slices.Clone(now[0].aisles)
	for _, l := range now[1:] {
		for i, w := range l.aisles {
			have[i] |= w
		}
	}
	type candidate struct{ at, aisles int }
	var all []candidate
	for i, l := range pool {
		more := 0
		for k, w := range l.aisles {
			more += bits.OnesCount64(w &^ have[k])
		}
		all = append(all, candidate{i, more})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(a.aisles, b.aisles) })
	at, best, tried := -1, 0, 0
	for _, c := range all {
		if tried == 10 {
			break
		}
		with := append(slices.Clone(now), pool[c.at])
		if !p.fits(with) {
			continue
		}
		tried++
		sum := p.metres(with)
		if w := weigh(before, sum, pool[c.at]); at < 0 || w < best {
			at, best, after = c.at, w, sum
		}
	}
	return at, after
}

// topUp fills a cart from the classes after it: only once nothing of a nearer class is left, only what is due
// soon enough, and only what costs no more walk than a round of its own.
func (p *planner) topUp(now []*load, rest []*load) (filled, left []*load) {
	before := p.metres(now)
	for len(rest) > 0 {
		n := 0
		for n < len(rest) && rest[n].class == rest[0].class && p.together(now[0], rest[n]) {
			n++
		}
		for _, l := range rest[:n] {
			l.alone = p.metres([]*load{l})
		}
		i, after := p.next(now, before, rest[:n], bySaving)
		if i < 0 || after-before > rest[i].alone {
			return now, rest
		}
		now = append(now, rest[i])
		before = after
		rest = slices.Concat(rest[:i], rest[i+1:])
	}
	return now, rest
}
