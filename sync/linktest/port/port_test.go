package port

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Nobody else is given a port that is kept, whether a listener asks for any port or a call goes out; its owner may listen
// there, go away, and listen again.
func TestAPortIsKept(t *testing.T) {
	const many = 300
	kept := map[int]bool{}
	for range many {
		n := For(t).Number()
		require.False(t, kept[n], "given twice")
		kept[n] = true
	}
	target, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer target.Close()
	for range many {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.False(t, kept[l.Addr().(*net.TCPAddr).Port], "a listener was given it")
		defer l.Close()
		c, err := net.Dial("tcp", target.Addr().String())
		require.NoError(t, err)
		require.False(t, kept[c.LocalAddr().(*net.TCPAddr).Port], "a call was given it")
		defer c.Close()
		in, err := target.Accept()
		require.NoError(t, err)
		defer in.Close()
	}

	k := For(t)
	for range 3 {
		_, err := net.Dial("tcp", k.Addr())
		require.True(t, errors.Is(err, syscall.ECONNREFUSED), "nobody answers: %v", err)
		l, err := net.Listen("tcp", k.Addr())
		require.NoError(t, err)
		_, err = net.Listen("tcp", k.Addr())
		require.True(t, errors.Is(err, syscall.EADDRINUSE), "and no two listen: %v", err)
		c, err := net.Dial("tcp", k.Addr())
		require.NoError(t, err)
		in, err := l.Accept()
		require.NoError(t, err)
		require.NoError(t, errors.Join(in.Close(), c.Close(), l.Close())) // the end that listens waits for lost packets
	}
	require.NoError(t, k.Close())
}
