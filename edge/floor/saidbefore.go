package floor

import (
	"slices"
	"strings"
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

// named is the number that the caller of a command was told its parcel has, "" when it was told none.
func (m *Meta) named() UnitID {
	id := m.Named
	if m.Told != nil {
		id = m.Told.Unit
	}
	if id == "" || checkSSCC("unit", string(id)) != nil {
		return ""
	}
	return id
}

// numberBefore is the number a parcel had before, if nothing else can have it: not one that is still to be drawn here. It
// stands on the parcel, maybe, and in what its device says next. Of a box that burnt unheard the run is known to nobody here;
// then it is enough that the number is of the prefix this site draws from.
func (s *State) numberBefore(m Meta) (UnitID, bool) {
	id := m.named()
	if id == "" || s.Units[id] != "" {
		return "", false
	}
	ours := false
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if b.Kind != NumberSSCC {
			continue
		}
		if n, ok := b.serial(string(id)); ok {
			return id, n < b.Next
		}
		ours = ours || strings.HasPrefix(string(id), b.Prefix)
	}
	return id, ours
}

// Awaits says that the centre has not told all yet: what this box does not know may come.
func (s *State) Awaits() bool {
	r := s.Recovery
	return r != nil && (r.More || s.Feed.Seq < r.Feed)
}

// NotKnownYet says that a sale names what this box does not know, or is too old to tell whether it was booked, while the
// box waits for the centre to tell what it lost: it has happened, and is neither taken nor refused before.
func (s *State) NotKnownYet(m Meta, c Command, events []Event, no *Refusal) bool {
	if _, sold := c.(*SellAtTill); !sold || m.N != 0 || m.Down != nil || !s.Awaits() {
		return false
	}
	if no != nil {
		return strings.HasPrefix(string(no.Code), "unknown_")
	}
	return slices.ContainsFunc(events, func(e Event) bool {
		twice, is := e.(*ReceiptTwice)
		return is && twice.Old
	})
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
	if no != nil && no.Code == NoNumbers && m.named() != "" && s.Awaits() {
		return true // they come with the feed, and by them it is known whether the parcel keeps its own
	}
	if s.Recovery == nil || no == nil {
		return false
	}
	if s.Awaits() {
		return no.Code == UnknownOrder || no.Code == UnknownUnit || no.Code == UnknownLine ||
			m.Late && no.Code == IsRecovering // a box that is lost may have said yes, and this copy of it not know that yet
	}
	others := slices.ContainsFunc(s.Recovery.Waits, func(d DeviceID) bool { return d != m.Device })
	return m.Told != nil && !m.Told.Refused && others && m.Now.Sub(s.Recovery.At) < patience
}
