package site

import (
	"crypto/ed25519"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/boxfile"
	"picket/edge/journal"
	"picket/sync/wire"
)

// TestABoxSignsWhatIsHandedOut: by the key it signs what it says on the line with. One that never had a key makes none for that.
func TestABoxSignsWhatIsHandedOut(t *testing.T) {
	cfg := Config{Data: t.TempDir(), Site: "north"}
	file, box, err := openStore(cfg.Data)
	require.NoError(t, err)
	for _, raw := range []string{`{"id":"a"}`, `{"id":"b"}`} {
		_, err := file.Append(journal.Batch{Entries: [][]byte{[]byte(raw)}})
		require.NoError(t, err)
	}
	log := wire.LogID(file.Head().Log)
	require.NoError(t, file.Close())
	handOut := func(name string) (sig []byte) {
		t.Helper()
		to := filepath.Join(t.TempDir(), name)
		n, err := HandOut(cfg, to)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		f, err := os.Open(to)
		require.NoError(t, err)
		defer f.Close()
		_, _, err = boxfile.Read(f, func(_ boxfile.Head, r boxfile.Record) error { sig = r.Sig; return nil })
		require.NoError(t, err)
		return sig
	}
	require.Nil(t, handOut("without"))
	require.NoFileExists(t, filepath.Join(cfg.Data, keyFile))
	own, err := lineKey(cfg.Data, box)
	require.NoError(t, err)
	piece := wire.Carried{Site: "north", Node: wire.NodeID(box), Log: log, From: 1}
	piece.Add([]byte(`{"id":"a"}`))
	piece.Add([]byte(`{"id":"b"}`))
	require.True(t, piece.Proven(own.Public().(ed25519.PublicKey), handOut("with")))
}
