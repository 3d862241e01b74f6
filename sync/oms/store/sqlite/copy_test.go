package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// A copy is one moment of a database in use; a damaged one, half of one and one of a later program are none.
func TestACopyIsReadBeforeItCounts(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "oms.db"), filepath.Join(dir, "copy?#.db")
	require.ErrorContains(t, sqlite.Copy(ctx, path, to), "unable to open")
	require.NoFileExists(t, path, "a typing mistake makes no database")
	require.NoError(t, os.Remove(to))
	s, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	at := wire.Position{Log: "l", Seq: 7, Hash: wire.Hash{1, 2}}
	mark := func(seq wire.Seq) error {
		return s.Update(ctx, func(tx store.Tx) error {
			at := at
			at.Seq = seq
			return tx.PutMark("north", store.Mark{Node: "n", Applied: at})
		})
	}
	require.NoError(t, s.Update(ctx, func(tx store.Tx) error {
		for _, id := range []floor.SiteID{"north", "south"} {
			if err := tx.PutSite(store.Site{ID: id, Name: "A site with a name that is a little long", Zone: "UTC"}); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, mark(7))
	// While a transaction of the writer is under way.
	require.NoError(t, s.Update(ctx, func(tx store.Tx) error {
		if err := tx.SetMeta("later", "x"); err != nil {
			return err
		}
		return sqlite.Copy(ctx, path, to)
	}))
	require.NoError(t, mark(9))
	require.NoError(t, s.Close())
	h, err := sqlite.Verify(ctx, to)
	require.NoError(t, err)
	require.Equal(t, map[floor.SiteID]wire.Position{"north": at, "south": {}}, h.Sites)
	require.Error(t, sqlite.Copy(ctx, path, to), "nothing is written over")
	left, err := filepath.Glob(to + "*")
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing lies beside it")

	whole, err := os.ReadFile(to)
	require.NoError(t, err)
	bad := filepath.Join(dir, "bad.db")
	for name, text := range map[string][]byte{"half": whole[:len(whole)/2], "empty": {}, "no database": []byte("It is a letter.")} {
		require.NoError(t, os.WriteFile(bad, text, 0o600))
		_, err := sqlite.Verify(ctx, bad)
		require.Error(t, err, name)
	}
	hurt := append([]byte(nil), whole...)
	for i := 4096; i < 4096+200; i++ {
		hurt[i] = 0xff
	}
	require.NoError(t, os.WriteFile(bad, hurt, 0o600))
	_, err = sqlite.Verify(ctx, bad)
	require.Error(t, err)

	s, err = sqlite.Open(ctx, to)
	require.NoError(t, err)
	require.NoError(t, s.Update(ctx, func(tx store.Tx) error { return tx.SetMeta("schema", "99") }))
	require.NoError(t, s.Close())
	_, err = sqlite.Verify(ctx, to)
	require.ErrorContains(t, err, "schema 99")
}
