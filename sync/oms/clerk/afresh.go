package clerk

import (
	"context"
	"encoding/json"
	"errors"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// A box that has nothing of its site's feed is not told every change of an article there ever was: the feed is issued anew,
// as what should be there. What happens once (a pause, an announcement) is not in that; of the old feed it goes over, under
// its own id, where no fact of the site says that it was heard of.

// lasting are the types that a feed issued anew has by itself.
var lasting = map[string]bool{
	"picket.order.assigned.v1": true, "picket.order.lines.v1": true, "picket.item.set.v1": true, "picket.bin.set.v1": true, "picket.site.set.v1": true,
	"picket.numbers.lease.v1": true, "picket.doc.set.v1": true, "picket.policy.set.v1": true,
}

// Lasting is about how many records a site's feed would have if it was issued anew.
func (c *Clerk) Lasting(ctx context.Context, site floor.SiteID) (n uint64, err error) {
	return n, c.st.View(ctx, func(tx store.Tx) error {
		n = 0
		for after := floor.SKU(""); ; {
			items, err := tx.Items(after, 1000)
			if err != nil {
				return err
			}
			if n += uint64(len(items)); len(items) < 1000 {
				break
			}
			after = items[len(items)-1].SKU
		}
		bins, err := tx.Bins(site)
		if err != nil {
			return err
		}
		settings, err := tx.Settings(site)
		if err != nil {
			return err
		}
		users, err := tx.Users(site)
		if err != nil {
			return err
		}
		live, err := tx.CountLive(site)
		n += uint64(len(bins) + len(settings) + len(users) + live)
		return err
	})
}

// carryOver puts on a site's new feed what of the old one happens once and was never answered. Every record a site takes
// from its feed leads to one of its own at least, which bears its name.
func (w *work) carryOver(site floor.SiteID, old wire.Lineage) error {
	m, err := w.Mark(site)
	if err != nil {
		return err
	}
	anew := map[string]bool{} // a live order's asks are there already
	for from := wire.Seq(1); ; {
		some, err := w.ReadFeed(site, m.Lineage, from, wire.MaxRecords, 1<<20)
		if err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		for i := range some {
			anew[some[i].ID] = true
		}
		from = some[len(some)-1].Seq + 1
	}
	for from := wire.Seq(1); ; {
		some, err := w.ReadFeed(site, old, from, wire.MaxRecords, 1<<20)
		if err != nil || len(some) == 0 {
			return err
		}
		for i := range some {
			if err := w.carry(site, &some[i], m.Lineage, anew); err != nil {
				return err
			}
		}
		from = some[len(some)-1].Seq + 1
	}
}

func (w *work) carry(site floor.SiteID, e *store.FeedEntry, to wire.Lineage, anew map[string]bool) error {
	var about struct {
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(e.Raw, &about); err != nil {
		return err
	}
	if lasting[about.Type] || anew[e.ID] || settingKey(about.Type, about.Data) != "" {
		return nil
	}
	_, err := w.FactOf(site, e.ID+"/0")
	if err == nil || !errors.Is(err, store.ErrNone) {
		return err
	}
	seq, hash, err := w.FeedHead(site, to)
	if err != nil {
		return err
	}
	w.grown = append(w.grown, site)
	return w.AppendFeed(site, to, store.FeedEntry{Seq: seq + 1, Hash: wire.Chain(hash, e.Raw), ID: e.ID, Raw: e.Raw, Rows: e.Rows})
}
