package floor

import (
	"fmt"
	"sort"
	"unicode/utf8"
)

// Code names a refusal for programs and translations. Codes are append-only.
type Code string

// Refusal is an answer for a person: the command had no effect, for this reason, and this is what to do.
// It is not a fault: a fault is for the operator, and no person on the floor ever reads one.
type Refusal struct {
	Code Code              `json:"code"`
	Args map[string]string `json:"args,omitempty"` // fill the {braces} of the words, and the app's translation of them
}

// Refuse makes a refusal; args are key, value pairs.
func Refuse(code Code, args ...string) *Refusal {
	r := &Refusal{Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = make(map[string]string, len(args)/2)
		}
		r.Args[args[i]] = clip(args[i+1])
	}
	if name := namedBy[code]; name != "" && r.Args[name] == "" {
		return badField(name, "is missing") // "this site has no bin ." helps nobody
	}
	return r
}

// namedBy is the argument that says what is not known here. Where it is empty, nothing was named.
var namedBy = map[Code]string{
	UnknownOrder: "order", UnknownLine: "line", UnknownUnit: "unit", UnknownJob: "job", UnknownCode: "code",
	UnknownItem: "sku", UnknownBin: "bin", UnknownCount: "count", UnknownZone: "zone", UnknownCase: "case",
	UnknownCarton: "carton", UnknownPerson: "who", UnknownPolicy: "name", UnknownInbound: "inbound", UnknownReturn: "return",
	UnknownRMA: "rma", UnknownRun: "run", UnknownTote: "tote", UnknownManifest: "manifest", UnknownTask: "task", UnknownCarrier: "carrier",
}

// MaxArg is the longest argument of a refusal, in bytes. What a caller sent comes back in it, and must not
// make a record that no frame can carry.
const MaxArg = 200

func clip(s string) string {
	if len(s) <= MaxArg {
		return s
	}
	n := MaxArg
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "..."
}

// The refusals of the floor.
const (
	UnknownCommand  Code = "unknown_command"
	BadField        Code = "bad_field"
	UnknownOrder    Code = "unknown_order"
	UnknownLine     Code = "unknown_line"
	UnknownUnit     Code = "unknown_unit"
	UnknownJob      Code = "unknown_job"
	UnknownCode     Code = "unknown_code"
	AlreadyAssigned Code = "already_assigned"
	AlreadyAccepted Code = "already_accepted"
	AlreadyStarted  Code = "already_started"
	TakenByOther    Code = "taken_by_other"
	NotStarted      Code = "not_started"
	NothingLeft     Code = "nothing_left"
	WrongItem       Code = "wrong_item"
	Surplus         Code = "surplus"
	TooMany         Code = "too_many"
	UnknownReason   Code = "unknown_reason"
	LinesOpen       Code = "lines_open"
	NothingPicked   Code = "nothing_picked"
	AlreadyFinished Code = "already_finished"
	NoNumbers       Code = "no_numbers"
	UnitNotOpen     Code = "unit_not_open"
	UnitNotClosed   Code = "unit_not_closed"
	UnitEmpty       Code = "unit_empty"
	UnitGone        Code = "unit_gone"
	NotPicked       Code = "not_picked"
	LabelNotPrinted Code = "label_not_printed"
	LabelPrinting   Code = "label_printing"
	ReasonMissing   Code = "reason_missing"
	JobOver         Code = "job_over"
	NotSignedIn     Code = "not_signed_in"
	AnotherDevice   Code = "another_device"
	NotAwaited      Code = "not_awaited"
	ConfirmMode     Code = "confirm_mode"
	BlockOverlaps   Code = "block_overlaps"
	NotAllowed      Code = "not_allowed"
	UnknownItem     Code = "unknown_item"
	UnknownBin      Code = "unknown_bin"
)

// words are what a person reads: what happened, then what to do. {braces} are filled from the arguments.
// Each flow keeps its own beside its rules.
var words = merge(
	coreWords,
	deskWords,
	policyWords,
	recoveryWords, diskWords,
	approvalWords,
	stockWords,
	taskWords,
	collectWords,
	orderWords,
	siteWords,
	countWords,
	returnWords,
	receiveWords,
	packWords,
	carryWords,
	shipWords,
	archiveWords,
	forgetWords,
	queueWords,
	pickWords,
	runWords,
	moneyWords,
	missingWords,
	receiptWords,
	codeWords,
	againWords,
	differsWords,
	collectedWords,
	resolveWords,
)

func merge[K comparable](lists ...map[K][2]string) map[K][2]string {
	out := map[K][2]string{}
	for _, l := range lists {
		for k, v := range l {
			if _, twice := out[k]; twice {
				panic(fmt.Sprintf("%v has words twice", k))
			}
			out[k] = v
		}
	}
	return out
}

var coreWords = map[Code][2]string{
	UnknownCommand:  {"This box does not know the command {kind}.", "Reload the app; if it stays, tell your manager."},
	BadField:        {"{field} {why}.", "Correct it and send it again."},
	UnknownOrder:    {"Order {order} is not at this site.", "Go back to the list and pick another."},
	UnknownLine:     {"Order {order} has no line {line}.", "Go back to the list and open the order again."},
	UnknownUnit:     {"Parcel {unit} is not known here.", "Scan the label on the parcel again, or look at the order."},
	UnknownJob:      {"There is no print job {job}.", "Open the order again to see its labels."},
	UnknownCode:     {"Nobody here knows the code {code}.", "Scan the barcode on the item, not on its shelf or box."},
	AlreadyAssigned: {"Order {order} is here already.", "Nothing to do."},
	AlreadyAccepted: {"Order {order} is accepted already.", "Go on with picking."},
	AlreadyStarted:  {"You have started order {order} already.", "Go on with picking."},
	TakenByOther:    {"{who} is picking order {order}.", "Take the next order on the list."},
	NotStarted:      {"Order {order} is not started.", "Tap Start first."},
	NothingLeft:     {"Nothing is left to do on {what}.", "Go on with the next."},
	WrongItem:       {"This is {got}. The list wants {want}.", "Put it back and scan the right item."},
	Surplus:         {"You already have all {qty} of {got}.", "Put this one back."},
	TooMany:         {"Only {left} of {got} {left:is|are} left to take, not {qty}.", "Take {left}."},
	UnknownReason:   {"{reason} is not a reason for {what}.", "Choose one of: {reasons}."},
	LinesOpen:       {"{left} {left:unit|units} of order {order} {left:is|are} neither picked nor reported short.", "Pick what is left, or tap Not here."},
	NothingPicked:   {"Nothing is picked for order {order}.", "Pick something first, or decline the order."},
	AlreadyFinished: {"The pick of order {order} is finished already.", "Go on with packing."},
	NoNumbers:       {"This site has no parcel numbers left.", "Tell your manager: the centre must send a new block of numbers."},
	UnitNotOpen:     {"Parcel {unit} is closed.", "Open a new parcel, or undo this one."},
	UnitNotClosed:   {"Parcel {unit} is still open.", "Close it first."},
	UnitEmpty:       {"Parcel {unit} is empty.", "Scan what goes in first."},
	UnitGone:        {"Parcel {unit} has left already.", "Nothing to do."},
	NotPicked:       {"{left} of {got} {left:is|are} picked and not yet packed; {qty} {qty:does|do} not fit.", "Pick them first."},
	LabelNotPrinted: {"The label of parcel {unit} is not known to be printed.", "Look at the printer, print the label, then hand over."},
	LabelPrinting:   {"The label of parcel {unit} is being printed.", "Wait for it, or look at the printer."},
	ReasonMissing:   {"Another copy needs a reason.", "Say why: label torn, unreadable, lost."},
	JobOver:         {"That print job is {state} already.", "Nothing to do."},
	NotSignedIn:     {"You are not signed in.", "Sign in with your badge and PIN."},
	AnotherDevice:   {"{device} is the name of another handheld here.", "Reload the page of this one and sign in again: it then begins under a name of its own, and loses nothing."},
	NotAwaited:      {"Nothing is waited for from {device}.", "The page of the line names the handhelds that are. Was this one lost or stolen, change the PIN of whoever was signed in on it: that signs it out."},
	ConfirmMode:     {"Order {order} needs the centre's permit before it leaves.", "Wait until the line to the centre is back."},
	UnknownItem:     {"The catalogue has no item {sku}.", "Look at the item's number again; a new item has to be set up first (item.set)."},
	UnknownBin:      {"This site has no bin {bin}.", "Scan the bin's own label; a new bin has to be set up first (bin.set)."},
	NotAllowed:      {"You may not do this: {kind}.", "{ask}"},
	BlockOverlaps:   {"The number block {from} to {to} overlaps one the site has.", "Tell your operator: the centre must lease a fresh block."},
}

// noneWords are the words where nothing at all is left or named: "only 0 are left, take 0" helps nobody.
var noneWords = map[Code][2]string{
	TooMany:         {"Nothing of {got} is left to take.", "All of it is taken, or gone from the list. If it should be there and is not, report it short (pick.short; at the counter collect.short)."},
	NotPicked:       {"Nothing of {got} is picked and not yet packed.", "Pick it first."},
	NotThere:        {"By the book {place} has no {got}.", "Look again and scan what you really have. If it is there, ask your lead to count the bin."},
	NotInTote:       {"Run {run} has no {got} left to sort.", "Scan what you really have; what came from elsewhere goes back there."},
	NotMissing:      {"No {got} is booked as missing.", "If there is more than the book says, ask for a count of the bin."},
	NotAllowed:      {"You may not do this: {kind}.", "Ask your lead to do it."},
	IsRecovering:    {"This box has lost records and does not know everything yet; the centre has still to tell what it knows.", "Wait until the line to the centre is back. A lead can say that nobody waits for the centre any more (device.lost for the device centre)."},
	UnknownCarrier:  {"This site has no carrier {carrier}.", "Choose one from the list of carriers."},
	ReturnedAlready: {"Nothing of {got} can still be brought back.", "All that was bought came back before; look at what that was."},
}

// blindWords are the words where the bin is being counted by people who are not to see its book: Refuse is given
// no quantity then.
var blindWords = map[Code]struct {
	without string
	texts   [2]string
}{
	NotThere:      {"has", [2]string{"By the book {place} has less of {got} than {qty}.", "{place} is being counted: count what is really there, and ask your lead."}},
	CheckOtherBin: {"qty", [2]string{"By the book {bin} has some of {got}.", "Look there first; if it is empty as well, say so there."}},
	BinFull:       {"has", [2]string{"{bin} holds {max} of it, and by the book that would be too much.", "Put it into another bin, or less of it here."}},
}

// hide takes what tells the book of a bin out of a refusal, while that bin is counted blind.
func (r *Refusal) hide(s *State, b BinID) *Refusal {
	if b != "" && s.Blind(b) {
		delete(r.Args, blindWords[r.Code].without)
	}
	return r
}

// Codes lists every refusal code, sorted.
func Codes() []Code {
	out := make([]Code, 0, len(words))
	for c := range words {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// WordsOf is what a code says and hints, before its {braces} are filled.
func WordsOf(c Code) (says, hint string) { return unfilled(words[c][0]), unfilled(words[c][1]) }

// Words says what happened.
func (r *Refusal) Words() string { return fill(r.texts()[0], r.Args) }

// Hint says what to do.
func (r *Refusal) Hint() string { return fill(r.texts()[1], r.Args) }

func (r *Refusal) texts() [2]string {
	if none, ok := noneWords[r.Code]; ok && (r.Args["left"] == "0" || r.Args["has"] == "0" || r.Args["devices"] == "0" || r.Code == UnknownCarrier && r.Args["service"] == "" || r.Code == NotAllowed && r.Args["ask"] == "") {
		return none
	}
	if r.Code == JobOver && r.Args["state"] == string(JobUnknown) { // only somebody at the tray knows
		return [2]string{"Nobody knows whether that print job came out.", "Look at the tray: if it is there, say that it is out; if not, ask for a copy."}
	}
	if blind, ok := blindWords[r.Code]; ok && r.Args[blind.without] == "" {
		return blind.texts
	}
	if r.Code == Surplus && (r.Args["qty"] == "0" || r.Args["qty"] == "1") {
		return [2]string{map[string]string{"0": "No {got} is wanted here.", "1": "You already have the one {got}."}[r.Args["qty"]], words[Surplus][1]}
	}
	return words[r.Code]
}

// Error lets a refusal travel where an error is expected.
func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Words() }
