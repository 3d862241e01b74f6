package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestARunOfALostBoxIsNotDrawnFrom: a lost box's run of numbers comes back with what it handed over. A parcel that was said
// again in between has one of them already, and nobody knows which others are on paper.
func TestARunOfALostBoxIsNotDrawnFrom(t *testing.T) {
	leased := Records("/t/x/s/y/n/old", "L1", 3, Meta{ID: "feed-1", Now: noon}, []Event{&NumbersLeased{Number: NumberSSCC, Prefix: "09520001", From: 1, To: 100}})[0]
	raw, err := leased.AppendTo(nil)
	require.NoError(t, err)
	s := NewState()
	m := Meta{ID: "take", Now: noon}
	taken, no := Decide(s, m, &TakeBack{Gen: "G1", To: 9, Facts: []LostFact{{Pos: 9, Raw: raw}}})
	require.Nil(t, no)
	for _, r := range Records("/t/x/s/y/n/z", "L2", 6, m, taken) {
		ApplyRecord(s, &r)
	}
	require.Len(t, s.Blocks, 1, "it is known, so that no other run overlaps it")
	require.Zero(t, s.NumbersLeft(NumberSSCC))
}

// TestAPastPassesWhatDoesNotStand: of a fact that gave way nothing is left but its place.
func TestAPastPassesWhatDoesNotStand(t *testing.T) {
	leased := func(id CommandID, from uint64) []byte {
		raw, err := Records("/t/x/s/y/n/old", "L1", 3, Meta{ID: id, Now: noon}, []Event{&NumbersLeased{Number: NumberSSCC, Prefix: "09520001", From: from, To: from + 1}})[0].AppendTo(nil)
		require.NoError(t, err)
		return raw
	}
	p := NewPast()
	require.NoError(t, p.Add(1, nil))
	require.EqualValues(t, 1, p.Pos())
	require.NoError(t, p.Add(2, leased("a", 1)))
	require.NoError(t, p.Add(3, nil))
	require.EqualValues(t, 3, p.Read())
	require.NoError(t, p.Add(4, leased("b", 5)))
	require.EqualValues(t, 3, p.Pos(), "it stands before the newest command")
	require.Error(t, p.Add(3, nil), "in their order")
	require.Len(t, p.state.Blocks, 1)
}

// TestWhatASiteRestatedHoldsWhatStoodBeforeIt: a box that was put back into a gap has records that its own restatement holds, which it
// told later; its snapshot knows those, of people without a device too, and they are not done again.
func TestWhatASiteRestatedHoldsWhatStoodBeforeIt(t *testing.T) {
	added := func(log LogID, seq Seq, id CommandID, e Event) Record {
		return Records("/t/x/s/y/n/box", log, seq, Meta{ID: id, Now: noon}, []Event{e})[0]
	}
	p := NewPast()
	for i, r := range []Record{added("L1", 30, "restate", &Restated{Part: 1, Parts: 1}), added("L1", 31, "whole", &Restated{Whole: 30}), added("L1", 32, "on", &SiteResumed{})} {
		raw, err := r.AppendTo(nil)
		require.NoError(t, err)
		require.NoError(t, p.Add(uint64(i+1), raw))
	}
	var lines []byte
	require.NoError(t, p.Lines(func(line []byte) error { lines = append(append(lines, line...), '\n'); return nil }))
	again, err := LoadPast(lines)
	require.NoError(t, err)
	for _, p := range []*Past{p, again} {
		for _, c := range []struct {
			log  LogID
			seq  Seq
			know bool
		}{{"L1", 12, true}, {"L1", 33, false}, {"L2", 12, false}} {
			r := added(c.log, c.seq, "by-hand", &StockAdjusted{})
			require.Equal(t, c.know, p.Knows(&r), "%s %d", c.log, c.seq)
		}
	}
}

// TestAnAssignmentOfWhatIsHereIsKnown: a box that stands upon a snapshot has orders whose assignments it does not remember. Such
// a record is passed, and the rows beside it are kept.
func TestAnAssignmentOfWhatIsHereIsKnown(t *testing.T) {
	s := NewState()
	s.Orders["O-1"] = &Order{ID: "O-1", Assignment: "a-1"}
	require.False(t, s.HasAssigned(&Assign{Order: "O-1", Assignment: "a-1"}), "a site that remembers how it came refuses what is told twice")
	s.Upon.Seq = 3
	require.True(t, s.HasAssigned(&Assign{Order: "O-1", Assignment: "a-1"}))
	require.False(t, s.HasAssigned(&Assign{Order: "O-1", Assignment: "a-2"}), "it is refused, as before")
	require.False(t, s.HasAssigned(&Assign{Order: "O-2", Assignment: "a-1"}))
	s.Orders["O-1"].Assignment = ""
	require.False(t, s.HasAssigned(&Assign{Order: "O-1"}))
	require.False(t, s.HasAssigned(&Start{Order: "O-1"}))
}
