package sqlstore

import (
	"encoding/json"
	"errors"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

func (t *tx) Items(after floor.SKU, most int) ([]floor.Item, error) {
	var out []floor.Item
	err := t.each(`SELECT body FROM item WHERE sku > ? ORDER BY sku LIMIT ?`, []any{string(after), most}, func(scan func(...any) error) error {
		it, err := item(scan)
		out = append(out, it)
		return err
	})
	return out, err
}

func item(scan func(...any) error) (floor.Item, error) {
	var body string
	var it floor.Item
	if err := scan(&body); err != nil {
		return it, err
	}
	return it, json.Unmarshal([]byte(body), &it)
}

func (t *tx) Item(sku floor.SKU) (floor.Item, error) {
	return item(func(into ...any) error {
		return t.one(`SELECT body FROM item WHERE sku = ?`, []any{string(sku)}, into...)
	})
}

func (t *tx) Coded(gtin string) (floor.SKU, error) {
	var sku string
	err := t.one(`SELECT sku FROM item_code WHERE gtin = ?`, []any{gtin}, &sku)
	return floor.SKU(sku), err
}

func (t *tx) PutItem(it floor.Item) error {
	body, err := encode(it)
	if err != nil {
		return err
	}
	if err := t.do(`INSERT INTO item(sku, body) VALUES(?, ?) ON CONFLICT(sku) DO UPDATE SET body = excluded.body`, string(it.SKU), body); err != nil {
		return err
	}
	if err := t.do(`DELETE FROM item_code WHERE sku = ?`, string(it.SKU)); err != nil {
		return err
	}
	for _, g := range it.GTINs {
		n, err := t.exec(`INSERT INTO item_code(gtin, sku) VALUES(?, ?) ON CONFLICT DO NOTHING`, g, string(it.SKU))
		if err != nil {
			return err
		}
		if n == 0 {
			return store.ErrTaken
		}
	}
	return nil
}

const siteColumns = `SELECT id, name, zone, capacity, prefix, block FROM site `

func site(scan func(...any) error) (store.Site, error) {
	var s store.Site
	var block int64
	err := scan((*string)(&s.ID), &s.Name, &s.Zone, &s.Capacity, &s.Prefix, &block)
	s.Block = uint64(block)
	return s, err
}

func (t *tx) Sites() ([]store.Site, error) {
	var out []store.Site
	err := t.each(siteColumns+`ORDER BY id`, nil, func(scan func(...any) error) error {
		s, err := site(scan)
		out = append(out, s)
		return err
	})
	return out, err
}

func (t *tx) Site(id floor.SiteID) (store.Site, error) {
	return site(func(into ...any) error { return t.one(siteColumns+`WHERE id = ?`, []any{string(id)}, into...) })
}

func (t *tx) PutSite(s store.Site) error {
	return t.do(`INSERT INTO site(id, name, zone, capacity, prefix, block) VALUES(?, ?, ?, ?, ?, ?)
		ON CONFLICT(id) DO UPDATE SET name = excluded.name, zone = excluded.zone, capacity = excluded.capacity, prefix = excluded.prefix, block = excluded.block`,
		string(s.ID), s.Name, s.Zone, s.Capacity, s.Prefix, int64(s.Block))
}

func (t *tx) Settings(site floor.SiteID) ([]store.Setting, error) {
	var out []store.Setting
	err := t.each(`SELECT name, type, subject, body FROM site_setting WHERE site = ? ORDER BY name`, []any{string(site)}, func(scan func(...any) error) error {
		var s store.Setting
		err := scan(&s.Key, &s.Type, &s.Subject, &s.Body)
		out = append(out, s)
		return err
	})
	return out, err
}

func (t *tx) PutSetting(site floor.SiteID, s store.Setting) error {
	return t.do(`INSERT INTO site_setting(site, name, type, subject, body) VALUES(?, ?, ?, ?, ?)
		ON CONFLICT(site, name) DO UPDATE SET type = excluded.type, subject = excluded.subject, body = excluded.body`,
		string(site), s.Key, s.Type, s.Subject, s.Body)
}

func (t *tx) Bins(site floor.SiteID) ([]floor.Bin, error) {
	var out []floor.Bin
	err := t.each(`SELECT body FROM bin WHERE site = ? ORDER BY walk, id`, []any{string(site)}, func(scan func(...any) error) error {
		var body string
		var b floor.Bin
		if err := scan(&body); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(body), &b)
		out = append(out, b)
		return err
	})
	return out, err
}

func (t *tx) PutBin(site floor.SiteID, b floor.Bin) error {
	body, err := encode(b)
	if err != nil {
		return err
	}
	return t.do(`INSERT INTO bin(site, id, walk, body) VALUES(?, ?, ?, ?) ON CONFLICT(site, id) DO UPDATE SET walk = excluded.walk, body = excluded.body`,
		string(site), string(b.ID), b.Walk, body)
}

func (t *tx) Users(site floor.SiteID) ([]store.User, error) {
	var out []store.User
	err := t.each(`SELECT name, version, digest, body FROM site_user WHERE site = ? ORDER BY name`, []any{string(site)}, func(scan func(...any) error) error {
		var u store.User
		var version int64
		err := scan(&u.Key, &version, &u.Digest, &u.Body)
		u.Version = uint64(version)
		out = append(out, u)
		return err
	})
	return out, err
}

func (t *tx) PutUser(site floor.SiteID, u store.User) error {
	return t.do(`INSERT INTO site_user(site, name, version, digest, body) VALUES(?, ?, ?, ?, ?)
		ON CONFLICT(site, name) DO UPDATE SET version = excluded.version, digest = excluded.digest, body = excluded.body`,
		string(site), u.Key, int64(u.Version), u.Digest, u.Body)
}

func (t *tx) Mark(site floor.SiteID) (store.Mark, error) {
	var m store.Mark
	var hash []byte
	var epoch, applied, pos, orphan, stable, lineage, acked, folded, asOf, asOfAt, heard, stuck, odd int64
	var stuckType string
	err := t.one(`SELECT node, epoch, log, applied, hash, pos, orphan, stable, lineage, acked, folded, as_of, as_of_at, heard, stuck_seq, stuck_type, odd, odd_last
		FROM site_mark WHERE site = ?`, []any{string(site)}, (*string)(&m.Node), &epoch, (*string)(&m.Applied.Log), &applied, &hash, &pos, &orphan, &stable, &lineage,
		&acked, &folded, &asOf, &asOfAt, &heard, &stuck, &stuckType, &odd, &m.OddLast)
	if errors.Is(err, store.ErrNone) {
		return store.Mark{}, nil
	}
	copy(m.Applied.Hash[:], hash)
	m.Epoch, m.Applied.Seq, m.Pos, m.Orphan, m.Stable = wire.Epoch(epoch), wire.Seq(applied), wire.Pos(pos), wire.Pos(orphan), wire.Seq(stable)
	m.Lineage, m.Acked, m.Folded, m.AsOf, m.AsOfAt, m.Heard = wire.Lineage(lineage), wire.Seq(acked), wire.Pos(folded), wire.Seq(asOf), moment(asOfAt), moment(heard)
	m.Odd = uint64(odd)
	if stuck > 0 {
		m.Stuck = &wire.Blocked{Seq: wire.Seq(stuck), Type: stuckType}
	}
	return m, err
}

func (t *tx) PutMark(site floor.SiteID, m store.Mark) error {
	var stuck int64
	var stuckType string
	if m.Stuck != nil {
		stuck, stuckType = int64(m.Stuck.Seq), m.Stuck.Type
	}
	return t.do(`INSERT INTO site_mark(site, node, epoch, log, applied, hash, pos, orphan, stable, lineage, acked, folded, as_of, as_of_at, heard, stuck_seq, stuck_type, odd, odd_last)
		VALUES(`+marks(19)+`) ON CONFLICT(site) DO UPDATE SET node = excluded.node, epoch = excluded.epoch, log = excluded.log, applied = excluded.applied,
		hash = excluded.hash, pos = excluded.pos, orphan = excluded.orphan, stable = excluded.stable, lineage = excluded.lineage, acked = excluded.acked,
		folded = excluded.folded, as_of = excluded.as_of, as_of_at = excluded.as_of_at, heard = excluded.heard, stuck_seq = excluded.stuck_seq, stuck_type = excluded.stuck_type,
		odd = excluded.odd, odd_last = excluded.odd_last`,
		string(site), string(m.Node), int64(m.Epoch), string(m.Applied.Log), int64(m.Applied.Seq), m.Applied.Hash[:], int64(m.Pos), int64(m.Orphan), int64(m.Stable),
		int64(m.Lineage), int64(m.Acked), int64(m.Folded), int64(m.AsOf), millis(m.AsOfAt), millis(m.Heard), stuck, stuckType, int64(m.Odd), m.OddLast)
}

func (t *tx) Blocks(site floor.SiteID) ([]store.Block, error) {
	var out []store.Block
	err := t.each(`SELECT prefix, lo, hi, used FROM number_block WHERE site = ? ORDER BY prefix, lo`, []any{string(site)}, func(scan func(...any) error) error {
		b := store.Block{Site: site}
		var lo, hi, used int64
		err := scan(&b.Prefix, &lo, &hi, &used)
		b.From, b.To, b.Used = uint64(lo), uint64(hi), uint64(used)
		out = append(out, b)
		return err
	})
	return out, err
}

func (t *tx) LastNumber(prefix string) (uint64, error) {
	var hi int64
	err := t.one(`SELECT COALESCE(MAX(hi), 0) FROM number_block WHERE prefix = ?`, []any{prefix}, &hi)
	return uint64(hi), err
}

func (t *tx) PutBlock(b store.Block) error {
	return t.do(`INSERT INTO number_block(prefix, lo, hi, site, used) VALUES(?, ?, ?, ?, ?) ON CONFLICT(prefix, lo) DO UPDATE SET used = excluded.used`,
		b.Prefix, int64(b.From), int64(b.To), string(b.Site), int64(b.Used))
}
