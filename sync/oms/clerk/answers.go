package clerk

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// order is the centre's own order of an assignment, read once in a step.
func (f *folding) order(id floor.OrderID) (*order.Order, error) {
	if o := f.orders[id]; o != nil {
		return o, nil
	}
	o, err := f.Order(id)
	if err != nil {
		return nil, err
	}
	f.orders[id] = &o
	return &o, nil
}

// askID names an ask for ever, and with it the order it is about, because a refusal names none.
func (w *work) askID(o floor.OrderID) string { return w.id() + ":" + string(o) }

// answered takes in what a site says to something it was asked about an order.
func (f *folding) answered(a *order.Assignment, r *floor.Record) error {
	granted := false
	var lines []floor.LineState
	why := ""
	switch e := r.Event.(type) {
	case *floor.RecallGranted:
		granted, lines = true, e.Lines
	case *floor.RecallRefused:
		if e.Why == whyRecovering && on(RuleAskAnew) {
			return f.askedLater(a, r)
		}
		lines, why = e.Lines, e.Why
	case *floor.ChangeTaken:
		return f.changed(a, r, e)
	case *floor.ChangeRefused:
		return f.settleAsk(a, r, func(k *order.Ask, site string) {
			k.Words = site + " could not change all of it: " + floor.Tell(e, f.name)
			if k.State == order.Granted {
				k.State = order.Partly
			} else {
				k.State = order.Refused
			}
		})
	case *floor.OrderHeld, *floor.OrderReleased, *floor.OthersThere, *floor.PermitTaken:
		return f.settleAsk(a, r, func(k *order.Ask, site string) {
			k.State, k.Words = order.Granted, site+": "+floor.Tell(r.Event, f.name)
		})
	default:
		return nil
	}
	left := ""
	if why == "left" {
		var err error
		if left, err = f.leftAt(a.Order); err != nil {
			return err
		}
	}
	return f.settleAsk(a, r, func(k *order.Ask, site string) {
		k.Take(granted, why, lines)
		k.Words = k.Tell(site, left)
	})
}

// settleAsk writes an answer into the ask it belongs to, and into the time line.
func (f *folding) settleAsk(a *order.Assignment, r *floor.Record, do func(k *order.Ask, site string)) error {
	o, err := f.order(a.Order)
	if err != nil {
		return err
	}
	k := o.Ask(string(r.Cause))
	if k == nil {
		return nil // somebody at the site, or an ask this centre has lost
	}
	do(k, f.siteName(f.site))
	f.dirty[o.ID] = true
	return f.Tell(o.ID, order.Happened{At: r.Time, What: "answered", Words: k.Words, Site: f.site, Record: r.ID})
}

// siteName is what people call a site.
func (f *folding) siteName(id floor.SiteID) string { return f.work.name(id) }

// leftAt says when the last of an order left this site, in the site's own time.
func (f *folding) leftAt(id floor.OrderID) (string, error) {
	told, err := f.Timeline(id)
	if err != nil {
		return "", err
	}
	for _, h := range slices.Backward(told) {
		if h.Site == f.site && (h.What == "picket.unit.departed.v1" || h.What == "picket.pickup.handed_over.v1") {
			return f.clock(f.site, h.At), nil
		}
	}
	return "", nil
}

// clock is a time as people at a site read it: with its date when it is not today.
func (w *work) clock(site floor.SiteID, at time.Time) string {
	zone := time.UTC
	if s, err := w.Site(site); err == nil {
		if z, err := time.LoadLocation(s.Zone); err == nil {
			zone = z
		}
	}
	at, now := at.In(zone), w.now.In(zone)
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("2006-01-02 15:04")
}

// changed makes the order what the site took it to be.
func (f *folding) changed(a *order.Assignment, r *floor.Record, e *floor.ChangeTaken) error {
	o, err := f.order(a.Order)
	if err != nil {
		return err
	}
	o.Remember()
	for _, q := range e.Lines {
		if l := o.Line(q.Line); l != nil {
			l.Qty = max(0, l.Qty+q.Qty)
		}
	}
	if e.Due != nil {
		o.Due = *e.Due
	}
	if e.Service != "" {
		o.Service = order.Service(e.Service)
	}
	if e.Note != "" {
		o.Note = e.Note
	}
	if e.ShipTo != "" {
		if err := f.moved(o, e.ShipTo); err != nil {
			return err
		}
	}
	f.dirty[o.ID] = true
	return f.settleAsk(a, r, func(k *order.Ask, site string) {
		k.State, k.Words = order.Granted, site+": "+floor.Tell(e, f.name)
	})
}

// moved makes an address the order's that a site took.
func (f *folding) moved(o *order.Order, row string) error {
	who, err := f.Personal(o.ID)
	if err != nil || who == nil {
		return err
	}
	to, known := who.New[row]
	if !known {
		return nil // the second site that took it
	}
	if who.First == nil {
		first := who.ShipTo
		who.First = &first
	}
	who.ShipTo, o.Row = to, row
	delete(who.New, row)
	return f.PutPersonal(o.ID, *who)
}

// askRefused takes in that a site refused to hear of an ask; known says that it was one.
func (f *folding) askRefused(r *floor.Record, no *floor.CommandRefused, words string) (known bool, err error) {
	_, id, ok := strings.Cut(string(r.Cause), ":")
	if !ok {
		return false, nil
	}
	as, err := f.Assignments(floor.OrderID(id))
	if err != nil || len(as) == 0 {
		return false, err
	}
	o, err := f.order(floor.OrderID(id))
	if err != nil {
		return false, err
	}
	k := o.Ask(string(r.Cause))
	if k == nil {
		return false, nil
	}
	if k.State != order.Open {
		return true, nil // asked again by a feed that was issued anew
	}
	site := f.siteName(f.site)
	switch {
	case (k.What == "cancel" || k.What == "back") && (no.Code == floor.NothingLeft || no.Code == floor.UnknownOrder):
		k.Gone(false)
		k.Words = k.Tell(site, "")
		if no.Code == floor.UnknownOrder {
			if err := f.neverCame(k.Assignment, words); err != nil {
				return true, err
			}
		}
	default:
		k.Gone(true)
		k.Words = site + " refused it: " + words
	}
	f.dirty[o.ID] = true
	f.touched = append(f.touched, o.ID)
	return true, f.Tell(o.ID, order.Happened{At: r.Time, What: "answered", Words: k.Words, Site: f.site, Record: r.ID})
}

// neverCame ends an assignment its site does not know and told nothing of: a box that was lost before it said anything had
// it, or none. What it would hold is asked back no more.
func (f *folding) neverCame(id floor.AssignmentID, words string) error {
	a, err := f.AssignmentOf(id)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	at, err := f.assignment(a.At)
	if err != nil || at == nil || at.Folded != nil {
		return err
	}
	at.State, at.Refusal = order.AssignmentRejected, words
	f.again = append(f.again, at.Order)
	return nil
}

// settleOrders stores what became of the orders, and notes those with units that no site has.
func (f *folding) settleOrders() error {
	ids := slices.Clone(f.touched)
	for _, a := range f.seen {
		ids = append(ids, a.Order)
	}
	done := map[floor.OrderID]bool{}
	for _, id := range ids {
		if done[id] {
			continue
		}
		done[id] = true
		o, err := f.order(id)
		if err != nil {
			return err
		}
		if f.dirty[id] {
			if err := f.PutOrder(*o); err != nil {
				return err
			}
		}
		as, err := f.Assignments(o.ID)
		if err != nil {
			return err
		}
		back, err := f.oneOnly(o, as)
		if err != nil {
			return err
		}
		given, err := f.permits(o, as)
		if err != nil {
			return err
		}
		told, err := f.alike(o, as)
		if err != nil {
			return err
		}
		if back || given || told {
			if err := f.PutOrder(*o); err != nil {
				return err
			}
		}
		if err := f.rowsAgain(o, as); err != nil {
			return err
		}
		if err := f.settleOrder(o); err != nil {
			return err
		}
	}
	return nil
}

func (f *folding) settleOrder(o *order.Order) error {
	as, err := f.Assignments(o.ID)
	if err != nil {
		return err
	}
	p := order.Of(o, as)
	open := units(order.Reroute(p))
	site, changed := o.Routing.Site, false
	for i := range as {
		if as[i].Live() {
			site = as[i].Site
		}
	}
	if open == 0 && (o.Routing.Left > 0 || o.Routing.Rest != "" && p.Choice) {
		o.Routing.Left, changed = 0, true
	}
	if p.State != o.State || site != o.Routing.Site || changed {
		o.State, o.Routing.Site = p.State, site
		if err := f.SetOrder(o.ID, p.State, site, o.Routing); err != nil {
			return err
		}
	}
	if open > 0 && open != o.Routing.Left {
		f.again = append(f.again, o.ID)
	}
	return f.together(o, as, open)
}

// together lets the parts of an order leave once every one of them is packed, or further.
func (f *folding) together(o *order.Order, as []order.Assignment, open int) error {
	var wait []*order.Assignment
	for i := range as {
		a := &as[i]
		if a.State == order.AssignmentRejected || !a.WaitAll {
			continue
		}
		if a.Folded == nil || open > 0 || !packed(a.Folded) {
			return nil
		}
		if a.Live() && !a.Folded.Go && !slices.ContainsFunc(o.Asks, func(k order.Ask) bool { return k.What == "go" && k.Assignment == a.ID }) {
			wait = append(wait, a)
		}
	}
	for _, a := range wait {
		if err := f.ask(o, a, order.Ask{What: "go"}, "picket.order.go.v1", &floor.Go{Order: a.At}); err != nil {
			return err
		}
	}
	if len(wait) == 0 {
		return nil
	}
	if err := f.Tell(o.ID, order.Happened{At: f.now, What: "go", Words: "Every part is packed: they may leave."}); err != nil {
		return err
	}
	return f.PutOrder(*o)
}

// packed says whether everything a site still serves of an order is in closed parcels.
func packed(o *floor.Order) bool {
	for i := range o.Lines {
		for _, p := range o.Parts(&o.Lines[i]) {
			if p.State.InHouse() && p.State != floor.Packed && p.State != floor.AwaitingCarrier {
				return false
			}
		}
	}
	return o.Coming == 0
}

// The sites that take no orders now, and why.
const pausedKey = "paused"

func (w *work) pausedSites() (map[floor.SiteID]string, error) {
	out := map[floor.SiteID]string{}
	text, err := w.Meta(pausedKey)
	if err != nil || text == "" {
		return out, err
	}
	return out, json.Unmarshal([]byte(text), &out)
}

func (f *folding) pause(why string) error {
	shut, err := f.pausedSites()
	if err != nil {
		return err
	}
	if why == "" {
		delete(shut, f.site)
	} else {
		shut[f.site] = why
	}
	text, err := json.Marshal(shut)
	if err != nil {
		return err
	}
	return f.SetMeta(pausedKey, string(text))
}
