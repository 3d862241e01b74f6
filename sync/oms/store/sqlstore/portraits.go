package sqlstore

import (
	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

func (t *tx) KeepPortrait(site floor.SiteID, p store.Portrait) error {
	return t.do(`INSERT INTO site_portrait(site, id, pos, body) VALUES(?, ?, ?, ?) ON CONFLICT(site) DO UPDATE SET id = excluded.id, pos = excluded.pos, body = excluded.body`,
		string(site), string(p.ID), int64(p.Pos), p.Data)
}

func (t *tx) Portrait(site floor.SiteID) (store.Portrait, error) {
	var id string
	var pos int64
	var p store.Portrait
	err := t.one(`SELECT id, pos, body FROM site_portrait WHERE site = ?`, []any{string(site)}, &id, &pos, &p.Data)
	p.ID, p.Pos = wire.SnapshotID(id), wire.Pos(pos)
	return p, err
}

func (t *tx) DropPortrait(site floor.SiteID) error {
	return t.do(`DELETE FROM site_portrait WHERE site = ?`, string(site))
}
