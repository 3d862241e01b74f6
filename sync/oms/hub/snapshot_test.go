package hub_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/wire"
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

// A snapshot stands before the newest command. Where that is all there is, or cannot be read, or is longer than what a site is told one
// by one, a snapshot made anew is the same again: the box is told facts, and waits for none.
func TestASnapshotThatDoesNotGrowIsNotMadeForEver(t *testing.T) {
	ctx := t.Context()
	for name, of := range map[string]struct {
		id   func(no int) floor.RecordID
		raw  func([]byte) []byte
		none bool
	}{
		"no record begins a command": {id: func(no int) floor.RecordID { return floor.RecordID(fmt.Sprintf("foreign-%d", no)) }, none: true},
		"a fact cannot be read":      {id: func(no int) floor.RecordID { return floor.RecordID(fmt.Sprintf("foreign-%d/0", no)) }, raw: unreadable, none: true},
		"the newest command is long": {id: func(no int) floor.RecordID { return floor.RecordID(fmt.Sprintf("%s/%d", cause(no), max(0, no-1))) }},
	} {
		t.Run(name, func(t *testing.T) {
			st, err := sqlite.Memory(ctx)
			require.NoError(t, err)
			defer st.Close()
			w, err := omstest.NewWorld(ctx, 1, st, linktest.Faults{})
			require.NoError(t, err)
			w.SnapshotOver = 5
			require.NoError(t, w.Restart(ctx))
			require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "north"))
			var head wire.Hash
			for no := range 20 {
				r := floor.Records("/t/t/s/north/n/n1", "L", floor.Seq(no+1), floor.Meta{ID: cause(no), Now: w.Now}, []floor.Event{&floor.StockAdjusted{SKU: "TEA-50", Bin: "A-01", Delta: 1, Reason: "found"}})[0]
				r.ID = of.id(no)
				raw, err := r.AppendTo(nil)
				require.NoError(t, err)
				if of.raw != nil {
					raw = of.raw(raw)
				}
				head = wire.Chain(head, raw)
				got := w.Centre.Clerk.TakeIn(ctx, clerk.Intake{Site: "north", Apply: reconcile.Apply{Log: "L", Records: []reconcile.Record{{Seq: wire.Seq(no + 1), Hash: head, Raw: raw}}}})[0]
				require.NoError(t, got.Err)
				require.Nil(t, got.Blocked)
			}
			_, yet, none := w.Centre.Hub.Ready("north", 0)
			require.True(t, yet && !none, "it is to be made")
			require.NoError(t, w.Run(ctx, time.Second))
			made, yet, none := w.Centre.Hub.Ready("north", 0)
			require.False(t, yet)
			require.Equal(t, of.none, none)
			if !none {
				require.Equal(t, wire.Pos(1), made.Pos)
				_, _, none = w.Centre.Hub.Ready("north", 1)
				require.True(t, none, "the rest is told fact by fact")
			}
		})
	}
}

// cause is one command, and behind it another that is the newest.
func cause(no int) floor.CommandID { return floor.CommandID(fmt.Sprintf("c-%d", min(no, 1))) }

// unreadable leaves a record's envelope as it is.
func unreadable(raw []byte) []byte {
	return bytes.Replace(raw, []byte(`"delta":1`), []byte(`"delta":"one"`), 1)
}
