package reconcile

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"picket/sync/wire"
)

// CentreConfig is what does not change while a centre's process lives.
type CentreConfig struct {
	Gen     wire.Generation
	Feed    Log         // the site's down feed; its Head's Log is the lineage (Lineage.LogID)
	Chain   Chain       // hashes of the site's records held
	Facts   Facts       // what the site told, for one that lost it; nil: a site that did finds no session
	Snaps   Snapshots   // nil: a site that lost much takes fact by fact
	Afresh  func() bool // whether a site that has nothing of the feed gets what should be there in place of all that was ever told; nil: never
	Timing  Timing
	Rand    func() float64        // uniform in [0, 1): spreads retries
	Session func() wire.SessionID // unguessable, new at each call
	Chal    func() wire.Challenge // unguessable, new at each call
	// Tenant and Site say for which topics messages are signed; nobody needs them where nothing is.
	Tenant wire.Tenant
	Site   wire.SiteID
	Key    ed25519.PrivateKey // the centre's; nil: nothing is signed
	// KeyOf is the key that is known of a box, nil where none is; asked at each hello. Without it nothing is checked, and no key is kept.
	KeyOf func(wire.NodeID) (ed25519.PublicKey, error)
	// Has says whether the facts up to a pos are here, as they were counted in a life line; nil: all of any.
	Has func(wire.Generation, wire.Pos) bool
	// Former says whether a box held the site before, so that what it holds is taken over; asked at each offer, for it may be learnt
	// late. nil: none did.
	Former func(wire.NodeID) bool
	// Late says of such a box that it was learnt of behind a restore: the key it had, if it had any, is forgotten as well. nil: of none.
	Late   func(wire.NodeID) bool
	Codec  *wire.Codec // nil: its own; share one among the sites of a goroutine
	Window int         // batches a site may have under way; 0 is 16
}

// CentreState is the site's row at the centre.
type CentreState struct {
	Node    wire.NodeID
	Epoch   wire.Epoch
	Applied wire.Position // Log "" before the first adoption
	Pos     wire.Pos
	// Orphan is the highest pos of a fact that is on no chain any more (it was cut off by a fork, or
	// came by salvage): the site must have imported up to here. 0 when there is none.
	Orphan wire.Pos
	Stable wire.Seq
	Key    ed25519.PublicKey // what is known of Node's; nil: it said none
}

// Centre is the centre's end of the protocol for one site.
type Centre struct {
	cfg   CentreConfig
	state CentreState
	s     session

	hello  *wire.Hello1      // the newest hello1, answered by chal
	by     *wire.Checker     // whoever said it, and answers chal
	first  ed25519.PublicKey // by's, to be kept: none was known of that box; nil: nothing is
	chal   wire.Challenge
	asked  time.Time    // when chal was said
	probed wire.Seq     // the point that was asked for behind it, 0: none
	proof  *wire.Hello2 // waits until nothing is with the shell
	adopt  *adoption    // waits for Adopted

	salvage salvage
}

type adoption struct {
	nonce  wire.Nonce
	effect Adopt
	feed   wire.FeedMark // where the feed goes on
	schema int
	by     *wire.Checker
}

// NewCentre makes the centre's end for a site, from its row.
func NewCentre(cfg CentreConfig, state CentreState) *Centre {
	if cfg.Window == 0 {
		cfg.Window = 16
	}
	e := &Centre{cfg: cfg, state: state}
	e.s.init(cfg.Timing, cfg.Codec, wire.NewSigner(wire.Topic{Tenant: cfg.Tenant, Site: cfg.Site, Dir: wire.Down}, cfg.Key), cfg.Rand, cfg.Feed, cfg.Chain)
	e.s.peer = e.checker(state.Key)
	e.s.recv.restart(state.Applied)
	e.s.recv.pos, e.s.recv.stable = state.Pos, state.Stable
	return e
}

// Step takes one event and says what is to be done.
func (e *Centre) Step(now time.Time, in Event) []Effect {
	var out []Effect
	e.s.more = false
	switch ev := in.(type) {
	case Received:
		e.s.more = ev.More
		out = e.received(now, ev, out)
	case Applied:
		out = e.s.onApplied(now, ev, out)
		if e.proof != nil && !e.salvage.recv.busy() {
			h := e.proof
			e.proof = nil
			out = e.decide(now, h, out)
		}
	case Adopted:
		out = e.adopted(now, ev, out)
	case SalvageStored:
		out = e.salvaged(now, ev, out)
	case HandIn:
		out = e.handIn(ev, out)
	case SalvageStabled:
		e.salvage.recv.stable = max(e.salvage.recv.stable, ev.UpTo)
	case Enrolled:
		out = e.enrolled(ev, out)
	case Keyed:
		e.keyed(ev)
	case Stabled:
		if h, ok := (ownPoints{e}).HashAt(ev.At.Seq); !on(RuleStable) || ok && h == ev.At.Hash {
			e.s.recv.stable = max(e.s.recv.stable, ev.At.Seq)
		}
		e.s.recv.ackAt = sooner(e.s.recv.ackAt, now)
	case LinkDown:
		// The site's next message decides: its session may well outlive the centre's connection.
	case LinkUp, Woke, Tick, CentreSeen:
	}
	if e.s.id != "" && e.s.send.tick(now) {
		out = e.lose(CauseLost, "", out)
	}
	if e.s.id != "" {
		out = e.s.flow(now, out)
	}
	return out
}

// Next is when Step wants a Tick; zero means never.
func (e *Centre) Next() time.Time {
	if e.s.id == "" {
		return time.Time{}
	}
	return e.s.due()
}

// lose closes the session. The centre does not greet: its next message from the site is answered by
// nosession, and the site says hello.
func (e *Centre) lose(cause Cause, why string, out []Effect) []Effect {
	e.s.close()
	out = append(out, Closed{Cause: cause})
	switch cause {
	case CauseFork:
		out = append(out, Trouble{Code: TroubleFork, Reason: why})
	case CauseLostData:
		out = append(out, Trouble{Code: TroubleLostData, Reason: why})
	}
	return out
}

func (e *Centre) received(now time.Time, ev Received, out []Effect) []Effect {
	if ev.Channel == wire.ChannelLog {
		if b, ok := e.ofSalvage(ev.Payload); ok {
			return e.salvageBatch(now, b, out)
		}
		id := e.s.id
		out, cause, why := e.s.onLog(now, ev.Payload, out)
		if cause != "" {
			out = e.lose(cause, why, out)
			// The site has to say hello; it will, when it is told.
			out = e.s.say(out, wire.ChannelAck, &wire.NoSession{Session: id})
		}
		return out
	}
	m, err := wire.Decode(ev.Payload)
	if err != nil {
		return e.s.unreadable(now, ev.Channel, err, out)
	}
	switch m := m.(type) {
	case *wire.Hello1:
		return e.greet(now, m, ev.Payload, out)
	case *wire.Hello2:
		if e.hello == nil || m.Nonce != e.hello.Nonce || m.Chal != e.chal {
			return append(out, Dropped{Channel: ev.Channel, Why: "an answer to another challenge", Unproven: e.s.peer != nil})
		}
		if on(RuleFresh) && now.Sub(e.asked) >= e.s.t.Lost {
			// A machine slept in between, or the answer was under way for hours: it says what the site was, not what it is.
			return append(out, Dropped{Channel: ev.Channel, Why: "an answer to a challenge of long ago", Unproven: true})
		}
		if err := wire.Verify(ev.Payload, ev.Channel, asked(e.by)); err != nil {
			return forged(ev.Channel, err, out)
		}
		e.s.alive = now
		if e.s.recv.busy() || e.salvage.recv.busy() {
			e.proof = m
			return out
		}
		return e.decide(now, m, out)
	case *wire.Offer:
		return e.offered(now, m, ev.Payload, out)
	}
	if err := wire.Verify(ev.Payload, ev.Channel, asked(e.s.peer)); err != nil {
		return forged(ev.Channel, err, out)
	}
	switch m := m.(type) {
	case *wire.Ack:
		id := e.s.id
		out, cause, why := e.s.onAck(now, m, "", out)
		if cause != "" {
			out = e.lose(cause, why, out)
			out = e.s.say(out, wire.ChannelAck, &wire.NoSession{Session: id})
		}
		return out
	case *wire.NoSession:
		if e.s.id == "" || m.Session != e.s.id {
			return append(out, Dropped{Channel: ev.Channel, Why: "another session"})
		}
		return e.lose(CauseNoSess, "", out)
	case *wire.MalformedMsg:
		return append(out, Dropped{Channel: m.Channel, Why: "the other side could not read it", Err: &wire.Malformed{What: m.What, Field: m.Field, Reason: m.Reason}})
	}
	return append(out, Dropped{Channel: ev.Channel, Why: "not for the centre"})
}

// greet answers hello1. The session that stands is not touched: a hello that was delayed for a year
// must not close it.
func (e *Centre) greet(now time.Time, m *wire.Hello1, payload []byte, out []Effect) []Effect {
	by, first, err := e.heard(m)
	if err != nil {
		return append(out, Trouble{Code: TroubleLog, Reason: err.Error()}) // the site says hello again
	}
	if err := wire.Verify(payload, wire.ChannelHello, asked(by)); err != nil {
		return e.unproven(m.Nonce, err, out)
	}
	if e.fenced(m) && on(RuleFence) {
		e.salvage.gone, e.salvage.goneNode, e.salvage.goneBy = m.Nonce, m.Node, by
		return e.s.say(out, wire.ChannelHello, &wire.Reject{Nonce: m.Nonce, Code: wire.RejectFenced,
			Reason: fmt.Sprintf("box %s holds this site with epoch %d", e.state.Node, e.state.Epoch)})
	}
	if m.Schema.Min > wire.VersionMax || m.Schema.Max < wire.VersionMin {
		return e.s.say(out, wire.ChannelHello, &wire.Reject{Nonce: m.Nonce, Code: wire.RejectSchema,
			Reason: fmt.Sprintf("the centre speaks versions %d to %d", wire.VersionMin, wire.VersionMax)})
	}
	if e.adopt != nil {
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "an adoption is being committed"})
	}
	e.hello, e.by, e.first, e.chal, e.asked, e.probed, e.proof = m, by, first, e.cfg.Chal(), now, 0, nil
	ask := make([]wire.Seq, 0, 64)
	for _, p := range points(ownPoints{e}, e.s.recv.applied.Seq, 1, nil) {
		ask = append(ask, p.Seq)
	}
	return e.s.say(out, wire.ChannelHello, &wire.ChallengeMsg{Nonce: m.Nonce, Chal: e.chal, Gen: e.cfg.Gen, Ask: ask, T: now.UTC()})
}

// heard is what a box's words are checked by: the key that is known of it, or, where none is, the one it says here. That
// one is first, and kept with the session that it opens: who has the key is the box from then on.
func (e *Centre) heard(m *wire.Hello1) (by *wire.Checker, first ed25519.PublicKey, err error) {
	if e.cfg.KeyOf == nil {
		return nil, nil, nil
	}
	key, err := e.cfg.KeyOf(m.Node)
	if key == nil || !on(RuleKeyKept) {
		key, first = m.Key, m.Key
	}
	return e.checker(key), first, err
}

func (e *Centre) checker(key ed25519.PublicKey) *wire.Checker {
	return wire.NewChecker(wire.Topic{Tenant: e.cfg.Tenant, Site: e.cfg.Site, Dir: wire.Up}, key)
}

// unproven drops a hello that is not by the box it names, and says so: a box that lost its key, or was put back to a version
// that signs nothing, shows why it has no session. Who says the box's own nonce after it ends no handshake by that.
func (e *Centre) unproven(n wire.Nonce, err error, out []Effect) []Effect {
	out = forged(wire.ChannelHello, err, out)
	if e.hello != nil && e.hello.Nonce == n {
		return out
	}
	return e.s.say(out, wire.ChannelHello, &wire.Reject{Nonce: n, Code: wire.RejectSignature, Reason: clip(err.Error())})
}

// Keyed tells the centre's end that a box's key is another one from here on, as it was said with an enrolment (centre's end
// only): nil, that it signs nothing. It is durable.
type Keyed struct {
	Node wire.NodeID
	Key  ed25519.PublicKey
}

func (Keyed) event() {}

func (e *Centre) keyed(ev Keyed) {
	by := e.checker(ev.Key)
	if ev.Node == e.state.Node {
		e.s.peer = by
	}
	if v := &e.salvage; ev.Node == v.node {
		v.by = by
	}
	if v := &e.salvage; ev.Node == v.goneNode {
		v.goneBy = by
	}
	if e.hello != nil && e.hello.Node == ev.Node {
		e.hello, e.chal, e.proof = nil, "", nil
	}
}

// fenced says whether another box holds the site. It holds it because the centre enrolled it, or, while none was
// ever enrolled, because it was there first: an epoch that a stranger claims is none. A box that lost its epoch but
// not its node id is itself.
func (e *Centre) fenced(m *wire.Hello1) bool {
	if e.state.Node == "" {
		return false
	}
	if m.Node == e.state.Node {
		return m.Epoch != 0 && m.Epoch < e.state.Epoch
	}
	return on(RuleGranted) || m.Epoch <= e.state.Epoch
}

// ownPoints knows the hash at the cursor even when the chain index is slow to show it.
type ownPoints struct{ e *Centre }

func (o ownPoints) HashAt(seq wire.Seq) (wire.Hash, bool) {
	at := o.e.s.recv.applied
	switch {
	case seq == 0:
		return wire.Hash{}, true
	case seq == at.Seq:
		return at.Hash, true
	case seq > at.Seq || o.e.cfg.Chain == nil:
		return wire.Hash{}, false
	}
	return o.e.cfg.Chain.HashAt(seq)
}

// common is the highest seq on which both chains are known to agree, and whether the site told a hash
// at the cursor (or has none there).
func (e *Centre) common(h *wire.Hello2) (f wire.Seq, sure bool) {
	own, applied := ownPoints{e}, e.s.recv.applied.Seq
	sure = applied == 0 || h.Head < applied
	look := func(p wire.Point) {
		if p.Seq == applied {
			sure = true
		}
		if mine, ok := own.HashAt(p.Seq); ok && mine == p.Hash && p.Seq > f {
			f = p.Seq
		}
	}
	for _, p := range h.Chain {
		look(p)
	}
	look(wire.Point{Seq: h.Head, Hash: h.HeadHash})
	return f, sure
}

// decide takes a hello2 whose nonce and challenge are the current ones, in the order of SYNC 1.7.4.
func (e *Centre) decide(now time.Time, h *wire.Hello2, out []Effect) []Effect {
	hello := e.hello
	applied := e.s.recv.applied
	f, sure := e.common(h)
	if !sure && !e.dropped(h) && e.probed != applied.Seq {
		e.probed = applied.Seq
		return e.s.say(out, wire.ChannelHello, &wire.Probe{Nonce: h.Nonce, Chal: h.Chal, Seqs: []wire.Seq{applied.Seq}})
	}
	if !sure && !e.dropped(h) && h.First <= applied.Seq+1 {
		// A second copy of what was said before the point was asked for: by it the two chains would seem to part sooner than they do.
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "an answer without the point that was asked for"})
	}
	if on(RuleChallenge) {
		e.hello, e.chal = nil, ""
	}
	if e.dropped(h) {
		f = applied.Seq // where the site has no hash any more, its log is taken for the one it was
	}
	need := e.state.Orphan
	if f < applied.Seq {
		need = e.s.recv.pos
	}
	knows := h.Pos
	if h.Gen != e.cfg.Gen {
		knows = 0
	}
	fork := f < applied.Seq
	if on(RuleKnown) && (knows < need || fork && h.Log == applied.Log) {
		return e.impart(h, knows, fork, f, out)
	}
	a := &adoption{nonce: h.Nonce, schema: min(hello.Schema.Max, wire.VersionMax), by: e.by,
		effect: Adopt{Node: hello.Node, Key: e.first, Epoch: max(1, hello.Epoch, e.state.Epoch), Log: h.Log, CutTo: f, Head: h.Head, Feed: h.D, FeedGen: h.DGen, Forks: h.Forks}}
	if h.First > f+1 {
		to, known := pointAt(h, h.First-1)
		if on(RuleRestated) && h.Restated < h.First || !known {
			return e.s.say(out, wire.ChannelHello, &wire.Reject{Nonce: h.Nonce, Code: wire.RejectNeedSnapshot,
				Reason: fmt.Sprintf("the centre holds the log up to %d, the site keeps it from %d", f, h.First)})
		}
		a.effect.Past = to
	}
	if e.lacks(h) { // asked behind the import: what the site restates has to hold what it was told
		if h.Restated < h.Upon.Seq {
			return e.s.say(out, wire.ChannelHello, &wire.Reject{Nonce: h.Nonce, Code: wire.RejectNeedSnapshot,
				Reason: fmt.Sprintf("the site stands upon %d facts the centre does not have any more", h.Upon.Pos)})
		}
		if h.Restated > max(f, a.effect.Past.Seq) { // else it is here, or on its way
			a.effect.Upon = h.Upon
		}
	}
	a.feed, a.effect.Reissue, a.effect.Afresh = e.feedFrom(h.D)
	// The session that stood ends here: nothing of it may reach the shell while the cursor is moved.
	if e.s.id != "" {
		e.s.close()
		out = append(out, Closed{Cause: CauseReplaced})
	}
	e.adopt = a
	return append(out, a.effect)
}

// lacks says that the site stands upon a snapshot of facts that a centre put back since does not have.
func (e *Centre) lacks(h *wire.Hello2) bool {
	return h.Upon != nil && e.cfg.Has != nil && on(RuleUpon) && !e.cfg.Has(h.Upon.Gen, h.Upon.Pos)
}

// dropped says that the site keeps its log only from beyond the cursor, so that it cannot show what it was before: a
// centre that was put back to before what it had called stable.
func (e *Centre) dropped(h *wire.Hello2) bool {
	at := e.s.recv.applied
	return h.First > at.Seq+1 && (at.Seq == 0 || h.Log == at.Log || slices.Contains(h.Parents, at.Log))
}

func pointAt(h *wire.Hello2, seq wire.Seq) (wire.Position, bool) {
	for _, p := range h.Chain {
		if p.Seq == seq {
			return wire.Position{Log: h.Log, Seq: seq, Hash: p.Hash}, true
		}
	}
	return wire.Position{Log: h.Log, Seq: seq, Hash: h.HeadHash}, seq == h.Head
}

// impart tells a site facts it may have lost, a message full at a time.
func (e *Centre) impart(h *wire.Hello2, knows wire.Pos, fork bool, common wire.Seq, out []Effect) []Effect {
	if out, done := e.portray(h, knows, fork, common, out); done {
		return out
	}
	m := &wire.Import{Nonce: h.Nonce, Fork: fork, Common: common, ToPos: e.s.recv.pos, Facts: []wire.Fact{}}
	if e.cfg.Facts != nil && knows < m.ToPos {
		facts, upTo, err := e.cfg.Facts.Known(knows, common, wire.MaxRecords, importBytes)
		if err != nil {
			return append(out, Trouble{Code: TroubleLog, Reason: err.Error()}) // the site says hello again
		}
		m.Facts = append(m.Facts, facts...)
		m.More = upTo < m.ToPos
		m.ToPos = upTo
	}
	return e.s.say(out, wire.ChannelHello, m)
}

// importBytes of records go into one message, or a single larger one: base64 makes four bytes of three.
const importBytes = 56 << 10

// feedFrom says where the down feed goes on, or the lineage under which it has to be issued anew; afresh, only because the
// site has nothing of it and all that was ever told is not worth telling.
func (e *Centre) feedFrom(site wire.FeedMark) (from wire.FeedMark, reissue wire.Lineage, afresh bool) {
	head := e.cfg.Feed.Head()
	mine, err := wire.ParseLineage(head.Log)
	if err != nil {
		mine = 0
	}
	anew := func(l wire.Lineage) (wire.FeedMark, wire.Lineage, bool) { return wire.FeedMark{Lineage: l}, l, false }
	switch {
	case mine == 0, site.Lineage > mine:
		return anew(max(mine, site.Lineage) + 1)
	case site.Lineage < mine:
		if e.cfg.Feed.First() > 1 {
			return anew(mine + 1)
		}
		if e.cfg.Afresh != nil && e.cfg.Afresh() {
			return wire.FeedMark{Lineage: mine + 1}, mine + 1, true
		}
		return wire.FeedMark{Lineage: mine}, 0, false
	}
	if h, ok := e.cfg.Feed.HashAt(site.Seq); !ok || h != site.Hash || site.Seq > head.Seq || e.cfg.Feed.First() > site.Seq+1 {
		return anew(mine + 1)
	}
	return site, 0, false
}

// adopted opens the session behind the commit.
func (e *Centre) adopted(now time.Time, ev Adopted, out []Effect) []Effect {
	a := e.adopt
	e.adopt = nil
	if a == nil {
		return out
	}
	if ev.Err != nil {
		return append(out, Trouble{Code: TroubleApply, Reason: ev.Err.Error()}) // the site says hello again
	}
	at := wire.Position{Log: a.effect.Log, Seq: a.effect.CutTo}
	at.Hash, _ = ownPoints{e}.HashAt(at.Seq) // f was found by this very hash
	if a.effect.Past.Seq > 0 {
		at = a.effect.Past
	}
	if a.effect.CutTo < e.s.recv.applied.Seq {
		e.state.Orphan = e.s.recv.pos
		if on(RuleStable) { // what follows here is in no backup yet, whatever its number
			e.s.recv.stable = min(e.s.recv.stable, a.effect.CutTo)
		}
	}
	e.s.recv.restart(at)
	e.state.Node, e.state.Epoch, e.s.peer = a.effect.Node, a.effect.Epoch, a.by
	id := e.cfg.Session()
	e.s.open(now, id, a.feed.Seq, 0, e.cfg.Window)
	out = append(out, Opened{Session: id, Epoch: a.effect.Epoch, Schema: a.schema}, Trouble{})
	return e.s.say(out, wire.ChannelHello, &wire.Welcome{Nonce: a.nonce, Session: id, Epoch: a.effect.Epoch,
		Log: at.Log, Resume: at.Seq, Pos: e.s.recv.pos, Gen: e.cfg.Gen, Stable: min(e.s.recv.stable, at.Seq),
		D: a.feed, Feed: e.s.send.log.Head().Seq, Window: e.cfg.Window, Schema: a.schema})
}

// CentreView is what people are shown.
type CentreView struct {
	Open     bool
	Session  wire.SessionID
	Node     wire.NodeID
	Epoch    wire.Epoch
	Applied  wire.Position // of the site's log
	Pos      wire.Pos
	FeedHead wire.Seq
	FeedAck  wire.Seq
	LastAck  time.Time
	Heard    time.Time     // when the box that holds the site last said what it cannot have said before; zero: not yet
	Blocked  *wire.Blocked // the feed's record the site cannot take
	Stuck    *wire.Blocked // the site's record the centre cannot take
}

// View shows the engine's state.
func (e *Centre) View() CentreView {
	return CentreView{
		Open: e.s.id != "", Session: e.s.id, Node: e.state.Node, Epoch: e.state.Epoch, Applied: e.s.recv.applied, Pos: e.s.recv.pos,
		FeedHead: e.cfg.Feed.Head().Seq, FeedAck: e.s.send.acked, LastAck: e.s.send.ackedAt, Heard: e.s.alive,
		Blocked: e.s.send.blocked, Stuck: e.s.recv.blocked,
	}
}
