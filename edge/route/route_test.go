package route

import (
	"fmt"
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyLayout draws layouts of every kind: measured or not, blocks aligned or not, walls, loose bins, holes.
func anyLayout(t *rapid.T) Layout {
	l := grid(rapid.IntRange(1, 4).Draw(t, "blocks"), rapid.IntRange(1, 5).Draw(t, "aisles"), rapid.IntRange(1, 5).Draw(t, "bays"))
	shift := rapid.SliceOfN(rapid.Float64Range(-8, 8), 5, 5).Draw(t, "shift of the blocks")
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	for i := range l.Locations {
		at := &l.Locations[i]
		switch kind {
		case 0, 1:
			at.X += shift[at.Block]
		case 2:
			at.X, at.Y = 0, 0
		case 3:
			at.X, at.Y = at.Y, at.X+shift[at.Block]
		case 4:
			if at.Block == 2 { // one block beside the others, not behind
				at.Aisle, at.X, at.Y = "N"+at.Aisle, at.X+40, at.Y-7
			}
		case 5:
			at.Aisle, at.X, at.Y = "", 0, 0
		}
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "loose") {
		at := Location{ID: LocationID(fmt.Sprintf("loose-%d", i)), Walk: rapid.IntRange(0, 50).Draw(t, "walk")}
		if rapid.Bool().Draw(t, "with coordinates") {
			at.X, at.Y = rapid.Float64Range(-20, 60).Draw(t, "x"), rapid.Float64Range(-20, 80).Draw(t, "y")
		}
		l.Locations = append(l.Locations, at)
	}
	if rapid.Bool().Draw(t, "a start") {
		l.Start = &Point{X: rapid.Float64Range(-10, 60).Draw(t, "sx"), Y: rapid.Float64Range(-10, 80).Draw(t, "sy")}
	}
	if rapid.Bool().Draw(t, "an end") {
		l.End = &Point{X: rapid.Float64Range(-10, 60).Draw(t, "ex"), Y: rapid.Float64Range(-10, 80).Draw(t, "ey")}
	}
	if rapid.Bool().Draw(t, "cross aisles") {
		for y := 15.0; len(l.CrossAisles) < 2 || rapid.Bool().Draw(t, "one more"); y += rapid.Float64Range(3, 12).Draw(t, "to the next") {
			l.CrossAisles = append(l.CrossAisles, y)
		}
	}
	return l
}

func TestDistanceIsTheShortestWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, err := New(anyLayout(t))
		require.NoError(t, err)
		g := draw(m)
		all := append(slices.Clone(m.places), m.start, m.end)
		for range 4 {
			a := rapid.IntRange(0, len(all)-1).Draw(t, "from")
			c := rapid.IntRange(0, len(all)-1).Draw(t, "over")
			want := g.from(g.at[a])
			for b := range all {
				d := m.dist(all[a], all[b])
				require.Equal(t, want[g.at[b]], d, "from %+v to %+v", all[a], all[b])
				require.Equal(t, d, m.dist(all[b], all[a]), "symmetric")
				require.LessOrEqual(t, d, m.dist(all[a], all[c])+m.dist(all[c], all[b]), "triangle")
			}
			require.Zero(t, m.dist(all[a], all[a]))
		}
	})
}

func TestAPlanVisitsEveryStopOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLayout(t)
		m, err := New(l)
		require.NoError(t, err)
		var stops []LocationID
		for range rapid.IntRange(0, 30).Draw(t, "stops") {
			stops = append(stops, l.Locations[rapid.IntRange(0, len(l.Locations)-1).Draw(t, "stop")].ID)
		}
		path, err := m.Plan(stops)
		require.NoError(t, err)
		want := slices.Compact(slices.Sorted(slices.Values(stops)))
		require.ElementsMatch(t, want, path.Stops)
		if len(stops) == 0 {
			require.Zero(t, path.Metres)
			return
		}
		require.InDelta(t, float64(measureWalk(m, path.Stops))/1000, path.Metres, 1e-9, "the metres are those of the path")
		sketch, err := m.Sketch(stops)
		require.NoError(t, err)
		require.LessOrEqual(t, path.Metres, sketch.Metres)

		// The order in which stops, and locations of the layout, are given does not matter.
		shuffled := rapid.Permutation(stops).Draw(t, "shuffled")
		l.Locations = rapid.Permutation(l.Locations).Draw(t, "shuffled layout")
		m2, err := New(l)
		require.NoError(t, err)
		again, err := m2.Plan(append(shuffled, stops[0]))
		require.NoError(t, err)
		require.Equal(t, path, again)
	})
}

func TestPlansOfFewStopsAreTheShortest(t *testing.T) {
	r := rand.New(rand.NewSource(7))
	worse := 0
	for range 150 {
		l := grid(1+r.Intn(3), 1+r.Intn(5), 1+r.Intn(8))
		l.Start = &Point{X: r.Float64() * 30, Y: 10}
		if r.Intn(2) == 0 {
			l.End = &Point{X: r.Float64() * 30, Y: 10}
		}
		m := ready(t, l)
		stops := sample(r, l, 1+r.Intn(8))
		path, err := m.Plan(stops)
		require.NoError(t, err)
		if exact := bruteForce(m, stops); measureWalk(m, path.Stops) > exact {
			worse++
		}
	}
	require.LessOrEqual(t, worse, 2, "of 150 plans")
}

func TestALayoutWithoutMeasures(t *testing.T) {
	var l Layout
	for _, aisle := range []string{"B", "A", "AA", "10", "2"} {
		for bay := 1; bay <= 4; bay++ {
			l.Locations = append(l.Locations, Location{ID: LocationID(fmt.Sprintf("%s-%d", aisle, bay)), Aisle: aisle, Bay: bay})
		}
	}
	m := ready(t, l)
	require.Equal(t, Derived, m.Basis())
	far := func(a, b LocationID) float64 {
		d, err := m.Metres(a, b)
		require.NoError(t, err)
		return d
	}
	// 2, 10, A, B, AA beside each other at 3 m; bays of 1.2 m behind half a cross aisle of 3 m.
	require.InDelta(t, 3.6, far("2-1", "2-4"), 1e-9)
	require.InDelta(t, 2*(1.5+0.6)+3, far("2-1", "10-1"), 1e-9)
	require.InDelta(t, 2*(1.5+0.6)+3, far("B-4", "AA-4"), 1e-9)
	require.InDelta(t, 2*(1.5+0.6)+12, far("2-1", "AA-1"), 1e-9)

	_, err := m.Metres("2-1", "nowhere")
	require.EqualError(t, err, `stop "nowhere": is not a location of the layout`)
	_, err = m.Metres("nowhere", "2-1")
	require.EqualError(t, err, `stop "nowhere": is not a location of the layout`)
}

func TestHowBaysAreNumbered(t *testing.T) {
	depth := func(l Layout, id LocationID) float64 {
		m := ready(t, l)
		return float64(m.places[m.byID[id]].y) / 1000
	}
	at := func(id string, aisle string, bay int, side string) Location {
		return Location{ID: LocationID(id), Aisle: aisle, Bay: bay, Side: side}
	}
	// Odd on the left, even on the right: 3 and 4 face each other.
	facing := Layout{Locations: []Location{at("1", "A", 1, "left"), at("2", "A", 2, "right"), at("3", "A", 3, "left"), at("4", "A", 4, "right")}}
	require.Equal(t, depth(facing, "3"), depth(facing, "4"))
	require.InDelta(t, 1.2, depth(facing, "3")-depth(facing, "1"), 1e-9)
	// In tens.
	tens := Layout{Locations: []Location{at("a", "A", 10, ""), at("b", "A", 20, ""), at("c", "B", 40, "")}}
	require.InDelta(t, 1.2, depth(tens, "b")-depth(tens, "a"), 1e-9)
	require.InDelta(t, 3.6, depth(tens, "c")-depth(tens, "a"), 1e-9)
	// B numbers on where A stopped.
	onward := Layout{Locations: []Location{at("a", "A", 1, ""), at("b", "A", 2, ""), at("c", "B", 3, ""), at("d", "B", 4, "")}}
	require.Equal(t, depth(onward, "a"), depth(onward, "c"))
	// Numbers that are names.
	names := Layout{Locations: []Location{at("a", "A", 7, ""), at("b", "A", 104003, ""), at("c", "A", 990001, "")}}
	require.InDelta(t, 2.4, depth(names, "c")-depth(names, "a"), 1e-9)
}

func TestAStoreWithOnlyAWalkOrder(t *testing.T) {
	l := Layout{Locations: []Location{{ID: "SHELF-10", Walk: 3}, {ID: "SHELF-2", Walk: 3}, {ID: "WINDOW", Walk: 9}, {ID: "TILL", Walk: 1}, {ID: "NEW"}}}
	m := ready(t, l)
	require.Equal(t, WalkOrder, m.Basis())
	path, err := m.Plan([]LocationID{"NEW", "WINDOW", "SHELF-10", "TILL", "SHELF-2"})
	require.NoError(t, err)
	require.Equal(t, []LocationID{"TILL", "SHELF-2", "SHELF-10", "WINDOW", "NEW"}, path.Stops)
	require.InDelta(t, 2*4*1.2, path.Metres, 1e-9)
}

func TestPartsOfASurveyAreMissing(t *testing.T) {
	l := grid(1, 3, 6)
	whole := ready(t, l)
	for i := range l.Locations {
		if at := &l.Locations[i]; at.Aisle == "B" && (at.Bay == 2 || at.Side == "left" && at.Bay == 5) {
			at.X, at.Y = 0, 0
		}
	}
	m := ready(t, l)
	require.Equal(t, Measured, m.Basis())
	for i := range l.Locations {
		require.InDelta(t, float64(whole.places[i].y), float64(m.places[i].y), 2, "%s", l.Locations[i].ID)
	}
	for i := range l.Locations { // an aisle nobody measured: then sizes are the usual ones everywhere
		if l.Locations[i].Aisle == "B" {
			l.Locations[i].X, l.Locations[i].Y = 0, 0
		}
	}
	require.Equal(t, Derived, ready(t, l).Basis())
}

func TestABinWithoutAnAisleStandsByItsNeighbour(t *testing.T) {
	l := grid(1, 3, 6)
	l.Locations = append(l.Locations, Location{ID: "END CAP", Walk: 5}, Location{ID: "DESK"}, Location{ID: "DOOR", X: 40, Y: 20})
	m := ready(t, l)
	d, err := m.Metres("END CAP", l.Locations[4].ID)
	require.NoError(t, err)
	require.Zero(t, d)
	require.Equal(t, m.start, m.places[m.byID["DESK"]])
	d, err = m.Metres("DESK", "DOOR")
	require.NoError(t, err)
	require.InDelta(t, 30, d, 1e-9)
	require.Equal(t, -1, m.Aisle("DOOR"))
	require.Equal(t, -1, m.Aisle("nowhere"))
	require.Equal(t, 0, m.Aisle("END CAP"))
	require.Equal(t, 3, m.Aisles())
	require.True(t, m.Has("DOOR"))
	require.False(t, m.Has("nowhere"))
}

func TestAWallAcrossTheAislesIsNotWalkedThrough(t *testing.T) {
	l := grid(1, 4, 6)
	for i := range 5 {
		l.Locations = append(l.Locations, Location{ID: LocationID(fmt.Sprintf("WALL-%d", i)), Aisle: "WALL", Bay: i + 1, X: 8 + 3*float64(i), Y: 31.5})
	}
	m := ready(t, l)
	require.Equal(t, 4, m.Aisles())
	d, err := m.Metres("WALL-0", "WALL-4")
	require.NoError(t, err)
	require.InDelta(t, 12, d, 1)
}

func TestOneDirectionInAnAisle(t *testing.T) {
	l := grid(1, 3, 20)
	l.Start = &Point{Aisle: "B"}
	m := ready(t, l)
	path, err := m.Plan([]LocationID{"B0-07-l", "B0-02-r", "B0-05-l", "B0-05-r"})
	require.NoError(t, err)
	require.Equal(t, []LocationID{"B0-02-r", "B0-05-l", "B0-05-r", "B0-07-l"}, path.Stops)
	require.Equal(t, "combined", path.Method)
}

func TestTidy(t *testing.T) {
	l := grid(1, 3, 20)
	l.Start = &Point{Aisle: "B"}
	m := ready(t, l)
	w := m.walk(ranks(m, []LocationID{"B0-02-l", "B0-05-l", "B0-07-l", "B0-11-l"}))
	best := m.cost(w, []int{0, 1, 2, 3})
	for _, order := range [][]int{{0, 3, 2, 1}, {3, 2, 1, 0}, {1, 0, 3, 2}} {
		scattered := tour{order: order, cost: m.cost(w, order)}
		m.tidy(w, &scattered)
		require.Equal(t, tour{order: []int{0, 1, 2, 3}, cost: best}, scattered)
	}
}

func TestARoundGoesTheWayOfTheWalkNumbers(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	for range 40 {
		l := grid(1+r.Intn(2), 6, 10)
		if r.Intn(2) == 0 {
			for i := range l.Locations {
				l.Locations[i].Walk = 1000 - l.Locations[i].Walk
			}
		}
		m := ready(t, l)
		path, err := m.Plan(sample(r, l, 2+r.Intn(20)))
		require.NoError(t, err)
		first, last := m.locs[m.byID[path.Stops[0]]], m.locs[m.byID[path.Stops[len(path.Stops)-1]]]
		require.Less(t, first.Walk, last.Walk, "%v", path.Stops)
	}
}

func TestThousandsOfStops(t *testing.T) {
	l := grid(4, 26, 100)
	for i := range 2000 {
		l.Locations = append(l.Locations, Location{ID: LocationID(fmt.Sprintf("F%d", i)), X: float64(i%50) + 0.1, Y: float64(i)})
	}
	m := ready(t, l)
	stops := sample(rand.New(rand.NewSource(3)), l, len(l.Locations))
	path, err := m.Plan(stops)
	require.NoError(t, err)
	require.Len(t, path.Stops, len(stops))
	require.InDelta(t, float64(measureWalk(m, path.Stops))/1000, path.Metres, 1e-6)
}

func TestBadLayouts(t *testing.T) {
	ok := Location{ID: "A-1", Aisle: "A", Bay: 1, X: 1, Y: 1}
	with := func(f func(*Location)) Layout {
		at := ok
		f(&at)
		return Layout{Locations: []Location{at}}
	}
	for _, c := range []struct {
		l    Layout
		want string
	}{
		{with(func(l *Location) { l.ID = "" }), `location 1: id: is missing`},
		{Layout{Locations: []Location{ok, ok}}, `location "A-1": id: stands twice`},
		{with(func(l *Location) { l.X = math.NaN() }), `location "A-1": x: is NaN metres, -20000 to 20000 are allowed`},
		{with(func(l *Location) { l.Y = math.Inf(-1) }), `location "A-1": y: is -Inf metres, -20000 to 20000 are allowed`},
		{with(func(l *Location) { l.Z = 1e300 }), `location "A-1": z: is 1e+300 metres, -20000 to 20000 are allowed`},
		{with(func(l *Location) { l.Bay = -1 }), `location "A-1": bay: is -1, 0 to 1000000 are allowed`},
		{with(func(l *Location) { l.Block = math.MaxInt }), `location "A-1": block: is 9223372036854775807, 0 to 1000 are allowed`},
		{with(func(l *Location) { l.Side = "top" }), `location "A-1": side: is "top", left, right or nothing are allowed`},
		{Layout{Start: &Point{X: math.NaN()}}, `start: x: is NaN metres, -20000 to 20000 are allowed`},
		{Layout{End: &Point{Y: math.NaN()}}, `end: y: is NaN metres, -20000 to 20000 are allowed`},
		{Layout{Locations: []Location{ok}, Start: &Point{Aisle: "Q"}}, `start: aisle: "Q" is not an aisle of the layout`},
		{Layout{Locations: []Location{ok}, End: &Point{Aisle: "Q"}}, `end: aisle: "Q" is not an aisle of the layout`},
		{Layout{CrossAisles: []float64{1}}, `cross aisles: 1 given; needed are a front and a back one at least, at most 1000`},
		{Layout{CrossAisles: []float64{1, 1}}, `cross aisle 2: is at 1, must be beyond the one before, at 1`},
		{Layout{CrossAisles: []float64{1, math.NaN()}}, `cross aisle 2: is NaN metres, -20000 to 20000 are allowed`},
		{Layout{Geometry: Geometry{BayMetres: -1}}, `geometry: bay metres: is -1, 0.1 to 100 are allowed`},
		{Layout{Geometry: Geometry{PitchMetres: math.NaN()}}, `geometry: pitch metres: is NaN, 0.1 to 100 are allowed`},
		{Layout{Locations: make([]Location, maxLocations+1)}, `locations: 500001 are given, at most 500000 are allowed`},
	} {
		_, err := New(c.l)
		require.EqualError(t, err, c.want)
	}
	m := ready(t, Layout{})
	path, err := m.Plan(nil)
	require.NoError(t, err)
	require.Equal(t, Path{Basis: WalkOrder}, path)
	_, err = m.Plan([]LocationID{"A-1"})
	require.EqualError(t, err, `stop "A-1": is not a location of the layout`)
}

func TestNaturalOrder(t *testing.T) {
	want := []string{"-", "1", "02", "2", "10", "A", "A2", "A10", "A10-1", "A10-02", "b", "Z", "AA", "AB"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Natural)
	require.Equal(t, want, got)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-c0-2-]{0,4}`)
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		require.Equal(t, Natural(a, b), -Natural(b, a))
		require.Equal(t, a == b, Natural(a, b) == 0)
		if Natural(a, b) <= 0 && Natural(b, c) <= 0 {
			require.LessOrEqual(t, Natural(a, c), 0)
		}
	})
}
