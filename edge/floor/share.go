package floor

import "slices"

// Share is what a parcel's paper says of one line of its order.
type Share struct {
	Here   int // in this parcel
	Before int // left before it, or with an earlier delivery
	Beside int // in another parcel that leaves, or left, with it
	ToCome int // wanted, and still to be sent
}

// Share tells a line as it stands when a parcel leaves: what is sent later is still to come, also when the paper is
// printed once more.
func (o *Order) Share(u *Unit, l *Line) Share {
	var out Share
	for i := range o.Units {
		x := &o.Units[i]
		n := x.Holds(l.ID)
		switch {
		case x.ID == u.ID:
			out.Here += n
		case x.State == UnitVoid || o.after(u, x): // undone, or still to come
		case o.after(x, u):
			out.Before += n
		default:
			out.Beside += n
		}
	}
	out.ToCome = max(0, l.Wanted()-out.Here-out.Before-out.Beside)
	return out
}

// Note is what the note of a delivery says. It is fixed when the note is asked for: what happens afterwards changes no
// paper that is out.
type Note struct {
	Parcels int        `json:"parcels"` // and pallets
	Lines   []NoteLine `json:"lines"`
}

// NoteLine is what a note says of one line.
type NoteLine struct {
	SKU    SKU `json:"sku"`
	Here   int `json:"here,omitempty"`
	Before int `json:"before,omitempty"`  // delivered before
	ToCome int `json:"to_come,omitempty"` // still to come
	Never  int `json:"never,omitempty"`   // will not come from here: it was short, or declined
}

// NoteOf is what the note of a parcel's delivery says as things stand.
func (o *Order) NoteOf(u *Unit) *Note {
	out := &Note{Lines: []NoteLine{}}
	for i := range o.Units {
		if x := &o.Units[i]; x.State != UnitVoid && x.Delivery == u.Delivery {
			out.Parcels++
		}
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		p := o.deliveryShare(u, l)
		out.Lines = append(out.Lines, NoteLine{SKU: l.SKU, Here: p.Here, Before: p.Before, ToCome: p.ToCome, Never: l.Short() + l.Declined})
	}
	return out
}

// saidNote is what a note says that is asked for now: what the one that came out said, if one did.
func (o *Order) saidNote(u *Unit) *Note {
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Note != nil && j.Tries > 0 && o.notes(j, u.Delivery) {
			return j.Note
		}
	}
	return o.NoteOf(u)
}

// renote puts a parcel that left just now on the note of its delivery that is still to be printed.
func (o *Order) renote(left *Unit) {
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Tries == 0 && j.waiting() && left.Delivery != "" && o.notes(j, left.Delivery) {
			j.Note = o.NoteOf(left)
		}
	}
}

// notes says whether a job is the note of a delivery.
func (o *Order) notes(j *Job, delivery string) bool {
	if j.Doc != DocDeliveryNote {
		return false
	}
	u := o.Unit(j.Unit)
	return u != nil && u.Delivery == delivery
}

// noted says whether the note of a delivery may be on paper.
func (o *Order) noted(delivery string) bool {
	return slices.ContainsFunc(o.Jobs, func(j Job) bool { return j.Tries > 0 && o.notes(&j, delivery) })
}

// deliveryShare is Share for all that left with a parcel's delivery, of a business order: nothing of it is beside.
func (o *Order) deliveryShare(u *Unit, l *Line) Share {
	var out Share
	for i := range o.Units {
		switch x := &o.Units[i]; {
		case x.State == UnitVoid || x.Delivery == "":
		case x.Delivery == u.Delivery:
			out.Here += x.Holds(l.ID)
		case o.deliveryOf(x) < o.deliveryOf(u):
			out.Before += x.Holds(l.ID)
		}
	}
	out.ToCome = max(0, l.Wanted()-out.Here-out.Before)
	return out
}

// note asks for the note of a delivery when a parcel of it left on no list. One that is still to be printed says it, too.
func (s *State) note(o *Order, left *UnitLeft, m Meta, index int) []Event {
	if left.Delivery == "" || !s.Policy.PrintDeliveryNote {
		return nil
	}
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Tries == 0 && j.waiting() && o.notes(j, left.Delivery) {
			return nil
		}
	}
	return []Event{&LabelRequested{Order: o.ID, Job: jobID(m.ID, index), Doc: DocDeliveryNote, Unit: left.Unit, Copy: o.nextCopy(left.Unit, DocDeliveryNote), Station: m.Station}}
}

// after says whether a parcel left, or will leave, later than another one. Of parcels that left without the number of a
// delivery nobody knows.
func (o *Order) after(first, then *Unit) bool {
	if first.State != UnitDeparted {
		return false
	}
	if then.State != UnitDeparted {
		return then.State != UnitBack
	}
	return o.deliveryOf(first) < o.deliveryOf(then)
}

// deliveryOf is which delivery of a business order a parcel left with.
func (o *Order) deliveryOf(u *Unit) int {
	return slices.IndexFunc(o.Deliveries, func(d Delivery) bool { return d.No == u.Delivery })
}
