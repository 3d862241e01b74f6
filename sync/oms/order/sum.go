package order

import (
	"slices"

	"picket/edge/floor"
)

// share is what an assignment does with a line: served or still to be served here, cancelled for good, and
// given back to the centre. Held units are the site's; no other site is given them.
type share struct {
	inHouse, left int // still to be served, and out of the building
	final         int // nobody wants them any more
	back          int // declined, short, or taken back by the centre: another site's
	returned      int // of those, how many were cancelled; shown apart
}

func (s share) held() int { return s.inHouse + s.left + s.final }

// rerouted says whether units cancelled for a cause are for another site.
func rerouted(c floor.Cause) bool { return c == floor.ByCentre || c == floor.NoStock }

// shareOf is an assignment's share of a line it was given asked of. What was taken away from it is another's, wherever
// it still stands.
func (a *Assignment) shareOf(asked *Line) share {
	s := a.rawShare(asked)
	if a.Away != nil {
		s.back += s.inHouse
		s.inHouse = 0
	}
	return s
}

// Here is how many units of a line a site still has in the house, whoever's they are.
func (a *Assignment) Here(id floor.LineID) int {
	if asked := a.asked(id); asked != nil {
		return a.rawShare(asked).inHouse
	}
	return 0
}

// Left says whether anything of it has left the building.
func (a *Assignment) Left() bool {
	return slices.ContainsFunc(a.Lines, func(l Line) bool { return a.rawShare(&l).left > 0 })
}

func (a *Assignment) rawShare(asked *Line) share {
	if a.State == AssignmentRejected {
		return share{}
	}
	var l *floor.Line
	if a.Folded != nil {
		l = a.Folded.Line(asked.ID)
	}
	if l == nil { // on its way to the site
		return share{inHouse: asked.Qty}
	}
	s := share{}
	for _, p := range a.Folded.Parts(l) {
		switch {
		case p.State.InHouse():
			s.inHouse += p.Qty
		case p.State.Left():
			s.left += p.Qty
		}
	}
	for _, c := range l.Cancelled {
		if rerouted(c.Cause) {
			s.returned += c.Qty
		} else {
			s.final += c.Qty
		}
	}
	// A fact that comes late may bring more than is wanted: what is held is never given away besides.
	s.back = max(0, min(l.Declined+l.Short()+s.returned, l.Qty-s.held()))
	return s
}

// asked is the line as the assignment was given it, nil when it was not.
func (a *Assignment) asked(id floor.LineID) *Line {
	for i := range a.Lines {
		if a.Lines[i].ID == id {
			return &a.Lines[i]
		}
	}
	return nil
}

// Of sums up an order. Assignments come oldest first; those that were rejected count for nothing.
//
// Of each line, every unit is in one place: held by a site, cancelled, or open. What a site declined, could not
// find or had taken back from it is open again at once, while the rest goes on; once another site has it, it is
// not open any more, however often this is worked out anew.
func Of(o *Order, as []Assignment) Progress {
	p := Progress{State: Waiting, Lines: make([]LineProgress, len(o.Lines)), Units: []UnitProgress{}}
	for i := range o.Lines {
		p.Lines[i] = lineOf(o, &o.Lines[i], as)
	}
	for i := range as {
		if as[i].State != AssignmentRejected && as[i].Folded != nil {
			p.Units = append(p.Units, units(&as[i])...)
		}
	}
	p.sum(o, as)
	return p
}

func lineOf(o *Order, l *Line, as []Assignment) LineProgress {
	lp := LineProgress{Line: l.ID, SKU: l.SKU, Qty: l.Qty, Parts: []PartAt{}}
	shares := make([]share, len(as))
	held, back := 0, 0
	for i := range as {
		if asked := as[i].asked(l.ID); asked != nil {
			shares[i] = as[i].shareOf(asked)
			held, back = held+shares[i].held(), back+shares[i].back
		}
	}
	dropped := l.Dropped
	for i := range o.Asks {
		at := slices.IndexFunc(as, func(a Assignment) bool { return a.ID == o.Asks[i].Assignment })
		inHouse := 0
		if at >= 0 {
			inHouse = shares[at].inHouse
		}
		dropped += o.Asks[i].dropped(l.ID, inHouse)
	}
	dropped = max(0, min(dropped, l.Qty-held))
	lp.Open = max(0, l.Qty-held-dropped)
	lp.Moved = max(0, back-lp.Open)
	// What is open is shown where it was given back last.
	open, budget := lp.Open, make([]int, len(as))
	for i := len(as) - 1; i >= 0; i-- {
		budget[i] = min(open, shares[i].back)
		open -= budget[i]
	}
	for i := range as {
		lp.parts(&as[i], l.ID, shares[i], budget[i])
	}
	if open > 0 {
		lp.Parts = append(lp.Parts, PartAt{State: PartWaiting, Qty: open})
	}
	if dropped > 0 {
		lp.Parts = append(lp.Parts, PartAt{State: floor.CancelledPart, Qty: dropped})
	}
	return lp
}

// parts adds what an assignment has of a line, and so many of the units it gave back.
func (lp *LineProgress) parts(a *Assignment, id floor.LineID, s share, open int) {
	asked := a.asked(id)
	if asked == nil || a.State == AssignmentRejected {
		return
	}
	var l *floor.Line
	if a.Folded != nil {
		l = a.Folded.Line(id)
	}
	if l == nil && a.Away != nil {
		return
	}
	if l == nil {
		lp.Parts = append(lp.Parts, PartAt{State: PartSent, Qty: asked.Qty, Site: a.Site})
		return
	}
	for _, part := range a.Folded.Parts(l) {
		n := part.Qty
		if a.Away != nil && part.State.InHouse() {
			continue // another's now
		}
		switch part.State {
		case floor.ShortPart, floor.Declined:
			n = min(n, open)
			open -= n
		case floor.CancelledPart:
			n = s.final + min(open, s.returned)
		}
		if n > 0 {
			lp.Parts = append(lp.Parts, PartAt{State: part.State, Qty: n, Site: a.Site, Unit: part.Unit})
		}
	}
	lp.Short += l.Short()
	lp.Shorts = append(lp.Shorts, l.Shorts...)
	lp.Declined += l.Declined
	lp.Cancelled = append(lp.Cancelled, l.Cancelled...)
	if l.Decline != "" {
		lp.Decline = l.Decline
	}
}

// sum derives the order's state: while a site has some of it, the least that is done; then what became of it.
func (p *Progress) sum(o *Order, as []Assignment) {
	had, taken := false, false
	var live, later State
	for i := range as {
		a := &as[i]
		had = had || a.State != AssignmentRejected || !a.Later
		if a.State == AssignmentRejected {
			continue
		}
		taken = true
		st := Sent
		if a.Folded != nil {
			st = State(a.Folded.State())
		}
		if a.Away != nil && !a.Left() {
			continue
		}
		if a.Live() {
			if live == "" || slices.Index(States, st) < slices.Index(States, live) {
				live = st
			}
		} else if st == PutBack || st == CameBack {
			later = st
		}
	}
	open, cancelled, gone, handed := 0, 0, 0, 0
	for i := range p.Lines {
		l := &p.Lines[i]
		open += l.Open
		for _, part := range l.Parts {
			switch {
			case part.State == floor.CancelledPart:
				cancelled += part.Qty
			case part.State == floor.HandedOver, part.State == floor.ReturnedPart && o.Way() == floor.FlowPickup:
				handed += part.Qty
			case part.State.Left():
				gone += part.Qty
			}
		}
	}
	p.Choice = o.Way() == floor.FlowPickup && o.Chosen == nil && had && open > 0
	switch {
	case live != "":
		p.State = live
	case later != "":
		p.State = later
	case p.Choice:
		p.State = AwaitsChoice
	case open > 0 && (!taken || o.Chosen != nil):
		p.State = Waiting
	case gone+handed == 0 && open == 0 && cancelled > 0:
		p.State = Cancelled
	case gone+handed == 0:
		p.State = Unserved
	case gone == 0 && open+cancelled == 0:
		p.State = HandedOver
	case gone == 0:
		p.State = HandedPart
	case open+cancelled == 0:
		p.State = Shipped
	default:
		p.State = Exception
	}
}

// Reroute names the units of an order that no site has: never given to one, or declined, short or taken back
// by the centre. What the customer cancelled, refused or never fetched goes nowhere, and what another site has
// already is not offered twice.
func Reroute(p Progress) []Line {
	var out []Line
	for _, l := range p.Lines {
		if l.Open > 0 {
			out = append(out, Line{ID: l.Line, SKU: l.SKU, Qty: l.Open})
		}
	}
	return out
}

// InHouse is how many units of a line an assignment still has to serve.
func (a *Assignment) InHouse(id floor.LineID) int {
	if asked := a.asked(id); asked != nil {
		return a.shareOf(asked).inHouse
	}
	return 0
}

// GaveBack says whether a site gave back units of a line.
func (a *Assignment) GaveBack(id floor.LineID) bool {
	asked := a.asked(id)
	return asked != nil && a.shareOf(asked).back > 0
}

// Wanted is how many units of a line an assignment is to serve in all, those that left counted.
func (a *Assignment) Wanted(id floor.LineID) int {
	if asked := a.asked(id); asked != nil {
		s := a.shareOf(asked)
		return s.inHouse + s.left
	}
	return 0
}
