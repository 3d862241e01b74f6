package site

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/devices"
	"picket/devices/drivers"
	"picket/devices/gs1"
	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// What a scan does at a bench without a screen.
const (
	aloneNothing = ""
	aloneSingles = "singles"
	aloneLoad    = "load"
)

func (c *Config) checkBenches() error {
	seen := map[string]bool{}
	check := func(at, id string, name *string, station string) error {
		if err := floor.CheckID(at+".id", id); err != nil {
			return err
		}
		if seen[id] {
			return fmt.Errorf("%s.id: %q stands there twice", at, id)
		}
		seen[id] = true
		if *name == "" {
			*name = id
		}
		if station != "" {
			return floor.CheckID(at+".station", station)
		}
		return nil
	}
	o := drivers.Options{Permit: c.permit}
	for i := range c.Scanners {
		s, at := &c.Scanners[i], fmt.Sprintf("scanners[%d]", i)
		if err := check(at, s.ID, &s.Name, s.Station); err != nil {
			return err
		}
		if _, err := drivers.OpenScanner(s.Address, o); err != nil {
			return fmt.Errorf("%s.address: %w", at, err)
		}
		switch s.Alone {
		case aloneNothing, "nothing":
			s.Alone = aloneNothing
		case aloneSingles, aloneLoad:
			if s.Station == "" {
				return fmt.Errorf("%s.alone: %s needs a station to be done at", at, s.Alone)
			}
		default:
			return fmt.Errorf("%s.alone: %q is neither nothing, singles nor load", at, s.Alone)
		}
		for name, v := range map[string]string{"good": s.Good, "bad": s.Bad} {
			if b, err := hex.DecodeString(v); err != nil || len(b) > 64 {
				return fmt.Errorf("%s.%s: %q is not at most 64 bytes in hexadecimal, such as 07", at, name, v)
			}
		}
	}
	for i := range c.Scales {
		s, at := &c.Scales[i], fmt.Sprintf("scales[%d]", i)
		if err := check(at, s.ID, &s.Name, s.Station); err != nil {
			return err
		}
		if s.Station == "" {
			return fmt.Errorf("%s.station: is missing: a scale weighs for a bench", at)
		}
		if _, err := drivers.OpenScale(s.Address, o); err != nil {
			return fmt.Errorf("%s.address: %w", at, err)
		}
	}
	return nil
}

// screens are told what the devices of their bench read.
type screens interface {
	Scanned(at floor.StationID, scan web.BenchScan) int
	Weighed(at floor.StationID, w web.BenchWeight) int
}

// benches gives what scanners and scales read to the screens of their bench, or acts on it where there is none.
type benches struct {
	feed    *web.Feed
	door    *node.Door
	screens screens
	scans   *scanRing
	log     *slog.Logger

	mu   sync.Mutex
	last map[string][]devices.Scan // by bench: scans let through of late that no other device has brought too
	hand map[string]*atHand        // by bench: what is being done there without a screen
	lay  map[string]devices.Weight // by bench: what was told last
}

// sameScan is how long a scan that comes again by another device of the same bench is the same pull of a trigger: one
// scanner may type and send over the network at once.
const sameScan = 700 * time.Millisecond

// startBenches gives each scanner and scale its driver.
func startBenches(ctx context.Context, g *errgroup.Group, cfg Config, feed *web.Feed, door *node.Door, to screens, scans *scanRing, log *slog.Logger) error {
	b := newBenches(feed, door, to, log)
	b.scans = scans
	o := drivers.Options{Permit: cfg.permit}
	for _, c := range cfg.Scanners {
		d, err := drivers.OpenScanner(c.Address, o)
		if err != nil {
			return fmt.Errorf("scanners: %s: %w", c.ID, err)
		}
		row := view.Peripheral{ID: c.ID, Name: c.Name, Kind: "scanner", Station: floor.StationID(c.Station)}
		b.health(row, devices.Health{})
		good, _ := hex.DecodeString(c.Good)
		bad, _ := hex.DecodeString(c.Bad)
		sup := devices.Supervisor{Name: devices.Name(c.ID), Health: func(h devices.Health) { b.health(row, h) }}
		var mute unanswered
		g.Go(func() error {
			_ = devices.Listen(ctx, sup, d, func(s devices.Scan) {
				answer := bad
				if b.scan(ctx, c, s) {
					answer = good
				}
				if speaker, ok := d.(devices.Speaker); ok && len(answer) > 0 {
					if err := speaker.Say(answer); err != nil {
						mute.tell(log, c.ID, s.At, err)
					}
				}
			})
			return nil
		})
	}
	for _, c := range cfg.Scales {
		d, err := drivers.OpenScale(c.Address, o)
		if err != nil {
			return fmt.Errorf("scales: %s: %w", c.ID, err)
		}
		row := view.Peripheral{ID: c.ID, Name: c.Name, Kind: "scale", Station: floor.StationID(c.Station)}
		b.health(row, devices.Health{})
		sup := devices.Supervisor{Name: devices.Name(c.ID), Health: func(h devices.Health) { b.health(row, h) }}
		g.Go(func() error {
			_ = devices.Weigh(ctx, sup, d, func(w devices.Weight) { b.weigh(c, w) })
			return nil
		})
	}
	return nil
}

// unanswered tells of answers that did not reach a scanner, once a minute: what sends and hangs up, thousands of times,
// must not fill the log.
type unanswered struct {
	mu   sync.Mutex
	last time.Time
	more int
}

func (u *unanswered) tell(log *slog.Logger, scanner string, at time.Time, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if gone := at.Sub(u.last); gone >= 0 && gone < time.Minute { // a clock that was set back does not silence it
		u.more++
		return
	}
	log.Warn("a scanner could not be answered", "scanner", scanner, "untold", u.more, "err", err)
	u.last, u.more = at, 0
}

func newBenches(feed *web.Feed, door *node.Door, to screens, log *slog.Logger) *benches {
	return &benches{feed: feed, scans: newScanRing(feed), door: door, screens: to, log: log, last: map[string][]devices.Scan{}, hand: map[string]*atHand{}, lay: map[string]devices.Weight{}}
}

// health shows how a device does, in words.
func (b *benches) health(row view.Peripheral, h devices.Health) {
	row.State, row.Words, row.Since, row.Tries = "ready", "ready", h.Since, h.Tries
	if !h.Up {
		row.State, row.Words = "away", "starting"
		if h.Err != nil {
			why := devices.AwayFor(h.Err)
			row.Reason, row.Words, row.Hint = string(why), h.Err.Error(), devices.AwayHint(why)
		}
	}
	b.feed.SetPeripheral(row)
}

// scan does what a scan is for; false when it led to nothing, so that the scanner can say so.
func (b *benches) scan(ctx context.Context, c Scanner, s devices.Scan) bool {
	ok, taken := b.take(ctx, c, s)
	b.scans.add(s, taken)
	return ok
}

// take says beside what was done with the scan.
func (b *benches) take(ctx context.Context, c Scanner, s devices.Scan) (bool, string) {
	if b.again(c, s) {
		return true, "the same pull of the trigger as the scan before"
	}
	code := web.CodeText(s.Raw)
	switch n := b.screens.Scanned(floor.StationID(c.Station), web.BenchScan{Device: c.ID, Code: code, At: s.At.UTC()}); {
	case n > 0:
		return true, "to the screen at " + c.Station
	case c.Station == "":
		return false, "nothing: the scanner stands at no station"
	case c.Alone == aloneNothing:
		return false, "nothing: nobody is signed in at " + c.Station
	case b.act(ctx, c, code):
		return true, c.Alone
	}
	return false, c.Alone + ": refused"
}

// again says whether the scan is one that another device of the bench brought already. Each scan let through is matched once, the
// oldest first: however one device lags behind the other, a pull is one scan and two pulls of the same are two.
func (b *benches) again(c Scanner, s devices.Scan) bool {
	if c.Station == "" {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	of := slices.DeleteFunc(b.last[c.Station], func(before devices.Scan) bool { return s.At.Sub(before.At) > sameScan })
	_, now := gs1.SplitAIM(s.Raw)
	at := slices.IndexFunc(of, func(before devices.Scan) bool {
		_, then := gs1.SplitAIM(before.Raw)
		return before.Device != s.Device && bytes.Equal(now, then)
	})
	if at >= 0 {
		b.last[c.Station] = slices.Delete(of, at, at+1)
		return true
	}
	b.last[c.Station] = append(of, s)
	return false
}

// tell shows what a bench without a screen should know beside its scanner's state.
func (b *benches) tell(c Scanner, words string) {
	row := view.Peripheral{ID: c.ID, Name: c.Name, Kind: "scanner", Station: floor.StationID(c.Station), State: "ready", Words: "ready", Since: time.Now()}
	if words != "" {
		row.Words += "; " + words
	}
	b.feed.SetPeripheral(row)
}

// weigh tells a bench's screens what lies on its scale, when that changes.
func (b *benches) weigh(c Scale, w devices.Weight) {
	b.mu.Lock()
	before, ok := b.lay[c.Station]
	same := ok && before.Grams() == w.Grams() && before.Settled == w.Settled && before.Bad == w.Bad
	// What moves is told ten times a second at most, what came to rest at once; and every second again, for a screen that came since.
	if wait := w.At.Sub(before.At); ok && (same && wait < time.Second || !same && !w.Settled && wait < 100*time.Millisecond) {
		b.mu.Unlock()
		return
	}
	b.lay[c.Station] = w
	b.mu.Unlock()
	b.screens.Weighed(floor.StationID(c.Station), web.BenchWeight{Device: c.ID, Grams: w.Grams(), Settled: w.Settled, Bad: w.Bad, At: w.At.UTC()})
}
