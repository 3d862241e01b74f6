package clerk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// TooLate says that nothing can be done about an order any more, or not this.
type TooLate struct{ Words string }

// Error is the words.
func (t *TooLate) Error() string { return t.Words }

// Offline says since when a site is not connected; zero: it never was. off is false while it is.
type Offline func(site floor.SiteID) (since time.Time, off bool)

// Cancel asks for units of an order not to be served any more.
type Cancel struct {
	Request string          `json:"request,omitempty" doc:"Your own name for this wish: sent again, it does nothing new." example:"cancel-1"`
	Cause   floor.Cause     `json:"cause,omitempty" enum:"customer,centre,stock" doc:"customer (the default): nobody wants it any more. centre or stock: the site gives it back, and another one serves it."`
	Lines   []floor.LineQty `json:"lines,omitempty" maxItems:"200" doc:"Which, and how many; qty 0 is all of the line. Nothing: all of the order."`
}

// Change asks for an order to be served differently. What is not named stays.
type Change struct {
	Request string          `json:"request,omitempty" doc:"Your own name for this wish: sent again, it does nothing new." example:"change-1"`
	Lines   []floor.LineQty `json:"lines,omitempty" maxItems:"200" doc:"How many of a line are wanted now, in all."`
	Due     *time.Time      `json:"due,omitempty"`
	Service order.Service   `json:"service,omitempty" enum:"standard,express"`
	ShipTo  *order.Address  `json:"ship_to,omitempty"`
	Note    string          `json:"note,omitempty"`
}

// asking is one wish about one order.
type asking struct {
	*work
	o       *order.Order
	had     []order.Assignment
	p       order.Progress
	offline Offline
	key     string
}

// about runs do on an order in a transaction, unless the same request was there before.
func (c *Clerk) about(ctx context.Context, id floor.OrderID, what, key string, offline Offline, do func(a *asking) error) error {
	if key != "" {
		if err := floor.CheckID("request", key); err != nil {
			return order.Problems{{Field: "request", Why: strings.TrimPrefix(err.Error(), "request: ")}}
		}
	}
	return c.update(ctx, func(w *work) error {
		o, err := w.Order(id)
		if errors.Is(err, store.ErrNone) {
			return ErrNoOrder
		}
		if err != nil {
			return err
		}
		for i := range o.Asks {
			switch k := &o.Asks[i]; {
			case key == "" || k.Key != key:
			case k.What != what:
				return &TooLate{"The request " + key + " was to " + k.What + " it. Choose another name."}
			default:
				return nil
			}
		}
		a := &asking{work: w, o: &o, offline: offline, key: key}
		if a.had, err = w.Assignments(id); err != nil {
			return err
		}
		a.p = order.Of(&o, a.had)
		if err := do(a); err != nil {
			return err
		}
		if err := w.PutOrder(o); err != nil {
			return err
		}
		return w.restate(&o)
	})
}

// live lists the assignments that can still be asked, the newest first.
func (a *asking) live() []*order.Assignment {
	var out []*order.Assignment
	for i := len(a.had) - 1; i >= 0; i-- {
		if a.had[i].Live() {
			out = append(out, &a.had[i])
		}
	}
	return out
}

// note keeps what the centre did by itself, so that the same request is known again.
func (a *asking) note(what, words string) error {
	a.o.Asks = append(a.o.Asks, order.Ask{ID: a.askID(a.o.ID), Key: a.key, What: what, At: a.now, State: order.Granted, Words: words})
	return a.Tell(a.o.ID, order.Happened{At: a.now, What: what, Words: words})
}

// ask puts a question about an order on a site's feed.
func (w *work) ask(o *order.Order, a *order.Assignment, k order.Ask, typ string, cmd floor.Command, rows ...wire.Sealed) error {
	body, err := json.Marshal(cmd)
	if err != nil {
		return err
	}
	k.ID, k.Site, k.Assignment, k.At, k.State, k.Type, k.Data = w.askID(o.ID), a.Site, a.ID, w.now, order.Open, typ, body
	o.Asks = append(o.Asks, k)
	if a.Folded == nil && a.Live() && a.Away == nil {
		// Its assignment may be left out of the site's feed until a quarantine has ended and what is owed is sent; the
		// question follows it then.
		if held, err := w.held(o); err != nil || held {
			return err
		}
		if r, err := w.restored(); err != nil || slices.Contains(r.Owed, owed{Site: a.Site, Feed: true}) {
			return err
		}
	}
	if in, err := w.awaited(a.Site); err != nil || in != nil && in.Anew && a.Live() && a.Away == nil {
		return err // the feed that is issued at the site's hello asks it, behind what was asked before
	}
	if err := w.askedBefore(o, a); err != nil {
		return err
	}
	return w.send(a.Site, k.ID, typ, "order/"+string(a.At), cmd, rows...)
}

// put is ask with its words, which say so when the site cannot hear it now.
func (a *asking) put(at *order.Assignment, k order.Ask, words, typ string, cmd floor.Command, rows ...wire.Sealed) error {
	k.Key, k.Words = a.key, words+" of "+a.name(at.Site)+", not answered yet."
	if err := a.ask(a.o, at, k, typ, cmd, rows...); err != nil {
		return err
	}
	told := words + " of " + a.name(at.Site)
	if a.offline != nil {
		told += a.away(at.Site)
	}
	return a.Tell(a.o.ID, order.Happened{At: a.now, What: "asked", Words: told + ".", Site: at.Site})
}

func (a *asking) away(site floor.SiteID) string {
	since, off := a.offline(site)
	switch {
	case !off:
		return ""
	case since.IsZero():
		return ", which was never heard"
	}
	return ", which is offline since " + a.clock(site, since)
}

// Cancel asks the sites that have units to let go of them, and cancels at once what no site has.
func (c *Clerk) Cancel(ctx context.Context, id floor.OrderID, in Cancel, offline Offline) error {
	if in.Cause == "" {
		in.Cause = floor.ByCustomer
	}
	return c.about(ctx, id, "cancel", in.Request, offline, func(a *asking) error { return a.cancel(in) })
}

func (a *asking) cancel(in Cancel) error {
	want, err := a.wanted(in)
	if err != nil {
		return err
	}
	dropped := 0
	asks := make([]order.Ask, len(a.had))
	for i := range a.p.Lines {
		lp := &a.p.Lines[i]
		left := want[lp.Line]
		if n := min(left, lp.Open); n > 0 {
			left -= n
			if in.Cause == floor.ByCustomer {
				a.o.Lines[i].Dropped += n
				dropped += n
			}
		}
		for j := len(a.had) - 1; j >= 0 && left > 0; j-- {
			n := min(left, a.open(j, lp.Line))
			if n > 0 {
				left -= n
				asks[j].Lines = append(asks[j].Lines, order.AskLine{Line: lp.Line, Qty: n})
			}
		}
	}
	for j := len(a.had) - 1; j >= 0; j-- {
		k := asks[j]
		if len(k.Lines) == 0 {
			continue
		}
		k.What, k.Cause = "cancel", in.Cause
		n, _, _ := k.Units()
		if err := a.put(&a.had[j], k, "Cancellation of "+order.Plural(n, "unit")+" asked", "picket.order.recall.v1", a.recall(j, &k)); err != nil {
			return err
		}
	}
	if dropped == 0 {
		return nil
	}
	if err := a.note("cancel", "Cancelled "+order.Plural(dropped, "unit")+" that no site had."); err != nil {
		return err
	}
	if held, err := a.held(a.o); held || err != nil {
		return err // what waits for the end of a quarantine may be more than the units: a permit
	}
	return a.Want(a.o.ID, nil)
}

// open is how many units of a line an assignment has that nobody has asked back yet.
func (a *asking) open(j int, line floor.LineID) int {
	if !a.had[j].Live() {
		return 0
	}
	return max(0, a.had[j].InHouse(line)-a.o.Pending(line, a.had[j].ID))
}

// recall names no lines when it is about all that the site has, so that a large order fits a record.
func (a *asking) recall(j int, k *order.Ask) *floor.Recall {
	cmd := &floor.Recall{Order: a.had[j].At, Cause: k.Cause}
	all := true
	for _, l := range a.had[j].Lines {
		n := a.had[j].InHouse(l.ID)
		all = all && slices.ContainsFunc(k.Lines, func(q order.AskLine) bool { return q.Line == l.ID && q.Qty == n }) || all && n == 0
	}
	if all {
		return cmd
	}
	for _, q := range k.Lines {
		cmd.Lines = append(cmd.Lines, floor.LineQty{Line: q.Line, Qty: q.Qty})
	}
	return cmd
}

// wanted is how many units of each line are to be cancelled.
func (a *asking) wanted(in Cancel) (map[floor.LineID]int, error) {
	can, total := map[floor.LineID]int{}, 0
	for i := range a.p.Lines {
		lp := &a.p.Lines[i]
		n := lp.Open
		if in.Cause != floor.ByCustomer {
			n = 0 // no site has it: there is nothing to take back
		}
		for j := range a.had {
			n += a.open(j, lp.Line)
		}
		can[lp.Line], total = n, total+n
	}
	if total == 0 {
		return nil, a.tooLate()
	}
	if len(in.Lines) == 0 {
		return can, nil
	}
	want, some := map[floor.LineID]int{}, 0
	for i, q := range in.Lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		n, known := can[q.Line]
		_, twice := want[q.Line]
		switch {
		case !known:
			return nil, order.Problems{{Field: at + ".line", Why: "is no line of this order", Value: q.Line}}
		case twice:
			return nil, order.Problems{{Field: at + ".line", Why: "is named for the second time", Value: q.Line}}
		case q.Qty < 0 || q.Qty > n && n > 0:
			return nil, order.Problems{{Field: at + ".qty", Why: "must be 0 to " + strconv.Itoa(n) + ": so many can still be cancelled", Value: q.Qty}}
		}
		if q.Qty > 0 {
			n = min(n, q.Qty)
		}
		want[q.Line], some = n, some+n
	}
	if some == 0 {
		return nil, a.tooLate()
	}
	return want, nil
}

// tooLate says why nothing can be taken back.
func (a *asking) tooLate() error {
	for i := range a.o.Asks {
		if k := &a.o.Asks[i]; k.What == "cancel" && k.State == order.Open {
			return &TooLate{"That is asked already: " + k.Words}
		}
	}
	told, err := a.Timeline(a.o.ID)
	if err != nil {
		return err
	}
	for _, h := range slices.Backward(told) {
		if h.What == "picket.unit.departed.v1" || h.What == "picket.pickup.handed_over.v1" {
			return &TooLate{"Too late: left " + a.name(h.Site) + " " + a.clock(h.Site, h.At) + "."}
		}
	}
	return &TooLate{"There is nothing left of it to cancel."}
}

// Change asks the sites that have the order to serve it differently. What no site has is changed at once.
func (c *Clerk) Change(ctx context.Context, id floor.OrderID, in Change, offline Offline) error {
	if p := order.CheckChange(in.Due, in.ShipTo, in.Note, c.cfg.Now()); len(p) > 0 {
		return p
	}
	return c.about(ctx, id, "change", in.Request, offline, func(a *asking) error { return a.change(in) })
}

func (a *asking) change(in Change) error {
	o := a.o
	live := a.live()
	open := 0
	for _, l := range a.p.Lines {
		open += l.Open
	}
	if len(live) == 0 && open == 0 {
		return a.tooLate()
	}
	if in.ShipTo != nil && o.Way() == floor.FlowPickup {
		return order.Problems{{Field: "ship_to", Why: "makes no sense for an order that is collected"}}
	}
	lines, changed, err := a.quantities(in.Lines, live)
	if err != nil {
		return err
	}
	row := ""
	var rows []wire.Sealed
	if in.ShipTo != nil {
		if row, rows, err = a.address(*in.ShipTo, len(live) > 0); err != nil {
			return err
		}
	}
	fields := in.Due != nil || in.Service != "" || row != "" || in.Note != ""
	asked := false
	for _, at := range live {
		cmd := &floor.Change{Order: at.At, Lines: lines[at.ID], ShipTo: row, Service: string(in.Service), Due: in.Due, Note: in.Note}
		if !fields && len(cmd.Lines) == 0 {
			continue
		}
		asked = true
		if err := a.put(at, order.Ask{What: "change"}, "A change asked", "picket.order.change.v1", cmd, rows...); err != nil {
			return err
		}
	}
	if !changed && (asked || !fields) {
		if !asked {
			return &TooLate{"The order is like that already."}
		}
		return nil
	}
	o.Remember()
	for _, n := range lines[""] {
		o.Line(n.Line).Qty += n.Qty
	}
	if !asked {
		if in.Due != nil {
			o.Due = in.Due.UTC().Truncate(time.Second)
		}
		if in.Service != "" {
			o.Service = in.Service
		}
		if in.Note != "" {
			o.Note = in.Note
		}
	}
	if err := a.note("change", "Changed at the centre."); err != nil {
		return err
	}
	if err := a.PutOrder(*o); err != nil {
		return err
	}
	return a.route(o, true)
}

// quantities says what each live assignment is to serve of the lines now; under "" is what the centre changes
// by itself, as differences.
func (a *asking) quantities(in []floor.LineQty, live []*order.Assignment) (map[floor.AssignmentID][]floor.LineQty, bool, error) {
	out := map[floor.AssignmentID][]floor.LineQty{}
	seen := map[floor.LineID]bool{}
	for i, q := range in {
		at := "lines[" + strconv.Itoa(i) + "]"
		j := slices.IndexFunc(a.p.Lines, func(l order.LineProgress) bool { return l.Line == q.Line })
		switch {
		case j < 0:
			return nil, false, order.Problems{{Field: at + ".line", Why: "is no line of this order", Value: q.Line}}
		case seen[q.Line]:
			return nil, false, order.Problems{{Field: at + ".line", Why: "is named for the second time", Value: q.Line}}
		case q.Qty < 0 || q.Qty > order.MaxQty:
			return nil, false, order.Problems{{Field: at + ".qty", Why: "must be 0 to " + strconv.Itoa(order.MaxQty), Value: q.Qty}}
		}
		seen[q.Line] = true
		lp := &a.p.Lines[j]
		now := lp.Qty
		for _, part := range lp.Parts {
			if part.State == floor.CancelledPart {
				now -= part.Qty
			}
		}
		more := q.Qty - now
		if more < 0 {
			if n := min(lp.Open, -more); n > 0 {
				more += n
				out[""] = append(out[""], floor.LineQty{Line: q.Line, Qty: -n})
			}
		}
		for _, x := range live {
			has := x.InHouse(q.Line)
			if more == 0 || has == 0 {
				continue
			}
			n := max(more, -has)
			more -= n
			out[x.ID] = append(out[x.ID], floor.LineQty{Line: q.Line, Qty: x.Wanted(q.Line) + n})
		}
		switch {
		case more > 0: // whoever has stock of it
			out[""] = append(out[""], floor.LineQty{Line: q.Line, Qty: more})
		case more < 0:
			return nil, false, order.Problems{{Field: at + ".qty", Why: "is less than what has left already: at least " + strconv.Itoa(q.Qty-more), Value: q.Qty}}
		}
	}
	return out, len(out[""]) > 0, nil
}

// address keeps a new address: as the order's when no site has it, and else beside it until a site took it.
func (a *asking) address(to order.Address, asked bool) (row string, rows []wire.Sealed, err error) {
	who, err := a.Personal(a.o.ID)
	if err != nil {
		return "", nil, err
	}
	if who == nil {
		return "", nil, &TooLate{"What is personal of this order was erased."}
	}
	row = order.Ref(a.o.ID) + "/" + strconv.Itoa(len(a.o.Asks)+2)
	if !asked {
		a.o.Remember()
		if who.First == nil {
			first := who.ShipTo
			who.First = &first
		}
		who.ShipTo, a.o.Row = to, row
		return row, nil, a.PutPersonal(a.o.ID, *who)
	}
	if who.New == nil {
		who.New = map[string]order.Address{}
	}
	who.New[row] = to
	body, err := json.Marshal(who.AddressedRow(to))
	if err != nil {
		return "", nil, err
	}
	return row, []wire.Sealed{{Ref: row, Sealed: body}}, a.PutPersonal(a.o.ID, *who)
}

// Hold stops an order: sites are asked to stop what they have of it, and nothing more is given to any.
func (c *Clerk) Hold(ctx context.Context, id floor.OrderID, reason, request string, offline Offline) error {
	if p := order.CheckReason(reason); len(p) > 0 {
		return p
	}
	return c.about(ctx, id, "hold", request, offline, func(a *asking) error {
		live := a.live()
		if len(live) == 0 && len(order.Reroute(a.p)) == 0 {
			return a.tooLate()
		}
		a.o.Hold = reason
		for _, at := range live {
			if err := a.put(at, order.Ask{What: "hold"}, "A stop asked", "picket.order.hold.v1", &floor.Hold{Order: at.At, Reason: reason}); err != nil {
				return err
			}
		}
		return a.note("hold", "On hold: "+reason+".")
	})
}

// Release lets a held order go on.
func (c *Clerk) Release(ctx context.Context, id floor.OrderID, request string, offline Offline) error {
	return c.about(ctx, id, "release", request, offline, func(a *asking) error {
		held := a.o.Hold != ""
		a.o.Hold = ""
		for _, at := range a.live() {
			asked := slices.ContainsFunc(a.o.Asks, func(k order.Ask) bool { return k.What == "hold" && k.Assignment == at.ID && k.State == order.Open })
			if !asked && (at.Folded == nil || at.Folded.Hold == "") {
				continue
			}
			held = true
			if err := a.put(at, order.Ask{What: "release"}, "Its release asked", "picket.order.release.v1", &floor.Release{Order: at.At}); err != nil {
				return err
			}
		}
		if !held {
			return &TooLate{"The order is not on hold."}
		}
		if err := a.note("release", "No longer on hold."); err != nil {
			return err
		}
		if err := a.PutOrder(*a.o); err != nil {
			return err
		}
		return a.route(a.o, true)
	})
}

// Go lets the parts of an order leave that wait for each other, on somebody's word.
func (c *Clerk) Go(ctx context.Context, id floor.OrderID, request string, offline Offline) error {
	return c.about(ctx, id, "go", request, offline, func(a *asking) error {
		some := false
		for _, at := range a.live() {
			if !at.WaitAll || at.Folded != nil && at.Folded.Go {
				continue
			}
			some = true
			if err := a.put(at, order.Ask{What: "go"}, "Leaving without the other parts asked", "picket.order.go.v1", &floor.Go{Order: at.At}); err != nil {
				return err
			}
		}
		if !some {
			return &TooLate{"No part of it waits for another."}
		}
		return nil
	})
}

// Choose says what becomes of units that a site gave back of an order which is collected, or forced to a site.
type Choose struct {
	Request string         `json:"request,omitempty" doc:"Your own name for this wish: sent again, it does nothing new."`
	How     string         `json:"how" enum:"other_site,ship,cancel"`
	Site    floor.SiteID   `json:"site,omitempty" doc:"other_site: which. Default: whoever has it."`
	ShipTo  *order.Address `json:"ship_to,omitempty" doc:"ship: where to, unless the order has an address."`
}

// Choose carries out the choice.
func (c *Clerk) Choose(ctx context.Context, id floor.OrderID, in Choose, offline Offline) error {
	if p := order.CheckChange(nil, in.ShipTo, "", c.cfg.Now()); len(p) > 0 {
		return p
	}
	return c.about(ctx, id, "choose", in.Request, offline, func(a *asking) error {
		o := a.o
		need := order.Reroute(a.p)
		if len(need) == 0 || !a.p.Choice && (o.Site == "" || len(a.had) == 0) {
			return &TooLate{"There is nothing to choose: no unit of it waits for a choice."}
		}
		words := ""
		switch in.How {
		case "cancel":
			for _, l := range need {
				o.Line(l.ID).Dropped += l.Qty
			}
			words = "Chosen: " + order.Plural(units(need), "unit") + " cancelled."
		case "other_site":
			if in.Site != "" {
				if _, err := a.Site(in.Site); errors.Is(err, store.ErrNone) {
					return order.Problems{{Field: "site", Why: "is not a site of this centre", Value: in.Site}}
				} else if err != nil {
					return err
				}
				for i := range a.had {
					if a.had[i].Site == in.Site && a.had[i].State != order.AssignmentRejected {
						return order.Problems{{Field: "site", Why: "gave it back", Value: in.Site}}
					}
				}
			}
			o.Chosen = &order.Choice{How: in.How, Site: in.Site}
			words = "Chosen: from another site."
		case "ship":
			who, err := a.Personal(o.ID)
			if err != nil {
				return err
			}
			if who == nil || in.ShipTo == nil && who.ShipTo.Name == "" {
				return order.Problems{{Field: "ship_to", Why: "is missing: the order has no address"}}
			}
			if in.ShipTo != nil {
				if _, _, err := a.address(*in.ShipTo, false); err != nil {
					return err
				}
			}
			o.Chosen = &order.Choice{How: in.How}
			words = "Chosen: sent to the customer."
		default:
			return order.Problems{{Field: "how", Why: "must be other_site, ship or cancel", Value: in.How}}
		}
		if err := a.note("choose", words); err != nil {
			return err
		}
		if err := a.PutOrder(*o); err != nil {
			return err
		}
		o.Routing.Left = 0
		return a.route(o, true)
	})
}
