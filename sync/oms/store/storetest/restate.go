package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// restated is what a site that tells anew what stands there needs: a chain with a gap, and a mirror that is empty.
func restated(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		require.NoError(t, tx.PutPoint("gap", 90, wire.Hash{7}))
		at, err := tx.ChainHash("gap", 90)
		require.NoError(t, err)
		require.Equal(t, wire.Hash{7}, at, "a place whose record is not held")
		_, err = tx.ChainHash("gap", 89)
		require.ErrorIs(t, err, store.ErrNone)
		require.NoError(t, tx.CutChain("gap", 2))
		_, err = tx.ChainHash("gap", 90)
		require.ErrorIs(t, err, store.ErrNone)

		for _, site := range []floor.SiteID{"gap", "whole"} {
			require.NoError(t, tx.Move(site, []store.Standing{{Place: "bin/1", SKU: "A", Qty: 5}, {Place: "outside/opening", SKU: "A", Qty: -5}}))
		}
		require.NoError(t, tx.Reserve("g1", "gap", []order.Line{{ID: "1", SKU: "A", Qty: 1}}))
		require.NoError(t, tx.Move("gap", []store.Standing{{Place: "bin/1", SKU: "B", Qty: 2}, {Place: "bin/1", SKU: "C", Qty: 3}}))
		require.NoError(t, tx.EmptyStock("gap", []floor.SKU{"A", "B"}))
		some, err := tx.Levels("gap", []floor.SKU{"B", "C"})
		require.NoError(t, err)
		require.Equal(t, []store.Level{{Site: "gap", SKU: "C", OnHand: 3, Promised: 3, Other: map[string]int64{}}}, some, "of these items alone")
		require.NoError(t, tx.EmptyStock("gap", nil))
		got, err := tx.Levels("gap", nil)
		require.NoError(t, err)
		require.Equal(t, []store.Level{{Site: "gap", SKU: "A", Reserved: 1, Other: map[string]int64{}}}, got, "what is reserved stays")
		got, err = tx.Levels("whole", nil)
		require.NoError(t, err)
		require.Equal(t, int64(5), got[0].OnHand)
	})
}
