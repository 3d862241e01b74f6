package oms_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// do gives a site's floor a command of a person, who must be obeyed.
func do(t *testing.T, w *omstest.World, s *omstest.Site, cmds ...floor.Command) {
	t.Helper()
	for _, c := range cmds {
		if r := s.Do(w.Now, "anna", c); r != nil {
			require.FailNow(t, c.Kind(), r.Words())
		}
	}
	w.Wake(s)
	run(t, w, time.Second)
}

// stocked is a world of sites with so many of every item.
func stocked(t *testing.T, seed uint64, qty int, sites ...floor.SiteID) *omstest.World {
	w := world(t, seed, memory(t), quiet, sites...)
	for _, s := range w.Sites {
		require.NoError(t, w.Opening(s, qty))
	}
	run(t, w, time.Second)
	return w
}

func words(d clerk.Detail) string {
	var out []string
	for _, h := range d.Timeline {
		out = append(out, h.Words)
	}
	return strings.Join(out, "\n")
}

func pickup(number string, lines ...order.Asked) order.Capture {
	c := omstest.Capture(number, lines...)
	c.Flow, c.ShipTo, c.Site = floor.FlowPickup, order.Address{}, "s1"
	c.Contact = &order.Contact{Name: "Grace Hopper", Phone: "+44 20 7946 0001"}
	c.HoldDays = 5
	return c
}

func pick(t *testing.T, w *omstest.World, s *omstest.Site, id floor.OrderID) {
	t.Helper()
	do(t, w, s, &floor.Accept{Order: id}, &floor.Start{Order: id})
	o := s.State.Orders[id]
	for i := range o.Lines {
		if n := o.Lines[i].ToPick(); n > 0 {
			do(t, w, s, &floor.Scan{Order: id, Line: o.Lines[i].ID, SKU: o.Lines[i].SKU, Qty: n})
		}
	}
	do(t, w, s, &floor.Finish{Order: id})
}

func TestAnOrderIsCollectedWithItsCode(t *testing.T) {
	w := stocked(t, 21, 10, "s1")
	s := w.Sites[0]
	do(t, w, s, &floor.SetBin{Bin: floor.Bin{ID: "PICKUP-1", Aisle: "P", Use: "staging"}})
	d := capture(t, w, pickup("C-1", order.Asked{SKU: "TEA-50", Qty: 2}))
	require.Regexp(t, `^[0-9]{8}$`, d.Code)
	require.Equal(t, 5, d.Terms.HoldDays)
	require.Empty(t, d.Terms.CodeHash)
	again, created, err := w.Centre.Clerk.Capture(ctx, pickup("C-1", order.Asked{SKU: "TEA-50", Qty: 2}))
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, d.ID, again)
	run(t, w, time.Second)

	o := s.State.Orders[d.ID]
	require.Equal(t, floor.FlowPickup, o.Flow)
	require.Empty(t, o.ShipTo)
	var who order.Contact
	require.NoError(t, json.Unmarshal(s.Rows[o.Contact], &who))
	require.Equal(t, "Grace Hopper", who.Name)
	entries, err := s.Read(1, 1000, 1<<20)
	require.NoError(t, err)
	for _, e := range entries {
		require.NotContains(t, string(e.Raw), "Hopper")
		require.NotContains(t, string(e.Raw), d.Code, "the code stands in no record")
	}

	pick(t, w, s, d.ID)
	do(t, w, s, &floor.StageGoods{Order: d.ID, Shelf: "PICKUP-1", Bags: 1})
	require.Equal(t, order.Staged, detail(t, w, d.ID).State)
	do(t, w, s, &floor.MakeReady{Order: d.ID})
	require.Equal(t, order.Collectable, detail(t, w, d.ID).State)
	do(t, w, s, &floor.Authorise{Order: d.ID, Method: floor.ProofCode, Code: d.Code})
	do(t, w, s, &floor.HandOut{Order: d.ID})
	d = detail(t, w, d.ID)
	require.Equal(t, order.HandedOver, d.State)
	require.Equal(t, order.AssignmentHanded, d.Sent[0].State)
	mirror(t, w)
}

func TestUnitsThatCannotBeCollectedWaitForTheCustomersChoice(t *testing.T) {
	for how, check := range map[string]func(t *testing.T, w *omstest.World, d clerk.Detail){
		"cancel": func(t *testing.T, _ *omstest.World, d clerk.Detail) { require.Equal(t, order.Cancelled, d.State) },
		"other_site": func(t *testing.T, w *omstest.World, d clerk.Detail) {
			require.Equal(t, floor.FlowPickup, w.Sites[1].State.Orders[d.Sent[1].At].Flow)
		},
		"ship": func(t *testing.T, w *omstest.World, d clerk.Detail) {
			o := w.Sites[1].State.Orders[d.Sent[1].At]
			require.Equal(t, floor.FlowShip, o.Flow)
			require.Contains(t, string(w.Sites[1].Rows[o.ShipTo]), "Lovelace")
			require.Empty(t, o.CodeHash)
		},
	} {
		t.Run(how, func(t *testing.T) {
			w := stocked(t, 22, 10, "s1", "s2")
			d := capture(t, w, pickup("C-2", order.Asked{SKU: "TEA-50", Qty: 2}))
			run(t, w, time.Second)
			do(t, w, w.Sites[0], &floor.Decline{Order: d.ID, Reason: floor.OutOfStock})
			d = detail(t, w, d.ID)
			require.Equal(t, order.AwaitsChoice, d.State)
			require.True(t, d.Choice)
			require.Contains(t, d.Words, "the customer chooses")
			require.Len(t, d.Sent, 1, "nobody else is given it unasked")
			in := clerk.Choose{How: how, Request: "r1"}
			if how == "ship" {
				to := omstest.Capture("").ShipTo
				in.ShipTo = &to
			}
			require.NoError(t, w.Centre.Clerk.Choose(ctx, d.ID, in, nil))
			require.NoError(t, w.Centre.Clerk.Choose(ctx, d.ID, in, nil), "the same request again")
			run(t, w, time.Second)
			d = detail(t, w, d.ID)
			require.False(t, d.Choice)
			check(t, w, d)
		})
	}
}

func TestWhatNoSiteHasIsCancelledAtOnce(t *testing.T) {
	w := world(t, 23, memory(t), quiet, "s1")
	d := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 3}))
	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{Lines: []floor.LineQty{{Line: "1", Qty: 1}}}, nil))
	d = detail(t, w, d.ID)
	require.Equal(t, order.Waiting, d.State)
	require.Equal(t, []order.PartAt{{State: order.PartWaiting, Qty: 2}, {State: floor.CancelledPart, Qty: 1}}, d.Lines[0].Parts)
	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{}, nil))
	d = detail(t, w, d.ID)
	require.Equal(t, order.Cancelled, d.State)
	var late *clerk.TooLate
	require.ErrorAs(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{}, nil), &late)
	require.NoError(t, w.Opening(w.Sites[0], 10))
	run(t, w, time.Second)
	require.Empty(t, detail(t, w, d.ID).Sent, "nobody gets what was cancelled")
}

func TestASiteIsAskedToCancelAndAnswers(t *testing.T) {
	w := stocked(t, 24, 10, "s1")
	s := w.Sites[0]
	d := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 3}, order.Asked{SKU: "OAT-1L", Qty: 1}))
	run(t, w, time.Second)
	pick(t, w, s, d.ID)
	w.Unplug(s)
	run(t, w, time.Minute)
	off := func(floor.SiteID) (time.Time, bool) { return omstest.Start, true }
	in := clerk.Cancel{Request: "c-1", Lines: []floor.LineQty{{Line: "1", Qty: 2}}}
	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, in, off))
	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, in, off), "the same request again")
	d = detail(t, w, d.ID)
	require.Len(t, d.Asks, 1)
	require.Equal(t, order.Open, d.Asks[0].State)
	require.Equal(t, "Cancellation of 2 units asked of Site s1, not answered yet.", d.Words)
	require.Contains(t, words(d), "Cancellation of 2 units asked of Site s1, which is offline since 09:00.")
	var late *clerk.TooLate
	require.Error(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{Lines: []floor.LineQty{{Line: "1", Qty: 2}}}, off), "only one is left")
	w.Plug(s)
	run(t, w, time.Minute)
	d = detail(t, w, d.ID)
	require.Equal(t, order.Granted, d.Asks[0].State)
	require.Equal(t, "Cancelled at Site s1: 2 units, which go back into their bins.", d.Asks[0].Words)
	require.Equal(t, 1, s.State.Orders[d.ID].Line("1").Wanted())
	require.Len(t, d.Sent, 1)

	do(t, w, s, &floor.OpenUnit{Order: d.ID})
	require.NoError(t, s.Pack(w.Now, d.ID))
	w.Wake(s)
	w.Unplug(s)
	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{}, off), "the centre does not know that it has left")
	w.Plug(s)
	run(t, w, time.Minute)
	d = detail(t, w, d.ID)
	require.Equal(t, order.Refused, d.Asks[1].State)
	require.Contains(t, d.Asks[1].Words, "Too late for 2 units: left Site s1 ")
	require.ErrorAs(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{}, nil), &late)
	require.Contains(t, late.Words, "Too late: left Site s1 ")
	mirror(t, w)
}

func TestADeclinedLineGoesToAnotherSiteAtOnce(t *testing.T) {
	w := stocked(t, 25, 10, "s1", "s2")
	d := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 3}, order.Asked{SKU: "OAT-1L", Qty: 1}))
	run(t, w, time.Second)
	require.Equal(t, floor.SiteID("s1"), d.Site)
	do(t, w, w.Sites[0], &floor.Decline{Order: d.ID, Lines: []floor.LineID{"1"}, Reason: floor.OutOfStock})
	run(t, w, time.Second)
	d = detail(t, w, d.ID)
	require.Len(t, d.Sent, 2)
	require.Equal(t, 2, d.Sent[1].Group)
	require.Equal(t, floor.SiteID("s2"), d.Sent[1].Site)
	require.Equal(t, order.New, d.State)
	require.Empty(t, d.Open)
	other := w.Sites[1].State.Orders[d.Sent[1].At]
	require.Len(t, other.Lines, 1)
	require.Equal(t, 3, other.Lines[0].Qty)

	// The second site finds one of three; no third one is there, and the first is not asked again.
	require.NoError(t, w.Sites[1].Ship(w.Now, d.Sent[1].At, map[floor.LineID]int{"1": 2}))
	w.Wake(w.Sites[1])
	require.NoError(t, w.Sites[0].Ship(w.Now, d.ID, nil))
	w.Wake(w.Sites[0])
	run(t, w, time.Minute)
	d = detail(t, w, d.ID)
	require.Len(t, d.Sent, 2)
	require.Equal(t, order.Exception, d.State)
	require.Equal(t, []order.Line{{ID: "1", SKU: "TEA-50", Qty: 2}}, d.Open)
	require.Contains(t, words(d), "3 units went on to Site s2.")

	// A third site opens with stock.
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "s3"))
	s3 := w.Add("s3")
	require.NoError(t, w.Opening(s3, 10))
	run(t, w, 10*time.Second)
	d = detail(t, w, d.ID)
	require.Len(t, d.Sent, 3)
	require.NoError(t, s3.Ship(w.Now, d.Sent[2].At, nil))
	w.Wake(s3)
	run(t, w, 10*time.Second)
	require.Equal(t, order.Shipped, detail(t, w, d.ID).State)
	mirror(t, w)
}

func TestALargeOrderComesInPieces(t *testing.T) {
	w := stocked(t, 26, 5000, "s1")
	c := omstest.Capture("B2B")
	c.Purchase = "PO-77"
	for range 450 {
		c.Lines = append(c.Lines, order.Asked{SKU: "TEA-50", Qty: 2})
	}
	c.Lines[449].LineTerms.HSCode = "12"
	_, _, err := w.Centre.Clerk.Capture(ctx, c)
	require.ErrorContains(t, err, "lines[449].hs_code")
	c.Lines[449].LineTerms.HSCode = "090210"
	d := capture(t, w, c)
	run(t, w, 5*time.Second)
	o := w.Sites[0].State.Orders[d.ID]
	require.Len(t, o.Lines, 450)
	require.Zero(t, o.Coming)
	require.Equal(t, "PO-77", o.Purchase)
	require.Equal(t, "090210", o.Lines[449].HSCode)
	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{}, nil))
	run(t, w, 5*time.Second)
	require.Equal(t, order.Cancelled, detail(t, w, d.ID).State)
}

func TestPartsOfAnOrderLeaveTogether(t *testing.T) {
	w := world(t, 27, memory(t), quiet, "s1", "s2")
	for i, sku := range []floor.SKU{"TEA-50", "OAT-1L"} {
		s := w.Sites[i]
		do(t, w, s, &floor.SetBin{Bin: floor.Bin{ID: "A-01", Aisle: "A"}})
		for _, it := range omstest.Items() {
			it.GTINs = nil
			do(t, w, s, &floor.SetItem{Item: it})
		}
		do(t, w, s, &floor.AdjustStock{SKU: sku, Bin: "A-01", Delta: 5, Reason: "opening"})
	}
	c := omstest.Capture("T-1", order.Asked{SKU: "TEA-50", Qty: 2}, order.Asked{SKU: "OAT-1L", Qty: 1})
	c.WaitAll = true
	d := capture(t, w, c)
	require.Len(t, d.Sent, 2)
	run(t, w, time.Second)
	parts := map[floor.SiteID]floor.OrderID{d.Sent[0].Site: d.Sent[0].At, d.Sent[1].Site: d.Sent[1].At}
	for i, s := range w.Sites {
		id := parts[s.ID]
		require.True(t, s.State.Orders[id].WaitAll)
		pick(t, w, s, id)
		do(t, w, s, &floor.OpenUnit{Order: id})
		require.Error(t, s.Pack(w.Now, id), "nothing leaves before the other part is packed")
		w.Wake(s)
		run(t, w, time.Second)
		require.Equal(t, i == 1, s.State.Orders[id].Go)
	}
	for _, s := range w.Sites {
		do(t, w, s, &floor.HandOver{Unit: s.State.Orders[parts[s.ID]].Units[0].ID, Carrier: "post"})
	}
	require.Equal(t, order.Shipped, detail(t, w, d.ID).State)
}

func TestAChangedOrderMayBeSentAgainByItsChannel(t *testing.T) {
	w := stocked(t, 28, 10, "s1")
	in := omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 3})
	d := capture(t, w, in)
	run(t, w, time.Second)
	to := in.ShipTo
	to.City = "Bath"
	require.NoError(t, w.Centre.Clerk.Change(ctx, d.ID, clerk.Change{Lines: []floor.LineQty{{Line: "1", Qty: 5}}, ShipTo: &to, Note: "rings twice", Service: order.Express}, nil))
	require.Equal(t, 3, detail(t, w, d.ID).Lines[0].Qty, "not before the site has said yes")
	run(t, w, time.Second)
	d = detail(t, w, d.ID)
	require.Equal(t, 5, d.Lines[0].Qty)
	require.Equal(t, "Bath", d.ShipTo.City)
	require.Equal(t, order.Express, d.Service)
	o := w.Sites[0].State.Orders[d.ID]
	require.Contains(t, string(w.Sites[0].Rows[o.ShipTo]), "Bath")
	id, created, err := w.Centre.Clerk.Capture(ctx, in)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, d.ID, id)
}
