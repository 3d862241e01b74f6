package order

import (
	"encoding/json"
	"strconv"
	"time"

	"picket/edge/floor"
)

// Ask is something a site was asked about an order it has: the site decides, and its answer may take as long
// as the line is down. Its id is that of the feed's record, and so of the command at the site.
type Ask struct {
	ID         string             `json:"id"`
	Key        string             `json:"request,omitempty" doc:"The caller's own name for it: the same again does nothing new."`
	What       string             `json:"what" doc:"cancel, change, hold, release, go, permit, back (its return asked) or reassign."`
	Site       floor.SiteID       `json:"site,omitempty" doc:"Absent: no site had it, and the centre did it at once."`
	Assignment floor.AssignmentID `json:"assignment,omitempty"`
	At         time.Time          `json:"at"`
	Cause      floor.Cause        `json:"cause,omitempty"`
	Lines      []AskLine          `json:"lines,omitempty"`
	Back       int                `json:"back,omitempty" doc:"Units that were picked, and go back into their bins."`
	Why        string             `json:"why,omitempty" doc:"Why some were kept: left, permit or policy."`
	State      AskState           `json:"state" doc:"asked, granted, partly or refused."`
	Words      string             `json:"words"`
	Type       string             `json:"type,omitempty"`
	Data       json.RawMessage    `json:"data,omitempty"` // as it was sent
}

// AskLine is a quantity of a line that was asked for, and what became of it.
type AskLine struct {
	Line    floor.LineID `json:"line"`
	Qty     int          `json:"qty"`
	Granted int          `json:"granted,omitempty"`
	Kept    int          `json:"kept,omitempty" doc:"Too far to be let go of."`
}

// AskState is how far an ask is.
type AskState string

// An ask is open until the site answers, and then granted, granted in part, or refused.
const (
	Open    AskState = "asked"
	Granted AskState = "granted"
	Partly  AskState = "partly"
	Refused AskState = "refused"
)

// Ask finds an ask by its id, nil when there is none.
func (o *Order) Ask(id string) *Ask {
	for i := range o.Asks {
		if o.Asks[i].ID == id {
			return &o.Asks[i]
		}
	}
	return nil
}

// Line finds a line of the order, nil when there is none.
func (o *Order) Line(id floor.LineID) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == id {
			return &o.Lines[i]
		}
	}
	return nil
}

func (k *Ask) line(id floor.LineID) *AskLine {
	for i := range k.Lines {
		if k.Lines[i].Line == id {
			return &k.Lines[i]
		}
	}
	return nil
}

// Units sums what was asked for, granted and kept.
func (k *Ask) Units() (asked, granted, kept int) {
	for _, l := range k.Lines {
		asked, granted, kept = asked+l.Qty, granted+l.Granted, kept+l.Kept
	}
	return asked, granted, kept
}

// Take notes a part of the site's answer: what it let go of, or kept and why.
func (k *Ask) Take(granted bool, why string, lines []floor.LineState) {
	if !granted {
		k.Why = why
	}
	for _, q := range lines {
		switch q.State {
		case floor.Picked, floor.Arrived, floor.Packed, floor.AwaitingCarrier, floor.StagedPart, floor.ReadyPart:
			if granted {
				k.Back += q.Qty
			}
		}
		if l := k.line(q.Line); l != nil && granted {
			l.Granted += q.Qty
		} else if l != nil {
			l.Kept += q.Qty
		}
	}
	switch _, g, kept := k.Units(); {
	case kept == 0:
		k.State = Granted
	case g == 0:
		k.State = Refused
	default:
		k.State = Partly
	}
}

// Gone settles an ask the site had nothing left for: what it was about is with no site any more, or it is
// kept because the site would not hear of it.
func (k *Ask) Gone(kept bool) {
	for i := range k.Lines {
		if l := &k.Lines[i]; kept {
			l.Kept = l.Qty - l.Granted
		}
	}
	k.State = Refused
	if !kept {
		k.State = Granted
	}
}

// dropped is how many units of a line a cancellation takes that the site did not have (any more): nobody is
// to serve them, although the site did not let go of them for the customer.
func (k *Ask) dropped(line floor.LineID, inHouse int) int {
	if k.What != "cancel" || k.Cause != floor.ByCustomer {
		return 0
	}
	l := k.line(line)
	if l == nil {
		return 0
	}
	n := l.Qty - l.Granted - l.Kept
	if k.State == Open {
		n -= inHouse
	}
	return max(0, n)
}

// Tell puts the site's answer to a cancellation into words. left says when what was kept left the building,
// empty when nobody knows.
func (k *Ask) Tell(site, left string) string {
	_, granted, kept := k.Units()
	words := ""
	if granted > 0 {
		words = "Cancelled at " + site + ": " + Plural(granted, "unit")
		if k.What == "back" {
			words = "Let go by " + site + ": " + Plural(granted, "unit")
		}
		switch {
		case k.Back > 0 && k.Back == granted:
			words += ", which go back into their bins"
		case k.Back > 0:
			words += ", of which " + strconv.Itoa(k.Back) + " go back into their bins"
		}
		words += "."
	}
	if kept > 0 {
		if words != "" {
			words += " "
		}
		switch k.Why {
		case "left":
			words += "Too late for " + Plural(kept, "unit") + ": left " + site
			if left != "" {
				words += " " + left
			}
			words += "."
		case "permit":
			words += site + " keeps " + Plural(kept, "unit") + ": the permit was there first."
		default:
			words += site + " keeps " + Plural(kept, "unit") + ": too far, by the policy there."
		}
	}
	if words == "" {
		words = site + " had nothing of it left; it is cancelled."
	}
	return words
}

// Pending is how many units of a line sites were asked to let go of and have not answered for.
func (o *Order) Pending(line floor.LineID, at floor.AssignmentID) int {
	n := 0
	for i := range o.Asks {
		if k := &o.Asks[i]; (k.What == "cancel" || k.What == "back") && k.State == Open && (at == "" || k.Assignment == at) {
			if l := k.line(line); l != nil {
				n += l.Qty
			}
		}
	}
	return n
}

// Choice says what becomes of units of a collected order that its site gave back.
type Choice struct {
	How  string       `json:"how"` // other_site or ship
	Site floor.SiteID `json:"site,omitempty"`
}

// Plural is a count with its word.
func Plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}

// Say is where the order stands, in one sentence.
func (o *Order) Say(p Progress) string {
	if o.Twice > 0 {
		return "Delivered twice: " + Plural(o.Twice, "unit") + " too many left. Stop a parcel, or ask for it back."
	}
	for i := len(o.Asks) - 1; i >= 0; i-- {
		if o.Asks[i].State == Open {
			return o.Asks[i].Words
		}
	}
	open := 0
	for _, l := range p.Lines {
		open += l.Open
	}
	switch {
	case o.Hold != "":
		return "On hold: " + o.Hold + "."
	case open > 0 && p.Choice:
		return Plural(open, "unit") + " cannot be collected at " + string(o.Site) + ": the customer chooses another site, to have it sent, or to cancel it."
	case open > 0 && o.Routing.Rest != "":
		return o.Routing.Rest
	case len(o.Asks) > 0 && o.Asks[len(o.Asks)-1].Words != "" && p.State != Waiting:
		return o.Asks[len(o.Asks)-1].Words
	case p.State == Cancelled:
		return "Cancelled."
	}
	return o.Routing.Words
}

// Remember keeps what the order was before its first change.
func (o *Order) Remember() {
	if o.Original != nil {
		return
	}
	was := &Original{Service: o.Service, Due: o.Due, Note: o.Note}
	for _, l := range o.Lines {
		was.Qty = append(was.Qty, l.Qty)
	}
	o.Original = was
}
