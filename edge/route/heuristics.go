package route

import "slices"

// bandOrders are the ways to go through the bands: nearest to farthest and back to front.
func bandOrders(n int) [][]int {
	up := make([]int, n)
	for i := range up {
		up[i] = i
	}
	if n < 2 {
		return [][]int{up}
	}
	down := slices.Clone(up)
	slices.Reverse(down)
	return [][]int{up, down}
}

// standing is where the walker is between two bands: on a cross aisle.
type standing struct{ cross, x int }

func (m *Map) standing() standing { return standing{m.start.near(m), m.start.x} }

// near is the cross aisle a place is reached from.
func (p place) near(m *Map) int {
	if p.seg >= 0 {
		return m.segs[p.seg].band
	}
	return p.cross
}

// turned is the band's visits in the direction of the walk: from the end nearer to the walker.
func turned(visits []visit, at standing, first, leftward bool) []visit {
	far := abs(visits[len(visits)-1].x-at.x) < abs(visits[0].x-at.x)
	if first {
		far = leftward
	}
	if !far {
		return visits
	}
	out := slices.Clone(visits)
	slices.Reverse(out)
	return out
}

func along(order []int, nodes []int, up bool) []int {
	if up {
		return append(order, nodes...)
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		order = append(order, nodes[i])
	}
	return order
}

// sShape walks through every aisle with stops, up one and down the next (Hall 1993).
func (m *Map) sShape(w *walk, bands []int, leftward bool) []int {
	order := make([]int, 0, len(w.nodes))
	at := m.standing()
	for i, b := range bands {
		band := w.bands[b][0].band
		up := at.cross <= band
		for _, v := range turned(w.bands[b], at, i == 0, leftward) {
			order = along(order, v.nodes, up)
			up = !up
			at = standing{band + 1, v.x}
			if up {
				at.cross = band
			}
		}
	}
	return order
}

// largestGap walks through the first and the last aisle and enters the others from both ends, leaving out
// the largest gap between two stops (Hall 1993).
func (m *Map) largestGap(w *walk, bands []int, leftward bool) []int {
	order := make([]int, 0, len(w.nodes))
	at := m.standing()
	for i, b := range bands {
		visits := turned(w.bands[b], at, i == 0, leftward)
		band := visits[0].band
		up := at.cross <= band
		order = along(order, visits[0].nodes, up)
		if len(visits) == 1 {
			at = standing{band, visits[0].x}
			continue
		}
		var later [][]int
		for _, v := range visits[1 : len(visits)-1] {
			cut := m.gap(w, v)
			near, far := v.nodes[:cut], v.nodes[cut:]
			if !up {
				near, far = far, near
			}
			order = along(order, far, !up)
			later = append(later, near)
		}
		order = along(order, visits[len(visits)-1].nodes, !up)
		for k := len(later) - 1; k >= 0; k-- {
			order = along(order, later[k], up)
		}
		at = standing{band, visits[0].x}
		if !up {
			at.cross = band + 1
		}
	}
	return order
}

// gap is where to cut an aisle's stops: those before are taken from the front, those after from the back.
func (m *Map) gap(w *walk, v visit) int {
	cut, widest, at := 0, -1, m.crosses[v.band]
	for i, n := range v.nodes {
		if g := w.nodes[n].y - at; g > widest {
			cut, widest = i, g
		}
		at = w.nodes[n].y
	}
	if m.crosses[v.band+1]-at > widest {
		cut = len(v.nodes)
	}
	return cut
}

// crossing is one way through a band: its cost from each end to each end, and the choices that give it.
type crossing struct {
	visits []visit
	cost   [2][2]int    // by entry and exit: 0 front, 1 back
	from   [][2][2]int8 // per aisle, by entry and end behind it: the end before it
}

const never = int(^uint(0) >> 3)

// through chooses for each aisle of a band whether to walk through or to return (Roodbergen & De Koster 2001).
func (m *Map) through(visits []visit) crossing {
	c := crossing{visits: visits, from: make([][2][2]int8, len(visits))}
	front, back := m.crosses[visits[0].band], m.crosses[visits[0].band+1]
	for entry := range 2 {
		cost := [2]int{never, never}
		cost[entry] = 0
		x := visits[0].x
		for i, v := range visits {
			side := abs(v.x - x)
			x = v.x
			turn := [2]int{2 * (v.hi - front), 2 * (back - v.lo)}
			var next [2]int
			for end := range 2 {
				stay, pass := cost[end]+turn[end], cost[1-end]+back-front
				next[end], c.from[i][entry][end] = stay+side, int8(end)
				if pass < stay {
					next[end], c.from[i][entry][end] = pass+side, int8(1-end)
				}
			}
			cost = next
		}
		c.cost[entry] = cost
	}
	return c
}

// order is the crossing's stops for an entry and an exit.
func (c crossing) order(entry, exit int) []int {
	up := make([]bool, len(c.visits))
	end := exit
	for i := len(c.visits) - 1; i >= 0; i-- {
		before := int(c.from[i][entry][end])
		up[i] = before == 0
		end = before
	}
	var order []int
	for i, v := range c.visits {
		order = along(order, v.nodes, up[i])
	}
	return order
}

// combined goes through the bands in the given order and chooses, over all of them at once, in which
// direction and from which end to take each.
func (m *Map) combined(w *walk, bands []int) []int {
	type state struct {
		cost  int
		from  int // state of the band before
		entry int
	}
	// A state is direction*2 + exit end.
	states := make([][4]state, len(bands))
	ways := make([][2]crossing, len(bands))
	for i, b := range bands {
		right := w.bands[b]
		left := slices.Clone(right)
		slices.Reverse(left)
		ways[i] = [2]crossing{m.through(right), m.through(left)}
		for s := range states[i] {
			states[i][s].cost = never
			c := ways[i][s/2]
			for entry := range 2 {
				to := m.corner(c.visits[0].band+entry, c.visits[0].x)
				for before := range 4 {
					at, spent := m.start, 0
					if i > 0 {
						prev := ways[i-1][before/2].visits
						v := prev[len(prev)-1]
						at, spent = m.corner(v.band+before%2, v.x), states[i-1][before].cost
					}
					if sum := spent + m.dist(at, to) + c.cost[entry][s%2]; sum < states[i][s].cost {
						states[i][s] = state{sum, before, entry}
					}
				}
			}
		}
	}
	if len(bands) == 0 {
		return nil
	}
	last, best := 0, never
	for s, st := range states[len(bands)-1] {
		v := ways[len(bands)-1][s/2].visits
		end := v[len(v)-1]
		if sum := st.cost + m.dist(m.corner(end.band+s%2, end.x), m.end); sum < best {
			last, best = s, sum
		}
	}
	parts := make([][]int, len(bands))
	for i := len(bands) - 1; i >= 0; i-- {
		st := states[i][last]
		parts[i] = ways[i][last/2].order(st.entry, last%2)
		last = st.from
	}
	return slices.Concat(parts...)
}

// insert adds the stops that lie outside the aisles, each where it costs least.
func (m *Map) insert(w *walk, order []int) []int {
	// With a great many of them the search for the best spot would be quadratic; then they follow the aisles.
	if len(w.spurs) > maxImproved {
		return append(order, w.spurs...)
	}
	for _, n := range w.spurs {
		p := w.nodes[n].place
		spot, least := 0, never
		for i := 0; i <= len(order); i++ {
			before, after := m.start, m.end
			if i > 0 {
				before = w.nodes[order[i-1]].place
			}
			if i < len(order) {
				after = w.nodes[order[i]].place
			}
			if more := m.dist(before, p) + m.dist(p, after) - m.dist(before, after); more < least {
				spot, least = i, more
			}
		}
		order = slices.Insert(order, spot, n)
	}
	return order
}
