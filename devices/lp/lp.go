// Package lp opens label printers at the box's own USB port (/dev/usb/lp0 and its like) as a connection with deadlines, so that
// they are driven as one over the network is.
//
// It must NEVER share a printer with another program: two jobs in one cable are none.
package lp

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"picket/devices"
)

// Check says whether a path can be a printer's device file.
func Check(path string) error {
	if !filepath.IsAbs(path) || filepath.Clean(path) != path || !strings.HasPrefix(path, "/dev/") {
		return fmt.Errorf("%q is no device file: a printer stands under /dev/usb/, such as usb:///dev/usb/lp0", path)
	}
	return nil
}

// Open opens the printer for this program alone.
func Open(path string) (net.Conn, error) {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO):
		return nil, fmt.Errorf("%s is not plugged in, or switched off", path)
	case errors.Is(err, fs.ErrPermission):
		return nil, devices.MayNotOpen(path)
	case errors.Is(err, syscall.EBUSY):
		return nil, fmt.Errorf("another program has %s open: a printer is used by one", path)
	case err != nil:
		return nil, err
	}
	if err := hold(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("another program has %s open: a printer is used by one", path)
	}
	return cable{f}, nil
}

// cable is an open device file as a connection.
type cable struct{ *os.File }

// LocalAddr is the file's name.
func (c cable) LocalAddr() net.Addr { return name(c.Name()) }

// RemoteAddr is the file's name.
func (c cable) RemoteAddr() net.Addr { return name(c.Name()) }

type name string

func (name) Network() string  { return "usb" }
func (n name) String() string { return string(n) }
