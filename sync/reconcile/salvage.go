package reconcile

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"picket/sync/wire"
)

// A box whose place another took holds what it could not send while it was cut off. It offers that, record by
// record, and gets nothing in return: no session for the site, no feed, no epoch (SYNC 1.11).

// Salvaged asks the centre's shell to commit records of a box that was replaced: each one whose id is not known is
// added as a fact on no chain, and the site's Orphan becomes its Pos. The site's own cursor is not touched. It MUST
// be answered by SalvageStored exactly once.
type Salvaged struct {
	Node    wire.NodeID
	Log     wire.LogID
	Records []Record
	PII     []wire.Sealed
}

// SalvageStored answers Salvaged behind its commit. UpTo is the newest record of the offer that is done with, Pos
// the number of facts held about the site.
type SalvageStored Applied

// Handing tells a fenced box's shell how its handing over goes (site's end only). What the box held back counts.
type Handing struct {
	Handed uint64 // records the centre took over from this box after it was replaced
	Left   uint64
}

// SalvageStabled tells the centre's end up to where every backup that may be restored holds what is handed over.
type SalvageStabled struct{ UpTo wire.Seq }

// HandIn brings records of a box that held the site and cannot hand them over itself: a person read them from its disk
// (centre's end only). Salvaged follows at once, unless the box never held the site; then nothing does. It MUST NOT come
// while an Adopt or a Salvaged waits for its answer.
type HandIn Salvaged

func (HandIn) event()         {}
func (SalvageStored) event()  {}
func (SalvageStabled) event() {}
func (Salvaged) effect()      {}
func (Handing) effect()       {}

// salvage is the centre's end of an offer.
type salvage struct {
	id       wire.SessionID // "" when none is open
	node     wire.NodeID
	by       *wire.Checker
	gone     wire.Nonce  // of the hello that was refused last
	goneNode wire.NodeID // who said it
	goneBy   *wire.Checker
	recv     receiver
	before   wire.Pos // facts held when the records under way went to the shell
	byHand   bool     // they came by HandIn
}

// offered takes the offer of a box that was told that it is fenced.
func (e *Centre) offered(now time.Time, m *wire.Offer, payload []byte, out []Effect) []Effect {
	v := &e.salvage
	if err := wire.Verify(payload, wire.ChannelHello, asked(v.goneBy)); err != nil && m.Nonce == v.gone {
		return forged(wire.ChannelHello, err, out)
	}
	switch {
	case m.Nonce != v.gone || m.Node != v.goneNode:
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "an offer to another answer", Unproven: e.s.peer != nil})
	case v.recv.busy():
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "the records of another offer are being stored"})
	case !e.former(m.Node):
		return e.s.say(out, wire.ChannelHello, &wire.Reject{Nonce: m.Nonce, Code: wire.RejectFenced,
			Reason: fmt.Sprintf("box %s never held this site", m.Node)})
	}
	if why := e.nobodys(m.Node); why != "" {
		return e.s.say(append(out, Dropped{Channel: wire.ChannelHello, Why: WhySignature, Err: errors.New(why), Unproven: true}), wire.ChannelHello,
			&wire.Reject{Nonce: m.Nonce, Code: wire.RejectFenced, Reason: why})
	}
	v.id, v.node, v.by = e.cfg.Session(), m.Node, v.goneBy
	v.recv = receiver{t: &e.s.t}
	v.recv.restart(wire.Position{Log: m.Log, Seq: m.From - 1, Hash: m.Prev})
	v.recv.open(now, v.id)
	return e.s.say(out, wire.ChannelHello, &wire.Salvage{Nonce: m.Nonce, Session: v.id, Log: m.Log, Resume: m.From - 1, Window: e.cfg.Window})
}

// nobodys says why what is said in a box's name is no word of it, "" where it may be: at a site whose boxes sign, a box that the centre
// learnt of behind a restore may have had a key that is forgotten, and whoever speaks first would be taken for it. A person who has
// its disk brings what it holds.
func (e *Centre) nobodys(n wire.NodeID) string {
	if e.s.peer == nil || e.cfg.Late == nil || !on(RuleLate) || !e.cfg.Late(n) {
		return ""
	}
	if key, err := e.cfg.KeyOf(n); key != nil || err != nil {
		return "" // it is checked by that, or was not heard at all
	}
	return fmt.Sprintf("the key of box %s is forgotten since the centre was put back: bring what it holds by hand (picketd hand-out, picket-oms import-box)", n)
}

// former says whether a box held the site before.
func (e *Centre) former(n wire.NodeID) bool {
	return e.cfg.Former != nil && e.cfg.Former(n)
}

// salvageBatch takes a batch of the salvage's session.
func (e *Centre) salvageBatch(now time.Time, b *wire.Batch, out []Effect) []Effect {
	v := &e.salvage
	if verdict, why := v.recv.onBatch(now, b); verdict == forked {
		id := v.id
		v.close()
		out = append(out, Dropped{Channel: wire.ChannelLog, Why: "an offer whose chain does not fit: " + why})
		return e.s.say(out, wire.ChannelAck, &wire.NoSession{Session: id})
	}
	return e.salvageFlow(now, out)
}

func (v *salvage) close() {
	v.id = ""
	v.recv.close()
}

// salvageFlow hands over what is ready and says what is stored. Every message of the old box makes it say so.
func (e *Centre) salvageFlow(now time.Time, out []Effect) []Effect {
	v := &e.salvage
	if v.id == "" {
		return out
	}
	n := len(out)
	if e.adopt == nil { // while a session is about to open nothing may be added
		out = v.recv.pump(now, out)
	}
	for i := n; i < len(out); i++ {
		if a, ok := out[i].(Apply); ok {
			out[i] = Salvaged{Node: v.node, Log: a.Log, Records: a.Records, PII: a.PII}
			v.before = e.s.recv.pos
			out = e.interrupt(out)
		}
	}
	if v.recv.busy() {
		return out
	}
	v.recv.ackAt = now
	if a := v.recv.ack(now); a != nil {
		a.Pos = 0 // of the site, which this box is no more
		out = e.s.say(out, wire.ChannelAck, a)
	}
	return out
}

// handIn passes on what a person brought.
func (e *Centre) handIn(ev HandIn, out []Effect) []Effect {
	v := &e.salvage
	if v.byHand || v.recv.busy() || e.adopt != nil || !e.former(ev.Node) {
		return append(out, Dropped{Channel: wire.ChannelLog, Why: fmt.Sprintf("records of box %s, which never held this site", ev.Node)})
	}
	v.byHand, v.before = true, e.s.recv.pos
	return append(e.interrupt(out), Salvaged(ev))
}

// interrupt ends the session of the box that holds the site before facts are added: it must learn what is added before
// anything else is acknowledged to it, for with the next ack it would take the added facts for known. It says hello, and
// is answered behind the commit.
func (e *Centre) interrupt(out []Effect) []Effect {
	id := e.s.id
	if id == "" || !on(RuleSalvage) {
		return out
	}
	out = e.lose(CauseSalvage, "", out)
	return e.s.say(out, wire.ChannelAck, &wire.NoSession{Session: id})
}

// salvaged goes on behind the commit.
func (e *Centre) salvaged(now time.Time, ev SalvageStored, out []Effect) []Effect {
	v := &e.salvage
	if v.byHand {
		v.byHand = false
	} else {
		v.recv.onApplied(now, Applied(ev))
	}
	if ev.Err == nil && ev.Pos > v.before {
		e.s.recv.pos, e.state.Orphan = max(e.s.recv.pos, ev.Pos), max(e.state.Orphan, ev.Pos)
	}
	if h := e.proof; h != nil && !e.s.recv.busy() && !v.recv.busy() {
		e.proof = nil
		out = e.decide(now, h, out)
	}
	return e.salvageFlow(now, out)
}

// offer is the site's side: it was told that it is fenced.
func (e *Site) offer(now time.Time, why string, out []Effect) []Effect {
	e.state.Mode, e.chal = wire.ModeSalvage, nil
	e.why = why
	head := e.cfg.Log.Head()
	// From what every backup of the centre holds: what it has besides is known by its ids.
	from := min(e.s.send.stable, e.s.send.acked, head.Seq)
	prev, ok := e.cfg.Log.HashAt(from)
	if from == head.Seq || !ok {
		return e.handedOver(now, out)
	}
	e.phase = siteOffering
	e.redo = now.Add(backoff(e.s.t.HelloMin, e.s.t.HelloMax, e.tries, e.cfg.Rand))
	e.tries++
	out = append(out, Trouble{Code: TroubleFenced, Reason: why})
	return e.s.say(out, wire.ChannelHello, &wire.Offer{Nonce: e.nonce, Node: e.cfg.Node, Log: head.Log, From: from + 1, Prev: prev, Head: head.Seq})
}

// offerTaken begins to hand over.
func (e *Site) offerTaken(now time.Time, m *wire.Salvage, out []Effect) []Effect {
	head := e.cfg.Log.Head()
	if e.phase != siteOffering || m.Nonce != e.nonce || m.Log != head.Log || m.Resume > head.Seq {
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "an answer to another offer"})
	}
	held := e.s.send.acked
	e.phase, e.redo, e.tries = siteSalvaging, time.Time{}, 0
	e.s.id = m.Session
	e.s.send.open(now, m.Session, m.Resume, min(e.s.send.stable, m.Resume), m.Window)
	e.held = max(held, m.Resume)
	return e.handOn(now, out)
}

// handOn sends on, and ends when the centre has everything.
func (e *Site) handOn(now time.Time, out []Effect) []Effect {
	if e.s.send.acked >= e.cfg.Log.Head().Seq {
		e.s.close()
		return e.handedOver(now, out)
	}
	return e.s.send.pump(now, out)
}

// handedOver: nothing is left to tell. The box asks again now and then, for what is decided elsewhere may be taken back.
func (e *Site) handedOver(now time.Time, out []Effect) []Effect {
	return append(e.refused(now, TroubleFenced, e.why, out), Handing{Handed: e.handed})
}

// salvageAck takes what the centre has stored of the offer.
func (e *Site) salvageAck(now time.Time, a *wire.Ack, out []Effect) []Effect {
	if a.Session != e.s.id {
		return append(out, Dropped{Channel: wire.ChannelAck, Why: "another session"})
	}
	before := max(e.s.send.acked, e.held)
	switch e.s.send.onAck(now, a) {
	case lostData:
		e.s.close()
		return e.handedOver(now, out)
	case taken:
		at := e.s.send.acked
		if at > before {
			e.handed += uint64(at - before)
		}
		out = append(out, Acked{Acked: at, Stable: e.s.send.stable, Pos: e.state.Pos, Gen: e.state.Gen},
			Handing{Handed: e.handed, Left: uint64(e.cfg.Log.Head().Seq - at)})
	}
	return e.handOn(now, out)
}

// ofSalvage reads a batch of the salvage's session.
func (e *Centre) ofSalvage(payload []byte) (*wire.Batch, bool) {
	if e.salvage.id == "" {
		return nil, false
	}
	b, err := e.s.codec.Open(payload, asked(e.salvage.by))
	return b, err == nil && b.Session == e.salvage.id
}

// Enrolled tells the centre's end that the site is another box's from here on (centre's end only). It is durable.
type Enrolled struct {
	Node   wire.NodeID
	Epoch  wire.Epoch
	Orphan wire.Pos          // facts the new box does not know: all
	Key    ed25519.PublicKey // of the new box; nil: it said none
}

func (Enrolled) event() {}

func (e *Centre) enrolled(ev Enrolled, out []Effect) []Effect {
	e.state.Node, e.state.Epoch = ev.Node, ev.Epoch
	e.state.Orphan = max(e.state.Orphan, ev.Orphan)
	e.s.peer = e.checker(ev.Key)
	e.hello, e.chal, e.proof = nil, "", nil
	if id := e.s.id; id != "" {
		// The old box learns it with this, at the latest with its next record.
		out = e.lose(CauseEnrolled, "", out)
		out = e.s.say(out, wire.ChannelAck, &wire.NoSession{Session: id})
	}
	return out
}
