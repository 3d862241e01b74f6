package fleet

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
)

// What people do with goods between orders: they count bins while colleagues take from them, and bring in what a lorry
// left. A count is blind, waits for devices that hold scans of its bin, and changes the book by what it differs; what
// comes late it absorbs, or asks for again (SYNC 1.10, rows 10 to 12).

// dock is where a lorry's goods stand before anybody scanned them. No book has it.
func dock(id floor.InboundID) floor.PlaceID { return floor.PlaceID("dock/" + string(id)) }

// lorry is a delivery that stands at the dock.
type lorry struct {
	id    floor.InboundID
	lines []floor.Announced
	by    *handheld // who brings it in
}

// deliver is a lorry coming: it was announced, and now and then something of it is not there.
func (s *site) deliver() {
	w := s.w
	l := &lorry{id: floor.InboundID(w.id("IN"))}
	for i := range 1 + w.rng.IntN(2) {
		a := floor.Announced{SKU: w.items[(w.rng.IntN(3)+3*i)%len(w.items)].SKU, Qty: 1 + w.rng.IntN(6)}
		l.lines = append(l.lines, a)
		if came := a.Qty - w.rng.IntN(2); came > 0 {
			s.truth.add(dock(l.id), a.SKU, came)
		}
	}
	w.say(s.tag("dock"), "delivery %s: %v", l.id, l.lines)
	s.lorries = append(s.lorries, l)
	s.till.keep(floor.CommandID("announce:"+string(l.id)), &floor.AnnounceInbound{Inbound: l.id, What: "asn", Ref: string(l.id), Lines: l.lines})
}

// spare is what a person does who has no order.
func (h *handheld) spareTime() {
	w := h.w
	if w.mix.Stockwork == 0 || w.rest || h.w.now.Before(h.patient) {
		return
	}
	for _, l := range h.s.lorries {
		if (l.by == nil || l.by == h) && h.bringIn(l) {
			l.by = h
			return
		}
	}
	if w.roll(w.mix.Stockwork) {
		h.count()
	}
}

// lists are the box's lists of deliveries and counts, as a screen in reach of it shows them.
func (h *handheld) lists(look func(*floor.State)) {
	if h.s.up && h.reach {
		h.s.board.Floor(look)
	}
}

// bringIn does the next thing with a delivery; false when nothing of it can be done now.
func (h *handheld) bringIn(l *lorry) bool {
	w, truth, at := h.w, h.s.truth, floor.Receiving(l.id)
	known, got := false, map[floor.SKU]int{}
	h.lists(func(f *floor.State) {
		if in := f.Inbounds.Get(l.id); in != nil && !in.Closed {
			known = true
			for i := range in.Lines {
				got[in.Lines[i].SKU] += in.Lines[i].Got
			}
		}
	})
	for _, m := range truth.all(at, floor.InBin(truth.bins[w.rng.IntN(8)].ID)) {
		h.record(&op{now: true, moves: []move{m}}, &floor.PutAway{Inbound: l.id, SKU: m.sku, Qty: m.qty, Bin: m.to.Bin()})
		return true
	}
	if !known {
		return false
	}
	for _, m := range truth.all(dock(l.id), at) {
		m.qty = 1 + w.rng.IntN(m.qty)
		h.record(&op{now: true, moves: []move{m}}, &floor.ReceiveScan{Inbound: l.id, SKU: m.sku, Qty: m.qty})
		return true
	}
	h.record(&op{now: true}, &floor.CloseInbound{Inbound: l.id})
	return true
}

// counted is what a person saw in a bin, and when.
type counted struct {
	bin floor.BinID
	at  time.Time
}

// count is a person counting a bin: one that waits for a second pair of eyes or for a lead's word, or any.
func (h *handheld) count() {
	w, s := h.w, h.s
	bin := s.truth.bins[w.rng.IntN(8)].ID
	accept := 0
	h.lists(func(f *floor.State) {
		for _, b := range f.BinCounts.IDs() {
			row := f.BinCounts.Get(b)
			switch f.CountState(b) {
			case floor.BinReview:
				bin, accept = b, len(row.Tries)
				return
			case floor.BinRecount:
				bin = b
			case floor.BinSecond:
				if !slices.Contains(row.NotBy, h.who) {
					bin = b
				}
			}
		}
	})
	if accept > 0 {
		h.record(&op{now: true}, &floor.AcceptCount{Bin: bin, Try: accept})
		return
	}
	c := &floor.CountBin{Bin: bin, Done: !h.reach || !s.up}
	for _, it := range w.items {
		if n := s.truth.has(floor.InBin(bin), it.SKU); n > 0 {
			if w.without(Miscount) {
				n++
			}
			c.Lines = append(c.Lines, floor.CountedItem{SKU: it.SKU, Qty: n})
		}
	}
	c.Empty = len(c.Lines) == 0
	o := &op{now: true}
	h.record(o, c)
	s.counts[o.id] = counted{bin, w.now}
}

// signIn puts people and their devices on the site's list, so that a count knows whom to wait for, and says how far its
// clocks may differ.
func (s *site) signIn() {
	if s.w.mix.Stockwork == 0 && !s.w.opt.Wipe {
		return
	}
	say := func(c floor.Command) {
		s.submit(ticket{node.Submission{Meta: floor.Meta{ID: floor.CommandID(s.w.id("web:"))}, Command: c}, func(node.Reply) {}})
	}
	for _, h := range s.hands {
		say(&floor.SignIn{Session: floor.Session{ID: string(h.id), User: h.who, Name: string(h.who), Roles: []string{"lead"}, Device: h.id, Expires: s.clock().AddDate(2, 0, 0)}})
	}
	if s.skew == 0 { // else two minutes, as a site has it
		say(&floor.SetPolicy{Name: "clock_skew", Value: json.RawMessage("1")})
	}
}

// disturb notes that goods were carried to or from a bin without a word that stands.
func (s *site) disturb(moves ...move) {
	for _, m := range moves {
		for _, p := range []floor.PlaceID{m.from, m.to} {
			if b := p.Bin(); b != "" && s.disturbed != nil {
				s.disturbed[b] = s.w.now
			}
		}
	}
}

// theCounts: behind a count that was confirmed the book of a bin is what stands there, whatever moved meanwhile and however
// late it was told, unless somebody is asked to count again.
func (s *site) theCounts() error {
	if s.counts == nil || s.restores > 0 || s.jumped && s.w.archived == 0 || s.w.mix.Skew.Abs() > 2*time.Minute {
		return nil
	}
	f := s.fold()
	type seen struct {
		counted
		done bool
	}
	last := map[floor.BinID]seen{}
	var guessed []*floor.TillSold // from a bin that the till did not name
	for _, r := range s.ledger.records {
		switch e := r.Event.(type) {
		case *floor.BinCounted:
			last[e.Bin] = seen{counted: s.counts[r.Cause]}
		case *floor.CountConfirmed:
			x := last[e.Bin]
			x.done = true
			last[e.Bin] = x
		case *floor.TillSold:
			if slices.Contains(s.till.guessed, e.Receipt) {
				delete(last, e.Bin)
				guessed = append(guessed, e)
			}
		case *floor.PickShort: // the book of bins goes to what is missing, and nobody looked
			for b := range last {
				if p := f.Places[floor.InBin(b)]; p != nil {
					if _, here := p.Qty[e.SKU]; here {
						delete(last, b)
					}
				}
			}
		}
	}
	for _, b := range s.truth.bins {
		x, ok := last[b.ID]
		// A sale that was told before the count was may have been made since.
		since := func(e *floor.TillSold) bool { return e.Bin == b.ID && e.SoldAt.After(x.at) }
		if !ok || !x.done || x.bin == "" || slices.ContainsFunc(guessed, since) || s.disturbed[b.ID].After(x.at) || f.Tasks.Get(floor.TaskID("recount/"+string(b.ID))) != nil {
			continue
		}
		s.w.checked++
		for _, it := range s.w.items {
			if book, n := f.OnHand(floor.InBin(b.ID), it.SKU), s.truth.has(floor.InBin(b.ID), it.SKU); book != int64(n) {
				return fmt.Errorf("I3 %s was counted at %s: the book has %d of %s, and %d are there", b.ID, x.at.Sub(s.w.dawn), book, it.SKU, n)
			}
		}
	}
	return nil
}
