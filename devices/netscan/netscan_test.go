package netscan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices/frame"
)

type heard struct {
	up    chan struct{}
	scans chan string
}

func newHeard() *heard         { return &heard{make(chan struct{}, 8), make(chan string, 256)} }
func (h *heard) Up()           { h.up <- struct{}{} }
func (h *heard) Scan(b []byte) { h.scans <- string(b) }

func (h *heard) next(t *testing.T) string {
	t.Helper()
	select {
	case s := <-h.scans:
		return s
	case <-time.After(30 * time.Second):
		require.Fail(t, "no scan came")
		return ""
	}
}

// listening runs a listener at a free port of this machine.
func listening(t *testing.T, l *Listener) (at string, h *heard, over chan error, cancel func()) {
	t.Helper()
	h, over = newHeard(), make(chan error, 1)
	bound := make(chan net.Addr, 1)
	l.Address, l.Bound = "127.0.0.1:0", func(a net.Addr) { bound <- a }
	ctx, stop := context.WithCancel(t.Context())
	go func() { over <- l.Run(ctx, h) }()
	at = (<-bound).String()
	<-h.up
	return at, h, over, stop
}

func TestScannersThatCall(t *testing.T) {
	l := &Listener{}
	at, h, over, cancel := listening(t, l)
	var conns []net.Conn
	for range 5 {
		c, err := net.Dial("tcp", at)
		require.NoError(t, err)
		defer c.Close()
		conns = append(conns, c)
	}
	for i, c := range conns { // the beginnings of all before the end of any
		_, err := fmt.Fprintf(c, "SCAN-%d", i)
		require.NoError(t, err)
	}
	var got []string
	for _, c := range conns {
		_, err := c.Write([]byte("\r\n"))
		require.NoError(t, err)
	}
	for range conns {
		got = append(got, h.next(t))
	}
	sort.Strings(got)
	require.Equal(t, []string{"SCAN-0", "SCAN-1", "SCAN-2", "SCAN-3", "SCAN-4"}, got)

	_, err := conns[2].Write([]byte("LAST\r"))
	require.NoError(t, err)
	require.Equal(t, "LAST", h.next(t))
	require.NoError(t, l.Say([]byte("\x06")))
	b := make([]byte, 1)
	require.NoError(t, conns[2].SetReadDeadline(time.Now().Add(30*time.Second)))
	_, err = io.ReadFull(conns[2], b)
	require.NoError(t, err)
	require.Equal(t, "\x06", string(b), "the one that scanned is answered")

	_, err = conns[0].Write([]byte("half"))
	require.NoError(t, err)
	require.NoError(t, conns[0].Close())
	_, err = conns[1].Write([]byte("whole\r"))
	require.NoError(t, err)
	require.Equal(t, "whole", h.next(t), "half a scan is none")
	cancel()
	require.ErrorIs(t, <-over, context.Canceled)
}

func TestWhoMayCall(t *testing.T) {
	l := &Listener{From: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	at, h, over, cancel := listening(t, l)
	c, err := net.Dial("tcp", at)
	require.NoError(t, err)
	defer c.Close()
	_, _ = c.Write([]byte("SCAN\r"))
	require.NoError(t, c.SetReadDeadline(time.Now().Add(30*time.Second)))
	_, err = c.Read(make([]byte, 1))
	require.Error(t, err)
	require.False(t, errors.Is(err, context.DeadlineExceeded))
	require.Empty(t, h.scans)
	cancel()
	<-over

	l = &Listener{Datagram: true, Permit: func(netip.Addr) error { return errors.New("no") }}
	require.Error(t, l.allowed(&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}))
	l.From = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	require.NoError(t, l.allowed(&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}))
}

func TestDatagrams(t *testing.T) {
	at, h, over, cancel := listening(t, &Listener{Datagram: true})
	c, err := net.Dial("udp", at)
	require.NoError(t, err)
	defer c.Close()
	for _, d := range []string{"A1", "B2\r\n", "C3\rD4\r"} {
		_, err := c.Write([]byte(d))
		require.NoError(t, err)
	}
	for _, want := range []string{"A1", "B2", "C3", "D4"} {
		require.Equal(t, want, h.next(t))
	}
	cancel()
	require.ErrorIs(t, <-over, context.Canceled)
}

func TestAScannerThatIsCalled(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	h, over := newHeard(), make(chan error, 1)
	s := &Caller{Address: ln.Addr().String(), Format: frame.Enclosed}
	go func() { over <- s.Run(t.Context(), h) }()
	c, err := ln.Accept()
	require.NoError(t, err)
	<-h.up
	_, err = c.Write([]byte("\x02A\r1\x03"))
	require.NoError(t, err)
	require.Equal(t, "A\r1", h.next(t))
	require.NoError(t, c.Close())
	require.ErrorContains(t, <-over, "closed the connection")

	s.Permit = func(netip.Addr) error { return errors.New("outside") }
	require.ErrorContains(t, s.Run(t.Context(), h), "outside")
}

func TestListeningAddresses(t *testing.T) {
	parse := func(s string) (*Listener, error) {
		u, err := url.Parse(s)
		require.NoError(t, err)
		return Parse(u, u.Query())
	}
	l, err := parse("listen://:9004?proto=udp&from=10.1.2.0/24,10.1.3.7")
	require.NoError(t, err)
	require.True(t, l.Datagram)
	require.Equal(t, ":9004", l.Address)
	require.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("10.1.3.7/32")}, l.From)
	for _, bad := range []string{"listen://", "listen://:0", "listen://:70000", "listen://:1/x", "listen://:1?proto=ip", "listen://:1?from=abc"} {
		if u, err := url.Parse(bad); err == nil {
			_, err = Parse(u, u.Query())
			require.Error(t, err, bad)
		}
	}
}
