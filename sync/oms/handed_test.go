package oms_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/omstest"
	"picket/sync/oms/store"
)

// TestWhatTheBoxThatHoldsTheSiteSaysStands: two boxes decided the same commands, each with the line down, and otherwise. Whichever
// is heard first, both ends have what the box says that holds the site, and a person is told where the other one differs.
func TestWhatTheBoxThatHoldsTheSiteSaysStands(t *testing.T) {
	for name, lostFirst := range map[string]bool{"the lost box is heard first": true, "the lost box is heard last": false} {
		t.Run(name, func(t *testing.T) {
			w := stocked(t, 51, 10, "s1")
			d := capture(t, w, tea("1001", "", ""))
			run(t, w, time.Second)
			old := w.Sites[0]
			w.Unplug(old)
			says := func(s *omstest.Site, id floor.CommandID, c floor.Command) *floor.Refusal {
				w.Now = w.Now.Add(time.Second)
				r := s.As(w.Now, floor.Meta{ID: id, Actor: "anna"}, c)
				w.Wake(s)
				return r
			}
			open := &floor.OpenUnit{Order: d.ID, Carton: "M"}
			require.Nil(t, says(old, "x-1", &floor.Accept{Order: d.ID}))
			require.Nil(t, says(old, "x-2", &floor.Start{Order: d.ID}))
			require.Nil(t, says(old, "x-3", &floor.Scan{Order: d.ID, Line: "1", SKU: "TEA-50", Qty: 2}))
			require.Nil(t, says(old, "x-4", open))

			box, err := w.Replace(ctx, 0)
			require.NoError(t, err)
			w.Sites = w.Sites[:1]
			run(t, w, time.Minute)
			w.Unplug(box)
			require.Nil(t, says(box, "x-1", &floor.Accept{Order: d.ID}), "at another time")
			require.Nil(t, says(box, "x-2", &floor.Start{Order: d.ID}))
			require.NotNil(t, says(box, "x-4", open), "nothing is picked as far as it knows")

			oldTells := func() {
				w.Sites = append(w.Sites, old)
				w.Plug(old)
				run(t, w, time.Minute)
				w.Unplug(old)
				w.Sites = w.Sites[:1]
			}
			if lostFirst {
				oldTells()
				m, err := w.Centre.Clerk.Mark(ctx, "s1")
				require.NoError(t, err)
				require.Less(t, m.Folded, m.Pos, "nothing is made of it before the box that holds the site was asked")
				require.NoError(t, w.Store.View(ctx, func(tx store.Tx) error {
					top, err := w.Centre.Clerk.SettledTo(tx, "s1", m.Pos)
					require.Equal(t, m.Folded, top, "a snapshot does not hold it either")
					return err
				}))
			}
			w.Plug(box)
			run(t, w, time.Minute)
			if !lostFirst {
				oldTells()
			}
			run(t, w, time.Minute)

			m, err := w.Centre.Clerk.Mark(ctx, "s1")
			require.NoError(t, err)
			require.Equal(t, m.Pos, m.Folded)
			require.Equal(t, box.Head(), m.Applied)
			require.NotZero(t, m.Odd)
			require.Contains(t, m.OddLast, "x-4/0", "a person looks at both")
			require.Equal(t, 2, box.State.Orders[d.ID].Lines[0].Picked, "what it had not decided it took")
			require.Empty(t, box.State.Orders[d.ID].Units)
			mirror(t, w)
			require.NoError(t, w.Store.View(ctx, func(tx store.Tx) error {
				as, err := tx.Assignments(d.ID)
				require.NoError(t, err)
				require.Len(t, as, 1)
				require.Equal(t, text(t, box.State.Orders[d.ID]), text(t, as[0].Folded))
				if lostFirst {
					for _, id := range []string{"x-1/0", "x-2/0", "x-4/0"} {
						kept, err := tx.Second("s1", id)
						require.NoError(t, err)
						require.Contains(t, string(kept), string(old.Node)+`"`, "%s of the lost box is kept", id)
					}
				}
				return nil
			}))
		})
	}
}

// text is an order as both ends have to have it: when it was heard of last is each end's own.
func text(t *testing.T, o *floor.Order) string {
	c := *o
	c.Heard = time.Time{}
	raw, err := json.Marshal(c)
	require.NoError(t, err)
	return string(raw)
}
