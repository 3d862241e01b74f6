package floor

// Counting bins while work goes on.
var countEntries = []Entry{
	{fresh[OpenCount], "Opens a count: of the bins named, of zones, or of the whole site.", Leads,
		`{"kind":"directed","bins":["A-01-1","A-02-1"]}`, []Code{UnknownBin, UnknownZone, AlreadyCounting, NothingLeft, IsDiskFull}},
	{fresh[CountBin], "Says what is in a bin, all of it. Without a count it is a count of this bin alone.", Anyone,
		`{"bin":"A-01-1","lines":[{"sku":"OAT","qty":8}]}`,
		[]Code{UnknownBin, UnknownItem, UnknownCount, NotInCount, SameCounter, NotSignedIn}},
	{fresh[AcceptCount], "Takes the last count of a bin as it is, beyond the tolerance; where counts differ it is named by its number.", Leads,
		`{"bin":"A-01-1","try":2}`, []Code{NotInCount, NotCounted, NeedsRecount, NeedsSecond, NotSignedIn, NothingLeft, WhichCount}},
	{fresh[ConfirmCount], "Changes the book of a counted bin to what was counted.", Leads,
		`{"bin":"A-01-1"}`, []Code{NotInCount, NotCounted, NeedsRecount, NeedsSecond, NotAccepted, CountWaits, NothingLeft}},
	{fresh[DropCount], "Throws a count away, or what was counted in one bin of it; the book stays.", Leads,
		`{"count":"hh-1:9","reason":"wrong aisle"}`, []Code{UnknownCount, NotInCount, NotCounted}},
	{fresh[BeginInventory], "Begins inventory day: every bin of the zones is counted, and where a count is off by two people.", Managers,
		`{"date":"2026-12-31","zones":["dry"],"mode":"freeze"}`, []Code{UnknownZone, AlreadyCounting, NothingLeft}},
	{fresh[SignInventory], "Signs an inventory off: a manager, and a second person's approval.", Managers,
		`{"count":"hh-1:9","approvals":["hh-1:12"]}`, []Code{UnknownCount, NotSignedIn, BinsUncounted, NeedsTwo}},
	{fresh[DrainDevice], "Says that a device has handed in everything it held when its screen was at a record.", TheBox,
		`{"device":"hh-2","seq":812}`, []Code{NothingLeft}},
}

var countEvents = []func() Event{
	blank[CountOpened], blank[BinCounted], blank[CountAccepted], blank[CountConfirmed], blank[CountDropped], blank[DeviceDrained], blank[InventorySigned],
}

// The refusals of counting.
const (
	UnknownCount    Code = "unknown_count"
	AlreadyCounting Code = "already_counting"
	NotInCount      Code = "not_in_count"
	SameCounter     Code = "same_counter"
	NotCounted      Code = "not_counted"
	NeedsRecount    Code = "needs_recount"
	NeedsSecond     Code = "needs_second"
	NotAccepted     Code = "not_accepted"
	CountWaits      Code = "count_waits"
	BinsUncounted   Code = "bins_uncounted"
	NeedsTwo        Code = "needs_two"
	BinsFrozen      Code = "bins_frozen"
	UnknownZone     Code = "unknown_zone"
	WhichCount      Code = "which_count"
)

var countWords = map[Code][2]string{
	UnknownCount:    {"There is no open count {count}.", "It may be over; look at the list of counts."},
	AlreadyCounting: {"{bin} is in count {count} already.", "Finish that count, or leave the bin out."},
	NotInCount:      {"{bin} is in no such count.", "Count a bin of the list, or count this one alone."},
	SameCounter:     {"You counted {bin} before; the second count is somebody else's.", "Let a colleague count it."},
	NotCounted:      {"Nobody has counted {bin} yet.", "Count it first."},
	NeedsRecount:    {"Something moved in {bin}, and nobody can tell whether the count saw it.", "Count {bin} again."},
	NeedsSecond:     {"The count of {bin} is too far from the book.", "Let another person count it."},
	NotAccepted:     {"The count of {bin} is too far from the book.", "A lead has to look at both counts and accept one, or ask for another."},
	BinsUncounted:   {"{n} {n:bin is|bins are} not counted and confirmed yet; the first is {bin}.", "Count and confirm what is left: an inventory is signed as a whole."},
	NeedsTwo:        {"Inventory {count} is signed by two different people; {have} {have:has|have} signed so far.", "Let a second person, not the one who is signed in here, enter badge and PIN for this inventory. Then sign it off again."},
	BinsFrozen:      {"{bin} is in zone {zone}, which is being counted: nothing moves there.", "Go on with another zone, or wait until this one is counted."},
	UnknownZone:     {"No bin of this site is in zone {zone}.", "Look at the zone's name again; the centre sets up bins and their zones."},
	WhichCount:      {"{bin} was counted {n} times, and the counts differ: {counts}.", "Say that the last one, number {n}, holds (try), or have the bin counted again."},
	CountWaits:      {"Devices may still hold unsent scans for {bin} ({n} in all): {devices}.", "Wait until they are back in reach, or confirm it all the same; what comes late opens a count."},
}

var countCases = map[string][2]string{
	"unmatched_scans": {"Scans in {bin} matched no item ({n} in all): the first was {code}, scanned after {after}.", "Look what stands there next to {after}, and teach the catalogue its code or take it away."},
	"count_second":    {"{bin} was counted by {who} and is too far from the book.", "Let somebody else count it: not {who}."},
	"count_review":    {"{bin} was counted by two people and is still too far from the book.", "Look at both counts; accept the last, or have it counted again."},
}

// countTable moves stock and touches no part.
var countTable = []Transition{
	{By: "picket.count.confirmed.v1", Stock: "outside>bin", Promise: PromiseNone, Back: "picket.count.confirmed.v1"},
	{By: "picket.count.confirmed.v1", Stock: "missing>bin", Promise: PromiseNone},
	{By: "picket.count.confirmed.v1", Stock: "bin>outside", Promise: PromiseNone, Back: "picket.count.confirmed.v1"},
}
