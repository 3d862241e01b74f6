package fleet

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
)

// Options of a run.
type Options struct {
	Transcript bool // keep it
	SQLite     bool // the centre's store is SQLite, not its twin in memory
	Calm       bool // no faults at all
	PutBack    bool // boxes are put back to older copies of their files, too
	Restore    bool // the centre is put back to older copies of its database
	Replace    bool // boxes are lost, and others take their place
	Errands    bool // every seed has errands, not one in eight
	Return     bool // lost boxes turn up again
	Escrow     bool // sites keep units for the centre
	Wipe       bool // handhelds lose their stores, or have two pages open
	Far        bool // more sites, and faults that the others do not draw (far.go)
	Paced      bool // batches are gathered and paced, as where the daemons run, and for longer
	Mutant     Mutant
}

// Worlds are the options that have a name.
var Worlds = map[string]Options{
	"swarm": {}, "calm": {Calm: true}, "sqlite": {SQLite: true}, "putback": {PutBack: true},
	"restored": {Restore: true}, "replaced": {Replace: true}, "disaster": {Restore: true, Replace: true, PutBack: true},
	"errands": {Errands: true}, "burnt": {Errands: true, Replace: true}, "sunk": {Errands: true, Restore: true}, "carried": {Errands: true, PutBack: true},
	"escrow": {Errands: true, Escrow: true}, "wiped": {Errands: true, Wipe: true}, "paced": {Errands: true, Restore: true, Paced: true}, "far": {Far: true}, "returned": {Replace: true, Return: true}, "havoc": {Restore: true, Replace: true, PutBack: true, Return: true},
}

// Result of one seed.
type Result struct {
	Seed    uint64
	Err     error         // the first broken promise, nil when all were kept
	Trace   uint64        // of everything that happened
	Settled time.Duration // from the last fault to convergence
	Virtual time.Duration
	Records int
	Moves   uint64
	Sites   int
	Orders  int
	Left    int // orders that left for the archive
	Parcels int
	Papers  int
	Deaths  int // of processes

	Restores int // times the centre was put back
	PutBacks int // times a box was
	Replaced int // boxes that took the place of one that was lost
	Restated int // times a site told the centre anew what stands there
	Swapped  int // times a box began from the centre's snapshot
	Returned int // lost boxes that turned up again
	Wiped    int // handhelds that lost their stores
	Tabbed   int // requests of a second page
	Allotted int // times somebody said how much a site is to keep
	Counted  int // bins whose count was held against the shelf
	Handed   int // times goods were handed to a customer
	Asked    int // questions about what is promised that were held against the formula
	Lines    []string
	Faults   uint64 // a bit for each of FaultNames that the seed drew
}

// The times of a world.
const (
	within  = 240 * time.Second // from the last fault to convergence (TESTING, I6)
	working = 40 * time.Second  // people go on with new work so long after the faults
)

// Run lives through one seed.
func Run(seed uint64, opt Options) Result {
	w := newWorld(seed, opt)
	faults := w.mix.drawn()
	w.until(w.dawn.Add(w.mix.Faults))
	over := w.now
	w.soothe()
	w.until(over.Add(working))
	w.rest = true
	why := "nothing was looked at"
	for w.broke == nil && w.now.Sub(over) < within {
		if why = w.unsettled(); why == "" {
			break
		}
		w.until(w.now.Add(time.Second))
	}
	r := Result{Seed: seed, Faults: faults, Settled: w.now.Sub(over), Virtual: w.now.Sub(w.dawn)}
	switch {
	case w.broke != nil:
	case why != "":
		w.fail("I6", "not converged %s after the last fault: %s", r.Settled, why)
	default:
		if w.converged(); w.broke == nil {
			w.daysLater()
		}
	}
	r.Err, r.Trace, r.Moves, r.Lines = w.broke, w.trace, w.moves, w.lines
	r.Wiped, r.Tabbed, r.Allotted = w.wiped, w.tabbed, w.allotted
	r.Counted, r.Handed, r.Asked = w.checked, w.handed, w.asked
	r.Restores, r.Restated, r.Swapped = w.centre.restores, w.restated, w.swapped
	r.Sites, r.Orders, r.Left, r.Deaths = len(w.sites), w.shop.wanted, w.archived, w.centre.life-1
	for _, s := range w.sites {
		r.Records += len(s.ledger.records)
		r.Parcels += len(s.ledger.gone)
		r.Papers += len(s.press.out)
		r.Deaths += s.life - 1
		r.Replaced += s.boxes
		r.PutBacks += s.restores - s.boxes
		r.Returned += len(s.relics)
	}
	_ = w.centre.st.Close()
	return r
}

// daysLater lets what is over leave the floor, as the site's clock does, and holds everything against everything again.
func (w *world) daysLater() {
	for _, s := range w.sites {
		s.daysLater()
	}
	why := ""
	for range 60 {
		if why = w.unsettled(); why == "" || w.broke != nil {
			break
		}
		w.until(w.now.Add(time.Second))
	}
	switch {
	case w.broke != nil:
	case why != "":
		w.fail("I6", "not converged after orders left: %s", why)
	default:
		w.converged()
	}
}

func (s *site) daysLater() {
	w := s.w
	s.skew, s.jumped = s.skew+72*time.Hour, true
	for n := 0; w.broke == nil; n++ {
		if !s.up {
			w.until(w.now.Add(time.Second))
			continue
		}
		var over []floor.OrderID
		s.board.Floor(func(f *floor.State) { over = f.Archivable(s.clock()) })
		if len(over) == 0 {
			break
		}
		s.do(func() {
			s.submit(ticket{node.Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("clock:%d", n))}, Command: &floor.ArchiveOrders{Orders: over}}, func(r node.Reply) {
				if r.Err != nil || r.Answer.Outcome != floor.OutcomeAccepted {
					w.fail("P2", "orders that are over stay: %v %v", r.Err, r.Answer.Refusal)
				}
			}})
		})
		w.archived += len(over)
		w.until(w.now.Add(time.Second))
	}
}

// RunMany lives through seeds from first on, on all processors, and tells each result in the order of the seeds.
// tell returns false to stop. One RunMany at a time: what a mutant leaves out it leaves out of every world.
func RunMany(first, count uint64, opt Options, tell func(Result) bool) {
	if err := leaveOut(opt.Mutant); err != nil {
		tell(Result{Seed: first, Err: err})
		return
	}
	type numbered struct {
		at uint64
		r  Result
	}
	seeds, results, stop := make(chan uint64), make(chan numbered), make(chan struct{})
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for s := range seeds {
				r := Run(s, opt)
				if r.Err == nil && s%100 == 0 {
					if again := Run(s, opt); again.Trace != r.Trace { // I14
						r.Err = fmt.Errorf("I14: the same seed gave another trace: %x and %x", r.Trace, again.Trace)
					}
				}
				select {
				case results <- numbered{s, r}:
				case <-stop:
					return
				}
			}
		})
	}
	go func() {
		defer close(seeds)
		for s := first; s < first+count; s++ {
			select {
			case seeds <- s:
			case <-stop:
				return
			}
		}
	}()
	defer workers.Wait()
	defer close(stop)
	waiting := map[uint64]Result{}
	for next := first; next < first+count; {
		n := <-results
		waiting[n.at] = n.r
		for r, ok := waiting[next]; ok; r, ok = waiting[next] {
			delete(waiting, next)
			next++
			if !tell(r) {
				return
			}
		}
	}
}
