package floor

import (
	"slices"
	"strconv"
	"time"
)

// CloseManifest ends a collection: what is on the list leaves, and the driver signs for it.
type CloseManifest struct {
	Manifest  ManifestID   `json:"manifest"`
	Driver    string       `json:"driver"`
	Plate     string       `json:"plate,omitempty"`
	DriverRef string       `json:"driver_ref,omitempty"` // the box's own: the row it put driver and plate into, which are personal. Leave it out
	Count     int          `json:"count"`                // parcels, as the driver counted them
	Signature string       `json:"signature,omitempty"`  // reference to the signature, which is personal data
	All       bool         `json:"all,omitempty"`        // what waits for this carrier and was not scanned goes as well: end of day
	Reason    string       `json:"reason,omitempty"`     // why the count may differ
	Approvals []ApprovalID `json:"approvals,omitempty"`
	Done      bool         `json:"done,omitempty"` // the van has left: record it, whatever the count
}

// ManifestPart is a page of the list of parcels that left, in a record the line can carry.
type ManifestPart struct {
	Manifest ManifestID `json:"manifest"`
	Page     int        `json:"page"`
	Of       int        `json:"of"`
	Parcels  []Loaded   `json:"parcels"`
}

// ManifestClosed: the carrier has the parcels.
type ManifestClosed struct {
	Manifest  ManifestID `json:"manifest"`
	Carrier   string     `json:"carrier"`
	Driver    string     `json:"driver"`
	Plate     string     `json:"plate,omitempty"`
	DriverRef string     `json:"driver_ref,omitempty"` // where driver and plate stand, instead of here
	Signature string     `json:"signature,omitempty"`
	Parcels   int        `json:"parcels"`          // on the list
	Count     int        `json:"count"`            // counted
	WeightG   int        `json:"weight_g"`         // of all of them
	Reason    string     `json:"reason,omitempty"` // why the count differs
	Overridden
}

// CarrierNoShow says that a carrier did not come for what waits for it; the list that was begun for it goes, while
// nothing is on it.
type CarrierNoShow struct {
	Carrier string `json:"carrier"`
}

// CarrierMissing: the carrier did not come.
type CarrierMissing struct {
	Carrier string `json:"carrier"`
	Parcels int    `json:"parcels"` // that wait for it
}

// CollectionMissed: these parcels of the order wait again.
type CollectionMissed struct {
	Order   OrderID  `json:"order"`
	Carrier string   `json:"carrier"`
	Units   []UnitID `json:"units"`
}

// Kind names the command.
func (*CloseManifest) Kind() string { return "manifest.close" }

// Kind names the command.
func (*CarrierNoShow) Kind() string { return "carrier.no_show" }

// Type and Subject name the event.
func (*ManifestPart) Type() string      { return "picket.manifest.part.v1" }
func (e *ManifestPart) Subject() string { return "manifest/" + string(e.Manifest) }
func (*ManifestPart) apply(*State)      {} // it is for whoever reads the log: the list itself stands in the manifest

// Type and Subject name the event.
func (*ManifestClosed) Type() string      { return "picket.manifest.closed.v1" }
func (e *ManifestClosed) Subject() string { return "manifest/" + string(e.Manifest) }
func (e *ManifestClosed) doubt() bool     { return e.Parcels != e.Count && len(e.By) == 0 }

// Type and Subject name the event.
func (*CarrierMissing) Type() string      { return "picket.carrier.missing.v1" }
func (e *CarrierMissing) Subject() string { return "carrier/" + e.Carrier }

// Type and Subject name the event.
func (*CollectionMissed) Type() string      { return "picket.collection.missed.v1" }
func (e *CollectionMissed) Subject() string { return "order/" + string(e.Order) }

func (e *ManifestPart) tell(Names) string {
	return "Page " + strconv.Itoa(e.Page) + " of " + strconv.Itoa(e.Of) + " of the manifest: " + plural(len(e.Parcels), "parcel") + "."
}

func (e *ManifestClosed) tell(Names) string {
	words := e.Carrier
	if e.Driver != "" {
		words += " (" + e.Driver + ")"
	}
	words += " took " + plural(e.Parcels, "parcel")
	if e.Count != e.Parcels {
		words += ", and counted " + strconv.Itoa(e.Count)
		if e.Reason != "" {
			words += ": " + e.Reason
		}
	}
	return words + "."
}

func (e *CarrierMissing) tell(Names) string {
	return e.Carrier + " did not come; " + plural(e.Parcels, "parcel") + of(e.Parcels, " waits.", " wait.")
}

func (e *CollectionMissed) tell(Names) string {
	return e.Carrier + " did not come for " + plural(len(e.Units), "parcel") + "."
}

// awaiting lists the parcels that wait for a carrier and may leave, by order and parcel.
func (s *State) awaiting(carrier string, pass func(o *Order, u *Unit) bool) []Loaded {
	ids := make([]OrderID, 0, len(s.Orders))
	for id, o := range s.Orders {
		if o.Carrier == carrier {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var out []Loaded
	for _, id := range ids {
		o := s.Orders[id]
		for i := range o.Units {
			if u := &o.Units[i]; u.State == UnitClosed && o.Labelled(u.ID) && pass(o, u) {
				out = append(out, Loaded{Order: id, Unit: u.ID, Tracking: u.Tracking, WeightG: u.WeightG})
			}
		}
	}
	return out
}

func (c *CloseManifest) decide(s *State, m Meta) ([]Event, *Refusal) {
	at, r := s.openManifest(c.Manifest)
	if r != nil {
		return nil, r
	}
	for _, f := range [][2]string{{"driver", c.Driver}, {"plate", c.Plate}, {"signature", c.Signature}, {"reason", c.Reason}} {
		if r := checkText(f[0], f[1], MaxText); r != nil {
			return nil, r
		}
	}
	if c.DriverRef == "" && c.Driver == "" {
		return nil, badField("driver", "is missing")
	}
	if r := checkDriverRef(c.DriverRef); r != nil {
		return nil, r
	}
	if r := checkRange("count", c.Count, 0, 10*MaxManifest); r != nil {
		return nil, r
	}
	list := slices.Clone(at.Parcels)
	if c.All {
		for _, p := range s.awaiting(at.Carrier, func(o *Order, u *Unit) bool { return !at.has(u.ID) && s.mayGo(o, u, m.Now) == nil }) {
			if len(list) < MaxManifest {
				list = append(list, p)
			}
		}
	}
	if len(list) == 0 {
		waiting := s.awaiting(at.Carrier, func(*Order, *Unit) bool { return true })
		return nil, Refuse(ManifestEmpty, "manifest", at.Called(), "carrier", at.Carrier, "waiting", plural(len(waiting), "parcel"))
	}
	e := &ManifestClosed{Manifest: at.ID, Carrier: at.Carrier, Driver: c.Driver, Plate: c.Plate, DriverRef: c.DriverRef, Signature: c.Signature, Parcels: len(list), Count: c.Count}
	if c.Count != len(list) {
		switch e.Reason = c.Reason; {
		case c.Done:
		case c.Reason == "":
			return nil, Refuse(CountDiffers, "counted", strconv.Itoa(c.Count), "scanned", strconv.Itoa(len(list)))
		default:
			by, no := s.override(m, e.Subject(), c.Approvals)
			if no != nil {
				return nil, no
			}
			e.By = by
		}
	}
	return s.closed(at, list, e, m), nil
}

// closed is what follows from a closed manifest: what has not left yet leaves, the list page by page, the
// paper to be signed, and the delivery notes of business orders.
func (s *State) closed(at *Manifest, list []Loaded, e *ManifestClosed, m Meta) []Event {
	var out []Event
	noted := map[OrderID]bool{}
	var notes []*LabelRequested
	for _, p := range list {
		e.WeightG += p.WeightG
		o, u, r := s.findUnit(p.Unit)
		if r != nil {
			continue
		}
		if !at.has(p.Unit) {
			out = append(out, &ManifestFilled{Manifest: at.ID, Loaded: p})
		}
		delivery := u.Delivery
		if u.State == UnitClosed {
			left := s.leave(o, u, at.Carrier, at.ID, s.mayGo(o, u, m.Now) != nil, m.Now)
			delivery = left[0].(*UnitLeft).Delivery
			out = append(out, left...)
		}
		if delivery != "" && s.Policy.PrintDeliveryNote && !noted[o.ID] {
			noted[o.ID] = true
			notes = append(notes, &LabelRequested{Order: o.ID, Doc: DocDeliveryNote, Unit: u.ID, Copy: o.nextCopy(u.ID, DocDeliveryNote), Station: m.Station})
		}
	}
	pages := (len(list) + ManifestPage - 1) / ManifestPage
	for p := range pages {
		out = append(out, &ManifestPart{Manifest: at.ID, Page: p + 1, Of: pages, Parcels: list[p*ManifestPage : min(len(list), (p+1)*ManifestPage)]})
	}
	out = append(out, e)
	if s.Policy.PrintManifest {
		out = append(out, &LabelRequested{Manifest: at.ID, Job: jobID(m.ID, len(out)), Doc: DocManifest, Copy: at.nextCopy(), Station: m.Station})
	}
	for _, n := range notes {
		n.Job = jobID(m.ID, len(out))
		out = append(out, n)
	}
	return out
}

// apply keeps the last manifests that were closed, so that their paper can be printed again.
func (e *ManifestClosed) apply(s *State) {
	at := s.Manifests.change(s, e.Manifest)
	if at == nil {
		return
	}
	at.Closed, at.Count, at.Driver, at.Plate, at.DriverRef = s.now(), e.Count, e.Driver, e.Plate, e.DriverRef
	if at.Closed.IsZero() {
		at.Closed = time.Unix(0, 0).UTC() // a box without a clock closes it all the same
	}
	if e.doubt() {
		s.raise("count_differs", e.Subject(), "carrier", e.Carrier, "counted", strconv.Itoa(e.Count), "scanned", strconv.Itoa(e.Parcels))
	}
	s.settle("carrier_missing", "carrier/"+e.Carrier)
	s.forgetManifests()
}

// forgetManifests drops the oldest closed manifests whose papers have come out, and, where nothing prints them,
// those beyond MostManifests.
func (s *State) forgetManifests() {
	var old []*Manifest
	for _, at := range s.Manifests.All() {
		if !at.Closed.IsZero() && !slices.ContainsFunc(at.Jobs, func(j Job) bool { return j.waiting() }) {
			old = append(old, at)
		}
	}
	slices.SortStableFunc(old, func(a, b *Manifest) int { return a.Closed.Compare(b.Closed) })
	for len(old) > KeptManifests {
		s.Manifests.drop(old[0].ID)
		old = old[1:]
	}
	old = slices.DeleteFunc(s.Manifests.All(), func(m *Manifest) bool { return m.Closed.IsZero() })
	slices.SortStableFunc(old, func(a, b *Manifest) int { return a.Closed.Compare(b.Closed) })
	for len(old) > MostManifests {
		s.Manifests.drop(old[0].ID)
		old = old[1:]
	}
}

// requestManifest puts a manifest's print job in the queue.
func (s *State) requestManifest(e *LabelRequested) {
	at := s.Manifests.change(s, e.Manifest)
	if at == nil || at.job(e.Job) != nil {
		return
	}
	for i := range at.Jobs {
		if at.Jobs[i].State == JobUnknown {
			at.Jobs[i].State, at.Jobs[i].Reasons = JobCanceled, nil
		}
	}
	at.Jobs = append(at.Jobs, Job{ID: e.Job, Doc: e.Doc, Copy: e.Copy, Reason: e.Reason, Station: e.Station, State: JobPending, Asked: s.now(), Manifest: e.Manifest})
}

// PrintManifest asks for a manifest's paper again.
type PrintManifest struct {
	Manifest ManifestID `json:"manifest"`
	Reason   string     `json:"reason"`
}

// Kind names the command.
func (*PrintManifest) Kind() string { return "manifest.print" }

func (c *PrintManifest) decide(s *State, m Meta) ([]Event, *Refusal) {
	at := s.Manifests.Get(c.Manifest)
	if at == nil {
		return nil, Refuse(UnknownManifest, "manifest", string(c.Manifest))
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	if at.Closed.IsZero() {
		return nil, Refuse(ManifestIsOpen, "carrier", at.Carrier, "manifest", at.Called())
	}
	for i := range at.Jobs {
		if at.Jobs[i].waiting() {
			return nil, Refuse(JobOver, "job", string(at.Jobs[i].ID), "state", string(at.Jobs[i].State))
		}
	}
	n := at.nextCopy()
	if n > 1 && c.Reason == "" {
		return nil, Refuse(ReasonMissing)
	}
	if len(at.Jobs) >= 50 {
		return nil, Refuse(TableFull, "most", "50", "what", "prints of one manifest")
	}
	return []Event{&LabelRequested{Manifest: at.ID, Job: jobID(m.ID, 0), Doc: DocManifest, Copy: n, Reason: c.Reason, Station: m.Station}}, nil
}

// nextCopy is the number of the next print of the manifest: 1 while none was begun.
func (m *Manifest) nextCopy() int {
	n, asked := 0, 0
	for i := range m.Jobs {
		if m.Jobs[i].Tries > 0 {
			n, asked = max(n, m.Jobs[i].Copy), asked+1
		}
	}
	return copyBehind(asked, n, false, m.Unheard)
}

func (c *CarrierNoShow) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"carrier", c.Carrier}); r != nil {
		return nil, r
	}
	list := s.awaiting(c.Carrier, func(_ *Order, u *Unit) bool { return !u.Missed })
	unused := s.unused(c.Carrier)
	if len(list) == 0 {
		if len(unused) == 0 {
			return nil, Refuse(NothingWaits, "carrier", c.Carrier)
		}
		return unused, nil
	}
	list = list[:min(len(list), MaxManifest)]
	out := []Event{&CarrierMissing{Carrier: c.Carrier, Parcels: len(list)}}
	var of *CollectionMissed
	for _, p := range list {
		if of == nil || of.Order != p.Order {
			of = &CollectionMissed{Order: p.Order, Carrier: c.Carrier}
			out = append(out, of)
		}
		of.Units = append(of.Units, p.Unit)
	}
	return append(out, unused...), nil
}

func (e *CarrierMissing) apply(s *State) {
	s.raise("carrier_missing", e.Subject(), "carrier", e.Carrier, "parcels", strconv.Itoa(e.Parcels))
}

func (e *CollectionMissed) apply(s *State) {
	for _, id := range e.Units {
		if u := s.unit(e.Order, id); u != nil {
			u.Missed = true
		}
	}
}
