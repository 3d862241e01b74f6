package floor

// Packing parcels, their labels, and giving them to a carrier.
var packEntries = []Entry{
	{fresh[OpenUnit], "Opens a parcel for an order.", Anyone,
		`{"order":"O-1","carton":"M"}`, []Code{UnknownOrder, IsCollected, UnknownCarton, TableFull, NothingPicked, NoNumbers, OnHold, LinesComing}},
	{fresh[AddToUnit], "Puts picked units into a parcel.", Anyone,
		`{"unit":"095200010000000010","code":"09520000000011","qty":1}`,
		[]Code{UnknownUnit, UnknownLine, UnknownCode, UnitNotOpen, UnitIsVoid, WrongItem, NotPicked, NothingLeft, ScanToPack, DoesNotGoWith, OnHold, UnitFull}},
	{fresh[TakeFromUnit], "Takes units out of an open parcel.", Anyone,
		`{"unit":"095200010000000010","line":"1","qty":1}`, []Code{UnknownUnit, UnknownLine, UnitNotOpen, UnitIsVoid, TooMany}},
	{fresh[CloseUnit], "Closes a parcel and asks for its label and the papers of its order.", Anyone,
		`{"unit":"095200010000000010","weight_g":2100}`,
		[]Code{UnknownUnit, UnitNotOpen, UnitIsVoid, UnitEmpty, ParcelChanged, NotWrapped, WeightOff, TooHeavy, NoCarrierTakes, NeedsLead, OnHold}},
	{fresh[VoidUnit], "Undoes a parcel: its goods are picked goods again, its number is burnt.", Anyone,
		`{"unit":"095200010000000010","reason":"wrong carton"}`, []Code{UnknownUnit, UnitGone, UnitIsVoid, LabelPrinting, UnitCameBack}},
	{fresh[RequestLabel], "Asks for a document of a parcel, or with order and hold_label for the label of a bag on the shelf: the first print, or a copy with its reason.", Anyone,
		`{"unit":"095200010000000010","doc":"shipping_label","reason":"torn"}`,
		[]Code{UnknownUnit, UnknownOrder, UnitNotClosed, UnitIsVoid, LabelPrinting, NotItsDocument, NotCollected, NothingOnShelf, JobOver, ReasonMissing}},
	{fresh[VoidLabel], "Takes a printed label back: the parcel waits for a new one.", Anyone,
		`{"unit":"095200010000000010","reason":"smudged"}`, []Code{UnknownUnit, UnitGone, UnitIsVoid, LabelPrinting, LabelNotPrinted}},
	{fresh[StartPrint], "Says that a job's bytes are about to go to a printer.", TheBox,
		`{"job":"hh-1:9/1","printer":"bench-1"}`, []Code{UnknownJob, JobOver}},
	{fresh[ConfirmPrint], "Says that a job is on paper.", Anyone,
		`{"job":"hh-1:9/1"}`, []Code{UnknownJob, JobOver}},
	{fresh[FailPrint], "Says that a job is known not to be on paper, or that nobody can tell.", TheBox,
		`{"job":"hh-1:9/1","state":"held","reasons":["media-empty"]}`, []Code{UnknownJob, JobOver}},
	{fresh[VerifyLabel], "Scans a parcel's label on the parcel itself: the label of another one blocks both.", Anyone,
		`{"unit":"095200010000000010","code":"00095200010000000010"}`,
		[]Code{UnknownUnit, UnitNotClosed, UnitGone, UnitIsVoid, UnitIsBlocked, NotItsLabel, LabelNotPrinted}},
	{fresh[FreeUnit], "Says that a blocked parcel was looked at and may go on.", Leads,
		`{"unit":"095200010000000010","note":"labels changed over"}`, []Code{UnknownUnit, NothingLeft}},
	{fresh[HandOver], "Gives a parcel to its carrier.", Anyone,
		`{"unit":"095200010000000010","carrier":"DEMO"}`,
		[]Code{UnknownUnit, UnitGone, UnitNotClosed, LabelNotPrinted, ConfirmMode, UnitIsBlocked, NotVerified, OnPallet, UnitCameBack, UnitIsVoid,
			UnknownManifest, ManifestIsClosed, OtherCarrier, TableFull, OnHold, IsRecovering, TooEarly, OthersMissing, NotComplete, NeedsLead}},
}

var packEvents = []func() Event{
	blank[UnitOpened], blank[UnitFilled], blank[UnitTaken], blank[UnitSealed], blank[UnitVoided],
	blank[LabelRequested], blank[LabelVoided], blank[PrintStarted], blank[LabelPrinted], blank[LabelFailed], blank[UnitLeft],
	blank[LabelVerified], blank[UnitBlocked], blank[UnitFreed],
}

// The refusals of packing.
const (
	UnknownCarton  Code = "unknown_carton"
	ScanToPack     Code = "scan_to_pack"
	DoesNotGoWith  Code = "does_not_go_with"
	NotWrapped     Code = "not_wrapped"
	WeightOff      Code = "weight_off"
	TooHeavy       Code = "too_heavy"
	NoCarrierTakes Code = "no_carrier_takes"
	NotItsDocument Code = "not_its_document"
	NotItsLabel    Code = "not_its_label"
	UnitIsBlocked  Code = "unit_blocked"
	NotVerified    Code = "not_verified"
	OnPallet       Code = "on_pallet"
	UnitCameBack   Code = "unit_came_back"
	UnitIsVoid     Code = "unit_void"
	ParcelChanged  Code = "parcel_changed"
)

var packWords = map[Code][2]string{
	UnknownCarton:  {"This site has no carton {carton}.", "Take one of the cartons on the list."},
	ScanToPack:     {"{got} has to be scanned into the parcel.", "Scan its barcode."},
	DoesNotGoWith:  {"{got} may not go into one parcel with {with}.", "Put it into a parcel of its own."},
	ParcelChanged:  {"{goods} in parcel {unit} is not wanted any more, and lies in it still.", "Take it out of the parcel, put it aside to go back, and close the parcel again."},
	NotWrapped:     {"Parcel {unit} is a gift and is not wrapped yet.", "Wrap it, tap Wrapped, then close it."},
	WeightOff:      {"Parcel {unit} weighs {weight} g, but should weigh {want} g, give or take {off} g.", "Look what is missing or too much; if it is right, say why and ask a lead."},
	TooHeavy:       {"Parcel {unit} weighs {weight} g, but {what} carries at most {most} g.", "Put part of it into another parcel."},
	NoCarrierTakes: {"No carrier of this site takes parcel {unit}.", "Make it smaller or lighter, or choose a carrier by hand."},
	NotItsDocument: {"Order {order} has no {doc}.", "Choose another document."},
	NotItsLabel:    {"The code {code} is not on any label of ours; it is not the label of parcel {unit}.", "Scan the large barcode of the label that was just printed."},
	UnitIsBlocked:  {"Parcel {unit} is blocked: {why}.", "Put it aside; a lead has to look at it and free it."},
	NotVerified:    {"The label of parcel {unit} was not scanned on the parcel yet.", "Scan the label on the parcel, then hand it over."},
	OnPallet:       {"Parcel {unit} stands on pallet {pallet}.", "Hand over the pallet, or take the parcel off it."},
	UnitCameBack:   {"Parcel {unit} came back.", "Unpack it: say what goes to a bin, to quarantine or out again."},
	UnitIsVoid:     {"Parcel {unit} was cancelled at {when}: {why}.", "Its number is not used again. Take its label off, and look at the order for the parcel in its place."},
}

var packCases = map[string][2]string{
	"unproved_departure":  {"Parcel {unit} of order {order} left although the rules said no.", "Look for its label and its weight; ask the carrier to hold it if it is wrong."},
	"label_of_other":      {"The labels of parcels {unit} and {other} are mixed up.", "Look at both parcels, put each label where it belongs, and free them."},
	"parcel_held":         {"Parcel {unit} is held: {note}.", "Put it aside. Undo it if it is no longer wanted, or free it."},
	"does_not_go_with":    {"{got} is in one parcel with {with} ({unit}), which it may not go with.", "Open the parcel and pack them apart."},
	"weight_off":          {"Parcel {unit} was closed with {weight} g, which is not what its goods weigh. {reason}", "Open it and look, or settle it if the weight in the catalogue is wrong."},
	"too_heavy":           {"Parcel {unit} was closed with {weight} g, which is more than its carton or its carrier takes. {reason}", "Pack it into two."},
	"parcel_changed":      {"Parcel {unit} was closed although goods had just been taken out of it in the books. {reason}", "Open it and look whether they are in it still."},
	"not_wrapped":         {"Parcel {unit} is a gift and was closed without being wrapped. {reason}", "Open it and wrap it, or settle it if it was wrapped."},
	"no_carrier_takes":    {"Parcel {unit} was closed, but no carrier of this site takes it. {reason}", "Choose a carrier by hand, or pack it into two."},
	"numbers_low":         {"Only {left} {left:number is|numbers are} left for {what}.", "Ask the centre for a new block before they run out."},
	"numbers_burnt":       {"{left} leased {left:number was|numbers were} burnt because the log began anew.", "Ask the centre for new blocks."},
	"packed_against_rule": {"{qty} × {item} went into parcel {unit} although a rule said no: {rule}.", "Open the parcel and look at what is really in it before it leaves."},
}
