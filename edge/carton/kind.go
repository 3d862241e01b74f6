package carton

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"sort"
)

// turn is one way an item may lie.
type turn struct {
	d  [3]int32
	up Sides
}

// kind is an item as the planner sees it: all its units are alike.
type kind struct {
	item    int
	qty     int
	turns   []turn
	volume  int64
	weight  int64
	noTop   bool
	own     bool
	guessed bool
	class   uint64 // its bit, zero when nothing is kept apart from it
	apart   uint64 // the bits of what it must not lie with
}

// kindOfCarton is a carton type as the planner sees it.
type kindOfCarton struct {
	*Carton
	at     int
	inner  [3]int32
	outer  Size
	usable int64 // volume that items may fill
}

func seeCarton(c *Carton, at int, r *Rules) kindOfCarton {
	v := c.Inner.Volume()
	k := kindOfCarton{Carton: c, at: at, outer: c.Outer, usable: v - (v*int64(r.FreeShare)+999)/1000}
	k.inner = [3]int32{int32(c.Inner.L), int32(c.Inner.W), int32(c.Inner.H)}
	if k.outer == (Size{}) {
		k.outer = c.Inner
	}
	return k
}

func seeItems(items []Item, r *Rules) ([]kind, []string, error) {
	bit, err := classBits(items, r)
	if err != nil {
		return nil, nil, err
	}
	var notes []string
	out := make([]kind, 0, len(items))
	for i := range items {
		it := &items[i]
		k := kind{item: i, qty: it.Qty, weight: int64(it.Weight), noTop: it.NoTop, own: it.Own, class: bit[it.Class]}
		for _, a := range r.Apart {
			switch it.Class {
			case a.A:
				k.apart |= bit[a.B]
			case a.B:
				k.apart |= bit[a.A]
			}
		}
		size, note, err := it.guess(fmt.Sprintf("items[%d]", i), &k, r)
		if err != nil {
			return nil, nil, err
		}
		if note != "" {
			notes = append(notes, note)
		}
		k.volume = size.Volume()
		k.turns = turnsOf(size, it.Up)
		out = append(out, k)
	}
	return out, notes, nil
}

// guess fills in what is not known of an item, by the rules, and says so.
func (it *Item) guess(field string, k *kind, r *Rules) (Size, string, error) {
	note := ""
	if k.weight == 0 {
		if r.AsWeight == 0 {
			return Size{}, "", fmt.Errorf("%s.weight: is missing, and the rules say nothing of items without one", field)
		}
		k.weight, note = int64(r.AsWeight), fmt.Sprintf("%s has no weight: taken as %d g", it.ID, r.AsWeight)
	}
	if it.Size != (Size{}) {
		return it.Size, note, nil
	}
	volume, from := it.Volume, "its volume"
	if volume == 0 && r.Density > 0 && it.Weight > 0 {
		volume, from = max(1, int64(it.Weight)*1_000_000/int64(r.Density)), fmt.Sprintf("its weight at %d g per litre", r.Density)
	}
	if volume == 0 {
		volume, from = r.AsVolume, "the site's usual volume"
	}
	if volume == 0 {
		return Size{}, "", fmt.Errorf("%s.size: is missing, and so are its volume and a rule for items without either", field)
	}
	side := cube(volume)
	if side > MaxSide {
		return Size{}, "", fmt.Errorf("%s.size: is missing, and %s makes a cube of more than %d mm", field, from, MaxSide)
	}
	k.guessed = true
	if note != "" {
		note += "; "
	}
	return Size{side, side, side}, note + fmt.Sprintf("%s has no size: taken as a cube of %d mm from %s", it.ID, side, from), nil
}

// cube is the side of the smallest cube of whole millimetres that holds a volume.
func cube(volume int64) int {
	return 1 + sort.Search(MaxSide, func(i int) bool { n := int64(i + 1); return n*n*n >= volume })
}

func classBits(items []Item, r *Rules) (map[Class]uint64, error) {
	bit := map[Class]uint64{}
	for i, a := range r.Apart {
		if a.A == a.B {
			return nil, fmt.Errorf("rules.apart[%d]: %q cannot be kept apart from itself; mark its items as shipping in their own carton", i, a.A)
		}
		for _, c := range []Class{a.A, a.B} {
			used := slices.ContainsFunc(items, func(it Item) bool { return it.Class == c })
			if bit[c] != 0 || !used {
				continue
			}
			if len(bit) == MaxClasses {
				return nil, fmt.Errorf("rules.apart[%d]: more than %d classes are kept apart in one order", i, MaxClasses)
			}
			bit[c] = 1 << len(bit)
		}
	}
	return bit, nil
}

// turnsOf lists the ways a box may lie, those that look alike once.
func turnsOf(s Size, up Sides) []turn {
	if up == 0 {
		up = AnySides
	}
	l, w, h := int32(s.L), int32(s.W), int32(s.H)
	var out []turn
	add := func(x, y, z int32, side Sides) {
		t := turn{[3]int32{x, y, z}, side}
		if up&side != 0 && !slices.ContainsFunc(out, func(o turn) bool { return o.d == t.d }) {
			out = append(out, t)
		}
	}
	add(l, w, h, UpH)
	add(w, l, h, UpH)
	add(l, h, w, UpW)
	add(h, l, w, UpW)
	add(w, h, l, UpL)
	add(h, w, l, UpL)
	return out
}

// fits says whether one unit would lie in the empty carton.
func (k *kind) fits(c *kindOfCarton) bool {
	return k.lies(c) && k.volume <= c.usable && k.weight <= int64(c.Max)
}

func (k *kind) lies(c *kindOfCarton) bool {
	return slices.ContainsFunc(k.turns, func(t turn) bool {
		return t.d[0] <= c.inner[0] && t.d[1] <= c.inner[1] && t.d[2] <= c.inner[2]
	})
}

func (k *kind) longest() int32 { return max(k.turns[0].d[0], k.turns[0].d[1], k.turns[0].d[2]) }

func (k *kind) base() int64 {
	best := int64(0)
	for _, t := range k.turns {
		best = max(best, int64(t.d[0])*int64(t.d[1]))
	}
	return best
}

// orders are the sequences in which items are tried.
var orders = []func(a, b *kind) int{
	func(a, b *kind) int { return cmp.Compare(b.volume, a.volume) },
	func(a, b *kind) int { return cmp.Compare(b.base(), a.base()) },
	func(a, b *kind) int { return cmp.Compare(b.longest(), a.longest()) },
	func(a, b *kind) int { return cmp.Compare(b.weight, a.weight) },
}

// sequences gives the indices of kinds in each order. What bears nothing comes last in all of them: it closes the
// space above it. Where classes are kept apart, those that keep the most apart come first.
func sequences(kinds []kind) [][]int {
	out := make([][]int, len(orders))
	for o, by := range orders {
		seq := make([]int, len(kinds))
		for i := range seq {
			seq[i] = i
		}
		slices.SortStableFunc(seq, func(a, b int) int {
			x, y := &kinds[a], &kinds[b]
			if x.noTop != y.noTop {
				if x.noTop {
					return 1
				}
				return -1
			}
			return cmp.Or(by(x, y), cmp.Compare(bits.OnesCount64(y.apart), bits.OnesCount64(x.apart)), cmp.Compare(y.volume, x.volume))
		})
		out[o] = seq
	}
	return out
}

// sequence is the order of a way: one of the fixed ones, or volume as its taste sees it.
func (p *planner) sequence(h how) []int {
	if h.taste == 0 {
		return p.seqs[h.order]
	}
	seq := append(p.seq[:0], p.seqs[0]...)
	slices.SortStableFunc(seq, func(a, b int) int {
		x, y := &p.kinds[a], &p.kinds[b]
		switch {
		case x.noTop && !y.noTop:
			return 1
		case y.noTop && !x.noTop:
			return -1
		}
		return cmp.Compare(y.volume*h.likes(b, 9), x.volume*h.likes(a, 9))
	})
	p.seq = seq
	return seq
}
