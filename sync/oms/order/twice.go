package order

import (
	"slices"
	"time"

	"picket/edge/floor"
)

// AssignmentRevoked: the centre, which had kept the authority (mode confirm), gave the order to another site.
const AssignmentRevoked AssignmentState = "revoked"

// Away says that an assignment's units that have not left are another site's: taken back by the centre, which had
// the authority over them, or given away over the site's head on somebody's word.
type Away struct {
	By     string    `json:"by,omitempty"` // who forced it; empty: the centre had the authority
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
	Forced bool      `json:"forced,omitempty"`
}

func (a *Assignment) mode() floor.Mode {
	if a.Mode == "" {
		return floor.ModeHold
	}
	return a.Mode
}

// Permitted says whether the site has the authority to let it leave: it took the permit, or went without.
func (a *Assignment) Permitted() bool {
	return a.Mode != floor.ModeConfirm || a.Folded != nil && (a.Folded.Permit || a.Folded.Forced)
}

// Asks says whether the site waits for the centre's permit: something of the order is ready to leave.
func (a *Assignment) Asks() bool {
	if a.Mode != floor.ModeConfirm || a.Folded == nil || a.Away != nil || !a.Live() || a.Permitted() {
		return false
	}
	for i := range a.Folded.Lines {
		for _, p := range a.Folded.Parts(&a.Folded.Lines[i]) {
			switch p.State {
			case floor.Packed, floor.AwaitingCarrier, floor.StagedPart, floor.ReadyPart:
				return true
			}
		}
	}
	return false
}

// Asked finds the newest ask of a kind to an assignment, nil when there is none.
func (o *Order) Asked(what string, a floor.AssignmentID) *Ask {
	for i := len(o.Asks) - 1; i >= 0; i-- {
		if k := &o.Asks[i]; k.What == what && k.Assignment == a {
			return k
		}
	}
	return nil
}

// AsksOf says whether something is asked of an assignment's site, and not answered.
func (o *Order) AsksOf(a floor.AssignmentID) bool {
	return slices.ContainsFunc(o.Asks, func(k Ask) bool { return k.Assignment == a && k.State == Open })
}

// Excess is what an assignment has of an order beyond what is wanted: place in the list, and units by line.
type Excess struct {
	At    int
	Lines []AskLine
}

// Over says which units sites hold of an order that nobody needs, because another site has them too, and how many
// left that nobody wanted. What has left stands; then a site keeps its units that has the permit, then the one that
// was given them first. The others are to be asked, once.
func Over(o *Order, as []Assignment) (back []Excess, twice int) {
	if len(as) < 2 || o.Lost() {
		return nil, 0
	}
	byLine := map[int][]AskLine{}
	for i := range o.Lines {
		l := &o.Lines[i]
		if n := over(o, l, as, byLine); n > 0 {
			twice += n
		}
	}
	for i := range as {
		if lines := byLine[i]; len(lines) > 0 {
			back = append(back, Excess{At: i, Lines: lines})
		}
	}
	return back, twice
}

func over(o *Order, l *Line, as []Assignment, out map[int][]AskLine) (twice int) {
	room, left := l.Qty-l.Dropped, 0
	var here []int
	shares := make([]share, len(as))
	for i := range as {
		asked := as[i].asked(l.ID)
		if asked == nil || as[i].State == AssignmentRejected {
			continue
		}
		s := as[i].rawShare(asked)
		shares[i] = s
		left += s.left
		room -= s.left + s.final
		if s.inHouse > 0 {
			here = append(here, i)
		}
	}
	if len(here) > 0 && left+len(here) > 1 {
		rank := func(i int) int {
			switch a := &as[i]; {
			case a.Away != nil:
				return 2
			case a.Mode == floor.ModeConfirm && a.Permitted():
				return 0
			}
			return 1
		}
		slices.SortStableFunc(here, func(a, b int) int { return rank(a) - rank(b) }) // oldest first as they come
		for _, i := range here {
			keep := max(0, min(shares[i].inHouse, room))
			room -= keep
			if n := min(shares[i].inHouse-keep, as[i].recallable(l.ID)) - o.askedBack(l.ID, as[i].ID); n > 0 {
				out[i] = append(out[i], AskLine{Line: l.ID, Qty: n})
			}
		}
	}
	return max(0, left-l.Qty)
}

// recallable is how many units of a line a site would let go of, if it could: no more than it is still to serve. What else stands there in a
// parcel was taken back already, and packed by a box that did not know it; a person there looks at it, and it would be asked back for ever.
func (a *Assignment) recallable(id floor.LineID) int {
	if a.Folded == nil {
		return a.asked(id).Qty
	}
	if l := a.Folded.Line(id); l != nil {
		return l.Wanted()
	}
	return a.asked(id).Qty
}

// askedBack is how many units of a line a site was asked for and has not answered, or will not let go of.
func (o *Order) askedBack(line floor.LineID, at floor.AssignmentID) int {
	n := 0
	for i := range o.Asks {
		k := &o.Asks[i]
		if k.Assignment != at || k.What != "cancel" && k.What != "back" {
			continue
		}
		if l := k.line(line); l != nil {
			if n += l.Kept; k.State == Open {
				n += l.Qty - l.Granted - l.Kept
			}
		}
	}
	return n
}
