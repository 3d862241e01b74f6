package floor

import (
	"slices"
	"time"
)

// Count is a count of bins. It is over when every bin of it is confirmed.
type Count struct {
	ID     CountID   `json:"id"`
	Number string    `json:"number,omitempty"` // what people call it
	Kind   string    `json:"kind"`             // spot, directed, cycle, full, inventory
	Blind  bool      `json:"blind,omitempty"`  // whoever counts is not shown the book
	Bins   []BinID   `json:"bins,omitempty"`   // these bins, or
	Zones  []string  `json:"zones,omitempty"`  // every bin of these zones; both empty: every bin
	Who    UserID    `json:"who,omitempty"`    // whose work it is; empty: anybody's
	By     UserID    `json:"by,omitempty"`     // who opened it
	Opened time.Time `json:"opened"`

	Day  string    `json:"day,omitempty"`  // of an inventory
	Mode string    `json:"mode,omitempty"` // of an inventory: freeze, flow
	Sums []ZoneSum `json:"sums,omitempty"` // of an inventory, by zone: what is confirmed so far
}

func (c Count) clone() Count {
	c.Sums = slices.Clone(c.Sums)
	return c
}

// The kinds of counts.
const (
	CountSpot      = "spot"      // one bin, because something was wrong with it
	CountDirected  = "directed"  // the bins somebody asked for
	CountCycle     = "cycle"     // the bins whose turn it is
	CountFull      = "full"      // every bin, or every bin of some zones
	CountInventory = "inventory" // inventory day
)

// BinCount is how far the count of one bin is. A bin is in one count at a time.
type BinCount struct {
	Bin      BinID      `json:"bin"`
	Count    CountID    `json:"count"`
	Trail    []Moved    `json:"trail,omitempty"`    // what moved here since the count was opened
	Tries    []Try      `json:"tries,omitempty"`    // what people counted, one after another
	Waits    []DeviceID `json:"waits,omitempty"`    // devices that may still hold facts about this bin
	Unclear  bool       `json:"unclear,omitempty"`  // something moved, and nobody can tell whether the count saw it
	Accepted UserID     `json:"accepted,omitempty"` // the lead who took the last try as it is
	Done     bool       `json:"done,omitempty"`     // confirmed
	NotBy    []UserID   `json:"not_by,omitempty"`   // another person has to count: not these
	Since    time.Time  `json:"since,omitzero"`     // how long that has been asked for, or a lead's decision

	Summed bool `json:"summed,omitempty"` // an inventory has it in its sums, with these units
	Units  int  `json:"units,omitempty"`
}

func (b BinCount) clone() BinCount {
	b.Trail, b.Tries, b.Waits, b.NotBy = slices.Clone(b.Trail), slices.Clone(b.Tries), slices.Clone(b.Waits), slices.Clone(b.NotBy)
	for i := range b.Tries {
		b.Tries[i].Lines = slices.Clone(b.Tries[i].Lines)
	}
	return b
}

// last is the try that counts; nil before anybody counted.
func (b *BinCount) last() *Try {
	if len(b.Tries) == 0 {
		return nil
	}
	return &b.Tries[len(b.Tries)-1]
}

// Try is what one person found in a bin.
type Try struct {
	By    UserID      `json:"by,omitempty"`
	Seq   Seq         `json:"seq"`
	Began time.Time   `json:"began,omitzero"`  // when the person began to count, where that is known
	End   time.Time   `json:"end"`             // when the count was complete
	Late  bool        `json:"late,omitempty"`  // End is a device's word: it arrived later
	About bool        `json:"about,omitempty"` // it came from a device, so it may be older than End
	Lines []CountLine `json:"lines,omitempty"`
}

// CountLine is an item in a counted bin. What matters is the difference: it stays right whatever moves later.
type CountLine struct {
	SKU     SKU    `json:"sku"`
	Lot     string `json:"lot,omitempty"`
	Expiry  string `json:"expiry,omitempty"`
	Counted int    `json:"counted"`
	Book    int    `json:"book"` // what the book should have said when the bin was counted
}

// Delta is how far the count is from the book.
func (l *CountLine) Delta() int { return l.Counted - l.Book }

// line is the line of an item in a try: of its lot, where this try counted the item by lots. A missing one is
// added: nobody saw any.
func (t *Try) line(sku SKU, lot string) *CountLine {
	if !t.byLot(sku) {
		lot = ""
	}
	at, found := slices.BinarySearchFunc(t.Lines, CountLine{SKU: sku, Lot: lot}, func(a, b CountLine) int { return compareLines(&a, &b) })
	if !found {
		t.Lines = slices.Insert(t.Lines, at, CountLine{SKU: sku, Lot: lot})
	}
	return &t.Lines[at]
}

func compareLines(a, b *CountLine) int {
	switch {
	case a.SKU < b.SKU || a.SKU == b.SKU && a.Lot < b.Lot:
		return -1
	case a.SKU == b.SKU && a.Lot == b.Lot:
		return 0
	}
	return 1
}

func (t *Try) byLot(sku SKU) bool {
	return slices.ContainsFunc(t.Lines, func(l CountLine) bool { return l.SKU == sku && l.Lot != "" })
}

// The states of a bin in a count.
const (
	BinToCount     = "to_count"
	BinProvisional = "provisional" // counted; devices may still hold facts about it
	BinRecount     = "recount"     // counted, but nobody can tell what the count saw: count again
	BinSecond      = "second"      // beyond the tolerance: another person has to count
	BinReview      = "review"      // beyond the tolerance: a lead has to decide
	BinReady       = "ready"       // may be confirmed
	BinConfirmed   = "confirmed"
)

// CountState is how far the count of a bin is; empty for a bin in no count.
func (s *State) CountState(b BinID) string {
	if s.countOf(b) == nil {
		return ""
	}
	row := s.BinCounts.Get(b)
	if row == nil {
		return BinToCount
	}
	return s.countState(row)
}

func (s *State) countState(b *BinCount) string {
	t := b.last()
	switch {
	case b.Done:
		return BinConfirmed
	case t == nil:
		return BinToCount
	case b.Unclear:
		return BinRecount
	case len(b.Waits) > 0:
		return BinProvisional
	case b.Accepted == "" && s.beyond(t):
		if s.needsSecond(b) && b.counters() < 2 {
			return BinSecond
		}
		return BinReview
	}
	return BinReady
}

// needsSecond: inventory day never goes without a second counter.
func (s *State) needsSecond(b *BinCount) bool {
	c := s.Counts.Get(b.Count)
	return s.Policy.SecondCounter || c != nil && c.Kind == CountInventory
}

// counters is how many different people counted the bin.
func (b *BinCount) counters() int { return len(b.people()) }

// people are those who counted the bin, each once.
func (b *BinCount) people() []UserID {
	var who []UserID
	for i := range b.Tries {
		if !slices.Contains(who, b.Tries[i].By) {
			who = append(who, b.Tries[i].By)
		}
	}
	return who
}

// countAsks are the states in which a counted bin stands on the desk, and the case that says so.
var countAsks = [...]struct{ state, what string }{{BinReview, "count_review"}, {BinSecond, "count_second"}}

// asks puts on the desk what a counted bin waits for, another person or a lead, and takes off what it waited for
// before.
func (s *State) asks(row *BinCount) {
	subject, state := "bin/"+string(row.Bin), s.countState(row)
	row.NotBy = nil
	if state == BinSecond {
		row.NotBy = row.people()
	}
	asked := false
	for _, at := range countAsks {
		stands := len(s.cased[caseKey{at.what, subject}]) > 0
		switch {
		case state != at.state && stands:
			s.settle(at.what, subject)
		case state == at.state && !stands:
			row.Since = s.now()
			s.raiseAs(CaseID(string(s.rec.ID)+"/"+at.what+"/"+string(row.Bin)), at.what, subject, "bin", string(row.Bin), "who", people(row.people()))
		}
		asked = asked || state == at.state
	}
	if !asked {
		row.Since = time.Time{}
	}
}

// beyond says whether a count differs from the book by more than the site tolerates.
func (s *State) beyond(t *Try) bool {
	worth := int64(0)
	for i := range t.Lines {
		l := &t.Lines[i]
		d := l.Delta()
		if d < 0 {
			d = -d
		}
		if d > s.Policy.CountUnits && d*100 > s.Policy.CountPercent*max(0, l.Book) {
			return true
		}
		if it := s.Items[l.SKU]; it != nil && it.Cost != nil {
			worth += int64(d) * it.Cost.Minor
		}
	}
	return s.Policy.CountMoney > 0 && worth > s.Policy.CountMoney
}

// covers says whether a bin belongs to a count. Full counts leave out where nothing is kept for sale.
func (c *Count) covers(b *Bin) bool {
	switch {
	case len(c.Bins) > 0:
		return slices.Contains(c.Bins, b.ID)
	case b.Use != "" && b.Use != "pick" && b.Use != "reserve":
		return false
	}
	return len(c.Zones) == 0 || slices.Contains(c.Zones, b.Zone)
}

// countOf is the count a bin is in, nil for none.
func (s *State) countOf(b BinID) *Count {
	if s.Counts.Len() == 0 {
		return nil
	}
	if row := s.BinCounts.Get(b); row != nil {
		return s.Counts.Get(row.Count)
	}
	bin := s.Bins[b]
	if bin == nil {
		return nil
	}
	for _, c := range s.Counts.All() {
		if c.covers(bin) {
			return c
		}
	}
	return nil
}

// Blind says whether a bin is being counted by people who are not to see its book: until the count is confirmed.
func (s *State) Blind(b BinID) bool {
	c, row := s.countOf(b), s.BinCounts.Get(b)
	return c != nil && c.Blind && (row == nil || !row.Done)
}

// CountBins lists the bins of a count in the order of the walk.
func (s *State) CountBins(c *Count) []BinID {
	var out []BinID
	for id, b := range s.Bins {
		if c.covers(b) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b BinID) int {
		if s.before(a, b) {
			return -1
		}
		return 1
	})
	return out
}

// whole says whether every bin of a count is confirmed, those in done among them.
func (s *State) whole(c *Count, done map[BinID]bool) bool {
	for _, b := range s.CountBins(c) {
		if row := s.BinCounts.Get(b); !done[b] && (row == nil || !row.Done) {
			return false
		}
	}
	return true
}

// endCount forgets a count and its bins.
func (s *State) endCount(id CountID) {
	for _, b := range s.BinCounts.IDs() {
		if s.BinCounts.Get(b).Count == id {
			s.BinCounts.drop(b)
		}
	}
	s.Counts.drop(id)
}
