package sqlstore

import (
	"encoding/json"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

func (t *tx) Move(site floor.SiteID, deltas []store.Standing) error {
	for _, d := range deltas {
		if err := t.do(`INSERT INTO stock(site, sku, place, qty) VALUES(?, ?, ?, ?) ON CONFLICT(site, sku, place) DO UPDATE SET qty = stock.qty + excluded.qty`,
			string(site), string(d.SKU), string(d.Place), d.Qty); err != nil {
			return err
		}
		if d.Place.Bin() != "" {
			continue // a bin keeps its zero: it is where the item lives
		}
		if err := t.do(`DELETE FROM stock WHERE site = ? AND sku = ? AND place = ? AND qty = 0`, string(site), string(d.SKU), string(d.Place)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) EmptyStock(site floor.SiteID, items []floor.SKU) error {
	if len(items) == 0 {
		return t.do(`DELETE FROM stock WHERE site = ?`, string(site))
	}
	for _, sku := range items {
		if err := t.do(`DELETE FROM stock WHERE site = ? AND sku = ?`, string(site), string(sku)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) Reserve(id floor.AssignmentID, site floor.SiteID, lines []order.Line) error {
	if err := t.do(`DELETE FROM reservation WHERE assignment = ?`, string(id)); err != nil {
		return err
	}
	for _, l := range lines {
		if err := t.do(`INSERT INTO reservation(assignment, line, site, sku, qty) VALUES(?, ?, ?, ?, ?)`, string(id), string(l.ID), string(site), string(l.SKU), l.Qty); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) Levels(site floor.SiteID, skus []floor.SKU) ([]store.Level, error) {
	in, args := "", []any{string(site)}
	if len(skus) > 0 {
		in = ` AND sku IN (` + marks(len(skus)) + `)`
		for _, s := range skus {
			args = append(args, string(s))
		}
	}
	var out []store.Level
	at := func(sku string) *store.Level {
		if n := len(out); n == 0 || out[n-1].SKU != floor.SKU(sku) {
			out = append(out, store.Level{Site: site, SKU: floor.SKU(sku), Other: map[string]int64{}})
		}
		return &out[len(out)-1]
	}
	// One pass by item: what stands anywhere, then what is reserved.
	err := t.each(`SELECT sku, place, qty FROM (
			SELECT sku, place, qty, 0 AS kind FROM stock WHERE site = ?`+in+`
			UNION ALL SELECT sku, '', qty, 1 AS kind FROM reservation WHERE site = ?`+in+`) AS x ORDER BY sku, kind, place`,
		append(args, args...), func(scan func(...any) error) error {
			var sku, place string
			var qty int64
			if err := scan(&sku, &place, &qty); err != nil {
				return err
			}
			l := at(sku)
			switch p := floor.PlaceID(place); {
			case place == "":
				l.Reserved += qty
			case p.Bin() != "":
				l.OnHand += qty
				l.Promised += max(0, qty)
			default:
				l.Other[p.Bucket()] += qty
			}
			return nil
		})
	return out, err
}

func (t *tx) Drift(site floor.SiteID, skus []floor.SKU) (map[floor.SKU]order.Drift, error) {
	in, args := "", []any{string(site)}
	if len(skus) > 0 {
		in = ` AND sku IN (` + marks(len(skus)) + `)`
		for _, s := range skus {
			args = append(args, string(s))
		}
	}
	out := map[floor.SKU]order.Drift{}
	return out, t.each(`SELECT sku, body FROM site_drift WHERE site = ?`+in, args, func(scan func(...any) error) error {
		var sku, body string
		if err := scan(&sku, &body); err != nil {
			return err
		}
		var d order.Drift
		err := json.Unmarshal([]byte(body), &d)
		out[floor.SKU(sku)] = d
		return err
	})
}

func (t *tx) PutDrift(site floor.SiteID, sku floor.SKU, d order.Drift) error {
	body, err := encode(d)
	if err != nil {
		return err
	}
	return t.do(`INSERT INTO site_drift(site, sku, body) VALUES(?, ?, ?) ON CONFLICT(site, sku) DO UPDATE SET body = excluded.body`, string(site), string(sku), body)
}
