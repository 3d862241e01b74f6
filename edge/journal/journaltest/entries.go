package journaltest

import (
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/journal"
)

func empty(t *testing.T, b Bench) {
	j := b.Journal
	require.Equal(t, journal.Position{Log: "LOG1"}, j.Head())
	require.Equal(t, uint64(1), j.First())
	require.Empty(t, j.Forks())
	require.Empty(t, j.Cursors())
	require.Empty(t, ReadAll(t, j, 1))
	h, err := j.HashAt(0)
	require.NoError(t, err)
	require.Equal(t, journal.Hash{}, h)
	_, n, err := j.Verify()
	require.NoError(t, err)
	require.Zero(t, n)
	_, _, err = j.ReadSnapshot()
	require.ErrorIs(t, err, journal.ErrSnapshot)
	pos, err := j.Append(journal.Batch{})
	require.NoError(t, err)
	require.Equal(t, j.Head(), pos)
	_, err = j.Trim(100)
	require.NoError(t, err)
	require.Equal(t, "LOG1", b.Reopen().Head().Log)
}

func entries(t *testing.T, b Bench) {
	big := make([]byte, journal.MaxEntryBytes)
	for i := range big {
		big[i] = byte(i * 31)
	}
	all := Fill(t, b.Journal, 1, 1, 64, 3, 200, 1)
	_, err := b.Journal.Append(journal.Batch{Entries: [][]byte{{0}, big, {0xff}}})
	require.NoError(t, err)
	all = append(all, []byte{0}, big, []byte{0xff})
	for _, again := range []func() Journal{same(b.Journal), b.Crash, b.Reopen} {
		j := again()
		require.Equal(t, uint64(len(all)), j.Head().Seq)
		require.Equal(t, all, ReadAll(t, j, 1))
		require.Equal(t, all[100:], ReadAll(t, j, 101))
		require.Empty(t, ReadAll(t, j, j.Head().Seq+1))
		_, n, err := j.Verify()
		require.NoError(t, err)
		require.Equal(t, uint64(len(all)), n)
	}
}

// chain computes the hashes as SYNC writes them down, by nobody's code but the standard library's.
func chain(t *testing.T, b Bench) {
	all := Fill(t, b.Journal, 5, 1, 7)
	var want [32]byte
	for i, raw := range all {
		inner := sha256.Sum256(raw)
		want = sha256.Sum256(append(append([]byte(nil), want[:]...), inner[:]...))
		h, err := b.Journal.HashAt(uint64(i) + 1)
		require.NoError(t, err)
		require.Equal(t, journal.Hash(want), h, "entry %d", i+1)
	}
	require.Equal(t, journal.Hash(want), b.Journal.Head().Hash)
	require.Equal(t, journal.Hash(want), b.Crash().Head().Hash)
	_, err := b.Journal.HashAt(14)
	require.ErrorIs(t, err, journal.ErrBeyond)
}

func badBatches(t *testing.T, b Bench) {
	j := b.Journal
	Fill(t, j, 3)
	long := string(make([]byte, 65))
	row := journal.Row{Kind: "pii", Key: []byte("k"), Value: []byte("v")}
	good := journal.Batch{Entries: [][]byte{Record(4, 100)}, Rows: []journal.Row{row}}
	with := func(f func(*journal.Batch)) journal.Batch { c := good; f(&c); return c }
	for name, bad := range map[string]journal.Batch{
		"entries[1] has 0 bytes":      with(func(b *journal.Batch) { b.Entries = [][]byte{{1}, {}} }),
		"entries[0] has 1048577":      with(func(b *journal.Batch) { b.Entries = [][]byte{make([]byte, journal.MaxEntryBytes+1)} }),
		"cursor name has 0 bytes":     with(func(b *journal.Batch) { b.Cursors = []journal.Cursor{{}} }),
		"cursor name has 65 bytes":    with(func(b *journal.Batch) { b.Cursors = []journal.Cursor{{Name: long}} }),
		"cursor \"c\" has 1025 bytes": with(func(b *journal.Batch) { b.Cursors = []journal.Cursor{{Name: "c", Data: make([]byte, 1025)}} }),
		"rows[0].kind has a control":  with(func(b *journal.Batch) { b.Rows = []journal.Row{{Kind: "a\x00b", Key: []byte("k")}} }),
		"rows[0].key has 0 bytes":     with(func(b *journal.Batch) { b.Rows = []journal.Row{{Kind: "a"}} }),
		"rows[1].value has 1048577": with(func(b *journal.Batch) {
			b.Rows = []journal.Row{row, {Kind: "a", Key: []byte("k"), Value: make([]byte, journal.MaxRowBytes+1)}}
		}),
		"chunks[0] has 0 bytes": with(func(b *journal.Batch) { b.Chunks = []journal.Chunk{{}} }),
	} {
		before := j.Head()
		pos, err := j.Append(bad)
		require.ErrorIs(t, err, journal.ErrBatch, name)
		require.ErrorContains(t, err, name)
		require.Equal(t, before, pos)
		require.Equal(t, before, j.Head())
		_, ok, err := j.Row("pii", []byte("k"))
		require.NoError(t, err)
		require.False(t, ok, "%s: half of the batch was written", name)
	}
	require.ErrorIs(t, j.SetCursor(journal.Cursor{}), journal.ErrBatch)
	pos, err := j.Append(good)
	require.NoError(t, err, "a refused batch must not stop the journal")
	require.Equal(t, uint64(4), pos.Seq)
}

func reading(t *testing.T, b Bench) {
	j := b.Journal
	all := Fill(t, j, 10, 1, 30)
	var seen []uint64
	next, err := j.Read(9, 4, func(seq uint64, raw []byte) error {
		require.Equal(t, all[seq-1], raw)
		seen = append(seen, seq)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []uint64{9, 10, 11, 12}, seen)
	require.Equal(t, uint64(13), next)

	enough := errors.New("enough")
	next, err = j.Read(1, 0, func(seq uint64, _ []byte) error {
		if seq == 20 {
			return enough
		}
		return nil
	})
	require.ErrorIs(t, err, enough)
	require.Equal(t, uint64(20), next, "the one that failed is to be read again")

	_, err = j.Read(0, 0, func(uint64, []byte) error { return nil })
	require.ErrorIs(t, err, journal.ErrTrimmed)
	_, err = j.Read(43, 0, func(uint64, []byte) error { return nil })
	require.ErrorIs(t, err, journal.ErrBeyond)

	// A reader that writes for each entry it reads must neither deadlock nor see its own writing.
	n := 0
	_, err = j.Read(1, 0, func(seq uint64, _ []byte) error {
		n++
		_, err := j.Append(journal.Batch{Entries: [][]byte{Record(1000+n, 50)}})
		return err
	})
	require.NoError(t, err)
	require.Equal(t, 41, n)
	require.Equal(t, uint64(82), j.Head().Seq)
}

func newLog(t *testing.T, b Bench) {
	all := Fill(t, b.Journal, 4)
	at := b.Journal.Head()
	for _, bad := range []string{"", "LOG1", "a\nb"} {
		_, err := b.Journal.NewLog(bad)
		require.ErrorIs(t, err, journal.ErrBatch, "%q", bad)
	}
	pos, err := b.Journal.NewLog("LOG2")
	require.NoError(t, err)
	require.Equal(t, journal.Position{Log: "LOG2", Seq: 4, Hash: at.Hash}, pos)
	all = append(all, Fill(t, b.Journal, 2)...)
	for _, again := range []func() Journal{same(b.Journal), b.Crash} {
		j := again()
		require.Equal(t, "LOG2", j.Head().Log)
		require.Equal(t, []journal.Fork{{Parent: at, Log: "LOG2"}}, j.Forks())
		require.Equal(t, all, ReadAll(t, j, 1))
	}
	j := b.Crash()
	_, err = j.NewLog("LOG1")
	require.ErrorIs(t, err, journal.ErrBatch, "a log id is used once")
	_, err = j.NewLog("LOG3")
	require.NoError(t, err)
	require.Len(t, b.Crash().Forks(), 2)
}
