package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// row is one line of the table: medians over the rounds, ratios round by round.
type row struct {
	goal, what string
	value      []float64 // in unit, by round
	unit       string
	by         []float64 // the reference of each round; empty: there is none
	want       string
}

type report struct{ rows []row }

func (r *report) add(x row) {
	r.rows = append(r.rows, x)
	fmt.Fprintf(os.Stderr, "  %s\n", x.String())
}

func (x *row) ratios() []float64 {
	out := make([]float64, 0, len(x.by))
	for i := range x.by {
		if i < len(x.value) && x.by[i] != 0 {
			out = append(out, x.value[i]/x.by[i])
		}
	}
	return out
}

func (x *row) String() string {
	text := fmt.Sprintf("%-3s %-96s %10s %-9s", x.goal, x.what, number(median(x.value)), x.unit)
	if q := x.ratios(); len(q) > 0 {
		text += fmt.Sprintf(" ÷ %10s = %.2f (%.2f-%.2f)", number(median(x.by)), median(q), slices.Min(q), slices.Max(q))
	}
	if x.want != "" {
		text += "   goal " + x.want
	}
	return text
}

func number(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	v := slices.Clone(all)
	slices.Sort(v)
	return (v[len(v)/2] + v[(len(v)-1)/2]) / 2
}

// write prints the table and the state of the machine.
func (r *report) write(w io.Writer, dir string) error {
	for i := range r.rows {
		fmt.Fprintln(w, r.rows[i].String())
	}
	name := filepath.Join(dir, "fsync")
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var took []time.Duration
	for range 300 {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return err
		}
		before := time.Now()
		if err := f.Sync(); err != nil {
			return err
		}
		took = append(took, time.Since(before))
	}
	slices.Sort(took)
	_, err = fmt.Fprintf(w, "machine: append 4 KiB + fsync p50 %s p99 %s; load %s\n", took[150].Round(time.Microsecond), took[297].Round(time.Microsecond), load())
	return err
}

func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(b))[:3], " ")
}
