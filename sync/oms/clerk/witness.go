package clerk

import (
	"context"
	"strconv"
	"time"

	"picket/sync/oms/store"
	"picket/sync/wire"
)

// The database counts its commits, and a witness outside of it is told the count behind each one. A centre whose database
// was put back finds that out by itself, at its start and before it decides anything.

// Witnessed looks whether the database is the one that was in use last, by the count its witness was told last, 0 when
// there is no witness. When it is not, a new life line begins; gen is empty else.
func (c *Clerk) Witnessed(ctx context.Context, seen uint64) (gen wire.Generation, why string, err error) {
	has := c.st.Commits()
	switch {
	case !on(RuleWitness):
		return "", "", nil
	case has < seen:
		why = "The database is an older one than was last in use here."
	case seen == 0 && has > 0:
		why = "The database was in use, and not here."
	default:
		return "", "", nil // a power cut may have taken the newest count from the witness, never from the database
	}
	err = c.update(ctx, func(w *work) error {
		if err := w.outdo(seen); err != nil {
			return err
		}
		gen, err = w.beginLife(time.Time{}, time.Time{}, why)
		return err
	})
	return gen, why, err
}

// Outdo raises the count to what a witness was told, so that a restore that is known is not found out once more.
func (c *Clerk) Outdo(ctx context.Context, seen uint64) error {
	return c.update(ctx, func(w *work) error { return w.outdo(seen) })
}

func (w *work) outdo(seen uint64) error {
	text, err := w.Meta(store.CommitsKey)
	if err != nil {
		return err
	}
	if has, err := strconv.ParseUint(text, 10, 64); err == nil && has >= seen {
		return nil
	}
	return w.SetMeta(store.CommitsKey, strconv.FormatUint(seen, 10))
}
