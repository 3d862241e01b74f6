package oms_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
)

var (
	ctx   = context.Background()
	quiet = linktest.Faults{DelayMin: 5 * time.Millisecond, DelayMax: 10 * time.Millisecond}
)

func memory(t *testing.T) store.Store {
	st, err := sqlite.Memory(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

func world(t *testing.T, seed uint64, st store.Store, f linktest.Faults, sites ...floor.SiteID) *omstest.World {
	w, err := omstest.NewWorld(ctx, seed, st, f)
	require.NoError(t, err)
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, sites...))
	for _, id := range sites {
		w.Add(id)
	}
	return w
}

func run(t *testing.T, w *omstest.World, d time.Duration) { require.NoError(t, w.Run(ctx, d)) }

func capture(t *testing.T, w *omstest.World, c order.Capture) clerk.Detail {
	id, created, err := w.Centre.Clerk.Capture(ctx, c)
	require.NoError(t, err)
	require.True(t, created)
	return detail(t, w, id)
}

func detail(t *testing.T, w *omstest.World, id floor.OrderID) clerk.Detail {
	d, err := w.Centre.Clerk.Order(ctx, id)
	require.NoError(t, err)
	return d
}

func TestAnOrderIsRoutedPickedShortShippedAndToldLineByLine(t *testing.T) {
	w := world(t, 1, memory(t), quiet, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w, time.Second)

	d := capture(t, w, omstest.Capture("1001", order.Asked{SKU: "OAT-1L", Qty: 2}, order.Asked{GTIN: "9521234000037", Qty: 3}))
	require.Equal(t, order.Sent, d.State)
	require.Equal(t, floor.SiteID("s1"), d.Site)
	run(t, w, time.Second)

	o := s.State.Orders[d.ID]
	require.NotNil(t, o, "the site has the order within a second")
	require.Equal(t, "1001", o.Number)
	require.Equal(t, order.Ref(d.ID), o.ShipTo)
	var to order.Address
	require.NoError(t, json.Unmarshal(s.Rows[o.ShipTo], &to), "the address came beside the record")
	require.Equal(t, "Ada Lovelace", to.Name)
	entries, err := s.Read(1, 1000, 1<<20)
	require.NoError(t, err)
	for _, e := range entries {
		require.NotContains(t, string(e.Raw), "Lovelace", "no record holds what is personal")
	}
	require.Equal(t, order.New, detail(t, w, d.ID).State)

	require.NoError(t, s.Ship(w.Now, d.ID, map[floor.LineID]int{"2": 1}))
	w.Wake(s)
	run(t, w, time.Second)

	d = detail(t, w, d.ID)
	require.Equal(t, order.Exception, d.State)
	require.Equal(t, []order.PartAt{{State: floor.ShippedPart, Qty: 2, Site: "s1", Unit: d.Units[0].Unit}}, d.Lines[0].Parts)
	require.Equal(t, []order.PartAt{{State: floor.ShippedPart, Qty: 2, Site: "s1", Unit: d.Units[0].Unit}, {State: floor.ShortPart, Qty: 1, Site: "s1"}}, d.Lines[1].Parts)
	require.Equal(t, []floor.Short{{Reason: floor.NotInStock, Qty: 1}}, d.Lines[1].Shorts)
	require.Equal(t, []order.Line{{ID: "2", SKU: "TEA-50", Qty: 1}}, d.Open)
	require.True(t, d.Units[0].Labelled)
	require.Len(t, d.Units[0].Unit, 18)
	require.Equal(t, order.AssignmentShipped, d.Sent[0].State)

	var told []string
	for _, h := range d.Timeline {
		told = append(told, fmt.Sprintf("%s|%s|%s", h.Site, h.Who, h.Words))
	}
	require.Equal(t, []string{
		"||Order 1001 came in by web.", "s1||Sent to Site s1: the only one that has everything.", "s1||The site has the order.",
		"s1|anna|Accepted 2 lines.", "s1|anna|Picking started.", "s1|anna|Picked 2 × Oat drink 1 l from A-01.", "s1|anna|Picked 2 × Green tea, 50 bags from A-03.",
		"s1|anna|Short 1 × Green tea, 50 bags at A-03: not in stock.", "s1|anna|Picking finished.", "s1|anna|Parcel " + string(d.Units[0].Unit) + " opened.",
		"s1|ben|Packed 2 × Oat drink 1 l into parcel …" + string(d.Units[0].Unit[12:]) + ".", "s1|ben|Packed 2 × Green tea, 50 bags into parcel …" + string(d.Units[0].Unit[12:]) + ".",
	}, told[:12])
	require.Contains(t, told[len(told)-2], "left with post.")
	require.Equal(t, "||1 unit cannot be served: no other site has it. It is tried again when stock appears.", told[len(told)-1])

	// The mirror is the site's own book, place by place.
	levels, err := w.Centre.Clerk.Stock(ctx, "s1", nil, func(floor.SiteID) time.Time { return w.Now })
	require.NoError(t, err)
	require.Len(t, levels, 4)
	require.Equal(t, int64(8), levels[1].OnHand, "oat drink")
	require.Equal(t, int64(0), levels[3].OnHand, "not in stock takes the bin's whole book to missing")
	require.Equal(t, int64(8), levels[3].Other["missing"])
	mirror(t, w)
}

// mirror holds every site's book against the centre's copy of it.
func mirror(t *testing.T, w *omstest.World) {
	for _, s := range w.Sites {
		want := map[string]int64{}
		for _, p := range s.State.Places {
			for sku, qty := range p.Qty {
				if p.ID.Bin() != "" {
					want[string(sku)+" bin"] += qty
				} else if p.ID.Bucket() != "outside" && qty != 0 {
					want[string(sku)+" "+p.ID.Bucket()] += qty
				}
			}
		}
		got := map[string]int64{}
		levels, err := w.Centre.Clerk.Stock(ctx, s.ID, nil, func(floor.SiteID) time.Time { return w.Now })
		require.NoError(t, err)
		for _, l := range levels {
			got[string(l.SKU)+" bin"] = l.OnHand
			for k, q := range l.Other {
				got[string(l.SKU)+" "+k] = q
			}
		}
		require.Equal(t, want, got, "the mirror of %s", s.ID)
	}
}

func TestAnOrderWaitsAndGoesOutWhenStockAppears(t *testing.T) {
	w := world(t, 2, memory(t), quiet, "s1", "s2")
	run(t, w, time.Second)
	d := capture(t, w, omstest.Capture("7", order.Asked{SKU: "MUG-RED", Qty: 1}))
	require.Equal(t, order.Waiting, d.State)
	require.Equal(t, "Waits: nothing of it is available anywhere. It is routed again when stock appears.", d.Routing.Words)
	require.Len(t, d.Routing.Reasons, 2)

	require.NoError(t, w.Opening(w.Sites[1], 5))
	run(t, w, 2*time.Second)
	d = detail(t, w, d.ID)
	require.Equal(t, order.New, d.State)
	require.Equal(t, floor.SiteID("s2"), d.Site)
	require.NotNil(t, w.Sites[1].State.Orders[d.ID])
	require.Nil(t, w.Sites[0].State.Orders[d.ID])
}

func TestReservationsAreNotPromisedTwice(t *testing.T) {
	w := world(t, 3, memory(t), quiet, "s1")
	require.NoError(t, w.Opening(w.Sites[0], 3))
	run(t, w, time.Second)
	first := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 3}))
	require.Equal(t, order.Sent, first.State)
	d := capture(t, w, omstest.Capture("2", order.Asked{SKU: "TEA-50", Qty: 1}))
	require.Equal(t, order.Waiting, d.State, "all three are promised")

	// The first is declined: its units are free again, and the second goes out.
	run(t, w, time.Second)
	require.Nil(t, w.Sites[0].Do(w.Now, "anna", &floor.Decline{Order: first.ID, Reason: floor.CannotMakeIt}))
	w.Wake(w.Sites[0])
	run(t, w, 2*time.Second)
	require.Equal(t, order.Unserved, detail(t, w, first.ID).State)
	require.Equal(t, 3, detail(t, w, first.ID).Lines[0].Declined)
	require.Equal(t, order.New, detail(t, w, d.ID).State)
}

func TestTheSiteThatHasAllIsPreferred(t *testing.T) {
	w := world(t, 4, memory(t), quiet, "a", "b")
	require.Nil(t, w.Sites[0].Do(w.Now, "", &floor.SetItem{Item: floor.Item{SKU: "TEA-50", Name: "Green tea, 50 bags"}}))
	require.Nil(t, w.Sites[0].Do(w.Now, "", &floor.SetBin{Bin: floor.Bin{ID: "A-03", Aisle: "A", Bay: 3}}))
	require.Nil(t, w.Sites[0].Do(w.Now, "", &floor.AdjustStock{SKU: "TEA-50", Bin: "A-03", Delta: 50, Reason: "opening"}))
	w.Wake(w.Sites[0])
	require.NoError(t, w.Opening(w.Sites[1], 2))
	run(t, w, time.Second)
	d := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 2}, order.Asked{SKU: "MUG-RED", Qty: 1}))
	require.Equal(t, floor.SiteID("b"), d.Site)
	require.Equal(t, []order.Reason{{Site: "a", Verdict: "passed_over", Words: "lacks MUG-RED (0 of 1); 0 open orders"}, {Site: "b", Verdict: "chosen", Words: "has everything; 0 open orders"}}, d.Routing.Reasons)
}

func TestARefusedAssignmentIsRoutedElsewhereAndNeverBack(t *testing.T) {
	w := world(t, 5, memory(t), quiet, "a", "b")
	for _, s := range w.Sites {
		require.NoError(t, w.Opening(s, 10))
	}
	run(t, w, time.Second)
	w.Unplug(w.Sites[0])
	d := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 2}))
	require.Equal(t, floor.SiteID("a"), d.Site)
	// The site answers as one whose rules are stricter than the centre's.
	a := w.Sites[0]
	m := floor.Meta{ID: floor.CommandID(d.Sent[0].ID), Now: w.Now, Down: &floor.Down{Lineage: 1, Seq: a.State.Feed.Seq + 1, Hash: head(t, w)}}
	recs := floor.Records(floor.Source("t", "a", "NODE-a"), "LOG-a", floor.Seq(a.Head().Seq+1), m,
		[]floor.Event{&floor.CommandRefused{Kind: "order.assign", Code: floor.BadField, Args: map[string]string{"field": "note", "why": "is rude"}}})
	raw, err := recs[0].AppendTo(nil)
	require.NoError(t, err)
	floor.ApplyRecord(a.State, &recs[0])
	a.Append(raw)
	w.RebootSite(a)
	run(t, w, 10*time.Second)

	d = detail(t, w, d.ID)
	require.Equal(t, floor.SiteID("b"), d.Site)
	require.Equal(t, order.New, d.State)
	require.Equal(t, order.AssignmentRejected, d.Sent[0].State)
	require.Equal(t, "note is rude.", d.Sent[0].Refusal)
	require.Equal(t, order.AssignmentTaken, d.Sent[1].State)
}

// head is the hash of the newest entry of the feed of site a.
func head(t *testing.T, w *omstest.World) string {
	var text string
	require.NoError(t, w.Store.View(ctx, func(tx store.Tx) error {
		_, h, err := tx.FeedHead("a", 1)
		text = h.String()
		return err
	}))
	return text
}

func TestRawIsAppliedBeforeAnythingIsFolded(t *testing.T) {
	w := world(t, 6, memory(t), quiet, "s1")
	w.Fold = false
	require.NoError(t, w.Opening(w.Sites[0], 10))
	run(t, w, time.Second)
	m, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.Equal(t, w.Sites[0].Head(), m.Applied)
	require.Zero(t, m.Folded)
	require.Equal(t, w.Sites[0].Head().Seq, w.Sites[0].Engine.View().Acked, "acknowledged though not folded")

	require.NoError(t, w.Restart(ctx)) // a restart finds what was not folded
	w.Fold = true
	run(t, w, time.Second)
	m, err = w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.Equal(t, m.Pos, m.Folded)
	mirror(t, w)
}

func TestAnUnknownTypeStopsTheCursorBeforeItAndSaysSo(t *testing.T) {
	w := world(t, 7, memory(t), quiet, "s1", "s2")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w, time.Second)
	before := s.Head()
	s.Append([]byte(`{"specversion":"1.0","id":"x/0","source":"/t/t/s/s1/n/N","type":"picket.robot.danced.v1","subject":"site","time":"2026-11-21T08:00:01.000Z","seq":` +
		fmt.Sprint(before.Seq+1) + `,"log":"LOG-s1","cause":"x","data":{}}`))
	require.Nil(t, s.Do(w.Now, "", &floor.AdjustStock{SKU: "TEA-50", Bin: "A-03", Delta: 1, Reason: "found"}))
	w.Wake(s)
	require.NoError(t, w.Opening(w.Sites[1], 4))
	run(t, w, 5*time.Second)

	m, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.Equal(t, before, m.Applied)
	require.NotNil(t, m.Stuck)
	require.Equal(t, "picket.robot.danced.v1", m.Stuck.Type)
	require.NotNil(t, s.Engine.View().Blocked, "the site knows")
	m, err = w.Centre.Clerk.Mark(ctx, "s2")
	require.NoError(t, err)
	require.Equal(t, w.Sites[1].Head(), m.Applied, "the other site goes on")
}

func TestARecordOfAnotherSiteIsNotTaken(t *testing.T) {
	w := world(t, 8, memory(t), quiet, "s1", "s2")
	w.Sites[0].Append([]byte(`{"specversion":"1.0","id":"f/0","source":"/t/t/s/s2/n/N","type":"picket.stock.adjusted.v1","subject":"bin/A-01","time":"2026-11-21T08:00:01.000Z","seq":1,"log":"LOG-s1","cause":"f","data":{"sku":"TEA-50","bin":"A-01","delta":9,"reason":"found"}}`))
	w.Wake(w.Sites[0])
	run(t, w, 5*time.Second)
	m, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	require.NotNil(t, m.Stuck, "it was taken")
	require.Equal(t, "(a record of another site)", m.Stuck.Type)
	require.Zero(t, m.Pos)
}

func TestNumberBlocksNeverOverlapAndAreRenewed(t *testing.T) {
	w := world(t, 9, memory(t), quiet, "s1", "s2")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 1000))
	run(t, w, time.Second)
	for i := range 45 { // blocks of 50 in these tests; a fifth left asks for the next
		d := capture(t, w, omstest.Capture(fmt.Sprint("n", i), order.Asked{SKU: "TEA-50", Qty: 1}))
		run(t, w, 200*time.Millisecond)
		require.NoError(t, s.Ship(w.Now, d.ID, nil))
		w.Wake(s)
	}
	run(t, w, 2*time.Second)
	require.Len(t, s.State.Blocks, 2)
	require.Equal(t, uint64(1), s.State.Blocks[0].From)
	require.Equal(t, uint64(101), s.State.Blocks[1].From, "the run after the other site's")
	require.Equal(t, uint64(51), w.Sites[1].State.Blocks[0].From)
}

func TestARestartOfTheCentreKeepsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oms.db")
	st, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	w := world(t, 10, st, quiet, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w, time.Second)
	d := capture(t, w, omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 2}))
	run(t, w, time.Second)
	require.NoError(t, st.Close())

	// The site works on meanwhile.
	require.NoError(t, s.Ship(w.Now, d.ID, nil))
	w.Wake(s)
	w.Now = w.Now.Add(time.Hour)

	st, err = sqlite.Open(ctx, path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w.Store = st
	require.NoError(t, w.Restart(ctx))
	run(t, w, 2*time.Minute)
	require.Equal(t, order.Shipped, detail(t, w, d.ID).State)
	mirror(t, w)
}
