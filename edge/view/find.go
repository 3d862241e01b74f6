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
	Receipts []string // codes of gift receipts and of the labels goods come back with
}

// FindableOf is what one order can be found by.
func FindableOf(o *floor.Order) Findable {
	f := Findable{Row: RowOf(o), CodeSalt: o.CodeSalt, CodeHash: o.CodeHash}
	for _, ref := range []string{o.Contact, o.ShipTo} {
		if ref != "" && !slices.Contains(f.Refs, ref) {
			f.Refs = append(f.Refs, ref)
		}
	}
	for i := range o.Units {
		u := &o.Units[i]
		if u.State == floor.UnitVoid {
			continue
		}
		f.Units = append(f.Units, u.ID)
		if u.Tracking != "" {
			f.Tracking = append(f.Tracking, u.Tracking)
		}
		if u.ReturnNo != "" {
			f.Receipts = append(f.Receipts, u.ReturnNo)
		}
	}
	for i := range o.Labels {
		f.Tracking = append(f.Tracking, o.Labels[i].Tracking)
	}
	if o.Gift != nil && o.Gift.Receipt != "" {
		f.Receipts = append(f.Receipts, o.Gift.Receipt)
	}
	return f
}

// Findable lists the orders a person may ask for: open ones first, and those due last in front.
func (b *Board) Findable() []Findable {
	out := make([]Findable, 0, len(b.state.Orders))
	for _, o := range b.state.Orders {
		out = append(out, FindableOf(o))
	}
	SortFindable(out)
	return out
}

// SortFindable puts open orders first, and those due last in front.
func SortFindable(out []Findable) {
	slices.SortFunc(out, func(x, y Findable) int {
		if x.Row.Open != y.Row.Open {
			if x.Row.Open {
				return -1
			}
			return 1
		}
		return cmp.Or(y.Row.Due.Compare(x.Row.Due), cmp.Compare(x.Row.ID, y.Row.ID))
	})
}
