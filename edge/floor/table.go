package floor

// Transition is one way a part may go, the stock that moves with it, what becomes of the promise to the
// customer, and the event that takes it back.
type Transition struct {
	By      string    // event type
	From    PartState // "" is nothing: the part begins
	To      PartState // "" is nothing: the part ends
	Stock   string    // buckets the goods move between; empty when they stay
	Promise Promise
	Back    string // event type that goes back; empty where there is no way back
}

// Promise is what a transition does to the reservation behind a part.
type Promise string

// A promise is made, kept, served (the goods left for the customer) or released (somebody else must serve it).
const (
	PromiseMade     Promise = "made"
	PromiseKept     Promise = "kept"
	PromiseServed   Promise = "served"
	PromiseReleased Promise = "released"
	PromiseNone     Promise = "none"
)

// Table lists every transition of a part. Nothing else may happen to a part: the tests run random histories
// and hold each step against it. Each flow keeps its own rows beside its rules.
var Table = gather(
	shipTable,
	masterTable,
	stockTable,
	collectTable,
	orderTable,
	countTable,
	returnTable,
	receiveTable,
	carryTable,
	pickTable,
	runTable,
)

// shipTable is the way of a parcel. A short pick moves stock by its reason: not in stock and
// mismatch to missing, damaged to quarantine, no variance not at all.
var shipTable = []Transition{
	{By: "picket.assignment.taken.v1", From: "", To: Assigned, Promise: PromiseMade, Back: "picket.order.declined.v1"},
	{By: "picket.order.accepted.v1", From: Assigned, To: Accepted, Promise: PromiseKept, Back: "picket.order.declined.v1"},
	{By: "picket.pick.started.v1", From: Accepted, To: Picking, Promise: PromiseKept},
	{By: "picket.pick.started.v1", From: Assigned, To: Picking, Promise: PromiseKept},

	{By: "picket.pick.confirmed.v1", From: Picking, To: Picked, Stock: "bin>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.pick.confirmed.v1", From: Accepted, To: Picked, Stock: "bin>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.pick.confirmed.v1", From: Assigned, To: Picked, Stock: "bin>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.pick.confirmed.v1", From: "", To: PutBackDuePart, Stock: "bin>tote", Promise: PromiseNone, Back: "picket.pick.undone.v1"},
	{By: "picket.pick.undone.v1", From: Picked, To: Picking, Stock: "tote>bin", Promise: PromiseKept, Back: "picket.pick.confirmed.v1"},
	{By: "picket.pick.undone.v1", From: Picked, To: Accepted, Stock: "tote>bin", Promise: PromiseKept, Back: "picket.pick.confirmed.v1"},
	{By: "picket.pick.undone.v1", From: Picked, To: Assigned, Stock: "tote>bin", Promise: PromiseKept, Back: "picket.pick.confirmed.v1"},
	{By: "picket.pick.undone.v1", From: PutBackDuePart, To: "", Stock: "tote>bin", Promise: PromiseNone, Back: "picket.pick.confirmed.v1"},

	{By: "picket.pick.short.v1", From: Picking, To: ShortPart, Stock: "bin>missing|quarantine", Promise: PromiseReleased},
	{By: "picket.order.declined.v1", From: Assigned, To: Declined, Promise: PromiseReleased},
	{By: "picket.order.declined.v1", From: Accepted, To: Declined, Promise: PromiseReleased},
	{By: "picket.order.declined.v1", From: Picking, To: Declined, Promise: PromiseReleased},

	{By: "picket.unit.filled.v1", From: Picked, To: Picked, Stock: "tote>bench", Promise: PromiseKept, Back: "picket.unit.taken.v1"},
	{By: "picket.unit.taken.v1", From: Picked, To: Picked, Stock: "bench>tote", Promise: PromiseKept, Back: "picket.unit.filled.v1"},
	{By: "picket.unit.closed.v1", From: Picked, To: Packed, Promise: PromiseKept, Back: "picket.unit.voided.v1"},
	{By: "picket.unit.voided.v1", From: Picked, To: Picked, Stock: "bench>tote", Promise: PromiseKept},
	{By: "picket.unit.voided.v1", From: Packed, To: Picked, Stock: "bench>tote", Promise: PromiseKept},
	{By: "picket.unit.voided.v1", From: AwaitingCarrier, To: Picked, Stock: "bench>tote", Promise: PromiseKept},

	{By: "picket.label.printed.v1", From: Packed, To: AwaitingCarrier, Promise: PromiseKept, Back: "picket.label.voided.v1"},
	{By: "picket.label.voided.v1", From: AwaitingCarrier, To: Packed, Promise: PromiseKept, Back: "picket.label.printed.v1"},

	{By: "picket.unit.departed.v1", From: AwaitingCarrier, To: ShippedPart, Stock: "bench>outside", Promise: PromiseServed},
	{By: "picket.unit.departed.v1", From: Packed, To: ShippedPart, Stock: "bench>outside", Promise: PromiseServed},
	{By: "picket.unit.departed.v1", From: Picked, To: ShippedPart, Stock: "bench>outside", Promise: PromiseServed},
}

// masterTable moves stock and touches no part.
var masterTable = []Transition{
	{By: "picket.stock.adjusted.v1", Stock: "outside>bin", Promise: PromiseNone, Back: "picket.stock.adjusted.v1"},
	{By: "picket.stock.adjusted.v1", Stock: "bin>outside", Promise: PromiseNone, Back: "picket.stock.adjusted.v1"},
}
