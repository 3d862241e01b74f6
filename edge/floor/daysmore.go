package floor

import (
	"slices"
	"time"
)

func (e *PickupReady) count(s *State, d *Day, r *Record) {
	d.add("ready", 1)
	if o := s.Orders[e.Order]; o != nil {
		d.took("to_ready", o.Taken, r.Time)
	}
}

func (e *PickupAuthorised) count(s *State, d *Day, r *Record) {
	if o := s.Orders[e.Order]; o != nil && o.Pickup != nil && o.Pickup.Here != nil {
		d.took("at_counter", o.Pickup.Here.Since, r.Time)
	}
}

// countBefore: an order is collected once, when the customer has the first of it. What comes later, or never comes, counts
// neither there nor among the spans, so that both tell of the same orders.
func (e *HandedOut) countBefore(s *State, d *Day, r *Record) {
	o := s.Orders[e.Order]
	if o == nil || slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Handed > 0 }) {
		return
	}
	d.add("collected", 1)
	d.took("on_shelf", o.Ready, r.Time)
}

func (*PickupExpired) count(_ *State, d *Day, _ *Record) { d.add("unclaimed", 1) }

func (e *CounterShorted) count(_ *State, d *Day, _ *Record) {
	d.add("short/"+string(e.Reason), int64(e.Qty))
}

// countBefore: an outage counts on the day it begins, for the day on which it is still down has to say so.
func (*SiteCutOff) countBefore(s *State, d *Day, _ *Record) {
	if s.Uplink.Down.IsZero() {
		d.add("line_down/n", 1)
	}
}

// How long the line was down is known when it is back. Each day gets what fell into it.
func (e *SiteBack) count(s *State, _ *Day, r *Record) {
	from := e.Down
	if from.IsZero() || r.Time.Before(from) {
		return
	}
	if oldest := r.Time.AddDate(0, 0, -DaysKept); from.Before(oldest) {
		from = oldest
	}
	for from.Before(r.Time) {
		day := s.dayOf(from)
		to := day.to
		if r.Time.Before(to) || !to.After(from) {
			to = r.Time
		}
		s.totalsOn(day.date).add("line_down/seconds", int64(to.Sub(from)/time.Second))
		from = to
	}
}

func (e *CountConfirmed) count(_ *State, d *Day, _ *Record) {
	d.add("bins_counted", 1)
	for _, v := range e.Lines {
		if v.Delta > 0 {
			d.add("count_found", int64(v.Delta))
		} else {
			d.add("count_missing", int64(-v.Delta))
		}
		if v.Cost != nil {
			d.add("count_value", int64(v.Delta)*v.Cost.Minor)
		}
	}
}
