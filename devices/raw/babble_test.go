package raw_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
	"picket/devices/raw"
)

// flood is a machine that talks without end to whoever calls it, and counts what the callers took.
func flood(t *testing.T, say []byte) (address string, sent *atomic.Int64) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	sent = new(atomic.Int64)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for {
					n, err := c.Write(say)
					sent.Add(int64(n))
					if err != nil {
						return
					}
				}
			}()
		}
	}()
	return ln.Addr().String(), sent
}

// What talks without end is cut off soon, whether it talks nonsense, half an answer or whole ones nobody asked for.
func TestAFloodIsCutOff(t *testing.T) {
	for name, say := range map[string][]byte{
		"nonsense":   bytes.Repeat([]byte("x"), 4096),
		"beginnings": bytes.Repeat([]byte("\x02030,0,0,"), 500),
		"answers":    bytes.Repeat([]byte("\x02030,0,0,1000,000,0,0,0,000,0,0,0\x03\r\n"), 100),
	} {
		t.Run(name, func(t *testing.T) {
			at, sent := flood(t, say)
			o := quick
			o.Answer = 30 * time.Second // it is the flood that ends it, not the wait
			err := once(t, o, at, func(ctx context.Context, s devices.Session) error {
				_, err := s.Status(ctx)
				return err
			})
			require.ErrorIs(t, err, devices.ErrBabble)
			require.ErrorContains(t, err, "is the address right?")
			assert.Less(t, sent.Load(), int64(32<<20), "no more than what fits into the kernel's own buffers")
		})
	}
}

// The port says so in words, and a cut connection is not tried again at once.
func TestAFloodIsSaidAndBackedOffFrom(t *testing.T) {
	at, _ := flood(t, bytes.Repeat([]byte("x"), 4096))
	seen, next := make(chan devices.Status, 64), make(chan time.Duration, 64)
	port := devices.NewPort("bench-1", devices.PortOptions{Watch: func(s devices.Status) { seen <- s }})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	health := func(h devices.Health) {
		if errors.Is(h.Err, devices.ErrBabble) {
			next <- time.Until(h.Next)
			cancel()
		}
	}
	go func() {
		ended <- port.Run(ctx, devices.Supervisor{First: time.Millisecond, Jitter: func() float64 { return 1 }, Health: health}, raw.New(at, quick))
	}()
	assert.Greater(t, <-next, 500*time.Millisecond, "not in a tight loop")
	require.ErrorIs(t, <-ended, context.Canceled)
	close(seen)
	said := false
	for s := range seen {
		said = said || s.State == devices.Offline && len(s.Reasons) == 1 && s.Reasons[0] == devices.Babble
	}
	assert.True(t, said)
	assert.Contains(t, devices.Babble.Words(), "no label printer")
	assert.Contains(t, devices.Babble.Hint(), "address")
}

// The same flood on the port for JSON is read no further than an answer may be long.
func TestAFloodOfJSONIsCutOff(t *testing.T) {
	json, sent := flood(t, bytes.Repeat([]byte(" "), 4096))
	quiet, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { quiet.Close() })
	o := quick
	o.JSON = json
	require.NoError(t, once(t, o, quiet.Addr().String(), func(ctx context.Context, s devices.Session) error {
		st, err := s.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, devices.Silent, st.State, "the printer itself says nothing")
		return nil
	}))
	assert.Less(t, sent.Load(), int64(32<<20))
}
