package devices

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"
)

// Health is what a supervisor knows about a driver.
type Health struct {
	Device Name
	Up     bool
	Since  time.Time // of this Up or not Up
	Err    error     // why it is not up; nil before the first try ended
	Tries  int       // failures in a row
	Next   time.Time // when it is tried again; zero while it is running
}

// Supervisor runs one driver for as long as the daemon lives: it restarts it whenever
// it ends, waiting longer each time, and tells its health. The zero value of every
// field but Name is usable.
type Supervisor struct {
	Name Name
	// First is the wait after the first failure (default 250 ms); it doubles up to
	// Longest (default 15 s: a person who plugs a printer in looks at it that long).
	First, Longest time.Duration
	// Steady is how long a device must have been up for the wait to begin at First again
	// (default 5 s). A device that comes and goes at once is not asked in a tight loop.
	Steady time.Duration
	// Jitter gives a number in [0,1); the wait is between half and the whole of its
	// nominal length, so that a hundred devices on one switch do not return as one.
	Jitter func() float64
	// Health is told every change, by the goroutine that runs the driver.
	Health func(Health)
}

// The waits for what talks without end.
const (
	babbleFirst   = time.Second
	babbleLongest = time.Minute
)

func (s Supervisor) withDefaults() Supervisor {
	if s.First <= 0 {
		s.First = 250 * time.Millisecond
	}
	if s.Longest <= 0 {
		s.Longest = 15 * time.Second
	}
	if s.Longest < s.First {
		s.Longest = s.First
	}
	if s.Steady <= 0 {
		s.Steady = 5 * time.Second
	}
	if s.Jitter == nil {
		s.Jitter = rand.Float64
	}
	if s.Health == nil {
		s.Health = func(Health) {}
	}
	return s
}

// Run runs the driver again and again until ctx ends, and returns ctx's error. The driver
// calls up once its device works. A driver that panics has failed, and the daemon goes on.
func (s Supervisor) Run(ctx context.Context, run func(ctx context.Context, up func()) error) error {
	s = s.withDefaults()
	h := Health{Device: s.Name, Since: time.Now()}
	wait := s.First
	for ctx.Err() == nil {
		h.Next = time.Time{}
		var upSince time.Time
		err := guard(ctx, run, func() {
			if !upSince.IsZero() {
				return
			}
			upSince = time.Now()
			h = Health{Device: s.Name, Up: true, Since: upSince}
			s.Health(h)
		})
		now := time.Now()
		longest := s.Longest
		switch {
		case errors.Is(err, ErrBabble): // it is reached at once each time, and each time it floods the line: give it longer
			wait, longest = max(wait, babbleFirst), max(longest, babbleLongest)
		case !upSince.IsZero() && now.Sub(upSince) >= s.Steady:
			wait, h.Tries = s.First, 0
		}
		if h.Up {
			h.Up, h.Since = false, now
		}
		if ctx.Err() != nil {
			h.Err = ctx.Err()
			s.Health(h)
			break
		}
		pause := wait/2 + time.Duration(s.Jitter()*float64(wait-wait/2))
		h.Err, h.Tries, h.Next = err, h.Tries+1, now.Add(pause)
		s.Health(h)
		if !sleep(ctx, pause) {
			break
		}
		wait = min(2*wait, longest)
	}
	return ctx.Err()
}

func guard(ctx context.Context, run func(context.Context, func()) error, up func()) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // what the driver started must not outlive it
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the driver panicked: %v\n%s", p, debug.Stack())
		}
	}()
	if err = run(ctx, up); err == nil {
		err = errDriverEnded
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
