package oms_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// TestTheyConvergeWhateverTheLineDoes puts orders in and ships them while messages are lost, doubled,
// delayed and damaged and either side is killed, and holds both sides against each other once the line is
// quiet. PICKET_OMS_SEEDS runs more of them.
func TestTheyConvergeWhateverTheLineDoes(t *testing.T) {
	seeds := 12
	if n, err := strconv.Atoi(os.Getenv("PICKET_OMS_SEEDS")); err == nil {
		seeds = n
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { t.Parallel(); converge(t, uint64(seed)) })
	}
}

func converge(t *testing.T, seed uint64) {
	w := world(t, seed, memory(t), linktest.Faults{Drop: 0.2, Dup: 0.1, Replay: 0.05, Truncate: 0.02, Flip: 0.02, DelayMin: time.Millisecond, DelayMax: 3 * time.Second}, "a", "b")
	rng := rand.New(rand.NewPCG(seed, 99))
	for _, s := range w.Sites {
		require.NoError(t, w.Opening(s, 30))
	}
	items := omstest.Items()
	var ids []floor.OrderID
	for i := range 20 {
		c := omstest.Capture(fmt.Sprint("o", i))
		for range 1 + rng.IntN(3) {
			c.Lines = append(c.Lines, order.Asked{SKU: items[rng.IntN(len(items))].SKU, Qty: 1 + rng.IntN(3)})
		}
		ids = append(ids, capture(t, w, c).ID)
		run(t, w, time.Duration(rng.IntN(20_000))*time.Millisecond)
		s := w.Sites[rng.IntN(2)]
		switch rng.IntN(8) {
		case 0:
			require.NoError(t, w.Restart(ctx))
		case 1:
			w.RebootSite(s)
		case 2:
			w.Unplug(s)
		case 3:
			w.Unplug(s)
			w.Plug(s)
		}
		work(t, w, rng)
	}
	w.Net.Faults(quiet)
	for _, s := range w.Sites {
		w.Unplug(s)
		w.Plug(s)
	}
	for range 6 { // what waits is routed when the last facts are in, and shipped then; what is short goes on
		run(t, w, 2*time.Minute)
		for _, s := range w.Sites {
			for _, id := range openAt(s) {
				require.NoError(t, s.Ship(w.Now, id, nil))
				w.Wake(s)
			}
		}
	}
	run(t, w, 2*time.Minute)
	mirror(t, w)
	for _, id := range ids {
		sameOrder(t, w, id)
	}
	held := map[floor.UnitID]bool{}
	for _, s := range w.Sites {
		m, err := w.Centre.Clerk.Mark(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, s.Head(), m.Applied, "every record of %s is here, once and in order", s.ID)
		require.Equal(t, uint64(s.Head().Seq), uint64(m.Pos))
		require.Zero(t, m.Odd, m.OddLast)
		for u := range s.State.Units {
			require.False(t, held[u], "parcel number %s was given twice", u)
			held[u] = true
		}
		_, head, err := w.Centre.Clerk.Standing(ctx, s.ID)
		require.NoError(t, err)
		require.Equal(t, uint64(head), s.State.Feed.Seq, "%s has its whole feed", s.ID)
	}
}

// openAt lists what a site has not begun, sorted.
func openAt(s *omstest.Site) []floor.OrderID {
	var out []floor.OrderID
	for id, o := range s.State.Orders {
		if o.State() == floor.OrderNew {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// work ships some of what the sites have.
func work(t *testing.T, w *omstest.World, rng *rand.Rand) {
	for _, s := range w.Sites {
		for _, id := range openAt(s) {
			if rng.IntN(2) == 0 {
				continue
			}
			short := map[floor.LineID]int{}
			if first := s.State.Orders[id].Lines[0].ID; rng.IntN(4) == 0 {
				short[first] = 1
			}
			require.NoError(t, s.Ship(w.Now, id, short))
			w.Wake(s)
		}
	}
}

// sameOrder holds the centre's order against what the sites have of it: every unit once.
func sameOrder(t *testing.T, w *omstest.World, id floor.OrderID) {
	d := detail(t, w, id)
	want := map[string]int{}
	for _, a := range d.Sent {
		if a.State == order.AssignmentRejected {
			continue
		}
		for _, s := range w.Sites {
			if s.ID != a.Site {
				continue
			}
			o := s.State.Orders[a.At]
			require.NotNil(t, o, "%s has %s", s.ID, a.At)
			for i := range o.Lines {
				for _, p := range o.Parts(&o.Lines[i]) {
					if p.State.InHouse() || p.State.Left() || p.State == floor.PutBackDuePart {
						want[fmt.Sprint(o.Lines[i].ID, p.State, s.ID, p.Unit)] += p.Qty
					}
				}
			}
		}
	}
	got := map[string]int{}
	for _, l := range d.Lines {
		n := 0
		for _, p := range l.Parts {
			if p.State.InHouse() && p.Site != "" || p.State.Left() || p.State == floor.PutBackDuePart {
				got[fmt.Sprint(l.Line, p.State, p.Site, p.Unit)] += p.Qty
			}
			if p.State != floor.PutBackDuePart {
				n += p.Qty
			}
		}
		require.Equal(t, l.Qty, n, "every unit of line %s of %s is in one place", l.Line, id)
	}
	require.Equal(t, want, got, "order %s", id)
}

// TestTheSameOrderAtOnceIsOneOrder posts one order from many sides.
func TestTheSameOrderAtOnceIsOneOrder(t *testing.T) {
	w := world(t, 1, memory(t), quiet, "s1")
	const n = 16
	type answer struct {
		id      floor.OrderID
		created bool
		err     error
	}
	answers := make(chan answer, n)
	for i := range n {
		go func() {
			c := omstest.Capture("1", order.Asked{SKU: "TEA-50", Qty: 1})
			if i == n-1 {
				c.Lines[0].Qty = 2 // one of them is another order
			}
			var a answer
			a.id, a.created, a.err = w.Centre.Clerk.Capture(ctx, c)
			answers <- a
		}()
	}
	created, conflicts := 0, 0
	ids := map[floor.OrderID]bool{}
	for range n {
		a := <-answers
		var conflict *clerk.Conflict
		switch {
		case a.err == nil:
			ids[a.id] = true
			if a.created {
				created++
			}
		default:
			require.ErrorAs(t, a.err, &conflict)
			require.Equal(t, []string{"lines[0].qty"}, conflict.Fields)
			conflicts++
		}
	}
	require.Equal(t, 1, created)
	require.Len(t, ids, 1)
	require.Contains(t, []int{1, n - 1}, conflicts, "whoever came first, the other is the conflict")
}
