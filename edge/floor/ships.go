package floor

// Carriers, manifests, pallets, and parcels that come back.
var shipEntries = []Entry{
	{fresh[ChooseShip], "Says who takes an order's parcels, and how fast.", Anyone,
		`{"order":"O-1","carrier":"DEMO","service":"express"}`, []Code{UnknownOrder, UnknownCarrier, HasLabel}},
	{fresh[NestUnit], "Puts a parcel on a pallet of the same order, or takes it off.", Anyone,
		`{"unit":"095200010000000010","into":"095200010000000027"}`, []Code{UnknownUnit, UnitGone, NotAPallet, UnitNotClosed, UnitNotOpen, UnitIsVoid, NothingLeft}},
	{fresh[OpenManifest], "Begins the list of what a carrier takes.", Anyone,
		`{"carrier":"DEMO"}`, []Code{UnknownCarrier, ManifestIsOpen}},
	{fresh[AddToManifest], "Puts a parcel on a carrier's list before it leaves.", Anyone,
		`{"manifest":"hh-1:30","unit":"095200010000000010"}`,
		[]Code{UnknownManifest, ManifestIsClosed, UnknownUnit, UnitGone, NothingLeft, TableFull, UnitNotClosed, LabelNotPrinted, OtherCarrier,
			ConfirmMode, UnitIsBlocked, NotVerified, OnPallet, UnitCameBack, UnitIsVoid, OnHold, IsRecovering, TooEarly, OthersMissing, NotComplete}},
	{fresh[CloseManifest], "Ends a collection: what is on the list leaves, and the driver signs for it.", Anyone,
		`{"manifest":"hh-1:30","driver":"J. Doe","plate":"AB 12 CDE","count":12}`,
		[]Code{UnknownManifest, ManifestIsClosed, ManifestEmpty, CountDiffers, NeedsLead}},
	{fresh[PrintManifest], "Asks for a manifest's paper again.", Anyone,
		`{"manifest":"hh-1:30","reason":"driver lost it"}`, []Code{UnknownManifest, ManifestIsOpen, JobOver, ReasonMissing, TableFull}},
	{fresh[CarrierNoShow], "Says that a carrier did not come for what waits for it; its list goes, while nothing is on it.", Anyone,
		`{"carrier":"DEMO"}`, []Code{NothingWaits}},
	{fresh[ParcelBack], "Says that the carrier brought a parcel back.", Anyone,
		`{"code":"00095200010000000010","why":"refused"}`, []Code{UnknownUnit, UnknownReason, HasNotLeft, BackAlready, AlreadyArrived}},
	{fresh[UnpackParcel], "Says what becomes of the goods of a parcel that came back.", Anyone,
		`{"unit":"095200010000000010","lines":[{"line":"1","qty":1,"to":"bin","bin":"A-01-1"},{"line":"2","qty":1,"to":"ship_again"}]}`,
		[]Code{UnknownUnit, NotBack, UnknownLine, TooMany, UnknownBin, NotAllUnpacked, NoNumbers, LotMissing, SerialMissing, SerialElsewhere}},
	{fresh[InterceptParcel], "Asks to keep a parcel here that has not left yet.", Centre,
		`{"unit":"095200010000000010","note":"address is wrong"}`, []Code{UnknownUnit, UnitGone, NothingLeft}},
	{fresh[ReceiveTransfer], "Brings what the other site says it has of a parcel.", Centre,
		`{"unit":"095200010000000010","lines":[{"sku":"OAT","qty":2}]}`, []Code{UnknownUnit, NoTransfer, NothingLeft}},
	{fresh[SettleTransfer], "Says what became of goods that are still on their way by the books, once both sites agree.", Leads,
		`{"unit":"095200010000000010","line":"1","qty":1,"as":"lost","note":"agreed with the other site"}`,
		[]Code{UnknownUnit, NoTransfer, UnknownLine, TooMany}},
}

var shipEvents = []func() Event{
	blank[ShipChosen], blank[UnitNested], blank[ManifestOpened], blank[ManifestFilled], blank[ManifestPart], blank[ManifestClosed],
	blank[CarrierMissing], blank[CollectionMissed], blank[UnitReturned], blank[ParcelUnpacked], blank[TransferReceived], blank[TransferSettled],
	blank[ManifestDropped],
}

// The refusals of shipping.
const (
	UnknownCarrier   Code = "unknown_carrier"
	HasLabel         Code = "has_label"
	NotAPallet       Code = "not_a_pallet"
	UnknownManifest  Code = "unknown_manifest"
	ManifestIsClosed Code = "manifest_closed"
	ManifestIsOpen   Code = "manifest_open"
	OtherCarrier     Code = "other_carrier"
	CountDiffers     Code = "count_differs"
	HasNotLeft       Code = "has_not_left"
	BackAlready      Code = "back_already"
	NotBack          Code = "not_back"
	NotAllUnpacked   Code = "not_all_unpacked"
	NoTransfer       Code = "no_transfer"
	ManifestEmpty    Code = "manifest_empty"
	NothingWaits     Code = "nothing_waits"
)

var shipWords = map[Code][2]string{
	UnknownCarrier:   {"This site has no carrier {carrier} with the service {service}.", "Choose one from the list of carriers."},
	HasLabel:         {"Parcel {unit} has its label already.", "Take the label back or undo the parcel, then choose again."},
	NotAPallet:       {"{unit} is not an open pallet of this order.", "Open a pallet for the order, then put parcels on it."},
	UnknownManifest:  {"There is no manifest {manifest}.", "Look at the list of manifests, or begin one."},
	ManifestIsClosed: {"Manifest {manifest} is closed.", "Begin a new one for the same carrier."},
	ManifestIsOpen:   {"The manifest of {carrier} is still open: {manifest}.", "Go on with that one, or close it."},
	OtherCarrier:     {"{carrier} takes order {order}, not {here}.", "Put the parcel with the others for its carrier."},
	CountDiffers:     {"The driver counted {counted}, but {scanned} {scanned:parcel is|parcels are} on the list.", "Count again together. If it stays, say why and ask a lead."},
	HasNotLeft:       {"Parcel {unit} has not left.", "Look whether it is another one; this one still waits here."},
	BackAlready:      {"{got} of parcel {unit} is booked as returned or received already.", "Look at the order: only what is still out can come back."},
	NotBack:          {"Parcel {unit} did not come back.", "Scan it in first, with the reason why it came back."},
	NotAllUnpacked:   {"{left} of {got} in parcel {unit} {left:has|have} no place yet.", "Say of every unit where it goes; what is not in there is missing."},
	NothingWaits:     {"No labelled parcel waits here for {carrier}.", "Look at the carrier's name again. If somebody said before that it did not come, nothing more is to be done."},
	ManifestEmpty:    {"No parcel was scanned onto manifest {manifest}. Still here for {carrier}: {waiting} with a label.", "Scan each parcel onto the list as it is loaded (handover with the manifest), or close it with all of them when the driver took everything that may leave. If {carrier} did not come, say so (carrier.no_show)."},
	NoTransfer:       {"Order {order} does not go to another site.", "Look at the parcel's number again."},
}

var shipCases = map[string][2]string{
	"count_differs":   {"{carrier} counted {counted} {counted:parcel|parcels}, but {scanned} {scanned:was|were} on the list.", "Look for the parcel that differs, and tell the carrier."},
	"carrier_missing": {"{carrier} did not come; {parcels} {parcels:parcel waits|parcels wait} for it.", "Call the carrier, or choose another one for them."},
	"sent_differs":    {"{words}", "Wait until both sites have counted, then say what is lost and what arrived."},
	"parcel_back":     {"Parcel {unit} of order {order} came back: {why}.", "Unpack it: say what goes to a bin, to quarantine or out again."},
}

// carryTable is the way of parcels beside the plain one.
var carryTable = []Transition{
	{By: "picket.collection.missed.v1", From: AwaitingCarrier, To: Packed, Promise: PromiseKept, Back: "picket.unit.departed.v1"},

	{By: "picket.unit.returned.v1", From: ShippedPart, To: Undelivered, Stock: "outside>back", Promise: PromiseKept},
	{By: "picket.unit.returned.v1", From: InTransit, To: Undelivered, Stock: "transit>back", Promise: PromiseKept},
	{By: "picket.unit.departed.v1", From: AwaitingCarrier, To: InTransit, Stock: "bench>transit", Promise: PromiseKept},
	{By: "picket.unit.departed.v1", From: Packed, To: InTransit, Stock: "bench>transit", Promise: PromiseKept},
	{By: "picket.unit.departed.v1", From: Picked, To: InTransit, Stock: "bench>transit", Promise: PromiseKept},
	{By: "picket.transfer.received.v1", From: InTransit, To: Received, Stock: "transit>outside", Promise: PromiseServed},
	{By: "picket.transfer.settled.v1", From: InTransit, To: Received, Stock: "transit>outside", Promise: PromiseServed},
	{By: "picket.transfer.settled.v1", From: InTransit, To: CancelledPart, Stock: "transit>missing", Promise: PromiseReleased},
	{By: "picket.transfer.settled.v1", From: InTransit, To: "", Stock: "transit>missing", Promise: PromiseNone},
	{By: "picket.parcel.unpacked.v1", From: Undelivered, To: CancelledPart, Stock: "back>bin|quarantine|missing|bench", Promise: PromiseReleased},
	{By: "picket.parcel.unpacked.v1", From: Undelivered, To: "", Stock: "back>bin|quarantine|missing|bench", Promise: PromiseNone},
	{By: "picket.parcel.unpacked.v1", From: Undelivered, To: Packed, Stock: "back>bench", Promise: PromiseKept},
}
