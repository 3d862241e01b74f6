package day

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Where a unit really is. A place is named like the site's own where there is such a one: bin/A-01-1, tote/O-1
// for what lies in an order's tote, run/R-1 for a cart, bench/<sscc> for a parcel, staging/O-1 for the shelf.
type spot string

// Places the site has no name for: the pile of goods found where they do not belong, and the world outside.
const (
	stray    spot = "stray"
	thief    spot = "gone/stolen"
	rubbish  spot = "gone/scrap"
	supplier spot = "gone/supplier"
)

func inBin(b string) spot   { return spot("bin/" + b) }
func inTote(o string) spot  { return spot("tote/" + o) }
func inRun(r string) spot   { return spot("run/" + r) }
func inUnit(u string) spot  { return spot("bench/" + u) }
func onShelf(o string) spot { return spot("staging/" + o) }
func withCarrier(u string) spot {
	return spot("gone/carrier/" + u)
}
func withCustomer(o string) spot { return spot("gone/customer/" + o) }
func inHands(who string) spot    { return spot("hands/" + who) }

// bucket is the kind of a place.
func (s spot) bucket() string {
	b, _, _ := strings.Cut(string(s), "/")
	return b
}

// unit is one piece of goods.
type unit struct {
	id    int
	sku   string
	at    spot
	mark  string // its lot or its serial number, where it has one
	trail []spot // every place it was at before, the first one first
}

// truth is which unit is where. Units are only made by make, and never unmade: whatever happens to one, it is
// somewhere.
type truth struct {
	units []*unit
	at    map[spot]map[string][]*unit
}

func newTruth() *truth { return &truth{at: map[spot]map[string][]*unit{}} }

// make puts n new units somewhere: what a supplier made.
func (t *truth) make(sku string, n int, at spot) {
	for range n {
		u := &unit{id: len(t.units) + 1, sku: sku, at: at}
		t.units = append(t.units, u)
		t.put(u, at)
	}
}

func (t *truth) put(u *unit, at spot) {
	if t.at[at] == nil {
		t.at[at] = map[string][]*unit{}
	}
	u.at = at
	t.at[at][u.sku] = append(t.at[at][u.sku], u)
}

// has is how many units of an item are somewhere.
func (t *truth) has(at spot, sku string) int { return len(t.at[at][sku]) }

// move carries up to n units, and says how many there were to carry.
func (t *truth) move(sku string, n int, from, to spot) int {
	here := t.at[from][sku]
	n = min(n, len(here))
	if n <= 0 || from == to {
		return max(0, n)
	}
	cut := len(here) - n
	for _, u := range here[cut:] {
		u.trail = append(u.trail, from)
		t.put(u, to)
	}
	if t.at[from][sku] = here[:cut:cut]; cut == 0 {
		delete(t.at[from], sku)
		if len(t.at[from]) == 0 {
			delete(t.at, from)
		}
	}
	return n
}

// marked is a unit somewhere that bears a mark; nil when there is none.
func (t *truth) marked(at spot, sku, mark string) *unit {
	for _, u := range t.at[at][sku] {
		if u.mark == mark {
			return u
		}
	}
	return nil
}

// carry takes one unit somewhere.
func (t *truth) carry(u *unit, to spot) {
	from := u.at
	left := slices.DeleteFunc(slices.Clone(t.at[from][u.sku]), func(x *unit) bool { return x == u })
	if t.at[from][u.sku] = left; len(left) == 0 {
		delete(t.at[from], u.sku)
	}
	u.trail = append(u.trail, from)
	t.put(u, to)
}

// all carries everything from one place to another.
func (t *truth) all(from, to spot) {
	for _, sku := range t.skus(from) {
		t.move(sku, t.has(from, sku), from, to)
	}
}

// skus lists what is somewhere, sorted.
func (t *truth) skus(at spot) []string {
	out := make([]string, 0, len(t.at[at]))
	for sku := range t.at[at] {
		out = append(out, sku)
	}
	slices.Sort(out)
	return out
}

// spots lists the places of a bucket that hold anything, sorted.
func (t *truth) spots(bucket string) []spot {
	var out []spot
	for s := range t.at {
		if s.bucket() == bucket {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

// count is the quantities of a bucket by place and item.
func (t *truth) count(bucket string) map[spot]map[string]int {
	out := map[spot]map[string]int{}
	for _, s := range t.spots(bucket) {
		out[s] = map[string]int{}
		for sku, list := range t.at[s] {
			out[s][sku] = len(list)
		}
	}
	return out
}

// sound says whether the ledger itself can be right: every unit is at exactly one place, the one it says.
func (t *truth) sound() error {
	seen := make([]bool, len(t.units)+1)
	n := 0
	for at, items := range t.at {
		for sku, list := range items {
			for _, u := range list {
				if u.at != at || u.sku != sku || seen[u.id] {
					return fmt.Errorf("unit %d of %s says it is at %s and lies at %s", u.id, u.sku, u.at, at)
				}
				seen[u.id] = true
				n++
			}
		}
	}
	if n != len(t.units) {
		return fmt.Errorf("%d units were made, %d are somewhere", len(t.units), n)
	}
	return nil
}

// story is where a unit has been, for whoever asks why it is there.
func (u *unit) story() string {
	var b strings.Builder
	fmt.Fprintf(&b, "unit %d of %s:", u.id, u.sku)
	for _, s := range u.trail {
		b.WriteString(" " + string(s) + " >")
	}
	return b.String() + " " + string(u.at)
}

// heap of people by the time they are next to do something.
type queue []*person

func (q *queue) push(p *person) {
	at, _ := slices.BinarySearchFunc(*q, p, func(a, b *person) int {
		return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.turns, a.turns), cmp.Compare(b.no, a.no))
	})
	*q = slices.Insert(*q, at, p)
}

// next is who is next.
func (q queue) next() *person { return q[len(q)-1] }

func (q *queue) pop() *person {
	last := len(*q) - 1
	p := (*q)[last]
	*q = (*q)[:last]
	return p
}
