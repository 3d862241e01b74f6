package route

import "slices"

// dist is the shortest walk in mm. Every cross aisle spans all aisles, so a way never doubles back: from band
// to band it is the way along the aisles plus the least sideways walk.
func (m *Map) dist(p, q place) int {
	switch {
	case p.seg >= 0 && p.seg == q.seg:
		return abs(p.y - q.y)
	case p.seg >= 0 && q.seg >= 0:
		a, b := m.segs[p.seg].band, m.segs[q.seg].band
		if a == b {
			front := p.y + q.y - 2*m.crosses[a]
			back := 2*m.crosses[a+1] - p.y - q.y
			return min(front, back) + abs(p.x-q.x)
		}
		if a > b {
			p, q, a, b = q, p, b, a
		}
		return q.y - p.y + m.sideways(a+1, b, p.x, q.x)
	case p.seg >= 0:
		return m.dist(q, p)
	case q.seg >= 0: // p on a spur
		b, at := m.segs[q.seg].band, m.crosses[p.cross]
		if b >= p.cross {
			return abs(p.off) + q.y - at + m.sideways(p.cross, b, p.x, q.x)
		}
		return abs(p.off) + at - q.y + m.sideways(b+1, p.cross, q.x, p.x)
	}
	if p.cross == q.cross && p.x == q.x && (p.off < 0) == (q.off < 0) {
		return abs(p.off - q.off) // the same spur
	}
	if p.cross > q.cross {
		p, q = q, p
	}
	return abs(p.off) + abs(q.off) + m.crosses[q.cross] - m.crosses[p.cross] + m.sideways(p.cross, q.cross, p.x, q.x)
}

// sideways is the least walk along cross aisles on the way from x to z through the bands from up to before to.
func (m *Map) sideways(from, to, x, z int) int {
	if from >= to {
		return abs(x - z)
	}
	// Mostly some aisle of every band lies on the way, and nothing is walked twice.
	at, free := x, true
	for b := from; b < to && free; b++ {
		at, free = onTheWay(m.xs[b], at, z)
	}
	if free {
		return abs(x - z)
	}
	return m.detour(from, to, x, z)
}

// onTheWay is the first aisle met when walking from at to z.
func onTheWay(xs []int, at, z int) (int, bool) {
	if len(xs) == 0 {
		return at, true // no shelves there: open floor
	}
	i, hit := slices.BinarySearch(xs, at)
	if hit {
		return at, true
	}
	if z >= at {
		if i < len(xs) && xs[i] <= z {
			return xs[i], true
		}
		return 0, false
	}
	if i > 0 && xs[i-1] >= z {
		return xs[i-1], true
	}
	return 0, false
}

// detour carries the least cost to every aisle of one band over to the next.
func (m *Map) detour(from, to, x, z int) int {
	at, cost := []int{x}, []int{0}
	for b := from; b < to; b++ {
		if len(m.xs[b]) > 0 {
			cost = carry(at, cost, m.xs[b])
			at = m.xs[b]
		}
	}
	return carry(at, cost, []int{z})[0]
}

// carry is, for each next position, the least cost over all positions plus the walk; both lists rise.
func carry(at, cost, next []int) []int {
	const far = int(^uint(0) >> 2)
	out := make([]int, len(next))
	j, least := 0, far // least of cost-at among those left of it
	for i, x := range next {
		for ; j < len(at) && at[j] <= x; j++ {
			least = min(least, cost[j]-at[j])
		}
		out[i] = least + x
	}
	j, least = len(at)-1, far
	for i := len(next) - 1; i >= 0; i-- {
		for ; j >= 0 && at[j] >= next[i]; j-- {
			least = min(least, cost[j]+at[j])
		}
		out[i] = min(out[i], least-next[i])
	}
	return out
}

// corner is the place where an aisle's line meets a cross aisle.
func (m *Map) corner(cross, x int) place {
	return place{seg: -1, x: x, y: m.crosses[cross], cross: cross}
}

// spur hangs a point on the nearest cross aisle; what lies within its width is on it.
func (m *Map) spur(x, y int) place {
	k := 0
	for i, c := range m.crosses {
		if abs(y-c) < abs(y-m.crosses[k]) {
			k = i
		}
	}
	off := y - m.crosses[k]
	switch half := m.cross / 2; {
	case off > half:
		off -= half
	case off < -half:
		off += half
	default:
		off = 0
	}
	return place{seg: -1, x: x, y: y, cross: k, off: off}
}

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}
