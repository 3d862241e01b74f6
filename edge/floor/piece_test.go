package floor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// large is a floor of more than a record can say in one line: a place outside that knows every item, an order of many lines.
func large(t *testing.T) *State {
	t.Helper()
	s := NewState()
	for i := range 4000 {
		id := fmt.Sprintf("%05d", i)
		Apply(s, &ItemSet{Item{SKU: SKU("SKU-" + id), Name: "x"}})
		s.book("outside/opening", SKU("SKU-"+id), -10)
		s.book(InBin(BinID("A-"+id)), SKU("SKU-"+id), 10)
	}
	o := &Order{ID: "O-1", Number: "1"}
	for i := range 2000 {
		o.Lines = append(o.Lines, Line{ID: LineID(fmt.Sprint(i)), SKU: SKU(fmt.Sprintf("SKU-%05d", i)), Qty: 2, Picked: 1})
	}
	s.putOn(o)
	return s
}

// asRecords are events as the journal has them; each is one that the line can carry.
func asRecords(t *testing.T, events []Event) (raws [][]byte) {
	t.Helper()
	recs := Records("picket/t/s1/n1", "log-1", 1, Meta{ID: "c", Now: time.Now()}, events)
	for i := range recs {
		raw, err := recs[i].AppendTo(nil)
		require.NoError(t, err)
		require.LessOrEqual(t, len(raw), MaxRecord, "%s %d", recs[i].Type, i)
		raws = append(raws, raw)
	}
	return raws
}

func told(t *testing.T, s *State) (lines []json.RawMessage) {
	t.Helper()
	for line, err := range s.Restated() {
		require.NoError(t, err)
		lines = append(lines, bytes.Clone(line))
	}
	return lines
}

// TestALargeFloorIsToldInRecordsTheLineCarries: a line of a floor that is longer than a record may be is told in pieces, and so are
// many devices; whoever folds them has what stood there.
func TestALargeFloorIsToldInRecordsTheLineCarries(t *testing.T) {
	s := large(t)
	c := &Restate{Lines: told(t, s)}
	for i := range 1500 {
		c.Devices = append(c.Devices, DeviceLast{Device: DeviceID(fmt.Sprintf("01JD8XK3W%017d", i)), Last: 7})
	}
	events, r := Decide(NewState(), Meta{ID: "c"}, c)
	require.Nil(t, r)
	past := NewPast()
	for i, raw := range asRecords(t, events) {
		require.NoError(t, past.Add(uint64(i)+1, raw))
	}
	require.NoError(t, past.fold())
	require.Zero(t, past.state.Pieces)
	require.True(t, slices.EqualFunc(told(t, s), told(t, past.state), func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }))
	ids, _ := past.Devices()
	require.Len(t, ids, 1500)
}

// TestALargeOrderIsCorrectedInPieces: how a large order stands, and an item that stands at very many places.
func TestALargeOrderIsCorrectedInPieces(t *testing.T) {
	s := large(t)
	for i := range 1200 {
		s.book(InBin(BinID(fmt.Sprintf("B-%05d", i))), "SKU-00001", 1)
	}
	s.Unlike = Unlike{Orders: []OrderID{"O-1"}, Items: []SKU{"SKU-00001", "SKU-00002"}, Twice: []Twice{{Command: "hh-1:1", Order: "O-1"}}}
	events, r := Decide(s, Meta{ID: "c"}, &Correct{})
	require.Nil(t, r)
	raws := asRecords(t, events)
	require.Greater(t, len(raws), 4)

	there := NewState()
	there.book(InBin("gone"), "SKU-00001", 5)
	cases := 0
	for i, raw := range raws {
		rec, err := Decode(raw)
		require.NoError(t, err)
		e := rec.Event.(*Corrected)
		cases += len(e.Commands)
		require.NoError(t, e.Take(there))
		if i == 0 {
			again := NewState() // a snapshot in between
			for line := range strings.Lines(encoded(t, there.Freeze())) {
				require.NoError(t, again.Load([]byte(line)))
			}
			there = again
		}
	}
	require.Equal(t, 1, cases, "the desk is told once")
	require.Equal(t, s.Orders["O-1"].Lines, there.Orders["O-1"].Lines)
	for _, sku := range s.Unlike.Items {
		for id := range s.Places {
			require.Equal(t, s.Places[id].Qty[sku], there.OnHand(id, sku), id)
		}
	}
	require.Zero(t, there.OnHand(InBin("gone"), "SKU-00001"))
}

// TestWhatStandsUnlikeIsToldInRecordsTheLineCarries: a day's commands that were decided another way, and the items of very large
// orders. Each is noted and told once, and a line of which too much was packed is one case, in however many pieces its order is told.
func TestWhatStandsUnlikeIsToldInRecordsTheLineCarries(t *testing.T) {
	s := large(t)
	s.Orders["O-1"].Units = []Unit{{ID: "U", Contents: []Content{{Line: "7", SKU: "SKU-00007", Qty: 3}}}}
	var u Unlike
	for i := range 2000 {
		twice := Twice{Command: CommandID(fmt.Sprintf("01JD8XK3W%017d:%d", i, i))}
		if i%2 == 0 {
			twice.Order = "O-1"
		}
		u.Add(&Unlike{Twice: []Twice{twice}, Orders: []OrderID{"O-1"}, Items: []SKU{SKU(fmt.Sprintf("SKU-%05d", 3999-i)), SKU(fmt.Sprintf("SKU-%05d", i%2000))}})
	}
	require.Len(t, u.Items, 4000)
	events, r := Decide(s, Meta{ID: "take"}, &TakeBack{Gen: "G", To: 9, Fork: true, More: true, Unlike: u})
	require.Nil(t, r)
	asRecords(t, events)
	require.Greater(t, len(events), 2)
	for _, e := range events {
		Apply(s, e)
	}
	require.Equal(t, u, s.Unlike)
	require.Equal(t, Known{Gen: "G", Pos: 9}, s.Known)

	events, r = Decide(s, Meta{ID: "c"}, &Correct{})
	require.Nil(t, r)
	told, pieces := map[CommandID]int{}, 0
	for i, raw := range asRecords(t, events) {
		rec, err := Decode(raw)
		require.NoError(t, err)
		ApplyRecord(s, &rec)
		e := events[i].(*Corrected)
		if e.Order != "" {
			pieces++
		}
		for _, id := range e.Commands {
			told[id]++
		}
	}
	require.Greater(t, pieces, 2)
	require.Len(t, told, len(u.Twice))
	for id, n := range told {
		require.Equal(t, 1, n, id)
	}
	cases := 0
	for _, c := range s.Cases.All() {
		if c.What == packedTwice {
			cases++
		}
	}
	require.Equal(t, 1, cases)
}

// TestPiecesThatDoNotFollowMakeNothing: of texts that were cut short, said twice or begun anew only what came whole and in order is given.
func TestPiecesThatDoNotFollowMakeNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var j Joining
		text := bytes.Repeat([]byte("abcdefg"), 1+rng.IntN(40_000))
		pieces, want := cut(text), 0
		for _, p := range pieces {
			for range rng.IntN(3) {
				q := pieces[rng.IntN(len(pieces))]
				if whole := j.Join(&q); whole != nil {
					require.Equal(t, text, whole)
				}
			}
			if whole := j.Join(&p); whole != nil {
				require.Equal(t, text, whole)
			}
		}
		for _, p := range pieces {
			if whole := j.Join(&p); whole != nil {
				require.Equal(t, text, whole)
				want++
			}
		}
		require.Equal(t, 1, want, "told anew it is whole")
		require.Zero(t, j)
	}
}
