package floor

// Picking in runs: several orders on one walk, several people in one run.
var runEntries = []Entry{
	{fresh[StartRun], "Begins a run that was planned: its orders are claimed, its stops are walked in the order given.", Anyone,
		`{"kind":"cluster","orders":["O-1","O-2"],"stops":[{"bin":"A-01-1","sku":"OAT","qty":2,"order":"O-1","line":"1"}]}`,
		[]Code{NotSignedIn, UnknownOrder, InRunAlready, TakenByOther, NothingLeft, StopsWrong, CartFull, ToteOfOther, UnknownBin, OnPaper, OnHold, IsRecovering, IsDiskFull, LinesComing, NotHereYet, ItemMissing}},
	{fresh[JoinRun], "Joins a run; with a zone, the stops of that zone are this person's.", Anyone,
		`{"run":"hh-1:9","zone":"dry"}`, []Code{UnknownRun, NotSignedIn, AlreadyInRun}},
	{fresh[LeaveRun], "Leaves a run that others go on with.", Anyone, `{"run":"hh-1:9"}`, []Code{UnknownRun, NotYourRun, LastInRun}},
	{fresh[TakeOverRun], "Goes on with a colleague's share of a run; what he scans from then on is refused.", Anyone,
		`{"run":"hh-1:9","from":"anna"}`, []Code{UnknownRun, NotSignedIn, NotInRun, AlreadyInRun}},
	{fresh[SkipStop], "Puts a stop off: it comes back at the end of the walk.", Anyone,
		`{"run":"hh-1:9","bin":"A-01-1","sku":"OAT"}`, []Code{UnknownRun, TakenByOther, NotInRun, NothingLeft}},
	{fresh[ReleaseRun], "Gives a run up: its orders are free for others, what is picked stays picked.", Anyone,
		`{"run":"hh-1:9"}`, []Code{UnknownRun, NotYourRun, RunNotEmpty}},
	{fresh[FinishRun], "Says that the walk is over: every stop is picked or reported short.", Anyone,
		`{"run":"hh-1:9"}`, []Code{UnknownRun, NotYourRun, StopsOpen, AlreadySorting}},
	{fresh[ReleasePick], "Gives up the pick of an order, so that a colleague can begin it.", Anyone,
		`{"order":"O-1"}`, []Code{UnknownOrder, NotStarted, TakenByOther, InRunAlready, NothingLeft}},
	{fresh[NextTote], "Says that a tote is full; the order's goods go into another one from now on.", Anyone,
		`{"order":"O-1","tote":"T-2","full":"T-1"}`, []Code{UnknownOrder, NotStarted, ToteOfOther, ToteFull, UnknownTote}},

	{fresh[PickForRun], "Takes units of an item for a whole run; they are told apart later.", Anyone,
		`{"run":"hh-1:9","code":"09520000000011","qty":3,"bin":"A-01-1"}`,
		[]Code{UnknownRun, UnknownCode, UnknownBin, NotMixed, WrongItem, WrongBin, TakenByOther, BinsFrozen, Surplus, TooMany, CaseTooMany, ScanNeeded, BinNeeded,
			LotMissing, Expired, OlderFirst, ItemMissing}},
	{fresh[UndoForRun], "Takes units of a mixed run back to a bin: too many, or left over at the wall.", Anyone,
		`{"run":"hh-1:9","sku":"OAT","qty":1,"bin":"A-01-1"}`, []Code{UnknownRun, NotInTote, UnknownBin}},
	{fresh[ShortForRun], "Says that units of a mixed run cannot be had; the orders that are due last go without.", Anyone,
		`{"run":"hh-1:9","sku":"OAT","qty":1,"reason":"not_in_stock","bin":"A-01-1"}`,
		[]Code{UnknownRun, UnknownReason, NotMixed, NotInRun, TooMany, CheckOtherBin}},
	{fresh[OpenWall], "Gives each order of a batch a slot of the put wall.", Anyone,
		`{"run":"hh-1:9","slots":["W1","W2"]}`, []Code{UnknownRun, NotMixed, WallOpen, SlotTaken}},
	{fresh[SortUnit], "Sorts a unit at the put wall: the answer names its slot, and says when the slot is complete.", Anyone,
		`{"run":"hh-1:9","code":"09520000000011"}`,
		[]Code{UnknownRun, UnknownCode, WrongItem, WallClosed, NotInTote, WrongSlot, SlotTakesFewer, SerialMissing, SerialElsewhere, WrongLot, MeasureMissing, MeasureOff}},
	{fresh[PackSingle], "Packs one unit of a run of singles: it takes the order that is due next, in a parcel of its own.", Anyone,
		`{"run":"hh-1:9","code":"09520000000011","carton":"S"}`,
		[]Code{UnknownRun, UnknownCode, WrongItem, NotSingles, NotInTote, UnknownCarton, NoNumbers, SerialMissing, SerialElsewhere, WrongLot, MeasureMissing, MeasureOff}},
}

var runEvents = []func() Event{
	blank[RunStarted], blank[RunJoined], blank[RunLeft], blank[RunTakenOver], blank[StopSkipped], blank[RunReleased], blank[RunFinished],
	blank[PickReleased], blank[ToteBound], blank[RunPicked], blank[RunUndone], blank[WallOpened], blank[UnitSorted], blank[UnitLeftOver],
}

// The refusals of runs, totes and the wall.
const (
	UnknownRun     Code = "unknown_run"
	InRunAlready   Code = "in_run_already"
	StopsWrong     Code = "stops_wrong"
	CartFull       Code = "cart_full"
	NotInRun       Code = "not_in_run"
	MixedRun       Code = "mixed_run"
	NotMixed       Code = "not_mixed"
	NotSingles     Code = "not_singles"
	AlreadyInRun   Code = "already_in_run"
	NotYourRun     Code = "not_your_run"
	LastInRun      Code = "last_in_run"
	RunNotEmpty    Code = "run_not_empty"
	StopsOpen      Code = "stops_open"
	AlreadySorting Code = "already_sorting"
	UnknownTote    Code = "unknown_tote"
	ToteMissing    Code = "tote_missing"
	ToteOfOther    Code = "tote_of_other"
	ToteFull       Code = "tote_full"
	NotInTote      Code = "not_in_tote"
	WallOpen       Code = "wall_open"
	WallClosed     Code = "wall_closed"
	SlotTaken      Code = "slot_taken"
	WrongSlot      Code = "wrong_slot"
	SlotTakesFewer Code = "slot_takes_fewer"
)

var runWords = map[Code][2]string{
	UnknownRun:     {"There is no run {run}.", "It may be finished; go back to the list."},
	InRunAlready:   {"Order {order} is in run {run}.", "Go on in that run, or take it over."},
	StopsWrong:     {"The stops do not fit: {what} needs {want}, the stops have {has}.", "Plan the run again; something has changed since."},
	CartFull:       {"{what} is too much for the cart: it takes {most}.", "Plan a smaller run."},
	NotInRun:       {"Run {run} has no {what}.", "Look at the run's list again."},
	MixedRun:       {"Run {run} picks for several orders at once.", "Pick for the run; the goods are sorted later."},
	NotMixed:       {"Run {run} picks each order apart.", "Pick for the order."},
	NotSingles:     {"Run {run} is no run of singles.", "Sort its goods at the wall."},
	AlreadyInRun:   {"You are in run {run} already.", "Go on with picking."},
	NotYourRun:     {"Run {run} is {who}'s.", "Join it, or take it over."},
	LastInRun:      {"You are the last one in run {run}.", "Finish it, or give it up."},
	RunNotEmpty:    {"{qty} {qty:unit|units} of run {run} {qty:is|are} not sorted yet.", "Sort them, or put them back, then give the run up."},
	StopsOpen:      {"{left} {left:unit|units} of run {run} {left:is|are} neither picked nor reported short.", "Pick what is left, or tap Not here."},
	AlreadySorting: {"The walk of run {run} is over already.", "Go on with sorting."},
	UnknownTote:    {"Tote {tote} is not on this cart.", "Scan a tote of the cart."},
	ToteMissing:    {"Which tote does it go into?", "Scan the tote of order {order}."},
	ToteOfOther:    {"Tote {tote} belongs to order {order}.", "Take another tote."},
	ToteFull:       {"Tote {tote} is full.", "Use the order's other tote."},
	NotInTote:      {"Run {run} has {has} of {got}, not {qty}.", "Scan what you really have; what came from elsewhere goes back there."},
	WallOpen:       {"The wall of run {run} is open already.", "Go on with sorting."},
	WallClosed:     {"Run {run} has no put wall yet.", "Give each of its orders a slot of the wall first (open the wall), then scan again."},
	SlotTaken:      {"Slot {slot} is in use for run {run}.", "Take an empty slot."},
	SlotTakesFewer: {"No order of run {run} takes {qty} × {got} at once; the next takes {left}.", "Put {left} into slot {slot}, and scan the rest after that."},
	WrongSlot:      {"{got} does not go into slot {slot}.", "Put it into slot {want}."},
}

// runTable is what runs do to parts and stock. What is picked for a whole run is nobody's until it is sorted.
var runTable = []Transition{
	{By: "picket.pick.released.v1", From: Picking, To: Accepted, Promise: PromiseKept, Back: "picket.pick.started.v1"},
	{By: "picket.run.picked.v1", Stock: "bin>run", Promise: PromiseKept, Back: "picket.run.undone.v1"},
	{By: "picket.run.undone.v1", Stock: "run>bin", Promise: PromiseKept, Back: "picket.run.picked.v1"},
	{By: "picket.unit.sorted.v1", From: Picking, To: Picked, Stock: "run>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.unit.sorted.v1", From: Accepted, To: Picked, Stock: "run>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.unit.sorted.v1", From: Assigned, To: Picked, Stock: "run>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.unit.sorted.v1", From: "", To: PutBackDuePart, Stock: "run>tote", Promise: PromiseNone, Back: "picket.pick.undone.v1"},
}
