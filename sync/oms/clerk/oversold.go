package clerk

import (
	"slices"
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/order"
)

// less notes items whose book may have less than the centre promised, because goods are not there that the book had:
// counted, sold at the till, short, or corrected. A reservation moves nothing, so nobody is in anybody's way; what is
// promised and not there is told.
func (f *folding) less(e floor.Event) {
	switch e := e.(type) {
	case *floor.CountConfirmed:
		for i := range e.Lines {
			f.risk = append(f.risk, e.Lines[i].SKU)
			f.went(e.Lines[i].SKU, -e.Lines[i].Delta)
		}
	case *floor.StockAdjusted:
		f.risk = append(f.risk, e.SKU)
		f.went(e.SKU, -e.Delta)
	case *floor.TillSold:
		f.risk = append(f.risk, e.SKU)
		f.went(e.SKU, e.Qty)
	case *floor.AllotmentOverdrawn:
		f.risk = append(f.risk, e.SKU)
	case *floor.PickShort:
		f.risk = append(f.risk, e.SKU)
	}
}

// lacking is how many units of the items at risk are promised and not there, where any are.
func (f *folding) lacking() (map[floor.SKU]int64, error) {
	if len(f.risk) == 0 {
		return nil, nil
	}
	slices.Sort(f.risk)
	f.risk = slices.Compact(f.risk)
	levels, err := f.Levels(f.site, f.risk)
	if err != nil {
		return nil, err
	}
	out := map[floor.SKU]int64{}
	for _, l := range levels {
		out[l.SKU] = max(0, l.Reserved-max(0, l.Promised))
	}
	for sku, n := range f.lacked {
		out[sku] = n
	}
	return out, nil
}

// stockAnew forgets what stands of some items: the site says it anew. Less may be there than was promised, as it was before these facts.
func (f *folding) stockAnew(items []floor.SKU) error {
	f.risk = append(f.risk, items...)
	before, err := f.lacking()
	if err != nil {
		return err
	}
	if f.lacked == nil {
		f.lacked = map[floor.SKU]int64{}
	}
	for _, sku := range items {
		f.lacked[sku] = before[sku]
	}
	return f.EmptyStock(f.site, items)
}

// oversold tells the order that goes without, of those that still want the item the one that is due last, where more is
// lacking than was before these facts. What was lacking at an earlier time says nothing: orders were given back since.
func (f *folding) oversold(before map[floor.SKU]int64) error {
	f.lacked = nil
	after, err := f.lacking()
	if err != nil {
		return err
	}
	for _, sku := range f.risk {
		if n := after[sku]; n > before[sku] {
			if err := f.atRisk(sku, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *folding) atRisk(sku floor.SKU, n int64) error {
	words := strconv.FormatInt(n, 10) + " × " + f.name(sku) + " fewer than promised at " + f.work.name(f.site) + ": "
	if err := f.notice(Notice{What: "atp.oversold", Site: f.site, About: string(sku), Count: n, Words: words + "orders are at risk."}, nil); err != nil {
		return err
	}
	live, err := f.LiveAt(f.site)
	if err != nil {
		return err
	}
	var last *order.Order
	for i := range live {
		if !slices.ContainsFunc(live[i].Reserves(), func(l order.Line) bool { return l.SKU == sku && l.Qty > 0 }) {
			continue
		}
		o, err := f.Order(live[i].Order)
		if err != nil {
			return err
		}
		if last == nil || !o.Due.Before(last.Due) {
			last = &o
		}
	}
	if last == nil {
		return nil
	}
	return f.Tell(last.ID, order.Happened{At: f.now, What: "atp.oversold", Words: words + "the order is at risk. What the site cannot find goes to another one.", Site: f.site})
}
