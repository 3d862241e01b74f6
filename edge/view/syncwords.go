package view

import (
	"maps"
	"strconv"
	"strings"
)

// Note is one sentence of how the line does, as a code and what it speaks of.
type Note struct {
	Code   string `json:"code"`
	N      uint64 `json:"n,omitempty"`
	Record uint64 `json:"record,omitempty"`
	Type   string `json:"type,omitempty"`
	Who    string `json:"who,omitempty"`
}

// syncWords are the sentences, by code; those that count have one for one and one for others. The app has the same, and
// its other languages: a test compares them.
var syncWords = map[string]string{
	"alone":               "This site has no centre. What the box has saved is safe here, and nowhere else: keep its backups.",
	"replaced_one":        "This box was replaced: another box holds the site. 1 record is handed over to the centre.",
	"replaced_other":      "This box was replaced: another box holds the site. {n} records are handed over to the centre.",
	"replaced_done":       "Nothing is left to hand over.",
	"replaced_off":        "Work at the new box. This one may be switched off.",
	"replaced_left_one":   "1 record is still to go.",
	"replaced_left_other": "{n} records are still to go.",
	"replaced_leave":      "Leave this box switched on and connected until nothing is left to hand over.",
	"replaced_do":         "Work at the new box.",
	"line_down":           "The line is down.",
	"connect":             "Connect this box to the network.",
	"recovering":          "This box was put back to an older state, or is new here, and takes back what it does not know.",
	"recovering_lead":     "Until it has, nothing is handed over for good without a lead.",
	"centre_tells":        "The centre has still to tell what it knows.",
	"handhelds_one":       "1 handheld may hold work the box does not have: {who}.",
	"handhelds_other":     "{n} handhelds may hold work the box does not have: {who}.",
	"bring":               "Bring these handhelds into reach and open the app on each.",
	"sends":               "The centre cannot take record {record} of this box: its software does not know {type}.",
	"sends_behind":        "What comes behind it waits here; nothing is lost.",
	"still_comes":         "What the centre sends, new orders among it, still comes.",
	"sends_do":            "Have the centre's software updated. Sending goes on by itself behind that.",
	"takes":               "This box cannot take record {record} of the centre: its software does not know {type}.",
	"takes_behind":        "What the centre sent behind it, new orders among it, waits there.",
	"still_goes":          "What is done here still goes out to the centre.",
	"takes_do":            "Have this box's software updated. It goes on by itself behind that.",
	"takes_work":          "Work on with the orders that are here.",
	"import":              "The centre tells this box what it does not know of its own past. It takes a moment.",
	"restate":             "The centre was put back to an older state than it had called safe: this box tells it what stands here. It takes a moment.",
	"rejected":            "Nothing moves: the centre turns this box away.",
	"rejected_do":         "Tell the centre's operator that it turns this box away, and why.",
	"disk":                "Nothing moves: this box has trouble with its own file.",
	"disk_do":             "Tell your operator: this box has trouble with its own file. Look whether its disk is full.",
	"unsendable":          "Nothing goes out: this box holds a record that fits no message.",
	"unsendable_do":       "Tell your operator: this box holds a record that fits no message.",
	"apart":               "Nothing moves: what this box knows and what the centre knows of it do not fit.",
	"apart_do":            "Leave the box switched on: it compares what it has with the centre. If this stands for more than some minutes, tell your operator.",
	"trouble":             "Nothing moves between this box and the centre.",
	"trouble_do":          "Tell your operator.",
	"turned_away":         "The line turns this box away: its certificate was taken back, or has ended.",
	"turned_new_box":      "If another box has this site now, work there: this one is no longer the store's.",
	"turned_away_do":      "If not, tell the centre's operator: this box needs a new code.",
	"work_till":           "Work on until then: everything is saved here and goes out by itself.",
	"stranger":            "Something answers in the broker's place that this box does not trust.",
	"stranger_do":         "Tell your operator: the box was not enrolled on this line (picketd enrol), its clock is wrong, or somebody stands between.",
	"down":                "The line is down: nobody is reached.",
	"work_on_floor":       "Work on: everything is saved here and goes out by itself. The handhelds need this box, not the line.",
	"down_do":             "If it lasts, look whether the store has internet, and whether this box is plugged into it.",
	"silent":              "The network is there, but the centre does not answer.",
	"centre_off":          "The network is there, but the centre is off: it was stopped, or has lost its own line.",
	"work_on":             "Work on: everything is saved here and goes out by itself.",
	"silent_do":           "If it lasts, tell the centre's operator.",
	"forged":              "Somebody spoke in the centre's name, or it has another key. What this box could not prove to be the centre's was not used.",
	"forged_do":           "Tell your operator that something on the line speaks in the centre's name.",
	"unsent_one":          "1 record is to be sent.",
	"unsent_other":        "{n} records are to be sent.",
	"kept_one":            "1 record waits here to be sent; nothing is lost.",
	"kept_other":          "{n} records wait here to be sent; nothing is lost.",
	"all":                 "The centre has everything.",
	"unheard_hours_one":   "The centre was not heard for 1 hour: whoever signs in needs the word of a colleague.",
	"unheard_hours_other": "The centre was not heard for {n} hours: whoever signs in needs the word of a colleague.",
	"unheard_days_one":    "The centre was not heard for 1 day: whoever signs in needs the word of a colleague.",
	"unheard_days_other":  "The centre was not heard for {n} days: whoever signs in needs the word of a colleague.",
	"vouch_hours_one":     "If it is not heard within 1 hour, whoever signs in needs the word of a colleague.",
	"vouch_hours_other":   "If it is not heard within {n} hours, whoever signs in needs the word of a colleague.",
	"vouch_days_one":      "If it is not heard within 1 day, whoever signs in needs the word of a colleague.",
	"vouch_days_other":    "If it is not heard within {n} days, whoever signs in needs the word of a colleague.",

	"lost": "If one is lost for good, a lead says so: picket do device.lost device={who} reason=\"…\"", // the app says where on its screens
}

// SyncWords are the sentences, by code.
func SyncWords() map[string]string { return maps.Clone(syncWords) }

// Words is the note as a sentence.
func (n Note) Words() string {
	text, ok := syncWords[n.Code]
	if !ok && n.N == 1 {
		text = syncWords[n.Code+"_one"]
	} else if !ok {
		text = syncWords[n.Code+"_other"]
	}
	return strings.NewReplacer("{n}", strconv.FormatUint(n.N, 10), "{record}", strconv.FormatUint(n.Record, 10), "{type}", n.Type, "{who}", n.Who).Replace(text)
}

// Say adds to what is the matter.
func (s *Sync) Say(n Note) { s.Says, s.Said = append(s.Says, n.Words()), append(s.Said, n) }

// Ask adds to what is to be done.
func (s *Sync) Ask(n Note) { s.Do, s.Todo = append(s.Do, n.Words()), append(s.Todo, n) }

// waitingNames are words for what a record is about, by the part of its type behind "picket.": of one, and of more.
var waitingNames = func() map[string]string {
	m := map[string]string{}
	for name, abouts := range map[string]string{
		"orders":                  "order assignment amend recall permit hold ship cod parcel",
		"picks":                   "pick run paper put_back",
		"parcels":                 "unit numbers carton",
		"labels":                  "label print job doc",
		"stock":                   "stock item transfer allotment replenish sale",
		"counts":                  "count inventory",
		"bins":                    "bin",
		"hand-overs":              "handover departure",
		"pickups":                 "pickup collect collection arrival",
		"returns":                 "return",
		"deliveries":              "receive inbound putaway goods",
		"carrier lists":           "manifest carrier",
		"the till":                "till money drawer",
		"the desk":                "case task",
		"sign-ins":                "session list_key",
		"the site":                "site policy day line device command",
		"notes of the box itself": "local",
	} {
		for about := range strings.FieldsSeq(abouts) {
			m[about] = name
		}
	}
	return m
}()

// OtherWaiting is what a record is about that has no name.
const OtherWaiting = "other things"

// oneWaiting says one of them; the others are said as they are called.
var oneWaiting = map[string]string{
	"orders": "about an order", "picks": "pick", "parcels": "about a parcel", "labels": "label", "stock": "about stock", "counts": "count", "bins": "about a bin",
	"hand-overs": "hand-over", "pickups": "pickup", "returns": "return", "deliveries": "delivery", "carrier lists": "carrier list", "the till": "from the till",
	"the desk": "for the desk", "sign-ins": "sign-in", "the site": "about the site", "notes of the box itself": "note of the box itself", OtherWaiting: "about something else",
}

// manyWaiting says several, where their name alone does not.
var manyWaiting = map[string]string{
	"orders": "about orders", "parcels": "about parcels", "stock": "about stock", "bins": "about bins", "the till": "from the till", "the desk": "for the desk",
	"the site": "about the site", OtherWaiting: "about other things",
}

// WaitingName is what a record of a type is about, in a store's words.
func WaitingName(typ string) string {
	_, rest, _ := strings.Cut(typ, ".")
	about, _, _ := strings.Cut(rest, ".")
	if strings.HasPrefix(rest, "unit.departed.") {
		about = "departure"
	}
	if name := waitingNames[about]; name != "" {
		return name
	}
	return OtherWaiting
}

// Words is what waits behind its number: "3 picks", "1 about an order".
func (w *Waiting) Words() string {
	words := manyWaiting
	if w.Count == 1 {
		words = oneWaiting
	}
	if text := words[w.What]; text != "" {
		return text
	}
	return w.What
}
