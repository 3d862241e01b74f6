package spool

import (
	"slices"

	"picket/edge/floor"
)

// Queue is the fold of print jobs that still have to come out, oldest request first. Whoever holds it guards
// it.
type Queue struct{ jobs []Entry }

// Entry is one job that has not come out.
type Entry struct {
	Job     floor.JobID
	Order   floor.OrderID
	Station floor.StationID
}

// NewQueue starts from a state; jobs of before are taken in the order of their orders' due times.
func NewQueue(s *floor.State) *Queue {
	q := &Queue{}
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
	for _, o := range orders {
		for _, j := range o.Jobs {
			switch j.State {
			case floor.JobPending, floor.JobHeld, floor.JobProcessing:
				q.jobs = append(q.jobs, Entry{Job: j.ID, Order: o.ID, Station: j.Station})
			}
		}
	}
	return q
}

// Apply takes in the next event.
func (q *Queue) Apply(e floor.Event) {
	switch e := e.(type) {
	case *floor.LabelRequested:
		q.jobs = append(q.jobs, Entry{Job: e.Job, Order: e.Order, Station: e.Station})
	case *floor.LabelPrinted:
		q.drop(e.Job)
	case *floor.LabelFailed:
		if e.State == floor.JobUnknown {
			q.drop(e.Job)
		}
	}
}

func (q *Queue) drop(id floor.JobID) {
	q.jobs = slices.DeleteFunc(q.jobs, func(e Entry) bool { return e.Job == id })
}

// Each gives the entries in order, and drops those of which keep says that they are settled: a parcel that
// was undone takes its jobs with it.
func (q *Queue) Each(keep func(Entry) bool) {
	q.jobs = slices.DeleteFunc(q.jobs, func(e Entry) bool { return !keep(e) })
}
