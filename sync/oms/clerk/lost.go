package clerk

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// What a site holds of orders that the centre gave it in a life it forgot comes back with the site's own records:
// the assignment to its order when that is known, or else an order without customer or address, until its channel
// sends it again.

// lost finds or makes the order of an assignment that only the site remembers.
func (f *folding) lost(e *floor.OrderTaken) (*order.Assignment, error) {
	o, err := f.lostOrder(e)
	if err != nil {
		return nil, err
	}
	as, err := f.Assignments(o.ID)
	if err != nil {
		return nil, err
	}
	a := order.Assignment{ID: e.Assignment, Order: o.ID, Group: 1, Site: f.site, At: e.Order, State: order.AssignmentSent, Mode: e.Mode,
		Part: e.Part, Of: e.Of, WaitAll: e.WaitAll, Lost: true}
	for i := range as {
		a.Group = max(a.Group, as[i].Group+1)
	}
	for _, l := range e.Lines {
		a.Lines = append(a.Lines, order.Line{ID: l.Line, SKU: l.SKU, Qty: l.Qty, LineTerms: l.LineTerms, Allotted: l.Allotted})
	}
	if err := f.AddAssignment(a); errors.Is(err, store.ErrLive) {
		return nil, nil // its id is another's: the caller says that it is odd
	} else if err != nil {
		return nil, err
	}
	f.cover(o, a.Lines)
	f.dirty[o.ID] = true
	f.touched = append(f.touched, o.ID)
	if err := f.Tell(o.ID, order.Happened{At: f.now, What: "recovered", Site: f.site,
		Words: f.siteName(f.site) + " has had the order since before the centre was restored."}); err != nil {
		return nil, err
	}
	return f.assignment(e.Order)
}

// moreOf takes in further lines of an assignment that only the site remembers.
func (f *folding) moreOf(a *order.Assignment, e *floor.LinesTaken) error {
	more := slices.DeleteFunc(asked(e.Lines), func(l order.Line) bool {
		return slices.ContainsFunc(a.Lines, func(x order.Line) bool { return x.ID == l.ID })
	})
	a.Lines = append(a.Lines, more...)
	o, err := f.order(a.Order)
	if err != nil {
		return err
	}
	f.cover(o, more)
	f.dirty[o.ID] = true
	return nil
}

// cover makes a lost order ask for at least what sites were given of it.
func (w *work) cover(o *order.Order, lines []order.Line) {
	if !o.Lost() {
		return
	}
	for _, l := range lines {
		if had := o.Line(l.ID); had == nil {
			o.Lines = append(o.Lines, l)
		} else {
			had.Qty = max(had.Qty, l.Qty)
		}
	}
}

// lostOrder is the order itself: under its id, under its number when its channel has sent it again since, or made.
func (f *folding) lostOrder(e *floor.OrderTaken) (*order.Order, error) {
	for id := e.Order; id != ""; {
		o, err := f.order(id)
		if err == nil || !errors.Is(err, store.ErrNone) {
			return o, err
		}
		cut := strings.LastIndexByte(string(id), '-')
		if cut < 0 {
			break
		}
		id = id[:cut]
	}
	same, err := f.FindOrders(store.Filter{Text: e.Number, Most: 50})
	if err != nil {
		return nil, err
	}
	r, err := f.restored()
	if err != nil {
		return nil, err
	}
	since, err := f.mayBeAgain(f.site)
	if err != nil {
		return nil, err
	}
	for i := range same {
		o := &same[i]
		// From before the restores that are known, one that was due earlier is another channel's: sent again, an order is not due sooner.
		late := o.Captured.Before(r.first()) && o.Due.Before(e.Due)
		if o.Number == e.Number && !o.Lost() && !o.Captured.Before(since) && !late && fits(o.Lines, asked(e.Lines)) {
			return f.order(o.ID)
		}
	}
	base := e.Order
	if cut := strings.LastIndexByte(string(base), '-'); cut > 0 {
		// The second site that was given an order calls it by its id and "-2".
		if n, err := strconv.Atoi(string(base[cut+1:])); err == nil && n > 1 && base[cut+1] != '0' {
			base = base[:cut]
		}
	}
	o := order.Order{ID: base, Number: e.Number, Flow: e.Flow, Service: order.Service(e.Service), Due: e.Due, Note: e.Note,
		Captured: r.Born, State: order.Waiting, WaitAll: e.WaitAll, Terms: e.Terms, Row: e.ShipTo}
	if o.Captured.IsZero() {
		o.Captured = f.now
	}
	o.Captured = o.Captured.Add(-1) // it was there before
	o.Terms.Part, o.Terms.Of, o.Terms.WaitAll = 0, 0, false
	if o.Flow == floor.FlowPickup {
		o.Site = f.site
	}
	for n := 1; n < 100; n++ {
		if o.Channel = order.LostChannel; n > 1 {
			o.Channel += "/" + strconv.Itoa(n)
		}
		err := f.AddOrder(o)
		if errors.Is(err, store.ErrTaken) {
			continue // another channel's order of this number was lost as well
		}
		if err != nil {
			return nil, err
		}
		return f.order(o.ID)
	}
	return nil, errors.New("lost order " + string(o.ID) + ": its number is taken a hundred times")
}

// unheardSince is since when a site was not heard by this database, before it was put into quarantine.
func (w *work) unheardSince(site floor.SiteID) (time.Time, error) {
	in, err := w.awaited(site)
	if err != nil {
		return time.Time{}, err
	}
	if in != nil {
		return in.Unheard, nil
	}
	m, err := w.Mark(site)
	return m.Heard, err
}

// mayBeAgain is since when orders may have been sent again that a site was given in a life that is forgotten. Not every restore is
// known: one that nobody said, and that only the site can show, may itself have been forgotten in the next. But a site that was
// heard behind it would have told what it has. So it is since the site was heard, where that is longer ago than the restores that are known.
func (w *work) mayBeAgain(site floor.SiteID) (time.Time, error) {
	r, err := w.restored()
	if err != nil {
		return time.Time{}, err
	}
	in, err := w.awaited(site)
	if err == nil && in != nil && in.Unheard.Before(r.first()) {
		return in.Unheard, nil
	}
	return r.first(), err
}

func asked(lines []floor.AskedLine) []order.Line {
	var out []order.Line
	for _, l := range lines {
		out = append(out, order.Line{ID: l.Line, SKU: l.SKU, Qty: l.Qty})
	}
	return out
}

// fits says whether some lines may be an order's own.
func fits(all, some []order.Line) bool {
	for _, l := range some {
		if !slices.ContainsFunc(all, func(x order.Line) bool { return x.ID == l.ID && x.SKU == l.SKU && x.Qty >= l.Qty }) {
			return false
		}
	}
	return true
}

// claim finds the lost order that a capture is, nil when there is none.
func claim(tx store.Tx, in order.Capture, lines []order.Line) (*order.Order, error) {
	same, err := tx.FindOrders(store.Filter{Text: order.LostChannel, Most: 1})
	if err != nil || len(same) == 0 {
		return nil, err // by far the most frequent
	}
	if same, err = tx.FindOrders(store.Filter{Text: in.Number, Most: 50}); err != nil {
		return nil, err
	}
	for i := range same {
		if o := &same[i]; o.Lost() && o.Number == in.Number && fits(lines, o.Lines) {
			return o, nil
		}
	}
	return nil, nil
}

// claimed makes a lost order what its channel says it is. The customer's code is the one they have already.
func (w *work) claimed(o *order.Order, in order.Capture, fresh order.Order, who order.Personal) error {
	fresh.ID, fresh.Captured, fresh.State, fresh.Routing, fresh.Asks = o.ID, o.Captured, o.State, o.Routing, o.Asks
	fresh.Terms.CodeSalt, fresh.Terms.CodeHash, fresh.Terms.Contact = o.Terms.CodeSalt, o.Terms.CodeHash, o.Terms.Contact
	fresh.Row = o.Row
	*o = fresh
	if err := w.PutOrder(*o); err != nil {
		return err
	}
	if err := w.PutPersonal(o.ID, who); err != nil {
		return err
	}
	if err := w.Tell(o.ID, order.Happened{At: w.now, What: "captured", Words: "Order " + o.Number + " came in by " + o.Channel + " again: a site has had it since before the centre was restored."}); err != nil {
		return err
	}
	as, err := w.Assignments(o.ID)
	if err == nil {
		err = w.rowsAgain(o, as)
	}
	if err != nil {
		return err
	}
	return w.goOn(o)
}
