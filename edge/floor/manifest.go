package floor

import (
	"slices"
	"strconv"
	"time"
)

// Manifest is the list of parcels one carrier takes at one collection. Closed ones stay for a while, for
// their paper to be printed again.
type Manifest struct {
	ID      ManifestID `json:"id"`
	Number  string     `json:"number,omitempty"` // what people call it
	Carrier string     `json:"carrier"`
	Opened  time.Time  `json:"opened"`
	By      UserID     `json:"by,omitempty"`
	Parcels []Loaded   `json:"parcels,omitempty"` // in the order they were scanned
	Closed  time.Time  `json:"closed,omitzero"`
	Count   int        `json:"count,omitempty"` // what the driver counted
	Driver  string     `json:"driver,omitempty"`
	Plate   string     `json:"plate,omitempty"`
	Jobs    []Job      `json:"jobs,omitempty"`
	Unheard int        `json:"unheard,omitempty"` // prints asked for at a box that may have had the command, and refused here

	DriverRef string `json:"driver_ref,omitempty"` // where driver and plate stand, instead of here
}

// Loaded is a parcel on a manifest.
type Loaded struct {
	Order    OrderID `json:"order"`
	Unit     UnitID  `json:"unit"`
	Tracking string  `json:"tracking,omitempty"`
	WeightG  int     `json:"weight_g,omitempty"`
}

func (m Manifest) clone() Manifest {
	m.Parcels, m.Jobs = slices.Clone(m.Parcels), slices.Clone(m.Jobs)
	return m
}

// Limits of manifests: parcels on one, parcels on one page, and closed ones that are kept, whether or not their
// paper came out.
const (
	MaxManifest   = 500
	ManifestPage  = 100
	KeptManifests = 20
	MostManifests = 100 // closed ones, their paper out or not
)

// OpenManifest begins the list of what a carrier takes.
type OpenManifest struct {
	Carrier string `json:"carrier"`
}

// ManifestOpened: parcels may be scanned onto the list.
type ManifestOpened struct {
	Manifest ManifestID `json:"manifest"`
	Carrier  string     `json:"carrier"`
	By       UserID     `json:"by,omitempty"`
	Number   string     `json:"number,omitempty"`
}

// AddToManifest puts a parcel on the list before it leaves; handover with the manifest does both at once.
type AddToManifest struct {
	Manifest ManifestID `json:"manifest"`
	Unit     UnitID     `json:"unit"`
}

// ManifestFilled: the parcel is on the list.
type ManifestFilled struct {
	Manifest ManifestID `json:"manifest"`
	Loaded
}

// Kind names the command.
func (*OpenManifest) Kind() string { return "manifest.open" }

// Kind names the command.
func (*AddToManifest) Kind() string { return "manifest.add" }

// Type and Subject name the event.
func (*ManifestOpened) Type() string      { return "picket.manifest.opened.v1" }
func (e *ManifestOpened) Subject() string { return "manifest/" + string(e.Manifest) }
func (e *ManifestOpened) made() (kind, id string) {
	return "manifest", string(e.Manifest)
}

// Type and Subject name the event.
func (*ManifestFilled) Type() string      { return "picket.manifest.filled.v1" }
func (e *ManifestFilled) Subject() string { return "manifest/" + string(e.Manifest) }

func (e *ManifestOpened) tell(Names) string {
	if e.Number != "" {
		return "Manifest " + e.Number + " of " + e.Carrier + " begun."
	}
	return "Manifest of " + e.Carrier + " begun."
}

func (e *ManifestFilled) tell(Names) string {
	return "Parcel " + tail(e.Unit) + " is on the manifest."
}

// openManifest finds a manifest that takes parcels.
func (s *State) openManifest(id ManifestID) (*Manifest, *Refusal) {
	at := s.Manifests.Get(id)
	if at == nil {
		return nil, Refuse(UnknownManifest, "manifest", string(id))
	}
	if !at.Closed.IsZero() {
		return nil, Refuse(ManifestIsClosed, "manifest", at.Called())
	}
	return at, nil
}

func (m *Manifest) has(id UnitID) bool {
	return slices.ContainsFunc(m.Parcels, func(p Loaded) bool { return p.Unit == id })
}

func (m *Manifest) job(id JobID) *Job {
	for i := range m.Jobs {
		if m.Jobs[i].ID == id {
			return &m.Jobs[i]
		}
	}
	return nil
}

// room says whether a parcel and those on it still fit the list.
func (m *Manifest) room(u *Unit) *Refusal {
	if !m.has(u.ID) && len(m.Parcels) >= MaxManifest {
		return Refuse(TableFull, "most", strconv.Itoa(MaxManifest), "what", "parcels on one manifest")
	}
	return nil
}

// mayGo says why a parcel may not leave now, be it the parcel or its order.
func (s *State) mayGo(o *Order, u *Unit, now time.Time) *Refusal {
	if no := s.gate(o, u); no != nil {
		return no
	}
	no, _ := s.leaving(o, now)
	return no
}

// takes refuses a parcel that another carrier is to take.
func (m *Manifest) takes(o *Order) *Refusal { return o.goesWith(m.Carrier) }

// goesWith refuses a carrier that is not the order's.
func (o *Order) goesWith(carrier string) *Refusal {
	if o.Carrier == "" || o.Carrier == carrier {
		return nil
	}
	return Refuse(OtherCarrier, "order", string(o.ID), "carrier", o.Carrier, "here", carrier)
}

func (m *Manifest) filled(o *Order, u *Unit) *ManifestFilled {
	return &ManifestFilled{Manifest: m.ID, Loaded: Loaded{Order: o.ID, Unit: u.ID, Tracking: u.Tracking, WeightG: u.WeightG}}
}

func (c *OpenManifest) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := check([2]string{"carrier", c.Carrier}); r != nil {
		return nil, r
	}
	if s.Carriers.Len() > 0 && s.Carriers.Get(CarrierID(c.Carrier)) == nil {
		return nil, Refuse(UnknownCarrier, "carrier", c.Carrier)
	}
	for _, at := range s.Manifests.All() {
		if at.Carrier == c.Carrier && at.Closed.IsZero() {
			return nil, Refuse(ManifestIsOpen, "carrier", c.Carrier, "manifest", at.Called())
		}
	}
	if r := nameTaken(m, s.Manifests.Get(ManifestID(m.ID)) != nil); r != nil {
		return nil, r
	}
	return []Event{&ManifestOpened{Manifest: ManifestID(m.ID), Carrier: c.Carrier, By: m.Actor, Number: s.nextPaper(manifestNumber, m.Now)}}, nil
}

func (e *ManifestOpened) apply(s *State) {
	s.tookPaper(manifestNumber, e.Number)
	s.Manifests.put(s, e.Manifest, Manifest{ID: e.Manifest, Number: e.Number, Carrier: e.Carrier, Opened: s.now(), By: e.By})
}

func (c *AddToManifest) decide(s *State, m Meta) ([]Event, *Refusal) {
	at, r := s.openManifest(c.Manifest)
	if r != nil {
		return nil, r
	}
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if u.State == UnitDeparted {
		return nil, Refuse(UnitGone, "unit", string(u.ID))
	}
	if at.has(u.ID) {
		return nil, Refuse(NothingLeft, "what", "parcel "+string(u.ID))
	}
	for _, r := range []*Refusal{at.room(u), s.mayGo(o, u, m.Now), at.takes(o)} {
		if r != nil {
			return nil, r
		}
	}
	return []Event{at.filled(o, u)}, nil
}

func (e *ManifestFilled) apply(s *State) {
	if at := s.Manifests.change(s, e.Manifest); at != nil && !at.has(e.Unit) {
		at.Parcels = append(at.Parcels, e.Loaded)
	}
}

// unload takes a parcel that was undone off the open manifests.
func (s *State) unload(id UnitID) {
	for _, at := range s.Manifests.All() {
		if at.Closed.IsZero() && at.has(id) {
			m := s.Manifests.change(s, at.ID)
			m.Parcels = slices.DeleteFunc(m.Parcels, func(p Loaded) bool { return p.Unit == id })
		}
	}
}

// Over says whether the carrier has signed: a closed manifest stays for its paper alone.
func (m *Manifest) Over() bool { return !m.Closed.IsZero() }
