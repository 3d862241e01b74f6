package clerk

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Salvage stores what a replaced box hands over: each record whose id is not known becomes a fact on no chain, which
// the box that holds the site is told. What a box decided is known by the command: where the new box decided the same
// command already, the old one's records of it are left out, whole, and a person is told when they differ. Where it has still to tell what it
// decided, they give way then (handed.go).
func (c *Clerk) Salvage(ctx context.Context, site floor.SiteID, a reconcile.Salvaged) reconcile.SalvageStored {
	var done reconcile.SalvageStored
	err := c.update(ctx, func(w *work) error {
		done = reconcile.SalvageStored{}
		m, err := w.Mark(site)
		if err != nil {
			return err
		}
		from := m.Pos
		seen, err := w.offers(site)
		if err != nil {
			return err
		}
		was := seen[a.Node]
		for _, r := range a.Records {
			id, why := c.admit(c.sourceOf(site), r.Raw)
			if why != "" {
				done.Blocked = &wire.Blocked{Seq: r.Seq, Type: why}
				if err := w.Park(site, r.Seq, r.Raw); err != nil {
					return err
				}
				break
			}
			done.UpTo = r.Seq
			other, err := w.decidedElsewhere(site, id, r.Raw)
			if err != nil {
				return err
			}
			if other != "" {
				if strings.HasSuffix(id, "/0") && other != "same" && !was.has(a.Log, r.Seq) {
					m.Odd++
					m.OddLast = id + ": box " + string(a.Node) + ", which was replaced, has another answer to it than the box that took its place. What the new box says stands; look at both."
				}
				continue
			}
			added, err := w.AddFact(site, store.Fact{Pos: m.Pos + 1, Record: id, Log: a.Log, Hash: r.Hash, Raw: r.Raw})
			if err != nil {
				return err
			}
			if added {
				m.Pos++
			}
		}
		if err := w.keepRows(site, a.PII); err != nil {
			return err
		}
		if done.UpTo > 0 && !was.has(a.Log, done.UpTo) {
			seen[a.Node] = offered{a.Log, done.UpTo}
			if err := w.keepOffers(site, seen); err != nil {
				return err
			}
		}
		if m.Pos > from {
			m.Orphan = m.Pos
			if err := w.waitFor(site, from+1, m.Pos); err != nil {
				return err
			}
			err := w.notice(Notice{What: "salvage.imported", Site: site, About: string(a.Node), Count: int64(m.Pos - from)}, func(n int64) string {
				return "Box " + string(a.Node) + " of " + w.name(site) + ", which was replaced, handed over " + order.Plural(int(n), "record") + " nobody else had."
			})
			if err != nil {
				return err
			}
		}
		done.Pos = m.Pos
		return w.PutMark(site, m)
	})
	if err != nil {
		return reconcile.SalvageStored{Err: err}
	}
	return done
}

// offered is up to where a replaced box's records were looked at. It offers again what no backup holds: people are told once.
type offered struct {
	Log  wire.LogID `json:"log"`
	UpTo wire.Seq   `json:"up_to"`
}

func (o offered) has(log wire.LogID, seq wire.Seq) bool { return o.Log == log && seq <= o.UpTo }

func offersKey(site floor.SiteID) string { return "offers/" + string(site) }

func (w *work) offers(site floor.SiteID) (map[wire.NodeID]offered, error) {
	all := map[wire.NodeID]offered{}
	text, err := w.Meta(offersKey(site))
	if err != nil || text == "" {
		return all, err
	}
	return all, json.Unmarshal([]byte(text), &all)
}

// keepOffers keeps those of boxes that are known to have held the site.
func (w *work) keepOffers(site floor.SiteID, all map[wire.NodeID]offered) error {
	b, err := w.boxes(site)
	if err != nil {
		return err
	}
	maps.DeleteFunc(all, func(n wire.NodeID, _ offered) bool { return !slices.Contains(b.Former, n) })
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return w.SetMeta(offersKey(site), string(text))
}

// decidedElsewhere says whether another box made the command of this record: "" when none did, "same" when both made
// the same of it, else "other".
func (w *work) decidedElsewhere(site floor.SiteID, id string, raw []byte) (string, error) {
	cut := strings.LastIndexByte(id, '/')
	if cut < 0 {
		return "", nil
	}
	had, err := w.FactOf(site, id[:cut]+"/0")
	if errors.Is(err, store.ErrNone) {
		return "", nil
	} else if err != nil {
		return "", err
	}
	var mine, theirs struct {
		Source string          `json:"source"`
		Type   string          `json:"type"`
		Data   json.RawMessage `json:"data"`
	}
	if json.Unmarshal(had.Raw, &mine) != nil || json.Unmarshal(raw, &theirs) != nil || mine.Source == theirs.Source {
		return "", nil
	}
	if mine.Type == theirs.Type {
		return "same", nil
	}
	return "other", nil
}
