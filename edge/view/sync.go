package view

import (
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
	Said   []Note           `json:"said,omitempty"`   // the same as Says, each as a code, for a screen that has its own words
	Todo   []Note           `json:"todo,omitempty"`   // the same as Do
	Stable floor.Seq        `json:"stable"`           // the centre has every record up to here in its backups, too
	Sends  *Halt            `json:"sends,omitempty"`  // the record of this box the centre cannot take
	Takes  *Halt            `json:"takes,omitempty"`  // the record of the centre this box cannot take
	Waits  []floor.DeviceID `json:"waits,omitempty"`  // handhelds that may hold what the box lost
	Hands  []Handheld       `json:"hands,omitempty"`  // the same, as people know them
	Handed uint64           `json:"handed,omitempty"` // of a box that was replaced: records the centre took over
	Left   uint64           `json:"left,omitempty"`   // and those still to go
	What   []Waiting        `json:"what,omitempty"`   // what waits to be sent, by what it is about
	Sorted uint64           `json:"sorted,omitempty"` // when more waits than What counts: so many of the oldest are in it
	Cause  string           `json:"cause,omitempty"`  // for the operator
}

// Handheld is a device as people know it: by who was signed in there last, and when it was last heard.
type Handheld struct {
	Device floor.DeviceID `json:"device"`
	Name   string         `json:"name,omitempty"` // who was signed in there last
	Last   *time.Time     `json:"last,omitempty"` // when something it did came here last
}

// Waiting counts records that wait to be sent.
type Waiting struct {
	What   string    `json:"what"`
	Count  int       `json:"count"`
	Oldest time.Time `json:"oldest"`
}

// ForgedLasts is how long people are told that somebody spoke in the centre's name, after the last time.
const ForgedLasts = 15 * time.Minute

// Sync puts the line into words.
func (b *Board) Sync(now time.Time) Sync {
	l := &b.link
	s := Sync{Link: b.Link(), Stable: l.Stable, Says: []string{}, Do: []string{}, Handed: l.Handed, Left: l.Left, Cause: l.Cause}
	if b.site.Centre == NoCentre {
		s.State = SyncAlone
		s.Say(Note{Code: "alone"})
		return s
	}
	if l.Replaced {
		s.State = SyncReplaced
		s.replaced(l)
		return s
	}
	if r := b.state.Recovery; r != nil {
		s.State, s.Waits = SyncRecovering, r.Waits
		s.Say(Note{Code: "recovering"})
		s.Say(Note{Code: "recovering_lead"})
		if r.More || len(r.Waits) == 0 {
			s.Say(Note{Code: "centre_tells"})
		}
		if n := len(r.Waits); n > 0 {
			names := make([]string, n)
			for i, d := range r.Waits {
				h := b.handheld(d)
				s.Hands = append(s.Hands, h)
				if names[i] = string(d); h.Name != "" {
					names[i] += " (" + h.Name + ")"
				}
			}
			s.Say(Note{Code: "handhelds", N: uint64(n), Who: strings.Join(names, ", ")})
			s.Ask(Note{Code: "bring"})
			s.Ask(Note{Code: "lost", Who: string(r.Waits[0])})
		}
	}
	s.halts(l)
	if s.State == "" && len(s.Do) > 0 {
		s.State = SyncBlocked
	}
	if s.unreached(l) && s.State == "" {
		s.State = SyncCutOff
	}
	if ago := now.Sub(l.Forged); !l.Forged.IsZero() && ago < ForgedLasts {
		s.Say(Note{Code: "forged"})
		s.Ask(Note{Code: "forged_do"})
	}
	switch {
	case s.Unsent > 0 && (l.Up || s.State == SyncCatchingUp):
		s.Say(Note{Code: "unsent", N: s.Unsent})
	case s.Unsent > 0:
		s.Say(Note{Code: "kept", N: s.Unsent})
	case s.State == "":
		s.Say(Note{Code: "all"})
	}
	if s.State == "" && s.Unsent > 0 {
		s.State = SyncCatchingUp
	} else if s.State == "" {
		s.State = SyncUpToDate
	}
	return s
}

// replaced says what a box does that holds the site no longer.
func (s *Sync) replaced(l *link) {
	s.Say(Note{Code: "replaced", N: l.Handed})
	if l.Left == 0 {
		s.Say(Note{Code: "replaced_done"})
		s.Ask(Note{Code: "replaced_off"})
		return
	}
	s.Say(Note{Code: "replaced_left", N: l.Left})
	if !l.Broker {
		s.Say(Note{Code: "line_down"})
		s.Ask(Note{Code: "connect"})
	}
	s.Ask(Note{Code: "replaced_leave"})
	s.Ask(Note{Code: "replaced_do"})
}

// halts says what does not move although the line stands, what does, and what is under way.
func (s *Sync) halts(l *link) {
	under := (l.Code == "import" || l.Code == "restate") && l.Broker
	if h := l.Sends; h.Seq > 0 {
		s.Sends = &h
		s.Say(Note{Code: "sends", Record: h.Seq, Type: h.Type})
		s.Say(Note{Code: "sends_behind"})
		if l.Up && l.Takes.Seq == 0 {
			s.Say(Note{Code: "still_comes"})
		}
		s.Ask(Note{Code: "sends_do"})
	}
	if h := l.Takes; h.Seq > 0 {
		s.Takes = &h
		s.Say(Note{Code: "takes", Record: h.Seq, Type: h.Type})
		s.Say(Note{Code: "takes_behind"})
		if l.Up && l.Sends.Seq == 0 {
			s.Say(Note{Code: "still_goes"})
		}
		s.Ask(Note{Code: "takes_do"})
		s.Ask(Note{Code: "takes_work"})
	}
	switch {
	case l.Code == "import" && !l.Broker, l.Code == "restate" && !l.Broker: // it goes on with the line
	case under && s.State == SyncRecovering: // said above: it moves
	case under && s.State == "":
		s.State = SyncCatchingUp
		s.Say(Note{Code: l.Code})
	case s.Sends == nil && s.Takes == nil && l.Blocked != "":
		code := "trouble"
		switch l.Code {
		case "rejected", "unsendable":
			code = l.Code
		case "apply", "log":
			code = "disk"
		case "fork", "lost_data":
			code = "apart"
		}
		s.Say(Note{Code: code})
		s.Ask(Note{Code: code + "_do"})
		if s.Cause != "" {
			s.Cause += "; "
		}
		s.Cause += l.Blocked
	}
}

// unreached says what is to be done where nobody answers at the other end.
func (s *Sync) unreached(l *link) bool {
	first, work := "", "work_on"
	switch {
	case l.Up, l.Broker && l.Blocked != "" && !l.Off:
		return false
	case l.Broker && l.Off:
		s.Say(Note{Code: "centre_off"})
		s.Ask(Note{Code: "work_on"})
		s.Ask(Note{Code: "silent_do"})
		return true
	case l.Broker:
		s.Say(Note{Code: "silent"})
		s.Ask(Note{Code: "work_on"})
		s.Ask(Note{Code: "silent_do"})
		return true
	case turnedAway(l.Cause):
		s.Say(Note{Code: "turned_away"})
		s.Ask(Note{Code: "turned_new_box"})
		first, work = "turned_away_do", "work_till"
	case strings.Contains(l.Cause, "x509: "):
		s.Say(Note{Code: "stranger"})
		first, work = "stranger_do", "work_till"
	default:
		s.Say(Note{Code: "down"})
		s.Ask(Note{Code: "work_on_floor"})
		first, work = "down_do", ""
	}
	s.Ask(Note{Code: first})
	if work != "" {
		s.Ask(Note{Code: work})
	}
	return true
}

// handheld is a device as people know it.
func (b *Board) handheld(id floor.DeviceID) Handheld {
	h := Handheld{Device: id}
	if d := b.devices[id]; d != nil && !d.last.IsZero() {
		at := d.last
		h.Name, h.Last = string(d.who), &at
	}
	var till time.Time
	for _, v := range b.state.Sessions {
		if v.Device == id && v.Expires.After(till) {
			h.Name, till = v.Name, v.Expires
		}
	}
	return h
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
