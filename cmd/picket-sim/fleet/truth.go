package fleet

import (
	"fmt"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// truth is where every unit really is, whatever any book says. Only people and carriers move it.
type truth struct {
	w       *world
	bins    []floor.Bin
	opening []floor.AdjustStock // what the books are told in the morning
	at      map[floor.PlaceID]map[floor.SKU]int
	phantom map[floor.SKU]int // units the books were told of that never stood there
}

// move is goods going from one place to another in somebody's hands.
type move struct {
	sku  floor.SKU
	qty  int
	from floor.PlaceID
	to   floor.PlaceID
}

func (m move) back() move { return move{m.sku, m.qty, m.to, m.from} }

// catalogue is what the whole company sells.
func catalogue() (items []floor.Item) {
	for i := range 6 {
		items = append(items, floor.Item{SKU: floor.SKU(fmt.Sprintf("SKU-%d", i+1)), Name: fmt.Sprintf("Item %d", i+1), GTINs: []string{}, WeightG: 100})
	}
	return items
}

// newTruth fills the shelves of a site.
func newTruth(w *world) *truth {
	t := &truth{w: w, at: map[floor.PlaceID]map[floor.SKU]int{}, phantom: map[floor.SKU]int{}}
	for i := range 8 {
		t.bins = append(t.bins, floor.Bin{ID: floor.BinID(fmt.Sprintf("A-%02d", i+1)), Aisle: "A", Bay: i, Walk: w.rng.IntN(100)})
	}
	for _, it := range w.items {
		sku := it.SKU
		first := w.rng.IntN(len(t.bins))
		for j := range 1 + w.rng.IntN(2) {
			bin := t.bins[(first+j)%len(t.bins)].ID
			book := 4 + w.rng.IntN(20)
			t.opening = append(t.opening, floor.AdjustStock{SKU: sku, Bin: bin, Delta: book, Reason: "opening"})
			there := book
			if w.roll(w.mix.Phantoms) {
				there = w.rng.IntN(book + 1)
			}
			t.phantom[sku] += book - there
			t.add(floor.InBin(bin), sku, there)
		}
	}
	if w.mix.Collects > 0 {
		t.bins = append(t.bins, floor.Bin{ID: holding, Use: "staging"})
	}
	return t
}

func (t *truth) add(p floor.PlaceID, sku floor.SKU, qty int) {
	if t.at[p] == nil {
		t.at[p] = map[floor.SKU]int{}
	}
	t.at[p][sku] += qty
	if t.at[p][sku] == 0 {
		delete(t.at[p], sku)
	}
}

func (t *truth) has(p floor.PlaceID, sku floor.SKU) int { return t.at[p][sku] }

// can says whether somebody would find what the moves want.
func (t *truth) can(moves []move) bool {
	for _, m := range moves {
		if t.has(m.from, m.sku) < m.qty {
			return false
		}
	}
	return true
}

func (t *truth) do(moves []move) {
	for _, m := range moves {
		if t.has(m.from, m.sku) < m.qty {
			t.w.fail("I3", "somebody should take %d of %s from %s, where %d are", m.qty, m.sku, m.from, t.has(m.from, m.sku))
			return
		}
		t.add(m.from, m.sku, -m.qty)
		t.add(m.to, m.sku, m.qty)
	}
}

// where finds a bin that really has an item: one of those named if it can be, else any other.
func (t *truth) where(sku floor.SKU, qty int, first []floor.BinID) (floor.BinID, bool) {
	for _, b := range first {
		if t.has(floor.InBin(b), sku) >= qty {
			return b, true
		}
	}
	for _, b := range t.bins {
		if t.has(floor.InBin(b.ID), sku) >= qty {
			return b.ID, true
		}
	}
	return "", false
}

// all is everything that stands at a place, going elsewhere.
func (t *truth) all(from, to floor.PlaceID) (out []move) {
	for _, it := range t.w.items {
		if n := t.has(from, it.SKU); n > 0 {
			out = append(out, move{it.SKU, n, from, to})
		}
	}
	return out
}

// whose says where each order is, for a world in which that is not agreed upon.
func (w *world) whose(tx store.Tx, all []order.Order, ever map[floor.SiteID]map[floor.OrderID]*floor.Order) string {
	var b strings.Builder
	for i := range all {
		as, _ := tx.Assignments(all[i].ID)
		for _, a := range as {
			fmt.Fprintf(&b, " %s is %s at %s as %s (there: %v);", all[i].Number, a.State, a.Site, a.At, ever[a.Site][a.At] != nil)
		}
	}
	return b.String()
}
