package clerk

import (
	"errors"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// What is personal of an order is in no record: it goes to its site as rows beside the one that assigns it. A site that took
// that record back gets the rows with the feed, from where it remembers it. Where the centre was put back to before it gave
// the order, no feed has them any more: the site would have the order for ever, and no address to print.

// rowsAgain sends assignments again that only their sites remember, and that these took back. A site passes what it knows,
// and keeps the rows.
func (w *work) rowsAgain(o *order.Order, as []order.Assignment) error {
	for i := range as {
		a := &as[i]
		if !a.Lost || !a.Live() || a.Folded == nil || o.Lost() {
			continue
		}
		if in, err := w.awaited(a.Site); err != nil || in != nil {
			return err // its feed may begin anew
		}
		if err := w.rowsTo(o, a); err != nil {
			return err
		}
	}
	return nil
}

// rowsTo sends an assignment again to a site that has it, and may not have what is personal: its feed left it out, for it may have
// been another's, and the box that has it took it back, or heard of it from one that was replaced.
func (w *work) rowsTo(o *order.Order, a *order.Assignment) error {
	if o.Lost() || !on(RuleRows) {
		return nil
	}
	if has, err := w.hasRows(a); err != nil || has {
		return err
	}
	p, err := w.Personal(o.ID)
	if err != nil || p == nil {
		return err
	}
	return w.assign(o, a, p)
}

// turnedOut sends what waited for an assignment that the site turned out to have: what is personal of it, and what it was asked.
func (w *work) turnedOut(a *order.Assignment) error {
	o, err := w.Order(a.Order)
	if err == nil {
		err = w.rowsTo(&o, a)
	}
	if err != nil {
		return err
	}
	return w.askedMeanwhile(a)
}

// hasRows says whether a site was sent what is personal of an order: its box told in its own log that it took it, or this feed
// has it.
func (w *work) hasRows(a *order.Assignment) (bool, error) {
	took, err := w.FactOf(a.Site, string(a.ID)+"/0")
	if err == nil && took.Seq > 0 {
		at, err := w.ChainHash(a.Site, took.Seq)
		if err == nil && at == took.Hash {
			return true, nil
		}
		if err != nil && !errors.Is(err, store.ErrNone) {
			return false, err
		}
	}
	if errors.Is(err, store.ErrNone) {
		g, err := gapOf(w, a.Site)
		if err != nil || g.Upon == nil {
			return true, err // it took it by itself, in what nobody has any more
		}
	} else if err != nil {
		return false, err
	}
	return w.onFeed(a.Site, string(a.ID))
}

// rowsFor is rowsAgain for all that a site has, when all it told is here.
func (w *work) rowsFor(site floor.SiteID) error { return w.eachLost(site, w.rowsAgain) }
