package batch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"picket/edge/route"
)

// planner is one planning.
type planner struct {
	m       *route.Map
	task    Task
	class   map[OrderID]int
	windows []window // per class
	left    []Left
	count   int // loads
	spent   int // stops sketched, to bound the work
}

// window says when what is due in a class ends, and how urgent the class is among those of the same window.
type window struct {
	number   int
	end      time.Time // zero: never
	priority int
}

// bySoonest orders by what expires first.
func bySoonest(a, b *Order) int {
	if a.Due.IsZero() != b.Due.IsZero() {
		if a.Due.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(b.Priority, a.Priority), route.Natural(string(a.ID), string(b.ID)))
}

// classify sorts orders into windows, and each window into priorities; a lower class is picked strictly
// before a higher one.
func (p *planner) classify(orders []*Order) {
	length := p.task.Window
	if length == 0 {
		length = 30 * time.Minute
	}
	slices.SortFunc(orders, bySoonest)
	now := window{number: -1}
	of := make([]window, len(orders))
	for i, o := range orders {
		switch {
		case o.Due.IsZero():
			if now.number < 0 || !now.end.IsZero() {
				now = window{number: now.number + 1}
			}
		case now.number < 0 || !o.Due.Before(now.end):
			now = window{number: now.number + 1, end: o.Due.Add(length)}
		}
		of[i] = now
		of[i].priority = o.Priority
	}
	all := slices.Clone(of)
	slices.SortFunc(all, compareWindows)
	p.windows = slices.CompactFunc(all, func(a, b window) bool { return compareWindows(a, b) == 0 })
	p.class = make(map[OrderID]int, len(orders))
	for i, o := range orders {
		p.class[o.ID], _ = slices.BinarySearchFunc(p.windows, of[i], compareWindows)
	}
}

func compareWindows(a, b window) int {
	return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(b.priority, a.priority))
}

// usable copies what can be planned of the orders, and notes what cannot.
func (p *planner) usable() []*Order {
	var out []*Order
	given := slices.Clone(p.task.Orders)
	slices.SortFunc(given, func(a, b Order) int { return bySoonest(&a, &b) })
	for _, o := range given {
		units := 0
		var lines []Line
		for _, l := range o.Lines {
			units += l.Qty
			if p.m.Has(l.Location) {
				lines = append(lines, l)
				continue
			}
			p.left = append(p.left, Left{o.ID, l.ID, fmt.Sprintf("location %q is not in the layout", l.Location)})
		}
		if p.task.Mode == Singles && units != 1 {
			p.left = append(p.left, Left{Order: o.ID, Why: fmt.Sprintf("has %d units, singles have one", units)})
			continue
		}
		if len(o.Lines) == 0 {
			p.left = append(p.left, Left{Order: o.ID, Why: "has no lines"})
		}
		if len(lines) == 0 {
			continue
		}
		o.Lines = lines
		out = append(out, &o)
	}
	return out
}

// loads makes of the orders what goes on a cart as a whole, by zone.
func (p *planner) loads(orders []*Order) (zones []string, byZone map[string][]*load) {
	byZone = map[string][]*load{}
	add := func(zone string, l *load) {
		if _, ok := byZone[zone]; !ok {
			zones = append(zones, zone)
		}
		slices.SortFunc(l.items, byPlace)
		l.measure(p.task.Cart)
		l.aisles = p.aisles(l)
		byZone[zone] = append(byZone[zone], l)
	}
	type group struct {
		class int
		sku   SKU
		at    route.LocationID
	}
	open := map[group]*load{}
	for _, o := range orders {
		if p.task.Mode == Singles {
			// Orders come soonest first, so a full cart leaves the later ones behind.
			k := group{p.class[o.ID], o.Lines[0].SKU, o.Lines[0].Location}
			it := item{o, o.Lines[0]}
			if l := open[k]; l != nil {
				more := &load{orders: append(slices.Clone(l.orders), o), items: append(slices.Clone(l.items), it)}
				more.measure(p.task.Cart)
				if p.fits([]*load{more}) {
					l.orders, l.items = more.orders, more.items
					l.measure(p.task.Cart)
					continue
				}
			}
			l := &load{key: string(o.ID), class: k.class, orders: []*Order{o}, items: []item{it}}
			add("", l)
			open[k] = l
			continue
		}
		parts := map[string]*load{}
		var names []string
		for _, line := range o.Lines {
			zone := ""
			if p.task.Mode == Zone {
				zone = line.Zone
			}
			if parts[zone] == nil {
				parts[zone] = &load{key: string(o.ID), class: p.class[o.ID], orders: []*Order{o}}
				names = append(names, zone)
			}
			parts[zone].items = append(parts[zone].items, item{o, line})
		}
		for _, zone := range names {
			add(zone, parts[zone])
		}
	}
	slices.SortFunc(zones, route.Natural)
	return zones, byZone
}

// aisles is the set of aisles a load calls at.
func (p *planner) aisles(l *load) []uint64 {
	set := make([]uint64, p.m.Aisles()/64+1)
	for _, it := range l.items {
		if n := p.m.Aisle(it.Location); n >= 0 {
			set[n/64] |= 1 << (n % 64)
		}
	}
	return set
}

// first is the order of a load that is due soonest.
func (l *load) first() *Order { return slices.MinFunc(l.orders, bySoonest) }

func compareLoads(a, b *load) int {
	return cmp.Or(cmp.Compare(a.class, b.class), bySoonest(a.first(), b.first()))
}
