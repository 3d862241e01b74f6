package clerk

import (
	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// corrected takes what a site says of how an order, or the stock of some items, stands there: its box decided before it was told its past,
// and what was heard here first may be otherwise. The box that holds the site is right.
func (f *folding) corrected(fact *store.Fact, r *floor.Record, e *floor.Corrected) error {
	if !on(RuleCorrected) {
		return nil
	}
	if e.Piece != nil {
		j, err := f.joining()
		if err != nil {
			return err
		}
		whole, err := e.Whole(j)
		if err != nil {
			f.odd(fact.Record, err.Error())
		}
		if whole == nil {
			return nil
		}
		e = whole
	}
	if len(e.Items) > 0 {
		if err := f.stockAnew(e.Items); err != nil {
			return err
		}
	}
	here := floor.NewState()
	if e.Order != "" {
		if err := (&floor.Corrected{Lines: e.Lines}).Take(here); err != nil || here.Orders[e.Order] == nil {
			f.odd(fact.Record, "how order "+string(e.Order)+" stands at the site cannot be read")
			return nil
		}
		words := f.siteName(f.site) + " says where the order stands: its box was put back, and has it otherwise than it was told here."
		if n := len(e.Commands); n > 0 {
			words += " " + order.Plural(n, "command") + " of it came to something else when it was given again."
		}
		return f.restatedOrder(fact, r, here.Orders[e.Order], false, words)
	}
	return e.Take(f.floor) // what was moved since the step began is among it
}
