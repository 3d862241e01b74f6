package site

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// The kinds of rows of erasure: whose rows are erased, by order id, with the day; and the keys still to be wiped.
const (
	rowPersonal = "pii"
	rowErased   = "pii.erased"
	rowShred    = "pii.shred"
)

// What one look of the eraser goes through, and what one command erases at most: scans go first.
const (
	eraseLook   = 512
	eraseAtOnce = 64
)

// eraser takes what is personal of orders that are over out of the journal, and wipes the keys it was sealed by.
// A row belongs to the order its name begins with (pii/<order> or pii/<order>/…); one of no order that was ever here
// stays. A driver's goes when the driver was not here for as long.
type eraser struct {
	file    *journal.File
	vault   *vault
	door    *node.Door
	feed    *web.Feed
	archive *node.Archive
	proofs  proofs
	from    []byte // where the last look ended
}

// look goes on through the rows, and erases those whose time is over.
func (e *eraser) look(ctx context.Context, now time.Time) error {
	if err := e.shred(); err != nil { // a stop came between the record and the keys
		return err
	}
	orders, rows, err := e.over(ctx, now)
	if err != nil || len(rows) == 0 {
		return err
	}
	out := slices.Clone(rows)
	for i := range rows {
		if place, ok := ownPlace(rows[i].Value); ok {
			out = append(out, journal.Row{Kind: rowShred, Key: binary.BigEndian.AppendUint32(nil, place)})
		}
		out[i].Value, out[i].Delete = nil, true
	}
	for _, id := range orders {
		out = append(out, journal.Row{Kind: rowErased, Key: []byte(id), Value: []byte(now.UTC().Format(time.DateOnly))})
	}
	days := 0
	e.feed.Look(func(b *view.Board) { b.Floor(func(s *floor.State) { days = s.Policy.PersonalDays }) })
	a, err := e.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("erase:" + newID())},
		Command: &floor.ErasePersonal{Orders: len(orders), Rows: len(rows), Days: days}, Rows: out})
	switch {
	case err != nil:
		return err
	case a.Refusal != nil:
		return errors.New(a.Refusal.Words())
	}
	return e.shred()
}

// over are rows whose orders have been over for long enough, and these orders.
func (e *eraser) over(ctx context.Context, now time.Time) (orders []floor.OrderID, rows []journal.Row, err error) {
	seen, next := 0, []byte(nil)
	may := map[floor.OrderID]bool{}
	err = e.file.Rows(rowPersonal, e.from, eraseLook, func(key, value []byte) error {
		seen++
		next = append(slices.Clone(key), 0)
		if isDriver(key) {
			if e.driverOver(key, value, now) {
				rows = append(rows, journal.Row{Kind: rowPersonal, Key: key, Value: value})
			}
			return nil
		}
		id, over, err := e.orderOf(string(key), now, may)
		if err != nil {
			return fmt.Errorf("row pii/%s: %w", key, err)
		}
		if over {
			waits, err := e.proofs.waits(ctx, string(key), id, func() (bool, error) { return e.proofOver(id, now) })
			if err != nil {
				return err
			}
			over = !waits
		}
		if over {
			rows = append(rows, journal.Row{Kind: rowPersonal, Key: key, Value: value})
			if !slices.Contains(orders, id) {
				orders = append(orders, id)
			}
		}
		if len(rows) == eraseAtOnce {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err, seen = nil, eraseLook
	}
	if e.from = next; seen < eraseLook {
		e.from = nil // once more from the beginning
	}
	return orders, rows, err
}

// orderOf is the order a row belongs to, and whether what is personal of it is to go. may keeps what was found out.
func (e *eraser) orderOf(key string, now time.Time, may map[floor.OrderID]bool) (floor.OrderID, bool, error) {
	for name := key; name != ""; {
		id := floor.OrderID(name)
		if over, known := may[id]; known {
			return id, over, nil
		}
		here, over := false, false
		e.feed.Look(func(b *view.Board) {
			b.Floor(func(s *floor.State) {
				if o := s.Orders[id]; o != nil {
					here, over = true, s.PersonalOver(o, now)
				}
			})
		})
		if !here {
			o, err := e.archive.Order(id)
			if err != nil {
				return "", false, err
			}
			if here = o != nil; here {
				e.feed.Look(func(b *view.Board) { b.Floor(func(s *floor.State) { over = s.PersonalOver(o, now) }) })
			}
		}
		if here {
			may[id] = over
			return id, over, nil
		}
		cut := strings.LastIndexByte(name, '/')
		if cut < 0 {
			break
		}
		name = name[:cut]
	}
	return "", false, nil
}

// shred wipes the keys of rows that are erased. It may be cut off anywhere and done again.
func (e *eraser) shred() error {
	var places []uint32
	var done []journal.Row
	err := e.file.Rows(rowShred, nil, 0, func(key, _ []byte) error {
		if len(key) == 4 {
			places = append(places, binary.BigEndian.Uint32(key))
		}
		done = append(done, journal.Row{Kind: rowShred, Key: key, Delete: true})
		return nil
	})
	if err != nil || len(done) == 0 {
		return err
	}
	if err := e.vault.Wipe(places...); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	_, err = e.file.Append(journal.Batch{Rows: done})
	return err
}

// Erased says whether what was personal of an order is erased.
func (p people) Erased(id floor.OrderID) (bool, error) {
	_, erased, err := p.f.Row(rowErased, []byte(id))
	return erased, err
}
