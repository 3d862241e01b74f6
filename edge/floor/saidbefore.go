package floor

import (
	"slices"
	"time"
)

// Told is what the caller was told of a command before this box was put back to an older copy. It was said, so it
// stands: a refusal stays one, a parcel keeps its number, and what was taken is taken, or a person looks at it.
type Told struct {
	Log     LogID  `json:"log,omitempty"` // the log it was said under
	Refused bool   `json:"refused,omitempty"`
	Unit    UnitID `json:"unit,omitempty"` // the parcel it made
}

// Stands says what becomes of a command its caller was told of before; false when it is to be decided.
func (t *Told) Stands() (*Refusal, bool) {
	if t == nil || !t.Refused {
		return nil, false
	}
	return Refuse(ToldNo), true
}

// numberBefore is the number a parcel had before, if nothing else can have it.
func (s *State) numberBefore(m Meta) (UnitID, bool) {
	if m.Told == nil || m.Told.Unit == "" || s.Units[m.Told.Unit] != "" {
		return "", false
	}
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if n, ok := b.serial(string(m.Told.Unit)); ok && b.Kind == NumberSSCC && n < b.Next {
			return m.Told.Unit, true
		}
	}
	return "", false
}

// Awaits says that the centre has not told all yet: what this box does not know may come.
func (s *State) Awaits() bool {
	r := s.Recovery
	return r != nil && (r.More || s.Feed.Seq < r.Feed)
}

// patience is how long a command that was saved once, and cannot be taken now, waits for what other devices hold.
const patience = 2 * time.Minute

// TooSoon says that a command has to wait: this box lost records, and has not heard yet what it did itself.
func (s *State) TooSoon(m Meta, no *Refusal) bool {
	if m.Down != nil || m.N == 0 {
		return false
	}
	if m.Told != nil && s.Recovery != nil && s.Recovery.More {
		return true // the centre may hold what became of it
	}
	if s.Recovery == nil || no == nil {
		return false
	}
	if s.Awaits() {
		return no.Code == UnknownOrder || no.Code == UnknownUnit || no.Code == UnknownLine
	}
	others := slices.ContainsFunc(s.Recovery.Waits, func(d DeviceID) bool { return d != m.Device })
	return m.Told != nil && !m.Told.Refused && others && m.Now.Sub(s.Recovery.At) < patience
}
