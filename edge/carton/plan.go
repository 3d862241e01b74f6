package carton

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// tastes is how many ways beyond the list of ways are tried on a carton that none of those filled.
const tastes = 60

// budgetFor bounds the steps of one plan; a step takes some 30 ns. When it is spent the best so far stands, and what is
// still to do is done the first two ways only.
func budgetFor(units int) int { return min(20_000+3_500*units, 1_000_000) }

type planner struct {
	rules   *Rules
	items   []Item
	cartons []kindOfCarton
	kinds   []kind
	seqs    [][]int
	support int64
	steps   int
	budget  int
	bySize  []int // carton types, the roomiest first
	seq     []int
	spare   load
	known   map[string]tried
}

func newPlanner(cartons []Carton, items []Item, rules *Rules) (*planner, []string, error) {
	if err := checkAll(cartons, items, rules); err != nil {
		return nil, nil, err
	}
	kinds, notes, err := seeItems(items, rules)
	if err != nil {
		return nil, nil, err
	}
	p := &planner{rules: rules, items: items, kinds: kinds, support: int64(rules.Support), known: map[string]tried{}}
	if p.support == 0 {
		p.support = 80
	}
	units := 0
	for i := range kinds {
		units += kinds[i].qty
	}
	p.budget = budgetFor(units)
	for i := range cartons {
		p.cartons = append(p.cartons, seeCarton(&cartons[i], i, rules))
	}
	p.bySize = make([]int, len(cartons))
	for i := range p.bySize {
		p.bySize[i] = i
	}
	slices.SortStableFunc(p.bySize, func(a, b int) int { return cmp.Compare(p.cartons[b].usable, p.cartons[a].usable) })
	p.seqs = sequences(kinds)
	return p, notes, nil
}

// choice is a plan in the making.
type choice struct {
	parcels  []parcel
	left     []int
	units    int // left without a place
	cost     Money
	billable Grams
	volume   int64 // of all cartons, outside
}

type parcel struct {
	carton  int
	blocks  []block
	units   int
	content int64
	used    int64
}

// Choose plans the cartons of an order. It prefers, in this order: all units packed, few cartons, low cost (cartons and
// billable weight), low billable weight, small cartons.
func Choose(cartons []Carton, items []Item, rules Rules) (Plan, error) {
	p, notes, err := newPlanner(cartons, items, &rules)
	if err != nil {
		return Plan{}, err
	}
	left, why := p.screen()
	own, waiting := p.ownParcels(left)
	best := p.search(left, p.allowed(len(own)))
	plan := Plan{Notes: notes}
	for _, o := range own {
		plan.add(o)
	}
	for _, c := range best.parcels {
		plan.add(p.packed(&c))
	}
	p.number(plan.Cartons)
	for i, n := range waiting {
		best.left[i] += n
	}
	plan.Left = append(why, p.leftOver(best.left, len(plan.Cartons))...)
	return plan, nil
}

func (pl *Plan) add(k Packed) {
	pl.Cartons = append(pl.Cartons, k)
	pl.Cost += k.Cost
	pl.Billable += k.Billable
}

func (p *planner) allowed(used int) int {
	if p.rules.MaxCartons == 0 {
		return math.MaxInt
	}
	return p.rules.MaxCartons - used
}

// search tries some ways of opening cartons and keeps the best plan.
func (p *planner) search(left []int, most int) choice {
	best := p.greedy(left, most, -1)
	for at := range p.cartons {
		if p.steps > p.budget || len(best.parcels) <= 1 && best.units == 0 {
			break
		}
		if c := p.greedy(left, most, at); c.better(&best) {
			best = c
		}
	}
	p.improve(&best)
	return best
}

func (c *choice) better(o *choice) bool {
	return cmp.Or(cmp.Compare(c.units, o.units), cmp.Compare(len(c.parcels), len(o.parcels)), cmp.Compare(c.cost, o.cost),
		cmp.Compare(c.billable, o.billable), cmp.Compare(c.volume, o.volume)) < 0
}

// greedy fills cartons until one takes the rest. It opens cartons of the one type while it can, or for -1
// those that take the most; each is then exchanged for the cheapest that holds the same.
func (p *planner) greedy(all []int, most, only int) choice {
	c := choice{left: slices.Clone(all)}
	stock := p.stock()
	for sum(c.left) > 0 && len(c.parcels) < most {
		if last, ok := p.cheapest(c.left, stock); ok {
			c.take(last, stock)
			break
		}
		next, ok := p.fullest(c.left, stock, only)
		if !ok && only >= 0 {
			next, ok = p.fullest(c.left, stock, -1)
		}
		if !ok {
			break
		}
		if smaller, ok := p.cheapest(next.counts(len(c.left)), stock); ok {
			next = smaller
		}
		c.take(next, stock)
	}
	p.sumUp(&c)
	return c
}

func (c *choice) take(n parcel, stock []int) {
	for _, b := range n.blocks {
		c.left[b.kind] -= b.count()
	}
	stock[n.carton]--
	c.parcels = append(c.parcels, n)
}

func (n *parcel) counts(kinds int) []int {
	out := make([]int, kinds)
	for _, b := range n.blocks {
		out[b.kind] += b.count()
	}
	return out
}

func sum(n []int) int {
	t := 0
	for _, v := range n {
		t += v
	}
	return t
}

func (p *planner) stock() []int {
	out := make([]int, len(p.cartons))
	for i := range p.cartons {
		out[i] = math.MaxInt
		if p.cartons[i].Limited {
			out[i] = p.cartons[i].Count
		}
	}
	return out
}

// offer is a carton type that may take all of some units, and what that would cost.
type offer struct {
	at       int
	cost     Money
	billable Grams
}

func (p *planner) cheaper(a, b offer) int {
	return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.billable, b.billable),
		cmp.Compare(p.cartons[a.at].outer.Volume(), p.cartons[b.at].outer.Volume()))
}

// offers lists the types that may take all of these units, the cheapest first.
func (p *planner) offers(units, stock []int) []offer {
	var volume, weight int64
	var classes uint64
	for i, n := range units {
		if n > 0 {
			k := &p.kinds[i]
			volume += k.volume * int64(n)
			weight += k.weight * int64(n)
			classes |= k.class
		}
	}
	for i, n := range units {
		if n > 0 && p.kinds[i].apart&classes != 0 {
			return nil
		}
	}
	var out []offer
	for at := range p.cartons {
		c := &p.cartons[at]
		if stock[at] <= 0 || volume > c.usable || weight > int64(c.Max) || !p.eachFits(units, c) {
			continue
		}
		cost, billable := p.price(&parcel{carton: at, content: weight, used: volume})
		out = append(out, offer{at, cost, billable})
	}
	slices.SortStableFunc(out, p.cheaper)
	return out
}

func (p *planner) eachFits(units []int, c *kindOfCarton) bool {
	for i, n := range units {
		if n > 0 && !p.kinds[i].fits(c) {
			return false
		}
	}
	return true
}

// cheapest finds the cheapest carton that takes all of these units.
func (p *planner) cheapest(units, stock []int) (parcel, bool) {
	for i, o := range p.offers(units, stock) {
		if i > 2 && p.steps > p.budget {
			break
		}
		if out, ok := p.allIn(o.at, units); ok {
			return out, true
		}
	}
	return parcel{}, false
}

// improve spends what is left of the budget on cheaper cartons than those chosen, the last carton first.
func (p *planner) improve(c *choice) {
	stock := p.stock()
	for i := range c.parcels {
		stock[c.parcels[i].carton]--
	}
	for i := len(c.parcels) - 1; i >= 0; i-- {
		n := &c.parcels[i]
		units := n.counts(len(p.kinds))
		cost, billable := p.price(n)
		now := offer{n.carton, cost, billable}
		better := p.offers(units, stock)
		better = slices.DeleteFunc(better, func(o offer) bool { return p.cheaper(o, now) >= 0 })
		for j, o := range better {
			if p.steps > p.budget {
				break
			}
			out := p.deepen(o.at, units, p.steps+(p.budget-p.steps)/(len(better)-j))
			if out.units == n.units {
				stock[n.carton]++
				stock[o.at]--
				*n = out
				break
			}
		}
	}
	p.sumUp(c)
}

func (p *planner) sumUp(c *choice) {
	c.units, c.cost, c.billable, c.volume = sum(c.left), 0, 0, 0
	for i := range c.parcels {
		cost, billable := p.price(&c.parcels[i])
		c.cost += cost
		c.billable += billable
		c.volume += p.cartons[c.parcels[i].carton].outer.Volume()
	}
}

// allIn tries every way until one takes all units.
func (p *planner) allIn(at int, units []int) (parcel, bool) {
	out := p.most(at, units)
	return out, out.units == sum(units)
}

// most fills a carton with as much of these units as it takes, and leaves some of the budget for other cartons.
func (p *planner) most(at int, units []int) parcel {
	return p.deepen(at, units, p.steps+p.budget/min(4, len(p.cartons)))
}

// tried is what came of a carton and some units so far.
type tried struct {
	parcel
	next int // way
}

// deepen tries way after way until one takes all or enough steps are done. What was once worked out is kept: the ways
// of opening cartons ask the same again and again.
func (p *planner) deepen(at int, units []int, enough int) parcel {
	key := binary.AppendUvarint(make([]byte, 0, 2+2*len(units)), uint64(at))
	for _, n := range units {
		key = binary.AppendUvarint(key, uint64(n))
	}
	out, want := p.known[string(key)], sum(units)
	left := make([]int, len(units))
	for ; out.next < len(ways)+tastes && out.units < want; out.next++ {
		if i := out.next; i > 1 && p.steps > p.budget || i >= len(ways) && p.steps > enough {
			break
		}
		copy(left, units)
		p.fill(&p.spare, &p.cartons[at], left, way(out.next, want))
		if l := &p.spare; p.cartons[at].usable-l.volume > out.used {
			out.parcel = p.keep(at)
		}
	}
	p.known[string(key)] = out
	return out.parcel
}

// fullest fills one carton with as much as it takes, of the given type or of any.
func (p *planner) fullest(units, stock []int, only int) (parcel, bool) {
	out, ok := parcel{}, false
	for _, at := range p.bySize {
		if stock[at] <= 0 || only >= 0 && at != only {
			continue
		}
		if ok && p.steps > p.budget {
			break
		}
		n := p.most(at, units)
		if n.units > 0 && (!ok || n.used >= out.used) { // of equals the later is the smaller
			out, ok = n, true
		}
	}
	return out, ok
}

func (p *planner) keep(at int) parcel {
	l, c := &p.spare, &p.cartons[at]
	return parcel{carton: at, blocks: slices.Clone(l.blocks), units: l.units, content: int64(c.Max) - l.weight, used: c.usable - l.volume}
}
