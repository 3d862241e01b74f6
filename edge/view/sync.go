package view

import (
	"fmt"
	"strings"
	"time"

	"picket/edge/floor"
)

// Halt is a record at which one direction of the line stands still: the side that has to take it does not know
// its type. Nothing is skipped, and nothing behind it moves.
type Halt struct {
	Seq  uint64 `json:"seq"`
	Type string `json:"type"`
}

// How a site and the centre do.
const (
	SyncAlone      = "alone"       // there is no centre
	SyncReplaced   = "replaced"    // another box holds the site
	SyncRecovering = "recovering"  // the box takes back what it lost
	SyncBlocked    = "blocked"     // nothing moves before somebody does something
	SyncCutOff     = "cut_off"     // no line, or no answer
	SyncCatchingUp = "catching_up" // records are on their way
	SyncUpToDate   = "up_to_date"
)

// Sync says how the site and the centre do, for somebody who runs a store: what waits, why, and what to do.
type Sync struct {
	Link
	State  string           `json:"state" doc:"alone, replaced, recovering, blocked, cut_off, catching_up or up_to_date"`
	Says   []string         `json:"says"`             // what is the matter, in sentences
	Do     []string         `json:"do"`               // what to do about it, in this order; empty when there is nothing to do
	Stable floor.Seq        `json:"stable"`           // the centre has every record up to here in its backups, too
	Sends  *Halt            `json:"sends,omitempty"`  // the record of this box the centre cannot take
	Takes  *Halt            `json:"takes,omitempty"`  // the record of the centre this box cannot take
	Waits  []floor.DeviceID `json:"waits,omitempty"`  // handhelds that may hold what the box lost
	Handed uint64           `json:"handed,omitempty"` // of a box that was replaced: records the centre took over
	Left   uint64           `json:"left,omitempty"`   // and those still to go
	What   []Waiting        `json:"what,omitempty"`   // what waits to be sent, by what it is about
	Cause  string           `json:"cause,omitempty"`  // for the operator
}

// Waiting counts records that wait to be sent.
type Waiting struct {
	What   string    `json:"what"`
	Count  int       `json:"count"`
	Oldest time.Time `json:"oldest"`
}

// Sync puts the line into words.
func (b *Board) Sync() Sync {
	l := &b.link
	s := Sync{Link: b.Link(), Stable: l.Stable, Says: []string{}, Do: []string{}, Handed: l.Handed, Left: l.Left, Cause: l.Cause}
	say := func(format string, args ...any) { s.Says = append(s.Says, fmt.Sprintf(format, args...)) }
	do := func(format string, args ...any) { s.Do = append(s.Do, fmt.Sprintf(format, args...)) }
	if b.site.Centre == NoCentre {
		s.State = SyncAlone
		say("This site has no centre. What the box has saved is safe here, and nowhere else: keep its backups.")
		return s
	}
	if l.Replaced {
		s.State = SyncReplaced
		say("This box was replaced: another box holds the site. %s handed over to the centre.", these(l.Handed))
		if l.Left == 0 {
			say("Nothing is left to hand over.")
			do("Work at the new box. This one may be switched off.")
			return s
		}
		say("%s still to go.", these(l.Left))
		if !l.Broker {
			say("The line is down.")
			do("Connect this box to the network.")
		}
		do("Leave this box switched on and connected until nothing is left to hand over.")
		do("Work at the new box.")
		return s
	}
	if r := b.state.Recovery; r != nil {
		s.State, s.Waits = SyncRecovering, r.Waits
		say("This box was put back to an older state, or is new here, and takes back what it does not know. Until then nothing is handed over for good without a lead.")
		if r.More || len(r.Waits) == 0 {
			say("The centre has still to tell what it knows.")
		}
		if n := len(r.Waits); n > 0 {
			names := make([]string, n)
			for i, d := range r.Waits {
				names[i] = string(d)
			}
			say("%s may hold work the box does not have: %s.", count(uint64(n), "handheld"), strings.Join(names, ", "))
			do("Bring these handhelds into reach and open the app on each.")
			do("If one is lost for good, a lead says so: picket do device.lost device=%s reason=\"…\"", names[0])
		}
	}
	if h := l.Sends; h.Seq > 0 {
		s.Sends = &h
		say("The centre cannot take record %d of this box: its software does not know %s. What comes behind it waits here; nothing is lost.", h.Seq, h.Type)
		do("Have the centre's software updated. Sending goes on by itself behind that.")
	}
	if h := l.Takes; h.Seq > 0 {
		s.Takes = &h
		say("This box cannot take record %d of the centre: its software does not know %s. What the centre sent behind it, new orders among it, waits there.", h.Seq, h.Type)
		do("Have this box's software updated. It goes on by itself behind that.")
		do("Work on with the orders that are here.")
	}
	if (l.Code == "import" || l.Code == "restate") && s.State == SyncRecovering && l.Broker {
		// said above: it moves
	} else if l.Code == "import" && s.State == "" && l.Broker {
		s.State = SyncCatchingUp
		say("The centre tells this box what it does not know of its own past. It takes a moment.")
	} else if l.Code == "restate" && s.State == "" && l.Broker {
		s.State = SyncCatchingUp
		say("The centre was put back to an older state than it had called safe: this box tells it what stands here. It takes a moment.")
	} else if s.Sends == nil && s.Takes == nil && l.Blocked != "" {
		say("Nothing moves: %s.", strings.TrimSuffix(l.Blocked, "."))
		do("%s", troubleDo(l.Code))
	}
	if s.State == "" && len(s.Do) > 0 {
		s.State = SyncBlocked
	}
	unreached, silent := !l.Up && !l.Broker, !l.Up && l.Broker && l.Blocked == ""
	switch {
	case unreached && turnedAway(l.Cause):
		say("The line turns this box away: its certificate was taken back, or has ended.")
		do("If another box has this site now, work there: this one is no longer the store's.")
		do("If not, tell the centre's operator: this box needs a new code.")
		do("Work on until then: everything is saved here and goes out by itself.")
	case unreached && strings.Contains(l.Cause, "x509: "):
		say("Something answers in the broker's place that this box does not trust.")
		do("Tell your operator: the box was not enrolled on this line (picketd enrol), its clock is wrong, or somebody stands between.")
		do("Work on until then: everything is saved here and goes out by itself.")
	case unreached:
		say("The line is down: nobody is reached.")
		do("Work on: everything is saved here and goes out by itself. The handhelds need this box, not the line.")
		do("If it lasts, look whether the store has internet, and whether this box is plugged into it.")
	case silent:
		say("The network is there, but the centre does not answer.")
		do("Work on: everything is saved here and goes out by itself.")
		do("If it lasts, tell the centre's operator.")
	}
	if s.State == "" && (unreached || silent) {
		s.State = SyncCutOff
	}
	switch {
	case s.Unsent > 0:
		say("%s to be sent.", these(s.Unsent))
	case s.State == "":
		say("The centre has everything.")
	}
	if s.State == "" && s.Unsent > 0 {
		s.State = SyncCatchingUp
	} else if s.State == "" {
		s.State = SyncUpToDate
	}
	return s
}

// turnedAway says whether the broker was reached and does not take this box's certificate. The words are TLS's own.
func turnedAway(cause string) bool {
	for _, why := range []string{"bad certificate", "revoked certificate", "expired certificate", "certificate required"} {
		if strings.Contains(cause, "tls: "+why) {
			return true
		}
	}
	return false
}

// troubleDo says what to do about a trouble that only an operator can end.
func troubleDo(code string) string {
	switch code {
	case "rejected":
		return "Tell the centre's operator that it turns this box away, and why."
	case "apply", "log":
		return "Tell your operator: this box has trouble with its own file. Look whether its disk is full."
	case "unsendable":
		return "Tell your operator: this box holds a record that fits no message."
	case "fork", "lost_data":
		return "Leave the box switched on: it compares what it has with the centre. If this stands for more than some minutes, tell your operator."
	}
	return "Tell your operator."
}

func count(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// these counts records with the verb that follows.
func these(n uint64) string {
	if n == 1 {
		return "1 record is"
	}
	return fmt.Sprintf("%d records are", n)
}

// plainWaiting are words for what a record is about, by the part of its type behind "picket.".
var plainWaiting = map[string]string{
	"assignment": "orders", "order": "orders", "pick": "picks", "unit": "parcels", "label": "labels", "print": "labels", "job": "labels",
	"stock": "stock", "count": "counts", "bin": "bins", "handover": "hand-overs", "collect": "pickups", "pickup": "pickups",
	"return": "returns", "receive": "deliveries", "inbound": "deliveries", "putaway": "deliveries", "manifest": "carrier lists", "run": "pick runs",
	"local": "notes of the box itself", "session": "sign-ins", "case": "the desk", "site": "the site", "till": "the till", "money": "the till",
}

// WaitingName is what a record of a type is about, in a store's words.
func WaitingName(typ string) string {
	_, rest, _ := strings.Cut(typ, ".")
	about, _, _ := strings.Cut(rest, ".")
	if name := plainWaiting[about]; name != "" {
		return name
	}
	return strings.ReplaceAll(about, "_", " ")
}
