package linktest

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"picket/sync/link"
)

// Broker is a Net that runs by the clock; its clients are links.
type Broker struct {
	mu    sync.Mutex
	net   *Net
	links map[string]*memLink // by client id
	timer *time.Timer
	down  bool
}

// NewBroker starts a broker in memory whose faults follow from the seed. It needs no Close: it holds
// one timer.
func NewBroker(seed uint64, f Faults) *Broker {
	return &Broker{net: NewNet(seed, f), links: map[string]*memLink{}}
}

// SetFaults replaces the faults from now on.
func (b *Broker) SetFaults(f Faults) { b.mu.Lock(); b.net.Faults(f); b.mu.Unlock() }

// Stop is a broker that dies and forgets everything; Start brings it back, empty.
func (b *Broker) Stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = true
	for _, l := range b.sorted() {
		l.box.State(link.Event{Kind: link.Down, Err: errors.New("the broker died")})
	}
	b.net.Restart()
}

// Start brings a stopped broker back; its clients connect at once.
func (b *Broker) Start() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = false
	for _, l := range b.sorted() {
		b.attach(l)
	}
}

func (b *Broker) sorted() []*memLink {
	out := make([]*memLink, 0, len(b.links))
	for _, id := range slices.Sorted(maps.Keys(b.links)) {
		out = append(out, b.links[id])
	}
	return out
}

// Kick throws one client off, as a lost line does; its will is published, and it connects again.
func (b *Broker) Kick(clientID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.links[clientID]
	if l == nil || b.down {
		return
	}
	l.box.State(link.Event{Kind: link.Down, Err: errors.New("the line was lost")})
	b.net.Detach(clientID)
	if w := l.will; w != nil {
		b.net.Will(time.Now(), w.Topic, w.Payload, w.Retained)
	}
	b.attach(l)
	b.arm()
}

// Cut stops or restores all messages of one client, who does not notice.
func (b *Broker) Cut(clientID string, cut bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.net.Cut(clientID, cut)
}

// Connect returns a client's link.
func (b *Broker) Connect(clientID string, filters []string, will *link.Message) link.Link {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := &memLink{b: b, id: clientID, filters: filters, will: will, box: link.NewMailbox(256)}
	if old := b.links[clientID]; old != nil {
		// As brokers do: the second client of a name throws the first one off.
		old.box.State(link.Event{Kind: link.Down, Err: errors.New("another client has this id")})
	}
	b.links[clientID] = l
	if !b.down {
		b.attach(l)
	}
	return l
}

func (b *Broker) attach(l *memLink) {
	b.net.Attach(time.Now(), l.id, l.filters...)
	l.box.State(link.Event{Kind: link.Up})
	b.arm()
}

// arm sets the timer for the next arrival.
func (b *Broker) arm() {
	at, ok := b.net.Next()
	if !ok {
		return
	}
	if b.timer != nil {
		b.timer.Stop()
	}
	b.timer = time.AfterFunc(time.Until(at), b.deliver)
}

func (b *Broker) deliver() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range b.net.Due(time.Now()) {
		if l := b.links[d.To]; l != nil {
			l.box.Put(link.Message{Topic: d.Topic, Payload: d.Payload, Retained: d.Retained})
		}
	}
	b.arm()
}

type memLink struct {
	b       *Broker
	id      string
	filters []string
	will    *link.Message
	box     *link.Mailbox
}

func (l *memLink) Publish(topic string, payload []byte, retained bool) error {
	if len(payload) > link.MaxPayload {
		return link.ErrTooBig
	}
	l.b.mu.Lock()
	defer l.b.mu.Unlock()
	switch {
	case l.b.links[l.id] != l:
		return link.ErrClosed
	case !l.b.net.Attached(l.id):
		return link.ErrDown
	}
	l.b.net.Send(time.Now(), l.id, topic, payload, retained)
	l.b.arm()
	return nil
}

func (l *memLink) Events() <-chan link.Event { return l.box.Events() }

func (l *memLink) Close() error {
	l.b.mu.Lock()
	defer l.b.mu.Unlock()
	if l.b.links[l.id] == l {
		delete(l.b.links, l.id)
		l.b.net.Detach(l.id)
	}
	l.box.Close()
	return nil
}

var _ link.Link = (*memLink)(nil)
