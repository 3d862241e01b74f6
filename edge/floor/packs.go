package floor

// Packing parcels, their labels, and giving them to a carrier.
var packEntries = []Entry{
	{fresh[OpenUnit], "Opens a parcel for an order.", Anyone,
		`{"order":"O-1","carton":"M"}`, []Code{UnknownOrder, NothingPicked, NoNumbers, OnHold, LinesComing}},
	{fresh[AddToUnit], "Puts picked units into a parcel.", Anyone,
		`{"unit":"095200010000000010","code":"09520000000011","qty":1}`,
		[]Code{UnknownUnit, UnknownLine, UnknownCode, UnitNotOpen, WrongItem, NotPicked, NothingLeft, OnHold, UnitFull}},
	{fresh[TakeFromUnit], "Takes units out of an open parcel.", Anyone,
		`{"unit":"095200010000000010","line":"1","qty":1}`, []Code{UnknownUnit, UnknownLine, UnitNotOpen, TooMany}},
	{fresh[CloseUnit], "Closes a parcel and asks for its label.", Anyone,
		`{"unit":"095200010000000010","weight_g":2100}`, []Code{UnknownUnit, UnitNotOpen, UnitEmpty, OnHold}},
	{fresh[VoidUnit], "Undoes a parcel: its goods are picked goods again, its number is burnt.", Anyone,
		`{"unit":"095200010000000010","reason":"wrong carton"}`, []Code{UnknownUnit, UnitGone, NothingLeft, LabelPrinting}},
	{fresh[RequestLabel], "Asks for a document of a parcel: the first print, or a copy with its reason.", Anyone,
		`{"unit":"095200010000000010","doc":"shipping_label","reason":"torn"}`,
		[]Code{UnknownUnit, UnitNotClosed, LabelPrinting, ReasonMissing}},
	{fresh[VoidLabel], "Takes a printed label back: the parcel waits for a new one.", Anyone,
		`{"unit":"095200010000000010","reason":"smudged"}`, []Code{UnknownUnit, UnitGone, LabelPrinting, LabelNotPrinted}},
	{fresh[StartPrint], "Says that a job's bytes are about to go to a printer.", TheBox,
		`{"job":"hh-1:9/1","printer":"bench-1"}`, []Code{UnknownJob, JobOver}},
	{fresh[ConfirmPrint], "Says that a job is on paper.", Anyone,
		`{"job":"hh-1:9/1"}`, []Code{UnknownJob, JobOver}},
	{fresh[FailPrint], "Says that a job is known not to be on paper, or that nobody can tell.", TheBox,
		`{"job":"hh-1:9/1","state":"held","reasons":["media-empty"]}`, []Code{UnknownJob, JobOver}},
	{fresh[HandOver], "Gives a parcel to its carrier.", Anyone,
		`{"unit":"095200010000000010","carrier":"DEMO"}`, []Code{UnknownUnit, UnitGone, UnitNotClosed, LabelNotPrinted, ConfirmMode, OnHold, TooEarly, OthersMissing, NotComplete, NeedsLead}},
}

var packEvents = []func() Event{
	blank[UnitOpened], blank[UnitFilled], blank[UnitTaken], blank[UnitSealed], blank[UnitVoided],
	blank[LabelRequested], blank[LabelVoided], blank[PrintStarted], blank[LabelPrinted], blank[LabelFailed], blank[UnitLeft],
}

var packCases = map[string][2]string{
	"unproved_departure": {"Parcel {unit} left although the rules said no.", "Look for its label and its weight; ask the carrier to hold it if it is wrong."},
}
