package link

import "sync"

// Mailbox is the one bounded channel between a link and its owner. Put never blocks: a message that
// finds no room is dropped and counted (the protocol above sends it again). State never blocks either
// and is never dropped: it displaces the oldest messages.
type Mailbox struct {
	mu      sync.Mutex
	ch      chan Event
	dropped uint64
	closed  bool
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
	select {
	case b.ch <- Event{Kind: Received, Message: m}:
	default:
		b.dropped++
	}
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
