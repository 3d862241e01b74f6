package centre

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/clerk"
	"picket/sync/oms/store/sqlite"
)

// start is what a start does about the witness, and says how the centre thinks it was restored.
func start(t *testing.T, dir string) clerk.Reconciling {
	ctx := context.Background()
	st, err := sqlite.Open(ctx, filepath.Join(dir, "oms.db"))
	require.NoError(t, err)
	cfg := Defaults()
	c, err := newClerk(cfg, st, nil, newIDs())
	require.NoError(t, err)
	_, err = watch(ctx, dir, st, c, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	r, err := c.Reconciling(ctx)
	require.NoError(t, err)
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
	require.Nil(t, start(t, dir).At, "a new centre")
	require.Nil(t, start(t, dir).At, "started again")
	copyFile(t, db, db+".bak")
	require.Nil(t, start(t, dir).At)
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
