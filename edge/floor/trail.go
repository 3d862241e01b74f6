package floor

import "time"

// What a count saw. A count is kept as the difference between what was counted and what the book should have
// said at that moment, so that it commutes with everything that moves later. Facts arrive late: a handheld
// that was out of reach hands in picks that happened before the count, and the count may itself be late. Each
// movement is therefore placed before or after the count: by the log where both came live, by the clocks
// where one is a device's word, and closer together than clocks may differ nobody can tell: the bin is
// counted again.

// Moved is a movement in a bin while it is being counted.
type Moved struct {
	SKU   SKU       `json:"sku"`
	Lot   string    `json:"lot,omitempty"`
	Delta int       `json:"delta"`
	At    time.Time `json:"at,omitzero"`     // zero: nobody knows
	Late  bool      `json:"late,omitempty"`  // At is a device's word
	About bool      `json:"about,omitempty"` // it came from a device, so it may be older than At
	Why   string    `json:"why,omitempty"`   // "": goods were carried; book: only the book changed; missing: somebody said it is not there
}

const (
	liveWithin = 10 * time.Second   // a record that is not older than this came live
	oldest     = 7 * 24 * time.Hour // a clock that says more is not believed
)

// placed is when a fact happened that came now and says it happened then, and whether that is a device's word.
// The zero time: nobody can tell, the device's clock is wrong.
func (s *State) placed(at, now time.Time) (time.Time, bool) {
	lag := now.Sub(at)
	switch {
	case at.IsZero(), lag >= -liveWithin && lag <= liveWithin:
		return now, false
	case lag > oldest, lag < -s.skew():
		return time.Time{}, true
	}
	return at, true
}

// about says that a live fact has a time of its own: the device gave it some seconds ago, or its clock differs.
func about(at, now time.Time) bool {
	return !at.IsZero() && !at.Truncate(time.Millisecond).Equal(now.Truncate(time.Millisecond))
}

func (s *State) skew() time.Duration { return time.Duration(s.Policy.ClockSkew) * time.Second }

// sight is whether a count saw a movement.
type sight int

const (
	saw     sight = iota // it happened before: the count was made with it
	missed               // it happened after
	unclear              // nobody can tell
)

// from is the earliest moment the count may have been made.
func (t *Try) from(skew time.Duration) time.Time {
	at := t.End
	switch {
	case t.Late:
		at = at.Add(-skew)
	case t.About:
		at = at.Add(-liveWithin - skew)
	}
	if !t.Began.IsZero() && t.Began.Before(at) {
		return t.Began
	}
	return at
}

// sees places a movement whose record came before (earlier) or after that of the count.
func (t *Try) sees(m *Moved, earlier bool, skew time.Duration) sight {
	start := t.End
	if !t.Began.IsZero() && t.Began.Before(start) {
		start = t.Began
	}
	byClock := func() sight {
		switch {
		case m.At.IsZero():
			return unclear
		case m.At.Before(start.Add(-skew)):
			return saw
		case m.At.After(t.End.Add(skew)):
			return missed
		}
		return unclear
	}
	switch {
	case m.Why == "book":
		return saw // a correction of the book moves nothing: the count stands
	case !earlier && !m.Late && m.Why == "missing":
		return unclear // somebody counted, and now somebody says it is not there
	case !earlier && !m.Late:
		if m.About && m.At.Sub(t.End) <= liveWithin+skew {
			return unclear // it may have waited while the count overtook it, as far as clocks differ
		}
		return missed
	case earlier && !t.Late && !m.Late:
		if m.At.After(start) || t.About && t.End.Sub(m.At) <= liveWithin+skew {
			return unclear // it was carried away while the person counted
		}
		return saw
	case earlier && !t.Late && start.Equal(t.End) && !t.About:
		return saw // it was in the book before the count, so it had happened
	}
	if g := byClock(); g != missed || m.Why != "missing" {
		return g
	}
	return unclear
}

// follow tells the counts of both ends of a movement.
func (s *State) follow(m Move) {
	b, from := m.To.Bin(), m.From.Bin()
	if b == "" && from == "" {
		return
	}
	for _, id := range [2]PlaceID{m.From, m.To} {
		if id.Bin() != "" {
			s.place(id).Moved = s.now()
		}
	}
	at := m.At
	if at.IsZero() {
		at = s.rec.At
	}
	when, late := s.placed(at, s.now())
	if s.Counts.Len() == 0 && !late {
		return // by far the most frequent
	}
	f := Moved{SKU: m.SKU, Lot: m.Lot, At: when, Late: late, About: !late && about(at, s.now())}
	switch other := [2]PlaceID{m.From, m.To}; {
	case other[0] == Adjusted || other[1] == Adjusted || other[0] == Opening || other[1] == Opening:
		f.Why = "book"
	case other[0] == Missing || other[1] == Missing:
		f.Why = "missing"
	}
	if from != "" {
		f.Delta = -m.Qty
		s.followIn(from, f)
	}
	if b != "" {
		f.Delta = m.Qty
		s.followIn(b, f)
	}
}

func (s *State) followIn(b BinID, f Moved) {
	if f.Late && f.Why != "book" {
		if p := s.Places[InBin(b)]; p != nil && !p.Counted.IsZero() && (f.At.IsZero() || !f.At.After(p.Counted.Add(s.skew()))) {
			s.recount(b, f.SKU, "late_fact") // a confirmed count did or did not see it: count again
		}
	}
	c := s.countOf(b)
	if c == nil {
		return
	}
	row := s.BinCounts.change(s, b)
	if row == nil {
		row = s.BinCounts.put(s, b, BinCount{Bin: b, Count: c.ID})
	}
	if row.Done {
		return
	}
	row.Trail = append(row.Trail, f)
	for i := range row.Tries {
		t := &row.Tries[i]
		switch t.sees(&f, false, s.skew()) {
		case saw:
			t.line(f.SKU, f.Lot).Book += f.Delta
			row.Accepted = "" // it was given for another difference
		case unclear:
			if i == len(row.Tries)-1 && !row.Unclear {
				row.Unclear = true
				s.recount(b, f.SKU, "late_fact")
			}
		}
	}
	if len(row.Tries) > 0 {
		s.asks(row)
	}
}
