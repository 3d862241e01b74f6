package contract

import (
	"context"
	"fmt"
	"time"

	"picket/edge/floor"
	"picket/sync/wire"
)

// orders are the checks of what moves authority: assignment and recall.
var orders = []check{
	{id: "assign", rule: "R8", profile: "A", title: "An order comes as picket.order.assigned.v1, and its answer is taken",
		do: "Put the order into the site's feed as schema/down/picket.order.assigned.v1.json says; it is the site's once picket.assignment.taken.v1 comes back.",
		play: func(p *player) (Outcome, string) {
			_, o, said := p.newOrder()
			return o, said
		}},
	{id: "one_window", rule: "S1", profile: "A", title: "A site with a window of one is sent one batch at a time",
		do:   "Hold the second batch back until the first is acknowledged when the site's last ack says window 1.",
		play: (*player).oneWindow},
	{id: "sold_in_count", rule: "P2", profile: "A", title: "An order that is given while a bin is counted comes, and the count is taken behind it",
		do:   "A reservation moves nothing: give orders while a site counts, take its count as the difference it is, and find another source for what is promised and not there.",
		play: (*player).soldInCount},
	recalled("recall_begun_not", "An order that is taken back is asked for, and stays away once the site let it go", func(p *player, a *floor.Assign) {}, floor.Accepted, false),
	recalled("recall_picked", "The same when it is picked already", func(p *player, a *floor.Assign) {
		for _, l := range a.Lines {
			p.tell(&floor.PickConfirmed{Order: a.Order, Line: l.Line, SKU: l.SKU, Qty: l.Qty, Bin: "CONTRACT-TEST"})
		}
	}, floor.Picked, false),
	recalled("recall_left", "The same when it has left: the site refuses, and is not asked again", func(p *player, a *floor.Assign) {
		var in []floor.Content
		for _, l := range a.Lines {
			in = append(in, floor.Content{Line: l.Line, SKU: l.SKU, Qty: l.Qty})
			p.tell(&floor.PickConfirmed{Order: a.Order, Line: l.Line, SKU: l.SKU, Qty: l.Qty, Bin: "CONTRACT-TEST"})
		}
		p.tell(&floor.UnitLeft{Order: a.Order, Unit: "395200010000000010", Carrier: "CONTRACT", Contents: in})
	}, floor.ShippedPart, true),
}

// ask has the OMS do something; said is why it did not.
func (p *player) ask(what Action, order string) (said string) {
	if p.cfg.Do == nil {
		return "nobody can have the OMS do it: give --do " + string(what) + "=COMMAND, or --ask"
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.cfg.Attend)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- p.cfg.Do(ctx, what, order) }()
	for {
		select {
		case err := <-done:
			if err != nil {
				return fmt.Sprintf("the OMS did not do it (%s): %v", what, err)
			}
			return ""
		case <-ctx.Done():
			return fmt.Sprintf("the OMS did not do it (%s) within %s", what, p.cfg.Attend)
		default: // a site that goes silent meanwhile would lose its session
			p.listen(time.Now().Add(20 * time.Millisecond))
			if p.twin != nil {
				p.twin.listen(time.Now().Add(10 * time.Millisecond))
			}
		}
	}
}

// patience for something the OMS does behind the scenes.
func (p *player) patient() time.Duration { return 2 * p.cfg.Patience }

// newOrder gets an order from the OMS and answers it.
func (p *player) newOrder() (*floor.Assign, Outcome, string) { return p.newOrderBy(Order) }

func (p *player) newOrderBy(what Action) (*floor.Assign, Outcome, string) {
	n := len(p.feed.told)
	had := map[floor.OrderID]bool{} // a feed issued anew brings them once more
	for i := range p.feed.told {
		if c, ok := p.feed.told[i].cmd.(*floor.Assign); ok {
			had[c.Order] = true
		}
	}
	if said := p.ask(what, ""); said != "" {
		return nil, NotSeen, said
	}
	var a *floor.Assign
	find := func(*got) bool {
		for ; n < len(p.feed.told); n++ {
			if c, ok := p.feed.told[n].cmd.(*floor.Assign); ok && !had[c.Order] {
				a = c
				return true
			}
		}
		return false
	}
	if !find(nil) && p.await(p.mark(), p.patient(), find) == nil {
		return nil, Broken, "no picket.order.assigned.v1 came within " + p.patient().String() + " of the OMS saying that the order is given"
	}
	if a.Order == "" || a.Assignment == "" || len(a.Lines) == 0 {
		return nil, Broken, "the order has no id, no assignment or no lines"
	}
	from := p.tell(&floor.OrderTaken{Assign: *a})
	var lines []floor.LineID
	for _, l := range a.Lines {
		lines = append(lines, l.Line)
	}
	last := p.tell(&floor.OrderAccepted{Order: a.Order, Lines: lines})
	if !p.deliver(from, last) {
		return nil, Broken, "the site's answer to the order was not taken"
	}
	return a, Kept, ""
}

// recalled plays a recall of an order that got as far as begin brings it.
func recalled(id, title string, begin func(*player, *floor.Assign), progress floor.PartState, gone bool) check {
	return check{id: id, rule: "R8", profile: "A", title: title,
		do: "Ask by picket.order.recall.v1 {order, cause}. The order is the site's until picket.assignment.released.v1 comes; picket.recall.refused.v1 means that it stays. Take either as the last word and do not ask again for the same wish.",
		play: func(p *player) (Outcome, string) {
			a, o, said := p.newOrder()
			if o != Kept {
				return o, said
			}
			from := p.log.head() + 1
			begin(p, a)
			if p.log.head() >= from {
				if !p.deliver(from, p.log.head()) {
					return broken("what was done to the order was not taken")
				}
			}
			return p.recall(a, progress, gone)
		}}
}

func (p *player) recall(a *floor.Assign, progress floor.PartState, gone bool) (Outcome, string) {
	n := len(p.feed.told)
	asked := func(*got) bool {
		for ; n < len(p.feed.told); n++ {
			if c, ok := p.feed.told[n].cmd.(*floor.Recall); ok && c.Order == a.Order {
				n++
				return true
			}
		}
		return false
	}
	said := p.ask(Recall, string(a.Order))
	if said != "" && !gone {
		return unseen("%s", said)
	}
	heard := said == "" && (asked(nil) || p.await(p.mark(), p.patient(), asked) != nil)
	if !heard {
		if gone { // the OMS knew that it is too late, which is as well
			return kept()
		}
		return broken("no picket.order.recall.v1 for %s came within %s", a.Order, p.patient())
	}
	var lines []floor.LineState
	for _, l := range a.Lines {
		lines = append(lines, floor.LineState{Line: l.Line, Qty: l.Qty, State: progress})
	}
	var seq wire.Seq
	if gone {
		seq = p.tell(&floor.RecallRefused{Order: a.Order, Cause: floor.ByCustomer, Why: "left", Lines: lines})
	} else {
		seq = p.tell(&floor.RecallGranted{Order: a.Order, Cause: floor.ByCustomer, Progress: progress, Lines: lines})
	}
	if !p.deliver(seq, seq) {
		return broken("the site's answer to the recall was not taken")
	}
	if asked(nil) || p.await(p.mark(), p.cfg.Quiet, asked) != nil {
		return broken("the recall came again although it was answered")
	}
	return kept()
}

// oneWindow acknowledges nothing while two orders are given.
func (p *player) oneWindow() (Outcome, string) {
	if p.cfg.Do == nil {
		return NotSeen, p.ask(Order, "")
	}
	p.window = 1
	p.ackFeed(false)
	p.quiet = true
	defer func() {
		p.window, p.quiet = 16, false
		if p.session != "" {
			p.ackFeed(false)
		}
	}()
	delete(p.faults, "one_window")
	from := p.mark()
	head := p.feed.seq
	for range 2 {
		if said := p.ask(Order, ""); said != "" {
			return NotSeen, said
		}
		p.listen(time.Now().Add(p.cfg.Quiet / 2))
	}
	var first wire.Seq
	for _, g := range p.seen[from:] {
		if g.batch == nil || g.batch.Session != p.session || len(g.batch.Records) == 0 || g.batch.From <= head {
			continue
		}
		if first == 0 {
			first = g.batch.Last()
		}
		if g.batch.From > first {
			return broken("the batch from %d came while the one up to %d was not acknowledged", g.batch.From, first)
		}
	}
	if first == 0 {
		return unseen("no batch came for two orders")
	}
	return kept()
}

// soldInCount has the OMS give an order between the begin of a count and its end, which finds less than was promised.
func (p *player) soldInCount() (Outcome, string) {
	seq := p.tell(&floor.CountOpened{Count: "CONTRACT-TEST", Bins: []floor.BinID{"CONTRACT-TEST"}, What: "cycle", Blind: true})
	if !p.deliver(seq, seq) {
		return broken("that a count began was not taken")
	}
	a, o, said := p.newOrder()
	if o != Kept {
		return o, said
	}
	var less []floor.Variance
	for _, l := range a.Lines {
		less = append(less, floor.Variance{SKU: l.SKU, Delta: -l.Qty})
	}
	seq = p.tell(&floor.CountConfirmed{Count: "CONTRACT-TEST", Bin: "CONTRACT-TEST", End: time.Now().UTC(), Lines: less, Last: true})
	if !p.deliver(seq, seq) {
		return broken("the count that leaves order %s without its goods was not taken", a.Order)
	}
	return kept()
}
