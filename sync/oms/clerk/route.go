package clerk

import (
	"encoding/json"
	"fmt"
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// route finds a site for a waiting order, and tells it, in this transaction.
func (w *work) route(o *order.Order, to order.Address) error {
	had, err := w.Assignments(o.ID)
	if err != nil {
		return err
	}
	wish := order.Wish{Lines: o.Lines, Force: o.Site, Default: w.c.cfg.Default}
	for i := range had {
		if had[i].Live() {
			return nil // an order with a live assignment is never routed (SYNC Q2)
		}
		wish.Refused = append(wish.Refused, had[i].Site)
	}
	sites, err := w.candidates(o.Lines)
	if err != nil {
		return err
	}
	r := order.Route(wish, sites)
	if r.Site != "" {
		if slicesHas(wish.Refused, r.Site) { // forced to a site that said no
			r.Site, r.Words = "", fmt.Sprintf("Waits: site %s, which it is forced to, said no.", o.Site)
		}
	}
	if r.Site == "" {
		if o.Routing.Words != r.Words {
			if err := w.Tell(o.ID, order.Happened{At: w.now, What: "waiting", Words: r.Words}); err != nil {
				return err
			}
		}
		o.State, o.Routing = order.Waiting, r
		return w.SetOrder(o.ID, o.State, "", r)
	}
	a := order.Assignment{ID: floor.AssignmentID(w.id()), Order: o.ID, Group: 1, Site: r.Site, At: o.ID, State: order.AssignmentSent, Lines: o.Lines}
	if n := len(had); n > 0 {
		a.At = floor.OrderID(string(o.ID) + "-" + strconv.Itoa(n+1)) // a site knows an order by one name for ever
	}
	if err := w.AddAssignment(a); err != nil {
		return err
	}
	if err := w.Reserve(a.ID, a.Site, a.Reserves()); err != nil {
		return err
	}
	if err := w.assign(o, &a, &to); err != nil {
		return err
	}
	o.State, o.Routing = order.Sent, r
	if err := w.SetOrder(o.ID, o.State, r.Site, r); err != nil {
		return err
	}
	return w.Tell(o.ID, order.Happened{At: w.now, What: "routed", Site: r.Site, Words: "Sent to " + r.Words})
}

// assign puts the assignment on the site's feed; the record's id is the assignment's. An address that was
// erased is not sent.
func (w *work) assign(o *order.Order, a *order.Assignment, to *order.Address) error {
	cmd := o.Assign(a.ID, a.At, w.c.cfg.Carrier)
	if p := sound("", cmd); len(p) > 0 {
		return fmt.Errorf("assign order %s: %w", o.ID, p)
	}
	var rows []wire.Sealed
	if to != nil {
		body, err := json.Marshal(to)
		if err != nil {
			return err
		}
		rows = append(rows, wire.Sealed{Ref: cmd.ShipTo, Sealed: body})
	}
	return w.send(a.Site, string(a.ID), "picket.order.assigned.v1", "order/"+string(a.At), cmd, rows...)
}

// candidates are all sites with what they have of some lines.
func (w *work) candidates(lines []order.Line) ([]order.Site, error) {
	sites, err := w.Sites()
	if err != nil {
		return nil, err
	}
	skus := skusOf(lines)
	out := make([]order.Site, 0, len(sites))
	for _, s := range sites {
		levels, err := w.Levels(s.ID, skus)
		if err != nil {
			return nil, err
		}
		open, err := w.CountLive(s.ID)
		if err != nil {
			return nil, err
		}
		free := make(map[floor.SKU]int64, len(levels))
		for _, l := range levels {
			free[l.SKU] = l.Promised - l.Reserved
		}
		out = append(out, order.Site{ID: s.ID, Name: s.Name, Free: free, Open: open, Capacity: s.Capacity})
	}
	return out, nil
}

// reroute tries waiting orders again that want one of the items, the earliest due first.
func (w *work) reroute(skus []floor.SKU) error {
	// More wait than this only when a whole shop is out of stock; the next fact brings the rest.
	ids, err := w.WaitingFor(skus, 200)
	if err != nil {
		return err
	}
	for _, id := range ids {
		o, err := w.Order(id)
		if err != nil {
			return err
		}
		p, err := w.Personal(id)
		if err != nil {
			return err
		}
		if p == nil {
			continue // its address was erased: there is nowhere to send it
		}
		if err := w.route(&o, p.ShipTo); err != nil {
			return err
		}
	}
	return nil
}

func skusOf(lines []order.Line) []floor.SKU {
	var out []floor.SKU
	seen := map[floor.SKU]bool{}
	for _, l := range lines {
		if !seen[l.SKU] {
			seen[l.SKU] = true
			out = append(out, l.SKU)
		}
	}
	return out
}

func slicesHas(list []floor.SiteID, id floor.SiteID) bool {
	for _, x := range list {
		if x == id {
			return true
		}
	}
	return false
}

// lease gives a site its next run of SSCC serials. Runs never overlap and never come back.
func (w *work) lease(s store.Site) error {
	last, err := w.LastNumber(s.Prefix)
	if err != nil {
		return err
	}
	b := store.Block{Prefix: s.Prefix, From: last + 1, To: last + s.Block, Site: s.ID}
	cmd := &floor.LeaseNumbers{Number: "sscc", Prefix: b.Prefix, From: b.From, To: b.To}
	if p := sound("numbers.", cmd); len(p) > 0 {
		return p
	}
	if err := w.PutBlock(b); err != nil {
		return err
	}
	return w.send(s.ID, w.id(), "picket.numbers.lease.v1", "site", cmd)
}
