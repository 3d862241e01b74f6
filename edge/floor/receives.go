package floor

// Receiving deliveries and putting them away.
var receiveEntries = []Entry{
	{fresh[AnnounceInbound], "Announces a delivery: what is to come, in which parcels, and for which orders.", Centre,
		`{"inbound":"ASN-7","what":"asn","from":"Oat mill","lines":[{"sku":"OAT","qty":24}]}`, []Code{AlreadyAnnounced, UnknownItem, ParcelElsewhere}},
	{fresh[OpenInbound], "Opens a delivery nobody announced, or a transfer by the signed list of contents it came with.", Anyone,
		`{"from":"Oat mill"}`, []Code{NotAnnounced, UnknownItem, AlreadyAnnounced, ParcelElsewhere}},
	{fresh[ScanList], "Opens a transfer by a code of the signed list on its parcel; further codes and parcels of it join.", Anyone,
		`{"code":"PKL1|north|south|095200010000000027|T-1|1|1|north-8a88e3dd|OAT*3~…"}`,
		[]Code{ListUnreadable, UnknownListKey, ListNotSigned, ListElsewhere, UnknownItem, ListDiffers, ListTooLong, InboundOver}},
	{fresh[AgreeTransfer], "Says what the sender of a transfer found out about goods that came short or over.", Centre,
		`{"unit":"095200010000000027","sku":"OAT","qty":1,"as":"lost","note":"found in the van","done":true}`, []Code{UnknownUnit}},
	{fresh[MakeListKey], "Says which key this site signs its lists of contents with.", TheBox,
		`{"id":"south-8a88e3dd","site":"south","public":"8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"}`, nil},
	{fresh[SetListKey], "Says which key another site signs its lists of contents with, or that it is withdrawn.", Centre,
		`{"id":"north-8a88e3dd","site":"north","public":"8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"}`, nil},
	{fresh[ReceiveScan], "Counts goods of a delivery in, or a whole parcel.", Anyone,
		`{"inbound":"ASN-7","sku":"OAT","qty":6}`,
		[]Code{UnknownInbound, InboundOver, UnknownItem, UnknownCode, WrongItem, UnknownUnit, AlreadyArrived, CaptureMissing, SerialTwice, SerialElsewhere, ListIncomplete}},
	{fresh[DecideHold], "Says what becomes of goods that wait: they are accepted, returned, or set apart.", Leads,
		`{"inbound":"ASN-7","sku":"OAT","qty":6,"decision":"accept"}`, []Code{UnknownInbound, InboundOver, UnknownItem, NotThere}},
	{fresh[CloseInbound], "Says that nothing more comes of a delivery; what is over, short, unexpected or broken is listed.", Anyone,
		`{"inbound":"ASN-7"}`, []Code{UnknownInbound, InboundOver, HoldNotEmpty}},
	{fresh[PutAway], "Carries goods of a delivery from receiving to a bin.", Anyone,
		`{"inbound":"ASN-7","sku":"OAT","qty":6,"bin":"A-01-1"}`,
		[]Code{UnknownInbound, UnknownItem, UnknownBin, NotThere, BinFull, NotKeptHere, NotBeside, LotsMixed, BinsFrozen, SerialMissing, SerialElsewhere}},
}

var receiveEvents = []func() Event{
	blank[InboundOpened], blank[GoodsReceived], blank[OrderReceived], blank[HoldDecided], blank[InboundClosed], blank[StockPutAway],
	blank[ListRead], blank[TransferCounted], blank[TransferTold], blank[TransferAgreed], blank[ListKeyMade], blank[ListKeySet],
}

// The refusals of receiving.
const (
	AlreadyAnnounced Code = "already_announced"
	NotAnnounced     Code = "not_announced"
	UnknownInbound   Code = "unknown_inbound"
	InboundOver      Code = "inbound_over"
	CaptureMissing   Code = "capture_missing"
	SerialTwice      Code = "serial_twice"
	HoldNotEmpty     Code = "hold_not_empty"
	BinFull          Code = "bin_full"
	NotBeside        Code = "not_beside"
	LotsMixed        Code = "lots_mixed"
	ListUnreadable   Code = "list_unreadable"
	UnknownListKey   Code = "unknown_list_key"
	ListNotSigned    Code = "list_not_signed"
	ListElsewhere    Code = "list_elsewhere"
	ListDiffers      Code = "list_differs"
	ListTooLong      Code = "list_too_long"
	ListIncomplete   Code = "list_incomplete"
	ParcelElsewhere  Code = "parcel_elsewhere"
)

var receiveWords = map[Code][2]string{
	AlreadyAnnounced: {"Delivery {inbound} is announced already.", "Nothing to do."},
	NotAnnounced:     {"Nobody announced this delivery, and the site takes none that is not announced.", "Ask a lead before you let the driver unload."},
	UnknownInbound:   {"There is no delivery {inbound} here.", "Look at the list of deliveries, or open it as unannounced."},
	InboundOver:      {"Delivery {inbound} is closed already.", "What still comes is a delivery of its own."},
	CaptureMissing:   {"The {what} of {got} is missing.", "Read it off the box and enter it; where there is none, ask your lead."},
	SerialTwice:      {"Serial {serial} of {got} was received before.", "Scan the serial of this piece, not of the last."},
	HoldNotEmpty:     {"Some goods of delivery {inbound} still wait for a decision.", "A lead accepts, returns or sets them apart first."},
	NotBeside:        {"{got} may not stand in {bin} beside {with}.", "Put it into a bin of its own."},
	BinFull:          {"{bin} holds {max} of it and has {has}.", "Put it into another bin, or less of it here."},
	LotsMixed:        {"{bin} holds lot {lot} of it, and lots are kept apart.", "Put it into another bin."},
	ListUnreadable:   {"This is no list of contents: it {why}.", "Scan it again. If it stays so, receive the parcel blind: open a delivery without a list, and count every unit."},
	UnknownListKey:   {"The list is signed with key {key} of {from}, which is not known here.", "Receive the parcel blind: open a delivery from {from} without a list, and count every unit. The key comes from the centre when the line is up."},
	ListNotSigned:    {"The list of parcel {unit} does not bear the signature of {from}.", "Do not go by it. Receive the parcel blind: open a delivery without a list, count every unit, and tell your lead."},
	ListElsewhere:    {"Parcel {unit} goes to {to}, not here.", "Set it aside unopened, and tell your lead: it was brought to the wrong site."},
	ListDiffers:      {"Parcel {unit} bears another list than the one read before.", "Go by neither: count every unit of it into delivery {inbound}."},
	ListTooLong:      {"The list of parcel {unit} has more than {most} lines.", "Receive the parcel blind: open a delivery without a list, and count every unit."},
	ListIncomplete:   {"The list of parcel {unit} has {of} {of:code|codes}, and {left} of them {left:was|were} not read.", "Scan the others first; if one cannot be read, count the units one by one."},
	ParcelElsewhere:  {"Parcel {unit} comes with delivery {inbound}.", "A parcel comes once: look at its number again, or announce its goods without it."},
}

var receiveCases = map[string][2]string{
	"unannounced_delivery": {"A delivery from {from} was unloaded although nobody announced it.", "Look what it is; accept it, or send it back."},
	"goods_on_hold":        {"{qty} × {item} of delivery {inbound} {qty:waits|wait}: {why}.", "Look at them; accept them, send them back, or set them apart."},
	"delivery_differs":     {"Delivery {inbound} from {from} is not what was announced.", "Tell the supplier what was over, short, unexpected or broken."},
	"transfer_differs":     {"Transfer {inbound} from {from} is not what its list says.", "Wait for what the other site says it sent; then agree on who corrects the book."},
	"transfer_disputed":    {"Transfer {inbound}: {words}", "Both sites count again. The sender says what is lost and what arrived; then this goes by itself."},
	"put_away_against":     {"{qty} × {item} {qty:was|were} put into {bin} although the rules said no.", "Look at {bin}: it may be too full, hold two lots, or be counted."},
}

// receiveTable: what comes for an order is reserved for it from the first moment.
var receiveTable = []Transition{
	{By: "picket.goods.received.v1", Stock: "outside>receiving|hold|quarantine", Promise: PromiseNone},
	{By: "picket.order.received.v1", From: Incoming, To: Arrived, Stock: "outside>tote", Promise: PromiseKept},
	{By: "picket.order.received.v1", From: Assigned, To: Picked, Stock: "outside>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.order.received.v1", From: Accepted, To: Picked, Stock: "outside>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.order.received.v1", From: Picking, To: Picked, Stock: "outside>tote", Promise: PromiseKept, Back: "picket.pick.undone.v1"},
	{By: "picket.hold.decided.v1", Stock: "hold>receiving|quarantine|outside", Promise: PromiseNone},
	{By: "picket.stock.put_away.v1", Stock: "receiving>bin", Promise: PromiseNone},
}
