package floor

import "time"

// Money at the door and at the counter: what was taken by whom, at which till, in which shift; and that it is there.
var moneyEntries = []Entry{
	{fresh[PayDoor], "Says that a driver paid in what was collected on delivery.", Anyone,
		`{"unit":"095200010000000010","amount":{"minor":4990,"currency":"EUR"},"method":"cash","receipt":"T4-882","driver":"Jo","till":"T4"}`,
		[]Code{UnknownOrder, UnknownUnit, NotAtDoor, HasNotLeft, AmountWrong, PaidAlready}},
	{fresh[RefundMoney], "Gives money that was taken for an order back at the till, on a lead's word.", Anyone,
		`{"order":"O-1","amount":{"minor":1999,"currency":"EUR"},"method":"card","receipt":"T4-883","why":"the customer did not take it"}`,
		[]Code{UnknownOrder, MoneyNotTaken, NeedsLead}},
	{fresh[CountDrawer], "Says what lies in a till's drawer at the end of a shift.", Anyone,
		`{"till":"T4","date":"2026-11-21","shift":"late","declared":[{"method":"cash","amount":{"minor":4500,"currency":"EUR"}}]}`,
		[]Code{NoMoney, NotAllCounted, DrawerDiffers}},
}

var moneyEvents = []func() Event{blank[DoorPaid], blank[MoneyReturned], blank[DrawerCounted]}

// The refusals of money.
const (
	NotAtDoor     Code = "not_at_door"
	MoneyNotTaken Code = "money_not_taken"
	NoMoney       Code = "no_money"
	NotAllCounted Code = "not_all_counted"
	DrawerDiffers Code = "drawer_differs"
)

var moneyWords = map[Code][2]string{
	NotAtDoor:     {"Nothing is collected on delivery for order {order}.", "Look at the parcel's label again; what is paid at the counter goes to the order to be collected."},
	MoneyNotTaken: {"{amount} cannot be given back by {method} for order {order}: {left} of that is here.", "Give back by the means it was paid by, and not more."},
	NoMoney:       {"No money was booked at {drawer}.", "Look at the list of drawers: each has its till, day and shift."},
	NotAllCounted: {"At {drawer} {method} in {currency} was taken, and nothing is said of it.", "Count every means; say 0 where there is nothing."},
	DrawerDiffers: {"At {drawer} {method} differs from what was booked: {off}.", "Count again. If it stays, say why: a lead looks at it."},
}

var moneyCases = map[string][2]string{
	"drawer_differs":    {"Money of {drawer} differs: {off}. {who} says: {why}.", "Look through the payments of that shift; when it stays, book the difference where your books are kept, and settle this."},
	"money_after_count": {"{amount} by {method} came to be known at {drawer} after it was counted.", "Count that drawer again."},
	"paid_and_back":     {"Parcel {unit} of order {order} came back, and {amount} were paid in for it.", "Ask the driver: the money goes back to whom it came from."},
}

var moneyChecks = []question{
	{"money_counted", "The money of every shift is counted.", func(s *State, c *Check, _ time.Time) { openRows(c, "drawer/", s.Drawers.All(), (*Drawer).key) }},
	{"cod_paid_in", "Drivers paid in whatever they collected on delivery.", func(s *State, c *Check, _ time.Time) { openRows(c, "unit/", s.Owes.All(), (*Owed).key) }},
}

func (o *Owed) key() string { return string(o.Unit) }
