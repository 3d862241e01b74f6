package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"picket/cmd/picket-sim/fleet"
)

// ledger remembers every seed that was lived through, a line for each, over many sittings:
//
//	world seed commit faults verdict
//
// where faults is a number with a bit for each kind the seed drew, and the verdict is ok or the broken promise.
type ledger struct {
	f      *os.File
	world  string
	commit string
	next   uint64 // the first seed of this world that is not there
	rows   []entry
}

type entry struct {
	world, commit, verdict string
	seed, faults           uint64
}

// openLedger reads what is there. No path is no ledger.
func openLedger(path, world string) (*ledger, error) {
	l := &ledger{world: world, commit: commit()}
	if path == "" {
		return l, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("-ledger: %w", err)
	}
	l.f = f
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		e, err := parseEntry(lines.Text())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("-ledger: %s: line %d: %w", path, n, err), f.Close())
		}
		l.rows = append(l.rows, e)
		if e.world == world {
			l.next = max(l.next, e.seed+1)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, errors.Join(fmt.Errorf("-ledger: %w", err), f.Close())
	}
	return l, nil
}

func parseEntry(line string) (e entry, err error) {
	part := strings.SplitN(line, " ", 5)
	if len(part) != 5 {
		return e, fmt.Errorf("%.40q is not world, seed, commit, faults and verdict", line)
	}
	e = entry{world: part[0], commit: part[2], verdict: part[4]}
	if e.seed, err = strconv.ParseUint(part[1], 10, 64); err != nil {
		return e, fmt.Errorf("seed: %w", err)
	}
	if e.faults, err = strconv.ParseUint(part[3], 0, 64); err != nil {
		return e, fmt.Errorf("faults: %w", err)
	}
	return e, nil
}

func (l *ledger) add(r fleet.Result) error {
	e := entry{world: l.world, commit: l.commit, verdict: "ok", seed: r.Seed, faults: r.Faults}
	if r.Err != nil {
		e.verdict = strings.Join(strings.Fields(fmt.Sprintf("%.300v", r.Err)), " ")
	}
	l.rows = append(l.rows, e)
	if l.f == nil {
		return nil
	}
	_, err := fmt.Fprintf(l.f, "%s %d %s %#x %s\n", e.world, e.seed, e.commit, e.faults, e.verdict)
	return err
}

func (l *ledger) close() error {
	if l.f == nil {
		return nil
	}
	return l.f.Close()
}

// table tells what all sittings of a ledger have seen; nothing without one.
func (l *ledger) table(out io.Writer) {
	if l.f == nil {
		return
	}
	worlds, commits, faults := &tally{}, &tally{}, &tally{}
	broken := map[string]int{}
	var bad []entry
	for _, e := range l.rows {
		worlds.add(e.world, e)
		commits.add(e.commit, e)
		for i, name := range fleet.FaultNames() {
			if e.faults&(1<<i) != 0 {
				faults.add(name, e)
			}
		}
		if e.verdict != "ok" {
			invariant, _, _ := strings.Cut(e.verdict, ":")
			broken[invariant]++
			bad = append(bad, e)
		}
	}
	for _, t := range []struct {
		title string
		*tally
	}{{"world", worlds}, {"commit", commits}, {"faults drawn", faults}} {
		fmt.Fprintf(out, "\n%-24s %9s %9s\n", t.title, "seeds", "broken")
		for _, name := range t.names {
			fmt.Fprintf(out, "%-24s %9d %9d\n", name, t.seeds[name], t.broken[name])
		}
	}
	fmt.Fprintf(out, "\n%-4s %-80s %9s %9s\n", "", "invariant", "seeds", "broken")
	for _, i := range fleet.Invariants() {
		n := len(l.rows)
		if i.Every > 1 {
			n /= i.Every
		}
		fmt.Fprintf(out, "%-4s %-80s %9d %9d\n", i.ID, i.Says, n, broken[i.ID])
	}
	for _, e := range bad {
		fmt.Fprintf(out, "\n%s seed %d at %s: %s", e.world, e.seed, e.commit, e.verdict)
	}
	fmt.Fprintln(out)
}

// tally counts seeds by name, in the order in which the names came.
type tally struct {
	names         []string
	seeds, broken map[string]int
}

func (t *tally) add(name string, e entry) {
	if t.seeds == nil {
		t.seeds, t.broken = map[string]int{}, map[string]int{}
	}
	if t.seeds[name] == 0 {
		t.names = append(t.names, name)
	}
	if t.seeds[name]++; e.verdict != "ok" {
		t.broken[name]++
	}
}

// commit is what this program was built from, as go build notes it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	rev, changed := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			rev = s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	return rev + changed
}
