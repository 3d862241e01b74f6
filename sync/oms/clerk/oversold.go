package clerk

import (
	"maps"
	"slices"
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/wire"
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
	out, err := f.lacks(f.risk)
	for sku, n := range f.lacked {
		out[sku] = n
	}
	return out, err
}

// lacks is how many units of some items, or of all, are promised at the site and not there.
func (f *folding) lacks(items []floor.SKU) (map[floor.SKU]int64, error) {
	levels, err := f.Levels(f.site, items)
	out := map[floor.SKU]int64{}
	for _, l := range levels {
		if n := l.Reserved - max(0, l.Promised); n > 0 {
			out[l.SKU] = n
		}
	}
	return out, err
}

// lack is what was promised at a site and not there, before it began to restate what stands there.
type lack struct {
	Of map[floor.SKU]int64 `json:"of,omitempty"`
}

// restates notes what is lacking before the mirror is emptied. One that was cut short left an empty mirror: what was lacking before that counts.
func (f *folding) restates() error {
	g, err := gapOf(f, f.site)
	if f.restating = true; err != nil || g.Before != nil {
		return err
	}
	g.Before = &lack{}
	if g.Before.Of, err = f.lacks(nil); err != nil {
		return err
	}
	return f.keepGap(f.site, g)
}

// underWay says whether the box of that log restates. One that was cut short and comes from another log is nobody's any more.
func (g *Gap) underWay(log wire.LogID) bool {
	return g.Before != nil && g.Covers != nil && wire.LogID(g.Covers.Log) == log
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
// lacking than was before these facts. What was lacking at an earlier time says nothing: orders were given back since. While a site
// restates what stands there it is not known what is lacking: all is looked at when it is whole.
func (f *folding) oversold(before map[floor.SKU]int64) error {
	f.lacked = nil
	after, err := f.lackingNow()
	if err != nil {
		return err
	}
	if f.anew != nil {
		before = f.anew.Of
	}
	maps.DeleteFunc(after, func(sku floor.SKU, n int64) bool { return n <= before[sku] })
	if len(after) == 0 {
		return nil
	}
	last, err := f.dueLast(after)
	if err != nil {
		return err
	}
	many := f.anew != nil && len(after) > itemsSaid
	if many {
		if err := f.manyLack(after); err != nil {
			return err
		}
	}
	for _, sku := range slices.Sorted(maps.Keys(after)) {
		if err := f.atRisk(sku, after[sku], last[sku], !many); err != nil {
			return err
		}
	}
	return nil
}

// itemsSaid is how many items that lack behind a restatement are said each by itself: more would push every other notice out.
const itemsSaid = 20

// manyLack says it of many items in one notice.
func (f *folding) manyLack(of map[floor.SKU]int64) error {
	all := int64(0)
	for _, n := range of {
		all += n
	}
	return f.notice(Notice{What: "atp.oversold", Site: f.site, Count: all, Words: "Of " + order.Plural(len(of), "item") + " there are fewer than promised at " + f.work.name(f.site) +
		", " + order.Plural(int(all), "unit") + " in all: orders are at risk. Each says which item it lacks."}, nil)
}

// dueLast is, of the orders that still want one of some items, for each the one that is due last. The site's orders are read once, however
// many items lack: behind a restatement it may be all.
func (f *folding) dueLast(of map[floor.SKU]int64) (map[floor.SKU]*order.Order, error) {
	live, err := f.LiveAt(f.site)
	if err != nil {
		return nil, err
	}
	last := map[floor.SKU]*order.Order{}
	for i := range live {
		var o *order.Order
		for _, l := range live[i].Reserves() {
			if of[l.SKU] == 0 || l.Qty <= 0 {
				continue
			}
			if o == nil {
				its, err := f.Order(live[i].Order)
				if err != nil {
					return nil, err
				}
				o = &its
			}
			if had := last[l.SKU]; had == nil || !o.Due.Before(had.Due) {
				last[l.SKU] = o
			}
		}
	}
	return last, nil
}

func (f *folding) lackingNow() (map[floor.SKU]int64, error) {
	if f.anew != nil {
		return f.lacks(nil)
	}
	if f.restating || f.gap.underWay(f.mark.Applied.Log) {
		return nil, nil
	}
	return f.lacking()
}

// atRisk tells the order that is due last, and, unless it was said of many items at once, everybody.
func (f *folding) atRisk(sku floor.SKU, n int64, last *order.Order, everybody bool) error {
	words := strconv.FormatInt(n, 10) + " × " + f.name(sku) + " fewer than promised at " + f.work.name(f.site) + ": "
	if everybody {
		if err := f.notice(Notice{What: "atp.oversold", Site: f.site, About: string(sku), Count: n, Words: words + "orders are at risk."}, nil); err != nil {
			return err
		}
	}
	if last == nil {
		return nil
	}
	return f.Tell(last.ID, order.Happened{At: f.now, What: "atp.oversold", Words: words + "the order is at risk. What the site cannot find goes to another one.", Site: f.site})
}
