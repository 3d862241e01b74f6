// Package uplink is the site's end of the line to the centre: one goroutine round reconcile.Site that
// reads the journal, speaks over a link, and hands the centre's records to the node.
//
// The floor does not wait for it. Its only input from the node is a wake-up; everything it says it has
// read back from the journal, so nothing is told that is not durable. When the line, the broker or the
// centre is gone it waits, and goes on from the acknowledged mark.
//
// This package must NEVER stand between a commit and its answer, keep a record in memory that the
// journal does not hold, or stop because of what came over the line.
package uplink

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"picket/sync/link"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Journal is the site's log, durable records only. It is read from the uplink's goroutine while the
// node appends.
type Journal = reconcile.Log

// Delivery is a run of records from the centre, each with the place in the feed it ends at.
type Delivery = reconcile.Apply

// Node takes the centre's records through the one door.
type Node interface {
	// Submit decides and commits the records in order, the feed's cursor (log, seq and hash of the
	// last one taken) in the same transaction as their effects, and returns the seq of the newest
	// record that is durable. A record whose id is known moves the cursor and has no effect. A record
	// of a type that is not known is a *Blocked, with everything before it committed; any other error
	// is a passing fault, and the rest is delivered again.
	//
	// Records before the node's own cursor must be passed over (a commit that succeeded after its
	// context had ended is delivered again).
	Submit(ctx context.Context, d Delivery) (wire.Seq, error)
	// TakeBack commits what the centre knows of this site's past, in one transaction with the mark up to which
	// it is known; with the last piece of a fork, a new log begins behind it.
	TakeBack(ctx context.Context, t reconcile.Take) error
	// Restate writes into the journal what everything ever told comes to, and says with which record it begins.
	Restate(ctx context.Context) (wire.Seq, error)
	// Stage keeps a piece of a snapshot, as reconcile.Stage says.
	Stage(ctx context.Context, s reconcile.Stage) reconcile.Staged
}

// Keeper stores the marks of the handshake. They may be stored lazily: a lost mark is found again.
type Keeper interface {
	Keep(Marks) error
}

// Marks is what the site knows of the centre, to be handed in again as reconcile.SiteState at the
// next start. The feed's cursor is not among them: it is the node's, committed with the records.
type Marks struct {
	Epoch  wire.Epoch
	Acked  wire.Seq // the centre has the journal up to here, durably
	Stable wire.Seq // and in every backup it may restore up to here
	Gen    wire.Generation
	Pos    wire.Pos
	// FeedGen is the life line in whose session the place in the centre's feed was last agreed upon.
	FeedGen wire.Generation
}

// Learn notes that all facts up to pos are known of a life line of the centre. What was known of another counts no more:
// behind a restore the same number names another fact.
func (m *Marks) Learn(gen wire.Generation, pos wire.Pos) {
	if m.Gen != gen {
		m.Pos = 0
	}
	m.Gen, m.Pos = gen, max(m.Pos, pos)
}

// Blocked is returned by Submit for a record whose type this version does not know.
type Blocked struct {
	Seq  wire.Seq
	Type string
}

func (b *Blocked) Error() string {
	return fmt.Sprintf("record %d of the centre's feed has the unknown type %q", b.Seq, b.Type)
}

// Config of an uplink.
type Config struct {
	Tenant wire.Tenant
	Site   wire.SiteID
	NodeID wire.NodeID
	Boot   uint64 // rises with each start: a will of an earlier boot is ignored
	SW     string

	// Connect opens the line. It is called once; the link reconnects by itself.
	Connect func(clientID string, filters []string, will link.Message) (link.Link, error)

	Journal Journal
	Node    Node
	Keeper  Keeper
	State   reconcile.SiteState
	Parents []wire.LogID
	Forks   func() []wire.ForkAt // where the journal's log left each of them

	Timing reconcile.Timing
	Rand   func() float64
	Nonce  func() wire.Nonce
	Key    ed25519.PrivateKey       // nil: unsigned
	Centre func() ed25519.PublicKey // the centre's; nil, or nil from it: unchecked

	Log *slog.Logger
	// OnStatus, if set, is told of every change that people see, from the uplink's goroutine. It must
	// not block.
	OnStatus func(Status)
}

func (c *Config) check() error {
	if err := c.Tenant.Check(); err != nil {
		return fmt.Errorf("uplink: %w", err)
	}
	if err := c.Site.Check(); err != nil {
		return fmt.Errorf("uplink: %w", err)
	}
	for _, need := range []struct {
		name string
		ok   bool
	}{
		{"node id", c.NodeID != ""}, {"connect", c.Connect != nil}, {"journal", c.Journal != nil}, {"node", c.Node != nil},
		{"keeper", c.Keeper != nil}, {"rand", c.Rand != nil}, {"nonce", c.Nonce != nil}, {"log", c.Log != nil},
	} {
		if !need.ok {
			return fmt.Errorf("uplink: %s: is missing", need.name)
		}
	}
	return nil
}

// Uplink is the site's end. Make one with New, then Run it once.
type Uplink struct {
	cfg    Config
	engine *reconcile.Site
	link   link.Link
	wake   chan struct{}
	whole  chan struct{}         // the site recovers no more
	work   chan reconcile.Effect // Apply and Take
	answer chan reconcile.Event
	marks  Marks
	// centreBoot is the centre's newest life: its death is told by a will of that life alone.
	centreBoot uint64
	forged     time.Time // when it was told last that somebody speaks in the centre's name

	mu     sync.Mutex
	status Status
}

// New checks the configuration. Nothing is connected before Run.
func New(cfg Config) (*Uplink, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	u := &Uplink{cfg: cfg, wake: make(chan struct{}, 1), whole: make(chan struct{}, 1), work: make(chan reconcile.Effect, 2), answer: make(chan reconcile.Event, 2)}
	u.marks = Marks{Epoch: cfg.State.Epoch, Acked: cfg.State.Acked, Stable: cfg.State.Stable, Gen: cfg.State.Gen, Pos: cfg.State.Pos, FeedGen: cfg.State.FeedGen}
	u.engine = reconcile.NewSite(reconcile.SiteConfig{
		Node: cfg.NodeID, Parents: cfg.Parents, Forks: cfg.Forks, SW: cfg.SW, Log: cfg.Journal, Timing: cfg.Timing,
		Rand: cfg.Rand, Nonce: cfg.Nonce, Tenant: cfg.Tenant, Site: cfg.Site, Key: cfg.Key, Centre: cfg.Centre,
	}, cfg.State)
	u.observe(time.Now())
	return u, nil
}

// Wake says that the journal has grown. It never blocks, and any number of calls are one.
func (u *Uplink) Wake() {
	select {
	case u.wake <- struct{}{}:
	default:
	}
}

// Whole says that the site recovers no more. It never blocks.
func (u *Uplink) Whole() {
	select {
	case u.whole <- struct{}{}:
	default:
	}
}

// Run speaks with the centre until ctx ends. It returns an error only when the line could not even be
// set up; trouble on the line is status.
func (u *Uplink) Run(ctx context.Context) error {
	will, err := wire.Encode(&wire.State{Boot: u.cfg.Boot})
	if err != nil {
		return fmt.Errorf("uplink: %w", err)
	}
	u.link, err = u.cfg.Connect(wire.ClientID(u.cfg.Site, u.cfg.NodeID), wire.SiteFilters(u.cfg.Tenant, u.cfg.Site),
		link.Message{Topic: u.topic(wire.ChannelState), Payload: will, Retained: true})
	if err != nil {
		return fmt.Errorf("uplink: %w", err)
	}
	var worker sync.WaitGroup
	worker.Go(func() { u.deliver(ctx) })
	u.loop(ctx)
	worker.Wait()
	_ = u.link.Publish(u.topic(wire.ChannelState), will, true)
	return u.link.Close()
}

func (u *Uplink) loop(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		if at := u.engine.Next(); at.IsZero() {
			timer.Reset(time.Hour)
		} else {
			timer.Reset(time.Until(at))
		}
		var in reconcile.Event
		select {
		case <-ctx.Done():
			return
		case e, ok := <-u.link.Events():
			if !ok {
				return
			}
			in = u.read(e)
		case a := <-u.answer:
			in = a
		case <-u.wake:
			in = reconcile.Woke{}
		case <-u.whole:
			in = reconcile.Whole{}
		case <-timer.C:
			in = reconcile.Tick{}
		}
		if in != nil {
			now := time.Now()
			u.carryOut(u.engine.Step(now, in))
			u.observe(now)
		}
	}
}

// read turns what the link tells into an event; nil is nothing for the engine.
func (u *Uplink) read(e link.Event) reconcile.Event {
	switch e.Kind {
	case link.Up:
		u.setLine(true, nil)
		u.announce()
		return reconcile.LinkUp{}
	case link.Down:
		u.setLine(false, e.Err)
		return reconcile.LinkDown{}
	}
	m := e.Message
	if m.Topic == wire.CentreState(u.cfg.Tenant) {
		if len(m.Payload) == 0 {
			return nil
		}
		got, err := wire.Decode(m.Payload)
		st, ok := got.(*wire.State)
		if err != nil || !ok {
			u.drop(wire.ChannelState, "malformed", err)
			return nil
		}
		if st.Online {
			u.centreBoot = st.Boot
		} else if st.Boot < u.centreBoot {
			u.drop(wire.ChannelState, "the will of an earlier life", nil)
			return nil
		}
		u.setCentre(st.Online, time.Now())
		return reconcile.CentreSeen{State: *st}
	}
	t, err := wire.ParseTopic(m.Topic)
	switch {
	case err != nil:
		u.drop("", "topic", err)
		return nil
	case t.Tenant != u.cfg.Tenant || t.Site != u.cfg.Site || t.Dir != wire.Down:
		u.drop(t.Channel, "another site's topic", nil)
		return nil
	case m.Retained:
		// Nothing with effects is ever retained: somebody else's doing, or a broker gone wrong.
		u.drop(t.Channel, "retained", nil)
		return nil
	}
	return reconcile.Received{Channel: t.Channel, Payload: m.Payload}
}

func (u *Uplink) topic(ch wire.Channel) string {
	return wire.Topic{Tenant: u.cfg.Tenant, Site: u.cfg.Site, Dir: wire.Up, Channel: ch}.String()
}

// announce publishes presence; it is for screens only.
func (u *Uplink) announce() {
	head := u.cfg.Journal.Head()
	payload, err := wire.Encode(&wire.State{Online: true, Boot: u.cfg.Boot, Node: u.cfg.NodeID, Log: head.Log, Head: head.Seq, SW: u.cfg.SW})
	if err == nil {
		err = u.link.Publish(u.topic(wire.ChannelState), payload, true)
	}
	if err != nil {
		u.cfg.Log.Debug("presence was not published", "err", err)
	}
}

func (u *Uplink) carryOut(effects []reconcile.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case reconcile.Publish:
			if err := u.link.Publish(u.topic(e.Channel), e.Payload, false); err != nil {
				u.drop(e.Channel, "not sent", err) // it will be sent again
			}
		case reconcile.Apply, reconcile.Take, reconcile.Stage, reconcile.Restate:
			u.work <- e // never blocks: the engine has one of each out at a time
		case reconcile.Acked:
			u.marks.Acked, u.marks.Stable = e.Acked, e.Stable
			u.marks.Learn(e.Gen, e.Pos)
			u.marks.FeedGen = e.Gen
			u.keep()
		case reconcile.Opened:
			u.marks.Epoch = e.Epoch
			u.cfg.Log.Info("session with the centre", "session", e.Session, "epoch", e.Epoch)
		case reconcile.Closed:
			u.cfg.Log.Info("session with the centre ended", "cause", e.Cause)
		case reconcile.Trouble:
			u.trouble(e)
		case reconcile.Handing:
			u.change(func(s *Status) { s.Handed = e.Handed })
		case reconcile.Dropped:
			u.drop(e.Channel, e.Why, e.Err)
		}
	}
}

func (u *Uplink) keep() {
	if err := u.cfg.Keeper.Keep(u.marks); err != nil {
		u.cfg.Log.Warn("the marks of the line could not be stored; they will be found again", "err", err)
	}
}

// deliver hands the centre's records to the node, off the loop: a commit may take its time.
func (u *Uplink) deliver(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-u.work:
			if t, ok := e.(reconcile.Take); ok {
				u.answer <- reconcile.Taken{Err: u.cfg.Node.TakeBack(ctx, t)}
				continue
			}
			if _, ok := e.(reconcile.Restate); ok {
				from, err := u.cfg.Node.Restate(ctx)
				u.answer <- reconcile.Restated{From: from, Err: err}
				continue
			}
			if s, ok := e.(reconcile.Stage); ok {
				u.answer <- u.cfg.Node.Stage(ctx, s)
				continue
			}
			upTo, err := u.cfg.Node.Submit(ctx, e.(reconcile.Apply))
			a := reconcile.Applied{UpTo: upTo, Err: err}
			var blocked *Blocked
			if errors.As(err, &blocked) {
				a.Err, a.Blocked = nil, &wire.Blocked{Seq: blocked.Seq, Type: blocked.Type}
			}
			u.answer <- a // never blocks: one delivery and one take are out at a time
		}
	}
}
