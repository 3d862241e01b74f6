package journal

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Mem is the twin of File for simulations and tests: it keeps what a disk would keep, forgets at a Crash what a
// disk would not have, and fails when told to. Everything said at File holds for it.
type Mem struct {
	mu      sync.Mutex
	head    Position
	forks   []Fork
	groups  []group
	tail    tail // the newest group, as the file would go on with it
	snap    *Snapshot
	snapped []byte // the newest snapshot's bytes
	rows    map[string]map[string][]byte
	cursors map[string]Cursor
	lazy    map[string]Cursor
	asm     assembly
	pending []byte // the bytes of the snapshot under way
	broken  error
	fault   *Fault
}

// Fault is a failed commit: what the disk did with the batch, which nobody learns before the next opening.
type Fault struct {
	Err  error // what the disk says
	Kept bool  // the batch stands all the same
}

// NewMem is an empty journal under the log id.
func NewMem(log string) *Mem {
	return &Mem{head: Position{Log: log}, rows: map[string]map[string][]byte{}, cursors: map[string]Cursor{}, lazy: map[string]Cursor{}}
}

// FailNext lets the next commit fail. As with File, nothing is taken after it until Crash.
func (m *Mem) FailNext(f Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = &f
}

// Crash is the power going and coming back, or the file being closed without care and opened again: what was
// committed stands; cursors set lazily since, and a snapshot under way, are gone; a stop is lifted.
func (m *Mem) Crash() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lazy, m.asm, m.pending, m.broken, m.fault = map[string]Cursor{}, assembly{}, nil, nil, nil
}

// Close commits the lazily set cursors and stops the journal; Crash opens it again.
func (m *Mem) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken == ErrClosed {
		return nil
	}
	var err error
	if m.broken == nil {
		_, err = m.append(Batch{})
	}
	m.broken = ErrClosed
	return err
}

// Append is File.Append.
func (m *Mem) Append(b Batch) (Position, error) {
	if err := b.validate(); err != nil {
		return m.Head(), err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.append(b)
}

func (m *Mem) append(b Batch) (Position, error) {
	if m.broken != nil {
		return m.head, m.broken
	}
	if b.empty() && len(m.lazy) == 0 {
		return m.head, nil
	}
	asm, err := m.asm.add(b.Chunks, m.head.Seq)
	if err == nil && b.Complete != nil {
		err = asm.accepts(*b.Complete, m.snap, m.hashAt)
	}
	if err != nil {
		return m.head, err
	}
	if f := m.fault; f != nil {
		m.fault = nil
		before := m.head
		if f.Kept {
			m.commit(b, asm)
		}
		m.broken = fmt.Errorf("%w: %w", ErrBroken, f.Err)
		return before, &Error{Op: "append", Path: "memory", Err: f.Err}
	}
	m.commit(b, asm)
	return m.head, nil
}

func (m *Mem) commit(b Batch, asm assembly) {
	if len(b.Entries) > 0 {
		m.add(b.Entries)
	}
	maps.Copy(m.cursors, m.lazy)
	clear(m.lazy)
	for _, c := range b.Cursors {
		m.cursors[c.Name] = c.clone()
	}
	for _, r := range b.Rows {
		kind := m.rows[r.Kind]
		if kind == nil {
			kind = map[string][]byte{}
			m.rows[r.Kind] = kind
		}
		if r.Delete {
			delete(kind, string(r.Key))
		} else {
			kind[string(r.Key)] = append([]byte{}, r.Value...)
		}
	}
	for _, c := range b.Chunks {
		if c.Index == 0 {
			m.pending = nil
		}
		m.pending = append(m.pending, c.Data...)
	}
	m.asm = asm
	if b.Complete != nil {
		s := *b.Complete
		m.snap, m.snapped, m.pending, m.asm = &s, m.pending, nil, assembly{}
	}
	if b.Trim > 0 {
		limit := trimmable(b.Trim, m.snap, slices.Collect(maps.Values(m.cursors)))
		for n := uint64(0); len(m.groups) > 1 && m.groups[1].first <= limit; {
			size := uint64(len(m.groups[0].entries))
			if n > 0 && n+size > TrimSlice {
				break
			}
			n += size
			m.groups = m.groups[1:]
		}
	}
}

// add groups the records as the file does, so that trimming ends at the same entry. Readers hold copies of the
// groups' heads, and what they see of one never changes: a group only grows behind it.
func (m *Mem) add(entries [][]byte) {
	m.tail.extend(m.head, entries)
	if n := len(m.groups); n == 0 || m.groups[n-1].first != m.tail.first {
		m.groups = append(m.groups, group{first: m.tail.first, prev: m.tail.prev})
	}
	g := &m.groups[len(m.groups)-1]
	for _, raw := range entries {
		g.entries = append(g.entries, bytes.Clone(raw))
		m.head.Hash = m.head.Hash.Next(raw)
	}
	m.head.Seq = g.last()
	m.tail.seal()
}

// SetCursor is File.SetCursor.
func (m *Mem) SetCursor(c Cursor) error {
	if err := c.validate(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.broken
	}
	m.lazy[c.Name] = c.clone()
	return nil
}

// Flush is File.Flush.
func (m *Mem) Flush() error {
	_, err := m.Append(Batch{})
	return err
}

// NewLog is File.NewLog.
func (m *Mem) NewLog(log string) (Position, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken != nil {
		return m.head, m.broken
	}
	forks, err := fork(m.head, m.forks, log)
	if err != nil {
		return m.head, err
	}
	m.forks, m.head.Log = forks, log
	return m.head, nil
}

// Trim is File.Trim.
func (m *Mem) Trim(before uint64) (dropped uint64, err error) {
	for {
		was := m.First()
		if _, err := m.Append(Batch{Trim: before}); err != nil {
			return dropped, err
		}
		now := m.First()
		if now == was {
			return dropped, nil
		}
		dropped += now - was
	}
}
