package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"picket/edge/floor"
)

// Planner works out what callers then ask the floor for: runs, cartons, the way to walk. It changes nothing, and
// what it says is a proposal: the floor holds it against the orders when it is asked for.
type Planner interface {
	Runs(ctx context.Context, ask RunsAsk) (RunPlan, error)
	Cartons(ctx context.Context, ask CartonsAsk) (CartonPlan, error)
	Fits(ctx context.Context, ask FitsAsk) (CartonFit, error)
	Walk(ctx context.Context, order floor.OrderID) (OrderWalk, error)
}

// ErrNoOrder says that the site does not know the order.
var ErrNoOrder = errors.New("there is no such order")

// PlanError is a field that cannot be planned with, and why.
type PlanError struct{ Field, Why string }

func (e *PlanError) Error() string { return e.Field + ": " + e.Why }

// RunsAsk asks for runs.
type RunsAsk struct {
	Mode   floor.RunKind   `json:"mode"`             // discrete, batch, cluster, zone or singles
	Zone   string          `json:"zone,omitempty"`   // mode zone: only this zone's; else only orders that lie in it as a whole
	Cart   Cart            `json:"cart,omitzero"`    // what one picker takes along; nothing said: no limit
	Orders []floor.OrderID `json:"orders,omitempty"` // only these; none: every accepted order nobody has begun, what is due first in front
	Most   int             `json:"most,omitempty"`   // runs, at most; the first ones

	WindowMin int `json:"window_min,omitempty"` // minutes within which orders due compete on closeness; 0: 30
}

// Cart is what one picker takes along. A zero is no limit.
type Cart struct {
	WeightG      int `json:"weight_g,omitempty"`
	VolumeML     int `json:"volume_ml,omitempty"`
	Totes        int `json:"totes,omitempty"`
	Orders       int `json:"orders,omitempty"`
	ToteWeightG  int `json:"tote_weight_g,omitempty"`  // what one tote carries
	ToteVolumeML int `json:"tote_volume_ml,omitempty"` // what one tote really takes
}

// RunPlan is the runs to pick, the first one first.
type RunPlan struct {
	Runs  []PlannedRun `json:"runs"`
	More  int          `json:"more"`  // runs beyond the most asked for
	Left  []LeftOut    `json:"left"`  // what no run was planned for
	Basis string       `json:"basis"` // what metres rest on: measured, derived (aisles and bays of the usual size), walkOrder
}

// PlannedRun is one run: the data run.start takes, as it stands, and what it comes to.
type PlannedRun struct {
	Start    floor.StartRun `json:"start"` // the data of run.start
	Metres   float64        `json:"metres"`
	Units    int            `json:"units"`
	Totes    int            `json:"totes"` // needed
	WeightG  int            `json:"weight_g"`
	VolumeML int            `json:"volume_ml"`
	Due      time.Time      `json:"due,omitzero"` // of the order due first
	Trips    int            `json:"trips"`        // more than 1 for a single order the cart cannot take at once
}

// LeftOut is an order, or a line of one, that stands in no run, and why.
type LeftOut struct {
	Order  floor.OrderID `json:"order"`
	Number string        `json:"number,omitempty"` // what people call it
	Line   floor.LineID  `json:"line,omitempty"`
	Why    string        `json:"why"`
}

// CartonsAsk asks which cartons an order takes.
type CartonsAsk struct {
	Order floor.OrderID `json:"order"`
	Lines []LineQty     `json:"lines,omitempty"` // only these; none: what is picked and in no parcel, or else all that is wanted
}

// LineQty is some units of a line.
type LineQty struct {
	Line floor.LineID `json:"line"`
	Qty  int          `json:"qty"`
}

// FitsAsk asks whether a carton holds what a packer wants to put in.
type FitsAsk struct {
	Order  floor.OrderID  `json:"order"`
	Lines  []LineQty      `json:"lines,omitempty"`
	Carton floor.CartonID `json:"carton"`
}

// CartonPlan is parcels in the order in which to pack them.
type CartonPlan struct {
	Parcels []PlannedParcel `json:"parcels"`
	Left    []LeftUnits     `json:"left"`  // what goes in no carton, and why
	Notes   []string        `json:"notes"` // sizes and weights that were guessed
}

// PlannedParcel is one parcel and where each unit lies in it.
type PlannedParcel struct {
	Carton     floor.CartonID `json:"carton"`  // empty: the item ships in its own carton
	GrossG     int64          `json:"gross_g"` // what the scale should say
	BillableG  int64          `json:"billable_g"`
	Outer      floor.Dims     `json:"outer"`
	Contents   []LineQty      `json:"contents"`
	Placements []Placement    `json:"placements"`
}

// Placement is one unit in its carton, in millimetres from an inner corner: x along its length, y along its
// width, z upward.
type Placement struct {
	Line    floor.LineID `json:"line"`
	SKU     floor.SKU    `json:"sku"`
	X       int          `json:"x"`
	Y       int          `json:"y"`
	Z       int          `json:"z"`
	Size    floor.Dims   `json:"size"`              // as it lies
	Guessed bool         `json:"guessed,omitempty"` // its size is a guess
}

// LeftUnits is what found no place.
type LeftUnits struct {
	Line floor.LineID `json:"line"`
	SKU  floor.SKU    `json:"sku"`
	Qty  int          `json:"qty"`
	Why  string       `json:"why"`
}

// CartonFit says whether a carton holds it all, how, or why not.
type CartonFit struct {
	OK     bool           `json:"ok"`
	Parcel *PlannedParcel `json:"parcel,omitempty"`
	Why    string         `json:"why,omitempty"`
	Notes  []string       `json:"notes"`
}

// OrderWalk is what is still to be picked of an order, in walking order.
type OrderWalk struct {
	Order  floor.OrderID `json:"order"`
	Basis  string        `json:"basis"` // measured, derived or walkOrder
	Metres float64       `json:"metres"`
	Stops  []WalkStop    `json:"stops"`
}

// WalkStop is one bin to stand at.
type WalkStop struct {
	Bin   floor.BinID `json:"bin"`
	Aisle string      `json:"aisle"`
	Bay   int         `json:"bay"`
	Level int         `json:"level"`
	Side  string      `json:"side,omitempty"`
	Picks []WalkPick  `json:"picks"`
}

// WalkPick is what to take there.
type WalkPick struct {
	Line floor.LineID `json:"line"`
	SKU  floor.SKU    `json:"sku"`
	Name string       `json:"name"`
	Qty  int          `json:"qty"`
}

// planRoutes are the planners: what they say is the data of commands.
func (s *Server) planRoutes() []route {
	return []route{
		{method: http.MethodPost, pattern: "/api/plan/runs", says: "Proposes runs for the open orders: the start of each is the data of run.start, as it stands.",
			body: &RunsAsk{}, answer: &RunPlan{}, errors: []int{400, 404, 413, 415, 422, 503}, serve: planned(s, Planner.Runs)},
		{method: http.MethodPost, pattern: "/api/plan/cartons", says: "Proposes the cartons an order takes, and where each unit lies in them.",
			body: &CartonsAsk{}, answer: &CartonPlan{}, errors: []int{400, 404, 413, 415, 422, 503}, serve: planned(s, Planner.Cartons)},
		{method: http.MethodPost, pattern: "/api/plan/fits", says: "Says whether a carton holds what a packer wants to put in.",
			body: &FitsAsk{}, answer: &CartonFit{}, errors: []int{400, 404, 413, 415, 422, 503}, serve: planned(s, Planner.Fits)},
		{method: http.MethodGet, pattern: "/api/orders/{id}/walk", says: "What is still to be picked of an order, in walking order.",
			params: []param{{in: "path", name: "id", says: "Its id or its number.", kind: "string", needed: true}}, answer: &OrderWalk{}, errors: []int{404, 422, 503}, serve: s.walk},
	}
}

// planBytes is the most a planner is asked in one body.
const planBytes = 256 << 10

// planned asks the planner for what a body says.
func planned[A any, B interface {
	*A
	orders() []*floor.OrderID
}, P any](s *Server, plan func(Planner, context.Context, A) (P, error)) func(http.ResponseWriter, *http.Request, *signedIn) {
	return func(w http.ResponseWriter, r *http.Request, _ *signedIn) {
		body, p := readBody(w, r, planBytes)
		if p != nil {
			p.write(w)
			return
		}
		var ask A
		if p := decode(body, "body", &ask); p != nil {
			p.write(w)
			return
		}
		for _, o := range B(&ask).orders() {
			if !s.namesOrder(w, r, "body.order", o) {
				return
			}
		}
		propose(s, w, r, "body.", func() (P, error) { return plan(s.planner, r.Context(), ask) })
	}
}

func (s *Server) walk(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	id := floor.OrderID(r.PathValue("id"))
	if !s.namesOrder(w, r, "path.id", &id) {
		return
	}
	propose(s, w, r, "path.", func() (OrderWalk, error) { return s.planner.Walk(r.Context(), id) })
}

// propose plans, one plan at a time: a large one takes a second of one core, and the floor goes first.
func propose[P any](s *Server, w http.ResponseWriter, r *http.Request, at string, plan func() (P, error)) {
	if s.planner == nil {
		missing("This box plans nothing.").write(w)
		return
	}
	select {
	case s.planning <- struct{}{}:
		defer func() { <-s.planning }()
	case <-r.Context().Done():
		busy().write(w)
		return
	}
	out, err := plan()
	var wrong *PlanError
	switch {
	case errors.Is(err, ErrNoOrder):
		missing(err.Error()).write(w)
	case errors.As(err, &wrong):
		bad(http.StatusUnprocessableEntity, at+wrong.Field, wrong.Why, nil).write(w)
	case err != nil:
		s.fault(w, r, "plan", err)
	default:
		reply(w, out)
	}
}
