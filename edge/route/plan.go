package route

import (
	"cmp"
	"slices"
)

// Plan orders the stops for the shortest walk it finds. A stop asked for twice stands once in the path.
// An error names the stop the layout does not know.
func (m *Map) Plan(stops []LocationID) (Path, error) { return m.plan(stops, true) }

// Sketch is Plan without improvement: a few per cent longer and many times faster, for callers that compare
// thousands of sets of stops.
func (m *Map) Sketch(stops []LocationID) (Path, error) { return m.plan(stops, false) }

func (m *Map) plan(stops []LocationID, improved bool) (Path, error) {
	asked := make([]int, 0, len(stops))
	for _, id := range stops {
		i, ok := m.byID[id]
		if !ok {
			return Path{}, unknown(id)
		}
		asked = append(asked, m.rank[i])
	}
	path := Path{Basis: m.basis}
	if len(asked) == 0 {
		return path, nil
	}
	w := m.walk(asked)
	best := m.best(w, improved)
	for _, n := range best.order {
		for _, i := range w.nodes[n].locs {
			path.Stops = append(path.Stops, m.locs[i].ID)
		}
	}
	path.Metres = float64(best.cost) / 1000
	path.Method = best.method
	return path, nil
}

// node is one place to stand at, and the locations picked from there.
type node struct {
	place
	locs []int
}

// walk is the task of one plan: nodes in an order that depends on nothing but the layout.
type walk struct {
	nodes []node
	bands [][]visit // per band that has stops, front to back: its aisles from left to right
	spurs []int     // nodes outside any aisle
}

// visit is an aisle with its nodes from front to back.
type visit struct {
	band, x int
	nodes   []int
	lo, hi  int // y of the first and the last
}

// walk takes ranks, and may reorder them.
func (m *Map) walk(asked []int) *walk {
	slices.Sort(asked)
	asked = slices.Compact(asked)
	w := &walk{nodes: make([]node, 0, len(asked))}
	for n := range asked {
		asked[n] = m.ranked[asked[n]]
	}
	for k, i := range asked {
		if n := len(w.nodes); n > 0 && w.nodes[n-1].place == m.places[i] {
			w.nodes[n-1].locs = asked[k-len(w.nodes[n-1].locs) : k+1 : k+1]
			continue
		}
		w.nodes = append(w.nodes, node{place: m.places[i], locs: asked[k : k+1 : k+1]})
	}
	last := -1
	all := make([]int, len(w.nodes))
	for n := range w.nodes {
		at := &w.nodes[n]
		all[n] = n
		if at.seg < 0 {
			w.spurs = append(w.spurs, n)
			continue
		}
		band := m.segs[at.seg].band
		if n == 0 || at.seg != last {
			if k := len(w.bands); k == 0 || w.bands[k-1][0].band != band {
				w.bands = append(w.bands, nil)
			}
			k := len(w.bands) - 1
			w.bands[k] = append(w.bands[k], visit{band: band, x: at.x, lo: at.y})
		}
		v := &w.bands[len(w.bands)-1][len(w.bands[len(w.bands)-1])-1]
		v.nodes = all[n-len(v.nodes) : n+1 : n+1]
		v.hi = at.y
		last = at.seg
	}
	return w
}

// order ranks all locations once, so that a plan need not compare names.
func (m *Map) order() {
	m.ranked = make([]int, len(m.locs))
	for i := range m.ranked {
		m.ranked[i] = i
	}
	slices.SortFunc(m.ranked, m.compare)
	m.rank = make([]int, len(m.locs))
	for r, i := range m.ranked {
		m.rank[i] = r
	}
}

// compare is the order of locations before any planning: along the layout, low levels first, ties by id.
func (m *Map) compare(i, j int) int {
	p, q, a, b := m.places[i], m.places[j], m.locs[i], m.locs[j]
	if m.basis == WalkOrder {
		return cmp.Or(cmp.Compare(a.turn(), b.turn()), Natural(string(a.ID), string(b.ID)))
	}
	c := cmp.Or(cmp.Compare(m.band(p), m.band(q)), cmp.Compare(p.x, q.x), cmp.Compare(p.seg, q.seg), cmp.Compare(p.y, q.y),
		cmp.Compare(p.cross, q.cross), cmp.Compare(p.off, q.off))
	if c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Side, b.Side), Natural(string(a.ID), string(b.ID)))
}

// band sorts spurs behind all bands.
func (m *Map) band(p place) int {
	if p.seg < 0 {
		return len(m.crosses)
	}
	return m.segs[p.seg].band
}

// tour is an order of nodes with its length.
type tour struct {
	order  []int
	cost   int
	method string
}

// cost is the whole walk in mm.
func (m *Map) cost(w *walk, order []int) int { return m.stretch(w, m.start, order, m.end) }

// stretch is a part of a walk, from one place over some nodes to another.
func (m *Map) stretch(w *walk, at place, order []int, end place) int {
	sum := 0
	for _, n := range order {
		sum += m.dist(at, w.nodes[n].place)
		at = w.nodes[n].place
	}
	return sum + m.dist(at, end)
}

// Beyond this many places, only the heuristics speak: nobody walks such a run, but nobody shall wait for it.
const maxImproved = 600

func (m *Map) best(w *walk, improved bool) tour {
	all := make([]int, len(w.nodes))
	for i := range all {
		all[i] = i
	}
	if m.basis == WalkOrder {
		return tour{order: all, cost: m.cost(w, all), method: "walk order"}
	}
	var found []tour
	add := func(method string, order []int) {
		order = m.insert(w, order)
		found = append(found, tour{order, m.cost(w, order), method})
	}
	orders := bandOrders(len(w.bands))
	for _, bands := range orders {
		add("combined", m.combined(w, bands))
	}
	if improved {
		for _, bands := range orders {
			for _, leftward := range []bool{false, true} {
				add("s-shape", m.sShape(w, bands, leftward))
				add("largest gap", m.largestGap(w, bands, leftward))
			}
		}
	}
	slices.SortStableFunc(found, func(a, b tour) int { return cmp.Compare(a.cost, b.cost) })
	best := found[0]
	if !improved {
		return best
	}
	if len(w.nodes) <= maxImproved {
		best = m.improve(w, found)
	}
	m.tidy(w, &best)
	m.orient(w, &best)
	return best
}

// tidy walks through the picks of one visit to an aisle in one direction where that costs nothing, and saves
// what it can.
func (m *Map) tidy(w *walk, t *tour) {
	for from := 0; from < len(t.order); {
		to := from + 1
		here := w.nodes[t.order[from]].place
		for to < len(t.order) && here.seg >= 0 && w.nodes[t.order[to]].seg == here.seg {
			to++
		}
		if to-from > 1 {
			before, after := m.start, m.end
			if from > 0 {
				before = w.nodes[t.order[from-1]].place
			}
			if to < len(t.order) {
				after = w.nodes[t.order[to]].place
			}
			stretch := t.order[from:to]
			best := m.stretch(w, before, stretch, after)
			in := slices.Sorted(slices.Values(stretch))
			out := slices.Clone(in)
			slices.Reverse(out)
			if m.dist(before, w.nodes[out[0]].place) < m.dist(before, w.nodes[in[0]].place) {
				in, out = out, in // at equal length, pick on the way in
			}
			if c := m.stretch(w, before, in, after); c <= best {
				copy(stretch, in)
				t.cost += c - best
				best = c
			}
			if c := m.stretch(w, before, out, after); c < best {
				copy(stretch, out)
				t.cost += c - best
			}
		}
		from = to
	}
}

// orient turns a round walk so that it agrees with the walk numbers, or else with the layout.
func (m *Map) orient(w *walk, t *tour) {
	if m.start != m.end || len(t.order) < 2 {
		return
	}
	n, last := w.nodes[t.order[0]].locs[0], w.nodes[t.order[len(t.order)-1]].locs[0]
	if c := cmp.Or(cmp.Compare(m.locs[n].turn(), m.locs[last].turn()), cmp.Compare(m.rank[n], m.rank[last])); c <= 0 {
		return
	}
	slices.Reverse(t.order)
	// Picks of an aisle that is a dead end for this walk are again taken on the way in.
	m.tidy(w, t)
}
