package route

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// aisle is the locations (by index) of one aisle within one block.
type aisle struct {
	block int
	name  string
	locs  []int
}

// group sorts the locations that have an aisle into aisles: by block, then naturally by name.
func (m *Map) group() []aisle {
	type key struct {
		block int
		name  string
	}
	at := map[key]int{}
	var all []aisle
	for i, l := range m.locs {
		if l.Aisle == "" {
			continue
		}
		k := key{l.Block, l.Aisle}
		n, ok := at[k]
		if !ok {
			n = len(all)
			at[k] = n
			all = append(all, aisle{block: l.Block, name: l.Aisle})
		}
		all[n].locs = append(all[n].locs, i)
	}
	slices.SortFunc(all, func(a, b aisle) int {
		return cmp.Or(cmp.Compare(a.block, b.block), Natural(a.name, b.name))
	})
	for _, a := range all {
		slices.SortFunc(a.locs, func(i, j int) int { return Natural(string(m.locs[i].ID), string(m.locs[j].ID)) })
	}
	return all
}

// build chooses the basis: coordinates when they are there for every aisle, else aisle and bay, else walk order.
func (m *Map) build(l Layout) error {
	aisles := m.group()
	switch {
	case len(aisles) == 0:
		m.byWalk(l.Geometry)
		return m.ends(l)
	case m.fill(aisles):
		m.basis = Measured
		m.measure(aisles, l)
	default:
		m.basis = Derived
		m.derive(aisles, l.Geometry)
	}
	m.seal()
	var err error
	if m.start, err = m.point("start", l.Start, m.first()); err != nil {
		return err
	}
	if m.end, err = m.point("end", l.End, m.start); err != nil {
		return err
	}
	m.loose()
	return m.ends(l)
}

// ends puts start and end at locations where that was asked for; both stand on the map by now. Who starts at a
// location and says nothing of the end comes back to it.
func (m *Map) ends(l Layout) error {
	for _, p := range []struct {
		name string
		at   *Point
		put  *place
	}{{"start", l.Start, &m.start}, {"end", l.End, &m.end}} {
		if p.at == nil || p.at.At == "" {
			continue
		}
		i, ok := m.byID[p.at.At]
		if !ok {
			return fmt.Errorf("%s: at: %q is not a location of the layout", p.name, p.at.At)
		}
		if *p.put = m.places[i]; p.name == "start" && l.End == nil {
			m.end = m.start
		}
	}
	return nil
}

// byWalk lays all locations along one line, a bay's width for every different walk number.
func (m *Map) byWalk(g Geometry) {
	m.basis = WalkOrder
	var walks []int
	for _, l := range m.locs {
		walks = append(walks, l.turn())
	}
	slices.Sort(walks)
	walks = slices.Compact(walks)
	m.segs = []seg{{}}
	m.crosses = []int{0, (len(walks) + 1) * mm(g.BayMetres)}
	for i, l := range m.locs {
		n, _ := slices.BinarySearch(walks, l.turn())
		m.places[i] = place{y: (n + 1) * mm(g.BayMetres)}
	}
	m.seal()
	m.start = m.corner(0, 0)
	m.end = m.start
}

// turn is the walk number; who has none comes last.
func (l Location) turn() int {
	if l.Walk <= 0 {
		return math.MaxInt
	}
	return l.Walk
}

// derive lays aisles out side by side in their natural order, block behind block, front cross aisle at 0.
func (m *Map) derive(aisles []aisle, g Geometry) {
	m.crosses = []int{0}
	bay, pitch, half := mm(g.BayMetres), mm(g.PitchMetres), mm(g.CrossMetres)/2
	for from := 0; from < len(aisles); {
		to := from
		for to < len(aisles) && aisles[to].block == aisles[from].block {
			to++
		}
		block := aisles[from:to]
		from = to
		front := m.crosses[len(m.crosses)-1] + half
		deepest := 0
		for i, a := range block {
			if _, ok := m.fronts[a.name]; !ok {
				m.fronts[a.name] = len(m.segs)
			}
			m.segs = append(m.segs, seg{band: len(m.crosses) - 1, x: i * pitch})
		}
		slots := m.slots(block)
		for i, a := range block {
			for j, at := range a.locs {
				n := len(m.segs) - len(block) + i
				m.places[at] = place{seg: n, x: m.segs[n].x, y: front + slots[i][j]*bay + bay/2}
				deepest = max(deepest, slots[i][j])
			}
		}
		m.crosses = append(m.crosses, front+(deepest+1)*bay+half)
	}
}

// slots says how many bays deep each location of a block's aisles lies, from 0.
func (m *Map) slots(block []aisle) [][]int {
	facing := m.facing(block)
	bay := func(i int) int {
		if facing { // odd on one side, even on the other: two numbers to a bay
			return (m.locs[i].Bay + 1) / 2
		}
		return m.locs[i].Bay
	}
	var all []int
	var spans [][2]int
	for _, a := range block {
		low, high := bay(a.locs[0]), bay(a.locs[0])
		for _, i := range a.locs {
			all = append(all, bay(i))
			low, high = min(low, bay(i)), max(high, bay(i))
		}
		spans = append(spans, [2]int{low, high})
	}
	slices.Sort(all)
	all = slices.Compact(all)
	step := 0
	for _, b := range all[1:] {
		step = gcd(step, b-all[0])
	}
	step = max(step, 1)
	// Aisles that number on where another left off (A 1-20, B 21-40) each begin at the front; else bay 7 lies
	// beside bay 7.
	onward := len(block) > 1
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for i := 1; i < len(sorted); i++ {
		onward = onward && sorted[i][0] == sorted[i-1][1]+step
	}
	// Numbers with wide gaps are names, not measures: then only their order counts.
	ranked := (all[len(all)-1]-all[0])/step > 4*len(all)+50
	out := make([][]int, len(block))
	for n, a := range block {
		var own []int
		for _, i := range a.locs {
			own = append(own, bay(i))
		}
		out[n] = make([]int, len(own))
		sortedOwn := slices.Compact(slices.Sorted(slices.Values(own)))
		for j, b := range own {
			switch {
			case ranked && onward:
				out[n][j], _ = slices.BinarySearch(sortedOwn, b)
			case ranked:
				out[n][j], _ = slices.BinarySearch(all, b)
			case onward:
				out[n][j] = (b - spans[n][0]) / step
			default:
				out[n][j] = (b - all[0]) / step
			}
		}
	}
	return out
}

// facing says whether one side of the aisles has the odd bays and the other the even ones.
func (m *Map) facing(block []aisle) bool {
	var seen [2][2]map[int]bool // by right side, by odd
	for s := range seen {
		seen[s] = [2]map[int]bool{{}, {}}
	}
	for _, a := range block {
		for _, i := range a.locs {
			l := m.locs[i]
			if l.Side == "" {
				return false
			}
			side := 0
			if l.Side == "right" {
				side = 1
			}
			seen[side][l.Bay%2][l.Bay] = true
		}
	}
	left, right := seen[0], seen[1]
	return len(left[0]) == 0 && len(right[1]) == 0 && len(left[1]) > 1 && len(right[0]) > 1 ||
		len(left[1]) == 0 && len(right[0]) == 0 && len(left[0]) > 1 && len(right[1]) > 1
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// seal derives what distances need from the aisles.
func (m *Map) seal() {
	m.xs = make([][]int, len(m.crosses)-1)
	for _, s := range m.segs {
		m.xs[s.band] = append(m.xs[s.band], s.x)
	}
	for b := range m.xs {
		slices.Sort(m.xs[b])
		m.xs[b] = slices.Compact(m.xs[b])
	}
}

// first is the front end of the leftmost aisle of the first band that has one.
func (m *Map) first() place {
	for b, xs := range m.xs {
		if len(xs) > 0 {
			return m.corner(b, xs[0])
		}
	}
	return m.corner(0, 0)
}

// point places a start or an end; coordinates count only where the layout was measured.
func (m *Map) point(field string, p *Point, other place) (place, error) {
	switch {
	case p == nil, p.At != "": // a location is looked up when all stand
		return other, nil
	case p.Aisle != "":
		n, ok := m.fronts[p.Aisle]
		if !ok {
			return place{}, fmt.Errorf("%s: aisle: %q is not an aisle of the layout", field, p.Aisle)
		}
		return m.corner(m.segs[n].band, m.segs[n].x), nil
	case m.basis != Measured:
		return other, nil
	case m.swapped:
		return m.spur(mm(p.Y), mm(p.X)), nil
	}
	return m.spur(mm(p.X), mm(p.Y)), nil
}

// loose gives a location without an aisle its own coordinates, or the place of its neighbour in the walk.
func (m *Map) loose() {
	var placed []int
	for i, l := range m.locs {
		if l.Aisle != "" && l.Walk > 0 {
			placed = append(placed, i)
		}
	}
	slices.SortFunc(placed, func(i, j int) int {
		return cmp.Or(cmp.Compare(m.locs[i].Walk, m.locs[j].Walk), Natural(string(m.locs[i].ID), string(m.locs[j].ID)))
	})
	for i, l := range m.locs {
		switch {
		case l.Aisle != "":
		case m.basis == Measured && (l.X != 0 || l.Y != 0):
			m.places[i] = m.spur(mm(l.X), mm(l.Y))
		case l.Walk <= 0 || len(placed) == 0:
			m.places[i] = m.start
		default:
			n, _ := slices.BinarySearchFunc(placed, l.Walk+1, func(at, walk int) int { return cmp.Compare(m.locs[at].Walk, walk) })
			m.places[i] = m.places[placed[max(0, n-1)]]
		}
	}
}
