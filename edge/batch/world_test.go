package batch

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/route"
)

var morning = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func site(t testing.TB, blocks, aisles, bays int) (*route.Map, []route.Location) {
	var l route.Layout
	for b := range blocks {
		for a := range aisles {
			for n := range bays {
				l.Locations = append(l.Locations, route.Location{ID: route.LocationID(fmt.Sprintf("%c%d-%02d", 'A'+a, b+1, n+1)),
					Aisle: string(rune('A' + a)), Block: b + 1, Bay: n + 1})
			}
		}
	}
	m, err := route.New(l)
	require.NoError(t, err)
	return m, l.Locations
}

// day draws the open orders of a day. A fifth of the bins gets three quarters of the picks, spread over the site.
func day(r *rand.Rand, at []route.Location, orders, maxLines int, due func(*rand.Rand) time.Time) []Order {
	perm := r.Perm(len(at))
	bin := func() route.Location {
		if r.Float64() < 0.75 {
			return at[perm[r.Intn(len(at)/5+1)]]
		}
		return at[perm[r.Intn(len(at))]]
	}
	var out []Order
	for i := range orders {
		o := Order{ID: OrderID(fmt.Sprintf("O%04d", i)), Due: due(r)}
		seen := map[route.LocationID]bool{}
		for j := range 1 + r.Intn(maxLines) {
			b := bin()
			if seen[b.ID] {
				continue
			}
			seen[b.ID] = true
			o.Lines = append(o.Lines, Line{ID: LineID(fmt.Sprint(j + 1)), SKU: SKU("S" + b.ID), Location: b.ID, Zone: b.Aisle[:1],
				Qty: 1 + r.Intn(2), WeightG: 100 + r.Intn(1500), VolumeML: 200 + r.Intn(3000)})
		}
		out = append(out, o)
	}
	return out
}

// cutOffs: carriers leave four times a day. promises: every order has its own hour.
func cutOffs(r *rand.Rand) time.Time  { return morning.Add(time.Duration(5+3*r.Intn(4)) * time.Hour) }
func promises(r *rand.Rand) time.Time { return morning.Add(time.Duration(r.Intn(12*60)) * time.Minute) }

var trolley = Cart{MaxWeightG: 80_000, MaxTotes: 8, ToteWeightG: 20_000, ToteVolumeML: 30_000}

func sums(p Plan) (metres float64, lines int) {
	for _, r := range p.Runs {
		metres += r.Metres
		for _, s := range r.Stops {
			lines += len(s.Picks)
		}
	}
	return metres, lines
}

// firstCome is what the batches are measured against: carts filled in the order of due times alone, over all
// windows, each walked along its best path.
func firstCome(t testing.TB, m *route.Map, task Task) Plan {
	p := &planner{m: m, task: task}
	orders := p.usable()
	p.classify(orders)
	zones, byZone := p.loads(orders)
	var plan Plan
	for _, z := range zones {
		for _, c := range p.inTurn(byZone[z]) {
			r, err := p.run(cart{z, c})
			require.NoError(t, err)
			plan.Runs = append(plan.Runs, r)
		}
	}
	return plan
}
