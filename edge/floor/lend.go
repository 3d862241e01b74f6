package floor

// DecideWith decides as if the orders lent stood on the floor; afterwards they do not. Where the command is
// accepted, its first events bring them back (OrderReopened), so that a replay needs no archive.
//
// Of an order that does not fit into records nothing is brought back: it never leaves, so it is never lent.
func DecideWith(s *State, m Meta, c Command, lent []*Order) ([]Event, *Refusal) {
	if len(lent) == 0 {
		return Decide(s, m, c)
	}
	var mine []*Order
	for _, o := range lent {
		if s.Orders[o.ID] == nil {
			s.putOn(o)
			mine = append(mine, o)
		}
	}
	events, no := Decide(s, m, c)
	for i := len(mine) - 1; i >= 0; i-- {
		s.takeOff(mine[i])
	}
	if no != nil || len(mine) == 0 {
		return events, no
	}
	var out []Event
	for _, o := range mine {
		out = append(out, Reopen(o)...)
	}
	return append(out, events...), nil
}

// putOn puts an order on the floor, with everything it is found by. What others have in its place stays theirs.
func (s *State) putOn(o *Order) {
	o.gen = s.gen
	s.Orders[o.ID] = o
	for i := range o.Units {
		u := &o.Units[i]
		if s.Units[u.ID] == "" {
			s.Units[u.ID] = o.ID
		}
		if u.Tracking != "" && s.Track[u.Tracking] == "" {
			s.Track[u.Tracking] = u.ID
		}
	}
	for i := range o.Jobs {
		if s.Jobs[o.Jobs[i].ID] == "" {
			s.Jobs[o.Jobs[i].ID] = o.ID
		}
	}
	if o.surplus = o.hasSurplus(); o.surplus {
		for i := range o.Lines {
			o.Lines[i].asked = -1
		}
	}
	for i := range o.Lines {
		for _, no := range o.Lines[i].Serials {
			if k := (serial{o.Lines[i].SKU, no}); s.serials[k] == "" {
				s.serials[k] = InTote(o.ID)
			}
		}
	}
}

// takeOff takes an order off the floor, with everything it is found by.
func (s *State) takeOff(o *Order) {
	for i := range o.Units {
		u := &o.Units[i]
		if s.Units[u.ID] == o.ID {
			delete(s.Units, u.ID)
		}
		if s.Track[u.Tracking] == u.ID {
			delete(s.Track, u.Tracking)
		}
	}
	for i := range o.Jobs {
		if s.Jobs[o.Jobs[i].ID] == o.ID {
			delete(s.Jobs, o.Jobs[i].ID)
		}
	}
	for i := range o.Lines {
		for _, no := range o.Lines[i].Serials {
			if k := (serial{o.Lines[i].SKU, no}); s.serials[k] == InTote(o.ID) {
				delete(s.serials, k)
			}
		}
	}
	delete(s.Orders, o.ID)
}

// swept forgets places that are empty: they are as if they had never been.
func (s *State) swept(places ...PlaceID) {
	for _, id := range places {
		if p := s.Places[id]; p != nil && p.bare() {
			delete(s.Places, id)
		}
	}
}

// bare: nothing stands there, and nothing is remembered of it.
func (p *Place) bare() bool {
	return len(p.Qty)+len(p.Lots)+len(p.Serials) == 0 && p.Counted.IsZero() && p.Moved.IsZero()
}
