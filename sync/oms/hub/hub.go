package hub

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Config of a hub. Rand and NewToken must be given.
type Config struct {
	Tenant wire.Tenant
	SW     string // of the centre, for people
	Timing reconcile.Timing

	Rand     func() float64     // uniform in [0, 1): spreads retries
	NewToken func() string      // unguessable, new at each call, letters and digits, at most 64
	NewGen   func() string      // a ULID: names the life line of a new database
	Key      ed25519.PrivateKey // nil: what goes down is not signed
	// SnapshotOver is how many facts a site that lost them is told one by one; more come as a snapshot. 0: 4096.
	SnapshotOver int
	Backup       bool // backups are kept, and Backed will say how far they reach
	// Watched: a witness that is in no copy with the database says at every start whether it was put back (clerk.Watch).
	Watched bool
	Log     *slog.Logger // nil: nobody is told
}

// Hub is used by one goroutine, but for Status, Pending, HandIn and Backed.
type Hub struct {
	cfg   Config
	clerk *clerk.Clerk
	st    store.Store
	codec wire.Codec
	gen   wire.Generation
	boot  uint64

	ends []*end // by site
	out  []link.Message
	due  []due // records that wait for the commit at the end of the step

	mu          sync.Mutex
	status      map[floor.SiteID]Status
	unfolded    []floor.SiteID
	folding     floor.SiteID // whose facts are being folded; "" for nobody's
	portraits   map[floor.SiteID]*portrait
	flooded     uint64 // floods that came since folding last gave way
	bell        chan struct{}
	handIns     []*handIn
	knock       chan struct{} // something waits in handIns, or copies are fresh
	copies      []map[floor.SiteID]wire.Position
	freshCopies bool   // the sites were not told yet
	strays      uint64 // messages on topics that are no site's
}

// end is one site's engine and what it reads.
type end struct {
	site   floor.SiteID
	engine *reconcile.Centre
	feed   *feed
	chain  *chain
	status Status
	boot   uint64    // of the site, as its presence says
	hello  []byte    // the newest hello1, as it came
	ahead  ahead     // what its clock said
	keptAt time.Time // when a retained message came that may be none
	head   wire.Seq  // of its log, as it was announced when its session was made

	salvaged *reconcile.SalvageStored // the newest
	unproven bool                     // what arrived last was dropped, and nobody knows that it is the site's
}

// due is records an engine has handed over.
type due struct {
	e  *end
	in clerk.Intake
}

// New makes the hub. The database's life line is made if it has none, and this start is counted.
func New(ctx context.Context, cfg Config, c *clerk.Clerk, st store.Store) (*Hub, error) {
	if c == nil || st == nil || cfg.Rand == nil || cfg.NewToken == nil || cfg.NewGen == nil {
		return nil, errors.New("hub: clerk, store, Rand, NewToken and NewGen must be given")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.SnapshotOver <= 0 {
		cfg.SnapshotOver = snapshotOver
	}
	h := &Hub{cfg: cfg, clerk: c, st: st, status: map[floor.SiteID]Status{}, portraits: map[floor.SiteID]*portrait{}, bell: make(chan struct{}, 1), knock: make(chan struct{}, 1)}
	err := st.Update(ctx, func(tx store.Tx) error {
		gen, err := tx.Meta("gen")
		if err != nil {
			return err
		}
		if gen == "" {
			gen = cfg.NewGen()
			if err := tx.SetMeta("gen", gen); err != nil {
				return err
			}
		}
		h.gen = wire.Generation(gen)
		text, err := tx.Meta("boot")
		if err != nil {
			return err
		}
		if text != "" {
			if h.boot, err = strconv.ParseUint(text, 10, 64); err != nil {
				return fmt.Errorf("boot: %w", err)
			}
		}
		h.boot++
		if err := tx.SetMeta("boot", strconv.FormatUint(h.boot, 10)); err != nil {
			return err
		}
		sites, err := tx.Sites()
		h.unfolded = nil
		for _, s := range sites {
			h.unfolded = append(h.unfolded, s.ID) // what was taken in before the last stop may not be folded
		}
		if err != nil {
			return err
		}
		h.portraits, err = recall(tx, sites)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	h.ring()
	return h, nil
}

// Filters is what the hub's link subscribes to; Will is what the broker says when the centre is gone.
func (h *Hub) Filters() []string { return wire.CentreFilters(h.cfg.Tenant) }

// Will is the last will of the hub's connection.
func (h *Hub) Will() link.Message { return h.presence(false) }

func (h *Hub) presence(online bool) link.Message {
	payload, err := wire.Encode(&wire.State{Online: online, Boot: h.boot, Gen: h.gen, SW: h.cfg.SW})
	if err != nil {
		payload = nil // a retained message without payload says that there is none: nobody is told anything wrong
	}
	return link.Message{Topic: wire.CentreState(h.cfg.Tenant), Payload: payload, Retained: true}
}

// Event is what the hub is told.
type Event interface{ event() }

// Connected and Lost tell of the line; Arrived is a message; Tick, that Next has come.
type (
	Connected struct{}
	Lost      struct{}
	Arrived   struct {
		Topic    string
		Payload  []byte
		Retained bool // the broker kept it, for how long nobody knows
	}
	Tick struct{}
)

func (Connected) event() {}
func (Lost) event()      {}
func (Arrived) event()   {}
func (Tick) event()      {}

// Step takes events and returns what is to be published. Feeds that have grown since the last step are
// looked at in any step, so a Tick when the clerk's bell rings is enough. What sites told in all of the events is
// committed together.
func (h *Hub) Step(ctx context.Context, now time.Time, in ...Event) []link.Message {
	h.out = nil
	for i, ev := range in {
		switch ev := ev.(type) {
		case Connected:
			h.out = append(h.out, h.presence(true))
			for _, e := range h.ends {
				h.run(ctx, now, e, reconcile.LinkUp{})
			}
		case Lost:
			for _, e := range h.ends {
				e.status.Away = true // until its retained state is heard again
				h.run(ctx, now, e, reconcile.LinkDown{})
				h.observe(e)
			}
		case Arrived:
			more := false // of this site, on this channel
			if i+1 < len(in) {
				next, ok := in[i+1].(Arrived)
				more = ok && next.Topic == ev.Topic
			}
			h.arrived(ctx, now, ev, more)
		case Tick:
		}
	}
	h.settle(ctx, now)
	h.takeHandIns(ctx, now)
	h.takeBacked(ctx, now)
	for _, k := range h.clerk.Rekeyed() {
		if e := h.find(k.Site); e != nil {
			h.run(ctx, now, e, reconcile.Keyed{Node: k.Node, Key: k.Key})
		}
	}
	grown := h.clerk.Grown()
	if len(grown) > 0 {
		h.ring() // a site may have left quarantine, and what waited for it goes on
	}
	for _, site := range grown {
		if e := h.find(site); e != nil {
			e.feed.refresh(ctx)
			h.enrolled(ctx, now, e)
			h.run(ctx, now, e, reconcile.Woke{})
		}
	}
	for _, e := range h.ends {
		if at := e.engine.Next(); !at.IsZero() && !now.Before(at) {
			h.run(ctx, now, e, reconcile.Tick{})
		}
	}
	h.settle(ctx, now)
	return h.out
}

// intakeRecords is how many records one transaction takes in, about: others wait for it.
const intakeRecords = 4096

// settle commits what the engines have handed over, and tells them, until nothing is left: an engine that had more
// ready hands it over at once.
func (h *Hub) settle(ctx context.Context, now time.Time) {
	for len(h.due) > 0 {
		n, records := 0, 0
		for n < len(h.due) && records < intakeRecords {
			records += len(h.due[n].in.Apply.Records)
			n++
		}
		some := h.due[:n:n]
		h.due = h.due[n:]
		all := make([]clerk.Intake, n)
		for i, d := range some {
			all[i] = d.in
		}
		for i, a := range h.clerk.TakeIn(ctx, all...) {
			e := some[i].e
			h.came(e.site, len(all[i].Apply.Records))
			if h.find(e.site) != e {
				continue // it was made anew meanwhile, from the store's own words
			}
			if a.Err != nil {
				h.doubt(e, a.Err)
				continue
			}
			e.chain.keep(all[i].Apply.Records, a.UpTo)
			h.run(ctx, now, e, a)
			if !h.cfg.Backup && h.find(e.site) == e {
				h.run(ctx, now, e, reconcile.Stabled{At: e.engine.View().Applied})
			}
		}
	}
	h.due = nil
}

// Next is when Step wants a Tick; zero is never.
func (h *Hub) Next() time.Time {
	var at time.Time
	for _, e := range h.ends {
		if n := e.engine.Next(); !n.IsZero() && (at.IsZero() || n.Before(at)) {
			at = n
		}
	}
	return at
}

// arrived takes a message; more says that the next of its topic follows at once.
func (h *Hub) arrived(ctx context.Context, now time.Time, ev Arrived, more bool) {
	t, err := wire.ParseTopic(ev.Topic)
	if err != nil || t.Tenant != h.cfg.Tenant || t.Dir != wire.Up {
		h.mu.Lock()
		h.strays++
		h.mu.Unlock()
		return
	}
	e, err := h.open(ctx, floor.SiteID(t.Site))
	if errors.Is(err, clerk.ErrNoSite) {
		h.unknown(t, ev.Payload)
		return
	}
	if err != nil {
		return // the store is ill; the site says it again
	}
	if t.Channel == wire.ChannelState {
		h.present(now, e, ev.Payload)
		return
	}
	if ev.Retained {
		// Nothing but presence is ever retained: somebody else's doing, or a broker gone wrong.
		e.status.Dropped++
		e.status.LastDrop = string(t.Channel) + ": retained"
		if now.Sub(e.keptAt) >= forgedSaid {
			h.cfg.Log.Warn("the broker keeps a message on a site's topic that nobody may have kept there, and it was not used", "site", e.site, "topic", ev.Topic, "count", e.status.Dropped)
		}
		e.keptAt = now
		h.observe(e)
		return
	}
	if now.Sub(e.status.LastHeard) >= order.Fresh { // this machine slept: the session is over before what comes now is a word of it
		h.run(ctx, now, e, reconcile.Tick{})
	}
	e.unproven = false
	h.run(ctx, now, e, reconcile.Received{Channel: t.Channel, Payload: ev.Payload, More: more})
	if e.unproven {
		return // whoever it was: the site is not heard by it
	}
	alive := e.engine.View().Heard.Equal(now) // it may be a word of the site of long ago: a hello that nothing answers yet is
	if alive {
		e.status.LastHeard, e.status.Away = now, false
	}
	if t.Channel == wire.ChannelHello {
		h.clocks(ctx, now, e, ev.Payload, alive)
	}
	if h.find(e.site) == e {
		h.observe(e)
	}
	if !slices.ContainsFunc(h.due, func(d due) bool { return d.e == e }) {
		h.whole(e.site)
	}
}

// unknown tells a box that greets under a name nobody set up.
func (h *Hub) unknown(t wire.Topic, payload []byte) {
	m, err := wire.Decode(payload)
	hello, ok := m.(*wire.Hello1)
	if err != nil || !ok {
		return
	}
	h.refuse(t.Site, &wire.Reject{Nonce: hello.Nonce, Code: wire.RejectUnknownSite, Reason: "the centre has no site " + string(t.Site) + ": set it up first"})
}

func (h *Hub) publish(site wire.SiteID, ch wire.Channel, payload []byte) {
	h.out = append(h.out, link.Message{Topic: wire.Topic{Tenant: h.cfg.Tenant, Site: site, Dir: wire.Down, Channel: ch}.String(), Payload: payload})
}

// present takes a site's presence, which is for screens only.
func (h *Hub) present(now time.Time, e *end, payload []byte) {
	m, err := wire.Decode(payload)
	s, ok := m.(*wire.State)
	if err != nil || !ok {
		return
	}
	switch {
	case s.Online:
		e.boot, e.status.Away, e.status.SW = s.Boot, false, s.SW
	case s.Boot >= e.boot:
		e.status.Away = true
	}
	h.observe(e)
}

func (h *Hub) find(site floor.SiteID) *end {
	i, ok := slices.BinarySearchFunc(h.ends, site, func(e *end, s floor.SiteID) int { return strings.Compare(string(e.site), string(s)) })
	if !ok {
		return nil
	}
	return h.ends[i]
}

// open finds a site's end, and makes it from its rows the first time.
func (h *Hub) open(ctx context.Context, site floor.SiteID) (*end, error) {
	if e := h.find(site); e != nil {
		return e, nil
	}
	m, err := h.clerk.Mark(ctx, site)
	if err != nil {
		return nil, err
	}
	h.clerk.Meets(site, m.Heard)
	e := &end{site: site, feed: &feed{st: h.st, site: site}, chain: &chain{st: h.st, site: site}}
	e.feed.refresh(ctx)
	if e.feed.err != nil {
		return nil, e.feed.err
	}
	cfg := reconcile.CentreConfig{Gen: h.gen, Feed: e.feed, Chain: e.chain, Facts: facts{h.st, site}, Snaps: portraits{h, site}, Afresh: func() bool { return h.afresh(site) }, Has: func(g wire.Generation, p wire.Pos) bool { return h.has(site, g, p) }, Former: func(n wire.NodeID) bool { return h.former(site, n) }, Late: func(n wire.NodeID) bool { return h.late(site, n) }, Timing: h.cfg.Timing, Rand: h.cfg.Rand,
		Session: func() wire.SessionID { return wire.SessionID(h.cfg.NewToken()) },
		Chal:    func() wire.Challenge { return wire.Challenge(h.cfg.NewToken()) },
		Tenant:  h.cfg.Tenant, Site: wire.SiteID(site), Key: h.cfg.Key, Codec: &h.codec,
		KeyOf: func(n wire.NodeID) (ed25519.PublicKey, error) { return h.clerk.KeyOf(context.Background(), site, n) }}
	key, err := h.clerk.KeyOf(ctx, site, m.Node)
	if err != nil {
		return nil, err
	}
	stable := m.Stable
	if !h.cfg.Backup {
		stable = m.Applied.Seq // ruling 12: without backups nothing can be restored to before
	} else if at, ok := h.reach(site, e.chain); ok {
		stable = at.Seq
	}
	e.engine = reconcile.NewCentre(cfg, reconcile.CentreState{Node: m.Node, Epoch: m.Epoch, Applied: m.Applied, Pos: m.Pos, Orphan: m.Orphan, Stable: stable, Key: key})
	e.status = Status{FeedAcked: m.Acked, LastHeard: m.Heard, Stuck: m.Stuck}
	at, _ := slices.BinarySearchFunc(h.ends, site, func(e *end, s floor.SiteID) int { return strings.Compare(string(e.site), string(s)) })
	h.ends = slices.Insert(h.ends, at, e)
	h.observe(e)
	return e, nil
}

// run steps one engine and carries out what it asks for, until nothing is left.
func (h *Hub) run(ctx context.Context, now time.Time, e *end, in reconcile.Event) {
	events := []reconcile.Event{in}
	for len(events) > 0 {
		next := events[0]
		events = events[1:]
		for _, effect := range e.engine.Step(now, next) {
			switch ef := effect.(type) {
			case reconcile.Publish:
				h.publish(wire.SiteID(e.site), ef.Channel, ef.Payload)
			case reconcile.Apply:
				h.due = append(h.due, due{e, clerk.Intake{Site: e.site, Apply: ef, Acked: e.engine.View().FeedAck}})
			case reconcile.Adopt:
				if over, err := h.shows(ctx, now, e, ef); over || err != nil {
					if err != nil {
						h.doubt(e, err)
					}
					return
				}
				if ef.Afresh {
					h.cfg.Log.Info("a box begins with what should be there, not with all that was ever told", "site", e.site, "told", e.feed.head.Seq)
				}
				if err := h.clerk.Adopt(ctx, e.site, ef); err != nil {
					h.doubt(e, err)
					return
				}
				e.chain.forget()
				e.feed.refresh(ctx)
				e.head = ef.Head
				events = append(events, reconcile.Adopted{})
			case reconcile.Salvaged:
				a := h.clerk.Salvage(ctx, e.site, ef)
				h.taken(e.site)
				if a.Err != nil {
					e.salvaged = &a
					h.doubt(e, a.Err)
					return
				}
				e.salvaged = &a
				events = append(events, a)
				if _, byHand := next.(reconcile.HandIn); !h.cfg.Backup && !byHand {
					events = append(events, reconcile.SalvageStabled{UpTo: a.UpTo})
				}
			case reconcile.Opened:
				e.status.Since = now
				h.forgetPortrait(ctx, e.site)
			case reconcile.Closed:
				e.status.Since, e.status.Closed = time.Time{}, string(ef.Cause)
			case reconcile.Trouble:
				e.status.Trouble, e.status.Reason = ef.Code, ef.Reason
			case reconcile.Dropped:
				e.status.Dropped++
				e.unproven = e.unproven || ef.Unproven
				if ef.Why == reconcile.WhySignature {
					h.forged(now, e, ef)
				} else if ef.Err != nil {
					e.status.LastDrop = ef.Why + ": " + ef.Err.Error()
				}
			case reconcile.Acked:
			}
		}
	}
	h.observe(e)
}

// enrolled tells a site's engine that another box was given the site.
func (h *Hub) enrolled(ctx context.Context, now time.Time, e *end) {
	m := e.feed.mark
	if m.Node == "" || m.Node == e.engine.View().Node && m.Epoch == e.engine.View().Epoch {
		return
	}
	key, err := h.clerk.KeyOf(ctx, e.site, m.Node)
	if err != nil {
		h.doubt(e, err) // the next engine is made from the store
		return
	}
	h.run(ctx, now, e, reconcile.Enrolled{Node: m.Node, Epoch: m.Epoch, Orphan: m.Orphan, Key: key})
}

// former says whether a box held a site before the one that does.
func (h *Hub) former(site floor.SiteID, n wire.NodeID) bool {
	b, err := h.clerk.BoxesOf(context.Background(), site) // the engine asks inside a step, which has no context of its own
	return err == nil && slices.Contains(b.Former, n)
}

// late says whether a box that held the site was learnt of behind a restore. Where the store cannot say, it may have been.
func (h *Hub) late(site floor.SiteID, n wire.NodeID) bool {
	late, err := h.clerk.Late(context.Background(), site, n)
	return err != nil || late
}

// has says whether facts are here as a life line counted them. Where the store cannot say they are not: a site that restates in
// vain loses nothing.
func (h *Hub) has(site floor.SiteID, gen wire.Generation, pos wire.Pos) bool {
	has, err := h.clerk.Has(context.Background(), site, gen, pos) // the engine asks inside a step, which has no context of its own
	return err == nil && has
}

// doubt ends a site's engine after a commit that failed: it may stand all the same, and an engine that went on would
// hold a cursor the store does not have. The site's next message makes an engine anew, from the store's own words, and
// the site says hello.
func (h *Hub) doubt(e *end, why error) {
	e.status.Since, e.status.Closed = time.Time{}, "the store failed"
	e.status.Trouble, e.status.Reason = reconcile.TroubleApply, why.Error()
	h.observe(e)
	h.ends = slices.DeleteFunc(slices.Clone(h.ends), func(x *end) bool { return x == e })
}

// shows says whether a hello ends here, by what it shows of the feed. Where the centre was put back a new life line begins:
// every site says hello again, and the one that showed it has an answer to come, and gets another challenge at once. A site
// that is set apart is told so.
func (h *Hub) shows(ctx context.Context, now time.Time, e *end, a reconcile.Adopt) (bool, error) {
	got, err := h.clerk.Shows(ctx, e.site, a, h.cfg.Watched)
	switch {
	case err != nil:
		return false, err
	case got.Apart != "":
		h.setApart(e, got.Apart)
		return true, nil
	case got.Gen == "":
		return false, nil
	}
	h.gen = got.Gen
	for _, x := range h.ends {
		x.status.Since, x.status.Closed = time.Time{}, "the centre was restored"
		h.observe(x)
	}
	h.ends = nil // made anew under the new life line when the sites say hello
	h.out = append(h.out, h.presence(true))
	if e.hello != nil {
		h.arrived(ctx, now, Arrived{Topic: wire.Topic{Tenant: h.cfg.Tenant, Site: wire.SiteID(e.site), Dir: wire.Up, Channel: wire.ChannelHello}.String(), Payload: e.hello}, false)
	}
	return true, nil
}

// setApart ends a site's engine, which waits for an adoption that will not be, and tells the box.
func (h *Hub) setApart(e *end, why string) {
	e.status.Since, e.status.Closed = time.Time{}, "the site is set apart"
	h.observe(e)
	h.ends = slices.DeleteFunc(slices.Clone(h.ends), func(x *end) bool { return x == e })
	if m, err := wire.Decode(e.hello); err == nil {
		if hello, ok := m.(*wire.Hello1); ok {
			h.refuse(wire.SiteID(e.site), &wire.Reject{Nonce: hello.Nonce, Code: wire.RejectQuarantine, Reason: why})
		}
	}
}

func (h *Hub) refuse(site wire.SiteID, no *wire.Reject) {
	by := wire.NewSigner(wire.Topic{Tenant: h.cfg.Tenant, Site: site, Dir: wire.Down}, h.cfg.Key)
	if payload, err := wire.EncodeSigned(no, wire.ChannelHello, by); err == nil {
		h.publish(site, wire.ChannelHello, payload)
	}
}

// Stabled tells a site how far every backup that may be restored reaches in its log: the position of its mark in the oldest.
func (h *Hub) Stabled(ctx context.Context, now time.Time, site floor.SiteID, at wire.Position) []link.Message {
	h.out = nil
	if e, err := h.open(ctx, site); err == nil {
		h.run(ctx, now, e, reconcile.Stabled{At: at})
		h.settle(ctx, now)
	}
	return h.out
}
