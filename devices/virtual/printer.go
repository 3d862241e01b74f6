package virtual

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"
)

// Config is one virtual printer. Zero fields have defaults.
type Config struct {
	// Name stands on its page. Listen is where it takes ZPL, such as "127.0.0.1:9101".
	Name, Listen string
	// PrintTime is how long one label takes.
	PrintTime time.Duration
	// Roll is how many labels a fresh roll holds; 0 is a roll without end.
	Roll int
	// Dir, if set, keeps the printed labels over a restart of the process. Keep bounds how
	// many are kept, there and in memory (200).
	Dir  string
	Keep int
	// Clients is how many connections are served at once (4; a mobile printer: 1). One more
	// is closed as it comes.
	Clients int
	// InError is what it still answers while it is out of labels or ribbon, or open; models differ.
	InError Answers
	// JSON, if set, is where it takes questions in JSON, as newer printers do on port 9200, such as "127.0.0.1:9201".
	JSON string
	// Render draws a label for the page; nil shows the page without pictures. It is
	// called by several goroutines.
	Render func(zpl []byte) (png []byte, err error)
	// Now is the clock (time.Now).
	Now func() time.Time
}

// Answers says which questions a printer that cannot print still answers.
type Answers uint8

const (
	// Everything: older firmware answers ~HS whatever is wrong.
	Everything Answers = iota
	// Complaints: ~HS finds silence, as Zebra's guide has it; ~HQES says what is wrong.
	Complaints
	// OnlyJSON: only the port for JSON says what is wrong.
	OnlyJSON
	// Nothing at all.
	Nothing
)

// endless is State.Media of a roll without end.
const endless = -1

// maxBuffer is how many formats the buffer holds; a printer that is full stops reading.
const maxBuffer = 128

// State is how the printer stands.
type State struct {
	On, Paused, HeadOpen, RibbonOut bool
	// Silent: takes everything, prints, answers nothing. Hung: does not even read.
	Silent, Hung bool
	// Slow is the time each packet takes in the network.
	Slow time.Duration
	// Media is how many labels are on the roll, -1 for a roll without end.
	Media int
	// Waiting formats, LabelsLeft of the one in hand, and whether a label is on its way out.
	Waiting, LabelsLeft int
	Printing            bool
	// Printed counts labels since the printer was first used, torn ones included.
	Printed uint64
	// StoreError says why labels are not being kept on disk; "" when they are, or need not be.
	StoreError string
}

// Label is one label in the tray.
type Label struct {
	Seq uint64    `json:"seq"`
	At  time.Time `json:"at"`
	ZPL []byte    `json:"zpl"`
	// Copy n of Of, from ^PQ.
	Copy int `json:"copy"`
	Of   int `json:"of"`
	// Torn: power failed while it came out, so only a part of it is printed.
	Torn bool `json:"torn,omitempty"`
}

// Printer is a virtual printer. Its methods may be called from any goroutine.
type Printer struct {
	cfg   Config
	addr  string
	store *store
	pics  *pictures

	mu       sync.Mutex
	ln       net.Listener
	conns    map[net.Conn]*stream
	asked    questions
	s        State
	buffer   []*format
	inHand   *format
	labels   []Label // oldest first
	occurred chan struct{}
}

// Open makes a printer that is switched on, listens, and lists the labels of earlier runs. Serve runs it.
func Open(cfg Config) (*Printer, error) {
	if cfg.Keep <= 0 {
		cfg.Keep = 200
	}
	if cfg.Clients <= 0 {
		cfg.Clients = 4
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	p := &Printer{cfg: cfg, conns: map[net.Conn]*stream{}, occurred: make(chan struct{}), pics: newPictures(cfg.Render)}
	p.s.On = true
	p.s.Media = cfg.roll()
	if cfg.Dir != "" {
		st, labels, err := openStore(cfg.Dir, cfg.Keep)
		if err != nil {
			return nil, fmt.Errorf("virtual printer %s: %w", cfg.Name, err)
		}
		p.store, p.labels = st, labels
		if n := len(labels); n > 0 {
			p.s.Printed = labels[n-1].Seq
		}
	}
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("virtual printer %s: %w", cfg.Name, err)
	}
	p.ln, p.addr = ln, ln.Addr().String()
	if cfg.JSON != "" {
		if err := p.asked.open(cfg.JSON); err != nil {
			_ = ln.Close()
			return nil, fmt.Errorf("virtual printer %s: %w", cfg.Name, err)
		}
	}
	return p, nil
}

func (c Config) roll() int {
	if c.Roll <= 0 {
		return endless
	}
	return c.Roll
}

// Name is what the printer is called.
func (p *Printer) Name() string { return p.cfg.Name }

// Addr is "host:port" where it takes ZPL; it stays the same over power cuts.
func (p *Printer) Addr() string { return p.addr }

// State is how it stands now.
func (p *Printer) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state()
}

func (p *Printer) state() State {
	s := p.s
	s.Waiting = len(p.buffer)
	if p.inHand != nil {
		s.LabelsLeft = p.inHand.left
	}
	return s
}

// Changed gives a channel that is closed at the next change of anything.
func (p *Printer) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.occurred
}

// Labels are the labels in the tray, newest first.
func (p *Printer) Labels() []Label {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := slices.Clone(p.labels)
	slices.Reverse(out)
	return out
}

// Label is one of them.
func (p *Printer) Label(seq uint64) (Label, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, ok := slices.BinarySearchFunc(p.labels, seq, func(l Label, seq uint64) int {
		if l.Seq < seq {
			return -1
		}
		return int(min(l.Seq-seq, 1))
	})
	if !ok {
		return Label{}, false
	}
	return p.labels[i], true
}

// change runs f under the lock and wakes everyone who waits.
func (p *Printer) change(f func(s *State)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.s)
	p.wake()
}

func (p *Printer) wake() {
	close(p.occurred)
	p.occurred = make(chan struct{})
}

// LoadMedia puts in a roll of n labels; n < 0 is one without end. 0 takes the roll out.
func (p *Printer) LoadMedia(n int) { p.change(func(s *State) { s.Media = max(n, endless) }) }

// LoadRoll puts in a fresh roll as configured.
func (p *Printer) LoadRoll() { p.LoadMedia(p.cfg.roll()) }

// OpenHead opens or closes the print head. A label on its way out is printed anew afterwards.
func (p *Printer) OpenHead(open bool) { p.change(func(s *State) { s.HeadOpen = open }) }

// RibbonOut takes the ribbon out, or puts one in.
func (p *Printer) RibbonOut(out bool) { p.change(func(s *State) { s.RibbonOut = out }) }

// Pause stops before the next label, or goes on.
func (p *Printer) Pause(on bool) { p.change(func(s *State) { s.Paused = on }) }

// Silence makes it take everything and answer nothing.
func (p *Printer) Silence(on bool) { p.change(func(s *State) { s.Silent = on }) }

// Hang makes it stop reading what it is sent, with the connection open.
func (p *Printer) Hang(on bool) { p.change(func(s *State) { s.Hung = on }) }

// SlowNetwork makes each packet of at most 512 bytes, and each answer, take d.
func (p *Printer) SlowNetwork(d time.Duration) { p.change(func(s *State) { s.Slow = d }) }

// PowerCut switches it off at once: the buffer is lost, a label on its way out is torn, connections
// break, and nothing listens until PowerOn.
func (p *Printer) PowerCut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.s.On {
		return
	}
	if p.s.Printing {
		p.out(true)
	}
	p.s.On, p.s.Printing = false, false
	p.buffer, p.inHand = nil, nil
	if p.ln != nil {
		p.ln.Close()
		p.ln = nil
	}
	p.asked.close()
	p.dropConnections()
	p.wake()
}

// dropConnections breaks them without a goodbye.
func (p *Printer) dropConnections() {
	for c := range p.conns {
		if tc, ok := c.(*net.TCPConn); ok {
			_ = tc.SetLinger(0)
		}
		c.Close()
	}
}

// PowerOn switches it on again, at the address it had.
func (p *Printer) PowerOn() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.On {
		return nil
	}
	ln, err := net.Listen("tcp", p.addr)
	if err != nil {
		return fmt.Errorf("virtual printer %s cannot listen again: %w", p.cfg.Name, err)
	}
	if err := p.asked.again(); err != nil {
		_ = ln.Close()
		return fmt.Errorf("virtual printer %s cannot be asked again: %w", p.cfg.Name, err)
	}
	p.ln, p.s.On = ln, true
	p.wake()
	return nil
}

// Disconnect breaks the connections and nothing else, as a switch that restarts does.
func (p *Printer) Disconnect() { p.change(func(*State) { p.dropConnections() }) }

// Serve runs the printer until ctx ends, and then stops listening.
func (p *Printer) Serve(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		p.change(func(*State) {
			if p.ln != nil {
				p.ln.Close()
			}
			p.asked.close()
			p.dropConnections()
		})
	})()
	wg.Go(func() { p.engine(ctx) })
	if p.cfg.JSON != "" {
		wg.Go(func() {
			_ = p.hear(ctx, func() net.Listener { return p.asked.ln }, func(ln net.Listener) { p.acceptQuestions(ctx, &wg, ln) })
		})
	}
	return p.hear(ctx, func() net.Listener { return p.ln }, func(ln net.Listener) { p.accept(ctx, &wg, ln) })
}

// hear accepts at a listener that comes and goes with the power.
func (p *Printer) hear(ctx context.Context, at func() net.Listener, accept func(net.Listener)) error {
	for {
		p.mu.Lock()
		ln, occurred := at(), p.occurred
		p.mu.Unlock()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if ln == nil {
			select {
			case <-ctx.Done():
			case <-occurred:
			}
			continue
		}
		accept(ln)
		// Out of descriptors or switched off: neither may become a tight loop.
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Coming says whether a label is on its way out just now.
func (p *Printer) Coming() bool { return p.State().Printing }

// Out is what lies in the tray: whole labels and torn ones.
func (p *Printer) Out() (whole, torn int) {
	for _, l := range p.Labels() {
		if l.Torn {
			torn++
		} else {
			whole++
		}
	}
	return whole, torn
}
