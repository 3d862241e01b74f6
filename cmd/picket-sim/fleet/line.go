package fleet

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/sync/linktest"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// What stands here is the stepped form of what sync/uplink and the daemon's wiring do with goroutines: the journal
// shown as a log, the engine's effects carried out, the centre's records put through the node.

// outbox shows the journal to the engine.
type outbox struct {
	f *journal.Mem
	w *world
}

func (o outbox) Head() wire.Position {
	p := o.f.Head()
	return wire.Position{Log: wire.LogID(p.Log), Seq: wire.Seq(p.Seq), Hash: wire.Hash(p.Hash)}
}

func (o outbox) First() wire.Seq { return wire.Seq(o.f.First()) }

func (o outbox) HashAt(seq wire.Seq) (wire.Hash, bool) {
	h, err := o.f.HashAt(uint64(seq))
	return wire.Hash(h), err == nil
}

var errEnough = errors.New("enough")

func (o outbox) Read(from wire.Seq, most, bytes int) (out []wire.Entry, err error) {
	if from < o.First() {
		o.w.fail("I8", "records from %d on are to be sent, and those before %d were trimmed", from, o.First())
	}
	_, err = o.f.Read(uint64(from), most, func(_ uint64, raw []byte) error {
		if bytes -= len(raw); bytes < 0 && len(out) > 0 {
			return errEnough
		}
		out = append(out, wire.Entry{Raw: raw})
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

const (
	appliedCursor = "uplink.applied"
	stableCursor  = "uplink.stable"
)

// remember reads the marks of an earlier life.
func (s *site) remember() error {
	s.marks = uplink.Marks{}
	c, ok := s.file.Cursor(appliedCursor)
	if !ok {
		return nil
	}
	return json.Unmarshal(c.Data, &s.marks)
}

func uponOf(u floor.Upon) *wire.Upon {
	if u.Seq == 0 {
		return nil
	}
	return &wire.Upon{Gen: wire.Generation(u.Gen), Pos: wire.Pos(u.Pos), Seq: wire.Seq(u.Seq)}
}

// startLine makes the engine from what the file knows of the centre, and dials.
func (s *site) startLine() error {
	w := s.w
	if err := s.remember(); err != nil {
		return err
	}
	st := reconcile.SiteState{Epoch: s.marks.Epoch, Acked: s.marks.Acked, Stable: s.marks.Stable, Gen: s.marks.Gen, Pos: s.marks.Pos, FeedGen: s.marks.FeedGen}
	known, open := s.board.Recovery()
	if known.Gen == string(st.Gen) || st.Gen == "" {
		st.Gen, st.Pos = wire.Generation(known.Gen), max(st.Pos, wire.Pos(known.Pos))
	}
	if open || s.restored {
		st.Mode = wire.ModeRecovering
	}
	st.Epoch, st.Restated = max(st.Epoch, s.epoch), wire.Seq(s.board.Restated())
	st.Upon = uponOf(s.board.Upon())
	if w.mix.Portray > 0 {
		st.Snap = s.album.held()
	}
	var parents []wire.LogID
	for _, k := range s.file.Forks() {
		parents = append(parents, wire.LogID(k.Parent.Log))
	}
	if feed := s.board.Feed(); feed.Seq > 0 {
		hash, err := hex.DecodeString(feed.Hash)
		if err != nil || len(hash) != len(wire.Hash{}) {
			return fmt.Errorf("the feed's hash %q is none", feed.Hash)
		}
		st.Feed = wire.FeedMark{Lineage: wire.Lineage(feed.Lineage), Seq: wire.Seq(feed.Seq), Hash: wire.Hash(hash)}
	}
	s.engine = reconcile.NewSite(reconcile.SiteConfig{Node: s.nodeID, SW: "sim", Log: outbox{s.file, w}, Parents: parents, Forks: func() []wire.ForkAt { return forksOf(s.file.Forks()) }, Timing: w.mix.Timing,
		Rand: w.rng.Float64, Nonce: func() wire.Nonce { return wire.Nonce(w.id("nonce")) }}, st)
	s.later(w.between(10*time.Millisecond, time.Second), s.dial)
	return nil
}

// dial is the connection coming up.
func (s *site) dial() {
	s.w.net.Attach(s.w.now, s.client(), wire.SiteFilters(tenant, wire.SiteID(s.id))...)
	s.linked = true
	s.w.say(s.tag("site"), "the line is up")
	s.presence(true)
	s.step(reconcile.LinkUp{})
}

func (s *site) presence(online bool) {
	head := s.file.Head()
	st := &wire.State{Boot: uint64(s.life)}
	if online {
		st = &wire.State{Online: true, Boot: uint64(s.life), Node: s.nodeID, Log: wire.LogID(head.Log), Head: wire.Seq(head.Seq), SW: "sim"}
	}
	payload, err := wire.Encode(st)
	if err != nil {
		s.w.fail("P5", "presence: %v", err)
		return
	}
	if online {
		s.w.send(s.client(), s.topic(wire.ChannelState), payload, true)
	} else {
		s.w.net.Will(s.w.now, s.topic(wire.ChannelState), payload, true)
	}
}

// lineLost is the broker having gone away.
func (s *site) lineLost() {
	if !s.linked {
		return
	}
	s.linked = false
	s.do(func() {
		s.step(reconcile.LinkDown{})
		s.later(s.w.between(50*time.Millisecond, 4*time.Second), s.dial)
	})
}

// hangUp is the line of a process that died; the broker notices after a while.
func (s *site) hangUp() {
	if !s.linked {
		return
	}
	s.linked = false
	s.w.net.Detach(s.client())
	s.w.after(s.w.between(0, 20*time.Second), func() { s.presence(false) })
}

func (s *site) topic(ch wire.Channel) string {
	return wire.Topic{Tenant: tenant, Site: wire.SiteID(s.id), Dir: wire.Up, Channel: ch}.String()
}

func (s *site) next() time.Time {
	if !s.up {
		return time.Time{}
	}
	return s.engine.Next()
}

func (s *site) tick() { s.do(func() { s.step(reconcile.Tick{}) }) }

// heard is a message that arrived.
func (s *site) heard(d linktest.Delivery) {
	s.do(func() {
		if d.Topic == wire.CentreState(tenant) {
			if m, err := wire.Decode(d.Payload); err == nil {
				if st, ok := m.(*wire.State); ok {
					s.step(reconcile.CentreSeen{State: *st})
				}
			}
			return
		}
		t, err := wire.ParseTopic(d.Topic)
		if err != nil || t.Dir != wire.Down || d.Retained {
			return
		}
		s.step(reconcile.Received{Channel: t.Channel, Payload: d.Payload})
	})
}

func (s *site) step(in reconcile.Event) {
	out := s.engine.Step(s.w.now, in)
	s.bounded()
	s.carry(out)
}

func (s *site) carry(effects []reconcile.Effect) {
	w := s.w
	for _, e := range effects {
		switch e := e.(type) {
		case reconcile.Publish:
			w.say(s.tag("site"), "sends %s, %d bytes", e.Channel, len(e.Payload))
			w.send(s.client(), s.topic(e.Channel), e.Payload, false)
		case reconcile.Apply:
			s.later(w.between(time.Millisecond, 15*time.Millisecond), func() { s.step(s.receive(e)) })
		case reconcile.Take:
			s.later(w.between(time.Millisecond, 15*time.Millisecond), func() { s.step(s.takeBack(e)) })
		case reconcile.Stage:
			s.later(w.between(time.Millisecond, 15*time.Millisecond), func() { s.step(s.stage(e)) })
		case reconcile.Restate:
			s.later(w.between(time.Millisecond, 15*time.Millisecond), func() { s.step(s.restate()) })
		case reconcile.Acked:
			s.acked(e)
		case reconcile.Opened:
			s.marks.Epoch = e.Epoch
			w.say(s.tag("site"), "session %s", e.Session)
		case reconcile.Closed:
			w.say(s.tag("site"), "session closed: %s", e.Cause)
		case reconcile.Trouble:
			s.trouble(e)
		case reconcile.Dropped:
			w.say(s.tag("site"), "drops %s: %s", e.Channel, e.Why)
		}
		s.mortal("between two effects of the line")
	}
}

// trouble: in this world nobody is restored or replaced, so most trouble is a broken promise.
func (s *site) trouble(t reconcile.Trouble) {
	s.w.say(s.tag("site"), "trouble %q %s", t.Code, t.Reason)
	switch t.Code {
	case "", reconcile.TroubleApply:
	case reconcile.TroubleRejected:
		if !strings.HasPrefix(t.Reason, string(wire.RejectUnknownSite)) { // said before the master data are in; it ends by itself
			s.w.fail("P5", "the centre rejects the site: %s", t.Reason)
		}
	case reconcile.TroubleFenced:
		s.fenced(t.Reason)
	case reconcile.TroubleRestate:
		if s.w.centre.restores == 0 {
			s.w.fail("P5", "the site's line reports %s: %s", t.Code, t.Reason)
		}
	case reconcile.TroubleImport, reconcile.TroubleLostData, reconcile.TroubleFork:
		if s.restores == 0 && s.w.centre.restores == 0 {
			s.w.fail("P5", "the site's line reports %s: %s", t.Code, t.Reason)
		}
	case reconcile.TroubleBlocked:
		if older(s.w.seed) == nil && behind(s.w.seed) == nil {
			s.w.fail("P5", "the site's line reports %s: %s", t.Code, t.Reason)
		}
	default:
		s.w.fail("P5", "the site's line reports %s: %s", t.Code, t.Reason)
	}
}

// acked keeps the marks, lazily, and tells who wants to know.
func (s *site) acked(e reconcile.Acked) {
	s.marks.Acked, s.marks.Stable = e.Acked, e.Stable
	s.marks.Learn(e.Gen, e.Pos)
	s.marks.FeedGen = e.Gen
	data, err := json.Marshal(s.marks)
	if err == nil {
		err = s.file.SetCursor(journal.Cursor{Name: appliedCursor, Seq: uint64(e.Acked), Hold: true, Data: data})
	}
	if err == nil {
		err = s.file.SetCursor(journal.Cursor{Name: stableCursor, Seq: uint64(e.Stable), Hold: true})
	}
	if err != nil {
		s.w.fail("P5", "the marks of the line: %v", err)
	}
	s.node.Stable(floor.Seq(e.Stable))
	s.node.Heard()
	s.board.SetLink(view.LinkState{Up: s.linked, Acked: floor.Seq(e.Acked), Stable: floor.Seq(e.Stable)})
	s.ledger.acked(e)
}

// receive puts the centre's records through the node, with their cursor in the same commit.
func (s *site) receive(d reconcile.Apply) reconcile.Applied {
	lineage, err := wire.ParseLineage(d.Log)
	if err != nil {
		return reconcile.Applied{Err: err}
	}
	done := reconcile.Applied{UpTo: d.Records[0].Seq - 1}
	var subs []node.Submission
	for _, r := range d.Records {
		if peek, err := wire.Peek(r.Raw); err == nil && slices.Contains(s.w.mix.Behind, peek.Type) {
			done.Blocked = &wire.Blocked{Seq: r.Seq, Type: peek.Type}
			s.w.say(s.tag("site"), "waits before record %d of the feed, %s", r.Seq, peek.Type)
			break
		}
		c, m, err := floor.DecodeFeed(r.Raw)
		if err != nil {
			s.w.fail("P5", "a record of the feed cannot be read: %v", err)
			return reconcile.Applied{UpTo: done.UpTo, Err: err}
		}
		m.Down = &floor.Down{Lineage: uint64(lineage), Seq: uint64(r.Seq), Hash: hex.EncodeToString(r.Hash[:])}
		subs = append(subs, node.Submission{Meta: m, Command: c, Rows: rows(c, d.PII)})
	}
	for i, r := range s.commit(subs) {
		if r.Err != nil {
			done.Err, done.Blocked = r.Err, nil
			return done
		}
		done.UpTo = d.Records[i].Seq
	}
	return done
}

// rows are the side rows a command names.
func rows(c floor.Command, side []wire.Sealed) (out []journal.Row) {
	named := floor.RowsOf(c)
	for _, r := range side {
		if slices.ContainsFunc(named, func(n floor.RowNamed) bool { return n.Ref == r.Ref }) {
			kind, key := cutRef(r.Ref)
			out = append(out, journal.Row{Kind: kind, Key: []byte(key), Value: r.Sealed})
		}
	}
	return out
}

func cutRef(ref string) (kind, key string) {
	for i := range ref {
		if ref[i] == '/' {
			return ref[:i], ref[i+1:]
		}
	}
	return ref, ""
}

// forksOf is where a journal's log left each log before it.
func forksOf(all []journal.Fork) []wire.ForkAt {
	var out []wire.ForkAt
	for _, k := range all {
		out = append(out, wire.ForkAt{Log: wire.LogID(k.Parent.Log), Seq: wire.Seq(k.Parent.Seq), Hash: wire.Hash(k.Parent.Hash)})
	}
	return out
}
