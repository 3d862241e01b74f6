package floor

import (
	"fmt"
	"strconv"
	"strings"
)

// OpenCount opens a count. From here on every movement in its bins is remembered until they are confirmed.
type OpenCount struct {
	What  string   `json:"kind"`
	Bins  []BinID  `json:"bins,omitempty"`
	Zones []string `json:"zones,omitempty"`
	Who   UserID   `json:"who,omitempty"`
}

// CountOpened: these bins are to be counted.
type CountOpened struct {
	Count CountID  `json:"count"`
	What  string   `json:"kind"`
	Blind bool     `json:"blind,omitempty"`
	Bins  []BinID  `json:"bins,omitempty"`
	Zones []string `json:"zones,omitempty"`
	Who   UserID   `json:"who,omitempty"`
	By    UserID   `json:"by,omitempty"`
	Day   string   `json:"day,omitempty"`  // of an inventory
	Mode  string   `json:"mode,omitempty"` // of an inventory: freeze, flow

	Number string `json:"number,omitempty"` // what people call it
}

// Kind names the command.
func (*OpenCount) Kind() string { return "count.open" }

// Type and Subject name the event.
func (*CountOpened) Type() string              { return "picket.count.opened.v1" }
func (e *CountOpened) Subject() string         { return "count/" + string(e.Count) }
func (e *CountOpened) made() (kind, id string) { return "count", string(e.Count) }
func (e *CountOpened) tell(Names) string {
	words := capital(e.What) + " count"
	if e.What == CountInventory {
		words = "Inventory of " + e.Day + ", mode " + e.Mode + ","
	}
	switch {
	case len(e.Bins) == 1:
		words += " of " + string(e.Bins[0])
	case len(e.Bins) > 1:
		words += " of " + strconv.Itoa(len(e.Bins)) + " bins"
	case len(e.Zones) > 0:
		words += " of zone " + strings.Join(e.Zones, ", ")
	default:
		words += " of every bin"
	}
	if e.Who != "" {
		words += " for " + string(e.Who)
	}
	return words + " opened."
}

// MaxZones is how many zones one count names.
const MaxZones = 50

func (c *OpenCount) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := nameTaken(m, s.Counts.Get(CountID(m.ID)) != nil); r != nil {
		return nil, r
	}
	if r := s.noRoom(); r != nil {
		return nil, r
	}
	e := &CountOpened{Count: CountID(m.ID), What: c.What, Blind: s.Policy.BlindCount, Bins: c.Bins, Zones: c.Zones, Who: c.Who, By: m.Actor, Number: s.nextPaper(countNumber, m.Now)}
	switch c.What {
	case CountDirected, CountCycle:
		if r := checkRange("bins", len(c.Bins), 1, MaxLines); r != nil {
			return nil, r
		}
		if len(c.Zones) > 0 {
			return nil, badField("zones", "goes with a full count; name the bins here")
		}
	case CountFull:
		if len(c.Bins) > 0 {
			return nil, badField("bins", "goes with a directed or cycle count; name zones here, or nothing")
		}
	default:
		return nil, badField("kind", "is "+strconv.Quote(clip(c.What))+", but must be directed, cycle or full")
	}
	if c.Who != "" {
		if r := check([2]string{"who", string(c.Who)}); r != nil {
			return nil, r
		}
	}
	return s.openCount(e)
}

// openCount refuses a count of bins that are none, or are being counted.
func (s *State) openCount(e *CountOpened) ([]Event, *Refusal) {
	if r := checkRange("zones", len(e.Zones), 0, MaxZones); r != nil {
		return nil, r
	}
	for i, z := range e.Zones {
		if r := checkText(fmt.Sprintf("zones[%d]", i), z, MaxID); r != nil {
			return nil, r
		}
		if !s.hasZone(z) {
			return nil, Refuse(UnknownZone, "zone", z)
		}
	}
	for _, b := range e.Bins {
		if s.Bins[b] == nil {
			return nil, Refuse(UnknownBin, "bin", string(b))
		}
	}
	bins := s.CountBins(e.count())
	if len(bins) == 0 {
		return nil, Refuse(NothingLeft, "what", "a count of no bin")
	}
	for _, b := range bins {
		if in := s.countOf(b); in != nil {
			return nil, Refuse(AlreadyCounting, "bin", string(b), "count", string(in.ID))
		}
	}
	return []Event{e}, nil
}

// hasZone says whether any bin stands in a zone.
func (s *State) hasZone(zone string) bool {
	for _, b := range s.Bins {
		if b.Zone == zone {
			return true
		}
	}
	return false
}

func (e *CountOpened) count() *Count {
	return &Count{ID: e.Count, Number: e.Number, Kind: e.What, Blind: e.Blind, Bins: e.Bins, Zones: e.Zones, Who: e.Who, By: e.By, Day: e.Day, Mode: e.Mode}
}

func (e *CountOpened) apply(s *State) {
	s.tookPaper(countNumber, e.Number)
	c := e.count()
	c.Opened = s.now()
	s.Counts.put(s, c.ID, *c)
}
