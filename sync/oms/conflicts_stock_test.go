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
)

// on is a command that comes from somebody's device; a refusal is what the handheld shows.
func (k *tale) on(s *omstest.Site, who floor.UserID, device floor.DeviceID, c floor.Command) {
	k.t.Helper()
	if r := s.As(k.Now, floor.Meta{Actor: who, Device: device}, c); r != nil {
		k.say("%s: no: %s %s", who, r.Words(), r.Hint())
	}
	k.Wake(s)
}

// level is what the centre's mirror has of the tea.
func level(t *testing.T, w *omstest.World, site floor.SiteID) (onHand, free int64) {
	l, err := w.Centre.Clerk.Stock(ctx, site, []floor.SKU{"TEA-50"}, func(floor.SiteID) time.Time { return w.Now })
	require.NoError(t, err)
	require.Len(t, l, 1)
	return l[0].OnHand, l[0].Free
}

func counted(qty int) *floor.CountBin {
	return &floor.CountBin{Bin: "A-03", Lines: []floor.CountedItem{{SKU: "TEA-50", Qty: qty}}}
}

func TestConflict10CountWaitsForUnsentScans(t *testing.T) {
	w := stocked(t, 110, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	s := w.Sites[0]
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	for _, v := range []floor.Session{{ID: "a1", User: "anna", Device: "hh-1"}, {ID: "a2", User: "anna", Device: "hh-2"}} {
		v.Expires = w.Now.Add(8 * time.Hour)
		require.Nil(t, s.Do(w.Now, "", &floor.SignIn{Session: v}))
	}
	k.say("anna picks with two devices, both out of reach; ben counts the bin, from which she has taken two")
	k.does(s, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID})
	run(t, w, time.Minute)
	taken := w.Now
	run(t, w, 5*time.Minute)
	k.on(s, "ben", "hh-9", counted(8))
	k.show(d.ID)
	require.Equal(t, floor.BinProvisional, s.State.CountState("A-03"))
	k.say("ben wants to confirm it all the same")
	k.on(s, "ben", "hh-9", &floor.ConfirmCount{Bin: "A-03"})
	k.say("the scans arrive")
	if r := s.As(w.Now, floor.Meta{Actor: "anna", Device: "hh-1", At: taken}, &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2, Bin: "A-03", Done: true}); r != nil {
		require.FailNow(t, r.Words())
	}
	k.does(s, &floor.DrainDevice{Device: "hh-1", Seq: 900}, &floor.DrainDevice{Device: "hh-2", Seq: 900})
	k.show(d.ID)
	require.Equal(t, "", s.State.CountState("A-03"), "it is confirmed, by itself")
	onHand, _ := level(t, w, "s1")
	require.EqualValues(t, 8, onHand)
	mirror(t, w)
	k.end("10-count-waits-for-unsent-scans", "10. Count against scans that have not come: the count waits.")
}

func TestConflict11CountAndMovements(t *testing.T) {
	w := stocked(t, 111, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	s := w.Sites[0]
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	k.say("ben counts 9, where the book says 10: one fewer. Before it is confirmed anna picks two")
	require.Nil(t, s.As(w.Now, floor.Meta{Actor: "lea"}, &floor.SetPolicy{Name: "count_auto", Value: []byte("false")}))
	k.on(s, "ben", "hh-9", counted(9))
	run(t, w, 5*time.Minute)
	k.does(s, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID}, &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2})
	k.show(d.ID)
	k.say("ben confirms: the book changes by the difference, not to the number")
	k.on(s, "ben", "hh-9", &floor.ConfirmCount{Bin: "A-03"})
	k.say("eva finds 7, which is the same difference; a lead takes it")
	k.on(s, "eva", "hh-8", counted(7))
	k.on(s, "lea", "hh-7", &floor.AcceptCount{Bin: "A-03"})
	k.on(s, "lea", "hh-7", &floor.ConfirmCount{Bin: "A-03"})
	k.show(d.ID)
	onHand, _ := level(t, w, "s1")
	require.EqualValues(t, 7, onHand, "10 - 1 - 2, and not 9")
	mirror(t, w)
	k.end("11-count-and-movements", "11. Count against movements: kept as a difference; they commute.")
}

func TestConflict12LateSaleAndCount(t *testing.T) {
	w := stocked(t, 112, 10, "s1")
	s := w.Sites[0]
	k := newTale(t, w)
	sold := w.Now
	run(t, w, 10*time.Minute)
	k.say("the till sold two at %s, and has no line; ben counts 8 at %s", sold.Format("15:04"), w.Now.Format("15:04"))
	k.on(s, "ben", "hh-9", counted(8))
	if s.State.CountState("A-03") != "" {
		k.say("the count is beyond the tolerance: eva counts as well")
		k.on(s, "eva", "hh-8", counted(8))
	}
	if s.State.CountState("A-03") != "" {
		k.on(s, "lea", "hh-7", &floor.AcceptCount{Bin: "A-03"})
	}
	k.show("")
	require.Equal(t, "", s.State.CountState("A-03"))
	k.say("the till's sale comes: the count has it already")
	k.on(s, "", "", &floor.SellAtTill{Receipt: "T1-1", SoldAt: sold, Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: 2, Bin: "A-03"}}})
	k.show("")
	onHand, _ := level(t, w, "s1")
	require.EqualValues(t, 8, onHand)
	k.say("another sale comes, of so close to the count that nobody can tell")
	k.on(s, "", "", &floor.SellAtTill{Receipt: "T1-2", SoldAt: s.State.Places["bin/A-03"].Counted.Add(-30 * time.Second), Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: 1, Bin: "A-03"}}})
	k.show("")
	require.NotNil(t, s.State.Tasks.Get("recount/A-03"))
	mirror(t, w)
	k.end("12-late-sale-and-count", "12. A sale of before the count comes late: the count has it; too close to tell: count again.")
}

func TestConflict13SoldWhileCounted(t *testing.T) {
	w := stocked(t, 113, 3, "s1", "s2")
	k := newTale(t, w)
	k.say("both sites begin to count; the centre goes on selling")
	for _, s := range w.Sites {
		k.on(s, "ben", "hh-9", &floor.OpenCount{What: floor.CountDirected, Bins: []floor.BinID{"A-03"}})
	}
	d := capture(t, w, tea("1001", "", ""))
	require.Equal(t, floor.SiteID("s1"), d.Site)
	s := w.Sites[0]
	run(t, w, time.Second)
	k.show(d.ID)
	k.say("one is there, not three")
	k.on(s, "ben", "hh-9", counted(1))
	if s.State.CountState("A-03") == floor.BinSecond {
		k.on(s, "eva", "hh-8", counted(1))
	}
	if st := s.State.CountState("A-03"); st == floor.BinReview {
		k.on(s, "lea", "hh-7", &floor.AcceptCount{Bin: "A-03"})
	}
	if s.State.CountState("A-03") == floor.BinReady {
		k.on(s, "lea", "hh-7", &floor.ConfirmCount{Bin: "A-03"})
	}
	k.show(d.ID)
	require.Contains(t, words(detail(t, w, d.ID)), "the order is at risk")
	_, free := level(t, w, "s1")
	require.Zero(t, free)
	k.say("anna finds one of two")
	k.does(s, &floor.Accept{Order: d.ID}, &floor.Start{Order: d.ID}, &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 1},
		&floor.ReportShort{Order: d.ID, Line: "1", Qty: 1, Reason: floor.NotInStock, All: true})
	k.show(d.ID)
	require.Equal(t, floor.SiteID("s2"), detail(t, w, d.ID).Site, "the rest goes to another site")
	mirror(t, w)
	k.end("13-sold-while-counted", "13. The centre sold during a count: a reservation moves nothing; what is promised and not there is told.")
}

func TestConflict17CrashWhilePrinting(t *testing.T) {
	w := stocked(t, 117, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	s := w.Sites[0]
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	k.picks(s, d.ID)
	k.does(s, &floor.OpenUnit{Order: d.ID})
	u := s.State.Orders[d.ID].Units[0].ID
	k.does(s, &floor.AddToUnit{Unit: u, Line: "1", Qty: 2}, &floor.CloseUnit{Unit: u, WeightG: 900})
	job := s.State.Orders[d.ID].Jobs[0].ID
	k.say("the label's bytes are on their way to the printer when the power goes")
	k.does(s, &floor.StartPrint{Job: job, Printer: "bench-1"})
	w.RebootSite(s)
	k.does(s, &floor.FailPrint{Job: job, State: floor.JobUnknown, Reasons: []string{"box-restarted"}})
	k.show(d.ID)
	k.say("it cannot leave: nobody knows whether there is a label")
	k.does(s, &floor.HandOver{Unit: u, Carrier: "post"})
	k.say("anna prints again")
	k.does(s, &floor.RequestLabel{Unit: u, Doc: floor.DocShippingLabel, Reason: "nobody knows whether it came out"})
	jobs := s.State.Orders[d.ID].Jobs
	last := jobs[len(jobs)-1]
	require.Equal(t, 2, last.Copy)
	k.does(s, &floor.StartPrint{Job: last.ID, Printer: "bench-1"}, &floor.ConfirmPrint{Job: last.ID})
	k.show(d.ID)
	k.say("copy 1 came out after all, and both are scanned when it leaves: it leaves once")
	k.does(s, &floor.HandOver{Unit: u, Carrier: "post"}, &floor.HandOver{Unit: u, Carrier: "post"})
	k.show(d.ID)
	require.Equal(t, order.Shipped, detail(t, w, d.ID).State)
	require.Zero(t, detail(t, w, d.ID).Twice)
	k.end("17-crash-while-printing", "17. Label sent to the printer, crash before anybody knew: printed again, marked as copy 2.")
}

func TestConflict18OldBoxComesBack(t *testing.T) {
	w := stocked(t, 118, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	old := w.Sites[0]
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	k.say("s1 is cut off, and picks; then another box takes its place")
	w.Unplug(old)
	k.picks(old, d.ID)
	box, err := w.Replace(ctx, 0)
	require.NoError(t, err)
	w.Sites = w.Sites[:1]
	k.seen["s1"] = 0
	run(t, w, time.Minute)
	require.NotNil(t, box.State.Orders[d.ID])
	require.Zero(t, box.State.Orders[d.ID].Lines[0].Picked, "nobody told it")
	k.show(d.ID)
	k.say("the old box comes back")
	w.Sites = append(w.Sites, old)
	w.Plug(old)
	run(t, w, time.Minute)
	w.Sites = w.Sites[:1]
	k.say("old box: this box was replaced; %d facts handed over", old.Handed)
	k.show(d.ID)
	require.NotZero(t, old.Handed)
	require.Equal(t, 2, box.State.Orders[d.ID].Lines[0].Picked)
	told, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.Equal(t, "salvage.imported", told[0].What)
	require.EqualValues(t, old.Handed, told[0].Count)
	k.say("the new box goes on where the old one was")
	k.does(box, &floor.AskNumbers{Number: floor.NumberSSCC})
	run(t, w, 5*time.Second)
	k.does(box, &floor.HandOver{Unit: k.packs(box, d.ID), Carrier: "post"})
	k.show(d.ID)
	require.Equal(t, order.Shipped, detail(t, w, d.ID).State)
	mirror(t, w)
	k.end("18-old-box-comes-back", "18. The old box comes back after it was replaced: the new one; the old one hands over what it has.")
}

func TestConflict21UserDisabledWhileAway(t *testing.T) {
	k, id := away(t, 121, "", func(k *tale, s *omstest.Site, id floor.OrderID) {
		_, err := k.Centre.Clerk.PutUsers(ctx, "s1", []clerk.UserSetup{{User: "anna", Name: "Anna", Roles: []string{"picker"}, PIN: "1234"}})
		require.NoError(k.t, err)
	})
	s := k.Sites[0]
	k.say("anna picks, then the centre disables her, and she packs: s1 has not heard of it")
	k.picks(s, id)
	run(t, k.World, time.Minute)
	_, err := k.Centre.Clerk.PutUsers(ctx, "s1", []clerk.UserSetup{{User: "anna", Name: "Anna", Disabled: true}})
	require.NoError(t, err)
	run(t, k.World, time.Minute)
	k.packs(s, id)
	k.say("the line of s1 comes back")
	k.Plug(s)
	k.show(id)
	require.Equal(t, order.State("awaiting_carrier"), detail(t, k.World, id).State, "what she did stands")
	told, err := k.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.Equal(t, "anna", told[0].About)
	require.Contains(t, string(s.Rows["doc/user/anna"]), `"disabled":true`, "and now the site knows that she may not sign in")
	k.say("anna's login is over at s1: her own document says that she may not sign in")
	fmt.Fprintf(&k.out, "handheld  s1  %s\n", s.Rows["doc/user/anna"])
	k.end("21-user-disabled-while-away", "21. A person is disabled while the site is away: what they did stands, and is looked at.")
}

func TestConflict22ClocksDisagree(t *testing.T) {
	w := stocked(t, 122, 10, "s1")
	d := capture(t, w, tea("1001", "", ""))
	run(t, w, time.Second)
	s := w.Sites[0]
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	k.say("s1 picks; then its clock jumps three minutes back, and it packs")
	k.picks(s, d.ID)
	w.Unplug(s)
	s.Skew = -3 * time.Minute
	s.Boot()
	w.Plug(s)
	run(t, w, time.Second)
	k.does(s, &floor.HandOver{Unit: k.packs(s, d.ID), Carrier: "post"})
	k.show(d.ID)
	got := detail(t, w, d.ID)
	require.Equal(t, order.Shipped, got.State, "what happened is in the order of the log")
	told, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.InDelta(t, -180_000, told[0].Count, 1000)
	fmt.Fprintf(&k.out, "handheld  s1  ! the clock of this site is off by %s\n", s.Engine.View().Skew.Round(time.Minute))
	k.say("it says hello again: nobody is told twice")
	w.RebootSite(s)
	k.show(d.ID)
	mirror(t, w)
	k.end("22-clocks-disagree", "22. Clocks disagree: what happened goes by the log, and people are told.")
}
