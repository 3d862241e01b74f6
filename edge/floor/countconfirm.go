package floor

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AcceptCount takes the last count of a bin as it is, though it is beyond the tolerance.
type AcceptCount struct {
	Bin BinID `json:"bin"`
	Try int   `json:"try,omitempty"` // the last count by its number, from 1; needed where the counts of the bin differ
}

// CountAccepted: a lead took the count as it is. It holds while the difference stays the same.
type CountAccepted struct {
	Count CountID `json:"count"`
	Bin   BinID   `json:"bin"`
	By    UserID  `json:"by"`
}

// ConfirmCount changes the book to what was counted.
type ConfirmCount struct {
	Bin   BinID `json:"bin"`
	Force bool  `json:"force,omitempty"` // although devices may hold facts: those that come late open a count
}

// CountConfirmed: the book of a bin was changed by the differences, as they were when it was counted.
type CountConfirmed struct {
	Count   CountID    `json:"count"`
	Bin     BinID      `json:"bin"`
	Zone    string     `json:"zone,omitempty"`
	Counter UserID     `json:"counter,omitempty"`
	End     time.Time  `json:"end"` // when it was counted
	Units   int        `json:"units"`
	Lines   []Variance `json:"lines,omitempty"`
	By      UserID     `json:"by,omitempty"`     // who accepted a difference beyond the tolerance
	Forced  []DeviceID `json:"forced,omitempty"` // devices nobody waited for
	Last    bool       `json:"last,omitempty"`   // with it the count is over
}

// Variance is a difference between a count and the book.
type Variance struct {
	SKU     SKU    `json:"sku"`
	Lot     string `json:"lot,omitempty"`
	Expiry  string `json:"expiry,omitempty"`
	Delta   int    `json:"delta"`
	Missing int    `json:"missing,omitempty"` // of what was found, how many had been missing
	Cost    *Money `json:"cost,omitempty"`    // of one unit
}

// DropCount throws a count away, or what was counted in one bin of it.
type DropCount struct {
	Count  CountID `json:"count"`
	Bin    BinID   `json:"bin,omitempty"` // empty: the whole count
	Reason string  `json:"reason"`
}

// CountDropped: what was counted is as if nobody had counted; the book stays.
type CountDropped struct {
	Count  CountID `json:"count"`
	Bin    BinID   `json:"bin,omitempty"`
	Reason string  `json:"reason"`
}

// Kind names the command.
func (*AcceptCount) Kind() string { return "count.accept" }

// Kind names the command.
func (*ConfirmCount) Kind() string { return "count.confirm" }

// Kind names the command.
func (*DropCount) Kind() string { return "count.drop" }

// Type and Subject name the event.
func (*CountAccepted) Type() string      { return "picket.count.accepted.v1" }
func (e *CountAccepted) Subject() string { return "count/" + string(e.Count) }
func (e *CountAccepted) tell(Names) string {
	return string(e.By) + " accepted the count of " + string(e.Bin) + " as it is."
}

// Type and Subject name the event.
func (*CountConfirmed) Type() string      { return "picket.count.confirmed.v1" }
func (e *CountConfirmed) Subject() string { return "count/" + string(e.Count) }
func (e *CountConfirmed) tell(n Names) string {
	words := "Count of " + string(e.Bin) + " confirmed: "
	if len(e.Lines) == 0 {
		words += "the book was right"
	}
	for i, v := range e.Lines {
		if i > 0 {
			words += ", "
		}
		words += fmt.Sprintf("%+d × %s%s", v.Delta, n(v.SKU), ofLot(v.Lot))
		if v.Cost != nil {
			words += fmt.Sprintf(" (%s)", money(int64(v.Delta)*v.Cost.Minor, v.Cost.Currency))
		}
	}
	words += "."
	if len(e.Forced) > 0 {
		words += " Nobody waited for " + devices(e.Forced) + "."
	}
	if e.Last {
		words += " The count is over."
	}
	return words
}

// Type and Subject name the event.
func (*CountDropped) Type() string      { return "picket.count.dropped.v1" }
func (e *CountDropped) Subject() string { return "count/" + string(e.Count) }
func (e *CountDropped) tell(Names) string {
	if e.Bin != "" {
		return "What was counted in " + string(e.Bin) + " is thrown away: " + e.Reason + "."
	}
	return "The count is thrown away: " + e.Reason + "."
}

func devices(list []DeviceID) string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = string(d)
	}
	return strings.Join(names, ", ")
}

// money is an amount for people; every currency we meet has two places or is read as if it had.
func money(minor int64, currency string) string {
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	return fmt.Sprintf("%s%d.%02d %s", sign, minor/100, minor%100, currency)
}

// counted finds a bin that somebody counted, with its count.
func (s *State) counted(b BinID) (*Count, *BinCount, *Refusal) {
	c, row := s.countOf(b), s.BinCounts.Get(b)
	switch {
	case c == nil:
		return nil, nil, Refuse(NotInCount, "bin", string(b))
	case row == nil || row.last() == nil:
		return nil, nil, Refuse(NotCounted, "bin", string(b))
	case row.Done:
		return nil, nil, Refuse(NothingLeft, "what", string(b))
	case row.Unclear:
		return nil, nil, Refuse(NeedsRecount, "bin", string(b))
	}
	return c, row, nil
}

func (c *AcceptCount) decide(s *State, m Meta) ([]Event, *Refusal) {
	if m.Actor == "" {
		return nil, Refuse(NotSignedIn)
	}
	in, row, r := s.counted(c.Bin)
	if r != nil {
		return nil, r
	}
	if s.beyond(row.last()) && s.needsSecond(row) && row.counters() < 2 {
		return nil, Refuse(NeedsSecond, "bin", string(c.Bin))
	}
	if r := c.which(s, row); r != nil {
		return nil, r
	}
	next := row.clone()
	next.Accepted = m.Actor
	return append([]Event{&CountAccepted{Count: in.ID, Bin: c.Bin, By: m.Actor}}, s.settled(in, []*BinCount{&next}, newTally())...), nil
}

// which holds that the count the lead means is the one that will be booked: the last. Nobody takes it unseen where
// people found different things.
func (c *AcceptCount) which(s *State, row *BinCount) *Refusal {
	n := len(row.Tries)
	if r := checkRange("try", c.Try, 0, MaxQty); r != nil || c.Try == n || c.Try == 0 && !row.differ() {
		return r
	}
	said := make([]string, n)
	for i := range row.Tries {
		found := 0
		for j := range row.Tries[i].Lines {
			found += row.Tries[i].Lines[j].Counted
		}
		said[i] = strconv.Itoa(i+1) + " by " + string(row.Tries[i].By) + ", " + plural(found, "unit")
	}
	return Refuse(WhichCount, "bin", string(c.Bin), "n", strconv.Itoa(n), "counts", strings.Join(said[max(0, n-4):], "; "))
}

// differ says whether the counts of a bin are differently far from the book, for any item.
func (b *BinCount) differ() bool {
	last := b.last().deltas()
	for i := range b.Tries {
		if !maps.Equal(b.Tries[i].deltas(), last) {
			return true
		}
	}
	return false
}

func (t *Try) deltas() map[SKU]int {
	out := map[SKU]int{}
	for i := range t.Lines {
		if d := t.Lines[i].Delta(); d != 0 {
			out[t.Lines[i].SKU] += d
		}
	}
	maps.DeleteFunc(out, func(_ SKU, d int) bool { return d == 0 })
	return out
}

func (e *CountAccepted) apply(s *State) {
	if row := s.BinCounts.change(s, e.Bin); row != nil && row.Count == e.Count {
		row.Accepted = e.By
		s.asks(row)
	}
}

func (c *ConfirmCount) decide(s *State, _ Meta) ([]Event, *Refusal) {
	in, row, r := s.counted(c.Bin)
	if r != nil {
		return nil, r
	}
	next := row.clone()
	forced := next.Waits
	next.Waits = nil
	switch state := s.countState(&next); {
	case len(forced) > 0 && !c.Force:
		return nil, Refuse(CountWaits, "bin", string(c.Bin), "n", strconv.Itoa(len(forced)), "devices", devices(forced))
	case state == BinSecond:
		return nil, Refuse(NeedsSecond, "bin", string(c.Bin))
	case state == BinReview:
		return nil, Refuse(NotAccepted, "bin", string(c.Bin))
	}
	e := s.confirm(&next, in, newTally())
	e.Forced = forced
	return []Event{e}, nil
}

// settled confirms what may be confirmed by itself of some bins of a count, as they will be.
func (s *State) settled(in *Count, rows []*BinCount, t *tally) []Event {
	if !s.Policy.CountAuto {
		return nil
	}
	var out []Event
	for _, row := range rows {
		if s.countState(row) == BinReady {
			out = append(out, s.confirm(row, in, t))
		}
	}
	return out
}

// tally is what the events of one command have done before the next of them.
type tally struct {
	done map[BinID]bool // bins confirmed
	used map[SKU]int    // of what was missing, found
}

func newTally() *tally { return &tally{done: map[BinID]bool{}, used: map[SKU]int{}} }

// confirm makes the event of a bin that may be confirmed.
func (s *State) confirm(row *BinCount, in *Count, so *tally) *CountConfirmed {
	t := row.last()
	e := &CountConfirmed{Count: in.ID, Bin: row.Bin, Counter: t.By, End: t.End, By: row.Accepted}
	if b := s.Bins[row.Bin]; b != nil {
		e.Zone = b.Zone
	}
	for i := range t.Lines {
		l := &t.Lines[i]
		e.Units += l.Counted
		d := l.Delta()
		if d == 0 {
			continue
		}
		v := Variance{SKU: l.SKU, Lot: l.Lot, Expiry: l.Expiry, Delta: d}
		if d > 0 {
			v.Missing = min(d, max(0, int(s.OnHand(Missing, l.SKU))-so.used[l.SKU]))
			so.used[l.SKU] += v.Missing
		}
		if it := s.Items[l.SKU]; it != nil && it.Cost != nil {
			cost := *it.Cost
			v.Cost = &cost
		}
		e.Lines = append(e.Lines, v)
	}
	so.done[row.Bin] = true
	e.Last = in.Kind != CountInventory && s.whole(in, so.done)
	return e
}

func (e *CountConfirmed) apply(s *State) {
	for _, v := range e.Lines {
		m := Move{SKU: v.SKU, Qty: v.Delta - v.Missing, From: Adjusted, To: InBin(e.Bin), Lot: v.Lot, Expiry: v.Expiry}
		if m.Qty != 0 {
			s.shift(m)
		}
		if m.Qty, m.From = v.Missing, Missing; m.Qty != 0 {
			s.shift(m)
		}
	}
	for _, v := range e.Lines {
		if v.Delta < 0 {
			s.level(Move{SKU: v.SKU, Qty: -v.Delta, From: InBin(e.Bin), To: Adjusted})
		} else {
			s.level(Move{SKU: v.SKU, Qty: v.Delta, From: Adjusted, To: InBin(e.Bin)})
		}
	}
	if p := s.place(InBin(e.Bin)); e.End.After(p.Counted) {
		p.Counted = e.End
	}
	s.Tasks.drop(recountOf(e.Bin))
	if row := s.BinCounts.change(s, e.Bin); row != nil && row.Count == e.Count {
		if c := s.Counts.change(s, e.Count); c != nil && c.Kind == CountInventory {
			c.sum(e, row)
		}
		row.Done, row.Trail, row.Waits = true, nil, nil
		s.asks(row)
	}
	if e.Last {
		s.endCount(e.Count)
	}
}

func (c *DropCount) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if s.Counts.Get(c.Count) == nil {
		return nil, Refuse(UnknownCount, "count", string(c.Count))
	}
	if c.Reason == "" {
		return nil, badField("reason", "is missing")
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	if c.Bin != "" {
		if in := s.countOf(c.Bin); in == nil || in.ID != c.Count {
			return nil, Refuse(NotInCount, "bin", string(c.Bin))
		}
		if row := s.BinCounts.Get(c.Bin); row == nil || row.last() == nil {
			return nil, Refuse(NotCounted, "bin", string(c.Bin))
		}
	}
	return []Event{&CountDropped{Count: c.Count, Bin: c.Bin, Reason: c.Reason}}, nil
}

func (e *CountDropped) apply(s *State) {
	if e.Bin == "" {
		for _, row := range s.BinCounts.All() {
			if row.Count == e.Count {
				s.settle("count_review", "bin/"+string(row.Bin))
				s.settle("count_second", "bin/"+string(row.Bin))
			}
		}
		s.endCount(e.Count)
		return
	}
	if row := s.BinCounts.change(s, e.Bin); row != nil && row.Count == e.Count {
		row.Tries, row.Waits, row.Unclear, row.Accepted, row.Done = nil, nil, false, "", false
		s.asks(row)
	}
}

// ZoneSum is what an inventory has found in a zone so far.
type ZoneSum struct {
	Zone  string  `json:"zone"`
	Bins  int     `json:"bins"`  // confirmed
	Units int     `json:"units"` // counted
	Over  int     `json:"over"`  // units found beyond the book
	Under int     `json:"under"` // units the book had and nobody found
	Worth []Money `json:"worth,omitempty"`
}

// sum keeps an inventory's report. A bin that is counted again counts once.
func (c *Count) sum(e *CountConfirmed, row *BinCount) {
	at, found := slices.BinarySearchFunc(c.Sums, e.Zone, func(z ZoneSum, name string) int { return strings.Compare(z.Zone, name) })
	if !found {
		c.Sums = slices.Insert(c.Sums, at, ZoneSum{Zone: e.Zone})
	}
	z := &c.Sums[at]
	z.Worth = slices.Clone(z.Worth)
	if !row.Summed {
		z.Bins++
	}
	z.Units += e.Units - row.Units
	row.Units, row.Summed = e.Units, true
	for _, v := range e.Lines {
		z.Over += max(0, v.Delta)
		z.Under += max(0, -v.Delta)
		if v.Cost != nil {
			z.worth(Money{Minor: int64(v.Delta) * v.Cost.Minor, Currency: v.Cost.Currency})
		}
	}
}

func (z *ZoneSum) worth(m Money) {
	for i := range z.Worth {
		if z.Worth[i].Currency == m.Currency {
			z.Worth[i].Minor += m.Minor
			return
		}
	}
	z.Worth = append(z.Worth, m)
	slices.SortFunc(z.Worth, func(a, b Money) int { return strings.Compare(a.Currency, b.Currency) })
}
