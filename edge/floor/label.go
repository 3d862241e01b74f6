package floor

import (
	"slices"
	"strconv"
)

// RequestLabel asks for a document of a parcel, or for the label of a bag on the shelf: the first print, or a copy with its reason.
type RequestLabel struct {
	Unit   UnitID   `json:"unit,omitempty"`
	Order  OrderID  `json:"order,omitempty"` // hold_label: in place of a parcel
	Doc    Document `json:"doc"`
	Reason string   `json:"reason,omitempty"`
}

// LabelRequested: a print job stands in the queue.
type LabelRequested struct {
	Order   OrderID   `json:"order"`
	Job     JobID     `json:"job"`
	Doc     Document  `json:"doc"`
	Unit    UnitID    `json:"unit"`
	Copy    int       `json:"copy"`
	Reason  string    `json:"reason,omitempty"`
	Station StationID `json:"station,omitempty"` // the bench

	N        int        `json:"n,omitempty"`        // its parcel is the Nth of the order
	Of       int        `json:"of,omitempty"`       // of so many; absent: nobody knows yet
	Carrier  string     `json:"carrier,omitempty"`  // whose number it carries
	Number   string     `json:"number,omitempty"`   // the number drawn for it: the carrier's, or of the return
	From     string     `json:"from,omitempty"`     // where the number came from: fetched, block or house
	Ref      string     `json:"ref,omitempty"`      // reference to the label the centre fetched
	Manifest ManifestID `json:"manifest,omitempty"` // of a manifest, and of no order
	Return   ReturnID   `json:"return,omitempty"`   // of a return, and of no order
	No       int        `json:"no,omitempty"`       // line of the return the tag is for
	Tags     int        `json:"tags,omitempty"`     // units that get a tag
	To       string     `json:"to,omitempty"`       // where they go: a bin, or quarantine, repair, vendor, destroy
}

// VoidLabel takes a printed label back: the parcel waits for a new one.
type VoidLabel struct {
	Unit   UnitID `json:"unit"`
	Reason string `json:"reason"`
}

// LabelVoided: the labels printed for the parcel are void.
type LabelVoided struct {
	Order  OrderID `json:"order"`
	Unit   UnitID  `json:"unit"`
	Reason string  `json:"reason"`
}

// Kind names the command.
func (*RequestLabel) Kind() string { return "label.request" }

// Kind names the command.
func (*VoidLabel) Kind() string { return "label.void" }

// Type and Subject name the event.
func (*LabelRequested) Type() string      { return "picket.label.requested.v1" }
func (e *LabelRequested) Subject() string { return ofJob(e.Order, e.Manifest, e.Return) }

// Type and Subject name the event.
func (*LabelVoided) Type() string      { return "picket.label.voided.v1" }
func (e *LabelVoided) Subject() string { return "order/" + string(e.Order) }

func (c *RequestLabel) decide(s *State, m Meta) ([]Event, *Refusal) {
	if c.Order != "" {
		return c.held(s, m)
	}
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if !slices.Contains(unitDocs, c.Doc) {
		return nil, badField("doc", "is "+strconv.Quote(clip(string(c.Doc)))+", but must be a document of a parcel, such as shipping_label or packing_slip")
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	switch u.State {
	case UnitOpen:
		return nil, Refuse(UnitNotClosed, "unit", string(u.ID))
	case UnitVoid:
		return nil, s.undone(u)
	}
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == u.ID && j.Doc == c.Doc && j.waiting() {
			return nil, Refuse(LabelPrinting, "unit", string(u.ID))
		}
	}
	if !o.wants(u, c.Doc) {
		return nil, Refuse(NotItsDocument, "order", string(o.ID), "doc", documentWords(c.Doc))
	}
	e := s.paper(o, u, o.Carrier, c.Doc, jobID(m.ID, 0), m.Station)
	if e.Reason = c.Reason; e.Copy > 1 && c.Reason == "" {
		return nil, Refuse(ReasonMissing)
	}
	return []Event{e}, nil
}

// held asks for the label of what stands on the shelf for an order that is collected. It belongs to no parcel.
func (c *RequestLabel) held(s *State, m Meta) ([]Event, *Refusal) {
	switch {
	case c.Unit != "":
		return nil, badField("unit", "goes with a document of a parcel, and not beside order")
	case c.Doc != DocHoldLabel:
		return nil, badField("doc", "is "+strconv.Quote(clip(string(c.Doc)))+", but of a whole order there is hold_label alone; other documents are of a parcel, named by unit")
	}
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	if !slices.ContainsFunc(o.Lines, func(l Line) bool { return o.OnShelf(&l) > 0 }) {
		return nil, Refuse(NothingOnShelf, "order", string(o.ID))
	}
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Doc == DocHoldLabel && j.waiting() {
			return nil, j.over()
		}
	}
	e := &LabelRequested{Order: o.ID, Job: jobID(m.ID, 0), Doc: DocHoldLabel, Copy: o.nextCopy("", DocHoldLabel), Reason: c.Reason, Station: m.Station}
	if e.Copy > 1 && c.Reason == "" {
		return nil, Refuse(ReasonMissing)
	}
	return []Event{e}, nil
}

func (e *LabelRequested) apply(s *State) {
	if e.Manifest != "" {
		s.requestManifest(e)
		return
	}
	if e.Return != "" {
		s.requestReturn(e)
		return
	}
	o := s.order(e.Order)
	e.number(s, o)
	if o == nil || o.Job(e.Job) != nil {
		return
	}
	for i := range o.Jobs {
		// A copy settles an unknown print: whatever came out, the copy says it is one.
		if j := &o.Jobs[i]; j.Unit == e.Unit && j.Doc == e.Doc && j.State == JobUnknown {
			j.State, j.Reasons = JobCanceled, nil
		}
	}
	j := Job{ID: e.Job, Doc: e.Doc, Unit: e.Unit, Copy: e.Copy, Reason: e.Reason, Station: e.Station, State: JobPending, Asked: s.now(), N: e.N, Of: e.Of}
	if u := o.Unit(e.Unit); u != nil && e.Doc == DocDeliveryNote {
		j.Note = o.saidNote(u)
	}
	o.Jobs = append(o.Jobs, j)
	s.Jobs[e.Job] = e.Order
}

func (c *VoidLabel) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	switch {
	case u.State == UnitVoid:
		return nil, s.undone(u)
	case u.State == UnitDeparted:
		return nil, Refuse(UnitGone, "unit", string(u.ID))
	case o.printing(u.ID):
		return nil, Refuse(LabelPrinting, "unit", string(u.ID))
	case !o.Labelled(u.ID):
		return nil, Refuse(LabelNotPrinted, "unit", string(u.ID))
	case c.Reason == "":
		return nil, badField("reason", "is missing")
	}
	return []Event{&LabelVoided{Order: o.ID, Unit: u.ID, Reason: c.Reason}}, nil
}

func (e *LabelVoided) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == e.Unit && j.Doc == DocShippingLabel {
			j.State, j.Reasons = JobCanceled, nil
		}
	}
	if u := o.Unit(e.Unit); u != nil {
		u.Verified, u.Tracking, u.Label, u.LabelRef = false, "", "", "" // its number is burnt with it
	}
}

// waiting: the job will still come out by itself.
func (j *Job) waiting() bool {
	return j.State == JobPending || j.State == JobHeld || j.State == JobProcessing
}

// printing: a label of the unit may be coming out at this moment.
func (o *Order) printing(u UnitID) bool {
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == u && j.State == JobProcessing {
			return true
		}
	}
	return false
}

// nextCopy is the number of the next print of a document: 1 while no print of it was ever begun, and none waits.
func (o *Order) nextCopy(u UnitID, d Document) int {
	n, asked := 0, 0
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == u && j.Doc == d && (j.Tries > 0 || j.waiting()) {
			n, asked = max(n, j.Copy), asked+1
		}
	}
	if p := o.Unit(u); p != nil {
		return copyBehind(asked, n, p.Out, p.Unheard)
	}
	if d == DocHoldLabel {
		return copyBehind(asked, n, false, o.Unheard)
	}
	return n + 1
}
