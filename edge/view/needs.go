package view

import (
	"time"

	"picket/edge/floor"
)

// OfferRow is a line that waits for an item no bin has.
type OfferRow struct {
	Case   floor.CaseID  `json:"case"` // on the desk
	SKU    floor.SKU     `json:"sku"`
	Name   string        `json:"name"`
	Order  floor.OrderID `json:"order"`
	Number string        `json:"number"`
	Line   floor.LineID  `json:"line"`
	Qty    int           `json:"qty"`
	Due    time.Time     `json:"due"`
}

// offered finds the lines of the items that are gone, by item, order and line.
func (b *Board) offered() map[string]*OfferRow {
	out := map[string]*OfferRow{}
	for _, c := range b.state.Cases.All() {
		if c.What != "item_gone" {
			continue
		}
		sku := floor.SKU(c.Args["sku"])
		for _, l := range b.state.Offered(sku) {
			r := &OfferRow{Case: c.ID, SKU: sku, Name: b.Called(sku), Order: l.Order, Line: l.Line, Qty: l.Qty}
			if o := b.state.Orders[l.Order]; o != nil {
				r.Number, r.Due = o.Number, o.Due
			}
			out[string(sku)+"\x00"+string(l.Order)+"\x00"+string(l.Line)] = r
		}
	}
	return out
}

func (b *Board) offerKeys(time.Time) []string { return sortedKeys(b.offered()) }

func (b *Board) offerRows(time.Time) func(string) any {
	all := b.offered()
	return func(key string) any {
		if r := all[key]; r != nil {
			return r
		}
		return nil
	}
}

// NeedRow is a pick bin that runs low. Its id names the bin and the item.
type NeedRow struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	Zone string    `json:"zone,omitempty"`
	By   time.Time `json:"by,omitzero"` // when the order due first of those that want the item is due

	floor.Need
}

func (b *Board) needed() map[string]*NeedRow {
	out := map[string]*NeedRow{}
	for _, n := range b.state.Replenish() {
		r := &NeedRow{ID: string(n.Bin) + "/" + string(n.SKU), Name: b.Called(n.SKU), Need: n}
		if at := b.state.Bins[n.Bin]; at != nil {
			r.Zone = at.Zone
		}
		for _, id := range b.bySKU[n.SKU] {
			if o := b.state.Orders[id]; o != nil && wants(o, n.SKU) && (r.By.IsZero() || o.Due.Before(r.By)) {
				r.By = o.Due
			}
		}
		out[r.ID] = r
	}
	return out
}

func (b *Board) needKeys(time.Time) []string { return sortedKeys(b.needed()) }

func (b *Board) needRows(time.Time) func(string) any {
	all := b.needed()
	return func(key string) any {
		if r := all[key]; r != nil {
			return r
		}
		return nil
	}
}
