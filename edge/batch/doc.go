// Package batch builds pick runs: which orders go round together on one cart, and in what order their stops
// are walked. Open orders, a cart and a mode in; runs out, in the order in which they shall be picked.
//
// What expires sooner comes first; closeness decides only among orders due in the same window. The package
// must never exceed the cart, never drop an order in silence, and never read a clock or roll a die: the same
// orders, in whatever order they come, give the same runs.
package batch

import (
	"time"

	"picket/edge/route"
)

// Ids are the floor's, as plain words.
type (
	OrderID string
	LineID  string
	SKU     string
)

// Mode is how runs are put together.
type Mode string

// The modes.
const (
	Discrete Mode = "discrete" // one order a run
	Batch    Mode = "batch"    // several orders mixed in the totes, sorted afterwards
	Cluster  Mode = "cluster"  // several orders, each in totes of its own
	Zone     Mode = "zone"     // orders split by zone, each zone a batch of its own
	Singles  Mode = "singles"  // orders of one unit, all of one item together
)

// Line asks for goods from one location. A line whose goods lie in two stands here twice, under one id.
type Line struct {
	ID       LineID
	SKU      SKU
	Location route.LocationID
	Zone     string
	Qty      int
	WeightG  int // of one unit; 0 means unknown and counts nothing
	VolumeML int // of one unit; 0 means unknown and counts nothing
}

// Order is an order, or what is still open of it.
type Order struct {
	ID       OrderID
	Due      time.Time // zero: no hurry, after all that have one
	Priority int       // higher goes first within a window
	Lines    []Line
}

// Cart is what one picker can take along. A zero is no limit.
type Cart struct {
	MaxWeightG   int
	MaxVolumeML  int
	MaxTotes     int
	MaxOrders    int
	ToteWeightG  int
	ToteVolumeML int // what it really takes: voids deducted
}

// Task is one planning.
type Task struct {
	Mode   Mode
	Orders []Order
	Cart   Cart
	// Window: orders due within it compete on closeness; an earlier window comes strictly before. It opens with the
	// soonest order, the next one with the first order beyond. Zero: 30 minutes.
	Window time.Duration
	// TopUp: when the last cart of a window has room, it may take orders due this much after the window's
	// end. Zero: none.
	TopUp time.Duration
}

// Plan is the runs to pick, first one first, and the orders no run could be built for.
type Plan struct {
	Runs []Run
	Left []Left
}

// Run is one round with a cart.
type Run struct {
	Zone     string // in zone mode
	Orders   []Part // soonest due first
	Stops    []Stop // in walking order
	Due      time.Time
	Units    int
	WeightG  int
	VolumeML int
	Totes    int
	Metres   float64
	// Trips is how often the cart goes: more than once only for a single order that exceeds it.
	Trips int
	// TooBig lists lines of which one unit alone exceeds the cart or a tote.
	TooBig []LineID
}

// Part is what a run holds of an order.
type Part struct {
	Order OrderID
	Totes int // totes of its own, in cluster and discrete mode; else 0
}

// Stop is one place to stand at.
type Stop struct {
	Location route.LocationID
	Picks    []Pick
}

// Pick is what to take at a stop, for whom.
type Pick struct {
	Order OrderID
	Line  LineID
	SKU   SKU
	Qty   int
}

// Left is an order that stands in no run, or a line that is missing from one, and why.
type Left struct {
	Order OrderID
	Line  LineID // empty: the whole order
	Why   string
}
