package clerk

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

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

// TakeIn stores raw records of a site with their place in its chain, and the cursor, in one transaction.
// It interprets nothing: that is Fold's, behind a cursor of its own (ruling 17). acked is how far the site
// has its feed, stored on the way.
//
// A record of a type this version does not know, or that no version could read, stops the cursor before it
// (SYNC R7); its bytes are kept for people to look at.
func (c *Clerk) TakeIn(ctx context.Context, site floor.SiteID, a reconcile.Apply, acked wire.Seq) reconcile.Applied {
	var done reconcile.Applied
	err := c.update(ctx, func(w *work) error {
		m, err := w.Mark(site)
		if err != nil {
			return err
		}
		m.Stuck = nil
		for _, r := range a.Records {
			id, why := c.admit(site, r.Raw)
			if why != "" {
				m.Stuck = &wire.Blocked{Seq: r.Seq, Type: why}
				if err := w.Park(site, r.Seq, r.Raw); err != nil {
					return err
				}
				break
			}
			added, err := w.AddFact(site, store.Fact{Pos: m.Pos + 1, Record: id, Log: a.Log, Seq: r.Seq, Hash: r.Hash, Raw: r.Raw})
			if err != nil {
				return err
			}
			if added {
				m.Pos++
			}
			m.Applied = wire.Position{Log: a.Log, Seq: r.Seq, Hash: r.Hash}
		}
		for _, row := range a.PII {
			if err := w.KeepRow(site, row); err != nil {
				return err
			}
		}
		m.Heard, m.Acked = w.now, acked
		done = reconcile.Applied{UpTo: m.Applied.Seq, Pos: m.Pos, Blocked: m.Stuck}
		return w.PutMark(site, m)
	})
	if err != nil {
		return reconcile.Applied{Err: err}
	}
	return done
}

// admit says what is wrong with a record, in place of a type: "" when nothing is.
func (c *Clerk) admit(site floor.SiteID, raw []byte) (id, why string) {
	var e struct {
		ID     string `json:"id"`
		Type   string `json:"type"`
		Source string `json:"source"`
	}
	if err := json.Unmarshal(raw, &e); err != nil || e.ID == "" || e.Type == "" {
		return "", "(no record)"
	}
	// The broker keeps sites apart; the centre does not rely on it.
	if !strings.HasPrefix(e.Source, "/t/"+string(c.cfg.Tenant)+"/s/"+string(site)+"/") {
		return "", "(a record of another site)"
	}
	if !floor.IsLocal(e.Type) && !c.types[e.Type] {
		return "", e.Type
	}
	return e.ID, ""
}

// Adopt commits what the handshake decided: whose log it is from now on, where it goes on, and, when the
// site had seen more of its feed than the centre remembers, a fresh feed of what should be there.
func (c *Clerk) Adopt(ctx context.Context, site floor.SiteID, a reconcile.Adopt) error {
	return c.update(ctx, func(w *work) error {
		m, err := w.Mark(site)
		if err != nil {
			return err
		}
		if a.CutTo < m.Applied.Seq {
			m.Orphan = m.Pos
			if err := w.CutChain(site, a.CutTo); err != nil {
				return err
			}
		}
		var hash wire.Hash
		if a.CutTo > 0 {
			if hash, err = w.ChainHash(site, a.CutTo); err != nil {
				return err
			}
		}
		m.Node, m.Epoch, m.Stuck, m.Heard = a.Node, a.Epoch, nil, w.now
		m.Applied = wire.Position{Log: a.Log, Seq: a.CutTo, Hash: hash}
		if a.Reissue != 0 {
			m.Lineage, m.Acked = a.Reissue, 0
		}
		if err := w.PutMark(site, m); err != nil || a.Reissue == 0 {
			return err
		}
		return w.reissue(site)
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
		p, err := w.Personal(o.ID)
		if err != nil {
			return err
		}
		if err := w.assign(&o, &live[i], p); err != nil {
			return err
		}
		if err := w.askAgain(&o, &live[i], p); err != nil {
			return err
		}
	}
	return nil
}

// askAgain repeats what a site was asked about an order and has not answered, under the same ids.
func (w *work) askAgain(o *order.Order, a *order.Assignment, who *order.Personal) error {
	for i := range o.Asks {
		k := &o.Asks[i]
		if k.Assignment != a.ID || k.State != order.Open {
			continue
		}
		var rows []wire.Sealed
		var c floor.Change
		if who != nil && json.Unmarshal(k.Data, &c) == nil && c.ShipTo != "" {
			if to, ok := who.New[c.ShipTo]; ok {
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
