package link

import "sync"

// Mailbox is the one bounded channel between a link and its owner. Put never blocks: a message that
// finds no room is dropped and counted (the protocol above sends it again). State never blocks either
// and is never dropped: it displaces the oldest messages.
//
// Where the senders are told apart, none takes it from the others: once it is half full, each may put no more than an eighth
// of it until it is less than half full again.
type Mailbox struct {
	mu      sync.Mutex
	ch      chan Event
	dropped uint64
	closed  bool

	sender func(topic string) string // nil: all are one
	put    map[string]int            // by sender, since it is half full
}

// NewMailbox holds up to n events.
func NewMailbox(n int) *Mailbox { return &Mailbox{ch: make(chan Event, max(n, 2))} }

// Put delivers a message, or drops it.
func (b *Mailbox) Put(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	if b.sender != nil && !b.fair(m.Topic) {
		b.dropped++
		return
	}
	select {
	case b.ch <- Event{Kind: Received, Message: m}:
	default:
		b.dropped++
	}
}

// fair says whether a sender's share has room for one more.
func (b *Mailbox) fair(topic string) bool {
	if len(b.ch) < cap(b.ch)/2 {
		clear(b.put)
		return true
	}
	who := b.sender(topic)
	if b.put[who] >= cap(b.ch)/8 {
		return false
	}
	if b.put == nil {
		b.put = map[string]int{}
	}
	b.put[who]++
	return true
}

// State delivers Up or Down.
func (b *Mailbox) State(e Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	for {
		select {
		case b.ch <- e:
			return
		default:
		}
		// Full. Everything that waits is from before this change of state and would be refused or
		// sent again by the protocol, so the oldest goes.
		select {
		case <-b.ch:
			b.dropped++
		default:
		}
	}
}

// Events is what the owner reads.
func (b *Mailbox) Events() <-chan Event { return b.ch }

// Dropped counts what found no room.
func (b *Mailbox) Dropped() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}

// Close closes the channel. Later events vanish.
func (b *Mailbox) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.closed = true
		close(b.ch)
	}
}
