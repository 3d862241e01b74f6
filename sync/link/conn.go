package link

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// maxPacket is the longest packet taken from a broker. The client would allocate whatever length five
// bytes announce (up to 256 MiB), so the connection cuts before it sees the last of them.
const maxPacket = 256 << 10

// maxUnwritten is what may wait to be written before Write waits too.
const maxUnwritten = 1 << 20

// guardConn lies between the client and the network: it refuses packets that are too long, reads in
// large pieces, and writes in large pieces what the client writes packet by packet.
type guardConn struct {
	net.Conn
	in      *bufio.Reader
	timeout time.Duration

	// the reader's place in the stream: only the client's reading goroutine touches these
	body   int // bytes left of the present packet
	length int
	shift  uint
	inLen  bool
	bad    error

	mu     sync.Mutex
	wake   *sync.Cond
	unsent []byte
	closed bool
	err    error
	done   chan struct{}
}

func newGuardConn(c net.Conn, timeout time.Duration) *guardConn {
	g := &guardConn{Conn: c, in: bufio.NewReaderSize(c, 32<<10), timeout: timeout, done: make(chan struct{})}
	g.wake = sync.NewCond(&g.mu)
	go g.flush()
	return g
}

// Read gives out what the guard has let pass.
func (g *guardConn) Read(p []byte) (int, error) {
	if g.bad != nil {
		return 0, g.bad
	}
	n, err := g.in.Read(p)
	if bad := g.scan(p[:n]); bad != nil {
		g.bad = bad
		_ = g.Conn.Close()
		return 0, bad
	}
	if err != nil && n == 0 && errors.Is(err, net.ErrClosed) {
		err = g.lost()
	}
	return n, err
}

// lost names why the connection is closed. The client takes "use of closed network connection" for its
// own doing and would not notice that a failed write has closed it.
func (g *guardConn) lost() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return net.ErrClosed
	case g.err != nil:
		return fmt.Errorf("link: writing failed: %s", g.err.Error())
	}
	return io.ErrUnexpectedEOF
}

// scan follows the packets' fixed headers through the stream.
func (g *guardConn) scan(p []byte) error {
	for i := 0; i < len(p); {
		switch {
		case g.body > 0:
			n := min(g.body, len(p)-i)
			g.body -= n
			i += n
		case g.inLen:
			b := p[i]
			i++
			g.length |= int(b&0x7f) << g.shift
			g.shift += 7
			if g.length > maxPacket {
				return fmt.Errorf("link: the broker announced a packet of at least %d bytes, at most %d are taken", g.length, maxPacket)
			}
			if b&0x80 == 0 {
				g.body, g.inLen = g.length, false
			} else if g.shift >= 28 {
				return errors.New("link: the broker sent a packet length of more than four bytes")
			}
		default: // the type byte
			i++
			g.inLen, g.length, g.shift = true, 0, 0
		}
	}
	return nil
}

// Write takes bytes to be written soon. An error is that of an earlier write.
func (g *guardConn) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.unsent) > maxUnwritten && g.err == nil && !g.closed {
		g.wake.Wait()
	}
	if g.err != nil {
		return 0, g.err
	}
	if g.closed {
		return 0, net.ErrClosed
	}
	g.unsent = append(g.unsent, p...)
	g.wake.Broadcast()
	return len(p), nil
}

// flush writes what has gathered while the write before was under way.
func (g *guardConn) flush() {
	defer close(g.done)
	var buf []byte
	for {
		g.mu.Lock()
		for len(g.unsent) == 0 && !g.closed && g.err == nil {
			g.wake.Wait()
		}
		if len(g.unsent) == 0 || g.err != nil {
			g.mu.Unlock()
			return
		}
		buf, g.unsent = g.unsent, buf[:0]
		g.mu.Unlock()
		_ = g.Conn.SetWriteDeadline(time.Now().Add(g.timeout))
		_, err := g.Conn.Write(buf)
		g.mu.Lock()
		if err != nil {
			g.err = err
		}
		g.wake.Broadcast()
		g.mu.Unlock()
		if err != nil {
			_ = g.Conn.Close() // the reader must notice too
			return
		}
	}
}

// Close writes what has gathered (the client's DISCONNECT is the last of it), but not for long.
func (g *guardConn) Close() error {
	g.mu.Lock()
	g.closed = true
	g.wake.Broadcast()
	g.mu.Unlock()
	select {
	case <-g.done:
	case <-time.After(500 * time.Millisecond):
	}
	return g.Conn.Close()
}

// SetDeadline binds reads only: writes have their own limit.
func (g *guardConn) SetDeadline(t time.Time) error { return g.SetReadDeadline(t) }

// SetWriteDeadline has no meaning here: writes have their own limit.
func (g *guardConn) SetWriteDeadline(time.Time) error { return nil }
