package fleet

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/reconcile"
)

// A box can be put back to an older copy of its file (SYNC 1.8, E1). What it lost is at the centre, on handhelds,
// or both; it takes all of it back before it decides anything that cannot be undone.

// spare is a copy of the site's file.
type spare struct {
	file *journal.Mem
	seq  uint64
}

// backup copies the file, now and then.
func (s *site) backup() { s.spare = &spare{s.file.Copy(), s.file.Head().Seq} }

// putBack gives the box an older copy of its file. Announced, it knows so: its witness was not in the copy.
func (s *site) putBack(announced bool) {
	w := s.w
	if s.spare == nil || !s.up || s.spare.seq == s.file.Head().Seq {
		return
	}
	w.say(s.tag("site"), "is put back from %d to %d, announced: %v", s.file.Head().Seq, s.spare.seq, announced)
	s.restores++
	s.file, s.restored = s.spare.file.Copy(), announced
	s.unaware, s.blurred = !announced, s.blurred || !announced
	s.opened = map[floor.CommandID]bool{} // who brought the stock in does so again, under the same names
	s.ledger.goBack(s.spare.seq)
	s.die("it is put back to an older copy")
}

// older is a device's proof that the file is an older copy: the box starts anew, and knows it.
func (s *site) older(by floor.DeviceID) {
	s.w.say(s.tag("site"), "%s shows that its file is an older copy", by)
	s.restored, s.unaware = true, false
	panic(death{"it starts anew as a box that was put back"})
}

// open is what a box that was put back says before anybody works with it, as the daemon does.
func (s *site) open() {
	board := s.board
	say := func(c floor.Command) {
		if s.up && s.board == board {
			r := s.commit([]node.Submission{{Meta: floor.Meta{ID: floor.CommandID(s.w.id("start:"))}, Command: c}})[0]
			if r.Err != nil || r.Answer.Refusal != nil {
				s.w.fail("P5", "%s at the start: %v %v", c.Kind(), r.Err, r.Answer.Refusal)
			}
		}
	}
	if board.StaleNumbers(floor.LogID(s.file.Head().Log), len(s.file.Forks()) == 0) {
		say(&floor.BurnNumbers{Log: floor.LogID(s.file.Head().Log)})
	}
	if known, _ := board.Recovery(); s.restored {
		say(&floor.TakeBack{Gen: cmp.Or(known.Gen, "none"), To: known.Pos, Fork: true, More: true})
	}
	s.restored = false
}

// takeBack puts what the centre knows of this site's past through the node.
func (s *site) takeBack(t reconcile.Take) reconcile.Taken {
	c := &floor.TakeBack{Gen: string(t.Gen), To: uint64(t.To), Fork: t.Fork, More: t.More, Feed: uint64(t.Feed), Facts: make([]floor.LostFact, len(t.Facts))}
	if t.Fork && !t.More {
		c.Log = floor.LogID(s.w.id("LOG"))
	}
	for i, f := range t.Facts {
		c.Facts[i] = floor.LostFact{Pos: uint64(f.Pos), Raw: f.Raw}
	}
	s.unaware = s.unaware && !t.Fork
	s.w.say(s.tag("site"), "takes back %d facts, up to %d; all told: %v, the feed ends at %d and stands at %d", len(t.Facts), t.To, t.Told, t.Feed, s.board.Feed().Seq)
	r := s.commit([]node.Submission{{Meta: floor.Meta{ID: floor.CommandID(s.w.id("take:"))}, Command: c}})[0]
	if r.Err == nil && r.Answer.Refusal != nil {
		r.Err = errors.New(r.Answer.Refusal.Words())
	}
	return reconcile.Taken{Err: r.Err}
}

// goBack forgets what the file forgets. What was told, printed and carried stays.
func (l *ledger) goBack(seq uint64) {
	old := *l
	*l = *newLedger(l.s)
	l.papers, l.lost = old.papers, append(old.lost, old.raws[seq:]...)
	l.jobs, l.begun, l.proved, l.permits, l.twice = old.jobs, old.begun, old.proved, old.permits, old.twice
	l.quiet = true
	for i, r := range old.records[:seq] {
		if old.past != nil && i == old.past.at {
			l.begin(old.past)
		}
		l.raws, l.records, l.hash = append(l.raws, old.raws[i]), append(l.records, r), l.hash.Next(old.raws[i])
		l.take(uint64(i+1), r)
	}
	if old.past != nil && int(seq) == old.past.at {
		l.begin(old.past)
	}
	l.quiet = false
}

// toTheDesk: a person was told that a command is saved, and behind the putting back of the box it cannot be taken any
// more. What hands did for it stays done, and the book does not say so: the site raises a case, and a lead looks and
// books by hand. No lead lives in this world, so the order is given up and the goods of it are held against no book.
func (s *site) toTheDesk(h *handheld, o *op) {
	if s.desk == nil {
		s.desk = map[floor.OrderID]bool{}
	}
	s.desk[o.order] = true
	for _, m := range o.moves {
		s.doubt(m.sku)
	}
	for _, sku := range o.goods { // as it was recorded: the screen may be that of a box that knows nothing yet
		s.doubt(sku)
	}
}

// packedTwice: two people packed goods of one line, by what the box knew before it was put back and behind it, and both have them:
// whose pick was refused carries back what is packed by then. The desk is told; no lead lives in this world who counts.
func (s *site) packedTwice(e *floor.Corrected) {
	here := floor.NewState()
	if e.Order == "" || e.Take(here) != nil {
		return
	}
	o := here.Orders[e.Order]
	if o == nil {
		return // a piece: no order of this world is so long
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; o.Loose(l) < 0 {
			s.packed[lineKey{o.ID, l.ID}] = true
			s.doubt(l.SKU)
		}
	}
}

// doubt holds an item against no book any more.
func (s *site) doubt(sku floor.SKU) {
	if s.doubted == nil {
		s.doubted = map[floor.SKU]bool{}
	}
	s.doubted[sku] = true
}

// goods are those of an order, as the screen has them.
func (h *handheld) goods(id floor.OrderID) (out []floor.SKU) {
	if seen := h.orders[id]; seen != nil {
		for _, l := range seen.Lines {
			out = append(out, l.SKU)
		}
	}
	return out
}

// toldStands says that everything a person was told is saved stands at the end (I1).
func (s *site) toldStands() error {
	for _, h := range s.hands {
		for _, id := range h.accepted {
			had := s.ledger.answer(id)
			if len(had) == 0 {
				return fmt.Errorf("I1 op %s was shown saved, and is gone", id)
			}
			if l := &had[len(had)-1]; early(&had[0], l) && s.ledger.tookBack(*l) {
				continue // it was refused by a box that knew nothing yet, behind which it took the fact back
			}
			if r, ok := had[0].Event.(*floor.CommandRefused); ok && !r.Said && len(s.ledger.answer("said:"+id)) == 0 {
				return fmt.Errorf("I1 op %s was shown saved and accepted, and is refused now: %s", id, r.Code)
			} else if ok && !s.raised("said_saved") {
				return fmt.Errorf("I1 op %s was shown saved and accepted, is refused now, and the desk does not say so", id)
			}
		}
	}
	return nil
}

// raised says whether the desk has, or had, a case of a kind.
func (s *site) raised(what string) bool {
	for _, c := range s.fold().Cases.All() {
		if c.What == what {
			return true
		}
	}
	return false
}

// tookBack says whether a record was taken back.
func (l *ledger) tookBack(r floor.Record) bool {
	return slices.ContainsFunc(l.causes[r.Cause], func(i int) bool { return l.effects[i] != nil && l.effects[i].ID == r.ID }) ||
		l.past != nil && slices.ContainsFunc(l.past.known[r.Cause], func(x floor.Record) bool { return x.ID == r.ID })
}

// bothRefused: asked again, a command may be refused for another reason. Its person was told no, and it is no.
func bothRefused(a, b floor.Event) bool {
	_, no := a.(*floor.CommandRefused)
	_, still := b.(*floor.CommandRefused)
	return no && still
}

// bothCounted: the same person found the same in a bin, and each box held it against what it knew. Only for one that took its past
// as one: it stands by what that says of the count, and the person is asked for no more than that asks for.
func (l *ledger) bothCounted(was, is *floor.Record) bool {
	a, ok := was.Event.(*floor.BinCounted)
	b, same := is.Event.(*floor.BinCounted)
	return ok && same && a.Count == b.Count && a.Bin == b.Bin && a.Counter == b.Counter && maps.Equal(found(a), found(b)) &&
		l.past != nil && slices.ContainsFunc(l.past.known[was.Cause], func(x floor.Record) bool { return x.ID == was.ID })
}

// found is what a count of a bin says stands there.
func found(e *floor.BinCounted) map[floor.SKU]int {
	out := map[floor.SKU]int{}
	for i := range e.Lines {
		if l := &e.Lines[i]; l.Counted > 0 {
			out[l.SKU] += l.Counted
		}
	}
	return out
}

// bothSold: said again to a box whose clock went wrong, a sale may be put at another time, or into another bin. It is
// the same goods.
func bothSold(a, b floor.Event) bool {
	was, ok := a.(*floor.TillSold)
	is, same := b.(*floor.TillSold)
	return ok && same && was.SKU == is.SKU && was.Qty == is.Qty && was.Receipt == is.Receipt
}
