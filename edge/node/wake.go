package node

import (
	"context"
	"sync"

	"picket/edge/floor"
	"picket/edge/journal"
)

// wake is how readers learn that the journal has grown, without polling and without ever holding up a commit.
type wake struct {
	mu    sync.Mutex
	head  journal.Position
	ring  chan struct{} // closed at the next rise; nil while nobody waits
	ended error         // why nothing more will come
}

func (w *wake) rise(head journal.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if head.Seq == w.head.Seq {
		return
	}
	w.head = head
	w.strike()
}

func (w *wake) strike() {
	if w.ring != nil {
		close(w.ring)
		w.ring = nil
	}
}

func (w *wake) end(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = err
	w.strike()
}

func (w *wake) look() (head journal.Position, ring chan struct{}, ended error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ring == nil {
		w.ring = make(chan struct{})
	}
	return w.head, w.ring, w.ended
}

// Head is the position up to which the journal may be read and told.
func (d *Door) Head() journal.Position {
	d.wake.mu.Lock()
	defer d.wake.mu.Unlock()
	return d.wake.head
}

// Wait returns when the journal holds an entry behind seq, with the head; at once if it does already. It returns
// ctx's error, and ErrStopped or the fault when the door has closed and there is nothing behind seq.
func (d *Door) Wait(ctx context.Context, seq floor.Seq) (floor.Seq, error) {
	for {
		head, ring, ended := d.wake.look()
		if floor.Seq(head.Seq) > seq {
			return floor.Seq(head.Seq), nil
		}
		if ended != nil {
			return floor.Seq(head.Seq), ended
		}
		select {
		case <-ring:
		case <-ctx.Done():
			return floor.Seq(head.Seq), ctx.Err()
		}
	}
}

// saved are the highest numbers of the devices that are committed.
type saved struct {
	mu   sync.RWMutex
	last map[floor.DeviceID]uint64
}

func (v *saved) note(subs []Submission, replies []Reply) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range subs {
		if m := &subs[i].Meta; m.Device != "" && replies[i].Err == nil && m.N > v.last[m.Device] {
			v.last[m.Device] = m.N
		}
	}
}

// Saved is the highest number of the device that is durable here, 0 before the first.
func (d *Door) Saved(id floor.DeviceID) uint64 {
	d.saved.mu.RLock()
	defer d.saved.mu.RUnlock()
	return d.saved.last[id]
}
