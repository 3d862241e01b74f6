package contract

import (
	"time"

	"picket/edge/floor"
	"picket/sync/wire"
)

// goods are the checks of what an OMS makes of what a site tells: units that were not found, a change that came too late, a
// clock that is wrong, units that are kept for it.
var goods = []check{
	{id: "resourced", rule: "1.10 row 8", profile: "B", title: "Units that a site does not find are given to another one that has them",
		do:   "Take picket.pick.short.v1 as the fact it is: whoever holds the unit has it. Give those units of the order to another site that has them, under an order id and an assignment of their own.",
		play: two((*player).resourced)},
	{id: "amended", rule: "1.10 row 16", profile: "B", title: "A change to an order that is begun is asked for once, and the site's answer is the last word",
		do:   "Ask by picket.order.change.v1 with what is to be different. picket.amend.accepted.v1 says what the order is now, picket.amend.refused.v1 which fields stay as they were: do not ask again for the same wish.",
		play: (*player).changed},
	{id: "late_time", rule: "1.10 row 22", profile: "B", title: "An order that is let go of under a clock that is behind is free all the same",
		do:   "Fold a site's facts by (log, seq), never by their time: a release of three hours ago may follow upon an acceptance of just now.",
		play: two((*player).lateTime)},
	{id: "allotments", rule: "allotments", profile: "B", title: "Orders draw no more of what a site keeps for the OMS than it granted and still has",
		do:   "Reckon granted + overdrawn − broken − given back − drawn, over the site's facts, and take what you promise off it before you send the order; allotted is at most qty of its line. What was granted counts, not what was asked for.",
		play: (*player).allotments},
}

// fresh is an order the site has not had before, from a place in its feed on; nil when none comes in time.
func (p *player) fresh(n int, d time.Duration) (a *floor.Assign) {
	p.gets(n, d, func(t *told) bool {
		c, ok := t.cmd.(*floor.Assign)
		for i := range p.feed.told[:n] {
			had, is := p.feed.told[i].cmd.(*floor.Assign)
			ok = ok && !(is && had.Order == c.Order)
		}
		if ok {
			a = c
		}
		return ok
	})
	return a
}

// accepts has the site take an order, and begin it.
func (p *player) accepts(a *floor.Assign) bool {
	from := p.tell(&floor.OrderTaken{Assign: *a})
	var lines []floor.LineID
	for _, l := range a.Lines {
		lines = append(lines, l.Line)
	}
	p.tell(&floor.OrderAccepted{Order: a.Order, Lines: lines})
	return p.deliver(from, p.begins(a))
}

func (p *player) begins(a *floor.Assign) wire.Seq {
	return p.tell(&floor.PickStarted{Order: a.Order, Picker: "nobody-the-centre-knows"})
}

// resourced has both sites hold what an order asks for, and the one that gets it find none.
func (p *player) resourced() (Outcome, string) {
	a, o, said := p.newOrder() // its goods are some that the OMS knows
	if o != Kept {
		return o, said
	}
	for _, x := range []*player{p, p.twin} {
		from := x.log.head() + 1
		for _, l := range a.Lines {
			x.tell(&floor.StockAdjusted{SKU: l.SKU, Bin: "CONTRACT-TEST", Delta: 1000, Reason: "contract test"})
		}
		if !x.deliver(from, x.log.head()) {
			return broken("that a site has the goods was not taken")
		}
	}
	here, there := len(p.feed.told), len(p.twin.feed.told)
	if said := p.ask(Spread, ""); said != "" {
		return unseen("%s", said)
	}
	loser, other, n := p, p.twin, there
	a = nil
	for until := time.Now().Add(p.patient()); a == nil && time.Now().Before(until); {
		if a = p.fresh(here, 50*time.Millisecond); a == nil {
			if a = p.twin.fresh(there, 50*time.Millisecond); a != nil {
				loser, other, n = p.twin, p, here
			}
		}
	}
	if a == nil {
		return broken("no picket.order.assigned.v1 came to either site within %s of the OMS saying that the order is given", p.patient())
	}
	if !loser.accepts(a) {
		return broken("the site's answer to the order was not taken")
	}
	if other.gets(n, 0, given(a)) {
		return unseen("order %s was given to both sites from the first", a.Number)
	}
	from := loser.log.head() + 1
	for _, l := range a.Lines {
		loser.tell(&floor.PickShort{Order: a.Order, Line: l.Line, SKU: l.SKU, Qty: l.Qty, Reason: floor.NotInStock, Bin: "CONTRACT-TEST"})
	}
	if !loser.deliver(from, loser.log.head()) {
		return broken("that the goods of order %s are not there was not taken", a.Number)
	}
	if !other.gets(n, p.patient(), given(a)) {
		return broken("site %s found nothing of order %s, and site %s, which has the goods, was not given it within %s: the customer waits for what nobody sends", loser.cfg.Site, a.Number, other.cfg.Site, p.patient())
	}
	return kept()
}

// changed refuses a change once, and takes one.
func (p *player) changed() (Outcome, string) {
	a, o, said := p.newOrder()
	if o != Kept {
		return o, said
	}
	if seq := p.begins(a); !p.deliver(seq, seq) {
		return broken("that the order is begun was not taken")
	}
	for _, takes := range []bool{false, true} {
		n := len(p.feed.told)
		if said := p.ask(Change, string(a.Order)); said != "" {
			return unseen("%s", said)
		}
		var c *floor.Change
		var id string
		if !p.gets(n, p.patient(), func(t *told) bool {
			x, ok := t.cmd.(*floor.Change)
			if ok = ok && x.Order == a.Order; ok {
				c, id = x, t.id
			}
			return ok
		}) {
			return broken("order %s was changed, and no picket.order.change.v1 came within %s: the site serves what it was", a.Number, p.patient())
		}
		answer := floor.Event(&floor.ChangeRefused{Order: a.Order, Fields: []floor.NotTaken{{Field: "note", State: floor.Picking}}})
		if takes {
			answer = taken(a, c)
		}
		mark := len(p.feed.told)
		seq := p.answer(id, answer)
		if !p.deliver(seq, seq) {
			return broken("the site's answer to the change was not taken")
		}
		if p.gets(mark, p.cfg.Quiet, func(t *told) bool { x, ok := t.cmd.(*floor.Change); return ok && x.Order == a.Order }) {
			return broken("the change came again although it was answered by %s", answer.Type())
		}
	}
	return kept()
}

// taken says of a change that all of it was done; quantities are told as differences.
func taken(a *floor.Assign, c *floor.Change) *floor.ChangeTaken {
	out := &floor.ChangeTaken{Order: c.Order, ShipTo: c.ShipTo, Carrier: c.Carrier, Service: c.Service, Due: c.Due, Note: c.Note}
	for _, q := range c.Lines {
		for _, l := range a.Lines {
			if l.Line == q.Line && l.Qty != q.Qty {
				out.Lines = append(out.Lines, floor.LineQty{Line: q.Line, Qty: q.Qty - l.Qty})
			}
		}
	}
	return out
}

// lateTime lets go of an order under a time from before the site had it.
func (p *player) lateTime() (Outcome, string) {
	a, o, said := p.newOrder()
	if o != Kept {
		return o, said
	}
	n, theirs := len(p.feed.told), len(p.twin.feed.told)
	if said := p.ask(Back, string(a.Order)); said != "" {
		return unseen("%s", said)
	}
	if !p.gets(n, p.patient(), recallOf(a)) {
		return broken("no picket.order.recall.v1 for %s came within %s", a.Order, p.patient())
	}
	e := &floor.RecallGranted{Order: a.Order, Cause: floor.ByCentre, Progress: floor.Accepted, Lines: linesOf(a, floor.Accepted)}
	seq := p.writeAs(p.id()+"/0", e.Type(), e.Subject(), e, time.Now().Add(-3*time.Hour))
	if !p.deliver(seq, seq) {
		return broken("that the site let go of it was not taken")
	}
	if !p.twin.gets(theirs, p.patient(), given(a)) {
		return broken("the site let go of order %s by a clock three hours behind, and the second site, which was to have it, was not given it within %s", a.Number, p.patient())
	}
	return kept()
}

// allotments grants one unit of what was asked for, and adds up what orders draw, before and after it is gone.
func (p *player) allotments() (Outcome, string) {
	n := len(p.feed.told)
	if said := p.ask(Keep, ""); said != "" {
		return unseen("%s", said)
	}
	var asked *floor.AskAllotment
	var id string
	if !p.gets(n, p.patient(), func(t *told) bool {
		c, ok := t.cmd.(*floor.AskAllotment)
		if ok {
			asked, id = c, t.id
		}
		return ok
	}) {
		return broken("no picket.allotment.ask.v1 came within %s of the OMS saying that it asked", p.patient())
	}
	seq := p.answer(id, &floor.AllotmentGranted{SKU: asked.SKU, Asked: asked.Qty, Qty: 1, Left: 1})
	if !p.deliver(seq, seq) {
		return broken("that one unit is kept was not taken")
	}
	left := 1
	for _, gone := range []bool{false, true} {
		if gone {
			seq := p.tell(&floor.AllotmentBroken{SKU: asked.SKU, Qty: int64(left), Left: 0})
			if !p.deliver(seq, seq) {
				return broken("that nothing is kept any more was not taken")
			}
			left = 0
		}
		a, o, said := p.newOrder()
		if o != Kept {
			return o, said
		}
		for _, l := range a.Lines {
			switch {
			case l.Allotted > l.Qty:
				return broken("line %s of order %s draws %d of what is kept, and asks for %d", l.Line, a.Number, l.Allotted, l.Qty)
			case l.SKU == asked.SKU:
				left -= l.Allotted
			}
		}
		switch {
		case left < 0 && gone:
			return broken("order %s draws what the site keeps, behind its word that nothing is kept any more: it was promised twice", a.Number)
		case left < 0:
			return broken("one unit of %s was granted, and order %s draws %d: that was asked for, and never granted", asked.SKU, a.Number, 1-left)
		}
	}
	return kept()
}
