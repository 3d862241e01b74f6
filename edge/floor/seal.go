package floor

import "strconv"

// CloseUnit tapes a parcel and asks for its label. The parcel that takes the last picked unit of a finished
// pick asks for the packing slip as well.
type CloseUnit struct {
	Unit    UnitID `json:"unit"`
	WeightG int    `json:"weight_g,omitempty"` // 0: not weighed
}

// UnitSealed: the parcel is closed.
type UnitSealed struct {
	Order   OrderID `json:"order"`
	Unit    UnitID  `json:"unit"`
	WeightG int     `json:"weight_g,omitempty"`
}

// VoidUnit undoes a parcel: what is in it is picked goods again, its labels are void and its number is burnt.
type VoidUnit struct {
	Unit   UnitID `json:"unit"`
	Reason string `json:"reason"`
}

// UnitVoided: the parcel is undone.
type UnitVoided struct {
	Order    OrderID   `json:"order"`
	Unit     UnitID    `json:"unit"`
	Contents []Content `json:"contents"`
	Reason   string    `json:"reason"`
}

// Kind names the command.
func (*CloseUnit) Kind() string { return "unit.close" }

// Kind names the command.
func (*VoidUnit) Kind() string { return "unit.void" }

// Type and Subject name the event.
func (*UnitSealed) Type() string      { return "picket.unit.closed.v1" }
func (e *UnitSealed) Subject() string { return "order/" + string(e.Order) }

// Type and Subject name the event.
func (*UnitVoided) Type() string      { return "picket.unit.voided.v1" }
func (e *UnitVoided) Subject() string { return "order/" + string(e.Order) }

// MaxWeightG is the heaviest parcel a site closes, in grams.
const MaxWeightG = 1_000_000

func (c *CloseUnit) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkRange("weight_g", c.WeightG, 0, MaxWeightG); r != nil {
		return nil, r
	}
	if u.State != UnitOpen {
		return nil, Refuse(UnitNotOpen, "unit", string(u.ID))
	}
	if r := o.held(); r != nil {
		return nil, r
	}
	if len(u.Contents) == 0 {
		return nil, Refuse(UnitEmpty, "unit", string(u.ID))
	}
	out := []Event{
		&UnitSealed{Order: o.ID, Unit: u.ID, WeightG: c.WeightG},
		&LabelRequested{Order: o.ID, Job: jobID(m.ID, 1), Doc: DocShippingLabel, Unit: u.ID, Copy: o.nextCopy(u.ID, DocShippingLabel), Station: m.Station},
	}
	if o.lastUnit(u.ID) {
		out = append(out, &LabelRequested{Order: o.ID, Job: jobID(m.ID, 2), Doc: DocPackingSlip, Unit: u.ID, Copy: o.nextCopy(u.ID, DocPackingSlip), Station: m.Station})
	}
	return out, nil
}

// jobID derives a job's id from the record that asks for it.
func jobID(c CommandID, index int) JobID { return JobID(string(c) + "/" + strconv.Itoa(index)) }

// lastUnit says whether nothing is left to pick or to pack beside this parcel.
func (o *Order) lastUnit(id UnitID) bool {
	for i := range o.Lines {
		if l := &o.Lines[i]; l.ToPick() > 0 || o.ToPack(l) > 0 {
			return false
		}
	}
	for i := range o.Units {
		if u := &o.Units[i]; u.ID != id && u.State == UnitOpen && len(u.Contents) > 0 {
			return false
		}
	}
	return true
}

func (e *UnitSealed) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if u := o.Unit(e.Unit); u != nil && u.State == UnitOpen {
		u.State, u.WeightG = UnitClosed, e.WeightG
	}
}

func (c *VoidUnit) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	switch {
	case u.State == UnitDeparted:
		return nil, Refuse(UnitGone, "unit", string(u.ID))
	case u.State == UnitVoid:
		return nil, Refuse(NothingLeft, "what", "parcel "+string(u.ID))
	case o.printing(u.ID):
		return nil, Refuse(LabelPrinting, "unit", string(u.ID))
	case c.Reason == "":
		return nil, Refuse(BadField, "field", "reason", "why", "is missing")
	}
	return []Event{&UnitVoided{Order: o.ID, Unit: u.ID, Contents: append([]Content(nil), u.Contents...), Reason: c.Reason}}, nil
}

func (e *UnitVoided) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	u := o.Unit(e.Unit)
	if u == nil || u.State == UnitVoid {
		return
	}
	u.State = UnitVoid
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == e.Unit {
			j.State = JobCanceled
		}
	}
	for _, c := range e.Contents {
		s.move(Move{SKU: c.SKU, Qty: c.Qty, From: OnBench(e.Unit), To: InTote(e.Order)})
	}
}
