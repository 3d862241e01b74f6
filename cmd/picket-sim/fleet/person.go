package fleet

import (
	"slices"

	"picket/edge/floor"
	"picket/edge/view"
)

// act is one thing a person does, by what the screen shows and the hands hold.
func (h *handheld) act() {
	if h.waits() || h.w.now.Before(h.patient) {
		return
	}
	if len(h.queue) == 0 && h.confess() {
		return
	}
	o := h.orders[h.job]
	if o == nil || closed(o) {
		h.job = ""
		if h.choose(); h.job == "" && len(h.queue) == 0 {
			h.spareTime()
		}
		return
	}
	odd := h.w.roll(h.w.mix.Oddities)
	switch {
	case o.Picker == h.who && o.Started && h.pick(o, odd):
	case o.Flow == floor.FlowPickup && o.ToPick == 0 && h.counter(o, odd):
	case o.Flow != floor.FlowPickup && h.pack(o, odd):
	case o.Picker != h.who:
		h.job = "" // somebody took it over, and nothing of mine is left
	}
}

func closed(o *view.Order) bool {
	return o.State == floor.OrderShipped || o.State == floor.OrderException || o.State == floor.OrderUnserved || o.State == floor.OrderHandedOver || o.State == floor.OrderHandedPart
}

// choose takes the next order: one's own first, then what is due first, now and then a colleague's.
func (h *handheld) choose() {
	w := h.w
	list := h.shown()
	for _, o := range list {
		if !closed(o) && (o.Started && o.Picker == h.who || slices.ContainsFunc(o.Units, func(u view.Unit) bool { return h.mine[u.Unit] && u.State == floor.UnitOpen })) {
			h.job = o.ID
			return
		}
	}
	if w.rest {
		return
	}
	for _, o := range list {
		switch {
		case closed(o):
		case !o.Started && w.roll(w.mix.Oddities/4):
			h.record(&op{order: o.ID, now: true}, &floor.Decline{Order: o.ID, Lines: []floor.LineID{o.Lines[0].Line}, Reason: floor.CannotMakeIt})
			return
		case !o.Started && w.roll(.2) && o.State == floor.OrderNew:
			h.record(&op{order: o.ID, now: true}, &floor.Accept{Order: o.ID})
			return
		case !o.Started && o.ToPick > 0:
			h.job = o.ID
			h.record(&op{order: o.ID, now: true}, &floor.Start{Order: o.ID})
			return
		case o.Started && o.Picker != h.who && o.ToPick > 0 && w.roll(w.mix.Oddities/4):
			h.job = o.ID
			h.record(&op{order: o.ID, now: true}, &floor.Start{Order: o.ID, TakeOver: true})
			return
		case o.Started && o.Picker != h.who && o.ToPick == 0 && w.roll(.1):
			h.job = o.ID // packs what a colleague picked
			return
		}
	}
}

// pick takes one thing for the order; false when nothing is left to pick.
func (h *handheld) pick(o *view.Order, odd bool) bool {
	w := h.w
	for i := range o.Lines {
		l := &o.Lines[i]
		t := h.ahead(o.ID, l.Line)
		left := l.ToPick - max(t.picked, min(0, t.picked+due(l))) - t.short
		if odd && h.oddPick(o, l, left) {
			return true
		}
		if left <= 0 {
			continue
		}
		qty := 1
		if left > 1 && w.roll(.4) {
			qty = 1 + w.rng.IntN(left)
		}
		bins := []floor.BinID{l.Bin}
		for _, b := range l.Bins {
			bins = append(bins, b.Bin)
		}
		bin, ok := h.s.truth.where(l.SKU, qty, bins)
		if !ok {
			bin, ok = h.s.truth.where(l.SKU, 1, bins)
			qty = 1
		}
		if !ok {
			h.record(&op{order: o.ID, tally: tally{line: l.Line, short: left}},
				&floor.ReportShort{Order: o.ID, Line: l.Line, Qty: left, Reason: floor.NotInStock, Bin: l.Bin, All: true})
			return true
		}
		scan := &floor.Scan{Order: o.ID, SKU: l.SKU, Line: l.Line, Qty: qty, Bin: bin}
		if only(o, l) && w.roll(.5) {
			scan.Line = "" // the site finds it
		}
		h.record(&op{order: o.ID, tally: tally{line: l.Line, picked: qty}, moves: []move{{l.SKU, qty, floor.InBin(bin), floor.InTote(o.ID)}}}, scan)
		return true
	}
	if o.ToPick > 0 || o.Finished {
		return false
	}
	h.record(&op{order: o.ID, now: true}, &floor.Finish{Order: o.ID})
	return true
}

// due is what of a line was picked in vain and is to go back: taking it back asks for nothing to be picked again.
func due(l *view.Line) (n int) {
	for _, p := range l.Parts {
		if p.State == floor.PutBackDuePart {
			n += p.Qty
		}
	}
	return n
}

// only says whether no other line of the order asks for the item.
func only(o *view.Order, l *view.Line) bool {
	return !slices.ContainsFunc(o.Lines, func(x view.Line) bool { return x.SKU == l.SKU && x.Line != l.Line })
}

// oddPick is what goes wrong at a shelf.
func (h *handheld) oddPick(o *view.Order, l *view.Line, left int) bool {
	w := h.w
	other := h.w.items[w.rng.IntN(len(h.w.items))].SKU
	switch w.rng.IntN(8) {
	case 0: // a wrong item, surplus included: the app asks the site what it says
		h.record(&op{order: o.ID, now: true}, &floor.Scan{Order: o.ID, Line: l.Line, SKU: other, Qty: 50})
	case 1: // a code nobody knows
		h.record(&op{order: o.ID, now: true}, &floor.Scan{Order: o.ID, Qty: 1, Code: "0000000000000"})
	case 2: // one too many, and it is in the tote already
		bin, ok := h.s.truth.where(l.SKU, 1, []floor.BinID{l.Bin})
		if !ok {
			return false
		}
		h.record(&op{order: o.ID, tally: tally{line: l.Line, picked: 1}, moves: []move{{l.SKU, 1, floor.InBin(bin), floor.InTote(o.ID)}}},
			&floor.Scan{Order: o.ID, SKU: l.SKU, Line: l.Line, Qty: 1, Bin: bin, Done: true})
	case 3: // back on the shelf
		return h.putBack(o, l, 1)
	case 4: // broken
		bin, ok := h.s.truth.where(l.SKU, 1, []floor.BinID{l.Bin})
		if !ok || left < 1 {
			return false
		}
		h.record(&op{order: o.ID, tally: tally{line: l.Line, short: 1}, moves: []move{{l.SKU, 1, floor.InBin(bin), floor.Quarantine}}},
			&floor.ReportShort{Order: o.ID, Line: l.Line, Qty: 1, Reason: floor.Damaged, Bin: bin})
	case 5:
		if left < 1 {
			return false
		}
		reason := []floor.Reason{floor.NoVariance, floor.Mismatch}[w.rng.IntN(2)]
		h.record(&op{order: o.ID, tally: tally{line: l.Line, short: 1}}, &floor.ReportShort{Order: o.ID, Line: l.Line, Qty: 1, Reason: reason, Bin: l.Bin})
	case 6:
		h.record(&op{order: o.ID, now: true}, &floor.Start{Order: o.ID})
	case 7:
		h.job = "" // lunch
	}
	return true
}

// putBack takes units of a line from the tote to the shelf.
func (h *handheld) putBack(o *view.Order, l *view.Line, qty int) bool {
	bin := l.Bin
	if bin == "" || bin == floor.NoBin {
		bin = h.s.truth.bins[0].ID
	}
	m := []move{{l.SKU, qty, floor.InTote(o.ID), floor.InBin(bin)}}
	if t := h.ahead(o.ID, l.Line); l.Loose+t.picked-t.packed < qty || !h.s.truth.can(m) {
		return false
	}
	h.record(&op{order: o.ID, tally: tally{line: l.Line, picked: -qty}, moves: m}, &floor.Undo{Order: o.ID, Line: l.Line, Qty: qty, Bin: bin})
	return true
}

// pack does the next thing at the bench; false when there is nothing to do there but wait.
func (h *handheld) pack(o *view.Order, odd bool) bool {
	w := h.w
	var mine *view.Unit
	for i := range o.Units {
		u := &o.Units[i]
		if u.State == floor.UnitOpen && h.mine[u.Unit] {
			mine = u
		}
		if u.State == floor.UnitVoid || u.State == floor.UnitOpen && h.mine[u.Unit] {
			h.unpack(o, u)
		}
	}
	loose := 0
	for i := range o.Lines {
		l := &o.Lines[i]
		for _, p := range l.Parts {
			if p.State == floor.PutBackDuePart && h.putBack(o, l, p.Qty) {
				return true
			}
		}
		t := h.ahead(o.ID, l.Line)
		for _, p := range l.Parts {
			if p.State == floor.Picked && p.Unit == "" {
				loose += p.Qty - t.packed
			}
		}
	}
	switch {
	case mine == nil && loose > 0:
		h.record(&op{order: o.ID, now: true}, &floor.OpenUnit{Order: o.ID, Carton: "M"})
		return true
	case mine != nil && loose > 0 && !(w.mix.Small && len(mine.Contents) > 0 && w.roll(.5)):
		return h.fill(o, mine, odd)
	case mine != nil:
		return h.shut(o, mine)
	}
	for i := range o.Units {
		if u := &o.Units[i]; u.State == floor.UnitClosed && h.parcel(o, u, odd) {
			return true
		}
	}
	return false
}

// astray says whether somebody still has to carry back what he took from a place, or brought there, in vain.
func (s *site) astray(p floor.PlaceID) bool {
	return slices.ContainsFunc(s.hands, func(c *handheld) bool {
		return slices.ContainsFunc(c.cards, func(m move) bool { return m.from == p || m.to == p })
	})
}

// unpack takes out of a parcel what was taken back, as soon as nobody is busy with it.
func (h *handheld) unpack(o *view.Order, u *view.Unit) {
	bench := floor.OnBench(u.Unit)
	if !h.still(u.Unit) {
		return
	}
	for _, m := range h.s.truth.all(bench, floor.InTote(o.ID)) {
		if u.State == floor.UnitOpen { // what the list does not say is in it
			for _, c := range u.Contents {
				if c.SKU == m.sku {
					m.qty -= c.Qty
				}
			}
		}
		if m.qty > 0 {
			h.s.truth.do([]move{m})
		}
	}
}

// refill puts back into a closed parcel what was taken out of it by the screen of a box that did not know that it was put
// back: the parcel was open there, or undone.
func (h *handheld) refill(o *view.Order, u *view.Unit) {
	bench := floor.OnBench(u.Unit)
	if h.s.restores == 0 || h.s.unaware || !h.s.up || h.s.away[u.Unit] || !h.still(u.Unit) {
		return // or it is not there any more, which an old screen does not know
	}
	if _, open := h.s.board.Recovery(); open {
		return
	}
	for _, c := range u.Contents {
		m := move{c.SKU, -h.s.truth.has(bench, c.SKU), floor.InTote(o.ID), bench}
		for _, x := range u.Contents {
			if x.SKU == c.SKU {
				m.qty += x.Qty
			}
		}
		if m.qty > 0 && h.s.truth.can([]move{m}) {
			h.s.truth.do([]move{m})
		}
	}
}

// still says whether nobody is busy with a parcel, or has anything of it to carry.
func (h *handheld) still(u floor.UnitID) bool {
	return h.s.held[u] == nil && !h.s.astray(floor.OnBench(u)) && !slices.ContainsFunc(h.s.hands, func(c *handheld) bool {
		return slices.ContainsFunc(c.queue, func(p *op) bool { return p.unit == u && !c.sees(p) })
	})
}

// fill puts one line's units into the parcel.
func (h *handheld) fill(o *view.Order, u *view.Unit, odd bool) bool {
	w := h.w
	if odd && len(u.Contents) > 0 && w.roll(.3) {
		c := u.Contents[0]
		m := []move{{c.SKU, 1, floor.OnBench(u.Unit), floor.InTote(o.ID)}}
		if h.s.truth.can(m) {
			h.record(&op{order: o.ID, now: true, moves: m}, &floor.TakeFromUnit{Unit: u.Unit, Line: c.Line, Qty: 1})
			return true
		}
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		t := h.ahead(o.ID, l.Line)
		for _, p := range l.Parts {
			left := p.Qty - t.packed
			if p.State != floor.Picked || p.Unit != "" || left <= 0 {
				continue
			}
			qty := 1 + w.rng.IntN(left)
			m := []move{{l.SKU, qty, floor.InTote(o.ID), floor.OnBench(u.Unit)}}
			if !h.s.truth.can(m) {
				continue // it is in a colleague's hands
			}
			add := &floor.AddToUnit{Unit: u.Unit, Line: l.Line, Qty: qty}
			if only(o, l) && w.roll(.5) {
				add.Line, add.SKU = "", l.SKU
			}
			h.record(&op{order: o.ID, unit: u.Unit, tally: tally{line: l.Line, packed: qty}, moves: m}, add)
			return true
		}
	}
	return false
}

// shut closes the parcel, or undoes an empty one. What is still on its way into it goes first.
func (h *handheld) shut(o *view.Order, u *view.Unit) bool {
	if slices.ContainsFunc(h.queue, func(p *op) bool { return p.unit == u.Unit && !h.sees(p) }) {
		return true
	}
	if len(u.Contents) == 0 {
		h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.VoidUnit{Unit: u.Unit, Reason: "empty"})
	} else {
		h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.CloseUnit{Unit: u.Unit, WeightG: 500})
	}
	return true
}

// parcel does what a closed parcel needs: its label, and the carrier.
func (h *handheld) parcel(o *view.Order, u *view.Unit, odd bool) bool {
	w := h.w
	bench := floor.OnBench(u.Unit)
	h.refill(o, u)
	there := h.s.truth.all(bench, floor.Shipped)
	if by := h.s.held[u.Unit]; len(there) == 0 || by != nil && by != h {
		return false // a colleague has it in his hands
	}
	if h.s.astray(bench) {
		return false // what was taken out of it in vain is not back in it yet
	}
	switch {
	case odd && o.Mode != floor.ModeConfirm && w.roll(.1): // the carrier does not wait
		h.record(&op{order: o.ID, now: true, unit: u.Unit, moves: there}, &floor.HandOver{Unit: u.Unit, Done: true})
		return true
	case odd && w.roll(.15):
		back := h.s.truth.all(bench, floor.InTote(o.ID))
		h.record(&op{order: o.ID, now: true, unit: u.Unit, moves: back}, &floor.VoidUnit{Unit: u.Unit, Reason: "wrong carton"})
		return true
	case odd && u.Labelled && w.roll(.2):
		h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.VoidLabel{Unit: u.Unit, Reason: "torn"})
		return true
	case odd && u.Labelled && w.roll(.3):
		h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.RequestLabel{Unit: u.Unit, Doc: floor.DocShippingLabel, Reason: "unreadable"})
		return true
	}
	waiting := false
	for i := range o.Jobs {
		j := &o.Jobs[i]
		if j.Unit != u.Unit {
			continue
		}
		switch j.State {
		case floor.JobUnknown:
			if h.s.press.has(j.ID) {
				h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.ConfirmPrint{Job: j.ID})
			} else {
				h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.RequestLabel{Unit: u.Unit, Doc: j.Doc, Reason: "nothing came out"})
			}
			return true
		case floor.JobPending, floor.JobHeld, floor.JobProcessing:
			waiting = true
		}
	}
	switch {
	case u.Labelled && !waiting:
		h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.HandOver{Unit: u.Unit})
	case !u.Labelled && !waiting:
		h.record(&op{order: o.ID, now: true, unit: u.Unit}, &floor.RequestLabel{Unit: u.Unit, Doc: floor.DocShippingLabel, Reason: "no label"})
	default:
		return false
	}
	return true
}
