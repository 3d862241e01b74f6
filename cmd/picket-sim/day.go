package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"picket/cmd/picket-sim/day"
)

// runDay plays a day of a store, of a distribution centre, or of both one after the other, each against a site
// of its own. It says whether the books balance.
func runDay(args []string, out io.Writer) (ok bool, err error) {
	f := flag.NewFlagSet("picket-sim day", flag.ContinueOnError)
	f.SetOutput(out)
	var (
		seed     = f.Uint64("seed", 1, "what is ordered, who is clumsy when")
		store    = f.Int("store", 0, "orders of a store; 0: no store")
		lines    = f.Int("lines", 0, "order lines of a distribution centre; 0: none")
		pickers  = f.Int("pickers", 40, "people who pick at the distribution centre")
		clumsy   = f.Float64("clumsy", 1, "how many times the usual number of mistakes")
		together = f.Int("together", 1, "people who wait for the site's answer at once; with 1 a seed always plays the same day")
		journal  = f.String("journal", "", "a file the site's journal is copied to at the end, for whoever asks why")
	)
	if err := f.Parse(args); err != nil {
		return false, err
	}
	switch {
	case f.NArg() > 0:
		return false, fmt.Errorf("%q is not a flag", f.Arg(0))
	case *store < 0 || *store > 20_000:
		return false, fmt.Errorf("-store: is %d, but must be 0 to 20000", *store)
	case *lines < 0 || *lines > 200_000:
		return false, fmt.Errorf("-lines: is %d, but must be 0 to 200000", *lines)
	case *pickers < 1 || *pickers > 200:
		return false, fmt.Errorf("-pickers: is %d, but must be 1 to 200", *pickers)
	case *store == 0 && *lines == 0:
		return false, errors.New("nothing to do: say -store or -lines")
	case *clumsy < 0 || *clumsy > 50:
		return false, fmt.Errorf("-clumsy: is %g, but must be 0 to 50", *clumsy)
	case *together < 1 || *together > 60:
		return false, fmt.Errorf("-together: is %d, but must be 1 to 60", *together)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var records io.Writer
	if *journal != "" {
		file, err := os.Create(*journal)
		if err != nil {
			return false, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		records = file
	}
	ok = true
	for _, c := range []day.Config{{Store: *store}, {Lines: *lines, Pickers: *pickers}} {
		if c.Store == 0 && c.Lines == 0 {
			continue
		}
		c.Seed, c.Clumsy, c.Together, c.Journal = *seed, *clumsy, *together, records
		r, err := day.Run(ctx, c, nil)
		if err != nil {
			return false, err
		}
		r.Print(out)
		ok = ok && r.OK()
	}
	return ok, nil
}
