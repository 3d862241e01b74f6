package hub

import (
	"context"
	"errors"
	"fmt"
	"time"

	"picket/edge/floor"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// ErrNotFormer: the records are of a box that did not hold the site before.
var ErrNotFormer = errors.New("this box was not replaced at this site")

// handIn is one piece of what a person brought, and where its answer goes.
type handIn struct {
	site   floor.SiteID
	in     reconcile.HandIn
	answer chan handedIn
}

type handedIn struct {
	added  int
	stored reconcile.SalvageStored
	err    error
}

// HandIn adds records of a replaced box that a person read from its disk, as if the box had handed them over itself: what
// is known already has no effect. It says how many were new, and what stopped it, if something did. Any goroutine may
// call it; the one that steps does it.
func (h *Hub) HandIn(ctx context.Context, site floor.SiteID, in reconcile.HandIn) (added int, blocked *wire.Blocked, err error) {
	x := &handIn{site: site, in: in, answer: make(chan handedIn, 1)}
	h.mu.Lock()
	h.handIns = append(h.handIns, x)
	h.mu.Unlock()
	select {
	case h.knock <- struct{}{}:
	default:
	}
	select {
	case a := <-x.answer:
		return a.added, a.stored.Blocked, a.err
	case <-ctx.Done():
		return 0, nil, ctx.Err() // it may be done all the same; said again it has no effect
	}
}

func (h *Hub) takeHandIns(ctx context.Context, now time.Time) {
	h.mu.Lock()
	all := h.handIns
	h.handIns = nil
	h.mu.Unlock()
	for _, x := range all {
		x.answer <- h.handIn(ctx, now, x)
	}
}

func (h *Hub) handIn(ctx context.Context, now time.Time, x *handIn) handedIn {
	e, err := h.open(ctx, x.site)
	if err != nil {
		return handedIn{err: err}
	}
	m, err := h.clerk.Mark(ctx, x.site)
	if err != nil {
		return handedIn{err: err}
	}
	e.salvaged = nil
	h.run(ctx, now, e, x.in)
	switch done := e.salvaged; {
	case done == nil:
		return handedIn{err: fmt.Errorf("box %s: %w", x.in.Node, ErrNotFormer)}
	case done.Err != nil:
		return handedIn{err: done.Err}
	default:
		return handedIn{added: int(done.Pos - m.Pos), stored: *done}
	}
}
