package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/store"
)

func proofs(t *testing.T, s store.Store) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	update(t, s, func(tx store.Tx) {
		_, err := tx.Proof("s", "r")
		require.ErrorIs(t, err, store.ErrNone)
		a := store.Proof{Site: "s", Ref: "pii/1/proof/2", Order: "1", Taken: day(2), Sealed: []byte("a")}
		b := store.Proof{Site: "s", Ref: "pii/1/proof/1", Order: "1", Taken: day(1), Sealed: []byte("b")}
		other := store.Proof{Site: "t", Ref: "pii/1/proof/1", Order: "1", Taken: day(1), Sealed: []byte("c")}
		for _, p := range []store.Proof{a, b, other} {
			require.NoError(t, tx.KeepProof(p))
		}
		b.Sealed = []byte("newer")
		again := b
		again.Taken = day(9)
		require.NoError(t, tx.KeepProof(again))
		got, err := tx.Proof("s", b.Ref)
		require.NoError(t, err)
		require.Equal(t, b, got, "it is as old as the first of its name")
		list, err := tx.ProofsOf("s", "1")
		require.NoError(t, err)
		require.Equal(t, []store.Proof{b, a}, list)
		list, err = tx.ProofsTaken(day(2), 10)
		require.NoError(t, err)
		require.Equal(t, []store.Proof{b, other}, list)
		list, err = tx.ProofsTaken(day(3), 1)
		require.NoError(t, err)
		require.Equal(t, []store.Proof{b}, list)
		require.NoError(t, tx.DropProof("s", b.Ref))
		list, err = tx.ProofsTaken(day(3), 10)
		require.NoError(t, err)
		require.Equal(t, []store.Proof{other, a}, list)
	})
}
