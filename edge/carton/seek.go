package carton

import "slices"

// seek looks for a way to place all of a few units: it goes to the first place, tries every item every way there, and
// turns back when one branch leads nowhere. Until steps run out.
func (p *planner) seek(l *load, left []int, h how) {
	enough := p.steps + min(p.budget/3, seekSteps)
	if !p.descend(l, left, sum(left), enough, h) {
		l.units, l.volume = 0, never
	}
}

// seekable is how many units are few enough to seek; seekSteps how long to do so.
const (
	seekable  = 8
	seekSteps = 20_000
)

func (p *planner) descend(l *load, left []int, todo, enough int, h how) bool {
	if todo == 0 {
		return true
	}
	for len(l.points) > 0 && p.steps < enough {
		at := l.first(h.merit)
		pt := l.points[at]
		for _, ki := range p.seqs[0] {
			k := &p.kinds[ki]
			if left[ki] == 0 || l.room(k, left[ki]) == 0 {
				continue
			}
			for ti := range k.turns {
				p.steps++
				b, ok := p.block(l, &pt, ki, ti, 1, 0)
				if !ok {
					continue
				}
				p.steps += 10 + 2*len(l.points) // what it takes to put it and to turn back
				before := *l
				before.points = slices.Clone(l.points)
				l.put(b, k)
				left[ki]--
				if p.descend(l, left, todo-1, enough, h) {
					return true
				}
				left[ki]++
				boxes, blocks := l.boxes[:len(before.boxes)], l.blocks[:len(before.blocks)]
				*l = before
				l.boxes, l.blocks = boxes, blocks
			}
		}
		l.points = append(l.points[:at], l.points[at+1:]...) // nothing goes here
	}
	return false
}

// first is the place to go to next.
func (l *load) first(merit int) int {
	at, value := 0, int64(never)
	for i := range l.points {
		pt := &l.points[i]
		v := int64(pt.z)<<32 + int64(pt.x)<<16 + int64(pt.y)
		switch merit {
		case wall:
			v = int64(pt.x)<<32 + int64(pt.z)<<16 + int64(pt.y)
		case side:
			v = int64(pt.y)<<32 + int64(pt.z)<<16 + int64(pt.x)
		}
		if v < value {
			at, value = i, v
		}
	}
	return at
}
