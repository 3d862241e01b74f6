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
	"strings"
	"sync"
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
	w, err := newWatcher(cfg.witnessFile(), st, nil)
	if err == nil {
		err = c.Outdo(ctx, w.seen)
	}
	if err == nil {
		err = w.keep(st.Commits())
	}
	return gen, err
}

// syncEvery is how often what the witness was told is made to outlive a power cut. The end of a process it outlives at once.
const syncEvery = 15 * time.Second

// watcher keeps a witness outside the database that is in no copy of it: how many commits the database has. It is told
// behind every commit, by a write that nobody waits for the disk with. A database that has fewer, or that was in use where
// no witness is, was put back. A power cut may take the newest counts from the witness: then a copy that is younger than
// they are is not found out by it, and shows in the sites' hellos only. So it says besides which start of the machine it
// was told in, and whether the process came to its end: where it cannot have lost a count, it proves that nothing was put back.
type watcher struct {
	store.Store // told of
	path        string
	log         *slog.Logger
	machine     string // names this start of the machine; "" where that is not known
	was         told   // as it was found at the start

	mu   sync.Mutex
	file *os.File
	seen uint64 // as the file says
	kept uint64 // and as the disk does
	bad  error  // it could not be told
	over bool   // nothing more is committed
}

// told is what a witness says.
type told struct {
	Beat    uint64 `json:"beat"`
	Machine string `json:"machine,omitempty"`
	Over    bool   `json:"over,omitempty"` // the process had ended, and all was on the disk
}

// proves says whether a database with so many commits is, for sure, the one that was in use last. Between a commit and its
// telling a process may be killed.
func (t told) proves(has uint64, machine string) bool {
	return t.Beat > 0 && (t.Over && has == t.Beat || machine != "" && t.Machine == machine && (has == t.Beat || has == t.Beat+1))
}

// thisStart names the start of the machine, which ends with a power cut.
func thisStart() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if id := strings.TrimSpace(string(text)); err == nil && len(id) == 36 {
		return id
	}
	return ""
}

// newWatcher reads what the witness was told last.
func newWatcher(path string, st store.Store, log *slog.Logger) (*watcher, error) {
	w := &watcher{Store: st, path: path, log: log, machine: thisStart()}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	var v told
	if json.Unmarshal(raw, &v) == nil { // else torn by a power cut: it says nothing, and that is said
		w.was, w.seen = v, v.Beat
	}
	return w, nil
}

// begin looks whether the database is the one that was last in use here, and begins a new life line when not. From then on
// the witness is told.
func (w *watcher) begin(ctx context.Context, c *clerk.Clerk) error {
	proven := w.was.proves(w.Commits(), w.machine)
	gen, why, err := c.Witnessed(ctx, w.seen)
	if err == nil {
		err = c.Watch(ctx, proven && gen == "")
	}
	if err != nil {
		return err
	}
	if gen != "" {
		w.log.Warn("the centre was restored: orders older than this wait until every site was heard", "why", why, "gen", gen)
	}
	return w.keep(w.Commits())
}

// Update tells the witness what was committed.
func (w *watcher) Update(ctx context.Context, do func(store.Tx) error) error {
	err := w.Store.Update(ctx, do)
	w.tell(w.Commits())
	return err
}

// line has the same length whatever the count, so that a new one covers the old one whole.
func (w *watcher) line(n uint64) []byte {
	text, _ := json.Marshal(told{Beat: n, Machine: w.machine, Over: w.over}) // numbers and letters
	return fmt.Appendf(nil, "%-120s\n", text)
}

func (w *watcher) tell(n uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil || n <= w.seen {
		return // not begun, or a later commit was told already
	}
	if _, err := w.file.WriteAt(w.line(n), 0); err != nil {
		w.bad = err // said, and tried again, with the next sync
		return
	}
	w.seen = n
}

// keep makes the witness say a count for good, by a file of its own: an old one that somebody took away, or a partition
// that came back, is no reason to be silent.
func (w *watcher) keep(n uint64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	n = max(n, w.seen)
	err := durable.Write(w.path, w.line(n), 0o600)
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	f, err := os.OpenFile(w.path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	if w.file != nil {
		_ = w.file.Close() // what it had is in the new one
	}
	w.file, w.seen, w.kept, w.bad = f, n, n, nil
	return nil
}

// run keeps what was told until ctx ends. What fails is tried again with the next: the witness says no more than it knows.
func (w *watcher) run(ctx context.Context) error {
	t := time.NewTicker(syncEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			w.sync()
		}
	}
}

func (w *watcher) sync() {
	w.mu.Lock()
	bad, fresh := w.bad, w.kept == w.seen && w.bad == nil
	w.mu.Unlock()
	if fresh {
		return
	}
	if err := w.keep(w.Commits()); err != nil {
		w.log.Error("witness", "err", err, "before", bad)
	}
}

// close ends the telling.
func (w *watcher) close() {
	w.mu.Lock()
	w.over = true
	w.mu.Unlock()
	if err := w.keep(w.Commits()); err != nil {
		w.log.Error("witness", "err", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file != nil {
		_ = w.file.Close()
		w.file = nil
	}
}
