// Package raw drives a ZPL printer over TCP port 9100: bytes go in, and ~HS asks how it is.
//
// The printer's one connection carries jobs and questions, in that order, so an answer has
// always seen the job before it. The package must NEVER open a second connection (mobile
// printers take one client), retry, or read silence as consent.
package raw

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"picket/devices"
)

// Options are the driver's times and its way to the network. Zero fields have defaults.
type Options struct {
	// Dial bounds opening the connection (3 s); Answer bounds the wait for ~HS (2 s).
	Dial, Answer time.Duration
	// Write bounds each stretch of 4 KiB (10 s): a slow printer that goes on reading is not late.
	Write time.Duration
	// Idle and Busy are how many questions in a row may stay without answer before the
	// connection is given up and a fresh one tried: 3 when no job is out, and 30 when one is, because
	// a printer that lost its labels in a job is often silent until they are loaded, and
	// only this connection can still say that the job was finished.
	Idle, Busy int
	// Permit, if set, is asked for every address a name resolved to, before it is dialled;
	// an error refuses it. It keeps a printer's address inside the printers' networks.
	Permit func(netip.Addr) error
	// DialContext replaces the dialler: recordings, slow networks.
	DialContext func(ctx context.Context, network, address string) (net.Conn, error)
}

func (o Options) withDefaults() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&o.Dial, 3*time.Second)
	def(&o.Answer, 2*time.Second)
	def(&o.Write, 10*time.Second)
	if o.Idle <= 0 {
		o.Idle = 3
	}
	if o.Busy <= 0 {
		o.Busy = 30
	}
	if o.DialContext == nil {
		o.DialContext = dialer(o.Permit)
	}
	return o
}

// Printer is the driver. Its Run obeys [devices.Printer].
type Printer struct {
	address func() (string, error)
	o       Options
}

// New drives the printer at address, "host:port".
func New(address string, o Options) *Printer {
	return NewAt(func() (string, error) { return address, nil }, o)
}

// NewAt drives a printer whose address is looked up at each connection.
func NewAt(address func() (string, error), o Options) *Printer {
	return &Printer{address: address, o: o.withDefaults()}
}

// Run connects once and serves until the connection or ctx ends.
func (p *Printer) Run(ctx context.Context, serve devices.Serve) error {
	address, err := p.address()
	if err != nil {
		return err
	}
	dctx, cancel := context.WithTimeout(ctx, p.o.Dial)
	conn, err := p.o.DialContext(dctx, "tcp", address)
	cancel()
	if err != nil {
		return fmt.Errorf("printer %s cannot be reached: %w", address, err)
	}
	s := newSession(conn, p.o)
	defer s.close()
	return serve(ctx, s)
}

type session struct {
	conn net.Conn
	o    Options

	replies chan HostStatus
	broken  chan struct{} // closed when reading ended; then err is set
	err     error

	torn       error // half a question is in the pipe: nothing after it can be trusted
	unanswered int   // questions in a row
	busy       bool  // a job is out that no status has shown finished
}

func newSession(conn net.Conn, o Options) *session {
	s := &session{conn: conn, o: o, replies: make(chan HostStatus, 8), broken: make(chan struct{})}
	go s.read()
	return s
}

func (s *session) close() {
	s.conn.Close()
	<-s.broken
}

// read takes everything the printer says, also what nobody asked for.
func (s *session) read() {
	defer close(s.broken)
	var sr statusReader
	buf := make([]byte, 512)
	for {
		n, err := s.conn.Read(buf)
		for _, b := range buf[:n] {
			// A malformed line counts as no answer: the question will find silence.
			if done, _ := sr.take(b); done {
				select {
				case s.replies <- sr.hs:
				default: // nobody asked for so many
				}
			}
		}
		if err != nil {
			s.err = fmt.Errorf("the printer closed the connection: %w", err)
			return
		}
	}
}

var ask = []byte("~HS")

// Status asks ~HS. See [devices.Session].
func (s *session) Status(ctx context.Context) (devices.Status, error) {
	if s.unanswered == 0 {
		s.drain()
		hs, ok, err := s.question(ctx)
		if ok || err != nil {
			return s.judge(hs), err
		}
		return s.silent()
	}
	// Earlier questions were not answered in time. What comes now may be a late answer to
	// one of those, taken before a job that has since been sent; so whatever comes is let
	// pass, and once the line is quiet one more question gets an answer of its own.
	_, ok, err := s.question(ctx)
	if err != nil {
		return devices.Status{}, err
	}
	if !ok {
		return s.silent()
	}
	if err := s.quiet(ctx); err != nil {
		return devices.Status{}, err
	}
	hs, ok, err := s.question(ctx)
	if ok || err != nil {
		return s.judge(hs), err
	}
	return s.silent()
}

func (s *session) judge(hs HostStatus) devices.Status {
	st := hs.Status()
	st.At = time.Now()
	if st.FormatsInBuffer == 0 && st.LabelsLeft == 0 && !st.PartialFormat {
		s.busy = false
	}
	s.unanswered = 0
	return st
}

func (s *session) silent() (devices.Status, error) {
	s.unanswered++
	limit := s.o.Idle
	if s.busy {
		limit = s.o.Busy
	}
	if s.unanswered >= limit {
		return devices.Status{}, fmt.Errorf("%w to %d questions", devices.ErrSilent, s.unanswered)
	}
	return devices.Status{State: devices.Silent, Reasons: []devices.Reason{devices.NoAnswer}, At: time.Now()}, nil
}

// question asks once; false without error is silence.
func (s *session) question(ctx context.Context) (HostStatus, bool, error) {
	if s.torn != nil {
		return HostStatus{}, false, s.torn
	}
	if n, err := s.write(ctx, ask); err != nil {
		if n > 0 {
			s.torn = fmt.Errorf("half a question was sent: %w", err)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
			// It takes no bytes: it is full or hung, and a fresh connection will tell.
			return HostStatus{}, false, fmt.Errorf("%w: it takes no bytes: %w", devices.ErrSilent, err)
		}
		return HostStatus{}, false, err
	}
	t := time.NewTimer(s.o.Answer)
	defer t.Stop()
	select {
	case hs := <-s.replies:
		return hs, true, nil
	case <-t.C:
		return HostStatus{}, false, nil
	case <-s.broken:
		return HostStatus{}, false, s.err
	case <-ctx.Done():
		s.unanswered++ // its answer may still come
		return HostStatus{}, false, ctx.Err()
	}
}

func (s *session) drain() {
	for {
		select {
		case <-s.replies:
		default:
			return
		}
	}
}

// quiet waits until no answer has come for a quarter of the time an answer may take.
func (s *session) quiet(ctx context.Context) error {
	t := time.NewTimer(s.o.Answer / 4)
	defer t.Stop()
	for {
		select {
		case <-s.replies:
			t.Reset(s.o.Answer / 4)
		case <-t.C:
			return nil
		case <-s.broken:
			return s.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Print sends a job. See [devices.Session].
func (s *session) Print(ctx context.Context, job []byte) error {
	select {
	case <-s.broken: // known dead before the first byte
		return &devices.PrintError{Sent: devices.NotSent, Reason: devices.Unreachable, Err: s.err}
	default:
	}
	n, err := s.write(ctx, job)
	if err == nil {
		s.busy = true
		return nil
	}
	pe := &devices.PrintError{Sent: devices.NotSent, Reason: devices.Unreachable, Err: err}
	if n > 0 {
		pe.Sent = devices.MaybeSent
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		pe.Reason = devices.NoAnswer
	}
	return pe
}

const stretch = 4096

// write sends b with a deadline for each stretch and says how many bytes left.
func (s *session) write(ctx context.Context, b []byte) (sent int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	defer context.AfterFunc(ctx, func() { _ = s.conn.SetWriteDeadline(time.Unix(1, 0)) })()
	for sent < len(b) {
		if err := s.conn.SetWriteDeadline(time.Now().Add(s.o.Write)); err != nil {
			return sent, err
		}
		if err := ctx.Err(); err != nil { // its deadline may have come before ours was set
			return sent, err
		}
		n, err := s.conn.Write(b[sent:min(len(b), sent+stretch)])
		sent += n
		if err != nil {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			return sent, err
		}
	}
	return sent, nil
}
