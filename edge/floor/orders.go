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
}

var orderEvents = []func() Event{blank[OrderTaken], blank[OrderAccepted], blank[OrderDeclined]}
