package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/store"
	"picket/sync/wire"
)

// exchanged: of two records under one id the second takes the place of the first, which is kept.
func exchanged(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		for i, id := range []string{"c/0", "c/1", "d/0"} {
			_, err := tx.AddFact("ex", store.Fact{Pos: wire.Pos(i + 1), Record: id, Log: "old", Raw: []byte("old " + id)})
			require.NoError(t, err)
		}
		_, err := tx.AddFacts("ex", 3, []store.Fact{{Record: "e/0", Log: "new", Seq: 1, Hash: wire.Hash{1}, Raw: []byte("new e/0")}})
		require.NoError(t, err)
		_, err = tx.Second("ex", "c/0")
		require.ErrorIs(t, err, store.ErrNone)
		require.NoError(t, tx.KeepSecond("ex", "c/0", []byte("twice")))
		require.NoError(t, tx.KeepSecond("ex", "c/0", []byte("new c/0")))
		require.NoError(t, tx.Exchange("ex", "c/0"))
		require.NoError(t, tx.Exchange("ex", "c/1"))
		require.Error(t, tx.Exchange("ex", "e/0"), "it is on a chain")
		require.ErrorIs(t, tx.Exchange("ex", "f/0"), store.ErrNone)
	})
	update(t, s, func(tx store.Tx) {
		all, err := tx.Facts("ex", 0, 10)
		require.NoError(t, err)
		require.Len(t, all, 4)
		require.Equal(t, "new c/0", string(all[0].Raw))
		require.Empty(t, all[1].Raw, "nothing stands in its place")
		require.Equal(t, "old d/0", string(all[2].Raw))
		for i, f := range all {
			require.EqualValues(t, i+1, f.Pos)
		}
		f, err := tx.FactOf("ex", "c/0")
		require.NoError(t, err)
		require.Equal(t, all[0], f)
		for id, want := range map[string]string{"c/0": "old c/0", "c/1": "old c/1"} {
			raw, err := tx.Second("ex", id)
			require.NoError(t, err)
			require.Equal(t, want, string(raw))
		}
	})
	update(t, s, func(tx store.Tx) { // and back again
		require.NoError(t, tx.Exchange("ex", "c/1"))
		f, err := tx.FactOf("ex", "c/1")
		require.NoError(t, err)
		require.Equal(t, "old c/1", string(f.Raw))
		raw, err := tx.Second("ex", "c/1")
		require.NoError(t, err)
		require.Empty(t, raw)
	})
}
