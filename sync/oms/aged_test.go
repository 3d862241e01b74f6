package oms_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/reconcile"
)

// later lets time pass in which nobody speaks, and then a little in which the sites that have a line do.
func later(t *testing.T, w *omstest.World, d time.Duration) {
	w.Now = w.Now.Add(d)
	run(t, w, 3*time.Minute)
}

func promised(t *testing.T, w *omstest.World, site floor.SiteID) clerk.StockView {
	all, err := w.Centre.Clerk.Stock(ctx, site, []floor.SKU{"TEA-50"}, func(floor.SiteID) time.Time { return time.Time{} })
	require.NoError(t, err)
	require.Len(t, all, 1)
	return all[0]
}

func asks(n int) order.Capture {
	return omstest.Capture(fmt.Sprint("tea-", n), order.Asked{SKU: "TEA-50", Qty: n})
}

func TestASilentSitePromisesLessAndThenNothing(t *testing.T) {
	w := world(t, 61, memory(t), quiet, "north")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 20))
	run(t, w, time.Second)
	tell(t, w, s, &floor.SellAtTill{Receipt: "r1", SoldAt: w.Now, Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: 4}}})
	run(t, w, time.Minute)
	require.Equal(t, int64(16), promised(t, w, "north").Free, "heard a moment ago: all of it")
	require.Empty(t, promised(t, w, "north").Promise.Why)

	w.Unplug(s)
	later(t, w, 9*time.Hour)
	// Four units at once in the first day: sigma is 4/√22.4 = 0.85 an hour; 1.64 × 0.85 × 3 is 4.2.
	got := promised(t, w, "north")
	require.Equal(t, order.Promise{ATP: 11, Drift: 5, Why: "5 kept back because the site was last heard 9 hours ago."}, got.Promise)
	require.Equal(t, int64(16), got.OnHand)
	require.Equal(t, order.Sent, capture(t, w, asks(11)).State)
	require.Zero(t, promised(t, w, "north").Free)

	later(t, w, 4*time.Hour)
	require.Equal(t, "The site was last heard 13 hours ago, and its stock is promised for 12 hours only.", promised(t, w, "north").Promise.Why)
	d := capture(t, w, asks(2))
	require.Equal(t, order.Waiting, d.State)
	require.Contains(t, d.Words, "is not promised while a site is not heard")
	require.Contains(t, d.Routing.Reasons[0].Words, "was last heard 13 hours ago")

	w.Plug(s)
	run(t, w, time.Minute)
	require.Equal(t, order.New, detail(t, w, d.ID).State, "it is heard again, and the order goes there without any new fact about the item")
}

// TestAHelloIsNotAllASiteHasToTell: a site that was silent says hello, and the centre dies before it tells what went meanwhile.
func TestAHelloIsNotAllASiteHasToTell(t *testing.T) {
	w := world(t, 61, memory(t), quiet, "north")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 20))
	run(t, w, time.Minute)
	w.Unplug(s)
	later(t, w, 13*time.Hour)
	m, err := w.Centre.Clerk.Mark(ctx, "north")
	require.NoError(t, err)
	require.NoError(t, w.Centre.Clerk.Adopt(ctx, "north", reconcile.Adopt{Node: m.Node, Epoch: m.Epoch, Log: m.Applied.Log, CutTo: m.Applied.Seq}))
	require.NoError(t, w.Restart(ctx))
	require.Zero(t, promised(t, w, "north").Free)
	w.Plug(s)
	run(t, w, time.Minute)
	require.Equal(t, int64(20), promised(t, w, "north").Free)
}

func TestAnOrderGoesToTheSiteThatIsHeard(t *testing.T) {
	w := world(t, 62, memory(t), quiet, "north", "south")
	require.NoError(t, w.Opening(w.Sites[0], 50))
	require.NoError(t, w.Opening(w.Sites[1], 3))
	run(t, w, time.Minute)
	w.Unplug(w.Sites[0])
	later(t, w, 13*time.Hour)
	require.Equal(t, floor.SiteID("south"), capture(t, w, asks(2)).Site)
	require.Equal(t, floor.SiteID("north"), capture(t, w, forced("f", "north")).Site, "who is asked for is asked for")
}

func TestAWarehouseIsTrustedLonger(t *testing.T) {
	w := world(t, 63, memory(t), quiet, "north")
	require.NoError(t, w.Centre.Clerk.PutSites(ctx, []clerk.SiteSetup{{ID: "north", Name: "North", Zone: "Europe/Zurich", Promise: &order.Caution{Kind: "warehouse", Floor: 3}}}))
	require.NoError(t, w.Opening(w.Sites[0], 20))
	run(t, w, time.Minute)
	require.Equal(t, order.Promise{ATP: 17, Floor: 3, Why: "3 kept back always."}, promised(t, w, "north").Promise)
	w.Unplug(w.Sites[0])
	later(t, w, 47*time.Hour)
	require.Equal(t, int64(17), promised(t, w, "north").Free)
	later(t, w, time.Hour)
	require.Zero(t, promised(t, w, "north").Free)

	// A restart forgets who was heard when, but not how old what is stored is.
	require.NoError(t, w.Restart(ctx))
	require.Zero(t, promised(t, w, "north").Free)
	w.Plug(w.Sites[0])
	run(t, w, time.Minute)
	require.Equal(t, int64(17), promised(t, w, "north").Free)

	var p order.Problems
	err := w.Centre.Clerk.PutSites(ctx, []clerk.SiteSetup{{ID: "north", Name: "North", Zone: "Europe/Zurich", Promise: &order.Caution{Kind: "barn", Z: 9, MaxAge: -1}}})
	require.ErrorAs(t, err, &p)
	require.Len(t, p, 3)
}

// A site that is on the line and has not told its day is as old as before.
func TestStockIsOldUntilAllWasTold(t *testing.T) {
	w := world(t, 64, memory(t), quiet, "north")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 20))
	run(t, w, time.Minute)
	w.Unplug(s)
	w.Now = w.Now.Add(13 * time.Hour)
	tell(t, w, s, &floor.SellAtTill{Receipt: "r1", SoldAt: w.Now, Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: 18}}})
	w.Fold = false
	w.Plug(s)
	run(t, w, time.Minute)
	require.Zero(t, promised(t, w, "north").Free, "its records are here, and not folded")
	w.Fold = true
	run(t, w, time.Minute)
	require.Equal(t, int64(2), promised(t, w, "north").Free)
}
