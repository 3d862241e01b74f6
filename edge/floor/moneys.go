package floor

import "time"

// Money at the door and at the counter: what was taken by whom, at which till, in which shift; and that it is there.
var moneyEntries = []Entry{
	{fresh[PayDoor], "Says that a driver paid in what was collected on delivery.", Anyone,
		`{"unit":"095200010000000010","amount":{"minor":4990,"currency":"EUR"},"method":"cash","receipt":"T4-882","driver":"Jo","till":"T4"}`,
		[]Code{UnknownOrder, UnknownUnit, NotAtDoor, HasNotLeft, DoorCameBack, DoorPartDue, AmountWrong, PaidAlready, ReceiptDiffers, ReceiptElsewhere, ReceiptSpent}},
	{fresh[RefundMoney], "Gives money that was taken for an order back at the till (give_back: for good; reverse: it is due again), or takes something off what is to be paid (lower), on a lead's word.", Anyone,
		`{"order":"O-1","intent":"give_back","amount":{"minor":1999,"currency":"EUR"},"method":"card","receipt":"T4-883","why":"the customer did not take it"}`,
		[]Code{UnknownOrder, MoneyNotTaken, NotSoMuchDue, CODOnLabel, PaidAlready, ReceiptDiffers, ReceiptElsewhere, ReceiptSpent, NeedsLead}},
	{fresh[CountDrawer], "Says what lies in a till's drawer at the end of a shift.", Anyone,
		`{"till":"T4","date":"2026-11-21","shift":"late","declared":[{"method":"cash","amount":{"minor":4500,"currency":"EUR"}}]}`,
		[]Code{NoMoney, NotAllCounted, DrawerDiffers}},
}

var moneyEvents = []func() Event{blank[DoorPaid], blank[MoneyReturned], blank[DueLowered], blank[DrawerCounted]}

// The refusals of money.
const (
	NotAtDoor        Code = "not_at_door"
	DoorCameBack     Code = "door_came_back"
	DoorPartDue      Code = "door_part_due"
	MoneyNotTaken    Code = "money_not_taken"
	NotSoMuchDue     Code = "not_so_much_due"
	CODOnLabel       Code = "cod_on_label"
	ReceiptElsewhere Code = "receipt_elsewhere"
	ReceiptSpent     Code = "receipt_spent"
	NoMoney          Code = "no_money"
	NotAllCounted    Code = "not_all_counted"
	DrawerDiffers    Code = "drawer_differs"
)

var moneyWords = map[Code][2]string{
	NotAtDoor:        {"Nothing is collected on delivery for order {order}.", "Look at the parcel's label again; what is paid at the counter goes to the order to be collected."},
	MoneyNotTaken:    {"{amount} cannot be given back by {method} for order {order}: {left} of that is here.", "Give back by the means it was paid by, and not more."},
	DoorCameBack:     {"Parcel {unit}, on which the money was to be collected, came back: {why}. Nothing is due for it.", "Is it another parcel? When the driver has money for this one all the same, say that it was taken: the desk looks at whose it is."},
	DoorPartDue:      {"The parcel of order {order} with the amount to collect came back or was undone; {due} is due for parcel {unit}, which stayed with the customer, not {amount}.", "Look at what the driver collected. What is more than that goes back to whom it came from."},
	NotSoMuchDue:     {"{amount} cannot be taken off what is to be paid for order {order}: {due} of it is not paid.", "Lower what is not paid yet; what was paid is given back."},
	CODOnLabel:       {"The label of parcel {unit} says that {amount} is to be collected.", "Undo the parcel and pack it again after this; or lower what is due when the driver is back."},
	ReceiptElsewhere: {"Receipt {receipt} of {date} is entered for order {order} already: {was}.", "Look at the number again. When one receipt pays for several orders, say its whole sum with it."},
	ReceiptSpent:     {"Receipt {receipt} over {total} has {left} left, not {amount}: it is entered for order {order} too.", "Look at what was entered for the other order; what is not on this receipt has one of its own."},
	NoMoney:          {"No money was booked at {drawer}.", "Look at the list of drawers: each has its till, day and shift."},
	NotAllCounted:    {"At {drawer} {method} in {currency} was taken, and nothing is said of it.", "Count every means; say 0 where there is nothing."},
	DrawerDiffers:    {"At {drawer} {method} differs from what was booked: {off}.", "Count again. If it stays, say why: a lead looks at it."},
}

var moneyCases = map[string][2]string{
	"drawer_differs":    {"Money of {drawer} differs: {off}. {who} says: {why}.", "Look through the payments of that shift; when it stays, book the difference where your books are kept, and settle this."},
	"money_after_count": {"{amount} by {method} came to be known at {drawer} after it was counted.", "Count that drawer again."},
	"cod_part":          {"The parcel of order {order} with the amount to collect is back or was undone, and parcel {unit} stayed with the customer: {due} is not paid in.", "Ask the driver what was collected, and pay it in. What the customer did not pay is claimed from them; when nobody will pay it, a lead lowers what is due."},
	"receipt_elsewhere": {"{amount} were entered for order {order} with receipt {receipt}, which is entered for order {other} too.", "Look at the receipt: one of the two is not paid. Give back (reverse) what was entered wrongly."},
	"paid_and_back":     {"Parcel {unit} of order {order} came back, and {amount} were paid in for it.", "Ask the driver: the money goes back to whom it came from."},
}

var moneyChecks = []question{
	{"money_counted", "The money of every shift is counted.", func(s *State, c *Check, _ time.Time) { openRows(c, "drawer/", s.Drawers.All(), (*Drawer).key) }},
	{"cod_paid_in", "Drivers paid in whatever they collected on delivery.", func(s *State, c *Check, _ time.Time) { openRows(c, "unit/", s.Owes.All(), (*Owed).key) }},
}

func (o *Owed) key() string { return string(o.Unit) }
