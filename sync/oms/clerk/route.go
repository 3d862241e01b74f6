package clerk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// route finds a site for what of an order no site has, and tells it, in this transaction. again says that
// something has changed at the sites since it was last tried.
func (w *work) route(o *order.Order, again bool) error {
	had, err := w.Assignments(o.ID)
	if err != nil {
		return err
	}
	p := order.Of(o, had)
	need := o.Whole(order.Reroute(p))
	if !on(RuleLive) {
		need = o.Lines
	}
	if len(need) == 0 || o.Hold != "" {
		return nil
	}
	who, err := w.Personal(o.ID)
	if err != nil || who == nil {
		return err // its address was erased: there is nowhere to send it
	}
	r := routing{work: w, o: o, had: had, need: need, who: who, again: again}
	if held, err := w.held(o); held || err != nil {
		if err != nil {
			return err
		}
		return r.holdBack()
	}
	for i := range had {
		if had[i].State != order.AssignmentRejected {
			return r.rest(p)
		}
	}
	if p.Choice || o.Chosen != nil {
		return r.rest(p)
	}
	return r.first()
}

// routing is one order on its way to sites.
type routing struct {
	*work
	o     *order.Order
	had   []order.Assignment
	need  []order.Line
	who   *order.Personal
	again bool
	later []floor.SiteID // sites that said no for now, or take no orders
	aged  []floor.SiteID // sites that promise less because they are not heard
}

// holdBack lets what is to be routed wait for the end of a quarantine.
func (r *routing) holdBack() error {
	o := r.o
	words := &o.Routing.Words
	if slices.ContainsFunc(r.had, func(a order.Assignment) bool { return a.State != order.AssignmentRejected }) {
		words = &o.Routing.Rest
	}
	if *words != heldWords {
		if err := r.Tell(o.ID, order.Happened{At: r.now, What: "waiting", Words: heldWords}); err != nil {
			return err
		}
		*words = heldWords
	}
	if err := r.Want(o.ID, []floor.SKU{heldKey}); err != nil {
		return err
	}
	return r.restate(o)
}

// wish is what is to be routed, and by whom it is not to be served: sites that said no, or gave it back.
func (r *routing) wish() order.Wish {
	wish := order.Wish{Lines: r.need, Default: r.c.cfg.Default}
	for i := range r.had {
		a := &r.had[i]
		no := a.State == order.AssignmentRejected
		if no && a.Later {
			r.later = append(r.later, a.Site)
			if no = !r.hasRoom(a.Site); no {
				wish.Later = append(wish.Later, order.Later{Site: a.Site, Words: a.Refusal})
			}
		}
		for _, l := range r.need {
			no = no || a.GaveBack(l.ID)
		}
		if no {
			wish.Refused = append(wish.Refused, a.Site)
		}
	}
	return wish
}

// first gives an order that no site has had to one site, or to several when it asks for that.
func (r *routing) first() error {
	wish := r.wish()
	wish.Force = r.o.Site
	sites, err := r.candidates()
	if err != nil {
		return err
	}
	to := order.Route(wish, sites)
	if to.Site == "" {
		if r.o.Routing.Words != to.Words {
			if err := r.Tell(r.o.ID, order.Happened{At: r.now, What: "waiting", Words: to.Words}); err != nil {
				return err
			}
		}
		if r.o.Routing = to; r.o.State != order.AwaitsChoice {
			r.o.State = order.Waiting
		}
		if err := r.want(nil); err != nil {
			return err
		}
		return r.SetOrder(r.o.ID, r.o.State, "", to)
	}
	r.o.Routing = to
	if parts := r.parts(wish, sites, to); len(parts) > 1 {
		for i, part := range parts {
			r.o.Routing.Words = "Sent in " + strconv.Itoa(len(parts)) + " parts, which leave together."
			if err := r.give(part.site, part.lines, "", "Part "+strconv.Itoa(i+1)+" of "+strconv.Itoa(len(parts))+" sent to "+r.name(part.site)+".", i+1, len(parts)); err != nil {
				return err
			}
		}
	} else if err := r.give(to.Site, r.need, "", "Sent to "+to.Words, 0, 0); err != nil {
		return err
	}
	if err := r.Want(r.o.ID, nil); err != nil {
		return err
	}
	return r.restate(r.o)
}

type sitePart struct {
	site  floor.SiteID
	lines []order.Line
}

// parts splits an order that leaves together over sites that have all of it together; nothing when one has, or
// they have not.
func (r *routing) parts(wish order.Wish, sites []order.Site, to order.Routing) []sitePart {
	if !r.o.WaitAll || wish.Force != "" {
		return nil
	}
	var out []sitePart
	for len(wish.Lines) > 0 && to.Site != "" {
		at := slices.IndexFunc(sites, func(s order.Site) bool { return s.ID == to.Site })
		take, rest := order.Covered(wish.Lines, &sites[at])
		if len(take) == 0 {
			return nil
		}
		out = append(out, sitePart{to.Site, take})
		wish.Lines, wish.Refused = rest, append(slices.Clone(wish.Refused), to.Site)
		to = order.Route(wish, sites)
	}
	if len(wish.Lines) > 0 {
		return nil
	}
	return out
}

// rest gives the units that sites gave back to others, each as far as its stock goes. Orders that are collected
// wait for the customer's choice, and a forced order for somebody's.
func (r *routing) rest(p order.Progress) error {
	o := r.o
	if p.Choice || o.Site != "" && o.Chosen == nil {
		words := ""
		if p.Choice {
			words = o.Say(p)
		} else {
			words = order.Plural(units(r.need), "unit") + " cannot be served by " + r.name(o.Site) + ", which the order is forced to."
		}
		return r.left(words)
	}
	if !r.again && units(r.need) == o.Routing.Left {
		return nil // tried, and nothing is new
	}
	wish := r.wish()
	flow := floor.Flow("")
	if o.Chosen != nil {
		if wish.Force = o.Chosen.Site; o.Chosen.How == "ship" {
			flow = floor.FlowShip
		}
	}
	sites, err := r.candidates()
	if err != nil {
		return err
	}
	words := ""
	for len(r.need) > 0 {
		wish.Lines = r.need
		to := order.Route(wish, sites)
		if to.Site == "" {
			if wish.Force != "" {
				words = " " + to.Words
			}
			break
		}
		at := slices.IndexFunc(sites, func(s order.Site) bool { return s.ID == to.Site })
		take, rest := order.Covered(r.need, &sites[at])
		if wish.Force != "" {
			take, rest = r.need, nil
		}
		part := 0
		if o.WaitAll && r.had[0].Of > 1 {
			part = len(r.had) + 1
		}
		words := order.Plural(units(take), "unit") + " went on to " + r.name(to.Site) + "."
		if err := r.give(to.Site, take, flow, words, part, part); err != nil {
			return err
		}
		o.Routing.Rest = words
		r.need = rest
		wish.Refused = append(wish.Refused, to.Site)
	}
	if len(r.need) == 0 {
		o.Routing.Left = 0
		if o.Chosen != nil {
			o.Chosen = nil
			if err := r.PutOrder(*o); err != nil {
				return err
			}
		}
		if err := r.Want(o.ID, nil); err != nil {
			return err
		}
		return r.restate(o)
	}
	if words != "" {
		return r.left(order.Plural(units(r.need), "unit") + " cannot be served yet." + words)
	}
	return r.left(order.Plural(units(r.need), "unit") + " cannot be served: no other site has it. It is tried again when stock appears.")
}

// left notes what found no site.
func (r *routing) left(words string) error {
	o := r.o
	if o.Routing.Rest != words {
		if err := r.Tell(o.ID, order.Happened{At: r.now, What: "waiting", Words: words}); err != nil {
			return err
		}
	}
	o.Routing.Rest, o.Routing.Left = words, units(r.need)
	if err := r.want(r.need); err != nil {
		return err
	}
	return r.restate(o)
}

// want notes what the order is to be tried again for: stock of its items, and room at sites that had none.
func (r *routing) want(lines []order.Line) error {
	keys := skusOf(lines)
	for _, s := range r.later {
		keys = append(keys, roomAt(s))
	}
	for _, s := range r.aged {
		keys = append(keys, agedAt(s))
	}
	return r.Want(r.o.ID, keys)
}

// roomAt is the key of orders that wait for a site to take orders again.
func roomAt(s floor.SiteID) floor.SKU { return floor.SKU("@" + s) }

// give hands lines to a site as a line group of their own.
func (r *routing) give(site floor.SiteID, lines []order.Line, flow floor.Flow, words string, part, of int) error {
	o := r.o
	group := 1
	for i := range r.had {
		if r.had[i].State != order.AssignmentRejected { // one before it may have been rejected since
			group = max(group, r.had[i].Group+1)
		}
	}
	a := order.Assignment{ID: floor.AssignmentID(r.id()), Order: o.ID, Group: group, Site: site, At: o.ID, State: order.AssignmentSent, Lines: lines, Flow: flow,
		Part: part, Of: of, WaitAll: of > 1, Mode: o.Mode}
	if a.Mode == "" {
		m, err := settingOf[floor.Mode](r.work, site, modeKey)
		if err != nil {
			return err
		}
		if m != nil {
			a.Mode = *m
		}
	}
	if n := len(r.had); n > 0 {
		a.At = floor.OrderID(string(o.ID) + "-" + strconv.Itoa(n+1)) // a site knows an order by one name for ever
	}
	if err := r.drawFrom(&a, o); err != nil {
		return err
	}
	if err := r.AddAssignment(a); err != nil {
		return err
	}
	if err := r.Reserve(a.ID, a.Site, a.Reserves()); err != nil {
		return err
	}
	if err := r.assign(o, &a, r.who); err != nil {
		return err
	}
	r.had = append(r.had, a)
	if site == r.folds && r.room > 0 {
		r.room--
	}
	return r.Tell(o.ID, order.Happened{At: r.now, What: "routed", Site: site, Words: words})
}

func (w *work) name(site floor.SiteID) string {
	if s, err := w.Site(site); err == nil && s.Name != "" {
		return s.Name
	}
	return string(site)
}

func units(lines []order.Line) int {
	n := 0
	for _, l := range lines {
		n += l.Qty
	}
	return n
}

// assign puts the assignment on the site's feed; the first record's id is the assignment's. What is personal
// goes beside it, and what was erased is not sent.
func (w *work) assign(o *order.Order, a *order.Assignment, who *order.Personal) error {
	cmds := o.Assign(a, w.c.cfg.Carrier)
	if p := sound("", cmds...); len(p) > 0 {
		return fmt.Errorf("assign order %s: %w", o.ID, p)
	}
	head := cmds[0].(*floor.Assign)
	var rows []wire.Sealed
	add := func(ref string, v any) error {
		if ref == "" || who == nil {
			return nil
		}
		body, err := json.Marshal(v)
		rows = append(rows, wire.Sealed{Ref: ref, Sealed: body})
		return err
	}
	if who != nil {
		to := who.ShipTo
		if head.ShipTo != o.AddressRow() && who.First != nil {
			to = *who.First // this site did not take the other one
		}
		if err := add(head.ShipTo, who.AddressedRow(to)); err != nil {
			return err
		}
		if who.Contact != nil {
			if err := add(head.Contact, who.CollectsRow()); err != nil {
				return err
			}
		}
		if head.Gift != nil {
			if err := add(head.Gift.Note, map[string]string{"note": who.Gift}); err != nil {
				return err
			}
		}
	}
	if err := w.send(a.Site, string(a.ID), "picket.order.assigned.v1", "order/"+string(a.At), head, rows...); err != nil {
		return err
	}
	for _, more := range cmds[1:] {
		if err := w.send(a.Site, w.id(), "picket.order.lines.v1", "order/"+string(a.At), more); err != nil {
			return err
		}
	}
	return nil
}

// candidates are all sites with what they have of the lines needed; the one a transfer goes to is none.
func (r *routing) candidates() ([]order.Site, error) {
	sites, err := r.Sites()
	if err != nil {
		return nil, err
	}
	shut, err := r.pausedSites()
	if err != nil {
		return nil, err
	}
	skus := skusOf(r.need)
	out := make([]order.Site, 0, len(sites))
	for _, s := range sites {
		if s.ID == r.o.Terms.To {
			continue
		}
		levels, err := r.Levels(s.ID, skus)
		if err != nil {
			return nil, err
		}
		open, err := r.CountLive(s.ID)
		if err != nil {
			return nil, err
		}
		p, err := r.c.promises(r, s.ID, skus, r.now)
		if err != nil {
			return nil, err
		}
		free, kept, firm := make(map[floor.SKU]int64, len(levels)), "", map[floor.SKU]bool{}
		for i := range levels {
			l, less := &levels[i], p.of(&levels[i])
			free[l.SKU], firm[l.SKU] = less.ATP, p.firm(l.SKU)
			if p.age >= order.Fresh && less.Why != "" {
				kept = "was last heard " + order.Span(p.age) + " ago, so that less is promised than its book has"
			}
		}
		if kept != "" {
			r.aged = append(r.aged, s.ID)
		}
		if is, err := isApart(r, s.ID); err != nil {
			return nil, err
		} else if is && shut[s.ID] == "" {
			shut[s.ID] = "it is set apart"
		}
		if shut[s.ID] != "" {
			r.later = append(r.later, s.ID)
		}
		out = append(out, order.Site{ID: s.ID, Name: s.Name, Free: free, Open: open, Capacity: s.Capacity, Paused: shut[s.ID], Kept: kept, Firm: firm})
	}
	return out, nil
}

// reroute tries orders again that look for one of the keys, the earliest due first.
func (w *work) reroute(keys []floor.SKU) error {
	// More wait than this only when a whole shop is out of stock; the next fact brings the rest.
	ids, err := w.WaitingFor(keys, 200)
	if err != nil {
		return err
	}
	for _, id := range ids {
		o, err := w.Order(id)
		if err != nil {
			return err
		}
		if err := w.route(&o, true); err != nil {
			return err
		}
	}
	return nil
}

// restate derives an order's state anew, and which site has it.
func (w *work) restate(o *order.Order) error {
	as, err := w.Assignments(o.ID)
	if err != nil {
		return err
	}
	p := order.Of(o, as)
	site := o.Routing.Site
	for i := range as {
		if as[i].Live() {
			site = as[i].Site
		}
	}
	o.State, o.Routing.Site = p.State, site
	return w.SetOrder(o.ID, p.State, site, o.Routing)
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

// lease gives a site its next run of SSCC serials. Runs never overlap and never come back.
func (w *work) lease(s store.Site) error {
	// The ledger does not know what was leased since the backup before every site was heard.
	if open, err := w.quarantine(); err != nil {
		return err
	} else if open {
		return w.owe(owed{Site: s.ID, Numbers: floor.NumberSSCC})
	}
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
