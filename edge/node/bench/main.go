// Command bench measures the door beside bare reference programs, interleaved in one run, because only the
// ratio means anything. It prints one table: reference, product, ratio, and the state of the machine.
//
// It must NEVER be shipped, and says nothing about a machine other than the one it runs on.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"picket/edge/journal/reference"
)

func main() {
	rounds := flag.Int("rounds", 5, "interleaved rounds; the table shows medians")
	each := flag.Duration("d", 2*time.Second, "how long each program runs in a round")
	list := flag.String("clients", "1,16,64,256", "concurrent submitters")
	aged := flag.Int("aged", 400_000, "entries written and pruned before the aged commit is measured; 0: leave that out")
	dir := flag.String("dir", "", "where the files are made; default: a new folder in the temporary directory")
	cpu := flag.String("cpuprofile", "", "write a CPU profile of the product alone, at the last number of clients")
	flag.Parse()
	if err := run(*rounds, *each, *list, *aged, *dir, *cpu); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(rounds int, each time.Duration, list string, aged int, dir, cpu string) error {
	var clients []int
	for _, s := range strings.Split(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return fmt.Errorf("-clients: %q is no number of submitters", s)
		}
		clients = append(clients, n)
	}
	if rounds < 1 {
		return fmt.Errorf("-rounds: is %d, but must be at least 1", rounds)
	}
	tmp, err := os.MkdirTemp(dir, "picket-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	if cpu != "" {
		return profile(cpu, tmp, clients[len(clients)-1], each)
	}
	programs := append(reference.Programs(), reference.Program{Name: productName})
	results := map[string][]reference.Result{}
	bareCPU := map[int][]time.Duration{}
	productCPU := map[int][]time.Duration{}
	programs[len(programs)-1].Run = func(dir string, clients int, d time.Duration) (reference.Result, error) {
		res, spent, err := product(dir, clients, d)
		if err == nil {
			productCPU[clients] = append(productCPU[clients], spent/time.Duration(res.Ops))
		}
		return res, err
	}
	for r := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d, %s\n", r+1, rounds, load())
		for _, c := range clients {
			for i := range programs {
				p := programs[(i+r)%len(programs)] // nobody is always first
				before := cpuTime()
				res, err := p.Run(tmp, c, each)
				if err != nil {
					return fmt.Errorf("%s at %d: %w", p.Name, c, err)
				}
				if p.Name == bareName { // it opens an empty file: all of its time is for answers
					bareCPU[c] = append(bareCPU[c], (cpuTime()-before)/time.Duration(res.Ops))
				}
				results[key(p.Name, c)] = append(results[key(p.Name, c)], res)
			}
		}
	}
	report(os.Stdout, programs, clients, results)
	for _, c := range clients {
		ns := func(d time.Duration) float64 { return float64(d) }
		mine, bare := median(productCPU[c], ns)/1000, median(bareCPU[c], ns)/1000
		fmt.Printf("CPU at %3d clients: %.1f µs an answer, bare journal %.1f µs\n", c, mine, bare)
	}
	if err := disk(os.Stdout, tmp, each); err != nil {
		return err
	}
	if aged > 0 {
		if err := age(os.Stdout, tmp, aged, rounds); err != nil {
			return err
		}
	}
	return machine(os.Stdout, tmp)
}

func profile(path, tmp string, clients int, each time.Duration) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	res, spent, err := product(tmp, clients, each)
	pprof.StopCPUProfile()
	fmt.Println(res, spent/time.Duration(max(1, res.Ops)), "CPU an answer")
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// cpuTime is what the process has used so far, user and system.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
