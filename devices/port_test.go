package devices_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
)

// scriptedPrinter is a driver whose session the test holds in its hands.
type scriptedPrinter struct {
	dial   func(n int) error
	status func(ctx context.Context) (devices.Status, error)
	print  func(ctx context.Context, job []byte) error
	runs   int
	busy   atomic.Int32
	shared atomic.Bool
}

func (p *scriptedPrinter) Run(ctx context.Context, serve devices.Serve) error {
	p.runs++
	if p.dial != nil {
		if err := p.dial(p.runs); err != nil {
			return err
		}
	}
	return serve(ctx, p)
}

func (p *scriptedPrinter) enter() func() {
	if p.busy.Add(1) > 1 {
		p.shared.Store(true)
	}
	return func() { p.busy.Add(-1) }
}

func (p *scriptedPrinter) Status(ctx context.Context) (devices.Status, error) {
	defer p.enter()()
	if p.status == nil {
		return devices.Status{State: devices.Idle}, nil
	}
	return p.status(ctx)
}

func (p *scriptedPrinter) Print(ctx context.Context, job []byte) error {
	defer p.enter()()
	if p.print == nil {
		return nil
	}
	return p.print(ctx, job)
}

// start runs a port and returns once the bubble is at rest.
func start(t *testing.T, driver devices.Printer, o devices.PortOptions) *devices.Port {
	port := devices.NewPort("bench-1", o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = port.Run(ctx, devices.Supervisor{First: time.Second, Jitter: func() float64 { return 1 }}, driver)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return port
}

func TestPortSaysConnectingThenOfflineThenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []devices.State
		p := &scriptedPrinter{dial: func(n int) error {
			if n < 3 {
				return errors.New("connection refused")
			}
			return nil
		}}
		port := devices.NewPort("bench-1", devices.PortOptions{})
		assert.Equal(t, []devices.Reason{devices.Connecting}, port.Last().Reasons)
		port = start(t, p, devices.PortOptions{Watch: func(s devices.Status) { seen = append(seen, s.State) }})
		synctest.Wait()
		st, err := port.Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, devices.Offline, st.State)
		assert.Equal(t, "connection refused", st.Detail)
		err = port.Print(t.Context(), []byte("^XA^XZ"))
		assert.Equal(t, devices.NotSent, devices.SentOf(err))
		assert.ErrorContains(t, err, "connection refused")

		time.Sleep(4 * time.Second)
		synctest.Wait()
		st, err = port.Status(t.Context())
		require.NoError(t, err)
		assert.True(t, st.Ready())
		assert.EqualValues(t, 1, st.Session)
		assert.Equal(t, []devices.State{devices.Offline, devices.Idle}, seen, "only changes are told")
	})
}

func TestPortServesOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &scriptedPrinter{
			status: func(context.Context) (devices.Status, error) {
				time.Sleep(time.Second)
				return devices.Status{State: devices.Idle}, nil
			},
			print: func(context.Context, []byte) error { time.Sleep(time.Second); return nil },
		}
		port := start(t, p, devices.PortOptions{Every: 500 * time.Millisecond})
		synctest.Wait()
		done := make(chan error, 20)
		for range 10 {
			go func() { done <- port.Print(t.Context(), []byte("x")) }()
			go func() { _, err := port.Status(t.Context()); done <- err }()
		}
		for range 20 {
			assert.NoError(t, <-done)
		}
		assert.False(t, p.shared.Load(), "two calls were inside the session at once")
	})
}

func TestPortNewSessionAfterAFailedPrintAndJudgeSaysLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fail := true
		p := &scriptedPrinter{print: func(context.Context, []byte) error {
			if fail {
				fail = false
				return errors.New("broken pipe") // a driver that forgets to type its error
			}
			return nil
		}}
		port := start(t, p, devices.PortOptions{})
		synctest.Wait()
		before, err := port.Status(t.Context())
		require.NoError(t, err)
		err = port.Print(t.Context(), []byte("x"))
		assert.Equal(t, devices.MaybeSent, devices.SentOf(err))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		now, err := port.Status(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, before.Session+1, now.Session)
		assert.Equal(t, devices.Lost, devices.Judge(before, now), "0 labels left over another connection proves nothing")
		require.NoError(t, port.Print(t.Context(), []byte("x")))
	})
}

func TestPortAPanickingDriverStillAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &scriptedPrinter{print: func(context.Context, []byte) error { panic("boom") }}
		port := start(t, p, devices.PortOptions{})
		synctest.Wait()
		assert.Equal(t, devices.MaybeSent, devices.SentOf(port.Print(t.Context(), []byte("x"))))
	})
}

func TestPortAnAskerThatGivesUpDoesNotEndTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := true
		p := &scriptedPrinter{status: func(ctx context.Context) (devices.Status, error) {
			if slow {
				select {
				case <-ctx.Done():
					return devices.Status{}, ctx.Err()
				case <-time.After(time.Second):
				}
			}
			return devices.Status{State: devices.Idle}, nil
		}}
		port := start(t, p, devices.PortOptions{})
		time.Sleep(2 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := port.Status(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		slow = false
		st, err := port.Status(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 1, st.Session)
	})
}

func TestPortSilentOutlivesTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &scriptedPrinter{status: func(context.Context) (devices.Status, error) {
			return devices.Status{}, devices.ErrSilent
		}}
		port := start(t, p, devices.PortOptions{})
		synctest.Wait()
		st, err := port.Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, devices.Silent, st.State)
		err = port.Print(t.Context(), []byte("x"))
		var pe *devices.PrintError
		require.ErrorAs(t, err, &pe)
		assert.Equal(t, devices.NoAnswer, pe.Reason)
		assert.Equal(t, devices.NotSent, pe.Sent)
	})
}

func TestPortRefusesAnEmptyJob(t *testing.T) {
	port := devices.NewPort("bench-1", devices.PortOptions{})
	assert.Equal(t, devices.NotSent, devices.SentOf(port.Print(t.Context(), nil)))
}

func TestJudge(t *testing.T) {
	before := devices.Status{State: devices.Idle, Session: 3}
	for _, c := range []struct {
		say  string
		now  devices.Status
		want devices.Verdict
	}{
		{"nothing left", devices.Status{State: devices.Idle, Session: 3}, devices.Printed},
		{"out of media after the last label", devices.Status{State: devices.Stopped, Reasons: []devices.Reason{devices.MediaEmpty}, Session: 3}, devices.Printed},
		{"out of media in the batch", devices.Status{State: devices.Stopped, Session: 3, LabelsLeft: 2}, devices.Waiting},
		{"in the buffer", devices.Status{State: devices.Processing, Session: 3, FormatsInBuffer: 1}, devices.Waiting},
		{"half a format", devices.Status{State: devices.Idle, Session: 3, PartialFormat: true}, devices.Waiting},
		{"no answer", devices.Status{State: devices.Silent, Session: 3}, devices.Waiting},
		{"another connection", devices.Status{State: devices.Idle, Session: 4}, devices.Lost},
		{"silent without a connection", devices.Status{State: devices.Silent}, devices.Lost},
		{"offline", devices.Status{State: devices.Offline, Session: 3}, devices.Lost},
	} {
		assert.Equal(t, c.want, devices.Judge(before, c.now), c.say)
	}
	assert.Equal(t, devices.MaybeSent, devices.SentOf(errors.New("unknown")))
}

func TestReasonsHaveWordsAndHints(t *testing.T) {
	for _, r := range []devices.Reason{devices.MediaEmpty, devices.CoverOpen, devices.RibbonEmpty, devices.Paused,
		devices.OutputFull, devices.BufferFull, devices.Connecting, devices.NoAnswer, devices.Unreachable} {
		assert.NotEqual(t, devices.OtherReason.Words(), r.Words(), r)
		assert.NotEmpty(t, r.Hint())
	}
}

// slowCloser is a driver whose connection takes its time to close.
type slowCloser struct{ scriptedPrinter }

func (p *slowCloser) Run(ctx context.Context, serve devices.Serve) error {
	err := serve(ctx, p)
	time.Sleep(time.Minute)
	return err
}

func TestPortAnEndedSessionsLastWordsAreNotThePrintersState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &slowCloser{scriptedPrinter{print: func(context.Context, []byte) error { return errors.New("reset by peer") }}}
		port := start(t, p, devices.PortOptions{})
		synctest.Wait()
		require.Equal(t, devices.Idle, port.Last().State)
		require.Error(t, port.Print(t.Context(), []byte("x")))
		synctest.Wait()
		st, err := port.Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, devices.Offline, st.State)
		assert.Zero(t, st.Session)
	})
}
