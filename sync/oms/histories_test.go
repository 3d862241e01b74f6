package oms_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// TestRandomHistories lets people at two sites and customers at the centre do anything at all, sensible and
// not. However it went, the mirror is each site's book, every unit of every order is in one place, no unit is
// served twice, and folding again gives nothing new to do.
func TestRandomHistories(t *testing.T) {
	for seed := range 16 {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { t.Parallel(); history(t, uint64(seed)) })
	}
}

func history(t *testing.T, seed uint64) {
	w := stocked(t, 1000+seed, 12, "s1", "s2")
	rng := rand.New(rand.NewPCG(seed, 5))
	for _, s := range w.Sites {
		do(t, w, s, &floor.SetBin{Bin: floor.Bin{ID: "P-1", Aisle: "P", Use: "staging"}})
	}
	items := omstest.Items()
	var ids []floor.OrderID
	for i := range 6 {
		c := omstest.Capture(fmt.Sprint("r", i))
		if i%3 == 2 {
			c = pickup(fmt.Sprint("r", i))
		}
		for range 1 + rng.IntN(3) {
			c.Lines = append(c.Lines, order.Asked{SKU: items[rng.IntN(len(items))].SKU, Qty: 1 + rng.IntN(4)})
		}
		ids = append(ids, capture(t, w, c).ID)
		run(t, w, time.Second)
		for range 40 {
			s := w.Sites[rng.IntN(2)]
			s.Do(w.Now, "anna", someCommand(rng, s)) // what is refused is a record, too
		}
		wish(w, rng, ids[rng.IntN(len(ids))])
		for _, s := range w.Sites {
			w.Wake(s)
		}
		if rng.IntN(3) == 0 {
			require.NoError(t, w.Restart(ctx))
		}
	}
	for range 4 {
		run(t, w, 30*time.Second)
	}
	mirror(t, w)
	for _, id := range ids {
		sameOrder(t, w, id)
		d := detail(t, w, id)
		for _, k := range d.Asks {
			require.NotEqual(t, order.Open, k.State, "every ask is answered: %+v", k)
		}
		for _, l := range d.Lines {
			served := 0
			for _, p := range l.Parts {
				if p.State.Left() {
					served += p.Qty
				}
			}
			require.LessOrEqual(t, served, l.Qty)
		}
	}
	for _, s := range w.Sites {
		m, err := w.Centre.Clerk.Mark(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, uint64(s.Head().Seq), uint64(m.Folded), "nothing stops the fold")
		require.Zero(t, m.Odd, m.OddLast)
	}
	// A waiting unit stays with nobody: asked again, nothing is given to a second site.
	before := len(w.Sites[0].State.Orders) + len(w.Sites[1].State.Orders)
	run(t, w, time.Minute)
	require.Equal(t, before, len(w.Sites[0].State.Orders)+len(w.Sites[1].State.Orders))
}

// wish is what a customer or an operator may want of an order. That it may come too late is as it should be.
func wish(w *omstest.World, rng *rand.Rand, id floor.OrderID) {
	c := w.Centre.Clerk
	line := floor.LineID(fmt.Sprint(1 + rng.IntN(3)))
	switch rng.IntN(7) {
	case 0:
		_ = c.Cancel(ctx, id, clerk.Cancel{}, nil)
	case 1:
		_ = c.Cancel(ctx, id, clerk.Cancel{Lines: []floor.LineQty{{Line: line, Qty: 1}}, Cause: []floor.Cause{floor.ByCustomer, floor.ByCentre, floor.NoStock}[rng.IntN(3)]}, nil)
	case 2:
		_ = c.Change(ctx, id, clerk.Change{Lines: []floor.LineQty{{Line: line, Qty: rng.IntN(6)}}, Note: fmt.Sprint("note ", rng.IntN(3))}, nil)
	case 3:
		_ = c.Choose(ctx, id, clerk.Choose{How: []string{"other_site", "cancel"}[rng.IntN(2)]}, nil)
	case 4:
		to := omstest.Capture("").ShipTo
		to.City = "Bath"
		_ = c.Change(ctx, id, clerk.Change{ShipTo: &to}, nil)
	case 5:
		_ = c.Hold(ctx, id, "wait", "", nil)
	case 6:
		_ = c.Release(ctx, id, "", nil)
	}
}

func someCommand(rng *rand.Rand, s *omstest.Site) floor.Command {
	orders := make([]floor.OrderID, 0, len(s.State.Orders))
	for id := range s.State.Orders {
		orders = append(orders, id)
	}
	slices.Sort(orders)
	items := omstest.Items()
	at := rng.IntN(len(items))
	sku, bin := items[at].SKU, floor.BinID(fmt.Sprintf("A-0%d", at+1))
	id, line, unit := floor.OrderID("none"), floor.LineID("1"), floor.UnitID("000000000000000000")
	if len(orders) > 0 {
		id = orders[rng.IntN(len(orders))]
		o := s.State.Orders[id]
		l := o.Lines[rng.IntN(len(o.Lines))]
		line, sku = l.ID, l.SKU
		if len(o.Units) > 0 {
			unit = o.Units[rng.IntN(len(o.Units))].ID
		}
	}
	qty := 1 + rng.IntN(3)
	switch rng.IntN(21) {
	case 0:
		return &floor.Accept{Order: id}
	case 1:
		return &floor.Decline{Order: id, Lines: []floor.LineID{line}, Reason: floor.OutOfStock}
	case 2, 3:
		return &floor.Start{Order: id, TakeOver: true}
	case 4, 5, 6, 7:
		return &floor.Scan{Order: id, Line: line, SKU: sku, Qty: qty, Done: rng.IntN(5) == 0}
	case 8:
		return &floor.Undo{Order: id, Line: line, Qty: qty, Bin: bin}
	case 9:
		return &floor.ReportShort{Order: id, Line: line, Qty: qty, Reason: floor.ShortReasons[rng.IntN(len(floor.ShortReasons))]}
	case 10:
		return &floor.Finish{Order: id}
	case 11:
		return &floor.OpenUnit{Order: id}
	case 12, 13:
		return &floor.AddToUnit{Unit: unit, Line: line, Qty: qty}
	case 14:
		return &floor.CloseUnit{Unit: unit, WeightG: 500}
	case 15:
		return &floor.VoidUnit{Unit: unit, Reason: "torn"}
	case 16:
		return &floor.HandOver{Unit: unit, Carrier: "post"}
	case 17:
		return &floor.StageGoods{Order: id, Shelf: "P-1"}
	case 18:
		return &floor.MakeReady{Order: id}
	case 19:
		return &floor.HandOut{Order: id, Done: true}
	}
	return &floor.AdjustStock{SKU: items[at].SKU, Bin: bin, Delta: rng.IntN(7) - 3, Reason: "counted"}
}

// TestNoRecordStopsTheFold: whatever a site can tell, empty and about nobody's order, is folded or put on the
// desk; everything behind it goes on.
func TestNoRecordStopsTheFold(t *testing.T) {
	w := stocked(t, 77, 5, "s1")
	s := w.Sites[0]
	m := floor.Meta{ID: "all", Now: w.Now}
	recs := floor.Records(floor.Source("t", "s1", "NODE-s1"), "LOG-s1", floor.Seq(s.Head().Seq+1), m, floor.Types())
	for i := range recs {
		raw, err := recs[i].AppendTo(nil)
		require.NoError(t, err)
		s.Append(raw)
	}
	w.Wake(s)
	run(t, w, 10*time.Second)
	mark, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.Nil(t, mark.Stuck)
	require.Equal(t, uint64(s.Head().Seq), uint64(mark.Folded))
}
