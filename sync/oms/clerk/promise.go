package clerk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// What a site has is known as of when all it had told was folded. While it is not heard, people go on taking goods off
// its shelves, so less of them is promised the longer it lasts, and at last nothing (order.Caution). Age is by the
// centre's clock alone.

// promiseKey is where the centre keeps how a site's stock is promised.
const promiseKey = "promise"

// Known notes that all a site has told is folded, and says whether that was so long ago before that people may wait
// for it: then Fold looks at their orders.
func (c *Clerk) Known(site floor.SiteID) (back bool) {
	now := c.cfg.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	was, ever := c.known[site]
	c.known[site] = now
	if ever && now.Sub(was) < order.Fresh {
		return false
	}
	c.back[site] = true
	return true
}

// Meets notes as of when a site was known at the start, before it says hello: a hello is not all it has to tell.
func (c *Clerk) Meets(site floor.SiteID, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ever := c.known[site]; !ever && !at.IsZero() {
		c.known[site] = at
	}
}

func (c *Clerk) takeBack(site floor.SiteID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	back := c.back[site]
	delete(c.back, site)
	return back
}

func (c *Clerk) cameBack(site floor.SiteID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.back[site] = true
}

// age is how old the centre's knowledge of a site's stock is; negative for a site never heard. Of one that was not heard
// since the start it counts from when a batch was last stored.
func (c *Clerk) age(m *store.Mark, now time.Time, site floor.SiteID) time.Duration {
	c.mu.Lock()
	at, ever := c.known[site]
	c.mu.Unlock()
	if !ever {
		at = m.Heard
	}
	if at.IsZero() {
		return -1
	}
	return max(0, now.Sub(at))
}

// promises is how much of each item may be promised at a site.
type promises struct {
	caution order.Caution
	seen    map[floor.SKU]order.Drift
	age     time.Duration
	now     time.Time
	kept    map[floor.SKU]*order.Allotted
}

func (c *Clerk) promises(tx store.Tx, site floor.SiteID, skus []floor.SKU, now time.Time) (p promises, err error) {
	m, err := tx.Mark(site)
	if err != nil {
		return p, err
	}
	set, err := settingOf[order.Caution](tx, site, promiseKey)
	if err != nil {
		return p, err
	}
	if set != nil {
		p.caution = *set
	}
	if p.now = now; on(RuleAge) {
		p.age = c.age(&m, now, site)
	}
	if p.age >= order.Fresh {
		if p.seen, err = tx.Drift(site, skus); err != nil {
			return p, err
		}
	}
	p.kept, _, err = keptAt(tx, site, skus)
	return p, err
}

func (p *promises) of(l *store.Level) order.Promise {
	return p.caution.With(p.kept[l.SKU], l.Promised, l.Reserved, p.seen[l.SKU].Sigma(p.now), p.age)
}

// firm says that no more of an item is promised than the site keeps for the centre.
func (p *promises) firm(sku floor.SKU) bool {
	return (p.age < 0 || p.age >= order.Fresh) && p.kept[sku].Lives()
}

// Promising says what the age of a site's stock does to what is promised of it; "" when nothing.
func (c *Clerk) Promising(ctx context.Context, site floor.SiteID) (words string, err error) {
	now := c.cfg.Now()
	return words, c.st.View(ctx, func(tx store.Tx) error {
		p, err := c.promises(tx, site, nil, now)
		if err != nil {
			return err
		}
		switch longest := p.caution.Longest(); {
		case p.age < order.Fresh:
		case p.age > longest:
			words = "Nothing of its stock is promised: it was last heard " + order.Span(p.age) + " ago, and is promised for " + order.Span(longest) + " only."
		default:
			words = "Less of its stock is promised the longer it is not heard; behind " + order.Span(longest) + " nothing."
		}
		return nil
	})
}

// drifted is units of an item that went, or came where it is negative.
type drifted struct {
	sku floor.SKU
	qty int64
}

// went notes units that left the shelves without an order of the centre. What comes is no reason to promise less.
func (f *folding) went(sku floor.SKU, qty int) {
	if qty > 0 {
		f.left = append(f.left, drifted{sku, int64(qty)})
	}
}

func (f *folding) keepDrift() error {
	if len(f.left) == 0 {
		return nil
	}
	var skus []floor.SKU
	for _, d := range f.left {
		skus = append(skus, d.sku)
	}
	slices.Sort(skus)
	skus = slices.Compact(skus)
	seen, err := f.Drift(f.site, skus)
	if err != nil {
		return err
	}
	for _, d := range f.left {
		seen[d.sku] = seen[d.sku].Saw(d.qty, f.now)
	}
	for _, sku := range skus {
		if err := f.PutDrift(f.site, sku, seen[sku]); err != nil {
			return err
		}
	}
	return nil
}

// welcomeBack tries orders again that would have gone to a site if it had been heard.
func (w *work) welcomeBack(site floor.SiteID) error {
	ids, err := w.WaitingFor([]floor.SKU{agedAt(site)}, atOnce)
	if err != nil {
		return err
	}
	given := len(w.grown)
	for _, id := range ids {
		o, err := w.Order(id)
		if err != nil {
			return err
		}
		if err := w.route(&o, true); err != nil {
			return err
		}
	}
	if len(ids) == atOnce && len(w.grown) > given {
		w.c.cameBack(site) // the next fold takes the rest
	}
	return nil
}

// agedAt is the key of orders that wait for a site to be heard again.
func agedAt(s floor.SiteID) floor.SKU { return floor.SKU("~" + s) }

// cautions checks how a site's stock is to be promised.
func cautions(at string, c *order.Caution) (p order.Problems) {
	bad := func(field, why string, v any) { p = append(p, order.Problem{Field: at + field, Why: why, Value: v}) }
	if c.Kind != "" && c.Kind != "shop" && c.Kind != "warehouse" {
		bad("kind", "must be shop or warehouse", c.Kind)
	}
	if c.Floor < 0 || c.Floor > 1_000_000 {
		bad("floor", "must be 0 to 1000000", c.Floor)
	}
	if c.Z < 0 || c.Z > order.MaxSureness {
		bad("z", "must be 0 to "+strconv.Itoa(order.MaxSureness), c.Z)
	}
	if c.Sigma != nil && (*c.Sigma < 0 || *c.Sigma > 1_000_000) {
		bad("sigma", "must be 0 to 1000000", *c.Sigma)
	}
	if c.MaxAge < 0 || c.MaxAge > order.MaxAgeHours {
		bad("max_age_h", "must be 1 to "+strconv.Itoa(order.MaxAgeHours), c.MaxAge)
	}
	return p
}
