package floor

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

func (e *HandedOut) count(s *State, d *Day, r *Record) {
	d.add("collected", 1)
	if o := s.Orders[e.Order]; o != nil {
		s.ended(d, o, r.Time)
	}
}

func (e *HandedOut) countBefore(s *State, d *Day, r *Record) {
	if o := s.Orders[e.Order]; o != nil && e.Last {
		d.took("on_shelf", o.Ready, r.Time)
	}
}

func (*PickupExpired) count(_ *State, d *Day, _ *Record) { d.add("unclaimed", 1) }

func (e *CounterShorted) count(_ *State, d *Day, _ *Record) {
	d.add("short/"+string(e.Reason), int64(e.Qty))
}

func (e *SiteBack) count(_ *State, d *Day, r *Record) { d.took("line_down", e.Down, r.Time) }

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
