package journal

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// Head is File.Head.
func (m *Mem) Head() Position {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.head
}

// First is File.First.
func (m *Mem) First() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.oldest()
}

func (m *Mem) oldest() uint64 {
	if len(m.groups) == 0 {
		return m.head.Seq + 1
	}
	return m.groups[0].first
}

// Forks is File.Forks.
func (m *Mem) Forks() []Fork {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.forks)
}

// Cursor is File.Cursor.
func (m *Mem) Cursor(name string) (Cursor, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.lazy[name]
	if !ok {
		c, ok = m.cursors[name]
	}
	return c.clone(), ok
}

// Cursors is File.Cursors.
func (m *Mem) Cursors() []Cursor {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := maps.Clone(m.cursors)
	maps.Copy(all, m.lazy)
	return sortCursors(all)
}

// Read is File.Read.
func (m *Mem) Read(from uint64, max int, fn func(seq uint64, raw []byte) error) (next uint64, err error) {
	m.mu.Lock()
	end, err := readEnd(from, max, m.oldest(), m.head.Seq)
	var groups []group
	if err == nil && from <= end {
		groups = slices.Clone(m.groups[m.find(from) : m.find(end)+1])
	}
	closed := m.broken == ErrClosed
	m.mu.Unlock()
	if err != nil {
		return from, err
	}
	if closed && from <= end {
		return from, ErrClosed
	}
	for _, g := range groups {
		for ; from <= min(g.last(), end); from++ {
			if err := fn(from, g.entries[from-g.first]); err != nil {
				return from, err
			}
		}
	}
	return from, nil
}

// find is the index of the group holding seq; len(groups) or more for one behind the head.
func (m *Mem) find(seq uint64) int {
	return sort.Search(len(m.groups), func(i int) bool { return m.groups[i].last() >= seq })
}

// HashAt is File.HashAt.
func (m *Mem) HashAt(seq uint64) (Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.hashAt(seq)
}

func (m *Mem) hashAt(seq uint64) (Hash, error) {
	first := m.oldest()
	switch {
	case seq == m.head.Seq:
		return m.head.Hash, nil
	case seq > m.head.Seq:
		return Hash{}, fmt.Errorf("%w: %d, the head is %d", ErrBeyond, seq, m.head.Seq)
	case seq+1 < first:
		return Hash{}, fmt.Errorf("%w: %d, the oldest kept is %d", ErrTrimmed, seq, first)
	}
	return m.groups[m.find(max(seq, first))].hashAt(seq), nil
}

// Verify is File.Verify.
func (m *Mem) Verify() (from Position, entries uint64, err error) { return m.VerifyFrom(m.First()) }

// VerifyFrom is File.VerifyFrom. Nothing rots in memory, but a caller may have changed bytes it was lent.
func (m *Mem) VerifyFrom(seq uint64) (from Position, entries uint64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if seq > m.head.Seq {
		return m.head, 0, nil
	}
	if first := m.oldest(); seq < first {
		return Position{Log: m.head.Log}, 0, fmt.Errorf("%w: %d, the oldest kept is %d", ErrTrimmed, seq, first)
	}
	groups := m.groups[m.find(seq):]
	from = Position{Log: m.head.Log, Seq: groups[0].first - 1, Hash: groups[0].prev}
	h := from.Hash
	for _, g := range groups {
		if g.prev != h {
			return from, entries, fmt.Errorf("%w: the chain breaks at entry %d: %s, want %s", ErrCorrupt, g.first, g.prev, h)
		}
		h = g.hashAt(g.last())
		entries += uint64(len(g.entries))
	}
	if h != m.head.Hash {
		return from, entries, fmt.Errorf("%w: the chain ends in %s, want %s", ErrCorrupt, h, m.head.Hash)
	}
	return from, entries, nil
}

// Snapshot is File.Snapshot.
func (m *Mem) Snapshot() (Snapshot, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.snap == nil {
		return Snapshot{}, false
	}
	return *m.snap, true
}

// ReadSnapshot is File.ReadSnapshot.
func (m *Mem) ReadSnapshot() (Snapshot, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.snap == nil {
		return Snapshot{}, nil, ErrSnapshot
	}
	return *m.snap, bytes.Clone(m.snapped), nil
}

// Row is File.Row.
func (m *Mem) Row(kind string, key []byte) (value []byte, ok bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.rows[kind][string(key)]
	if !ok {
		return nil, false, nil
	}
	return append([]byte{}, v...), true, nil
}

// Rows is File.Rows.
func (m *Mem) Rows(kind string, from []byte, max int, fn func(key, value []byte) error) error {
	m.mu.Lock()
	kinds := maps.Clone(m.rows[kind])
	m.mu.Unlock()
	n := 0
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		if k < string(from) {
			continue
		}
		if max > 0 && n == max {
			return nil
		}
		if err := fn([]byte(k), bytes.Clone(kinds[k])); err != nil {
			return err
		}
		n++
	}
	return nil
}
