package floor

import "strconv"

// CloseUnit tapes a parcel and asks for its label, and for the papers its order wants in it or on it.
type CloseUnit struct {
	Unit      UnitID       `json:"unit"`
	WeightG   int          `json:"weight_g,omitempty"` // 0: not weighed
	Reason    string       `json:"reason,omitempty"`   // why it is right although the rules say no
	Approvals []ApprovalID `json:"approvals,omitempty"`
	Done      bool         `json:"done,omitempty"` // it is taped already: record it, whatever the rules say
}

// UnitSealed: the parcel is closed.
type UnitSealed struct {
	Order   OrderID `json:"order"`
	Unit    UnitID  `json:"unit"`
	WeightG int     `json:"weight_g,omitempty"`
	Off     Code    `json:"off,omitempty"`    // the rule that said no
	Reason  string  `json:"reason,omitempty"` // why it is right all the same
	COD     *Money  `json:"cod,omitempty"`    // what the carrier collects for this parcel
	Overridden
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
func (e *UnitSealed) doubt() bool     { return e.Off != "" && len(e.By) == 0 }

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
	if r := s.openUnit(u); r != nil {
		return nil, r
	}
	if r := o.held(); r != nil {
		return nil, r
	}
	if len(u.Contents) == 0 && o.carried(u.ID) == 0 {
		return nil, Refuse(UnitEmpty, "unit", string(u.ID))
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	e := &UnitSealed{Order: o.ID, Unit: u.ID, WeightG: c.WeightG, COD: o.codFor(u)}
	var out []Event
	carrier, r := s.carrierFor(o, u, c.WeightG, m)
	if r == nil && carrier != nil {
		out = append(out, carrier)
	}
	no := u.unseen(s, m.Seen)
	if no == nil {
		no = s.closable(o, u, c.WeightG, r)
	}
	if no != nil {
		switch {
		case c.Done:
		case c.Reason == "":
			return nil, no
		default:
			by, not := s.override(m, e.Subject(), c.Approvals)
			if not != nil {
				return nil, not
			}
			e.By = by
		}
		e.Off, e.Reason = no.Code, c.Reason
	}
	out = append(out, e)
	name := o.Carrier
	if carrier != nil {
		name = carrier.Carrier
	}
	for _, doc := range s.papers(o, u, e.COD != nil) {
		out = append(out, s.paper(o, u, name, doc, jobID(m.ID, len(out)), m.Station))
	}
	return out, nil
}

// closable says why a parcel had better not be closed as it is.
func (s *State) closable(o *Order, u *Unit, weightG int, carrier *Refusal) *Refusal {
	if s.Tasks.Get(wrapTask(u.ID)) != nil {
		return Refuse(NotWrapped, "unit", string(u.ID))
	}
	if no := s.weighed(o, u, weightG); no != nil {
		return no
	}
	return carrier
}

// codFor is what the carrier collects for a parcel: all that is not paid on the first one, nothing on the others.
func (o *Order) codFor(u *Unit) *Money {
	if o.Pay == nil || o.Pay.When != "cod" || u.As == UnitPallet {
		return nil
	}
	for i := range o.Units {
		if x := &o.Units[i]; x.COD != nil && x.State != UnitVoid {
			return nil
		}
	}
	if due := o.unpaid(); due.Minor > 0 {
		return &due
	}
	return nil
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
		if u := &o.Units[i]; u.ID != id && u.State == UnitOpen && len(u.Contents) > 0 && u.As != UnitPallet {
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
		u.State, u.WeightG, u.Pulled = UnitClosed, e.WeightG, nil
		u.collect(o, e.COD)
	}
	if e.doubt() {
		s.raise(string(e.Off), e.Subject(), "unit", string(e.Unit), "weight", strconv.Itoa(e.WeightG), "reason", e.Reason)
	}
	s.Tasks.drop(wrapTask(e.Unit))
	s.owe(o)
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
	case u.State == UnitBack:
		return nil, Refuse(UnitCameBack, "unit", string(u.ID))
	case u.State == UnitVoid:
		return nil, s.undone(u)
	case o.printing(u.ID):
		return nil, Refuse(LabelPrinting, "unit", string(u.ID))
	case c.Reason == "":
		return nil, badField("reason", "is missing")
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
	u.State, u.In, u.Voided, u.Why = UnitVoid, "", s.now(), e.Reason
	s.Tasks.drop(wrapTask(e.Unit))
	s.unload(e.Unit)
	for i := range o.Units {
		if o.Units[i].In == e.Unit {
			o.Units[i].In = ""
		}
	}
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == e.Unit {
			j.State, j.Reasons = JobCanceled, nil
		}
	}
	for _, c := range e.Contents {
		s.move(Move{SKU: c.SKU, Qty: c.Qty, From: OnBench(e.Unit), To: InTote(e.Order)})
	}
	s.owe(o)
}
