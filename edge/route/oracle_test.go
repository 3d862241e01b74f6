package route

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ratliff & Rosenthal (1983): the exact shortest tour through one block with a cross aisle at either end. The
// tour is built aisle by aisle; all that matters of what lies to the left is how many edges (none, odd, even)
// reach the two ends of the current aisle, and whether those hang together.
type rrState struct {
	top, bottom int  // 0 none, 1 odd, 2 even
	joined      bool // both ends are in one piece
	done        bool // the tour is closed; nothing may follow
}

func parity(degree, more int) int {
	if degree+more == 0 {
		return 0
	}
	if (degree+more)%2 == 1 {
		return 1
	}
	return 2
}

type rrAisle struct {
	x     int
	ys    []int // stops, rising
	depot bool  // the tour must touch the front end
}

func ratliffRosenthal(aisles []rrAisle, front, back int) int {
	best := map[rrState]int{{}: 0}
	put := func(to map[rrState]int, s rrState, cost int) {
		if old, ok := to[s]; !ok || cost < old {
			to[s] = cost
		}
	}
	for i, a := range aisles {
		// Edges within the aisle.
		after := map[rrState]int{}
		for s, cost := range best {
			if s.done {
				if len(a.ys) == 0 && !a.depot {
					put(after, s, cost)
				}
				continue
			}
			v := func(top, bottom int, join bool, length int) {
				n := rrState{top: parity(s.top, top), bottom: parity(s.bottom, bottom), joined: s.joined || join}
				put(after, n, cost+length)
			}
			v(1, 1, true, back-front)
			v(2, 2, true, 2*(back-front))
			if len(a.ys) == 0 {
				v(0, 0, false, 0)
				continue
			}
			low, high := a.ys[0], a.ys[len(a.ys)-1]
			v(0, 2, false, 2*(high-front))
			v(2, 0, false, 2*(back-low))
			for k := 1; k < len(a.ys); k++ {
				v(2, 2, false, 2*(back-front-(a.ys[k]-a.ys[k-1])))
			}
		}
		// Edges to the next aisle.
		best = map[rrState]int{}
		for s, cost := range after {
			if s.done {
				put(best, s, cost)
				continue
			}
			for _, e := range [][2]int{{0, 0}, {1, 1}, {2, 0}, {0, 2}, {2, 2}} {
				top, bottom := e[0], e[1]
				if top+bottom > 0 && i == len(aisles)-1 {
					continue
				}
				if (s.top+top)%2 == 1 || (s.bottom+bottom)%2 == 1 {
					continue // an end with an odd degree
				}
				if a.depot && s.bottom+bottom == 0 {
					continue // the depot is not on the tour
				}
				isTop, isBottom := s.top > 0, s.bottom > 0
				one := s.joined && isTop && isBottom
				lostTop := isTop && top == 0 && !(one && bottom > 0)
				lostBottom := isBottom && bottom == 0 && !(one && top > 0)
				n := rrState{top: parity(0, top), bottom: parity(0, bottom), joined: one && top > 0 && bottom > 0}
				switch {
				case lostTop && lostBottom && one, lostTop && !isBottom && bottom == 0, lostBottom && !isTop && top == 0:
					n = rrState{done: true}
				case lostTop || lostBottom:
					continue // a piece left behind
				}
				length := 0
				if i+1 < len(aisles) {
					length = (top + bottom) * (aisles[i+1].x - a.x)
				}
				put(best, n, cost+length)
			}
		}
	}
	return best[rrState{done: true}]
}

// optimum is the exact length of the round through stops, for a map of one block that starts on the front
// cross aisle.
func optimum(t testing.TB, m *Map, stops []LocationID) int {
	require.Len(t, m.crosses, 2)
	require.Equal(t, m.start, m.end)
	require.Zero(t, m.start.cross)
	byX := map[int]*rrAisle{}
	at := func(x int) *rrAisle {
		if byX[x] == nil {
			byX[x] = &rrAisle{x: x}
		}
		return byX[x]
	}
	for _, s := range m.segs {
		at(s.x)
	}
	at(m.start.x).depot = true
	for _, id := range stops {
		p := m.places[m.byID[id]]
		at(p.x).ys = append(at(p.x).ys, p.y)
	}
	var aisles []rrAisle
	for _, a := range byX {
		slices.Sort(a.ys)
		a.ys = slices.Compact(a.ys)
		aisles = append(aisles, *a)
	}
	slices.SortFunc(aisles, func(a, b rrAisle) int { return a.x - b.x })
	return ratliffRosenthal(aisles, m.crosses[0], m.crosses[1]) + 2*abs(m.start.off)
}

// bruteForce tries every order.
func bruteForce(m *Map, stops []LocationID) int {
	var places []place
	for _, id := range stops {
		places = append(places, m.places[m.byID[id]])
	}
	best := math.MaxInt
	var try func(k, sum int, at place)
	try = func(k, sum int, at place) {
		if sum >= best {
			return
		}
		if k == len(places) {
			best = min(best, sum+m.dist(at, m.end))
			return
		}
		for i := k; i < len(places); i++ {
			places[k], places[i] = places[i], places[k]
			try(k+1, sum+m.dist(at, places[k]), places[k])
			places[k], places[i] = places[i], places[k]
		}
	}
	try(0, 0, m.start)
	return best
}

func TestTheOracleAgreesWithBruteForce(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 200 {
		aisles := 1 + r.Intn(6)
		l := grid(1, aisles, 1+r.Intn(12))
		if r.Intn(2) == 0 {
			l.Start = &Point{Aisle: string(rune('A' + r.Intn(aisles)))}
		}
		m := ready(t, l)
		stops := sample(r, l, 1+r.Intn(8))
		require.Equal(t, bruteForce(m, stops), optimum(t, m, stops))
	}
}
