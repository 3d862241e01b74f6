package centre

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"picket/cmd/internal/durable"
	"picket/edge/floor"
	"picket/sync/oms/api"
	"picket/sync/oms/store/sqlite"
	"picket/sync/oms/store/sqlstore"
	"picket/sync/wire"
)

// backups makes copies of the database while it is in use, reads each from end to end before it counts, and says what all
// of them hold: no more than that is stable, for the centre may be put back to any. It stops nothing: what fails is told to
// people, and stable stands still.
type backups struct {
	cfg    Backup
	db     string // the database
	list   string // names of what was kept, so that one that goes away is missed behind a restart, too; "": it only looks
	log    *slog.Logger
	now    func() time.Time
	tell   func(copies []map[floor.SiteID]wire.Position)
	notice func(ctx context.Context, name, why string) error

	wake chan struct{}
	mu   sync.Mutex
	kept []kept            // verified; the oldest first
	bad  map[string]string // name → why
	out  api.BackupList    // Asked, Done, Failed, Next
}

type kept struct {
	name         string
	at, verified time.Time
	bytes        int64
	holds        sqlstore.Holds
}

// A copy's name is when it was made: names in their order are copies in theirs.
const (
	copyTime = "20060102T150405.000Z"
	copyPart = ".part" // one that is being made
)

var copyName = regexp.MustCompile(`^oms-(\d{8}T\d{6}\.\d{3}Z)\.db$`)

// retryAfter is how long a backup that failed waits, where they are not made more often.
const retryAfter = 5 * time.Minute

func newBackups(cfg Config, log *slog.Logger) *backups {
	return &backups{cfg: cfg.Backup, db: filepath.Join(cfg.Data, "oms.db"), list: filepath.Join(cfg.Data, "backups"), log: log.With("part", "backup"), now: time.Now,
		tell: func([]map[floor.SiteID]wire.Position) {}, notice: func(context.Context, string, string) error { return nil },
		wake: make(chan struct{}, 1), bad: map[string]string{}}
}

// run makes them until ctx ends.
func (b *backups) run(ctx context.Context) {
	if b.cfg.Dir == "" {
		return
	}
	err := b.look(ctx)
	if err != nil {
		b.failed(ctx, err)
	} else {
		b.say()
	}
	timer := time.NewTimer(b.next(err))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-b.wake:
		}
		b.mu.Lock()
		asked := b.out.Asked
		b.mu.Unlock()
		err = b.once(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			b.failed(ctx, err)
		}
		b.mu.Lock()
		if b.out.Done = asked; err == nil {
			b.out.Failed = ""
		}
		b.mu.Unlock()
		timer.Reset(b.next(err))
	}
}

// next is how long to wait for the next.
func (b *backups) next(failed error) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.now()
	switch n := len(b.kept); {
	case failed != nil:
		at = at.Add(min(retryAfter, b.cfg.Every))
	case n > 0:
		at = b.kept[n-1].at.Add(b.cfg.Every)
	}
	wait := min(max(0, at.Sub(b.now())), b.cfg.Every) // a clock that was set back holds nothing up for longer
	at = b.now().Add(wait).UTC()
	b.out.Next = &at
	return wait
}

func (b *backups) failed(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // the centre ends
	}
	b.mu.Lock()
	b.out.Failed = err.Error()
	b.mu.Unlock()
	b.log.Error("no backup could be made; what is stable stands still", "err", err)
	b.tellPeople(ctx, "", err.Error())
}

func (b *backups) tellPeople(ctx context.Context, name, why string) {
	if err := b.notice(ctx, name, why); err != nil && ctx.Err() == nil {
		b.log.Error("people could not be told of a backup", "backup", name, "why", why, "err", err)
	}
}

// once makes one more, and lets go of the oldest beyond what is kept.
func (b *backups) once(ctx context.Context) error {
	if err := b.look(ctx); err != nil {
		return err
	}
	k, err := b.make(ctx)
	if err != nil {
		return err
	}
	b.mu.Lock()
	b.kept = append(b.kept, k)
	b.mu.Unlock()
	b.log.Info("a backup is made and verified", "backup", k.name, "bytes", k.bytes)
	err = errors.Join(b.remember(), b.prune())
	b.say()
	return err
}

// make is one copy: under another name until it was read and its bytes are on the disk.
func (b *backups) make(ctx context.Context) (k kept, err error) {
	at := b.now().UTC().Truncate(time.Millisecond)
	b.mu.Lock()
	if n := len(b.kept); n > 0 && !at.After(b.kept[n-1].at) {
		at = b.kept[n-1].at.Add(time.Millisecond) // the clock was set back: the newest is still the last
	}
	b.mu.Unlock()
	name := "oms-" + at.Format(copyTime) + ".db"
	path := filepath.Join(b.cfg.Dir, name)
	part := path + copyPart
	defer func() {
		if err != nil {
			_ = os.Remove(part) // or at the next look
		}
	}()
	if err := sqlite.Copy(ctx, b.db, part); err != nil {
		return kept{}, err
	}
	if k, err = verified(ctx, part); err != nil {
		return kept{}, fmt.Errorf("the copy is not good: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return kept{}, err
	}
	k.name, k.at = name, at
	return k, durable.Dir(b.cfg.Dir)
}

func verified(ctx context.Context, path string) (kept, error) {
	h, err := sqlite.Verify(ctx, path)
	if err != nil {
		return kept{}, err
	}
	st, err := os.Stat(path)
	if err != nil {
		return kept{}, err
	}
	return kept{bytes: st.Size(), verified: time.Now().UTC(), holds: h}, nil
}

// look finds what is there: a copy it has not read yet is read, and one that went away or cannot be read does not count.
func (b *backups) look(ctx context.Context) error {
	files, err := os.ReadDir(b.cfg.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("backup.dir: there is no directory %q; is its partition mounted?", b.cfg.Dir)
	}
	if err != nil {
		b.forget(func(string) bool { return true }) // none of them can be put back now
		return err
	}
	there := map[string]bool{}
	for _, f := range files {
		name := f.Name()
		if part, is := strings.CutSuffix(name, copyPart); is && copyName.MatchString(part) {
			if b.list != "" {
				_ = os.Remove(filepath.Join(b.cfg.Dir, name)) // the process ended while it was made
			}
			continue
		}
		m := copyName.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		there[name] = true
		at, err := time.Parse(copyTime, m[1])
		if err != nil || b.known(name) {
			continue
		}
		k, err := verified(ctx, filepath.Join(b.cfg.Dir, name))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			b.mu.Lock()
			b.bad[name] = err.Error()
			b.mu.Unlock()
			b.log.Error("a backup is damaged and not counted", "backup", name, "err", err)
			b.tellPeople(ctx, name, err.Error())
			continue
		}
		k.name, k.at = name, at
		b.mu.Lock()
		b.kept = append(b.kept, k)
		slices.SortFunc(b.kept, func(x, y kept) int { return strings.Compare(x.name, y.name) })
		b.mu.Unlock()
	}
	for _, name := range b.recall() {
		if !there[name] {
			b.log.Error("a backup went away", "backup", name)
			b.tellPeople(ctx, name, "its file went away")
		}
	}
	b.forget(func(name string) bool { return !there[name] })
	return b.remember()
}

func (b *backups) known(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bad[name] != "" || slices.ContainsFunc(b.kept, func(k kept) bool { return k.name == name })
}

func (b *backups) forget(gone func(name string) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = slices.DeleteFunc(b.kept, func(k kept) bool { return gone(k.name) })
	maps.DeleteFunc(b.bad, func(name, _ string) bool { return gone(name) })
}

// prune takes the oldest away. One that cannot be taken away may be put back, and counts.
func (b *backups) prune() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	extra := max(0, len(b.kept)-b.cfg.Keep)
	for range extra {
		if err := os.Remove(filepath.Join(b.cfg.Dir, b.kept[0].name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("an old backup cannot be taken away: %w", err)
		}
		b.kept = b.kept[1:]
	}
	if extra == 0 {
		return nil
	}
	return durable.Dir(b.cfg.Dir)
}

// remember notes what will be kept, before the others are taken away; recall says what was noted.
func (b *backups) remember() error {
	if b.list == "" {
		return nil
	}
	names := []string{}
	b.mu.Lock()
	for _, k := range b.kept[max(0, len(b.kept)-b.cfg.Keep):] {
		names = append(names, k.name)
	}
	b.mu.Unlock()
	if slices.Equal(names, b.recall()) {
		return nil
	}
	text, err := json.Marshal(names)
	if err != nil {
		return err
	}
	return durable.Write(b.list, text, 0o600)
}

func (b *backups) recall() (names []string) {
	text, err := os.ReadFile(b.list)
	if err == nil {
		_ = json.Unmarshal(text, &names) // what cannot be read is missed by nobody
	}
	return names
}

// say tells the line what each copy holds.
func (b *backups) say() {
	b.mu.Lock()
	var all []map[floor.SiteID]wire.Position
	for _, k := range b.kept {
		all = append(all, k.holds.Sites)
	}
	b.mu.Unlock()
	b.tell(all)
}

// Backups is how they stand.
func (b *backups) Backups() api.BackupList {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.out
	out.Copies, out.Bad = []api.Backup{}, []api.BadCopy{}
	if b.cfg.Dir == "" {
		return out
	}
	out.Dir, out.Every = b.cfg.Dir, b.cfg.Every.String()
	for _, k := range b.kept {
		sites := map[floor.SiteID]wire.Seq{}
		for id, p := range k.holds.Sites {
			sites[id] = p.Seq
		}
		out.Copies = append(out.Copies, api.Backup{Name: k.name, At: k.at, Verified: k.verified, Bytes: k.bytes, Schema: k.holds.Schema, Sites: sites})
	}
	for _, name := range slices.Sorted(maps.Keys(b.bad)) {
		out.Bad = append(out.Bad, api.BadCopy{Name: name, Why: b.bad[name]})
	}
	return out
}

// BackUp asks for one at once.
func (b *backups) BackUp() api.BackupList {
	if b.cfg.Dir != "" {
		b.mu.Lock()
		b.out.Asked++
		b.mu.Unlock()
		select {
		case b.wake <- struct{}{}:
		default:
		}
	}
	return b.Backups()
}
