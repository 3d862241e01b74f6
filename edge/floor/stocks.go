package floor

// Goods inside the building: moved between bins, set apart, given away.
var stockEntries = []Entry{
	{fresh[MoveStock], "Moves units of an item from one bin to another.", Anyone,
		`{"sku":"OAT","qty":2,"from":"A-01-1","to":"A-02-1"}`, []Code{UnknownItem, UnknownBin, NotThere}},
}

var stockEvents = []func() Event{blank[StockMoved]}

// The refusals of stock.
const NotThere Code = "not_there"

var stockWords = map[Code][2]string{
	NotThere: {"By the book {place} has {has} of {got}, not {qty}.", "Look again and scan what you really have. If it is all there, ask your lead to count the bin."},
}

var stockCases = map[string][2]string{
	"moved_beyond_book": {"{qty} × {sku} left {bin}, where the book had less.", "Count {bin}: a task is on the list."},
}

// stockTable moves stock and touches no part.
var stockTable = []Transition{
	{By: "picket.stock.moved.v1", Stock: "bin>bin", Promise: PromiseNone, Back: "picket.stock.moved.v1"},
}
