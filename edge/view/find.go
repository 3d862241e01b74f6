package view

import (
	"cmp"
	"slices"

	"picket/edge/floor"
)

// Findable is what an order can be found by. References and digests in it never leave the box.
type Findable struct {
	Row      *OrderRow
	Refs     []string // to sealed rows with names and phone numbers
	CodeSalt string
	CodeHash string
	Units    []floor.UnitID
	Tracking []string
}

// Findable lists the orders a person may ask for: open ones first, and those due last in front.
func (b *Board) Findable() []Findable {
	out := make([]Findable, 0, len(b.state.Orders))
	for _, o := range b.state.Orders {
		f := Findable{Row: orderRow(o).(*OrderRow), CodeSalt: o.CodeSalt, CodeHash: o.CodeHash}
		for _, ref := range []string{o.Contact, o.ShipTo} {
			if ref != "" && !slices.Contains(f.Refs, ref) {
				f.Refs = append(f.Refs, ref)
			}
		}
		for i := range o.Units {
			if o.Units[i].State != floor.UnitVoid {
				f.Units = append(f.Units, o.Units[i].ID)
			}
		}
		for i := range o.Labels {
			f.Tracking = append(f.Tracking, o.Labels[i].Tracking)
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(x, y Findable) int {
		if x.Row.Open != y.Row.Open {
			if x.Row.Open {
				return -1
			}
			return 1
		}
		return cmp.Or(y.Row.Due.Compare(x.Row.Due), cmp.Compare(x.Row.ID, y.Row.ID))
	})
	return out
}
