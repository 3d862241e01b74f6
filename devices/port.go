package devices

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Session is one open connection to a printer, as its driver offers it to the Port. Its
// methods are called by one goroutine, one at a time.
//
// Status asks the printer. A printer that does not answer in time is a Status with
// State Silent and no error; an error means that the connection is over. Status must be
// an answer to this question: a driver never returns a late answer to an earlier one.
// Over a stream the question runs behind the job's bytes, so an answer after Print
// has seen the whole job.
//
// Print sends a job's bytes and returns when the last has left. Its errors are
// *PrintError, and each ends the connection. Both obey ctx.
type Session interface {
	Status(ctx context.Context) (Status, error)
	Print(ctx context.Context, job []byte) error
}

// Serve is handed to a printer driver, which calls it once with its open session. It
// returns when the session fails or ctx ends; the driver then closes and returns the error.
type Serve func(ctx context.Context, s Session) error

// Printer is a printer's driver: Run opens the one connection, calls serve, closes it and
// returns. It must not retry. Mobile printers take one client, so there is never a
// second connection for status.
type Printer interface {
	Run(ctx context.Context, serve Serve) error
}

// Port is a printer as the spool sees it, whether or not it is reachable just now. It is
// the one owner of the connection; its methods may be called from any goroutine and
// are served in turn.
type Port struct {
	name  Name
	every time.Duration
	watch func(Status)

	mu       sync.Mutex
	link     *link // nil while there is no session
	sessions uint64
	last     Status
}

type link struct {
	asks chan ask
	gone chan struct{} // closed when the session no longer takes questions
}

type ask struct {
	ctx  context.Context
	job  []byte // nil: a question for status
	done chan answer
}

type answer struct {
	status Status
	err    error
}

// PortOptions: Every is how often an idle printer is asked how it is (default 5 s); Watch is
// told every change of status, is called by the port's own goroutine and must not
// block or call the Port.
type PortOptions struct {
	Every time.Duration
	Watch func(Status)
}

// NewPort makes a port that says "connecting" until Run reaches the printer.
func NewPort(name Name, o PortOptions) *Port {
	if o.Every <= 0 {
		o.Every = 5 * time.Second
	}
	if o.Watch == nil {
		o.Watch = func(Status) {}
	}
	return &Port{name: name, every: o.Every, watch: o.Watch,
		last: Status{State: Offline, Reasons: []Reason{Connecting}, At: time.Now()}}
}

// Name is what the printer is called.
func (p *Port) Name() Name { return p.name }

// Run drives the printer under supervision until ctx ends. It must be called once.
// sup.Name defaults to the port's.
func (p *Port) Run(ctx context.Context, sup Supervisor, driver Printer) error {
	if sup.Name == "" {
		sup.Name = p.name
	}
	told := sup.Health
	sup.Health = func(h Health) {
		if !h.Up && h.Err != nil {
			p.note(absent(h.Err))
		}
		if told != nil {
			told(h)
		}
	}
	return sup.Run(ctx, func(ctx context.Context, up func()) error {
		return driver.Run(ctx, func(ctx context.Context, s Session) error {
			up()
			return p.serve(ctx, s)
		})
	})
}

// Last is the newest known status, without asking; its At is its age.
func (p *Port) Last() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// Status asks the printer. A printer that is away or silent is a Status that says so, at
// once; the error is only ctx's.
func (p *Port) Status(ctx context.Context) (Status, error) {
	a, ok := p.ask(ask{ctx: ctx})
	if !ok {
		if err := ctx.Err(); err != nil {
			return p.Last(), err
		}
		return p.Last(), nil
	}
	if a.err != nil && ctx.Err() != nil {
		return a.status, ctx.Err()
	}
	return a.status, nil
}

// Print sends a job's bytes. nil means that all of them left, not that anything is printed:
// ask Status until Judge says so. Every error is a *PrintError.
func (p *Port) Print(ctx context.Context, job []byte) error {
	if len(job) == 0 {
		return &PrintError{Sent: NotSent, Reason: OtherReason, Err: errEmptyJob}
	}
	a, ok := p.ask(ask{ctx: ctx, job: job})
	if !ok {
		if err := ctx.Err(); err != nil {
			return &PrintError{Sent: NotSent, Reason: OtherReason, Err: err}
		}
		last := p.Last()
		e := &PrintError{Sent: NotSent, Reason: Unreachable, Err: errors.New("no connection to the printer")}
		if len(last.Reasons) > 0 {
			e.Reason = last.Reasons[0]
		}
		if last.Detail != "" {
			e.Err = errors.New(last.Detail)
		}
		return e
	}
	return a.err
}

// ask hands a question to the session's goroutine; false: it was not taken.
func (p *Port) ask(q ask) (answer, bool) {
	if q.ctx.Err() != nil {
		return answer{}, false
	}
	p.mu.Lock()
	l := p.link
	p.mu.Unlock()
	if l == nil {
		return answer{}, false
	}
	q.done = make(chan answer, 1)
	select {
	case l.asks <- q:
		// Once taken it is always answered, and only the driver knows whether bytes left.
		return <-q.done, true
	case <-l.gone:
	case <-q.ctx.Done():
	}
	return answer{}, false
}

func (p *Port) serve(ctx context.Context, s Session) (err error) {
	l := &link{asks: make(chan ask), gone: make(chan struct{})}
	p.mu.Lock()
	p.link = l
	p.sessions++
	session := p.sessions
	p.mu.Unlock()
	defer func() {
		if err == nil {
			err = errDriverEnded
		}
		// Nobody may read the ended session's last words as the printer's state.
		p.over(err)
		close(l.gone)
	}()

	tick := time.NewTimer(0) // ask at once: nothing is known of a fresh connection
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if _, err := p.status(ctx, s, session); err != nil {
				return err
			}
		case q := <-l.asks:
			if err := p.answer(ctx, s, session, q); err != nil {
				return err
			}
		}
		tick.Reset(p.every)
	}
}

// answer serves one question; the error it returns ends the session.
func (p *Port) answer(ctx context.Context, s Session, session uint64, q ask) (fatal error) {
	// Whatever the driver does, a panic included, the asker gets an answer.
	a := answer{err: &PrintError{Sent: MaybeSent, Reason: OtherReason, Err: errDriverEnded}, status: p.Last()}
	defer func() { q.done <- a }()
	qctx, cancel := context.WithCancel(q.ctx)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)() // a daemon going down waits for nobody's deadline

	if q.job == nil {
		a.status, a.err = p.status(qctx, s, session)
		if a.err != nil && q.ctx.Err() != nil && ctx.Err() == nil {
			return nil // the asker gave up; the connection is as good as before
		}
		return a.err
	}
	err := s.Print(qctx, q.job)
	if err == nil {
		a.err = nil
		return nil
	}
	var pe *PrintError
	if !errors.As(err, &pe) {
		pe = &PrintError{Sent: MaybeSent, Reason: OtherReason, Err: err}
	}
	a.err = pe
	return pe
}

func (p *Port) status(ctx context.Context, s Session, session uint64) (Status, error) {
	st, err := s.Status(ctx)
	if err != nil {
		return absent(err), err
	}
	st.Session = session
	if st.At.IsZero() {
		st.At = time.Now()
	}
	p.note(st)
	return st, nil
}

// absent is the status without a connection. A printer that stayed silent until the connection was
// given up is still silent to a person who looks at it, until a dial fails.
func absent(err error) Status {
	st := Status{State: Offline, Reasons: []Reason{Unreachable}, Detail: err.Error(), At: time.Now()}
	if errors.Is(err, ErrSilent) {
		st.State, st.Reasons = Silent, []Reason{NoAnswer}
	}
	if errors.Is(err, ErrBabble) {
		st.Reasons = []Reason{Babble}
	}
	return st
}

func (p *Port) over(err error) {
	st := absent(err)
	p.mu.Lock()
	p.link = nil
	changed := !p.last.Same(st)
	p.last = st
	p.mu.Unlock()
	if changed {
		p.watch(st)
	}
}

func (p *Port) note(st Status) {
	p.mu.Lock()
	changed := !p.last.Same(st)
	p.last = st
	p.mu.Unlock()
	if changed {
		p.watch(st)
	}
}

// ErrSilent ends a driver's Run when the printer took the connection and answered nothing for
// so long that a fresh connection is worth trying.
var ErrSilent = errors.New("the printer took the connection but answered nothing")

// ErrBabble ends a driver's Run when what is connected talks without end and answers nothing that was asked: another
// machine has the printer's address, or the printer is broken.
var ErrBabble = errors.New("it answers what no label printer says: is the address right?")
