package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// TestAStopOfAForgottenLifeFollowsWhatWasSaidSince: an order was given to s1 behind the backup. While s1 is away its channel
// sends it again, and says again what it said; s1 was not among those that were asked.
func TestAStopOfAForgottenLifeFollowsWhatWasSaidSince(t *testing.T) {
	for name, c := range map[string]struct{ before, since, end bool }{
		"stopped before, and let go since": {before: true, since: true, end: true},
		"stopped since":                    {since: true},
		"stopped before, and again since":  {before: true, since: true},
		"nothing was said since":           {before: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 39, "s1")
			s1 := w.Sites[0]
			online := func(floor.SiteID) (since time.Time, off bool) { return since, false }
			require.NoError(t, w.Opening(s1, 10))
			run(t, w.World, time.Second)
			w.backup(t)
			in := omstest.Capture("77", order.Asked{SKU: "TEA-50", Qty: 2})
			placed := w.Now
			in.Placed = &placed
			first := capture(t, w.World, in)
			run(t, w.World, time.Second)
			if c.before {
				require.NoError(t, w.Centre.Clerk.Hold(ctx, first.ID, "fraud check", "stop", online))
				run(t, w.World, time.Second)
				require.NotEmpty(t, s1.State.Orders[first.ID].Hold)
			}
			w.Unplug(s1)
			w.Now = w.Now.Add(time.Minute)
			w.putBack(t, true)
			again := capture(t, w.World, in)
			require.NotEqual(t, first.ID, again.ID)
			if c.since {
				require.NoError(t, w.Centre.Clerk.Hold(ctx, again.ID, "fraud check", "stop", online))
			}
			if c.end {
				require.NoError(t, w.Centre.Clerk.Release(ctx, again.ID, "go-on", online))
			}
			w.Plug(s1)
			run(t, w.World, 3*time.Minute)
			require.NotNil(t, w.reconciling(t).Done)
			d := detail(t, w.World, again.ID)
			require.Len(t, d.Sent, 1, "%s", words(d))
			require.Equal(t, !c.end, s1.State.Orders[first.ID].Hold != "", "%s", words(d))
			for _, k := range d.Asks {
				require.NotContains(t, []order.AskState{order.Open, order.Refused}, k.State, "%s: %s", k.What, k.Words)
			}
		})
	}
}
