package oms_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/oms/store/sqlite"
)

// disk is a centre on a file that can be kept and put back.
type disk struct {
	*omstest.World
	dir  string
	live string
}

func onDisk(t *testing.T, seed uint64, sites ...floor.SiteID) *disk {
	d := &disk{dir: t.TempDir()}
	d.live = filepath.Join(d.dir, "oms.db")
	st, err := sqlite.Open(ctx, d.live)
	require.NoError(t, err)
	d.World = world(t, seed, st, quiet, sites...)
	t.Cleanup(func() { require.NoError(t, d.Store.Close()) })
	return d
}

// backup keeps the centre's file as it is now.
func (d *disk) backup(t *testing.T) {
	require.NoError(t, d.Store.Close()) // closing brings everything into the one file
	body, err := os.ReadFile(d.live)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "backup"), body, 0o600))
	d.open(t)
	require.NoError(t, d.Restart(ctx))
	run(t, d.World, 2*time.Minute)
}

func (d *disk) open(t *testing.T) {
	st, err := sqlite.Open(ctx, d.live)
	require.NoError(t, err)
	d.Store = st
}

// putBack puts the backup in the file's place; announced says so, as an operator does.
func (d *disk) putBack(t *testing.T, announced bool) {
	require.NoError(t, d.Store.Close())
	body, err := os.ReadFile(filepath.Join(d.dir, "backup"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(d.live, body, 0o600))
	d.open(t)
	if announced {
		c, err := clerk.New(d.Store, clerk.Config{Tenant: "t", Now: func() time.Time { return d.Now }, NewID: func(time.Time) string { return "GEN-2" }})
		require.NoError(t, err)
		_, err = c.Restored(ctx, time.Time{}, "put back by hand")
		require.NoError(t, err)
	}
	require.NoError(t, d.Restart(ctx))
}

func (d *disk) reconciling(t *testing.T) clerk.Reconciling {
	r, err := d.Centre.Clerk.Reconciling(ctx)
	require.NoError(t, err)
	return r
}

// TestAnOrderOlderThanTheRestoreWaitsForEverySite: s1 was given an order after the backup; the centre forgets it, and
// s2 could serve it.
func TestAnOrderOlderThanTheRestoreWaitsForEverySite(t *testing.T) {
	w := onDisk(t, 31, "s1", "s2", "s3")
	run(t, w.World, time.Second)
	s1, s2 := w.Sites[0], w.Sites[1]
	old := capture(t, w.World, omstest.Capture("old", order.Asked{SKU: "TEA-50", Qty: 2}))
	require.Equal(t, order.Waiting, old.State)
	w.backup(t)
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, 2*time.Second)
	require.NotNil(t, s1.State.Orders[old.ID])

	w.Unplug(s1)
	w.putBack(t, true)
	require.NoError(t, w.Opening(s2, 10))
	run(t, w.World, 3*time.Minute)
	r := w.reconciling(t)
	require.Contains(t, r.Words, "Reconciling: 2 of 3 sites.")
	require.Equal(t, []clerk.InQuarantine{{Site: "s1", Words: "Not heard since the restore."}}, r.Sites)
	d := detail(t, w.World, old.ID)
	require.Equal(t, order.Waiting, d.State)
	require.Contains(t, d.Words, "the centre was restored")
	require.Equal(t, 1, r.Waiting)

	fresh := capture(t, w.World, omstest.Capture("new", order.Asked{SKU: "TEA-50", Qty: 1}))
	require.Equal(t, floor.SiteID("s2"), fresh.Site, "new orders flow")
	early := w.Now.Add(-time.Hour)
	sent := omstest.Capture("again", order.Asked{SKU: "TEA-50", Qty: 1})
	sent.Placed = &early
	require.Equal(t, order.Waiting, capture(t, w.World, sent).State, "but not those placed before")

	w.Plug(s1)
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	d = detail(t, w.World, old.ID)
	require.Equal(t, floor.SiteID("s1"), d.Site)
	require.Nil(t, s2.State.Orders[old.ID], "nobody else was given it")
	require.Len(t, d.Sent, 1)
	again, _, err := w.Centre.Clerk.Capture(ctx, sent)
	require.NoError(t, err)
	require.NotEmpty(t, detail(t, w.World, again).Site, "what waited goes on")
	ship(t, w.World, s1, old.ID)
	run(t, w.World, time.Second)
	require.Equal(t, order.Shipped, detail(t, w.World, old.ID).State)
}

// TestAHelloThatKnowsMoreBeginsAnotherLife: nobody said that the file was put back.
func TestAHelloThatKnowsMoreBeginsAnotherLife(t *testing.T) {
	w := onDisk(t, 32, "s1", "s2")
	require.NoError(t, w.Opening(w.Sites[0], 10))
	run(t, w.World, time.Second)
	w.backup(t)
	first := w.reconciling(t)
	require.Nil(t, first.At)
	capture(t, w.World, omstest.Capture("lost", order.Asked{SKU: "TEA-50", Qty: 1}))
	run(t, w.World, time.Second)

	w.Unplug(w.Sites[1])
	w.putBack(t, false)
	run(t, w.World, 3*time.Minute)
	r := w.reconciling(t)
	require.NotEqual(t, first.Gen, r.Gen)
	require.Contains(t, r.Why, "s1 knows more")
	require.Equal(t, 1, r.Heard)
	w.Plug(w.Sites[1])
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.Equal(t, r.Gen, w.reconciling(t).Gen, "one restore is one")
}

// TestACopyFromTheMiddleOfAQuarantineIsFoundOut: the copy holds s1 as one that was not heard since the restore. It was, in the
// same life, and was given an order since; nobody said that the file was put back again.
func TestACopyFromTheMiddleOfAQuarantineIsFoundOut(t *testing.T) {
	w := onDisk(t, 36, "s1", "s2")
	s1, s2 := w.Sites[0], w.Sites[1]
	require.NoError(t, w.Opening(s1, 10))
	run(t, w.World, time.Second)
	w.backup(t)
	w.Unplug(s1)
	w.Unplug(s2)
	w.putBack(t, true)
	w.backup(t) // s1 and s2 are in quarantine
	first := w.reconciling(t)
	require.Equal(t, 0, first.Heard)
	w.Plug(s1)
	run(t, w.World, 2*time.Minute)
	require.Equal(t, first.Gen, w.reconciling(t).Gen, "it was where the restored centre has it")
	require.Equal(t, 1, w.reconciling(t).Heard)
	given := capture(t, w.World, omstest.Capture("given", order.Asked{SKU: "TEA-50", Qty: 1}))
	run(t, w.World, time.Second)
	require.NotNil(t, s1.State.Orders[given.ID])

	w.putBack(t, false)
	run(t, w.World, 3*time.Minute)
	r := w.reconciling(t)
	require.NotEqual(t, first.Gen, r.Gen, "another life began")
	require.Contains(t, r.Why, "s1 knows more")
	require.Equal(t, 1, r.Heard)
	w.Plug(s2)
	run(t, w.World, 2*time.Minute)
	require.NotNil(t, w.reconciling(t).Done)
	require.Equal(t, r.Gen, w.reconciling(t).Gen, "once")
}

// TestALostOrderSentAgainIsNotServedTwice: only s1 remembers it, and its channel sends it again.
func TestALostOrderSentAgainIsNotServedTwice(t *testing.T) {
	for name, early := range map[string]bool{"after s1 was heard": false, "while s1 is away": true} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 33, "s1", "s2")
			s1, s2 := w.Sites[0], w.Sites[1]
			require.NoError(t, w.Opening(s1, 10))
			run(t, w.World, time.Second)
			w.backup(t)
			in := omstest.Capture("77", order.Asked{SKU: "TEA-50", Qty: 2}, order.Asked{SKU: "OAT-1L", Qty: 1})
			placed := w.Now
			lost := capture(t, w.World, in)
			run(t, w.World, time.Second)
			require.NotNil(t, s1.State.Orders[lost.ID])
			w.Unplug(s1)
			w.Now = w.Now.Add(time.Minute)
			w.putBack(t, true)
			require.NoError(t, w.Opening(s2, 10))
			run(t, w.World, time.Minute)
			in.Placed = &placed
			id := floor.OrderID("")
			if early {
				id = capture(t, w.World, in).ID
				run(t, w.World, time.Minute)
			}
			w.Plug(s1)
			run(t, w.World, 2*time.Minute)
			if !early {
				require.Equal(t, order.LostChannel, detail(t, w.World, lost.ID).Channel)
				var created bool
				var err error
				id, created, err = w.Centre.Clerk.Capture(ctx, in)
				require.NoError(t, err)
				require.False(t, created)
				require.Equal(t, lost.ID, id)
			}
			run(t, w.World, time.Minute)
			d := detail(t, w.World, id)
			require.Equal(t, "web", d.Channel)
			require.Equal(t, "Ada Lovelace", d.Customer.Name)
			require.Len(t, d.Sent, 1, "%s", words(d))
			require.Equal(t, floor.SiteID("s1"), d.Sent[0].Site)
			require.Empty(t, s2.State.Orders)
			ship(t, w.World, s1, lost.ID)
			run(t, w.World, time.Second)
			require.Equal(t, order.Shipped, detail(t, w.World, id).State)
		})
	}
}

// TestNumbersLeasedAfterTheBackupAreNobodyElses: s1 had a second lease after the backup, and is away.
func TestNumbersLeasedAfterTheBackupAreNobodyElses(t *testing.T) {
	for name, lifted := range map[string]bool{"heard": false, "lifted unheard": true} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 34, "s1", "s2")
			run(t, w.World, time.Second)
			w.backup(t)
			s1, s2 := w.Sites[0], w.Sites[1]
			do(t, w.World, s1, &floor.AskNumbers{Number: floor.NumberSSCC})
			require.Len(t, s1.State.Blocks, 2)
			w.Unplug(s1)
			w.putBack(t, true)
			run(t, w.World, 2*time.Minute)
			do(t, w.World, s2, &floor.AskNumbers{Number: floor.NumberSSCC})
			run(t, w.World, time.Minute)
			require.Len(t, s2.State.Blocks, 1, "nothing is leased while s1 may have it")
			if lifted {
				require.Error(t, w.Centre.Clerk.Lift(ctx, "s1", "", "it burnt"), "somebody has to answer for it")
				require.NoError(t, w.Centre.Clerk.Lift(ctx, "s1", "Olga Meier", "the shop burnt down"))
				l := w.reconciling(t).Lifted
				require.Len(t, l, 1)
				require.Equal(t, "Olga Meier", l[0].By)
			} else {
				w.Plug(s1)
			}
			run(t, w.World, 2*time.Minute)
			require.NotNil(t, w.reconciling(t).Done)
			require.Len(t, s2.State.Blocks, 2)
			for _, a := range s1.State.Blocks {
				for _, b := range s2.State.Blocks {
					require.True(t, a.To < b.From || b.To < a.From, "%+v and %+v", a, b)
				}
			}
		})
	}
}
