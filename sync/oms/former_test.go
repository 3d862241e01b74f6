package oms_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// TestABoxThatARestoredCentreForgotIsTakenOver: a box was given the site, worked with the line down, and was replaced; the centre
// was put back to before all of it. It learns of that box from the one that holds the site, which took back what it had told,
// or else from a person who names it: then what it held is here, once.
func TestABoxThatARestoredCentreForgotIsTakenOver(t *testing.T) {
	for name, told := range map[string]bool{"it had told something": true, "a person names it": false} {
		t.Run(name, func(t *testing.T) {
			w := onDisk(t, 52, "s1")
			first := w.Sites[0]
			require.NoError(t, w.Opening(first, 10))
			d := capture(t, w.World, tea("1001", "", ""))
			run(t, w.World, 5*time.Second)
			require.ErrorAs(t, w.Centre.Clerk.Held(ctx, "s1", "NODE-x", "Olga", "it was there"), new(*clerk.TooLate), "this centre was never put back")
			w.backup(t)
			replace := func(heard bool) {
				t.Helper()
				_, err := w.Replace(ctx, 0)
				require.NoError(t, err)
				w.Sites = w.Sites[:1]
				if heard {
					run(t, w.World, time.Minute)
				}
			}
			replace(true)
			lost := w.Sites[0]
			if told {
				do(t, w.World, lost, &floor.Accept{Order: d.ID})
			}
			w.Unplug(lost)
			if !told {
				require.Nil(t, lost.Do(w.Now, "anna", &floor.Accept{Order: d.ID}))
			}
			require.Nil(t, lost.Do(w.Now, "anna", &floor.Start{Order: d.ID}))
			replace(told) // else it comes on the line behind the restore
			box := w.Sites[0]
			if told {
				require.True(t, box.State.Orders[d.ID].Lines[0].Accepted)
			}

			w.Unplug(box)
			w.putBack(t, true)
			require.NoError(t, w.Give(ctx, box))
			w.Plug(box)
			run(t, w.World, time.Minute)
			known := func() bool {
				b, err := w.Centre.Clerk.BoxesOf(ctx, "s1")
				require.NoError(t, err)
				for _, n := range b.Former {
					if n == lost.Node {
						return true
					}
				}
				return false
			}
			require.Equal(t, told, known())
			late := func() []wire.NodeID {
				b, err := w.Centre.Clerk.BoxesOf(ctx, "s1")
				require.NoError(t, err)
				return b.Late
			}
			require.Equal(t, told, slices.Contains(late(), lost.Node))
			require.NotContains(t, late(), first.Node, "that one was replaced here, and so is its key")
			w.Sites = append(w.Sites, lost)
			w.Plug(lost)
			run(t, w.World, 2*time.Minute)
			if !told {
				require.False(t, box.State.Orders[d.ID].Started)
				require.Error(t, w.Centre.Clerk.Held(ctx, "s1", lost.Node, "", "it was there"), "somebody has to answer for it")
				require.Error(t, w.Centre.Clerk.Held(ctx, "s1", wire.NodeID("a b"), "Olga", "it was there"))
				require.ErrorAs(t, w.Centre.Clerk.Held(ctx, "s1", box.Node, "Olga", "it was there"), new(*clerk.TooLate), "it holds the site")
				for range 2 {
					require.NoError(t, w.Centre.Clerk.Held(ctx, "s1", lost.Node, "Olga", "it stood here until Tuesday"))
				}
				all, err := w.Centre.Clerk.Notices(ctx)
				require.NoError(t, err)
				named := 0
				for _, n := range all {
					if n.What == "box.named" {
						named++
						require.Contains(t, n.Words, "Olga")
					}
				}
				require.Equal(t, 1, named)
				run(t, w.World, 3*time.Minute)
			}
			require.True(t, known())
			require.True(t, box.State.Orders[d.ID].Started, "what it held is at the box that holds the site")
			require.NoError(t, w.Store.View(ctx, func(tx store.Tx) error {
				as, err := tx.Assignments(d.ID)
				require.NoError(t, err)
				require.Equal(t, text(t, box.State.Orders[d.ID]), text(t, as[0].Folded))
				return nil
			}))
		})
	}
}
