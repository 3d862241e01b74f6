// Command picket-sim runs simulated worlds and says which of them break a promise.
//
//	picket-sim fleet -seeds 200 -from 1           many seeds, a failing one with its transcript
//	picket-sim fleet -seed 17 -v                  one seed, all of its transcript
//	picket-sim fleet -seeds 100000 -ledger FILE   goes on where the ledger ends: for runs that last
//	picket-sim day -store 400 -lines 10000        a day of a store and of a distribution centre, through the real API
//
// It must NEVER be part of a daemon, and never touch anything but its own memory, the ledger it was given, and
// the site it started itself in a directory of its own.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"picket/cmd/picket-sim/day"
	"picket/cmd/picket-sim/fleet"
)

func main() {
	if was, err := day.Child(os.Args); was {
		if err != nil {
			os.Exit(1)
		}
		return
	}
	world := run
	switch {
	case len(os.Args) > 1 && os.Args[1] == "fleet":
	case len(os.Args) > 1 && os.Args[1] == "day":
		world = runDay
	default:
		fmt.Fprintln(os.Stderr, "usage: picket-sim fleet|day [flags]; picket-sim fleet -h, picket-sim day -h list them")
		os.Exit(2)
	}
	ok, err := world(os.Args[2:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "picket-sim:", err)
		os.Exit(2)
	case !ok:
		os.Exit(1)
	}
}

// run says whether every seed kept every promise.
func run(args []string, out io.Writer) (ok bool, err error) {
	f := flag.NewFlagSet("picket-sim fleet", flag.ContinueOnError)
	f.SetOutput(out)
	var (
		from   = f.Uint64("from", 1, "first seed")
		seeds  = f.Uint64("seeds", 200, "how many")
		one    = f.Uint64("seed", 0, "this seed only")
		loud   = f.Bool("v", false, "print the transcript of every seed, not only of one that fails")
		world  = f.String("world", "swarm", "swarm: each seed draws its own faults; calm: none; sqlite: swarm, with the centre over SQLite; and swarm with more: putback: boxes are put back to older copies of their files; restored: the centre to older copies of its database; replaced: boxes are lost, and others take their place; disaster: all three; returned: boxes are lost and turn up again; havoc: that and disaster; wiped: errands with handhelds that lose their stores or send twice; escrow: errands with sites that keep units for the centre; paced: errands with restores, and batches that are gathered for long; far: more sites and handhelds, clocks that stand still, old messages on new connections; errands: swarm with tills, nights and questions about stock in every seed; carried: that, and boxes are put back")
		mutant = f.String("mutant", "", "leave one rule out: "+names())
		ledger = f.String("ledger", "", "file of seeds done: go on behind them, add to it, and tell all of it in a table; -seeds 0 only tells")
		keepOn = f.Bool("keep-going", false, "go on behind a failing seed")
	)
	if err := f.Parse(args); err != nil {
		return false, err
	}
	if f.NArg() > 0 {
		return false, fmt.Errorf("%q is not a flag", f.Arg(0))
	}
	opt := fleet.Options{Transcript: *loud}
	if opt.Mutant, err = named(*mutant); err != nil {
		return false, err
	}
	is, known := fleet.Worlds[*world]
	if !known {
		return false, fmt.Errorf("-world: is %q, but must be one of %s", *world, strings.Join(slices.Sorted(maps.Keys(fleet.Worlds)), ", "))
	}
	is.Transcript, is.Mutant = opt.Transcript, opt.Mutant
	opt = is
	if *one > 0 {
		*from, *seeds = *one, 1
	}
	book, err := openLedger(*ledger, *world)
	if err != nil {
		return false, err
	}
	if *one == 0 {
		*from = max(*from, book.next)
	}
	s := summary{out: out, world: *world, opt: opt, began: time.Now(), brief: *keepOn}
	fleet.RunMany(*from, *seeds, opt, func(r fleet.Result) bool {
		s.add(r)
		if err = book.add(r); err != nil {
			return false
		}
		return r.Err == nil || *keepOn
	})
	if cerr := book.close(); err == nil {
		err = cerr
	}
	s.end()
	book.table(out)
	return s.failed == 0, err
}

func names() string {
	if !fleet.HasMutants {
		return "only in a build with -tags mutants"
	}
	all := make([]string, 0, 30)
	for _, m := range fleet.AllMutants() {
		all = append(all, string(m))
	}
	return strings.Join(all, ", ")
}

func named(name string) (fleet.Mutant, error) {
	if m := fleet.Mutant(name); m == fleet.NoMutant || slices.Contains(fleet.AllMutants(), m) {
		return m, nil
	}
	return "", fmt.Errorf("-mutant: is %q, but must be one of %s", name, names())
}

// summary counts, and tells of what fails.
type summary struct {
	out     io.Writer
	world   string
	opt     fleet.Options
	brief   bool // the end of a failing seed's transcript will do
	began   time.Time
	n       int
	failed  int
	virtual time.Duration
	records int
	deaths  int
	slowest fleet.Result
}

func (s *summary) add(r fleet.Result) {
	s.n++
	s.virtual += r.Virtual
	s.records += r.Records
	s.deaths += r.Deaths
	if r.Settled > s.slowest.Settled {
		s.slowest = r
	}
	if r.Err != nil {
		s.failed++
		lines := r.Lines
		if !s.opt.Transcript {
			again := s.opt
			again.Transcript = true
			lines = fleet.Run(r.Seed, again).Lines
		}
		if s.brief {
			lines = lines[max(0, len(lines)-40):]
		}
		for _, l := range lines {
			fmt.Fprintln(s.out, l)
		}
		fmt.Fprintf(s.out, "seed %d breaks %v\nrun it again: go run ./cmd/picket-sim fleet -seed %d -world %s -v", r.Seed, r.Err, r.Seed, s.world)
		if s.opt.Mutant != "" {
			fmt.Fprintf(s.out, " -mutant %s (with go run -tags mutants)", s.opt.Mutant)
		}
		fmt.Fprintln(s.out)
		return
	}
	if s.opt.Transcript {
		for _, l := range r.Lines {
			fmt.Fprintln(s.out, l)
		}
	}
}

func (s *summary) end() {
	took := time.Since(s.began)
	fmt.Fprintf(s.out, "%d seeds, %d fail; %.1f seeds/s; %s virtual, %d records, %d processes died; the slowest converged in %s (seed %d)\n",
		s.n, s.failed, float64(s.n)/took.Seconds(), s.virtual.Round(time.Second), s.records, s.deaths, s.slowest.Settled.Round(time.Millisecond), s.slowest.Seed)
}
