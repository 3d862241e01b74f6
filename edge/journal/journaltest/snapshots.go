package journaltest

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/journal"
)

// stateOf is n bytes nobody could mistake for those of another seed.
func stateOf(seed, n int) []byte {
	b := make([]byte, n)
	x := uint32(seed)*2654435761 + 1
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return b
}

func snapshots(t *testing.T, b Bench) {
	j := b.Journal
	Fill(t, j, 3)
	for i, size := range []int{1, 2008, 2009, journal.MaxChunkBytes, journal.MaxChunkBytes + 1, 300_000, 5000} {
		Fill(t, j, 2)
		data := stateOf(i, size)
		want := Snap(t, j, data)
		for _, again := range []func() Journal{same(j), b.Crash} {
			j := again()
			got, ok := j.Snapshot()
			require.True(t, ok)
			require.Equal(t, want, got)
			got, read, err := j.ReadSnapshot()
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.True(t, bytes.Equal(data, read), "%d bytes", size)
		}
		j = b.Crash()
	}
	// In small parts, each riding on a commit; the older one is read until the last moment.
	at := j.Head()
	data := stateOf(99, 10_000)
	_, old, err := j.ReadSnapshot()
	require.NoError(t, err)
	mark := journal.Snapshot{Seq: at.Seq, Hash: at.Hash, Bytes: 10_000, Digest: digest(data), Chunks: 10}
	for i := range 10 {
		_, err := j.Append(journal.Batch{
			Entries: [][]byte{Record(500+i, 80)},
			Chunks:  []journal.Chunk{{Seq: at.Seq, Index: uint32(i), Data: data[i*1000 : i*1000+1000]}},
		})
		require.NoError(t, err)
		_, now, err := j.ReadSnapshot()
		require.NoError(t, err)
		require.True(t, bytes.Equal(old, now))
	}
	_, err = j.Append(journal.Batch{Complete: &mark})
	require.NoError(t, err)
	got, read, err := b.Crash().ReadSnapshot()
	require.NoError(t, err)
	require.Equal(t, mark, got)
	require.True(t, bytes.Equal(data, read))
}

func badSnapshots(t *testing.T, b Bench) {
	j := b.Journal
	Fill(t, j, 5)
	head := j.Head()
	data := stateOf(1, 100)
	chunks, good := journal.NewSnapshot(head, data)
	refused := func(why string, b journal.Batch) {
		t.Helper()
		b.Entries = [][]byte{Record(1, 50)}
		_, err := j.Append(b)
		require.ErrorIs(t, err, journal.ErrBatch, why)
		require.ErrorContains(t, err, why)
		require.Equal(t, head, j.Head())
	}
	with := func(f func(*journal.Snapshot)) *journal.Snapshot { s := good; f(&s); return &s }
	refused("no chunks of a snapshot", journal.Batch{Complete: &good})
	refused("beyond the head", journal.Batch{Chunks: []journal.Chunk{{Seq: 6, Data: data}}})
	refused("want part 0", journal.Batch{Chunks: []journal.Chunk{{Seq: 5, Index: 1, Data: data}}})
	refused("another digest", journal.Batch{Chunks: chunks, Complete: with(func(s *journal.Snapshot) { s.Digest[0] ^= 1 })})
	refused("another digest", journal.Batch{Chunks: chunks, Complete: with(func(s *journal.Snapshot) { s.Chunks++ })})
	refused("another digest", journal.Batch{Chunks: chunks, Complete: with(func(s *journal.Snapshot) { s.Bytes-- })})
	refused("another history", journal.Batch{Chunks: chunks, Complete: with(func(s *journal.Snapshot) { s.Hash[0] ^= 1 })})
	_, ok := j.Snapshot()
	require.False(t, ok)
	_, err := j.Append(journal.Batch{Chunks: chunks, Complete: &good})
	require.NoError(t, err, "none of the refused ones left a trace")
	older, mark := journal.NewSnapshot(journal.Position{Seq: 4}, data)
	mark.Hash, err = j.HashAt(4)
	require.NoError(t, err)
	refused("older than the one", journal.Batch{Chunks: older, Complete: &mark})
}

func interruptedSnapshot(t *testing.T, b Bench) {
	j := b.Journal
	Fill(t, j, 5)
	first := stateOf(1, 200_000)
	Snap(t, j, first)
	for round := range 4 {
		Fill(t, j, 1)
		chunks, _ := journal.NewSnapshot(j.Head(), stateOf(round+2, 180_000+round))
		_, err := j.Append(journal.Batch{Chunks: chunks[:2]})
		require.NoError(t, err)
		j = b.Crash()
		_, err = j.Append(journal.Batch{Chunks: chunks[2:]})
		require.ErrorIs(t, err, journal.ErrBatch, "a snapshot does not go on across a restart")
		_, data, err := j.ReadSnapshot()
		require.NoError(t, err)
		require.True(t, bytes.Equal(first, data))
	}
	// A new one at the very seq of an abandoned one, cut elsewhere, must not mix with what that left.
	at := j.Head()
	data := stateOf(77, 90_000)
	_, mark := journal.NewSnapshot(at, data)
	mark.Chunks = 0
	var parts []journal.Chunk
	for off := 0; off < len(data); off += 777 {
		parts = append(parts, journal.Chunk{Seq: at.Seq, Index: mark.Chunks, Data: data[off:min(off+777, len(data))]})
		mark.Chunks++
	}
	_, err := j.Append(journal.Batch{Chunks: parts, Complete: &mark})
	require.NoError(t, err)
	for range 12 { // the dead pieces go with the commits that follow
		Fill(t, j, 1)
	}
	_, got, err := b.Crash().ReadSnapshot()
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, got))
}

func trimming(t *testing.T, b Bench) {
	j := b.Journal
	var sizes []int
	for i := range 200 {
		sizes = append(sizes, 1+i%9)
	}
	Fill(t, j, sizes...)
	Fill(t, j, 600)
	all := ReadAll(t, j, 1)
	head := j.Head()
	Snap(t, j, stateOf(1, 1000))

	// One slice at a time with Append.
	_, err := j.Append(journal.Batch{Trim: 700})
	require.NoError(t, err)
	first := j.First()
	require.Greater(t, first, uint64(1))
	require.LessOrEqual(t, first, uint64(1+journal.TrimSlice))

	dropped, err := j.Trim(700)
	require.NoError(t, err)
	require.Equal(t, j.First()-first, dropped)
	first = j.First()
	require.LessOrEqual(t, first, uint64(700), "nothing from 700 on may go")
	require.Greater(t, first, uint64(700-21), "and the group before it must: small records share one of about 4 KB")
	for _, again := range []func() Journal{same(j), b.Crash} {
		j := again()
		require.Equal(t, first, j.First())
		require.Equal(t, head, j.Head())
		require.Equal(t, all[first-1:], ReadAll(t, j, first))
		_, err := j.Read(first-1, 0, func(uint64, []byte) error { return nil })
		require.ErrorIs(t, err, journal.ErrTrimmed)
		_, err = j.HashAt(first - 2)
		require.ErrorIs(t, err, journal.ErrTrimmed)
		h, err := j.HashAt(first - 1)
		require.NoError(t, err, "the chain before the oldest kept entry stays known")
		require.Equal(t, h.Next(all[first-1]), mustHash(t, j, first))
		from, n, err := j.Verify()
		require.NoError(t, err)
		require.Equal(t, journal.Position{Log: "LOG1", Seq: first - 1, Hash: h}, from)
		require.Equal(t, head.Seq-first+1, n)
	}
	j = b.Crash()
	_, err = j.Trim(1 << 60)
	require.NoError(t, err)
	require.Equal(t, head.Seq-599, j.First(), "the newest group stays, whatever its size")
	Fill(t, j, 1)
	require.Equal(t, head.Seq+1, j.Head().Seq)
}

func trimmingHolds(t *testing.T, b Bench) {
	j := b.Journal
	for range 50 {
		FillWith(t, j, Alone, 1)
	}
	trimTo := func(want uint64, why string) {
		t.Helper()
		_, err := j.Trim(1000)
		require.NoError(t, err)
		require.Equal(t, want, j.First(), why)
	}
	trimTo(1, "no snapshot yet")
	Snap(t, j, []byte("state after 50"))
	for range 50 {
		FillWith(t, j, Alone, 1)
	}
	set := func(name string, seq uint64, hold bool) journal.Batch {
		return journal.Batch{Cursors: []journal.Cursor{{Name: name, Seq: seq, Hold: hold}}}
	}
	_, err := j.Append(set("spool", 10, true))
	require.NoError(t, err)
	_, err = j.Append(set("feed", 3, false))
	require.NoError(t, err)
	trimTo(11, "spool has done 10; feed counts something else")
	require.NoError(t, j.SetCursor(journal.Cursor{Name: "spool", Seq: 20, Hold: true}))
	dropped, err := j.Append(journal.Batch{Trim: 1000})
	require.NoError(t, err)
	require.NotZero(t, dropped.Seq)
	require.Equal(t, uint64(21), j.First(), "a lazy cursor commits with the trimming that follows it")
	require.Equal(t, uint64(20), func() uint64 { c, _ := b.Crash().Cursor("spool"); return c.Seq }())
	j = b.Crash()
	_, err = j.Append(set("spool", 90, true))
	require.NoError(t, err)
	trimTo(51, "the snapshot is at 50")
	_, err = j.Trim(0)
	require.NoError(t, err)
	_, n, err := j.VerifyFrom(51)
	require.NoError(t, err)
	require.Equal(t, uint64(50), n)
	_, _, err = j.VerifyFrom(50)
	require.ErrorIs(t, err, journal.ErrTrimmed)
}

func mustHash(t *testing.T, j Journal, seq uint64) journal.Hash {
	h, err := j.HashAt(seq)
	require.NoError(t, err)
	return h
}

func digest(b []byte) journal.Hash {
	_, s := journal.NewSnapshot(journal.Position{}, b)
	return s.Digest
}
