package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// TestWhatWasOnItsWayAtTheBackupIsNotHandedOutInQuarantine: the backup holds a record for s1 that s1 never got. Since
// the backup the order was given to s2, and the restored centre does not know.
func TestWhatWasOnItsWayAtTheBackupIsNotHandedOutInQuarantine(t *testing.T) {
	for name, permit := range map[string]bool{"an assignment": false, "a permit": true} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 36, "s1", "s2")
			s1, s2 := w.Sites[0], w.Sites[1]
			require.NoError(t, w.Opening(s1, 10))
			require.NoError(t, w.Opening(s2, 10))
			run(t, w.World, time.Second)
			k := newTale(t, w.World)
			mode := floor.ModeHold
			if permit {
				mode = floor.ModeConfirm
			} else {
				w.Unplug(s1)
			}
			d := capture(t, w.World, tea("1001", "s1", mode))
			if permit {
				run(t, w.World, time.Second)
				k.picks(s1, d.ID)
				k.packs(s1, d.ID)
				for i := 0; i < 1000 && detail(t, w.World, d.ID).Asks == nil; i++ {
					run(t, w.World, time.Millisecond)
				}
				w.Unplug(s1)
				require.NotNil(t, detail(t, w.World, d.ID).Asks)
				require.False(t, s1.State.Orders[d.ID].Permit)
			}
			before := s1.State.Feed
			w.backup(t)
			k.reassign(d.ID, clerk.Reassign{Site: "s2", Force: true, By: "Olga Meier", Note: "the customer is waiting"})
			run(t, w.World, 2*time.Second)
			theirs := at(t, w.World, d.ID)
			require.NotNil(t, s2.State.Orders[theirs])
			if permit {
				k.picks(s2, theirs)
				u := k.packs(s2, theirs)
				run(t, w.World, 5*time.Second)
				k.does(s2, &floor.HandOver{Unit: u, Carrier: "post"})
			} else {
				ship(t, w.World, s2, theirs)
			}
			run(t, w.World, 5*time.Second)

			w.Unplug(s2)
			w.putBack(t, true)
			require.Equal(t, before, s1.State.Feed, "s1 is where the backup left it")
			w.Plug(s1)
			run(t, w.World, 3*time.Minute)
			require.Equal(t, []clerk.InQuarantine{{Site: "s2", Words: "Not heard since the restore."}}, w.reconciling(t).Sites)
			if permit {
				require.False(t, s1.State.Orders[d.ID].Permit, "no permit while s2 may have it")
			} else {
				require.Nil(t, s1.State.Orders[d.ID], "it is not given while s2 may have it")
			}

			w.Plug(s2)
			run(t, w.World, 3*time.Minute)
			require.NotNil(t, w.reconciling(t).Done)
			if permit {
				k.does(s1, &floor.ConfirmPutBack{Order: d.ID, Line: "1", Qty: 2})
				run(t, w.World, time.Second)
			}
			got := detail(t, w.World, d.ID)
			require.Zero(t, got.Twice)
			require.Equal(t, order.Shipped, got.State, "%s", words(got))
			if o := s1.State.Orders[d.ID]; o != nil {
				require.False(t, o.Permit)
				if u := o.Units; len(u) > 0 {
					require.NotNil(t, s1.Do(w.Now, "anna", &floor.HandOver{Unit: u[0].ID, Carrier: "post"}))
				}
			}
		})
	}
}

// TestAPermitIsGivenBehindTheQuarantineThoughTheRestIsCancelledInIt: an order waits for the end of a quarantine with a permit, and
// with a unit that no site has. That one is cancelled meanwhile; the other ones still leave.
func TestAPermitIsGivenBehindTheQuarantineThoughTheRestIsCancelledInIt(t *testing.T) {
	w := onDisk(t, 40, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	k := newTale(t, w.World)
	in := omstest.Capture("1001", order.Asked{SKU: "TEA-50", Qty: 2}, order.Asked{SKU: "OAT-1L", Qty: 1})
	in.Site, in.Mode = "s1", floor.ModeConfirm
	d := capture(t, w.World, in)
	run(t, w.World, time.Second)
	k.does(s1, &floor.Decline{Order: d.ID, Lines: []floor.LineID{"2"}, Reason: floor.OutOfStock})
	k.picks(s1, d.ID)
	k.packs(s1, d.ID)
	for i := 0; i < 1000 && detail(t, w.World, d.ID).Asks == nil; i++ {
		run(t, w.World, time.Millisecond)
	}
	w.Unplug(s1)
	w.backup(t)
	w.Unplug(s2)
	w.putBack(t, true)
	w.Plug(s1)
	run(t, w.World, time.Minute)
	require.False(t, s1.State.Orders[d.ID].Permit, "s2 was not heard")
	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{Lines: []floor.LineQty{{Line: "2", Qty: 1}}}, func(floor.SiteID) (since time.Time, off bool) { return since, false }))
	require.Contains(t, words(detail(t, w.World, d.ID)), "Cancelled 1 unit that no site had.")
	w.Plug(s2)
	run(t, w.World, 3*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.True(t, s1.State.Orders[d.ID].Permit)
}

// TestAPermitThatWasWithheldIsGivenBehindTheQuarantine: nobody else had the order.
func TestAPermitThatWasWithheldIsGivenBehindTheQuarantine(t *testing.T) {
	w := onDisk(t, 37, "s1", "s2")
	s1 := w.Sites[0]
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	k := newTale(t, w.World)
	d := capture(t, w.World, tea("1001", "s1", floor.ModeConfirm))
	fresh := capture(t, w.World, tea("1002", "s1", floor.ModeHold))
	run(t, w.World, time.Second)
	k.picks(s1, d.ID)
	u := k.packs(s1, d.ID)
	for i := 0; i < 1000 && detail(t, w.World, d.ID).Asks == nil; i++ {
		run(t, w.World, time.Millisecond)
	}
	w.Unplug(s1)
	never := capture(t, w.World, tea("1003", "s1", floor.ModeHold))
	w.backup(t)
	w.Unplug(w.Sites[1])
	w.putBack(t, true)
	w.Plug(s1)
	run(t, w.World, time.Minute)
	require.False(t, s1.State.Orders[d.ID].Permit)
	require.Nil(t, s1.State.Orders[never.ID])
	w.Plug(w.Sites[1])
	run(t, w.World, 3*time.Minute)
	require.True(t, s1.State.Orders[d.ID].Permit)
	k.does(s1, &floor.HandOver{Unit: u, Carrier: "post"})
	ship(t, w.World, s1, fresh.ID)
	ship(t, w.World, s1, never.ID)
	run(t, w.World, 5*time.Second)
	for _, id := range []floor.OrderID{d.ID, fresh.ID, never.ID} {
		require.Equal(t, order.Shipped, detail(t, w.World, id).State)
	}
}

// TestAHelloThatBeginsAnotherLifeIsAnswered: the proof that shows that the centre forgot was made for the life that is
// over. Its site gets another challenge at once, and need not wait until it loses patience.
func TestAHelloThatBeginsAnotherLifeIsAnswered(t *testing.T) {
	w := world(t, 38, memory(t), quiet, "s1")
	s := w.Sites[0]
	run(t, w, time.Second)
	w.Unplug(s)
	s.State.Feed.Seq, s.State.Feed.Hash = s.State.Feed.Seq+5000, wire.Hash{7}.String()
	s.Boot()
	gen := func() string { r, err := w.Centre.Clerk.Reconciling(ctx); require.NoError(t, err); return r.Gen }
	was := gen()
	w.Deaf = func(in reconcile.Event) bool { // it does not hear that the centre has another life
		_, seen := in.(reconcile.CentreSeen)
		return seen
	}
	w.Plug(s)
	for i := 0; i < 100 && gen() == was; i++ {
		run(t, w, 10*time.Millisecond)
	}
	require.NotEqual(t, was, gen())
	run(t, w, 200*time.Millisecond)
	require.True(t, s.Engine.View().Open)
	run(t, w, 10*time.Second)
	require.Greater(t, s.State.Feed.Lineage, uint64(1))
}

// TestRunsThatAreHeardInAnyOrderAreNobodyElses: both sites had runs of numbers after the backup, and the one with the
// higher is heard first. The lower is still the other's alone, and nobody is alarmed.
func TestRunsThatAreHeardInAnyOrderAreNobodyElses(t *testing.T) {
	w := onDisk(t, 35, "s1", "s2")
	run(t, w.World, time.Second)
	w.backup(t)
	s1, s2 := w.Sites[0], w.Sites[1]
	do(t, w.World, s1, &floor.AskNumbers{Number: floor.NumberSSCC})
	do(t, w.World, s2, &floor.AskNumbers{Number: floor.NumberSSCC})
	require.Greater(t, s2.State.Blocks[1].From, s1.State.Blocks[1].To)
	w.Unplug(s1)
	w.putBack(t, true)
	run(t, w.World, 2*time.Minute)
	w.Plug(s1)
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	for _, s := range []floor.SiteID{"s1", "s2"} {
		m, err := w.Centre.Clerk.Mark(ctx, s)
		require.NoError(t, err)
		require.Zero(t, m.Odd, m.OddLast)
	}
}

// TestAnOrderSentAgainBetweenTwoRestoresIsOne: the centre is put back, the order's channel sends it again, and before its
// site is heard the centre is put back once more, to a copy that has the order as it was sent again.
func TestAnOrderSentAgainBetweenTwoRestoresIsOne(t *testing.T) {
	w := onDisk(t, 36, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	w.backup(t)
	in := omstest.Capture("78", order.Asked{SKU: "TEA-50", Qty: 2})
	placed := w.Now
	first := capture(t, w.World, in)
	run(t, w.World, time.Second)
	require.NotNil(t, s1.State.Orders[first.ID])
	w.Unplug(s1)
	w.putBack(t, true)
	require.NoError(t, w.Opening(s2, 10))
	run(t, w.World, time.Minute)
	in.Placed = &placed
	again := capture(t, w.World, in)
	require.NotEqual(t, first.ID, again.ID)
	w.backup(t)
	w.putBack(t, true)
	run(t, w.World, time.Minute)
	w.Plug(s1)
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	d := detail(t, w.World, again.ID)
	require.Len(t, d.Sent, 1, "%s", words(d))
	require.Equal(t, floor.SiteID("s1"), d.Sent[0].Site)
	require.Empty(t, s2.State.Orders)
	ship(t, w.World, s1, first.ID)
	run(t, w.World, time.Second)
	require.Equal(t, order.Shipped, detail(t, w.World, again.ID).State)
}

// TestAnOrderSentAgainBehindARestoreThatNobodyKnowsIsOne: as above, and nobody said that the centre was put back the first time. Only its
// site could show it, which is heard behind the second time.
func TestAnOrderSentAgainBehindARestoreThatNobodyKnowsIsOne(t *testing.T) {
	w := onDisk(t, 37, "s1")
	s1 := w.Sites[0]
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	w.backup(t)
	in := omstest.Capture("79", order.Asked{SKU: "TEA-50", Qty: 2})
	placed := w.Now
	first := capture(t, w.World, in)
	run(t, w.World, time.Second)
	require.NotNil(t, s1.State.Orders[first.ID])
	w.Unplug(s1)
	w.putBack(t, false)
	run(t, w.World, time.Minute)
	in.Placed = &placed
	again := capture(t, w.World, in)
	require.NotEqual(t, first.ID, again.ID)
	w.backup(t)
	w.putBack(t, true)
	run(t, w.World, time.Minute)
	w.Plug(s1)
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	all, err := w.Centre.Clerk.Find(ctx, store.Filter{Text: "79", Most: 10})
	require.NoError(t, err)
	require.Len(t, all, 1, "it is one order, and not another channel's that was lost")
	ship(t, w.World, s1, first.ID)
	run(t, w.World, time.Second)
	require.Equal(t, order.Shipped, detail(t, w.World, again.ID).State)
}

// TestAnotherChannelsOrderOfLongAgoIsNotTheOneThatIsLost: a site was never heard before the backup, so it may have been given anything. What it
// has is not an order that another channel sent under the same number, and that was due before.
func TestAnotherChannelsOrderOfLongAgoIsNotTheOneThatIsLost(t *testing.T) {
	w := onDisk(t, 37, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	w.Unplug(s2)
	require.NoError(t, w.Opening(s1, 10))
	require.NoError(t, w.Opening(s2, 10))
	run(t, w.World, time.Second)
	long := capture(t, w.World, tea("79", "s1", ""))
	run(t, w.World, time.Second)
	ship(t, w.World, s1, long.ID)
	run(t, w.World, time.Second)
	w.backup(t)
	w.Plug(s2)
	run(t, w.World, time.Minute)
	in := tea("79", "s2", "")
	in.Channel = "shop"
	lost := capture(t, w.World, in)
	run(t, w.World, time.Minute)
	require.NotNil(t, s2.State.Orders[lost.ID])
	w.Unplug(s2)
	w.putBack(t, true)
	w.Plug(s2)
	run(t, w.World, 2*time.Minute)
	require.NoError(t, w.Store.View(ctx, func(tx store.Tx) error {
		as, err := tx.Assignments(long.ID)
		require.Len(t, as, 1)
		return err
	}))
	ship(t, w.World, s2, lost.ID) // it was not asked back
}

// TestWhatIsAskedInQuarantineFollowsWhatWasAskedBefore: a stop is on its way at the backup, and it is taken back while the
// site's next feed waits for its hello. Asked the other way round, the order would be stopped for ever.
func TestWhatIsAskedInQuarantineFollowsWhatWasAskedBefore(t *testing.T) {
	w := onDisk(t, 37, "s1")
	s1 := w.Sites[0]
	online := func(floor.SiteID) (since time.Time, off bool) { return since, false }
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	first := capture(t, w.World, tea("1001", "s1", floor.ModeHold))
	run(t, w.World, 2*time.Second)
	require.NotNil(t, s1.State.Orders[first.ID])
	w.Unplug(s1)
	capture(t, w.World, tea("1002", "s1", floor.ModeHold)) // never answered: the feed ends with the restore
	require.NoError(t, w.Centre.Clerk.Hold(t.Context(), first.ID, "fraud check", "stop", online))
	w.backup(t)
	w.putBack(t, true)
	require.NoError(t, w.Centre.Clerk.Release(t.Context(), first.ID, "go-on", online))
	w.Plug(s1)
	run(t, w.World, 3*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.Empty(t, s1.State.Orders[first.ID].Hold)
	for _, k := range detail(t, w.World, first.ID).Asks {
		require.NotEqual(t, order.Open, k.State, "%s", k.What)
	}
}

// TestABoxInAnothersPlaceGetsTheAddressUnderTheNameItKnows: the order was sent again under another id before its site was heard,
// and then the box is lost. What its record names is not what the centre would call it.
func TestABoxInAnothersPlaceGetsTheAddressUnderTheNameItKnows(t *testing.T) {
	w := onDisk(t, 39, "s1")
	s1 := w.Sites[0]
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	w.backup(t)
	in := tea("1001", "s1", floor.ModeHold)
	in.Gift = &order.GiftWish{Note: "Many happy returns"}
	placed := w.Now
	in.Placed = &placed
	first := capture(t, w.World, in)
	run(t, w.World, 2*time.Second)
	w.Unplug(s1)
	w.putBack(t, true)
	again := capture(t, w.World, in)
	require.NotEqual(t, first.ID, again.ID)
	w.Plug(s1)
	run(t, w.World, 3*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	w.Unplug(s1)
	box, err := w.Replace(t.Context(), 0)
	require.NoError(t, err)
	w.Plug(box)
	run(t, w.World, 3*time.Minute)
	o := box.State.Orders[first.ID]
	require.NotNil(t, o)
	require.Contains(t, box.Rows, o.ShipTo)
	require.Contains(t, box.Rows, o.Terms.Gift.Note)
}

// TestWhatWaitsForTheEndOfAQuarantineIsNotOvertaken: a stop waits because the centre does not know yet whether s1 has the order.
// s1 is heard, and the stop is taken back while s2 is still away: asked the other way round, the order would be stopped for ever.
func TestWhatWaitsForTheEndOfAQuarantineIsNotOvertaken(t *testing.T) {
	w := onDisk(t, 41, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	online := func(floor.SiteID) (since time.Time, off bool) { return since, false }
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	w.Unplug(s1)
	d := capture(t, w.World, tea("1001", "s1", floor.ModeHold))
	w.backup(t)
	w.Plug(s1)
	run(t, w.World, 10*time.Second)
	require.NotNil(t, s1.State.Orders[d.ID])
	w.Unplug(s1)
	w.Unplug(s2)
	w.putBack(t, true)
	require.NoError(t, w.Centre.Clerk.Hold(ctx, d.ID, "fraud check", "stop", online))
	w.Plug(s1)
	run(t, w.World, 3*time.Minute)
	require.Equal(t, []clerk.InQuarantine{{Site: "s2", Words: "Not heard since the restore."}}, w.reconciling(t).Sites)
	require.NoError(t, w.Centre.Clerk.Release(ctx, d.ID, "go-on", online))
	run(t, w.World, time.Minute)
	w.Plug(s2)
	run(t, w.World, 3*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.Empty(t, s1.State.Orders[d.ID].Hold)
	for _, k := range detail(t, w.World, d.ID).Asks {
		require.Equal(t, order.Granted, k.State, "%s: %s", k.What, k.Words)
	}
}

// TestNumbersOfABoxThatIsLostUnheardAreNobodys: behind the backup a site was leased numbers, its box is lost before the restored
// centre hears it, and the next box knows of none. Another site that remembers its own is heard behind it.
func TestNumbersOfABoxThatIsLostUnheardAreNobodys(t *testing.T) {
	w := onDisk(t, 40, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	run(t, w.World, time.Second)
	w.backup(t)
	do(t, w.World, s2, &floor.AskNumbers{Number: floor.NumberSSCC})
	do(t, w.World, s1, &floor.AskNumbers{Number: floor.NumberSSCC})
	lost := s1.State.Blocks[1]
	w.Unplug(s1)
	w.Unplug(s2)
	w.putBack(t, true)
	box, err := w.Replace(t.Context(), 0)
	require.NoError(t, err)
	run(t, w.World, 2*time.Minute)
	w.Plug(s2)
	run(t, w.World, 3*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	for _, s := range []*omstest.Site{box, s2} {
		m, err := w.Centre.Clerk.Mark(ctx, s.ID)
		require.NoError(t, err)
		require.Zero(t, m.Odd, m.OddLast)
		for _, b := range s.State.Blocks {
			require.False(t, b.Prefix == lost.Prefix && b.From <= lost.To && lost.From <= b.To, "%s has %d to %d again", s.ID, b.From, b.To)
		}
	}
	require.NotZero(t, box.State.NumbersLeft(floor.NumberSSCC))
}

// TestABoxInAnothersPlaceGetsTheAddressThatAnotherSiteTook: two sites were asked to send their parts elsewhere. One takes it; the
// other's box is lost before it answers, and the next one is asked again.
func TestABoxInAnothersPlaceGetsTheAddressThatAnotherSiteTook(t *testing.T) {
	w := stocked(t, 45, 10, "s1", "s2")
	d := capture(t, w, omstest.Capture("1001", order.Asked{SKU: "TEA-50", Qty: 2}, order.Asked{SKU: "OAT-1L", Qty: 1}))
	run(t, w, time.Second)
	require.Equal(t, floor.SiteID("s1"), d.Site)
	do(t, w, w.Sites[0], &floor.Decline{Order: d.ID, Lines: []floor.LineID{"2"}, Reason: floor.CannotMakeIt})
	run(t, w, time.Second)
	sent := detail(t, w, d.ID).Sent
	require.Len(t, sent, 2)
	w.Unplug(w.Sites[1])
	to := order.Address{Name: "Ada King", Street: []string{"1 Quay"}, Postcode: "SW1Y 4LE", City: "London", Country: "GB"}
	require.NoError(t, w.Centre.Clerk.Change(ctx, d.ID, clerk.Change{ShipTo: &to}, func(floor.SiteID) (since time.Time, off bool) { return since, false }))
	run(t, w, 5*time.Second)
	box, err := w.Replace(ctx, 1)
	require.NoError(t, err)
	run(t, w, 2*time.Minute)
	for _, a := range sent {
		for _, s := range []*omstest.Site{w.Sites[0], box} {
			if o := s.State.Orders[a.At]; s.ID == a.Site {
				require.NotEqual(t, order.Ref(d.ID), o.ShipTo)
				require.Contains(t, s.Rows, o.ShipTo)
				require.Contains(t, string(s.Rows[o.ShipTo]), "1 Quay")
			}
		}
	}
}

// TestWhatASiteTookUnheardIsAskedBackWhenItIsHeard: s1 took an order, and before that was heard it went on to s2. Then the centre was
// put back, and s1's feed begins anew: only what s1 tells behind that shows that it has the order, and it is asked for it then.
func TestWhatASiteTookUnheardIsAskedBackWhenItIsHeard(t *testing.T) {
	w := onDisk(t, 39, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	require.NoError(t, w.Opening(s1, 10))
	require.NoError(t, w.Opening(s2, 10))
	run(t, w.World, time.Second)
	k := newTale(t, w.World)
	d := capture(t, w.World, tea("1001", "s1", floor.ModeConfirm))
	for s1.State.Orders[d.ID] == nil {
		run(t, w.World, time.Millisecond)
	}
	w.Unplug(s1)
	k.reassign(d.ID, clerk.Reassign{Site: "s2"})
	require.Equal(t, order.AssignmentRevoked, detail(t, w.World, d.ID).Sent[0].State)
	require.NotContains(t, words(detail(t, w.World, d.ID)), "The site has the order.")
	capture(t, w.World, tea("1002", "s1", floor.ModeHold)) // which is held back, so that the feed begins anew
	w.backup(t)
	w.putBack(t, true)
	w.Plug(s1)
	run(t, w.World, 5*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.NotNil(t, s2.State.Orders[at(t, w.World, d.ID)])
	require.NotEmpty(t, s1.State.Orders[d.ID].Lines[0].Cancelled, "s1 was asked for it, and gave it back")
	for _, a := range detail(t, w.World, d.ID).Asks {
		require.NotEqual(t, order.Open, a.State, "%s of %s", a.What, a.Site)
	}
}

// TestWhatWasGivenToAnotherSiteIsAskedBackInTheNextLineage: an order that may not leave without a permit went on to s2, and s1
// did not get the word that it is to give it back. The centre is put back to behind that, and s1's feed begins anew.
func TestWhatWasGivenToAnotherSiteIsAskedBackInTheNextLineage(t *testing.T) {
	w := onDisk(t, 38, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	require.NoError(t, w.Opening(s1, 10))
	require.NoError(t, w.Opening(s2, 10))
	run(t, w.World, time.Second)
	k := newTale(t, w.World)
	d := capture(t, w.World, tea("1001", "s1", floor.ModeConfirm))
	run(t, w.World, time.Second)
	k.picks(s1, d.ID)
	run(t, w.World, time.Second)
	w.Unplug(s1)
	k.reassign(d.ID, clerk.Reassign{Site: "s2"})
	never := capture(t, w.World, tea("1002", "s1", floor.ModeHold))
	run(t, w.World, 2*time.Second)
	require.NotEmpty(t, at(t, w.World, d.ID))
	lineage := s1.State.Feed.Lineage

	w.backup(t)
	w.putBack(t, true)
	w.Plug(s1)
	run(t, w.World, 5*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.Greater(t, s1.State.Feed.Lineage, lineage)
	require.NotNil(t, s1.State.Orders[never.ID])
	require.True(t, s1.State.Orders[d.ID].TakenBack, "s1 was asked for it, and gave it back")
	require.NotNil(t, s2.State.Orders[at(t, w.World, d.ID)])
	for _, a := range detail(t, w.World, d.ID).Asks {
		require.NotEqual(t, order.Open, a.State, "%s of %s", a.What, a.Site)
	}
}
