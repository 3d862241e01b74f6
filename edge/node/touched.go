package node

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"picket/edge/floor"
	"picket/edge/journal"
)

// touched is what the box's own records name, from where the centre has others to where it was read. It may be a day's: whoever puts a taking
// back through the door reads it in a goroutine of its own, so that nobody's scan waits for that. In the loop only what was
// written since is read.
type touched struct {
	from, upTo uint64 // read so far; 0: nothing
	names      floor.Unlike
}

var local = []byte(`"type":"picket.local.`)

// look adds what a record names. What the box wrote itself because of a taking back is none of it, and what stays here neither.
func (t *touched) look(raw []byte) error {
	if bytes.Contains(raw, local) {
		return nil
	}
	rec, err := floor.Decode(bytes.Clone(raw))
	if err != nil || refused(&rec) || rec.Device == "" && rec.Type == (*floor.LabelFailed)(nil).Type() {
		return err
	}
	order, items := floor.Named(&rec)
	if order != "" {
		t.names.Add(&floor.Unlike{Orders: []floor.OrderID{order}})
	}
	t.names.Add(&floor.Unlike{Items: items})
	return nil
}

// read goes on to the journal's head, and back to a place before where it began.
func (t *touched) read(j Journal, from uint64) error {
	if t.from == 0 {
		t.from, t.upTo = from, from-1
	}
	if from < t.from {
		if err := t.span(j, from, t.from-1); err != nil {
			return err
		}
		t.from = from
	}
	head := j.Head().Seq
	if t.upTo >= head {
		return nil
	}
	if err := t.span(j, t.upTo+1, head); err != nil {
		return err
	}
	t.upTo = head
	return nil
}

// span looks at entries from one place to another, as far as they are kept.
func (t *touched) span(j Journal, from, to uint64) error {
	for {
		if from = max(from, j.First()); from > to {
			return nil
		}
		_, err := j.Read(from, int(to-from+1), func(seq uint64, raw []byte) error {
			from = seq + 1
			return t.look(raw)
		})
		if !errors.Is(err, journal.ErrTrimmed) { // meanwhile
			return err
		}
	}
}

// touch puts into the command what the box's own records touch from a place on.
func (n *Node) touch(c *floor.TakeBack, from uint64, ahead *touched) error {
	t := &n.touched
	if ahead != nil && (t.from == 0 || t.upTo < ahead.upTo) {
		*t = *ahead
	}
	if err := t.read(n.j, from); err != nil {
		return err
	}
	for _, raw := range n.group.entries() {
		if err := t.look(raw); err != nil {
			return err
		}
	}
	c.Touched = t.names
	items := slices.Clone(t.names.Items)
	for _, id := range t.names.Orders {
		items = append(items, n.state.Asks(id)...)
	}
	slices.Sort(items)
	c.Touched.Items = slices.Compact(items)
	return nil
}

// ahead is what was read for a taking back that comes in several pieces.
type ahead struct {
	from atomic.Uint64 // the state's first record that stands where the centre has another, as of the last commit
	mu   sync.Mutex
	read touched
}

// lookAhead reads for a taking back what the loop would have to. Where it cannot, the loop finds that, too.
func (d *Door) lookAhead(s *Submission) {
	c, is := s.Command.(*floor.TakeBack)
	if !is || !c.Fork {
		return
	}
	a := &d.ahead
	a.mu.Lock()
	defer a.mu.Unlock()
	from, j := a.from.Load(), d.node.j
	for i := range c.Facts {
		rec, err := floor.Decode(c.Facts[i].Raw)
		if at := uint64(rec.Seq); err == nil && at > 0 && (from == 0 || at < from) && !holds(j, at, c.Facts[i].Raw) {
			from = at
		}
	}
	if from == 0 {
		return
	}
	if err := a.read.read(j, from); err != nil {
		a.read = touched{}
		return
	}
	read := a.read
	if s.ahead = &read; !c.More {
		a.read = touched{}
	}
}

// holds says whether the journal has just this at a place.
func holds(j Journal, seq uint64, want []byte) (same bool) {
	_, err := j.Read(seq, 1, func(_ uint64, raw []byte) error {
		same = bytes.Equal(raw, want)
		return nil
	})
	return err == nil && same
}
