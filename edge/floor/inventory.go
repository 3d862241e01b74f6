package floor

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BeginInventory begins inventory day: every bin of the zones is counted, by two people where the first count
// is off, and a manager and a second person sign for it.
type BeginInventory struct {
	Date  string   `json:"date"`
	Zones []string `json:"zones,omitempty"` // empty: the whole site
	Mode  string   `json:"mode"`            // freeze: nothing moves where it is not counted yet; flow: work goes on
}

// SignInventory signs an inventory off.
type SignInventory struct {
	Count     CountID      `json:"count"`
	Approvals []ApprovalID `json:"approvals,omitempty"` // the second person's, about count/<id>
}

// InventorySigned: the inventory is over. What every bin was off stands in the events of its counts.
type InventorySigned struct {
	Overridden
	Count CountID   `json:"count"`
	Day   string    `json:"day"`
	Bins  int       `json:"bins"`
	Zones []ZoneSum `json:"zones"`
}

// Kind names the command.
func (*BeginInventory) Kind() string { return "inventory.begin" }

// Kind names the command.
func (*SignInventory) Kind() string { return "inventory.sign_off" }

// Type and Subject name the event.
func (*InventorySigned) Type() string      { return "picket.inventory.signed.v1" }
func (e *InventorySigned) Subject() string { return "count/" + string(e.Count) }
func (e *InventorySigned) tell(Names) string {
	names := make([]string, len(e.By))
	for i, u := range e.By {
		names[i] = string(u)
	}
	words := fmt.Sprintf("Inventory of %s signed by %s: %s", e.Day, strings.Join(names, " and "), plural(e.Bins, "bin"))
	for _, z := range e.Zones {
		words += fmt.Sprintf("; zone %s %s, %d over, %d under", z.Zone, plural(z.Units, "unit"), z.Over, z.Under)
		for _, m := range z.Worth {
			words += ", " + money(m.Minor, m.Currency)
		}
	}
	return words + "."
}

func (c *BeginInventory) decide(s *State, m Meta) ([]Event, *Refusal) {
	if c.Date == "" {
		return nil, badField("date", "is missing")
	}
	if r := checkDay("date", c.Date); r != nil {
		return nil, r
	}
	if c.Date > s.Calendar().Day(m.Now) {
		return nil, badField("date", "is "+c.Date+", which has not begun")
	}
	if c.Mode != "freeze" && c.Mode != "flow" {
		return nil, badField("mode", "is "+strconv.Quote(clip(c.Mode))+", but must be freeze or flow")
	}
	if r := nameTaken(m, s.Counts.Get(CountID(m.ID)) != nil); r != nil {
		return nil, r
	}
	return s.openCount(&CountOpened{Count: CountID(m.ID), What: CountInventory, Blind: true, Zones: c.Zones, By: m.Actor, Day: c.Date, Mode: c.Mode, Number: s.nextPaper(countNumber, m.Now)})
}

func (c *SignInventory) decide(s *State, m Meta) ([]Event, *Refusal) {
	in := s.Counts.Get(c.Count)
	if in == nil || in.Kind != CountInventory {
		return nil, Refuse(UnknownCount, "count", string(c.Count))
	}
	if m.Actor == "" {
		return nil, Refuse(NotSignedIn)
	}
	bins, left, first := s.CountBins(in), 0, BinID("")
	for _, b := range bins {
		if row := s.BinCounts.Get(b); row == nil || !row.Done {
			if left++; first == "" {
				first = b
			}
		}
	}
	if left > 0 {
		return nil, Refuse(BinsUncounted, "n", strconv.Itoa(left), "bin", string(first))
	}
	e := &InventorySigned{Count: in.ID, Day: in.Day, Bins: len(bins), Zones: slices.Clone(in.Sums)}
	if !Machine(m.Actor) {
		e.By = append(e.By, m.Actor)
	}
	for i, id := range c.Approvals {
		if a := s.Approvals.Get(id); i < 8 && a != nil && a.Subject == e.Subject() && !slices.Contains(e.By, a.By) && a.Expires.After(m.Now) {
			if e.By = append(e.By, a.By); len(e.By) == 2 {
				return []Event{e}, nil
			}
		}
	}
	return nil, Refuse(NeedsTwo, "count", string(c.Count), "have", strconv.Itoa(len(e.By)))
}

// Inventory is what stays of one that was signed off: what is shown to whoever audits. What was counted in each bin
// stands in the journal.
type Inventory struct {
	ID     CountID   `json:"id"`
	Number string    `json:"number,omitempty"` // what people call it
	Day    string    `json:"day"`
	Mode   string    `json:"mode"`
	Only   []string  `json:"only,omitempty"` // the zones it was of; empty: the whole site
	Opened time.Time `json:"opened"`
	Signed time.Time `json:"signed"`
	By     []UserID  `json:"by"` // who signed
	Bins   int       `json:"bins"`
	Zones  []ZoneSum `json:"zones"`
}

func (i Inventory) clone() Inventory { return i }

// KeptInventories is how many signed inventories are kept; the one that was signed first goes first.
const KeptInventories = 50

func (e *InventorySigned) apply(s *State) {
	if c := s.Counts.Get(e.Count); c != nil {
		s.Inventories.put(s, c.ID, Inventory{ID: c.ID, Number: c.Number, Day: e.Day, Mode: c.Mode, Only: c.Zones, Opened: c.Opened, Signed: s.now(), By: e.By, Bins: e.Bins, Zones: e.Zones})
	}
	for s.Inventories.Len() > KeptInventories {
		s.Inventories.drop(slices.MinFunc(s.Inventories.All(), func(a, b *Inventory) int {
			return cmp.Or(a.Signed.Compare(b.Signed), cmp.Compare(a.ID, b.ID))
		}).ID)
	}
	s.endCount(e.Count)
}

// Coverage is how far an inventory is, by zone.
type Coverage struct {
	ZoneSum
	All int `json:"all"` // bins of the zone
}

// Covered lists how far a count is, by zone.
func (s *State) Covered(c *Count) []Coverage {
	var out []Coverage
	for _, id := range s.CountBins(c) {
		zone := s.Bins[id].Zone
		at, found := slices.BinarySearchFunc(out, zone, func(z Coverage, name string) int { return strings.Compare(z.Zone, name) })
		if !found {
			out = slices.Insert(out, at, Coverage{ZoneSum: ZoneSum{Zone: zone}})
		}
		out[at].All++
	}
	for _, z := range c.Sums {
		for i := range out {
			if out[i].Zone == z.Zone {
				out[i].ZoneSum = z
			}
		}
	}
	return out
}

// frozen refuses to move anything in a bin of an inventory that freezes, until its zone is counted. What a picker
// says of a bin he stands at (a unit put back, one not there) is a fact, and is recorded even then: the count of
// the bin absorbs it, or is done again.
func (s *State) frozen(b BinID) *Refusal {
	if s.Counts.Len() == 0 {
		return nil
	}
	c := s.countOf(b)
	if c == nil || c.Mode != "freeze" {
		return nil
	}
	zone := s.Bins[b].Zone
	for id, bin := range s.Bins {
		if bin.Zone == zone && c.covers(bin) {
			if row := s.BinCounts.Get(id); row == nil || !row.Done {
				return Refuse(BinsFrozen, "bin", string(b), "zone", cmp.Or(zone, "without a name"))
			}
		}
	}
	return nil
}
