package view

import (
	"cmp"
	"slices"

	"picket/edge/floor"
)

// Order is the picture of one order, also of one that left the board; false when the site does not know it.
func (b *Board) Order(id floor.OrderID) (*Order, bool) {
	if at := b.shown[id]; at != nil {
		return b.draw(at.Value.(*shown)), true
	}
	o := b.state.Orders[id]
	if o == nil {
		return nil, false
	}
	return b.picture(o, 0), true
}

// Job finds a print job and the order it belongs to (none for a manifest's), a copy the caller may keep;
// false when the site does not know it.
func (b *Board) Job(id floor.JobID) (floor.Job, floor.OrderID, bool) {
	out, order, ok := b.state.JobOf(id)
	out.Reasons = slices.Clone(out.Reasons)
	return out, order, ok
}

// SortOrders puts what is due first in front: by due, then the higher priority, then number and id.
func SortOrders(orders []*Order) {
	slices.SortFunc(orders, func(a, b *Order) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID))
	})
}

func (b *Board) draw(sh *shown) *Order {
	if sh.view == nil {
		sh.view = b.picture(b.state.Orders[sh.id], sh.own)
	}
	return sh.view
}

// picture draws an order. Nothing in it is shared with the state, which goes on changing.
func (b *Board) picture(o *floor.Order, own floor.Seq) *Order {
	v := &Order{
		ID: o.ID, Number: o.Number, Flow: o.Flow, Mode: o.Mode, Due: o.Due, Priority: o.Priority, Carrier: o.Carrier, Service: o.Service,
		Note: o.Note, State: o.State(), Picker: o.Picker, Started: o.Started, Finished: o.Finished, Seq: own,
		Lines: make([]Line, len(o.Lines)), Units: make([]Unit, len(o.Units)), Jobs: make([]floor.Job, len(o.Jobs)),
	}
	v.Pickup, v.Flags = b.pickup(o), flags(o)
	walk := make(map[floor.LineID]int, len(o.Lines))
	for i := range o.Lines {
		l := &o.Lines[i]
		v.Lines[i] = b.line(o, l)
		v.Qty += l.Qty
		v.ToPick += l.ToPick()
		walk[l.ID] = b.walk(v.Lines[i].Bin)
	}
	slices.SortStableFunc(v.Lines, func(x, y Line) int {
		return cmp.Or(cmp.Compare(walk[x.Line], walk[y.Line]), cmp.Compare(x.Bin, y.Bin))
	})
	for i := range o.Units {
		u := &o.Units[i]
		v.Units[i] = Unit{Unit: u.ID, No: u.No, Carton: u.Carton, State: u.State, WeightG: u.WeightG, Contents: list0(u.Contents), Labelled: o.Labelled(u.ID),
			UnitFlags: unitFlags(u), Holds: onUnit(o, u.ID)}
	}
	for i := range o.Jobs {
		v.Jobs[i] = o.Jobs[i]
		v.Jobs[i].Reasons = slices.Clone(o.Jobs[i].Reasons)
	}
	return v
}

func (b *Board) line(o *floor.Order, l *floor.Line) Line {
	v := Line{
		Line: l.ID, SKU: l.SKU, Name: string(l.SKU), GTINs: []string{}, Qty: l.Qty, Picked: l.Picked, ToPick: l.ToPick(), Loose: o.Loose(l),
		Short: l.Short(), Shorts: list0(l.Shorts), Declined: l.Declined, Bin: b.state.Suggest(l.SKU), Bins: []BinStock{}, Parts: list0(o.Parts(l)), Tallies: tallies(l),
	}
	if it := b.state.Items[l.SKU]; it != nil {
		v.Name, v.Tell, v.Picture, v.GTINs = it.Name, it.Tell, it.Picture, list0(it.GTINs)
	}
	if at := b.state.Bins[v.Bin]; at != nil {
		v.Aisle, v.Level, v.Side = at.Aisle, at.Level, at.Side
	}
	if v.ToPick > 0 {
		for _, bin := range b.state.Stocked(l.SKU) {
			if b.state.Blind(bin) {
				continue
			}
			v.Bins = append(v.Bins, BinStock{Bin: bin, OnHand: b.state.OnHand(floor.InBin(bin), l.SKU)})
		}
	}
	return v
}

// walk is a bin's place in the walk through the site; a bin nobody described comes last.
func (b *Board) walk(id floor.BinID) int {
	if at := b.state.Bins[id]; at != nil {
		return at.Walk
	}
	return 1 << 30
}

func itemOf(it *floor.Item) Item {
	return Item{SKU: it.SKU, Name: it.Name, Tell: it.Tell, Picture: it.Picture, GTINs: list0(it.GTINs), WeightG: it.WeightG}
}

func sortItems(items []Item) {
	slices.SortFunc(items, func(a, b Item) int { return cmp.Compare(a.SKU, b.SKU) })
}

// list0 copies a list and makes it an empty one rather than none: JSON readers get [] and never null.
func list0[T any](in []T) []T { return append(make([]T, 0, len(in)), in...) }
