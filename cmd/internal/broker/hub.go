package broker

import (
	"crypto/x509"
	"encoding/binary"
	"net"
	"strings"
	"sync"

	"picket/sync/wire"
)

// What may wait for one client; what falls off is sent again by the end that said it.
const (
	maxWaiting      = 1000
	maxWaitingBytes = 4 << 20
	maxUnanswered   = 32 // messages a client has not acknowledged
	maxFilters      = 64
	maxRetained     = 16 << 10 // topics; presence alone is retained, one topic a site
	maxPresence     = 4 << 10  // bytes of a presence; with certificates nothing else is retained
	maxClients      = 4096
	maxOfOne        = 64 // connections under one certificate
)

// hub knows who is connected, who wants what, and what is retained.
type hub struct {
	rights func(name string) (say, hear []string) // nil: all is allowed
	mu     sync.Mutex
	online map[string]*client // by client id
	keep   map[string]message // retained, by topic
	closed bool
	of     map[string]int // connections, by the name of their certificate
}

func newHub(rights func(string) (say, hear []string)) *hub {
	return &hub{rights: rights, online: map[string]*client{}, keep: map[string]message{}, of: map[string]int{}}
}

// client is one connection.
type client struct {
	hub       *hub
	conn      net.Conn
	id, name  string // name: of its certificate
	cert      *x509.Certificate
	say, hear []string
	will      *message

	// Below is the hub's, under its lock.
	filters    []filter
	waiting    []message
	bytes      int
	from       map[string]load // of what waits, by who said it
	unanswered int
	urgent     []byte // answers, which go first
	gone       bool
	wake       *sync.Cond
}

// load is what waits of one sender.
type load struct{ messages, bytes int }

func (c *client) may(list []string, filter string) bool {
	if c.hub.rights == nil {
		return true
	}
	for _, l := range list {
		if covers(l, filter) {
			return true
		}
	}
	return false
}

// enter lets a client in, and throws out who has its client id, if that is the same site. It says whether it may.
func (h *hub) enter(c *client) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	old := h.online[c.id]
	switch {
	case h.closed || old == nil && len(h.online) >= maxClients:
		return false
	case old != nil && old.name != c.name:
		return false // or each could throw out every other
	case old == nil && h.rights != nil && h.of[c.name] >= maxOfOne:
		return false // or one site could take every seat
	case old != nil:
		h.drop(old, true)
	}
	h.online[c.id] = c
	h.of[c.name]++
	return true
}

// leave ends a client; its last will is spoken if it did not take leave.
func (h *hub) leave(c *client, will bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(c, will)
}

func (h *hub) drop(c *client, will bool) {
	if c.gone {
		return
	}
	c.gone = true
	if h.of[c.name]--; h.of[c.name] <= 0 {
		delete(h.of, c.name)
	}
	if h.online[c.id] == c {
		delete(h.online, c.id)
	}
	c.wake.Broadcast()
	_ = c.conn.Close()
	if will && c.will != nil && !h.closed && c.may(c.say, c.will.topic) {
		h.spread(*c.will)
	}
}

// close ends everything as a power cut does: no will is spoken.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, c := range h.online {
		h.drop(c, false)
	}
}

// expel throws out whose certificate does not count any more.
func (h *hub) expel(bad func(*x509.Certificate) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.online {
		if c.cert != nil && bad(c.cert) {
			h.drop(c, true)
		}
	}
}

// publish takes a message from a client. What it may not say vanishes, as with other brokers: 3.1.1 has no answer
// for it.
func (h *hub) publish(c *client, m message) {
	if !c.may(c.say, m.topic) {
		return
	}
	if m.from = c.name; m.from == "" {
		m.from = c.id
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spread(m)
}

func (h *hub) spread(m message) {
	if m.retain {
		if len(m.payload) == 0 {
			delete(h.keep, m.topic)
		} else if !h.keeps(m) {
			// It goes on to who is there.
		} else if _, known := h.keep[m.topic]; known || len(h.keep) < maxRetained {
			h.keep[m.topic] = m
		}
	}
	m.retain = false // who is subscribed already gets it as any other
	for _, c := range h.online {
		c.offer(m)
	}
}

// keeps says whether a message may be retained. On a line with certificates that is presence alone: a site may write below
// a topic of its own, and would else fill the memory with topics nobody asked for, and leave no place to others.
func (h *hub) keeps(m message) bool {
	if h.rights == nil {
		return true
	}
	if len(m.payload) > maxPresence {
		return false
	}
	t, err := wire.ParseTopic(m.topic)
	return err == nil && t.Channel == wire.ChannelState || h.isCentre(m.topic)
}

// isCentre says whether a topic is the centre's presence.
func (h *hub) isCentre(topic string) bool {
	p := strings.Split(topic, "/")
	return len(p) == 5 && topic == wire.CentreState(wire.Tenant(p[2]))
}

// offer puts a message into a client's queue, if it wants it.
func (c *client) offer(m message) {
	wanted, qos := false, byte(0)
	for _, f := range c.filters {
		if covers(f.text, m.topic) {
			wanted, qos = true, max(qos, f.qos)
		}
	}
	if !wanted || c.gone || len(c.waiting) >= maxWaiting || c.bytes+len(m.payload) > maxWaitingBytes || !c.fair(m) {
		return
	}
	m.qos = min(m.qos, qos)
	c.waiting = append(c.waiting, m)
	c.bytes += len(m.payload)
	if c.from == nil {
		c.from = map[string]load{}
	}
	l := c.from[m.from]
	c.from[m.from] = load{l.messages + 1, l.bytes + len(m.payload)}
	c.wake.Signal()
}

// fair keeps one sender's flood from taking the queue from the others: once it is half full, each may have no more than an
// eighth of it.
func (c *client) fair(m message) bool {
	l := c.from[m.from]
	return len(c.waiting) < maxWaiting/2 && c.bytes < maxWaitingBytes/2 || l.messages < maxWaiting/8 && l.bytes+len(m.payload) <= maxWaitingBytes/8
}

// next takes the first of what waits.
func (c *client) next() message {
	m := c.waiting[0]
	c.waiting = c.waiting[1:]
	c.bytes -= len(m.payload)
	if l := c.from[m.from]; l.messages > 1 {
		c.from[m.from] = load{l.messages - 1, l.bytes - len(m.payload)}
	} else {
		delete(c.from, m.from)
	}
	return m
}

// subscribe answers 0x80 for what the client may not hear. The answer goes before what is retained.
func (h *hub) subscribe(c *client, id uint16, asked []filter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	codes := make([]byte, len(asked))
	defer func() {
		c.urgent = appendPacket(c.urgent, kSuback, 0, binary.BigEndian.AppendUint16(nil, id), codes)
		c.wake.Signal()
	}()
	for i, f := range asked {
		if !c.may(c.hear, f.text) || len(c.filters) >= maxFilters {
			codes[i] = 0x80
			continue
		}
		codes[i] = f.qos
		c.forget(f.text)
		had := c.filters
		c.filters = []filter{f}    // what is retained comes for this filter, as it would for a new one
		for _, m := range h.keep { // in any order: MQTT promises none between topics
			c.offer(m)
		}
		c.filters = append(had, f)
	}
}

func (h *hub) unsubscribe(c *client, asked []filter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range asked {
		c.forget(f.text)
	}
}

func (c *client) forget(text string) {
	kept := make([]filter, 0, len(c.filters)+1)
	for _, f := range c.filters {
		if f.text != text {
			kept = append(kept, f)
		}
	}
	c.filters = kept
}

// answer queues bytes that go before all messages.
func (h *hub) answer(c *client, packet []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.urgent = append(c.urgent, packet...)
	c.wake.Signal()
}

// acked lets the next message go.
func (h *hub) acked(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.unanswered = max(0, c.unanswered-1)
	c.wake.Signal()
}
