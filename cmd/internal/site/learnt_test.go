package site

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// A box had a session in one life line of the centre; the centre is put back, and the next life line hands the box a
// snapshot, before there is a session in it. The next hello names what the snapshot stands for, or the centre hands over
// the same at each start, for ever.
func TestASnapshotIsInTheMarksOfTheLine(t *testing.T) {
	cfg := Config{Data: t.TempDir(), Site: "north", Tenant: "acme"}
	f, err := journal.Open(filepath.Join(cfg.Data, "site.db"), journal.Options{Log: "log-1"})
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	require.NoError(t, keepMarks(f, uplink.Marks{Epoch: 3, Gen: "before", Pos: 102}))

	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	require.NoError(t, floor.NewPast().Lines(func(line []byte) error {
		_, err := z.Write(append(line, '\n'))
		return err
	}))
	require.NoError(t, z.Close())
	piece := reconcile.Stage{ID: "0-abc", Gen: "behind", Bytes: int64(packed.Len()), Pieces: 1, Digest: wire.Sum(packed.Bytes()), Data: packed.Bytes()}
	takes := func() {
		pieces, err := openAlbum(cfg, false, slog.New(slog.NewTextHandler(io.Discard, nil)))
		require.NoError(t, err)
		_, err = pieces.keep(t.Context(), piece)
		require.NoError(t, err)
		require.NoError(t, pieces.swap(f, node.Options{Source: floor.Source("acme", "north", "box")}, time.Now()))
	}
	says := func() (gen wire.Generation, pos wire.Pos) {
		state, _, _, err := node.Load(f)
		require.NoError(t, err)
		st, err := remembered(f, state.Feed, state.Known, true)
		require.NoError(t, err)
		require.Equal(t, wire.Epoch(3), st.Epoch)
		return st.Gen, st.Pos
	}
	told := func() {
		gen, pos := says()
		require.Equal(t, wire.Generation("behind"), gen)
		require.Zero(t, pos, "a number of another life line names another fact")
	}
	takes()
	told()
	head := f.Head()

	// The marks are kept lazily: a power cut may have lost them. The same snapshot, passed over, heals them.
	require.NoError(t, keepMarks(f, uplink.Marks{Epoch: 3, Gen: "before", Pos: 102}))
	takes()
	told()
	require.Equal(t, head, f.Head(), "it was taken once")
}

func TestWhatIsKnownBelongsToALifeLine(t *testing.T) {
	m := uplink.Marks{Gen: "before", Pos: 102}
	m.Learn("before", 90)
	require.Equal(t, wire.Pos(102), m.Pos, "an old word takes nothing away")
	m.Learn("behind", 90)
	require.Equal(t, uplink.Marks{Gen: "behind", Pos: 90}, m)
}
