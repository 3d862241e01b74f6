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
	"time"

	"picket/edge/journal/reference"
)

func main() {
	rounds := flag.Int("rounds", 5, "interleaved rounds; the table shows medians")
	each := flag.Duration("d", time.Second, "how long each program runs in a round")
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
	programs := append(reference.Programs(), reference.Program{Name: productName, Run: product})
	results := map[string][]reference.Result{}
	for r := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d, %s\n", r+1, rounds, load())
		for _, c := range clients {
			for i := range programs {
				p := programs[(i+r)%len(programs)] // nobody is always first
				res, err := p.Run(tmp, c, each)
				if err != nil {
					return fmt.Errorf("%s at %d: %w", p.Name, c, err)
				}
				results[key(p.Name, c)] = append(results[key(p.Name, c)], res)
			}
		}
	}
	report(os.Stdout, programs, clients, results)
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
	res, err := product(tmp, clients, each)
	pprof.StopCPUProfile()
	fmt.Println(res)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
