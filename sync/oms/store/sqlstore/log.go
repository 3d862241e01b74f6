package sqlstore

import (
	"errors"
	"fmt"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

func toHash(b []byte) (h wire.Hash) { copy(h[:], b); return h }

func (t *tx) FeedHead(site floor.SiteID, l wire.Lineage) (wire.Seq, wire.Hash, error) {
	var seq int64
	var hash []byte
	err := t.one(`SELECT seq, hash FROM site_feed WHERE site = ? AND lineage = ? ORDER BY seq DESC LIMIT 1`, []any{string(site), int64(l)}, &seq, &hash)
	if errors.Is(err, store.ErrNone) {
		return 0, wire.Hash{}, nil
	}
	return wire.Seq(seq), toHash(hash), err
}

func (t *tx) FeedHash(site floor.SiteID, l wire.Lineage, seq wire.Seq) (wire.Hash, error) {
	var hash []byte
	err := t.one(`SELECT hash FROM site_feed WHERE site = ? AND lineage = ? AND seq = ?`, []any{string(site), int64(l), int64(seq)}, &hash)
	return toHash(hash), err
}

func (t *tx) ReadFeed(site floor.SiteID, l wire.Lineage, from wire.Seq, most, bytes int) ([]store.FeedEntry, error) {
	var out []store.FeedEntry
	size := 0
	stop := errors.New("enough")
	err := t.each(`SELECT seq, hash, record, raw FROM site_feed WHERE site = ? AND lineage = ? AND seq >= ? ORDER BY seq LIMIT ?`,
		[]any{string(site), int64(l), int64(from), most}, func(scan func(...any) error) error {
			var e store.FeedEntry
			var seq int64
			var hash []byte
			if err := scan(&seq, &hash, &e.ID, &e.Raw); err != nil {
				return err
			}
			if size += len(e.Raw); len(out) > 0 && size > bytes {
				return stop
			}
			e.Seq, e.Hash = wire.Seq(seq), toHash(hash)
			out = append(out, e)
			return nil
		})
	if err != nil && !errors.Is(err, stop) || len(out) == 0 {
		return nil, err
	}
	last := out[len(out)-1].Seq
	err = t.each(`SELECT seq, ref, body FROM site_feed_row WHERE site = ? AND lineage = ? AND seq >= ? AND seq <= ? ORDER BY seq, ref`,
		[]any{string(site), int64(l), int64(from), int64(last)}, func(scan func(...any) error) error {
			var seq int64
			var row wire.Sealed
			if err := scan(&seq, &row.Ref, &row.Sealed); err != nil {
				return err
			}
			e := &out[wire.Seq(seq)-from]
			e.Rows = append(e.Rows, row)
			return nil
		})
	return out, err
}

func (t *tx) FeedRecord(site floor.SiteID, id string) (store.FeedEntry, error) {
	e := store.FeedEntry{ID: id}
	var seq int64
	var hash []byte
	err := t.one(`SELECT seq, hash, raw FROM site_feed WHERE site = ? AND record = ? ORDER BY lineage DESC LIMIT 1`, []any{string(site), id}, &seq, &hash, &e.Raw)
	e.Seq, e.Hash = wire.Seq(seq), toHash(hash)
	return e, err
}

func (t *tx) AppendFeed(site floor.SiteID, l wire.Lineage, e store.FeedEntry) error {
	n, err := t.exec(`INSERT INTO site_feed(site, lineage, seq, hash, record, raw) VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		string(site), int64(l), int64(e.Seq), e.Hash[:], e.ID, e.Raw)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("feed of %s: %w: seq %d", site, store.ErrTaken, e.Seq)
	}
	for _, r := range e.Rows {
		if err := t.do(`INSERT INTO site_feed_row(site, lineage, seq, ref, body) VALUES(?, ?, ?, ?, ?)`, string(site), int64(l), int64(e.Seq), r.Ref, r.Sealed); err != nil {
			return err
		}
	}
	return nil
}
