package floor

import "time"

// Meta is what is known of a command besides what it asks for.
type Meta struct {
	ID      CommandID // the caller's name for it; the same id again has no second effect
	Device  DeviceID  // the installation that counts its commands; empty for callers without a counter
	N       uint64    // the device's contiguous number, from 1; 0 without a device
	Actor   UserID    // who gave it
	Station StationID // where
	At      time.Time // when it happened, by the caller's clock, which may be wrong (when.go)
	Now     time.Time // the site's clock at the decision
	Off     bool      // that clock is not to be relied on: no service is promised by its cut-off of today (ClockOff)
	Seen    Seq       // the last record the caller's screen had shown
	Digest  string    // digest of the command's body: the same id with another body is a conflict
	Late    bool      // its device has not been heard since this box began its newest log: it may have been given before
	Told    *Told     // what the caller was told of it already, by a box that has lost it since
	Named   UnitID    // the parcel its caller says the command made, under a log nobody here heard of
	Rows    string    // keyed mark of the sealed rows that came with it: another address is another mark; empty without rows
	Down    *Down     // set for a record that came from the centre
}

// Down is the position of a record in the centre's feed to this site. It stands in the first record that
// the command writes, so that the feed's cursor and the effect are one and the same write.
type Down struct {
	Lineage uint64
	Seq     uint64
	Hash    string // hex of the feed's chain hash at Seq
}

// typed says whether a person gave the command, here and now: neither the centre nor a machine, and nobody was told
// of it before.
func (m *Meta) typed() bool {
	return m.Actor != "" && !Machine(m.Actor) && m.Down == nil && m.Told == nil
}

// Command is a wish or a fact put to the floor. Kinds lists them all.
type Command interface{ Kind() string }

// Event is something that happened. Types lists them all; they only grow, and a changed meaning is a new type.
type Event interface {
	Type() string
	// Subject is the aggregate the event belongs to, such as order/O-1.
	Subject() string
	// tell puts it into words for people; names finds what people call things.
	tell(names Names) string
	apply(s *State)
}
