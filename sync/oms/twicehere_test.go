package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/order"
)

// TestWhatOneSiteHasTwiceIsSaidSo: the centre forgot the order, its channel sent it again, and it went to the same site. Nobody there
// is sent to look for another site.
func TestWhatOneSiteHasTwiceIsSaidSo(t *testing.T) {
	for name, elsewhere := range map[string]bool{"both at s1": false, "the second at s2": true} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 43, "s1", "s2")
			s1 := w.Sites[0]
			for _, s := range w.Sites {
				require.NoError(t, w.Opening(s, 10))
			}
			run(t, w.World, time.Second)
			w.backup(t)
			in := forced("77", "s1")
			lost := capture(t, w.World, in)
			run(t, w.World, time.Second)
			require.NotNil(t, s1.State.Orders[lost.ID])
			w.Unplug(s1)
			w.Now = w.Now.Add(time.Minute)
			w.putBack(t, true)
			if elsewhere {
				in.Site = "s2"
			}
			again := capture(t, w.World, in) // its channel does not say that it is an old one
			w.Plug(s1)
			run(t, w.World, 3*time.Minute)
			require.NotNil(t, w.reconciling(t).Done)
			d := detail(t, w.World, again.ID)
			told := words(d)
			var what []string
			for _, c := range s1.State.Cases.All() {
				what = append(what, c.What)
				if c.What == "here_twice" {
					require.NotEqual(t, c.Args["order"], c.Args["with"])
					require.NotNil(t, s1.State.Orders[floor.OrderID(c.Args["with"])])
				}
			}
			if elsewhere {
				require.Contains(t, what, "maybe_twice")
				require.Contains(t, told, "another site has the same")
				require.NotContains(t, what, "here_twice")
			} else {
				require.Contains(t, what, "here_twice", "%v %s", what, told)
				require.NotContains(t, what, "maybe_twice")
				require.Contains(t, told, "has the same twice")
				require.NotContains(t, told, "another site has the same")
			}
			require.NotEqual(t, order.Shipped, d.State)
		})
	}
}
