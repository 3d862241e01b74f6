package hub

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Config of a hub. Rand and NewToken must be given.
type Config struct {
	Tenant wire.Tenant
	SW     string // of the centre, for people
	Timing reconcile.Timing

	Rand     func() float64                       // uniform in [0, 1): spreads retries
	NewToken func() string                        // unguessable, new at each call, letters and digits, at most 64
	NewGen   func() string                        // a ULID: names the life line of a new database
	Key      ed25519.PrivateKey                   // nil: down batches are not signed
	SiteKey  func(floor.SiteID) ed25519.PublicKey // nil: the sites' signatures are not checked
	Backup   bool                                 // a backup is kept, and Stabled will say how far it reaches
}

// Hub is used by one goroutine, but for Status and Pending.
type Hub struct {
	cfg   Config
	clerk *clerk.Clerk
	st    store.Store
	codec wire.Codec
	gen   wire.Generation
	boot  uint64

	ends []*end // by site
	out  []link.Message

	mu       sync.Mutex
	status   map[floor.SiteID]Status
	unfolded []floor.SiteID
	bell     chan struct{}
	strays   uint64 // messages on topics that are no site's
}

// end is one site's engine and what it reads.
type end struct {
	site   floor.SiteID
	engine *reconcile.Centre
	feed   *feed
	chain  *chain
	status Status
	boot   uint64 // of the site, as its presence says
}

// New makes the hub. The database's life line is made if it has none, and this start is counted.
func New(ctx context.Context, cfg Config, c *clerk.Clerk, st store.Store) (*Hub, error) {
	if c == nil || st == nil || cfg.Rand == nil || cfg.NewToken == nil || cfg.NewGen == nil {
		return nil, errors.New("hub: clerk, store, Rand, NewToken and NewGen must be given")
	}
	h := &Hub{cfg: cfg, clerk: c, st: st, status: map[floor.SiteID]Status{}, bell: make(chan struct{}, 1)}
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
		Topic   string
		Payload []byte
	}
	Tick struct{}
)

func (Connected) event() {}
func (Lost) event()      {}
func (Arrived) event()   {}
func (Tick) event()      {}

// Step takes one event and returns what is to be published. Feeds that have grown since the last step are
// looked at in any step, so a Tick when the clerk's bell rings is enough.
func (h *Hub) Step(ctx context.Context, now time.Time, in Event) []link.Message {
	h.out = nil
	switch ev := in.(type) {
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
		h.arrived(ctx, now, ev)
	case Tick:
	}
	for _, site := range h.clerk.Grown() {
		if e := h.find(site); e != nil {
			e.feed.refresh(ctx)
			h.run(ctx, now, e, reconcile.Woke{})
		}
	}
	for _, e := range h.ends {
		if at := e.engine.Next(); !at.IsZero() && !now.Before(at) {
			h.run(ctx, now, e, reconcile.Tick{})
		}
	}
	return h.out
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

func (h *Hub) arrived(ctx context.Context, now time.Time, ev Arrived) {
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
	e.status.LastHeard, e.status.Away = now, false
	h.run(ctx, now, e, reconcile.Received{Channel: t.Channel, Payload: ev.Payload})
}

// unknown tells a box that greets under a name nobody set up.
func (h *Hub) unknown(t wire.Topic, payload []byte) {
	m, err := wire.Decode(payload)
	hello, ok := m.(*wire.Hello1)
	if err != nil || !ok {
		return
	}
	no, err := wire.Encode(&wire.Reject{Nonce: hello.Nonce, Code: wire.RejectUnknownSite, Reason: "the centre has no site " + string(t.Site) + ": set it up first"})
	if err == nil {
		h.publish(t.Site, wire.ChannelHello, no)
	}
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
	e := &end{site: site, feed: &feed{st: h.st, site: site}, chain: &chain{st: h.st, site: site}}
	e.feed.refresh(ctx)
	if e.feed.err != nil {
		return nil, e.feed.err
	}
	cfg := reconcile.CentreConfig{Gen: h.gen, Feed: e.feed, Chain: e.chain, Facts: facts{h.st, site}, Timing: h.cfg.Timing, Rand: h.cfg.Rand,
		Session: func() wire.SessionID { return wire.SessionID(h.cfg.NewToken()) },
		Chal:    func() wire.Challenge { return wire.Challenge(h.cfg.NewToken()) },
		Key:     h.cfg.Key, Codec: &h.codec}
	if h.cfg.SiteKey != nil {
		cfg.Site = h.cfg.SiteKey(site)
	}
	stable := m.Stable
	if !h.cfg.Backup {
		stable = m.Applied.Seq // ruling 12: without backups nothing can be restored to before
	}
	e.engine = reconcile.NewCentre(cfg, reconcile.CentreState{Node: m.Node, Epoch: m.Epoch, Applied: m.Applied, Pos: m.Pos, Orphan: m.Orphan, Stable: stable})
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
				a := h.clerk.TakeIn(ctx, e.site, ef, e.engine.View().FeedAck)
				h.taken(e.site)
				if a.Err != nil {
					h.doubt(e, a.Err)
					return
				}
				events = append(events, a)
				e.chain.keep(ef.Records, a.UpTo)
				if !h.cfg.Backup {
					events = append(events, reconcile.Stabled{UpTo: a.UpTo})
				}
			case reconcile.Adopt:
				if err := h.clerk.Adopt(ctx, e.site, ef); err != nil {
					h.doubt(e, err)
					return
				}
				e.chain.forget()
				e.feed.refresh(ctx)
				events = append(events, reconcile.Adopted{})
			case reconcile.Opened:
				e.status.Since = now
			case reconcile.Closed:
				e.status.Since, e.status.Closed = time.Time{}, string(ef.Cause)
			case reconcile.Trouble:
				e.status.Trouble, e.status.Reason = ef.Code, ef.Reason
			case reconcile.Dropped:
				e.status.Dropped++
				if ef.Err != nil {
					e.status.LastDrop = ef.Why + ": " + ef.Err.Error()
				}
			case reconcile.Acked:
			}
		}
	}
	h.observe(e)
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

// Stabled tells a site how far every backup that may be restored reaches in its log.
func (h *Hub) Stabled(ctx context.Context, now time.Time, site floor.SiteID, upTo wire.Seq) []link.Message {
	h.out = nil
	if e, err := h.open(ctx, site); err == nil {
		h.run(ctx, now, e, reconcile.Stabled{UpTo: upTo})
	}
	return h.out
}
