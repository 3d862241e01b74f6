package site

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/view"
	"picket/sync/wire"
)

// What shows who got an order (what the customer signed, a picture) is made here and kept by the centre: it goes up
// beside its record, sealed there in the transaction that takes the record, so that the acknowledgement of the record is
// that of the proof. It is not erased here before that.

// proofs reads and keeps them.
type proofs struct {
	file    *journal.File
	vault   *vault
	past    archive
	central bool // a centre keeps them
}

var proofType = []byte((&floor.PickupAuthorised{}).Type())

// of is the proof a record names, opened; nothing when it names none, or when it is erased.
func (p proofs) of(raw []byte) ([]wire.Sealed, error) {
	if !bytes.Contains(raw, proofType) {
		return nil, nil
	}
	ref := proofOf(raw)
	kind, key, ok := cutRef(ref)
	if !ok {
		return nil, nil
	}
	sealed, found, err := p.file.Row(kind, []byte(key))
	if err != nil || !found {
		return nil, err
	}
	body, err := p.vault.Open(ref, sealed)
	if err != nil {
		return nil, nil //nolint:nilerr // its key is gone, and it with it: the record goes up without
	}
	return []wire.Sealed{{Ref: ref, Sealed: body}}, nil
}

// proofOf is the reference a record of a shown proof names; "" for another record.
func proofOf(raw []byte) string {
	var r struct {
		Type string                 `json:"type"`
		Data floor.PickupAuthorised `json:"data"`
	}
	if json.Unmarshal(raw, &r) != nil || r.Type != string(proofType) || !floor.IsProof(r.Data.Order, r.Data.Ref) {
		return ""
	}
	return r.Data.Ref
}

// waits says whether a row is a proof that has to stay, though its order is over: the centre does not have it in every
// copy it may be put back from, or nobody else keeps it and its own time is not over.
func (p proofs) waits(ctx context.Context, row string, id floor.OrderID, over func() (bool, error)) (bool, error) {
	ref := rowPersonal + "/" + row
	if !floor.IsProof(id, ref) {
		return false, nil
	}
	if !p.central {
		gone, err := over()
		return !gone, err
	}
	has, _ := p.file.Cursor(stableCursor)
	waits := false
	// Records that are trimmed were stable.
	err := p.past.index.records(ctx, "order/"+string(id), func(seq uint64, raw []byte) error {
		waits = waits || seq > has.Seq && proofOf(raw) == ref
		return nil
	})
	if err != nil {
		return true, fmt.Errorf("proofs of %s: %w", id, err)
	}
	return waits, nil
}

// proofOver says whether an order's proofs have been kept for long enough where no centre keeps them.
func (e *eraser) proofOver(id floor.OrderID, now time.Time) (bool, error) {
	over, here := false, false
	ask := func(o *floor.Order) {
		e.feed.Look(func(b *view.Board) {
			b.Floor(func(s *floor.State) {
				if o == nil {
					o = s.Orders[id]
				}
				if here = o != nil; here {
					over = s.ProofOver(o, now)
				}
			})
		})
	}
	if ask(nil); here {
		return over, nil
	}
	o, err := e.archive.Order(id)
	if err == nil && o != nil {
		ask(o)
	}
	return over, err
}
