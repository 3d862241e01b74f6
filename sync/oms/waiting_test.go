package oms_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// tell is do without waiting for the line.
func tell(t *testing.T, w *omstest.World, s *omstest.Site, c floor.Command) {
	require.Nil(t, s.Do(w.Now, "mia", c))
	w.Wake(s)
}

func ship(t *testing.T, w *omstest.World, s *omstest.Site, id floor.OrderID) {
	require.NoError(t, s.Ship(w.Now, id, nil))
	w.Wake(s)
}

func forced(number string, to floor.SiteID) order.Capture {
	c := omstest.Capture(number, order.Asked{SKU: "TEA-50", Qty: 1})
	c.Site = to
	return c
}

// at is what the site calls the order it was given last.
func at(t *testing.T, w *omstest.World, id floor.OrderID) floor.OrderID {
	d := detail(t, w, id)
	require.NotEmpty(t, d.Sent)
	return d.Sent[len(d.Sent)-1].At
}

func TestAForcedOrderWaitsWhileItsSiteIsPaused(t *testing.T) {
	for name, known := range map[string]bool{"the centre knows of the pause": true, "it learns of it by the refusal": false} {
		t.Run(name, func(t *testing.T) {
			w := world(t, 41, memory(t), quiet, "north", "south")
			s := w.Sites[0]
			require.NoError(t, w.Opening(s, 10))
			require.NoError(t, w.Opening(w.Sites[1], 10))
			run(t, w, time.Second)
			tell(t, w, s, &floor.PauseSite{Reason: "stocktaking"})
			if known {
				run(t, w, time.Second)
			}
			d := capture(t, w, forced("1", "north"))
			run(t, w, time.Minute)
			d = detail(t, w, d.ID)
			require.Equal(t, order.Waiting, d.State)
			require.LessOrEqual(t, len(d.Sent), 1)
			require.LessOrEqual(t, len(d.Timeline), 4)
			require.Contains(t, d.Routing.Words, "north")
			require.Contains(t, d.Routing.Words, "stocktaking", "it says what it waits for")

			// Stock that comes and goes is nothing to it.
			tell(t, w, s, &floor.AdjustStock{SKU: "TEA-50", Bin: "A-03", Delta: 1, Reason: "found"})
			run(t, w, time.Minute)
			require.Len(t, detail(t, w, d.ID).Sent, len(d.Sent))

			tell(t, w, s, &floor.ResumeSite{})
			run(t, w, 2*time.Second)
			ship(t, w, s, at(t, w, d.ID))
			run(t, w, 2*time.Second)
			d = detail(t, w, d.ID)
			require.Equal(t, order.Shipped, d.State)
			require.LessOrEqual(t, len(d.Sent), 2)
		})
	}
}

func TestAForcedOrderWaitsForRoomAtItsSite(t *testing.T) {
	w := world(t, 42, memory(t), quiet, "north", "south")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	require.NoError(t, w.Opening(w.Sites[1], 10))
	run(t, w, time.Second)
	tell(t, w, s, &floor.SetSite{Zone: "Europe/Zurich", Capacity: 1})
	run(t, w, time.Second)
	first := capture(t, w, forced("1", "north"))
	run(t, w, time.Second)
	var later []floor.OrderID
	for i := range 3 {
		later = append(later, capture(t, w, forced(fmt.Sprint(i+2), "north")).ID)
	}
	run(t, w, time.Minute)
	for _, id := range later {
		d := detail(t, w, id)
		require.Equal(t, order.Waiting, d.State)
		require.Len(t, d.Sent, 1)
		require.Contains(t, d.Routing.Words, "as many as it takes")
	}
	ship(t, w, s, at(t, w, first.ID))
	for _, id := range later { // one order ends, one more is asked for
		run(t, w, 5*time.Second)
		d := detail(t, w, id)
		require.Equal(t, order.New, d.State)
		require.Len(t, d.Sent, 2)
		ship(t, w, s, at(t, w, id))
	}
	run(t, w, 5*time.Second)
	for _, id := range later {
		d := detail(t, w, id)
		require.Equal(t, order.Shipped, d.State)
		require.Len(t, d.Sent, 2)
	}
}

func TestFullSitesAreAskedInTurnOnceEach(t *testing.T) {
	w := world(t, 43, memory(t), quiet, "a", "b")
	for _, s := range w.Sites {
		require.NoError(t, w.Opening(s, 10))
	}
	run(t, w, 10*time.Second)
	for _, s := range w.Sites {
		tell(t, w, s, &floor.SetSite{Zone: "Europe/Zurich", Capacity: 1})
	}
	run(t, w, time.Second)
	require.Equal(t, 1, w.Sites[0].State.Site.Capacity)
	require.Equal(t, 1, w.Sites[1].State.Site.Capacity)
	var ids []floor.OrderID
	for i := range 3 {
		ids = append(ids, capture(t, w, omstest.Capture(fmt.Sprint(i), order.Asked{SKU: "TEA-50", Qty: 1})).ID)
	}
	run(t, w, time.Minute)
	d := detail(t, w, ids[2])
	require.Equal(t, order.Waiting, d.State)
	require.Len(t, d.Sent, 2, "each site was asked once")
	require.Contains(t, d.Routing.Words, "a, b")

	ship(t, w, w.Sites[1], at(t, w, ids[1]))
	run(t, w, 5*time.Second)
	d = detail(t, w, ids[2])
	require.Equal(t, order.New, d.State)
	require.Equal(t, floor.SiteID("b"), d.Site)
	require.Len(t, d.Sent, 3)
}

func TestAnOrderOfAPausedShopIsTakenUpWhenItOpens(t *testing.T) {
	w := world(t, 44, memory(t), quiet, "a")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 500))
	tell(t, w, s, &floor.PauseSite{Reason: "fire drill"})
	run(t, w, time.Second)
	var ids []floor.OrderID
	for i := range 230 { // more than are taken up in one go
		ids = append(ids, capture(t, w, omstest.Capture(fmt.Sprint(i), order.Asked{SKU: "TEA-50", Qty: 1})).ID)
	}
	run(t, w, time.Minute)
	d := detail(t, w, ids[0])
	require.Equal(t, order.Waiting, d.State)
	require.Empty(t, d.Sent)
	require.Contains(t, d.Routing.Words, "takes no orders now")

	tell(t, w, s, &floor.ResumeSite{})
	run(t, w, 20*time.Second)
	for _, id := range ids {
		require.Equal(t, order.New, detail(t, w, id).State)
	}
}
