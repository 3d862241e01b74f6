// Package route plans the walk of a picker: in what order to visit the stops, and how many metres that is.
// Layout in, Map once per layout, Plan per run. Distances run along aisles and cross aisles, never through a
// shelf. Same stops, in whatever order they come, give the same path.
//
// A Map does not change and may be used from several goroutines. The package must never read a clock, roll a
// die or know what an order is; how long it works is bounded by counts, and bad input is an error or a
// sensible path, never a panic.
package route

// LocationID names a location; to the floor it is a bin.
type LocationID string

// Location is where goods lie. X, Y and Z are metres; X and Y both zero mean: not measured.
type Location struct {
	ID    LocationID
	Aisle string
	Block int // which block of aisles; 0 when there is but one
	Bay   int
	Level int
	Side  string // left, right or empty
	X     float64
	Y     float64
	Z     float64 // climbed, not walked: it never counts as metres
	Walk  int     // its place in the walk through the site, rising; 0 means none
}

// Point is where a walk starts or ends: at a location, in front of an aisle, or at measured coordinates.
type Point struct {
	X, Y  float64
	Aisle string     // when given, the front end of this aisle, and X and Y do not count
	At    LocationID // when given, this location, and nothing else counts
}

// Geometry holds the sizes used where nothing was measured; a zero takes the usual size.
type Geometry struct {
	BayMetres   float64 // from one bay to the next: 1.2
	PitchMetres float64 // from one aisle to the next: 3
	CrossMetres float64 // width of a cross aisle: 3
}

// Layout is a site as the planner sees it.
type Layout struct {
	Locations []Location
	Start     *Point // nil: in front of the first aisle
	End       *Point // nil: back where it started
	// CrossAisles says where cross aisles lie, measured in the direction in which the aisles run: front, back
	// and any between. Empty: one in front, one behind, one between two blocks. Only for measured layouts.
	CrossAisles []float64
	Geometry    Geometry
}

// Basis says what distances rest on.
type Basis string

// What distances can rest on.
const (
	Measured  Basis = "measured"  // coordinates
	Derived   Basis = "derived"   // aisle and bay with usual sizes
	WalkOrder Basis = "walkOrder" // walk numbers only: one line through the site, one bay a number
)

// Path is a planned walk.
type Path struct {
	Stops  []LocationID // each asked stop once, in walking order
	Metres float64      // from start over all stops to end
	Basis  Basis
	Method string // the heuristic the path came from, with "+improved" if improvement shortened it
}
