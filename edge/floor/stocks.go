package floor

// Goods inside the building: moved between bins, set apart, given away.
var stockEntries = []Entry{
	{fresh[MoveStock], "Moves units of an item from one bin to another.", Anyone,
		`{"sku":"OAT","qty":2,"from":"A-01-1","to":"A-02-1"}`, []Code{LotMissing, SerialMissing, SerialElsewhere, SerialNotThere, UnknownItem, UnknownBin, NotThere, NotKeptHere, NotBeside, BinsFrozen}},
	{fresh[SetApart], "Takes units out of a bin that are not to be sold.", Anyone,
		`{"sku":"OAT","qty":1,"bin":"A-01-1","reason":"damaged"}`, []Code{UnknownItem, UnknownBin, UnknownReason, NotThere, BinsFrozen, SerialMissing, SerialElsewhere}},
	{fresh[ReleaseStock], "Puts units that were set apart back into a bin.", Leads,
		`{"sku":"OAT","qty":1,"bin":"A-01-1"}`, []Code{UnknownItem, UnknownBin, NotThere, BinsFrozen, SerialMissing, SerialElsewhere}},
	{fresh[DisposeStock], "Gives units that were set apart away for good: destroyed, or back to the vendor.", Leads,
		`{"sku":"OAT","qty":1,"how":"destroy","reason":"damaged"}`, []Code{UnknownItem, UnknownReason, NotThere, SerialMissing, SerialElsewhere}},
	{fresh[PlanReplenish], "Puts a task on the list for every pick bin that runs low and can be filled from reserve.", Leads,
		`{}`, []Code{NothingLeft}},
	{fresh[ConfirmReplenish], "Says that goods of a task were carried to the pick bin.", Anyone,
		`{"task":"replenish/A-01-1/OAT/R-01-4","qty":6}`, []Code{UnknownTask, TaskTaken, TooMany, NotThere, BinsFrozen}},
	{fresh[SellAtTill], "Says what a till sold or took back.", Till,
		`{"receipt":"T1-4711","sold_at":"2026-11-21T12:00:00Z","lines":[{"gtin":"09520000000011","qty":1}]}`, []Code{UnknownItem, UnknownCode, UnknownBin, ReceiptBooked}},
}

var stockEvents = []func() Event{
	blank[StockMoved], blank[StockSetApart], blank[StockReleased], blank[StockDisposed], blank[ReplenishPlanned],
	blank[TillSold], blank[SaleAbsorbed], blank[OrderAtRisk],
}

// The refusals of stock.
const NotThere Code = "not_there"

var stockWords = map[Code][2]string{
	NotThere: {"By the book {place} has {has} of {got}, not {qty}.", "Look again and scan what you really have. If it is all there, ask your lead to count the bin."},
}

var stockCases = map[string][2]string{
	"low_stock":         {"Only {left} of {item} {left:is|are} left; {low} or fewer {low:is|are} low.", "Fill up from reserve, or ask the centre for more."},
	"order_at_risk":     {"{item} that was promised to order {order} was sold, or corrected out of the book; {short} {short:is|are} missing now.", "Look for more of it, or decline the line now, so that another site can serve it."},
	"book_below_zero":   {"The book of {bin} was corrected to {below} below zero of {item}.", "Count {bin}: nobody can take out more than stood in it."},
	"moved_beyond_book": {"{qty} × {item} left {bin} although the rules said no: the book had less, or {bin} was being counted.", "Count {bin}: a task is on the list."},
}

// stockTable moves stock and touches no part.
var stockTable = []Transition{
	{By: "picket.stock.moved.v1", Stock: "bin>bin", Promise: PromiseNone, Back: "picket.stock.moved.v1"},
	{By: "picket.stock.set_apart.v1", Stock: "bin>quarantine", Promise: PromiseNone, Back: "picket.stock.released.v1"},
	{By: "picket.stock.released.v1", Stock: "quarantine>bin", Promise: PromiseNone, Back: "picket.stock.set_apart.v1"},
	{By: "picket.stock.disposed.v1", Stock: "quarantine>outside", Promise: PromiseNone},
	{By: "picket.till.sold.v1", Stock: "bin>outside", Promise: PromiseNone, Back: "picket.till.sold.v1"},
	{By: "picket.till.sold.v1", Stock: "outside>bin", Promise: PromiseNone, Back: "picket.till.sold.v1"},
	{By: "picket.sale.absorbed.v1", Stock: "outside>outside", Promise: PromiseNone},
}
