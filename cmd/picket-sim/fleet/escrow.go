package fleet

import (
	"context"
	"fmt"
	"math/rand/v2"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
)

// Sites keep units for the centre (allotments, SYNC 1.10): somebody there says how many, the site has some back, the till sells
// what is kept, and orders come for it however long the site was not heard.

// escrow draws how often. It takes nothing from the seed's other draws.
func (m *Mix) escrow(seed uint64, opt Options) {
	if opt.Escrow {
		m.Allots = .02 + .15*rand.New(rand.NewPCG(seed, 0xe5c205)).Float64()
	}
}

// allot is somebody at the centre who says how many units of an item a site is to keep.
func (s *site) allot() {
	w, c := s.w, s.w.centre
	wish := clerk.AllotmentWish{SKU: w.items[w.rng.IntN(len(w.items))].SKU, Qty: int64(w.rng.IntN(7))}
	w.allotted++
	c.do(func() {
		err := c.clerk.SetAllotments(context.Background(), s.id, []clerk.AllotmentWish{wish})
		w.say("centre", "%d of %s are to be kept at %s: %v", wish.Qty, wish.SKU, s.id, err)
		c.poke()
	})
}

// wantBack is somebody at the site who would have some of what is kept.
func (s *site) wantBack() {
	s.do(func() {
		for _, it := range s.w.items {
			left := int64(0)
			s.board.Floor(func(f *floor.State) { left = f.Kept(it.SKU) })
			if left > 0 {
				s.submit(ticket{node.Submission{Meta: floor.Meta{ID: floor.CommandID(s.w.id("web:")), Actor: "ben"},
					Command: &floor.WantAllotmentBack{SKU: it.SKU, Qty: 1 + s.w.rng.IntN(int(left)), Note: "for the shop"}}, func(node.Reply) {}})
				return
			}
		}
	})
}

// lookAfter is what the box does by the clock: what is kept and not there any more is said.
func (s *site) lookAfter() {
	if s.w.opt.Escrow && s.board.AllotmentsBroken() {
		s.submit(ticket{node.Submission{Meta: floor.Meta{ID: floor.CommandID(s.w.id("clock:"))}, Command: &floor.CheckAllotments{}}, func(node.Reply) {}})
	}
}

// kept holds what the centre may still promise against what the site keeps, and says what is not answered yet (P6).
func (s *site) kept() (open string, bad error) {
	w := s.w
	if !w.opt.Escrow || !s.up {
		return "", nil
	}
	views, err := w.centre.clerk.Allotments(context.Background(), s.id)
	if err != nil {
		return err.Error(), nil
	}
	at := map[floor.SKU]clerk.AllotmentView{}
	for _, v := range views {
		at[v.SKU] = v
	}
	s.board.Floor(func(f *floor.State) {
		for _, it := range w.items {
			v, a, broken, over := at[it.SKU], f.Allotments.Get(it.SKU), int64(0), int64(0)
			if a != nil {
				broken, over = a.Broken, a.Over
			}
			switch {
			case over > broken:
				bad = fmt.Errorf("P6 %d of %s came for orders and were kept no more at %s, which said so of %d", over, it.SKU, s.id, broken)
			case v.Free > f.Kept(it.SKU)+broken:
				bad = fmt.Errorf("P6 %d of %s may be promised of what %s keeps: it keeps %d, and said that %d are gone", v.Free, it.SKU, s.id, f.Kept(it.SKU), broken)
			case v.Drawn+v.Coming > 0 || v.Back:
				open = fmt.Sprintf("%s was not answered of %s: %+v", s.id, it.SKU, v)
			case v.Kept != f.Kept(it.SKU):
				open = fmt.Sprintf("%s keeps %d of %s, and the centre has %d", s.id, f.Kept(it.SKU), it.SKU, v.Kept)
			}
		}
	})
	return open, bad
}

// watchKept holds every site to it, now.
func (w *world) watchKept() {
	for _, s := range w.sites {
		if _, bad := s.kept(); bad != nil {
			w.fail("P6", "%s", bad.Error()[3:])
		}
	}
}

// theKept: both ends say the same of what is kept.
func (s *site) theKept() error {
	open, bad := s.kept()
	if bad == nil && open != "" {
		bad = fmt.Errorf("P6 %s", open)
	}
	return bad
}

// most is what may be promised of an item, where units of it are kept: they, whatever their age, and when the site was not
// heard nothing besides.
func (r *reckoning) most(sku floor.SKU, usual int64) int64 {
	if !r.s.w.opt.Escrow {
		return usual
	}
	if kept := r.floor.Kept(sku); kept > 0 && r.age() > 0 {
		return kept
	} else {
		return max(usual, kept)
	}
}

// drawn says whether all of an order was taken from what its site keeps.
func drawn(lines []order.Line) bool {
	for _, l := range lines {
		if l.Allotted < l.Qty {
			return false
		}
	}
	return true
}
