// Package raw drives a ZPL printer over TCP port 9100: bytes go in, and ~HS asks how it is. When that finds silence, ~HQES
// asks what is wrong, and where the printer offers JSON on a port of its own, that is asked first.
//
// The printer's one connection carries jobs and questions, in that order, so an answer has
// always seen the job before it. The package must NEVER open a second connection to the port for jobs (mobile
// printers take one client), retry, read silence as consent, or take an answer without counters for a finished job.
package raw

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
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
	// JSON is where the printer offers JSON, "host:9200"; empty where it does not.
	JSON string
	// Permit, if set, is asked for every address a name resolved to, before it is dialled;
	// an error refuses it. It keeps a printer's address inside the printers' networks.
	Permit func(netip.Addr) error
	// Cable says that there is no connection that could end: half a job that was torn off stays in the printer, and what
	// is sent next would be taken for the rest of it. It is cancelled (~JX) before anything else is done.
	Cable bool
	// DialContext replaces the dialler: recordings, slow networks, cables.
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
	owed    int // over a cable: questions of earlier sessions that may still be answered
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
		return fmt.Errorf("printer %s cannot be reached: %w", address, devices.NoCall(err))
	}
	s := newSession(conn, p.o)
	defer s.close()
	if p.o.Cable { // what comes out of a cable does not know which session it answers
		s.owed = p.owed
		defer func() { p.owed = s.owed }()
	}
	return serve(ctx, s)
}

type session struct {
	conn net.Conn
	o    Options

	replies chan HostStatus
	told    chan Complaints
	broken  chan struct{} // closed when reading ended; then err is set
	err     error

	torn       error        // half a question is in the pipe: nothing after it can be trusted
	unanswered int          // questions in a row that found nothing but silence
	owed       int          // questions that may still be answered, too late
	cleared    bool         // no half job of an earlier session is before what is sent next
	heard      atomic.Int64 // bytes since the last question
	busy       bool         // a job is out that no status has shown finished
}

func newSession(conn net.Conn, o Options) *session {
	s := &session{conn: conn, o: o, replies: make(chan HostStatus, 8), told: make(chan Complaints, 8), broken: make(chan struct{}), cleared: !o.Cable}
	go s.read()
	return s
}

func (s *session) close() {
	s.conn.Close()
	<-s.broken
}

// mostHeard is more than any printer says to one question, a hundred times over: its answers take less than 200 bytes.
const mostHeard = 64 << 10

// read takes everything the printer says, also what nobody asked for.
func (s *session) read() {
	defer close(s.broken)
	var sr statusReader
	buf := make([]byte, 512)
	for {
		n, err := s.conn.Read(buf)
		if s.heard.Add(int64(n)) > mostHeard {
			s.err = fmt.Errorf("%w (%d bytes to one question)", devices.ErrBabble, s.heard.Load())
			s.conn.Close()
			return
		}
		for _, b := range buf[:n] {
			// A malformed line counts as no answer: the question will find silence.
			switch what, _ := sr.take(b); what {
			case saidStatus:
				select {
				case s.replies <- sr.hs:
				default: // nobody asked for so many
				}
			case saidWrong:
				select {
				case s.told <- sr.told:
				default:
				}
			}
		}
		if err != nil {
			s.err = fmt.Errorf("the printer closed the connection: %w", err)
			return
		}
	}
}

var (
	ask        = []byte("~HS")
	askWrong   = []byte("~HQES")
	cancelHalf = []byte("~JX")
)

// Status asks ~HS, and of a printer that is silent what is wrong with it. See [devices.Session].
func (s *session) Status(ctx context.Context) (devices.Status, error) {
	if err := s.clear(ctx); err != nil {
		return devices.Status{}, err
	}
	if s.owed == 0 {
		s.drain()
		hs, ok, err := s.question(ctx)
		if ok || err != nil {
			return s.judge(hs), err
		}
		return s.silent(ctx)
	}
	// Earlier questions were not answered in time. What comes now may be a late answer to
	// one of those, taken before a job that has since been sent; so whatever comes is let
	// pass, and once the line is quiet one more question gets an answer of its own.
	if err := s.put(ctx, ask); err != nil {
		return devices.Status{}, err
	}
	s.owed++
	came, err := s.settle(ctx)
	if err != nil {
		return devices.Status{}, err
	}
	if !came {
		return s.silent(ctx)
	}
	hs, ok, err := s.question(ctx)
	if ok || err != nil {
		return s.judge(hs), err
	}
	return s.silent(ctx)
}

func (s *session) judge(hs HostStatus) devices.Status {
	st := hs.Status()
	st.At = time.Now()
	if st.FormatsInBuffer == 0 && st.LabelsLeft == 0 && !st.PartialFormat {
		s.busy = false
	}
	s.unanswered, s.owed = 0, 0
	return st
}

// silent is the status of a printer that did not answer ~HS: what it says is wrong, or that it says nothing.
func (s *session) silent(ctx context.Context) (devices.Status, error) {
	c, ok, err := s.wrong(ctx)
	if err != nil {
		return devices.Status{}, err
	}
	if ok && c.Any() {
		// It is alive and waits for a person: the connection that carries its job is kept as long as that takes.
		s.unanswered = 0
		st := c.Status()
		st.At = time.Now()
		return st, nil
	}
	s.unanswered++
	limit := s.o.Idle
	if s.busy {
		limit = s.o.Busy
	}
	if s.unanswered >= limit {
		return devices.Status{}, fmt.Errorf("%w to %d questions", devices.ErrSilent, s.unanswered)
	}
	st := devices.Status{State: devices.Silent, Reasons: []devices.Reason{devices.NoAnswer}, At: time.Now()}
	if ok {
		st.Detail = "it says that nothing is wrong, but does not count its labels"
	}
	return st, nil
}

// wrong asks for the printer's complaints; false without error is silence.
func (s *session) wrong(ctx context.Context) (Complaints, bool, error) {
	if s.o.JSON != "" {
		if c, err := s.o.overJSON(ctx); err == nil {
			return c, true, nil
		}
		if err := ctx.Err(); err != nil {
			return Complaints{}, false, err
		}
	}
	for len(s.told) > 0 { // answers to earlier questions
		<-s.told
	}
	if err := s.put(ctx, askWrong); err != nil {
		return Complaints{}, false, err
	}
	t := time.NewTimer(s.o.Answer)
	defer t.Stop()
	select {
	case c := <-s.told:
		return c, true, nil
	case <-t.C:
		return Complaints{}, false, nil
	case <-s.broken:
		return Complaints{}, false, s.err
	case <-ctx.Done():
		return Complaints{}, false, ctx.Err()
	}
}

// question asks once; false without error is silence.
func (s *session) question(ctx context.Context) (HostStatus, bool, error) {
	if err := s.put(ctx, ask); err != nil {
		return HostStatus{}, false, err
	}
	t := time.NewTimer(s.o.Answer)
	defer t.Stop()
	select {
	case hs := <-s.replies:
		return hs, true, nil
	case <-t.C:
		s.owed++
		return HostStatus{}, false, nil
	case <-s.broken:
		return HostStatus{}, false, s.err
	case <-ctx.Done():
		s.owed++
		return HostStatus{}, false, ctx.Err()
	}
}

// clear cancels the half job that an earlier session may have left in the printer. It asks nothing first: the answer could be
// one from before that job. Where there is no half job, ~JX does nothing.
func (s *session) clear(ctx context.Context) error {
	if s.cleared {
		return nil
	}
	if err := s.put(ctx, cancelHalf); err != nil {
		return fmt.Errorf("the rest of a torn job could not be cancelled: %w", err)
	}
	s.cleared = true
	return nil
}

// put sends a question.
func (s *session) put(ctx context.Context, q []byte) error {
	if s.torn != nil {
		return s.torn
	}
	s.heard.Store(0)
	n, err := s.write(ctx, q)
	if err == nil {
		return nil
	}
	select {
	case <-s.broken: // that it was cut says more than that nothing can be written any more
		return s.err
	default:
	}
	if n > 0 {
		s.torn = fmt.Errorf("half a question was sent: %w", err)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() == nil {
		// It takes no bytes: it is full or hung, and a fresh connection will tell.
		return fmt.Errorf("%w: it takes no bytes: %w", devices.ErrSilent, err)
	}
	return err
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

// settle lets pass what comes for earlier questions: until each has its answer, or none has come for twice as long as an
// answer may take. It says whether anything came.
func (s *session) settle(ctx context.Context) (came bool, err error) {
	t := time.NewTimer(s.o.Answer)
	defer t.Stop()
	for s.owed > 0 {
		select {
		case <-s.replies:
			s.owed--
			came = true
			t.Reset(2 * s.o.Answer)
		case <-t.C:
			return came, nil
		case <-s.broken:
			return came, s.err
		case <-ctx.Done():
			return came, ctx.Err()
		}
	}
	return came, nil
}

// Print sends a job. See [devices.Session].
func (s *session) Print(ctx context.Context, job []byte) error {
	select {
	case <-s.broken: // known dead before the first byte
		return &devices.PrintError{Sent: devices.NotSent, Reason: devices.Unreachable, Err: s.err}
	default:
	}
	if err := s.clear(ctx); err != nil {
		pe := &devices.PrintError{Sent: devices.NotSent, Reason: devices.Unreachable, Err: err}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			pe.Reason = devices.NoAnswer
		}
		return pe
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
