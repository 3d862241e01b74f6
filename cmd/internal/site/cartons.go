package site

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"picket/edge/carton"
	"picket/edge/floor"
	"picket/edge/view"
	"picket/edge/web"
)

// packing is what a carton planner is asked: the site's cartons, some units of an order, and the rules.
type packing struct {
	cartons []carton.Carton
	items   []carton.Item
	rules   carton.Rules
}

// What is taken for granted of goods nobody measured: half a kilogram to the litre, and half a litre of them.
// Every guess stands in the notes of the plan.
const (
	usualDensity = 500
	usualVolume  = 500_000
	usualWeight  = 250
)

// Cartons obeys web.Planner.
func (p *planning) Cartons(_ context.Context, ask web.CartonsAsk) (web.CartonPlan, error) {
	k, err := p.packing(ask.Order, ask.Lines)
	if err != nil {
		return web.CartonPlan{}, err
	}
	plan, err := carton.Choose(k.cartons, k.items, k.rules)
	if err != nil {
		return web.CartonPlan{}, unpackable(err)
	}
	out := web.CartonPlan{Parcels: []web.PlannedParcel{}, Left: []web.LeftUnits{}, Notes: append([]string{}, plan.Notes...)}
	for i := range plan.Cartons {
		out.Parcels = append(out.Parcels, k.parcel(&plan.Cartons[i]))
	}
	for _, l := range plan.Left {
		it := k.item(l.Item)
		out.Left = append(out.Left, web.LeftUnits{Line: floor.LineID(it.Line), SKU: floor.SKU(it.SKU), Qty: l.Qty, Why: l.Reason})
	}
	return out, nil
}

// Fits obeys web.Planner.
func (p *planning) Fits(_ context.Context, ask web.FitsAsk) (web.CartonFit, error) {
	k, err := p.packing(ask.Order, ask.Lines)
	if err != nil {
		return web.CartonFit{}, err
	}
	i := slices.IndexFunc(k.cartons, func(c carton.Carton) bool { return c.ID == carton.ID(ask.Carton) })
	if i < 0 {
		return web.CartonFit{}, &web.PlanError{Field: "carton", Why: "is not a carton of this site"}
	}
	fit, err := carton.Fits(k.cartons[i], k.items, k.rules)
	if err != nil {
		return web.CartonFit{}, unpackable(err)
	}
	out := web.CartonFit{OK: fit.OK, Why: fit.Reason, Notes: append([]string{}, fit.Notes...)}
	if fit.OK {
		one := k.parcel(&fit.Packed)
		out.Parcel = &one
	}
	return out, nil
}

// unpackable is a request the planner cannot take, such as more units than an order has.
func unpackable(err error) error {
	field, why, ok := strings.Cut(err.Error(), ": ")
	if !ok {
		return err
	}
	return &web.PlanError{Field: "lines", Why: field + " " + why}
}

// packing reads off the board what is to be packed.
func (p *planning) packing(id floor.OrderID, lines []web.LineQty) (k packing, err error) {
	known := false
	p.feed.Look(func(b *view.Board) {
		b.Floor(func(s *floor.State) {
			o := s.Orders[id]
			if known = o != nil; !known {
				return
			}
			service := serviceOf(s, o)
			k.cartons = cartonsOf(s, service)
			if len(lines) == 0 {
				lines = toPack(o)
			}
			k.items, err = itemsOf(s, o, lines)
			k.rules = carton.Rules{Divisor: service.Divisor, Density: usualDensity, AsVolume: usualVolume, AsWeight: usualWeight, Apart: apartIn(k.items)}
		})
	})
	switch {
	case !known:
		return k, web.ErrNoOrder
	case err != nil:
		return k, err
	case len(k.items) == 0:
		return k, &web.PlanError{Field: "lines", Why: "are none: nothing of the order is to be packed"}
	case len(k.cartons) == 0:
		return k, &web.PlanError{Field: "order", Why: "cannot be planned: this site knows no cartons yet"}
	}
	return k, nil
}

// toPack is what stands on the bench; before anything is picked it is all that is wanted.
func toPack(o *floor.Order) []web.LineQty {
	var here, wanted []web.LineQty
	for i := range o.Lines {
		l := &o.Lines[i]
		if n := o.ToPack(l); n > 0 {
			here = append(here, web.LineQty{Line: l.ID, Qty: n})
		}
		if n := l.Wanted() - o.InUnits(l.ID); n > 0 {
			wanted = append(wanted, web.LineQty{Line: l.ID, Qty: n})
		}
	}
	if len(here) > 0 {
		return here
	}
	return wanted
}

func itemsOf(s *floor.State, o *floor.Order, lines []web.LineQty) ([]carton.Item, error) {
	var out []carton.Item
	for i, ask := range lines {
		l := o.Line(ask.Line)
		switch {
		case l == nil:
			return nil, &web.PlanError{Field: fmt.Sprintf("lines[%d].line", i), Why: "is not a line of order " + string(o.ID)}
		case slices.ContainsFunc(lines[:i], func(x web.LineQty) bool { return x.Line == ask.Line }):
			return nil, &web.PlanError{Field: fmt.Sprintf("lines[%d].line", i), Why: "is there for the second time"}
		case ask.Qty < 1 || ask.Qty > l.Qty:
			return nil, &web.PlanError{Field: fmt.Sprintf("lines[%d].qty", i), Why: fmt.Sprintf("is %d, the line has 1 to %d", ask.Qty, l.Qty)}
		}
		it := carton.Item{ID: carton.ItemID(l.ID), Line: string(l.ID), SKU: string(l.SKU), Qty: ask.Qty}
		if at := s.Items[l.SKU]; at != nil {
			grams, _ := sizes(at)
			it.Weight, it.Own = carton.Grams(grams), at.OwnBox
			if at.LengthMM > 0 && at.WidthMM > 0 && at.HeightMM > 0 {
				it.Size = carton.Size{L: at.LengthMM, W: at.WidthMM, H: at.HeightMM}
			}
			it.NoTop = slices.Contains(at.Handling, "fragile")
			if slices.Contains(at.Handling, "upright") {
				it.Up = carton.Upright
			}
			it.Class = carton.Class(strings.Join(mixing(at.Handling), separator))
		}
		out = append(out, it)
	}
	return out, nil
}

// separator joins the classes of one item to the planner's one class.
const separator = "+"

// mixing are the handling classes that keep goods apart from others, in one order.
func mixing(handling []string) []string {
	var out []string
	for _, c := range floor.HandlingClasses {
		if !slices.Contains(handling, c) {
			continue
		}
		if slices.ContainsFunc(floor.HandlingClasses, func(other string) bool { return floor.Apart([]string{c}, []string{other}) }) {
			out = append(out, c)
		}
	}
	return out
}

// apartIn names the classes among some items that must not be mixed.
func apartIn(items []carton.Item) []carton.Apart {
	var out []carton.Apart
	var seen []carton.Class
	for _, it := range items {
		if it.Class == "" || slices.Contains(seen, it.Class) {
			continue
		}
		for _, other := range seen {
			if floor.Apart(strings.Split(string(it.Class), separator), strings.Split(string(other), separator)) {
				out = append(out, carton.Apart{A: other, B: it.Class})
			}
		}
		seen = append(seen, it.Class)
	}
	return out
}

// serviceOf is how the order leaves, as far as the carrier told the site.
func serviceOf(s *floor.State, o *floor.Order) floor.Service {
	c := s.Carriers.Get(floor.CarrierID(o.Carrier))
	if c == nil {
		return floor.Service{}
	}
	for _, v := range c.Services {
		if v.Code == o.Service || o.Service == "" && len(c.Services) == 1 {
			return v
		}
	}
	return floor.Service{}
}

// cartonsOf are the site's cartons the carrier takes, the heaviest content being what the parcel may weigh
// less the carton.
func cartonsOf(s *floor.State, service floor.Service) []carton.Carton {
	var out []carton.Carton
	for _, c := range s.Cartons.All() {
		most := 0
		for _, g := range []int{c.MaxG, service.MaxG} {
			if g > 0 && (most == 0 || g < most) {
				most = g
			}
		}
		one := carton.Carton{ID: carton.ID(c.ID), Inner: carton.Size(c.Inner), Outer: carton.Size(c.Outer), Empty: carton.Grams(c.WeightG), Max: carton.MaxWeight}
		if most > 0 {
			one.Max = carton.Grams(most - c.WeightG)
		}
		if c.Cost != nil {
			one.Cost = carton.Money(c.Cost.Minor)
		}
		if one.Max > 0 && service.Max.Holds(c.Outer) && len(out) < carton.MaxTypes {
			out = append(out, one)
		}
	}
	return out
}

func (k *packing) item(id carton.ItemID) carton.Item {
	i := slices.IndexFunc(k.items, func(it carton.Item) bool { return it.ID == id })
	return k.items[i]
}

// parcel is a planned carton in the floor's words.
func (k *packing) parcel(c *carton.Packed) web.PlannedParcel {
	out := web.PlannedParcel{Carton: floor.CartonID(c.Carton), GrossG: int64(c.Gross), BillableG: int64(c.Billable), Outer: floor.Dims(c.Outer),
		Contents: []web.LineQty{}, Placements: make([]web.Placement, len(c.Placements))}
	for i, at := range c.Placements {
		it := k.item(at.Item)
		line := floor.LineID(it.Line)
		out.Placements[i] = web.Placement{Line: line, SKU: floor.SKU(it.SKU), X: at.X, Y: at.Y, Z: at.Z, Size: floor.Dims(at.Size), Guessed: at.Guessed}
		j := slices.IndexFunc(out.Contents, func(x web.LineQty) bool { return x.Line == line })
		if j < 0 {
			j, out.Contents = len(out.Contents), append(out.Contents, web.LineQty{Line: line})
		}
		out.Contents[j].Qty++
	}
	return out
}
