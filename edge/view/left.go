package view

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
)

// What is asked about an order that left the floor is answered from its folded form, by the words and rows that
// answered while it stood here. Whoever asks looks at the board first and reads the archive afterwards: an order
// is in the archive before the board lets it go.

// Picture draws an order that left the floor.
func (b *Board) Picture(o *floor.Order) *Order { return b.picture(o, 0) }

// RowOf is an order in a list; nil for none.
func RowOf(o *floor.Order) *OrderRow {
	if o == nil {
		return nil
	}
	return orderRow(o).(*OrderRow)
}

// Here are the orders on the floor.
func (b *Board) Here() map[floor.OrderID]bool {
	out := make(map[floor.OrderID]bool, len(b.state.Orders))
	for id := range b.state.Orders {
		out[id] = true
	}
	return out
}

// OneLeft is the row of an id in a list, from the order it belongs to; nil where the list has no such row of it.
func (l *List) OneLeft(b *Board, id string, o *floor.Order, now time.Time) json.RawMessage {
	switch l.Name {
	case "parcels":
		if o.Unit(floor.UnitID(id)) != nil {
			return l.encode(parcelRow(o, floor.UnitID(id)), id)
		}
	case "pickups":
		if string(o.ID) == id && o.Flow == floor.FlowPickup {
			return l.encode(b.pickupOf(o, now), id)
		}
	}
	return nil
}

// KeyOfOne is the key under which the archive finds the order that has the row of an id; empty for lists whose rows
// never leave.
func (l *List) KeyOfOne(id string) string {
	switch l.Name {
	case "parcels":
		return "unit/" + id
	case "pickups":
		return "order/" + id
	}
	return ""
}

// LeftMost bounds how many orders that left one page looks at. A page that ends there says where to go on.
const LeftMost = 4096

// Left reads orders that left the floor.
type Left interface {
	// Order is one by its id; nil when it never left.
	Order(id floor.OrderID) (*floor.Order, error)
	// ByDue gives fn orders by their keys (floor.DueKey), from behind one on, until fn has enough.
	ByDue(after string, fn func(key string, o *floor.Order) (more bool)) error
}

// keyed is a row with what pages go by.
type keyed struct {
	key string
	row any
}

// Lays says whether the list's rows are of orders, so that those of orders that left belong to it.
func (l *List) Lays() bool { return l.Name == "orders" || l.Name == "lines" }

// rowsOf are the rows of an order that left.
func (l *List) rowsOf(b *Board, o *floor.Order) []keyed {
	if l.Name == "orders" {
		return []keyed{{rank(o.Due, string(o.ID)), orderRow(o)}}
	}
	out := make([]keyed, len(o.Lines))
	for i := range o.Lines {
		out[i] = keyed{rank(o.Due, string(o.ID)+"\x00"+string(o.Lines[i].ID)), b.lineOf(o, &o.Lines[i])}
	}
	return out
}

// Lay lays rows of orders that left between those of a page. here are the orders that were on the floor when the page
// was read: what the archive has of them is older. look shows the board.
func (l *List) Lay(p Page, a Ask, here map[floor.OrderID]bool, left Left, look func(func(*Board))) (Page, error) {
	match, err := l.matcher(a)
	if err != nil || a.Where["open"] == "true" { // what left is over
		return p, err
	}
	type raw struct {
		key string
		row json.RawMessage
	}
	all := make([]raw, len(p.Rows), len(p.Rows)+1)
	for i := range p.Rows {
		all[i] = raw{p.keys[i], p.Rows[i]}
	}
	found, seen, end := 0, 0, ""
	take := func(key string, o *floor.Order) bool {
		if p.Next != "" && key > p.Next {
			return false // behind this page
		}
		if seen++; !here[o.ID] {
			var rows []keyed
			look(func(b *Board) { rows = l.rowsOf(b, o) })
			for _, k := range rows {
				if k.key > a.After && match(reflect.ValueOf(k.row).Elem()) {
					all, found = append(all, raw{k.key, l.encode(k.row, k.key)}), found+1
				}
			}
		}
		if seen == LeftMost && found <= a.Limit {
			end = key + "\xff" // behind all of its rows
		}
		return found <= a.Limit && end == ""
	}
	// The page before may have ended in the middle of an order.
	first, _, middle := strings.Cut(a.After, "\x00")
	if middle {
		o, err := left.Order(floor.OrderID(unrank(first)))
		if err != nil {
			return p, err
		}
		if o != nil {
			take(first, o)
		}
	}
	if err := left.ByDue(first, take); err != nil {
		return p, err
	}
	slices.SortFunc(all, func(x, y raw) int { return cmp.Compare(x.key, y.key) })
	out := Page{Rows: []json.RawMessage{}, Next: p.Next}
	for _, k := range all {
		if end != "" && k.key > end {
			break
		}
		if len(out.Rows) == a.Limit {
			out.Next = out.keys[a.Limit-1]
			return out, nil
		}
		out.Rows, out.keys = append(out.Rows, k.row), append(out.keys, k.key)
	}
	if end != "" {
		out.Next = end
	}
	return out, nil
}

// Bears says whether a code stands on something of an order, and on what: its "receipt", its "id" or "number", a
// print "job", a "parcel", or a parcel by its carrier's number ("tracking"), with the parcel.
func Bears(o *floor.Order, code string, unit floor.UnitID) (what string, of floor.UnitID) {
	switch {
	case o.Gift != nil && code != "" && o.Gift.Receipt == code:
		return "receipt", ""
	case string(o.ID) == code:
		return "id", ""
	case o.Number == code:
		return "number", ""
	case o.Job(floor.JobID(code)) != nil:
		return "job", ""
	case unit != "" && o.Unit(unit) != nil:
		return "parcel", unit
	}
	for i := range o.Units {
		if u := &o.Units[i]; code != "" && u.Tracking == code {
			return "tracking", u.ID
		}
	}
	return "", ""
}
