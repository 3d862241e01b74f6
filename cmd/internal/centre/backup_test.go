package centre

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/api"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

func TestSettingsOfBackups(t *testing.T) {
	for _, x := range []struct {
		want string
		set  func(c *Config)
	}{
		{"backup.dir: \"here\" must begin with /", func(c *Config) { c.Backup.Dir = "here" }},
		{"lies in the data directory", func(c *Config) { c.Data, c.Backup.Dir = "/d", "/d/copies" }},
		{"backup.every", func(c *Config) { c.Backup.Every = time.Second }},
		{"backup.every", func(c *Config) { c.Backup.Every = 30 * 24 * time.Hour }},
		{"backup.keep", func(c *Config) { c.Backup.Keep = 0 }},
	} {
		c := Defaults()
		require.NoError(t, c.Check())
		c.Backup.Dir = "/backup"
		require.NoError(t, c.Check())
		x.set(&c)
		require.ErrorContains(t, c.Check(), x.want)
	}
}

// shelf is a database and what is made of it.
type shelf struct {
	t       *testing.T
	cfg     Config
	st      store.Store
	b       *backups
	told    [][]map[floor.SiteID]wire.Position
	notices []string
	now     time.Time
}

func newShelf(t *testing.T) *shelf {
	s := &shelf{t: t, cfg: Defaults(), now: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	s.cfg.Data, s.cfg.Backup.Dir, s.cfg.Backup.Keep = filepath.Join(dir, "data"), filepath.Join(dir, "copies"), 2
	require.NoError(t, os.Mkdir(s.cfg.Data, 0o700))
	require.NoError(t, os.Mkdir(s.cfg.Backup.Dir, 0o700))
	st, err := sqlite.Open(context.Background(), filepath.Join(s.cfg.Data, "oms.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Update(context.Background(), func(tx store.Tx) error { return tx.PutSite(store.Site{ID: "north", Zone: "UTC"}) }))
	s.st = st
	s.start()
	return s
}

// start is a process that begins.
func (s *shelf) start() {
	s.b, s.told, s.notices = newBackups(s.cfg, slog.New(slog.DiscardHandler)), nil, nil
	s.b.now = func() time.Time { s.now = s.now.Add(time.Minute); return s.now }
	s.b.tell = func(c []map[floor.SiteID]wire.Position) { s.told = append(s.told, c) }
	s.b.notice = func(_ context.Context, name, why string) error {
		s.notices = append(s.notices, name+": "+why)
		return nil
	}
}

func (s *shelf) heard(seq wire.Seq) {
	require.NoError(s.t, s.st.Update(context.Background(), func(tx store.Tx) error {
		return tx.PutMark("north", store.Mark{Applied: wire.Position{Log: "l", Seq: seq, Hash: wire.Hash{byte(seq)}}})
	}))
}

// reach is what was told last: a number for each copy that counts.
func (s *shelf) reach() (out []wire.Seq) {
	for _, c := range s.told[len(s.told)-1] {
		out = append(out, c["north"].Seq)
	}
	return out
}

func TestCopiesAreKeptInTheirOrder(t *testing.T) {
	ctx := context.Background()
	s := newShelf(t)
	left := filepath.Join(s.cfg.Backup.Dir, "oms-20261101T000000.000Z.db"+copyPart)
	require.NoError(t, os.WriteFile(left, []byte("half"), 0o600))
	other := filepath.Join(s.cfg.Backup.Dir, "letters.txt")
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	for i, want := range [][]wire.Seq{{5}, {5, 10}, {10, 15}, {15, 20}} {
		s.heard(wire.Seq(5 * (i + 1)))
		if i == 2 {
			s.now = s.now.Add(-24 * time.Hour) // the clock is set back
		}
		require.NoError(t, s.b.once(ctx))
		require.Equal(t, want, s.reach())
	}
	require.NoFileExists(t, left)
	require.FileExists(t, other, "what is not of its making stays")
	files, err := os.ReadDir(s.cfg.Backup.Dir)
	require.NoError(t, err)
	require.Len(t, files, 3)
	require.Empty(t, s.notices)

	// Behind a restart the copies are read again.
	s.start()
	require.NoError(t, s.b.look(ctx))
	s.b.say()
	require.Equal(t, []wire.Seq{15, 20}, s.reach())
	require.Len(t, s.b.Backups().Copies, 2)
	require.Empty(t, s.notices)
}

func TestACopyThatIsDamagedOrWentAwayDoesNotCount(t *testing.T) {
	ctx := context.Background()
	s := newShelf(t)
	s.cfg.Backup.Keep = 3
	s.start()
	var names []string
	for i := range 3 {
		s.heard(wire.Seq(i + 1))
		require.NoError(t, s.b.once(ctx))
		names = append(names, filepath.Join(s.cfg.Backup.Dir, s.b.kept[i].name))
	}
	text, err := os.ReadFile(names[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(names[0], text[:len(text)/2], 0o600))
	require.NoError(t, os.Remove(names[1]))
	s.start()
	require.NoError(t, s.b.look(ctx))
	s.b.say()
	require.Equal(t, []wire.Seq{3}, s.reach())
	require.Len(t, s.notices, 2)
	require.Contains(t, s.notices[0], filepath.Base(names[0]))
	require.Contains(t, s.notices[1], filepath.Base(names[1])+": its file went away")
	require.Len(t, s.b.Backups().Bad, 1)
	require.NoError(t, s.b.once(ctx))
	require.Len(t, s.notices, 2, "said once")

	// A directory that is not there, as of a partition that is not mounted: nothing is said of what is stable, and nothing of the copies.
	away := s.cfg.Backup.Dir + ".away"
	require.NoError(t, os.Rename(s.cfg.Backup.Dir, away))
	told := len(s.told)
	require.ErrorContains(t, s.b.once(ctx), "is its partition mounted?")
	require.Len(t, s.told, told)
	require.NoError(t, os.Rename(away, s.cfg.Backup.Dir))
	require.NoError(t, s.b.once(ctx))
	require.Equal(t, []wire.Seq{3, 3, 3}, s.reach())

	// The database cannot be read: no copy, nothing left, nothing said.
	db := filepath.Join(s.cfg.Data, "oms.db")
	require.NoError(t, os.Rename(db, db+".away"))
	told = len(s.told)
	require.Error(t, s.b.once(ctx))
	require.Len(t, s.told, told)
	require.NoError(t, os.Rename(db+".away", db))
	parts, err := filepath.Glob(filepath.Join(s.cfg.Backup.Dir, "*"+copyPart))
	require.NoError(t, err)
	require.Empty(t, parts)
}

// TestBackupsOfACentreThatDoesNotRun: the words of an operator, without anybody at the address.
func TestBackupsOfACentreThatDoesNotRun(t *testing.T) {
	s := newShelf(t)
	s.heard(7)
	s.cfg.HTTP.Listen = "127.0.0.1:1"
	var out bytes.Buffer
	require.NoError(t, backupNow(context.Background(), s.cfg, &out))
	require.Contains(t, out.String(), "is made and verified")
	out.Reset()
	require.NoError(t, listBackups(context.Background(), s.cfg, &out))
	require.Contains(t, out.String(), "north to 7")
}

// TestABackupThatFailsIsToldToPeople: and nothing else is held up by it; the next one makes it good.
func TestABackupThatFailsIsToldToPeople(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s := newShelf(t)
	c, err := newClerk(s.cfg, s.st, nil, newIDs())
	require.NoError(t, err)
	away := s.cfg.Backup.Dir + ".away"
	require.NoError(t, os.Rename(s.cfg.Backup.Dir, away))
	told := make(chan []map[floor.SiteID]wire.Position, 100)
	b := newBackups(s.cfg, slog.New(slog.DiscardHandler))
	b.notice, b.tell = c.BackupFailed, func(all []map[floor.SiteID]wire.Position) { told <- all }
	ended := make(chan struct{})
	go func() { b.run(ctx); close(ended) }()
	defer func() { cancel(); <-ended }()
	ask := func() (l api.BackupList) {
		asked := b.BackUp().Asked
		require.Eventually(t, func() bool { l = b.Backups(); return l.Done >= asked }, time.Minute, 5*time.Millisecond)
		return l
	}
	require.Contains(t, ask().Failed, "is its partition mounted?")
	require.Contains(t, ask().Failed, "is its partition mounted?")
	require.Empty(t, told)
	all, err := c.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, "backup.failed", all[0].What)
	require.Contains(t, all[0].Words, "times no backup could be made; the last time: backup.dir: ")

	require.NoError(t, os.Rename(away, s.cfg.Backup.Dir))
	l := ask()
	require.Empty(t, l.Failed)
	require.Len(t, l.Copies, 1)
	require.Len(t, <-told, 1)
}
