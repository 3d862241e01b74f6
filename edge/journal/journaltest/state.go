package journaltest

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/journal"
)

func cursors(t *testing.T, b Bench) {
	j := b.Journal
	_, ok := j.Cursor("spool")
	require.False(t, ok)
	spool := journal.Cursor{Name: "spool", Seq: 7, Hold: true}
	feed := journal.Cursor{Name: "feed", Seq: 900, Data: []byte("lineage 3")}
	_, err := j.Append(journal.Batch{Entries: [][]byte{Record(1, 50)}, Cursors: []journal.Cursor{feed, spool}})
	require.NoError(t, err)
	require.Equal(t, []journal.Cursor{feed, spool}, b.Crash().Cursors())

	j = b.Crash()
	spool.Seq = 8
	require.NoError(t, j.SetCursor(spool))
	got, _ := j.Cursor("spool")
	require.Equal(t, spool, got, "a lazily set one is read at once")
	got, _ = b.Crash().Cursor("spool")
	require.Equal(t, uint64(7), got.Seq, "and a crash takes it back")

	j = b.Crash()
	require.NoError(t, j.SetCursor(spool))
	Fill(t, j, 1)
	got, _ = b.Crash().Cursor("spool")
	require.Equal(t, spool, got, "the next commit carries it")

	j = b.Crash()
	spool.Seq = 9
	require.NoError(t, j.SetCursor(spool))
	require.NoError(t, j.Flush())
	got, _ = b.Crash().Cursor("spool")
	require.Equal(t, spool, got, "and so does Flush")

	j = b.Crash()
	spool.Seq = 10
	require.NoError(t, j.SetCursor(spool))
	spool.Seq = 11
	_, err = j.Append(journal.Batch{Cursors: []journal.Cursor{spool}})
	require.NoError(t, err)
	got, _ = b.Crash().Cursor("spool")
	require.Equal(t, uint64(11), got.Seq, "what the batch says is the newer")

	j = b.Crash()
	spool.Seq = 12
	require.NoError(t, j.SetCursor(spool))
	got, _ = b.Reopen().Cursor("spool")
	require.Equal(t, uint64(12), got.Seq, "closing in good order loses none")

	data := []byte("mine")
	j = b.Crash()
	_, err = j.Append(journal.Batch{Cursors: []journal.Cursor{{Name: "x", Data: data}}})
	require.NoError(t, err)
	data[0] = 'X'
	got, _ = j.Cursor("x")
	require.Equal(t, "mine", string(got.Data), "the caller may reuse its bytes")
}

func rows(t *testing.T, b Bench) {
	j := b.Journal
	put := func(kind, key, value string) journal.Row {
		return journal.Row{Kind: kind, Key: []byte(key), Value: []byte(value)}
	}
	big := string(bytes.Repeat([]byte("z"), journal.MaxRowBytes))
	_, err := j.Append(journal.Batch{Entries: [][]byte{Record(1, 50)}, Rows: []journal.Row{
		put("pii", "b", "2"), put("pii", "a", "old"), put("pii", "a", "1"), put("pii", "c", ""), put("pi", "ib", "other"),
		put("doc", "x", big), put("doc", "y", big), put("pii", "gone", "x"), {Kind: "pii", Key: []byte("gone"), Delete: true},
		{Kind: "pii", Key: []byte("never was"), Delete: true},
	}})
	require.NoError(t, err)
	list := func(j Journal, kind, from string, max int) (out []string) {
		require.NoError(t, j.Rows(kind, []byte(from), max, func(k, v []byte) error {
			out = append(out, string(k)+"="+string(v))
			return nil
		}))
		return out
	}
	for _, again := range []func() Journal{same(j), b.Crash} {
		j := again()
		require.Equal(t, []string{"a=1", "b=2", "c="}, list(j, "pii", "", 0))
		require.Equal(t, []string{"b=2"}, list(j, "pii", "aa", 1))
		require.Equal(t, []string{"ib=other"}, list(j, "pi", "", 0))
		require.Equal(t, []string{"x=" + big, "y=" + big}, list(j, "doc", "", 0))
		require.Empty(t, list(j, "none", "", 0))
		v, ok, err := j.Row("pii", []byte("c"))
		require.NoError(t, err)
		require.True(t, ok, "an empty value is there")
		require.Empty(t, v)
		_, ok, err = j.Row("pii", []byte("gone"))
		require.NoError(t, err)
		require.False(t, ok)
	}
	j = b.Crash()
	stop := errors.New("stop")
	require.ErrorIs(t, j.Rows("pii", nil, 0, func(_, _ []byte) error { return stop }), stop)
	require.NoError(t, j.Rows("pii", nil, 0, func(k, _ []byte) error {
		_, err := j.Append(journal.Batch{Rows: []journal.Row{{Kind: "pii", Key: k, Delete: true}}})
		return err
	}))
	require.Empty(t, list(j, "pii", "", 0), "erasing while scanning reaches every row")
}

func crash(t *testing.T, b Bench) {
	j := b.Journal
	var all [][]byte
	for range 6 {
		all = append(all, Fill(t, j, 3, 1)...)
		head := j.Head()
		j = b.Crash()
		require.Equal(t, head, j.Head())
		require.Equal(t, all, ReadAll(t, j, 1))
	}
}

func closing(t *testing.T, b Bench) {
	j := b.Journal
	Fill(t, j, 2)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close(), "twice is once")
	_, err := j.Append(journal.Batch{Entries: [][]byte{{1}}})
	require.ErrorIs(t, err, journal.ErrClosed)
	require.ErrorIs(t, j.SetCursor(journal.Cursor{Name: "c"}), journal.ErrClosed)
	_, err = j.Read(1, 0, func(uint64, []byte) error { return nil })
	require.ErrorIs(t, err, journal.ErrClosed)
}

// readersBesideWriter is for the race detector: whatever a reader gets is a prefix that chains.
func readersBesideWriter(t *testing.T, b Bench) {
	j := b.Journal
	const groups = 40
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			var h journal.Hash
			next := uint64(1)
			for last := false; ; {
				var err error
				next, err = j.Read(next, 0, func(_ uint64, raw []byte) error { h = h.Next(raw); return nil })
				if err != nil {
					t.Errorf("reader: %v", err)
					return
				}
				if want, err := j.HashAt(next - 1); err != nil || want != h {
					t.Errorf("reader at %d: %v %v, want %v", next-1, err, h, want)
					return
				}
				j.Cursors()
				if last {
					return
				}
				select {
				case <-done:
					last = true
				default:
				}
			}
		})
	}
	for i := range groups {
		Fill(t, j, 1+i%7)
		require.NoError(t, j.SetCursor(journal.Cursor{Name: "r", Seq: uint64(i)}))
	}
	close(done)
	wg.Wait()
	require.NoError(t, j.Flush())
}
