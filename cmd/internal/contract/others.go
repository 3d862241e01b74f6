package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/wire"
)

// others are the checks that take the OMS's people, and most of them a second site: an order forced elsewhere, a permit
// under way while the order is wanted back, a centre put back from its backup.
var others = []check{
	{id: "forced", rule: "1.10 row 4", profile: "B", title: "An order that is forced to another site comes there, and the first one is told",
		do:   "Nothing but a person's word takes an order from a site that has it and does not answer. Give it to the other site under an assignment of its own, and ask for it at the first one (picket.order.recall.v1), so that it hears of it when it is back.",
		play: two((*player).forced)},
	{id: "confirm_back", rule: "1.10 row 5", profile: "B", title: "An order without a permit goes back to the centre, and gets no permit behind that",
		do:   "In mode confirm you have the authority until the site took a permit: take the order back whenever you like, tell the site by picket.order.recall.v1, and permit nothing of it any more, whatever the site closes meanwhile.",
		play: two((*player).confirmBack)},
	{id: "permit_taken", rule: "1.10 row 6", profile: "B", title: "Once a permit is on its way the order is asked for, and stays where the permit was taken",
		do:   "A permit you sent may be in use before you hear of it. From then on do as with any order a site has: ask, and give it to nobody before picket.assignment.released.v1. picket.permit.taken.v1 with picket.recall.refused.v1 means that it stays.",
		play: two(func(p *player) (Outcome, string) { return p.permitCrossed(true) })},
	{id: "permit_let_go", rule: "1.10 row 6", profile: "B", title: "The same where the site lets go of it: it is the centre's again, and not permitted anew",
		do:   "picket.assignment.released.v1 gives the order back, a permit on its way or not. Do not permit it to that site again.",
		play: two(func(p *player) (Outcome, string) { return p.permitCrossed(false) })},
	{id: "restored", rule: "1.10 row 20", profile: "A", title: "A centre that was put back says so, hears what it forgot, and gives no id twice",
		do:   "After a restore draw a new gen, publish it on c/state and in challenges, raise the lineage of the feed of every site that has seen more of it, and take in what sites tell once more. Draw ids at random: a counter gives them twice.",
		play: (*player).restored},
	{id: "given_twice", rule: "1.10 row 7", profile: "A", title: "An order a site has had since before the restore is not left with two sites",
		do:   "After a restore give nothing that is older to any site before every site said hello and told all it had (Q1). What two sites have all the same is asked back from all but one.",
		play: two((*player).givenTwice)},
}

// two plays a check that takes both sites.
func two(play func(*player) (Outcome, string)) func(*player) (Outcome, string) {
	return func(p *player) (Outcome, string) {
		switch {
		case p.twin == nil:
			return unseen("it takes two sites: name another one that only this test uses by --second")
		case p.cfg.Do == nil:
			return unseen("%s", p.ask(Force, ""))
		}
		if err := p.twin.stands(); err != nil {
			return unseen("the second site has no session: %v", err)
		}
		return play(p)
	}
}

// stands gets a session where there is none any more: nobody listened for this site while the other one was played.
func (p *player) stands() error {
	if alive, _ := p.lives(); alive {
		return nil
	}
	return p.reopen()
}

// gets waits for a record of the feed from a place on that is wanted.
func (p *player) gets(n int, d time.Duration, want func(t *told) bool) bool {
	find := func(*got) bool {
		for ; n < len(p.feed.told); n++ {
			if want(&p.feed.told[n]) {
				return true
			}
		}
		return false
	}
	return find(nil) || p.await(p.mark(), d, find) != nil
}

// given is an assignment of the order: at another site it may have another id, its number stays.
func given(a *floor.Assign) func(*told) bool {
	return func(t *told) bool {
		c, ok := t.cmd.(*floor.Assign)
		return ok && (c.Number == a.Number || c.Order == a.Order || strings.HasPrefix(string(c.Order), string(a.Order)+"-"))
	}
}

func recallOf(a *floor.Assign) func(*told) bool {
	return func(t *told) bool { c, ok := t.cmd.(*floor.Recall); return ok && c.Order == a.Order }
}

func permitOf(a *floor.Assign) func(*told) bool {
	return func(t *told) bool { c, ok := t.cmd.(*floor.Permit); return ok && c.Order == a.Order }
}

// lets says that the site lets go of an order, how far it ever was.
func (p *player) lets(a *floor.Assign, progress floor.PartState) bool {
	seq := p.tell(&floor.RecallGranted{Order: a.Order, Cause: floor.ByCentre, Progress: progress, Lines: linesOf(a, progress)})
	return p.deliver(seq, seq)
}

func linesOf(a *floor.Assign, st floor.PartState) (out []floor.LineState) {
	for _, l := range a.Lines {
		out = append(out, floor.LineState{Line: l.Line, Qty: l.Qty, State: st})
	}
	return out
}

func (p *player) forced() (Outcome, string) {
	a, o, said := p.newOrder()
	if o != Kept {
		return o, said
	}
	mine, theirs := len(p.feed.told), len(p.twin.feed.told)
	if p.twin.gets(theirs, p.cfg.Quiet, given(a)) {
		return broken("order %s came to the second site although nobody had forced it", a.Number)
	}
	if said := p.ask(Force, string(a.Order)); said != "" {
		return unseen("%s", said)
	}
	if !p.twin.gets(theirs, p.patient(), given(a)) {
		return broken("order %s was forced, and did not come to the second site within %s", a.Number, p.patient())
	}
	if !p.gets(mine, p.patient(), func(t *told) bool {
		f, ok := t.cmd.(*floor.ForceElsewhere)
		return recallOf(a)(t) || ok && f.Order == a.Order
	}) {
		return broken("the first site was not told within %s that another one has order %s as well: both will ship it", p.patient(), a.Number)
	}
	if !p.lets(a, floor.Accepted) {
		return broken("that the first site let go of it was not taken")
	}
	return kept()
}

// confirmed gets an order under CONFIRM.
func (p *player) confirmed() (*floor.Assign, Outcome, string) {
	a, o, said := p.newOrderBy(Confirm)
	if o == Kept && a.Mode != floor.ModeConfirm {
		return nil, NotSeen, fmt.Sprintf("the order came in mode %s: an OMS that permits nothing (no Profile B) has no such rows", a.Mode)
	}
	return a, o, said
}

// closes packs an order: what asks for its permit.
func (p *player) closes(a *floor.Assign) bool {
	from := p.log.head() + 1
	unit := floor.UnitID(fmt.Sprintf("39520001%09d0", p.log.head()))
	p.tell(&floor.PickStarted{Order: a.Order, Picker: "nobody-the-centre-knows"})
	for _, l := range a.Lines {
		p.tell(&floor.PickConfirmed{Order: a.Order, Line: l.Line, SKU: l.SKU, Qty: l.Qty, Bin: "CONTRACT-TEST"})
	}
	p.tell(&floor.PickFinished{Order: a.Order})
	p.tell(&floor.UnitOpened{Order: a.Order, Unit: unit})
	for _, l := range a.Lines {
		p.tell(&floor.UnitFilled{Order: a.Order, Unit: unit, Line: l.Line, SKU: l.SKU, Qty: l.Qty})
	}
	last := p.tell(&floor.UnitSealed{Order: a.Order, Unit: unit, WeightG: 900})
	return p.deliver(from, last)
}

func (p *player) confirmBack() (Outcome, string) {
	a, o, said := p.confirmed()
	if o != Kept {
		return o, said
	}
	n := len(p.feed.told)
	if said := p.ask(Back, string(a.Order)); said != "" {
		return unseen("%s", said)
	}
	if !p.gets(n, p.patient(), recallOf(a)) {
		return broken("order %s was taken back, and the site was not told within %s", a.Number, p.patient())
	}
	if !p.closes(a) { // the floor had not heard it yet
		return broken("what was done to the order meanwhile was not taken")
	}
	if p.gets(n, p.cfg.Quiet, permitOf(a)) {
		return broken("order %s was permitted to leave behind its recall: it leaves twice", a.Number)
	}
	mark := len(p.feed.told)
	if !p.lets(a, floor.Packed) {
		return broken("that the site let go of it was not taken")
	}
	if p.gets(mark, p.cfg.Quiet, permitOf(a)) {
		return broken("order %s was permitted to leave behind its release: it leaves twice", a.Number)
	}
	return kept()
}

// permitCrossed has the centre want an order back while its permit is under way.
func (p *player) permitCrossed(taken bool) (Outcome, string) {
	a, o, said := p.confirmed()
	if o != Kept {
		return o, said
	}
	n, theirs := len(p.feed.told), len(p.twin.feed.told)
	if !p.closes(a) {
		return broken("that the order is packed was not taken")
	}
	if !p.gets(n, p.patient(), permitOf(a)) {
		return broken("the order is packed, and no picket.order.permit.v1 came within %s", p.patient())
	}
	if said := p.ask(Back, string(a.Order)); said != "" {
		return unseen("%s", said)
	}
	if p.twin.gets(theirs, p.cfg.Quiet, given(a)) {
		return broken("order %s was given to the second site while its permit was under way: both may let it leave", a.Number)
	}
	if !p.gets(n, p.patient(), recallOf(a)) {
		return broken("no picket.order.recall.v1 for %s came within %s", a.Order, p.patient())
	}
	if taken {
		from := p.tell(&floor.PermitTaken{Order: a.Order})
		last := p.tell(&floor.RecallRefused{Order: a.Order, Cause: floor.ByCentre, Why: "permit", Lines: linesOf(a, floor.Packed)})
		if !p.deliver(from, last) {
			return broken("that the permit was taken, and the recall refused, was not taken in")
		}
		if p.twin.gets(theirs, p.cfg.Quiet, given(a)) {
			return broken("order %s was given to the second site although the first one has its permit", a.Number)
		}
		return kept()
	}
	mark := len(p.feed.told)
	if !p.lets(a, floor.Packed) {
		return broken("that the site let go of it was not taken")
	}
	if p.gets(mark, p.cfg.Quiet, permitOf(a)) {
		return broken("order %s was permitted to leave once more, behind its release", a.Number)
	}
	return kept()
}

// putBack has the OMS put back to where it was before it gave an order, and gives that order. Its session is over.
func (p *player) putBack() (*floor.Assign, Outcome, string) {
	if said := p.ask(Backup, ""); said != "" {
		return nil, NotSeen, said
	}
	for _, x := range []*player{p, p.twin} { // it may have been stopped for that
		if x == nil || x.session == "" {
			continue
		}
		if alive, _ := x.lives(); !alive {
			if err := x.reopen(); err != nil {
				return nil, NotSeen, "after the backup: " + err.Error()
			}
		}
	}
	a, o, said := p.newOrder()
	if o != Kept {
		return nil, o, said
	}
	if said := p.ask(Restore, ""); said != "" {
		return nil, NotSeen, said
	}
	for _, x := range []*player{p, p.twin} {
		if x != nil && x.session != "" {
			x.closed()
		}
	}
	return a, Kept, ""
}

// whole leaves the sites as the checks that follow want them, whatever came of this one: all they wrote is told.
func (p *player) whole() {
	for _, x := range []*player{p, p.twin} {
		if x != nil && (x.session == "" || x.acked.Applied < x.log.head()) {
			_ = x.tellsAll() // the next check that needs a session says why there is none
		}
	}
}

// tellsAll says hello to a centre that was put back, and tells it what it forgot.
func (p *player) tellsAll() error {
	if p.session == "" {
		if err := p.reopen(); err != nil {
			return err
		}
	}
	for until := time.Now().Add(4 * p.patient()); p.acked.Applied < p.log.head(); {
		if time.Now().After(until) {
			return fmt.Errorf("its record %d is not taken in once more", p.acked.Applied+1)
		}
		if p.session == "" {
			if err := p.reopen(); err != nil {
				return err
			}
		}
		from := p.acked.Applied + 1
		p.deliver(from, min(from+99, p.log.head()))
	}
	return nil
}

func (p *player) restored() (Outcome, string) {
	life := p.gen
	defer p.whole()
	a, o, said := p.putBack()
	if o != Kept {
		return o, said
	}
	n := len(p.feed.told)
	if err := p.tellsAll(); err != nil {
		return broken("the site came back to the centre that was put back: %v", err)
	}
	if p.gen == life {
		return broken("gen is %s as before: no site can tell that the centre was put back, and what it forgot is never told again", p.gen)
	}
	p.listen(time.Now().Add(p.cfg.Quiet))
	if p.feed.reused != "" {
		return broken("record %s of the feed says something else than before the restore: ids are given twice", p.feed.reused)
	}
	if slices.ContainsFunc(p.feed.told[n:], func(t told) bool {
		c, ok := t.cmd.(*floor.Assign)
		return ok && c.Number == a.Number && c.Order != a.Order
	}) {
		return broken("order %s, which this site has, was given to it once more under another id", a.Number)
	}
	if p.twin != nil {
		if err := p.twin.tellsAll(); err != nil {
			return broken("the second site came back: %v", err)
		}
	}
	return kept()
}

func (p *player) givenTwice() (Outcome, string) {
	defer p.whole()
	a, o, said := p.putBack()
	if o != Kept {
		return o, said
	}
	if err := p.twin.tellsAll(); err != nil {
		return broken("the second site came back to the centre that was put back: %v", err)
	}
	theirs := len(p.twin.feed.told)
	if said := p.ask(Again, a.Number); said != "" {
		return unseen("%s", said)
	}
	early := p.twin.gets(theirs, p.cfg.Quiet, given(a))
	var seq wire.Seq
	if early { // the second site takes it: nobody told it not to
		c := p.twin.feed.told[len(p.twin.feed.told)-1].cmd
		if x, ok := c.(*floor.Assign); ok {
			seq = p.twin.tell(&floor.OrderTaken{Assign: *x})
			p.twin.deliver(seq, seq)
		}
	}
	n, behind := len(p.feed.told), len(p.twin.feed.told)
	if err := p.tellsAll(); err != nil {
		return broken("the first site came back: %v", err)
	}
	late := !early && p.twin.gets(theirs, p.cfg.Quiet, given(a))
	if !early && !late {
		return kept()
	}
	back := func(t *told) bool { _, ok := t.cmd.(*floor.Recall); return ok }
	if p.gets(n, p.patient(), recallOf(a)) || p.twin.gets(behind, p.cfg.Quiet, back) {
		return kept()
	}
	when := "before the first site was heard"
	if late {
		when = "although the first site had told that it has it"
	}
	return broken("order %s was given to the second site %s, and neither is asked for it: it is delivered twice", a.Number, when)
}
