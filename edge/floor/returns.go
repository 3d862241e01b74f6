package floor

// What customers bring back.
var returnEntries = []Entry{
	{fresh[ScanArrival], "Says that goods a customer will collect here were brought.", Anyone,
		`{"unit":"095200010000000010","lines":[{"line":"1","qty":2,"damaged":1}]}`,
		[]Code{UnknownOrder, NotCollected, NotIncoming, UnknownUnit, UnknownLine, NothingLeft, AlreadyArrived, ArrivalUncounted}},
	{fresh[AnnounceReturn], "Says what a customer will bring back, of an order of any site.", Centre,
		`{"return":"R-77","rma":"RMA-1009","order":"O-1","until":"2026-12-24T00:00:00Z","lines":[{"line":"1","sku":"OAT","qty":1}]}`,
		[]Code{ReturnKnown}},
	{fresh[OpenReturn], "Begins to take goods back: announced, of an order, with a receipt, or without one.", Anyone,
		`{"rma":"RMA-1009"}`, []Code{UnknownRMA, ReturnHasLapsed, ReturnKnown, ReceiptOpen, UnknownOrder, NoBlind, NoReturnNumbers}},
	{fresh[ScanReturn], "Takes units of an item back.", Anyone,
		`{"return":"R-77","code":"09520000000011","sku":"OAT","qty":1,"reason":"changed_mind","condition":"as_new"}`,
		[]Code{UnknownReturn, ReturnNotOpen, UnknownCode, WrongItem, UnknownItem, UnknownReason, ReturnFull, SerialTwice, SerialElsewhere, OtherSerial, NotBought, ReturnedAlready, TooLate, BlindTooMuch, ReceiptTooMuch}},
	{fresh[DisposeReturn], "Says where goods go that were brought back: nothing is for sale before.", Anyone,
		`{"return":"R-77","no":1,"disposition":"bin","bin":"A-01-1"}`,
		[]Code{UnknownReturn, UnknownReturnLine, NothingLeft, TooMany, UnknownBin, NotSellable}},
	{fresh[CloseReturn], "Ends the taking in, and asks the centre for what the customer wants for it.", Anyone,
		`{"return":"R-77","wants":"exchange","wish":[{"sku":"RICE","qty":1}]}`,
		[]Code{UnknownReturn, ReturnNotOpen, UnknownItem, NothingScanned}},
	{fresh[CancelReturn], "Gives the goods back to the customer.", Anyone,
		`{"return":"R-77","why":"she keeps it"}`, []Code{UnknownReturn, ReturnNotOpen, DisposedAlready}},
	{fresh[RefundDone], "Says that the customer has their money, or what they wanted instead.", Centre,
		`{"return":"R-77","amount":{"minor":199,"currency":"EUR"},"ref":"PSP-4"}`, []Code{UnknownReturn, NothingLeft}},
	{fresh[PrintReturn], "Asks for a paper of a return, or for the tag of one of its lines, again.", Anyone,
		`{"return":"R-77","doc":"claim_slip","reason":"the customer lost it"}`,
		[]Code{UnknownReturn, UnknownReturnLine, ReturnHasNone, JobOver, ReasonMissing, TableFull}},
}

var returnEvents = []func() Event{
	blank[GoodsArrived], blank[ReturnAnnounced], blank[ReturnOpened], blank[ReturnScanned], blank[ReturnDisposed], blank[ReturnClosed],
	blank[ReturnCancelled], blank[ReturnRefunded],
}

// The refusals of arrivals and returns.
const (
	NotIncoming       Code = "not_incoming"
	ArrivalUncounted  Code = "arrival_uncounted"
	UnknownReturn     Code = "unknown_return"
	UnknownReturnLine Code = "unknown_return_line"
	UnknownRMA        Code = "unknown_rma"
	ReturnHasLapsed   Code = "return_lapsed"
	ReturnKnown       Code = "return_known"
	ReturnNotOpen     Code = "return_not_open"
	ReturnFull        Code = "return_full"
	NoBlind           Code = "no_blind"
	NoReturnNumbers   Code = "no_return_numbers"
	NotBought         Code = "not_bought"
	ReturnedAlready   Code = "returned_already"
	TooLate           Code = "too_late"
	BlindTooMuch      Code = "blind_too_much"
	ReceiptTooMuch    Code = "receipt_too_much"
	ReceiptOpen       Code = "receipt_open"
	NotSellable       Code = "not_sellable"
	OtherSerial       Code = "other_serial"
	NothingScanned    Code = "nothing_scanned"
	DisposedAlready   Code = "disposed_already"
	ReturnHasNone     Code = "return_has_none"
)

var returnWords = map[Code][2]string{
	ArrivalUncounted:  {"What came for order {order} was not counted; {n} units are expected.", "Count it and say what came of each line; or say that all of it is taken as announced (all)."},
	NotIncoming:       {"Order {order} is picked from this store's own stock.", "Receive what came as a delivery."},
	UnknownReturn:     {"There is no return {return}.", "Look at the list of returns again."},
	UnknownReturnLine: {"Return {return} has no line {no}.", "Open the return again."},
	UnknownRMA:        {"Nobody announced the return {rma}.", "Look at the number again, or take it back with its receipt."},
	ReturnHasLapsed:   {"Return {rma} lapsed on {when}: nobody brought it in time.", "Ask the centre to announce it anew, or take the goods back by their order, their receipt, or without one."},
	ReturnKnown:       {"Return {return} is here already.", "Go on with it."},
	ReturnNotOpen:     {"Return {return} is {state}.", "Open a new one for what comes now."},
	ReturnFull:        {"Return {return} has {most} lines.", "Close it and open a second one."},
	NoBlind:           {"This site takes nothing back without a receipt.", "Ask for the receipt, the order number or the return's number."},
	NoReturnNumbers:   {"This site has no return numbers left.", "Tell your manager: the centre must send a new block of numbers."},
	NotBought:         {"{got} is not in {what}.", "Look at the receipt again; it may be of another order."},
	ReturnedAlready:   {"Only {left} of {got} can still be brought back, not {qty}.", "Look at what came back before."},
	TooLate:           {"It could be brought back until {until}.", "A lead may take it back all the same."},
	BlindTooMuch:      {"Without a receipt that is too much: the limit is {limit}.", "A lead may take it back all the same."},
	ReceiptTooMuch:    {"With receipt {receipt}, which nobody here can look up, that is too much: the limit is {limit}.", "Look at the receipt itself; a lead may take it back all the same."},
	ReceiptOpen:       {"Receipt {receipt} is being taken back in return {return} already.", "Go on with that one, or close it first."},
	OtherSerial:       {"Serial {serial} of {got} was not sold with order {order}.", "It is another piece. Look at the serial number and the receipt again; tell your lead before anything is paid."},
	NotSellable:       {"{got} is {condition}: it cannot go back to a bin.", "Choose quarantine, repair, vendor or destroy."},
	NothingScanned:    {"Nothing was brought back with return {return}.", "Scan what came, or cancel the return."},
	ReturnHasNone:     {"Return {return} has no {doc} now.", "A receipt comes when it is closed, a claim slip while the money is open, a tag when somebody said where the goods go."},
	DisposedAlready:   {"Some of return {return} has gone to its place already.", "Close the return; the centre settles it with the customer."},
}

var returnCases = map[string][2]string{
	"arrived_over":    {"More came for order {order} than anybody asked for.", "Put the rest into stock, or send it back; tell the centre."},
	"doubtful_return": {"{what} was taken back although the rules said no: {why}.", "Look at it before anybody gets money for it."},
}

// returnTable is the way of goods that are brought: here for the customer, or back from them.
var returnTable = []Transition{
	{By: "picket.arrival.received.v1", From: Incoming, To: Arrived, Stock: "outside>tote|quarantine", Promise: PromiseKept},
	{By: "picket.arrival.received.v1", From: "", To: PutBackDuePart, Stock: "transit>tote|quarantine", Promise: PromiseNone},
	{By: "picket.arrival.received.v1", From: Incoming, To: ShortPart, Promise: PromiseReleased},

	{By: "picket.pick.short.v1", From: Incoming, To: ShortPart, Stock: "bin>missing|quarantine", Promise: PromiseReleased},

	{By: "picket.return.scanned.v1", From: HandedOver, To: ReturnedPart, Stock: "outside>returns", Promise: PromiseNone, Back: "picket.return.cancelled.v1"},
	{By: "picket.return.scanned.v1", From: ShippedPart, To: ReturnedPart, Stock: "outside>returns", Promise: PromiseNone, Back: "picket.return.cancelled.v1"},
	{By: "picket.return.cancelled.v1", From: ReturnedPart, To: HandedOver, Stock: "returns>outside", Promise: PromiseNone, Back: "picket.return.scanned.v1"},
	{By: "picket.return.cancelled.v1", From: ReturnedPart, To: ShippedPart, Stock: "returns>outside", Promise: PromiseNone, Back: "picket.return.scanned.v1"},
	{By: "picket.return.disposed.v1", Stock: "returns>bin|quarantine|repair|outside", Promise: PromiseNone},
}
