package spool

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices"
	"picket/edge/floor"
)

// desk is a floor in memory; everything submitted is durable at once.
type desk struct {
	t *testing.T
	s *floor.State
	n int
	// cut ends the box at the n-th call, before or after its effect.
	calls, cut int
	after      bool
}

var errCut = errors.New("the box went down")

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, s: floor.NewState()}
	due := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	d.do(&floor.SetBin{Bin: floor.Bin{ID: "A", Walk: 1}})
	d.do(&floor.LeaseNumbers{Number: "sscc", Prefix: "09520001", From: 1, To: 9})
	d.do(&floor.Assign{Order: "O-1", Assignment: "1", Number: "1", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: due, Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 2}}})
	d.do(&floor.Start{Order: "O-1"})
	d.do(&floor.Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	a := d.do(&floor.OpenUnit{Order: "O-1"})
	d.do(&floor.AddToUnit{Unit: a.Unit, Line: "1", Qty: 2})
	a = d.do(&floor.CloseUnit{Unit: a.Unit})
	require.Len(t, a.Jobs, 2)
	return d
}

func (d *desk) do(c floor.Command) floor.Answer {
	d.n++
	m := floor.Meta{ID: floor.CommandID(fmt.Sprint("c", d.n)), Actor: "anna", Now: time.Date(2026, 11, 21, 12, 0, d.n, 0, time.UTC)}
	events, no := floor.Decide(d.s, m, c)
	if no != nil {
		return floor.Answer{Outcome: floor.OutcomeRefused, Refusal: no}
	}
	records := floor.Records("/t", "l", floor.Seq(d.n*10), m, events)
	for i := range records {
		floor.ApplyRecord(d.s, &records[i])
	}
	return floor.AnswerOf(records)
}

func (d *desk) step() (before, after bool) {
	d.calls++
	return d.calls == d.cut && !d.after, d.calls == d.cut && d.after
}

func (d *desk) Submit(_ context.Context, c floor.Command) (floor.Answer, error) {
	before, after := d.step()
	if before {
		return floor.Answer{}, errCut
	}
	a := d.do(c)
	if after {
		return floor.Answer{}, errCut
	}
	return a, nil
}

func (d *desk) Stopped(p floor.PrinterID) bool { return d.s.Stopped(p) != "" }

func (d *desk) Waiting(floor.PrinterID) []Work {
	var out []Work
	for _, j := range d.s.Orders["O-1"].Jobs {
		switch j.State {
		case floor.JobPending, floor.JobHeld, floor.JobProcessing:
			out = append(out, Work{Job: j, Draw: func() ([]byte, error) { return []byte("label " + j.ID), nil }})
		}
	}
	return out
}

func (d *desk) state(i int) floor.JobState { return d.s.Orders["O-1"].Jobs[i].State }

// printer takes jobs and needs two questions to get each out.
type printer struct {
	d      *desk
	out    []string
	buffer []string
	asked  int
	st     devices.Status
	refuse error
}

func (p *printer) Status(context.Context) (devices.Status, error) {
	if p.asked++; len(p.buffer) > 0 && p.asked%2 == 0 && p.st.State == devices.Idle {
		p.out, p.buffer = append(p.out, p.buffer[0]), p.buffer[1:]
	}
	st := p.st
	st.FormatsInBuffer = len(p.buffer)
	if st.FormatsInBuffer > 0 && st.State == devices.Idle {
		st.State = devices.Processing
	}
	return st, nil
}

func (p *printer) Print(_ context.Context, job []byte) error {
	before, after := p.d.step()
	if p.refuse != nil {
		return p.refuse
	}
	if before {
		return errCut
	}
	p.buffer = append(p.buffer, string(job))
	if after {
		return errCut
	}
	return nil
}

func newLane(d *desk, p *printer) *Lane {
	return &Lane{ID: "bench-1", Printer: p, Desk: d, Log: slog.New(slog.DiscardHandler)}
}

func ready() devices.Status { return devices.Status{State: devices.Idle, Session: 1} }

func turns(t *testing.T, l *Lane, n int) {
	for range n {
		_, err := l.Turn(context.Background())
		require.NoError(t, err)
	}
}

func TestJobsComeOutInOrder(t *testing.T) {
	d := newDesk(t)
	p := &printer{d: d, st: ready()}
	turns(t, newLane(d, p), 12)
	require.Equal(t, []string{"label c8/1", "label c8/2"}, p.out)
	require.Equal(t, floor.JobCompleted, d.state(0))
	require.Equal(t, floor.JobCompleted, d.state(1))
}

func TestABlockedPrinterHoldsTheJobAndSaysWhyOnce(t *testing.T) {
	d := newDesk(t)
	p := &printer{d: d, st: devices.Status{State: devices.Stopped, Reasons: []devices.Reason{devices.MediaEmpty}, Session: 1}}
	l := newLane(d, p)
	turns(t, l, 3)
	require.Equal(t, floor.JobHeld, d.state(0))
	require.Equal(t, []string{"media-empty"}, d.s.Orders["O-1"].Jobs[0].Reasons)
	require.Equal(t, 1, d.calls, "the reason is journalled once")
	p.st = ready()
	turns(t, l, 12)
	require.Len(t, p.out, 2)
}

func TestWhatWasNotSentIsHeldAndWhatMayHaveBeenIsUnknown(t *testing.T) {
	for sent, want := range map[devices.Sent]floor.JobState{devices.NotSent: floor.JobHeld, devices.MaybeSent: floor.JobUnknown} {
		d := newDesk(t)
		p := &printer{d: d, st: ready(), refuse: &devices.PrintError{Sent: sent, Reason: devices.Unreachable, Err: errors.New("gone")}}
		turns(t, newLane(d, p), 1)
		require.Equal(t, want, d.state(0))
		require.Equal(t, []string{"offline"}, d.s.Orders["O-1"].Jobs[0].Reasons)
	}
}

func TestAPrinterThatLosesPowerLeavesTheJobUnknown(t *testing.T) {
	d := newDesk(t)
	p := &printer{d: d, st: ready()}
	l := newLane(d, p)
	turns(t, l, 1)
	p.buffer, p.st.Session = nil, 2 // back on, with nothing in its buffer
	turns(t, l, 1)
	require.Equal(t, floor.JobUnknown, d.state(0))
	require.Empty(t, p.out)
}

func TestAStoppedPrinterBeginsNothingAndFinishesWhatItHas(t *testing.T) {
	d := newDesk(t)
	p := &printer{d: d, st: ready()}
	l := newLane(d, p)
	turns(t, l, 1) // the first is under way
	d.do(&floor.PausePrinter{Printer: "bench-1", Reason: "cleaning"})
	turns(t, l, 12)
	require.Equal(t, []string{"label c8/1"}, p.out)
	require.Equal(t, []floor.JobState{floor.JobCompleted, floor.JobHeld}, []floor.JobState{d.state(0), d.state(1)})
	require.Equal(t, []string{"paused"}, d.s.Orders["O-1"].Jobs[1].Reasons)
	d.do(&floor.ResumePrinter{Printer: "bench-1"})
	turns(t, l, 12)
	require.Len(t, p.out, 2)
}

func TestAJobThatCannotBeDrawnDoesNotBlockTheNext(t *testing.T) {
	d := newDesk(t)
	p := &printer{d: d, st: ready()}
	l := newLane(d, p)
	l.Desk = undrawable{d}
	turns(t, l, 8)
	require.Equal(t, floor.JobHeld, d.state(0))
	require.Equal(t, []string{"label c8/2"}, p.out)
}

type undrawable struct{ *desk }

func (u undrawable) Waiting(p floor.PrinterID) []Work {
	work := u.desk.Waiting(p)
	for i := range work {
		if strings.HasSuffix(string(work[i].Job.ID), "/1") {
			work[i].Draw = func() ([]byte, error) { return nil, errors.New("ship_to: no address") }
		}
	}
	return work
}

// TestTheBoxGoesDownAtEveryStep: wherever the box ends, no job's bytes leave twice, a completed job came out
// once, and a job is left waiting only if nothing of it was sent.
func TestTheBoxGoesDownAtEveryStep(t *testing.T) {
	for cut := 1; cut <= 6; cut++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprint(cut, after), func(t *testing.T) {
				d := newDesk(t)
				p := &printer{d: d, st: ready()}
				d.cut, d.after = cut, after
				l := newLane(d, p)
				down := false
				for range 12 {
					if _, err := l.Turn(context.Background()); err != nil || d.calls >= d.cut {
						down = true
						break
					}
				}
				require.True(t, down, "the cut was reached")
				d.cut = 0
				turns(t, newLane(d, p), 16) // the box is back
				for i, j := range d.s.Orders["O-1"].Jobs {
					n := 0
					for _, o := range p.out {
						if o == "label "+string(j.ID) {
							n++
						}
					}
					require.LessOrEqual(t, n, 1, "job %d came out twice", i)
					switch j.State {
					case floor.JobCompleted:
						require.Equal(t, 1, n, "job %d is said to be printed", i)
					case floor.JobUnknown:
					default:
						t.Fatalf("job %d ends %s", i, j.State)
					}
				}
			})
		}
	}
}

// TestWhatCannotBeDrawnIsNotDrawnForEver: once, with its reason, until somebody asks; what may become drawable is tried
// now and then.
func TestWhatCannotBeDrawnIsNotDrawnForEver(t *testing.T) {
	for _, final := range []bool{true, false} {
		drawn := 0
		job := floor.Job{ID: "j-1", State: floor.JobPending}
		l := &Lane{Log: slog.New(slog.DiscardHandler)}
		d := &undrawn{}
		l.Desk, l.Printer = d, idle{}
		turn := func() {
			d.work = []Work{{Job: job, Draw: func() ([]byte, error) {
				if drawn++; final {
					return nil, fmt.Errorf("byte 20: ~JR outside of a label, %w", ErrFinal)
				}
				return nil, errors.New("no address")
			}}}
			_, err := l.Turn(t.Context())
			require.NoError(t, err)
			if d.last != nil {
				job.State, job.Reasons = d.last.State, d.last.Reasons
			}
		}
		for range 100 {
			turn()
		}
		require.Equal(t, 1, d.told)
		require.Equal(t, map[bool]int{true: 1, false: 4}[final], drawn)
		require.Equal(t, floor.Undrawable, job.Reasons[0])
		job.State, job.Reasons = floor.JobPending, nil // somebody sent it once more
		turn()
		require.Equal(t, 2, d.told)
	}
}

type idle struct{}

func (idle) Status(context.Context) (devices.Status, error) {
	return devices.Status{State: devices.Idle}, nil
}
func (idle) Print(context.Context, []byte) error { return nil }

type undrawn struct {
	work []Work
	last *floor.FailPrint
	told int
}

func (d *undrawn) Waiting(floor.PrinterID) []Work { return d.work }
func (d *undrawn) Stopped(floor.PrinterID) bool   { return false }
func (d *undrawn) Submit(_ context.Context, c floor.Command) (floor.Answer, error) {
	d.last, _ = c.(*floor.FailPrint)
	d.told++
	return floor.Answer{}, nil
}
