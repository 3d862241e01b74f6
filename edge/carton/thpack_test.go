package carton

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The instances of E.E. Bischoff and M.S.W. Ratcliff, "Issues in the development of approaches to container loading",
// Omega 23 (1995) 377-390, in the OR-Library as thpack1 to thpack7. Made here by the procedure published there: a
// multiplicative congruential generator (16807, 2^31-1), ten numbers dropped, box sides of 30-120, 25-100 and
// 20-80 cm, a side may stand upright when it is less than twice the shortest, boxes drawn until the next would
// exceed the container's volume.
var thpackTypes = [7]int{3, 5, 8, 10, 12, 15, 20}

var thpackContainer = Carton{ID: "container", Inner: Size{587, 233, 220}, Max: MaxWeight}

func thpackSeed(problem int) int64 { return 2502505 + 100*int64(problem-1) }

func thpack(types int, seed int64) []Item {
	s := seed
	draw := func(n int64) int64 {
		s = s * 16807 % (1<<31 - 1)
		return s * n / (1<<31 - 1)
	}
	for range 10 {
		draw(1)
	}
	items := make([]Item, types)
	total := int64(0)
	for i := range items {
		l, w, h := int(30+draw(91)), int(25+draw(76)), int(20+draw(61))
		it := Item{ID: ItemID(fmt.Sprint(i + 1)), Qty: 1, Size: Size{l, w, h}, Weight: 1}
		short := min(l, w, h)
		for side, mm := range map[Sides]int{UpL: l, UpW: w, UpH: h} {
			if mm < 2*short {
				it.Up |= side
			}
		}
		items[i] = it
		total += it.Size.Volume()
	}
	for {
		it := &items[draw(int64(types))]
		if total += it.Size.Volume(); total > thpackContainer.Inner.Volume() {
			return items
		}
		it.Qty++
	}
}

// TestTheInstancesAreThePublishedOnes: the heads of three files of the OR-Library.
func TestTheInstancesAreThePublishedOnes(t *testing.T) {
	qty := func(items []Item) (out []int) {
		for _, it := range items {
			out = append(out, it.Qty)
		}
		return out
	}
	first := thpack(3, thpackSeed(1))
	require.Equal(t, []int{40, 33, 39}, qty(first))
	require.Equal(t, Size{108, 30, 76}, first[0].Size)
	require.Equal(t, UpW, first[0].Up, "108 0 76 0 30 1")
	require.Equal(t, UpW|UpH, first[1].Up, "110 0 43 1 25 1")
	require.Equal(t, AnySides, first[2].Up, "92 1 81 1 55 1")
	require.Equal(t, []int{24, 7, 22, 13, 15}, qty(thpack(5, thpackSeed(1))))
	require.Equal(t, []int{22, 22, 28, 25, 17}, qty(thpack(5, thpackSeed(2))))
	sixty := thpack(10, 2508405)
	require.Equal(t, []int{14, 11}, qty(sixty)[:2])
	require.Equal(t, int64(78*72*58), sixty[0].Size.Volume())
}

// BenchmarkThpack makes the table of DESIGN.md: mean use of the container's volume, and time, per class.
func BenchmarkThpack(b *testing.B) {
	for class, types := range thpackTypes {
		b.Run(fmt.Sprintf("BR%d", class+1), func(b *testing.B) {
			share, longest := 0.0, time.Duration(0)
			for range b.N {
				share, longest = 0, 0
				for problem := 1; problem <= 100; problem++ {
					items := thpack(types, thpackSeed(problem))
					from := time.Now()
					plan, err := Choose([]Carton{thpackContainer}, items, Rules{MaxCartons: 1})
					longest = max(longest, time.Since(from))
					if err == nil {
						err = judge([]Carton{thpackContainer}, items, Rules{MaxCartons: 1}, plan)
					}
					require.NoError(b, err)
					share += 100 * float64(plan.Cartons[0].Used) / float64(thpackContainer.Inner.Volume())
				}
			}
			b.ReportMetric(share/100, "%volume")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/100, "ms/plan")
			b.ReportMetric(float64(longest.Milliseconds()), "ms/longest")
		})
	}
}
