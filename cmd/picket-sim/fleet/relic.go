package fleet

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/linktest"
	"picket/sync/oms/hub"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// A box that was lost can turn up again: its disk takes nothing any more, but what it wrote can be read. Somebody plugs it
// in, and it hands over what nobody else has on its own line, beside the box that took its place; or somebody reads its disk
// and brings the records to the centre (SYNC 1.11). Nobody works with it: no handheld, no printer.

// relic is such a box.
type relic struct {
	s    *site
	node wire.NodeID
	name string // at the broker
	file *journal.Mem

	life   int
	linked bool
	marks  uplink.Marks
	engine *reconcile.Site
	told   bool // the centre has all it offered
	again  int  // times somebody still pulls its plug
	byHand bool // somebody brings its records, and keeps its disk
}

// returns draws what becomes of lost boxes. It takes nothing from the seed's other draws.
func (m *Mix) returns(seed uint64, opt Options) {
	if !opt.Return {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 0x5a17a9e))
	m.Returns, m.HandIns = .3+.7*rng.Float64(), 0
	if rng.Float64() < .6 {
		m.HandIns = .2 + .8*rng.Float64() // of these
	}
}

// putAside keeps the lost box, unless the centre never heard of it: then nobody knows that it held the site. It may turn up before another has taken its place, and as late as behind all faults.
func (s *site) putAside(file *journal.Mem, id wire.NodeID) {
	w := s.w
	if !w.roll(w.mix.Returns) || !s.w.centre.knew(s.id, id) {
		return
	}
	file.Crash()
	r := &relic{s: s, node: id, name: fmt.Sprintf("%s#%s", s.id, id), file: file, again: w.rng.IntN(3)}
	s.relics = append(s.relics, r)
	if w.mix.Restores > 0 {
		r.vouch()
	}
	if w.roll(w.mix.HandIns) {
		r.byHand = true
		w.after(w.between(2*time.Second, 90*time.Second), r.bring)
		return
	}
	w.after(w.between(2*time.Second, 90*time.Second), r.start)
}

// knew says whether a box holds a site, or held it, as the centre has it.
func (c *centre) knew(site floor.SiteID, id wire.NodeID) (knew bool) {
	c.look(func(tx store.Tx) error {
		m, err := tx.Mark(site)
		knew = m.Node == id
		return err
	})
	return knew
}

// start is the old box booting.
func (r *relic) start() {
	w := r.s.w
	r.life++
	r.marks = uplink.Marks{}
	if c, ok := r.file.Cursor(appliedCursor); ok {
		if err := json.Unmarshal(c.Data, &r.marks); err != nil {
			w.fail("I9", "the old box's marks: %v", err)
			return
		}
	}
	state, _, _, err := node.Load(r.file)
	if err != nil {
		w.fail("I9", "the old box does not start: %v", err)
		return
	}
	st := reconcile.SiteState{Epoch: r.marks.Epoch, Acked: r.marks.Acked, Stable: r.marks.Stable, Gen: r.marks.Gen, Pos: r.marks.Pos, Restated: wire.Seq(state.Restatement.Whole), Upon: uponOf(state.Upon)}
	if state.Known.Gen == string(st.Gen) || st.Gen == "" {
		st.Gen, st.Pos = wire.Generation(state.Known.Gen), max(st.Pos, wire.Pos(state.Known.Pos))
	}
	if state.Recovery != nil {
		st.Mode = wire.ModeRecovering
	}
	if state.Feed.Seq > 0 {
		hash, err := hex.DecodeString(state.Feed.Hash)
		if err != nil || len(hash) != len(wire.Hash{}) {
			w.fail("I9", "the old box's feed: %q", state.Feed.Hash)
			return
		}
		st.Feed = wire.FeedMark{Lineage: wire.Lineage(state.Feed.Lineage), Seq: wire.Seq(state.Feed.Seq), Hash: wire.Hash(hash)}
	}
	var parents []wire.LogID
	for _, k := range r.file.Forks() {
		parents = append(parents, wire.LogID(k.Parent.Log))
	}
	r.engine = reconcile.NewSite(reconcile.SiteConfig{Node: r.node, SW: "sim", Log: outbox{r.file, r.s.w}, Parents: parents, Forks: func() []wire.ForkAt { return forksOf(r.file.Forks()) }, Timing: w.mix.Timing,
		Rand: w.rng.Float64, Nonce: func() wire.Nonce { return wire.Nonce(w.id("nonce")) }}, st)
	w.say(r.name, "turns up, log at %d, %d acknowledged", r.file.Head().Seq, st.Acked)
	r.dial()
	if r.again > 0 {
		r.again--
		r.later(w.between(time.Second, 40*time.Second), r.die)
	}
}

func (r *relic) later(d time.Duration, do func()) {
	life := r.life
	r.s.w.after(d, func() {
		if r.life == life && r.engine != nil {
			do()
		}
	})
}

// die is somebody pulling the plug, who puts it in again.
func (r *relic) die() {
	w := r.s.w
	w.say(r.name, "is unplugged")
	r.engine, r.linked = nil, false
	w.net.Detach(r.name)
	w.after(w.between(time.Second, 20*time.Second), r.start)
}

func (r *relic) dial() {
	w := r.s.w
	w.net.Attach(w.now, r.name, wire.SiteFilters(tenant, wire.SiteID(r.s.id))...)
	r.linked = true
	r.step(reconcile.LinkUp{})
}

// lineLost is the broker having gone away.
func (r *relic) lineLost() {
	if !r.linked {
		return
	}
	r.linked = false
	r.step(reconcile.LinkDown{})
	r.later(r.s.w.between(50*time.Millisecond, 4*time.Second), r.dial)
}

func (r *relic) next() time.Time {
	if r.engine == nil {
		return time.Time{}
	}
	return r.engine.Next()
}

func (r *relic) tick() { r.step(reconcile.Tick{}) }

func (r *relic) heard(d linktest.Delivery) {
	if d.Topic == wire.CentreState(tenant) {
		if m, err := wire.Decode(d.Payload); err == nil {
			if st, ok := m.(*wire.State); ok {
				r.step(reconcile.CentreSeen{State: *st})
			}
		}
		return
	}
	if t, err := wire.ParseTopic(d.Topic); err == nil && t.Dir == wire.Down && !d.Retained {
		r.step(reconcile.Received{Channel: t.Channel, Payload: d.Payload})
	}
}

// step carries out what the old box can still do: it sends, and writes nothing.
func (r *relic) step(in reconcile.Event) {
	if r.engine == nil {
		return
	}
	w := r.s.w
	for _, e := range r.engine.Step(w.now, in) {
		switch e := e.(type) {
		case reconcile.Publish:
			w.say(r.name, "sends %s, %d bytes", e.Channel, len(e.Payload))
			w.send(r.name, r.s.topic(e.Channel), e.Payload, false)
		case reconcile.Apply:
			r.later(time.Millisecond, func() { r.step(reconcile.Applied{UpTo: e.Records[0].Seq - 1, Err: errDisk}) })
		case reconcile.Take:
			r.later(time.Millisecond, func() { r.step(reconcile.Taken{Err: errDisk}) })
		case reconcile.Stage:
			r.later(time.Millisecond, func() { r.step(reconcile.Staged{Err: errDisk}) })
		case reconcile.Restate:
			r.later(time.Millisecond, func() { r.step(reconcile.Restated{Err: errDisk}) })
		case reconcile.Handing:
			w.say(r.name, "handed over %d, %d left", e.Handed, e.Left)
			if e.Left == 0 && !r.told {
				r.told = true
			}
		case reconcile.Trouble:
			w.say(r.name, "trouble %q %s", e.Code, e.Reason)
		}
	}
}

// bring is somebody with the records of its disk, who asks again until the centre has them.
func (r *relic) bring() {
	w, c := r.s.w, r.s.w.centre
	if r.handedIn() {
		r.told = true
		return
	}
	c.do(func() {
		first := r.file.First()
		for from := first; from <= r.file.Head().Seq; from += 64 {
			in := reconcile.HandIn{Node: r.node, Log: wire.LogID(r.file.Head().Log)}
			_, err := r.file.Read(from, 64, func(seq uint64, raw []byte) error {
				hash, err := r.file.HashAt(seq)
				in.Records = append(in.Records, reconcile.Record{Seq: wire.Seq(seq), Hash: wire.Hash(hash), Raw: raw})
				return err
			})
			if err != nil {
				w.fail("I9", "the old box's disk cannot be read: %v", err)
				return
			}
			gone, cancel := context.WithCancel(context.Background())
			cancel() // nobody waits in this goroutine, which is the one that steps: what came of it is looked up
			_, _, _ = c.hub.HandIn(gone, r.s.id, in)
			w.say("centre", "is brought %d records of %s, from %d on", len(in.Records), r.node, from)
			c.step(hub.Tick{})
		}
	})
	w.after(w.between(time.Second, 10*time.Second), r.bring)
}

// handedIn says whether the centre has every record of the old box, or what another box made of the same command.
func (r *relic) handedIn() bool { return r.lacks() == "" }

// lacks is the first record of the old box that the centre has in no way, "" when there is none. What is the site's own
// business goes nowhere.
func (r *relic) lacks() (lacks string) {
	r.s.w.centre.look(func(tx store.Tx) error {
		_, err := r.file.Read(r.file.First(), 0, func(_ uint64, raw []byte) error {
			rec, err := floor.Decode(raw)
			if err != nil || lacks != "" {
				return err
			}
			for _, id := range []string{string(rec.ID), string(rec.Cause) + "/0"} {
				if _, err := tx.FactOf(r.s.id, id); err == nil {
					return nil
				}
			}
			lacks = string(raw)
			return nil
		})
		return err
	})
	return lacks
}

// givenWay takes out of both lists what stands in the place of a lost box's record: the box that holds the site decided the
// same command, and the centre has its bytes where the other's were. Where that box made fewer records of it there are none.
func (s *site) givenWay(tx store.Tx, facts []store.Fact, raws [][]byte) ([]store.Fact, [][]byte) {
	facts = slices.DeleteFunc(facts, func(f store.Fact) bool {
		if _, err := tx.Second(s.id, f.Record); err != nil || f.Seq != 0 {
			return false
		}
		i := slices.IndexFunc(raws, func(raw []byte) bool { return bytes.Equal(raw, f.Raw) })
		if i >= 0 {
			raws = slices.Delete(raws, i, i+1)
		}
		return i >= 0 || len(f.Raw) == 0
	})
	return facts, raws
}

// theRelics: what old boxes held and could say is at the centre (I1).
func (s *site) theRelics() error {
	for _, r := range s.relics {
		if lacks := r.lacks(); lacks != "" {
			return fmt.Errorf("I1 box %s turned up and told all it held, and the centre does not have %s", r.node, lacks)
		}
	}
	return nil
}

// vouch is a person who sees that a centre that was put back does not know of this box any more, when the site is another
// box's again, and names it; or that it lacks what was brought before.
func (r *relic) vouch() {
	w, c := r.s.w, r.s.w.centre
	w.after(w.between(5*time.Second, 20*time.Second), r.vouch)
	if !c.up || c.restores == 0 || c.knew(r.s.id, r.node) {
		return
	}
	if b, err := c.clerk.BoxesOf(context.Background(), r.s.id); err != nil || slices.Contains(b.Former, r.node) {
		if r.byHand && r.told && r.lacks() != "" {
			r.told = false
			r.bring()
		}
		return
	}
	c.do(func() {
		if err := c.clerk.Held(context.Background(), r.s.id, r.node, "olga", "it stood there"); err == nil {
			w.say("centre", "is told that box %s held %s", r.node, r.s.id)
		}
	})
}

// owing is an old box that has not told all it holds yet.
func (s *site) owing() *relic {
	i := slices.IndexFunc(s.relics, func(r *relic) bool { return !r.told || s.w.centre.restores > 0 && r.lacks() != "" })
	if i < 0 {
		return nil
	}
	return s.relics[i]
}
