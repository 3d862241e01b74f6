package link

import (
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// A connection on which is asked and answered falls into the way of waiting with its acknowledgements; a prompt one does
// not, whatever goes over it.
func TestAPromptConnectionAcknowledgesAtOnce(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c) }()
		}
	}()
	waits := func(wrap func(net.Conn) net.Conn) bool {
		tcp, err := net.Dial("tcp", ln.Addr().String())
		require.NoError(t, err)
		defer tcp.Close()
		c, b := wrap(tcp), make([]byte, 5)
		for range 20 {
			_, err := c.Write([]byte("hello"))
			require.NoError(t, err)
			_, err = io.ReadFull(c, b)
			require.NoError(t, err)
		}
		raw, err := tcp.(*net.TCPConn).SyscallConn()
		require.NoError(t, err)
		quick := 0
		require.NoError(t, raw.Control(func(fd uintptr) {
			quick, err = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK)
		}))
		require.NoError(t, err)
		return quick == 0
	}
	require.True(t, waits(func(c net.Conn) net.Conn { return c }), "else the test shows nothing")
	require.False(t, waits(prompt))
}

func TestOnlyTCPIsMadePrompt(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	require.Same(t, a, prompt(a))
}
