package sqlstore

import (
	"time"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

func (t *tx) KeepProof(p store.Proof) error {
	return t.do(`INSERT INTO site_proof(site, ref, order_id, taken, sealed) VALUES(?, ?, ?, ?, ?) ON CONFLICT(site, ref) DO UPDATE SET sealed = excluded.sealed`,
		string(p.Site), p.Ref, string(p.Order), millis(p.Taken), p.Sealed)
}

func (t *tx) proofs(where string, args ...any) ([]store.Proof, error) {
	var out []store.Proof
	err := t.each(`SELECT site, ref, order_id, taken, sealed FROM site_proof WHERE `+where, args, func(scan func(...any) error) error {
		var p store.Proof
		var taken int64
		err := scan((*string)(&p.Site), &p.Ref, (*string)(&p.Order), &taken, &p.Sealed)
		p.Taken = moment(taken)
		out = append(out, p)
		return err
	})
	return out, err
}

func (t *tx) Proof(site floor.SiteID, ref string) (store.Proof, error) {
	list, err := t.proofs(`site = ? AND ref = ?`, string(site), ref)
	if err == nil && len(list) == 0 {
		err = store.ErrNone
	}
	if err != nil {
		return store.Proof{}, err
	}
	return list[0], nil
}

func (t *tx) ProofsOf(site floor.SiteID, at floor.OrderID) ([]store.Proof, error) {
	return t.proofs(`site = ? AND order_id = ? ORDER BY ref`, string(site), string(at))
}

func (t *tx) ProofsTaken(before time.Time, most int) ([]store.Proof, error) {
	return t.proofs(`taken < ? ORDER BY taken, site, ref LIMIT ?`, millis(before), most)
}

func (t *tx) DropProof(site floor.SiteID, ref string) error {
	return t.do(`DELETE FROM site_proof WHERE site = ? AND ref = ?`, string(site), ref)
}
