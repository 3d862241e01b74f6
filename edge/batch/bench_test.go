package batch

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/route"
)

type daySort struct {
	name     string
	map_     *route.Map
	at       []route.Location
	orders   int
	maxLines int
	due      func(*rand.Rand) time.Time
	window   time.Duration
}

func days(t testing.TB) []daySort {
	shop, shopBins := site(t, 1, 8, 14)
	hall, hallBins := site(t, 2, 16, 30)
	return []daySort{
		{"store, cut-offs", shop, shopBins, 120, 3, cutOffs, 30 * time.Minute},
		{"store, promises", shop, shopBins, 120, 3, promises, time.Hour},
		{"centre, cut-offs", hall, hallBins, 250, 5, cutOffs, 30 * time.Minute},
		{"centre, promises", hall, hallBins, 250, 5, promises, time.Hour},
	}
}

// cartFor: a trolley of eight totes where each order has its own, three where goods are mixed.
func cartFor(mode Mode) Cart {
	c := trolley
	if mode != Cluster {
		c.MaxTotes = 3
	}
	return c
}

// TestBatchingAgainstFirstCome measures generated days; -v prints the table that stands in DESIGN.md.
func TestBatchingAgainstFirstCome(t *testing.T) {
	t.Logf("| day | mode | one by one | first come | built | saved | runs first come | runs built |")
	for _, d := range days(t)[:sorts] {
		alone, lines := 0.0, 0.0
		var drawn [][]Order
		for seed := range int64(rounds) {
			drawn = append(drawn, day(rand.New(rand.NewSource(100+seed)), d.at, d.orders, d.maxLines, d.due))
			single, err := Build(d.map_, Task{Mode: Discrete, Orders: drawn[seed], Cart: trolley})
			require.NoError(t, err)
			a, n := sums(single)
			alone, lines = alone+a, lines+float64(n)
		}
		for _, mode := range []Mode{Batch, Cluster, Zone} {
			var first, built, n1, n2 float64
			var firstRuns, builtRuns int
			for _, orders := range drawn {
				task := Task{Mode: mode, Orders: orders, Cart: cartFor(mode), Window: d.window, TopUp: 24 * time.Hour}
				base := firstCome(t, d.map_, task)
				plan, err := Build(d.map_, task)
				require.NoError(t, err)
				a, n := sums(base)
				first, n1 = first+a, n1+float64(n)
				b, n := sums(plan)
				built, n2 = built+b, n2+float64(n)
				firstRuns, builtRuns = firstRuns+len(base.Runs), builtRuns+len(plan.Runs)
			}
			require.Equal(t, lines, n1)
			require.Equal(t, lines, n2)
			t.Logf("| %s | %s | %.1f | %.1f | %.1f | %.0f %% | %.1f | %.1f |", d.name, mode, alone/lines, first/lines, built/lines,
				100*(1-built/first), float64(firstRuns)/rounds, float64(builtRuns)/rounds)
			require.LessOrEqual(t, built, first, "%s, %s", d.name, mode)
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	m, at := site(b, 2, 16, 30)
	for _, n := range []int{50, 150, 300, 1000, 3000} {
		b.Run(fmt.Sprintf("orders=%d", n), func(b *testing.B) {
			orders := day(rand.New(rand.NewSource(1)), at, n, 5, cutOffs)
			for b.Loop() {
				if _, err := Build(m, Task{Mode: Cluster, Orders: orders, Cart: trolley}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
