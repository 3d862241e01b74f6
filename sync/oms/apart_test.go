package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/wire"
)

// watched is a world whose centre has a witness, which says that nothing was put back.
func watched(t *testing.T, seed uint64, sites ...floor.SiteID) *omstest.World {
	w := world(t, seed, memory(t), quiet, sites...)
	w.Watched = true
	require.NoError(t, w.Restart(ctx))
	require.NoError(t, w.Centre.Clerk.Watch(ctx, true))
	for _, s := range w.Sites {
		require.NoError(t, w.Opening(s, 10))
	}
	run(t, w, 10*time.Second)
	return w
}

func standing(t *testing.T, w *omstest.World) clerk.Reconciling {
	r, err := w.Centre.Clerk.Reconciling(ctx)
	require.NoError(t, err)
	return r
}

// lie makes a site say that it was told what the centre never told it.
func lie(w *omstest.World, s *omstest.Site) {
	w.Unplug(s)
	s.State.Feed.Seq, s.State.Feed.Hash = s.State.Feed.Seq+5000, wire.Hash{7}.String()
	s.Boot()
	w.Plug(s)
}

func noticed(t *testing.T, w *omstest.World, what string) (n int) {
	all, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	for _, x := range all {
		if x.What == what {
			n++
		}
	}
	return n
}

// TestOneSiteThatLiesStopsNobodyElse: who has the certificate of s1 says that the centre forgot, and would have all orders wait
// until every site was heard. The witness says that it did not.
func TestOneSiteThatLiesStopsNobodyElse(t *testing.T) {
	for name, lies := range map[string]func(w *omstest.World, s *omstest.Site){
		"a position to come": lie,
		"another content": func(w *omstest.World, s *omstest.Site) {
			w.Unplug(s)
			s.State.Feed.Hash = wire.Hash{7}.String()
			s.Boot()
			w.Plug(s)
		},
		"a lineage to come": func(w *omstest.World, s *omstest.Site) { w.Unplug(s); s.State.Feed.Lineage += 5; s.Boot(); w.Plug(s) },
	} {
		t.Run(name, func(t *testing.T) {
			w := watched(t, 60, "s1", "s2", "s3")
			s1, s2 := w.Sites[0], w.Sites[1]
			was := standing(t, w)
			w.Unplug(w.Sites[2]) // closed for the night: a quarantine would last until it opens
			lies(w, s1)
			run(t, w, 10*time.Minute)
			require.Equal(t, was, standing(t, w), "the company goes on")
			require.False(t, s1.Engine.View().Open)
			require.Equal(t, 1, noticed(t, w, "site.apart"), "however often it says so")

			older := w.Now.Add(-time.Hour)
			in := omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 1})
			in.Placed = &older
			d := capture(t, w, in)
			run(t, w, 2*time.Second)
			require.Equal(t, floor.SiteID("s2"), detail(t, w, d.ID).Site)
			require.NotNil(t, s2.State.Orders[d.ID])
			big := capture(t, w, forced("2", "s1"))
			run(t, w, 2*time.Second)
			require.Nil(t, s1.State.Orders[big.ID], "its orders wait")

			// Let in with what it shows it gets a feed of its own again; nothing else changes.
			require.NoError(t, w.Centre.Clerk.Lift(ctx, "s1", "Olga Meier", "its box was cloned, the clone is gone"))
			run(t, w, 3*time.Minute)
			require.True(t, s1.Engine.View().Open)
			require.Equal(t, was, standing(t, w))
			require.NotNil(t, s1.State.Orders[big.ID])
			require.ErrorContains(t, w.Centre.Clerk.Lift(ctx, "s1", "Olga Meier", "again"), "not set apart")
			lies(w, s1)
			run(t, w, time.Minute)
			require.False(t, s1.Engine.View().Open, "it was let in once")
		})
	}
}

// TestASiteThatIsSetApartGetsNothingNew: it has the goods, nobody else has, and the order goes there when it is let in.
func TestASiteThatIsSetApartGetsNothingNew(t *testing.T) {
	w := watched(t, 61, "s1", "s2")
	s1 := w.Sites[0]
	lie(w, s1)
	run(t, w, 10*time.Second)
	d := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 20}))
	require.Equal(t, floor.SiteID("s2"), d.Site)
	d = capture(t, w, omstest.Capture("2", order.Asked{SKU: "TEA-50", Qty: 5}))
	require.Equal(t, order.Waiting, d.State, "%s", words(d))
	box, err := w.Replace(ctx, 0) // another box, with a certificate of its own
	require.NoError(t, err)
	run(t, w, 3*time.Minute)
	require.True(t, box.Engine.View().Open)
	require.NotNil(t, box.State.Orders[d.ID])
	require.Empty(t, standing(t, w).At)
}

// TestARealRestoreIsStillFoundOut: the centre is put back and nobody says so; its witness is lost, or says nothing for sure, or
// was put back with it.
func TestARealRestoreIsStillFoundOut(t *testing.T) {
	for name, c := range map[string]struct {
		proven bool
		both   bool
	}{"the witness says nothing for sure": {}, "it was put back too, and a second site shows it": {proven: true, both: true}} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 62, "s1", "s2")
			w.Watched = true
			s1, s2 := w.Sites[0], w.Sites[1]
			require.NoError(t, w.Opening(s1, 10))
			run(t, w.World, 10*time.Second)
			w.backup(t)
			for _, s := range w.Sites {
				capture(t, w.World, forced("for-"+string(s.ID), s.ID))
			}
			run(t, w.World, 10*time.Second)
			w.Unplug(s1)
			w.Unplug(s2)
			w.putBack(t, false)
			require.NoError(t, w.Centre.Clerk.Watch(ctx, c.proven))
			if !c.proven { // what that start left open is known behind the next one
				require.NoError(t, w.Restart(ctx))
				require.NoError(t, w.Centre.Clerk.Watch(ctx, true))
			}
			w.Plug(s1)
			run(t, w.World, 30*time.Second)
			if c.both {
				require.Nil(t, w.reconciling(t).At)
				require.Equal(t, 1, noticed(t, w.World, "site.apart"))
				w.Plug(s2)
				run(t, w.World, 3*time.Minute)
				require.Contains(t, w.reconciling(t).Why, "Sites s1 and s2 know more")
			} else {
				require.Contains(t, w.reconciling(t).Why, "s1 knows more")
				w.Plug(s2)
				run(t, w.World, 3*time.Minute)
			}
			require.NotNil(t, w.reconciling(t).Done)
			for _, s := range w.Sites {
				require.True(t, s.Engine.View().Open)
				require.Len(t, s.State.Orders, 1)
			}

			// Both were heard: what they showed then is what this database told them, and the word of one counts for one again.
			gen := w.reconciling(t).Gen
			lie(w.World, s1)
			run(t, w.World, time.Minute)
			require.Equal(t, gen, w.reconciling(t).Gen)
		})
	}
}

// TestAPersonConfirmsThatTheCentreWasPutBack: the site that was set apart was right.
func TestAPersonConfirmsThatTheCentreWasPutBack(t *testing.T) {
	w := watched(t, 63, "s1", "s2")
	lie(w, w.Sites[0])
	run(t, w, 10*time.Second)
	require.False(t, w.Sites[0].Engine.View().Open)
	_, err := w.Centre.Clerk.Restored(ctx, time.Time{}, "An operator says so.")
	require.NoError(t, err)
	require.NoError(t, w.Restart(ctx))
	run(t, w, 3*time.Minute)
	require.NotNil(t, standing(t, w).Done)
	require.True(t, w.Sites[0].Engine.View().Open)
}
