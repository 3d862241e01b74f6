package reconcile

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"picket/sync/linktest"
	"picket/sync/wire"
)

// memLog is a durable log in memory.
type memLog struct {
	id     wire.LogID
	raws   []wire.Entry
	hashes []wire.Hash // hashes[i] is after seq i
}

func newLog(id wire.LogID) *memLog { return &memLog{id: id, hashes: make([]wire.Hash, 1)} }

func (l *memLog) append(id, typ string) {
	seq := len(l.raws) + 1
	raw := []byte(fmt.Sprintf(`{"specversion":"1.0","id":%q,"type":%q,"seq":%d,"data":{"n":%d}}`, id, typ, seq, seq))
	e := wire.Entry{Raw: raw}
	if seq%7 == 0 {
		e.PII = []wire.Sealed{{Ref: "pii/" + id, Sealed: []byte("sealed " + id)}}
	}
	l.raws = append(l.raws, e)
	l.hashes = append(l.hashes, wire.Chain(l.hashes[seq-1], raw))
}

func (l *memLog) Head() wire.Position {
	n := len(l.raws)
	return wire.Position{Log: l.id, Seq: wire.Seq(n), Hash: l.hashes[n]}
}
func (l *memLog) First() wire.Seq { return 1 }
func (l *memLog) HashAt(seq wire.Seq) (wire.Hash, bool) {
	if int(seq) >= len(l.hashes) {
		return wire.Hash{}, false
	}
	return l.hashes[seq], true
}
func (l *memLog) Read(from wire.Seq, most, bytes int) ([]wire.Entry, error) {
	var out []wire.Entry
	for i := int(from) - 1; i < len(l.raws) && len(out) < most; i++ {
		if bytes -= len(l.raws[i].Raw); bytes < 0 && len(out) > 0 {
			break
		}
		out = append(out, l.raws[i])
	}
	return out, nil
}

// inbox is the durable receiving half of a shell: records once each, in order, with the cursor.
type inbox struct {
	cursor  wire.Position
	raws    []string // in order of commit, new ids only
	ids     map[string]bool
	hashes  map[wire.Seq]wire.Hash
	pii     map[string]string
	at      map[string]wire.Seq // of each record on the chain, by id
	applies int
}

func newInbox(log wire.LogID) *inbox {
	return &inbox{cursor: wire.Position{Log: log}, ids: map[string]bool{}, hashes: map[wire.Seq]wire.Hash{}, pii: map[string]string{}, at: map[string]wire.Seq{}}
}

func (b *inbox) clone() *inbox {
	out := *b
	out.raws = slices.Clone(b.raws)
	out.ids, out.hashes, out.pii, out.at = maps.Clone(b.ids), maps.Clone(b.hashes), maps.Clone(b.pii), maps.Clone(b.at)
	return &out
}

// cut forgets the chain behind a record; the records stay.
func (b *inbox) cut(to wire.Seq) {
	maps.DeleteFunc(b.hashes, func(seq wire.Seq, _ wire.Hash) bool { return seq > to })
	maps.DeleteFunc(b.at, func(_ string, seq wire.Seq) bool { return seq > to })
}

// Known is what the centre tells a site that lost records.
func (b *inbox) Known(after wire.Pos, common wire.Seq, most, bytes int) (facts []wire.Fact, upTo wire.Pos, err error) {
	upTo = after
	for i := int(after); i < len(b.raws); i++ {
		g, err := wire.Peek([]byte(b.raws[i]))
		if err != nil {
			return nil, 0, err
		}
		if seq, ok := b.at[g.ID]; !ok || seq > common {
			if len(facts) > 0 && (len(facts) >= most || bytes < len(b.raws[i])) {
				return facts, upTo, nil
			}
			bytes -= len(b.raws[i])
			facts = append(facts, wire.Fact{Pos: wire.Pos(i + 1), Raw: []byte(b.raws[i])})
		}
		upTo = wire.Pos(i + 1)
	}
	return facts, upTo, nil
}

func (b *inbox) HashAt(seq wire.Seq) (wire.Hash, bool) {
	h, ok := b.hashes[seq]
	return h, ok || seq == 0
}

func (b *inbox) commit(a Apply, upto int) error {
	b.applies++
	if a.Log != b.cursor.Log {
		if a.Records[0].Seq != 1 {
			return fmt.Errorf("log %s begins at %d", a.Log, a.Records[0].Seq)
		}
		b.cursor = wire.Position{Log: a.Log}
	}
	for _, r := range a.Records[:upto] {
		if r.Seq != b.cursor.Seq+1 {
			return fmt.Errorf("record %d after %d", r.Seq, b.cursor.Seq)
		}
		if h := wire.Chain(b.cursor.Hash, r.Raw); h != r.Hash {
			return fmt.Errorf("record %d comes with a hash that is not its own", r.Seq)
		}
		g, err := wire.Peek(r.Raw)
		if err != nil {
			return err
		}
		b.cursor.Seq, b.cursor.Hash = r.Seq, r.Hash
		b.hashes[r.Seq], b.at[g.ID] = r.Hash, r.Seq
		if !b.ids[g.ID] {
			b.ids[g.ID] = true
			b.raws = append(b.raws, string(r.Raw))
		}
	}
	for _, p := range a.PII {
		b.pii[p.Ref] = string(p.Sealed)
	}
	return nil
}

// pending is a commit under way.
type pending struct {
	at   time.Time
	done func() []Effect
}

// world is one site, the centre, and a bad line between them, in virtual time.
type world struct {
	rng  *rand.Rand
	now  time.Time
	net  *linktest.Net
	log  []string // the transcript
	fail error    // the first broken promise

	site       *Site
	siteLog    *memLog
	siteIn     *inbox
	siteState  SiteState
	siteWork   *pending
	imported   map[string]bool // facts the site took from the centre, by id
	saved      *backup
	taken      wire.Seq // of the feed, at most, by a file that is no more
	centre     *Centre
	feed       *memLog
	centreIn   *inbox
	centreRow  CentreState
	centreWork *pending
	gen        wire.Generation

	snaps  int       // facts that are told one by one at most, where it is given
	staged wire.Held // pieces of a snapshot at the site
	pieces []byte    // and their bytes
	swaps  int

	timing     Timing
	commitFail float64
	slow       time.Duration // longest commit
	trouble    map[TroubleCode]int
	drops      map[string]int
	ids        int
}

const (
	testTenant = wire.Tenant("acme")
	testSite   = wire.SiteID("s1")
)

func newWorld(seed uint64, f linktest.Faults) *world {
	w := &world{
		rng: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
		net: linktest.NewNet(seed, f), siteLog: newLog("SITELOG1"), siteIn: newInbox("0"),
		feed: newLog("1"), centreIn: newInbox(""), gen: "GEN1",
		imported: map[string]bool{}, trouble: map[TroubleCode]int{}, drops: map[string]int{}, slow: 20 * time.Millisecond,
	}
	w.startCentre()
	w.startSite()
	return w
}

// backup is a site's file at one moment.
type backup struct {
	log      memLog
	in       *inbox
	state    SiteState
	imported map[string]bool
}

func (w *world) backUp() {
	w.saved = &backup{memLog{w.siteLog.id, slices.Clone(w.siteLog.raws), slices.Clone(w.siteLog.hashes)}, w.siteIn.clone(), w.siteState, maps.Clone(w.imported)}
}

// restoreSite puts an old file in the place of the site's own.
func (w *world) restoreSite() {
	if b := w.saved; b != nil {
		w.taken = max(w.taken, w.siteIn.cursor.Seq)
		*w.siteLog = memLog{b.log.id, slices.Clone(b.log.raws), slices.Clone(b.log.hashes)}
		w.siteIn, w.siteState, w.imported = b.in.clone(), b.state, maps.Clone(b.imported)
		w.startSite()
	}
}

func (w *world) id(prefix string) string { w.ids++; return fmt.Sprintf("%s%d", prefix, w.ids) }

func (w *world) startSite() {
	lineage, _ := wire.ParseLineage(w.siteIn.cursor.Log)
	w.siteState.Feed = wire.FeedMark{Lineage: lineage, Seq: w.siteIn.cursor.Seq, Hash: w.siteIn.cursor.Hash}
	w.siteWork = nil
	if w.snaps > 0 {
		held := w.staged
		w.siteState.Snap = &held
	}
	w.site = NewSite(SiteConfig{Node: "NODE1", SW: "test", Log: w.siteLog, Timing: w.timing, Rand: w.rng.Float64,
		Nonce: func() wire.Nonce { return wire.Nonce(w.id("n")) }}, w.siteState)
	w.net.Attach(w.now, "site", wire.SiteFilters(testTenant, testSite)...)
	w.runSite(w.site.Step(w.now, LinkUp{}))
}

func (w *world) startCentre() {
	w.centreRow.Applied = w.centreIn.cursor
	w.centreWork = nil
	w.centre = NewCentre(CentreConfig{Gen: w.gen, Snaps: snaps{w}, Feed: w.feed, Chain: w.centreIn, Facts: w.centreIn, Timing: w.timing, Rand: w.rng.Float64,
		Session: func() wire.SessionID { return wire.SessionID(w.id("sess")) },
		Chal:    func() wire.Challenge { return wire.Challenge(w.id("ch")) }}, w.centreRow)
	w.net.Attach(w.now, "centre", wire.CentreFilters(testTenant)...)
}

func (w *world) note(who string, e Effect) {
	switch e := e.(type) {
	case Publish:
		w.log = append(w.log, fmt.Sprintf("%s %s publishes %s %s", w.clock(), who, e.Channel, describe(e.Payload)))
	case Apply:
		w.log = append(w.log, fmt.Sprintf("%s %s applies %d..%d of %s", w.clock(), who, e.Records[0].Seq, e.Cursor().Seq, e.Log))
	case Trouble:
		w.trouble[e.Code]++
		w.log = append(w.log, fmt.Sprintf("%s %s trouble %q %s", w.clock(), who, e.Code, e.Reason))
	case Dropped:
		w.drops[e.Why]++
		w.log = append(w.log, fmt.Sprintf("%s %s drops %s: %s %v", w.clock(), who, e.Channel, e.Why, e.Err))
	case Opened:
		w.log = append(w.log, fmt.Sprintf("%s %s opens %s epoch %d", w.clock(), who, e.Session, e.Epoch))
	case Closed:
		w.log = append(w.log, fmt.Sprintf("%s %s closes: %s", w.clock(), who, e.Cause))
	case Acked:
		w.log = append(w.log, fmt.Sprintf("%s %s knows acked %d stable %d pos %d", w.clock(), who, e.Acked, e.Stable, e.Pos))
	case Take:
		w.log = append(w.log, fmt.Sprintf("%s %s takes %d facts up to %d, fork %v after %d, more %v", w.clock(), who, len(e.Facts), e.To, e.Fork, e.Common, e.More))
	case Stage:
		w.log = append(w.log, fmt.Sprintf("%s %s stages piece %d of %d of %s, facts up to %d, fork %v after %d", w.clock(), who, e.Index+1, e.Pieces, e.ID, e.Pos, e.Fork, e.Common))
	case Adopt:
		w.log = append(w.log, fmt.Sprintf("%s %s adopts %s of %s, cut to %d, reissue %d", w.clock(), who, e.Log, e.Node, e.CutTo, e.Reissue))
	}
}

func (w *world) clock() string { return w.now.Format("15:04:05.000") }

// describe renders a payload for the transcript.
func describe(payload []byte) string {
	if len(payload) > 4 && string(payload[:4]) == "PKT1" {
		b, err := (&wire.Codec{}).Open(payload, nil)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("batch %s/%s from %d n %d", b.Session, b.Log, b.From, len(b.Records))
	}
	s := string(payload)
	for _, cut := range []string{`"t":"`, `"hash":"`, `"head_hash":"`, `"digest":"`, `"sum":"`, `"data":"`} {
		for i := strings.Index(s, cut); i >= 0; i = strings.Index(s, cut) {
			end := strings.IndexByte(s[i+len(cut):], '"')
			s = s[:i] + strings.ToUpper(cut[1:2]) + s[i+len(cut)+end+1:]
		}
	}
	return s
}

func (w *world) commitTime() time.Time {
	return w.now.Add(time.Duration(w.rng.Int64N(int64(w.slow) + 1)))
}

var errDisk = errors.New("the disk said no")

func (w *world) runSite(effects []Effect) {
	for _, e := range effects {
		w.note("site", e)
		switch e := e.(type) {
		case Publish:
			w.net.Send(w.now, "site", wire.Topic{Tenant: testTenant, Site: testSite, Dir: wire.Up, Channel: e.Channel}.String(), e.Payload, false)
		case Apply:
			if w.siteWork != nil {
				w.broken("the site was given a second Apply before the first was answered")
			}
			w.siteWork = &pending{w.commitTime(), func() []Effect {
				if w.rng.Float64() < w.commitFail {
					return w.site.Step(w.now, Applied{UpTo: w.siteIn.cursor.Seq, Err: errDisk})
				}
				if err := w.siteIn.commit(e, len(e.Records)); err != nil {
					w.broken("site: " + err.Error())
				}
				return w.site.Step(w.now, Applied{UpTo: w.siteIn.cursor.Seq})
			}}
		case Take:
			if w.siteWork != nil {
				w.broken("the site was given facts before the commit before was answered")
			}
			w.siteWork = &pending{w.commitTime(), func() []Effect {
				if w.rng.Float64() < w.commitFail {
					return w.site.Step(w.now, Taken{Err: errDisk})
				}
				for _, f := range e.Facts {
					g, err := wire.Peek(f.Raw)
					if err != nil {
						w.broken("site: " + err.Error())
					}
					w.imported[g.ID] = true
				}
				w.siteState.Pos, w.siteState.Gen = e.To, e.Gen
				if e.Fork {
					w.siteState.Mode = wire.ModeRecovering
					if !e.More {
						w.siteLog.id = wire.LogID(w.id("SITELOG"))
					}
				}
				return w.site.Step(w.now, Taken{})
			}}
		case Stage:
			if w.siteWork != nil {
				w.broken("the site was given a piece before the commit before was answered")
			}
			w.siteWork = &pending{w.commitTime(), func() []Effect { return w.site.Step(w.now, w.stage(e)) }}
		case Acked:
			w.siteState.Acked, w.siteState.Stable, w.siteState.Pos, w.siteState.Gen = e.Acked, e.Stable, e.Pos, e.Gen
			if e.Acked > w.centreIn.cursor.Seq {
				w.broken(fmt.Sprintf("the site believes %d applied, the centre has %d", e.Acked, w.centreIn.cursor.Seq))
			}
		case Opened:
			w.siteState.Epoch = e.Epoch
		}
	}
}

func (w *world) runCentre(effects []Effect) {
	for _, e := range effects {
		w.note("centre", e)
		switch e := e.(type) {
		case Publish:
			w.net.Send(w.now, "centre", wire.Topic{Tenant: testTenant, Site: testSite, Dir: wire.Down, Channel: e.Channel}.String(), e.Payload, false)
		case Apply:
			if w.centreWork != nil {
				w.broken("the centre was given a second Apply before the first was answered")
			}
			w.centreWork = &pending{w.commitTime(), func() []Effect {
				if w.rng.Float64() < w.commitFail {
					return w.centre.Step(w.now, Applied{UpTo: w.centreIn.cursor.Seq, Err: errDisk})
				}
				if err := w.centreIn.commit(e, len(e.Records)); err != nil {
					w.broken("centre: " + err.Error())
				}
				w.centreRow.Pos = wire.Pos(len(w.centreIn.raws))
				return w.centre.Step(w.now, Applied{UpTo: w.centreIn.cursor.Seq, Pos: w.centreRow.Pos})
			}}
		case Adopt:
			if w.centreWork != nil {
				w.broken("the centre was asked to adopt while a commit was under way")
			}
			w.centreWork = &pending{w.commitTime(), func() []Effect {
				w.centreRow.Node, w.centreRow.Epoch = e.Node, e.Epoch
				if e.CutTo < w.centreIn.cursor.Seq {
					w.centreRow.Orphan = w.centreRow.Pos
				}
				w.centreIn.cursor.Log, w.centreIn.cursor.Seq = e.Log, e.CutTo
				w.centreIn.cursor.Hash = w.centreIn.hashes[e.CutTo]
				w.centreIn.cut(e.CutTo)
				if e.Reissue != 0 {
					*w.feed = memLog{id: e.Reissue.LogID(), raws: w.feed.raws, hashes: w.feed.hashes}
				}
				return w.centre.Step(w.now, Adopted{})
			}}
		case Acked:
			if e.Acked > max(w.taken, w.siteIn.cursor.Seq) {
				w.broken(fmt.Sprintf("the centre believes %d taken, the site has %d", e.Acked, w.siteIn.cursor.Seq))
			}
		}
	}
}

func (w *world) broken(what string) {
	if w.fail == nil {
		w.fail = errors.New(w.clock() + " " + what)
	}
}

// step moves on to whatever is next, at most to end, and says whether there was anything.
func (w *world) step(end time.Time) bool {
	at := w.site.Next()
	at = sooner(at, w.centre.Next())
	if t, ok := w.net.Next(); ok {
		at = sooner(at, t)
	}
	for _, p := range []*pending{w.siteWork, w.centreWork} {
		if p != nil {
			at = sooner(at, p.at)
		}
	}
	if at.IsZero() || at.After(end) {
		w.now = end
		return false
	}
	if at.After(w.now) {
		w.now = at
	}
	if p := w.siteWork; p != nil && !p.at.After(w.now) {
		w.siteWork = nil
		w.runSite(p.done())
	}
	if p := w.centreWork; p != nil && !p.at.After(w.now) {
		w.centreWork = nil
		w.runCentre(p.done())
	}
	for _, d := range w.net.Due(w.now) {
		if d.Topic == wire.CentreState(testTenant) {
			continue
		}
		topic, err := wire.ParseTopic(d.Topic)
		if err != nil {
			w.broken(err.Error())
			continue
		}
		ev := Received{Channel: topic.Channel, Payload: d.Payload}
		if d.To == "site" {
			w.runSite(w.site.Step(w.now, ev))
		} else {
			w.runCentre(w.centre.Step(w.now, ev))
		}
	}
	if n := w.site.Next(); !n.IsZero() && !n.After(w.now) {
		w.runSite(w.site.Step(w.now, Tick{}))
	}
	if n := w.centre.Next(); !n.IsZero() && !n.After(w.now) {
		w.runCentre(w.centre.Step(w.now, Tick{}))
	}
	return true
}

// run lets d pass; more than limit steps mean that an engine spins.
func (w *world) run(d time.Duration) {
	end := w.now.Add(d)
	for n := 0; w.fail == nil && w.step(end); n++ {
		if n > 300_000 {
			w.broken("it does not come to rest")
		}
	}
}

func (w *world) siteWrites(n int) {
	for range n {
		w.siteLog.append(w.id("fact-")+"/0", "picket.pick.confirmed.v1")
	}
	w.runSite(w.site.Step(w.now, Woke{}))
}

func (w *world) centreWrites(n int) {
	for range n {
		w.feed.append(w.id("order-")+"/0", "picket.assign.v1")
	}
	w.runCentre(w.centre.Step(w.now, Woke{}))
}

// agree says what is still different, or "".
func (w *world) agree() string {
	switch {
	case w.fail != nil:
		return w.fail.Error()
	case w.centreIn.cursor != w.siteLog.Head():
		return fmt.Sprintf("the centre is at %v, the site at %v", w.centreIn.cursor.Seq, w.siteLog.Head().Seq)
	case w.siteIn.cursor != w.feed.Head() && w.siteIn.cursor.Seq+w.feed.Head().Seq > 0:
		return fmt.Sprintf("the site is at %v/%v of its feed, the centre at %v/%v", w.siteIn.cursor.Log, w.siteIn.cursor.Seq, w.feed.id, w.feed.Head().Seq)
	case len(w.siteIn.raws) != len(w.feed.raws):
		return fmt.Sprintf("%d records at the site, %d in the feed", len(w.siteIn.raws), len(w.feed.raws))
	case w.site.View().Acked != w.siteLog.Head().Seq:
		return fmt.Sprintf("the site knows of %d acked", w.site.View().Acked)
	case w.centre.View().FeedAck != w.feed.Head().Seq:
		return fmt.Sprintf("the centre knows of %d acked", w.centre.View().FeedAck)
	}
	own := map[string]bool{}
	held := map[string]bool{}
	for _, raw := range w.centreIn.raws {
		held[raw] = true
	}
	for i, e := range w.siteLog.raws {
		g, err := wire.Peek(e.Raw)
		if err != nil {
			return err.Error()
		}
		if own[g.ID] = true; !held[string(e.Raw)] {
			return fmt.Sprintf("record %d is not at the centre", i+1)
		}
		for _, p := range e.PII {
			if w.centreIn.pii[p.Ref] != string(p.Sealed) {
				return "sealed row " + p.Ref + " is not at the centre"
			}
		}
	}
	for i, raw := range w.centreIn.raws {
		if g, err := wire.Peek([]byte(raw)); err != nil || !own[g.ID] && !w.imported[g.ID] {
			return fmt.Sprintf("fact %d is not known at the site: %s", i+1, raw)
		}
	}
	for i, e := range w.feed.raws {
		if w.siteIn.raws[i] != string(e.Raw) {
			return fmt.Sprintf("record %d of the feed differs at the site", i+1)
		}
	}
	return ""
}

// tail is the end of the transcript, for a failing seed.
func (w *world) tail(n int) string { return strings.Join(w.log[max(0, len(w.log)-n):], "\n") }
