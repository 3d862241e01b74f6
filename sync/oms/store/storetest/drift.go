package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

func drift(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
		none, err := tx.Drift("s", nil)
		require.NoError(t, err)
		require.Empty(t, none)
		require.NoError(t, tx.PutDrift("s", "A", order.Drift{Sum: 1, Since: at, At: at}))
		a, b := order.Drift{Sum: 2.5, Since: at, At: at.Add(time.Hour)}, order.Drift{Sum: 9, Since: at, At: at}
		require.NoError(t, tx.PutDrift("s", "A", a))
		require.NoError(t, tx.PutDrift("s", "B", b))
		require.NoError(t, tx.PutDrift("other", "A", b))
		all, err := tx.Drift("s", nil)
		require.NoError(t, err)
		require.Equal(t, map[floor.SKU]order.Drift{"A": a, "B": b}, all)
		all, err = tx.Drift("s", []floor.SKU{"B", "Z"})
		require.NoError(t, err)
		require.Equal(t, map[floor.SKU]order.Drift{"B": b}, all)
	})
}
