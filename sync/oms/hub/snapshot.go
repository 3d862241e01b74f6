package hub

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// snapshotOver is how many facts a site is told one by one: a snapshot costs a fold of everything it ever told.
const snapshotOver = 4096

// portrait is what a site's facts come to, made for a box that lost them, a bounded piece at a time. It lasts until the
// box has its session, in the store as well: a large one takes its time to be made and to be fetched.
type portrait struct {
	past  *floor.Past // the folder's alone
	ready bool
	info  reconcile.SnapshotInfo
	data  []byte
	why   error    // it cannot be made
	at    wire.Pos // facts that were settled then
	kept  bool     // in the store
}

// portraits is what one site's engine sees of it.
type portraits struct {
	h    *Hub
	site floor.SiteID
}

// Ready obeys reconcile.Snapshots.
func (p portraits) Ready(knows wire.Pos) (s reconcile.SnapshotInfo, yet, none bool) {
	ctx := context.Background() // the engine asks inside a step, which has no context of its own
	m, err := p.h.clerk.Mark(ctx, p.site)
	over := wire.Pos(p.h.cfg.SnapshotOver)
	if err != nil {
		return s, false, true
	}
	gap, top, err := p.gap(ctx, m.Pos)
	if err == nil && gap.To > 0 && gap.Told == 0 {
		s.Lacks = gap.To
	}
	switch s.Must = s.Lacks > 0 || gap.Told > knows; {
	case err != nil, s.Lacks > 0 && m.Folded < m.Pos:
		return s, true, false // what the site restated is still to be interpreted
	case !s.Must && top < knows+over:
		return s, false, true
	}
	must, lacks := s.Must, s.Lacks
	defer func() { s.Must, s.Lacks = must, lacks }()
	p.h.mu.Lock()
	defer p.h.mu.Unlock()
	x := p.h.portraits[p.site]
	switch {
	case x != nil && x.why != nil && x.at >= top:
		return s, false, true
	case x != nil && x.ready && (x.at >= top || top < x.info.Pos+over && s.Lacks == 0 && x.at >= gap.Told): // made anew, it would be the same again, or hardly more
		return x.info, false, x.info.Pos <= knows
	case x == nil || x.ready || x.why != nil:
		p.h.portraits[p.site] = &portrait{past: floor.NewPast()}
		p.h.ring()
	}
	return s, true, false
}

// gap is the site's gap, and up to where of so many facts a snapshot can reach.
func (p portraits) gap(ctx context.Context, of wire.Pos) (g clerk.Gap, top wire.Pos, err error) {
	err = p.h.st.View(ctx, func(tx store.Tx) error {
		if g, err = p.h.clerk.GapOf(tx, p.site); err == nil {
			top, err = p.h.clerk.SettledTo(tx, p.site, of)
		}
		return err
	})
	return g, top, err
}

// Piece obeys reconcile.Snapshots.
func (p portraits) Piece(id wire.SnapshotID, index int) ([]byte, error) {
	data, ok := p.h.Snapshot(p.site, id)
	if !ok || index < 0 || index*wire.MaxPiece >= len(data) {
		return nil, fmt.Errorf("snapshot %.64s has no piece %d", id, index)
	}
	data = data[index*wire.MaxPiece:]
	return data[:min(len(data), wire.MaxPiece)], nil
}

// Snapshot is the bytes of a site's snapshot, for one who may have them; false when it is there no more.
func (h *Hub) Snapshot(site floor.SiteID, id wire.SnapshotID) ([]byte, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	x := h.portraits[site]
	if x == nil || !x.ready || x.info.ID != id {
		return nil, false
	}
	return x.data, true
}

// forgetPortrait: the site has its session. One that cannot be dropped is as good as any other, later.
func (h *Hub) forgetPortrait(ctx context.Context, site floor.SiteID) {
	h.mu.Lock()
	x := h.portraits[site]
	delete(h.portraits, site)
	h.mu.Unlock()
	if x != nil && x.kept {
		_ = h.st.Update(ctx, func(tx store.Tx) error { return tx.DropPortrait(site) })
	}
}

// recall brings the portraits back that were kept before the last stop: a box that has fetched half of one goes on.
func recall(tx store.Tx, sites []store.Site) (map[floor.SiteID]*portrait, error) {
	out := map[floor.SiteID]*portrait{}
	for _, s := range sites {
		p, err := tx.Portrait(s.ID)
		if errors.Is(err, store.ErrNone) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out[s.ID] = &portrait{ready: true, kept: true, data: p.Data, at: p.Pos, info: infoOf(p.Pos, p.Data)}
		if out[s.ID].info.ID != p.ID {
			delete(out, s.ID) // it is not what it was: it is made anew
		}
	}
	return out, nil
}

// portray goes on with one portrait by a piece, and says whether there was one.
func (h *Hub) portray(ctx context.Context) bool {
	h.mu.Lock()
	var site floor.SiteID
	var x *portrait
	for s, p := range h.portraits {
		if !p.ready && p.why == nil && (x == nil || s < site) {
			site, x = s, p
		}
	}
	h.mu.Unlock()
	if x == nil {
		return false
	}
	var some []store.Fact
	var gap clerk.Gap
	var top wire.Pos
	full := false
	err := h.st.View(ctx, func(tx store.Tx) (err error) {
		m, err := tx.Mark(site)
		if err == nil {
			top, err = h.clerk.SettledTo(tx, site, m.Pos)
		}
		if err != nil {
			return err
		}
		if some, err = tx.Facts(site, wire.Pos(x.past.Read()), foldAtOnce); err == nil {
			some, err = h.clerk.Settled(tx, site, some)
		}
		full = len(some) == foldAtOnce
		if err == nil && !full {
			gap, err = h.clerk.GapOf(tx, site)
		}
		return err
	})
	if ctx.Err() != nil {
		return false
	}
	for i := 0; err == nil && i < len(some); i++ {
		err = x.past.Add(uint64(some[i].Pos), some[i].Raw)
	}
	if err == nil && full {
		return true
	}
	info, data := reconcile.SnapshotInfo{}, []byte(nil)
	if c := gap.Covers; err == nil && c != nil {
		x.past.Forked(c.Log, c.Seq, c.Left)
	}
	if err == nil {
		err = x.past.Over()
	}
	if err == nil {
		info, data, err = portrayed(x.past)
	}
	kept := err == nil && h.st.Update(ctx, func(tx store.Tx) error {
		return tx.KeepPortrait(site, store.Portrait{ID: info.ID, Pos: info.Pos, Data: data})
	}) == nil // what is not kept is made anew behind a restart
	h.mu.Lock()
	defer h.mu.Unlock()
	x.kept = kept
	x.at, x.why = top, err
	x.ready, x.info, x.data, x.past = err == nil, info, data, nil
	return true
}

// portrayed is a past as it is sent.
func portrayed(past *floor.Past) (info reconcile.SnapshotInfo, data []byte, err error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	raw := 0
	err = past.Lines(func(line []byte) error {
		if raw += len(line) + 1; raw > wire.MaxSnapshotRaw || b.Len() > wire.MaxPieces*wire.MaxPiece {
			return errors.New("the snapshot is larger than one may be")
		}
		if _, err := z.Write(line); err != nil {
			return err
		}
		_, err := z.Write([]byte{'\n'})
		return err
	})
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return info, nil, err
	}
	data = b.Bytes()
	return infoOf(wire.Pos(past.Pos()), data), data, nil
}

// infoOf names a portrait by its bytes.
func infoOf(pos wire.Pos, data []byte) reconcile.SnapshotInfo {
	info := reconcile.SnapshotInfo{Pos: pos, Bytes: int64(len(data)), Digest: wire.Sum(data)}
	info.ID = wire.SnapshotID(fmt.Sprintf("%d-%s", info.Pos, hex.EncodeToString(info.Digest[:12])))
	return info
}
