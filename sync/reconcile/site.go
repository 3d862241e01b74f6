package reconcile

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"picket/sync/wire"
)

func sortSeqs(s []wire.Seq) { slices.Sort(s) }

// SiteConfig is what does not change while a site's process lives.
type SiteConfig struct {
	Node    wire.NodeID
	Parents []wire.LogID         // the logs this one was forked from
	Forks   func() []wire.ForkAt // where it left each of them, oldest first; nil: nobody says
	SW      string               // version of the software, for the operator
	Log     Log
	Timing  Timing
	Rand    func() float64    // uniform in [0, 1): spreads retries
	Nonce   func() wire.Nonce // unguessable, new at each call
	// Tenant and Site say for which topics messages are signed; nobody needs them where nothing is.
	Tenant wire.Tenant
	Site   wire.SiteID
	Key    ed25519.PrivateKey       // nil: nothing is signed
	Centre func() ed25519.PublicKey // asked at each message; nil, or nil from it: nothing is checked
	Codec  *wire.Codec              // nil: its own
}

// SiteState is what the site's file knows of the other side.
type SiteState struct {
	Epoch  wire.Epoch
	Acked  wire.Seq
	Stable wire.Seq
	Gen    wire.Generation
	Pos    wire.Pos
	Feed   wire.FeedMark // the cursor committed with the last records from the centre
	// FeedGen is the centre's life line in whose session Feed was last agreed upon; "" where nobody kept it.
	FeedGen wire.Generation
	Mode    wire.Mode  // "" is normal
	Snap    *wire.Held // pieces of a snapshot that are durable; nil: this site takes none
	// Restated is the first record of the newest complete restatement in the log; 0: there is none.
	Restated wire.Seq
	Upon     *wire.Upon // the snapshot of the centre the log stands upon; nil: none
}

type sitePhase uint8

const (
	siteDown     sitePhase = iota // no link
	siteSpread                    // waits its turn to say hello
	siteGreeting                  // hello1 is out
	siteProving                   // hello2 is out, or waits for the shell's commit
	siteTaking                    // facts of the centre are with the shell
	siteOpen
	siteRefused   // the centre said no; asks again, seldom
	siteOffering  // fenced: the offer of what it holds is out
	siteSalvaging // fenced: what it holds is on its way
)

// Site is the site's end of the protocol.
type Site struct {
	cfg     SiteConfig
	state   SiteState
	s       session
	phase   sitePhase
	nonce   wire.Nonce
	chal    *wire.ChallengeMsg // a challenge that waits until nothing is with the shell
	ask     []wire.Seq
	tries   int
	redo    time.Time // next hello, zero: none is due
	skew    time.Duration
	lastG   wire.Generation // the centre's generation as last seen in its presence
	boot    uint64          // the centre's boot as last seen in its presence
	take    *Take           // facts that are with the shell
	staging staging         // pieces of a snapshot
	telling bool            // the shell restates what the site's past comes to
	log     wire.LogID      // the log while they are
	owes    bool            // the shell recovers and waits to hear that the centre has told all
	why     string          // why the centre fenced this box
	held    wire.Seq        // the centre had the log up to here when this box was replaced
	handed  uint64          // records the centre took from this box since
}

// NewSite makes the site's end. Feed and Acked come from the site's file.
func NewSite(cfg SiteConfig, state SiteState) *Site {
	if state.Mode == "" {
		state.Mode = wire.ModeNormal
	}
	e := &Site{cfg: cfg, state: state, owes: state.Mode == wire.ModeRecovering}
	e.s.init(cfg.Timing, cfg.Codec, wire.NewSigner(wire.Topic{Tenant: cfg.Tenant, Site: cfg.Site, Dir: wire.Up}, cfg.Key), cfg.Rand, cfg.Log, nil)
	e.s.send.acked, e.s.send.stable = state.Acked, state.Stable
	e.s.recv.restart(state.Feed.Position())
	return e
}

// Step takes one event and says what is to be done.
func (e *Site) Step(now time.Time, in Event) []Effect {
	var out []Effect
	e.s.more = false
	switch ev := in.(type) {
	case LinkUp:
		if e.phase == siteOpen {
			out = append(out, Closed{Cause: CauseLinkDown})
		}
		e.tries = 0
		out = e.hello(now, out)
	case LinkDown:
		if e.phase == siteOpen {
			out = append(out, Closed{Cause: CauseLinkDown})
		}
		e.s.close()
		e.phase, e.redo, e.chal = siteDown, time.Time{}, nil
	case Received:
		if e.phase != siteDown {
			e.s.more = ev.More
			out = e.received(now, ev, out)
		}
	case CentreSeen:
		out = e.centreSeen(now, ev.State, out)
	case Applied:
		out = e.applied(now, ev, out)
	case Whole:
		if e.state.Mode == wire.ModeRecovering && !e.owes {
			e.state.Mode = wire.ModeNormal
		}
	case Taken:
		out = e.taken(now, ev, out)
	case Staged:
		out = e.staged(now, ev, out)
	case Restated:
		out = e.restated(now, ev, out)
	case Woke, Tick:
	}
	if e.phase == siteOpen && e.take == nil && e.s.send.tick(now) {
		out = e.lose(now, CauseLost, "", out)
	}
	if e.phase == siteSalvaging {
		if e.s.send.tick(now) {
			e.s.close()
			e.phase, e.redo = siteRefused, now
		} else {
			out = e.handOn(now, out)
		}
	}
	if !e.redo.IsZero() && !now.Before(e.redo) {
		out = e.hello(now, out)
	}
	if e.phase == siteOpen && e.take == nil {
		out = e.s.flow(now, out)
	}
	return out
}

// Next is when Step wants a Tick; zero means never.
func (e *Site) Next() time.Time {
	at := e.redo
	if e.phase == siteOpen && e.take == nil { // while facts are with the shell nothing else goes there
		at = sooner(at, e.s.due())
	}
	if e.phase == siteSalvaging {
		at = sooner(at, e.s.send.due())
	}
	return at
}

// hello starts a handshake anew.
func (e *Site) hello(now time.Time, out []Effect) []Effect {
	if e.phase == siteOpen {
		e.s.close()
	}
	e.phase, e.nonce, e.chal, e.staging.ready = siteGreeting, e.cfg.Nonce(), nil, nil
	e.redo = now.Add(backoff(e.s.t.HelloMin, e.s.t.HelloMax, e.tries, e.cfg.Rand))
	e.tries++
	return e.s.say(out, wire.ChannelHello, &wire.Hello1{
		Node: e.cfg.Node, Epoch: e.state.Epoch, Nonce: e.nonce,
		Schema: wire.Schema{Min: wire.VersionMin, Max: wire.VersionMax}, SW: e.cfg.SW, T: now.UTC(), Key: e.s.mine.Public(),
	})
}

// lose closes the session and says hello again.
func (e *Site) lose(now time.Time, cause Cause, why string, out []Effect) []Effect {
	e.s.close()
	out = append(out, Closed{Cause: cause})
	switch cause {
	case CauseFork:
		out = append(out, Trouble{Code: TroubleFork, Reason: why})
	case CauseLostData:
		// What the site has told it no longer holds: it decides nothing irrevocable from here on.
		e.state.Mode = wire.ModeRecovering
		out = append(out, Trouble{Code: TroubleLostData, Reason: why})
	}
	e.tries = 0
	return e.hello(now, out)
}

func (e *Site) centreSeen(now time.Time, st wire.State, out []Effect) []Effect {
	if !st.Online {
		return out
	}
	known := e.lastG != "" || e.boot != 0
	changed := known && (e.lastG != st.Gen || e.boot != st.Boot)
	changed = changed || e.phase == siteOpen && st.Gen != "" && st.Gen != e.state.Gen
	e.lastG, e.boot = st.Gen, st.Boot
	if !changed || e.phase == siteDown {
		return out
	}
	if e.phase == siteOpen {
		e.s.close()
		out = append(out, Closed{Cause: CauseCentre})
		e.phase, e.chal = siteSpread, nil
	}
	// All sites see this at the same moment: each waits a random while, but none longer than it would
	// have waited anyway.
	e.tries = 0
	e.redo = sooner(e.redo, now.Add(time.Duration(e.cfg.Rand()*float64(max(0, e.s.t.HelloSpread)))))
	return out
}

func (e *Site) received(now time.Time, ev Received, out []Effect) []Effect {
	var cause Cause
	var why string
	e.s.quiet = e.phase != siteOpen
	if e.cfg.Centre != nil {
		if key := e.cfg.Centre(); !key.Equal(e.s.peer.Key()) {
			e.s.peer = wire.NewChecker(wire.Topic{Tenant: e.cfg.Tenant, Site: e.cfg.Site, Dir: wire.Down}, key)
		}
	}
	if ev.Channel == wire.ChannelLog {
		if e.phase != siteOpen {
			return append(out, Dropped{Channel: ev.Channel, Why: "no session stands"})
		}
		out, cause, why = e.s.onLog(now, ev.Payload, out)
		if cause != "" {
			return e.lose(now, cause, why, out)
		}
		return out
	}
	if err := wire.Verify(ev.Payload, ev.Channel, asked(e.s.peer)); err != nil {
		return forged(ev.Channel, err, out)
	}
	m, err := wire.Decode(ev.Payload)
	if err != nil {
		return e.s.unreadable(now, ev.Channel, err, out)
	}
	switch m := m.(type) {
	case *wire.Ack:
		if e.phase == siteSalvaging {
			return e.salvageAck(now, m, out)
		}
		out, cause, why = e.s.onAck(now, m, e.state.Gen, out)
		if cause != "" {
			return e.lose(now, cause, why, out)
		}
		if m.Session == e.s.id {
			e.state.Pos = max(e.state.Pos, m.Pos)
		}
		return out
	case *wire.NoSession:
		if e.phase == siteSalvaging && m.Session == e.s.id {
			e.s.close()
			return e.hello(now, out)
		}
		if e.phase != siteOpen || m.Session != e.s.id {
			return append(out, Dropped{Channel: ev.Channel, Why: "another session"})
		}
		return e.lose(now, CauseNoSess, "", out)
	case *wire.MalformedMsg:
		return append(out, Dropped{Channel: m.Channel, Why: "the other side could not read it", Err: &wire.Malformed{What: m.What, Field: m.Field, Reason: m.Reason}})
	}
	return e.handshake(now, ev.Channel, m, out)
}

// handshake takes the centre's answers. One that is not for the present hello is not for me.
func (e *Site) handshake(now time.Time, ch wire.Channel, m wire.Message, out []Effect) []Effect {
	stale := func(n wire.Nonce) bool {
		return on(RuleNonce) && (n != e.nonce || e.phase != siteGreeting && e.phase != siteProving)
	}
	other := Dropped{Channel: ch, Why: "an answer to another hello"}
	switch m := m.(type) {
	case *wire.ChallengeMsg:
		if stale(m.Nonce) {
			return append(out, other)
		}
		e.skew = now.Sub(m.T)
		e.chal, e.ask = m, m.Ask
		return e.prove(now, out)
	case *wire.Probe:
		if stale(m.Nonce) || e.chal == nil || m.Chal != e.chal.Chal {
			return append(out, other)
		}
		e.ask = m.Seqs
		return e.prove(now, out)
	case *wire.Welcome:
		if stale(m.Nonce) || e.phase != siteProving || e.recvBusy() {
			return append(out, other)
		}
		return e.welcome(now, m, out)
	case *wire.Import:
		if stale(m.Nonce) || e.phase != siteProving || e.chal == nil || e.recvBusy() {
			return append(out, other)
		}
		return e.imported(now, m, out)
	case *wire.Snapshot:
		if stale(m.Nonce) || e.phase != siteProving || e.chal == nil || e.s.recv.busy() || e.take != nil {
			return append(out, other)
		}
		return e.portrayed(now, m, out)
	case *wire.Reject:
		if e.phase == siteOffering && m.Nonce == e.nonce {
			return e.refused(now, TroubleFenced, m.Reason, out)
		}
		if stale(m.Nonce) {
			return append(out, other)
		}
		if m.Code == wire.RejectFenced {
			return e.offer(now, m.Reason, out)
		}
		if m.Code == wire.RejectNeedSnapshot && (e.state.Restated < e.cfg.Log.First() || e.state.Upon != nil && e.state.Restated < e.state.Upon.Seq) && e.phase == siteProving && !e.recvBusy() {
			return e.restate(m.Reason, out)
		}
		return e.refused(now, TroubleRejected, string(m.Code)+": "+m.Reason, out)
	case *wire.Salvage:
		return e.offerTaken(now, m, out)
	}
	return append(out, Dropped{Channel: ch, Why: "not for a site"})
}

// prove sends hello2; not before the shell has answered, since the feed's mark would be out of date.
func (e *Site) prove(now time.Time, out []Effect) []Effect {
	e.phase = siteProving
	if e.recvBusy() {
		return out
	}
	log := e.cfg.Log
	head, first := log.Head(), log.First()
	mark := e.s.recv.applied
	lineage, err := wire.ParseLineage(mark.Log)
	if err != nil {
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "the feed's mark has no lineage", Err: err})
	}
	return e.s.say(out, wire.ChannelHello, &wire.Hello2{
		Nonce: e.nonce, Chal: e.chal.Chal, Log: head.Log, Parents: append([]wire.LogID{}, newest(e.cfg.Parents)...), Forks: e.forks(),
		Head: head.Seq, HeadHash: head.Hash, First: first, Chain: points(log, head.Seq, first, e.ask),
		Gen: e.state.Gen, Pos: e.state.Pos,
		D: wire.FeedMark{Lineage: lineage, Seq: mark.Seq, Hash: mark.Hash}, DGen: e.state.FeedGen,
		Mode: e.state.Mode, Snap: e.pieces(), Restated: min(e.state.Restated, head.Seq), Upon: e.state.Upon,
	})
}

// forks are where the log left its parents.
func (e *Site) forks() []wire.ForkAt {
	if e.cfg.Forks == nil {
		return nil
	}
	return newest(e.cfg.Forks())
}

// newest are as many as a hello2 names: a box that was put back very often would have no session otherwise.
func newest[T any](all []T) []T { return all[max(0, len(all)-wire.MaxParents):] }

// recvBusy: something is with the shell, so the marks are about to move.
func (e *Site) recvBusy() bool {
	return e.s.recv.busy() || e.take != nil || e.staging.out != nil || e.telling
}

// imported hands the centre's facts to the shell. Nothing is said until they are durable.
func (e *Site) imported(now time.Time, m *wire.Import, out []Effect) []Effect {
	t := Take{Gen: e.chal.Gen, To: m.ToPos, Facts: m.Facts, Fork: e.forked(m.Fork), Common: m.Common, More: m.More}
	if t.Fork {
		// What the site has told it no longer holds: it decides nothing irrevocable from here on.
		e.state.Mode = wire.ModeRecovering
		e.owes = true
	}
	e.phase, e.redo, e.chal = siteTaking, time.Time{}, nil
	e.take, e.log = &t, e.cfg.Log.Head().Log
	why := fmt.Sprintf("the centre knows this site up to fact %d; both agree up to record %d", m.ToPos, m.Common)
	return append(out, Trouble{Code: TroubleImport, Reason: why}, t)
}

// forked says whether facts are a lost past. A box that knows that it lost records takes whatever comes before it heard
// all for one: a centre that heard nothing of the box before it sees no fork.
func (e *Site) forked(said bool) bool { return said || e.owes && on(RuleOwes) }

// taken goes on with the handshake behind the commit of the facts.
func (e *Site) taken(now time.Time, ev Taken, out []Effect) []Effect {
	t := e.take
	if e.take = nil; t == nil {
		return out
	}
	if ev.Err != nil {
		out = append(out, Trouble{Code: TroubleApply, Reason: ev.Err.Error()})
		if e.phase == siteTaking {
			e.phase, e.redo = siteRefused, now.Add(e.s.t.ApplyRetry)
		}
		return out // of a session that stands: the next one says it again
	}
	e.state.Pos, e.state.Gen = t.To, t.Gen
	e.owes = e.owes && !t.Told
	if head := e.cfg.Log.Head(); head.Log != e.log {
		e.cfg.Parents = append(slices.Clone(e.cfg.Parents), e.log)
	}
	switch {
	case e.phase == siteTaking:
		e.tries = 0
		return e.hello(now, out)
	case e.phase == siteProving && e.chal != nil:
		return e.prove(now, out)
	}
	return out
}

func (e *Site) welcome(now time.Time, m *wire.Welcome, out []Effect) []Effect {
	head := e.cfg.Log.Head()
	mine := e.s.recv.applied
	d := m.D.Position()
	switch {
	case m.Log != head.Log:
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "a welcome for another log"})
	case m.Resume > head.Seq:
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "a welcome beyond the head"})
	case m.Schema < wire.VersionMin || m.Schema > wire.VersionMax:
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "a welcome in a version not offered"})
	case d.Log == mine.Log && d != mine, d.Log != mine.Log && (d.Seq != 0 || d.Hash != wire.Hash{}):
		return append(out, Dropped{Channel: wire.ChannelHello, Why: "a welcome with a feed mark that is not mine"})
	}
	if d.Log != mine.Log {
		e.s.recv.restart(d)
	}
	e.phase, e.redo, e.tries, e.chal = siteOpen, time.Time{}, 0, nil
	e.state.Epoch, e.state.Gen, e.state.Pos, e.state.FeedGen = m.Epoch, m.Gen, m.Pos, m.Gen
	e.s.open(now, m.Session, m.Resume, min(m.Stable, m.Resume), m.Window)
	if e.owes {
		t := Take{Gen: m.Gen, To: m.Pos, Told: true, Feed: m.Feed}
		e.take, e.log = &t, head.Log
		out = append(out, t)
	}
	return append(out,
		Opened{Session: m.Session, Epoch: m.Epoch, Schema: m.Schema},
		Trouble{},
		Acked{Acked: m.Resume, Stable: e.s.send.stable, Pos: m.Pos, Gen: m.Gen})
}

// refused waits long before the next hello: an operator has to do something.
func (e *Site) refused(now time.Time, code TroubleCode, why string, out []Effect) []Effect {
	e.phase, e.chal = siteRefused, nil
	e.redo = now.Add(e.s.t.HelloMax/2 + time.Duration(e.cfg.Rand()*float64(e.s.t.HelloMax/2)))
	return append(out, Trouble{Code: code, Reason: why})
}

func (e *Site) applied(now time.Time, a Applied, out []Effect) []Effect {
	out = e.s.onApplied(now, a, out)
	if e.phase == siteProving && e.chal != nil {
		out = e.prove(now, out)
	}
	return out
}

// SiteView is what people are shown.
type SiteView struct {
	Open    bool
	Session wire.SessionID
	Head    wire.Seq
	Acked   wire.Seq
	Stable  wire.Seq
	Feed    wire.Seq // newest record from the centre that is committed
	LastAck time.Time

	UnderWay int // batches that were sent and are not acknowledged

	Blocked *wire.Blocked // the own record the centre cannot take
	Stuck   *wire.Blocked // the centre's record this site cannot take
	Mode    wire.Mode
	Skew    time.Duration // own clock minus the centre's, at the last handshake
}

// View shows the engine's state.
func (e *Site) View() SiteView {
	return SiteView{
		Open: e.phase == siteOpen, Session: e.s.id, Head: e.cfg.Log.Head().Seq,
		Acked: e.s.send.acked, Stable: e.s.send.stable, Feed: e.s.recv.applied.Seq,
		LastAck: e.s.send.ackedAt, UnderWay: len(e.s.send.flights), Blocked: e.s.send.blocked, Stuck: e.s.recv.blocked,
		Mode: e.state.Mode, Skew: e.skew,
	}
}
