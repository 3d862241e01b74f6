package sqlstore

import (
	"fmt"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// schema is the version this program writes.
const schema = "2"

// older says whether a schema is one this program brings up to its own.
func older(from string) bool { return from == "1" }

// migrate brings a database of an earlier version up to this one's, in the transaction it is called in.
func (t *tx) migrate(from string) error {
	switch from {
	case "", schema:
	case "1":
		if err := t.packAll(); err != nil {
			return fmt.Errorf("from schema 1: %w", err)
		}
	default:
		return fmt.Errorf("the database has schema %s, this program knows %s: use a newer program", from, schema)
	}
	return t.SetMeta("schema", schema)
}

// packAll moves the facts of version 1, a row each, into packs.
func (t *tx) packAll() error {
	var sites []floor.SiteID
	err := t.each(`SELECT DISTINCT site FROM site_fact ORDER BY site`, nil, func(scan func(...any) error) error {
		var s floor.SiteID
		err := scan((*string)(&s))
		sites = append(sites, s)
		return err
	})
	if err != nil {
		return err
	}
	for _, site := range sites {
		for at := wire.Pos(0); ; {
			fs, err := t.oldFacts(site, at)
			if err != nil {
				return err
			}
			if len(fs) == 0 {
				break
			}
			fs = fs[:room(fs)]
			if err := t.addUnknown(site, fs[0].Pos, fs); err != nil {
				return err
			}
			at = fs[len(fs)-1].Pos
		}
	}
	return t.do(`DROP TABLE site_fact`)
}

func (t *tx) oldFacts(site floor.SiteID, after wire.Pos) ([]store.Fact, error) {
	var out []store.Fact
	err := t.each(`SELECT pos, record, log, seq, hash, raw FROM site_fact WHERE site = ? AND pos > ? ORDER BY pos LIMIT ?`,
		[]any{string(site), int64(after), packFacts}, func(scan func(...any) error) error {
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
