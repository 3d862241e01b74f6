package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/journal/reference"
)

const (
	productName = "picket, full path"
	bareName    = "bbolt journal only, gather"
)

// goals are those of PERFORMANCE.md G1, at 64 submitters.
var goals = map[string]float64{
	bareName: 0.5, "bbolt scan, one tx each": 20, "sqlite scan, one tx each": 10, "sqlite scan, group": 2,
}

func key(name string, clients int) string { return fmt.Sprintf("%s/%d", name, clients) }

func median[T any](all []T, by func(T) float64) float64 {
	v := make([]float64, len(all))
	for i := range all {
		v[i] = by(all[i])
	}
	slices.Sort(v)
	return (v[len(v)/2] + v[(len(v)-1)/2]) / 2
}

func report(w io.Writer, programs []reference.Program, clients []int, results map[string][]reference.Result) {
	fmt.Fprintf(w, "%-28s %8s %12s %12s %10s %20s %6s\n", "program", "clients", "answers/s", "p50", "p99", "picket ÷ it", "goal")
	for _, c := range clients {
		mine := results[key(productName, c)]
		for _, p := range programs {
			all := results[key(p.Name, c)]
			ratios := make([]float64, len(all)) // round by round: what shared a minute is compared
			for i := range all {
				ratios[i] = mine[i].PerSecond() / all[i].PerSecond()
			}
			goal := ""
			if g := goals[p.Name]; g > 0 && c == 64 {
				goal = fmt.Sprintf("≥ %g", g)
			}
			fmt.Fprintf(w, "%-28s %8d %12.0f %12s %10s %8.2f (%.2f-%.2f) %6s\n", p.Name, c,
				median(all, reference.Result.PerSecond),
				time.Duration(median(all, func(r reference.Result) float64 { return float64(r.P50) })).Round(time.Microsecond),
				time.Duration(median(all, func(r reference.Result) float64 { return float64(r.P99) })).Round(time.Microsecond),
				median(ratios, func(f float64) float64 { return f }), slices.Min(ratios), slices.Max(ratios), goal)
		}
	}
	for _, c := range clients {
		mine := results[key(productName, c)]
		fmt.Fprintf(w, "product at %3d clients: %.1f answers a commit\n", c, median(mine, func(r reference.Result) float64 { return float64(r.Ops) / float64(r.Commits) }))
	}
}

// disk says what the file of a site takes for its entries. The snapshot of 100,000 open lines is taken off, because
// it does not grow with the entries; a second one has room beside it. It runs longer than the rest, because a file
// grows in steps of 16 MiB.
func disk(w io.Writer, dir string, each time.Duration) error {
	res, extra, err := filled(dir, 64, 5*each)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "disk: file %.1f MB, entries %.1f MB, snapshot %.1f MB: (file - snapshot) ÷ entries %.2f (goal ≤ 1.5)\n",
		mb(res.File), mb(res.Payload), mb(extra), float64(res.File-extra)/float64(res.Payload))
	return err
}

func mb(n int64) float64 { return float64(n) / 1e6 }

// age compares a commit of 64 entries in a fresh file with one in a file that was written and pruned.
func age(w io.Writer, dir string, entries, rounds int) error {
	path := filepath.Join(dir, "aged.db")
	old, err := journal.Open(path, journal.Options{Log: logID})
	if err != nil {
		return err
	}
	defer func() { _ = old.Close(); _ = os.Remove(path) }()
	for range entries / 256 {
		if _, err := old.Append(journal.Batch{Entries: records(256)}); err != nil {
			return err
		}
	}
	head := old.Head()
	chunks, mark := journal.NewSnapshot(head, []byte("the state at the head"))
	if _, err := old.Append(journal.Batch{Chunks: chunks, Complete: &mark}); err != nil {
		return err
	}
	dropped, err := old.Trim(head.Seq - uint64(entries)/40)
	if err != nil {
		return err
	}
	var fresh, aged []time.Duration
	for r := range rounds {
		name := filepath.Join(dir, fmt.Sprintf("fresh-%d.db", r))
		young, err := journal.Open(name, journal.Options{Log: logID})
		if err != nil {
			return err
		}
		for range 200 { // turn and turn about
			for _, side := range []struct {
				f  *journal.File
				to *[]time.Duration
			}{{young, &fresh}, {old, &aged}} {
				t := time.Now()
				if _, err := side.f.Append(journal.Batch{Entries: records(64)}); err != nil {
					return err
				}
				*side.to = append(*side.to, time.Since(t))
			}
		}
		if err := young.Close(); err != nil {
			return err
		}
		_ = os.Remove(name)
	}
	slices.Sort(fresh)
	slices.Sort(aged)
	a, f := aged[len(aged)/2], fresh[len(fresh)/2]
	fmt.Fprintf(w, "commit of 64 entries, p50: fresh file %s; after %d written and %d pruned %s: ratio %.2f (goal ≤ 1.3)\n",
		f.Round(time.Microsecond), entries, dropped, a.Round(time.Microsecond), float64(a)/float64(f))
	return nil
}

func records(n int) [][]byte {
	at := time.Date(2026, 11, 21, 10, 11, 12, 0, time.UTC)
	r := floor.Records("/t/bench/s/s1/n/n1", logID, 1, floor.Meta{ID: "hh-1:57", Device: "hh-1", N: 57, Actor: employee, Now: at, Digest: "0123456789abcdef"},
		[]floor.Event{&floor.PickConfirmed{Order: "O-1", Line: "L-1", SKU: "SKU-1", Qty: 1, Bin: "A-01-1", Code: "09521234000017"}})
	raw, err := r[0].AppendTo(nil)
	if err != nil {
		panic(err)
	}
	return slices.Repeat([][]byte{raw}, n)
}

// machine says what the figures were had on.
func machine(w io.Writer, dir string) error {
	path := filepath.Join(dir, "fsync")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close(); _ = os.Remove(path) }()
	page := make([]byte, 4096)
	var took []time.Duration
	for range 300 {
		t := time.Now()
		if _, err := f.Write(page); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		took = append(took, time.Since(t))
	}
	slices.Sort(took)
	fmt.Fprintf(w, "machine: append 4 KiB + fsync p50 %s p99 %s; %s\n", took[len(took)/2].Round(time.Microsecond), took[len(took)*99/100].Round(time.Microsecond), load())
	return nil
}

func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	return "load " + strings.Join(strings.Fields(string(b))[:3], " ")
}
