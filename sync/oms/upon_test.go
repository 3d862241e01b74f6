package oms_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// TestACentreKnowsWhichFactsARestoreTookFromIt: by the life line in which somebody counted them, so that a box that stands upon
// more is seen.
func TestACentreKnowsWhichFactsARestoreTookFromIt(t *testing.T) {
	w := onDisk(t, 53, "s1")
	s := w.Sites[0]
	require.NoError(t, w.Opening(s, 10))
	run(t, w.World, 5*time.Second)
	c := func() *clerk.Clerk { return w.Centre.Clerk }
	has := func(gen string, pos wire.Pos) bool {
		t.Helper()
		is, err := c().Has(ctx, "s1", wire.Generation(gen), pos)
		require.NoError(t, err)
		return is
	}
	pos := func() wire.Pos {
		m, err := c().Mark(ctx, "s1")
		require.NoError(t, err)
		return m.Pos
	}
	w.backup(t)
	first, kept := w.reconciling(t).Gen, pos()
	capture(t, w.World, tea("1001", "", ""))
	run(t, w.World, 5*time.Second)
	lost := pos()
	require.Greater(t, lost, kept)
	require.True(t, has(first, lost))
	require.False(t, has(first, lost+1))
	w.Unplug(s)
	w.putBack(t, true)
	require.True(t, has(first, kept))
	require.False(t, has(first, lost))
	require.False(t, has("another", 1), "a life line nobody remembers")
	require.True(t, has(w.reconciling(t).Gen, kept))
}

// TestASiteThatStandsUponWhatIsNowhereHasAGap of no record: people are told once, and what its facts are about waits for what
// it restates.
func TestASiteThatStandsUponWhatIsNowhereHasAGap(t *testing.T) {
	w := stocked(t, 54, 10, "s1")
	m, err := w.Centre.Clerk.Mark(ctx, "s1")
	require.NoError(t, err)
	upon := wire.Upon{Gen: "GEN0", Pos: 69, Seq: 3}
	adopt := func(log wire.LogID) {
		t.Helper()
		at := upon
		require.NoError(t, w.Centre.Clerk.Adopt(ctx, "s1", reconcile.Adopt{Node: m.Node, Epoch: m.Epoch, Log: log, CutTo: m.Applied.Seq, Head: m.Applied.Seq, Upon: &at}))
	}
	gap := func() (g clerk.Gap) {
		t.Helper()
		require.NoError(t, w.Store.View(ctx, func(tx store.Tx) (err error) {
			g, err = w.Centre.Clerk.GapOf(tx, "s1")
			return err
		}))
		return g
	}
	adopt(m.Applied.Log)
	adopt(m.Applied.Log)
	require.Equal(t, clerk.Gap{From: 4, To: 3, Upon: &upon, Log: m.Applied.Log}, gap())
	has, err := w.Centre.Clerk.Has(ctx, "s1", upon.Gen, upon.Pos)
	require.NoError(t, err)
	require.False(t, has)
	all, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, "site.gap", all[0].What)

	s := w.Sites[0]
	var lines []json.RawMessage
	for line, err := range s.State.Restated() {
		require.NoError(t, err)
		lines = append(lines, line)
	}
	require.Nil(t, s.Do(w.Now, "", &floor.Restate{Lines: lines}))
	require.Nil(t, s.Do(w.Now, "", &floor.Restate{Whole: true}))
	w.Wake(s)
	run(t, w, 10*time.Second)
	require.Positive(t, gap().Told)
	has, err = w.Centre.Clerk.Has(ctx, "s1", upon.Gen, upon.Pos)
	require.NoError(t, err)
	require.True(t, has, "what they came to is here: a box that was put back to before it said so needs not say it again")
	adopt(m.Applied.Log)
	require.Positive(t, gap().Told)
	adopt("another-box")
	require.Zero(t, gap().Told, "its numbers are the same, its log is not")
}
