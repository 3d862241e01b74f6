package journal

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// sliceBytes is how much one read transaction copies out, about: the transaction ends before the caller sees any
// of it, because a forgotten or slow one keeps every page of the file from being used again.
const sliceBytes = 1 << 20

// Head is the position of the last durable entry.
func (f *File) Head() Position {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.head
}

// First is the seq of the oldest entry that is kept; head + 1 while there is none.
func (f *File) First() uint64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.first
}

// Forks are the log ids this journal had, oldest first, and where each ended.
func (f *File) Forks() []Fork {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return slices.Clone(f.forks)
}

// Cursor is the newest value set under the name, durable or not; false when there was never one.
func (f *File) Cursor(name string) (Cursor, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	c, ok := f.lazy[name]
	if !ok {
		c, ok = f.cursors[name]
	}
	return c.clone(), ok
}

// Cursors are all of them, by name.
func (f *File) Cursors() []Cursor {
	f.mu.RLock()
	defer f.mu.RUnlock()
	m := maps.Clone(f.cursors)
	maps.Copy(m, f.lazy)
	return sortCursors(m)
}

func sortCursors(m map[string]Cursor) []Cursor {
	all := slices.SortedFunc(maps.Values(m), func(a, b Cursor) int { return cmp.Compare(a.Name, b.Name) })
	for i := range all {
		all[i] = all[i].clone()
	}
	return all
}

// Read gives fn the entries from seq on, in order, at most max of them (max ≤ 0: all that are durable when Read
// is called), and returns the seq to go on from. fn may take its time, may call any method of the journal, and may
// keep raw; it must not change it. An error of fn ends the reading and is returned as it is.
//
// from one behind the head reads nothing. Errors: ErrTrimmed when from is no longer kept, ErrBeyond when it is
// further than that, ErrCorrupt.
func (f *File) Read(from uint64, max int, fn func(seq uint64, raw []byte) error) (next uint64, err error) {
	end, err := readEnd(from, max, f.First(), f.Head().Seq)
	if err != nil {
		return from, err
	}
	for from <= end {
		groups, err := f.slice(from, end)
		if err != nil {
			return from, err
		}
		for _, g := range groups {
			for ; from <= min(g.last(), end); from++ {
				if err := fn(from, g.entries[from-g.first]); err != nil {
					return from, err
				}
			}
		}
	}
	return from, nil
}

// readEnd is the last seq to read, from-1 for none.
func readEnd(from uint64, max int, first, head uint64) (uint64, error) {
	switch {
	case from < first:
		return 0, fmt.Errorf("%w: %d, the oldest kept is %d", ErrTrimmed, from, first)
	case from > head+1:
		return 0, fmt.Errorf("%w: %d, the head is %d", ErrBeyond, from, head)
	case max > 0 && uint64(max) < head+1-from:
		return from + uint64(max) - 1, nil
	}
	return head, nil
}

// slice copies the groups holding from and those after it, until enough bytes or end is reached. It answers with
// at least one group or an error, and what it answers is contiguous.
func (f *File) slice(from, end uint64) ([]group, error) {
	var groups []group
	oldest := f.First() // or what this very transaction says: First hears of a trimming only behind its commit
	err := f.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketJournal).Cursor()
		if k, _ := c.First(); len(k) == 8 {
			oldest = binary.BigEndian.Uint64(k)
		}
		size := 0
		for k, v := seekGroup(c, from); k != nil && size < sliceBytes; k, v = c.Next() {
			if len(k) == 8 && binary.BigEndian.Uint64(k) > end {
				break
			}
			g, err := decodeAt(append([]byte(nil), k...), append([]byte(nil), v...))
			if err != nil {
				return err
			}
			if len(groups) > 0 && g.first != groups[len(groups)-1].last()+1 {
				return fmt.Errorf("%w: entry %d is followed by %d", ErrCorrupt, groups[len(groups)-1].last(), g.first)
			}
			groups = append(groups, g)
			size += len(v)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(groups) > 0 && groups[0].first <= from && from <= groups[0].last() {
		return groups, nil
	}
	if from < oldest { // trimmed meanwhile
		return nil, fmt.Errorf("%w: %d, the oldest kept is %d", ErrTrimmed, from, oldest)
	}
	return nil, fmt.Errorf("%w: entry %d is missing", ErrCorrupt, from)
}

// view runs a short read transaction; fn copies what it wants to keep.
func (f *File) view(fn func(*bolt.Tx) error) error {
	err := f.db.View(fn)
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}

// seekGroup stands on the group that holds seq: the last that begins at or before it.
func seekGroup(c *bolt.Cursor, seq uint64) (k, v []byte) {
	k, v = c.Seek(seqKey(seq))
	if k == nil {
		return c.Last()
	}
	if len(k) == 8 && binary.BigEndian.Uint64(k) == seq {
		return k, v
	}
	return c.Prev()
}

// HashAt is the chain at seq, for every kept entry and for the one before the oldest (0 before the first of all).
// Errors: ErrTrimmed, ErrBeyond, ErrCorrupt.
func (f *File) HashAt(seq uint64) (Hash, error) {
	head, first := f.Head(), f.First()
	switch {
	case seq == head.Seq:
		return head.Hash, nil
	case seq > head.Seq:
		return Hash{}, fmt.Errorf("%w: %d, the head is %d", ErrBeyond, seq, head.Seq)
	case seq+1 < first:
		return Hash{}, fmt.Errorf("%w: %d, the oldest kept is %d", ErrTrimmed, seq, first)
	}
	var h Hash
	at := max(seq, first)
	groups, err := f.slice(at, at)
	if err == nil {
		h = groups[0].hashAt(seq)
	}
	return h, err
}

// Verify walks the chain over every kept entry and holds it against the head. It answers with the position before
// the oldest kept entry and the number of entries, or ErrCorrupt with the first entry that does not fit.
func (f *File) Verify() (from Position, entries uint64, err error) {
	return f.VerifyFrom(f.First())
}

// VerifyFrom is Verify from the group holding seq on: for the tail behind a snapshot.
func (f *File) VerifyFrom(seq uint64) (from Position, entries uint64, err error) {
	head := f.Head()
	from.Log = head.Log
	if seq > head.Seq {
		return head, 0, nil
	}
	var h Hash
	for at := seq; at <= head.Seq; {
		groups, err := f.slice(at, head.Seq)
		if err != nil {
			return from, entries, err
		}
		for _, g := range groups {
			if entries == 0 {
				from.Seq, from.Hash, h = g.first-1, g.prev, g.prev
			}
			if g.prev != h {
				return from, entries, fmt.Errorf("%w: the chain breaks at entry %d: %s, want %s", ErrCorrupt, g.first, g.prev, h)
			}
			h = g.hashAt(g.last())
			entries += uint64(len(g.entries))
			at = g.last() + 1
		}
	}
	if h != head.Hash {
		return from, entries, fmt.Errorf("%w: the chain ends in %s, want %s", ErrCorrupt, h, head.Hash)
	}
	return from, entries, nil
}

// FileBytes is how far the file is in use: entries, rows, snapshots and free pages between them. The file itself
// is longer, because it grows in large steps.
func (f *File) FileBytes() (n int64) {
	_ = f.view(func(tx *bolt.Tx) error { n = tx.Size(); return nil })
	return n
}
