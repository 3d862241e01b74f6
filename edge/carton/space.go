package carton

import "math"

// box is what a block of equal units takes up. The top of a box that bears nothing is the carton's ceiling, so that
// nothing can be put above it, nor it under anything.
type box struct{ x0, y0, z0, x1, y1, z1 int32 }

func (b *box) meets(o *box) bool {
	return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 && b.z0 < o.z1 && o.z0 < b.z1
}

// point is an extreme point, with how far one can go from it along each axis before a box or the wall.
type point struct{ x, y, z, rx, ry, rz int32 }

// block is some equal units side by side, all lying the same way.
type block struct {
	box        // where, with the real top
	kind       int
	turn       int
	nx, ny, nz int32
}

func (b *block) count() int { return int(b.nx * b.ny * b.nz) }

// load is a carton being filled.
type load struct {
	size    [3]int32
	boxes   []box
	blocks  []block
	points  []point
	volume  int64 // still free to use, filler share taken off
	weight  int64 // still free to use
	classes uint64
	units   int
	env     [3]int32 // the corner all boxes lie within
}

func (l *load) reset(c *kindOfCarton) {
	l.size = c.inner
	l.boxes, l.blocks, l.points = l.boxes[:0], l.blocks[:0], l.points[:0]
	l.volume, l.weight, l.classes, l.units = c.usable, int64(c.Max), 0, 0
	l.env = [3]int32{}
	l.points = append(l.points, point{0, 0, 0, c.inner[0], c.inner[1], c.inner[2]})
}

// hit gives a box that b meets, or -1. The latest boxes are the likeliest.
func (l *load) hit(b *box) int {
	for i := len(l.boxes) - 1; i >= 0; i-- {
		if b.meets(&l.boxes[i]) {
			return i
		}
	}
	return -1
}

// rests says whether a base at height z stands on enough of what lies below it.
func (l *load) rests(x0, y0, x1, y1, z int32, share int64) bool {
	if z == 0 {
		return true
	}
	need := int64(x1-x0) * int64(y1-y0) * share
	have := int64(0)
	for i := range l.boxes {
		b := &l.boxes[i]
		if b.z1 != z {
			continue
		}
		w, d := min(x1, b.x1)-max(x0, b.x0), min(y1, b.y1)-max(y0, b.y0)
		if w > 0 && d > 0 {
			if have += int64(w) * int64(d) * 100; have >= need {
				return true
			}
		}
	}
	return false
}

// put places a block and moves the extreme points.
func (l *load) put(b block, k *kind) {
	solid := b.box
	if k.noTop {
		solid.z1 = l.size[2]
	}
	l.boxes = append(l.boxes, solid)
	l.blocks = append(l.blocks, b)
	n := b.count()
	l.volume -= k.volume * int64(n)
	l.weight -= k.weight * int64(n)
	l.classes |= k.class
	l.units += n
	l.env = [3]int32{max(l.env[0], b.x1), max(l.env[1], b.y1), max(l.env[2], b.z1)}
	keep := l.points[:0]
	for _, p := range l.points {
		if p.shrink(&solid) {
			keep = append(keep, p)
		}
	}
	l.points = keep
	l.grow(&solid)
}

// shrink takes a new box into account; false: the point lies in it, or has no room left.
func (p *point) shrink(b *box) bool {
	inX, inY, inZ := p.x >= b.x0 && p.x < b.x1, p.y >= b.y0 && p.y < b.y1, p.z >= b.z0 && p.z < b.z1
	switch {
	case inX && inY && inZ:
		return false
	case inY && inZ && b.x0 >= p.x:
		p.rx = min(p.rx, b.x0-p.x)
	case inX && inZ && b.y0 >= p.y:
		p.ry = min(p.ry, b.y0-p.y)
	case inX && inY && b.z0 >= p.z:
		p.rz = min(p.rz, b.z0-p.z)
	}
	return p.rx > 0 && p.ry > 0 && p.rz > 0
}

// grow adds the extreme points of a new box: its three far corners, each also pushed along the other two axes
// until something stops it.
func (l *load) grow(b *box) {
	if b.x1 < l.size[0] {
		z := l.drop(b.x1, b.y0, b.z0)
		l.add(b.x1, b.y0, z)
		l.add(b.x1, l.slideY(b.x1, b.y0, b.z0), b.z0)
		l.add(b.x1, l.slideY(b.x1, b.y0, z), z)
	}
	if b.y1 < l.size[1] {
		z := l.drop(b.x0, b.y1, b.z0)
		l.add(b.x0, b.y1, z)
		l.add(l.slideX(b.x0, b.y1, b.z0), b.y1, b.z0)
		l.add(l.slideX(b.x0, b.y1, z), b.y1, z)
	}
	if b.z1 < l.size[2] {
		l.add(b.x0, b.y0, b.z1)
		l.add(l.slideX(b.x0, b.y0, b.z1), b.y0, b.z1)
		l.add(b.x0, l.slideY(b.x0, b.y0, b.z1), b.z1)
	}
}

func (l *load) drop(x, y, z int32) int32 {
	to := int32(0)
	for i := range l.boxes {
		if b := &l.boxes[i]; b.z1 <= z && b.z1 > to && x >= b.x0 && x < b.x1 && y >= b.y0 && y < b.y1 {
			to = b.z1
		}
	}
	return to
}

func (l *load) slideX(x, y, z int32) int32 {
	to := int32(0)
	for i := range l.boxes {
		if b := &l.boxes[i]; b.x1 <= x && b.x1 > to && y >= b.y0 && y < b.y1 && z >= b.z0 && z < b.z1 {
			to = b.x1
		}
	}
	return to
}

func (l *load) slideY(x, y, z int32) int32 {
	to := int32(0)
	for i := range l.boxes {
		if b := &l.boxes[i]; b.y1 <= y && b.y1 > to && x >= b.x0 && x < b.x1 && z >= b.z0 && z < b.z1 {
			to = b.y1
		}
	}
	return to
}

func (l *load) add(x, y, z int32) {
	for i := range l.points {
		if p := &l.points[i]; p.x == x && p.y == y && p.z == z {
			return
		}
	}
	p := point{x, y, z, l.size[0] - x, l.size[1] - y, l.size[2] - z}
	if p.rx <= 0 || p.ry <= 0 || p.rz <= 0 {
		return
	}
	for i := range l.boxes {
		if !p.shrink(&l.boxes[i]) {
			return
		}
	}
	l.points = append(l.points, p)
}

const never = math.MaxInt64
