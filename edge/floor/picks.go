package floor

// Picking an order.
var pickEntries = []Entry{
	{fresh[Start], "Begins the pick of an order, or takes over a colleague's.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotSignedIn, AlreadyStarted, TakenByOther, NothingLeft, ItemMissing, OnPaper, InRunAlready, OnHold, IsRecovering, LinesComing, NotHereYet}},
	{fresh[Scan], "Takes units of an item for an order.", Anyone,
		`{"order":"O-1","code":"09520000000011","qty":1,"bin":"A-01-1"}`,
		[]Code{UnknownOrder, UnknownLine, UnknownCode, ItemMissing, WrongItem, NotStarted, TakenByOther, BinsFrozen, Surplus, TooMany, NothingLeft,
			CaseTooMany, AskSubstitute, ScanNeeded, BinNeeded, WrongBin, LotMissing, WrongLot, Expired, OlderFirst, SerialMissing, SerialElsewhere,
			MeasureMissing, MeasureOff, UnknownRun, UnknownBin, MixedRun, NotInRun, ToteMissing, UnknownTote, ToteOfOther, ToteFull,
			OnHold, LinesComing}},
	{fresh[Undo], "Takes picked units back to a bin.", Anyone,
		`{"order":"O-1","line":"1","qty":1,"bin":"A-01-1"}`, []Code{UnknownOrder, UnknownLine, UnknownBin, NotPicked, SerialMissing, SerialElsewhere, MeasureMissing, TooMany}},
	{fresh[ReportShort], "Says that units of a line cannot be had here.", Anyone,
		`{"order":"O-1","line":"2","qty":1,"reason":"not_in_stock","bin":"A-02-1"}`,
		[]Code{UnknownOrder, UnknownLine, UnknownReason, NotStarted, TooMany, CheckOtherBin}},
	{fresh[Substitute], "Takes another item in place of the one asked for, where the order allows it.", Anyone,
		`{"order":"O-1","line":"1","code":"09520000000028","qty":1,"bin":"A-02-1"}`,
		[]Code{UnknownOrder, UnknownLine, UnknownCode, WrongItem, UnknownItem, UnknownBin, NoSubstitute, Surplus, TooMany, NotStarted, TakenByOther, LotMissing, Expired, OlderFirst,
			SerialMissing, SerialElsewhere, MeasureMissing, OnHold, LinesComing, BinsFrozen}},
	{fresh[Finish], "Says that the pick of an order is done.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotStarted, LinesOpen, AlreadyFinished}},
	{fresh[CheckZero], "Answers whether a bin is empty after the book said so.", Anyone,
		`{"bin":"A-01-1","sku":"OAT","empty":true}`, []Code{UnknownBin, UnknownItem}},
	{fresh[FindStock], "Says that goods booked as missing turned up.", Anyone,
		`{"sku":"OAT","bin":"A-01-1","qty":1}`, []Code{UnknownItem, UnknownBin, NotMissing, BinsFrozen}},
	{fresh[ConfirmPutBack], "Says that goods picked in vain stand in a bin again.", Anyone,
		`{"order":"O-1","line":"1","qty":1,"bin":"A-01-1"}`,
		[]Code{UnknownOrder, UnknownLine, UnknownBin, NotToPutBack, SerialMissing, SerialElsewhere, MeasureMissing, BinsFrozen}},
	{fresh[BeginPaper], "Says that orders are picked from paper, because the handhelds are dark.", Anyone,
		`{"orders":["O-1","O-2"],"paper":"P-17"}`, []Code{UnknownOrder, OnPaper, NothingLeft, PaperUsed}},
	{fresh[EnterPicks], "Enters what was picked from paper, with the time it happened and who says so.", Anyone,
		`{"order":"O-1","lines":[{"line":"1","qty":2,"bin":"A-01-1"}],"at":"2026-11-21T10:00:00Z","by":"anna","paper":"P-17"}`,
		[]Code{UnknownOrder, UnknownLine, UnknownBin, UnknownReason, NotOnPaper, OtherPaper, AlreadyEntered, UnknownPerson}},
}

var pickEvents = []func() Event{
	blank[PickStarted], blank[PickConfirmed], blank[PickUndone], blank[PickShort], blank[PickFinished], blank[PickSubstituted], blank[SubstituteUndone],
	blank[ZeroChecked], blank[StockFound], blank[PutBackDone], blank[PaperBegun], blank[PaperEntered],
}

// The refusals of a pick beside the plain ones.
const (
	ScanNeeded      Code = "scan_needed"
	BinNeeded       Code = "bin_needed"
	WrongBin        Code = "wrong_bin"
	WrongLot        Code = "wrong_lot"
	LotMissing      Code = "lot_missing"
	SerialNotThere  Code = "serial_not_there"
	Expired         Code = "expired"
	OlderFirst      Code = "older_first"
	SerialMissing   Code = "serial_missing"
	SerialElsewhere Code = "serial_elsewhere"
	MeasureMissing  Code = "measure_missing"
	MeasureOff      Code = "measure_off"
	CaseTooMany     Code = "case_too_many"
	AskSubstitute   Code = "ask_substitute"
	NoSubstitute    Code = "no_substitute"
	CheckOtherBin   Code = "check_other_bin"
	NotMissing      Code = "not_missing"
	NotToPutBack    Code = "not_to_put_back"
	PutBackFirst    Code = "put_back_first"
	OnPaper         Code = "on_paper"
	NotOnPaper      Code = "not_on_paper"
	OtherPaper      Code = "other_paper"
	AlreadyEntered  Code = "already_entered"
	PaperUsed       Code = "paper_used"
	UnknownPerson   Code = "unknown_person"
)

var pickWords = map[Code][2]string{
	ScanNeeded:      {"{got} has to be scanned.", "Scan the barcode on the item."},
	BinNeeded:       {"Which bin is it?", "Scan the bin's label first; the list says {want}."},
	WrongBin:        {"This is bin {bin}; its book has no {got}.", "Go to {want}. If {got} lies here all the same, the book is wrong: count {bin} (count.bin), then take it."},
	WrongLot:        {"This is lot {lot}; the order wants lot {want}.", "Put it back and look for lot {want}."},
	LotMissing:      {"Which lot of {got} is it?", "Scan the code with its lot and date, or type them in."},
	Expired:         {"This {got} expires on {date}; it has to keep until {until}.", "Put it aside and take one that keeps longer."},
	OlderFirst:      {"{got} that expires on {date} stands in {bin}.", "Take that first."},
	SerialMissing:   {"{got} has serial numbers: {qty} {qty:is|are} needed, {have} {have:is|are} there.", "Scan the serial number of each unit."},
	SerialNotThere:  {"The book of {place} knows every {got} there by its number, and has none with {serial}.", "Look at the number and the bin again; if both are right, count the bin."},
	SerialElsewhere: {"Serial number {serial} is with {where}.", "Look at the number again; if it is right, tell your lead."},
	MeasureMissing:  {"What does it weigh?", "Put it on the scale, or scan the label with its weight."},
	MeasureOff:      {"{got}: {total} g together, but it has to be {low} to {high} g.", "Take a piece of another size."},
	CaseTooMany:     {"The case holds {pack} of {got}; only {left} {left:is|are} wanted.", "Open it, take {left} out and scan those."},
	AskSubstitute:   {"This is {got}. It may stand in for {want}.", "If there is no {want}, tap Substitute."},
	NoSubstitute:    {"{got} may not stand in for {want}.", "Put it back; report {want} as short."},
	CheckOtherBin:   {"By the book {bin} has {qty} of {got}.", "Look there first; if it is empty as well, say so there."},
	NotMissing:      {"{has} of {got} {has:is|are} booked as missing, not {qty}.", "If there is more than the book says, ask for a count of the bin."},
	NotToPutBack:    {"{left} of {got} {left:is|are} to be put back, not {qty}.", "Look at the task again."},
	PutBackFirst:    {"{qty} × {got} still {qty:waits|wait} to be put back.", "Say into which bin they went; the task goes with them."},
	OnPaper:         {"Order {order} is picked from paper {paper}.", "Enter the paper first."},
	NotOnPaper:      {"Order {order} is on no paper.", "Say the number of the paper, or pick it on the handheld."},
	OtherPaper:      {"Order {order} is picked from paper {paper}, not {got}.", "Look at the number at the head of the paper; if there is a second one, begin it first (paper.begin)."},
	AlreadyEntered:  {"Line {line} of order {order} was entered from paper {paper} before.", "Nothing to do. If more was picked than was entered, take it on the handheld; if less, put it back there."},
	PaperUsed:       {"Paper {paper} of order {order} was entered before.", "Take a fresh number for what is still to be picked."},
	UnknownPerson:   {"Nobody here is called {who}.", "Say it as it stands on the badge."},
}

var pickCases = map[string][2]string{
	"pick_against_rule": {"{qty} × {item} {qty:was|were} picked although a rule said no: {rule}.", "Look at the goods before they leave; put them back if they are wrong."},
}

// pickTable is what the pick does beside the plain ways of a parcel.
var pickTable = []Transition{
	{By: "picket.pick.short.v1", From: Accepted, To: ShortPart, Stock: "bin>missing|quarantine", Promise: PromiseReleased},
	{By: "picket.pick.short.v1", From: Assigned, To: ShortPart, Stock: "bin>missing|quarantine", Promise: PromiseReleased},
	{By: "picket.pick.substituted.v1", From: Picking, To: Substituted, Promise: PromiseKept, Back: "picket.pick.substitute_undone.v1"},
	{By: "picket.pick.substituted.v1", From: Accepted, To: Substituted, Promise: PromiseKept, Back: "picket.pick.substitute_undone.v1"},
	{By: "picket.pick.substituted.v1", From: Assigned, To: Substituted, Promise: PromiseKept, Back: "picket.pick.substitute_undone.v1"},
	{By: "picket.pick.substituted.v1", From: "", To: Picked, Stock: "bin>tote", Promise: PromiseKept, Back: "picket.pick.substitute_undone.v1"},
	{By: "picket.pick.substitute_undone.v1", From: Substituted, To: Picking, Promise: PromiseKept, Back: "picket.pick.substituted.v1"},
	{By: "picket.pick.substitute_undone.v1", From: Substituted, To: Accepted, Promise: PromiseKept, Back: "picket.pick.substituted.v1"},
	{By: "picket.pick.substitute_undone.v1", From: Substituted, To: Assigned, Promise: PromiseKept, Back: "picket.pick.substituted.v1"},
	{By: "picket.pick.substitute_undone.v1", From: Picked, To: "", Stock: "tote>bin", Promise: PromiseKept, Back: "picket.pick.substituted.v1"},
	{By: "picket.put_back.done.v1", From: PutBackDuePart, To: "", Stock: "tote>bin", Promise: PromiseNone},
	{By: "picket.put_back.done.v1", From: PutBackDuePart, To: "", Stock: "staging>bin", Promise: PromiseNone},
	{By: "picket.stock.found.v1", Stock: "missing>bin", Promise: PromiseNone},
}
