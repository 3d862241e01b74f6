package clerk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// A site that keeps nothing any more of what a restored centre lacks restates what it came to, in its own log. What is
// missing is a gap people are told of; what stands at the site is here again behind it.

// gapKey is where a site's declared gap lies, and behind which fact what it came to is told.
func gapKey(site floor.SiteID) string { return "gap/" + string(site) }

// Gap is records of a site nobody has any more.
type Gap struct {
	From wire.Seq `json:"from"` // the first that is missing
	To   wire.Seq `json:"to"`
	Told wire.Pos `json:"told,omitempty"` // the fact with which the site had restated all; 0: not yet
	// Upon is a snapshot the site stands upon, which is nowhere any more, and Log the one that does; no record of that is missing.
	Upon *wire.Upon `json:"upon,omitempty"`
	Log  wire.LogID `json:"log,omitempty"`
	// Covers is what the newest restatement holds.
	Covers *covered `json:"covers,omitempty"`
	// Before is what was lacking when it began; nil: none is under way.
	Before *lack `json:"before,omitempty"`
	// Over are restatements nobody was there to end: another box began with what was told by then.
	Over []over `json:"over,omitempty"`
}

// over is a restatement of a log, given up behind a fact.
type over struct {
	Log  floor.LogID `json:"log"`
	Told wire.Pos    `json:"told"`
}

// late says whether a fact is of a restatement that was given up: its box turned up again, and hands the rest over.
func (g *Gap) late(fact *store.Fact, r *floor.Record) bool {
	_, is := r.Event.(*floor.Restated)
	return is && fact.Seq == 0 && slices.ContainsFunc(g.Over, func(o over) bool { return o.Log == r.Log && fact.Pos > o.Told })
}

// giveUp ends a restatement of which the box is gone: the one that has its session now begins with what was told by then. It counts as
// told, so that no record of the gap counts twice.
func (w *work) giveUp(site floor.SiteID, was wire.LogID, m *store.Mark, a *reconcile.Adopt) error {
	g, err := gapOf(w, site)
	if err != nil || g.To == 0 || g.Told > 0 || a.Log == was || a.Past.Seq > 0 || a.Upon != nil || m.Folded < m.Pos {
		return err
	}
	g.Told, g.Before = m.Pos, nil
	g.Over = append(g.Over, over{Log: floor.LogID(was), Told: m.Pos})
	if err := w.SetMeta(piecesKey(site), ""); err != nil {
		return err
	}
	if err := w.notice(Notice{What: "site.gap", Site: site, About: "over " + string(was),
		Words: "The box of " + w.name(site) + " was replaced or put back before it had said all that stands there. What it had said by then counts, and the rest is nowhere any more: " +
			"count its stock, and look at each of its open orders."}, nil); err != nil {
		return err
	}
	return w.keepGap(site, g)
}

// GapOf is the newest gap in what a site told; To is 0 when there is none.
func (c *Clerk) GapOf(tx store.Tx, site floor.SiteID) (Gap, error) { return gapOf(tx, site) }

func gapOf(tx store.Tx, site floor.SiteID) (g Gap, err error) {
	text, err := tx.Meta(gapKey(site))
	if err != nil || text == "" {
		return g, err
	}
	return g, json.Unmarshal([]byte(text), &g)
}

func (w *work) keepGap(site floor.SiteID, g Gap) error {
	text, err := json.Marshal(g)
	if err != nil {
		return err
	}
	return w.SetMeta(gapKey(site), string(text))
}

// pass moves the cursor behind records that are not to be had.
func (w *work) pass(site floor.SiteID, a *reconcile.Adopt) error {
	if err := w.PutPoint(site, a.Past.Seq, a.Past.Hash); err != nil {
		return err
	}
	had, err := gapOf(w, site)
	if err != nil {
		return err
	}
	g := Gap{From: a.CutTo + 1, To: a.Past.Seq, Upon: had.Upon, Log: had.Log, Before: had.Before, Over: had.Over} // what the one before held counts no more: all is told anew
	if err := w.notice(Notice{What: "site.gap", Site: site, About: fmt.Sprintf("%d-%d", g.From, g.To), Count: int64(g.To - a.CutTo),
		Words: "Records " + strconv.FormatUint(uint64(g.From), 10) + " to " + strconv.FormatUint(uint64(g.To), 10) + " of " + w.name(site) +
			" are nowhere any more: the centre was put back to before what it had called safe. The site says what they came to; how it came about is lost."}, nil); err != nil {
		return err
	}
	return w.keepGap(site, g)
}

// standsUpon notes that a site stands upon a snapshot of facts that are nowhere any more: no record of its log is missing, and
// what went before them is told by its restatement.
func (w *work) standsUpon(site floor.SiteID, a *reconcile.Adopt) error {
	g, err := gapOf(w, site)
	if err != nil || g.Upon != nil && *g.Upon == *a.Upon && g.Log == a.Log {
		return err
	}
	at := strconv.FormatUint(uint64(a.Upon.Seq), 10)
	if err := w.notice(Notice{What: "site.gap", Site: site, About: "upon " + at,
		Words: "What " + w.name(site) + " began with at its record " + at + " is nowhere any more: the centre was put back to before it had heard that. " +
			"The site says what it came to; how it came about is lost."}, nil); err != nil {
		return err
	}
	g.Told, g.Upon, g.Log = 0, a.Upon, a.Log
	if a.Past.Seq == 0 {
		g.From, g.To = a.Upon.Seq+1, a.Upon.Seq
	}
	return w.keepGap(site, g)
}

// A life line is a centre between two restores: up to where each had a site's facts is known as long as they are here.

func livesKey(site floor.SiteID) string { return "lives/" + string(site) }

// life is a life line that ended, with so many facts of a site in it that are here, or what they came to.
type life struct {
	Gen wire.Generation `json:"gen"`
	Pos wire.Pos        `json:"pos"`
}

// livesKept bounds them: a box that stands upon an older one restates.
const livesKept = 50

func livesOf(tx store.Tx, site floor.SiteID) (all []life, err error) {
	text, err := tx.Meta(livesKey(site))
	if err != nil || text == "" {
		return nil, err
	}
	return all, json.Unmarshal([]byte(text), &all)
}

// endLife notes up to where the life line that ends has a site's facts.
func (w *work) endLife(site floor.SiteID) error {
	gen, err := w.Meta(genKey)
	if err != nil || gen == "" {
		return err
	}
	m, err := w.Mark(site)
	if err != nil {
		return err
	}
	all, err := livesOf(w, site)
	if err != nil {
		return err
	}
	return w.keepLives(site, append(all, life{wire.Generation(gen), m.Pos}))
}

func (w *work) keepLives(site floor.SiteID, all []life) error {
	text, err := json.Marshal(all[max(0, len(all)-livesKept):])
	if err != nil {
		return err
	}
	return w.SetMeta(livesKey(site), string(text))
}

// toldOf notes that what a site stands upon was restated: a box put back to before it did so needs not do it again, of what it has then.
func (w *work) toldOf(site floor.SiteID, u *wire.Upon) error {
	all, err := livesOf(w, site)
	if err != nil || u == nil || slices.Contains(all, life{u.Gen, u.Pos}) {
		return err
	}
	return w.keepLives(site, append(all, life{u.Gen, u.Pos}))
}

// Has says whether the facts of a site up to a pos, as a life line counted them, are here.
func (c *Clerk) Has(ctx context.Context, site floor.SiteID, gen wire.Generation, pos wire.Pos) (has bool, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		m, err := tx.Mark(site)
		if err != nil {
			return err
		}
		now, err := tx.Meta(genKey)
		if err != nil {
			return err
		}
		if now == string(gen) {
			has = pos <= m.Pos
			return nil
		}
		all, err := livesOf(tx, site)
		has = slices.ContainsFunc(all, func(l life) bool { return l.Gen == gen && pos <= l.Pos })
		return err
	})
	return has, err
}

// restated takes in a piece of what a site's records come to.
func (f *folding) restated(fact *store.Fact, r *floor.Record, e *floor.Restated) error {
	if e.Whole > 0 {
		g, err := gapOf(f, f.site)
		if err != nil {
			return err
		}
		g.Told, f.anew, g.Before = fact.Pos, g.Before, nil
		if err := f.toldOf(f.site, g.Upon); err != nil {
			return err
		}
		return f.keepGap(f.site, g)
	}
	if e.Part == 1 {
		// Whatever the mirror says, and what was folded upon it since: the site's book takes its place.
		if err := f.restates(); err != nil {
			return err
		}
		clear(f.floor.Places)
		if err := f.EmptyStock(f.site, nil); err != nil {
			return err
		}
		if err := f.keptAnew(); err != nil {
			return err
		}
	}
	if e.Part == 1 || len(e.Devices) > 0 {
		if err := f.covers(fact, r, e); err != nil {
			return err
		}
	}
	lines, err := f.joined(fact, e.Lines)
	if err != nil {
		return err
	}
	here := floor.NewState()
	for i, line := range lines {
		if err := here.Load(line); err != nil {
			f.odd(fact.Record, "line "+strconv.Itoa(i+1)+" of what the site restates cannot be read: "+err.Error())
			continue
		}
		if bytes.HasPrefix(line, []byte(`{"place":`)) || bytes.HasPrefix(line, []byte(`{"allotment":`)) {
			if err := f.floor.Load(line); err != nil {
				return err // it was read a moment ago
			}
		}
	}
	for _, b := range here.Blocks {
		if err := f.leased(fact.Record, &floor.NumbersLeased{Number: b.Kind, Prefix: b.Prefix, From: b.From, To: b.To}); err != nil {
			return err
		}
	}
	for _, k := range here.ListKeys.All() {
		if !k.Own {
			continue
		}
		if err := f.listKey(fact.Record, &floor.ListKeyMade{MakeListKey: floor.MakeListKey{ID: k.ID, Site: k.Site, Public: k.Public}}); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(lines, func(l json.RawMessage) bool { return bytes.HasPrefix(l, []byte(`{"site":`)) }) {
		f.room = anyNumber
		why := ""
		if here.Site.Paused {
			f.room, why = 0, here.Site.Why
		}
		if err := f.pause(why); err != nil {
			return err
		}
	}
	ids := make([]floor.OrderID, 0, len(here.Orders))
	for id := range here.Orders {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := f.restatedOrder(fact, r, here.Orders[id], e.Closed, f.siteName(f.site)+" says where the order stands; what came before is kept nowhere any more."); err != nil {
			return err
		}
	}
	return nil
}

// piecesKey is where what a site tells in pieces waits until it is whole.
func piecesKey(site floor.SiteID) string { return "pieces/" + string(site) }

// joining has what came so far of what a site tells in pieces. It is read and written once in a step, however many come in it: a long
// line would be written anew with each of its pieces.
func (f *folding) joining() (*floor.Joining, error) {
	if f.joins != nil {
		return f.joins, nil
	}
	text, err := f.Meta(piecesKey(f.site))
	if err != nil {
		return nil, err
	}
	j := &floor.Joining{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), j); err != nil {
			return nil, fmt.Errorf("clerk: what a site tells in pieces: %w", err)
		}
	}
	f.joins = j
	return j, nil
}

// keepJoining keeps for the next step what is not whole yet, in the transaction that moves the cursor behind it.
func (f *folding) keepJoining() error {
	if f.joins == nil {
		return nil
	}
	text, err := json.Marshal(f.joins)
	if err != nil {
		return err
	}
	return f.SetMeta(piecesKey(f.site), string(text))
}

// joined gives the lines that are whole with these.
func (f *folding) joined(fact *store.Fact, lines []json.RawMessage) (out []json.RawMessage, err error) {
	if !floor.InPieces(lines) {
		return lines, nil
	}
	j, err := f.joining()
	if err != nil {
		return nil, err
	}
	if out, err = j.Lines(lines); err != nil {
		f.odd(fact.Record, "what the site restates cannot be read: "+err.Error())
	}
	return out, nil
}

// restatedOrder puts an order as the site has it in the place of what was folded of it.
func (f *folding) restatedOrder(fact *store.Fact, r *floor.Record, o *floor.Order, closed bool, words string) error {
	a, err := f.assignment(o.ID)
	if err != nil {
		return err
	}
	if a == nil {
		if a, err = f.lost(takenAs(o)); err != nil {
			return err
		}
	}
	if a == nil {
		f.odd(fact.Record, "is about order "+string(o.ID)+", which the centre never sent here")
		return nil
	}
	if closed && a.Folded != nil && !a.Live() {
		return nil // its end is known here
	}
	line, err := json.Marshal(map[string]*floor.Order{"order": o})
	if err != nil {
		return err
	}
	if err := f.floor.Load(line); err != nil {
		return err
	}
	a.Folded = f.floor.Orders[o.ID]
	for i := range o.Units {
		if err := f.used("", o.Units[i].ID); err != nil {
			return err
		}
	}
	f.ended(a)
	if err := f.Tell(a.Order, order.Happened{At: r.Time, What: "restated", Site: f.site, Record: floor.RecordID(string(r.ID) + ":" + string(o.ID)),
		Words: words}); err != nil {
		return err
	}
	return f.overtaken(a)
}

// overtaken ends what was asked of an order that has come to its end at the site: the answer is nowhere any more.
func (f *folding) overtaken(a *order.Assignment) error {
	a.Settle()
	if a.Live() {
		return nil
	}
	o, err := f.order(a.Order)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	for i := range o.Asks {
		k := &o.Asks[i]
		if k.Assignment != a.ID || k.State != order.Open {
			continue
		}
		k.State = order.Refused
		if a.State == order.AssignmentReleased {
			k.State = order.Granted
		}
		k.Words = f.siteName(f.site) + " was asked, and its answer is kept nowhere any more: its part of the order is " + string(a.State) + "."
		f.dirty[o.ID] = true
		f.touched = append(f.touched, o.ID)
	}
	return nil
}

// takenAs is the assignment an order at a site was taken by.
func takenAs(o *floor.Order) *floor.OrderTaken {
	e := &floor.OrderTaken{Assign: floor.Assign{Order: o.ID, Assignment: o.Assignment, Number: o.Number, Flow: o.Flow, Mode: o.Mode, Due: o.Due,
		Priority: o.Priority, Carrier: o.Carrier, Service: o.Service, ShipTo: o.ShipTo, Note: o.Note, Terms: o.Terms}}
	for _, l := range o.Lines {
		if l.For == "" { // what stands in for another line was never asked for
			e.Lines = append(e.Lines, floor.AskedLine{Line: l.ID, SKU: l.SKU, Qty: l.Qty, LineTerms: l.LineTerms, Allotted: l.Allotted})
		}
	}
	return e
}
