package route

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNearTheOptimum measures every method against the exact optimum of one block; -v prints the table that
// stands in DESIGN.md.
func TestNearTheOptimum(t *testing.T) {
	r := rand.New(rand.NewSource(1983))
	p := func(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) }
	t.Logf("| aisles | stops | s-shape | largest gap | combined | Plan | worst Plan |")
	all, count := 0.0, 0
	for _, aisles := range []int{5, 10, 20, 30} {
		for _, n := range []int{5, 15, 30, 60} {
			var sums [4]float64
			worst, rounds := 0.0, 0.0
			for _, bays := range []int{10, 25, 45} {
				for range sets {
					l := grid(1, aisles, bays)
					l.Start = &Point{Aisle: string(rune('A' + r.Intn(2)*(aisles/2)))}
					m := ready(t, l)
					stops := sample(r, l, n)
					exact := float64(optimum(t, m, stops))
					w := m.walk(ranks(m, stops))
					over := func(order []int) float64 { return float64(m.cost(w, order))/exact - 1 }
					sums[0] += min(over(m.sShape(w, []int{0}, false)), over(m.sShape(w, []int{0}, true)))
					sums[1] += min(over(m.largestGap(w, []int{0}, false)), over(m.largestGap(w, []int{0}, true)))
					sums[2] += over(m.combined(w, []int{0}))
					path, err := m.Plan(stops)
					require.NoError(t, err)
					gap := path.Metres*1000/exact - 1
					require.GreaterOrEqual(t, gap, -1e-9, "shorter than the shortest")
					sums[3] += gap
					worst = max(worst, gap)
					rounds++
				}
			}
			all += sums[3]
			count += int(rounds)
			t.Logf("| %d | %d | %s | %s | %s | %s | %s |", aisles, n, p(sums[0]/rounds), p(sums[1]/rounds), p(sums[2]/rounds),
				p(max(0, sums[3]/rounds)), p(worst))
			require.LessOrEqual(t, sums[2], sums[0], "combined is never worse than s-shape, on average")
			require.Less(t, sums[3]/rounds, 0.03, "mean of %d aisles, %d stops", aisles, n)
		}
	}
	t.Logf("mean over all %d plans: %.2f %% over the optimum", count, 100*all/float64(count))
	require.Less(t, all/float64(count), 0.001)
}

func ranks(m *Map, stops []LocationID) []int {
	var out []int
	for _, id := range stops {
		out = append(out, m.rank[m.byID[id]])
	}
	return out
}

// TestSketchesOfSeveralBlocks: the choice among directions and entries of the blocks is worth its trouble.
func TestSketchesOfSeveralBlocks(t *testing.T) {
	r := rand.New(rand.NewSource(2001))
	sketches, plans := 0.0, 0.0
	for range 60 {
		l := grid(2+r.Intn(3), 4+r.Intn(12), 6+r.Intn(20))
		m := ready(t, l)
		stops := sample(r, l, 5+r.Intn(40))
		s, err := m.Sketch(stops)
		require.NoError(t, err)
		p, err := m.Plan(stops)
		require.NoError(t, err)
		sketches, plans = sketches+s.Metres, plans+p.Metres
	}
	t.Logf("sketches are %.1f %% longer than plans", 100*(sketches/plans-1))
	require.Less(t, sketches/plans, 1.23)
}

// TestSixtyStopsInTime sees a plan of 60 stops that has become slow by its kind, not a machine that is busy: the best
// of many plans counts. What it takes in truth is BenchmarkPlan's to say.
func TestSixtyStopsInTime(t *testing.T) {
	r := rand.New(rand.NewSource(60))
	l := grid(3, 20, 20)
	m := ready(t, l)
	best := time.Hour
	for range 21 {
		stops := sample(r, l, 60)
		begin := time.Now()
		_, err := m.Plan(stops)
		require.NoError(t, err)
		best = min(best, time.Since(begin))
	}
	require.Less(t, best, slower*10*time.Millisecond, "a plan of 60 stops")
}

func BenchmarkPlan(b *testing.B) {
	for _, blocks := range []int{1, 3} {
		for _, n := range []int{15, 60, 200, 600, 3000} {
			b.Run(fmt.Sprintf("blocks=%d/stops=%d", blocks, n), func(b *testing.B) {
				l := grid(blocks, 26, 60)
				m := ready(b, l)
				r := rand.New(rand.NewSource(1))
				stops := sample(r, l, n)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := m.Plan(stops); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkSketch(b *testing.B) {
	l := grid(3, 26, 60)
	m := ready(b, l)
	stops := sample(rand.New(rand.NewSource(1)), l, 60)
	for b.Loop() {
		if _, err := m.Sketch(stops); err != nil {
			b.Fatal(err)
		}
	}
}
