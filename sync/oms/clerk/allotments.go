package clerk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// Allotments (escrow): units a site keeps for the centre, so that they can be promised however long it is not heard. What a
// site keeps is folded from its facts; what was decided since stands beside it until the site has answered (order.Allotted).
// So it survives a restore of either side like everything else: by the site's records, told once more.

// allottedKey is the row of an item kept at a site; that of no item lists which have one.
func allottedKey(site floor.SiteID, sku floor.SKU) string {
	if sku == "" {
		return "allotted/" + string(site)
	}
	return "allotted/" + string(site) + "/" + string(sku)
}

// allottedSKUs lists the items of which something is kept at a site, or wanted.
func allottedSKUs(tx store.Tx, site floor.SiteID) (out []floor.SKU, err error) {
	text, err := tx.Meta(allottedKey(site, ""))
	if err != nil || text == "" {
		return nil, err
	}
	return out, json.Unmarshal([]byte(text), &out)
}

// allotted is never nil.
func allotted(tx store.Tx, site floor.SiteID, sku floor.SKU) (*order.Allotted, error) {
	a := &order.Allotted{}
	text, err := tx.Meta(allottedKey(site, sku))
	if err != nil || text == "" {
		return a, err
	}
	return a, json.Unmarshal([]byte(text), a)
}

func (w *work) putAllotted(site floor.SiteID, sku floor.SKU, a *order.Allotted) error {
	skus, err := allottedSKUs(w, site)
	if err != nil {
		return err
	}
	at, had := slices.BinarySearch(skus, sku)
	text := ""
	if !a.None() {
		body, err := json.Marshal(a)
		if err != nil {
			return err
		}
		text = string(body)
	}
	if had == (text == "") {
		if had {
			skus = slices.Delete(skus, at, at+1)
		} else {
			skus = slices.Insert(skus, at, sku)
		}
		list, err := json.Marshal(skus)
		if err != nil {
			return err
		}
		if err := w.SetMeta(allottedKey(site, ""), string(list)); err != nil {
			return err
		}
	} else if text == "" {
		return nil
	}
	return w.SetMeta(allottedKey(site, sku), text)
}

// keptAt is what a site keeps of some items; no skus are all. What a restored centre forgot is promised by nobody: of a site
// in quarantine nothing is.
func keptAt(tx store.Tx, site floor.SiteID, skus []floor.SKU) (out map[floor.SKU]*order.Allotted, shut bool, err error) {
	all, err := allottedSKUs(tx, site)
	if err != nil || len(all) == 0 {
		return nil, false, err
	}
	if in, err := tx.Meta(quarantineKey(site)); err != nil {
		return nil, false, err
	} else if in != "" {
		shut = true
	}
	out = map[floor.SKU]*order.Allotted{}
	for _, sku := range all {
		if len(skus) > 0 && !slices.Contains(skus, sku) {
			continue
		}
		a, err := allotted(tx, site, sku)
		if err != nil {
			return nil, false, err
		}
		if shut {
			a.Back.Put("quarantine", order.AllOfIt)
		}
		out[sku] = a
	}
	return out, shut, nil
}

// drawFrom takes what an assignment's lines can have of what its site keeps off that, before anybody else is promised it.
func (w *work) drawFrom(a *order.Assignment, o *order.Order) error {
	if o.Terms.Source == "incoming" {
		return nil
	}
	kept, shut, err := keptAt(w, a.Site, skusOf(a.Lines))
	if err != nil || len(kept) == 0 || shut {
		return err
	}
	a.Lines = order.Draw(a.ID, a.Lines, func(sku floor.SKU) *order.Allotted { return kept[sku] })
	if !on(RuleAllotted) {
		return nil
	}
	for _, sku := range skusOf(a.Lines) {
		if x := kept[sku]; x != nil && x.Drawn[string(a.ID)] > 0 {
			if err := w.putAllotted(a.Site, sku, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// undraw gives what an assignment was to take back to what is kept: its site did not take it.
func (w *work) undraw(a *order.Assignment) error {
	for _, l := range a.Lines {
		if l.Allotted == 0 {
			continue
		}
		x, err := allotted(w, a.Site, l.SKU)
		if err != nil {
			return err
		}
		x.Taken(a.ID, l.Allotted)
		if err := w.putAllotted(a.Site, l.SKU, x); err != nil {
			return err
		}
	}
	return nil
}

// AllotmentWish is how many units of an item a site is to keep for the centre.
type AllotmentWish struct {
	SKU  floor.SKU `json:"sku" example:"OAT"`
	Qty  int64     `json:"qty" minimum:"0" maximum:"100000" doc:"So many are to be kept there and not promised yet; what is promised of them is asked for again as it becomes free. 0 ends it." example:"6"`
	Note string    `json:"note,omitempty" maxLength:"200" doc:"Said to the site with what it gets back, or as the no to what it would have back."`
}

// SetAllotments says how many units of items a site is to keep. More is asked for; less is given back.
func (c *Clerk) SetAllotments(ctx context.Context, site floor.SiteID, wishes []AllotmentWish) error {
	return c.update(ctx, func(w *work) error {
		if err := w.knownSite(site); err != nil {
			return err
		}
		if in, err := w.awaited(site); err != nil {
			return err
		} else if in != nil {
			return &TooLate{"The centre was restored, and does not know yet what " + w.name(site) + " keeps for it: wait until the site was heard."}
		}
		var p order.Problems
		for i, x := range wishes {
			at := "allotments[" + strconv.Itoa(i) + "]."
			if _, err := w.Item(x.SKU); errors.Is(err, store.ErrNone) {
				p = append(p, order.Problem{Field: at + "sku", Why: "is not in the catalogue", Value: x.SKU})
			} else if err != nil {
				return err
			}
			if x.Qty < 0 || x.Qty > floor.MaxQty {
				p = append(p, order.Problem{Field: at + "qty", Why: "must be 0 to " + strconv.Itoa(floor.MaxQty), Value: x.Qty})
			}
			if err := floor.CheckWords("note", x.Note, false); err != nil || len(x.Note) > 200 {
				p = append(p, order.Problem{Field: at + "note", Why: "must be at most 200 bytes of plain text"})
			}
		}
		if len(p) > 0 {
			return p
		}
		for _, x := range wishes {
			a, err := allotted(w, site, x.SKU)
			if err != nil {
				return err
			}
			a.Want, a.Refused = &x.Qty, ""
			if err := w.balance(site, x.SKU, a, x.Note, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// balance asks a site for what lacks, or gives back what is too much, and keeps the row.
func (w *work) balance(site floor.SiteID, sku floor.SKU, a *order.Allotted, note string, ask bool) error {
	subject := "item/" + string(sku)
	have := a.Kept() + a.Coming()
	switch {
	case a.Want == nil || len(a.Back) > 0: // the next answer brings it up again
	case *a.Want == 0 && a.Kept()+a.Coming() > 0:
		id := w.id()
		a.Back.Put(id, order.AllOfIt)
		if err := w.send(site, id, "picket.allotment.give_back.v1", subject, &floor.GiveAllotmentBack{SKU: sku, All: true, Note: note}); err != nil {
			return err
		}
	case have > *a.Want && a.Free() > 0:
		id, n := w.id(), min(have-*a.Want, a.Free())
		a.Back.Put(id, n)
		if err := w.send(site, id, "picket.allotment.give_back.v1", subject, &floor.GiveAllotmentBack{SKU: sku, Qty: int(n), Note: note}); err != nil {
			return err
		}
	case have < *a.Want && ask && len(a.Asked) == 0:
		id, n := w.id(), *a.Want-have
		a.Asked.Put(id, n)
		if err := w.send(site, id, "picket.allotment.ask.v1", subject, &floor.AskAllotment{SKU: sku, Qty: int(n)}); err != nil {
			return err
		}
	case a.Wanted > 0 && note != "":
		id := w.id()
		a.Back.Put(id, 0)
		if err := w.send(site, id, "picket.allotment.give_back.v1", subject, &floor.GiveAllotmentBack{SKU: sku, Note: note}); err != nil {
			return err
		}
	}
	return w.putAllotted(site, sku, a)
}

// allotAgain puts on a feed that is issued anew what the site has not answered, under the same ids.
func (w *work) allotAgain(site floor.SiteID) error {
	skus, err := allottedSKUs(w, site)
	if err != nil {
		return err
	}
	for _, sku := range skus {
		a, err := allotted(w, site, sku)
		if err != nil {
			return err
		}
		for _, id := range append(a.Asked.Names(), a.Back.Names()...) {
			if there, err := w.onFeed(site, id); err != nil {
				return err
			} else if there {
				continue
			}
			var cmd any = &floor.AskAllotment{SKU: sku, Qty: int(a.Asked[id])}
			typ := "picket.allotment.ask.v1"
			if n, back := a.Back[id]; back {
				typ, cmd = "picket.allotment.give_back.v1", &floor.GiveAllotmentBack{SKU: sku, Qty: int(max(0, n)), All: n == order.AllOfIt}
			}
			if err := w.send(site, id, typ, "item/"+string(sku), cmd); err != nil {
				return err
			}
		}
	}
	return nil
}

// AllotmentView is what a site keeps of an item for the centre, for people.
type AllotmentView struct {
	Site    floor.SiteID `json:"site"`
	SKU     floor.SKU    `json:"sku"`
	Name    string       `json:"name"`
	Want    *int64       `json:"want,omitempty" doc:"So many are to be kept; absent: nobody said."`
	Kept    int64        `json:"kept" doc:"Kept there and promised to nobody."`
	Free    int64        `json:"free" doc:"Of them, how many may still be promised: the rest is being given back."`
	Drawn   int64        `json:"drawn" doc:"Promised of it to orders the site has not heard of yet."`
	Coming  int64        `json:"coming" doc:"Asked for, and not answered yet."`
	Back    bool         `json:"giving_back" doc:"Some are given back, and the site has not heard it yet."`
	Wanted  int64        `json:"wanted_back,omitempty" doc:"The site would have so many back."`
	Note    string       `json:"note,omitempty" doc:"Why, in its words."`
	Refused string       `json:"refused,omitempty" doc:"Why the site would not keep any, in its words."`
}

// Allotments lists what sites keep for the centre, by site, then SKU.
func (c *Clerk) Allotments(ctx context.Context, site floor.SiteID) (out []AllotmentView, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		out = []AllotmentView{}
		sites, err := tx.Sites()
		if err != nil {
			return err
		}
		if site != "" && !slices.ContainsFunc(sites, func(s store.Site) bool { return s.ID == site }) {
			return ErrNoSite
		}
		for _, s := range sites {
			if site != "" && s.ID != site {
				continue
			}
			kept, _, err := keptAt(tx, s.ID, nil)
			if err != nil {
				return err
			}
			skus, err := allottedSKUs(tx, s.ID)
			if err != nil {
				return err
			}
			for _, sku := range skus {
				it, err := tx.Item(sku)
				if err != nil && !errors.Is(err, store.ErrNone) {
					return err
				}
				a := kept[sku]
				v := AllotmentView{Site: s.ID, SKU: sku, Name: it.Name, Want: a.Want, Kept: a.Kept(), Free: a.Free(), Coming: a.Coming(), Back: len(a.Back) > 0,
					Wanted: a.Wanted, Note: a.Note, Refused: a.Refused}
				for _, n := range a.Drawn {
					v.Drawn += n
				}
				out = append(out, v)
			}
		}
		return nil
	})
	return out, err
}

// keptBack takes in what a site says about what it keeps. What that comes to is added in settle, from the floor's own sums.
func (f *folding) keptBack(r *floor.Record) error {
	change := func(sku floor.SKU, do func(a *order.Allotted)) error {
		a, err := allotted(f, f.site, sku)
		if err != nil {
			return err
		}
		do(a)
		return f.putAllotted(f.site, sku, a)
	}
	switch e := r.Event.(type) {
	case *floor.AllotmentGranted:
		f.kept = append(f.kept, e.SKU)
		return change(e.SKU, func(a *order.Allotted) { delete(a.Asked, string(r.Cause)) })
	case *floor.AllotmentGivenBack:
		f.kept, f.freed = append(f.kept, e.SKU), append(f.freed, e.SKU)
		return change(e.SKU, func(a *order.Allotted) { delete(a.Back, string(r.Cause)); a.Wanted, a.Note = 0, "" })
	case *floor.AllotmentWanted:
		words := f.siteName(f.site) + " would have " + strconv.Itoa(e.Qty) + " × " + f.name(e.SKU) + " back that it keeps for us: " + strings.TrimSuffix(e.Note, ".") + "."
		if err := f.notice(Notice{What: "allotment.wanted", Site: f.site, About: string(e.SKU), Count: int64(e.Qty), Words: words}, nil); err != nil {
			return err
		}
		return change(e.SKU, func(a *order.Allotted) { a.Wanted, a.Note = int64(e.Qty), e.Note })
	case *floor.AllotmentBroken:
		f.kept = append(f.kept, e.SKU)
		return f.notice(Notice{What: "allotment.broken", Site: f.site, About: string(e.SKU), Count: e.Qty}, func(n int64) string {
			return strconv.FormatInt(n, 10) + " × " + f.name(e.SKU) + " that " + f.siteName(f.site) + " kept for us went otherwise: sold there, or not found. " +
				strconv.FormatInt(e.Left, 10) + " still kept; what was promised beyond that comes short."
		})
	case *floor.OrderTaken:
		return f.took(e.Assignment, e.Lines)
	case *floor.LinesTaken:
		if a := f.open[e.Order]; a != nil {
			return f.took(a.ID, e.Lines)
		}
	}
	return nil
}

// took notes that lines of an assignment are at the site: from here on its own facts have them.
func (f *folding) took(id floor.AssignmentID, lines []floor.AskedLine) error {
	for _, l := range lines {
		if l.Allotted == 0 {
			continue
		}
		a, err := allotted(f, f.site, l.SKU)
		if err != nil {
			return err
		}
		a.Taken(id, l.Allotted)
		f.refill = append(f.refill, l.SKU)
		if err := f.putAllotted(f.site, l.SKU, a); err != nil {
			return err
		}
	}
	return nil
}

// askedToKeep looks at the refusal of an ask for an allotment; false: it is of something else.
func (f *folding) askedToKeep(r *floor.Record, no *floor.CommandRefused, words string) (bool, error) {
	if no.Kind != (*floor.AskAllotment)(nil).Kind() && no.Kind != (*floor.GiveAllotmentBack)(nil).Kind() {
		return false, nil
	}
	had, err := f.FeedRecord(f.site, string(r.Cause))
	if errors.Is(err, store.ErrNone) {
		return true, nil // of a life that is forgotten
	}
	if err != nil {
		return true, err
	}
	var about struct {
		Data floor.AskAllotment `json:"data"`
	}
	if err := json.Unmarshal(had.Raw, &about); err != nil {
		return true, err
	}
	a, err := allotted(f, f.site, about.Data.SKU)
	if err != nil {
		return true, err
	}
	delete(a.Asked, string(r.Cause))
	delete(a.Back, string(r.Cause))
	if a.Refused = words; no.Code != floor.IsRecovering {
		f.odd(string(r.ID), "the site refused "+no.Kind+": "+words)
	}
	return true, f.putAllotted(f.site, about.Data.SKU, a)
}

// settleKept adds what these facts come to of what the site keeps.
func (f *folding) settleKept() error {
	for _, d := range f.floor.Allotments.All() {
		a, err := allotted(f, f.site, d.SKU)
		if err != nil {
			return err
		}
		a.Told += d.Granted + d.Over - d.Back - d.Drawn - d.Broken
		if err := f.putAllotted(f.site, d.SKU, a); err != nil {
			return err
		}
	}
	return nil
}

// keptAnew forgets what a site was known to keep: it says it anew.
func (f *folding) keptAnew() error {
	f.floor.Allotments = floor.NewState().Allotments
	skus, err := allottedSKUs(f, f.site)
	if err != nil {
		return err
	}
	for _, sku := range skus {
		a, err := allotted(f, f.site, sku)
		if err != nil {
			return err
		}
		a.Told = 0
		if err := f.putAllotted(f.site, sku, a); err != nil {
			return err
		}
	}
	return nil
}

// topUp asks for what is wanted and lacks again, where something has changed: units were promised, broken or given up here,
// or stock may have appeared. A site that has none to keep is not asked twice for nothing.
func (f *folding) topUp() error {
	if in, err := f.awaited(f.site); err != nil || in != nil {
		return err
	}
	all, err := allottedSKUs(f, f.site)
	if err != nil {
		return err
	}
	for _, sku := range all {
		ask := f.whole || slices.Contains(f.refill, sku) || slices.Contains(f.freed, sku)
		if !ask && !slices.Contains(f.kept, sku) {
			continue
		}
		a, err := allotted(f, f.site, sku)
		if err != nil {
			return err
		}
		if err := f.balance(f.site, sku, a, "", ask); err != nil {
			return err
		}
	}
	return nil
}
