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
		if !a.Lost || !a.Live() || a.Folded == nil || o.Lost() || !on(RuleRows) {
			continue
		}
		if in, err := w.awaited(a.Site); err != nil || in != nil {
			return err // its feed may begin anew
		}
		if has, err := w.hasRows(a); err != nil {
			return err
		} else if has {
			continue
		}
		p, err := w.Personal(o.ID)
		if err != nil || p == nil {
			return err
		}
		if err := w.assign(o, a, p); err != nil {
			return err
		}
	}
	return nil
}

// hasRows says whether a site was sent what is personal of an order: it told in its own log that it took it, or this feed
// has it.
func (w *work) hasRows(a *order.Assignment) (bool, error) {
	took, err := w.FactOf(a.Site, string(a.ID)+"/0")
	if err == nil && took.Seq > 0 {
		return true, nil
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
