// Package devicetest is the suite that every printer driver passes, and Record and Playback
// for the byte streams of real devices.
//
// It must NEVER know which driver or which machine it tests: the machine is reached by the
// knobs a person at a real printer has too.
package devicetest

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
)

// Machine is the printer itself: what a person standing before it can do and see.
type Machine interface {
	LoadMedia(n int) // n < 0: a roll without end; 0: none
	OpenHead(open bool)
	RibbonOut(out bool)
	Pause(on bool)
	Silence(on bool) // takes everything, answers nothing
	Hang(on bool)    // does not even read
	SlowNetwork(d time.Duration)
	PowerCut()
	PowerOn() error
	Disconnect()
	// Out is what lies in the tray: whole labels and torn ones.
	Out() (whole, torn int)
	// Coming: a label is on its way out just now.
	Coming() bool
}

// Bench is a driver and the machine it drives. The machine is on, loaded, idle, and takes
// PrintTime per label (10 to 100 ms is good). Answer is the driver's wait for a status.
type Bench struct {
	Driver    devices.Printer
	Machine   Machine
	Answer    time.Duration
	PrintTime time.Duration
	// NoRibbon: it prints without one, and never says that it is out.
	NoRibbon bool
	// Tells is what the machine says while it is out of labels or ribbon, or open.
	Tells Tells
}

// Tells is what a printer says while it cannot print. Models differ, and what a job needs must not.
type Tells uint8

const (
	// Counters: why, and how many labels are left.
	Counters Tells = iota
	// Reasons: why, and no counters.
	Reasons
	// Silence: nothing.
	Silence
)

const patience = 60 * time.Second

type rig struct {
	Bench
	t    *testing.T
	port *devices.Port
	// begun is told when the driver has a job in hand: before that it waits its turn behind questions.
	begun chan struct{}
}

// told is the driver's session, and says when a job reaches it.
type told struct {
	devices.Session
	begun chan<- struct{}
}

func (s told) Print(ctx context.Context, job []byte) error {
	select {
	case s.begun <- struct{}{}:
	default: // no case waits for it
	}
	return s.Session.Print(ctx, job)
}

// seen is a driver whose sessions are told.
type seen struct {
	devices.Printer
	begun chan<- struct{}
}

func (d seen) Run(ctx context.Context, serve devices.Serve) error {
	return d.Printer.Run(ctx, func(ctx context.Context, s devices.Session) error { return serve(ctx, told{s, d.begun}) })
}

func start(t *testing.T, b Bench) *rig {
	r := &rig{Bench: b, t: t, port: devices.NewPort("bench-1", devices.PortOptions{Every: 50 * time.Millisecond}), begun: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.port.Run(ctx, devices.Supervisor{First: 10 * time.Millisecond, Longest: 100 * time.Millisecond}, seen{b.Driver, r.begun})
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-done:
		case <-time.After(patience):
			t.Error("the driver did not end with its context")
		}
	})
	return r
}

func (r *rig) status() devices.Status {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	st, err := r.port.Status(ctx)
	require.NoError(r.t, err)
	return st
}

// becomes polls until a status is as wanted, and returns it.
func (r *rig) becomes(say string, want func(devices.Status) bool) devices.Status {
	r.t.Helper()
	var st devices.Status
	require.Eventually(r.t, func() bool { st = r.status(); return want(st) }, patience, 5*time.Millisecond, say)
	return st
}

func is(s devices.State, reasons ...devices.Reason) func(devices.Status) bool {
	return func(st devices.Status) bool {
		return st.State == s && assert.ObjectsAreEqual(reasons, append([]devices.Reason(nil), st.Reasons...))
	}
}

// stopped is the status of a printer that cannot print for these reasons, as far as it tells.
func (r *rig) stopped(reasons ...devices.Reason) func(devices.Status) bool {
	if r.Tells == Silence {
		return is(devices.Silent, devices.NoAnswer)
	}
	why := is(devices.Stopped, reasons...)
	return func(st devices.Status) bool { return why(st) && st.Uncounted == (r.Tells == Reasons) }
}

func (r *rig) print(job []byte) {
	r.t.Helper()
	require.NoError(r.t, r.port.Print(r.t.Context(), job))
}

// verdict polls until the job is no longer waited for.
func (r *rig) verdict(before devices.Status) devices.Verdict {
	r.t.Helper()
	var v devices.Verdict
	r.becomes("a verdict", func(st devices.Status) bool { v = devices.Judge(before, st); return v != devices.Waiting })
	return v
}

func (r *rig) out(whole int) {
	r.t.Helper()
	got, _ := r.Machine.Out()
	assert.Equal(r.t, whole, got, "labels in the tray")
}

func job(copies string) []byte { return []byte("^XA^FO20,20^A0N,30,30^FDone^FS^PQ" + copies + "^XZ\n") }

// cases are the suite. Those a person with both hands can do to any printer are marked: they run against a real one, too.
var cases = []struct {
	name  string
	hands bool
	test  func(r *rig)
}{
	{"status words", true, statusWords},
	{"printed only when the counters say so", true, printedByCounters},
	{"out of media in the middle of a batch", true, mediaOutInBatch},
	{"out of ribbon in the middle of a batch", false, ribbonOutInBatch},
	{"head opened while a label comes out", true, headOpened},
	{"silence", false, silence},
	{"silence in the middle of a job", false, silenceInJob},
	{"refused, then back without a hand", true, refused},
	{"half-open connection", false, halfOpen},
	{"power cut between status and job", true, powerBeforeJob},
	{"power cut in the middle of a label", false, powerInLabel},
	{"a broken connection is not a finished job", false, disconnected},
	{"slow network", false, slowNetwork},
	{"late answers are not taken for new ones", false, lateAnswers},
	{"a giver-up in the middle of a job", false, givenUp},
	{"many askers, one at a time", true, manyAskers},
}

// Printer runs the suite; open gives a fresh bench for each case.
func Printer(t *testing.T, open func(t *testing.T) Bench) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.test(start(t, open(t))) })
	}
}

func statusWords(r *rig) {
	r.becomes("idle", is(devices.Idle))
	for _, k := range []struct {
		turn   func(bool)
		reason devices.Reason
	}{
		{r.Machine.Pause, devices.Paused},
		{r.Machine.OpenHead, devices.CoverOpen},
		{r.Machine.RibbonOut, devices.RibbonEmpty},
		{func(out bool) {
			if out {
				r.Machine.LoadMedia(0)
			} else {
				r.Machine.LoadMedia(-1)
			}
		}, devices.MediaEmpty},
	} {
		if k.reason == devices.RibbonEmpty && r.NoRibbon {
			continue
		}
		k.turn(true)
		want := r.stopped(k.reason)
		if k.reason == devices.Paused { // it could print, and answers
			want = is(devices.Stopped, k.reason)
		}
		st := r.becomes(string(k.reason), want)
		assert.False(r.t, st.Ready())
		k.turn(false)
		r.becomes("idle after "+string(k.reason), is(devices.Idle))
	}
	r.Machine.OpenHead(true)
	r.Machine.Pause(true)
	r.becomes("two reasons at once", r.stopped(devices.CoverOpen, devices.Paused))
}

func printedByCounters(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.Pause(true)
	r.print(job("1"))
	r.print(job("2"))
	st := r.becomes("two formats wait", func(st devices.Status) bool { return st.FormatsInBuffer == 2 })
	assert.Equal(r.t, devices.Waiting, devices.Judge(before, st))
	r.out(0)
	r.Machine.Pause(false)
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(3)
}

func mediaOutInBatch(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.LoadMedia(2)
	r.print(job("5"))
	st := r.becomes("out of media", r.stopped(devices.MediaEmpty))
	if r.Tells == Counters {
		assert.Equal(r.t, 3, st.LabelsLeft)
	}
	assert.Equal(r.t, devices.Waiting, devices.Judge(before, st))
	r.out(2)
	r.Machine.LoadMedia(10)
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(5)
}

func ribbonOutInBatch(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.LoadMedia(2) // so that it stands in the middle, whatever the machine's speed
	r.print(job("5"))
	r.becomes("two are out", r.stopped(devices.MediaEmpty))
	r.Machine.RibbonOut(true)
	r.Machine.LoadMedia(10)
	st := r.becomes("out of ribbon", r.stopped(devices.RibbonEmpty))
	assert.Equal(r.t, devices.Waiting, devices.Judge(before, st))
	r.out(2)
	r.Machine.RibbonOut(false)
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(5)
}

func headOpened(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.print(job("3"))
	r.Machine.OpenHead(true)
	st := r.becomes("open", r.stopped(devices.CoverOpen))
	assert.Equal(r.t, devices.Waiting, devices.Judge(before, st))
	r.Machine.OpenHead(false)
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(3)
}

func silence(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.Silence(true)
	st := r.becomes("silent", is(devices.Silent, devices.NoAnswer))
	assert.False(r.t, st.Ready())
	assert.NotEqual(r.t, devices.Printed, devices.Judge(before, st))
	r.becomes("still silent over a fresh connection", func(st devices.Status) bool {
		require.False(r.t, st.Ready(), "silence is not readiness")
		return st.State == devices.Silent && st.Session > before.Session
	})
	r.Machine.Silence(false)
	r.becomes("idle again", is(devices.Idle))
}

// Only the connection that carried the job can say that it was finished, so it outlasts a silence
// of the length that it takes to load labels (here: of a few questions).
func silenceInJob(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.Pause(true)
	r.print(job("2"))
	r.becomes("taken", func(st devices.Status) bool { return st.FormatsInBuffer+st.LabelsLeft > 0 })
	r.Machine.Silence(true)
	r.becomes("silent", is(devices.Silent, devices.NoAnswer))
	for range 5 {
		require.Equal(r.t, devices.Waiting, devices.Judge(before, r.status()))
	}
	r.Machine.Silence(false)
	r.Machine.Pause(false)
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(2)
}

func refused(r *rig) {
	r.becomes("idle", is(devices.Idle))
	r.Machine.PowerCut()
	r.becomes("offline", is(devices.Offline, devices.Unreachable))
	began := time.Now()
	err := r.port.Print(r.t.Context(), job("1"))
	assert.Equal(r.t, devices.NotSent, devices.SentOf(err))
	assert.Less(r.t, time.Since(began), patience/2, "an absent printer is said at once")
	require.NoError(r.t, r.Machine.PowerOn())
	before := r.becomes("idle again", is(devices.Idle))
	r.print(job("1"))
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(1)
}

func halfOpen(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	// More than the buffers of both systems hold, so that the job sticks in the pipe.
	big := append(append([]byte("^XA^FX"), bytes.Repeat([]byte("x"), 24<<20)...), "^FS^XZ"...)
	r.Machine.Hang(true)
	err := r.port.Print(r.t.Context(), big)
	require.Error(r.t, err)
	assert.Equal(r.t, devices.MaybeSent, devices.SentOf(err))
	st := r.becomes("no longer taken for ready", func(st devices.Status) bool { return !st.Ready() })
	assert.Equal(r.t, devices.Lost, devices.Judge(before, st))
	r.Machine.Hang(false)
	r.becomes("idle again", is(devices.Idle))
	r.out(0)
}

func powerBeforeJob(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.PowerCut()
	_ = r.port.Print(r.t.Context(), job("1")) // may or may not notice; what counts is what follows
	require.NoError(r.t, r.Machine.PowerOn())
	now := r.becomes("idle again", is(devices.Idle))
	assert.Equal(r.t, devices.Lost, devices.Judge(before, now))
	r.out(0)
}

func powerInLabel(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.print(job("200"))
	require.Eventually(r.t, func() bool {
		whole, _ := r.Machine.Out()
		return whole > 0 && r.Machine.Coming()
	}, patience, time.Millisecond)
	r.Machine.PowerCut()
	whole, torn := r.Machine.Out()
	require.NoError(r.t, r.Machine.PowerOn())
	now := r.becomes("idle again", is(devices.Idle))
	assert.Equal(r.t, devices.Lost, devices.Judge(before, now), "nothing is left to print, because it forgot")
	after, _ := r.Machine.Out()
	assert.Equal(r.t, whole, after)
	assert.LessOrEqual(r.t, torn, 1)
}

func disconnected(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.print(job("2"))
	r.becomes("seen by the printer", func(st devices.Status) bool { return st.Session == before.Session })
	r.Machine.Disconnect()
	r.becomes("a new connection", func(st devices.Status) bool { return st.Session > before.Session })
	assert.Equal(r.t, devices.Lost, r.verdict(before))
	require.Eventually(r.t, func() bool { n, _ := r.Machine.Out(); return n == 2 }, patience, 5*time.Millisecond,
		"what it had taken it prints all the same")
}

func slowNetwork(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.SlowNetwork(r.Answer / 8)
	r.print(append(bytes.Repeat([]byte("^FX slow ^FS"), 300), job("2")...))
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(2)
}

func lateAnswers(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	r.Machine.SlowNetwork(r.Answer)
	r.becomes("too slow to count", func(st devices.Status) bool { return st.State == devices.Silent })
	r.Machine.SlowNetwork(0)
	r.Machine.Pause(true)
	st := r.becomes("answers again", func(st devices.Status) bool { return st.State == devices.Stopped })
	r.print(job("1"))
	// Every answer from here on has seen the job, however late the earlier ones came.
	for range 5 {
		now := r.status()
		assert.NotEqual(r.t, devices.Printed, devices.Judge(st, now))
	}
	r.out(0)
	r.Machine.Pause(false)
	if v := r.verdict(st); before.Session == st.Session {
		assert.Equal(r.t, devices.Printed, v)
		r.out(1)
	}
}

func givenUp(r *rig) {
	r.becomes("idle", is(devices.Idle))
	big := bytes.Repeat([]byte("^FX"), 8<<20)
	r.Machine.Hang(true)
	ctx, cancel := context.WithCancel(r.t.Context())
	defer cancel()
	go func() { // the patience of who prints is counted from when it is his turn
		select {
		case <-r.begun:
			time.AfterFunc(3*r.Answer, cancel)
		case <-ctx.Done():
		}
	}()
	err := r.port.Print(ctx, big)
	assert.Equal(r.t, devices.MaybeSent, devices.SentOf(err))
	done, cancelled := context.WithCancel(r.t.Context())
	cancelled()
	assert.Equal(r.t, devices.NotSent, devices.SentOf(r.port.Print(done, job("1"))))
	r.Machine.Hang(false)
	r.becomes("idle again", is(devices.Idle))
	r.out(0)
}

func manyAskers(r *rig) {
	before := r.becomes("idle", is(devices.Idle))
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() { assert.NoError(r.t, r.port.Print(r.t.Context(), job("2"))) })
		wg.Go(func() { _, err := r.port.Status(r.t.Context()); assert.NoError(r.t, err) })
	}
	wg.Wait()
	assert.Equal(r.t, devices.Printed, r.verdict(before))
	r.out(12)
}
