package raw

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func userTimeout(c syscall.RawConn, d time.Duration) error {
	var err error
	if cerr := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(d.Milliseconds()))
	}); cerr != nil {
		return cerr
	}
	return err
}
