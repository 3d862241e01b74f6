package spool

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"picket/devices"
	"picket/edge/floor"
)

// Work is a job that still has to come out, with what it takes to draw it.
type Work struct {
	Job  floor.Job
	Draw func() ([]byte, error) // the document's bytes; the error names the field that cannot be drawn
}

// Desk is the site as a lane sees it.
type Desk interface {
	// Waiting lists this printer's jobs that are pending, held or processing, oldest first.
	Waiting(printer floor.PrinterID) []Work
	// Stopped says whether people stopped the printer: nothing is begun then.
	Stopped(printer floor.PrinterID) bool
	// Submit puts a command to the floor and returns when it is durable. A refusal stands in the answer; an
	// error is a fault of the site, after which nothing is known of the command.
	Submit(ctx context.Context, c floor.Command) (floor.Answer, error)
}

// Printer is the printer as a lane sees it; devices.Port is one.
type Printer interface {
	// Status asks how it is; a printer that is away is a status that says so.
	Status(ctx context.Context) (devices.Status, error)
	// Print sends a job's bytes; nil means that all of them left, not that anything is printed.
	Print(ctx context.Context, job []byte) error
}

// How long a lane waits before its next turn.
const (
	Soon     = 80 * time.Millisecond // a label is coming out
	Later    = 2 * time.Second       // the printer needs a person
	Whenever = time.Minute           // nothing to do; a wake-up comes first
)

// Lane prints the jobs of one printer, one at a time, in their order.
type Lane struct {
	ID      floor.PrinterID
	Printer Printer
	Desk    Desk
	Log     *slog.Logger

	current floor.JobID    // the job whose bytes this lane has sent, empty when there is none
	before  devices.Status // the printer's answer just before that

	undrawn map[floor.JobID]int // jobs that cannot be drawn: turns until the next try; never: not by itself
}

// ErrFinal marks a document that will not become drawable by waiting: it is drawn again when somebody asks for it.
var ErrFinal = errors.New("it is not drawn again by itself")

// Turns until a document that could not be drawn is tried again: what it lacks may have come, about a minute later.
const (
	pause = 30
	never = -1
)

// Turn takes one job one step further and says how long to wait for the next turn. An error is a fault of
// the site: the lane may be turned again, and finds out from the journal what became of the job.
func (l *Lane) Turn(ctx context.Context) (time.Duration, error) {
	work := l.Desk.Waiting(l.ID)
	if l.current != "" {
		if at := slices.IndexFunc(work, func(w Work) bool { return w.Job.ID == l.current }); at >= 0 {
			return l.watch(ctx)
		}
		l.current = "" // somebody settled it: a person said what came of it, or the parcel was undone
	}
	for _, w := range work {
		if w.Job.State == floor.JobProcessing {
			// Not by this lane: the box went down between print.start and the outcome.
			return 0, l.fail(ctx, w.Job, floor.JobUnknown, string(devices.Restarted))
		}
	}
	if len(work) == 0 {
		return Whenever, nil
	}
	return l.begin(ctx, work)
}

// begin sends the first job that can be drawn.
func (l *Lane) begin(ctx context.Context, work []Work) (time.Duration, error) {
	st, err := l.Printer.Status(ctx)
	if err != nil {
		return Later, err
	}
	if !st.Ready() {
		return Later, l.hold(ctx, work[0].Job, reasons(st)...)
	}
	if l.Desk.Stopped(l.ID) {
		return Whenever, l.hold(ctx, work[0].Job, string(devices.Paused))
	}
	before := l.undrawn
	l.undrawn = map[floor.JobID]int{} // what left the queue is forgotten
	for _, w := range work {
		if left, tried := before[w.Job.ID]; tried {
			l.undrawn[w.Job.ID] = left
		}
	}
	for _, w := range work {
		if l.rests(w.Job) {
			continue
		}
		bytes, err := w.Draw()
		if err != nil {
			if l.undrawn[w.Job.ID] = pause; errors.Is(err, ErrFinal) {
				l.undrawn[w.Job.ID] = never
			}
			why := []string{floor.Undrawable, floor.Plainly(err.Error())}
			if w.Job.State != floor.JobHeld || !slices.Equal(w.Job.Reasons, why) {
				l.log().Error("a label cannot be drawn", "job", w.Job.ID, "err", err)
			}
			if err := l.hold(ctx, w.Job, why...); err != nil {
				return Later, err
			}
			continue // the others behind it are not to blame
		}
		delete(l.undrawn, w.Job.ID)
		return l.send(ctx, w.Job, bytes, st)
	}
	return Later, nil
}

// rests says whether a job that could not be drawn waits for its next try, or for somebody to ask for it. One that was
// moved is pending again.
func (l *Lane) rests(j floor.Job) bool {
	left, tried := l.undrawn[j.ID]
	if !tried || j.State != floor.JobHeld || left == 0 {
		return false
	}
	if left > 0 {
		l.undrawn[j.ID]--
	}
	return true
}

func (l *Lane) send(ctx context.Context, j floor.Job, bytes []byte, st devices.Status) (time.Duration, error) {
	a, err := l.Desk.Submit(ctx, &floor.StartPrint{Job: j.ID, Printer: l.ID})
	if err != nil {
		return Later, fmt.Errorf("print.start %s: %w", j.ID, err)
	}
	if a.Outcome == floor.OutcomeRefused {
		return 0, nil // canceled or settled since the list was made
	}
	l.current, l.before = j.ID, st
	err = l.Printer.Print(ctx, bytes)
	if err == nil {
		return Soon, nil
	}
	l.current = ""
	l.log().Warn("a label was not sent", "job", j.ID, "err", err)
	if devices.SentOf(err) == devices.NotSent {
		return Later, l.fail(ctx, j, floor.JobHeld, reasonOf(err))
	}
	return 0, l.fail(ctx, j, floor.JobUnknown, reasonOf(err))
}

// watch asks the printer what became of the job in hand.
func (l *Lane) watch(ctx context.Context) (time.Duration, error) {
	st, err := l.Printer.Status(ctx)
	if err != nil {
		return Later, err
	}
	j := floor.Job{ID: l.current}
	switch devices.Judge(l.before, st) {
	case devices.Printed:
		_, err := l.Desk.Submit(ctx, &floor.ConfirmPrint{Job: j.ID})
		if err == nil {
			l.current = ""
		}
		return 0, err
	case devices.Lost:
		if st.State == devices.Offline {
			// It may come back within the same breath, but another connection proves nothing.
			l.log().Warn("the printer went away with a label under way", "job", j.ID)
		}
		err := l.fail(ctx, j, floor.JobUnknown, reasons(st)...)
		if err == nil {
			l.current = ""
		}
		return 0, err
	}
	if st.Ready() || st.State == devices.Processing {
		return Soon, nil
	}
	return Later, nil
}

// hold says why a job waits, once for each change of the reasons.
func (l *Lane) hold(ctx context.Context, j floor.Job, why ...string) error {
	if j.State == floor.JobHeld && slices.Equal(j.Reasons, why) {
		return nil
	}
	return l.fail(ctx, j, floor.JobHeld, why...)
}

func (l *Lane) fail(ctx context.Context, j floor.Job, st floor.JobState, why ...string) error {
	_, err := l.Desk.Submit(ctx, &floor.FailPrint{Job: j.ID, State: st, Reasons: why})
	if err != nil {
		return fmt.Errorf("label.failed %s: %w", j.ID, err)
	}
	return nil
}

func (l *Lane) log() *slog.Logger {
	if l.Log == nil {
		return slog.Default()
	}
	return l.Log
}

func reasons(st devices.Status) []string {
	out := make([]string, 0, len(st.Reasons))
	for _, r := range st.Reasons {
		out = append(out, string(r))
	}
	if len(out) == 0 {
		out = append(out, string(st.State))
	}
	return out
}

func reasonOf(err error) string {
	if pe := (*devices.PrintError)(nil); errors.As(err, &pe) && pe.Reason != "" {
		return string(pe.Reason)
	}
	return string(devices.OtherReason)
}

// Serve turns the lane until ctx ends; wake brings the next turn forward. While the printer needs a person
// a wake-up changes nothing, so that a busy floor does not ask a jammed printer a hundred times a second.
func (l *Lane) Serve(ctx context.Context, wake <-chan struct{}) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	heed := wake
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		case <-heed:
		}
		wait, err := l.Turn(ctx)
		if err != nil && ctx.Err() == nil {
			l.log().Error("spool", "printer", l.ID, "err", err)
			wait = max(wait, Later)
		}
		if heed = wake; wait == Later {
			heed = nil
		}
		timer.Reset(wait)
	}
}
