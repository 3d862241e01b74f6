package spool

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices"
	"picket/devices/raw"
	"picket/devices/virtual"
	"picket/edge/floor"
)

// box is the lane, the port and the connection of one life of the process, before a printer over real TCP. Every effect
// it has on the world is a step, and it dies before or after the step it is told.
type box struct {
	*desk
	port  *devices.Port
	lane  *Lane
	end   func()
	dead  bool
	steps *steps
}

// steps says at which effect a box dies: before or after the nth of a kind.
type steps struct {
	what  string
	nth   int
	after bool
	bytes int // or when so many bytes of jobs have left
	where string
}

var errKilled = errors.New("killed")

// step does an effect, unless the box dies before it; whatever it gives is lost when the box dies after it.
func (b *box) step(what string, effect func() error) error {
	if b.dead {
		return errKilled
	}
	if what == b.steps.what {
		b.steps.nth--
	}
	mine := what == b.steps.what && b.steps.nth == 0
	if mine && !b.steps.after {
		return b.kill("before " + what)
	}
	err := effect()
	if mine {
		return b.kill("after " + what)
	}
	return err
}

// kill ends it as the kernel would: the connection goes with the process.
func (b *box) kill(where string) error {
	b.dead, b.steps.where = true, where
	b.end()
	return errKilled
}

func (b *box) Submit(ctx context.Context, c floor.Command) (a floor.Answer, err error) {
	err = b.step(c.Kind(), func() (err error) { a, err = b.desk.Submit(ctx, c); return err })
	return a, err
}

func (b *box) Status(ctx context.Context) (st devices.Status, err error) {
	err = b.step("status", func() (err error) { st, err = b.port.Status(ctx); return err })
	return st, err
}

func (b *box) Print(ctx context.Context, job []byte) error {
	return b.step("the job's bytes", func() error { return b.port.Print(ctx, job) })
}

func (b *box) Waiting(p floor.PrinterID) []Work {
	work := b.desk.Waiting(p)
	for i := range work {
		id := work[i].Job.ID
		work[i].Draw = func() ([]byte, error) {
			return []byte("^XA^FO20,20^A0N,30,30^FD" + string(id) + "^FS" + strings.Repeat("^FX a long label ^FS", 40) + "^XZ"), nil
		}
	}
	return work
}

// torn breaks the connection after so many bytes of jobs, as a death in the middle of a write does.
type torn struct {
	net.Conn
	b *box
}

func (c *torn) Write(p []byte) (int, error) {
	if left := c.b.steps.bytes; left > 0 && len(p) > 3 { // a question is three bytes
		if len(p) >= left {
			n, _ := c.Conn.Write(p[:left])
			c.b.steps.bytes, c.b.dead, c.b.steps.where = 0, true, fmt.Sprintf("after %d bytes of a job", left)
			_ = c.Conn.Close()
			return n, errKilled
		}
		c.b.steps.bytes -= len(p)
	}
	return c.Conn.Write(p)
}

func start(t *testing.T, d *desk, p *virtual.Printer, s *steps) *box {
	b := &box{desk: d, steps: s, port: devices.NewPort("bench-1", devices.PortOptions{Every: time.Hour})}
	ctx, cancel := context.WithCancel(context.Background())
	driver := raw.New(p.Addr(), raw.Options{Answer: 2 * time.Second, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &torn{c, b}, nil
	}})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.port.Run(ctx, devices.Supervisor{First: 2 * time.Millisecond, Longest: 20 * time.Millisecond}, driver)
	}()
	b.end = cancel
	t.Cleanup(func() { cancel(); <-done })
	b.lane = newLane(d, nil)
	b.lane.Printer, b.lane.Desk = b, b
	require.Eventually(t, func() bool { return b.port.Last().Ready() }, 60*time.Second, time.Millisecond)
	return b
}

// turn turns the lane until nothing is left to do, or the box is dead.
func (b *box) turn(t *testing.T) {
	by := time.Now().Add(60 * time.Second)
	for !b.dead && len(b.desk.Waiting("bench-1")) > 0 {
		require.True(t, time.Now().Before(by), "the queue comes to its end")
		_, _ = b.lane.Turn(context.Background())
	}
}

// TestKilledAtEveryStep: the box is killed before and after each step of its jobs, and in the middle of their bytes, and comes
// back. No label comes out twice, one that is said to be printed is on paper, one whose print was never begun comes out by itself,
// and of any other a person is asked.
func TestKilledAtEveryStep(t *testing.T) {
	kill := func(t *testing.T, s *steps) (died bool) {
		d := newDesk(t)
		p, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0", Clients: 1, PrintTime: 2 * time.Millisecond})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { defer close(done); _ = p.Serve(ctx) }()
		defer func() { cancel(); <-done }()

		first := start(t, d, p, s)
		first.turn(t)
		died = first.dead
		first.end()
		begun := map[floor.JobID]bool{}
		for _, j := range d.s.Orders["O-1"].Jobs {
			begun[j.ID] = j.State != floor.JobPending
		}
		start(t, d, p, &steps{}).turn(t)

		for _, j := range d.s.Orders["O-1"].Jobs {
			whole := func() (n int) {
				for _, l := range p.Labels() {
					if strings.Contains(string(l.ZPL), "^FD"+string(j.ID)+"^FS") {
						n++
					}
				}
				return n
			}
			switch {
			case j.State == floor.JobCompleted:
				require.Equal(t, 1, whole(), "%s: job %s is said to be printed", s.where, j.ID)
			case j.State == floor.JobUnknown && begun[j.ID]:
				require.LessOrEqual(t, whole(), 1, "%s: job %s came out twice", s.where, j.ID)
			default:
				t.Fatalf("%s: job %s ends %s, begun %t", s.where, j.ID, j.State, begun[j.ID])
			}
		}
		return died
	}
	for what, times := range map[string]int{"status": 4, "print.start": 2, "the job's bytes": 2, "label.printed": 2} {
		for nth := 1; nth <= times; nth++ {
			for _, after := range []bool{false, true} {
				require.True(t, kill(t, &steps{what: what, nth: nth, after: after}), "%s %d was never reached", what, nth)
			}
		}
	}
	for _, bytes := range []int{1, 25, 400, 900} { // in the first job, and in the second
		require.True(t, kill(t, &steps{bytes: bytes}))
	}
	require.False(t, kill(t, &steps{}), "without a kill both come out")
}
