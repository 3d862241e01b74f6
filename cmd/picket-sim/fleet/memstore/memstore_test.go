package memstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/cmd/picket-sim/fleet/memstore"
	"picket/sync/oms/store"
	"picket/sync/oms/store/storetest"
	"picket/sync/wire"
)

func TestSuite(t *testing.T) {
	storetest.Suite(t, func(*testing.T) store.Store { return memstore.New() }, nil)
}

// A copy is a backup: neither side sees what the other does from then on, although lists are shared up to there.
func TestACopyIsAnotherStore(t *testing.T) {
	ctx := context.Background()
	a := memstore.New()
	add := func(s *memstore.Store, n int, words string) {
		require.NoError(t, s.Update(ctx, func(tx store.Tx) error {
			e := store.FeedEntry{Seq: wire.Seq(n), ID: words, Raw: []byte(words)}
			return errors.Join(tx.SetMeta("k", words), tx.AppendFeed("s1", 1, e), tx.Move("s1", []store.Standing{{SKU: "OAT", Place: "bin/A", Qty: int64(n)}}))
		}))
	}
	read := func(s *memstore.Store) (out []string) {
		require.NoError(t, s.View(ctx, func(tx store.Tx) error {
			all, err := tx.ReadFeed("s1", 1, 1, 10, 1000)
			for _, e := range all {
				out = append(out, e.ID)
			}
			word, err2 := tx.Meta("k")
			levels, err3 := tx.Levels("s1", nil)
			out = append(out, word, fmt.Sprint(levels[0].OnHand))
			return errors.Join(err, err2, err3)
		}))
		return out
	}
	add(a, 1, "one")
	add(a, 2, "two")
	b := a.Copy()
	add(a, 3, "three")
	c := b.Copy()
	add(b, 3, "other")
	require.Equal(t, []string{"one", "two", "three", "three", "6"}, read(a))
	require.Equal(t, []string{"one", "two", "other", "other", "6"}, read(b))
	require.Equal(t, []string{"one", "two", "two", "3"}, read(c))
}
