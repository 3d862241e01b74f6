package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/store"
)

// commits: who was told the count of a database knows an older copy of it.
func commits(t *testing.T, s store.Store) {
	require.Zero(t, s.Commits(), "nothing was in it yet")
	set := func(tx store.Tx) { require.NoError(t, tx.SetMeta("k", time.Now().String())) }
	update(t, s, set)
	require.Equal(t, uint64(1), s.Commits())
	view(t, s, func(tx store.Tx) { _, _ = tx.Meta("k") })
	update(t, s, func(tx store.Tx) { _, _ = tx.Meta("k") })
	no := errors.New("no")
	require.ErrorIs(t, s.Update(ctx, func(tx store.Tx) error { set(tx); return no }), no)
	require.Equal(t, uint64(1), s.Commits(), "nothing was written")
	update(t, s, func(tx store.Tx) {
		set(tx)
		had, err := tx.Meta(store.CommitsKey)
		require.NoError(t, err)
		require.Equal(t, "1", had, "it is in the database")
		require.NoError(t, tx.SetMeta(store.CommitsKey, "70"))
	})
	require.Equal(t, uint64(71), s.Commits(), "somebody knew of more")
}
