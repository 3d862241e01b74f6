package hub

import (
	"context"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// feed is a site's feed as its engine reads it: durable entries only, the head remembered.
type feed struct {
	st   store.Store
	site floor.SiteID
	head wire.Position
	life wire.Lineage
	mark store.Mark
	err  error // of the last refresh
}

// refresh looks at the head again, after a commit.
func (f *feed) refresh(ctx context.Context) {
	f.err = f.st.View(ctx, func(tx store.Tx) error {
		m, err := tx.Mark(f.site)
		if err != nil {
			return err
		}
		seq, hash, err := tx.FeedHead(f.site, m.Lineage)
		if err == nil {
			f.mark = m
			f.life, f.head = m.Lineage, wire.Position{Log: m.Lineage.LogID(), Seq: seq, Hash: hash}
		}
		return err
	})
}

func (f *feed) Head() wire.Position { return f.head }

// First is 1: nothing is ever trimmed from a feed of this life; an older one is replaced by a new lineage.
func (f *feed) First() wire.Seq { return 1 }

func (f *feed) HashAt(seq wire.Seq) (hash wire.Hash, ok bool) {
	switch {
	case seq == 0:
		return wire.Hash{}, true
	case seq == f.head.Seq:
		return f.head.Hash, true
	case seq > f.head.Seq:
		return wire.Hash{}, false
	}
	// The engine asks inside a step, which has no context of its own.
	err := f.st.View(context.Background(), func(tx store.Tx) (err error) {
		hash, err = tx.FeedHash(f.site, f.life, seq)
		return err
	})
	return hash, err == nil
}

func (f *feed) Read(from wire.Seq, most, bytes int) (out []wire.Entry, err error) {
	err = f.st.View(context.Background(), func(tx store.Tx) error {
		entries, err := tx.ReadFeed(f.site, f.life, from, most, bytes)
		for _, e := range entries {
			if e.Seq > f.head.Seq {
				break // appended since the last refresh; the next wake brings it
			}
			out = append(out, wire.Entry{Raw: e.Raw, PII: e.Rows})
		}
		return err
	})
	return out, err
}

// chain is what the centre remembers of a site's hashes. The newest are held in memory: a batch that comes
// twice is compared record by record.
type chain struct {
	st     store.Store
	site   floor.SiteID
	recent []wire.Point // by seq modulo its length
}

const recentHashes = 1024

// keep remembers what was just committed.
func (c *chain) keep(records []reconcile.Record, upTo wire.Seq) {
	if c.recent == nil {
		c.recent = make([]wire.Point, recentHashes)
	}
	for _, r := range records {
		if r.Seq <= upTo {
			c.recent[r.Seq%recentHashes] = wire.Point{Seq: r.Seq, Hash: r.Hash}
		}
	}
}

// forget drops what is held, because the chain was cut.
func (c *chain) forget() { c.recent = nil }

func (c *chain) HashAt(seq wire.Seq) (hash wire.Hash, ok bool) {
	if seq == 0 {
		return wire.Hash{}, true
	}
	if c.recent != nil {
		if p := c.recent[seq%recentHashes]; p.Seq == seq {
			return p.Hash, true
		}
	}
	err := c.st.View(context.Background(), func(tx store.Tx) (err error) {
		hash, err = tx.ChainHash(c.site, seq)
		return err
	})
	return hash, err == nil
}

// facts is what a site told, read for one that lost it.
type facts struct {
	st   store.Store
	site floor.SiteID
}

// factsAtOnce is how many facts one look at the store reads.
const factsAtOnce = 256

func (f facts) Known(after wire.Pos, common wire.Seq, most, bytes int) (out []wire.Fact, upTo wire.Pos, err error) {
	// The engine asks inside a step, which has no context of its own.
	err = f.st.View(context.Background(), func(tx store.Tx) error {
		upTo = after
		for {
			some, err := tx.Facts(f.site, upTo, factsAtOnce)
			if err != nil || len(some) == 0 {
				return err
			}
			for _, x := range some {
				if len(x.Raw) == 0 { // it does not stand
					upTo = x.Pos
					continue
				}
				if x.Seq <= common {
					if h, err := tx.ChainHash(f.site, x.Seq); err == nil && h == x.Hash {
						upTo = x.Pos // the site has it: both chains agree on it
						continue
					}
				}
				if len(out) > 0 && (len(out) >= most || bytes < len(x.Raw)) {
					return nil
				}
				bytes -= len(x.Raw)
				out = append(out, wire.Fact{Pos: x.Pos, Raw: x.Raw})
				upTo = x.Pos
			}
		}
	})
	return out, upTo, err
}

// afresh says whether a box that has nothing of a site's feed is told what should be there, and not all that ever was: when
// that is long, and at least twice as much.
func (h *Hub) afresh(site floor.SiteID) bool {
	e := h.find(site)
	if e == nil || e.feed.head.Seq <= wire.Seq(h.cfg.SnapshotOver) {
		return false
	}
	n, err := h.clerk.Lasting(context.Background(), site) // the engine asks inside a step, which has no context of its own
	return err == nil && uint64(e.feed.head.Seq) >= 2*n
}
