package hub

import (
	"context"
	"time"

	"picket/edge/floor"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Backed says where each site's log stands in each copy of the database that may be put back. What all of them hold is
// stable; a site of which one of them holds another log than the centre has now, or nothing, hears nothing of it. Any
// goroutine may call it; the one that steps tells the sites.
func (h *Hub) Backed(copies []map[floor.SiteID]wire.Position) {
	h.mu.Lock()
	h.copies, h.freshCopies = copies, true
	h.mu.Unlock()
	select {
	case h.knock <- struct{}{}:
	default:
	}
}

func (h *Hub) takeBacked(ctx context.Context, now time.Time) {
	h.mu.Lock()
	fresh := h.freshCopies
	h.freshCopies = false
	h.mu.Unlock()
	if !fresh {
		return
	}
	for _, e := range h.ends { // the others learn it when they are made
		if at, ok := h.reach(e.site, e.chain); ok {
			h.run(ctx, now, e, reconcile.Stabled{At: at})
		}
	}
}

// reach is up to where every copy holds the log that a site has now.
func (h *Hub) reach(site floor.SiteID, c *chain) (at wire.Position, ok bool) {
	h.mu.Lock()
	copies := h.copies
	h.mu.Unlock()
	for i, held := range copies {
		p := held[site]
		if hash, known := c.HashAt(p.Seq); !known || hash != p.Hash {
			return wire.Position{}, false
		}
		if i == 0 || p.Seq < at.Seq {
			at = p
		}
	}
	return at, len(copies) > 0
}
