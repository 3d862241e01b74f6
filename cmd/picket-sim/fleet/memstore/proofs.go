package memstore

import (
	"cmp"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

func (t *tx) KeepProof(p store.Proof) error {
	of := under(t.s.proofs, p.Site)
	if old, ok := of[p.Ref]; ok {
		p.Taken = old.Taken
	}
	p.Sealed = slices.Clone(p.Sealed)
	return put(t, of, p.Ref, p)
}

func (t *tx) Proof(site floor.SiteID, ref string) (store.Proof, error) {
	return one(t.s.proofs[site], ref)
}

func (t *tx) ProofsOf(site floor.SiteID, at floor.OrderID) (out []store.Proof, _ error) {
	for _, p := range t.s.proofs[site] {
		if p.Order == at {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b store.Proof) int { return cmp.Compare(a.Ref, b.Ref) })
	return out, nil
}

func (t *tx) ProofsTaken(before time.Time, most int) (out []store.Proof, _ error) {
	for _, of := range t.s.proofs {
		for _, p := range of {
			if p.Taken.Before(before) {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, func(a, b store.Proof) int {
		return cmp.Or(a.Taken.Compare(b.Taken), cmp.Compare(a.Site, b.Site), cmp.Compare(a.Ref, b.Ref))
	})
	return out[:min(most, len(out))], nil
}

func (t *tx) DropProof(site floor.SiteID, ref string) error {
	return drop(t, under(t.s.proofs, site), ref)
}

func (t *tx) KeepPortrait(site floor.SiteID, p store.Portrait) error {
	p.Data = slices.Clone(p.Data)
	return put(t, t.s.snaps, site, p)
}

func (t *tx) Portrait(site floor.SiteID) (store.Portrait, error) { return one(t.s.snaps, site) }

func (t *tx) DropPortrait(site floor.SiteID) error { return drop(t, t.s.snaps, site) }
