package batch

import (
	"cmp"
	"math/bits"
	"slices"
)

// savings joins rounds pair by pair, the pair that saves most first (Clarke & Wright 1964).
func (p *planner) savings(loads []*load) [][]*load {
	type pair struct{ i, j, saved int }
	var pairs []pair
	for i, a := range loads {
		for j := range i {
			b := loads[j]
			if two := []*load{b, a}; p.fits(two) {
				pairs = append(pairs, pair{j, i, a.alone + b.alone - p.metres(two)})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.saved, a.saved), cmp.Compare(a.i, b.i), cmp.Compare(a.j, b.j))
	})
	in := make([]int, len(loads)) // which round each load is in
	rounds := make([][]*load, len(loads))
	for i, l := range loads {
		in[i], rounds[i] = i, []*load{l}
	}
	for _, s := range pairs {
		a, b := in[s.i], in[s.j]
		if a == b {
			continue
		}
		both := slices.Concat(rounds[a], rounds[b])
		if !p.fits(both) {
			continue
		}
		rounds[a], rounds[b] = both, nil
		for i := range in {
			if in[i] == b {
				in[i] = a
			}
		}
	}
	return slices.DeleteFunc(rounds, func(r []*load) bool { return len(r) == 0 })
}

// exchange moves a load from one cart to another, or swaps two, while that shortens the walk of both together
// and the effort lasts.
func (p *planner) exchange(carts [][]*load, effort int) [][]*load {
	e := exchange{planner: p, carts: carts, lengths: make([]int, len(carts)), stop: p.spent + effort}
	for i, c := range carts {
		e.lengths[i] = p.metres(c)
	}
	for better := true; better; {
		better = false
		for a := range carts {
			for b := range carts {
				if a != b && e.pair(a, b) {
					better = true
				}
			}
		}
	}
	return slices.DeleteFunc(carts, func(c []*load) bool { return len(c) == 0 })
}

type exchange struct {
	*planner
	carts   [][]*load
	lengths []int
	stop    int
}

// pair takes the first change of two carts that helps.
func (e *exchange) pair(a, b int) bool {
	before := calls(e.carts[a]) + calls(e.carts[b])
	for i, l := range e.carts[a] {
		if e.spent > e.stop {
			return false
		}
		without := slices.Concat(e.carts[a][:i], e.carts[a][i+1:])
		if e.try(a, b, without, append(slices.Clone(e.carts[b]), l), before) {
			return true
		}
		if b < a {
			continue
		}
		for j, k := range e.carts[b] {
			if e.try(a, b, append(slices.Clone(without), k), append(slices.Concat(e.carts[b][:j], e.carts[b][j+1:]), l), before) {
				return true
			}
		}
	}
	return false
}

// try replaces two carts when that is shorter. What calls at more aisles than before is not even sketched.
func (e *exchange) try(a, b int, x, y []*load, before int) bool {
	e.spent++
	if calls(x)+calls(y) > before || !e.fits(x) || !e.fits(y) {
		return false
	}
	dx, dy := e.metres(x), e.metres(y)
	if dx+dy >= e.lengths[a]+e.lengths[b] {
		return false
	}
	e.carts[a], e.carts[b], e.lengths[a], e.lengths[b] = x, y, dx, dy
	return true
}

// calls is at how many aisles a cart calls.
func calls(loads []*load) int {
	if len(loads) == 0 {
		return 0
	}
	n := 0
	for k := range loads[0].aisles {
		var set uint64
		for _, l := range loads {
			set |= l.aisles[k]
		}
		n += bits.OnesCount64(set)
	}
	return n
}
