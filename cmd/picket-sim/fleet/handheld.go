package fleet

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

// handheld is the app on a device (SYNC 1.9): a durable queue with contiguous numbers, drained in order, kept
// until stable; a replica of the board, which a reload forgets; and the prediction of what the queue will do.
type handheld struct {
	w    *world
	s    *site
	id   floor.DeviceID
	who  floor.UserID
	life int

	name  floor.DeviceID // its first
	wiped int            // times its store was lost

	up bool

	// Durable on the device.
	n                      uint64
	queue                  []*op
	saved, applied, stable uint64
	known                  uint64                // what the box had of it when it last said so
	mine                   map[floor.UnitID]bool // parcels this person opened
	accepted               []floor.CommandID     // what this person was told is saved
	kept                   []floor.UnitID        // parcels that were not let go by a box that did not know everything
	cards                  []move                // goods to be put back, because a command was refused late

	// The screen: gone with a reload.
	orders map[floor.OrderID]*view.Order
	log    floor.LogID
	seq    floor.Seq
	start  string // of the box that gave the board
	loaded bool
	job    floor.OrderID // the order this person is on

	patient time.Time // until when this person waits before trying again what was refused

	lost   bool // the box asks for what it called stable
	reach  bool
	flight int // the request under way, 0 none
	flown  int
	tries  int
}

// op is one command in the queue.
type op struct {
	n     uint64
	id    floor.CommandID
	kind  string
	order floor.OrderID
	unit  floor.UnitID
	raw   []byte
	now   bool        // the person waits for its answer
	moves []move      // made when it was recorded; undone when it is refused
	after []move      // made when it is allowed
	goods []floor.SKU // of its order, as they stood on the screen
	tally tally       // what it will change on the screen
	sent  bool
	under floor.LogID   // the log of the screen it was recorded on
	log   floor.LogID   // under which it was answered
	start string        // of the box that last said so
	told  *floor.Answer // what the person was told at first

	answered bool
	answer   floor.Answer

	asks  *deed // what it asks for, if that is part of an order's history
	asked int64
}

// tally is what an op adds to a line.
type tally struct {
	line                  floor.LineID
	picked, short, packed int
}

func newHandheld(s *site, id floor.DeviceID, who floor.UserID) *handheld {
	w := s.w
	h := &handheld{w: w, s: s, id: id, name: id, who: who, reach: true, mine: map[floor.UnitID]bool{}}
	w.after(w.between(0, 2*time.Second), h.boot)
	return h
}

// boot is the app loading.
func (h *handheld) boot() {
	h.life++
	h.up, h.loaded, h.orders, h.seq, h.start, h.log, h.job, h.flight, h.tries = true, false, map[floor.OrderID]*view.Order{}, 0, "", "", "", 0, 0
	h.w.say(string(h.id), "is on, %d ops in its queue", len(h.queue))
	h.later(0, h.pulse)
	h.later(h.w.between(0, time.Second), h.live)
}

func (h *handheld) later(d time.Duration, do func()) {
	life := h.life
	h.w.after(d, func() {
		if h.up && h.life == life {
			do()
		}
	})
}

// die is the battery going out: the queue stays, the screen does not.
func (h *handheld) die() {
	if !h.up {
		return
	}
	h.w.say(string(h.id), "goes out")
	h.up = false
	h.w.after(h.w.between(time.Second, 10*time.Second), h.boot)
}

// zone is a dead zone.
func (h *handheld) zone() {
	if !h.reach {
		return
	}
	h.w.say(string(h.id), "is out of reach")
	h.reach = false
	h.w.after(h.w.between(2*time.Second, 30*time.Second), func() { h.reach = true })
}

// live is the person's day.
func (h *handheld) live() {
	if h.loaded {
		h.act()
	}
	h.later(h.w.between(h.w.mix.Think/2, h.w.mix.Think*3/2), h.live)
}

// record saves an op on the device and then does it in the world.
func (h *handheld) record(o *op, cmd floor.Command) {
	w := h.w
	data, err := json.Marshal(cmd)
	if err != nil {
		w.fail("world", "%v", err)
		return
	}
	h.n++
	o.n, o.kind = h.n, cmd.Kind()
	o.id = node.OpID(h.id, o.n)
	body := map[string]any{"n": o.n, "id": o.id, "type": o.kind, "seen": h.seq, "at": w.now.Format(time.RFC3339Nano), "data": json.RawMessage(data)}
	if w.without(NewNames) {
		delete(body, "n")
	}
	if o.raw, err = json.Marshal(body); err != nil {
		w.fail("world", "%v", err)
		return
	}
	o.asks, o.asked = h.asks(o, cmd), w.since()
	o.goods = h.goods(o.order)
	o.under = h.log
	h.queue = append(h.queue, o)
	if o.kind == "handover" || o.kind == "unit.void" {
		h.s.held[o.unit] = h
	}
	w.say(string(h.id), "%s records %d %s %s", h.who, o.n, o.kind, data)
	h.s.truth.do(o.moves)
	h.send()
}

// pulse sends what is due and asks for news.
func (h *handheld) pulse() {
	h.send()
	h.later(h.w.between(400*time.Millisecond, 1500*time.Millisecond), h.pulse)
}

// atOnce is how many ops a request carries.
const atOnce = 8

// send drains the queue, one request at a time.
func (h *handheld) send() {
	w := h.w
	if h.flight != 0 || !h.up {
		return
	}
	rq := &request{device: h.id, who: h.who, log: h.log, seq: h.seq, start: h.start, fresh: !h.loaded}
	if len(h.queue) > 0 {
		rq.head = h.queue[len(h.queue)-1].n
	}
	sent := 0
	for _, o := range h.queue {
		if !o.answered && !h.lost && sent < atOnce {
			if w.without(ForgetAtSend) && o.sent {
				continue
			}
			if w.without(NewNames) && o.sent {
				o.rename(w)
			}
			rq.ops = append(rq.ops, o.bytes(w, h.log))
			o.sent = true
			sent++
		} else if !o.answered {
			rq.have++
		}
	}
	rq.said = h.says()
	if h.lost { // it shows what it was told is saved, and nothing else
		rq.head, h.lost = max(rq.head, h.saved), false
	}
	h.flown++
	flight := h.flown
	h.flight = flight
	life := h.life
	arrive := func(rs *response) {
		if h.up && h.life == life {
			h.got(flight, rs)
		}
	}
	h.radio(func() { h.s.serve(rq, func(rs *response) { h.radio(func() { arrive(rs) }) }) })
	h.tries = min(h.tries+1, 4)
	h.later(time.Second+time.Duration(h.tries)*w.between(100*time.Millisecond, 900*time.Millisecond), func() {
		if h.flight == flight {
			h.flight = 0
			h.send()
		}
	})
}

// says are the ops that another start of the box called saved, and that are not stable: a second copy of one may have come behind that
// start, and been refused by a box that was put back.
func (h *handheld) says() (out [][]byte) {
	if h.start == "" {
		return nil
	}
	for _, o := range h.queue {
		if o.saidSaved() && o.start != h.start {
			said := *o
			if said.told == nil {
				said.told = &floor.Answer{Outcome: o.answer.Outcome, Unit: o.answer.Unit}
			}
			out = append(out, said.bytes(h.w, h.log))
		}
	}
	return out
}

// saidSaved says whether its person was told that an op is saved, at first.
func (o *op) saidSaved() bool {
	if o.told != nil {
		return o.answered && o.told.Outcome != floor.OutcomeRefused
	}
	return o.answered && o.answer.Outcome != floor.OutcomeRefused
}

// hears takes what the box has of what it was told that it called saved.
func (h *handheld) hears(rs *response) {
	for _, a := range rs.said {
		for _, o := range h.queue {
			if o.id != a.id || !o.saidSaved() {
				continue
			}
			o.start = rs.start
			if a.answer.Outcome == floor.OutcomeRefused && o.answer.Outcome != floor.OutcomeRefused {
				if o.told == nil {
					o.told = &floor.Answer{Outcome: o.answer.Outcome, Unit: o.answer.Unit}
				}
				o.answer, o.log = a.answer, rs.log
				h.settle(o, rs.past)
			}
		}
	}
}

// bytes are what is sent of an op: what its person was told at first goes with it (floor.Told), and that it was recorded on the
// screen of another log, as a box that is lost may have had it.
func (o *op) bytes(w *world, now floor.LogID) []byte {
	moved := o.under != "" && o.under != now
	if o.told == nil && !moved {
		return o.raw
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(o.raw, &body); err != nil {
		w.fail("world", "%v", err)
		return o.raw
	}
	var err error
	if o.told != nil {
		if body["told"], err = json.Marshal(floor.Told{Log: o.log, Refused: o.told.Outcome == floor.OutcomeRefused, Unit: o.told.Unit}); err != nil {
			w.fail("world", "%v", err)
		}
	}
	if moved {
		if body["under"], err = json.Marshal(o.under); err != nil {
			w.fail("world", "%v", err)
		}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		w.fail("world", "%v", err)
	}
	return raw
}

// rename is a mutant: the op goes out under another name each time.
func (o *op) rename(w *world) {
	var body map[string]any
	if err := json.Unmarshal(o.raw, &body); err != nil {
		return
	}
	o.id = floor.CommandID(w.id("again:"))
	body["id"] = o.id
	o.raw, _ = json.Marshal(body)
}

// radio carries something to or from the device: late, twice, or not at all.
func (h *handheld) radio(do func()) {
	w := h.w
	if !h.reach || w.roll(w.mix.Radio.Drop) {
		return
	}
	w.after(w.between(w.mix.Radio.DelayMin, w.mix.Radio.DelayMax), do)
	if w.roll(w.mix.Radio.Dup) {
		w.after(w.between(w.mix.Radio.DelayMin, w.mix.Radio.DelayMax), do)
	}
}

// got takes an answer of the site, however late or often it comes.
func (h *handheld) got(flight int, rs *response) {
	w := h.w
	if h.flight == flight {
		h.flight, h.tries = 0, 0
	}
	fresh := false
	for _, a := range rs.answers {
		for _, o := range h.queue {
			if o.id == a.id && !o.answered {
				fresh = true
				o.answered, o.answer, o.start = true, a.answer, rs.start
				if o.told == nil {
					o.log = rs.log
				}
				h.settle(o, rs.past)
			}
		}
	}
	h.hears(rs)
	h.saved, h.applied, h.stable = max(h.saved, rs.marks.Saved), max(h.applied, rs.marks.Applied), max(h.stable, rs.marks.Stable)
	h.known = rs.marks.Saved
	if rs.expect > 0 && len(h.queue) > 0 && h.queue[0].n > rs.expect {
		if h.lost = !rs.recovering; h.flight == 0 { // the box has not heard yet what it lost, or does not know that it did
			h.later(time.Second, h.send)
		}
		return
	}
	if rs.expect > 0 { // the box was put back: what it answered beyond this it no longer has, and it is here still
		for _, o := range h.queue {
			if o.n >= rs.expect && o.answered {
				w.say(string(h.id), "%d is sent again", o.n)
				if o.answered = false; o.told == nil {
					o.told = &floor.Answer{Outcome: o.answer.Outcome, Unit: o.answer.Unit}
				}
			}
		}
	}
	h.tidy()
	h.see(rs)
	h.letGo()
	h.queue = slices.DeleteFunc(h.queue, func(o *op) bool {
		return o.answered && (o.n <= h.stable || w.without(NewNames) || w.without(ForgetAtSaved)) && h.sees(o)
	})
	if !fresh && rs.recovering {
		return // the box asks the centre first, or waits for other devices: the next pulse asks again
	}
	if slices.ContainsFunc(h.queue, func(o *op) bool { return !o.answered }) {
		h.send()
	}
}

// settle is the person reading an answer.
func (h *handheld) settle(o *op, past bool) {
	w := h.w
	a := &o.answer
	w.say(string(h.id), "%d %s is %s at %d", o.n, o.kind, a.Outcome, a.Seq)
	if a.Outcome == floor.OutcomeDuplicate && a.Seq == 0 {
		h.forgotten(o, past)
		return
	}
	h.s.ledger.shown(h, o)
	h.told(o)
	if h.s.held[o.unit] == h {
		delete(h.s.held, o.unit)
	}
	if a.Outcome != floor.OutcomeRefused && !slices.Contains(h.accepted, o.id) {
		h.accepted = append(h.accepted, o.id)
	}
	if o.told != nil && (o.told.Outcome == floor.OutcomeRefused) == (a.Outcome == floor.OutcomeRefused) && o.told.Unit == a.Unit {
		return // as it was told at first
	}
	switch {
	case o.told != nil && o.told.Outcome != floor.OutcomeRefused && a.Outcome == floor.OutcomeRefused:
		w.say(string(h.id), "%s was told that %d is saved, and reads now: %s", h.who, o.n, a.Refusal.Words())
		h.s.toTheDesk(h, o)
	case o.told != nil && o.told.Unit != a.Unit && h.s.raised("parcel_renumbered"):
		h.s.toTheDesk(h, o)
	case o.told != nil && o.told.Unit != a.Unit:
		w.fail("I1", "%s was told that op %d is parcel %s, and it is %s now", h.id, o.n, o.told.Unit, a.Unit)
	case a.Outcome == floor.OutcomeRefused:
		w.say(string(h.id), "%s reads: %s", h.who, a.Refusal.Words())
		if o.kind == "handover" && a.Refusal.Code == floor.UnitGone {
			return // a colleague gave it away
		}
		if o.kind == "handover" && a.Refusal.Code == floor.IsRecovering && len(o.moves) == 0 {
			h.kept = append(h.kept, o.unit) // the box may learn that it had said yes
		}
		if (o.kind == "unit.void" || o.kind == (*floor.TakeFromUnit)(nil).Kind()) && a.Refusal.Code == floor.UnitIsVoid {
			return // it was undone already: what was taken out of it stays out
		}
		if h.w.without(GivesAnyway) && o.kind == (*floor.Authorise)(nil).Kind() && h.s.truth.can(o.after) {
			h.s.truth.do(o.after)
		}
		if o.now {
			h.patient = w.now.Add(w.between(time.Second, 4*time.Second))
		}
		for _, m := range slices.Backward(o.moves) {
			h.cards = append(h.cards, m.back())
		}
		h.tidy()
	case o.kind == "unit.open":
		if a.Unit == "" {
			w.fail("I2", "%s asked again about op %d and was not told its parcel", h.id, o.n)
		}
		h.mine[a.Unit] = true
	case len(o.after) > 0 && o.kind != (*floor.Authorise)(nil).Kind():
		h.s.truth.do(o.after)
	case o.kind == "handover" && len(o.moves) == 0:
		h.s.truth.do(h.s.truth.all(floor.OnBench(o.unit), floor.Shipped))
	}
}

// forgotten: the box knows of the command, and no more what it answered: it took its past as one. What the person was told
// stands. Who was never told looks at what the screen says, and books by hand what it does not. The box that says so may be lost
// by the time it is read.
func (h *handheld) forgotten(o *op, past bool) {
	if !past {
		h.w.fail("I2", "%s asked again about op %d, and is told nothing", h.id, o.n)
	}
	if h.s.held[o.unit] == h {
		delete(h.s.held, o.unit)
	}
	if o.told != nil {
		o.answer.Outcome, o.answer.Unit = o.told.Outcome, o.told.Unit
		return
	}
	h.w.unread++
	h.s.toTheDesk(h, o)
}

// tidy puts back what was moved for a command that was refused, as soon as it is where it should be: a later
// command of the same person may have taken it elsewhere, and is about to be refused as well.
func (h *handheld) tidy() {
	for again := true; again; {
		again = false
		for i, m := range h.cards {
			if j := slices.IndexFunc(h.cards, func(n move) bool { return n.sku == m.sku && n.from == m.to && n.to == m.from }); j >= 0 {
				// There and back again: what is left of the two is the difference.
				n := h.cards[j]
				if m.qty < n.qty {
					m, n = n, m
				}
				m.qty -= n.qty
				h.cards = slices.Delete(h.cards, max(i, j), max(i, j)+1)
				h.cards = slices.Delete(h.cards, min(i, j), min(i, j)+1)
				if m.qty > 0 {
					h.cards = append(h.cards, m)
				}
				again = true
				break
			}
			if h.s.truth.can([]move{m}) {
				h.s.truth.do([]move{m})
				h.s.disturb(m)
				h.cards = slices.Delete(h.cards, i, i+1)
				again = true
				break
			}
		}
	}
}

// confess tells the site of goods that went from one bin to another by way of a tote, when both the taking out
// and the putting back were refused, and a colleague has taken them from there since: nothing can be carried
// back, and the books are put right instead.
func (h *handheld) confess() bool {
	for i, m := range h.cards {
		for j, n := range h.cards {
			if m.sku != n.sku || m.qty != n.qty || n.to != m.from || m.to.Bin() == "" || n.from.Bin() == "" || m.to == n.from {
				continue
			}
			h.cards = slices.Delete(h.cards, max(i, j), max(i, j)+1)
			h.cards = slices.Delete(h.cards, min(i, j), min(i, j)+1)
			// m should have gone back from the tote to m.to, n from n.from to the tote: they went from m.to to n.from.
			h.record(&op{now: true}, &floor.MoveStock{SKU: m.sku, Qty: m.qty, From: m.to.Bin(), To: n.from.Bin(), Done: true})
			return true
		}
	}
	for i, m := range h.cards {
		tote, ok := strings.CutPrefix(string(m.to), string(floor.InTote("")))
		o := h.orders[floor.OrderID(tote)]
		if !ok || o == nil || m.from.Bin() == "" || h.s.truth.can([]move{m}) {
			continue
		}
		for k := range o.Lines {
			// It was put back too early, is due now, or is the order's still; it is not in the tote, and nobody finds it there to bring it.
			if l := &o.Lines[k]; l.SKU == m.sku && (due(l) >= m.qty || l.Loose >= m.qty && h.s.truth.has(m.to, m.sku) < l.Loose) {
				h.cards = slices.Delete(h.cards, i, i+1)
				h.record(&op{order: o.ID, now: true}, &floor.Undo{Order: o.ID, Line: l.Line, Qty: m.qty, Bin: m.from.Bin()})
				return true
			}
		}
	}
	return false
}

// see brings the screen forward.
func (h *handheld) see(rs *response) {
	switch {
	case rs.full != nil && (!h.loaded || rs.full.Log != h.log || rs.full.Seq >= h.seq):
		h.orders = map[floor.OrderID]*view.Order{}
		for _, o := range rs.full.Orders {
			h.orders[o.ID] = o
		}
		h.loaded, h.log, h.seq, h.start = true, rs.full.Log, rs.full.Seq, rs.full.Start
	case rs.delta != nil && h.loaded && rs.delta.Log == h.log && rs.delta.Seq >= h.seq:
		for _, o := range rs.delta.Orders {
			h.orders[o.ID] = o
		}
		for _, id := range rs.delta.Gone {
			delete(h.orders, id)
		}
		h.seq = rs.delta.Seq
	}
}

// letGo gives the carrier what the screen says has left: the box learnt that it had been let go, and nobody had read that.
func (h *handheld) letGo() {
	h.kept = slices.DeleteFunc(h.kept, func(unit floor.UnitID) bool {
		for _, o := range h.orders {
			for i := range o.Units {
				if u := &o.Units[i]; u.Unit == unit && u.State == floor.UnitDeparted && h.s.held[unit] == nil {
					h.s.truth.do(h.s.truth.all(floor.OnBench(unit), floor.Shipped))
					return true
				}
			}
		}
		return false
	})
}

// waits says whether the person waits for an answer.
func (h *handheld) waits() bool {
	return slices.ContainsFunc(h.queue, func(o *op) bool { return o.now && !h.sees(o) })
}

// sees says whether the screen has what an op came to. Of an answer from another log its place says nothing: it is in the
// screen when this box has its number.
func (h *handheld) sees(o *op) bool {
	if !o.answered {
		return false
	}
	if o.log != "" && o.log != h.log && o.n <= h.known {
		return true
	}
	return o.answer.Seq <= h.seq
}

// drained says whether every op was answered and is stable.
func (h *handheld) drained() bool { return h.up && len(h.queue) == 0 }

// ahead sums what the queue will change on a line of the screen.
func (h *handheld) ahead(order floor.OrderID, line floor.LineID) (t tally) {
	for _, o := range h.queue {
		if o.order != order || o.tally.line != line || o.answered && (o.answer.Outcome == floor.OutcomeRefused || h.sees(o)) {
			continue
		}
		t.picked, t.short, t.packed = t.picked+o.tally.picked, t.short+o.tally.short, t.packed+o.tally.packed
	}
	return t
}

// shown lists the orders on the screen in the order a person sees them.
func (h *handheld) shown() []*view.Order {
	out := slices.Collect(maps.Values(h.orders))
	view.SortOrders(out)
	return out
}
