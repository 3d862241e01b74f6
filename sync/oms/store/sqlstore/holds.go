package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"picket/edge/floor"
	"picket/sync/wire"
)

// Holds is what a copy of the database holds, read without changing it.
type Holds struct {
	Schema string
	Sites  map[floor.SiteID]wire.Position // up to where of each site's log; zero for one that never spoke
}

// HeldBy reads it. A copy that this program could not go on with is an error.
func HeldBy(ctx context.Context, db *sql.DB) (Holds, error) {
	h := Holds{Sites: map[floor.SiteID]wire.Position{}}
	if err := db.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = 'schema'`).Scan(&h.Schema); err != nil {
		return Holds{}, fmt.Errorf("its schema: %w", err)
	}
	if h.Schema != schema && !older(h.Schema) {
		return Holds{}, fmt.Errorf("it has schema %s, this program knows %s", h.Schema, schema)
	}
	rows, err := db.QueryContext(ctx, `SELECT s.id, COALESCE(m.log, ''), COALESCE(m.applied, 0), m.hash FROM site s LEFT JOIN site_mark m ON m.site = s.id`)
	if err != nil {
		return Holds{}, fmt.Errorf("its sites: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var site floor.SiteID
		var p wire.Position
		var applied int64
		var hash []byte
		if err := rows.Scan((*string)(&site), (*string)(&p.Log), &applied, &hash); err != nil {
			return Holds{}, fmt.Errorf("its sites: %w", err)
		}
		p.Seq, p.Hash = wire.Seq(applied), toHash(hash)
		h.Sites[site] = p
	}
	return h, rows.Err()
}
