package tty

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.bug.st/serial"

	"picket/devices"
)

// tick is how often a read that waits looks at its deadline.
const tick = 100 * time.Millisecond

// Port is an open serial port. It is a net.Conn: one goroutine reads, one writes, any closes.
type Port struct {
	name string
	port serial.Port
	hold *hold

	mu          sync.Mutex
	read, write time.Time // deadlines; zero for none
	closed      bool
}

var _ net.Conn = (*Port)(nil)

// Open opens the port of an address, for this program alone.
func (a Address) Open() (*Port, error) {
	path, err := a.find(Ports)
	if err != nil {
		return nil, err
	}
	return a.open(path)
}

func (a Address) open(path string) (*Port, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, unplugged(path, err)
	}
	h, err := take(real)
	if err != nil {
		return nil, unplugged(path, err)
	}
	mode := a.Mode
	port, err := serial.Open(real, &mode)
	if err != nil {
		h.release()
		return nil, fmt.Errorf("the port %s cannot be used: %w", path, err)
	}
	if err := errors.Join(port.SetReadTimeout(tick), h.flow(a.Flow)); err != nil {
		_ = port.Close()
		h.release()
		return nil, fmt.Errorf("the port %s cannot be set up: %w", path, err)
	}
	return &Port{name: path, port: port, hold: h}, nil
}

func unplugged(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return devices.Because(devices.NotPlugged, fmt.Errorf("%s is not plugged in", path))
	}
	return err
}

// Read waits for bytes, for the deadline or for the port to be gone. A pause is no end: it goes on waiting.
func (p *Port) Read(b []byte) (int, error) {
	for {
		n, err := p.port.Read(b)
		if n > 0 || err != nil {
			return n, p.why(err)
		}
		p.mu.Lock()
		by, closed := p.read, p.closed
		p.mu.Unlock()
		if closed {
			return 0, net.ErrClosed
		}
		if !by.IsZero() && !time.Now().Before(by) {
			return 0, os.ErrDeadlineExceeded
		}
	}
}

// Write sends all of b, or says how much of it the port took before the deadline.
func (p *Port) Write(b []byte) (sent int, err error) {
	for sent < len(b) {
		p.mu.Lock()
		by, closed := p.write, p.closed
		p.mu.Unlock()
		switch {
		case closed:
			return sent, net.ErrClosed
		case !by.IsZero() && !time.Now().Before(by):
			return sent, os.ErrDeadlineExceeded
		}
		n, err := p.hold.write(p.port, b[sent:])
		sent += n
		if err != nil {
			return sent, p.why(err)
		}
	}
	return sent, nil
}

// why says in words that a port was unplugged.
func (p *Port) why(err error) error {
	var pe *serial.PortError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pe) && pe.Code() == serial.PortClosed, errors.Is(err, errGone):
		p.mu.Lock()
		closed := p.closed
		p.mu.Unlock()
		if closed {
			return net.ErrClosed
		}
		return devices.Because(devices.NotPlugged, fmt.Errorf("%s was unplugged", p.name))
	}
	return fmt.Errorf("%s: %w", p.name, err)
}

// Close gives the port back.
func (p *Port) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	p.mu.Unlock()
	p.hold.drop() // what was not sent is dropped: closing would wait for a device that is not reading
	err := p.port.Close()
	p.hold.release()
	return err
}

// SetDeadline sets both deadlines.
func (p *Port) SetDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read, p.write = t, t
	return nil
}

// SetReadDeadline bounds reads to within a tenth of a second.
func (p *Port) SetReadDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read = t
	return nil
}

// SetWriteDeadline bounds writes to within a tenth of a second.
func (p *Port) SetWriteDeadline(t time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write = t
	return nil
}

// LocalAddr is the port's name.
func (p *Port) LocalAddr() net.Addr { return name(p.name) }

// RemoteAddr is the port's name.
func (p *Port) RemoteAddr() net.Addr { return name(p.name) }

type name string

func (name) Network() string  { return "serial" }
func (n name) String() string { return string(n) }
