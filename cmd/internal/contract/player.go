package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"picket/sync/link"
	"picket/sync/wire"
)

// got is a message from the OMS.
type got struct {
	at      time.Time
	channel wire.Channel
	msg     wire.Message // nil for a batch
	batch   *wire.Batch
	centre  bool // the centre's presence
}

// player is one site, used by one goroutine.
type player struct {
	ctx  context.Context
	cfg  Config
	l    link.Link
	node wire.NodeID
	run  string

	twin *player // the second site, where there is one

	log    ownLog
	feed   feed
	codec  wire.Codec
	nonce  wire.Nonce
	nonces map[wire.Nonce]bool // every one that was said
	chal   wire.Challenge
	life   wire.Generation // of the centre, as its newest challenge says
	gen    wire.Generation
	epoch  wire.Epoch
	pos    wire.Pos
	old    []wire.SessionID

	session wire.SessionID
	window  int  // the window that was told last
	quiet   bool // feed batches are not acknowledged
	unacked []wire.Seq

	seen       []got
	acked      wire.Ack // the newest of the session
	results    []Result
	takenIn    int               // facts that came by import
	faults     map[string]string // what was seen in passing, by check
	complained time.Time
	signs      bool // something came that has a signature
}

func newPlayer(ctx context.Context, cfg Config, l link.Link, node wire.NodeID) *player {
	p := &player{ctx: ctx, cfg: cfg, l: l, node: node, run: ulid.Make().String(), nonces: map[wire.Nonce]bool{}, faults: map[string]string{}, window: 16}
	p.log.begin(p.id())
	p.feed.reset(0)
	return p
}

func (p *player) id() string { return ulid.Make().String() }

// connect waits for the broker.
func (p *player) connect() error {
	timeout := time.NewTimer(p.cfg.Patience * 2)
	defer timeout.Stop()
	var last error
	for {
		select {
		case ev := <-p.l.Events():
			if ev.Kind == link.Up {
				p.publish(wire.ChannelState, true, &wire.State{Online: true, Boot: 1, Node: p.node, SW: "picket contract-test"})
				return nil
			}
			if ev.Kind == link.Down && ev.Err != nil {
				last = ev.Err
			}
		case <-timeout.C:
			return fmt.Errorf("broker: no connection to %s: %w", p.cfg.Link.Broker, errors.Join(last, context.DeadlineExceeded))
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
	}
}

// leftovers connects anew: what the broker then hands out of the site's own channels was retained.
func (p *player) leftovers() {
	cfg := p.cfg.Link
	cfg.ClientID += "x"
	l, err := link.Dial(cfg)
	if err != nil {
		return
	}
	defer l.Close()
	timeout := time.NewTimer(p.cfg.Quiet)
	defer timeout.Stop()
	for {
		select {
		case ev := <-l.Events():
			if t, err := wire.ParseTopic(ev.Message.Topic); ev.Kind == link.Received && ev.Message.Retained && err == nil {
				p.fault("retained", "the broker keeps a message on d/%s", t.Channel)
			}
		case <-timeout.C:
			return
		case <-p.ctx.Done():
			return
		}
	}
}

// publish sends a message; what the library refuses is shown by the answer that does not come.
func (p *player) publish(ch wire.Channel, retained bool, m wire.Message) {
	if payload, err := wire.Encode(m); err == nil {
		p.raw(ch, retained, payload)
	}
}

func (p *player) raw(ch wire.Channel, retained bool, payload []byte) {
	t := wire.Topic{Tenant: p.cfg.Tenant, Site: p.cfg.Site, Dir: wire.Up, Channel: ch}
	for try := 0; p.l.Publish(t.String(), payload, retained) != nil && try < 50; try++ {
		p.listen(time.Now().Add(20 * time.Millisecond))
	}
}

// mark is where the messages stand that come from now on.
func (p *player) mark() int { return len(p.seen) }

// listen takes messages until a time.
func (p *player) listen(until time.Time) {
	p.await(p.mark(), time.Until(until), func(*got) bool { return false })
}

// await gives the first message from a mark on that is wanted, nil when none comes in time.
func (p *player) await(from int, d time.Duration, want func(*got) bool) *got {
	for i := from; i < len(p.seen); i++ {
		if want(&p.seen[i]) {
			return &p.seen[i]
		}
	}
	timeout := time.NewTimer(max(0, d))
	defer timeout.Stop()
	for {
		select {
		case ev, ok := <-p.l.Events():
			if !ok {
				return nil
			}
			n := len(p.seen)
			if ev.Kind == link.Received {
				p.take(ev.Message)
			}
			for i := n; i < len(p.seen); i++ {
				if want(&p.seen[i]) {
					return &p.seen[i]
				}
			}
		case <-timeout.C:
			return nil
		case <-p.ctx.Done():
			return nil
		}
	}
}

// fault notes what was seen in passing; the first of each counts.
func (p *player) fault(check, format string, args ...any) {
	if p.faults[check] == "" {
		p.faults[check] = fmt.Sprintf(format, args...)
	}
}

// take reads a message, holds it against all that can be seen in passing, and does what a site does with it.
func (p *player) take(m link.Message) {
	g := got{at: time.Now()}
	if m.Topic == wire.CentreState(p.cfg.Tenant) {
		g.centre, g.channel = true, wire.ChannelState
		if msg, err := wire.Decode(m.Payload); err != nil {
			p.fault("presence", "the centre's state cannot be read: %v", err)
		} else {
			g.msg = msg
		}
		p.seen = append(p.seen, g)
		return
	}
	t, err := wire.ParseTopic(m.Topic)
	if err != nil {
		return
	}
	g.channel = t.Channel
	p.proof(t, m.Payload)
	if t.Channel == wire.ChannelLog {
		b, err := p.codec.Open(m.Payload, nil)
		if err != nil {
			p.fault("readable", "a batch of the feed: %v", err)
			return
		}
		g.batch = b
		p.seen = append(p.seen, g)
		p.onBatch(b)
		return
	}
	msg, err := wire.Decode(m.Payload)
	if err != nil {
		if !errors.Is(err, wire.ErrUnknownKind) {
			p.fault("readable", "a message on %s: %v", t.Channel, err)
		}
		return
	}
	g.msg = msg
	p.seen = append(p.seen, g)
	p.onMessage(msg, g.at)
}

// proof holds a message against the OMS's key, where that is known.
func (p *player) proof(t wire.Topic, payload []byte) {
	p.signs = p.signs || bytes.Contains(payload, []byte(`,"sig":"`))
	by := wire.NewChecker(t, p.cfg.Key)
	if by == nil {
		return
	}
	var err error
	if t.Channel == wire.ChannelLog {
		_, err = p.codec.Open(payload, by)
	} else {
		err = wire.Verify(payload, t.Channel, by)
	}
	if un := (*wire.Unsigned)(nil); errors.As(err, &un) {
		p.fault("signed", "a message on d/%s: %v", t.Channel, err)
	}
}

func (p *player) onMessage(msg wire.Message, at time.Time) {
	switch m := msg.(type) {
	case *wire.Ack:
		p.onAck(m)
	case *wire.NoSession, *wire.MalformedMsg:
		if no, ok := m.(*wire.NoSession); ok && no.Session == p.session && p.session != "" {
			p.closed() // the end of a session is told whenever it comes
			return
		}
		if since := at.Sub(p.complained); since < 700*time.Millisecond {
			p.fault("once_a_second", "two complaints came within %d ms", since.Milliseconds())
		}
		p.complained = at
	}
}

func (p *player) closed() {
	p.old = append(p.old, p.session)
	p.session = ""
}

// onAck holds an acknowledgement of the session against the log and the one before it.
func (p *player) onAck(a *wire.Ack) {
	if a.Session != p.session {
		return
	}
	if h, ok := p.log.hashAt(a.Applied); !ok {
		p.fault("true_ack", "record %d was acknowledged, which this site never wrote (its log ends at %d)", a.Applied, p.log.head())
	} else if h != a.Hash {
		p.fault("true_ack", "the hash with applied %d is not that of this site's chain", a.Applied)
	}
	if a.Applied < p.acked.Applied || a.Pos < p.acked.Pos {
		p.fault("cumulative", "applied and pos went from %d and %d back to %d and %d within a session", p.acked.Applied, p.acked.Pos, a.Applied, a.Pos)
	}
	if a.Stable > a.Applied {
		p.fault("stable", "stable is %d, beyond applied %d", a.Stable, a.Applied)
	}
	if a.Stable < p.acked.Stable {
		p.fault("stable", "stable went back from %d to %d", p.acked.Stable, a.Stable)
	}
	p.acked = *a
	p.pos = max(p.pos, a.Pos)
}

// onBatch takes records of the feed and acknowledges them.
func (p *player) onBatch(b *wire.Batch) {
	if b.Session != p.session || p.session == "" {
		return
	}
	if len(b.Records) > 0 {
		if b.From <= p.feed.acked+1 { // it goes back and may cut its batches anew
			p.unacked = nil
		}
		p.unacked = slices.DeleteFunc(p.unacked, func(s wire.Seq) bool { return s <= p.feed.acked })
		if !slices.Contains(p.unacked, b.Last()) && b.Last() > p.feed.acked {
			p.unacked = append(p.unacked, b.Last())
		}
		if len(p.unacked) > p.window {
			p.fault("window", "%d batches were under way where this site had told a window of %d", len(p.unacked), p.window)
		}
	}
	gap, why := p.feed.take(b)
	if why != "" {
		p.fault("feed", "%s", why)
	}
	if !p.quiet {
		p.ackFeed(gap)
	}
}

// ackFeed acknowledges the feed.
func (p *player) ackFeed(gap bool) {
	p.feed.acked = p.feed.seq
	p.publish(wire.ChannelAck, false, &wire.Ack{Session: p.session, Applied: p.feed.seq, Hash: p.feed.hash(), Window: p.window, Gap: gap})
}
