package floor

// PartState is the state of a part of a line's quantity (DESIGN, the floor: ship flow).
type PartState string

// The states of a part of an order that ships.
const (
	Assigned        PartState = "assigned"         // the site has it, nobody said yes yet
	Accepted        PartState = "accepted"         // the site will do it
	Picking         PartState = "picking"          // somebody is on the way
	Picked          PartState = "picked"           // in the tote, or in a parcel still open
	Packed          PartState = "packed"           // in a closed parcel whose label is not known to be printed
	AwaitingCarrier PartState = "awaiting_carrier" // parcel labelled, waiting to be collected
	ShippedPart     PartState = "shipped"          // left the building
	Declined        PartState = "declined"         // the site will not do it
	ShortPart       PartState = "short"            // not found
	PutBackDuePart  PartState = "put_back_due"     // picked in vain: more than is wanted
	CancelledPart   PartState = "cancelled"        // no longer wanted
	Substituted     PartState = "substituted"      // served by another item, which has a line of its own

	Incoming     PartState = "incoming"    // ship-to-store: on its way here
	Arrived      PartState = "arrived"     // ship-to-store: here, not yet on the shelf
	StagedPart   PartState = "staged"      // on the staging shelf, the customer does not know yet
	ReadyPart    PartState = "ready"       // on the staging shelf, the customer was told
	HandedOver   PartState = "handed_over" // the customer has it
	ReturnedPart PartState = "returned"    // it left, and the customer brought it back
	Undelivered  PartState = "undelivered" // it left, and the carrier brought it back
	InTransit    PartState = "in_transit"  // transfer: on its way to the other site
	Received     PartState = "received"    // transfer: the other site has it
)

// PartStates lists them all.
var PartStates = []PartState{
	Assigned, Accepted, Picking, Picked, Packed, AwaitingCarrier, ShippedPart, Declined, ShortPart, PutBackDuePart, CancelledPart, Substituted,
	Incoming, Arrived, StagedPart, ReadyPart, HandedOver, ReturnedPart, Undelivered, InTransit, Received,
}

// Part is a quantity of one line in one state.
type Part struct {
	Line  LineID    `json:"line"`
	SKU   SKU       `json:"sku"`
	State PartState `json:"state"`
	Qty   int       `json:"qty"`
	Unit  UnitID    `json:"unit,omitempty"`
}

// Parts derives the parts of a line from its tallies. Their quantities sum to what was asked for, plus what
// is due to be put back. The order of the parts is fixed: furthest first.
func (o *Order) Parts(l *Line) []Part {
	var out []Part
	add := func(st PartState, qty int, u UnitID) {
		if qty > 0 {
			out = append(out, Part{Line: l.ID, SKU: l.SKU, State: st, Qty: qty, Unit: u})
		}
	}
	back := l.Returned
	for i := range o.Units {
		u := &o.Units[i]
		if u.State == UnitVoid {
			continue
		}
		n := u.Holds(l.ID)
		if u.State == UnitDeparted {
			came := min(back, n)
			back -= came
			n -= came
		}
		if got := u.arrived(l.ID); got > 0 {
			add(Received, got, u.ID)
			n -= got
		}
		add(o.unitPart(u), n, u.ID)
	}
	add(HandedOver, l.Handed-back, "")
	add(ReturnedPart, l.Returned, "")
	add(ReadyPart, o.Told(l), "")
	add(StagedPart, o.OnShelf(l)-o.Told(l), "")
	picked, rest := Picked, l.ToPick()
	if o.Source == "incoming" {
		picked = Arrived
	}
	add(picked, o.ToPack(l), "")
	switch {
	case o.Source == "incoming":
		add(Incoming, rest, "")
	case o.Started && l.Accepted:
		add(Picking, rest, "")
	case l.Accepted:
		add(Accepted, rest, "")
	default:
		add(Assigned, rest, "")
	}
	add(PutBackDuePart, o.PutBackDue(l), "")
	add(ShortPart, l.Short(), "")
	add(Declined, l.Declined, "")
	add(CancelledPart, l.Cancels(), "")
	add(Substituted, l.Substituted, "")
	return out
}

// Told is how many of a line stand on the shelf and the customer knows of them.
func (o *Order) Told(l *Line) int { return min(max(0, l.Told-l.Handed), o.OnShelf(l)) }

func (o *Order) unitPart(u *Unit) PartState {
	switch {
	case u.State == UnitOpen:
		return Picked
	case u.State == UnitBack:
		return Undelivered
	case u.State == UnitDeparted && u.Received:
		return Received
	case u.State == UnitDeparted && o.Flow == FlowTransfer:
		return InTransit
	case u.State == UnitDeparted:
		return ShippedPart
	case o.Labelled(u.ID) && !u.Missed:
		return AwaitingCarrier
	}
	return Packed
}

// OrderState sums up an order for people. It is derived, never stored.
type OrderState string

// An order is new until accepted, ready until started, then picking, picked, packing, packed, awaiting its
// carrier, and in the end shipped. One that is collected is staged, ready to collect, and handed over; before
// that it may be incoming and arrived. It ends with exceptions when only some of it was served, or not served
// at all; goods picked in vain keep it open until they are put back, parcels that came back until they are
// dealt with.
const (
	OrderNew         OrderState = "new"
	OrderReady       OrderState = "ready"
	OrderPicking     OrderState = "picking"
	OrderPicked      OrderState = "picked"
	OrderPacking     OrderState = "packing"
	OrderPacked      OrderState = "packed"
	OrderAwaiting    OrderState = "awaiting_carrier"
	OrderShipped     OrderState = "shipped"
	OrderException   OrderState = "shipped_with_exceptions"
	OrderUnserved    OrderState = "not_served"
	OrderIncoming    OrderState = "incoming"
	OrderArrived     OrderState = "arrived"
	OrderStaged      OrderState = "staged"
	OrderCollectable OrderState = "ready_to_collect"
	OrderHandedOver  OrderState = "handed_over"
	OrderHandedPart  OrderState = "handed_over_with_exceptions"
	OrderPutBack     OrderState = "put_back"
	OrderCameBack    OrderState = "came_back"
)

// State derives the order's state from its parts.
func (o *Order) State() OrderState {
	n := make(map[PartState]int, 8)
	for i := range o.Lines {
		for _, p := range o.Parts(&o.Lines[i]) {
			n[p.State] += p.Qty
		}
	}
	packing := false
	for i := range o.Units {
		packing = packing || o.Units[i].State == UnitOpen
	}
	left := n[Declined] + n[ShortPart] + n[CancelledPart]
	gone := n[ShippedPart] + n[InTransit] + n[Received]
	handed := n[HandedOver]
	if o.Flow == FlowPickup {
		handed += n[ReturnedPart]
	} else {
		gone += n[ReturnedPart]
	}
	shelf := n[StagedPart] + n[ReadyPart]
	switch {
	case n[Picking] > 0 || (n[Accepted] > 0 || n[Assigned] > 0) && o.Started:
		return OrderPicking
	case n[Assigned] > 0:
		return OrderNew
	case n[Accepted] > 0:
		return OrderReady
	case n[Incoming] > 0:
		return OrderIncoming
	case n[Arrived] > 0:
		return OrderArrived
	case packing, n[Picked] > 0 && n[Packed]+n[AwaitingCarrier]+gone > 0:
		return OrderPacking
	case n[Picked] > 0:
		return OrderPicked
	case n[Packed] > 0:
		return OrderPacked
	case n[AwaitingCarrier] > 0:
		return OrderAwaiting
	case shelf > 0 && n[ReadyPart] == 0:
		return OrderStaged
	case shelf > 0:
		return OrderCollectable
	case n[Undelivered] > 0:
		return OrderCameBack
	case n[PutBackDuePart] > 0:
		return OrderPutBack
	case handed > 0 && left == 0:
		return OrderHandedOver
	case handed > 0:
		return OrderHandedPart
	case gone > 0 && left == 0:
		return OrderShipped
	case gone > 0:
		return OrderException
	}
	return OrderUnserved
}

// Open says whether anything is left to do for the order.
func (o *Order) Open() bool {
	switch o.State() {
	case OrderShipped, OrderException, OrderUnserved, OrderHandedOver, OrderHandedPart:
		return false
	}
	return true
}
