package floor

// ManifestDropped: the list is over without a driver, because nothing was ever on it. The closing checklist asks
// for open lists, and nobody signs for an empty one.
type ManifestDropped struct {
	Manifest ManifestID `json:"manifest"`
	Carrier  string     `json:"carrier"`
	Number   string     `json:"number,omitempty"`
}

// Type and Subject name the event.
func (*ManifestDropped) Type() string      { return "picket.manifest.dropped.v1" }
func (e *ManifestDropped) Subject() string { return "manifest/" + string(e.Manifest) }

func (e *ManifestDropped) tell(Names) string {
	words := "Manifest"
	if e.Number != "" {
		words += " " + e.Number
	}
	return words + " of " + e.Carrier + " dropped: no parcel was on it."
}

// unused lists the open manifests of a carrier that no parcel is on.
func (s *State) unused(carrier string) []Event {
	var out []Event
	for _, at := range s.Manifests.All() {
		if at.Carrier == carrier && at.Closed.IsZero() && len(at.Parcels) == 0 {
			out = append(out, &ManifestDropped{Manifest: at.ID, Carrier: at.Carrier, Number: at.Number})
		}
	}
	return out
}

func (e *ManifestDropped) apply(s *State) {
	if at := s.Manifests.Get(e.Manifest); at != nil && at.Closed.IsZero() && len(at.Parcels) == 0 {
		s.Manifests.drop(e.Manifest)
	}
}
