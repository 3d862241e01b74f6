package floor

import (
	"slices"
	"strconv"
	"time"
)

// HandOver gives a parcel to its carrier. It is refused while the label is not known to be printed, unless
// the parcel has left already (Done): that is a fact, and it is recorded whatever the rules say.
type HandOver struct {
	Unit     UnitID     `json:"unit"`
	Carrier  string     `json:"carrier,omitempty"`  // empty: the manifest's carrier, or the order's
	Manifest ManifestID `json:"manifest,omitempty"` // the carrier's list it goes on
	Done     bool       `json:"done,omitempty"`

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

	Manifest ManifestID `json:"manifest,omitempty"`
	Pallet   UnitID     `json:"pallet,omitempty"`   // the pallet it left on
	Delivery string     `json:"delivery,omitempty"` // number of the delivery of a business order
	Day      string     `json:"day,omitempty"`      // of the delivery, at the site
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
	var at *Manifest
	if c.Manifest != "" {
		if at, r = s.openManifest(c.Manifest); r != nil {
			return nil, r
		}
		if r := at.room(u); r != nil {
			return nil, r
		}
	}
	var by []UserID
	no := s.gate(o, u)
	if no == nil && at != nil {
		no = at.takes(o)
	}
	if no == nil && c.Carrier != "" {
		if no = o.goesWith(c.Carrier); no == nil && at != nil && at.Carrier != c.Carrier {
			no = Refuse(OtherCarrier, "order", string(o.ID), "carrier", at.Carrier, "here", c.Carrier) // whoever signs the list takes it
		}
	}
	if no == nil {
		may := false
		if no, may = s.leaving(o, m.Now); may && (c.Anyway || len(c.Approvals) > 0) && !c.Done {
			by, no = s.override(m, "order/"+string(o.ID), c.Approvals)
		}
	}
	if no != nil && (!c.Done || u.State == UnitVoid || u.State == UnitBack) {
		return nil, no
	}
	carrier := c.Carrier
	if carrier == "" && at != nil {
		carrier = at.Carrier
	}
	if carrier == "" {
		carrier = o.Carrier
	}
	out := s.leave(o, u, carrier, c.Manifest, no != nil, m.Now)
	out[0].(*UnitLeft).By = by
	if at != nil && !at.has(u.ID) {
		out = append(out, at.filled(o, u))
	}
	if at == nil { // the note of what is on a list comes out when the list is closed
		out = append(out, s.note(o, out[0].(*UnitLeft), m, len(out))...)
	}
	return out, nil
}

// gate says why a parcel may not leave as it is, nil when it may; leaving says it of its order.
func (s *State) gate(o *Order, u *Unit) *Refusal {
	id := string(u.ID)
	switch {
	case u.State == UnitVoid:
		return s.undone(u)
	case u.State == UnitBack:
		return Refuse(UnitCameBack, "unit", id)
	case u.State == UnitOpen:
		return Refuse(UnitNotClosed, "unit", id)
	case u.Blocked != "":
		return Refuse(UnitIsBlocked, "unit", id, "why", plain(u.Blocked))
	case !o.Labelled(u.ID):
		return Refuse(LabelNotPrinted, "unit", id)
	case s.Policy.VerifyLabel && !u.Verified:
		return Refuse(NotVerified, "unit", id)
	case u.In != "":
		return Refuse(OnPallet, "unit", id, "pallet", string(u.In))
	}
	for i := range o.Units {
		if x := &o.Units[i]; x.In == u.ID && x.State == UnitClosed && x.Blocked != "" {
			return Refuse(UnitIsBlocked, "unit", string(x.ID), "why", plain(x.Blocked))
		}
	}
	return nil
}

// leave is what happens when a parcel leaves: the parcels on a pallet leave with it.
func (s *State) leave(o *Order, u *Unit, carrier string, manifest ManifestID, unproved bool, now time.Time) []Event {
	e := &UnitLeft{Order: o.ID, Unit: u.ID, Carrier: carrier, Contents: slices.Clone(u.Contents), Unproved: unproved, Manifest: manifest}
	if e.Contents == nil {
		e.Contents = []Content{}
	}
	e.Delivery, e.Day = s.delivery(o, manifest, now)
	out := []Event{e}
	for i := range o.Units {
		if x := &o.Units[i]; x.In == u.ID && (x.State == UnitClosed || x.State == UnitOpen) {
			out = append(out, &UnitLeft{
				Order: o.ID, Unit: x.ID, Carrier: carrier, Contents: slices.Clone(x.Contents), Unproved: unproved, Manifest: manifest,
				Pallet: u.ID, Delivery: e.Delivery, Day: e.Day,
			})
		}
	}
	return out
}

// delivery numbers what leaves of a business order: all on one list of a carrier is one delivery, and so is all of one
// day that is on none, until its note has come out: two papers of one number never say different things.
func (s *State) delivery(o *Order, manifest ManifestID, now time.Time) (number, day string) {
	if o.Purchase == "" {
		return "", ""
	}
	day = now.In(s.Calendar().Zone()).Format("2006-01-02")
	for i := range o.Deliveries {
		d := &o.Deliveries[i]
		if manifest != "" && d.Manifest == manifest {
			return d.No, d.Day
		}
		if manifest == "" && d.Manifest == "" && d.Day == day && !o.noted(d.No) {
			return d.No, day
		}
	}
	return o.Number + "/" + strconv.Itoa(len(o.Deliveries)+1), day
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
	u.State, u.Carrier, u.Missed, u.Delivery = UnitDeparted, e.Carrier, false, e.Delivery
	if e.Delivery != "" && o.deliveryOf(u) < 0 {
		o.Deliveries = append(o.Deliveries, Delivery{No: e.Delivery, Day: e.Day, Manifest: e.Manifest})
	}
	o.renote(u)
	if e.Unproved {
		s.raise("unproved_departure", e.Subject(), "order", string(e.Order), "unit", string(e.Unit))
	}
	o.gone(s.happened())
	to := Shipped
	if o.Flow == FlowTransfer {
		to = InTransitTo(e.Unit)
	}
	for _, c := range e.Contents {
		s.move(Move{SKU: c.SKU, Qty: c.Qty, From: OnBench(e.Unit), To: to})
	}
	s.Tasks.drop(wrapTask(e.Unit))
	s.owe(o)
}

// nextSSCC is the next number of the leased blocks, without taking it.
func (s *State) nextSSCC() (UnitID, bool) {
	id, ok := s.nextNumber(NumberSSCC)
	return UnitID(id), ok
}

// burn marks a number of the leased blocks as used. A burnt number never comes back.
func (s *State) burn(id UnitID) { s.draw(NumberSSCC, string(id)) }

// sscc builds the 18 digits: prefix, serial number, check digit (GS1 General Specifications 7.9.1).
func (b *NumberBlock) sscc(n uint64) UnitID {
	digits := make([]byte, 0, 18)
	digits = append(digits, b.Prefix...)
	serial := strconv.FormatUint(n, 10)
	for len(digits)+len(serial) < 17 {
		digits = append(digits, '0')
	}
	digits = append(digits, serial...)
	return UnitID(append(digits, mod10(string(digits))))
}
