package fleet

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
)

// A browser can lose what it kept: the handheld begins anew under another name, what it held unsent is gone, and its person
// knows what they were told, and sees on the screen what the box has of the rest. And a handheld can have two pages open:
// where the browser has no lock for the queue, both send it.

// wipes draws how often. It takes nothing from the seed's other draws.
func (m *Mix) wipes(seed uint64, opt Options) {
	if !opt.Wipe {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 0x71bed))
	wipes, tabs := .004+.02*rng.Float64(), .05+.5*rng.Float64()
	if rng.Float64() < .8 {
		m.Wipes = wipes
	}
	if m.Wipes == 0 || rng.Float64() < .5 {
		m.Tabs = tabs
	}
}

// surely is longer than anything is on its way between a handheld and the box.
const surely = 12 * time.Second

// wipe loses the handheld's store.
func (h *handheld) wipe() {
	w, s := h.w, h.s
	if !h.up {
		return
	}
	var unsaid []*op
	for _, o := range h.queue {
		if !o.answered {
			unsaid = append(unsaid, o)
		}
	}
	was := h.id
	h.life++
	h.up, h.loaded, h.queue, h.lost, h.flight = false, false, nil, false, 0
	h.n, h.saved, h.applied, h.stable, h.known = 0, 0, 0, 0, 0
	if h.wiped++; !w.without(KeepsName) {
		h.id = floor.DeviceID(fmt.Sprintf("%s.%d", h.name, h.wiped))
	}
	w.wiped++
	w.say(string(was), "has lost its store, and %d ops of which nobody was told; it is %s now", len(unsaid), h.id)
	if s.gone == nil {
		s.gone = map[floor.DeviceID]bool{}
	}
	s.gone[was] = true
	w.after(w.between(surely, surely+10*time.Second), func() {
		h.lookUp(unsaid)
		s.do(func() { s.signOut(was) })
		s.do(s.signIn)
		h.boot()
	})
}

// lookUp is the person at the box's screen: what it has of the things done last stands as it says, and the rest is undone.
func (h *handheld) lookUp(unsaid []*op) {
	for _, o := range unsaid {
		if had := h.s.ledger.answer(o.id); len(had) > 0 {
			o.answered, o.answer = true, floor.AnswerOf(had)
			h.settle(o, h.s.ledger.past != nil)
		}
	}
	for _, o := range slices.Backward(unsaid) {
		if o.answered {
			continue
		}
		if h.s.held[o.unit] == h {
			delete(h.s.held, o.unit)
		}
		if o.kind == "unit.void" && h.s.undone(o.order, o.unit) {
			continue // somebody else undid it: what was taken out of it stays out
		}
		for _, m := range slices.Backward(o.moves) {
			h.cards = append(h.cards, m.back())
		}
	}
	h.tidy()
}

// undone says whether a parcel is void, as the box has it.
func (s *site) undone(id floor.OrderID, unit floor.UnitID) bool {
	o := s.ever()[id]
	return o != nil && o.Unit(unit) != nil && o.Unit(unit).State == floor.UnitVoid
}

// signOut is a lead who ends what a device that is no more had open.
func (s *site) signOut(id floor.DeviceID) {
	s.submit(ticket{node.Submission{Meta: floor.Meta{ID: floor.CommandID(s.w.id("web:"))}, Command: &floor.SignOut{ID: string(id)}}, func(node.Reply) {}})
}

// tab is another page with the same queue, which it read a moment ago: it sends of it what had no answer then.
func (h *handheld) tab() {
	w := h.w
	rq := &request{device: h.id, who: h.who, log: h.log, seq: h.seq, fresh: !h.loaded}
	for _, o := range h.queue {
		rq.head = o.n
		switch {
		case o.answered:
		case len(rq.ops) < atOnce:
			rq.ops = append(rq.ops, o.bytes(w, h.log))
			o.sent = true
		default:
			rq.have++
		}
	}
	if len(rq.ops) == 0 || h.lost {
		return
	}
	w.tabbed++
	h.later(w.between(0, 3*time.Second), func() {
		w.say(string(h.id), "another page sends %d ops", len(rq.ops))
		life := h.life
		h.radio(func() {
			h.s.serve(rq, func(rs *response) {
				h.radio(func() {
					if h.up && h.life == life {
						h.got(0, rs)
					}
				})
			})
		})
	})
}
