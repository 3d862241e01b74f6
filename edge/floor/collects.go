package floor

// Click-and-collect: the shelf, the counter, and whoever does not come.
var collectEntries = []Entry{
	{fresh[StageGoods], "Puts picked goods on a staging shelf, where they wait for the customer.", Anyone,
		`{"order":"O-1","shelf":"PICKUP-3","bags":1}`,
		[]Code{UnknownOrder, NotCollected, UnknownLine, NotAShelf, NotKeptHere, ShelfFull, NothingPicked, NotPicked}},
	{fresh[MoveShelf], "Moves an order's goods to another staging shelf.", Anyone,
		`{"order":"O-1","from":"PICKUP-3","to":"PICKUP-4"}`,
		[]Code{UnknownOrder, NotCollected, UnknownLine, NotAShelf, NotKeptHere, ShelfFull, NothingLeft, TooMany}},
	{fresh[MakeReady], "Says that the customer may come; the notice goes out.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotCollected, NothingOnShelf, LinesOpen, NotStaged, OnHold, OthersMissing}},
	{fresh[Unready], "Takes goods off the shelf again; the customer is told not to come.", Anyone,
		`{"order":"O-1","why":"the wrong bag"}`, []Code{UnknownOrder, NotCollected, NotReady, InCustody}},
	{fresh[Notify], "Says that the customer was told; the time on the shelf begins.", Anyone,
		`{"order":"O-1","how":"mail"}`, []Code{UnknownOrder, NotCollected, NotReady}},
	{fresh[Remind], "Asks for a reminder to the customer: the box when it is due, a person at any time.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotCollected, NotReady, NotDue}},
	{fresh[ExtendPickup], "Keeps an order on the shelf until another time.", Anyone,
		`{"order":"O-1","until":"2026-11-30T18:00:00Z","why":"the customer is away"}`, []Code{UnknownOrder, NotCollected, NotReady}},
	{fresh[CustomerComes], "Says that the customer is here, at the counter or outside in their car.", Anyone,
		`{"order":"O-1","how":"curbside","bay":"2","vehicle":"blue van"}`, []Code{UnknownOrder, NotCollected, NothingLeft}},
	{fresh[CustomerGoes], "Says that the customer left without the order.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotCollected, NotHere}},
	{fresh[GiveCustody], "Gives one device the sole right to hand an order over, even out of reach; empty gives it back.", Anyone,
		`{"order":"O-1","device":"hh-7"}`, []Code{UnknownOrder, NotCollected, NothingOnShelf, OnHold, ConfirmMode, IsRecovering, TooEarly, OthersMissing, NotComplete, NothingLeft, NeedsLead}},
	{fresh[SendOTP], "Brings the digest of a one-time password the customer was sent.", Centre,
		`{"order":"O-1","salt":"ab12","hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","until":"2026-11-22T12:15:00Z"}`,
		[]Code{UnknownOrder, NotCollected}},
	{fresh[Authorise], "Shows that the person at the counter may have the order.", Anyone,
		`{"order":"O-1","method":"code","code":"7KQ2"}`,
		[]Code{UnknownOrder, NotCollected, NothingOnShelf, InCustody, OnHold, ConfirmMode, IsRecovering, TooEarly, OthersMissing, NotComplete, CodeLocked, WrongCode, NoCode, NoOTP, NotTheProxy, NeedsLead, AgeNotChecked, PaymentDue}},
	{fresh[PayPickup], "Says that money for an order was taken at the till.", Anyone,
		`{"order":"O-1","amount":{"minor":1999,"currency":"EUR"},"method":"card","receipt":"T4-881"}`,
		[]Code{UnknownOrder, NotCollected, AmountWrong, PaidAlready, ReceiptDiffers, ReceiptElsewhere, ReceiptSpent}},
	{fresh[HandOut], "Hands an order, or some of it, to the customer.", Anyone,
		`{"order":"O-1","lines":[{"line":"1","qty":1}]}`,
		[]Code{UnknownOrder, NotCollected, UnknownLine, NothingOnShelf, NotAuthorised, PaymentDue, InCustody, OnHold, ConfirmMode, IsRecovering, TooEarly, OthersMissing, NotComplete, TooMany, HandedAlready}},
	{fresh[Reverse], "Takes a hand-over back, on a lead's word.", Anyone,
		`{"order":"O-1","to":"staging","shelf":"PICKUP-3","why":"wrong customer, came back"}`,
		[]Code{UnknownOrder, NotCollected, UnknownLine, NotAShelf, ShelfFull, NotHanded, TooMany, NeedsLead}},
	{fresh[CounterShort], "Says that goods cannot be handed over, and what the customer wants done about it.", Anyone,
		`{"order":"O-1","line":"1","qty":1,"resolution":"shortage","reason":"not_on_shelf"}`,
		[]Code{UnknownOrder, NotCollected, UnknownLine, UnknownReason, TooMany, InCustody}},
	{fresh[RefuseGoods], "Says that the customer does not take goods of their order; they go back to stock.", Anyone,
		`{"order":"O-1","why":"too small"}`, []Code{UnknownOrder, NotCollected, UnknownLine, NothingOnShelf, TooMany, InCustody}},
	{fresh[Expire], "Gives up an order nobody came for; its goods go back to stock.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotCollected, NotReady, ClockStands, NotExpired, CustomerWaits}},
	{fresh[LineDown], "Says that the site is cut off from the centre; clocks that need it stand still.", TheBox,
		`{}`, []Code{LineDownAlready}},
	{fresh[LineUp], "Says that the line to the centre is back.", TheBox, `{}`, []Code{LineUpAlready}},
}

var collectEvents = []func() Event{
	blank[GoodsStaged], blank[ShelfMoved], blank[PickupReady], blank[PickupUnready], blank[CustomerTold], blank[PickupReminded],
	blank[PickupByMoved], blank[CustomerHere], blank[CustomerLeft], blank[CustodyGiven], blank[OTPSent], blank[PickupAuthorised],
	blank[CodeWrong], blank[PickupPaid], blank[HandedOut], blank[HandoutReversed], blank[CounterShorted], blank[GoodsRefused],
	blank[PickupExpired], blank[SiteCutOff], blank[SiteBack],
}

// The refusals of the counter.
const (
	NotCollected    Code = "not_collected"
	NotAShelf       Code = "not_a_shelf"
	NotKeptHere     Code = "not_kept_here"
	ShelfFull       Code = "shelf_full"
	NothingOnShelf  Code = "nothing_on_shelf"
	NotStaged       Code = "not_staged"
	NotReady        Code = "not_ready"
	NotDue          Code = "not_due"
	NotHere         Code = "not_here"
	InCustody       Code = "in_custody"
	CodeLocked      Code = "code_locked"
	WrongCode       Code = "wrong_code"
	NoCode          Code = "no_code"
	NoOTP           Code = "no_otp"
	NotTheProxy     Code = "not_the_proxy"
	AgeNotChecked   Code = "age_not_checked"
	PaymentDue      Code = "payment_due"
	AmountWrong     Code = "amount_wrong"
	PaidAlready     Code = "paid_already"
	ReceiptDiffers  Code = "receipt_differs"
	NotAuthorised   Code = "not_authorised"
	HandedAlready   Code = "handed_already"
	NotHanded       Code = "not_handed"
	ClockStands     Code = "clock_stands"
	NotExpired      Code = "not_expired"
	CustomerWaits   Code = "customer_waits"
	LineDownAlready Code = "line_down_already"
	LineUpAlready   Code = "line_up_already"
)

var collectWords = map[Code][2]string{
	NotCollected:    {"Order {order} is not collected here: it is sent.", "Pack it; only orders to collect go on the staging shelf."},
	NotKeptHere:     {"{got} is {class}, and {bin} is not made for that.", "Put it where {class} goods are kept."},
	NotAShelf:       {"{bin} is no staging shelf.", "Scan the label of a shelf where orders wait for their customers."},
	ShelfFull:       {"Shelf {shelf} is full: {orders} {orders:order stands|orders stand} there.", "Take another shelf."},
	NothingOnShelf:  {"Nothing stands on the shelf for order {order}.", "Look how far the order is; it may be with a picker, or handed over already."},
	NotStaged:       {"{left} {left:unit|units} of order {order} {left:is|are} picked and not on the shelf.", "Put them on the shelf, then say it is ready."},
	NotReady:        {"Order {order} is not ready to collect.", "Put it on the shelf and say it is ready."},
	NotDue:          {"No reminder is due for order {order}.", "Nothing to do."},
	NotHere:         {"The customer of order {order} is not waiting.", "Nothing to do."},
	InCustody:       {"Order {order} is with device {device}.", "Hand it over there, or let a lead take it back from that device."},
	CodeLocked:      {"Too many wrong codes were given for order {order}.", "Only a lead may let it go now: ask them to check who it is."},
	WrongCode:       {"The code is not the one of this order.", "Ask for it again. Tries left: {left}; after that only a lead can help."},
	NoCode:          {"Order {order} has no pickup code.", "Ask for an identity document."},
	NoOTP:           {"No one-time password is good for order {order}.", "Ask for the pickup code or an identity document."},
	NotTheProxy:     {"Order {order} may be collected by one named person only.", "Ask for that person, or let a lead decide."},
	AgeNotChecked:   {"Order {order} is for people of {age} and over.", "Check the age, tick it, and go on. If they are younger, keep the goods."},
	PaymentDue:      {"{due} are still to be paid for order {order}.", "Take the money at the till and enter the receipt."},
	AmountWrong:     {"{amount} is not what is due: {due}.", "Look at the receipt again."},
	PaidAlready:     {"Receipt {receipt} is entered already.", "Nothing to do."},
	ReceiptDiffers:  {"Receipt {receipt} is entered already with other contents: {was}, not {now}.", "Look at the receipt again: another payment has a number of its own."},
	NotAuthorised:   {"Order {order} may not be handed over yet: {left}.", "Ask for the proof first. If it has left already, say so."},
	HandedAlready:   {"{qty} of {got} {qty:was|were} handed over already; there are no more in this order.", "Look at the order's time line. A lead can take a hand-over back."},
	NotHanded:       {"Nothing of order {order} was handed over.", "Nothing to do."},
	ClockStands:     {"The line to the centre is down: the clock of order {order} stands still.", "Wait until the line is back."},
	NotExpired:      {"Order {order} is kept until {by}.", "Nothing to do yet."},
	CustomerWaits:   {"The customer of order {order} is here.", "Serve them; it is given up only when they leave without it."},
	LineDownAlready: {"The line to the centre is known to be down.", "Nothing to do."},
	LineUpAlready:   {"The line to the centre is known to be up.", "Nothing to do."},
}

var collectCases = map[string][2]string{
	"unproved_staging":   {"Goods of order {order} stand on {shelf} although the rules said no.", "Look whether they are the right goods, and whether that is a shelf for customers."},
	"unpaid_pickup":      {"Order {order} was handed over with {due} still to be paid.", "Ask the customer for it and enter the payment (collect.pay), or tell the centre."},
	"unproved_pickup":    {"Order {order} was handed over although the rules said no: {why}.", "Ask who handed it over and to whom; tell the centre if it was the wrong person."},
	"late_pickup":        {"Order {order} was given up and collected all the same.", "The customer may have their money back already: tell the centre."},
	"pickup_locked":      {"Five wrong codes were given for order {order}.", "Somebody may be trying it: look at who is there, and let it go only when you know them."},
	"unexpected_payment": {"{amount} were taken for order {order} (receipt {receipt}), and that was not due.", "Give it back at the till, or find the order it was for."},
}

// collectTable is the way of an order that is collected.
var collectTable = []Transition{
	{By: "picket.pickup.staged.v1", From: Picked, To: StagedPart, Stock: "tote>staging", Promise: PromiseKept, Back: "picket.pickup.unready.v1"},
	{By: "picket.pickup.staged.v1", From: Arrived, To: StagedPart, Stock: "tote>staging", Promise: PromiseKept, Back: "picket.pickup.unready.v1"},
	{By: "picket.pickup.staged.v1", From: Picked, To: ReadyPart, Stock: "tote>staging", Promise: PromiseKept, Back: "picket.pickup.unready.v1"},
	{By: "picket.pickup.staged.v1", From: Assigned, To: StagedPart, Stock: "tote>staging", Promise: PromiseKept},
	{By: "picket.pickup.staged.v1", From: Accepted, To: StagedPart, Stock: "tote>staging", Promise: PromiseKept},
	{By: "picket.pickup.staged.v1", From: Picking, To: StagedPart, Stock: "tote>staging", Promise: PromiseKept},
	{By: "picket.pickup.staged.v1", From: Incoming, To: StagedPart, Stock: "tote>staging", Promise: PromiseKept},
	{By: "picket.pickup.staged.v1", From: "", To: PutBackDuePart, Stock: "tote>staging", Promise: PromiseNone},
	{By: "picket.pickup.ready.v1", From: StagedPart, To: ReadyPart, Promise: PromiseKept, Back: "picket.pickup.unready.v1"},
	{By: "picket.pickup.unready.v1", From: ReadyPart, To: Picked, Stock: "staging>tote", Promise: PromiseKept, Back: "picket.pickup.staged.v1"},
	{By: "picket.pickup.unready.v1", From: StagedPart, To: Picked, Stock: "staging>tote", Promise: PromiseKept, Back: "picket.pickup.staged.v1"},
	{By: "picket.pickup.unready.v1", From: ReadyPart, To: Arrived, Stock: "staging>tote", Promise: PromiseKept, Back: "picket.pickup.staged.v1"},
	{By: "picket.pickup.unready.v1", From: StagedPart, To: Arrived, Stock: "staging>tote", Promise: PromiseKept, Back: "picket.pickup.staged.v1"},

	{By: "picket.pickup.handed_over.v1", From: ReadyPart, To: HandedOver, Stock: "staging>outside", Promise: PromiseServed, Back: "picket.pickup.reversed.v1"},
	{By: "picket.pickup.handed_over.v1", From: StagedPart, To: HandedOver, Stock: "staging>outside", Promise: PromiseServed, Back: "picket.pickup.reversed.v1"},
	{By: "picket.pickup.handed_over.v1", From: Picked, To: HandedOver, Stock: "tote>outside", Promise: PromiseServed, Back: "picket.pickup.reversed.v1"},
	{By: "picket.pickup.handed_over.v1", From: Arrived, To: HandedOver, Stock: "tote>outside", Promise: PromiseServed, Back: "picket.pickup.reversed.v1"},
	{By: "picket.pickup.handed_over.v1", From: Assigned, To: HandedOver, Stock: "tote>outside", Promise: PromiseServed},
	{By: "picket.pickup.handed_over.v1", From: Accepted, To: HandedOver, Stock: "tote>outside", Promise: PromiseServed},
	{By: "picket.pickup.handed_over.v1", From: Picking, To: HandedOver, Stock: "tote>outside", Promise: PromiseServed},
	{By: "picket.pickup.handed_over.v1", From: Incoming, To: HandedOver, Stock: "tote>outside", Promise: PromiseServed},
	{By: "picket.pickup.handed_over.v1", From: PutBackDuePart, To: HandedOver, Stock: "staging>outside", Promise: PromiseNone},
	{By: "picket.pickup.handed_over.v1", From: CancelledPart, To: HandedOver, Stock: "staging>outside", Promise: PromiseServed},
	{By: "picket.pickup.handed_over.v1", From: PutBackDuePart, To: "", Promise: PromiseNone},
	{By: "picket.pickup.handed_over.v1", From: "", To: HandedOver, Stock: "tote>outside", Promise: PromiseNone},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: StagedPart, Stock: "outside>staging|quarantine", Promise: PromiseKept, Back: "picket.pickup.handed_over.v1"},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: ReadyPart, Promise: PromiseKept, Back: "picket.pickup.handed_over.v1"},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: Picking, Promise: PromiseKept},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: Accepted, Promise: PromiseKept},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: Assigned, Promise: PromiseKept},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: Incoming, Promise: PromiseKept},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: PutBackDuePart, Promise: PromiseNone},
	{By: "picket.pickup.reversed.v1", From: HandedOver, To: "", Promise: PromiseNone},

	{By: "picket.pickup.short.v1", From: ReadyPart, To: ShortPart, Stock: "staging>missing|quarantine", Promise: PromiseReleased},
	{By: "picket.pickup.short.v1", From: StagedPart, To: ShortPart, Promise: PromiseReleased},
	{By: "picket.pickup.short.v1", From: ReadyPart, To: CancelledPart, Promise: PromiseReleased},
	{By: "picket.pickup.short.v1", From: StagedPart, To: CancelledPart, Promise: PromiseReleased},
	{By: "picket.pickup.short.v1", From: ReadyPart, To: Picking, Promise: PromiseKept},
	{By: "picket.pickup.short.v1", From: StagedPart, To: Picking, Promise: PromiseKept},
	{By: "picket.pickup.short.v1", From: ReadyPart, To: Accepted, Promise: PromiseKept},
	{By: "picket.pickup.short.v1", From: StagedPart, To: Accepted, Promise: PromiseKept},
	{By: "picket.pickup.short.v1", From: ReadyPart, To: Assigned, Promise: PromiseKept},
	{By: "picket.pickup.short.v1", From: StagedPart, To: Assigned, Promise: PromiseKept},
	{By: "picket.pickup.short.v1", From: ReadyPart, To: Incoming, Promise: PromiseKept},
	{By: "picket.pickup.short.v1", From: StagedPart, To: Incoming, Promise: PromiseKept},

	{By: "picket.pickup.refused.v1", From: ReadyPart, To: CancelledPart, Promise: PromiseReleased},
	{By: "picket.pickup.refused.v1", From: StagedPart, To: CancelledPart, Promise: PromiseReleased},
	// Goods that were put on the shelf out of reach, and whose pick was not heard of yet: what is left on it is for what is left.
	{By: "picket.pickup.refused.v1", From: Assigned, To: CancelledPart, Promise: PromiseReleased},
	{By: "picket.pickup.refused.v1", From: Accepted, To: CancelledPart, Promise: PromiseReleased},
	{By: "picket.pickup.refused.v1", From: Picking, To: CancelledPart, Promise: PromiseReleased},
	{By: "picket.pickup.refused.v1", From: "", To: PutBackDuePart, Promise: PromiseNone},
	{By: "picket.pickup.expired.v1", From: ReadyPart, To: CancelledPart, Promise: PromiseReleased, Back: "picket.pickup.handed_over.v1"},
	{By: "picket.pickup.expired.v1", From: Assigned, To: CancelledPart, Promise: PromiseReleased, Back: "picket.pickup.handed_over.v1"},
	{By: "picket.pickup.expired.v1", From: Accepted, To: CancelledPart, Promise: PromiseReleased, Back: "picket.pickup.handed_over.v1"},
	{By: "picket.pickup.expired.v1", From: Picking, To: CancelledPart, Promise: PromiseReleased, Back: "picket.pickup.handed_over.v1"},
	{By: "picket.pickup.expired.v1", From: "", To: PutBackDuePart, Promise: PromiseNone, Back: "picket.pickup.handed_over.v1"},
}
