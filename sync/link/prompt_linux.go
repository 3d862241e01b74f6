package link

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// promptConn has the kernel acknowledge at once what was read. A broker with Nagle's algorithm on, as Mosquitto has it
// unless told otherwise, holds the rest of what it has to say until that acknowledgement, and the kernel would wait 40 ms
// for an answer to send it along with: every few messages the line stood still for so long.
type promptConn struct {
	net.Conn
	raw syscall.RawConn
	ack func(fd uintptr)
}

// prompt makes a TCP connection a prompt one, and leaves any other as it is.
func prompt(c net.Conn) net.Conn {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return c
	}
	raw, err := t.SyscallConn()
	if err != nil {
		return c
	}
	return &promptConn{Conn: c, raw: raw, ack: func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1) // without it the line is slower, that is all
	}}
}

// Read asks anew each time: the kernel forgets it with the next answer it sends.
func (c *promptConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		_ = c.raw.Control(c.ack)
	}
	return n, err
}
