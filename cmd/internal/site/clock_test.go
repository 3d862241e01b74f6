package site

import (
	"crypto/rand"
	"fmt"
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

// TestWhatIsOverLeaves: so many commands at one look and no more, those heard of longest ago first, each at most of
// 64 rows; and an announced return nobody brought is forgotten.
func TestWhatIsOverLeaves(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	state := floor.NewState()
	seq := floor.Seq(0)
	feed := web.NewFeed(view.NewBoard(view.Site{ID: "north"}, "log-1", floor.NewState(), 0, now), nil)
	give := func(at time.Time, c floor.Command) {
		t.Helper()
		m := floor.Meta{ID: floor.CommandID(rand.Text()), Now: at}
		events, no := floor.Decide(state, m, c)
		require.Nil(t, no, "%s: %v", c.Kind(), no)
		for _, r := range floor.Records("/t/demo/s/north/n/box", "log-1", seq+1, m, events) {
			floor.ApplyRecord(state, &r)
			feed.Look(func(b *view.Board) { require.NoError(t, b.Apply(&r)) })
			seq = r.Seq
		}
	}
	for i := range 100 {
		id := floor.OrderID(fmt.Sprintf("O-%03d", 99-i))
		at := now.Add(time.Duration(i) * time.Minute)
		give(at, &floor.Assign{Order: id, Assignment: floor.AssignmentID("a-" + id), Number: string(id), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: now, Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
		give(at, &floor.Decline{Order: id, Reason: floor.CannotMakeIt})
	}
	give(now, &floor.AnnounceReturn{Return: "R-1", RMA: "RMA-1", Lines: []floor.ReturnExpected{{SKU: "OAT", Qty: 1}}})
	c := clock{feed: feed, born: now}
	over := func(at time.Time) (out []floor.Command) {
		for _, cmd := range c.due(at) {
			if k := cmd.Kind(); k == "orders.archive" || k == "return.lapse" {
				out = append(out, cmd)
			}
		}
		return out
	}
	require.Empty(t, over(now.Add(47*time.Hour)), "not yet")
	late := now.Add(72 * time.Hour)
	first := over(late)
	require.Len(t, first, leaveAtOnce)
	require.Equal(t, floor.OrderID("O-099"), first[0].(*floor.ArchiveOrders).Orders[0], "heard of longest ago")
	left := 0
	for looks := 0; len(over(late)) > 0; looks++ {
		require.Less(t, looks, 10)
		for _, cmd := range over(late) {
			n := len(state.Orders)
			give(late, cmd)
			require.Len(t, cmd.(*floor.ArchiveOrders).Orders, n-len(state.Orders), "the floor lets go of all that were asked for")
			left += n - len(state.Orders)
		}
	}
	require.Equal(t, 100, left)
	require.Equal(t, []floor.Command{&floor.LapseReturn{Return: "R-1"}}, over(now.Add(70*24*time.Hour)))
	give(now.Add(70*24*time.Hour), &floor.LapseReturn{Return: "R-1"})
	require.Empty(t, over(now.Add(70*24*time.Hour)))
}

func kinds(list []floor.Command) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Kind()
	}
	return out
}
