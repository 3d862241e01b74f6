package uplink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// book is a durable log in memory, for both ends.
type book struct {
	mu     sync.Mutex
	id     wire.LogID
	raws   []wire.Entry
	hashes []wire.Hash
}

func newBook(id wire.LogID) *book { return &book{id: id, hashes: make([]wire.Hash, 1)} }

func (b *book) add(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	raw := fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"type":"picket.test.v1","seq":%d}`, id, len(b.raws)+1)
	b.raws = append(b.raws, wire.Entry{Raw: raw})
	b.hashes = append(b.hashes, wire.Chain(b.hashes[len(b.hashes)-1], raw))
}

func (b *book) Head() wire.Position {
	b.mu.Lock()
	defer b.mu.Unlock()
	return wire.Position{Log: b.id, Seq: wire.Seq(len(b.raws)), Hash: b.hashes[len(b.raws)]}
}
func (b *book) First() wire.Seq { return 1 }
func (b *book) HashAt(seq wire.Seq) (wire.Hash, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if int(seq) >= len(b.hashes) {
		return wire.Hash{}, false
	}
	return b.hashes[seq], true
}
func (b *book) Read(from wire.Seq, most, bytes int) ([]wire.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	end := min(len(b.raws), int(from)-1+most)
	return append([]wire.Entry(nil), b.raws[int(from)-1:end]...), nil
}

// tray takes records in order, once each.
type tray struct {
	mu     sync.Mutex
	cursor wire.Position
	raws   []string
	hashes []wire.Hash
	fail   error                 // every commit fails with it
	refuse func(raw []byte) bool // an unknown type
	broken error
	takes  []reconcile.Take
}

func newTray(log wire.LogID) *tray {
	return &tray{cursor: wire.Position{Log: log}, hashes: make([]wire.Hash, 1)}
}

func (y *tray) HashAt(seq wire.Seq) (wire.Hash, bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if int(seq) >= len(y.hashes) {
		return wire.Hash{}, false
	}
	return y.hashes[seq], true
}

func (y *tray) Submit(_ context.Context, d Delivery) (wire.Seq, error) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.fail != nil {
		return y.cursor.Seq, y.fail
	}
	if d.Log != y.cursor.Log {
		y.cursor = wire.Position{Log: d.Log}
	}
	for _, r := range d.Records {
		if r.Seq <= y.cursor.Seq {
			continue
		}
		if r.Seq != y.cursor.Seq+1 || r.Hash != wire.Chain(y.cursor.Hash, r.Raw) {
			y.broken = fmt.Errorf("record %d after %d", r.Seq, y.cursor.Seq)
		}
		if y.refuse != nil && y.refuse(r.Raw) {
			return y.cursor.Seq, &Blocked{Seq: r.Seq, Type: "picket.future.v9"}
		}
		y.cursor.Seq, y.cursor.Hash = r.Seq, r.Hash
		y.raws, y.hashes = append(y.raws, string(r.Raw)), append(y.hashes, r.Hash)
	}
	return y.cursor.Seq, nil
}

// TakeBack notes what the centre told.
func (y *tray) TakeBack(_ context.Context, t reconcile.Take) error {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.takes = append(y.takes, t)
	return nil
}

// Restate has nothing to say: nothing is ever dropped here.
func (y *tray) Restate(context.Context) (wire.Seq, error) {
	return 0, errors.New("nothing was dropped")
}

func (y *tray) at() wire.Seq { y.mu.Lock(); defer y.mu.Unlock(); return y.cursor.Seq }

func (y *tray) set(edit func(*tray)) { y.mu.Lock(); defer y.mu.Unlock(); edit(y) }

// equals says what differs between what was sent and what came.
func (y *tray) equals(b *book) error {
	head := b.Head()
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.broken != nil {
		return y.broken
	}
	if y.cursor != head && (head.Seq != 0 || y.cursor.Seq != 0) {
		return fmt.Errorf("at %s/%d, the other side at %s/%d", y.cursor.Log, y.cursor.Seq, head.Log, head.Seq)
	}
	for i, raw := range y.raws {
		if raw != string(b.raws[i].Raw) {
			return fmt.Errorf("record %d differs", i+1)
		}
	}
	return nil
}

type marksBox struct {
	mu    sync.Mutex
	marks Marks
}

func (k *marksBox) Keep(m Marks) error { k.mu.Lock(); defer k.mu.Unlock(); k.marks = m; return nil }

type dialer func(clientID string, filters []string, will *link.Message) link.Link

// siteBox is one site's durable parts and its running uplink.
type siteBox struct {
	t      *testing.T
	dial   dialer
	log    *book
	tray   *tray
	keep   marksBox
	boot   uint64
	u      *Uplink
	stop   context.CancelFunc
	ended  chan error
	timing reconcile.Timing
}

func newSiteBox(t *testing.T, d dialer) *siteBox {
	return &siteBox{t: t, dial: d, log: newBook("SITELOG"), tray: newTray("0"), timing: reconcile.Timing{HelloSpread: time.Second}}
}

func (s *siteBox) start() {
	s.boot++
	lineage, err := wire.ParseLineage(s.tray.cursor.Log)
	require.NoError(s.t, err)
	m := s.keep.marks
	n := 0
	u, err := New(Config{
		Tenant: "acme", Site: "s1", NodeID: "node1", Boot: s.boot, SW: "test",
		Connect: func(id string, filters []string, will link.Message) (link.Link, error) {
			return s.dial(id, filters, &will), nil
		},
		Journal: s.log, Node: s.tray, Keeper: &s.keep,
		State: reconcile.SiteState{Epoch: m.Epoch, Acked: m.Acked, Stable: m.Stable, Gen: m.Gen, Pos: m.Pos,
			Feed: wire.FeedMark{Lineage: lineage, Seq: s.tray.cursor.Seq, Hash: s.tray.cursor.Hash}},
		Timing: s.timing, Rand: rand.Float64,
		Nonce: func() wire.Nonce { n++; return wire.Nonce(fmt.Sprintf("n%d-%d", s.boot, n)) },
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(s.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	s.u, s.stop, s.ended = u, cancel, make(chan error, 1)
	go func() { s.ended <- u.Run(ctx) }()
}

func (s *siteBox) end() {
	s.stop()
	require.NoError(s.t, <-s.ended)
}

func (s *siteBox) write(n int) {
	for range n {
		s.log.add(fmt.Sprintf("fact-%d/0", len(s.log.raws)+1))
	}
	s.u.Wake()
}

// centreBox is a centre for one site: the shell that doc.go of reconcile describes, as short as it can
// be.
type centreBox struct {
	dial   dialer
	feed   *book
	tray   *tray
	row    reconcile.CentreState
	gen    wire.Generation
	boot   uint64
	wake   chan struct{}
	stop   chan struct{}
	ended  chan struct{}
	timing reconcile.Timing
}

func newCentreBox(d dialer) *centreBox {
	return &centreBox{dial: d, feed: newBook("1"), tray: newTray(""), gen: "GEN1"}
}

func (c *centreBox) start() {
	c.boot++
	c.wake, c.stop, c.ended = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	c.row.Applied = c.tray.cursor
	n := 0
	engine := reconcile.NewCentre(reconcile.CentreConfig{Gen: c.gen, Feed: c.feed, Chain: c.tray, Timing: c.timing, Rand: rand.Float64,
		Session: func() wire.SessionID { n++; return wire.SessionID(fmt.Sprintf("sess%d-%d", c.boot, n)) },
		Chal:    func() wire.Challenge { n++; return wire.Challenge(fmt.Sprintf("chal%d-%d", c.boot, n)) }}, c.row)
	l := c.dial("centre", wire.CentreFilters("acme"), nil)
	go c.loop(engine, l)
}

func (c *centreBox) end() { close(c.stop); <-c.ended }

func (c *centreBox) write(n int) {
	for range n {
		c.feed.add(fmt.Sprintf("order-%d/0", len(c.feed.raws)+1))
	}
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *centreBox) loop(engine *reconcile.Centre, l link.Link) {
	defer close(c.ended)
	defer func() { _ = l.Close() }()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		wait := time.Hour
		if at := engine.Next(); !at.IsZero() {
			wait = time.Until(at)
		}
		timer.Reset(wait)
		var in reconcile.Event
		select {
		case <-c.stop:
			return
		case <-c.wake:
			in = reconcile.Woke{}
		case <-timer.C:
			in = reconcile.Tick{}
		case e := <-l.Events():
			if e.Kind == link.Up {
				state, _ := wire.Encode(&wire.State{Online: true, Boot: c.boot, Gen: c.gen})
				_ = l.Publish(wire.CentreState("acme"), state, true)
			}
			t, err := wire.ParseTopic(e.Message.Topic)
			if e.Kind != link.Received || err != nil || t.Channel == wire.ChannelState {
				continue
			}
			in = reconcile.Received{Channel: t.Channel, Payload: e.Message.Payload}
		}
		c.run(engine, l, engine.Step(time.Now(), in))
	}
}

func (c *centreBox) run(engine *reconcile.Centre, l link.Link, effects []reconcile.Effect) {
	for len(effects) > 0 {
		var answers []reconcile.Event
		for _, e := range effects {
			switch e := e.(type) {
			case reconcile.Publish:
				_ = l.Publish(wire.Topic{Tenant: "acme", Site: "s1", Dir: wire.Down, Channel: e.Channel}.String(), e.Payload, false)
			case reconcile.Apply:
				upTo, err := c.tray.Submit(context.Background(), e)
				c.row.Pos = wire.Pos(upTo)
				a := reconcile.Applied{UpTo: upTo, Pos: c.row.Pos, Err: err}
				var b *Blocked
				if errors.As(err, &b) {
					a.Err, a.Blocked = nil, &wire.Blocked{Seq: b.Seq, Type: b.Type}
				}
				answers = append(answers, a)
			case reconcile.Adopt:
				c.row.Node, c.row.Epoch = e.Node, e.Epoch
				c.tray.set(func(y *tray) { y.cursor.Log = e.Log })
				answers = append(answers, reconcile.Adopted{})
			}
		}
		effects = nil
		for _, a := range answers {
			effects = append(effects, engine.Step(time.Now(), a)...)
		}
	}
}

// Stage keeps nothing: this site is never offered a snapshot.
func (y *tray) Stage(context.Context, reconcile.Stage) reconcile.Staged { return reconcile.Staged{} }
