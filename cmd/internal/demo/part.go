package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Part is one process of the demo. It is started again when it ends, unless somebody stopped it on purpose.
type Part struct {
	Name, Says string   // what it is called, and what it is, for people
	Argv       []string // the program and its arguments
	Env        []string
	LogFile    string
	Held       bool // not started before Start
	Rereads    bool // its settings, when a SIGHUP comes

	// Fails is told once, with the last line of its log, when the part cannot start and is tried again and again.
	Fails func(why string)

	mu      sync.Mutex
	wanted  bool
	cmd     *exec.Cmd
	started time.Time
	starts  int
	ended   string // how it ended last, empty while it runs for the first time
	poke    chan struct{}
}

// PartState is a part at a glance.
type PartState struct {
	Name, Says, Ended string
	Wanted, Running   bool
	PID, Starts       int
	Since             time.Time
}

// State of the part now.
func (p *Part) State() PartState {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := PartState{Name: p.Name, Says: p.Says, Ended: p.ended, Wanted: p.wanted, Starts: p.starts, Since: p.started}
	if p.cmd != nil && p.cmd.Process != nil {
		s.Running, s.PID = true, p.cmd.Process.Pid
	}
	return s
}

// Run keeps the part going until ctx ends.
func (p *Part) Run(ctx context.Context) error {
	p.mu.Lock()
	p.wanted, p.poke = p.wanted || !p.Held, make(chan struct{}, 1)
	p.mu.Unlock()
	told := false
	for wait := 250 * time.Millisecond; ctx.Err() == nil; {
		p.mu.Lock()
		wanted := p.wanted
		p.mu.Unlock()
		if !wanted {
			select {
			case <-p.poke:
			case <-ctx.Done():
			}
			continue
		}
		began := time.Now()
		err := p.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		why := fmt.Sprint(err)
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.Exited() { // not killed by anybody: it said why
			if said := lastLine(p.LogFile); said != "" {
				why = said
			}
			if !told && p.Fails != nil {
				p.Fails(why)
			}
			told = true
		}
		if time.Since(began) > 5*time.Second {
			wait, told = 250*time.Millisecond, false
		}
		p.mu.Lock()
		p.ended = why
		wanted = p.wanted
		p.mu.Unlock()
		if wanted {
			select {
			case <-time.After(wait):
			case <-p.poke:
			case <-ctx.Done():
			}
			wait = min(2*wait, 5*time.Second)
		}
	}
	return nil
}

// lastLine is what a log says last, at most 4 KB of it.
func lastLine(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	if at, err := f.Seek(0, io.SeekEnd); err == nil {
		_, _ = f.Seek(max(0, at-4<<10), io.SeekStart)
	}
	text, _ := io.ReadAll(f)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

var errEnded = errors.New("ended by itself")

func (p *Part) once(ctx context.Context) error {
	log, err := os.OpenFile(p.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(p.Argv[0], p.Argv[1:]...)
	cmd.Env = append(os.Environ(), p.Env...)
	cmd.Stdout, cmd.Stderr = log, log
	// A group of its own: Ctrl-C reaches the demo, which ends its parts in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.mu.Lock()
	p.cmd, p.started = cmd, time.Now()
	p.starts++
	p.mu.Unlock()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err = <-done:
	case <-ctx.Done():
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err = <-done:
		case <-time.After(8 * time.Second):
			_ = cmd.Process.Kill()
			err = <-done
		}
	}
	p.mu.Lock()
	p.cmd = nil
	p.mu.Unlock()
	if err == nil {
		err = errEnded
	}
	return err
}

// Stop ends the part and leaves it ended; Kill does so without a word, as a power cut would, and it comes
// back by itself; Start brings a stopped one back.
func (p *Part) Stop() { p.signal(syscall.SIGTERM, false) }

// Kill ends the part at once; it is started again.
func (p *Part) Kill() { p.signal(syscall.SIGKILL, true) }

// Start brings a stopped part back.
func (p *Part) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = true
	if p.poke != nil {
		select {
		case p.poke <- struct{}{}:
		default:
		}
	}
}

func (p *Part) signal(sig syscall.Signal, wanted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = wanted
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(sig)
	}
}

// Hangup tells a part that its settings changed; those that do not read them again hear nothing.
func (p *Part) Hangup() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Rereads && p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(syscall.SIGHUP)
	}
}

// tail is the end of the part's log, for when it does not come up.
func (p *Part) tail() string {
	f, err := os.Open(p.LogFile)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.Size() > 2000 {
		_, _ = f.Seek(-2000, io.SeekEnd)
	}
	b, _ := io.ReadAll(f)
	return string(b)
}
