package hub_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
	"picket/sync/oms/omstest"
	"picket/sync/oms/store/sqlite"
)

// A box fetches a large snapshot for minutes: the centre that is stopped meanwhile goes on with the same one.
func TestASnapshotOutlivesARestart(t *testing.T) {
	ctx := t.Context()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "oms.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w, err := omstest.NewWorld(ctx, 1, st, linktest.Faults{})
	require.NoError(t, err)
	w.SnapshotOver = 5
	require.NoError(t, w.Restart(ctx))
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "north"))
	require.NoError(t, w.Opening(w.Add("north"), 20))
	require.NoError(t, w.Run(ctx, time.Minute))

	_, yet, none := w.Centre.Hub.Ready("north", 0)
	require.True(t, yet && !none, "it is to be made")
	require.NoError(t, w.Run(ctx, time.Second))
	made, yet, none := w.Centre.Hub.Ready("north", 0)
	require.False(t, yet || none)
	data, ok := w.Centre.Hub.Snapshot("north", made.ID)
	require.True(t, ok)

	require.NoError(t, w.Restart(ctx))
	same, yet, none := w.Centre.Hub.Ready("north", 0)
	require.False(t, yet || none, "nothing is made anew")
	require.Equal(t, made, same)
	again, ok := w.Centre.Hub.Snapshot("north", made.ID)
	require.True(t, ok)
	require.Equal(t, data, again)
	_, ok = w.Centre.Hub.Snapshot("south", made.ID)
	require.False(t, ok)

	// The site has its session: it is kept no longer.
	w.RebootSite(w.Sites[0])
	require.NoError(t, w.Run(ctx, time.Minute))
	require.NoError(t, w.Restart(ctx))
	_, yet, _ = w.Centre.Hub.Ready("north", 0)
	require.True(t, yet)
}
