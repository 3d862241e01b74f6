package linktest

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
)

// Lines are the connections of links to a real broker; they can be cut.
type Lines struct {
	mu    sync.Mutex
	conns map[string][]net.Conn // by client id
}

// Config makes a client reconnect quickly, over connections that can be cut.
func (l *Lines) Config(c link.Config) link.Config {
	id := c.ClientID
	c.RetryMin, c.RetryMax, c.Rand = 20*time.Millisecond, 200*time.Millisecond, rand.Float64
	c.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err == nil {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.conns == nil {
				l.conns = map[string][]net.Conn{}
			}
			l.conns[id] = append(l.conns[id], conn)
		}
		return conn, err
	}
	return c
}

// Connect makes a link that closes itself at the end of the test.
func (l *Lines) Connect(t *testing.T, c link.Config) link.Link {
	conn, err := link.Dial(l.Config(c))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// Drop cuts a client's connections.
func (l *Lines) Drop(clientID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.conns[clientID] {
		_ = c.Close()
	}
	delete(l.conns, clientID)
}
