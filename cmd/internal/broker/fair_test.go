package broker

import (
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func heard(h *hub, name, id string, filters ...string) *client {
	conn, other := net.Pipe()
	_ = other.Close()
	c := &client{hub: h, conn: conn, name: name, id: id, say: []string{"#"}, hear: []string{"#"}}
	c.wake = sync.NewCond(&h.mu)
	for _, f := range filters {
		c.filters = append(c.filters, filter{text: f})
	}
	return c
}

// TestNobodysFloodTakesAQueueFromTheOthers: the centre reads slowly, and one site says all it can, under several client ids.
func TestNobodysFloodTakesAQueueFromTheOthers(t *testing.T) {
	for name, size := range map[string]int{"by number": 1, "by bytes": 64 << 10} {
		t.Run(name, func(t *testing.T) {
			h := newHub(func(string) (say, hear []string) { return nil, nil })
			centre := heard(h, "centre", "centre", "#")
			a1, a2, b := heard(h, "a", "a1"), heard(h, "a", "a2"), heard(h, "b", "b1")
			for _, c := range []*client{centre, a1, a2, b} {
				require.True(t, h.enter(c))
			}
			for i := range 2 * maxWaiting {
				h.publish(a1, message{topic: fmt.Sprintf("a/%d", i), payload: make([]byte, size)})
				h.publish(a2, message{topic: "a", payload: make([]byte, size)})
			}
			full := len(centre.waiting)
			for range 5 {
				h.publish(b, message{topic: "b", payload: make([]byte, size)})
			}
			require.Len(t, centre.waiting, full+5)
			for len(centre.waiting) > 0 {
				centre.next()
			}
			require.Empty(t, centre.from)
			require.Zero(t, centre.bytes)
			h.publish(a1, message{topic: "a", payload: make([]byte, size)})
			require.Len(t, centre.waiting, 1)
		})
	}
}

// TestOneSiteTakesNotEverySeat: with certificates, so many connections are one site's. A client id that comes again takes its own place.
func TestOneSiteTakesNotEverySeat(t *testing.T) {
	h := newHub(func(string) (say, hear []string) { return nil, nil })
	var first *client
	for i := range maxOfOne {
		c := heard(h, "a", fmt.Sprint("a", i))
		require.True(t, h.enter(c))
		first = c
	}
	require.False(t, h.enter(heard(h, "a", "one too many")))
	again := heard(h, "a", first.id)
	require.True(t, h.enter(again))
	require.True(t, first.gone)
	require.True(t, h.enter(heard(h, "b", "b1")))
	h.leave(again, false)
	require.True(t, h.enter(heard(h, "a", "after one left")))
	free := newHub(nil)
	for i := range 3 * maxOfOne {
		require.True(t, free.enter(heard(free, "", fmt.Sprint(i))), "without certificates nobody is known apart")
	}
}
