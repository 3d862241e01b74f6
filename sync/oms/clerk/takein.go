package clerk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Mark is where a site's log stands; ErrNoSite when there is no such site.
func (c *Clerk) Mark(ctx context.Context, site floor.SiteID) (m store.Mark, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		if _, err := tx.Site(site); errors.Is(err, store.ErrNone) {
			return ErrNoSite
		} else if err != nil {
			return err
		}
		m, err = tx.Mark(site)
		return err
	})
	return m, err
}

// TakeIn stores raw records of sites with their places in the chains, and the cursors, in one transaction.
// It interprets nothing: that is Fold's, behind a cursor of its own (ruling 17).
//
// A record of a type this version does not know, or that no version could read, stops the cursor before it
// (SYNC R7); its bytes are kept for people to look at.
func (c *Clerk) TakeIn(ctx context.Context, all ...Intake) []reconcile.Applied {
	done := make([]reconcile.Applied, len(all))
	err := c.update(ctx, func(w *work) error {
		for i := range all {
			var err error
			if done[i], err = w.takeIn(&all[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return done
	}
	if len(all) == 1 {
		return []reconcile.Applied{{Err: err}}
	}
	// One site's trouble is its own. What was stored all the same is known when it comes again.
	for i := range all {
		done[i] = c.TakeIn(ctx, all[i])[0]
	}
	return done
}

// Intake is records of one site to be taken in, and how far the site has its feed, stored on the way.
type Intake struct {
	Site  floor.SiteID
	Apply reconcile.Apply
	Acked wire.Seq
}

func (w *work) takeIn(in *Intake) (done reconcile.Applied, err error) {
	site, a := in.Site, &in.Apply
	m, err := w.Mark(site)
	if err != nil {
		return done, err
	}
	m.Stuck = nil
	old, err := w.handed(site)
	if err != nil {
		return done, err
	}
	facts := make([]store.Fact, 0, len(a.Records))
	own := w.c.sourceOf(site)
	put := func() error {
		added, err := w.AddFacts(site, m.Pos, facts)
		m.Pos += wire.Pos(added)
		facts = facts[len(facts):]
		return err
	}
	for _, r := range a.Records {
		id, why := w.c.admit(own, r.Raw)
		if why != "" {
			m.Stuck = &wire.Blocked{Seq: r.Seq, Type: why}
			if err := w.Park(site, r.Seq, r.Raw); err != nil {
				return done, err
			}
			break
		}
		if bytes.Contains(r.Raw, takenBack) {
			if err := put(); err != nil { // what the site told before stands before it
				return done, err
			}
			if err := w.broughtBack(site, &m, r.Raw); err != nil {
				return done, err
			}
		}
		if old != nil {
			if err := w.besides(site, old, id, r.Raw); err != nil {
				return done, err
			}
			if bytes.Contains(r.Raw, factsTakenBack) {
				if err := put(); err != nil {
					return done, err
				}
				if err := w.stand(site, &m, old, r.Raw); err != nil {
					return done, err
				}
			}
		}
		if !on(RuleOnce) {
			id += "@" + string(a.Log)
		}
		facts = append(facts, store.Fact{Record: id, Log: a.Log, Seq: r.Seq, Hash: r.Hash, Raw: r.Raw})
		m.Applied = wire.Position{Log: a.Log, Seq: r.Seq, Hash: r.Hash}
	}
	if err := put(); err != nil {
		return done, err
	}
	if err := w.handedAnswered(site, old, m.Applied.Seq); err != nil {
		return done, err
	}
	if err := w.keepRows(site, a.PII); err != nil {
		return done, err
	}
	m.Heard, m.Acked = w.now, in.Acked
	return reconcile.Applied{UpTo: m.Applied.Seq, Pos: m.Pos, Blocked: m.Stuck}, w.PutMark(site, m)
}

// broughtBack makes what a site took back a fact of its own, where the centre was put back since to before it had it: the
// site's log has those bytes nowhere else. It stands on no chain, and whoever has this record has it.
func (w *work) broughtBack(site floor.SiteID, m *store.Mark, raw []byte) error {
	if !on(RuleBroughtBack) {
		return nil
	}
	outer, err := floor.Decode(raw)
	if err != nil {
		return nil // kept as it is, and never folded
	}
	e, is := outer.Event.(*floor.FactTakenBack)
	if !is {
		return nil
	}
	if err := w.learnFormer(site, m, e.Fact); err != nil {
		return err
	}
	r, ok := e.Inner()
	if id, why := w.c.admit(w.c.sourceOf(site), e.Fact); !ok || why != "" || id != string(r.ID) {
		return nil
	}
	// What the box refused since, as it had not heard of it, is known here by that.
	had, err := w.FactOf(site, string(r.Cause)+"/0")
	if err == nil {
		if known, err := floor.Decode(had.Raw); err != nil || known.Type != r.Type && known.Type == (*floor.CommandRefused)(nil).Type() {
			return nil
		}
	} else if !errors.Is(err, store.ErrNone) {
		return err
	}
	added, err := w.AddFact(site, store.Fact{Pos: m.Pos + 1, Record: string(r.ID), Log: wire.LogID(r.Log), Raw: e.Fact})
	if added {
		m.Pos++
	}
	return err
}

var takenBack = []byte(`"` + (*floor.FactTakenBack)(nil).Type() + `"`)

// sourceOf is what the source of every record of a site begins with.
func (c *Clerk) sourceOf(site floor.SiteID) string {
	return "/t/" + string(c.cfg.Tenant) + "/s/" + string(site) + "/"
}

// admit says what is wrong with a record, in place of a type: "" when nothing is. own is what its source begins with.
func (c *Clerk) admit(own string, raw []byte) (id, why string) {
	e, ok := quickEnvelope(raw)
	if !ok {
		var err error
		if e, err = slowEnvelope(raw); err != nil || len(e.id) == 0 || len(e.typ) == 0 {
			return "", "(no record)"
		}
	}
	// The broker keeps sites apart; the centre does not rely on it.
	if !bytes.HasPrefix(e.source, []byte(own)) && on(RuleOwn) {
		return "", "(a record of another site)"
	}
	if !c.types[string(e.typ)] && !floor.IsLocal(string(e.typ)) && on(RuleUnknown) {
		return "", string(e.typ)
	}
	return string(e.id), ""
}

// envelope is what taking in has to know of a record.
type envelope struct{ id, source, typ []byte }

// slowEnvelope reads the envelope of any record.
func slowEnvelope(raw []byte) (envelope, error) {
	var e struct{ ID, Source, Type string }
	err := json.Unmarshal(raw, &e)
	return envelope{[]byte(e.ID), []byte(e.Source), []byte(e.Type)}, err
}

// quickEnvelope reads the envelope of a record as every site writes it: these four fields first, in this order, and
// without escapes. Any other is for the full decoder.
func quickEnvelope(raw []byte) (e envelope, ok bool) {
	const version, source, typ = `{"specversion":"1.0","id":"`, `,"source":"`, `,"type":"`
	rest, ok := bytes.CutPrefix(raw, []byte(version))
	if !ok || !wellFormed(raw) {
		return e, false
	}
	text := func(behind string) (v []byte, ok bool) {
		if rest, ok = bytes.CutPrefix(rest, []byte(behind)); !ok {
			return nil, false
		}
		end := bytes.IndexByte(rest, '"')
		if end < 1 || bytes.IndexByte(rest[:end], '\\') >= 0 {
			return nil, false
		}
		v, rest = rest[:end], rest[end+1:]
		return v, true
	}
	if e.id, ok = text(""); ok {
		if e.source, ok = text(source); ok {
			e.typ, ok = text(typ)
		}
	}
	return e, ok
}

// Adopt commits what the handshake decided: whose log it is from now on, where it goes on, and, when the
// site had seen more of its feed than the centre remembers, a fresh feed of what should be there.
func (c *Clerk) Adopt(ctx context.Context, site floor.SiteID, a reconcile.Adopt) error {
	return c.update(ctx, func(w *work) error {
		m, err := w.Mark(site)
		if err != nil {
			return err
		}
		lost := a.CutTo < m.Applied.Seq || a.Log != m.Applied.Log
		if err := w.giveUp(site, m.Applied.Log, &m, &a); err != nil {
			return err
		}
		if a.CutTo < m.Applied.Seq {
			m.Orphan = m.Pos
			if err := w.CutChain(site, a.CutTo); err != nil {
				return err
			}
			if a.CutTo > 0 { // else another box took the site over, and began its own log
				err := w.notice(Notice{What: "log.forked", Site: site, About: string(m.Applied.Log), Count: int64(a.CutTo), Words: "The box of " + w.name(site) + " was put back to an older state: it took back " +
					strconv.FormatUint(uint64(m.Applied.Seq-a.CutTo), 10) + " records it had told, and goes on behind record " + strconv.FormatUint(uint64(a.CutTo), 10) + " of its log in another one."}, nil)
				if err != nil {
					return err
				}
			}
		}
		var hash wire.Hash
		if a.CutTo > 0 {
			if hash, err = w.ChainHash(site, a.CutTo); err != nil {
				return err
			}
		}
		if _, err := w.firstKey(site, a.Node, a.Key); err != nil {
			return err
		}
		m.Node, m.Epoch, m.Stuck = a.Node, a.Epoch, nil
		m.Applied = wire.Position{Log: a.Log, Seq: a.CutTo, Hash: hash}
		if a.Past.Seq > 0 {
			if err := w.pass(site, &a); err != nil {
				return err
			}
			m.Applied = a.Past
		}
		if a.Upon != nil {
			if err := w.standsUpon(site, &a); err != nil {
				return err
			}
		}
		if err := w.keepForks(site, forks{a.Log, a.Forks}); err != nil {
			return err
		}
		if err := w.handedKnown(site, &a, m.Applied.Seq); err != nil {
			return err
		}
		if err := w.cameIn(site); err != nil {
			return err
		}
		before := m.Lineage
		if a.Reissue != 0 {
			m.Lineage, m.Acked = a.Reissue, 0
		}
		if err := w.PutMark(site, m); err != nil {
			return err
		}
		anew := a.Reissue != 0
		if in, err := w.awaited(site); err != nil {
			return err
		} else if in != nil {
			anew = anew || in.Anew
			if lost { // it does not remember what the box before it was leased, or it itself: nobody does
				if err := w.unheard(site); err != nil {
					return err
				}
			}
			if err := w.await(site, &awaited{Heard: true, Head: a.Head, Unheard: in.Unheard}); err != nil {
				return err
			}
		}
		if anew {
			if err := w.reissue(site); err != nil {
				return err
			}
		}
		if a.Afresh {
			if err := w.carryOver(site, before); err != nil {
				return err
			}
		}
		return w.heard(site, &m)
	})
}

// reissue fills a fresh feed with everything that should be at the site. What the site has already it
// refuses or takes without effect; the numbers it had are not leased again.
func (w *work) reissue(site floor.SiteID) error {
	s, err := w.Site(site)
	if err != nil {
		return err
	}
	if err := w.catalogue(site); err != nil {
		return err
	}
	bins, err := w.Bins(site)
	if err != nil {
		return err
	}
	for _, b := range bins {
		if err := w.send(site, w.id(), "picket.bin.set.v1", "bin/"+string(b.ID), b); err != nil {
			return err
		}
	}
	settings, err := w.Settings(site)
	if err != nil {
		return err
	}
	for _, s := range settings {
		if s.Type == "" {
			continue // the centre's own
		}
		if err := w.send(site, w.id(), s.Type, s.Subject, json.RawMessage(s.Body)); err != nil {
			return err
		}
	}
	users, err := w.Users(site)
	if err != nil {
		return err
	}
	for _, u := range users {
		if err := w.sendUser(site, u); err != nil {
			return err
		}
	}
	if err := w.lease(s); err != nil {
		return err
	}
	live, err := w.LiveAt(site)
	if err != nil {
		return err
	}
	for i := range live {
		o, err := w.Order(live[i].Order)
		if err != nil {
			return err
		}
		// What the site never answered may have been given to another one in the life that is forgotten.
		held, err := w.held(&o)
		if err != nil {
			return err
		}
		if held && live[i].Folded == nil {
			if err := w.owe(owed{Site: site, Feed: true}); err != nil {
				return err
			}
			continue
		}
		p, err := w.Personal(o.ID)
		if err != nil {
			return err
		}
		if err := w.assign(&o, &live[i], p); err != nil {
			return err
		}
		if held {
			if err := w.withhold(&o, &live[i]); err != nil {
				return err
			}
		}
		if err := w.askAgain(&o, &live[i], p); err != nil {
			return err
		}
	}
	if err := w.askBack(site); err != nil {
		return err
	}
	return w.allotAgain(site)
}

// askBack repeats what a site was asked about orders that were given to another one meanwhile: that it gives them back.
func (w *work) askBack(site floor.SiteID) error {
	taken, err := w.TakenFrom(site)
	if err != nil {
		return err
	}
	at := make([]*order.Assignment, len(taken))
	for i := range taken {
		at[i] = &taken[i]
	}
	return w.askBackOf(at)
}

// askBackOf asks for those of a site's assignments that another one has meanwhile, as far as the site is known to have them: at the
// beginning of a feed, and when it tells so behind that.
func (w *work) askBackOf(as []*order.Assignment) error {
	if !on(RuleAskBack) {
		return nil
	}
	for _, a := range as {
		if a.State == order.AssignmentRevoked && a.Folded != nil {
			if err := w.askedMeanwhile(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// withhold takes a permit back that the site has not answered. One that it took is in what it tells; behind the
// quarantine it gets another.
func (w *work) withhold(o *order.Order, a *order.Assignment) error {
	k := o.Asked("permit", a.ID)
	if k == nil || k.State != order.Open {
		return nil
	}
	k.State, k.Words = order.Refused, "Withheld: the centre was restored."
	if err := w.Want(o.ID, []floor.SKU{heldKey}); err != nil {
		return err
	}
	return w.PutOrder(*o)
}

// askAgain repeats what a site was asked about an order and has not answered, under the same ids.
func (w *work) askAgain(o *order.Order, a *order.Assignment, who *order.Personal) error {
	for i := range o.Asks {
		k := &o.Asks[i]
		if k.Assignment != a.ID || k.State != order.Open {
			continue
		}
		if there, err := w.onFeed(a.Site, k.ID); err != nil {
			return err
		} else if there {
			continue // a feed names a record once
		}
		var rows []wire.Sealed
		var c floor.Change
		if who != nil && json.Unmarshal(k.Data, &c) == nil && c.ShipTo != "" {
			to, ok := who.New[c.ShipTo]
			if !ok && c.ShipTo == o.AddressRow() { // another site has taken it
				to, ok = who.ShipTo, true
			}
			if ok {
				body, err := json.Marshal(to)
				if err != nil {
					return err
				}
				rows = append(rows, wire.Sealed{Ref: c.ShipTo, Sealed: body})
			}
		}
		if err := w.send(a.Site, k.ID, k.Type, "order/"+string(a.At), k.Data, rows...); err != nil {
			return err
		}
	}
	return nil
}

// askedBefore sends what waits for the end of a quarantine, and was asked of an assignment before its newest ask: its site was
// heard since, and has it. Or else a stop would come behind its end.
func (w *work) askedBefore(o *order.Order, a *order.Assignment) error {
	before := *o
	before.Asks = o.Asks[:len(o.Asks)-1]
	if !before.AsksOf(a.ID) {
		return nil
	}
	p, err := w.Personal(o.ID)
	if err != nil {
		return err
	}
	return w.askAgain(&before, a, p)
}

// onFeed says whether a site's feed of this lineage has a record.
func (w *work) onFeed(site floor.SiteID, id string) (bool, error) {
	had, err := w.FeedRecord(site, id)
	if errors.Is(err, store.ErrNone) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := w.Mark(site)
	if err != nil {
		return false, err
	}
	at, err := w.FeedHash(site, m.Lineage, had.Seq)
	if errors.Is(err, store.ErrNone) {
		return false, nil
	}
	return err == nil && at == had.Hash, err
}

// assignAgain sends an assignment the site never answered, and what was asked about it.
func (w *work) assignAgain(a *order.Assignment) error {
	o, err := w.Order(a.Order)
	if err != nil {
		return err
	}
	p, err := w.Personal(o.ID)
	if err != nil {
		return err
	}
	if err := w.assign(&o, a, p); err != nil {
		return err
	}
	return w.askAgain(&o, a, p)
}

// Standing is a site's mark and the head of its feed.
func (c *Clerk) Standing(ctx context.Context, site floor.SiteID) (m store.Mark, head wire.Seq, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		if m, err = tx.Mark(site); err != nil {
			return err
		}
		head, _, err = tx.FeedHead(site, m.Lineage)
		return err
	})
	return m, head, err
}
