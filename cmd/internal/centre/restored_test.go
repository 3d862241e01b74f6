package centre

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
)

// start is what a start does about the witness, and says how the centre thinks it was restored.
func start(t *testing.T, dir string, uses ...func(c *clerk.Clerk)) clerk.Reconciling {
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(dir, "oms.db"))
	require.NoError(t, err)
	cfg := Defaults()
	cfg.Data = dir
	w, err := newWatcher(cfg.witnessFile(), st, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	c, err := newClerk(cfg, w, nil, newIDs())
	require.NoError(t, err)
	require.NoError(t, w.begin(ctx, c))
	for _, use := range uses {
		use(c)
	}
	r, err := c.Reconciling(ctx)
	require.NoError(t, err)
	// Nothing else is called: a process may end at any time.
	require.NoError(t, st.Close())
	return r
}

func copyFile(t *testing.T, from, to string) {
	b, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, b, 0o600))
}

func TestAnOlderDatabaseIsFoundOutByItsWitness(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "oms.db")
	goods := func(name string) func(c *clerk.Clerk) {
		return func(c *clerk.Clerk) {
			_, err := c.PutItems(context.Background(), []floor.Item{{SKU: "A", Name: name, GTINs: []string{}}})
			require.NoError(t, err)
		}
	}
	require.Nil(t, start(t, dir).At, "a new centre")
	require.Nil(t, start(t, dir, goods("one")).At, "started again")
	copyFile(t, db, db+".bak")
	require.Nil(t, start(t, dir).At)
	copyFile(t, db+".bak", db)
	require.Nil(t, start(t, dir).At, "nothing was committed since")
	require.Nil(t, start(t, dir, goods("two")).At)
	copyFile(t, db+".bak", db)
	r := start(t, dir)
	require.NotNil(t, r.At)
	require.Contains(t, r.Why, "older")
	require.Equal(t, r.Gen, start(t, dir).Gen, "found out once")

	other := t.TempDir()
	copyFile(t, db, filepath.Join(other, "oms.db"))
	r2 := start(t, other)
	require.NotEqual(t, r.Gen, r2.Gen)
	require.Contains(t, r2.Why, "not here")
}

func TestAnOperatorSaysThatTheDatabaseWasPutBack(t *testing.T) {
	cfg := Defaults()
	cfg.Data = t.TempDir()
	_, err := Restored(context.Background(), cfg, time.Now())
	require.ErrorIs(t, err, os.ErrNotExist, "it makes no centre")
	require.Nil(t, start(t, cfg.Data).At)
	_, err = Restored(context.Background(), cfg, time.Now().Add(time.Hour))
	require.ErrorContains(t, err, "future")
	gen, err := Restored(context.Background(), cfg, time.Now())
	require.NoError(t, err)
	r := start(t, cfg.Data)
	require.Equal(t, string(gen), r.Gen)
	require.Equal(t, "An operator says so.", r.Why)
}

// TestTheCentresWitnessElsewhere: a copy of the whole directory is told from the original where the witness lies on another
// partition; one that lies in the directory after all, or where nothing is, is said at the start.
func TestTheCentresWitnessElsewhere(t *testing.T) {
	dir := t.TempDir()
	cfg := Defaults()
	cfg.Data, cfg.Witness = filepath.Join(dir, "data"), filepath.Join(dir, "other", "oms")
	require.NoError(t, os.MkdirAll(cfg.Data, 0o700))
	require.ErrorContains(t, cfg.Check(), "witness: ")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "other"), 0o700))
	require.NoError(t, cfg.Check())
	require.Equal(t, cfg.Witness, cfg.witnessFile())
	cfg.Witness = filepath.Join(cfg.Data, "w")
	require.ErrorContains(t, cfg.Check(), "lies in the data directory")
}

// TestTheWitnessIsToldBehindEveryCommit: what a process said last is in its file, however the process ended; a power cut that takes
// the newest from the file, or leaves nothing that can be read, is no reason to go on as if nothing was.
func TestTheWitnessIsToldBehindEveryCommit(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	st, err := sqlite.Open(ctx, filepath.Join(dir, "oms.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	path := filepath.Join(dir, "witness")
	read := func() uint64 {
		w, err := newWatcher(path, st, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return w.seen
	}
	w, err := newWatcher(path, st, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	set := func(v string) {
		require.NoError(t, w.Update(ctx, func(tx store.Tx) error { return tx.SetMeta("k", v) }))
	}
	set("before it began")
	require.Zero(t, read())
	require.NoError(t, w.keep(w.Commits()))
	for i := range 12 { // one digit, and two
		set(strconv.Itoa(i))
		require.Equal(t, st.Commits(), read())
	}
	require.NoError(t, os.Remove(path), "somebody took it away")
	set("unseen")
	w.sync()
	require.Equal(t, st.Commits(), read())
	w.close()
	set("ended")
	require.Equal(t, st.Commits()-1, read())
	require.NoError(t, os.WriteFile(path, []byte(`{"be`), 0o600))
	require.Zero(t, read(), "a torn one says nothing")
}

// TestTheWitnessProvesWhatItCannotHaveLost: a power cut may have taken counts from it, the end of a process has not.
func TestTheWitnessProvesWhatItCannotHaveLost(t *testing.T) {
	for name, c := range map[string]struct {
		told told
		has  uint64
		want bool
	}{
		"ended, and nothing since":                      {told{Beat: 9, Machine: "a", Over: true}, 9, true},
		"ended, and somebody else wrote":                {told{Beat: 9, Machine: "a", Over: true}, 10, false},
		"ended, on a machine that says no name":         {told{Beat: 9, Over: true}, 9, true},
		"killed":                                        {told{Beat: 9, Machine: "b"}, 9, true},
		"killed between a commit and its telling":       {told{Beat: 9, Machine: "b"}, 10, true},
		"killed, and more than it was told":             {told{Beat: 9, Machine: "b"}, 11, false},
		"killed, and the machine was started since":     {told{Beat: 9, Machine: "a"}, 9, false},
		"an older one":                                  {told{Beat: 9, Machine: "b"}, 8, false},
		"of a picket-oms that said nothing but a count": {told{Beat: 9}, 9, false},
		"none": {told{}, 0, false},
	} {
		require.Equal(t, c.want, c.told.proves(c.has, "b"), name)
	}
	require.False(t, told{Beat: 9}.proves(9, ""))
}

// TestAStartThatIsNotProvenIsNoted: until each site was heard again, its word that the centre was put back counts for all.
func TestAStartThatIsNotProvenIsNoted(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	begin := func(end bool) (noted bool) {
		st, err := sqlite.Open(ctx, filepath.Join(dir, "oms.db"))
		require.NoError(t, err)
		defer func() { require.NoError(t, st.Close()) }()
		cfg := Defaults()
		cfg.Data = dir
		w, err := newWatcher(cfg.witnessFile(), st, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		c, err := newClerk(cfg, w, nil, newIDs())
		require.NoError(t, err)
		require.NoError(t, w.begin(ctx, c))
		require.NoError(t, st.View(ctx, func(tx store.Tx) error {
			text, err := tx.Meta("unproven/s1")
			noted = text != ""
			return err
		}))
		require.NoError(t, w.Update(ctx, func(tx store.Tx) error {
			return errors.Join(tx.SetMeta("unproven/s1", ""), tx.PutSite(store.Site{ID: "s1"}))
		}))
		if end {
			w.close()
		}
		return noted
	}
	begin(true)
	require.False(t, begin(true), "ended and started")
	require.False(t, begin(false))
	if thisStart() == "" {
		t.Skip("this system does not name the starts of the machine")
	}
	require.False(t, begin(false), "killed and started")
	text, err := os.ReadFile(filepath.Join(dir, "witness"))
	require.NoError(t, err)
	other := regexp.MustCompile(`"machine":"[^"]*"`).ReplaceAll(text, []byte(`"machine":"00000000-0000-0000-0000-000000000000"`))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "witness"), other, 0o600))
	require.True(t, begin(true), "a power cut")
	require.False(t, begin(true))
	raw, err := os.ReadFile(filepath.Join(dir, "witness"))
	require.NoError(t, err)
	require.Len(t, raw, len(text))
}
