package fleet

import (
	"slices"

	"picket/edge/floor"
	"picket/edge/view"
	"picket/sync/oms/store"
)

// Orders that customers collect: picked goods go onto a shelf, the customer is told, comes with a code, and gets them at
// the counter, or far from it from the one device that was given custody (SYNC 1.9).

// holding is the shelf on which orders wait for their customers.
const holding = floor.BinID("SHELF-1")

// collects makes a share of the orders such ones.
func (w *world) collected() bool { return w.roll(w.mix.Collects) }

// counter does the next thing for an order that is collected; false when there is nothing to do but wait.
func (h *handheld) counter(o *view.Order, odd bool) bool {
	w, shelf := h.w, floor.OnShelfOf(o.ID)
	if o.Picker != h.who {
		return false
	}
	if slices.ContainsFunc(h.queue, func(p *op) bool { return p.order == o.ID && !h.sees(p) }) {
		return true // one thing after another
	}
	var stage, give []floor.LineQty
	var carried, given []move
	told := true
	for i := range o.Lines {
		l := &o.Lines[i]
		loose, due := l.Loose, 0
		for _, p := range l.Parts {
			switch {
			case p.State == floor.PutBackDuePart:
				due += p.Qty
			case p.State == floor.Picked && p.Unit == "":
				stage = append(stage, floor.LineQty{Line: l.Line, Qty: p.Qty})
				carried = append(carried, move{l.SKU, p.Qty, floor.InTote(o.ID), shelf})
			case p.State == floor.StagedPart || p.State == floor.ReadyPart:
				told = told && p.State == floor.ReadyPart
				give = append(give, floor.LineQty{Line: l.Line, Qty: p.Qty})
				given = append(given, move{l.SKU, p.Qty, shelf, floor.Collected})
			}
		}
		if due > 0 {
			from := shelf
			if loose > 0 {
				from = floor.InTote(o.ID)
			}
			bin := h.s.truth.bins[0].ID
			if m := []move{{l.SKU, 1, from, floor.InBin(bin)}}; h.s.truth.can(m) {
				h.record(&op{order: o.ID, now: true, moves: m}, &floor.ConfirmPutBack{Order: o.ID, Line: l.Line, Qty: 1, Bin: bin})
				return true
			}
		}
	}
	authorised := o.Pickup != nil && o.Pickup.Authorised.After(h.s.clock()) // good for half an hour
	switch {
	case len(stage) > 0 && h.s.truth.can(carried):
		h.record(&op{order: o.ID, now: true, moves: carried}, &floor.StageGoods{Order: o.ID, Shelf: holding, Lines: merged(stage)})
	case len(give) == 0:
		return false
	case !told:
		h.record(&op{order: o.ID, now: true}, &floor.MakeReady{Order: o.ID})
	case o.Pickup.Custody == h.id && h.s.truth.can(given): // the customer stands here, and nobody else may be asked
		if odd {
			h.record(&op{order: o.ID, now: true}, &floor.GiveCustody{Order: o.ID})
			return true
		}
		h.record(&op{order: o.ID, now: true, moves: given}, &floor.HandOut{Order: o.ID, Lines: merged(give), Done: true, Method: floor.ProofCode})
	case h.s.gone[o.Pickup.Custody]: // a lead takes it back from a device that is no more
		h.record(&op{order: o.ID, now: true}, &floor.GiveCustody{Order: o.ID})
	case o.Pickup.Custody != "":
		return false
	case odd && w.roll(.2):
		back := h.s.truth.all(shelf, floor.InTote(o.ID))
		h.record(&op{order: o.ID, now: true, moves: back}, &floor.Unready{Order: o.ID, Why: "the shelf is full"})
	case odd && w.roll(.2) && h.s.truth.can(given): // it has happened, whatever the rules say
		h.record(&op{order: o.ID, now: true, moves: given}, &floor.HandOut{Order: o.ID, Lines: merged(give), Done: true})
	case !authorised && w.roll(.4):
		h.record(&op{order: o.ID, now: true}, &floor.GiveCustody{Order: o.ID, Device: h.id})
	case !authorised:
		code := h.s.w.code(o.Number)
		if odd {
			code = "WRONG1"
		}
		ask := &op{order: o.ID, now: true}
		if w.without(GivesAnyway) {
			ask.after = given
		}
		h.record(ask, &floor.Authorise{Order: o.ID, Method: floor.ProofCode, Code: code})
	case h.s.truth.can(given):
		h.record(&op{order: o.ID, now: true, after: given}, &floor.HandOut{Order: o.ID, Lines: merged(give)})
	default:
		return false
	}
	return true
}

// merged names each line once.
func merged(list []floor.LineQty) (out []floor.LineQty) {
	for _, q := range list {
		if i := slices.IndexFunc(out, func(x floor.LineQty) bool { return x.Line == q.Line }); i >= 0 {
			out[i].Qty += q.Qty
		} else {
			out = append(out, q)
		}
	}
	return out
}

// code is what the customer of an order was sent.
func (w *world) code(number string) (code string) {
	w.centre.look(func(tx store.Tx) error {
		p, err := tx.Personal(w.shop.known[number])
		if err == nil && p != nil {
			code = p.Code
		}
		return err
	})
	return code
}

// handed notes units that customers have.
func (l *ledger) handed(e *floor.HandedOut) {
	l.w.handed++
	for _, g := range e.Lines {
		k := lineKey{e.Order, g.Line}
		if l.shipped[k] += g.Qty; l.shipped[k] > l.asked[k] {
			l.w.fail("I4", "line %s of %s: %d were handed over, %d were asked for", g.Line, e.Order, l.shipped[k], l.asked[k])
		}
		if e.Doubted != "" {
			l.against[k] += g.Qty
		} else if l.waits[e.Order] && !l.permits[e.Order] {
			l.w.fail("I4", "order %s is handed over, waits for the centre's permit, and nobody was told no", e.Order)
		}
		if e.Doubted == "" && l.shipped[k]+l.back[k] > l.asked[k] {
			l.w.fail("I4", "line %s of %s: %d were handed over, though %d of %d were given back, and nobody was told no", g.Line, e.Order, l.shipped[k], l.back[k], l.asked[k])
		}
	}
}
