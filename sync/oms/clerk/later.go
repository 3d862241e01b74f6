package clerk

import (
	"encoding/json"
	"errors"
	"slices"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// A site that takes back what it lost gives nothing back: it does not know yet what has left. What it was asked stays
// open, and it is asked again, under another id, when it says that it is whole. Or else an order that was taken from it
// meanwhile would wait there for a permit nobody gives.

// whyRecovering is why such a site refuses a recall.
const whyRecovering = "recovering"

func laterKey(site floor.SiteID) string { return "later/" + string(site) }

// later notes an ask that is to be put again.
type later struct {
	Order floor.OrderID `json:"order"`
	Ask   string        `json:"ask"`
}

func (w *work) laters(site floor.SiteID) (all []later, err error) {
	text, err := w.Meta(laterKey(site))
	if err != nil || text == "" {
		return nil, err
	}
	return all, json.Unmarshal([]byte(text), &all)
}

func (w *work) keepLaters(site floor.SiteID, all []later) error {
	text := ""
	if len(all) > 0 {
		b, err := json.Marshal(all)
		if err != nil {
			return err
		}
		text = string(b)
	}
	return w.SetMeta(laterKey(site), text)
}

// askedLater leaves an ask open that a site could not answer.
func (f *folding) askedLater(a *order.Assignment, r *floor.Record) error {
	all, err := f.laters(f.site)
	if err != nil {
		return err
	}
	x := later{Order: a.Order, Ask: string(r.Cause)}
	if !slices.Contains(all, x) {
		if err := f.keepLaters(f.site, append(all, x)); err != nil {
			return err
		}
	}
	return f.settleAsk(a, r, func(k *order.Ask, site string) {
		k.Words = site + " takes back records it lost, and cannot say yet: it is asked again when it has them."
	})
}

// askAnew asks a site that is whole again what it could not say.
func (f *folding) askAnew() error {
	all, err := f.laters(f.site)
	if err != nil || len(all) == 0 {
		return err
	}
	for _, x := range all {
		o, err := f.Order(x.Order)
		if errors.Is(err, store.ErrNone) {
			continue
		}
		if err != nil {
			return err
		}
		k := o.Ask(x.Ask)
		if k == nil || k.State != order.Open {
			continue
		}
		a, err := f.AssignmentOf(k.Assignment)
		if errors.Is(err, store.ErrNone) {
			continue
		}
		if err != nil {
			return err
		}
		k.ID, k.At = f.askID(o.ID), f.now
		if err := f.send(f.site, k.ID, k.Type, "order/"+string(a.At), k.Data); err != nil {
			return err
		}
		if err := f.PutOrder(o); err != nil {
			return err
		}
	}
	return f.keepLaters(f.site, nil)
}
