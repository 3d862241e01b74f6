package carton

// Names of things, each a type of its own so that one cannot be handed in for another.
type (
	ID     string // a carton type, such as "M2"
	ItemID string // an item of the request, unique within it
	Class  string // handling class: "dangerous", "chilled", "food"; empty is ordinary goods
)

type (
	Grams int64
	Money int64 // minor units of the site's currency
)

// Size is a box in millimetres; H is the side that stands upright.
type Size struct{ L, W, H int }

// Volume in cubic millimetres.
func (s Size) Volume() int64 { return int64(s.L) * int64(s.W) * int64(s.H) }

// Carton is a type of carton on the shelf of the bench.
type Carton struct {
	ID      ID
	Inner   Size
	Outer   Size  // what the carrier measures; zero: as Inner
	Empty   Grams // the carton itself
	Max     Grams // heaviest content it may carry
	Cost    Money
	Limited bool // only Count of them are there
	Count   int
}

// Sides says which sides of an item may stand upright. Zero: any.
type Sides uint8

const (
	UpH Sides = 1 << iota // as its Size says
	UpW
	UpL

	Upright  = UpH // this side up
	AnySides = UpH | UpW | UpL
)

// Item is a line of what has to be packed. Line and SKU are only carried through.
type Item struct {
	ID     ItemID
	Line   string
	SKU    string
	Qty    int
	Size   Size  // of one unit; all zero: not known, see Rules
	Volume int64 // of one unit in cubic millimetres, when Size is not known
	Weight Grams // of one unit; zero: not known, see Rules
	Up     Sides
	NoTop  bool // fragile: nothing may lie above it
	Own    bool // ships in its own carton: every unit is a parcel by itself
	Class  Class
}

// Apart names two classes that must not share a carton.
type Apart struct{ A, B Class }

// Rules of the site and the carrier. The zero value is usable; see each field.
type Rules struct {
	Divisor    int     // dimensional weight: cm³ per kg, such as 5000; zero: carriers weigh only
	Step       Grams   // billable weight is rounded up to this; zero: to the gram
	PerKg      Money   // what a billable kilogram costs; weighs billable weight against the cartons' cost
	FreeShare  int     // per mille of a carton's inner volume kept free for filler: 50 is 5 %
	Filler     Grams   // weight of a litre of filler, for the expected weight
	Support    int     // per cent of its base an item must rest on; zero: 80
	MaxCartons int     // parcels an order may take; zero: as many as it needs
	Apart      []Apart // classes that must not be mixed
	Density    Grams   // grams per litre, for items with a weight and no size
	AsVolume   int64   // cubic millimetres, for items with neither
	AsWeight   Grams   // for items without a weight
}

// Placement is one unit in its carton. X runs along L, Y along W, Z upward; the origin is an inner corner.
type Placement struct {
	Item    ItemID
	Unit    int // 0 to Qty-1
	X, Y, Z int
	Size    Size  // as it lies: L along X, W along Y, H upward
	Up      Sides // which of its own sides stands upright: UpH, UpW or UpL
	Guessed bool  // its size is a guess: see Plan.Notes
}

// Packed is one parcel of a plan.
type Packed struct {
	Carton     ID    // empty when Own
	Own        bool  // the item is its own carton
	Inner      Size  // zero when Own
	Outer      Size  // what the carrier measures
	Content    Grams // the items
	Gross      Grams // with the carton and its filler: what the scale should say
	Used       int64 // mm³ of items
	Void       int64 // mm³ left for filler
	DimWeight  Grams // zero when the carrier only weighs
	Billable   Grams
	Cost       Money // the carton and its billable weight
	Placements []Placement
}

// Left is what found no place, and why.
type Left struct {
	Item   ItemID
	Qty    int
	Reason string
}

// Plan is the answer: parcels in the order in which to pack them.
type Plan struct {
	Cartons  []Packed
	Left     []Left
	Notes    []string // what was guessed
	Cost     Money
	Billable Grams
}
