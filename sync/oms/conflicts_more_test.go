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

// TestConflict07 is the worst of a restore: s1 has the order in a life the centre forgot, is lifted out of quarantine
// unheard, and comes back when s2 has it.
func TestConflict07TwoSitesHoldOneOrder(t *testing.T) {
	w := onDisk(t, 107, "s1", "s2")
	run(t, w.World, time.Second)
	s1, s2 := w.Sites[0], w.Sites[1]
	d := capture(t, w.World, omstest.Capture("1001", order.Asked{SKU: "TEA-50", Qty: 2}))
	w.backup(t)
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, 2*time.Second)
	require.NotNil(t, s1.State.Orders[d.ID])
	w.Unplug(s1)
	w.putBack(t, true)
	k := newTale(t, w.World)
	k.say("the centre was restored and forgot that s1 has the order; s2 gets stock")
	require.NoError(t, w.Opening(s2, 10))
	k.show(d.ID)
	run(t, w.World, 2*time.Minute)
	k.say("%s", w.reconciling(t).Words)
	k.say("Olga lifts s1, which she thinks is dead")
	require.NoError(t, w.Centre.Clerk.Lift(ctx, "s1", "Olga Meier", "the box burnt"))
	k.show(d.ID)
	k.say("s1 was alive: it comes back")
	k.Plug(s1)
	run(t, w.World, time.Minute)
	k.show(d.ID)
	d = detail(t, k.World, d.ID)
	require.Len(t, d.Sent, 2)
	k.say("s1, which had it first, lets it leave")
	ship(t, k.World, s1, d.ID)
	k.show(d.ID)
	d = detail(t, k.World, d.ID)
	require.Equal(t, order.Shipped, d.State)
	require.Zero(t, d.Twice)
	k.end("07-two-sites-hold-one-order", "7. Two sites hold one order after a restore of the centre: who was given it first; the other is asked back.")
}

func TestConflict08BothSellTheLastUnit(t *testing.T) {
	w := stocked(t, 108, 2, "s1", "s2")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	first, other := w.Sites[0], floor.SiteID("s2")
	if d.Site == "s2" {
		first, other = w.Sites[1], "s1"
	}
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	k.say("somebody carries both units out of %s to the till, and anna finds none", first.ID)
	k.does(first, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID}, &floor.ReportShort{Order: d.ID, Line: "1", Qty: 2, Reason: floor.NotInStock, All: true})
	k.show(d.ID)
	require.Equal(t, other, detail(t, w, d.ID).Site, "the centre finds another source")
	k.say("there is none either")
	k.does(w.Sites[1], &floor.Accept{Order: d.ID + "-2"}, &floor.Start{Order: d.ID + "-2"}, &floor.ReportShort{Order: d.ID + "-2", Line: "1", Qty: 2, Reason: floor.NotInStock, All: true})
	k.show(d.ID)
	k.end("08-both-sell-the-last-unit", "8. Both sell the last unit: whoever holds it; the loser is short, and the centre finds another source.")
}

func TestConflict09ShortPick(t *testing.T) {
	w := stocked(t, 109, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	s := w.Sites[0]
	require.Nil(t, s.Do(w.Now, "", &floor.AdjustStock{SKU: "TEA-50", Bin: "A-04", Delta: 1, Reason: "opening"}))
	w.Wake(s)
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	k.say("anna finds none; there is another bin")
	short := &floor.ReportShort{Order: d.ID, Line: "1", Qty: 2, Reason: floor.NotInStock}
	k.does(s, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID}, short)
	k.show(d.ID)
	require.Zero(t, detail(t, w, d.ID).Lines[0].Short)
	k.say("she takes one from there, and there is no more")
	k.does(s, &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 1, Bin: "A-04"},
		&floor.ReportShort{Order: d.ID, Line: "1", Qty: 1, Reason: floor.NotInStock, Bin: "A-03", Checked: []floor.BinID{"A-04"}})
	k.show(d.ID)
	require.Equal(t, 1, detail(t, w, d.ID).Lines[0].Short)
	require.NotNil(t, s.State.Tasks.Get("recount/A-03"))
	mirror(t, w)
	k.end("09-short-pick", "9. Short pick: another bin is named, then what the site says stands, and the bin is counted.")
}

func TestConflict14TwoPickTheSameLine(t *testing.T) {
	w := stocked(t, 114, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	s := w.Sites[0]
	k.say("anna picks both; then the scans arrive that ben made out of reach")
	k.does(s, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID}, &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2})
	if r := s.Do(k.Now, "ben", &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2, Done: true}); r != nil {
		require.FailNow(t, r.Words())
	}
	k.Wake(s)
	k.show(d.ID)
	k.say("ben puts his back")
	k.does(s, &floor.ConfirmPutBack{Order: d.ID, Line: "1", Qty: 2})
	k.show(d.ID)
	mirror(t, w)
	k.end("14-two-pick-the-same-line", "14. Two devices picked the same line: both facts stand, and one is put back.")
}

func TestConflict15ShipAskedAfterTheRelease(t *testing.T) {
	w := stocked(t, 115, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	k := newTale(t, w)
	s := w.Sites[0]
	k.picks(s, d.ID)
	u := k.packs(s, d.ID)
	k.show(d.ID)
	k.say("the customer cancels; the site lets go of it")
	k.cancel(d.ID)
	k.show(d.ID)
	k.say("a device asks to hand it over")
	k.does(s, &floor.HandOver{Unit: u, Carrier: "post"})
	k.show(d.ID)
	require.NotEqual(t, order.Shipped, detail(t, w, d.ID).State)
	k.end("15-ship-asked-after-the-release", "15. Ship asked by a device, assignment released meanwhile: the release.")
}

func TestConflict16ChangedWhilePicked(t *testing.T) {
	w := stocked(t, 116, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	k := newTale(t, w)
	s := w.Sites[0]
	k.picks(s, d.ID)
	u := k.packs(s, d.ID)
	k.show(d.ID)
	to := order.Address{Name: "Ada Lovelace", Street: []string{"1 New Street"}, Postcode: "SW1Y 4JH", City: "London", Country: "GB"}
	k.say("the address changes when the label is printed")
	require.NoError(t, w.Centre.Clerk.Change(ctx, d.ID, clerk.Change{ShipTo: &to}, k.offline))
	k.show(d.ID)
	k.say("another label; it leaves; then the quantity is to change")
	k.does(s, &floor.RequestLabel{Unit: u, Doc: floor.DocShippingLabel, Reason: "damaged"})
	for _, j := range s.State.Orders[d.ID].Jobs[2:] {
		k.does(s, &floor.StartPrint{Job: j.ID, Printer: "bench-1"}, &floor.ConfirmPrint{Job: j.ID})
	}
	k.does(s, &floor.HandOver{Unit: u, Carrier: "post"})
	k.show(d.ID)
	if err := w.Centre.Clerk.Change(ctx, d.ID, clerk.Change{Lines: []floor.LineQty{{Line: "1", Qty: 1}}}, k.offline); err != nil {
		k.say("oms: no: %s", err)
	}
	k.show(d.ID)
	k.end("16-changed-while-picked", "16. Changed after the pick began: the site takes it or not, by how far it is.")
}

func TestConflict19SiteRestored(t *testing.T) {
	w := stocked(t, 119, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	next := capture(t, w, tea("1002", "", ""))
	run(t, w, time.Second)
	s := w.Sites[0]
	k := newTale(t, w)
	k.picks(s, next.ID)
	u := k.packs(s, next.ID)
	kept := int(s.Head().Seq)
	ship(t, w, s, d.ID)
	run(t, w, 5*time.Second)
	k.told[d.ID], k.told[next.ID] = len(detail(t, w, d.ID).Timeline), len(detail(t, w, next.ID).Timeline)
	k.say("the box of s1 is put back to what it was before order 1001 left; five handhelds may know more than it")
	s.Devices = []floor.DeviceID{"hh-1", "hh-2", "hh-3", "hh-4", "hh-5"}
	require.NoError(t, s.PutBack(kept))
	k.seen["s1"] = kept
	w.RebootSite(s)
	run(t, w, time.Minute)
	k.show(d.ID)
	require.Equal(t, floor.UnitDeparted, s.State.Orders[d.ID].Units[0].State)
	k.say("2 of 5 handhelds hand in what they hold")
	k.does(s, &floor.DrainDevice{Device: "hh-1", Seq: 900}, &floor.DrainDevice{Device: "hh-2", Seq: 900})
	require.Len(t, s.State.Recovery.Waits, 3)
	k.say("order 1002 is packed; it must not leave yet")
	k.does(s, &floor.HandOver{Unit: u, Carrier: "post"})
	k.show(next.ID)
	require.Equal(t, floor.UnitClosed, s.State.Orders[next.ID].Units[0].State)
	k.say("two more hand in theirs, and a lead says that the fifth is lost")
	k.does(s, &floor.DrainDevice{Device: "hh-3", Seq: 900}, &floor.DrainDevice{Device: "hh-4", Seq: 900}, &floor.LoseDevice{Device: "hh-5", Reason: "it fell into the dock"})
	k.does(s, &floor.HandOver{Unit: u, Carrier: "post"})
	k.show(next.ID)
	require.Nil(t, s.State.Recovery)
	require.Equal(t, order.Shipped, detail(t, w, next.ID).State)
	k.end("19-site-restored", "19. A site restored from a backup: the centre's facts, and the devices'.")
}

func TestConflict20CentreRestored(t *testing.T) {
	w := onDisk(t, 120, "s1", "s2", "s3")
	require.NoError(t, w.Opening(w.Sites[0], 10))
	run(t, w.World, time.Second)
	d := capture(t, w.World, omstest.Capture("1001", order.Asked{SKU: "TEA-50", Qty: 2}))
	run(t, w.World, time.Second)
	w.backup(t)
	ship(t, w.World, w.Sites[0], d.ID)
	run(t, w.World, 5*time.Second)
	w.Unplug(w.Sites[0])
	w.putBack(t, true)
	k := newTale(t, w.World)
	k.told[d.ID] = len(detail(t, w.World, d.ID).Timeline)
	k.notes = 0
	k.say("the centre is put back to before the order left; s1 is off the line")
	run(t, w.World, 2*time.Minute)
	r := w.reconciling(t)
	k.say("%s", r.Words)
	for _, s := range r.Sites {
		k.say("%s: %s", s.Site, s.Words)
	}
	k.show(d.ID)
	k.say("nothing old is given to another site")
	k.reassign(d.ID, clerk.Reassign{})
	k.show(d.ID)
	k.say("s1 comes back")
	k.Plug(w.Sites[0])
	run(t, w.World, time.Minute)
	k.show(d.ID)
	require.NotNil(t, w.reconciling(t).Done)
	require.Equal(t, order.Shipped, detail(t, w.World, d.ID).State)
	k.end("20-centre-restored", "20. The centre restored: what the sites tell is replayed, and old orders wait for it.")
}
