// Package journaltest is the one suite every journal passes: the file, the twin in memory, and whatever wraps
// them. It must NEVER look behind the methods: what only one implementation can show is tested beside it.
package journaltest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/journal"
)

// Journal is everything the suite asks for. Users declare the few methods they need themselves.
type Journal interface {
	Append(b journal.Batch) (journal.Position, error)
	SetCursor(c journal.Cursor) error
	Flush() error
	NewLog(log string) (journal.Position, error)
	Trim(before uint64) (dropped uint64, err error)
	Head() journal.Position
	First() uint64
	Forks() []journal.Fork
	Read(from uint64, max int, fn func(seq uint64, raw []byte) error) (next uint64, err error)
	HashAt(seq uint64) (journal.Hash, error)
	Verify() (from journal.Position, entries uint64, err error)
	VerifyFrom(seq uint64) (from journal.Position, entries uint64, err error)
	Cursor(name string) (journal.Cursor, bool)
	Cursors() []journal.Cursor
	Snapshot() (journal.Snapshot, bool)
	ReadSnapshot() (journal.Snapshot, []byte, error)
	Row(kind string, key []byte) (value []byte, ok bool, err error)
	Rows(kind string, from []byte, max int, fn func(key, value []byte) error) error
	Close() error
}

var (
	_ Journal = (*journal.File)(nil)
	_ Journal = (*journal.Mem)(nil)
)

// Bench is one journal under test and the two ways it can end.
type Bench struct {
	Journal Journal
	Crash   func() Journal // the power goes and comes back: what was not committed is gone
	Reopen  func() Journal // closed in good order and opened again
}

// Alone is a size of record that makes every batch a group of its own.
const Alone = 2500

// Record is a believable entry of about n bytes: distinct for distinct i.
func Record(i, n int) []byte {
	b := fmt.Appendf(nil, `{"specversion":"1.0","id":"op-%d/0","type":"picket.pick.confirmed.v1","data":{"pad":"`, i)
	for len(b) < n-3 {
		b = append(b, byte('a'+(len(b)+i)%26))
	}
	return append(b, `"}}`...)
}

// same is the handle as it stands, beside the ways to open it again.
func same(j Journal) func() Journal { return func() Journal { return j } }

// Fill appends batches of the given numbers of records and returns every record, in order.
func Fill(t require.TestingT, j Journal, sizes ...int) [][]byte { return FillWith(t, j, 200, sizes...) }

// FillWith is Fill with records of about n bytes. A journal may keep several small batches as one group, which is
// trimmed whole; records of Alone bytes never share one.
func FillWith(t require.TestingT, j Journal, n int, sizes ...int) [][]byte {
	var all [][]byte
	at := int(j.Head().Seq)
	for _, size := range sizes {
		var b journal.Batch
		for range size {
			at++
			b.Entries = append(b.Entries, Record(at, n))
		}
		pos, err := j.Append(b)
		require.NoError(t, err)
		require.Equal(t, uint64(at), pos.Seq)
		all = append(all, b.Entries...)
	}
	return all
}

// ReadAll are the kept entries from seq on.
func ReadAll(t require.TestingT, j Journal, from uint64) [][]byte {
	var all [][]byte
	next, err := j.Read(from, 0, func(seq uint64, raw []byte) error {
		require.Equal(t, from+uint64(len(all)), seq)
		all = append(all, raw)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, from+uint64(len(all)), next)
	return all
}

// Snap writes a whole snapshot of the head in one batch.
func Snap(t require.TestingT, j Journal, state []byte) journal.Snapshot {
	chunks, s := journal.NewSnapshot(j.Head(), state)
	_, err := j.Append(journal.Batch{Chunks: chunks, Complete: &s})
	require.NoError(t, err)
	return s
}

// Suite runs every test of the contract; open makes an empty journal under the log id.
func Suite(t *testing.T, open func(t *testing.T, log string) Bench) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, b Bench)
	}{
		{"an empty one", empty},
		{"entries come back as they went in", entries},
		{"the chain is the published one", chain},
		{"a bad batch changes nothing", badBatches},
		{"reading stops, resumes and may write", reading},
		{"cursors", cursors},
		{"rows", rows},
		{"snapshots", snapshots},
		{"bad snapshots are refused", badSnapshots},
		{"an interrupted snapshot leaves the older one", interruptedSnapshot},
		{"trimming", trimming},
		{"trimming waits for snapshot and cursors", trimmingHolds},
		{"a new log id goes on with numbers and chain", newLog},
		{"a crash keeps what was acknowledged", crash},
		{"closing", closing},
		{"readers beside a writer", readersBesideWriter},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t, "LOG1")
			c.run(t, b)
		})
	}
}
