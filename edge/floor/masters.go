package floor

// Master data and the book of stock.
var masterEntries = []Entry{
	{fresh[SetItem], "Brings an article of the catalogue, whole; the last one wins.", Centre,
		`{"sku":"OAT","name":"Oat drink 1 l","gtins":["09520000000011"],"weight_g":1050}`, []Code{BarcodeTaken}},
	{fresh[SetBin], "Brings a storage location, whole.", Centre,
		`{"id":"A-01-1","aisle":"A","bay":1,"level":1,"side":"left","walk":1}`, nil},
	{fresh[SetDoc], "Brings a document whose body is kept as a row beside the journal.", Centre,
		`{"kind":"user","key":"anna","version":3,"digest":"9f86d081"}`, []Code{NothingLeft}},
	{fresh[LeaseNumbers], "Gives the site numbers to draw from while the line is down.", Centre,
		`{"number":"sscc","prefix":"09520001","from":1,"to":10000}`, []Code{BlockOverlaps}},
	{fresh[AdjustStock], "Corrects the book of a bin by a delta.", Leads,
		`{"sku":"OAT","bin":"A-01-1","delta":-1,"reason":"lost"}`, []Code{LotMissing, SerialMissing, SerialElsewhere, UnknownItem, UnknownBin, UnknownReason, NotThere, BinsFrozen}},
}

var masterEvents = []func() Event{blank[ItemSet], blank[BinSet], blank[DocSet], blank[NumbersLeased], blank[StockAdjusted], blank[CommandRefused]}
