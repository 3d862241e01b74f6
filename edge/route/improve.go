package route

import "slices"

// search improves a tour by 2-opt and Or-opt, then by small kicks that are undone when they do not pay. Its
// dice are a fixed sequence: the same task gives the same tour. Every bound is a count, never a clock.
type search struct {
	n      int   // stops; node n is the start, n+1 the end
	d      []int // distances, (n+2) by (n+2)
	near   [][]int32
	p      []int32 // the tour: start, stops, end
	pos    []int32
	queue  []int32
	queued []bool
	dice   uint64
	cost   int
}

const (
	neighbours = 10
	maxKicks   = 400
	kickWork   = 24_000 // kicks times stops, about
)

func (m *Map) improve(w *walk, found []tour) tour {
	best := found[0]
	if len(w.nodes) < 3 {
		if len(w.nodes) == 2 {
			other := []int{best.order[1], best.order[0]}
			if c := m.cost(w, other); c < best.cost {
				best.order, best.cost, best.method = other, c, best.method+"+improved"
			}
		}
		return best
	}
	s := m.newSearch(w)
	heuristic := best.cost
	var kept []int32
	tried := 0
	for i, t := range found {
		if tried == 3 || i > 0 && t.cost == found[i-1].cost && slices.Equal(t.order, found[i-1].order) {
			continue
		}
		tried++
		s.load(t)
		s.run()
		if kept == nil || s.cost < best.cost {
			kept = slices.Clone(s.p)
			best = tour{cost: s.cost, method: t.method}
		}
	}
	s.restore(kept, best.cost)
	for range min(maxKicks, 2*s.n*s.n, kickWork/s.n) {
		s.kick()
		s.run()
		if s.cost < best.cost {
			copy(kept, s.p)
			best.cost = s.cost
		} else {
			s.restore(kept, best.cost)
		}
	}
	for _, n := range kept[1 : s.n+1] {
		best.order = append(best.order, int(n))
	}
	if best.cost < heuristic {
		best.method += "+improved"
	}
	return best
}

func (m *Map) newSearch(w *walk) *search {
	n := len(w.nodes)
	s := &search{n: n, d: make([]int, (n+2)*(n+2)), near: make([][]int32, n+2), pos: make([]int32, n+2), p: make([]int32, n+2),
		queued: make([]bool, n+2), dice: 0x9E3779B97F4A7C15}
	at := func(i int) place {
		switch i {
		case n:
			return m.start
		case n + 1:
			return m.end
		}
		return w.nodes[i].place
	}
	for i := range n + 2 {
		for j := range i {
			d := m.dist(at(i), at(j))
			s.d[i*(n+2)+j], s.d[j*(n+2)+i] = d, d
		}
	}
	for i := range n + 2 {
		row := s.d[i*(n+2) : (i+1)*(n+2)]
		list := make([]int32, 0, neighbours+1)
		for j := range n + 2 {
			if j == i || len(list) == neighbours && row[j] >= row[list[neighbours-1]] {
				continue
			}
			k := len(list)
			for k > 0 && row[list[k-1]] > row[j] {
				k--
			}
			list = slices.Insert(list, k, int32(j))
			list = list[:min(len(list), neighbours)]
		}
		s.near[i] = list
	}
	return s
}

func (s *search) dd(a, b int32) int { return s.d[int(a)*(s.n+2)+int(b)] }

func (s *search) load(t tour) {
	s.p[0], s.p[s.n+1] = int32(s.n), int32(s.n+1)
	for i, n := range t.order {
		s.p[i+1] = int32(n)
	}
	s.place(0, s.n+1)
	s.cost = t.cost
	for _, a := range s.p {
		s.push(a)
	}
}

func (s *search) restore(p []int32, cost int) {
	copy(s.p, p)
	s.place(0, s.n+1)
	s.cost = cost
}

func (s *search) place(from, to int) {
	for i := from; i <= to; i++ {
		s.pos[s.p[i]] = int32(i)
	}
}

func (s *search) push(a int32) {
	if !s.queued[a] {
		s.queued[a] = true
		s.queue = append(s.queue, a)
	}
}

// run works until no node in the queue can be improved. Every step shortens the tour by at least 1 mm.
func (s *search) run() {
	for head := 0; head < len(s.queue); head++ {
		a := s.queue[head]
		s.queued[a] = false
		for s.twoOpt(a) || s.orOpt(a) {
		}
	}
	s.queue = s.queue[:0]
}

// twoOpt replaces two edges by reversing what lies between, one new edge going from a to a near node.
func (s *search) twoOpt(a int32) bool {
	i := int(s.pos[a])
	if i <= s.n { // a and what follows it
		b := s.p[i+1]
		old := s.dd(a, b)
		for _, c := range s.near[a] {
			if s.dd(a, c) >= old {
				break
			}
			j := int(s.pos[c])
			if j > s.n {
				continue
			}
			e := s.p[j+1]
			if gain := old + s.dd(c, e) - s.dd(a, c) - s.dd(b, e); gain > 0 {
				s.reverse(min(i, j)+1, max(i, j))
				s.won(gain, a, b, c, e)
				return true
			}
		}
	}
	if i >= 1 { // a and what precedes it
		b := s.p[i-1]
		old := s.dd(a, b)
		for _, c := range s.near[a] {
			if s.dd(a, c) >= old {
				break
			}
			j := int(s.pos[c])
			if j < 1 {
				continue
			}
			e := s.p[j-1]
			if gain := old + s.dd(c, e) - s.dd(a, c) - s.dd(b, e); gain > 0 {
				s.reverse(min(i, j), max(i, j)-1)
				s.won(gain, a, b, c, e)
				return true
			}
		}
	}
	return false
}

func (s *search) won(gain int, touched ...int32) {
	s.cost -= gain
	for _, a := range touched {
		s.push(a)
	}
}

func (s *search) reverse(i, j int) {
	slices.Reverse(s.p[i : j+1])
	s.place(i, j)
}

// orOpt moves one to three stops in a row, a at one end of them, to beside a near node of a.
func (s *search) orOpt(a int32) bool {
	i := int(s.pos[a])
	if i < 1 || i > s.n {
		return false
	}
	for length := 1; length <= 3; length++ {
		for _, ahead := range []bool{true, false} {
			from, to := i, i+length-1
			if !ahead {
				from, to = i-length+1, i
			}
			if from < 1 || to > s.n || length == 1 && !ahead {
				continue
			}
			z := s.p[to]
			if !ahead {
				z = s.p[from]
			}
			before, after := s.p[from-1], s.p[to+1]
			freed := s.dd(before, s.p[from]) + s.dd(s.p[to], after) - s.dd(before, after)
			for _, c := range s.near[a] {
				if s.dd(a, c) >= freed {
					break
				}
				j := int(s.pos[c])
				if j >= from && j <= to {
					continue
				}
				// After c, a first.
				if j <= s.n && j != from-1 {
					e := s.p[j+1]
					if gain := freed + s.dd(c, e) - s.dd(c, a) - s.dd(z, e); gain > 0 {
						s.move(from, to, j, !ahead)
						s.won(gain, a, z, c, e, before, after)
						return true
					}
				}
				// Before c, a last.
				if j >= 1 && j != to+1 {
					e := s.p[j-1]
					if gain := freed + s.dd(c, e) - s.dd(c, a) - s.dd(z, e); gain > 0 {
						s.move(from, to, j-1, ahead)
						s.won(gain, a, z, c, e, before, after)
						return true
					}
				}
			}
		}
	}
	return false
}

// move takes out the stops from..to and puts them behind position j, turned round if asked.
func (s *search) move(from, to, j int, turn bool) {
	var kept [3]int32
	n := copy(kept[:], s.p[from:to+1])
	if turn {
		slices.Reverse(kept[:n])
	}
	if j > to {
		copy(s.p[from:], s.p[to+1:j+1])
		copy(s.p[j-n+1:], kept[:n])
		s.place(from, j)
		return
	}
	copy(s.p[j+1+n:to+1], s.p[j+1:from])
	copy(s.p[j+1:], kept[:n])
	s.place(j+1, to)
}

func (s *search) roll(n int) int {
	s.dice = s.dice*6364136223846793005 + 1442695040888963407
	return int((s.dice >> 33) % uint64(n))
}

// kick swaps two neighbouring stretches of the tour: three edges change, and 2-opt alone cannot undo it.
func (s *search) kick() {
	span := max(1, min(30, s.n/2))
	i := 1 + s.roll(s.n-1)
	j := min(s.n, i+1+s.roll(span))
	k := min(s.n+1, j+1+s.roll(span))
	a, b, c, d, e, f := s.p[i-1], s.p[i], s.p[j-1], s.p[j], s.p[k-1], s.p[k]
	slices.Reverse(s.p[i:j])
	slices.Reverse(s.p[j:k])
	slices.Reverse(s.p[i:k])
	s.place(i, k-1)
	s.cost += s.dd(a, d) + s.dd(e, b) + s.dd(c, f) - s.dd(a, b) - s.dd(c, d) - s.dd(e, f)
	for _, v := range []int32{a, b, c, d, e, f} {
		s.push(v)
	}
}
