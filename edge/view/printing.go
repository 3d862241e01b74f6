package view

import (
	"slices"

	"picket/edge/floor"
)

// Print is a print job that still has to come out.
type Print struct {
	Job   floor.Job
	Order floor.OrderID
}

// printing keeps the jobs that have not come out, the oldest request first.
type printing []Print

// startPrinting begins from a state: jobs of before stand in the order of their orders' due times.
func startPrinting(s *floor.State) printing {
	orders := make([]*floor.Order, 0, len(s.Orders))
	for _, o := range s.Orders {
		orders = append(orders, o)
	}
	slices.SortFunc(orders, func(a, b *floor.Order) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	var p printing
	for _, o := range orders {
		for _, j := range o.Jobs {
			if waits(j.State) {
				p = append(p, Print{Job: floor.Job{ID: j.ID}, Order: o.ID})
			}
		}
	}
	for _, j := range s.PaperJobs() {
		if waits(j.State) {
			p = append(p, Print{Job: floor.Job{ID: j.ID}})
		}
	}
	return p
}

func waits(s floor.JobState) bool {
	return s == floor.JobPending || s == floor.JobHeld || s == floor.JobProcessing
}

func (p *printing) apply(e floor.Event) {
	if e, ok := e.(*floor.LabelRequested); ok {
		*p = append(*p, Print{Job: floor.Job{ID: e.Job}, Order: e.Order})
	}
}

// Printing lists the jobs that still have to come out, as they stand, the oldest request first.
func (b *Board) Printing() []Print {
	out := make([]Print, 0, len(b.printing))
	keep := b.printing[:0]
	for _, p := range b.printing {
		if j, _, ok := b.Job(p.Job.ID); ok && waits(j.State) {
			keep = append(keep, p)
			out = append(out, Print{Job: j, Order: p.Order})
		}
	}
	b.printing = keep
	return out
}
