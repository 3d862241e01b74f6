package node

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/edge/journal"
)

// Rows is where the archive lies: the journal's rows, which change in the transaction of the records.
type Rows interface {
	// Row is the value of one row; false when there is none.
	Row(kind string, key []byte) (value []byte, ok bool, err error)
	// Rows gives fn the rows of a kind in the order of their keys, from a key on, at most max (0: all).
	Rows(kind string, from []byte, max int, fn func(key, value []byte) error) error
}

// Sealer keeps what rows say from whoever holds the file alone. Each row is bound to its name.
type Sealer interface {
	Seal(name string, body []byte) []byte
	Open(name string, sealed []byte) ([]byte, error)
}

// The kinds of rows of the archive: the folded orders by id, sealed; their place in lists by due time; and
// "{key}\x00{id}" for every key an order is found by. The latter two have no value.
const (
	rowClosed = "closed"
	rowDue    = "closed.due"
	rowBy     = "closed.by"
)

// Archive is the closed orders that left the floor. A row of an order that came back stays until it leaves
// again: whoever reads it looks on the floor first, where the newer one stands.
type Archive struct {
	rows Rows
	seal Sealer // nil: in clear, for tests
}

// NewArchive reads the archive in rows.
func NewArchive(rows Rows, seal Sealer) *Archive { return &Archive{rows, seal} }

// Order is a closed order as it left the floor; nil when it never did.
func (a *Archive) Order(id floor.OrderID) (*floor.Order, error) {
	if len(id) == 0 || len(id) > journal.MaxKeyBytes {
		return nil, nil
	}
	text, ok, err := a.rows.Row(rowClosed, []byte(id))
	if err != nil || !ok {
		return nil, err
	}
	if a.seal != nil {
		if text, err = a.seal.Open(rowClosed+"/"+string(id), text); err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	o := &floor.Order{}
	if err := json.Unmarshal(text, o); err != nil {
		return nil, fmt.Errorf("archive: order %s: %w", id, err)
	}
	return o, nil
}

// mostUnder bounds how many orders one key finds: numbers repeat, and a caller looks at a handful.
const mostUnder = 50

// Under lists the orders that were found under a key when they left (floor.Order.Keys), sorted.
func (a *Archive) Under(key string) ([]floor.OrderID, error) {
	prefix := append([]byte(key), 0)
	if len(prefix) > journal.MaxKeyBytes {
		return nil, nil
	}
	var out []floor.OrderID
	err := a.rows.Rows(rowBy, prefix, mostUnder, func(k, _ []byte) error {
		id, ok := bytes.CutPrefix(k, prefix)
		if !ok {
			return errEnough
		}
		out = append(out, floor.OrderID(id))
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// Find gives the orders behind keys, each once, in the order of the keys.
func (a *Archive) Find(keys []string) ([]*floor.Order, error) {
	var seen []floor.OrderID
	var out []*floor.Order
	for _, key := range keys {
		ids, err := a.Under(key)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if slices.Contains(seen, id) {
				continue
			}
			seen = append(seen, id)
			o, err := a.Order(id)
			if err != nil {
				return nil, err
			}
			if o != nil {
				out = append(out, o)
			}
		}
	}
	return out, nil
}

var errEnough = errors.New("enough")

// ByDue gives fn closed orders by due time and id, from behind a key on, until fn has enough. Their keys are
// floor.DueKey's, which sort as the orders do.
func (a *Archive) ByDue(after string, fn func(key string, o *floor.Order) (more bool)) error {
	from := []byte(after)
	if after != "" {
		from = append(from, 0)
	}
	err := a.rows.Rows(rowDue, from, 0, func(k, _ []byte) error {
		_, id, _ := strings.Cut(string(k), "/")
		o, err := a.Order(floor.OrderID(id))
		switch {
		case err != nil:
			return err
		case o == nil || floor.DueKey(o.Due, o.ID) != string(k):
			return nil // it came back, and left again with another due time
		case !fn(string(k), o):
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return err
}

// put makes the rows of orders that leave the floor, as they stand there now.
func (a *Archive) put(s *floor.State, left []floor.OrderID) ([]journal.Row, error) {
	var out []journal.Row
	for _, id := range left {
		o := s.Orders[id]
		if o == nil {
			continue
		}
		text, err := json.Marshal(o)
		if err != nil {
			return nil, fmt.Errorf("archive: order %s: %w", id, err)
		}
		if a.seal != nil {
			text = a.seal.Seal(rowClosed+"/"+string(id), text)
		}
		out = append(out, journal.Row{Kind: rowClosed, Key: []byte(id), Value: text},
			journal.Row{Kind: rowDue, Key: []byte(floor.DueKey(o.Due, id))})
		for _, key := range o.Keys() {
			if full := key + "\x00" + string(id); len(full) <= journal.MaxKeyBytes {
				out = append(out, journal.Row{Kind: rowBy, Key: []byte(full)})
			}
		}
	}
	return out, nil
}

// lend loads what a command needs and the floor does not hold.
func (n *Node) lend(c floor.Command) ([]*floor.Order, error) {
	keys := floor.Needs(n.state, c)
	if len(keys) == 0 {
		return nil, nil
	}
	found, err := n.archive.Find(keys)
	return slices.DeleteFunc(found, func(o *floor.Order) bool { return n.state.Orders[o.ID] != nil }), err
}

// leaving are the orders that leave the floor by these events.
func leaving(events []floor.Event) []floor.OrderID {
	if e, ok := events[0].(*floor.OrdersArchived); ok {
		return e.Orders
	}
	return nil
}
