package sqlstore

import (
	"errors"
	"fmt"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

func (t *tx) KeepSecond(site floor.SiteID, record string, raw []byte) error {
	return t.do(`INSERT INTO site_second(site, record, raw) VALUES(?, ?, ?) ON CONFLICT(site, record) DO UPDATE SET raw = excluded.raw`, string(site), record, append([]byte{}, raw...)) // none is empty, not missing
}

func (t *tx) Second(site floor.SiteID, record string) (raw []byte, err error) {
	return raw, t.one(`SELECT raw FROM site_second WHERE site = ? AND record = ?`, []any{string(site), record}, &raw)
}

func (t *tx) Exchange(site floor.SiteID, record string) error {
	had, err := t.FactOf(site, record)
	if err != nil {
		return err
	}
	if had.Seq != 0 {
		return fmt.Errorf("fact %s of %s is on a chain: it cannot be exchanged", record, site)
	}
	raw, err := t.Second(site, record)
	if err != nil && !errors.Is(err, store.ErrNone) {
		return err
	}
	p, err := t.packAt(site, had.Pos)
	if err != nil {
		return err
	}
	all, err := p.facts()
	if err != nil {
		return err
	}
	all[had.Pos-p.pos].Raw = raw
	if err := t.do(`UPDATE site_pack SET body = ? WHERE site = ? AND pos = ?`, t.line.packer.pack(all), string(site), int64(p.pos)); err != nil {
		return err
	}
	return t.KeepSecond(site, record, had.Raw)
}
