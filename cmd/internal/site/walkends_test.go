package site

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/web"
)

// Walks and runs begin and end where the site says, from that record on; off puts it back.
func TestWhereAWalkBeginsAndEnds(t *testing.T) {
	h := stocked(t)
	h.give(&floor.SetBin{Bin: floor.Bin{ID: "BENCH", Walk: 50, X: 6, Y: 30}})
	h.order("O-1", noon, asked("1", "I-1", 1), asked("2", "I-6", 1))
	walk := func() web.OrderWalk { return ask[web.OrderWalk](h, "/api/orders/O-1/walk", "") }
	set := func(name, value string) {
		raw, err := json.Marshal(value)
		require.NoError(t, err)
		h.give(&floor.SetPolicy{Name: name, Value: raw})
	}
	first := func(w web.OrderWalk) floor.BinID { return w.Stops[0].Bin }
	usual := walk()
	require.Equal(t, floor.BinID("A-1"), first(usual))
	runs := func() float64 {
		return ask[runPlan](h, "/api/plan/runs", `{"mode":"discrete"}`).Runs[0].Metres
	}
	require.InDelta(t, usual.Metres, runs(), 0.01)

	set("walk_start", "C-2")
	set("walk_end", "A-1")
	oneWay := walk()
	require.Equal(t, floor.BinID("C-2"), first(oneWay))
	require.Equal(t, floor.BinID("A-1"), oneWay.Stops[len(oneWay.Stops)-1].Bin)
	require.Less(t, oneWay.Metres, usual.Metres, "nobody walks back")
	require.InDelta(t, oneWay.Metres, runs(), 0.01)

	set("walk_end", "off")
	round := walk()
	require.Greater(t, round.Metres, oneWay.Metres, "back to where it began")

	set("walk_start", "BENCH")
	set("walk_end", "A-1")
	require.Equal(t, floor.BinID("C-2"), first(walk()), "the bench is behind the shelves")
	set("walk_start", "")
	set("walk_end", "")
	require.Equal(t, usual, walk())
}
