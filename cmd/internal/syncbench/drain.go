package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"picket/sync/reconcile"
)

// drained is one drain of a day's backlog.
type drained struct {
	perSecond float64
	bytes     float64 // on the wire, a record
	rss       float64 // most private memory of site and centre in one process, MB
	first     float64 // the same after a tenth
	cpu       float64 // processor time of site and centre, a record, µs
	broker    float64 // and of the broker
}

// drain copies the day, brings the line up and waits until the centre has acknowledged all of it.
func (d *day) drain(dir string, delay time.Duration, timing reconcile.Timing) (out drained, err error) {
	if dir, err = os.MkdirTemp(dir, "drain-"); err != nil {
		return out, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, name := range []string{"site.db", "oms.db"} {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(d.dir, name)); err != nil {
			return out, err
		}
	}
	b, err := startBroker(dir, pipeConf)
	if err != nil {
		return out, err
	}
	defer b.stop()
	p, err := startProxy(b.addr, delay/2)
	if err != nil {
		return out, err
	}
	defer p.stop()
	c, err := openCentre(dir, b.url())
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	s, err := openBox(dir, 0)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.plug(p.url(), d.state, timing); err != nil {
		return out, err
	}
	if err := until(time.Minute, func() bool { return s.up.Status().Connected }); err != nil {
		return out, fmt.Errorf("no session: %w", err)
	}
	profiling()
	head := s.f.Head().Seq
	from, bytes, began := uint64(s.up.Status().Acked), p.up.Load(), time.Now()
	own, its := ownCPU(), b.cpu()
	total := head - from
	var most int64
	looks := 0
	if err := until(10*time.Minute, func() bool {
		acked := uint64(s.up.Status().Acked)
		first := out.first == 0 && acked-from > total/10
		if looks++; first || looks%10 == 0 { // a look costs the kernel a walk
			now := rssAnon()
			most = max(most, now)
			if first {
				out.first = float64(now) / 1e3
			}
		}
		return acked >= head
	}); err != nil {
		return out, fmt.Errorf("the centre has %d of %d: %w", s.up.Status().Acked, head, err)
	}
	out.perSecond = float64(total) / time.Since(began).Seconds()
	out.bytes = float64(p.up.Load()-bytes) / float64(total)
	out.rss = float64(most) / 1e3
	out.cpu = float64((ownCPU() - own).Microseconds()) / float64(total)
	out.broker = float64((b.cpu() - its).Microseconds()) / float64(total)
	return out, nil
}

// rssAnon is the process's private memory in kB.
func rssAnon() int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n
		}
	}
	return 0
}

// backlog is G6: records drained a second, beside the bare pipe and beside one event a message.
func backlog(c config, r *report) error {
	d, err := buildDay(filepath.Join(c.dir, "day"), c.events, 2*perLine)
	if err != nil {
		return fmt.Errorf("building the day: %w", err)
	}
	fmt.Fprintf(os.Stderr, "backlog: %d records of %d orders\n", d.events, d.orders)
	b, err := startBroker(c.dir, pipeConf)
	if err != nil {
		return err
	}
	defer b.stop()
	scans, err := d.records(20_000)
	if err != nil {
		return err
	}
	pipes := []pipe{{100, 16, loose, scans}, {100, 16, ledger, scans}, {1, 256, ledger, scans}, {100, 16, bolted, scans}, {1, 256, bolted, scans}}
	bare := make([][]float64, len(pipes))
	var all, far []drained
	for i := range c.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d, load %s\n", i+1, c.rounds, load())
		for k := range pipes {
			at := (k + i) % len(pipes) // nobody is always first
			x, err := pipes[at].run(c.dir, b.url(), min(c.events, 20_000*pipes[at].records))
			if err != nil {
				return fmt.Errorf("%s: %w", pipes[at], err)
			}
			bare[at] = append(bare[at], x)
		}
		for _, delay := range []time.Duration{0, 40 * time.Millisecond} {
			x, err := d.drain(c.dir, delay, reconcile.Timing{})
			if err != nil {
				return err
			}
			if delay == 0 {
				all = append(all, x)
			} else {
				far = append(far, x)
			}
		}
	}
	value := each(all, func(x drained) float64 { return x.perSecond })
	const what = "backlog drained, both ends durable"
	for i, want := range []string{"", "≥ 0.8", "≥ 5", "", ""} {
		r.add(row{goal: "G6", what: what + " ÷ " + pipes[i].String(), value: value, unit: "records/s", by: bare[i], want: want})
	}
	r.add(row{goal: "G6", what: what + ", 40 ms round trip", value: each(far, func(x drained) float64 { return x.perSecond }), unit: "records/s", want: "≥ 30000"})
	r.add(row{goal: "G6", what: "1,000,000 records would take", value: each(value, func(v float64) float64 { return 1e6 / v }), unit: "s", want: "< 20"})
	r.add(row{goal: "G12", what: "processor time of site and centre a record", value: each(all, func(x drained) float64 { return x.cpu }), unit: "µs", want: "≤ 5"})
	r.add(row{what: "processor time of the broker a record", value: each(all, func(x drained) float64 { return x.broker }), unit: "µs"})
	r.add(row{what: "bytes on the wire a record", value: each(all, func(x drained) float64 { return x.bytes }), unit: "bytes", want: "≤ 60"})
	r.add(row{what: "most private memory of both ends ÷ after a tenth", value: each(all, func(x drained) float64 { return x.rss }), unit: "MB", by: each(all, func(x drained) float64 { return x.first })})
	return nil
}

func each[T any](all []T, of func(T) float64) []float64 {
	out := make([]float64, len(all))
	for i := range all {
		out[i] = of(all[i])
	}
	return out
}
