package site

import (
	"context"
	"log/slog"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// cutOff is how long the line has to be down before the site counts as cut off: while it is, no order on the
// shelf expires.
const cutOff = time.Minute

// What leaves the floor at one look at most: commands of orders for the archive, and announced returns. A backlog
// takes several looks, so that whoever stands at a screen never waits behind it.
const (
	leaveAtOnce = 4
	lapseAtOnce = 32
)

// Clock is where a site has the time from. Somebody who plays days in minutes brings another than the box's.
type Clock struct {
	Now   func() time.Time
	Ticks <-chan time.Time // when to look what time brings; nil: every 15 seconds
}

// clock gives the commands that only time asks for: orders nobody came for, customers to be reminded, the
// site being cut off and back, numbers that run low, what is kept for the centre and is not there, orders that are over and announced returns nobody brought. Every one is decided by the floor, so asking too often changes nothing.
type clock struct {
	feed    *web.Feed
	door    *node.Door
	central bool      // there is a centre to be cut off from
	born    time.Time // nobody has been down for longer than this box runs
	clock   Clock
	log     *slog.Logger
	seen    func() error // writes down how far the journal is
	erase   *eraser      // what is personal of orders that are over
}

func (c *clock) run(ctx context.Context) error {
	ticks := c.clock.Ticks
	if ticks == nil {
		t := time.NewTicker(15 * time.Second)
		defer t.Stop()
		ticks = t.C
	}
	for {
		for _, cmd := range c.due(c.clock.Now()) {
			a, err := c.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("clock:" + newID())}, Command: cmd})
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				c.log.Warn("what time brings waits", "command", cmd.Kind(), "err", err)
			case a.Refusal != nil:
				c.log.Warn("the floor would not do what time brings", "command", cmd.Kind(), "refusal", a.Refusal.Words())
			default:
				if err := c.feed.Reach(ctx, a.Seq); err != nil {
					return nil // closing
				}
			}
		}
		if c.erase != nil {
			if err := c.erase.look(ctx, c.clock.Now()); err != nil && ctx.Err() == nil {
				c.log.Warn("what is personal of orders that are over waits to be erased", "err", err)
			}
		}
		if err := c.seen(); err != nil {
			c.log.Warn("how far the journal is could not be written down", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticks:
		}
	}
}

// due lists what is to be done at a moment.
func (c *clock) due(now time.Time) (out []floor.Command) {
	c.feed.Look(func(b *view.Board) {
		link, down := b.Link(), b.CutOff()
		switch {
		case c.central && !link.Up && !down && now.Sub(later(link.Since, c.born)) >= cutOff:
			out = []floor.Command{&floor.LineDown{}} // before it is said, the clocks on the shelf seem to run
			return
		case down && (link.Up || !c.central):
			out = append(out, &floor.LineUp{})
		}
		if c.central && !link.Up && !down {
			return // just started, or the line hiccups: nothing is given up before it is known whether it is down
		}
		if b.Whole() {
			out = append(out, &floor.EndRecovery{})
		}
		for _, kind := range b.LowNumbers() {
			out = append(out, &floor.AskNumbers{Number: kind})
		}
		if b.AllotmentsBroken() {
			out = append(out, &floor.CheckAllotments{})
		}
		expired, remind := b.Overdue(now)
		for _, id := range expired {
			out = append(out, &floor.Expire{Order: id})
		}
		for _, id := range remind {
			out = append(out, &floor.Remind{Order: id})
		}
		orders, returns := b.Over(now, leaveAtOnce)
		for _, ids := range orders {
			out = append(out, &floor.ArchiveOrders{Orders: ids})
		}
		for i, job := range b.PrintsOver(now) {
			if i == lapseAtOnce {
				break
			}
			out = append(out, &floor.LapsePrint{Job: job})
		}
		for i, job := range b.PrintsExpired(now) {
			if i == lapseAtOnce {
				break
			}
			out = append(out, &floor.ExpirePrint{Job: job})
		}
		for _, id := range returns[:min(len(returns), lapseAtOnce)] {
			out = append(out, &floor.LapseReturn{Return: id})
		}
	})
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
