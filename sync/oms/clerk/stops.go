package clerk

import (
	"slices"

	"picket/edge/floor"
	"picket/sync/oms/order"
)

// A stop and its end are the centre's word about the whole order. A site that was given the order in a life the centre
// forgot was not among those that were asked since: what it has comes back as it was told it then. So it is asked what
// was said last. Or else an order whose stop is over would stand there for ever, or one that is stopped would leave.

// alike asks of assignments that only their sites remembered what was said of the order last.
func (w *work) alike(o *order.Order, as []order.Assignment) (changed bool, err error) {
	for i := range as {
		a := &as[i]
		if !a.Lost || !a.Live() || a.Folded == nil || !on(RuleStops) {
			continue
		}
		if in, err := w.awaited(a.Site); err != nil || in != nil {
			return changed, err // what else it was told is not here yet
		}
		said := slices.ContainsFunc(o.Asks, func(k order.Ask) bool { return k.Site == "" && (k.What == "hold" || k.What == "release") })
		if !said || o.Asked("hold", a.ID) != nil || o.Asked("release", a.ID) != nil {
			continue // nobody said anything since, or it was among those that were asked
		}
		switch {
		case o.Hold != "" && a.Folded.Hold == "":
			err = w.ask(o, a, order.Ask{What: "hold", Words: "A stop asked of " + w.name(a.Site) + ", not answered yet."}, "picket.order.hold.v1", &floor.Hold{Order: a.At, Reason: o.Hold})
		case o.Hold == "" && a.Folded.Hold != "":
			err = w.ask(o, a, order.Ask{What: "release", Words: "Its release asked of " + w.name(a.Site) + ", not answered yet."}, "picket.order.release.v1", &floor.Release{Order: a.At})
		default:
			continue
		}
		if err != nil {
			return changed, err
		}
		changed = true
		words := w.name(a.Site) + " has it since before the centre was restored, and is told what was said since: "
		if o.Hold != "" {
			words += "on hold, " + o.Hold + "."
		} else {
			words += "no longer on hold."
		}
		if err := w.Tell(o.ID, order.Happened{At: w.now, What: "asked", Words: words, Site: a.Site}); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// tellStops is alike for all that a site has, when all it told is here.
func (w *work) tellStops(site floor.SiteID) error {
	return w.eachLost(site, func(o *order.Order, as []order.Assignment) error {
		changed, err := w.alike(o, as)
		if err == nil && changed {
			err = w.PutOrder(*o)
		}
		return err
	})
}

// eachLost goes through what a site has of orders that the centre lost: the order, and its assignment there.
func (w *work) eachLost(site floor.SiteID, do func(*order.Order, []order.Assignment) error) error {
	live, err := w.LiveAt(site)
	if err != nil {
		return err
	}
	for i := range live {
		if !live[i].Lost {
			continue
		}
		o, err := w.Order(live[i].Order)
		if err == nil {
			err = do(&o, live[i:i+1])
		}
		if err != nil {
			return err
		}
	}
	return nil
}
