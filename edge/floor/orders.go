package floor

// What the centre sends, and what the site says to it.
var orderEntries = []Entry{
	{fresh[Assign], "Hands an order to this site: to ship, to be collected, or to go to another site.", Centre,
		`{"order":"O-1","assignment":"01J9","number":"web-1001","flow":"ship","mode":"hold","due":"2026-11-22T17:30:00Z","lines":[{"line":"1","sku":"OAT","qty":2}]}`,
		[]Code{AlreadyAssigned, OrderDiffers, SitePaused, AtCapacity, IsDiskFull}},
	{fresh[MoreLines], "Brings further lines of an order too large for one record.", Centre,
		`{"order":"O-1","from":200,"lines":[{"line":"201","sku":"OAT","qty":2}]}`, []Code{UnknownOrder, NothingLeft}},
	{fresh[Accept], "Says the site will do an order, or some of its lines.", Anyone,
		`{"order":"O-1","lines":["1"]}`, []Code{UnknownOrder, UnknownLine, AlreadyAccepted, LinesComing}},
	{fresh[Decline], "Says the site will not do an order, or some of its lines; they leave for another site at once.", Anyone,
		`{"order":"O-1","lines":["2"],"reason":"out_of_stock"}`, []Code{UnknownOrder, UnknownLine, UnknownReason, NothingLeft, LinesComing}},
	{fresh[DeclineItem], "Declines every open line that waits for an item, in all orders or in those named.", Anyone,
		`{"sku":"OAT","orders":["O-1","O-2"],"reason":"out_of_stock"}`, []Code{UnknownItem, UnknownOrder, UnknownReason, NothingLeft}},
	{fresh[Hold], "Stops an order: nobody starts, packs or gives it away before it is released.", Leads,
		`{"order":"O-1","reason":"the customer asked to wait"}`, []Code{UnknownOrder, OnHold, NothingLeft}},
	{fresh[Release], "Lets a held order go on.", Leads,
		`{"order":"O-1"}`, []Code{UnknownOrder, NothingLeft}},
	{fresh[Prioritise], "Changes how urgent an order is.", Leads,
		`{"order":"O-1","priority":5,"due":"2026-11-22T12:00:00Z"}`, []Code{UnknownOrder, NothingLeft}},
	{fresh[Recall], "Asks for an order back, or for some of it; the site answers line by line.", Centre,
		`{"order":"O-1","lines":[{"line":"1","qty":1}],"cause":"customer"}`, []Code{UnknownOrder, UnknownLine, NothingLeft}},
	{fresh[Change], "Asks for an order to be served differently; the site takes what it still can.", Centre,
		`{"order":"O-1","lines":[{"line":"1","qty":3}],"ship_to":"pii/O-1/2","service":"express"}`, []Code{UnknownOrder, UnknownLine, NothingLeft}},
	{fresh[ForceElsewhere], "Says that another site has the order too, on somebody's word: people are warned.", Centre,
		`{"order":"O-1","who":"olga","to":"south"}`, []Code{UnknownOrder, NothingLeft}},
	{fresh[Go], "Says that every other part of an order with several sources is there.", Centre,
		`{"order":"O-1"}`, []Code{UnknownOrder, NothingLeft}},
	{fresh[Permit], "Lets an order leave that the centre kept authority over.", Centre,
		`{"order":"O-1"}`, []Code{UnknownOrder, IsRecovering, NothingLeft}},
	{fresh[OverridePermit], "Lets an order leave without the centre's permit, on somebody's word.", Anyone,
		`{"order":"O-1","note":"the carrier leaves, the line is down","approvals":["hh-2:4"]}`, []Code{UnknownOrder, NothingLeft, NeedsLead}},
}

var orderEvents = []func() Event{
	blank[OrderTaken], blank[LinesTaken], blank[OrderAccepted], blank[OrderDeclined], blank[OrderHeld], blank[OrderReleased],
	blank[OrderPrioritised], blank[RecallGranted], blank[RecallRefused], blank[ChangeTaken], blank[ChangeRefused],
	blank[ForcedElsewhere], blank[OthersThere], blank[PermitTaken], blank[PermitForced],
}

// The refusals of orders.
const (
	SitePaused    Code = "site_paused"
	AtCapacity    Code = "at_capacity"
	LinesComing   Code = "lines_coming"
	OnHold        Code = "on_hold"
	NotHereYet    Code = "not_here_yet"
	TooEarly      Code = "too_early"
	OthersMissing Code = "others_missing"
	NotComplete   Code = "not_complete"
	UnitFull      Code = "unit_full"
)

var orderWords = map[Code][2]string{
	SitePaused:    {"The site takes no new orders: {why}.", "The centre gives it to another site; it takes orders again after site.resume."},
	AtCapacity:    {"The site has {capacity} open {capacity:order|orders}, as many as it takes.", "The centre gives it to another site."},
	LinesComing:   {"Order {order} is not here as a whole: {left} of its lines {left:is|are} still to come.", "Wait until the centre has sent them."},
	OnHold:        {"Order {order} is on hold: {why}.", "Do something else; a lead may release it."},
	NotHereYet:    {"The goods of order {order} are still on their way here.", "They are put on the shelf when they arrive."},
	TooEarly:      {"Order {order} must not leave before {when}.", "Put it back where it waits until then. If it has to go now, a lead lets it go and says why."},
	OthersMissing: {"Order {order} is part {part} of {of}, and leaves when the others are there.", "Keep it until the centre says so, or ask a lead."},
	NotComplete:   {"Order {order} leaves as a whole, and {left} of its units {left:is|are} not packed.", "Pack the rest first, or ask a lead."},
	UnitFull:      {"Parcel {unit} holds {most} different lines, as many as its papers can name.", "Close it and open another."},
}

var orderCases = map[string][2]string{
	"permit_forced": {"Order {order} may leave without the centre's permit, on the word of {who}.", "Ask the centre whether another site has it, before the carrier comes; it may be delivered twice."},
	"maybe_twice":   {"The centre gave order {order} to another site as well, on the word of {who}.", "Call the centre before anything of it leaves: it may be delivered twice."},
	"here_twice":    {"Order {order} is here twice: {with} is the same one, on the word of {who}.", "Serve one of the two, and let the centre take the other back before anything of it leaves: it may be delivered twice."},
	"taken_back":    {"Order {order} was taken back after goods were picked: {why}.", "Put them back into their bins; a parcel that was closed for it is undone, and its label is void."},
	"item_gone":     {"No bin has any {item}, and it is wanted by {orders} here.", "Look once more, then decline it in all of them; the case goes when there is stock again."},
	"held_order":    {"Somebody went on with order {order} while it was on hold: {why}.", "Find its goods, and keep them together until it is released."},
}

// orderTable is what requests of the centre do to a part, and how orders that are collected or go to another
// site begin and leave.
var orderTable = append(recallRows(), []Transition{
	{By: "picket.assignment.taken.v1", From: "", To: Incoming, Promise: PromiseMade, Back: "picket.order.declined.v1"},
	{By: "picket.assignment.extended.v1", From: "", To: Assigned, Promise: PromiseMade, Back: "picket.order.declined.v1"},
	{By: "picket.assignment.extended.v1", From: "", To: Incoming, Promise: PromiseMade, Back: "picket.order.declined.v1"},
	{By: "picket.order.declined.v1", From: Incoming, To: Declined, Promise: PromiseReleased},
	{By: "picket.pick.confirmed.v1", From: Incoming, To: Arrived, Stock: "bin>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.pick.undone.v1", From: Arrived, To: Incoming, Stock: "tote>bin", Promise: PromiseKept, Back: "picket.pick.confirmed.v1"},
	{By: "picket.unit.departed.v1", From: AwaitingCarrier, To: InTransit, Stock: "bench>outside", Promise: PromiseServed},
	{By: "picket.unit.departed.v1", From: Packed, To: InTransit, Stock: "bench>outside", Promise: PromiseServed},
	{By: "picket.unit.departed.v1", From: Picked, To: InTransit, Stock: "bench>outside", Promise: PromiseServed},
}...)

// recallRows: what is wanted less, and what is wanted more again.
func recallRows() []Transition {
	const released, changed = "picket.assignment.released.v1", "picket.amend.accepted.v1"
	var out []Transition
	for _, st := range []PartState{Assigned, Accepted, Picking, Incoming} {
		out = append(out,
			Transition{By: released, From: st, To: CancelledPart, Promise: PromiseReleased},
			Transition{By: changed, From: st, To: "", Promise: PromiseReleased, Back: changed},
			Transition{By: changed, From: "", To: st, Promise: PromiseMade, Back: changed})
	}
	for _, st := range []PartState{Picked, Arrived, StagedPart, ReadyPart} {
		out = append(out,
			Transition{By: released, From: st, To: CancelledPart, Promise: PromiseReleased},
			Transition{By: changed, From: st, To: PutBackDuePart, Promise: PromiseReleased, Back: changed},
			Transition{By: changed, From: PutBackDuePart, To: st, Promise: PromiseMade, Back: changed})
	}
	return append(out, Transition{By: released, From: "", To: PutBackDuePart, Promise: PromiseNone, Back: "picket.pick.undone.v1"})
}
