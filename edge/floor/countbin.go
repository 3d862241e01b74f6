package floor

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// CountBin says what is in a bin: a count of a bin is whole, what is not named is not there.
type CountBin struct {
	Count     CountID         `json:"count,omitempty"` // empty: the count the bin is in, or one of its own
	Bin       BinID           `json:"bin"`
	Lines     []CountedItem   `json:"lines,omitempty"`
	Empty     bool            `json:"empty,omitempty"` // nothing is there, and somebody looked
	Unmatched []UnmatchedScan `json:"unmatched,omitempty"`
	Began     time.Time       `json:"began,omitzero"` // when the person began, by the caller's clock
	Done      bool            `json:"done,omitempty"` // it was counted while nobody could be asked: record it, whatever the rules say
}

// CountedItem is an item found in a bin.
type CountedItem struct {
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty"`
}

// UnmatchedScan is a scan nobody knows, kept with the item scanned before it, so that it can be found again.
type UnmatchedScan struct {
	Code  string `json:"code"`
	After SKU    `json:"after,omitempty"` // empty: it was the first
}

// BinCounted: a person counted a bin. The book of each line is what it should have said at that moment.
type BinCounted struct {
	Count     CountID         `json:"count"`
	Bin       BinID           `json:"bin"`
	Counter   UserID          `json:"counter,omitempty"`
	Began     time.Time       `json:"began,omitzero"`
	End       time.Time       `json:"end"`
	Late      bool            `json:"late,omitempty"`
	Blind     bool            `json:"blind,omitempty"`
	Lines     []CountLine     `json:"lines,omitempty"`
	Unmatched []UnmatchedScan `json:"unmatched,omitempty"`
	Waits     []DeviceID      `json:"waits,omitempty"`   // devices that may still hold facts about the bin
	Unclear   bool            `json:"unclear,omitempty"` // nobody can tell what the count saw: it has to be counted again
}

// Kind names the command.
func (*CountBin) Kind() string { return "count.bin" }

// Type and Subject name the event.
func (*BinCounted) Type() string      { return "picket.count.bin.v1" }
func (e *BinCounted) Subject() string { return "count/" + string(e.Count) }
func (e *BinCounted) tell(n Names) string {
	words := "Counted " + string(e.Bin) + ": "
	some := false
	for i := range e.Lines {
		l := &e.Lines[i]
		if e.Blind && l.Counted == 0 {
			continue
		}
		if some {
			words += ", "
		}
		words += fmt.Sprintf("%d × %s%s", l.Counted, n(l.SKU), ofLot(l.Lot))
		if !e.Blind {
			words += fmt.Sprintf(" (book %d)", l.Book)
		}
		some = true
	}
	if !some {
		words += "empty"
	}
	words += "."
	for _, u := range e.Unmatched {
		words += " Nobody knows the code " + u.Code
		if u.After != "" {
			words += ", scanned after " + n(u.After)
		}
		words += "."
	}
	if len(e.Waits) > 0 {
		words += " It is provisional: " + plural(len(e.Waits), "device") + " may still hold scans for this bin."
	}
	if e.Unclear {
		words += " Something moved meanwhile: it has to be counted again."
	}
	return words
}

// Limits on one count of a bin.
const (
	MaxCounted   = 150 // items and lots in one bin
	MaxUnmatched = 16
	maxWaits     = 50
)

func (c *CountBin) check(s *State, m Meta) *Refusal {
	if m.Actor == "" {
		return Refuse(NotSignedIn)
	}
	if s.Bins[c.Bin] == nil {
		return Refuse(UnknownBin, "bin", string(c.Bin))
	}
	if r := checkRange("lines", len(c.Lines), 0, MaxCounted); r != nil {
		return r
	}
	found := 0
	for i, l := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]."
		if s.Items[l.SKU] == nil {
			return Refuse(UnknownItem, "sku", string(l.SKU))
		}
		if r := checkRange(at+"qty", l.Qty, 0, MaxQty); r != nil {
			return r
		}
		if r := checkLot(at+"lot", l.Lot); r != nil {
			return r
		}
		if r := checkDay(at+"expiry", l.Expiry); r != nil {
			return r
		}
		found += l.Qty
	}
	if c.Empty != (found == 0 && len(c.Unmatched) == 0) {
		return badField("empty", "must be true when nothing is there, and only then")
	}
	if r := checkRange("unmatched", len(c.Unmatched), 0, MaxUnmatched); r != nil {
		return r
	}
	for i, u := range c.Unmatched {
		at := "unmatched[" + strconv.Itoa(i) + "]."
		if r := checkText(at+"code", u.Code, MaxID); r != nil {
			return r
		}
		if u.After != "" && s.Items[u.After] == nil {
			return Refuse(UnknownItem, "sku", string(u.After))
		}
	}
	return nil
}

func (c *CountBin) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := c.check(s, m); r != nil {
		return nil, r
	}
	in := s.countOf(c.Bin)
	if c.Count != "" && !c.Done {
		switch named := s.Counts.Get(c.Count); {
		case named == nil:
			return nil, Refuse(UnknownCount, "count", string(c.Count))
		case in != named:
			return nil, Refuse(NotInCount, "bin", string(c.Bin))
		}
	}
	row := BinCount{Bin: c.Bin}
	if old := s.BinCounts.Get(c.Bin); old != nil {
		row = old.clone()
	}
	if in != nil && !c.Done && row.counters() > 0 && s.countState(&row) == BinSecond && slices.ContainsFunc(row.Tries, func(t Try) bool { return t.By == m.Actor }) {
		return nil, Refuse(SameCounter, "bin", string(c.Bin))
	}
	var out []Event
	e := &BinCounted{Bin: c.Bin, Counter: m.Actor, Unmatched: c.Unmatched, Blind: s.Policy.BlindCount}
	if in == nil {
		if r := nameTaken(m, s.Counts.Get(CountID(m.ID)) != nil); r != nil {
			return nil, r
		}
		in = &Count{ID: CountID(m.ID), Kind: CountSpot, Blind: s.Policy.BlindCount, Bins: []BinID{c.Bin}, Opened: m.Now}
		out = append(out, &CountOpened{Count: in.ID, What: in.Kind, Blind: in.Blind, Bins: in.Bins, By: m.Actor})
	}
	e.Count, e.Blind = in.ID, in.Blind
	e.End, e.Late = s.placed(m.At, m.Now)
	if e.Unclear = e.End.IsZero(); e.Unclear {
		e.End = m.Now
	}
	e.End = e.End.UTC().Truncate(time.Millisecond)
	if began := c.Began; !began.IsZero() {
		if !e.Late && !m.At.IsZero() {
			began = e.End.Add(began.Sub(m.At)) // by the site's clock
		}
		if began.Before(e.End) && e.End.Sub(began) < oldest {
			e.Began = began.UTC().Truncate(time.Millisecond)
		}
	}
	t := Try{By: m.Actor, Began: e.Began, End: e.End, Late: e.Late, About: !e.Late && about(m.At, m.Now)}
	c.fill(s, &t)
	if p := s.Places[InBin(c.Bin)]; p != nil && t.from(s.skew()).Before(in.Opened) && p.Moved.After(t.from(s.skew())) {
		e.Unclear = true // nobody kept what moved before the count was opened
	}
	for i := range row.Trail {
		f := &row.Trail[i]
		switch t.sees(f, true, s.skew()) {
		case missed:
			t.line(f.SKU, f.Lot).Book -= f.Delta
		case unclear:
			e.Unclear = true
		}
	}
	t.Lines = slices.DeleteFunc(t.Lines, func(l CountLine) bool { return l.Counted == 0 && l.Book == 0 })
	if len(t.Lines) > MaxCounted {
		return nil, badField("lines", "are "+strconv.Itoa(len(t.Lines))+" with those of the book, at most "+strconv.Itoa(MaxCounted)+" items are counted in one bin")
	}
	e.Lines, e.Waits = t.Lines, s.claims(c.Bin, m.Device)
	out = append(out, e)
	row.Tries, row.Waits, row.Unclear, row.Accepted, row.Done, row.Count = append(row.Tries, t), e.Waits, e.Unclear, "", false, in.ID
	return append(out, s.settled(in, []*BinCount{&row}, newTally())...), nil
}

// fill puts what was counted beside what the book has now.
func (c *CountBin) fill(s *State, t *Try) {
	for _, l := range c.Lines { // which items are counted by lots has to be known before the book is read
		t.Lines = append(t.Lines, CountLine{SKU: l.SKU, Lot: l.Lot})
	}
	slices.SortFunc(t.Lines, func(a, b CountLine) int { return compareLines(&a, &b) })
	t.Lines = slices.CompactFunc(t.Lines, func(a, b CountLine) bool { return a.SKU == b.SKU && a.Lot == b.Lot })
	for _, l := range c.Lines {
		at := t.line(l.SKU, l.Lot)
		at.Counted += l.Qty
		if l.Expiry != "" {
			at.Expiry = l.Expiry
		}
	}
	p := s.Places[InBin(c.Bin)]
	if p == nil {
		return
	}
	skus := make([]SKU, 0, len(p.Qty))
	for sku, n := range p.Qty {
		if n != 0 || len(p.Lots[sku]) > 0 {
			skus = append(skus, sku)
		}
	}
	slices.Sort(skus)
	for _, sku := range skus {
		rest := int(p.Qty[sku])
		if t.byLot(sku) {
			for _, l := range p.Lots[sku] {
				t.line(sku, l.Lot).Book += int(l.Qty)
				rest -= int(l.Qty)
			}
		}
		if rest != 0 {
			t.line(sku, "").Book += rest
		}
	}
}

// claims lists the devices that may hold facts about a bin which are not in the book yet: those of the people
// who are picking an order that wants an item of the bin. The counter's own device hands in its facts in
// order, so it is past them.
func (s *State) claims(b BinID, own DeviceID) []DeviceID {
	p := s.Places[InBin(b)]
	if p == nil {
		return nil
	}
	who := map[UserID]bool{}
	for _, o := range s.Orders {
		if !o.Started || o.Finished || o.Picker == "" || who[o.Picker] {
			continue
		}
		for i := range o.Lines {
			if _, here := p.Qty[o.Lines[i].SKU]; here && o.Lines[i].ToPick() > 0 {
				who[o.Picker] = true
				break
			}
		}
	}
	if len(who) == 0 {
		return nil
	}
	var out []DeviceID
	for _, v := range s.Sessions {
		if v.Device != "" && v.Device != own && who[v.User] && !slices.Contains(out, v.Device) {
			out = append(out, v.Device)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), maxWaits)]
}

func (e *BinCounted) apply(s *State) {
	if s.Counts.Get(e.Count) == nil {
		return
	}
	row := s.BinCounts.change(s, e.Bin)
	if row == nil || row.Count != e.Count {
		row = s.BinCounts.put(s, e.Bin, BinCount{Bin: e.Bin, Count: e.Count})
	}
	t := Try{By: e.Counter, Seq: s.rec.Seq, Began: e.Began, End: e.End, Late: e.Late, About: !e.Late && about(s.rec.At, s.now()), Lines: slices.Clone(e.Lines)}
	row.Tries = append(row.Tries, t)
	row.Waits, row.Unclear, row.Accepted, row.Done = slices.Clone(e.Waits), e.Unclear, "", false
	s.Tasks.drop(recountOf(e.Bin))
	if e.Unclear {
		s.recount(e.Bin, "", "late_fact")
	}
	if n := len(e.Unmatched); n > 0 {
		after := "nothing"
		if e.Unmatched[0].After != "" {
			after = s.name(e.Unmatched[0].After)
		}
		s.raise("unmatched_scans", "bin/"+string(e.Bin), "bin", string(e.Bin), "n", strconv.Itoa(n), "code", e.Unmatched[0].Code, "after", after)
	}
	s.asks(row)
}
