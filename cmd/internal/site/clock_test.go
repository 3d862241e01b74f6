package site

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
	"picket/edge/web"
)

// TestWhatTimeBrings: the line counts as down after a minute, the clock of the shelf stands still meanwhile,
// and an order nobody came for expires when its time is over.
func TestWhatTimeBrings(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	board := view.NewBoard(view.Site{ID: "north"}, "log-1", floor.NewState(), 0, now)
	feed := web.NewFeed(board, nil)
	seq := floor.Seq(0)
	state := floor.NewState()
	give := func(actor floor.UserID, at time.Time, c floor.Command) {
		t.Helper()
		m := floor.Meta{ID: floor.CommandID(rand.Text()), Actor: actor, Now: at}
		events, no := floor.Decide(state, m, c)
		require.Nil(t, no, "%v", no)
		for _, r := range floor.Records("/t/demo/s/north/n/box", "log-1", seq+1, m, events) {
			floor.ApplyRecord(state, &r)
			feed.Look(func(b *view.Board) { require.NoError(t, b.Apply(&r)) })
			seq = r.Seq
		}
	}
	c := clock{feed: feed, central: true, born: now}
	feed.Look(func(b *view.Board) { b.SetLink(view.LinkState{Up: false, Since: now}) })
	require.Empty(t, c.due(now.Add(30*time.Second)), "a short break is none")
	require.Equal(t, []floor.Command{&floor.LineDown{}}, c.due(now.Add(time.Minute)))
	give("", now.Add(time.Minute), &floor.LineDown{})
	require.Empty(t, c.due(now.Add(time.Hour)), "it was said")
	feed.Look(func(b *view.Board) { b.SetLink(view.LinkState{Up: true, Since: now.Add(time.Hour)}) })
	require.Equal(t, []floor.Command{&floor.LineUp{}}, c.due(now.Add(time.Hour)))
	give("", now.Add(time.Hour), &floor.LineUp{})
	require.Empty(t, c.due(now.Add(time.Hour)))
	alone := clock{feed: feed, born: now}
	feed.Look(func(b *view.Board) { b.SetLink(view.LinkState{Up: false, Since: now.Add(2 * time.Hour)}) })
	require.Empty(t, alone.due(now.Add(5*time.Hour)), "a site without a centre is never cut off from it")

	give("", now, &floor.SetBin{Bin: floor.Bin{ID: "A-1", Aisle: "A", Bay: 1, Level: 1}})
	give("", now, &floor.SetBin{Bin: floor.Bin{ID: "S-1", Aisle: "S", Bay: 1, Level: 1, Use: "staging"}})
	give("", now, &floor.SetItem{Item: floor.Item{SKU: "OAT", Name: "Oat drink"}})
	give("", now, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 5, Reason: "opening"})
	salt, code := "5a17", "K7P3Q9"
	give("", now, &floor.Assign{Order: "O-1", Assignment: "A", Number: "1", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: now.Add(time.Hour),
		Terms: floor.Terms{CodeSalt: salt, CodeHash: floor.HashCode(salt, code), HoldDays: 2}, Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
	give("anna", now, &floor.Start{Order: "O-1"})
	give("anna", now, &floor.Scan{Order: "O-1", SKU: "OAT", Qty: 1, Bin: "A-1"})
	give("anna", now, &floor.StageGoods{Order: "O-1", Shelf: "S-1"})
	give("anna", now, &floor.MakeReady{Order: "O-1"})
	require.NotContains(t, kinds(alone.due(now.Add(24*time.Hour))), "collect.expire", "still its day")
	late := kinds(alone.due(now.Add(10 * 24 * time.Hour)))
	require.Contains(t, late, "collect.expire")
	require.Equal(t, []string{"line.down"}, kinds(c.due(now.Add(10*24*time.Hour))), "first it is said that the line is down: then no clock runs")
	give("", now.Add(10*24*time.Hour), &floor.Expire{Order: "O-1"})
	require.NotContains(t, kinds(alone.due(now.Add(10*24*time.Hour))), "collect.expire")
}

func kinds(list []floor.Command) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Kind()
	}
	return out
}
