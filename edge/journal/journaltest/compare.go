package journaltest

import (
	"fmt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/journal"
)

// Compare drives two journals with the same random operations and wants the same answer from both, every time.
func Compare(t *rapid.T, a, b Bench) {
	js := [2]Journal{a.Journal, b.Journal}
	both := func(what string, do func(j Journal) (any, error)) {
		x, xerr := do(js[0])
		y, yerr := do(js[1])
		require.Equal(t, fmt.Sprint(xerr), fmt.Sprint(yerr), what)
		require.Equal(t, x, y, what)
	}
	name := rapid.SampledFrom([]string{"spool", "uplink.acked", "uplink.stable", "", "feed"})
	cursor := rapid.Custom(func(t *rapid.T) journal.Cursor {
		return journal.Cursor{Name: name.Draw(t, "name"), Seq: rapid.Uint64Range(0, 60).Draw(t, "cursor"), Hold: rapid.Bool().Draw(t, "hold")}
	})
	row := rapid.Custom(func(t *rapid.T) journal.Row {
		return journal.Row{Kind: rapid.SampledFrom([]string{"pii", "doc"}).Draw(t, "kind"), Key: rapid.SliceOfN(rapid.ByteRange('a', 'c'), 1, 2).Draw(t, "key"),
			Value: rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "value"), Delete: rapid.Bool().Draw(t, "delete")}
	})
	var chunks []journal.Chunk
	var mark journal.Snapshot
	i := 0
	t.Repeat(map[string]func(*rapid.T){
		"append": func(t *rapid.T) {
			var batch journal.Batch
			for range rapid.IntRange(0, 12).Draw(t, "entries") {
				i++
				batch.Entries = append(batch.Entries, Record(i, rapid.IntRange(60, 3000).Draw(t, "size")))
			}
			batch.Cursors = rapid.SliceOfN(cursor, 0, 2).Draw(t, "cursors")
			batch.Rows = rapid.SliceOfN(row, 0, 3).Draw(t, "rows")
			batch.Trim = rapid.Uint64Range(0, js[0].Head().Seq+3).Draw(t, "trim")
			if n := rapid.IntRange(0, len(chunks)).Draw(t, "chunks"); n > 0 {
				batch.Chunks = chunks[:n]
				if n == len(chunks) && rapid.Bool().Draw(t, "complete") {
					batch.Complete = &mark
				}
			}
			before := js[0].Head()
			both("append", func(j Journal) (any, error) { return j.Append(batch) })
			if js[0].Head() != before {
				chunks = chunks[len(batch.Chunks):]
			}
		},
		"begin snapshot": func(t *rapid.T) {
			chunks, mark = journal.NewSnapshot(js[0].Head(), rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "state"))
			var small []journal.Chunk
			for _, c := range chunks {
				half := len(c.Data) / 2
				for _, d := range [][]byte{c.Data[:half], c.Data[half:]} {
					small = append(small, journal.Chunk{Seq: c.Seq, Index: uint32(len(small)), Data: d})
				}
			}
			chunks, mark.Chunks = small, uint32(len(small))
		},
		"set cursor": func(t *rapid.T) {
			c := cursor.Draw(t, "cursor")
			both("set", func(j Journal) (any, error) { return nil, j.SetCursor(c) })
		},
		"trim": func(t *rapid.T) {
			before := rapid.Uint64Range(0, js[0].Head().Seq+3).Draw(t, "before")
			both("trim", func(j Journal) (any, error) { return j.Trim(before) })
		},
		"new log": func(t *rapid.T) {
			log := fmt.Sprintf("LOG%d", rapid.IntRange(1, 30).Draw(t, "log"))
			both("new log", func(j Journal) (any, error) { return j.NewLog(log) })
		},
		"crash":  func(*rapid.T) { js[0], js[1] = a.Crash(), b.Crash() },
		"reopen": func(*rapid.T) { js[0], js[1] = a.Reopen(), b.Reopen() },
		"": func(t *rapid.T) {
			both("head", func(j Journal) (any, error) { return [3]any{j.Head(), j.First(), j.Forks()}, nil })
			both("cursors", func(j Journal) (any, error) { return j.Cursors(), nil })
			from := rapid.Uint64Range(0, js[0].Head().Seq+2).Draw(t, "from")
			both("hash", func(j Journal) (any, error) { return j.HashAt(from) })
			both("verify", func(j Journal) (any, error) { _, n, err := j.Verify(); return n, err })
			both("verify from", func(j Journal) (any, error) { p, _, err := j.VerifyFrom(from); return p, err })
			both("snapshot", func(j Journal) (any, error) {
				s, data, err := j.ReadSnapshot()
				return fmt.Sprint(s, data), err
			})
			most := rapid.IntRange(0, 20).Draw(t, "most")
			both("read", func(j Journal) (any, error) {
				var all []string
				next, err := j.Read(from, most, func(seq uint64, raw []byte) error {
					all = append(all, fmt.Sprint(seq, string(raw)))
					return nil
				})
				return append(all, fmt.Sprint(next)), err
			})
			both("rows", func(j Journal) (any, error) {
				var all []string
				err := j.Rows("pii", []byte("b"), most, func(k, v []byte) error { all = append(all, fmt.Sprint(k, v)); return nil })
				return all, err
			})
			both("row", func(j Journal) (any, error) { v, ok, err := j.Row("pii", []byte("a")); return fmt.Sprint(v, ok), err })
		},
	})
}
