package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// TestTheCentreFoldsWhatTheSiteAnswers: hold, change, recall and all they undo are folded by the site's own
// rules; the mirror of the stock agrees, and what was let go of is released.
func TestTheCentreFoldsWhatTheSiteAnswers(t *testing.T) {
	w := world(t, 1, memory(t), quiet, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w, time.Second)
	d := capture(t, w, omstest.Capture("1001", order.Asked{SKU: "OAT-1L", Qty: 2}, order.Asked{GTIN: "9521234000037", Qty: 3}))
	run(t, w, time.Second)

	do := func(c floor.Command) { require.Nil(t, s.Do(w.Now, "anna", c)) }
	do(&floor.Hold{Order: d.ID, Reason: "the customer asked to wait"})
	do(&floor.Release{Order: d.ID})
	do(&floor.Start{Order: d.ID})
	do(&floor.Scan{Order: d.ID, SKU: "OAT-1L", Qty: 2})
	do(&floor.OpenUnit{Order: d.ID})
	unit := s.State.Orders[d.ID].Units[0].ID
	do(&floor.AddToUnit{Unit: unit, Line: "1", Qty: 2})
	do(&floor.CloseUnit{Unit: unit})
	do(&floor.Change{Order: d.ID, Lines: []floor.LineQty{{Line: "2", Qty: 2}}})
	do(&floor.Recall{Order: d.ID, Cause: floor.ByCentre})
	w.Wake(s)
	run(t, w, time.Second)

	d = detail(t, w, d.ID)
	require.Equal(t, order.PutBack, d.State)
	require.Equal(t, order.AssignmentReleased, d.Sent[0].State, "goods to be put back do not hold the order")
	require.Equal(t, []order.Line{{ID: "1", SKU: "OAT-1L", Qty: 2}, {ID: "2", SKU: "TEA-50", Qty: 2}}, d.Open)
	require.Equal(t, floor.UnitVoid, d.Units[0].State)
	var told []string
	for _, h := range d.Timeline[3:] {
		told = append(told, h.Words)
	}
	require.Contains(t, told, "On hold: the customer asked to wait.")
	require.Contains(t, told, "Changed by the centre: line 2 by -1.")
	require.Contains(t, told, "Let go of 4 units (the centre took it back), packed until now.")
	mirror(t, w)

	do(&floor.Undo{Order: d.ID, Line: "1", Qty: 2, Bin: "A-01"})
	w.Wake(s)
	run(t, w, time.Second)
	require.Equal(t, order.Unserved, detail(t, w, d.ID).State)
	mirror(t, w)
}

// TestAPausedSiteIsPassedOver: the order a site does not take goes to another.
func TestAPausedSiteIsPassedOver(t *testing.T) {
	w := world(t, 1, memory(t), quiet, "s1", "s2")
	for _, s := range w.Sites {
		require.NoError(t, w.Opening(s, 10))
	}
	run(t, w, 2*time.Second)
	require.Nil(t, w.Sites[0].Do(w.Now, "mia", &floor.PauseSite{Reason: "the power is out"}))
	d := capture(t, w, omstest.Capture("1001", order.Asked{SKU: "OAT-1L", Qty: 2}))
	require.Equal(t, floor.SiteID("s1"), d.Site)
	run(t, w, 2*time.Second)
	d = detail(t, w, d.ID)
	require.Equal(t, order.AssignmentRejected, d.Sent[0].State)
	require.Contains(t, d.Sent[0].Refusal, "the power is out")
	require.Equal(t, floor.SiteID("s2"), d.Site)
	require.Equal(t, order.New, d.State)

	// Once it is known, no order is sent there at all, until the site takes orders again.
	w.Wake(w.Sites[0])
	run(t, w, 2*time.Second)
	d = capture(t, w, omstest.Capture("1002", order.Asked{SKU: "OAT-1L", Qty: 9}))
	require.Equal(t, floor.SiteID("s2"), d.Site, "although it has only 8")
	require.Contains(t, d.Routing.Reasons[0].Words, "the power is out")
	require.Nil(t, w.Sites[0].Do(w.Now, "mia", &floor.ResumeSite{}))
	w.Wake(w.Sites[0])
	run(t, w, 2*time.Second)
	require.Equal(t, floor.SiteID("s1"), capture(t, w, omstest.Capture("1003", order.Asked{SKU: "OAT-1L", Qty: 9})).Site)
}

// TestWhatNeverCameToASiteIsAskedBackOnce: a site's order was taken back by the centre and given to another. Its box was lost
// before it said anything, and the one that took its place does not know the order: nothing more is asked of it.
func TestWhatNeverCameToASiteIsAskedBackOnce(t *testing.T) {
	w := onDisk(t, 37, "s1", "s2").World
	require.NoError(t, w.Opening(w.Sites[0], 10))
	require.NoError(t, w.Opening(w.Sites[1], 10))
	run(t, w, 2*time.Second)
	w.Unplug(w.Sites[0])
	in := omstest.Capture("79", order.Asked{SKU: "TEA-50", Qty: 2}, order.Asked{SKU: "OAT-1L", Qty: 1})
	in.Mode = floor.ModeConfirm
	d := capture(t, w, in)
	require.Equal(t, floor.SiteID("s1"), d.Site)
	require.NoError(t, w.Centre.Clerk.Reassign(ctx, d.ID, clerk.Reassign{Request: "r", Site: "s2"}, func(floor.SiteID) (time.Time, bool) { return w.Now, true }))
	run(t, w, 2*time.Second)
	require.NotEmpty(t, w.Sites[1].State.Orders)
	box, err := w.Replace(ctx, 0)
	require.NoError(t, err)
	run(t, w, 2*time.Minute)
	at := box.Head().Seq
	run(t, w, 5*time.Minute)
	require.Equal(t, at, box.Head().Seq, "it is at rest")
	d = detail(t, w, d.ID)
	require.Equal(t, order.AssignmentRejected, d.Sent[0].State, "%s", words(d))
	require.NotNil(t, w.Sites[1].State.Orders[d.Sent[1].At])

	// What the second one does not have goes on, beside what it keeps: that the first never had its part lets nobody share a group.
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "s3"))
	s3 := w.Add("s3")
	require.NoError(t, w.Opening(s3, 10))
	run(t, w, 10*time.Second)
	do(t, w, w.Sites[1], &floor.Decline{Order: d.Sent[1].At, Lines: []floor.LineID{"2"}, Reason: floor.OutOfStock})
	run(t, w, 10*time.Second)
	d = detail(t, w, d.ID)
	require.Len(t, d.Sent, 3, "%s", words(d))
	require.NotEqual(t, d.Sent[1].Group, d.Sent[2].Group)
	require.NotNil(t, s3.State.Orders[d.Sent[2].At])
}
