package sqlstore

import (
	"errors"
	"fmt"
	"strings"

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

func (t *tx) AddFact(site floor.SiteID, f store.Fact) (bool, error) {
	n, err := t.exec(`INSERT INTO site_fact(site, pos, record, log, seq, hash, raw) VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT(site, record) DO NOTHING`,
		string(site), int64(f.Pos), f.Record, string(f.Log), int64(f.Seq), f.Hash[:], f.Raw)
	if err != nil {
		return false, err
	}
	if f.Seq == 0 {
		return n == 1, nil
	}
	pos := int64(f.Pos)
	if n == 0 {
		if err := t.one(`SELECT pos FROM site_fact WHERE site = ? AND record = ?`, []any{string(site), f.Record}, &pos); err != nil {
			return false, err
		}
	}
	return n == 1, t.do(`INSERT INTO site_chain(site, seq, hash, pos) VALUES(?, ?, ?, ?) ON CONFLICT(site, seq) DO UPDATE SET hash = excluded.hash, pos = excluded.pos`,
		string(site), int64(f.Seq), f.Hash[:], pos)
}

// factsAtOnce are how many facts one statement adds: what is left over goes in smaller ones.
var factsAtOnce = []int{64, 8, 1}

func addFacts(n int) string {
	return `INSERT INTO site_fact(site, pos, record, log, seq, hash, raw) VALUES` + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?),", n), ",") + ` ON CONFLICT(site, record) DO NOTHING`
}

var addFactsSQL = func() map[int]string {
	m := map[int]string{}
	for _, n := range factsAtOnce {
		m[n] = addFacts(n)
	}
	return m
}()

func (t *tx) AddFacts(site floor.SiteID, after wire.Pos, fs []store.Fact) (int, error) {
	added := 0
	for _, k := range factsAtOnce {
		for len(fs) >= k {
			n, err := t.addRun(site, after+wire.Pos(added), fs[:k])
			if err != nil {
				return 0, err
			}
			added += n
			fs = fs[k:]
		}
	}
	return added, nil
}

// addRun adds facts of which most likely none is known: a stretch of the chain, and one statement for all.
func (t *tx) addRun(site floor.SiteID, after wire.Pos, fs []store.Fact) (int, error) {
	name, args := string(site), make([]any, 0, 7*len(fs))
	for i := range fs {
		f := &fs[i]
		args = append(args, name, int64(after)+int64(i)+1, f.Record, string(f.Log), int64(f.Seq), f.Hash[:], f.Raw)
	}
	n, err := t.exec(addFactsSQL[len(fs)], args...)
	if err != nil {
		return 0, err
	}
	if int(n) == len(fs) {
		return len(fs), t.extend(site, fs[0].Seq, len(fs), after+1)
	}
	// Some were known: one by one, so that the new ones have numbers without a hole.
	if n > 0 {
		if err := t.do(`DELETE FROM site_fact WHERE site = ? AND pos > ?`, name, int64(after)); err != nil {
			return 0, err
		}
	}
	added := 0
	for _, f := range fs {
		f.Pos = after + wire.Pos(added) + 1
		is, err := t.AddFact(site, f)
		if err != nil {
			return 0, err
		}
		if is {
			added++
		}
	}
	return added, nil
}

// extend makes the newest stretch of the chain longer, or begins one.
func (t *tx) extend(site floor.SiteID, seq wire.Seq, n int, pos wire.Pos) error {
	grown, err := t.exec(`UPDATE site_run SET n = n + ? WHERE site = ? AND seq = (SELECT max(seq) FROM site_run WHERE site = ?) AND seq + n = ? AND pos + n = ? AND n < ?`,
		int64(n), string(site), string(site), int64(seq), int64(pos), int64(longestRun))
	if err != nil || grown > 0 {
		return err
	}
	return t.do(`INSERT INTO site_run(site, seq, n, pos) VALUES(?, ?, ?, ?)`, string(site), int64(seq), int64(n), int64(pos))
}

// longestRun bounds how much of the chain one row tells.
const longestRun = 1 << 16

func (t *tx) FactOf(site floor.SiteID, record string) (store.Fact, error) {
	f := store.Fact{Record: record}
	var pos, seq int64
	var hash []byte
	err := t.one(`SELECT pos, log, seq, hash, raw FROM site_fact WHERE site = ? AND record = ?`, []any{string(site), record}, &pos, (*string)(&f.Log), &seq, &hash, &f.Raw)
	f.Pos, f.Seq, f.Hash = wire.Pos(pos), wire.Seq(seq), toHash(hash)
	return f, err
}

func (t *tx) Facts(site floor.SiteID, after wire.Pos, most int) ([]store.Fact, error) {
	var out []store.Fact
	err := t.each(`SELECT pos, record, log, seq, hash, raw FROM site_fact WHERE site = ? AND pos > ? ORDER BY pos LIMIT ?`,
		[]any{string(site), int64(after), most}, func(scan func(...any) error) error {
			var f store.Fact
			var pos, seq int64
			var hash []byte
			err := scan(&pos, &f.Record, (*string)(&f.Log), &seq, &hash, &f.Raw)
			f.Pos, f.Seq, f.Hash = wire.Pos(pos), wire.Seq(seq), toHash(hash)
			out = append(out, f)
			return err
		})
	return out, err
}

func (t *tx) ChainHash(site floor.SiteID, seq wire.Seq) (wire.Hash, error) {
	var hash []byte
	err := t.one(`SELECT hash FROM site_chain WHERE site = ? AND seq = ?`, []any{string(site), int64(seq)}, &hash)
	if !errors.Is(err, store.ErrNone) {
		return toHash(hash), err
	}
	var first, n, pos int64
	if err := t.one(`SELECT seq, n, pos FROM site_run WHERE site = ? AND seq <= ? ORDER BY seq DESC LIMIT 1`, []any{string(site), int64(seq)}, &first, &n, &pos); err != nil {
		return wire.Hash{}, err
	}
	if int64(seq) >= first+n {
		return wire.Hash{}, store.ErrNone
	}
	err = t.one(`SELECT hash FROM site_fact WHERE site = ? AND pos = ?`, []any{string(site), pos + int64(seq) - first}, &hash)
	return toHash(hash), err
}

func (t *tx) CutChain(site floor.SiteID, seq wire.Seq) error {
	if err := t.do(`DELETE FROM site_chain WHERE site = ? AND seq > ?`, string(site), int64(seq)); err != nil {
		return err
	}
	if err := t.do(`DELETE FROM site_run WHERE site = ? AND seq > ?`, string(site), int64(seq)); err != nil {
		return err
	}
	return t.do(`UPDATE site_run SET n = ? - seq + 1 WHERE site = ? AND seq + n - 1 > ?`, int64(seq), string(site), int64(seq))
}

func (t *tx) PutPoint(site floor.SiteID, seq wire.Seq, hash wire.Hash) error {
	return t.do(`INSERT INTO site_chain(site, seq, hash, pos) VALUES(?, ?, ?, 0) ON CONFLICT(site, seq) DO UPDATE SET hash = excluded.hash, pos = excluded.pos`,
		string(site), int64(seq), hash[:])
}

func (t *tx) Park(site floor.SiteID, seq wire.Seq, raw []byte) error {
	return t.do(`INSERT INTO site_parked(site, seq, raw) VALUES(?, ?, ?) ON CONFLICT(site, seq) DO UPDATE SET raw = excluded.raw`, string(site), int64(seq), raw)
}
