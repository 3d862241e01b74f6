package route

import (
	"cmp"
	"math"
	"slices"
)

func bare(l Location) bool { return l.X == 0 && l.Y == 0 }

// fill guesses missing coordinates from the same aisle: those of the same bay, else along the line through
// its measured bays. It says false when some aisle has too little to guess from; then nothing is measured.
func (m *Map) fill(aisles []aisle) bool {
	found := slices.Clone(m.locs)
	for _, a := range aisles {
		var n, sb, sx, sy, sbb, sbx, sby float64
		whole := true
		for _, i := range a.locs {
			l := m.locs[i]
			if bare(l) {
				whole = false
				continue
			}
			b := float64(l.Bay)
			n, sb, sx, sy = n+1, sb+b, sx+l.X, sy+l.Y
			sbb, sbx, sby = sbb+b*b, sbx+b*l.X, sby+b*l.Y
		}
		if whole {
			continue
		}
		spread := n*sbb - sb*sb
		for _, i := range a.locs {
			if !bare(m.locs[i]) {
				continue
			}
			if j := slices.IndexFunc(a.locs, func(j int) bool { return !bare(m.locs[j]) && m.locs[j].Bay == m.locs[i].Bay }); j >= 0 {
				found[i].X, found[i].Y = m.locs[a.locs[j]].X, m.locs[a.locs[j]].Y
				continue
			}
			if spread < 0.5 {
				return false
			}
			b := float64(m.locs[i].Bay)
			kx, ky := (n*sbx-sb*sx)/spread, (n*sby-sb*sy)/spread
			found[i].X, found[i].Y = sx/n+kx*(b-sb/n), sy/n+ky*(b-sb/n)
			if math.IsNaN(found[i].X+found[i].Y) || math.Abs(found[i].X) > 2*maxMetres || math.Abs(found[i].Y) > 2*maxMetres {
				return false
			}
		}
	}
	m.locs = found
	return true
}

// measure reads aisles, bands and cross aisles out of coordinates. The aisles run along y, or along x when
// most of them do; then the axes change names, for everything.
func (m *Map) measure(aisles []aisle, l Layout) {
	alongX, alongY, spread := 0, 0, 0
	for _, a := range aisles {
		dx, dy := m.spread(a)
		switch {
		case dx > dy:
			alongX++
		case dy > dx:
			alongY++
		}
		spread += dx - dy
	}
	if alongX > alongY || alongX == alongY && spread > 0 {
		for i := range m.locs {
			m.locs[i].X, m.locs[i].Y = m.locs[i].Y, m.locs[i].X
		}
		m.swapped = true
	}
	// A row of shelves across the others (a wall) is no aisle to walk through: each place hangs on its cross aisle.
	var straight []aisle
	var walls []int
	for _, a := range aisles {
		if dx, dy := m.spread(a); dx > dy && dx > mm(l.Geometry.PitchMetres) {
			walls = append(walls, a.locs...)
		} else {
			straight = append(straight, a)
		}
	}
	if len(l.CrossAisles) > 0 {
		for _, y := range l.CrossAisles {
			m.crosses = append(m.crosses, mm(y))
		}
	} else {
		m.crosses = m.gaps(straight, l.Geometry)
	}
	named := map[string]int{}
	at := map[[2]int]int{} // by band and x: two names on one line are one aisle
	for _, a := range straight {
		lo, hi := m.locs[a.locs[0]].X, m.locs[a.locs[0]].X
		for _, i := range a.locs {
			lo, hi = min(lo, m.locs[i].X), max(hi, m.locs[i].X)
		}
		x := (mm(lo) + mm(hi)) / 2
		if near, ok := named[a.name]; ok && abs(near-x) <= 1000 {
			x = near // the same aisle in another block, but for the tape measure
		}
		named[a.name] = x
		for _, i := range a.locs {
			y := mm(m.locs[i].Y)
			b, hit := slices.BinarySearch(m.crosses, y)
			if !hit || b == len(m.crosses)-1 {
				b--
			}
			if y < m.crosses[0] || y > m.crosses[len(m.crosses)-1] {
				m.places[i] = m.spur(x, y)
				continue
			}
			n, ok := at[[2]int{b, x}]
			if !ok {
				n = len(m.segs)
				at[[2]int{b, x}] = n
				m.segs = append(m.segs, seg{band: b, x: x})
			}
			m.places[i] = place{seg: n, x: x, y: y}
			if _, ok := m.fronts[a.name]; !ok {
				m.fronts[a.name] = n
			}
		}
	}
	for _, i := range walls {
		m.places[i] = m.spur(mm(m.locs[i].X), mm(m.locs[i].Y))
	}
}

// spread is how far the locations of one side of an aisle reach along x and along y, in mm.
func (m *Map) spread(a aisle) (dx, dy int) {
	for _, side := range []string{"", "left", "right"} {
		first := true
		var x0, x1, y0, y1 float64
		for _, i := range a.locs {
			l := m.locs[i]
			if l.Side != side {
				continue
			}
			if first {
				x0, x1, y0, y1, first = l.X, l.X, l.Y, l.Y, false
			}
			x0, x1, y0, y1 = min(x0, l.X), max(x1, l.X), min(y0, l.Y), max(y1, l.Y)
		}
		dx, dy = max(dx, mm(x1-x0)), max(dy, mm(y1-y0))
	}
	return dx, dy
}

// gaps finds the cross aisles: before the first block, behind the last, and midway between two that lie one
// behind the other. Blocks beside each other share theirs.
func (m *Map) gaps(aisles []aisle, g Geometry) []int {
	spans := map[int][2]int{}
	var blocks []int
	for _, a := range aisles {
		for _, i := range a.locs {
			y := mm(m.locs[i].Y)
			s, ok := spans[a.block]
			if !ok {
				blocks = append(blocks, a.block)
				s = [2]int{y, y}
			}
			spans[a.block] = [2]int{min(s[0], y), max(s[1], y)}
		}
	}
	slices.SortFunc(blocks, func(a, b int) int {
		return cmp.Or(cmp.Compare(spans[a][0], spans[b][0]), cmp.Compare(spans[a][1], spans[b][1]), cmp.Compare(a, b))
	})
	clear := (mm(g.BayMetres) + mm(g.CrossMetres)) / 2
	out := []int{spans[blocks[0]][0] - clear}
	back := spans[blocks[0]][1]
	for _, b := range blocks[1:] {
		if s := spans[b]; s[0] > back+1 {
			out = append(out, (back+s[0])/2)
		}
		back = max(back, spans[b][1])
	}
	return append(out, back+clear)
}
