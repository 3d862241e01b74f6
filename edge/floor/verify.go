package floor

import "strings"

// VerifyLabel scans the label of a closed parcel on the parcel itself.
type VerifyLabel struct {
	Unit UnitID `json:"unit"` // the parcel at hand
	Code string `json:"code"` // what its label says, as read
}

// LabelVerified: the parcel bears its own label.
type LabelVerified struct {
	Order OrderID `json:"order"`
	Unit  UnitID  `json:"unit"`
	Code  string  `json:"code"`
}

// UnitBlocked: the parcel may not leave until a lead has looked at it.
type UnitBlocked struct {
	Order OrderID `json:"order"`
	Unit  UnitID  `json:"unit"`
	Why   string  `json:"why"`             // label_of_other, held
	Other UnitID  `json:"other,omitempty"` // the parcel it was mixed up with
	Note  string  `json:"note,omitempty"`
}

// FreeUnit says that a lead has looked at a blocked parcel and it may go on.
type FreeUnit struct {
	Unit UnitID `json:"unit"`
	Note string `json:"note"`
}

// UnitFreed: the parcel may go on; its label has to be scanned on it again.
type UnitFreed struct {
	Order OrderID `json:"order"`
	Unit  UnitID  `json:"unit"`
	Note  string  `json:"note"`
}

// Kind names the command.
func (*VerifyLabel) Kind() string { return "unit.verify" }

// Kind names the command.
func (*FreeUnit) Kind() string { return "unit.free" }

// Type and Subject name the event.
func (*LabelVerified) Type() string      { return "picket.label.verified.v1" }
func (e *LabelVerified) Subject() string { return "order/" + string(e.Order) }

// Type and Subject name the event.
func (*UnitBlocked) Type() string      { return "picket.unit.blocked.v1" }
func (e *UnitBlocked) Subject() string { return "order/" + string(e.Order) }
func (e *UnitBlocked) doubt() bool     { return e.Why == labelOfOther }

// Type and Subject name the event.
func (*UnitFreed) Type() string      { return "picket.unit.freed.v1" }
func (e *UnitFreed) Subject() string { return "order/" + string(e.Order) }

func (e *LabelVerified) tell(Names) string { return "Parcel " + tail(e.Unit) + " bears its own label." }

func (e *UnitBlocked) tell(Names) string {
	if e.Why == labelOfOther {
		return "Parcel " + tail(e.Unit) + " is blocked: its label and that of parcel " + tail(e.Other) + " are mixed up."
	}
	return "Parcel " + tail(e.Unit) + " is held: " + e.Note + "."
}

func (e *UnitFreed) tell(Names) string {
	return "Parcel " + tail(e.Unit) + " may go on (" + e.Note + ")."
}

// Why a parcel is blocked.
const (
	labelOfOther = "label_of_other"
	heldBack     = "held"
)

// UnitOf is the parcel whose label bears a code: its SSCC, with or without what a scanner puts before it, or
// the carrier's number. Empty when no parcel here does.
func (s *State) UnitOf(code string) UnitID {
	if len(code) > 3 && code[0] == ']' {
		code = code[3:]
	}
	if id := s.Track[code]; id != "" {
		return id
	}
	code = strings.TrimPrefix(code, "(00)")
	if len(code) == 20 {
		code = strings.TrimPrefix(code, "00")
	}
	if _, ok := s.Units[UnitID(code)]; ok {
		return UnitID(code)
	}
	return ""
}

func (c *VerifyLabel) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkText("code", c.Code, MaxText); r != nil {
		return nil, r
	}
	switch {
	case c.Code == "":
		return nil, badField("code", "is missing")
	case u.State == UnitOpen:
		return nil, Refuse(UnitNotClosed, "unit", string(u.ID))
	case u.State == UnitVoid:
		return nil, s.undone(u)
	case u.State != UnitClosed:
		return nil, Refuse(UnitGone, "unit", string(u.ID))
	case u.Blocked != "":
		return nil, Refuse(UnitIsBlocked, "unit", string(u.ID), "why", plain(u.Blocked))
	}
	got := s.UnitOf(c.Code)
	switch {
	case got == "":
		return nil, Refuse(NotItsLabel, "unit", string(u.ID), "code", c.Code)
	case got == u.ID && !o.Labelled(u.ID):
		return nil, Refuse(LabelNotPrinted, "unit", string(u.ID))
	case got == u.ID:
		return []Event{&LabelVerified{Order: o.ID, Unit: u.ID, Code: c.Code}}, nil
	}
	out := []Event{&UnitBlocked{Order: o.ID, Unit: u.ID, Why: labelOfOther, Other: got}}
	if po, other, r := s.findUnit(got); r == nil && (other.State == UnitClosed || other.State == UnitOpen) && other.Blocked == "" {
		out = append(out, &UnitBlocked{Order: po.ID, Unit: other.ID, Why: labelOfOther, Other: u.ID})
	}
	return out, nil
}

func (e *LabelVerified) apply(s *State) {
	if u := s.unit(e.Order, e.Unit); u != nil {
		u.Verified = true
	}
}

func (e *UnitBlocked) apply(s *State) {
	if u := s.unit(e.Order, e.Unit); u != nil {
		u.Blocked, u.Verified = e.Why, false
	}
	if e.Why == labelOfOther {
		s.raise(labelOfOther, e.Subject(), "unit", string(e.Unit), "other", string(e.Other))
	} else {
		s.raise("parcel_held", e.Subject(), "unit", string(e.Unit), "note", e.Note)
	}
}

func (c *FreeUnit) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkNote("note", c.Note); r != nil {
		return nil, r
	}
	switch {
	case u.Blocked == "":
		return nil, Refuse(NothingLeft, "what", "parcel "+string(u.ID))
	}
	return []Event{&UnitFreed{Order: o.ID, Unit: u.ID, Note: c.Note}}, nil
}

func (e *UnitFreed) apply(s *State) {
	if u := s.unit(e.Order, e.Unit); u != nil {
		u.Blocked, u.Verified = "", false
	}
	for _, what := range []string{labelOfOther, "parcel_held"} {
		s.settleWith(what, e.Subject(), "unit", string(e.Unit))
	}
}

// unit gives a handling unit of an order to be changed, nil when it is not known here.
func (s *State) unit(order OrderID, id UnitID) *Unit {
	if o := s.order(order); o != nil {
		return o.Unit(id)
	}
	return nil
}
