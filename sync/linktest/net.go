// Package linktest is a broker in memory that drops, delays, doubles, reorders and replays by seed,
// and the suite that every link passes.
//
// Net is the stepped form, in virtual time, for simulators; Broker is Net with a clock and goroutines,
// whose clients are link.Links. Under testing/synctest Broker's clock is virtual too.
//
// This package must NEVER be imported by anything that ships in a daemon, and must NEVER let the order
// of a map reach a delivery: one seed replays one world.
package linktest

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Faults of a net. Rates are probabilities per message and receiver.
type Faults struct {
	Drop     float64
	Dup      float64
	Replay   float64 // some earlier message to the same receiver comes again
	DelayMin time.Duration
	DelayMax time.Duration // differing delays are what reorders
	Truncate float64       // the payload arrives cut short
	Flip     float64       // one bit of the payload is flipped
	Years    bool          // what comes again may be from an earlier connection of the receiver
}

// Delivery is one message that has arrived.
type Delivery struct {
	At       time.Time
	To       string
	Topic    string
	Payload  []byte
	Retained bool
}

// Net is a broker and its clients' lines. Not for use by two goroutines at once.
type Net struct {
	rng      *rand.Rand
	faults   Faults
	clients  []*client // in order of name: deliveries must not depend on a map
	retained []Delivery
	queue    queue
	n        uint64
	pasts    map[string][]Delivery // of connections that ended, where Years says so
}

type client struct {
	name    string
	filters []string
	cut     bool
	life    uint64     // deliveries meant for an earlier connection are dropped
	past    []Delivery // for replays
}

// NewNet makes a net whose faults follow from the seed.
func NewNet(seed uint64, f Faults) *Net {
	return &Net{rng: rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)), faults: f}
}

// Faults replaces the faults from now on.
func (n *Net) Faults(f Faults) { n.faults = f }

func (n *Net) find(name string) (int, bool) {
	return slices.BinarySearchFunc(n.clients, name, func(c *client, s string) int { return strings.Compare(c.name, s) })
}

// Attach connects a client, anew if it was connected; retained messages that match are on their way.
func (n *Net) Attach(now time.Time, name string, filters ...string) {
	n.Detach(name)
	i, _ := n.find(name)
	n.n++
	c := &client{name: name, filters: filters, life: n.n, past: n.pasts[name]}
	n.clients = slices.Insert(n.clients, i, c)
	for _, r := range n.retained {
		if matchAny(filters, r.Topic) {
			r.Retained = true
			n.post(now, c, r)
		}
	}
}

// Detach disconnects a client; what is under way to it is lost.
func (n *Net) Detach(name string) {
	if i, ok := n.find(name); ok {
		n.remember(n.clients[i])
		n.clients = slices.Delete(n.clients, i, i+1)
	}
}

// Attached says whether a client is connected.
func (n *Net) Attached(name string) bool { _, ok := n.find(name); return ok }

// Cut stops all messages to and from a client that stays connected, or lets them pass again.
func (n *Net) Cut(name string, cut bool) {
	if i, ok := n.find(name); ok {
		n.clients[i].cut = cut
	}
}

// Restart is a broker that lost everything: connections, retained messages, what was under way.
func (n *Net) Restart() {
	for _, c := range n.clients {
		n.remember(c)
	}
	n.clients, n.retained, n.queue = nil, nil, nil
}

// remember keeps what a connection was sent for the receiver's next one: by a bridge, or a queue that somebody forgot.
func (n *Net) remember(c *client) {
	if !n.faults.Years {
		return
	}
	if n.pasts == nil {
		n.pasts = map[string][]Delivery{}
	}
	n.pasts[c.name] = c.past
}

// Send publishes a message; nothing happens if the sender is not attached, or is cut off.
func (n *Net) Send(now time.Time, from, topic string, payload []byte, retained bool) {
	i, ok := n.find(from)
	if !ok || n.clients[i].cut {
		return
	}
	n.publish(now, Delivery{Topic: topic, Payload: slices.Clone(payload)}, retained)
}

// Will publishes on behalf of a client that is gone.
func (n *Net) Will(now time.Time, topic string, payload []byte, retained bool) {
	n.publish(now, Delivery{Topic: topic, Payload: slices.Clone(payload)}, retained)
}

func (n *Net) publish(now time.Time, d Delivery, retained bool) {
	if retained {
		n.retained = slices.DeleteFunc(n.retained, func(r Delivery) bool { return r.Topic == d.Topic })
		if len(d.Payload) > 0 {
			n.retained = append(n.retained, d)
		}
	}
	for _, c := range n.clients {
		if matchAny(c.filters, d.Topic) {
			n.post(now, c, d)
		}
	}
}

// post puts a message on a client's line, and lets the line's faults have it.
func (n *Net) post(now time.Time, c *client, d Delivery) {
	f := n.faults
	if n.rng.Float64() < f.Replay && len(c.past) > 0 {
		n.put(now, c, c.past[n.rng.IntN(len(c.past))])
	}
	c.past = append(c.past, d)
	if len(c.past) > 64 {
		// Keep a sample of all that ever was, so that a message can come years late.
		j := n.rng.IntN(len(c.past))
		c.past = slices.Delete(c.past, j, j+1)
	}
	if n.rng.Float64() < f.Drop {
		return
	}
	n.put(now, c, d)
	if n.rng.Float64() < f.Dup {
		n.put(now, c, d)
	}
}

func (n *Net) put(now time.Time, c *client, d Delivery) {
	f := n.faults
	delay := f.DelayMin
	if f.DelayMax > f.DelayMin {
		delay += time.Duration(n.rng.Int64N(int64(f.DelayMax - f.DelayMin)))
	}
	if len(d.Payload) > 0 && n.rng.Float64() < f.Truncate {
		d.Payload = d.Payload[:n.rng.IntN(len(d.Payload))]
	}
	if len(d.Payload) > 0 && n.rng.Float64() < f.Flip {
		d.Payload = slices.Clone(d.Payload)
		d.Payload[n.rng.IntN(len(d.Payload))] ^= 1 << n.rng.IntN(8)
	}
	n.n++
	d.At, d.To = now.Add(delay), c.name
	heap.Push(&n.queue, queued{d: d, n: n.n, life: c.life})
}

// Next is when the next message arrives.
func (n *Net) Next() (time.Time, bool) {
	if len(n.queue) == 0 {
		return time.Time{}, false
	}
	return n.queue[0].d.At, true
}

// Due takes the messages that have arrived by now, in order of arrival. A payload belongs to its
// reader.
func (n *Net) Due(now time.Time) []Delivery {
	var out []Delivery
	for len(n.queue) > 0 && !n.queue[0].d.At.After(now) {
		q := heap.Pop(&n.queue).(queued)
		i, ok := n.find(q.d.To)
		if !ok || n.clients[i].cut || n.clients[i].life != q.life {
			continue
		}
		q.d.Payload = slices.Clone(q.d.Payload)
		out = append(out, q.d)
	}
	return out
}

type queued struct {
	d    Delivery
	n    uint64 // ties are broken by order of sending
	life uint64
}

type queue []queued

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if !q[i].d.At.Equal(q[j].d.At) {
		return q[i].d.At.Before(q[j].d.At)
	}
	return q[i].n < q[j].n
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(queued)) }
func (q *queue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}

func matchAny(filters []string, topic string) bool {
	for _, f := range filters {
		if Match(f, topic) {
			return true
		}
	}
	return false
}

// Match says whether a topic filter of MQTT (with + and #) takes a topic.
func Match(filter, topic string) bool {
	for {
		f, fRest, fMore := strings.Cut(filter, "/")
		if f == "#" {
			return true
		}
		t, tRest, tMore := strings.Cut(topic, "/")
		if f != "+" && f != t {
			return false
		}
		if !fMore || !tMore {
			return fMore == tMore || fMore && fRest == "#"
		}
		filter, topic = fRest, tRest
	}
}
