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
)

// States lists every state, in the order an order passes them.
var States = []State{
	Waiting, Sent, New, Ready, Incoming, Arrived, Picking, PickedAll, Packing, Packed, Awaiting, Staged, Collectable, CameBack, PutBack,
	Shipped, Exception, HandedOver, HandedPart, Unserved,
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
	// Folded is the order as the site has it, nil until the site took it. It is made by edge/floor's own Apply.
	Folded *floor.Order
	Lines  []Line
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
	return out
}

// Progress is how far an order is, for people.
type Progress struct {
	State State          `json:"state"`
	Lines []LineProgress `json:"lines"`
	Units []UnitProgress `json:"units"`
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

	Cancelled []floor.Cancelled `json:"cancelled,omitempty" doc:"Units nobody wants here any more, by cause; those the centre took back are for another site."`
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

// Of sums up an order. Assignments come oldest first; those that were rejected count for nothing.
func Of(o *Order, as []Assignment) Progress {
	p := Progress{State: Waiting, Lines: make([]LineProgress, len(o.Lines)), Units: []UnitProgress{}}
	at := make(map[floor.LineID]int, len(o.Lines))
	for i, l := range o.Lines {
		p.Lines[i] = LineProgress{Line: l.ID, SKU: l.SKU, Qty: l.Qty, Parts: []PartAt{}}
		at[l.ID] = i
	}
	given := make([]bool, len(o.Lines))
	for i := range as {
		a := &as[i]
		if a.State == AssignmentRejected {
			continue
		}
		p.State = a.orderState()
		if a.Folded == nil {
			for _, l := range a.Lines {
				if i, ok := at[l.ID]; ok {
					given[i] = true
					p.Lines[i].Parts = append(p.Lines[i].Parts, PartAt{State: PartSent, Qty: l.Qty, Site: a.Site})
				}
			}
			continue
		}
		for j := range a.Folded.Lines {
			l := &a.Folded.Lines[j]
			i, ok := at[l.ID]
			if !ok {
				continue
			}
			given[i] = true
			lp := &p.Lines[i]
			for _, part := range a.Folded.Parts(l) {
				lp.Parts = append(lp.Parts, PartAt{State: part.State, Qty: part.Qty, Site: a.Site, Unit: part.Unit})
			}
			lp.Short += l.Short()
			lp.Shorts = append(lp.Shorts, l.Shorts...)
			lp.Declined += l.Declined
			lp.Cancelled = append(lp.Cancelled, l.Cancelled...)
			if l.Decline != "" {
				lp.Decline = l.Decline
			}
		}
		p.Units = append(p.Units, units(a)...)
	}
	for i := range p.Lines {
		if !given[i] {
			p.Lines[i].Parts = append(p.Lines[i].Parts, PartAt{State: PartWaiting, Qty: p.Lines[i].Qty})
		}
	}
	return p
}

// orderState is the order's state as this assignment has it. An order has one assignment today; when it has
// several, the newest speaks.
func (a *Assignment) orderState() State {
	if a.Folded == nil {
		return Sent
	}
	return State(a.Folded.State())
}

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
