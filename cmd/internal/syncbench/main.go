// Command syncbench measures the line between a site and the centre beside bare reference programs and peers,
// interleaved in one run, because only the ratio means anything: the real journal, the real door, the real uplink,
// a real Mosquitto, the real centre's commit. See DESIGN.md.
//
// It must NEVER be shipped, and says nothing about a machine other than the one it runs on.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// config is what the flags say.
type config struct {
	rounds int
	events int
	each   time.Duration
	sites  int
	dir    string
}

// part is one of the measurements.
type part struct {
	name string
	run  func(c config, r *report) error
}

var parts = []part{
	{"backlog", backlog},
	{"live", live},
	{"peers", peers},
	{"sites", sites},
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == farArg {
		if err := serveFar(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, "syncbench:", err)
			os.Exit(1)
		}
		return
	}
	var c config
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	only := flag.String("only", strings.Join(names, ","), "which parts to measure")
	flag.IntVar(&c.rounds, "rounds", 3, "interleaved rounds; the table shows medians")
	flag.IntVar(&c.events, "n", 100_000, "scans of the backlog")
	flag.DurationVar(&c.each, "d", 3*time.Second, "how long a live measurement lasts in a round")
	flag.IntVar(&c.sites, "sites", 1000, "simulated sites")
	flag.StringVar(&c.dir, "dir", "", "where the files are made; default: a new folder in the temporary directory")
	cpu := flag.String("cpuprofile", "", "write a CPU profile of this process")
	flag.Parse()
	if err := run(c, strings.Split(*only, ","), *cpu); err != nil {
		fmt.Fprintln(os.Stderr, "syncbench:", err)
		os.Exit(1)
	}
}

func run(c config, only []string, cpu string) (err error) {
	if c.rounds < 1 || c.events < 1000 || c.sites < 1 {
		return fmt.Errorf("-rounds and -sites must be at least 1, -n at least 1000")
	}
	tmp, err := os.MkdirTemp(c.dir, "picket-syncbench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	c.dir = tmp
	if cpu != "" {
		f, err := os.Create(cpu)
		if err != nil {
			return err
		}
		defer f.Close()
		profiling = func() { _ = pprof.StartCPUProfile(f) }
		defer pprof.StopCPUProfile()
	}
	r := &report{}
	for _, name := range only {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if i < 0 {
			return fmt.Errorf("-only: there is no part %q", name)
		}
		if err := parts[i].run(c, r); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return r.write(os.Stdout, tmp)
}

// profiling begins the profile, when one was asked for: what is built before is not what is measured.
var profiling = func() {}
