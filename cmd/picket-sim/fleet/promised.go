package fleet

import (
	"context"
	"fmt"
	"math"
	"time"

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// What the centre promises of a site it does not hear (SYNC 1.10), held against a reckoning of the world's own: the site's
// records as far as the centre has read them, what left the site and arrived, and the formula as the page has it.

// reckoning is the world's own idea of what the centre can know of a site.
type reckoning struct {
	s      *site
	floor  *floor.State // of the records the centre has interpreted
	at     int          // how many
	told   wire.Seq     // how long its feed was then
	heard  time.Time    // when what arrived last had left the site
	short  map[floor.SKU]int64
	sales  []oversold
	given  map[floor.AssignmentID]bool // orders it was given when it was last looked at
	looked time.Time                   // when this was last held against the centre: it may have died behind what it told
}

// oversold is more promised than is there, because goods went.
type oversold struct {
	sku floor.SKU
	by  int64
	at  time.Time
}

func newReckoning(s *site) *reckoning {
	if s.w.sent == nil {
		s.w.sent = map[string]time.Time{}
	}
	return &reckoning{s: s, floor: floor.NewState(), short: map[floor.SKU]int64{}, given: map[floor.AssignmentID]bool{}}
}

// noteHeard remembers as of when the centre can know a site. What the broker says of it is no word of its own.
func (c *centre) noteHeard(d linktest.Delivery) {
	if c.w.sent == nil {
		return
	}
	t, err := wire.ParseTopic(d.Topic)
	if s := c.w.at(floor.SiteID(t.Site)); err == nil && s != nil && t.Channel != wire.ChannelState {
		if at := c.w.sent[string(d.Payload)]; at.After(s.reckoned.heard) {
			s.reckoned.heard = at
		}
	}
}

// grace is what counts as fresh, and for how long the network's echo of what was said in a session may keep it open.
const grace = order.Fresh + 2*time.Minute

// age is the least that the centre's knowledge of the site can be old.
func (r *reckoning) age() time.Duration { return max(0, r.s.w.now.Sub(r.heard)-grace) }

func longest(c *order.Caution) time.Duration {
	switch {
	case c.MaxAge > 0:
		return time.Duration(c.MaxAge) * time.Hour
	case c.Kind == "warehouse":
		return 48 * time.Hour
	}
	return 12 * time.Hour
}

// read brings the reckoning to where the centre stands, and tells of what goods went.
func (r *reckoning) read(tx store.Tx) (went map[floor.SKU]bool, err error) {
	m, err := tx.Mark(r.s.id)
	if err != nil {
		return nil, err
	}
	went = map[floor.SKU]bool{}
	for ; r.at < min(int(m.Folded), len(r.s.ledger.records)); r.at++ {
		rec := r.s.ledger.records[r.at]
		floor.ApplyRecord(r.floor, rec)
		switch e := rec.Event.(type) {
		case *floor.TillSold:
			went[e.SKU] = e.Qty > 0 || went[e.SKU]
		case *floor.CountConfirmed:
			for _, v := range e.Lines {
				went[v.SKU] = v.Delta < 0 || went[v.SKU]
			}
		}
	}
	return went, nil
}

// stands is what bins have of an item, one below zero counting as empty, and what live orders take of it; was leaves out
// orders that came since the last look: a site that has most of an order is given all of it.
func (r *reckoning) stands(tx store.Tx) (bins, open, was map[floor.SKU]int64, err error) {
	bins, open, was = map[floor.SKU]int64{}, map[floor.SKU]int64{}, map[floor.SKU]int64{}
	for id, p := range r.floor.Places {
		if id.Bin() != "" {
			for sku, n := range p.Qty {
				bins[sku] += max(0, n)
			}
		}
	}
	live, err := tx.LiveAt(r.s.id)
	for i := range live {
		lines := live[i].Lines
		if o := r.floor.Orders[live[i].At]; o != nil && live[i].Folded != nil {
			lines = nil
			for j := range o.Lines {
				lines = append(lines, order.Line{SKU: o.Lines[j].SKU, Qty: o.Lines[j].ToPick()})
			}
		}
		for _, l := range lines {
			open[l.SKU] += int64(l.Qty)
			if r.given[live[i].ID] {
				was[l.SKU] += int64(l.Qty)
			}
		}
	}
	return bins, open, was, err
}

// watch holds what the centre has just interpreted against the notices: what was promised and is there no more is told.
func (r *reckoning) watch(tx store.Tx) error {
	went, err := r.read(tx)
	if err != nil {
		return err
	}
	bins, open, was, err := r.stands(tx)
	for _, it := range r.s.w.items {
		if by := was[it.SKU] - bins[it.SKU]; by > r.short[it.SKU] && went[it.SKU] {
			r.s.w.say(r.s.tag("world"), "%d of %s are promised and not there, %d were before", by, it.SKU, r.short[it.SKU])
			r.sales = append(r.sales, oversold{it.SKU, by, r.looked})
		}
		r.short[it.SKU] = max(0, open[it.SKU]-bins[it.SKU])
	}
	r.looked = r.s.w.now
	return err
}

// simple says whether the centre's pos is the site's seq, so that it can be reckoned what the centre has read.
func (s *site) simple() bool {
	return s.reckoned != nil && s.restores == 0 && s.w.centre.restores == 0 && older(s.w.seed) == nil
}

// given looks at what the centre has just read and given away.
func (c *centre) given() {
	w := c.w
	if w.mix.Inquiries == 0 {
		return
	}
	for _, s := range w.sites {
		if !s.simple() {
			continue
		}
		c.look(func(tx store.Tx) error {
			age := s.reckoned.age()
			m, err := tx.Mark(s.id)
			if err != nil {
				return err
			}
			told, _, err := tx.FeedHead(s.id, m.Lineage)
			if err != nil || int(m.Folded) == s.reckoned.at && told == s.reckoned.told {
				return err // nothing was read, and nothing given
			}
			s.reckoned.told = told
			if err := s.reckoned.watch(tx); err != nil {
				return err
			}
			live, err := tx.LiveAt(s.id)
			for i := range live {
				a := &live[i]
				if s.reckoned.given[a.ID] {
					continue
				}
				s.reckoned.given[a.ID] = true
				o, err := tx.Order(a.Order)
				if err != nil {
					return err
				}
				if age > longest(s.caution) && o.Site == "" && o.Chosen == nil && !drawn(a.Lines) {
					w.fail("P6", "order %s is given to %s, which was heard %s ago", a.At, s.id, age)
				}
			}
			return err
		})
	}
}

// inquire is a channel asking what is promised.
func (c *centre) inquire() {
	w := c.w
	if w.mix.Inquiries == 0 {
		return
	}
	c.later(w.between(0, time.Duration(2/w.mix.Inquiries*float64(time.Second))), func() {
		stock, err := c.clerk.Stock(context.Background(), "", nil, func(floor.SiteID) time.Time { return time.Time{} })
		if err != nil {
			w.say("centre", "what is promised: %v", err)
		}
		c.given()
		w.watchKept()
		for _, s := range w.sites {
			if s.simple() {
				c.look(func(tx store.Tx) error { return s.reckoned.hold(tx, stock) })
			}
		}
		c.inquire()
	})
}

// hold holds what was answered against the formula.
func (r *reckoning) hold(tx store.Tx, stock []clerk.StockView) error {
	bins, open, _, err := r.stands(tx)
	if err != nil {
		return err
	}
	w, c, age := r.s.w, r.s.caution, r.age()
	w.asked++
	for _, v := range stock {
		if v.Site != r.s.id {
			continue
		}
		drift := 0.0
		if c.Sigma != nil && age > 0 {
			drift = math.Ceil(1.64 * *c.Sigma * math.Sqrt(age.Hours()))
		}
		most := max(0, bins[v.SKU]-open[v.SKU]-c.Floor-int64(drift))
		if age > longest(c) || r.heard.IsZero() {
			most = 0
		}
		most = r.most(v.SKU, most)
		if v.Promise.ATP > most || v.Free > most {
			w.fail("P6", "%d of %s are promised at %s, and %d may be: %d in bins, %d for orders, %d always kept, %g by its age of %s", max(v.Free, v.Promise.ATP), v.SKU, r.s.id, most, bins[v.SKU], open[v.SKU], c.Floor, drift, age)
		}
	}
	return nil
}

// thePromises: what was oversold was told, and nobody waits without a word.
func (w *world) thePromises() (bad error) {
	if w.mix.Inquiries == 0 {
		return nil
	}
	notices, err := w.centre.clerk.Notices(context.Background())
	if err != nil {
		return err
	}
	for _, s := range w.sites {
		if !s.simple() {
			continue
		}
		for _, x := range s.reckoned.sales {
			told := false
			for _, n := range notices {
				told = told || n.What == "atp.oversold" && n.Site == s.id && n.About == string(x.sku) && !n.At.Before(x.at.Add(-time.Second))
			}
			if !told {
				return fmt.Errorf("P6 %d of %s were promised at %s and are not there, since %s; no notice says so", x.by, x.sku, s.id, x.at.Sub(w.dawn))
			}
		}
	}
	w.centre.look(func(tx store.Tx) error {
		all, err := tx.FindOrders(store.Filter{Most: 10_000})
		for i := range all {
			o := &all[i]
			as, err := tx.Assignments(o.ID)
			if err != nil {
				return err
			}
			p := order.Of(o, as)
			for _, l := range p.Lines {
				if l.Open > 0 && o.Routing.Rest == "" && (o.State != order.Waiting || o.Routing.Words == "") {
					bad = fmt.Errorf("P6 %d of line %s of order %s are nobody's, and nothing says so: it is %s, %+v", l.Open, l.Line, o.Number, o.State, o.Routing)
				}
			}
		}
		return err
	})
	return bad
}
