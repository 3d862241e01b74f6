package clerk

import (
	"encoding/json"
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
	case *floor.PickShort:
		f.risk = append(f.risk, e.SKU)
	}
}

func oversoldKey(site floor.SiteID) string { return "oversold/" + string(site) }

// oversold tells the order that goes without: of those that still want the item the one that is due last.
func (f *folding) oversold() error {
	if len(f.risk) == 0 {
		return nil
	}
	slices.Sort(f.risk)
	levels, err := f.Levels(f.site, slices.Compact(f.risk))
	if err != nil {
		return err
	}
	text, err := f.Meta(oversoldKey(f.site))
	if err != nil {
		return err
	}
	short := map[floor.SKU]int64{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &short); err != nil {
			return err
		}
	}
	changed := false
	for _, l := range levels {
		n := max(0, l.Reserved-max(0, l.Promised))
		was := short[l.SKU]
		if n == was {
			continue
		}
		changed = true
		if short[l.SKU] = n; n == 0 {
			delete(short, l.SKU)
		}
		if n > was {
			if err := f.atRisk(l.SKU, n); err != nil {
				return err
			}
		}
	}
	if !changed {
		return nil
	}
	body, err := json.Marshal(short)
	if err != nil {
		return err
	}
	return f.SetMeta(oversoldKey(f.site), string(body))
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
