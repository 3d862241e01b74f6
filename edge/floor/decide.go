package floor

import (
	"slices"
	"strconv"
	"strings"
)

// decider is a command that knows its rules: all of this package's own do.
type decider interface {
	decide(s *State, m Meta) ([]Event, *Refusal)
}

// Decide answers a command: the events that follow from it, or a refusal. It changes nothing, and the same
// state, meta and command give the same bytes.
func Decide(s *State, m Meta, c Command) ([]Event, *Refusal) {
	if no, ok := m.Told.Stands(); ok {
		return nil, no
	}
	// A device that has not shown all it held may say again what it never heard the answer to.
	before := m.Told != nil || m.Late || s.Recovery != nil && m.Device != "" && slices.Contains(s.Recovery.Waits, m.Device)
	if r := s.Recovery; r != nil && m.Told != nil { // it was allowed when it was told: a recovery that began since is no reason against it
		s.Recovery = nil
		defer func() { s.Recovery = r }()
	}
	var events []Event
	var no *Refusal
	switch c := c.(type) {
	case *Scan: // by far the most frequent
		if r := m.checkAt(); r != nil {
			return nil, r
		}
		events, no = c.decide(s, m)
	case decider:
		if no = checkTimes(&m, c.(Command)); no == nil {
			events, no = c.decide(s, m)
		}
		if before && no == nil {
			events = append(events, s.doubtAsked(events)...)
		}
	default:
		no = nobodyKnows(c)
	}
	if no != nil {
		no = missing(c, no)
		s.call(no.Args)
	}
	return events, no
}

func nobodyKnows(c Command) *Refusal {
	kind := "(none)"
	if c != nil {
		kind = c.Kind()
	}
	return Refuse(UnknownCommand, "kind", kind)
}

// Apply changes the state by one event. It cannot fail: whatever the rules say, what happened happened.
func Apply(s *State, e Event) { e.apply(s) }

// CommandRefused is what a refused command leaves behind, so that asking again gets the same answer.
type CommandRefused struct {
	Kind string            `json:"kind"`
	Code Code              `json:"code"`
	Args map[string]string `json:"args,omitempty"`
	Said bool              `json:"said,omitempty"` // its caller was told that it is saved, by this box before it was put back
	Held OrderID           `json:"held,omitempty"` // earlier versions: of this order a hold label may be on paper for it

	// Paper is whose paper may be out for it, as unit/… or order/…: a box that is lost may have had the command.
	Paper string `json:"paper,omitempty"`
}

// Type and Subject name the event.
func (*CommandRefused) Type() string    { return "picket.command.refused.v1" }
func (*CommandRefused) Subject() string { return "site" }

func (c *Malformed) decide(*State, Meta) ([]Event, *Refusal) {
	return nil, badField(c.Was, c.Why)
}

func (c *Forbidden) decide(*State, Meta) ([]Event, *Refusal) {
	ask := Leads.Ask()
	if e, ok := EntryOf(c.Was); ok {
		ask = e.Who.Ask()
	}
	return nil, Refuse(NotAllowed, "kind", c.Was, "ask", ask)
}

// find looks an order up.
func (s *State) find(id OrderID) (*Order, *Refusal) {
	if o := s.Orders[id]; o != nil {
		return o, nil
	}
	return nil, Refuse(UnknownOrder, "order", string(id))
}

// findUnit looks a handling unit up.
func (s *State) findUnit(id UnitID) (*Order, *Unit, *Refusal) {
	if o := s.Orders[s.Units[id]]; o != nil {
		if u := o.Unit(id); u != nil {
			return o, u, nil
		}
	}
	return nil, nil, Refuse(UnknownUnit, "unit", string(id))
}

// openUnit says why nothing can go into a handling unit or come out of it; nil when it can.
func (s *State) openUnit(u *Unit) *Refusal {
	switch u.State {
	case UnitOpen:
		return nil
	case UnitVoid:
		return s.undone(u)
	}
	return Refuse(UnitNotOpen, "unit", string(u.ID))
}

// undone says when a handling unit was cancelled, in the site's own time. One that was cancelled before that was
// kept has no time.
func (s *State) undone(u *Unit) *Refusal {
	when, why := "", u.Why
	if !u.Voided.IsZero() {
		when = u.Voided.In(s.Calendar().Zone()).Format("2006-01-02 15:04")
	}
	if when == "" {
		when = "an earlier time"
	}
	if why == "" {
		why = "its goods were taken out"
	}
	return Refuse(UnitIsVoid, "unit", string(u.ID), "when", when, "why", plain(why))
}

// findJob looks a print job up.
func (s *State) findJob(id JobID) (OrderID, *Job, *Refusal) {
	if o := s.Orders[s.Jobs[id]]; o != nil {
		if j := o.Job(id); j != nil {
			return o.ID, j, nil
		}
	}
	if j := s.paperJob(id); j != nil {
		return "", j, nil
	}
	return "", nil, Refuse(UnknownJob, "job", string(id))
}

// name is what people call an item.
func (s *State) name(sku SKU) string {
	if it := s.Items[sku]; it != nil && it.Name != "" {
		return it.Name
	}
	return string(sku)
}

// badField refuses a field, saying why.
// nameTaken refuses a command that would make something under an id that names another already: it would take its place.
func nameTaken(m Meta, has bool) *Refusal {
	if !has {
		return nil
	}
	return badField("id", "is "+clip(string(m.ID))+", which names something else already; take another")
}

func badField(field, why string) *Refusal { return Refuse(BadField, "field", field, "why", why) }

// checkNote refuses an empty note, and one that is too long.
func checkNote(field, note string) *Refusal {
	if note == "" {
		return badField(field, "is missing")
	}
	return checkText(field, note, MaxText)
}

// check refuses a bad field by name.
func check(fields ...[2]string) *Refusal {
	for _, f := range fields {
		if err := CheckID(f[0], f[1]); err != nil {
			return badField(f[0], err.Error()[len(f[0])+2:])
		}
	}
	return nil
}

func checkRange(field string, n, low, high int) *Refusal {
	if n < low || n > high {
		return badField(field, "is "+strconv.Itoa(n)+", but must be "+strconv.Itoa(low)+" to "+strconv.Itoa(high))
	}
	return nil
}

func checkText(field, text string, most int) *Refusal {
	if len(text) > most {
		return badField(field, "is "+strconv.Itoa(len(text))+" bytes long, at most "+strconv.Itoa(most)+" are allowed")
	}
	name := field[strings.LastIndexByte(field, '.')+1:]
	if err := CheckWords(field, text, withLines[name]); err != nil && !asScanned[name] {
		return badField(field, err.Error()[len(field)+2:])
	}
	return nil
}

// Limits on what one command may bring. They keep every record within the 60 KiB that one frame on the
// line to the centre can always carry; the fuzzers hold them to it. What a box takes back stands in a record of
// its own (FactTakenBack), so any other leaves room for that.
const (
	MaxQty    = 100_000
	MaxLines  = 200
	MaxText   = 500
	MaxRecord = 60 << 10
	MaxFact   = MaxRecord - 1<<10
)
