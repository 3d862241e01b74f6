package floor

// CustomerComes says that the customer is here: at the counter, or outside in their car.
type CustomerComes struct {
	Order   OrderID `json:"order"`
	How     string  `json:"how"`               // counter or curbside
	Bay     string  `json:"bay,omitempty"`     // where the car stands
	Vehicle string  `json:"vehicle,omitempty"` // make and colour; never the plate
}

// CustomerHere: the customer waits.
type CustomerHere struct {
	Order   OrderID `json:"order"`
	How     string  `json:"how"`
	Bay     string  `json:"bay,omitempty"`
	Vehicle string  `json:"vehicle,omitempty"`
}

// CustomerGoes says that the customer left without their order.
type CustomerGoes struct {
	Order OrderID `json:"order"`
}

// CustomerLeft: the customer waits no longer.
type CustomerLeft struct {
	Order OrderID `json:"order"`
}

// GiveCustody gives one device the sole right to hand an order over, so that it may do so while it cannot
// reach this box. It ends with the hand-over, when the device gives it back, or when a lead takes it away.
type GiveCustody struct {
	Order     OrderID      `json:"order"`
	Device    DeviceID     `json:"device,omitempty"` // empty: nobody, the order is free again
	Approvals []ApprovalID `json:"approvals,omitempty"`
}

// CustodyGiven: only this device may hand the order over.
type CustodyGiven struct {
	Order  OrderID  `json:"order"`
	Device DeviceID `json:"device,omitempty"`
	Overridden
}

// Kind names the command.
func (*CustomerComes) Kind() string { return "collect.arrive" }

// Kind names the command.
func (*CustomerGoes) Kind() string { return "collect.leave" }

// Kind names the command.
func (*GiveCustody) Kind() string { return "collect.custody" }

// Type and Subject name the event.
func (*CustomerHere) Type() string      { return "picket.pickup.arrived.v1" }
func (e *CustomerHere) Subject() string { return "order/" + string(e.Order) }
func (e *CustomerHere) tell(Names) string {
	words := "The customer is here, " + e.How
	if e.Bay != "" {
		words += ", bay " + e.Bay
	}
	if e.Vehicle != "" {
		words += ", " + e.Vehicle
	}
	return words + "."
}

// Type and Subject name the event.
func (*CustomerLeft) Type() string        { return "picket.pickup.left.v1" }
func (e *CustomerLeft) Subject() string   { return "order/" + string(e.Order) }
func (e *CustomerLeft) tell(Names) string { return "The customer left." }

// Type and Subject name the event.
func (*CustodyGiven) Type() string      { return "picket.pickup.custody.v1" }
func (e *CustodyGiven) Subject() string { return "order/" + string(e.Order) }
func (e *CustodyGiven) tell(Names) string {
	if e.Device == "" {
		return "Any device may hand it over again."
	}
	return "Only device " + string(e.Device) + " may hand it over."
}

func (c *CustomerComes) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := oneWord("how", c.How, "counter", "curbside"); r != nil {
		return nil, r
	}
	for _, f := range [][2]string{{"bay", c.Bay}, {"vehicle", c.Vehicle}} {
		if r := checkText(f[0], f[1], MaxID); r != nil {
			return nil, r
		}
	}
	if !o.Open() {
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return []Event{&CustomerHere{Order: o.ID, How: c.How, Bay: c.Bay, Vehicle: c.Vehicle}}, nil
}

func (e *CustomerHere) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	p := o.pickup()
	since := s.now()
	if p.Here != nil {
		since = p.Here.Since // saying it twice does not send them to the end of the line
	}
	p.Here = &Waiting{Since: since, How: e.How, Bay: e.Bay, Vehicle: e.Vehicle}
}

func (c *CustomerGoes) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if o.counter().Here == nil {
		return nil, Refuse(NotHere, "order", string(o.ID))
	}
	return []Event{&CustomerLeft{Order: o.ID}}, nil
}

func (e *CustomerLeft) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.pickup().Here = nil
	}
}

// Waiting lists the orders whose customer is here, the longest waiting first.
func (s *State) Waiting() []OrderID {
	var list []*Order
	var ids []OrderID
	for id, o := range s.Orders {
		if o.Pickup != nil && o.Pickup.Here != nil {
			ids = append(ids, id)
		}
	}
	sortIDs(ids)
	for _, id := range ids {
		list = append(list, s.Orders[id])
	}
	sortOrders(list, func(a, b *Order) bool { return a.Pickup.Here.Since.Before(b.Pickup.Here.Since) })
	for i, o := range list {
		ids[i] = o.ID
	}
	return ids
}

func (c *GiveCustody) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if c.Device != "" {
		if r := check([2]string{"device", string(c.Device)}); r != nil {
			return nil, r
		}
		if o.onShelves() == 0 {
			return nil, Refuse(NothingOnShelf, "order", string(o.ID))
		}
		// Who has it may hand it over where nobody can be asked any more: what stands against that is said now.
		if r, _ := s.leaving(o, m.Now); r != nil {
			return nil, r
		}
	}
	e := &CustodyGiven{Order: o.ID, Device: c.Device}
	switch held := o.counter().Custody; {
	case held == c.Device:
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	case held != "" && held != m.Device:
		by, no := s.override(m, e.Subject(), c.Approvals)
		if no != nil {
			return nil, no
		}
		e.By = by
	}
	return []Event{e}, nil
}

func (e *CustodyGiven) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		p := o.pickup()
		p.Custody, p.Auth = e.Device, nil
	}
}

// elsewhere refuses what only the device that has the order may do.
func (o *Order) elsewhere(m Meta) *Refusal {
	if held := o.counter().Custody; held != "" && held != m.Device {
		return Refuse(InCustody, "order", string(o.ID), "device", string(held))
	}
	return nil
}
