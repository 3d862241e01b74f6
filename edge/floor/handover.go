package floor

import "strconv"

// HandOver gives a parcel to its carrier. It is refused while the label is not known to be printed, unless
// the parcel has left already (Done): that is a fact, and it is recorded whatever the rules say.
type HandOver struct {
	Unit    UnitID `json:"unit"`
	Carrier string `json:"carrier,omitempty"` // empty: the order's carrier
	Done    bool   `json:"done,omitempty"`

	Anyway    bool         `json:"anyway,omitempty"`    // although it is too early, or something is missing: a lead says so
	Approvals []ApprovalID `json:"approvals,omitempty"` // or somebody else who may
}

// UnitLeft: the parcel has left the building.
type UnitLeft struct {
	Order    OrderID   `json:"order"`
	Unit     UnitID    `json:"unit"`
	Carrier  string    `json:"carrier,omitempty"`
	Contents []Content `json:"contents"`
	Unproved bool      `json:"unproved,omitempty"` // the rules said no, and it left
	Overridden
}

// Kind names the command.
func (*HandOver) Kind() string { return "handover" }

// Type and Subject name the event.
func (*UnitLeft) Type() string      { return "picket.unit.departed.v1" }
func (e *UnitLeft) Subject() string { return "order/" + string(e.Order) }
func (e *UnitLeft) doubt() bool     { return e.Unproved }

func (c *HandOver) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkText("carrier", c.Carrier, MaxID); r != nil {
		return nil, r
	}
	if u.State == UnitDeparted {
		return nil, Refuse(UnitGone, "unit", string(u.ID))
	}
	var no *Refusal
	var by []UserID
	switch {
	case u.State == UnitVoid:
		no = Refuse(UnknownUnit, "unit", string(u.ID))
	case u.State == UnitOpen:
		no = Refuse(UnitNotClosed, "unit", string(u.ID))
	case !o.Labelled(u.ID):
		no = Refuse(LabelNotPrinted, "unit", string(u.ID))
	default:
		may := false
		if no, may = s.leaving(o, m.Now); may && (c.Anyway || len(c.Approvals) > 0) && !c.Done {
			by, no = s.override(m, "order/"+string(o.ID), c.Approvals)
		}
	}
	if no != nil && (!c.Done || u.State == UnitVoid) {
		return nil, no
	}
	e := &UnitLeft{Order: o.ID, Unit: u.ID, Carrier: c.Carrier, Contents: append([]Content(nil), u.Contents...), Unproved: no != nil, Overridden: Overridden{By: by}}
	if e.Carrier == "" {
		e.Carrier = o.Carrier
	}
	return []Event{e}, nil
}

func (e *UnitLeft) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	u := o.Unit(e.Unit)
	if u == nil || u.State == UnitDeparted {
		return
	}
	u.State, u.Carrier = UnitDeparted, e.Carrier
	if e.Unproved {
		s.raise("unproved_departure", e.Subject(), "unit", string(e.Unit))
	}
	for _, c := range e.Contents {
		s.move(Move{SKU: c.SKU, Qty: c.Qty, From: OnBench(e.Unit), To: Shipped})
	}
}

// nextSSCC is the next number of the leased blocks, without taking it.
func (s *State) nextSSCC() (UnitID, bool) {
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Kind == "sscc" && b.Next <= b.To {
			return b.sscc(b.Next), true
		}
	}
	return "", false
}

// burn marks a number of the leased blocks as used. A burnt number never comes back.
func (s *State) burn(id UnitID) {
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if b.Kind != "sscc" || len(id) != 18 || string(id[:len(b.Prefix)]) != b.Prefix {
			continue
		}
		n, err := strconv.ParseUint(string(id[len(b.Prefix):17]), 10, 64)
		if err == nil && n >= b.From && n <= b.To && n >= b.Next {
			b.Next = n + 1
		}
	}
}

// sscc builds the 18 digits: prefix, serial number, check digit (GS1 General Specifications 7.9.1).
func (b *NumberBlock) sscc(n uint64) UnitID {
	digits := make([]byte, 0, 18)
	digits = append(digits, b.Prefix...)
	serial := strconv.FormatUint(n, 10)
	for len(digits)+len(serial) < 17 {
		digits = append(digits, '0')
	}
	digits = append(digits, serial...)
	sum := 0
	for i, d := range digits {
		weight := 1
		if (len(digits)-i)%2 == 1 {
			weight = 3
		}
		sum += int(d-'0') * weight
	}
	return UnitID(append(digits, byte('0'+(10-sum%10)%10)))
}
