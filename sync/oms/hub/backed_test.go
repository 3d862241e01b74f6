package hub

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// What every copy holds of the log a site has now is stable. A copy of a site's former log, or from before the centre
// had the site, lets nothing be said beyond it.
func TestAllCopiesHoldWhatIsStable(t *testing.T) {
	ctx := context.Background()
	st, err := sqlite.Memory(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	hash := func(seq wire.Seq) wire.Hash { return wire.Hash{byte(seq), 1} }
	require.NoError(t, st.Update(ctx, func(tx store.Tx) error {
		for seq := wire.Seq(1); seq <= 9; seq++ {
			if err := tx.PutPoint("north", seq, hash(seq)); err != nil {
				return err
			}
		}
		return nil
	}))
	h := &Hub{knock: make(chan struct{}, 1)}
	c := &chain{st: st, site: "north"}
	at := func(seq wire.Seq) wire.Position { return wire.Position{Log: "l", Seq: seq, Hash: hash(seq)} }
	_, ok := h.reach("north", c)
	require.False(t, ok, "nothing is known of copies")
	held := func(ps ...wire.Position) (wire.Seq, bool) {
		var copies []map[floor.SiteID]wire.Position
		for _, p := range ps {
			copies = append(copies, map[floor.SiteID]wire.Position{"north": p})
		}
		h.Backed(copies)
		p, ok := h.reach("north", c)
		return p.Seq, ok
	}
	for _, x := range []struct {
		want wire.Seq
		ok   bool
		ps   []wire.Position
	}{
		{0, false, nil},
		{7, true, []wire.Position{at(7)}},
		{5, true, []wire.Position{at(5), at(7)}},
		{5, true, []wire.Position{at(7), at(5)}}, // the centre was put back to before the older one
		{0, true, []wire.Position{{}, at(7)}},
		{0, false, []wire.Position{{Log: "former", Seq: 6, Hash: wire.Hash{6, 2}}, at(7)}},
		{0, false, []wire.Position{at(5), at(12)}},
	} {
		seq, ok := held(x.ps...)
		require.Equal(t, x.ok, ok, "%v", x.ps)
		require.Equal(t, x.want, seq, "%v", x.ps)
	}
}
