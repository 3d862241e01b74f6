package frame

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"picket/devices"
)

// Stream is a connection that can be read with a deadline.
type Stream interface {
	io.Reader
	SetReadDeadline(t time.Time) error
}

// ErrTorn is what a stream's Read says when bytes behind those it gave were lost: the scan they were in is none.
var ErrTorn = errors.New("bytes were lost")

// Read gives every scan of a stream to emit until the stream or ctx ends, and says why. A read that gives nothing is
// no end of anything, unless the format says that silence ends a scan.
func Read(ctx context.Context, s Stream, f Format, emit func(scan []byte)) error {
	stop := context.AfterFunc(ctx, func() { _ = s.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	c := Cutter{Format: f}
	buf := make([]byte, 4096)
	for {
		var by time.Time
		if f.Quiet > 0 && c.Holds() {
			by = time.Now().Add(f.Quiet)
		}
		if err := s.SetReadDeadline(by); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err // its deadline may have come before ours was set
		}
		n, err := s.Read(buf)
		c.Push(buf[:n], emit)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ErrTorn):
			c.clear()
		case errors.Is(err, os.ErrDeadlineExceeded):
			c.Idle(emit)
		case errors.Is(err, io.EOF):
			return devices.Because(devices.Unreachable, errors.New("the scanner closed the connection"))
		case err != nil:
			return err
		}
	}
}
