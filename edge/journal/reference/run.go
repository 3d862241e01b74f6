package reference

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"
)

// The sizes of the workload, in bytes and lines.
const (
	EntryBytes = 400     // one journal or outbox value
	StateBytes = 120     // one state value
	Lines      = 100_000 // state values standing in the file before the clock starts
)

// Result is what one program did with closed-loop clients: each sends its next scan when the last is answered.
type Result struct {
	Name     string
	Clients  int
	Ops      int64         // scans answered durable
	Commits  int64         // transactions they took
	Elapsed  time.Duration // first scan sent to last answer
	P50, P99 time.Duration // from sending to the answer
	Payload  int64         // bytes of journal entries written
	File     int64         // bytes of file they stand in; 0 where it was not measured
}

// PerSecond is the rate of durable answers.
func (r Result) PerSecond() float64 { return float64(r.Ops) / r.Elapsed.Seconds() }

func (r Result) String() string {
	return fmt.Sprintf("%-32s %4d clients %9.0f/s  p50 %8s  p99 %8s  %7d commits", r.Name, r.Clients, r.PerSecond(),
		r.P50.Round(time.Microsecond), r.P99.Round(time.Microsecond), r.Commits)
}

// Program is one thing to measure. Run makes its own file in dir, drives it with closed-loop clients for
// about d, and closes it. An error means the measurement is void.
type Program struct {
	Name string
	Run  func(dir string, clients int, d time.Duration) (Result, error)
}

// Programs are the references of PERFORMANCE G1, the one every other is compared with first.
func Programs() []Program {
	return []Program{
		{"bbolt journal only, gather", gathered(openBoltJournal)},
		{"bbolt scan, one tx each", single(openBoltScan)},
		{"bbolt scan, gather", gathered(openBoltScan)},
		{"sqlite scan, one tx each", single(openSQLite)},
		{"sqlite scan, group", gathered(openSQLite)},
	}
}

// scan is one unit of work: which line's state it touches.
type scan struct{ line uint32 }

// store commits scans durably, all of them in one transaction. One goroutine calls it at a time.
type store interface {
	commit(scans []scan) error
	close() (fileBytes int64, err error)
}

type opener func(path string) (store, error)

// single gives every scan a transaction of its own; the clients queue for the one writer.
func single(open opener) func(string, int, time.Duration) (Result, error) {
	return func(dir string, clients int, d time.Duration) (Result, error) {
		st, err := open(filepath.Join(dir, "single.db"))
		if err != nil {
			return Result{}, err
		}
		var mu sync.Mutex
		var commits int64
		res, err := Drive(clients, d, func(_ int, line uint32) error {
			mu.Lock()
			defer mu.Unlock()
			commits++
			return st.commit([]scan{{line}})
		})
		return finish(st, res, commits, err)
	}
}

// Gather is the bare group commit: take the first that waits, yield a few times so that those just answered
// can join, drain without waiting, commit once, answer all. No timer.
type Gather[T any] struct {
	in   chan waiting[T]
	done chan struct{}
}

type waiting[T any] struct {
	v   T
	ack chan error
}

// NewGather starts the one committer; commit gets every group, never an empty one.
func NewGather[T any](commit func([]T) error) *Gather[T] {
	g := &Gather[T]{in: make(chan waiting[T], 4096), done: make(chan struct{})}
	go func() {
		defer close(g.done)
		var vs []T
		var acks []chan error
		for w := range g.in {
			vs, acks = append(vs[:0], w.v), append(acks[:0], w.ack)
			for range 4 {
				runtime.Gosched()
			}
		drain:
			for len(vs) < 4096 {
				select {
				case w, ok := <-g.in:
					if !ok {
						break drain
					}
					vs, acks = append(vs, w.v), append(acks, w.ack)
				default:
					break drain
				}
			}
			err := commit(vs)
			for _, a := range acks {
				a <- err
			}
		}
	}()
	return g
}

// Do waits until v is durable. ack is the caller's own channel, of capacity one, reused from call to call.
func (g *Gather[T]) Do(v T, ack chan error) error {
	g.in <- waiting[T]{v, ack}
	return <-ack
}

// Close ends the committer after the last group. Nobody may be in Do.
func (g *Gather[T]) Close() { close(g.in); <-g.done }

func gathered(open opener) func(string, int, time.Duration) (Result, error) {
	return func(dir string, clients int, d time.Duration) (Result, error) {
		st, err := open(filepath.Join(dir, "gather.db"))
		if err != nil {
			return Result{}, err
		}
		var commits int64
		g := NewGather(func(s []scan) error { commits++; return st.commit(s) })
		acks := make([]chan error, clients)
		for i := range acks {
			acks[i] = make(chan error, 1)
		}
		res, err := Drive(clients, d, func(c int, line uint32) error { return g.Do(scan{line}, acks[c]) })
		g.Close()
		return finish(st, res, commits, err)
	}
}

func finish(st store, res Result, commits int64, err error) (Result, error) {
	size, cerr := st.close()
	if err == nil {
		err = cerr
	}
	res.Commits, res.File = commits, size
	res.Payload = res.Ops * EntryBytes
	return res, err
}

// Drive runs closed-loop clients for about d and measures them: each calls do with its own number and a
// random line until the time is up or one call fails. The node's benchmark drives the product with it too, so
// that both sides pay for the same clock readings.
func Drive(clients int, d time.Duration, do func(client int, line uint32) error) (Result, error) {
	var wg sync.WaitGroup
	lat := make([][]time.Duration, clients)
	errs := make([]error, clients)
	start := time.Now()
	end := start.Add(d)
	for c := range clients {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(c)+1, 7))
			mine := make([]time.Duration, 0, 1<<14)
			for t := time.Now(); t.Before(end); {
				if errs[c] = do(c, rnd.Uint32N(Lines)); errs[c] != nil {
					break
				}
				now := time.Now()
				mine = append(mine, now.Sub(t))
				t = now
			}
			lat[c] = mine
		})
	}
	wg.Wait()
	res := Result{Clients: clients, Elapsed: time.Since(start)}
	all := slices.Concat(lat...)
	for _, err := range errs {
		if err != nil {
			return res, fmt.Errorf("a client was refused: %w", err)
		}
	}
	if len(all) == 0 {
		return res, fmt.Errorf("no scan was answered in %s", d)
	}
	slices.Sort(all)
	res.Ops = int64(len(all))
	res.P50, res.P99 = all[len(all)/2], all[len(all)*99/100]
	return res, nil
}
