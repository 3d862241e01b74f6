package oms_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/wire"
)

// TestALargeFloorIsTakenInPieces: what a site restates or corrects in more than a record holds goes over the line, and is folded when it
// is whole.
func TestALargeFloorIsTakenInPieces(t *testing.T) {
	w := stocked(t, 61, 10, "s1")
	s := w.Sites[0]
	for i := range 300 { // an item that stands in very many bins, under long names
		do(t, w, s, &floor.SetBin{Bin: floor.Bin{ID: floor.BinID(fmt.Sprintf("A-%040d", i)), Aisle: "A", Bay: i + 1, Level: 1, Walk: i + 1}},
			&floor.AdjustStock{SKU: "TEA-50", Bin: floor.BinID(fmt.Sprintf("A-%040d", i)), Delta: 2, Reason: "found"})
	}
	run(t, w, 5*time.Second)
	book, err := levels(w)
	require.NoError(t, err)
	same := func() {
		t.Helper()
		w.Wake(s)
		run(t, w, 30*time.Second)
		m, err := w.Centre.Clerk.Mark(ctx, s.ID)
		require.NoError(t, err)
		require.Zero(t, m.Odd, m.OddLast)
		require.Equal(t, m.Applied.Seq, s.Head().Seq, "the line carries all of it")
		require.Equal(t, m.Pos, m.Folded)
		after, err := levels(w)
		require.NoError(t, err)
		require.Equal(t, book, after)
	}

	var lines []json.RawMessage
	for line, err := range s.State.Restated() {
		require.NoError(t, err)
		lines = append(lines, line)
	}
	for i := range 4000 { // a place outside that knows every item of a large site
		if i == 0 {
			s.State.Places["outside/opening"] = &floor.Place{ID: "outside/opening", Qty: map[floor.SKU]int64{}}
		}
		s.State.Places["outside/opening"].Qty[floor.SKU(fmt.Sprintf("SKU-%010d", i))] = -1
	}
	long, err := json.Marshal(map[string]*floor.Place{"place": s.State.Places["outside/opening"]})
	require.NoError(t, err)
	require.Greater(t, len(long), wire.MaxRecord)
	require.Nil(t, s.Do(w.Now, "", &floor.Restate{Lines: append(lines, long)}))
	require.Nil(t, s.Do(w.Now, "", &floor.Restate{Whole: true}))
	same()

	require.Nil(t, s.Do(w.Now, "", &floor.TakeBack{Gen: "G", Unlike: floor.Unlike{Items: []floor.SKU{"TEA-50"}}}))
	for i := range 700 {
		s.State.Places[floor.PlaceID(fmt.Sprintf("bin/B-%070d", i))] = &floor.Place{ID: floor.PlaceID(fmt.Sprintf("bin/B-%070d", i)), Qty: map[floor.SKU]int64{"TEA-50": 1}}
	}
	book += 700
	before := s.Head().Seq
	require.Nil(t, s.Do(w.Now, "", &floor.Correct{}))
	require.Greater(t, s.Head().Seq, before+1, "in pieces")
	same()
}
