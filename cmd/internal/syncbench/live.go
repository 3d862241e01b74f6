package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
)

const people = 64 // handhelds that scan without a pause

// shift is a site in the middle of its day, whose line goes up and down.
type shift struct {
	day *day
	b   *broker
	c   *far
	s   *box
	ids []floor.OrderID
	own []*handheld
}

// openShift opens a day's files for live work.
func openShift(c config) (*shift, error) {
	// Each has a folder of its own: in one that was used, the numbers of its handhelds would come a second time, and the
	// box refuses that, as it must.
	dir, err := os.MkdirTemp(c.dir, "shift-")
	if err != nil {
		return nil, err
	}
	d, err := buildDay(dir, 2*people*lines*perLine, floor.MaxQty/10)
	if err != nil {
		return nil, err
	}
	x := &shift{day: d}
	if x.b, err = startBroker(dir, pipeConf); err != nil {
		return nil, err
	}
	if x.ids, err = liveOrders(dir, x.b.url()); err == nil {
		x.s, err = openBox(dir, 0)
	}
	if err != nil {
		x.b.stop()
		return nil, err
	}
	if x.c, err = openFar(dir, x.b.url()); err != nil {
		x.b.stop()
		return nil, errors.Join(err, x.s.close())
	}
	for i := range people {
		x.own = append(x.own, newHandheld(x.s, 1000+i)) // the orders were started while the line was cut
	}
	return x, x.plug(x.b.url())
}

// liveOrders are those the site has, as the centre's database says.
func liveOrders(dir, url string) (ids []floor.OrderID, err error) {
	c, err := openCentre(dir, url)
	if err != nil {
		return nil, err
	}
	err = c.st.View(context.Background(), func(tx store.Tx) error {
		live, err := tx.LiveAt(siteID)
		for _, a := range live {
			ids = append(ids, a.At)
		}
		return err
	})
	return ids, errors.Join(err, c.close())
}

// farCPU is what broker and centre have used.
func (x *shift) farCPU() time.Duration { return x.b.cpu() + cpuOf(x.c.cmd.Process.Pid) }

func (x *shift) close() error {
	err := errors.Join(x.s.close(), x.c.close())
	x.b.stop()
	return err
}

// plug brings the line up and waits until all is drained.
func (x *shift) plug(url string) error {
	if err := x.s.plug(url, x.day.state, reconcile.Timing{}); err != nil {
		return err
	}
	return x.drained()
}

func (x *shift) drained() error {
	return until(5*time.Minute, func() bool { s := x.s.up.Status(); return s.Connected && s.Unsent == 0 })
}

func (x *shift) cut() {
	st := x.s.up.Status()
	x.s.unplug()
	x.day.state.Acked, x.day.state.Stable = st.Acked, st.Stable
}

// rush is every handheld scanning without a pause: scans answered a second.
func (x *shift) rush(d time.Duration) (float64, error) {
	var all sync.WaitGroup
	var n atomic.Int64
	errs := make([]error, people)
	began := time.Now()
	for i, h := range x.own {
		all.Go(func() {
			for k := 0; time.Since(began) < d; k++ {
				if errs[i] = h.pick(context.Background(), x.ids[i], i, k%lines); errs[i] != nil {
					return
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	return float64(n.Load()) / time.Since(began).Seconds(), errors.Join(errs...)
}

// stroll is twenty handhelds scanning ten times a second each, from the planned moment to the answer, until done says
// so: the 50th and the 99th of a hundred, in milliseconds.
func (x *shift) stroll(d time.Duration, done func() bool) (p50, p99 float64, err error) {
	const few, pause = 20, 100 * time.Millisecond
	var all sync.WaitGroup
	errs, took := make([]error, few), make([][]float64, few)
	began := time.Now()
	for i := range few {
		all.Go(func() {
			next := time.NewTimer(0)
			defer next.Stop()
			for k := 0; ; k++ {
				due := began.Add(time.Duration(k)*pause + time.Duration(i)*pause/few)
				if due.Sub(began) > d && done() {
					return
				}
				next.Reset(time.Until(due))
				<-next.C
				if errs[i] = x.own[i].pick(context.Background(), x.ids[i], i, k%lines); errs[i] != nil {
					return
				}
				took[i] = append(took[i], float64(time.Since(due))/1e6)
			}
		})
	}
	all.Wait()
	v := slices.Concat(took...)
	slices.Sort(v)
	if len(v) == 0 {
		return 0, 0, errors.Join(append(errs, errLate)...)
	}
	return v[len(v)/2], v[len(v)*99/100], errors.Join(errs...)
}

// live is G5, what is accepted while the line drains, and how long a scan takes while a backlog goes.
func live(c config, r *report) (err error) {
	x, err := openShift(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.close()) }()
	var off, on, onAside, calm, busy, calm50, busy50, alone, alone50 []float64
	var offCPU, onCPU, farCPU []float64
	profiling()
	for i := range c.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d, load %s\n", i+1, c.rounds, load())
		x.cut()
		own := ownCPU()
		rate, err := x.rush(c.each)
		if err != nil {
			return err
		}
		off, offCPU = append(off, rate), append(offCPU, float64((ownCPU()-own).Microseconds())/rate/c.each.Seconds())
		p50, p99, err := x.stroll(c.each, func() bool { return true })
		if err != nil {
			return err
		}
		calm, calm50 = append(calm, p99), append(calm50, p50)
		draining := func() error {
			if err := x.s.plug(x.b.url(), x.day.state, reconcile.Timing{}); err != nil {
				return err
			}
			p50, p99, err = x.stroll(0, func() bool { s := x.s.up.Status(); return s.Connected && s.Unsent < 100 })
			return errors.Join(err, x.drained())
		}
		if err := draining(); err != nil {
			return err
		}
		busy, busy50 = append(busy, p99), append(busy50, p50)
		x.cut()
		if _, err := x.rush(c.each); err != nil { // another backlog
			return err
		}
		if err := x.aside(draining); err != nil {
			return err
		}
		alone, alone50 = append(alone, p99), append(alone50, p50)
		var its time.Duration
		own, its = ownCPU(), x.farCPU()
		if rate, err = x.rush(c.each); err != nil {
			return err
		}
		on = append(on, rate)
		if err := x.drained(); err != nil {
			return err
		}
		onCPU = append(onCPU, float64((ownCPU()-own).Microseconds())/rate/c.each.Seconds())
		farCPU = append(farCPU, float64((x.farCPU()-its).Microseconds())/rate/c.each.Seconds())
		if err := x.aside(func() (err error) {
			rate, err = x.rush(c.each)
			return err
		}); err != nil {
			return err
		}
		onAside = append(onAside, rate)
		if err := x.drained(); err != nil {
			return err
		}
	}
	r.add(row{goal: "G5", what: "scans answered with the line draining ÷ with it cut", value: on, unit: "scans/s", by: off, want: "≥ 0.9"})
	const aside = ", broker and centre taking what the site leaves of the processors"
	r.add(row{goal: "G5", what: "the same" + aside, value: onAside, unit: "scans/s", by: off, want: "≥ 0.9"})
	r.add(row{what: "the site's processor time a scan ÷ with the line cut", value: onCPU, unit: "µs", by: offCPU})
	r.add(row{what: "broker's and centre's processor time a scan", value: farCPU, unit: "µs"})
	r.add(row{what: "a scan's p99 while a backlog drains ÷ with the line cut", value: busy, unit: "ms", by: calm})
	r.add(row{what: "a scan's p50 while a backlog drains ÷ with the line cut", value: busy50, unit: "ms", by: calm50})
	r.add(row{what: "the same p99" + aside, value: alone, unit: "ms", by: calm, want: "≤ 1.5"})
	r.add(row{what: "the same p50" + aside, value: alone50, unit: "ms", by: calm50})
	return nil
}
