package floor

// What the centre sends, and what the site says to it.
var orderEntries = []Entry{
	{fresh[Assign], "Hands an order to this site.", Centre,
		`{"order":"O-1","assignment":"01J9","number":"web-1001","flow":"ship","mode":"hold","due":"2026-11-22T17:30:00Z","lines":[{"line":"1","sku":"OAT","qty":2}]}`,
		[]Code{AlreadyAssigned}},
	{fresh[Accept], "Says the site will do an order, or some of its lines.", Anyone,
		`{"order":"O-1","lines":["1"]}`, []Code{UnknownOrder, UnknownLine, AlreadyAccepted}},
	{fresh[Decline], "Says the site will not do an order, or some of its lines; they leave for another site at once.", Anyone,
		`{"order":"O-1","lines":["2"],"reason":"out_of_stock"}`, []Code{UnknownOrder, UnknownLine, UnknownReason, NothingLeft}},
	{fresh[Permit], "Lets an order leave that the centre kept authority over.", Centre,
		`{"order":"O-1"}`, []Code{UnknownOrder, NothingLeft}},
	{fresh[OverridePermit], "Lets an order leave without the centre's permit, on somebody's word.", Anyone,
		`{"order":"O-1","note":"the carrier leaves, the line is down","approvals":["hh-2:4"]}`, []Code{UnknownOrder, NothingLeft, NeedsLead}},
}

var orderEvents = []func() Event{
	blank[OrderTaken], blank[OrderAccepted], blank[OrderDeclined], blank[PermitTaken], blank[PermitForced],
}

var orderCases = map[string][2]string{
	"permit_forced": {"Order {order} may leave without the centre's permit, on the word of {who}.", "Ask the centre whether another site has it, before the carrier comes; it may be delivered twice."},
}
