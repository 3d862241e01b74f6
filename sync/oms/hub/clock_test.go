package hub_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
	"picket/sync/oms/hub"
	"picket/sync/oms/omstest"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// A hello1 need not say the time, and may say one that no duration reaches.
func TestAHelloWithoutATimeIsNoWrongClock(t *testing.T) {
	ctx := t.Context()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "oms.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w, err := omstest.NewWorld(ctx, 1, st, linktest.Faults{})
	require.NoError(t, err)
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "north"))
	topic := wire.Topic{Tenant: "t", Site: "north", Dir: wire.Up, Channel: wire.ChannelHello}.String()
	says := func(at string) int64 {
		w.Centre.Hub.Step(ctx, w.Now, hub.Arrived{Topic: topic, Payload: []byte(`{"kind":"hello1","v":1,"node":"N1","epoch":0,"nonce":"n","schema":{"min":1,"max":1}` + at + `}`)})
		s, ok := w.Centre.Hub.Status("north")
		require.True(t, ok)
		return int64(s.Skew)
	}
	require.Zero(t, says(""))
	require.Empty(t, notices(t, w))
	skew := says(`,"t":"0001-01-01T00:00:00.001Z"`)
	require.Negative(t, skew)
	require.Positive(t, -skew)
	require.Len(t, notices(t, w), 1)
}

func notices(t *testing.T, w *omstest.World) []string {
	all, err := w.Centre.Clerk.Notices(t.Context())
	require.NoError(t, err)
	var out []string
	for _, n := range all {
		out = append(out, n.Words)
	}
	return out
}
