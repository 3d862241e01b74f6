// Package socket knows where a running box is spoken with on its own machine: a socket in its data directory
// that nobody but the account it runs as (and root) can open.
//
// It must NEVER be opened to others, and never hold anything but the way to the socket.
package socket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// longest is the longest path of a socket the system takes, less its final NUL.
const longest = 107

// Path is where the socket of a box stands.
func Path(data string) string { return filepath.Join(data, "run", "picketd.sock") }

// Listen opens the socket. One that is left over from an earlier run is removed: whoever listens holds the
// data directory's file, so nobody else can be listening.
func Listen(data string) (net.Listener, error) {
	path := Path(data)
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o700); err != nil { // before the socket is there, so that it is never open to others
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	short, done, err := shorten(path)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	l.SetUnlinkOnClose(false) // its name may be the short one, which is gone by then
	return l, nil
}

// Dial opens a connection to the box whose data directory it is.
func Dial(ctx context.Context, data string) (net.Conn, error) {
	path := Path(data)
	short, done, err := shorten(path)
	if err != nil {
		return nil, err
	}
	defer done()
	return new(net.Dialer).DialContext(ctx, "unix", short)
}

// shorten names a socket whose path is too long for the system by an open directory.
func shorten(path string) (string, func(), error) {
	if len(path) <= longest {
		return path, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path)), func() { dir.Close() }, nil
}
