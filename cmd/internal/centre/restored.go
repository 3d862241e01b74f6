package centre

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"picket/cmd/internal/durable"
	"picket/cmd/internal/lock"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// Restored says over a centre that does not run that its database was put back at that time.
func Restored(ctx context.Context, cfg Config, at time.Time) (gen wire.Generation, err error) {
	release, err := lock.Dir(cfg.Data, "picket-oms")
	if err != nil {
		return "", fmt.Errorf("data: %w; stop picket-oms first", err)
	}
	defer release()
	path := filepath.Join(cfg.Data, "oms.db")
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("data: %w", err) // a typing mistake must not make a centre
	}
	st, err := sqlite.Open(ctx, path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	c, err := newClerk(cfg, st, nil, newIDs())
	if err != nil {
		return "", err
	}
	if gen, err = c.Restored(ctx, at, "An operator says so."); err != nil {
		return "", err
	}
	// The witness is told, so that the start does not find it out once more.
	_, err = (&watcher{dir: cfg.Data, st: st}).beat(ctx)
	return gen, err
}

// beatEvery is how often the database and its witness are told the same number. What a backup that is younger
// than this forgets shows in the sites' hellos only.
const beatEvery = 15 * time.Second

const beatKey = "beat"

// watcher keeps a witness beside the database that is in no copy of it: how often the database has beaten. A
// database that has beaten less, or that was in use where no witness is, was put back.
type watcher struct {
	dir string
	st  store.Store
	log *slog.Logger
}

func (w *watcher) file() string { return filepath.Join(w.dir, "witness") }

// watch looks whether the database is the one that was last in use here, and begins a new life line when not.
func watch(ctx context.Context, dir string, st store.Store, c *clerk.Clerk, log *slog.Logger) (*watcher, error) {
	w := &watcher{dir: dir, st: st, log: log}
	seen, known, err := w.witness()
	if err != nil {
		return nil, err
	}
	has, err := w.beats(ctx)
	if err != nil {
		return nil, err
	}
	why := ""
	switch {
	case known && has < seen:
		why = "The database is an older one than was last in use here."
	case !known && has > 0:
		why = "The database was in use, and not here."
	}
	if why != "" {
		gen, err := c.Restored(ctx, time.Time{}, why)
		if err != nil {
			return nil, err
		}
		log.Warn("the centre was restored: orders older than this wait until every site was heard", "why", why, "gen", gen)
	}
	_, err = w.beat(ctx)
	return w, err
}

func (w *watcher) witness() (n uint64, known bool, err error) {
	raw, err := os.ReadFile(w.file())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("witness: %w", err)
	}
	var v struct {
		Beat uint64 `json:"beat"`
	}
	if json.Unmarshal(raw, &v) != nil || v.Beat == 0 {
		return 0, false, nil // torn by a power cut: it says nothing, and that is said
	}
	return v.Beat, true, nil
}

func (w *watcher) beats(ctx context.Context) (n uint64, err error) {
	err = w.st.View(ctx, func(tx store.Tx) error {
		text, err := tx.Meta(beatKey)
		if err == nil && text != "" {
			n, err = strconv.ParseUint(text, 10, 64)
		}
		return err
	})
	return n, err
}

// beat raises the number in the database first and in the witness behind it, so that a stop between the two
// is no restore.
func (w *watcher) beat(ctx context.Context) (n uint64, err error) {
	seen, _, err := w.witness()
	if err != nil {
		return 0, err
	}
	err = w.st.Update(ctx, func(tx store.Tx) error {
		text, err := tx.Meta(beatKey)
		if err != nil {
			return err
		}
		n = 0
		if text != "" {
			if n, err = strconv.ParseUint(text, 10, 64); err != nil {
				return fmt.Errorf("beat: %w", err)
			}
		}
		n = max(n, seen) + 1
		return tx.SetMeta(beatKey, strconv.FormatUint(n, 10))
	})
	if err != nil {
		return 0, err
	}
	return n, w.write(n)
}

// write leaves the old one in place until the new one is whole.
func (w *watcher) write(n uint64) error {
	if err := durable.Write(w.file(), fmt.Appendf(nil, "{\"beat\":%d}\n", n), 0o600); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}

// run beats until ctx ends. One that fails is tried again with the next: the database says no more than it knows.
func (w *watcher) run(ctx context.Context) error {
	t := time.NewTicker(beatEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			if _, err := w.beat(ctx); err != nil && ctx.Err() == nil {
				w.log.Error("witness", "err", err)
			}
		}
	}
}
