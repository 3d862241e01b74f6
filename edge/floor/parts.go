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
)

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
	for i := range o.Units {
		u := &o.Units[i]
		if u.State == UnitVoid {
			continue
		}
		add(o.unitPart(u), u.Holds(l.ID), u.ID)
	}
	add(Picked, o.ToPack(l), "")
	rest := l.ToPick()
	switch {
	case o.Started && l.Accepted:
		add(Picking, rest, "")
	case l.Accepted:
		add(Accepted, rest, "")
	default:
		add(Assigned, rest, "")
	}
	add(PutBackDuePart, l.Surplus(), "")
	add(ShortPart, l.Short(), "")
	add(Declined, l.Declined, "")
	return out
}

func (o *Order) unitPart(u *Unit) PartState {
	switch {
	case u.State == UnitOpen:
		return Picked
	case u.State == UnitDeparted:
		return ShippedPart
	case o.Labelled(u.ID):
		return AwaitingCarrier
	}
	return Packed
}

// OrderState sums up an order for people. It is derived, never stored.
type OrderState string

// An order is new until accepted, ready until started, then picking, picked, packing, packed, awaiting its
// carrier, and in the end shipped, shipped with exceptions, or not served at all.
const (
	OrderNew       OrderState = "new"
	OrderReady     OrderState = "ready"
	OrderPicking   OrderState = "picking"
	OrderPicked    OrderState = "picked"
	OrderPacking   OrderState = "packing"
	OrderPacked    OrderState = "packed"
	OrderAwaiting  OrderState = "awaiting_carrier"
	OrderShipped   OrderState = "shipped"
	OrderException OrderState = "shipped_with_exceptions"
	OrderUnserved  OrderState = "not_served"
)

// State derives the order's state from its parts.
func (o *Order) State() OrderState {
	var n [9]int // by stage
	left := 0
	for i := range o.Lines {
		for _, p := range o.Parts(&o.Lines[i]) {
			switch p.State {
			case Assigned:
				n[0] += p.Qty
			case Accepted:
				n[1] += p.Qty
			case Picking:
				n[2] += p.Qty
			case Picked:
				n[3] += p.Qty
			case Packed:
				n[4] += p.Qty
			case AwaitingCarrier:
				n[5] += p.Qty
			case ShippedPart:
				n[6] += p.Qty
			case Declined, ShortPart:
				left += p.Qty
			}
		}
	}
	packing := false
	for i := range o.Units {
		packing = packing || o.Units[i].State == UnitOpen
	}
	switch {
	case n[2] > 0 || (n[1] > 0 || n[0] > 0) && o.Started:
		return OrderPicking
	case n[0] > 0:
		return OrderNew
	case n[1] > 0:
		return OrderReady
	case packing, n[3] > 0 && n[4]+n[5]+n[6] > 0:
		return OrderPacking
	case n[3] > 0:
		return OrderPicked
	case n[4] > 0:
		return OrderPacked
	case n[5] > 0:
		return OrderAwaiting
	case n[6] > 0 && left == 0:
		return OrderShipped
	case n[6] > 0:
		return OrderException
	}
	return OrderUnserved
}

// Open says whether anything is left to do for the order.
func (o *Order) Open() bool {
	switch o.State() {
	case OrderShipped, OrderException, OrderUnserved:
		return false
	}
	return true
}
