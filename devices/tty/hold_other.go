//go:build !linux

package tty

import (
	"errors"

	"go.bug.st/serial"
)

var errGone = errors.New("gone")

// hold is the library's own lock alone: other systems are for development.
type hold struct{}

func take(string) (*hold, error) { return &hold{}, nil }
func (*hold) release()           {}
func (*hold) drop()              {}

func (*hold) write(p serial.Port, b []byte) (int, error) { return p.Write(b) }

func (*hold) flow(f Flow) error {
	if f != NoFlow {
		return errors.New("flow control is only known on Linux")
	}
	return nil
}
