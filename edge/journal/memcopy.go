package journal

import (
	"bytes"
	"maps"
	"slices"
)

// Copy is the file as a backup would keep it: what is on the disk now, and nothing of what is only set lazily.
func (m *Mem) Copy() *Mem {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := NewMem(m.head.Log)
	c.head, c.forks, c.tail, c.snapped = m.head, slices.Clone(m.forks), tail{m.tail.first, m.tail.prev, m.tail.count, bytes.Clone(m.tail.body)}, bytes.Clone(m.snapped)
	for _, g := range m.groups {
		g.entries = slices.Clone(g.entries)
		c.groups = append(c.groups, g)
	}
	if m.snap != nil {
		s := *m.snap
		c.snap = &s
	}
	for kind, rows := range m.rows {
		c.rows[kind] = maps.Clone(rows)
	}
	maps.Copy(c.cursors, m.cursors)
	return c
}
