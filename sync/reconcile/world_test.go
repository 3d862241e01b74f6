package reconcile

import (
	"errors"
	"fmt"
	"math/rand/v2"
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
	applies int
}

func newInbox(log wire.LogID) *inbox {
	return &inbox{cursor: wire.Position{Log: log}, ids: map[string]bool{}, hashes: map[wire.Seq]wire.Hash{}, pii: map[string]string{}}
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
		b.hashes[r.Seq] = r.Hash
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
	centre     *Centre
	feed       *memLog
	centreIn   *inbox
	centreRow  CentreState
	centreWork *pending
	gen        wire.Generation

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
		trouble: map[TroubleCode]int{}, drops: map[string]int{}, slow: 20 * time.Millisecond,
	}
	w.startCentre()
	w.startSite()
	return w
}

func (w *world) id(prefix string) string { w.ids++; return fmt.Sprintf("%s%d", prefix, w.ids) }

func (w *world) startSite() {
	lineage, _ := wire.ParseLineage(w.siteIn.cursor.Log)
	w.siteState.Feed = wire.FeedMark{Lineage: lineage, Seq: w.siteIn.cursor.Seq, Hash: w.siteIn.cursor.Hash}
	w.siteWork = nil
	w.site = NewSite(SiteConfig{Node: "NODE1", SW: "test", Log: w.siteLog, Timing: w.timing, Rand: w.rng.Float64,
		Nonce: func() wire.Nonce { return wire.Nonce(w.id("n")) }}, w.siteState)
	w.net.Attach(w.now, "site", wire.SiteFilters(testTenant, testSite)...)
	w.runSite(w.site.Step(w.now, LinkUp{}))
}

func (w *world) startCentre() {
	w.centreRow.Applied = w.centreIn.cursor
	w.centreWork = nil
	w.centre = NewCentre(CentreConfig{Gen: w.gen, Feed: w.feed, Chain: w.centreIn, Timing: w.timing, Rand: w.rng.Float64,
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
	for _, cut := range []string{`"t":"`, `"hash":"`, `"head_hash":"`} {
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
				w.centreIn.cursor.Log, w.centreIn.cursor.Seq = e.Log, e.CutTo
				w.centreIn.cursor.Hash = w.centreIn.hashes[e.CutTo]
				if e.Reissue != 0 {
					*w.feed = memLog{id: e.Reissue.LogID(), raws: w.feed.raws, hashes: w.feed.hashes}
				}
				return w.centre.Step(w.now, Adopted{})
			}}
		case Acked:
			if e.Acked > w.siteIn.cursor.Seq {
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
	case w.siteIn.cursor != w.feed.Head():
		return fmt.Sprintf("the site is at %v/%v of its feed, the centre at %v/%v", w.siteIn.cursor.Log, w.siteIn.cursor.Seq, w.feed.id, w.feed.Head().Seq)
	case len(w.centreIn.raws) != len(w.siteLog.raws):
		return fmt.Sprintf("%d facts at the centre, %d at the site", len(w.centreIn.raws), len(w.siteLog.raws))
	case len(w.siteIn.raws) != len(w.feed.raws):
		return fmt.Sprintf("%d records at the site, %d in the feed", len(w.siteIn.raws), len(w.feed.raws))
	case w.site.View().Acked != w.siteLog.Head().Seq:
		return fmt.Sprintf("the site knows of %d acked", w.site.View().Acked)
	case w.centre.View().FeedAck != w.feed.Head().Seq:
		return fmt.Sprintf("the centre knows of %d acked", w.centre.View().FeedAck)
	}
	for i, e := range w.siteLog.raws {
		if w.centreIn.raws[i] != string(e.Raw) {
			return fmt.Sprintf("record %d differs at the centre", i+1)
		}
		for _, p := range e.PII {
			if w.centreIn.pii[p.Ref] != string(p.Sealed) {
				return "sealed row " + p.Ref + " is not at the centre"
			}
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
