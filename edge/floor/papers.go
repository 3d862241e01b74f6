package floor

import (
	"slices"
	"strconv"
)

// The documents of parcels and manifests beside the shipping label and the packing slip.
const (
	DocReturnLabel  Document = "return_label"
	DocCustomsForm  Document = "customs_form"
	DocGiftReceipt  Document = "gift_receipt"
	DocGiftNote     Document = "gift_note"
	DocCODSlip      Document = "cod_slip"
	DocContentList  Document = "content_list"
	DocDeliveryNote Document = "delivery_note"
	DocManifest     Document = "manifest"
)

// MaxUnits is how many handling units one order may have, undone ones included.
const MaxUnits = 500

// unitDocs are the documents that belong to a parcel.
var unitDocs = []Document{
	DocShippingLabel, DocPackingSlip, DocReturnLabel, DocCustomsForm, DocGiftReceipt, DocGiftNote, DocCODSlip,
	DocContentList, DocDeliveryNote,
}

// wrapTask is the task of wrapping what is in a parcel.
func wrapTask(u UnitID) TaskID { return TaskID("wrap/" + string(u)) }

// papers are the documents a parcel asks for when it is closed, in the order they come out: its label first.
// What belongs to the order goes into its last parcel.
func (s *State) papers(o *Order, u *Unit, cod bool) []Document {
	var out []Document
	if o.Flow != FlowPickup { // what is collected gets its label on the shelf
		out = append(out, DocShippingLabel)
	}
	add := func(doc Document, on, wanted bool) {
		if on && wanted {
			out = append(out, doc)
		}
	}
	last := o.lastUnit(u.ID) && u.As != UnitPallet
	p := &s.Policy
	add(DocPackingSlip, p.PrintSlip, last)
	add(DocReturnLabel, p.PrintReturnLabel, last && o.wants(u, DocReturnLabel))
	add(DocCustomsForm, p.PrintCustoms, u.As != UnitPallet && o.wants(u, DocCustomsForm))
	add(DocGiftReceipt, p.PrintGiftReceipt, last && o.wants(u, DocGiftReceipt))
	add(DocGiftNote, p.PrintGiftNote, last && o.wants(u, DocGiftNote))
	add(DocCODSlip, p.PrintCOD, cod)
	add(DocContentList, p.PrintContentList, o.wants(u, DocContentList))
	return out
}

// wants says whether a document makes sense for a parcel.
func (o *Order) wants(u *Unit, doc Document) bool {
	switch doc {
	case DocReturnLabel:
		return o.Terms.Returns
	case DocCustomsForm:
		return o.Customs != nil
	case DocGiftReceipt:
		return o.Gift != nil
	case DocGiftNote:
		return o.Gift != nil && o.Gift.Note != ""
	case DocCODSlip:
		return u.COD != nil
	case DocContentList:
		return o.Flow == FlowTransfer
	case DocDeliveryNote:
		return u.Delivery != ""
	}
	return true
}

// paper asks for a document of a parcel. The first shipping label draws the carrier's number, the first
// return label a number of its own; copies bear the same.
func (s *State) paper(o *Order, u *Unit, carrier string, doc Document, job JobID, at StationID) *LabelRequested {
	e := &LabelRequested{Order: o.ID, Job: job, Doc: doc, Unit: u.ID, Copy: o.nextCopy(u.ID, doc), Station: at}
	e.N, e.Of = o.place(u.ID)
	switch {
	case doc == DocShippingLabel && u.Tracking == "":
		e.Carrier = carrier
		if e.Number, e.From, e.Ref = s.numberFor(o, carrier); e.Number == "" {
			e.Carrier = ""
		}
	case doc == DocReturnLabel && u.ReturnNo == "":
		var ok bool
		e.From = "block"
		if e.Number, ok = s.nextNumber(NumberReturn); !ok {
			e.Number, e.From = "R"+string(u.ID), "house" // a parcel's number is nobody else's
		}
	}
	return e
}

// place is which parcel of the order it is, and of how many: 0 while something is left to pack.
func (o *Order) place(id UnitID) (n, of int) {
	at := 0
	for i := range o.Units {
		if u := &o.Units[i]; u.State != UnitVoid && u.As != UnitPallet {
			if at++; u.ID == id {
				n = at
			}
		}
	}
	if n > 0 && o.lastUnit(id) {
		of = at
	}
	return n, of
}

// Place is which parcel of the order it is, and of how many: 0 while something is left to pack.
func (o *Order) Place(id UnitID) (n, of int) { return o.place(id) }

// numberFor is the carrier's number for the order's next parcel: of a label the centre fetched, or from the
// block the carrier gave us; empty when the SSCC has to do.
func (s *State) numberFor(o *Order, carrier string) (number, from, ref string) {
	if o.Flow != FlowShip {
		return "", "", ""
	}
	for i := range o.Labels {
		l := &o.Labels[i]
		if l.Carrier != "" && l.Carrier != carrier || l.Service != "" && o.Service != "" && l.Service != o.Service || CheckID("tracking", l.Tracking) != nil {
			continue
		}
		if s.Track[l.Tracking] == "" && !slices.Contains(o.Spent, l.Tracking) {
			return l.Tracking, "fetched", l.Ref
		}
	}
	if c := s.Carriers.Get(CarrierID(carrier)); c != nil && c.Labels == "block" {
		if n, ok := s.nextNumber(CarrierNumbers(carrier)); ok {
			return n, "block", ""
		}
	}
	return "", "", ""
}

// number puts the number that was drawn for a document on its parcel. It is burnt even if the parcel is not
// known here.
func (e *LabelRequested) number(s *State, o *Order) {
	if e.Number == "" {
		return
	}
	kind := CarrierNumbers(e.Carrier)
	if e.Doc == DocReturnLabel {
		kind = NumberReturn
	}
	s.draw(kind, e.Number)
	if o == nil {
		return
	}
	if e.Doc == DocShippingLabel {
		o.Spent = append(o.Spent, e.Number)
	}
	u := o.Unit(e.Unit)
	switch {
	case u == nil:
	case e.Doc == DocReturnLabel:
		u.ReturnNo = e.Number
	default:
		u.Tracking, u.Label, u.LabelRef = e.Number, e.From, e.Ref
		s.track(e.Number, e.Unit)
	}
}

// track remembers which parcel a carrier's number stands on.
func (s *State) track(number string, u UnitID) {
	if number != "" {
		s.Track[number] = u
	}
}

// weighed holds a parcel's weight against what it should be, and against what its carton carries.
func (s *State) weighed(o *Order, u *Unit, g int) *Refusal {
	want, sure := s.Expected(o, u)
	heavy := max(g, 0)
	if g == 0 && sure {
		heavy = want
	}
	if c := s.Cartons.Get(CartonID(u.Carton)); c != nil && c.MaxG > 0 && heavy > c.MaxG {
		return Refuse(TooHeavy, "unit", string(u.ID), "weight", strconv.Itoa(heavy), "most", strconv.Itoa(c.MaxG), "what", "carton "+c.ID)
	}
	if c := s.Carriers.Get(CarrierID(o.Carrier)); c != nil {
		for i := range c.Services {
			if v := &c.Services[i]; v.Code == o.Service && v.MaxG > 0 && heavy > v.MaxG {
				return Refuse(TooHeavy, "unit", string(u.ID), "weight", strconv.Itoa(heavy), "most", strconv.Itoa(v.MaxG), "what", c.Code+" "+v.Code)
			}
		}
	}
	tolerance := max(s.Policy.WeightToleranceG, want*s.Policy.WeightTolerance/100)
	if g == 0 || !sure || !s.boxKnown(u) || tolerance <= 0 || g >= want-tolerance && g <= want+tolerance {
		return nil
	}
	return Refuse(WeightOff, "unit", string(u.ID), "weight", strconv.Itoa(g), "want", strconv.Itoa(want), "off", strconv.Itoa(tolerance))
}

// Expected is what a parcel should weigh in grams: its items, its carton, and the parcels on it if it is a
// pallet. False when the weight of one of them is not known.
func (s *State) Expected(o *Order, u *Unit) (int, bool) {
	g, sure := 0, true
	for _, c := range u.Contents {
		it := s.Items[c.SKU]
		if it == nil || it.WeightG == 0 || it.Measured {
			sure = false
			continue
		}
		g += it.WeightG * c.Qty
	}
	if u.Carton != "" {
		c := s.Cartons.Get(CartonID(u.Carton))
		if sure = sure && c != nil; c != nil {
			g += c.WeightG
		}
	}
	for i := range o.Units {
		if x := &o.Units[i]; x.In == u.ID && x.State != UnitVoid {
			sure = sure && x.WeightG > 0
			g += x.WeightG
		}
	}
	return g, sure
}

// boxKnown says whether it is known what a handling unit weighs without its goods: its carton was named, or its
// goods ship in their own. A pallet is weighed without its wood.
func (s *State) boxKnown(u *Unit) bool {
	if u.Carton != "" || u.As == UnitPallet || u.As == UnitTote {
		return true
	}
	for _, c := range u.Contents {
		if it := s.Items[c.SKU]; it == nil || !it.OwnBox {
			return false
		}
	}
	return true
}

// carried is how many parcels stand on a pallet.
func (o *Order) carried(id UnitID) int {
	n := 0
	for i := range o.Units {
		if u := &o.Units[i]; u.In == id && u.State != UnitVoid {
			n++
		}
	}
	return n
}
