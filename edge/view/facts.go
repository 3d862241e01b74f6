package view

import "picket/edge/floor"

// Facts is an order as the floor has it, for whoever draws its documents; nil when the site does not know it.
// It belongs to the board: it may be looked at until the next Apply, and not be changed.
func (b *Board) Facts(id floor.OrderID) *floor.Order { return b.state.Orders[id] }

// Name is what people call an item; empty when the catalogue does not have it.
func (b *Board) Name(sku floor.SKU) string {
	if it := b.state.Items[sku]; it != nil {
		return it.Name
	}
	return ""
}

// Feed is how far the centre's feed has been taken in.
func (b *Board) Feed() floor.Down { return b.state.Feed }
