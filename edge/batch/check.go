package batch

import (
	"fmt"
	"time"

	"picket/edge/route"
)

// Bounds of what is planned at once; beyond them it is a mistake of the caller.
const (
	maxOrders = 20_000
	maxLines  = 200_000
	maxQty    = 100_000
	maxUnit   = 100_000_000 // grams or millilitres
	maxWindow = 366 * 24 * time.Hour
)

func check(m *route.Map, t Task) error {
	if m == nil {
		return fmt.Errorf("layout: is missing")
	}
	switch t.Mode {
	case Discrete, Batch, Cluster, Zone, Singles:
	default:
		return fmt.Errorf("mode: is %q; %s, %s, %s, %s or %s are allowed", t.Mode, Discrete, Batch, Cluster, Zone, Singles)
	}
	for _, f := range []struct {
		name string
		v    int
	}{{"max weight", t.Cart.MaxWeightG}, {"max volume", t.Cart.MaxVolumeML}, {"max totes", t.Cart.MaxTotes},
		{"max orders", t.Cart.MaxOrders}, {"tote weight", t.Cart.ToteWeightG}, {"tote volume", t.Cart.ToteVolumeML}} {
		if f.v < 0 {
			return fmt.Errorf("cart: %s: is %d, must not be below 0", f.name, f.v)
		}
	}
	for _, f := range []struct {
		name string
		v    time.Duration
	}{{"window", t.Window}, {"top up", t.TopUp}} {
		if f.v < 0 || f.v > maxWindow {
			return fmt.Errorf("%s: is %s, 0 to %s are allowed", f.name, f.v, maxWindow)
		}
	}
	if len(t.Orders) > maxOrders {
		return fmt.Errorf("orders: %d are given, at most %d are planned at once", len(t.Orders), maxOrders)
	}
	seen := make(map[OrderID]bool, len(t.Orders))
	lines := 0
	for i, o := range t.Orders {
		if o.ID == "" {
			return fmt.Errorf("order %d: id: is missing", i+1)
		}
		if seen[o.ID] {
			return fmt.Errorf("order %q: id: stands twice", o.ID)
		}
		seen[o.ID] = true
		if lines += len(o.Lines); lines > maxLines {
			return fmt.Errorf("lines: more than %d are given, which is the most planned at once", maxLines)
		}
		if err := checkLines(o); err != nil {
			return err
		}
	}
	return nil
}

func checkLines(o Order) error {
	type key struct {
		id LineID
		at route.LocationID
	}
	seen := make(map[key]bool, len(o.Lines))
	for i, l := range o.Lines {
		name := fmt.Sprintf("order %q: line %q: ", o.ID, l.ID)
		if l.ID == "" {
			return fmt.Errorf("order %q: line %d: id: is missing", o.ID, i+1)
		}
		if seen[key{l.ID, l.Location}] {
			return fmt.Errorf("%sstands twice for location %q", name, l.Location)
		}
		seen[key{l.ID, l.Location}] = true
		if l.Qty < 1 || l.Qty > maxQty {
			return fmt.Errorf("%sqty: is %d, 1 to %d are allowed", name, l.Qty, maxQty)
		}
		if l.WeightG < 0 || l.WeightG > maxUnit {
			return fmt.Errorf("%sweight: is %d g, 0 to %d are allowed", name, l.WeightG, maxUnit)
		}
		if l.VolumeML < 0 || l.VolumeML > maxUnit {
			return fmt.Errorf("%svolume: is %d ml, 0 to %d are allowed", name, l.VolumeML, maxUnit)
		}
	}
	return nil
}
