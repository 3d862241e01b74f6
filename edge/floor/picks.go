package floor

// Picking an order.
var pickEntries = []Entry{
	{fresh[Start], "Begins the pick of an order, or takes over a colleague's.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotSignedIn, AlreadyStarted, TakenByOther, NothingLeft, OnHold, LinesComing, NotHereYet}},
	{fresh[Scan], "Takes units of an item for an order.", Anyone,
		`{"order":"O-1","code":"09520000000011","qty":1,"bin":"A-01-1"}`,
		[]Code{UnknownOrder, UnknownLine, UnknownCode, WrongItem, NotStarted, TakenByOther, BinsFrozen, Surplus, TooMany, NothingLeft, OnHold, LinesComing}},
	{fresh[Undo], "Takes picked units back to a bin.", Anyone,
		`{"order":"O-1","line":"1","qty":1,"bin":"A-01-1"}`, []Code{UnknownOrder, UnknownLine, NotPicked}},
	{fresh[ReportShort], "Says that units of a line cannot be had here.", Anyone,
		`{"order":"O-1","line":"2","qty":1,"reason":"not_in_stock","bin":"A-02-1"}`,
		[]Code{UnknownOrder, UnknownLine, UnknownReason, NotStarted, TooMany}},
	{fresh[Finish], "Says that the pick of an order is done.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotStarted, LinesOpen, AlreadyFinished}},
}

var pickEvents = []func() Event{
	blank[PickStarted], blank[PickConfirmed], blank[PickUndone], blank[PickShort], blank[PickFinished],
}
