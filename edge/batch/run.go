package batch

import (
	"slices"

	"picket/edge/route"
)

// run plans the walk of a cart and writes down what it holds.
func (p *planner) run(c cart) (Run, error) {
	slices.SortStableFunc(c.loads, compareLoads)
	r := Run{Zone: c.zone, Trips: 1}
	var orders []*Order
	own := map[OrderID]int{}
	sum := 0
	for _, l := range c.loads {
		r.Units += l.units
		r.WeightG += l.weight
		r.VolumeML += l.volume
		sum += l.totes
		orders = append(orders, l.orders...)
		own[l.orders[0].ID] = l.totes
	}
	items := itemsOf(c.loads)
	r.Totes = sum
	if p.mixed() {
		r.Totes = min(sum, p.task.Cart.totes(items))
		clear(own)
	}
	slices.SortFunc(orders, bySoonest)
	for _, o := range orders {
		r.Orders = append(r.Orders, Part{o.ID, own[o.ID]})
	}
	r.Due = orders[0].Due

	var stops []route.LocationID
	at := map[route.LocationID][]item{}
	for _, it := range items {
		stops = append(stops, it.Location)
		at[it.Location] = append(at[it.Location], it)
	}
	path, err := p.m.Plan(stops)
	if err != nil {
		return Run{}, err
	}
	var walked []item
	for _, id := range path.Stops {
		here := at[id]
		slices.SortFunc(here, func(a, b item) int {
			if d := bySoonest(a.order, b.order); d != 0 {
				return d
			}
			return route.Natural(string(a.ID), string(b.ID))
		})
		stop := Stop{Location: id}
		for _, it := range here {
			stop.Picks = append(stop.Picks, Pick{it.order.ID, it.ID, it.SKU, it.Qty})
			if p.task.Cart.tooBig(it.Line) {
				r.TooBig = append(r.TooBig, it.ID)
			}
		}
		walked = append(walked, here...)
		r.Stops = append(r.Stops, stop)
	}
	r.Metres = path.Metres
	if !p.fits(c.loads) {
		return r, p.severalTrips(&r, walked)
	}
	return r, nil
}

// severalTrips says how often a cart goes for an order that exceeds it, and how far that is.
func (p *planner) severalTrips(r *Run, walked []item) error {
	trips := p.task.Cart.trips(walked)
	r.Trips, r.Metres = len(trips), 0
	for _, t := range trips {
		var stops []route.LocationID
		for _, it := range t {
			stops = append(stops, it.Location)
		}
		path, err := p.m.Plan(stops)
		if err != nil {
			return err
		}
		r.Metres += path.Metres
	}
	return nil
}
