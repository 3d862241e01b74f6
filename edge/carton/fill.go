package carton

// how is one way of filling a carton.
type how struct {
	seek  bool   // a few units: all at once, or not at all
	space bool   // go from place to place and look for what suits it best; else from item to item
	order int    // of the items
	merit int    // of the places
	taste uint64 // leans towards some items and some ways to lie, each taste towards others
}

// The ways tried, most promising first: see DESIGN.md for what each is worth.
var ways = []how{
	{space: true, merit: flat}, {order: 0, merit: wall}, {space: true, merit: wall}, {order: 1, merit: flat}, {space: true, merit: side},
	{seek: true, merit: flat}, {seek: true, merit: wall}, {order: 0, merit: tight}, {order: 2, merit: flat}, {order: 1, merit: wall}, {order: 3, merit: flat}, {order: 1, merit: tight},
}

// way gives the i-th way for so many units: first those of the list, then tastes. Going from item to item pays for few units.
func way(i, units int) how {
	if i < len(ways) {
		return ways[i]
	}
	i -= len(ways)
	h := how{space: true, merit: i % 3, taste: uint64(i + 1)}
	if units <= few && i%2 == 1 {
		h.space = false
	}
	return h
}

const few = 30

// likes is what a taste thinks of an item lying one way: 1000 at best.
func (h *how) likes(kind, turn int) int64 {
	if h.taste == 0 {
		return 1000
	}
	n := h.taste*0x9E3779B97F4A7C15 + uint64(kind)*0xBF58476D1CE4E5B9 + uint64(turn)*0x94D049BB133111EB
	n ^= n >> 29
	n *= 0xBF58476D1CE4E5B9
	n ^= n >> 32
	return 1000 - int64(n%300)
}

// Merits of a place for a box: the least is the best.
const (
	flat  = iota // lowest, then snuggest: layers
	wall         // nearest the short wall: slices along X
	side         // nearest the long wall: slices along Y
	tight        // the smallest corner that holds everything
)

func (p *planner) fill(l *load, c *kindOfCarton, left []int, h how) {
	l.reset(c)
	switch {
	case h.seek:
		if sum(left) <= seekable {
			p.seek(l, left, h)
		}
	case h.space:
		p.bySpace(l, left, h)
	default:
		p.byItem(l, left, h)
	}
}

// room says how many more units of a kind the load takes, by weight, volume and class.
func (l *load) room(k *kind, left int) int32 {
	if l.classes&k.apart != 0 {
		return 0
	}
	return int32(max(0, min(int64(left), l.weight/k.weight, l.volume/k.volume)))
}

// byItem puts one unit after the other where it suits best.
func (p *planner) byItem(l *load, left []int, h how) {
	misses := 0
	for _, ki := range p.sequence(h) {
		k := &p.kinds[ki]
		for left[ki] > 0 && l.room(k, left[ki]) > 0 {
			b, ok := p.place(l, ki, k, h.merit)
			if !ok {
				misses++
				break
			}
			l.put(b, k)
			left[ki]--
		}
		if misses > maxMisses {
			return
		}
	}
}

const maxMisses = 40 // a carton that refused so many kinds of items is full

func (p *planner) place(l *load, ki int, k *kind, merit int) (block, bool) {
	best, value := block{}, int64(never)
	for ti := range k.turns {
		d := &k.turns[ti].d
		p.steps += 1 + len(l.points)/8
		for i := range l.points {
			pt := &l.points[i]
			if d[0] > pt.rx || d[1] > pt.ry || d[2] > pt.rz {
				continue
			}
			b := box{pt.x, pt.y, pt.z, pt.x + d[0], pt.y + d[1], pt.z + d[2]}
			v := l.value(merit, pt, &b)
			if v >= value {
				continue
			}
			p.steps += 1 + len(l.boxes)/4
			solid := b
			if k.noTop {
				solid.z1 = l.size[2]
			}
			if l.hit(&solid) >= 0 || !l.rests(b.x0, b.y0, b.x1, b.y1, b.z0, p.support) {
				continue
			}
			best, value = block{box: b, kind: ki, turn: ti, nx: 1, ny: 1, nz: 1}, v
		}
	}
	return best, value < never
}

func (l *load) value(merit int, pt *point, b *box) int64 {
	slack := int64(pt.rx-(b.x1-b.x0)) + int64(pt.ry-(b.y1-b.y0))
	switch merit {
	case tight:
		x, y, z := max(l.env[0], b.x1), max(l.env[1], b.y1), max(l.env[2], b.z1)
		return int64(x)*int64(y)*int64(z)*4 + int64(b.z0)/16
	case wall:
		return int64(b.x1)<<40 + int64(b.z0)<<24 + int64(b.y0)
	case side:
		return int64(b.y1)<<40 + int64(b.z0)<<24 + int64(b.x0)
	}
	return int64(b.z1)<<40 + slack<<24 + int64(b.x0) + int64(b.y0)
}

// bySpace takes the first place and gives it the block that uses it best, until no place is left.
func (p *planner) bySpace(l *load, left []int, h how) {
	for len(l.points) > 0 {
		at := l.first(h.merit)
		pt := l.points[at]
		b, ok := p.best(l, &pt, left, h)
		if !ok {
			l.points = append(l.points[:at], l.points[at+1:]...)
			continue
		}
		l.put(b, &p.kinds[b.kind])
		left[b.kind] -= b.count()
	}
}

func (p *planner) best(l *load, pt *point, left []int, h how) (block, bool) {
	out, value := block{}, int64(0)
	for _, last := range []bool{false, true} {
		for ki := range p.kinds {
			k := &p.kinds[ki]
			n := int32(0)
			if k.noTop == last && left[ki] > 0 {
				n = l.room(k, left[ki])
			}
			if n == 0 {
				continue
			}
			for ti := range k.turns {
				likes := h.likes(ki, ti)
				for g := range growths {
					b, ok := p.block(l, pt, ki, ti, n, g)
					if !ok {
						break
					}
					if v := k.volume * int64(b.count()) * likes; v > value {
						out, value = b, v
					}
					if n == 1 {
						break // it cannot grow
					}
				}
			}
		}
		if value > 0 {
			break // what bears nothing only where nothing else goes
		}
	}
	return out, value > 0
}

// growths are the orders in which a block grows along the axes.
var growths = [][3]int{{2, 1, 0}, {1, 2, 0}, {0, 1, 2}}

// block makes the block of up to n units of a kind that can stand at a point.
func (p *planner) block(l *load, pt *point, ki, ti int, n int32, growth int) (block, bool) {
	k := &p.kinds[ki]
	d := k.turns[ti].d
	room := [3]int32{pt.rx / d[0], pt.ry / d[1], pt.rz / d[2]}
	if room[0] == 0 || room[1] == 0 || room[2] == 0 {
		return block{}, false
	}
	if k.noTop {
		room[2] = 1
	}
	var c [3]int32
	for _, a := range growths[growth] {
		c[a] = min(room[a], n)
		n /= c[a]
	}
	from := [3]int32{pt.x, pt.y, pt.z}
	for try := 0; ; try++ {
		p.steps += 1 + len(l.boxes)/4
		b := box{pt.x, pt.y, pt.z, pt.x + c[0]*d[0], pt.y + c[1]*d[1], pt.z + c[2]*d[2]}
		if k.noTop {
			b.z1 = l.size[2]
		}
		i := l.hit(&b)
		if i < 0 {
			break
		}
		low := [3]int32{l.boxes[i].x0, l.boxes[i].y0, l.boxes[i].z0}
		axis, most := -1, int32(0)
		for a := range 3 {
			if m := (low[a] - from[a]) / d[a]; m >= 1 && m < c[a] && m*(c[0]*c[1]*c[2]/c[a]) > most {
				axis, most = a, m*(c[0]*c[1]*c[2]/c[a])
			}
		}
		if axis < 0 || try == 6 {
			return block{}, false
		}
		c[axis] = (low[axis] - from[axis]) / d[axis]
	}
	if pt.z > 0 && !p.supported(l, pt, d, &c) {
		return block{}, false
	}
	b := box{pt.x, pt.y, pt.z, pt.x + c[0]*d[0], pt.y + c[1]*d[1], pt.z + c[2]*d[2]}
	return block{box: b, kind: ki, turn: ti, nx: c[0], ny: c[1], nz: c[2]}, true
}

// supported makes a block smaller until each unit of its lowest layer rests on enough.
func (p *planner) supported(l *load, pt *point, d [3]int32, c *[3]int32) bool {
	for y := range c[1] {
		for x := range c[0] {
			p.steps += 1 + len(l.boxes)/4
			x0, y0 := pt.x+x*d[0], pt.y+y*d[1]
			if l.rests(x0, y0, x0+d[0], y0+d[1], pt.z, p.support) {
				continue
			}
			switch {
			case x == 0 && y == 0:
				return false
			case y == 0:
				c[0] = x
			default:
				c[1] = y
				return true
			}
			break
		}
	}
	return true
}
