package route

import (
	"fmt"
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// grid is a measured layout: blocks behind each other, aisles beside each other, two-sided bays.
func grid(blocks, aisles, bays int) Layout {
	var l Layout
	walk := 0
	for b := range blocks {
		for a := range aisles {
			for n := range bays {
				for _, side := range []string{"left", "right"} {
					walk++
					x := 3*float64(a) + 10
					if side == "left" {
						x--
					} else {
						x++
					}
					y := 20 + float64(b)*(1.2*float64(bays)+3) + 1.5 + 1.2*float64(n) + 0.6
					l.Locations = append(l.Locations, Location{ID: LocationID(fmt.Sprintf("%c%d-%02d-%s", 'A'+a, b, n+1, side[:1])),
						Aisle: string(rune('A' + a)), Block: b + 1, Bay: n + 1, Level: 1, Side: side, X: x, Y: y, Walk: walk})
				}
			}
		}
	}
	return l
}

func sample(r *rand.Rand, l Layout, n int) []LocationID {
	var out []LocationID
	for _, i := range r.Perm(len(l.Locations))[:min(n, len(l.Locations))] {
		out = append(out, l.Locations[i].ID)
	}
	return out
}

func ready(t testing.TB, l Layout) *Map {
	m, err := New(l)
	require.NoError(t, err)
	return m
}

// measureWalk is the length of a path, leg by leg, in mm.
func measureWalk(m *Map, stops []LocationID) int {
	at, sum := m.start, 0
	for _, id := range stops {
		p := m.places[m.byID[id]]
		sum += m.dist(at, p)
		at = p
	}
	return sum + m.dist(at, m.end)
}

// graph is the layout drawn out edge by edge, and Dijkstra on it: what dist must agree with.
type graph struct {
	edges [][]edge
	at    []int // node of each location, then start, end
}

type edge struct{ to, length int }

func draw(m *Map) *graph {
	g := &graph{}
	node := func() int { g.edges = append(g.edges, nil); return len(g.edges) - 1 }
	join := func(a, b, length int) {
		g.edges[a] = append(g.edges[a], edge{b, length})
		g.edges[b] = append(g.edges[b], edge{a, length})
	}
	type point struct{ x, y, n int }
	chain := func(points []point) {
		slices.SortFunc(points, func(a, b point) int { return (a.x + a.y) - (b.x + b.y) })
		for i := 1; i < len(points); i++ {
			join(points[i-1].n, points[i].n, points[i].x-points[i-1].x+points[i].y-points[i-1].y)
		}
	}
	cross := make([][]point, len(m.crosses))
	all := append(slices.Clone(m.places), m.start, m.end)
	g.at = make([]int, len(all))
	for i := range all {
		g.at[i] = node()
	}
	for n, s := range m.segs {
		line := []point{{0, m.crosses[s.band], node()}, {0, m.crosses[s.band+1], node()}}
		cross[s.band] = append(cross[s.band], point{s.x, 0, line[0].n})
		cross[s.band+1] = append(cross[s.band+1], point{s.x, 0, line[1].n})
		for i, p := range all {
			if p.seg == n {
				line = append(line, point{0, p.y, g.at[i]})
			}
		}
		chain(line)
	}
	for b, xs := range m.xs { // no shelves: open floor
		for _, p := range all {
			if len(xs) == 0 {
				foot, head := node(), node()
				join(foot, head, m.crosses[b+1]-m.crosses[b])
				cross[b] = append(cross[b], point{p.x, 0, foot})
				cross[b+1] = append(cross[b+1], point{p.x, 0, head})
			}
		}
	}
	type spurKey struct {
		cross, x int
		below    bool
	}
	spurs := map[spurKey][]point{}
	for i, p := range all {
		if p.seg < 0 {
			k := spurKey{p.cross, p.x, p.off < 0}
			spurs[k] = append(spurs[k], point{0, abs(p.off), g.at[i]})
		}
	}
	for k, line := range spurs {
		foot := node()
		cross[k.cross] = append(cross[k.cross], point{k.x, 0, foot})
		chain(append(line, point{0, 0, foot}))
	}
	for _, line := range cross {
		chain(line)
	}
	return g
}

func (g *graph) from(start int) []int {
	dist := make([]int, len(g.edges))
	for i := range dist {
		dist[i] = math.MaxInt
	}
	dist[start] = 0
	done := make([]bool, len(g.edges))
	for {
		at := -1
		for i, d := range dist {
			if !done[i] && d < math.MaxInt && (at < 0 || d < dist[at]) {
				at = i
			}
		}
		if at < 0 {
			return dist
		}
		done[at] = true
		for _, e := range g.edges[at] {
			dist[e.to] = min(dist[e.to], dist[at]+e.length)
		}
	}
}
