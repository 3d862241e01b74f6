package floor

// NestUnit puts a closed parcel on an open pallet of the same order; into nothing takes it off.
type NestUnit struct {
	Unit UnitID `json:"unit"`
	Into UnitID `json:"into,omitempty"`
}

// UnitNested: the parcel stands on the pallet, or no longer does.
type UnitNested struct {
	Order OrderID `json:"order"`
	Unit  UnitID  `json:"unit"`
	Into  UnitID  `json:"into,omitempty"`
}

// Kind names the command.
func (*NestUnit) Kind() string { return "unit.nest" }

// Type and Subject name the event.
func (*UnitNested) Type() string      { return "picket.unit.nested.v1" }
func (e *UnitNested) Subject() string { return "order/" + string(e.Order) }

func (e *UnitNested) tell(Names) string {
	if e.Into == "" {
		return "Parcel " + tail(e.Unit) + " is off its pallet."
	}
	return "Parcel " + tail(e.Unit) + " stands on pallet " + tail(e.Into) + "."
}

func (c *NestUnit) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	switch {
	case u.State == UnitOpen:
		return nil, Refuse(UnitNotClosed, "unit", string(u.ID))
	case u.State == UnitVoid:
		return nil, s.undone(u)
	case u.State != UnitClosed:
		return nil, Refuse(UnitGone, "unit", string(u.ID))
	case u.In == c.Into:
		return nil, Refuse(NothingLeft, "what", "parcel "+string(u.ID))
	}
	if on := o.Unit(u.In); on != nil && on.State != UnitOpen {
		return nil, Refuse(UnitNotOpen, "unit", string(on.ID))
	}
	if on := o.Unit(c.Into); c.Into != "" && (on == nil || on.As != UnitPallet || on.State != UnitOpen || u.As == UnitPallet) {
		return nil, Refuse(NotAPallet, "unit", string(c.Into))
	}
	return []Event{&UnitNested{Order: o.ID, Unit: u.ID, Into: c.Into}}, nil
}

func (e *UnitNested) apply(s *State) {
	if u := s.unit(e.Order, e.Unit); u != nil {
		u.In = e.Into
	}
}
