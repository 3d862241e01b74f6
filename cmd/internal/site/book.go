package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/view"
)

// book is the fold of the journal that screens, printers and the line look at, with the lock round it. It
// lags behind the door by the time it takes to read a group back.
type book struct {
	mu    sync.Mutex
	board *view.Board
	queue *spool.Queue
	wake  chan struct{} // closed and replaced at every change
	seen  floor.Seq
}

func newBook(b *view.Board, q *spool.Queue) *book {
	return &book{board: b, queue: q, wake: make(chan struct{}), seen: b.Seq()}
}

// with looks at or changes the board. What it gets must not leave.
func (b *book) with(fn func(*view.Board)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fn(b.board)
}

// change is with, and tells everybody who waits.
func (b *book) change(fn func(*view.Board)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fn(b.board)
	close(b.wake)
	b.wake = make(chan struct{})
}

// changed gives a channel that is closed at the next change.
func (b *book) changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wake
}

// upTo waits until the fold has seq in it.
func (b *book) upTo(ctx context.Context, seq floor.Seq) error {
	for {
		b.mu.Lock()
		seen, wake := b.seen, b.wake
		b.mu.Unlock()
		if seen >= seq {
			return nil
		}
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// follow reads the journal for as long as ctx lives.
func (b *book) follow(ctx context.Context, door *node.Door, j *journal.File, log *slog.Logger) error {
	next := uint64(b.seen) + 1
	for {
		if _, err := door.Wait(ctx, floor.Seq(next-1)); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("screens: %w", err)
		}
		var batch []floor.Record
		_, err := j.Read(next, 1000, func(seq uint64, raw []byte) error {
			r, err := floor.Decode(raw)
			if errors.Is(err, floor.ErrUnknownType) {
				log.Warn("screens pass over a record of a type this version does not know", "seq", seq, "type", r.Type)
				r.Seq = floor.Seq(seq)
			} else if err != nil {
				return err
			}
			batch = append(batch, r)
			return nil
		})
		if err != nil {
			return fmt.Errorf("screens: %w", err)
		}
		if len(batch) == 0 {
			continue
		}
		next += uint64(len(batch))
		if err := b.take(batch); err != nil {
			return err
		}
	}
}

func (b *book) take(batch []floor.Record) error {
	var fault error
	b.change(func(board *view.Board) {
		for i := range batch {
			r := &batch[i]
			if r.Event == nil {
				fault = board.Skip(r.Seq)
			} else if fault = board.Apply(r); fault == nil {
				b.queue.Apply(r.Event)
			}
			if fault != nil {
				return
			}
		}
		board.Tick(batch[len(batch)-1].Time)
		b.seen = board.Seq()
	})
	return fault
}

// marks of an installation: how far its commands have come.
func (b *book) marks(id floor.DeviceID) view.Marks {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.board.Marks(id)
}

// now is the site's clock.
func now() time.Time { return time.Now() }
