package tty

import (
	"errors"
	"fmt"
	"net"
	"sync"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"picket/devices"
)

// errGone is what the kernel says of a port whose device was pulled out.
var errGone = unix.EIO

// hold keeps a port for one program. The library's own way (TIOCEXCL) does not stop the superuser, so the device file is
// locked as well.
type hold struct {
	mu sync.Mutex
	fd int // -1 when it was given back
}

func take(path string) (*hold, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	switch {
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return nil, devices.MayNotOpen(path)
	case errors.Is(err, unix.EBUSY):
		return nil, devices.Because(devices.InUse, fmt.Errorf("another program has %s open: a port is used by one", path))
	case err != nil:
		return nil, fmt.Errorf("%s cannot be opened: %w", path, err)
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = unix.Close(fd)
		return nil, devices.Because(devices.InUse, fmt.Errorf("another program has %s open: a port is used by one", path))
	}
	return &hold{fd: fd}, nil
}

func (h *hold) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	_ = unix.Close(h.fd)
	h.fd = -1
}

func (h *hold) drop() { _ = unix.IoctlSetInt(h.fd, unix.TCFLSH, unix.TCIOFLUSH) }

// write sends what the port takes within a tick. The library's own write waits for ever for a device that does not read,
// and keeps the port open as long.
func (h *hold) write(_ serial.Port, b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fd < 0 {
		return 0, net.ErrClosed
	}
	n, err := unix.Write(h.fd, b)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, unix.EINTR):
		return 0, nil
	case !errors.Is(err, unix.EAGAIN):
		return 0, err
	}
	_, err = unix.Poll([]unix.PollFd{{Fd: int32(h.fd), Events: unix.POLLOUT}}, int(tick.Milliseconds()))
	if errors.Is(err, unix.EINTR) {
		err = nil
	}
	return 0, err
}

// flow says who may stop the sender; the library knows no such setting.
func (h *hold) flow(f Flow) error {
	t, err := unix.IoctlGetTermios(h.fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Cflag &^= unix.CRTSCTS
	t.Iflag &^= unix.IXON | unix.IXOFF | unix.IXANY
	switch f {
	case Hardware:
		t.Cflag |= unix.CRTSCTS
	case Software:
		t.Iflag |= unix.IXON | unix.IXOFF
	}
	return unix.IoctlSetTermios(h.fd, unix.TCSETS, t)
}
