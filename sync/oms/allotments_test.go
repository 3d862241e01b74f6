package oms_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

func keep(t *testing.T, w *omstest.World, site floor.SiteID, qty int64, note string) {
	require.NoError(t, w.Centre.Clerk.SetAllotments(ctx, site, []clerk.AllotmentWish{{SKU: "TEA-50", Qty: qty, Note: note}}))
}

func allotment(t *testing.T, w *omstest.World, site floor.SiteID) clerk.AllotmentView {
	all, err := w.Centre.Clerk.Allotments(ctx, site)
	require.NoError(t, err)
	for _, a := range all {
		if a.SKU == "TEA-50" {
			return a
		}
	}
	return clerk.AllotmentView{}
}

// heardOf says whether people at the centre were told of something.
func heardOf(t *testing.T, w *omstest.World, what string) string {
	all, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	for _, n := range all {
		if n.What == what {
			return n.Words
		}
	}
	return ""
}

func TestWhatIsKeptAtASilentSiteIsPromisedOnce(t *testing.T) {
	w := world(t, 71, memory(t), quiet, "north")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 20))
	run(t, w, time.Second)
	keep(t, w, "north", 6, "")
	require.Equal(t, int64(6), allotment(t, w, "north").Coming)
	require.Equal(t, int64(14), promised(t, w, "north").Free, "asked for is not kept yet, and nobody else's any more")
	run(t, w, time.Minute)
	require.Equal(t, int64(6), s.State.Kept("TEA-50"))
	require.Equal(t, int64(6), allotment(t, w, "north").Free)
	require.Equal(t, order.Promise{ATP: 20, Allotted: 6}, promised(t, w, "north").Promise, "all of it is promised, 6 however long it is silent")

	w.Unplug(s)
	later(t, w, 72*time.Hour)
	require.Equal(t, order.Promise{ATP: 6, Allotted: 6, Why: "The site is not heard: the 6 it keeps for us are promised, and nothing else of it."}, promised(t, w, "north").Promise)
	first := capture(t, w, asks(4))
	require.Equal(t, order.Sent, first.State)
	require.Equal(t, int64(2), promised(t, w, "north").Free)
	second := capture(t, w, asks(2))
	require.Equal(t, order.Sent, second.State)
	require.Equal(t, order.Waiting, capture(t, w, asks(1)).State, "nothing is promised beyond what is kept")
	// The shop sells what is not kept, and all of that.
	tell(t, w, s, &floor.SellAtTill{Receipt: "r1", SoldAt: w.Now, Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: 14}}})
	require.Empty(t, s.State.BrokenAllotments())

	w.Plug(s)
	run(t, w, time.Minute)
	for _, d := range []clerk.Detail{first, second} {
		require.NoError(t, s.Ship(w.Now, d.ID, nil), "what was promised is there")
	}
	w.Wake(s)
	run(t, w, time.Minute)
	require.Equal(t, order.Shipped, detail(t, w, first.ID).State)
	require.Zero(t, s.State.Kept("TEA-50"))
	require.Zero(t, allotment(t, w, "north").Kept)
	require.Empty(t, heardOf(t, w, "allotment.broken"))
	require.Equal(t, int64(14+6), -s.State.OnHand(floor.Opening, "TEA-50"))
	mirror(t, w)

	// Stock that appears is kept again, by itself.
	tell(t, w, s, &floor.AdjustStock{SKU: "TEA-50", Bin: "A-01", Delta: 9, Reason: "found"})
	run(t, w, time.Minute)
	require.Equal(t, int64(6), s.State.Kept("TEA-50"))
	require.Equal(t, int64(6), allotment(t, w, "north").Free)
}

func TestAnAllotmentIsGivenBackByTheCentreAlone(t *testing.T) {
	w := world(t, 72, memory(t), quiet, "north")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w, time.Second)
	keep(t, w, "north", 30, "")
	run(t, w, time.Minute)
	require.Equal(t, int64(10), allotment(t, w, "north").Free, "as much as lies there")

	tell(t, w, s, &floor.WantAllotmentBack{SKU: "TEA-50", Qty: 4, Note: "a customer wants four"})
	run(t, w, time.Minute)
	require.Equal(t, int64(10), s.State.Kept("TEA-50"), "a wish is a wish")
	require.Equal(t, "Site north would have 4 × Green tea, 50 bags back that it keeps for us: a customer wants four.", heardOf(t, w, "allotment.wanted"))
	require.Equal(t, int64(4), allotment(t, w, "north").Wanted)

	w.Unplug(s)
	run(t, w, time.Minute)
	keep(t, w, "north", 6, "Four are yours.")
	require.Equal(t, int64(6), allotment(t, w, "north").Free, "what is given back is promised no more, heard or not")
	require.Equal(t, int64(10), s.State.Kept("TEA-50"))
	w.Plug(s)
	run(t, w, time.Minute)
	require.Equal(t, int64(6), s.State.Kept("TEA-50"))
	require.Zero(t, allotment(t, w, "north").Wanted)

	tell(t, w, s, &floor.WantAllotmentBack{SKU: "TEA-50", Qty: 1, Note: "one more"})
	run(t, w, time.Minute)
	keep(t, w, "north", 6, "No: they are promised.")
	run(t, w, time.Minute)
	require.Zero(t, allotment(t, w, "north").Wanted, "no is an answer")
	require.Equal(t, int64(6), s.State.Kept("TEA-50"))

	tell(t, w, s, &floor.SellAtTill{Receipt: "r1", SoldAt: w.Now, Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: 5}}})
	run(t, w, time.Minute)
	require.Equal(t, "1 × Green tea, 50 bags that Site north kept for us went otherwise: sold there, or not found. 5 still kept; what was promised beyond that comes short.", heardOf(t, w, "allotment.broken"))
	require.Equal(t, int64(5), allotment(t, w, "north").Free)

	keep(t, w, "north", 0, "")
	require.Zero(t, allotment(t, w, "north").Free)
	run(t, w, time.Minute)
	require.Zero(t, s.State.Kept("TEA-50"))
	all, err := w.Centre.Clerk.Allotments(ctx, "")
	require.NoError(t, err)
	require.Empty(t, all, "it is over, and leaves nothing")

	var p order.Problems
	require.ErrorAs(t, w.Centre.Clerk.SetAllotments(ctx, "north", []clerk.AllotmentWish{{SKU: "NONE", Qty: -1}}), &p)
	require.Len(t, p, 2)
	require.ErrorIs(t, w.Centre.Clerk.SetAllotments(ctx, "nowhere", nil), clerk.ErrNoSite)
}

// TestAllotmentsSurviveRestores: what is kept comes back with the site's records, what was asked is asked again, and while
// it is not known nothing is promised from it.
func TestAllotmentsSurviveRestores(t *testing.T) {
	d := onDisk(t, 73, "s1")
	w, s := d.World, d.Sites[0]
	require.NoError(t, w.Opening(s, 20))
	run(t, w, time.Second)
	keep(t, w, "s1", 4, "")
	run(t, w, time.Minute)
	w.Unplug(s)
	keep(t, w, "s1", 9, "") // on its way at the backup
	d.backup(t)
	w.Plug(s)
	run(t, w, time.Minute)
	require.Equal(t, int64(9), s.State.Kept("TEA-50"))
	w.Unplug(s)
	lost := capture(t, w, asks(7))
	w.Plug(s)
	run(t, w, time.Minute)
	require.NotNil(t, s.State.Orders[lost.ID])
	had := s.State.Kept("TEA-50")
	require.Equal(t, int64(9), had, "topped up")
	w.Unplug(s)

	d.putBack(t, true)
	require.Equal(t, int64(4), allotment(t, w, "s1").Kept, "as it was at the backup")
	require.Zero(t, allotment(t, w, "s1").Free, "and promised by nobody")
	require.Zero(t, promised(t, w, "s1").Promise.Allotted)
	var late *clerk.TooLate
	require.ErrorAs(t, w.Centre.Clerk.SetAllotments(ctx, "s1", []clerk.AllotmentWish{{SKU: "TEA-50", Qty: 1}}), &late)
	w.Plug(s)
	run(t, w, 2*time.Minute)
	require.Equal(t, s.State.Kept("TEA-50"), allotment(t, w, "s1").Kept)
	require.Equal(t, had, s.State.Kept("TEA-50"), "what came again had no second effect")
	require.Zero(t, allotment(t, w, "s1").Coming)
	require.Equal(t, int64(9), allotment(t, w, "s1").Free)

	// And the site's file, put back to before all of that.
	w.Unplug(s)
	require.NoError(t, s.PutBack(10))
	require.Zero(t, s.State.Kept("TEA-50"))
	w.Plug(s)
	run(t, w, 2*time.Minute)
	require.Equal(t, had, s.State.Kept("TEA-50"))
	require.Equal(t, had, allotment(t, w, "s1").Free)
	mirror(t, w)
}

// TestNothingThatIsKeptIsOversold lets two shops sell, count and lose the line while the centre promises what they keep. At
// no moment does the centre hold more to promise than the shop keeps, and no order that drew on it finds less, unless the
// shop has told by a fact what broke it.
func TestNothingThatIsKeptIsOversold(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { t.Parallel(); escrow(t, seed) })
	}
}

func escrow(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 11))
	w := world(t, 7000+seed, memory(t), linktest.Faults{Drop: 0.05, Dup: 0.05, DelayMax: 500 * time.Millisecond}, "s1", "s2")
	breaks := seed%2 == 1 // these shops sell what they keep as well; of the others only an order beside it takes any
	down := map[*omstest.Site]bool{}
	for _, s := range w.Sites {
		require.NoError(t, w.Opening(s, 12))
	}
	run(t, w, 10*time.Second)
	check := func(step int) {
		for _, s := range w.Sites {
			broken, over := int64(0), int64(0)
			if a := s.State.Allotments.Get("TEA-50"); a != nil {
				broken, over = a.Broken, a.Over
			}
			require.LessOrEqual(t, over, broken, "seed %d, step %d: oversold at %s, and nobody was told", seed, step, s.ID)
			require.LessOrEqual(t, allotment(t, w, s.ID).Free, s.State.Kept("TEA-50")+broken, "seed %d, step %d: %s keeps less than may be promised", seed, step, s.ID)
		}
	}
	for step := range 90 {
		s := w.Sites[rng.IntN(2)]
		switch rng.IntN(9) {
		case 0:
			keep(t, w, s.ID, int64(rng.IntN(9)), "")
		case 1, 2:
			capture(t, w, omstest.Capture(fmt.Sprint("o-", step), order.Asked{SKU: "TEA-50", Qty: 1 + rng.IntN(3)}))
		case 3, 4:
			free := s.State.PromiseOf("TEA-50").Available
			if breaks {
				free = max(0, s.State.PromiseOf("TEA-50").OnHand)
			}
			if n := min(free, int64(1+rng.IntN(3))); n > 0 {
				tell(t, w, s, &floor.SellAtTill{Receipt: fmt.Sprint("r", step), SoldAt: w.Now, Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: int(n)}}})
			}
		case 5:
			tell(t, w, s, &floor.AdjustStock{SKU: "TEA-50", Bin: "A-01", Delta: 1 + rng.IntN(4), Reason: "found"})
		case 6:
			if down[s] = !down[s]; down[s] {
				w.Unplug(s)
				run(t, w, order.Fresh+10*time.Second) // within a minute what is not kept is promised too
			} else {
				w.Plug(s)
			}
		case 7:
			for _, o := range s.State.Orders {
				if o.State() == floor.OrderNew {
					_ = s.Ship(w.Now, o.ID, nil) // what it does not find stays open
					w.Wake(s)
					break
				}
			}
		case 8:
			if rng.IntN(4) == 0 {
				require.NoError(t, w.Restart(ctx))
			}
		}
		for _, s := range w.Sites {
			if len(s.State.BrokenAllotments()) > 0 {
				tell(t, w, s, &floor.CheckAllotments{})
			}
		}
		pause := time.Duration(rng.IntN(4000)) * time.Millisecond
		if !breaks {
			pause += 6 * time.Second // the centre hears what the till sold before it promises what is not kept
		}
		run(t, w, pause)
		check(step)
	}
	for _, s := range w.Sites {
		if down[s] {
			w.Plug(s)
		}
	}
	for range 4 {
		run(t, w, 30*time.Second)
		for _, s := range w.Sites {
			if len(s.State.BrokenAllotments()) > 0 {
				tell(t, w, s, &floor.CheckAllotments{})
			}
		}
	}
	check(-1)
	for _, s := range w.Sites {
		a := allotment(t, w, s.ID)
		require.Equal(t, s.State.Kept("TEA-50"), a.Kept, "seed %d: both sides agree", seed)
		require.Zero(t, a.Drawn+a.Coming, "seed %d: nothing is left unanswered", seed)
		require.False(t, a.Back)
	}
	mirror(t, w)
}
