package floor

import (
	"fmt"
	"sort"
	"strings"
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
	return r
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
	recoveryWords,
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
	pickWords,
	runWords,
	moneyWords,
	missingWords,
	receiptWords,
	codeWords,
	againWords,
	differsWords,
	collectedWords,
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
	TooMany:         {"Only {left} of {got} are left to take, not {qty}.", "Take {left}."},
	UnknownReason:   {"{reason} is not a reason for {what}.", "Choose one of: {reasons}."},
	LinesOpen:       {"{left} units of order {order} are neither picked nor reported short.", "Pick them, or tap Not here."},
	NothingPicked:   {"Nothing is picked for order {order}.", "Pick something first, or decline the order."},
	AlreadyFinished: {"The pick of order {order} is finished already.", "Go on with packing."},
	NoNumbers:       {"This site has no parcel numbers left.", "Tell your manager: the centre must send a new block of numbers."},
	UnitNotOpen:     {"Parcel {unit} is closed.", "Open a new parcel, or undo this one."},
	UnitNotClosed:   {"Parcel {unit} is still open.", "Close it first."},
	UnitEmpty:       {"Parcel {unit} is empty.", "Scan what goes in before you close it."},
	UnitGone:        {"Parcel {unit} has left already.", "Nothing to do."},
	NotPicked:       {"{left} of {got} are picked and not yet packed; {qty} do not fit.", "Pick them first."},
	LabelNotPrinted: {"The label of parcel {unit} is not known to be printed.", "Look at the printer, print the label, then hand over."},
	LabelPrinting:   {"The label of parcel {unit} is being printed.", "Wait for it, or look at the printer."},
	ReasonMissing:   {"Another copy needs a reason.", "Say why: label torn, unreadable, lost."},
	JobOver:         {"Print job {job} is {state} already.", "Nothing to do."},
	NotSignedIn:     {"You are not signed in.", "Sign in with your badge and PIN."},
	ConfirmMode:     {"Order {order} needs the centre's permit before it leaves.", "Wait until the line to the centre is back."},
	UnknownItem:     {"The catalogue has no item {sku}.", "Look at the item's number again; a new item comes from the centre."},
	UnknownBin:      {"This site has no bin {bin}.", "Scan the bin's own label; a new bin is set up at the centre."},
	NotAllowed:      {"You may not do this: {kind}.", "Ask your lead to do it."},
	BlockOverlaps:   {"The number block {from} to {to} overlaps one the site has.", "Tell your operator: the centre must lease a fresh block."},
}

// noneWords are the words where nothing at all is left: "only 0 are left, take 0" helps nobody.
var noneWords = map[Code][2]string{
	TooMany:         {"Nothing of {got} is left to take.", "All of it is taken, or gone from the list. If it should be there and is not, report it short (pick.short; at the counter collect.short)."},
	ReturnedAlready: {"Nothing of {got} can still be brought back.", "All that was bought came back before; look at what that was."},
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
func WordsOf(c Code) (says, hint string) { return words[c][0], words[c][1] }

// Words says what happened.
func (r *Refusal) Words() string { return fill(r.texts()[0], r.Args) }

// Hint says what to do.
func (r *Refusal) Hint() string { return fill(r.texts()[1], r.Args) }

func (r *Refusal) texts() [2]string {
	if none, ok := noneWords[r.Code]; ok && r.Args["left"] == "0" {
		return none
	}
	return words[r.Code]
}

// fill puts arguments into the braces of a text.
func fill(text string, args map[string]string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(text[:open])
		b.WriteString(args[text[open+1:open+end]])
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return b.String()
}

// Error lets a refusal travel where an error is expected.
func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Words() }
