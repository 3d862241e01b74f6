package view

import "picket/edge/floor"

// unbooked keep the book of bins that are counted blind from those who may not see it. They change fresh rows.
// An item that stands in such a bin shows no sums either: the rest could be taken off them.
var unbooked = map[string]func(*Board, any) any{
	"bins": func(b *Board, row any) any {
		r := row.(*BinRow)
		if b.state.Blind(r.Bin.ID) {
			r.Holds, r.Hidden = []SKUHeld{}, true
		}
		return r
	},
	"stock": func(b *Board, row any) any {
		r := row.(*StockRow)
		for _, at := range r.Bins {
			if b.state.Blind(at.Bin) {
				return &StockRow{SKU: r.SKU, Name: r.Name, Asked: r.Asked, Buckets: map[string]int64{}, Bins: []BinStock{}, Hidden: true}
			}
		}
		return r
	},
	"replenish": func(b *Board, row any) any {
		for id := range b.state.Bins { // any one will do
			if b.state.Blind(id) {
				return nil
			}
		}
		return row
	},
}

// Unbooked is a bin as somebody sees it who may not see the book of one that is counted blind.
func (b *Board) Unbooked(r *BinRow) *BinRow { return unbooked["bins"](b, r).(*BinRow) }

// blindBins draws anew what shows the book of bins, when a record puts bins under a count or takes them out of one.
func (b *Board) blindBins(r *floor.Record) {
	switch r.Event.(type) {
	case *floor.CountOpened, *floor.BinCounted, *floor.CountConfirmed, *floor.CountDropped, *floor.InventorySigned:
		for sku := range b.bySKU {
			b.stock(sku, true)
		}
	}
}
