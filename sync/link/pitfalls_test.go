package link_test

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
	"picket/sync/linktest"
)

// script is a broker of which the test says each word.
type script struct {
	t  *testing.T
	ln net.Listener
}

func newScript(t *testing.T) *script {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = ln.Close() })
	return &script{t, ln}
}

func (s *script) dial(change func(*link.Config)) *link.MQTT {
	c := link.Config{Broker: "tcp://" + s.ln.Addr().String(), ClientID: "a", Filters: []string{"x/#"}, RetryMin: time.Millisecond, RetryMax: 5 * time.Millisecond, Rand: func() float64 { return 0.5 }}
	if change != nil {
		change(&c)
	}
	l, err := link.Dial(c)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = l.Close() })
	return l
}

// accept takes the next connection and its CONNECT.
func (s *script) accept() (*linktest.Raw, []byte) {
	c, err := s.ln.Accept()
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = c.Close() })
	r := linktest.NewRaw(c)
	p := s.read(r, linktest.Connect)
	return r, p.Body
}

func (s *script) read(r *linktest.Raw, kind byte) linktest.Packet {
	p, err := r.Read()
	require.NoError(s.t, err)
	require.Equal(s.t, kind, p.Kind, "%x", p.Body)
	return p
}

// greet takes a connection and lets the client in.
func (s *script) greet() *linktest.Raw {
	r, _ := s.accept()
	require.NoError(s.t, r.Send(linktest.Connack, []byte{0, 0}))
	p := s.read(r, linktest.Subscribe)
	require.NoError(s.t, r.Send(linktest.Suback, p.Body[:2], []byte{1}))
	return r
}

func TestEachConnectionIsACleanSessionThatSubscribesAnew(t *testing.T) {
	s := newScript(t)
	l := s.dial(nil)
	for range 3 {
		r, hello := s.accept()
		require.Equal(t, append(linktest.Text("MQTT"), 4, 0x02), hello[:8], "3.1.1, clean session, no more")
		require.Equal(t, uint16(30), binary.BigEndian.Uint16(hello[8:]), "keep-alive")
		require.NoError(t, r.Send(linktest.Connack, []byte{0, 0}))
		p := s.read(r, linktest.Subscribe)
		require.Equal(t, append(linktest.Text("x/#"), 1), p.Body[2:])
		require.ErrorIs(t, l.Publish("x/y", nil, false), link.ErrDown, "not up before the subscription is answered")
		require.NoError(t, r.Send(linktest.Suback, p.Body[:2], []byte{1}))
		linktest.Next(t, l, link.Up)
		require.NoError(t, r.Close())
		linktest.Next(t, l, link.Down)
	}
}

func TestASubscriptionThatIsRefusedIsNoConnection(t *testing.T) {
	s := newScript(t)
	l := s.dial(nil)
	r, _ := s.accept()
	require.NoError(t, r.Send(linktest.Connack, []byte{0, 0}))
	p := s.read(r, linktest.Subscribe)
	require.NoError(t, r.Send(linktest.Suback, p.Body[:2], []byte{0x80}))
	require.ErrorContains(t, linktest.Next(t, l, link.Down).Err, "refused the subscription to x/#")
}

func TestNothingUnacknowledgedIsSentAgainAfterAReconnect(t *testing.T) {
	s := newScript(t)
	l := s.dial(nil)
	r := s.greet()
	linktest.Next(t, l, link.Up)
	for i := range 12 {
		require.NoError(t, l.Publish("x/y", fmt.Appendf(nil, "old %d", i), false))
		_, got := s.read(r, linktest.Publish).Message() // and no PUBACK
		require.Equal(t, fmt.Sprintf("old %d", i), got)
	}
	require.NoError(t, r.Close())
	linktest.Next(t, l, link.Down)
	r = s.greet()
	linktest.Next(t, l, link.Up)
	require.NoError(t, l.Publish("x/y", []byte("new"), false))
	_, got := s.read(r, linktest.Publish).Message()
	require.Equal(t, "new", got, "the protocol above says again what is still true, in order")
}

func TestAPacketThatAnnouncesAGiantCostsNoMemory(t *testing.T) {
	s := newScript(t)
	l := s.dial(nil)
	r := s.greet()
	linktest.Next(t, l, link.Up)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := r.Write([]byte{0x30, 0xff, 0xff, 0xff, 0x7f})
	require.NoError(t, err)
	require.ErrorContains(t, linktest.Next(t, l, link.Down).Err, "announced a packet")
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}

func TestAnOwnerWhoIsAwayNeitherBlocksNorFillsTheBrokersWindow(t *testing.T) {
	s := newScript(t)
	l := s.dial(func(c *link.Config) { c.Mailbox = 16 })
	r := s.greet()
	linktest.Next(t, l, link.Up)
	const n = 2000
	go func() {
		for i := range n {
			_ = r.Say("x/y", fmt.Sprint(i), false)
		}
	}()
	for range n { // each is acknowledged, though nobody reads
		s.read(r, linktest.Puback)
	}
	require.GreaterOrEqual(t, l.Dropped(), uint64(n-16))
	_, first := "", string(linktest.Next(t, l, link.Received).Message.Payload)
	require.Equal(t, "0", first, "what is full drops what comes, and keeps the order of what is there")
}

func TestABrokerThatDoesNotAnswerIsNotWaitedFor(t *testing.T) {
	quick := func(c *link.Config) {
		c.ConnectTimeout, c.WriteTimeout, c.KeepAlive, c.PingTimeout = 50*time.Millisecond, 50*time.Millisecond, time.Second, 100*time.Millisecond
	}
	t.Run("to CONNECT", func(t *testing.T) {
		s := newScript(t)
		l := s.dial(quick)
		s.accept()
		require.Error(t, linktest.Next(t, l, link.Down).Err)
	})
	t.Run("to SUBSCRIBE", func(t *testing.T) {
		s := newScript(t)
		l := s.dial(quick)
		r, _ := s.accept()
		require.NoError(t, r.Send(linktest.Connack, []byte{0, 0}))
		require.ErrorContains(t, linktest.Next(t, l, link.Down).Err, "no answer")
	})
	t.Run("to PINGREQ", func(t *testing.T) {
		s := newScript(t)
		l := s.dial(quick)
		r := s.greet()
		linktest.Next(t, l, link.Up)
		s.read(r, linktest.Pingreq)
		require.ErrorContains(t, linktest.Next(t, l, link.Down).Err, "pingresp")
	})
	t.Run("to PUBLISH", func(t *testing.T) {
		s := newScript(t)
		l := s.dial(quick)
		r := s.greet()
		linktest.Next(t, l, link.Up)
		for i := range 60 { // more than may be under way: the tokens pace, and no more
			require.Eventually(t, func() bool { return l.Publish("x/y", fmt.Append(nil, i), false) == nil }, 60*time.Second, time.Millisecond)
			for {
				p, err := r.Read()
				require.NoError(t, err)
				if p.Kind == linktest.Pingreq {
					require.NoError(t, r.Send(linktest.Pingresp))
					continue
				}
				_, got := p.Message()
				require.Equal(t, fmt.Sprint(i), got)
				break
			}
		}
	})
}

func TestNothingIsHeardBeforeUp(t *testing.T) {
	s := newScript(t)
	l := s.dial(nil)
	r, _ := s.accept()
	require.NoError(t, r.Send(linktest.Connack, []byte{0, 0}))
	p := s.read(r, linktest.Subscribe)
	require.NoError(t, r.Say("x/state", "retained", true))
	s.read(r, linktest.Puback)
	require.NoError(t, r.Send(linktest.Suback, p.Body[:2], []byte{1}))
	require.Equal(t, link.Up, (<-l.Events()).Kind)
	e := <-l.Events()
	require.Equal(t, link.Received, e.Kind)
	require.True(t, e.Message.Retained)
}

func TestLastWordsGoBeforeTheLeave(t *testing.T) {
	for range 50 { // the client's own choice between the two is by chance
		s := newScript(t)
		l := s.dial(nil)
		r := s.greet()
		linktest.Next(t, l, link.Up)
		require.NoError(t, l.Publish("x/bye", []byte("bye"), true))
		go func() { _ = l.Close() }()
		p, err := r.Read()
		require.NoError(t, err)
		require.Equal(t, linktest.Publish|1, p.Kind)
		require.NoError(t, r.Send(linktest.Puback, p.Body[len("00x/bye"):][:2]))
		s.read(r, linktest.Disconnect)
	}
}

// A line that is to be secret and names no files of its own speaks TLS 1.3 or nothing.
func TestASecretLineIsNeverOlderThanTLS13(t *testing.T) {
	s := newScript(t)
	s.dial(func(c *link.Config) { c.Broker = "tls://" + s.ln.Addr().String() })
	c, err := s.ln.Accept()
	require.NoError(t, err)
	defer c.Close()
	var offered []uint16
	_ = tls.Server(c, &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		offered = h.SupportedVersions
		return nil, errors.New("enough was heard")
	}}).HandshakeContext(t.Context())
	require.Equal(t, []uint16{tls.VersionTLS13}, offered)
}
