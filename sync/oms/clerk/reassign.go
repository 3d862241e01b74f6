package clerk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// Reassign gives an order to another site.
type Reassign struct {
	Request string       `json:"request,omitempty" doc:"Your own name for this wish: sent again, it does nothing new."`
	Site    floor.SiteID `json:"site,omitempty" doc:"Which; default: whoever has it."`
	Force   bool         `json:"force,omitempty" doc:"Over the head of a site that has the authority and does not answer: it may be delivered twice."`
	By      string       `json:"by,omitempty" doc:"force: who takes it upon themselves."`
	Note    string       `json:"note,omitempty" doc:"force: why."`
}

// Reassign takes an order from the sites that have it. What the centre has the authority over (mode confirm, no
// permit on its way) goes at once; a site that has it is asked; with force, it goes without its answer.
func (c *Clerk) Reassign(ctx context.Context, id floor.OrderID, in Reassign, offline Offline) error {
	var p order.Problems
	for _, f := range [][2]string{{"by", in.By}, {"note", in.Note}} {
		switch n := len(strings.TrimSpace(f[1])); {
		case in.Force && n == 0:
			p = append(p, order.Problem{Field: f[0], Why: "is missing: somebody has to answer for it"})
		case n > 200:
			p = append(p, order.Problem{Field: f[0], Why: "must be at most 200 bytes"})
		case n > 0:
			if err := floor.CheckWords(f[0], f[1], false); err != nil {
				p = append(p, order.Problem{Field: f[0], Why: strings.TrimPrefix(err.Error(), f[0]+": ")})
			}
		}
	}
	if len(p) > 0 {
		return p
	}
	return c.about(ctx, id, "reassign", in.Request, offline, func(a *asking) error { return a.reassign(in) })
}

func (a *asking) reassign(in Reassign) error {
	if held, err := a.held(a.o); err != nil {
		return err
	} else if held {
		return &TooLate{"The centre was restored, and a site that was not heard since may have the order: wait until every site was heard."}
	}
	if in.Site != "" {
		if _, err := a.Site(in.Site); errors.Is(err, store.ErrNone) {
			return order.Problems{{Field: "site", Why: "is not a site of this centre", Value: in.Site}}
		} else if err != nil {
			return err
		}
		if slices.ContainsFunc(a.had, func(x order.Assignment) bool { return x.Site == in.Site && x.Live() }) {
			return order.Problems{{Field: "site", Why: "has it already", Value: in.Site}}
		}
	}
	live := slices.DeleteFunc(a.live(), func(x *order.Assignment) bool { return x.Away != nil })
	if len(live) == 0 {
		return a.tooLate()
	}
	if err := a.note("reassign", "Another site is to serve it."); err != nil {
		return err
	}
	free := false
	for _, at := range live {
		permit := a.o.Asked("permit", at.ID)
		own := (at.Mode == floor.ModeConfirm && !at.Permitted() || !on(RuleHold)) && (permit == nil || permit.State == order.Refused)
		if own || in.Force {
			free = true
			if err := a.take(at, in, !own); err != nil {
				return err
			}
			continue
		}
		if err := a.back(at, "Its return asked"); err != nil {
			return err
		}
	}
	if in.Site != "" || a.o.Site != "" || free {
		a.o.Chosen = &order.Choice{How: "other_site", Site: in.Site}
	}
	if err := a.PutOrder(*a.o); err != nil {
		return err
	}
	return a.route(a.o, true)
}

// take takes an assignment away, and tells its site.
func (a *asking) take(at *order.Assignment, in Reassign, forced bool) error {
	at.Away = &order.Away{At: a.now, Forced: forced}
	what, words := "assignment.revoked", "Taken back from "+a.name(at.Site)+" by the centre, which had not permitted it to leave."
	if forced {
		at.Away.By, at.Away.Note = in.By, in.Note
		what, words = "assignment.forced", "Taken from "+a.name(at.Site)+" without its answer on the word of "+in.By+" ("+in.Note+"): it may be delivered twice."
	} else {
		at.State = order.AssignmentRevoked
	}
	if err := a.SetAssignment(*at); err != nil {
		return err
	}
	if err := a.Reserve(at.ID, at.Site, at.Reserves()); err != nil {
		return err
	}
	if err := a.Tell(a.o.ID, order.Happened{At: a.now, What: what, Words: words, Site: at.Site}); err != nil {
		return err
	}
	if forced {
		if err := a.warn(at, &floor.ForceElsewhere{Who: in.By, To: in.Site}); err != nil {
			return err
		}
	}
	if k := a.o.Asked("back", at.ID); k != nil && k.State == order.Open {
		return nil // that it was asked for stands
	}
	return a.back(at, "Its return asked")
}

// back asks a site for all it has.
func (a *asking) back(at *order.Assignment, words string) error {
	k := order.Ask{What: "back", Cause: floor.ByCentre}
	for _, l := range at.Lines {
		if n := at.Here(l.ID); n > 0 {
			k.Lines = append(k.Lines, order.AskLine{Line: l.ID, Qty: n})
		}
	}
	if len(k.Lines) == 0 {
		return nil
	}
	// The request is named by the note alone.
	defer func(key string) { a.key = key }(a.key)
	a.key = ""
	return a.put(at, k, words, "picket.order.recall.v1", &floor.Recall{Order: at.At, Cause: floor.ByCentre})
}

// warn tells the people of a site that another one has the order as well, or they themselves under another name.
func (w *work) warn(at *order.Assignment, about *floor.ForceElsewhere) error {
	about.Order = at.At
	return w.send(at.Site, w.id(), "picket.order.force.v1", "order/"+string(at.At), about)
}

// restoredWho is on whose word two sites have one order when nobody forced it.
const restoredWho = "the centre, which was restored"

// oneOnly asks sites for what another one has too, and says so when both let it leave.
func (w *work) oneOnly(o *order.Order, as []order.Assignment) (changed bool, err error) {
	held, err := w.held(o)
	if err != nil {
		return false, err
	}
	back, twice := order.Over(o, as)
	if twice > o.Twice {
		o.Twice = twice
		changed = true
		var where []string
		for i := range as {
			if as[i].Left() {
				where = append(where, w.name(as[i].Site))
			}
		}
		words := order.Plural(twice, "unit") + " too many left " + strings.Join(where, " and ") + "."
		if err := w.Tell(o.ID, order.Happened{At: w.now, What: "order.double_fulfilled", Words: "Delivered twice: " + words + " Stop a parcel, or ask for it back."}); err != nil {
			return false, err
		}
		if err := w.notice(Notice{What: "order.double_fulfilled", About: string(o.ID), Count: int64(twice), Words: "Order " + o.Number + " was delivered twice: " + words}, nil); err != nil {
			return false, err
		}
	}
	if len(back) == 0 || !on(RuleOneOnly) {
		return changed, nil
	}
	if held {
		return changed, w.Want(o.ID, []floor.SKU{heldKey}) // whoever is heard yet may have let go of it
	}
	for _, x := range back {
		at := &as[x.At]
		n := 0
		for _, l := range x.Lines {
			n += l.Qty
		}
		words := order.Plural(n, "unit") + " asked back from " + w.name(at.Site) + ": another site has the same."
		if twin(at, as) != nil {
			words = order.Plural(n, "unit") + " asked back from " + w.name(at.Site) + ", which has the same twice."
		}
		k := order.Ask{What: "back", Cause: floor.ByCentre, Lines: x.Lines, Words: words}
		cmd := &floor.Recall{Order: at.At, Cause: floor.ByCentre}
		for _, l := range x.Lines {
			cmd.Lines = append(cmd.Lines, floor.LineQty{Line: l.Line, Qty: l.Qty})
		}
		if err := w.ask(o, at, k, "picket.order.recall.v1", cmd); err != nil {
			return false, err
		}
		if err := w.Tell(o.ID, order.Happened{At: w.now, What: "recall.requested", Words: words, Site: at.Site}); err != nil {
			return false, err
		}
		if at.Lost || slices.ContainsFunc(as, func(a order.Assignment) bool { return a.Lost }) {
			for i := range as {
				if as[i].Live() {
					about := &floor.ForceElsewhere{Who: restoredWho}
					if other := twin(&as[i], as); other != nil {
						about.With = other.At
					}
					if err := w.warn(&as[i], about); err != nil {
						return false, err
					}
				}
			}
		}
	}
	return true, nil
}

// twin is the other assignment of an order that one site has twice, nil when another site has it, too.
func twin(at *order.Assignment, as []order.Assignment) (other *order.Assignment) {
	for i := range as {
		x := &as[i]
		switch {
		case x.ID == at.ID || !x.Live() && !x.Left():
		case x.Site != at.Site:
			return nil
		default:
			other = x
		}
	}
	return other
}

// permits lets what is ready leave, where the centre kept the authority.
func (w *work) permits(o *order.Order, as []order.Assignment) (changed bool, err error) {
	for i := range as {
		a := &as[i]
		if a.Mode != floor.ModeConfirm || a.Permitted() || !a.Asks() && on(RuleAsked) || o.Hold != "" || o.Twice > 0 {
			continue
		}
		if k := o.Asked("permit", a.ID); k != nil && k.State != order.Refused {
			continue
		}
		if slices.ContainsFunc(o.Asks, func(k order.Ask) bool {
			return k.Assignment == a.ID && k.State == order.Open && (k.What == "cancel" || k.What == "back")
		}) {
			continue // what the site lets go of is not wanted to leave
		}
		if held, err := w.held(o); err != nil {
			return changed, err
		} else if held && on(RulePermits) {
			return changed, w.Want(o.ID, []floor.SKU{heldKey})
		}
		words := w.name(a.Site) + " may let it leave; it has not answered yet."
		if err := w.ask(o, a, order.Ask{What: "permit", Words: words}, "picket.order.permit.v1", &floor.Permit{Order: a.At}); err != nil {
			return changed, err
		}
		if err := w.Tell(o.ID, order.Happened{At: w.now, What: "permit", Words: "The centre permits " + w.name(a.Site) + " to let it leave.", Site: a.Site}); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}
