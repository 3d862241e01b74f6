//go:build linux

package devicetest

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Pty is OpenPty for the length of a test.
func Pty(t testing.TB) (device *os.File, port string) {
	t.Helper()
	device, port, err := OpenPty()
	require.NoError(t, err)
	t.Cleanup(func() { _ = device.Close() })
	return device, port
}

// OpenPty opens a pseudo terminal: what is written to device arrives at the serial port of that name, and the other way
// round. Closing device is pulling the plug.
func OpenPty() (device *os.File, port string, err error) {
	device, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, "", err
	}
	raw, err := device.SyscallConn()
	if err == nil {
		var n int
		var failed error
		err = raw.Control(func(fd uintptr) {
			if failed = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); failed == nil {
				n, failed = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
			}
		})
		port, err = fmt.Sprintf("/dev/pts/%d", n), errors.Join(err, failed)
	}
	if err != nil {
		_ = device.Close()
		return nil, "", err
	}
	return device, port, nil
}
