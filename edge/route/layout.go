package route

import (
	"fmt"
	"math"
)

// Bounds of what a layout may hold; beyond them it is a mistake, not a building.
const (
	maxMetres    = 20_000
	maxLocations = 500_000
	maxBay       = 1_000_000
	maxBlock     = 1_000
)

// Map is a layout made ready for planning.
type Map struct {
	basis   Basis
	crosses []int // mm along the aisles, rising; band b lies between crosses[b] and crosses[b+1]
	segs    []seg
	xs      [][]int // per band: where its aisles stand, rising
	cross   int     // width of a cross aisle
	swapped bool    // the aisles run along x: x and y have changed names
	locs    []Location
	places  []place // as locs
	byID    map[LocationID]int
	ranked  []int          // locations in the order of compare
	rank    []int          // the turn of each location in it
	fronts  map[string]int // by name of an aisle: its first stretch
	start   place
	end     place
}

// seg is one aisle within one band: the stretch between two neighbouring cross aisles.
type seg struct {
	band int
	x    int
}

// place is a location on the walking lines, in mm: in an aisle (seg >= 0, at y), or on a spur of a cross
// aisle (seg < 0): at x, off metres away, below the cross aisle when off is negative.
type place struct {
	seg, x, y  int
	cross, off int
}

func mm(metres float64) int { return int(math.Round(metres * 1000)) }

// New makes a layout ready. An error names the location and the field.
func New(l Layout) (*Map, error) {
	if err := check(l); err != nil {
		return nil, err
	}
	l.Geometry = l.Geometry.usual()
	m := &Map{
		locs:   append([]Location(nil), l.Locations...),
		places: make([]place, len(l.Locations)),
		byID:   make(map[LocationID]int, len(l.Locations)),
		fronts: map[string]int{},
		cross:  mm(l.Geometry.CrossMetres),
	}
	for i, at := range m.locs {
		m.byID[at.ID] = i
	}
	if err := m.build(l); err != nil {
		return nil, err
	}
	m.order()
	return m, nil
}

// Basis says what the distances rest on.
func (m *Map) Basis() Basis { return m.basis }

// Has says whether the layout knows the location.
func (m *Map) Has(id LocationID) bool {
	_, ok := m.byID[id]
	return ok
}

// Aisle numbers the stretch of aisle a location lies in, from 0; -1 is for one outside any aisle.
func (m *Map) Aisle(id LocationID) int {
	i, ok := m.byID[id]
	if !ok {
		return -1
	}
	return m.places[i].seg
}

// Aisles is how many stretches of aisle there are.
func (m *Map) Aisles() int { return len(m.segs) }

// Metres is the shortest walk between two locations.
func (m *Map) Metres(a, b LocationID) (float64, error) {
	i, ok := m.byID[a]
	if !ok {
		return 0, unknown(a)
	}
	j, ok := m.byID[b]
	if !ok {
		return 0, unknown(b)
	}
	return float64(m.dist(m.places[i], m.places[j])) / 1000, nil
}

func unknown(id LocationID) error {
	return fmt.Errorf("stop %q: is not a location of the layout", id)
}

func (g Geometry) usual() Geometry {
	if g.BayMetres == 0 {
		g.BayMetres = 1.2
	}
	if g.PitchMetres == 0 {
		g.PitchMetres = 3
	}
	if g.CrossMetres == 0 {
		g.CrossMetres = 3
	}
	return g
}

func check(l Layout) error {
	if len(l.Locations) > maxLocations {
		return fmt.Errorf("locations: %d are given, at most %d are allowed", len(l.Locations), maxLocations)
	}
	seen := make(map[LocationID]bool, len(l.Locations))
	for i, at := range l.Locations {
		if at.ID == "" {
			return fmt.Errorf("location %d: id: is missing", i+1)
		}
		name := fmt.Sprintf("location %q: ", at.ID)
		if seen[at.ID] {
			return fmt.Errorf("%sid: stands twice", name)
		}
		seen[at.ID] = true
		for _, f := range []struct {
			name string
			v    float64
		}{{"x", at.X}, {"y", at.Y}, {"z", at.Z}} {
			if err := sane(name+f.name, f.v); err != nil {
				return err
			}
		}
		if at.Bay < 0 || at.Bay > maxBay {
			return fmt.Errorf("%sbay: is %d, 0 to %d are allowed", name, at.Bay, maxBay)
		}
		if at.Block < 0 || at.Block > maxBlock {
			return fmt.Errorf("%sblock: is %d, 0 to %d are allowed", name, at.Block, maxBlock)
		}
		if at.Side != "" && at.Side != "left" && at.Side != "right" {
			return fmt.Errorf("%sside: is %q, left, right or nothing are allowed", name, at.Side)
		}
	}
	for i, y := range l.CrossAisles {
		if err := sane(fmt.Sprintf("cross aisle %d", i+1), y); err != nil {
			return err
		}
		if i > 0 && mm(y) <= mm(l.CrossAisles[i-1]) {
			return fmt.Errorf("cross aisle %d: is at %g, must be beyond the one before, at %g", i+1, y, l.CrossAisles[i-1])
		}
	}
	if n := len(l.CrossAisles); n == 1 || n > maxBlock {
		return fmt.Errorf("cross aisles: %d given; needed are a front and a back one at least, at most %d", n, maxBlock)
	}
	for _, p := range []struct {
		name string
		at   *Point
	}{{"start", l.Start}, {"end", l.End}} {
		if p.at == nil {
			continue
		}
		if err := sane(p.name+": x", p.at.X); err != nil {
			return err
		}
		if err := sane(p.name+": y", p.at.Y); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		name string
		v    float64
	}{{"bay metres", l.Geometry.BayMetres}, {"pitch metres", l.Geometry.PitchMetres}, {"cross metres", l.Geometry.CrossMetres}} {
		if f.v != 0 && !(f.v >= 0.1 && f.v <= 100) {
			return fmt.Errorf("geometry: %s: is %g, 0.1 to 100 are allowed", f.name, f.v)
		}
	}
	return nil
}

func sane(field string, v float64) error {
	if math.IsNaN(v) || math.Abs(v) > maxMetres {
		return fmt.Errorf("%s: is %g metres, -%d to %d are allowed", field, v, maxMetres, maxMetres)
	}
	return nil
}
