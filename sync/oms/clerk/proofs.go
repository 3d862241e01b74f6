package clerk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// Vault seals rows with keys that lie outside the database and its backups.
type Vault interface {
	// SealOwn closes a row with a key of its own, or with that of the row as it stood before; nil for none.
	SealOwn(name string, body, before []byte) ([]byte, error)
	Open(name string, sealed []byte) ([]byte, error)
	// Erase wipes the keys of rows: when it returns without error, nobody can open them any more, nor a copy of them.
	Erase(sealed ...[]byte) error
}

// errNoVault keeps a site's cursor before a proof that could only be stored as it is.
var errNoVault = errors.New("a proof came, and there is nothing to seal it with")

// ProofDays is how long a proof of a hand-over is kept.
const ProofDays = 180

// proofsAtOnce bounds what one transaction erases.
const proofsAtOnce = 64

// Proof shows who got an order.
type Proof struct {
	Site  floor.SiteID    `json:"site"`
	Ref   string          `json:"ref"`
	Taken time.Time       `json:"taken" doc:"When the centre took it in."`
	Until time.Time       `json:"until" doc:"When it is erased."`
	Body  json.RawMessage `json:"body,omitempty" doc:"The media and the picture, in base64."`
}

// LookAtProofs is who looks at what shows who got an order, and why.
type LookAtProofs struct {
	By     string `json:"by" maxLength:"200" doc:"Who looks at them." example:"Olga Meier"`
	Reason string `json:"reason" maxLength:"200" doc:"Why." example:"The customer says it was never collected."`
}

func proofName(site floor.SiteID, ref string) string { return string(site) + "/" + ref }

// keepRows seals what came beside a site's records, in the transaction that takes the records: their acknowledgement is
// that of the rows. One that is there already stays as it is.
func (w *work) keepRows(site floor.SiteID, rows []wire.Sealed) error {
	for _, row := range rows {
		if w.c.cfg.Vault == nil {
			return errNoVault
		}
		name := proofName(site, row.Ref)
		was, err := w.Proof(site, row.Ref)
		switch {
		case errors.Is(err, store.ErrNone):
		case err != nil:
			return err
		default:
			if body, err := w.c.cfg.Vault.Open(name, was.Sealed); err == nil && bytes.Equal(body, row.Sealed) {
				continue
			}
		}
		sealed, err := w.c.cfg.Vault.SealOwn(name, row.Sealed, was.Sealed)
		if err != nil {
			return err
		}
		p := store.Proof{Site: site, Ref: row.Ref, Taken: w.now, Sealed: sealed}
		if of, _, ok := strings.Cut(strings.TrimPrefix(row.Ref, "pii/"), "/proof/"); ok {
			p.Order = floor.OrderID(of)
		}
		if err := w.KeepProof(p); err != nil {
			return err
		}
	}
	return nil
}

// Proofs opens what shows who got an order, for somebody who says who they are and why they look: that stands on the
// order's time line from then on.
func (c *Clerk) Proofs(ctx context.Context, id floor.OrderID, look LookAtProofs) ([]Proof, error) {
	if p := signedBy(look.By, look.Reason); len(p) > 0 {
		return nil, p
	}
	var out []Proof
	err := c.update(ctx, func(w *work) error {
		out = []Proof{}
		if _, err := w.Order(id); errors.Is(err, store.ErrNone) {
			return ErrNoOrder
		} else if err != nil {
			return err
		}
		if c.cfg.Vault == nil {
			return nil
		}
		all, err := w.Assignments(id)
		if err != nil {
			return err
		}
		for i := range all {
			list, err := w.ProofsOf(all[i].Site, all[i].At)
			if err != nil {
				return err
			}
			for _, p := range list {
				body, err := c.cfg.Vault.Open(proofName(p.Site, p.Ref), p.Sealed)
				if err != nil {
					continue // its key is wiped: what is left of it goes with the next look of the clock
				}
				out = append(out, Proof{Site: p.Site, Ref: p.Ref, Taken: p.Taken, Until: p.Taken.Add(c.proofTime()), Body: body})
			}
		}
		if len(out) == 0 {
			return nil
		}
		return w.Tell(id, order.Happened{At: w.now, What: "proof.seen",
			Words: look.By + " looked at what shows who got it (" + strconv.Itoa(len(out)) + "): " + look.Reason})
	})
	return out, err
}

func (c *Clerk) proofTime() time.Duration { return time.Duration(c.cfg.ProofDays) * 24 * time.Hour }

// EraseProofs erases proofs whose time is over, and says how many. The keys go first: cut off behind them, nothing can be
// opened, and the rows go with the next call.
func (c *Clerk) EraseProofs(ctx context.Context) (erased int, err error) {
	for c.cfg.Vault != nil {
		var list []store.Proof
		before := c.cfg.Now().UTC().Add(-c.proofTime())
		err := c.st.View(ctx, func(tx store.Tx) error {
			list, err = tx.ProofsTaken(before, proofsAtOnce)
			return err
		})
		if err != nil || len(list) == 0 {
			return erased, err
		}
		sealed := make([][]byte, len(list))
		for i := range list {
			sealed[i] = list[i].Sealed
		}
		if err := c.cfg.Vault.Erase(sealed...); err != nil {
			return erased, err
		}
		err = c.update(ctx, func(w *work) error {
			for _, p := range list {
				if err := w.DropProof(p.Site, p.Ref); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return erased, err
		}
		erased += len(list)
	}
	return erased, nil
}

// signedBy says what is wrong with a name and a reason.
func signedBy(by, reason string) (p order.Problems) {
	for _, f := range [][2]string{{"by", by}, {"reason", reason}} {
		if n := len(strings.TrimSpace(f[1])); n == 0 || n > 200 {
			p = append(p, order.Problem{Field: f[0], Why: "must be 1 to 200 bytes: it is kept"})
		} else if err := floor.CheckWords(f[0], f[1], false); err != nil {
			p = append(p, order.Problem{Field: f[0], Why: strings.TrimPrefix(err.Error(), f[0]+": ")})
		}
	}
	return p
}
