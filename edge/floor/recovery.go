package floor

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// A site that lost records takes them back from the centre, and until everybody who may know more has spoken
// it decides nothing that cannot be undone (SYNC 1.8, E1).

// Recovery is open from the first piece of what was lost until every device has handed in what it holds.
type Recovery struct {
	Since Seq        `json:"since"`
	At    time.Time  `json:"at,omitzero"`     // when
	Waits []DeviceID `json:"waits,omitempty"` // devices that may hold what is not here yet
	Of    int        `json:"of,omitempty"`    // how many there were at first
	More  bool       `json:"more,omitempty"`  // the centre has more to tell
	Feed  uint64     `json:"feed,omitempty"`  // where the centre's feed ended when it had told all
}

// Known is how far the site knows what the centre holds about it, by the centre's own count.
type Known struct {
	Gen  string    `json:"gen,omitempty"`  // the centre's life line that counts
	Pos  uint64    `json:"pos,omitempty"`  // all facts up to here are known
	Skip CommandID `json:"skip,omitempty"` // the last command that was known already: the rest of its records is, too
	Took CommandID `json:"took,omitempty"` // the last command that was taken back: the rest of its records follows it
}

// Upon is the centre's snapshot that the site's records stand upon: they do not say what it held.
type Upon struct {
	Gen string `json:"gen"` // the centre's life line in which it was made
	Pos uint64 `json:"pos"` // the facts in it
	Seq Seq    `json:"seq"` // the record with which it was taken
}

// TakeBack brings facts of this site's own past, as the centre holds them.
type TakeBack struct {
	Gen     string      `json:"gen"`
	To      uint64      `json:"to"`             // all facts up to here are among these, or known
	Fork    bool        `json:"fork,omitempty"` // the site's own log was rolled back
	More    bool        `json:"more,omitempty"` // another piece follows
	Feed    uint64      `json:"feed,omitempty"` // where the feed ends, once all is told
	Log     LogID       `json:"log,omitempty"`  // the new log's name, with the last piece of a fork
	Facts   []LostFact  `json:"facts,omitempty"`
	Known   []CommandID `json:"known,omitempty"`   // of these commands the site has records of its own
	Devices []DeviceID  `json:"devices,omitempty"` // devices that may hold more
	Own     []CommandID `json:"own,omitempty"`     // of those known, the ones of which the site's own records say something else
	Logs    []LogID     `json:"logs,omitempty"`    // under which those facts were written whose commands are known
	Unlike  Unlike      `json:"unlike,omitzero"`   // what the site has otherwise than those facts say
	Touched Unlike      `json:"touched,omitzero"`  // what its own records touch that stand where the centre has others
}

// LostFact is one record, in the bytes it was made with.
type LostFact struct {
	Pos uint64          `json:"pos"`
	Raw json.RawMessage `json:"raw"`
}

// FactTakenBack: a record of this site's past is here again. It is not sent as that record: the centre has it.
type FactTakenBack struct {
	Pos  uint64          `json:"pos"`
	Fact json.RawMessage `json:"fact"`
}

// FactsTakenBack: the site knows all the centre holds about it up to a point.
type FactsTakenBack struct {
	Known
	Fork   bool        `json:"fork,omitempty"`
	More   bool        `json:"more,omitempty"`
	Upon   bool        `json:"upon,omitempty"` // a snapshot of them stands in the place of what the records before came to
	Feed   uint64      `json:"feed,omitempty"`
	Waits  []DeviceID  `json:"waits,omitempty"`
	Own    []CommandID `json:"own,omitempty"`    // of these commands the facts were not taken back: this site's own records stand
	Logs   []LogID     `json:"logs,omitempty"`   // that were this site's, too: of facts that were not taken back
	Unlike *Unlike     `json:"unlike,omitempty"` // what the centre may have otherwise than the site
}

// PassFeed takes a record of the centre's feed that led to facts the site took back: they stand already.
type PassFeed struct {
	Command CommandID `json:"command"`
}

// FeedPassed: the record came again, and changes nothing.
type FeedPassed struct {
	Command CommandID `json:"command"`
}

// LoseDevice says that what a device held is lost, so that nobody waits for it any more.
type LoseDevice struct {
	Device DeviceID `json:"device"`
	Reason string   `json:"reason"`
}

// DeviceLost: nobody waits for what the device held.
type DeviceLost struct {
	Device DeviceID `json:"device"`
	Reason string   `json:"reason"`
}

// Recovered: everybody who may know more has spoken. The site decides again as it did.
type Recovered struct{}

// Kind names the command.
func (*TakeBack) Kind() string { return "facts.take_back" }

// Kind names the command.
func (*PassFeed) Kind() string { return "feed.pass" }

// EndRecovery ends a recovery in which nothing is waited for any more. The box gives it by itself.
type EndRecovery struct{}

// Kind names the command.
func (*EndRecovery) Kind() string { return "recovery.end" }

// Whole says that a recovery is open in which nothing is waited for any more.
func (s *State) Whole() bool {
	return s.Recovery != nil && !s.Awaits() && (len(s.Recovery.Waits) == 0 || !on(RuleSpoken))
}

func (*EndRecovery) decide(s *State, _ Meta) ([]Event, *Refusal) {
	switch {
	case s.Recovery == nil:
		return nil, Refuse(NothingLeft, "what", "the recovery")
	case !s.Whole():
		return nil, s.recovering()
	}
	return []Event{&Recovered{}}, nil
}

// Kind names the command.
func (*LoseDevice) Kind() string { return "device.lost" }

// Type and Subject name the event.
func (*FactTakenBack) Type() string    { return "picket.local.fact.taken_back.v1" }
func (*FactTakenBack) Subject() string { return "site" }
func (e *FactTakenBack) tell(n Names) string {
	rec, err := Decode(e.Fact)
	if err != nil {
		return "Something the centre knows about this site."
	}
	return "Taken back from the centre: " + rec.Event.tell(n)
}

// Type and Subject name the event.
func (*FactsTakenBack) Type() string    { return "picket.local.facts.taken_back.v1" }
func (*FactsTakenBack) Subject() string { return "site" }
func (e *FactsTakenBack) tell(Names) string {
	if !e.Fork {
		return "The site knows what the centre holds about it."
	}
	words := "This box has lost records, and has them back from the centre."
	if n := len(e.Waits); n > 0 {
		words += " It waits for what " + plural(n, "device") + " may hold."
	}
	return words
}

// Type and Subject name the event.
func (*FeedPassed) Type() string    { return "picket.local.feed.passed.v1" }
func (*FeedPassed) Subject() string { return "site" }
func (e *FeedPassed) tell(Names) string {
	return "What the centre sent as " + string(e.Command) + " is known already."
}

// Type and Subject name the event.
func (*DeviceLost) Type() string      { return "picket.device.lost.v1" }
func (e *DeviceLost) Subject() string { return "device/" + string(e.Device) }
func (e *DeviceLost) tell(Names) string {
	if e.Device == TheCentre {
		return "Nobody waits for the centre any more: " + e.Reason + "."
	}
	return "What device " + string(e.Device) + " held is lost: " + e.Reason + "."
}

// Type and Subject name the event.
func (*Recovered) Type() string      { return "picket.site.recovered.v1" }
func (*Recovered) Subject() string   { return "site" }
func (*Recovered) tell(Names) string { return "The site is whole again." }

func (c *TakeBack) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"gen", c.Gen}); r != nil {
		return nil, r
	}
	if r := checkRange("facts", len(c.Facts), 0, MaxLostFacts); r != nil {
		return nil, r
	}
	done := Known{Gen: c.Gen, Pos: c.To}
	before := uint64(0)
	if s.Known.Gen == c.Gen {
		before, done.Skip, done.Took = s.Known.Pos, s.Known.Skip, s.Known.Took
	}
	var out, asked []Event
	var unlike Unlike
	unlike.Add(&c.Unlike)
	if c.Fork && (s.Recovery == nil || c.found()) {
		out = s.doubtJobs()
	}
	for i := range c.Facts {
		f := &c.Facts[i]
		rec, err := Decode(f.Raw)
		if err != nil {
			return nil, badField("facts["+strconv.Itoa(i)+"].raw", err.Error())
		}
		switch rec.Event.(type) {
		case *FactTakenBack, *FactsTakenBack:
			continue // what they brought is a fact of its own
		}
		if f.Pos <= before {
			continue
		}
		if e, is := rec.Event.(*Corrected); is && e.meets(&c.Touched) {
			unlike.Add(&Unlike{Orders: e.orders(), Items: e.Items}) // more happened to it here: it is said anew
			continue
		}
		first := rec.ID == RecordID(string(rec.Cause)+"/0")
		if rest := !first && done.Took == rec.Cause; !rest && (slices.Contains(c.Known, rec.Cause) || !first && done.Skip == rec.Cause) {
			done.Skip, done.Took = rec.Cause, ""
			continue
		}
		done.Skip, done.Took = "", rec.Cause
		if at := c.Touched.has(rec.Event.Subject()); at != "" {
			unlike.Add(&Unlike{Orders: []OrderID{at}}) // the centre has these in another order
		}
		out, asked = append(out, &FactTakenBack{Pos: f.Pos, Fact: f.Raw}), append(asked, rec.Event)
	}
	out = append(out, s.doubtAsked(asked)...)
	e := &FactsTakenBack{Known: done, Fork: c.Fork, More: c.More, Feed: c.Feed, Own: c.Own, Logs: c.Logs}
	if unlike.Any() || unlike.From > 0 && c.Fork && c.More {
		parts := unlike.parts()
		for _, part := range parts[:len(parts)-1] {
			out = append(out, &FactsTakenBack{Known: s.Known, More: true, Unlike: part}) // which says nothing but that
		}
		e.Unlike = parts[len(parts)-1]
	}
	if c.Fork {
		e.Waits = slices.Clone(c.Devices)
		slices.Sort(e.Waits)
	}
	out = append(out, e)
	if !c.Fork {
		if s.Recovery != nil && !c.More && len(s.Recovery.Waits) == 0 && s.Feed.Seq >= max(c.Feed, s.Recovery.Feed) {
			out = append(out, &Recovered{})
		}
		return out, nil
	}
	if c.More {
		return out, nil
	}
	// What was drawn after the box's copy was made is not known for sure: none of those numbers is drawn again.
	burnt, r := (&BurnNumbers{Log: c.Log, All: true}).decide(s, Meta{})
	if r != nil {
		return nil, r
	}
	return append(out, burnt...), nil
}

// found says that this is a box's own word at its start: its file is an older copy, perhaps once more, from a time in
// which it had not taken back everything of before. It has begun jobs since then, too, that it does not know of.
func (c *TakeBack) found() bool { return c.More && len(c.Facts) == 0 && c.Log == "" }

// MaxLostFacts is how many facts are taken back at once.
const MaxLostFacts = 256

// Inner is the record that was taken back; false when there is none.
func (e *FactTakenBack) Inner() (Record, bool) {
	rec, err := Decode(e.Fact)
	return rec, err == nil
}

func (e *FactTakenBack) apply(s *State) {
	rec, ok := e.Inner()
	if !ok {
		return
	}
	rec.Feed = nil // the centre sends the feed again from where this box remembers it, with the rows it named
	if _, told := rec.Event.(*Restated); told || s.neverLeft(rec.Event) {
		return // what was restated stands in the other facts
	}
	if e, is := rec.Event.(*Corrected); is {
		_ = e.stood(s, &rec) // it was read when it was taken
		return
	}
	outer := s.rec
	ApplyRecord(s, &rec)
	s.rec = outer
	switch e := rec.Event.(type) {
	case *NumbersLeased:
		// Of a run that the box of then had, this one may have said numbers again before it heard of it: none is drawn.
		b := &s.Blocks[len(s.Blocks)-1]
		b.Next = b.To + 1
	case *UnitSealed:
		// The centre may have heard of the closing alone, and what it asked of a printer is nowhere any more.
		if o := s.order(e.Order); o != nil && o.Unit(e.Unit) != nil {
			o.Unit(e.Unit).Out = true
		}
	}
}

// neverLeft: the orders that left for the archive after this box's copy was made are here, and their rows are not.
// They stay, and do not come back a second time.
func (s *State) neverLeft(e Event) bool {
	switch e := e.(type) {
	case *OrdersArchived:
		return true
	case *OrderReopenedMore:
		o := s.Orders[e.Order]
		return o != nil && (len(e.Lines) > 0 && o.Line(e.Lines[0].ID) != nil ||
			len(e.Units) > 0 && o.Unit(e.Units[0].ID) != nil || len(e.Jobs) > 0 && o.Job(e.Jobs[0].ID) != nil)
	}
	return false
}

func (e *FactsTakenBack) apply(s *State) {
	s.Known = e.Known
	s.Unlike.Add(e.Unlike)
	if !e.Fork && !e.More && !s.Unlike.Any() {
		s.Unlike = Unlike{}
	}
	if e.Upon {
		s.Upon = Upon{Gen: e.Gen, Pos: e.Pos, Seq: s.rec.Seq}
	}
	if !e.Fork {
		if s.Recovery != nil {
			r := *s.Recovery
			r.At = s.now()
			r.More, r.Feed = e.More, max(r.Feed, e.Feed)
			s.Recovery = &r
		}
		return
	}
	r := Recovery{Since: s.rec.Seq, At: s.now(), Waits: e.Waits, Of: len(e.Waits), More: true} // until the centre says that it was all
	if s.Recovery != nil {
		r.Since, r.At = s.Recovery.Since, s.Recovery.At
	} else {
		for _, id := range slices.Sorted(maps.Keys(s.Orders)) {
			if s.Orders[id].Flow == FlowPickup {
				s.order(id).mayBeOut()
			}
		}
	}
	s.Recovery = &r
	s.raiseOnce("recovering", "site", "devices", strconv.Itoa(len(e.Waits)))
	s.amend("recovering", "site", "devices", strconv.Itoa(len(e.Waits)))
}

func (e *Recovered) apply(s *State) {
	s.Recovery = nil
	s.settle("recovering", "site")
}

func (c *PassFeed) decide(*State, Meta) ([]Event, *Refusal) {
	if r := check([2]string{"command", string(c.Command)}); r != nil {
		return nil, r
	}
	return []Event{&FeedPassed{Command: c.Command}}, nil
}

func (*FeedPassed) apply(*State) {}

func (c *LoseDevice) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"device", string(c.Device)}); r != nil {
		return nil, r
	}
	if r := checkNote("reason", c.Reason); r != nil {
		return nil, r
	}
	if c.Device == TheCentre && s.Awaits() {
		out := []Event{&DeviceLost{Device: c.Device, Reason: c.Reason}}
		if len(s.Recovery.Waits) == 0 {
			out = append(out, &Recovered{})
		}
		return out, nil
	}
	if !s.recoveryWaits(c.Device) {
		return nil, Refuse(NotAwaited, "device", string(c.Device))
	}
	return append([]Event{&DeviceLost{Device: c.Device, Reason: c.Reason}}, s.wholeAgain(c.Device)...), nil
}

// TheCentre stands in the place of a device for a centre nobody waits for any more.
const TheCentre DeviceID = "centre"

func (e *DeviceLost) apply(s *State) {
	if e.Device == TheCentre && s.Recovery != nil {
		r := *s.Recovery
		r.More, r.Feed, r.At = false, 0, s.now()
		s.Recovery = &r
	}
	s.heardOut(e.Device)
}

// recoveryWaits says whether the site waits for what a device may hold.
func (s *State) recoveryWaits(d DeviceID) bool {
	return s.Recovery != nil && slices.Contains(s.Recovery.Waits, d)
}

// wholeAgain is the end of the recovery, when this device is the last that was waited for.
func (s *State) wholeAgain(d DeviceID) []Event {
	if s.recoveryWaits(d) && len(s.Recovery.Waits) == 1 && !s.Awaits() {
		return []Event{&Recovered{}}
	}
	return nil
}

// heardOut: a device has nothing more to tell.
func (s *State) heardOut(d DeviceID) {
	if s.recoveryWaits(d) {
		r := *s.Recovery
		r.Waits = slices.DeleteFunc(slices.Clone(r.Waits), func(x DeviceID) bool { return x == d })
		s.Recovery = &r
		s.amend("recovering", "site", "devices", strconv.Itoa(len(r.Waits)))
	}
}

// recovering refuses what cannot be undone while the site does not know all of its own past.
func (s *State) recovering() *Refusal {
	if s.Recovery == nil {
		return nil
	}
	return Refuse(IsRecovering, "devices", strconv.Itoa(len(s.Recovery.Waits)))
}
