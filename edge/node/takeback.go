package node

import (
	"fmt"
	"slices"

	"picket/edge/floor"
)

// takeBack puts into the command what the floor cannot know: which of the commands behind the facts this node has
// answered already, and which devices may hold more. A new log begins behind its commit.
func (n *Node) takeBack(c *floor.TakeBack) error {
	c.Known, c.Devices = nil, nil
	for i := range c.Facts {
		rec, err := floor.Decode(c.Facts[i].Raw)
		if err != nil {
			return fmt.Errorf("%w: facts[%d]: %w", ErrInvalid, i, err)
		}
		if n.marks.knows(&rec) && !slices.Contains(c.Known, rec.Cause) {
			c.Known = append(c.Known, rec.Cause)
		}
	}
	if !c.Fork {
		return nil
	}
	for id := range n.marks.devices {
		c.Devices = append(c.Devices, id)
	}
	slices.Sort(c.Devices)
	if !c.More {
		n.newLog = string(c.Log)
	}
	return nil
}

// knows says whether the command of a record was answered here.
func (m *Marks) knows(r *floor.Record) bool {
	if r.Device != "" {
		return r.N <= m.Last(r.Device)
	}
	return m.called(r.Cause)
}

// called says whether a command without a counter was answered here.
func (m *Marks) called(id floor.CommandID) bool {
	_, ok := m.calls[id]
	return ok
}

// takeBack remembers the commands behind facts that were taken back, where those stand now. Of a command whose
// records came in two pieces the answer tells the first.
func (m *Marks) takeBack(records []floor.Record) {
	inner := func(i int) (r floor.Record, ok bool) {
		if i < len(records) {
			if e, is := records[i].Event.(*floor.FactTakenBack); is {
				return e.Inner()
			}
		}
		return r, false
	}
	for i := range records {
		r, ok := inner(i)
		if !ok || !begins(&r) || m.knows(&r) {
			continue
		}
		count := 1
		for next, more := inner(i + 1); more && next.Cause == r.Cause && !begins(&next); next, more = inner(i + count) {
			count++
		}
		if d := m.devices[r.Device]; r.Device != "" && d != nil && r.N != d.last+1 {
			d.ops = nil // numbers between are known nowhere: their answers cannot be told
		}
		r.Seq, r.Feed = records[i].Seq, nil // of the feed, too: it comes again
		m.take(&r, count)
	}
}
