package devices_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
)

func TestSupervisorBacksOffAndForgivesASteadyDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var starts []time.Duration
		var healths []devices.Health
		began := time.Now()
		sup := devices.Supervisor{Name: "bench-1", First: time.Second, Longest: 4 * time.Second, Steady: 10 * time.Second,
			Jitter: func() float64 { return 1 }, Health: func(h devices.Health) { healths = append(healths, h) }}
		err := sup.Run(ctx, func(ctx context.Context, up func()) error {
			starts = append(starts, time.Since(began))
			switch len(starts) {
			case 5: // a device that stood for a while, then was unplugged
				up()
				time.Sleep(20 * time.Second)
			case 7:
				cancel()
			}
			return errors.New("unplugged")
		})
		require.ErrorIs(t, err, context.Canceled)
		s := time.Second
		// waits 1, 2, 4, 4 (the longest); up for 20; then 1 again; then 2
		assert.Equal(t, []time.Duration{0, 1 * s, 3 * s, 7 * s, 11 * s, 32 * s, 34 * s}, starts)

		var tries []int
		for _, h := range healths {
			assert.Equal(t, devices.Name("bench-1"), h.Device)
			if !h.Up && !h.Next.IsZero() {
				tries = append(tries, h.Tries)
				assert.EqualError(t, h.Err, "unplugged")
			}
		}
		assert.Equal(t, []int{1, 2, 3, 4, 1, 2}, tries)
	})
}

func TestSupervisorJitterStaysBetweenHalfAndWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, j := range []struct {
			jitter float64
			want   time.Duration
		}{{0, 500 * time.Millisecond}, {0.5, 750 * time.Millisecond}} {
			ctx, cancel := context.WithCancel(t.Context())
			began, n := time.Now(), 0
			_ = devices.Supervisor{First: time.Second, Jitter: func() float64 { return j.jitter }}.Run(ctx,
				func(context.Context, func()) error {
					if n++; n == 2 {
						cancel()
					}
					return errors.New("no")
				})
			assert.Equal(t, j.want, time.Since(began))
		}
	})
}

func TestSupervisorAFlappingDeviceIsNotAskedInATightLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		n := 0
		_ = devices.Supervisor{First: time.Second, Longest: 8 * time.Second, Jitter: func() float64 { return 1 }}.Run(ctx,
			func(_ context.Context, up func()) error { n++; up(); return errors.New("gone") })
		assert.LessOrEqual(t, n, 12)
	})
}

func TestSupervisorSurvivesAPanicAndStopsWhatTheDriverStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var last devices.Health
		n := 0
		_ = devices.Supervisor{Health: func(h devices.Health) { last = h }}.Run(ctx, func(inner context.Context, _ func()) error {
			if n++; n == 2 {
				assert.ErrorContains(t, last.Err, "index out of range [17]")
				cancel()
				return nil
			}
			go func() { <-inner.Done() }() // synctest fails when this is never released
			panic("index out of range [17]")
		})
		assert.Equal(t, 2, n)
	})
}

type oneScan struct{ raw []byte }

func (s oneScan) Run(ctx context.Context, sink devices.ScanSink) error {
	sink.Up()
	buf := append([]byte(nil), s.raw...)
	sink.Scan(buf)
	for i := range buf {
		buf[i] = 'x' // a driver may use its buffer again
	}
	<-ctx.Done()
	return ctx.Err()
}

func TestListenNamesStampsAndCopiesAScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var got devices.Scan
		err := devices.Listen(ctx, devices.Supervisor{Name: "gun-7"}, oneScan{[]byte("]C10109521234543213")},
			func(s devices.Scan) { got = s; cancel() })
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, devices.Scan{Device: "gun-7", AIM: "]C1", Raw: []byte("]C10109521234543213"), At: time.Now()}, got)
	})
}

// What floods the line is given 1 s, doubling to a minute, however steady it floods.
func TestSupervisorGivesAFloodLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var waits []time.Duration
		last := time.Now()
		_ = devices.Supervisor{Jitter: func() float64 { return 1 }}.Run(ctx, func(_ context.Context, up func()) error {
			waits = append(waits, time.Since(last)/time.Second)
			if len(waits) == 9 {
				cancel()
			}
			up()
			time.Sleep(6 * time.Second)
			last = time.Now()
			return devices.ErrBabble
		})
		assert.Equal(t, []time.Duration{0, 1, 2, 4, 8, 16, 32, 60, 60}, waits)
	})
}
