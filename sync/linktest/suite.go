package linktest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
)

// Rig is a broker under the suite, and a way to its links.
type Rig interface {
	// Connect makes a link that closes itself at the end of the test.
	Connect(t *testing.T, clientID string, filters []string, will *link.Message) link.Link
	// Drop breaks a client's connection as a lost line does.
	Drop(clientID string)
	// Stop kills the broker, Start brings it back with nothing remembered.
	Stop()
	Start()
}

const patience = 20 * time.Second

// Next waits for an event of a kind, passing over others.
func Next(t *testing.T, l link.Link, kind link.Kind) link.Event {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case e, ok := <-l.Events():
			require.True(t, ok, "the link was closed")
			if e.Kind == kind {
				return e
			}
		case <-limit:
			require.FailNow(t, "the event did not come", "kind %d", kind)
		}
	}
}

// Run is what every link passes.
func Run(t *testing.T, rig func(t *testing.T) Rig) {
	t.Run("carries in order", func(t *testing.T) {
		r := rig(t)
		a, b := r.Connect(t, "a", nil, nil), r.Connect(t, "b", []string{"x/+/log", "x/s/#"}, nil)
		Next(t, a, link.Up)
		Next(t, b, link.Up)
		require.NoError(t, a.Publish("y/s/log", []byte("not for b"), false))
		for i := range 50 {
			require.NoError(t, a.Publish("x/s/log", fmt.Appendf(nil, "\x00\xff%d", i), false))
			// Overlapping filters may bring a message twice; the order of first sights is what counts.
			for {
				e := Next(t, b, link.Received)
				require.Equal(t, "x/s/log", e.Message.Topic)
				require.False(t, e.Message.Retained)
				if string(e.Message.Payload) == fmt.Sprintf("\x00\xff%d", i) {
					break
				}
				require.Equal(t, fmt.Sprintf("\x00\xff%d", i-1), string(e.Message.Payload))
			}
		}
	})
	t.Run("retained reaches who comes late", func(t *testing.T) {
		r := rig(t)
		a := r.Connect(t, "a", nil, nil)
		Next(t, a, link.Up)
		require.NoError(t, a.Publish("x/state", []byte("one"), true))
		require.NoError(t, a.Publish("x/state", []byte("two"), true))
		require.Eventually(t, func() bool {
			b := r.Connect(t, "b", []string{"x/state"}, nil)
			Next(t, b, link.Up)
			select {
			case e := <-b.Events():
				return e.Message.Retained && string(e.Message.Payload) == "two"
			case <-time.After(time.Second):
				return false
			}
		}, patience, 10*time.Millisecond)
	})
	t.Run("a lost line speaks its will and comes back", func(t *testing.T) {
		r := rig(t)
		b := r.Connect(t, "b", []string{"x/state", "x/ping"}, nil)
		a := r.Connect(t, "a", []string{"x/ping"}, &link.Message{Topic: "x/state", Payload: []byte("gone"), Retained: true})
		Next(t, a, link.Up)
		Next(t, b, link.Up)
		r.Drop("a")
		require.Equal(t, "gone", string(Next(t, b, link.Received).Message.Payload))
		Next(t, a, link.Down)
		Next(t, a, link.Up)
		require.NoError(t, b.Publish("x/ping", []byte("still there?"), false))
		require.Equal(t, "still there?", string(Next(t, a, link.Received).Message.Payload))
	})
	t.Run("close says no will and closes the channel", func(t *testing.T) {
		r := rig(t)
		b := r.Connect(t, "b", []string{"x/#"}, nil)
		a := r.Connect(t, "a", nil, &link.Message{Topic: "x/state", Payload: []byte("gone")})
		Next(t, a, link.Up)
		Next(t, b, link.Up)
		require.NoError(t, a.Publish("x/bye", []byte("bye"), false))
		require.NoError(t, a.Close())
		require.NoError(t, b.Publish("x/after", []byte("after"), false))
		var seen []string
		for len(seen) == 0 || seen[len(seen)-1] != "after" {
			seen = append(seen, string(Next(t, b, link.Received).Message.Payload))
		}
		require.Equal(t, []string{"bye", "after"}, seen)
		for range a.Events() { // ends when the channel is closed
		}
		require.Error(t, a.Publish("x/bye", nil, false))
	})
	t.Run("a broker that dies and comes back", func(t *testing.T) {
		r := rig(t)
		a, b := r.Connect(t, "a", nil, nil), r.Connect(t, "b", []string{"x/#"}, nil)
		Next(t, a, link.Up)
		Next(t, b, link.Up)
		r.Stop()
		require.Error(t, Next(t, a, link.Down).Err)
		Next(t, b, link.Down)
		require.ErrorIs(t, a.Publish("x/y", []byte("lost"), false), link.ErrDown)
		r.Start()
		Next(t, a, link.Up)
		Next(t, b, link.Up)
		require.NoError(t, a.Publish("x/y", []byte("back"), false))
		require.Equal(t, "back", string(Next(t, b, link.Received).Message.Payload))
	})
	t.Run("too big is refused", func(t *testing.T) {
		r := rig(t)
		a := r.Connect(t, "a", nil, nil)
		Next(t, a, link.Up)
		require.ErrorIs(t, a.Publish("x", make([]byte, link.MaxPayload+1), false), link.ErrTooBig)
		require.NoError(t, a.Publish("x", make([]byte, 96<<10), false))
	})
	t.Run("an owner who does not read harms nobody", func(t *testing.T) {
		r := rig(t)
		a, b := r.Connect(t, "a", nil, nil), r.Connect(t, "b", []string{"x/#"}, nil)
		Next(t, a, link.Up)
		for i := range 3000 {
			require.Eventually(t, func() bool { return a.Publish("x/y", fmt.Appendf(nil, "%d", i), false) == nil }, patience, time.Millisecond)
		}
		r.Drop("b")
		// The newest state of b's connection is in its channel, whatever else had to go.
		Next(t, b, link.Down)
		Next(t, b, link.Up)
		require.NoError(t, a.Publish("x/z", []byte("now"), false))
		for string(Next(t, b, link.Received).Message.Payload) != "now" {
		}
	})
}
