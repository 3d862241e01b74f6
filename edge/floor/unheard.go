package floor

// What was told as saved, and is refused by a box that was put back or took another's place: it does not vanish without a
// word, and paper it may have led to is counted.

// LeaveRefused is what a refused command leaves behind. said: its caller was told before that it is saved.
func LeaveRefused(c Command, no *Refusal, said bool) *CommandRefused {
	e := &CommandRefused{Kind: c.Kind(), Code: no.Code, Args: no.Args, Said: said}
	if !said {
		return e
	}
	switch c := c.(type) {
	case *StageGoods:
		e.Held = c.Order
	case *RequestLabel:
		e.Held = c.Order // empty for a document of a parcel
	}
	return e
}

// It used up a number and changed nothing. What a person was told is saved does not vanish without a word.
func (e *CommandRefused) apply(s *State) {
	if e.Said {
		args := []string{"kind", e.Kind, "why", (&Refusal{Code: e.Code, Args: e.Args}).Words()}
		if id := UnitID(e.Args["unit"]); id != "" {
			if o := s.order(s.Units[id]); o != nil && o.Unit(id) != nil {
				o.Unit(id).mayBeOut(e.Kind)
			} else {
				args = append(args, "unit", string(id)) // it may be said again yet
			}
		}
		if e.Held != "" {
			args = append(args, "order", string(e.Held))
			if o := s.order(e.Held); o != nil {
				o.Unheard++
			}
		}
		s.raise(saidSaved, "site", args...)
	}
}

// saidSaved is the case of what was told as saved and cannot be taken any more.
const saidSaved = "said_saved"

// mayBeOut notes what a box that is lost may have printed of a parcel for a command that was told as saved, and is refused.
func (u *Unit) mayBeOut(kind string) {
	switch kind {
	case (*CloseUnit)(nil).Kind():
		u.Out = true
	case (*RequestLabel)(nil).Kind():
		u.Unheard++
	}
}

// heldOf notes it of an order that was not known when it was refused, and comes again now.
func (s *State) heldOf(o *Order) {
	for _, id := range s.cased[caseKey{saidSaved, "site"}] {
		if s.Cases.Get(id).Args["order"] == string(o.ID) {
			o.Unheard++
		}
	}
}

// saidOf notes it of a parcel that was not known when it was refused, and is opened again now under its number.
func (s *State) saidOf(u *Unit) {
	for _, id := range s.cased[caseKey{saidSaved, "site"}] {
		if c := s.Cases.Get(id); c.Args["unit"] == string(u.ID) {
			u.mayBeOut(c.Args["kind"])
		}
	}
}
