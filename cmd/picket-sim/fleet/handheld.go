package fleet

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

// handheld is the app on a device (SYNC 1.9): a durable queue with contiguous numbers, drained in order, kept
// until stable; a replica of the board, which a reload forgets; and the prediction of what the queue will do.
type handheld struct {
	w    *world
	id   floor.DeviceID
	who  floor.UserID
	life int
	up   bool

	// Durable on the device.
	n                      uint64
	queue                  []*op
	saved, applied, stable uint64
	mine                   map[floor.UnitID]bool // parcels this person opened
	cards                  []move                // goods to be put back, because a command was refused late

	// The screen: gone with a reload.
	orders map[floor.OrderID]*view.Order
	log    floor.LogID
	seq    floor.Seq
	loaded bool
	job    floor.OrderID // the order this person is on

	patient time.Time // until when this person waits before trying again what was refused

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
	now   bool   // the person waits for its answer
	moves []move // made when it was recorded; undone when it is refused
	tally tally  // what it will change on the screen
	sent  bool

	answered bool
	answer   floor.Answer
}

// tally is what an op adds to a line.
type tally struct {
	line                  floor.LineID
	picked, short, packed int
}

func newHandheld(w *world, id floor.DeviceID, who floor.UserID) *handheld {
	h := &handheld{w: w, id: id, who: who, reach: true, mine: map[floor.UnitID]bool{}}
	w.after(w.between(0, 2*time.Second), h.boot)
	return h
}

// boot is the app loading.
func (h *handheld) boot() {
	h.life++
	h.up, h.loaded, h.orders, h.seq, h.log, h.job, h.flight, h.tries = true, false, map[floor.OrderID]*view.Order{}, 0, "", "", 0, 0
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
	if w.opt.Mutant == NewNames {
		delete(body, "n")
	}
	if o.raw, err = json.Marshal(body); err != nil {
		w.fail("world", "%v", err)
		return
	}
	h.queue = append(h.queue, o)
	w.say(string(h.id), "%s records %d %s %s", h.who, o.n, o.kind, data)
	w.truth.do(o.moves)
	h.send()
}

// pulse sends what is due and asks for news.
func (h *handheld) pulse() {
	h.send()
	h.later(h.w.between(400*time.Millisecond, 1500*time.Millisecond), h.pulse)
}

// request is one body of POST /api/ops, and the seq the screen stands at.
type request struct {
	device floor.DeviceID
	who    floor.UserID
	ops    [][]byte
	log    floor.LogID
	seq    floor.Seq
	fresh  bool // the screen has nothing yet
}

// response answers it.
type response struct {
	answers []answered
	expect  uint64
	marks   view.Marks
	log     floor.LogID
	full    *view.Full
	delta   *view.Delta
}

type answered struct {
	id     floor.CommandID
	answer floor.Answer
}

// atOnce is how many ops a request carries.
const atOnce = 8

// send drains the queue, one request at a time.
func (h *handheld) send() {
	w := h.w
	if h.flight != 0 || !h.up {
		return
	}
	rq := &request{device: h.id, who: h.who, log: h.log, seq: h.seq, fresh: !h.loaded}
	sent := 0
	for _, o := range h.queue {
		if !o.answered && sent < atOnce {
			if w.opt.Mutant == ForgetAtSend && o.sent {
				continue
			}
			if w.opt.Mutant == NewNames && o.sent {
				o.rename(w)
			}
			rq.ops = append(rq.ops, o.raw)
			o.sent = true
			sent++
		}
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
	h.radio(func() { w.site.serve(rq, func(rs *response) { h.radio(func() { arrive(rs) }) }) })
	h.tries = min(h.tries+1, 4)
	h.later(time.Second+time.Duration(h.tries)*w.between(100*time.Millisecond, 900*time.Millisecond), func() {
		if h.flight == flight {
			h.flight = 0
			h.send()
		}
	})
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
	for _, a := range rs.answers {
		for _, o := range h.queue {
			if o.id == a.id && !o.answered {
				o.answered, o.answer = true, a.answer
				h.settle(o)
			}
		}
	}
	h.saved, h.applied, h.stable = max(h.saved, rs.marks.Saved), max(h.applied, rs.marks.Applied), max(h.stable, rs.marks.Stable)
	if rs.expect > 0 && len(h.queue) > 0 && h.queue[0].n > rs.expect {
		w.fail("I1", "%s is asked for op %d, which it was told is stable", h.id, rs.expect)
	}
	h.tidy()
	h.see(rs)
	h.queue = slices.DeleteFunc(h.queue, func(o *op) bool {
		return o.answered && (o.n <= h.stable || w.opt.Mutant == NewNames) && o.answer.Seq <= h.seq
	})
	if slices.ContainsFunc(h.queue, func(o *op) bool { return !o.answered }) {
		h.send()
	}
}

// settle is the person reading an answer.
func (h *handheld) settle(o *op) {
	w := h.w
	a := &o.answer
	w.say(string(h.id), "%d %s is %s at %d", o.n, o.kind, a.Outcome, a.Seq)
	w.ledger.shown(h, o)
	switch {
	case a.Outcome == floor.OutcomeRefused:
		w.say(string(h.id), "%s reads: %s", h.who, a.Refusal.Words())
		if o.kind == "handover" && a.Refusal.Code == floor.UnitGone {
			return // a colleague gave it away
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
	case o.kind == "handover" && len(o.moves) == 0:
		w.truth.do(w.truth.all(floor.OnBench(o.unit), floor.Shipped))
	}
}

// tidy puts back what was moved for a command that was refused, as soon as it is where it should be: a later
// command of the same person may have taken it elsewhere, and is about to be refused as well.
func (h *handheld) tidy() {
	for again := true; again; {
		again = false
		for i, m := range h.cards {
			if j := slices.Index(h.cards, m.back()); j >= 0 { // there and back again
				h.cards = slices.Delete(h.cards, max(i, j), max(i, j)+1)
				h.cards = slices.Delete(h.cards, min(i, j), min(i, j)+1)
				again = true
				break
			}
			if h.w.truth.can([]move{m}) {
				h.w.truth.do([]move{m})
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
		h.loaded, h.log, h.seq = true, rs.full.Log, rs.full.Seq
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

// waits says whether the person waits for an answer.
func (h *handheld) waits() bool {
	return slices.ContainsFunc(h.queue, func(o *op) bool { return o.now && (!o.answered || o.answer.Seq > h.seq) })
}

// drained says whether every op was answered and is stable.
func (h *handheld) drained() bool { return h.up && len(h.queue) == 0 }

// ahead sums what the queue will change on a line of the screen.
func (h *handheld) ahead(order floor.OrderID, line floor.LineID) (t tally) {
	for _, o := range h.queue {
		if o.order != order || o.tally.line != line || o.answered && (o.answer.Outcome == floor.OutcomeRefused || o.answer.Seq <= h.seq) {
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

// serve is the site answering a handheld: the ops in order, the marks, and what changed on the board.
func (s *site) serve(rq *request, reply func(*response)) {
	s.do(func() {
		rs := &response{}
		left := len(rq.ops)
		if left == 0 {
			s.news(rq, rs)
			reply(rs)
			return
		}
		for _, raw := range rq.ops {
			o, err := node.DecodeOp(raw)
			if err != nil {
				s.w.fail("P2", "an op cannot be read: %v", err)
				return
			}
			sub := o.Submission(rq.device)
			sub.Meta.Actor, sub.Meta.Station = rq.who, bench1
			s.submit(ticket{sub, func(r node.Reply) {
				var gap *node.GapError
				switch {
				case errors.As(r.Err, &gap):
					if rs.expect == 0 {
						rs.expect = gap.Expect
					}
				case r.Err != nil:
					s.w.fail("I2", "op %s: %v", sub.Meta.ID, r.Err)
				case rs.expect == 0:
					rs.answers = append(rs.answers, answered{sub.Meta.ID, r.Answer})
				}
				if left--; left == 0 {
					s.news(rq, rs)
					reply(rs)
				}
			}})
		}
	})
}

// news adds the device's marks and the board's changes.
func (s *site) news(rq *request, rs *response) {
	s.board.Tick(s.clock()) // the daemon does it by the minute
	rs.marks, rs.log = s.board.Marks(rq.device), s.board.Log()
	if !rq.fresh {
		if d, _, ok := s.board.Since(rq.log, view.Mark{Seq: rq.seq}); ok {
			rs.delta = &d
			return
		}
	}
	full := s.board.Full(s.clock())
	rs.full = &full
}
