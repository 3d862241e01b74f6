package batch

import (
	"cmp"
	"math"
	"slices"
)

// item is a line with the order it belongs to.
type item struct {
	order *Order
	Line
}

// byPlace is an order of items that depends on nothing but what they say.
func byPlace(a, b item) int {
	return cmp.Or(cmp.Compare(a.order.ID, b.order.ID), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Location, b.Location))
}

// room is what is left free in a tote or on a cart; an unlimited one is very large.
type room struct{ weight, volume int }

func space(weight, volume int) room {
	if weight == 0 {
		weight = math.MaxInt
	}
	if volume == 0 {
		volume = math.MaxInt
	}
	return room{weight, volume}
}

// takes is how many units of a line fit in.
func (r room) takes(l Line) int {
	n := l.Qty
	if l.WeightG > 0 {
		n = min(n, r.weight/l.WeightG)
	}
	if l.VolumeML > 0 {
		n = min(n, r.volume/l.VolumeML)
	}
	return max(0, n)
}

func (r room) less(l Line, units int) room {
	return room{r.weight - units*l.WeightG, r.volume - units*l.VolumeML}
}

// Totes beyond this many are counted but not filled up with later lines: the count errs on the safe side.
const maxOpen = 200

// totes is how many totes the items need: largest units first, each into the first tote with room, so that
// the count can really be packed by weight and volume. A unit larger than a tote takes a tote's place.
func (c Cart) totes(items []item) int {
	if len(items) == 0 {
		return 0
	}
	if c.ToteWeightG == 0 && c.ToteVolumeML == 0 {
		return 1
	}
	sorted := slices.Clone(items)
	slices.SortFunc(sorted, func(a, b item) int {
		return cmp.Or(cmp.Compare(b.VolumeML, a.VolumeML), cmp.Compare(b.WeightG, a.WeightG), byPlace(a, b))
	})
	empty := space(c.ToteWeightG, c.ToteVolumeML)
	var open []room
	closed := 0
	for _, it := range sorted {
		l := it.Line
		if one := (Line{Qty: 1, WeightG: l.WeightG, VolumeML: l.VolumeML}); empty.takes(one) == 0 {
			closed += l.Qty
			continue
		}
		for i := 0; i < len(open) && l.Qty > 0; i++ {
			n := open[i].takes(l)
			open[i] = open[i].less(l, n)
			l.Qty -= n
		}
		for l.Qty > 0 {
			n := empty.takes(l)
			if len(open) == maxOpen {
				closed += (l.Qty + n - 1) / n
				break
			}
			open = append(open, empty.less(l, n))
			l.Qty -= n
		}
	}
	return closed + len(open)
}

// load is what is put on a cart as a whole: an order, its part in a zone, or one item's single units.
type load struct {
	key    string // ties
	orders []*Order
	items  []item
	class  int
	units  int
	weight int
	volume int
	totes  int // of its own
	aisles []uint64
	alone  int // metres of a round for it alone, in mm
}

// measure adds up what the items weigh and fill.
func (l *load) measure(c Cart) {
	l.units, l.weight, l.volume = 0, 0, 0
	for _, it := range l.items {
		l.units += it.Qty
		l.weight += it.Qty * it.WeightG
		l.volume += it.Qty * it.VolumeML
	}
	l.totes = c.totes(l.items)
}

func within(v, limit int) bool { return limit == 0 || v <= limit }

// fits says whether the loads go on one cart together.
func (p *planner) fits(loads []*load) bool {
	c := p.task.Cart
	weight, volume, orders, own := 0, 0, 0, 0
	for _, l := range loads {
		weight += l.weight
		volume += l.volume
		orders += len(l.orders)
		own += l.totes
	}
	if !within(weight, c.MaxWeightG) || !within(volume, c.MaxVolumeML) || !within(orders, c.MaxOrders) {
		return false
	}
	return within(own, c.MaxTotes) || p.mixed() && within(c.totes(itemsOf(loads)), c.MaxTotes)
}

// mixed says whether goods of several orders share totes.
func (p *planner) mixed() bool { return p.task.Mode != Cluster && p.task.Mode != Discrete }

func itemsOf(loads []*load) []item {
	var all []item
	for _, l := range loads {
		all = append(all, l.items...)
	}
	return all
}

// trips cuts items, in walking order, into cartfuls. A unit that alone is too much makes a trip of its own.
func (c Cart) trips(items []item) [][]item {
	full := space(c.MaxWeightG, c.MaxVolumeML)
	var out [][]item
	var now []item
	free := full
	next := func() {
		if len(now) > 0 {
			out = append(out, now)
		}
		now, free = nil, full
	}
	for _, it := range items {
		for it.Qty > 0 && len(out) < maxTrips {
			part := it
			part.Qty = c.loadable(now, part, free)
			if part.Qty == 0 {
				if len(now) > 0 {
					next()
					continue
				}
				part.Qty = 1
			}
			now, free = append(now, part), free.less(part.Line, part.Qty)
			it.Qty -= part.Qty
		}
	}
	next()
	return out
}

// Nobody goes more often than this; the count stops there.
const maxTrips = 1000

// loadable is how many units of it fit beside what is on the cart.
func (c Cart) loadable(now []item, it item, free room) int {
	n := free.takes(it.Line)
	if c.MaxTotes == 0 {
		return n
	}
	fits := func(units int) bool {
		it.Qty = units
		return c.totes(append(slices.Clone(now), it)) <= c.MaxTotes
	}
	low, high := 0, n // the most that fits lies in between
	for low < high {
		mid := (low + high + 1) / 2
		if fits(mid) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low
}

// tooBig says whether one unit alone exceeds the cart or a tote.
func (c Cart) tooBig(l Line) bool {
	l.Qty = 1
	return space(c.MaxWeightG, c.MaxVolumeML).takes(l) == 0 || space(c.ToteWeightG, c.ToteVolumeML).takes(l) == 0
}
