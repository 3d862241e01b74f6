package order

import (
	"strconv"

	"picket/edge/floor"
)

// State of an order at the centre. It is derived from its assignments; waiting and assigned are the centre's
// own, the rest are the site's words.
type State string

// Waiting: no site has it. Sent: a site was told and has not answered. Then as the site says.
const (
	Waiting   State = "waiting"
	Sent      State = "assigned"
	New       State = State(floor.OrderNew)
	Ready     State = State(floor.OrderReady)
	Picking   State = State(floor.OrderPicking)
	PickedAll State = State(floor.OrderPicked)
	Packing   State = State(floor.OrderPacking)
	Packed    State = State(floor.OrderPacked)
	Awaiting  State = State(floor.OrderAwaiting)
	Shipped   State = State(floor.OrderShipped)
	Exception State = State(floor.OrderException)
	Unserved  State = State(floor.OrderUnserved)

	Incoming    State = State(floor.OrderIncoming)
	Arrived     State = State(floor.OrderArrived)
	Staged      State = State(floor.OrderStaged)
	Collectable State = State(floor.OrderCollectable)
	HandedOver  State = State(floor.OrderHandedOver)
	HandedPart  State = State(floor.OrderHandedPart)
	PutBack     State = State(floor.OrderPutBack)
	CameBack    State = State(floor.OrderCameBack)

	AwaitsChoice State = "awaits_choice" // of the customer, about units of an order that is collected
	Cancelled    State = "cancelled"
)

// States lists every state, in the order an order passes them.
var States = []State{
	Waiting, Sent, New, Ready, Incoming, Arrived, Picking, PickedAll, Packing, Packed, Awaiting, Staged, Collectable, CameBack, PutBack, AwaitsChoice,
	Shipped, Exception, HandedOver, HandedPart, Unserved, Cancelled,
}

// AssignmentState is where an assignment stands.
type AssignmentState string

// An assignment is live while it is sent or taken. It ends shipped or handed over (something left the building
// and nothing more will), released (the site will not serve any of it), or rejected (the site refused to take
// it). Goods that only have to be put back do not keep it. The words are those of the unique index that allows
// one live assignment per group of lines.
const (
	AssignmentSent     AssignmentState = "sent"
	AssignmentTaken    AssignmentState = "taken"
	AssignmentShipped  AssignmentState = "shipped"
	AssignmentHanded   AssignmentState = "handed_over"
	AssignmentReleased AssignmentState = "released"
	AssignmentRejected AssignmentState = "rejected"
)

// Assignment hands a group of an order's lines to a site.
type Assignment struct {
	ID      floor.AssignmentID
	Order   floor.OrderID // at the centre
	Group   int           // line group within the order, from 1
	Site    floor.SiteID
	At      floor.OrderID // what the site calls the order
	State   AssignmentState
	Refusal string // why it was rejected, in the site's words
	// Later says that it was rejected for now only: the site is full or paused.
	Later bool `json:",omitempty"`
	// Flow is how it leaves this site; empty: as the order does.
	Flow floor.Flow `json:",omitempty"`
	// Part counts the parts of an order that several sites were given at once; 0: there is one.
	Part    int  `json:",omitempty"`
	Of      int  `json:",omitempty"`
	WaitAll bool `json:",omitempty"`
	// Mode says who has the authority until it leaves; empty: the site has.
	Mode floor.Mode `json:",omitempty"`
	// Away is set once its units are another site's.
	Away *Away `json:",omitempty"`
	// Lost says that it was given in a life the centre has forgotten, and came back with the site's records.
	Lost bool `json:",omitempty"`
	// Folded is the order as the site has it, nil until the site took it. It is made by edge/floor's own Apply.
	Folded *floor.Order
	Lines  []Line
}

func (a *Assignment) flow(o *Order) floor.Flow {
	if a.Flow != "" {
		return a.Flow
	}
	return o.Way()
}

// Live says whether the assignment still holds its lines.
func (a *Assignment) Live() bool { return a.State == AssignmentSent || a.State == AssignmentTaken }

// Settle derives a taken assignment's state from what the site has made of it.
func (a *Assignment) Settle() {
	if a.Folded == nil || a.State == AssignmentRejected {
		return
	}
	here, left := false, false
	for i := range a.Folded.Lines {
		for _, p := range a.Folded.Parts(&a.Folded.Lines[i]) {
			here = here || p.State.InHouse()
			left = left || p.State.Left()
		}
	}
	switch {
	case (here || a.Folded.Coming > 0) && a.State == AssignmentRevoked:
	case here || a.Folded.Coming > 0:
		a.State = AssignmentTaken
	case left && a.Folded.Flow == floor.FlowPickup:
		a.State = AssignmentHanded
	case left:
		a.State = AssignmentShipped
	default:
		a.State = AssignmentReleased
	}
}

// Reserves is how many units of each line the assignment still takes from the site's bins.
func (a *Assignment) Reserves() []Line {
	if !a.Live() {
		return nil
	}
	if a.Folded == nil {
		return a.Lines
	}
	var out []Line
	for i := range a.Folded.Lines {
		if l := &a.Folded.Lines[i]; l.ToPick() > 0 {
			out = append(out, Line{ID: l.ID, SKU: l.SKU, Qty: l.ToPick()})
		}
	}
	for _, l := range a.Lines {
		if a.Folded.Coming > 0 && a.Folded.Line(l.ID) == nil { // on its way to the site
			out = append(out, Line{ID: l.ID, SKU: l.SKU, Qty: l.Qty})
		}
	}
	return out
}

// Progress is how far an order is, for people.
type Progress struct {
	State  State          `json:"state"`
	Lines  []LineProgress `json:"lines"`
	Units  []UnitProgress `json:"units"`
	Choice bool           `json:"choice,omitempty"` // somebody has to choose what becomes of units that are open
}

// LineProgress is one line. The quantities of Parts sum to Qty, plus what is due to be put back.
type LineProgress struct {
	Line     floor.LineID  `json:"line"`
	SKU      floor.SKU     `json:"sku"`
	Qty      int           `json:"qty" doc:"Units asked for."`
	Parts    []PartAt      `json:"parts" doc:"How the quantity splits by state."`
	Short    int           `json:"short,omitempty" doc:"Units that could not be found."`
	Shorts   []floor.Short `json:"shorts,omitempty" doc:"Short units by reason."`
	Declined int           `json:"declined,omitempty" doc:"Units the site will not serve."`
	Decline  floor.Reason  `json:"decline,omitempty" doc:"Why the last decline."`

	Cancelled []floor.Cancelled `json:"cancelled,omitempty" doc:"Units nobody wants at a site any more, by cause; those the centre took back are for another site."`
	Open      int               `json:"open,omitempty" doc:"Units no site has."`
	Moved     int               `json:"moved,omitempty" doc:"Units that a site gave back, and another one has."`
}

// PartAt is a quantity in one state at one site.
type PartAt struct {
	State floor.PartState `json:"state" doc:"waiting and sent are the centre's; the rest are the site's."`
	Qty   int             `json:"qty"`
	Site  floor.SiteID    `json:"site,omitempty"`
	Unit  floor.UnitID    `json:"unit,omitempty" doc:"SSCC of the parcel it is in."`
}

// UnitProgress is one parcel.
type UnitProgress struct {
	Unit     floor.UnitID    `json:"unit" doc:"SSCC, 18 digits."`
	Site     floor.SiteID    `json:"site"`
	No       int             `json:"no"`
	State    floor.UnitState `json:"state"`
	Carton   string          `json:"carton,omitempty"`
	WeightG  int             `json:"weight_g,omitempty"`
	Carrier  string          `json:"carrier,omitempty"`
	Labelled bool            `json:"labelled" doc:"Its shipping label is known to be printed."`
	Contents []floor.Content `json:"contents"`
}

// Parts that the centre knows of before a site has answered.
const (
	PartWaiting floor.PartState = "waiting"
	PartSent    floor.PartState = "sent"
)

func units(a *Assignment) []UnitProgress {
	var out []UnitProgress
	for i := range a.Folded.Units {
		u := &a.Folded.Units[i]
		up := UnitProgress{Unit: u.ID, Site: a.Site, No: u.No, State: u.State, Carton: u.Carton, WeightG: u.WeightG,
			Carrier: u.Carrier, Labelled: a.Folded.Labelled(u.ID), Contents: u.Contents}
		if up.Contents == nil {
			up.Contents = []floor.Content{}
		}
		out = append(out, up)
	}
	return out
}

func lineID(i int) floor.LineID { return floor.LineID(strconv.Itoa(i + 1)) }
