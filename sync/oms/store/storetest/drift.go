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

func portraits(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		_, err := tx.Portrait("s")
		require.ErrorIs(t, err, store.ErrNone)
		require.NoError(t, tx.KeepPortrait("s", store.Portrait{ID: "1-a", Pos: 1, Data: []byte("one")}))
		two := store.Portrait{ID: "2-b", Pos: 2, Data: []byte{0, 255}}
		require.NoError(t, tx.KeepPortrait("s", two))
		require.NoError(t, tx.KeepPortrait("other", store.Portrait{ID: "9-c", Pos: 9, Data: []byte("other")}))
		got, err := tx.Portrait("s")
		require.NoError(t, err)
		require.Equal(t, two, got)
		require.NoError(t, tx.DropPortrait("s"))
		require.NoError(t, tx.DropPortrait("s"), "there is none any more")
		_, err = tx.Portrait("s")
		require.ErrorIs(t, err, store.ErrNone)
		_, err = tx.Portrait("other")
		require.NoError(t, err)
	})
}

func claimed(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		o := an("c-1", "n-1", order.Waiting, "A")
		require.NoError(t, tx.AddOrder(o))
		o.Channel = "shop"
		require.NoError(t, tx.PutOrder(o))
		_, err := tx.OrderByNumber("web", "n-1")
		require.ErrorIs(t, err, store.ErrNone)
		got, err := tx.OrderByNumber("shop", "n-1")
		require.NoError(t, err)
		require.Equal(t, o.ID, got.ID)
	})
}
