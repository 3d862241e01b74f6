package carton

import (
	"fmt"
	"slices"
)

// judge checks a plan against what was asked, unit by unit and pair by pair. It shares no code with the planner: what
// the planner believes of volumes, weights and support is worked out again from the request alone.
func judge(cartons []Carton, items []Item, r Rules, p Plan) error {
	byID := map[ItemID]Item{}
	want := map[ItemID]int{}
	for _, it := range items {
		byID[it.ID] = it
		want[it.ID] = it.Qty
	}
	used := map[ID]int{}
	seen := map[string]bool{}
	var cost Money
	var billable Grams
	for i, k := range p.Cartons {
		if err := judgeParcel(cartons, byID, r, k); err != nil {
			return fmt.Errorf("parcel %d (%s): %w", i, k.Carton, err)
		}
		used[k.Carton]++
		cost += k.Cost
		billable += k.Billable
		for _, pl := range k.Placements {
			name := fmt.Sprintf("%s/%d", pl.Item, pl.Unit)
			if seen[name] || pl.Unit < 0 || pl.Unit >= byID[pl.Item].Qty {
				return fmt.Errorf("unit %s is there twice, or was never asked for", name)
			}
			seen[name] = true
			want[pl.Item]--
		}
	}
	for _, l := range p.Left {
		if l.Qty < 1 || l.Reason == "" {
			return fmt.Errorf("%s is left without a number or a reason: %+v", l.Item, l)
		}
		want[l.Item] -= l.Qty
	}
	for id, n := range want {
		if n != 0 {
			return fmt.Errorf("%d units of %s are neither packed nor left", n, id)
		}
	}
	for _, c := range cartons {
		if c.Limited && used[c.ID] > c.Count {
			return fmt.Errorf("%d cartons %s of %d", used[c.ID], c.ID, c.Count)
		}
	}
	if r.MaxCartons > 0 && len(p.Cartons) > r.MaxCartons {
		return fmt.Errorf("%d parcels, %d allowed", len(p.Cartons), r.MaxCartons)
	}
	if cost != p.Cost || billable != p.Billable {
		return fmt.Errorf("sums: %d and %d, said %d and %d", cost, billable, p.Cost, p.Billable)
	}
	return nil
}

func judgeParcel(cartons []Carton, items map[ItemID]Item, r Rules, k Packed) error {
	var weight, volume int64
	for _, pl := range k.Placements {
		w := int64(items[pl.Item].Weight)
		if w == 0 {
			w = int64(r.AsWeight)
		}
		weight += w
		volume += int64(pl.Size.L) * int64(pl.Size.W) * int64(pl.Size.H)
		if err := judgeTurn(items[pl.Item], pl); err != nil {
			return err
		}
	}
	outer, empty, price, void := k.Outer, int64(0), int64(0), int64(0)
	if k.Own {
		if len(k.Placements) != 1 || !items[k.Placements[0].Item].Own || k.Carton != "" || k.Outer != k.Placements[0].Size {
			return fmt.Errorf("is no item in its own carton: %+v", k)
		}
	} else {
		i := slices.IndexFunc(cartons, func(c Carton) bool { return c.ID == k.Carton })
		if i < 0 {
			return fmt.Errorf("there is no such carton")
		}
		c := cartons[i]
		in := int64(c.Inner.L) * int64(c.Inner.W) * int64(c.Inner.H)
		if outer = c.Outer; outer == (Size{}) {
			outer = c.Inner
		}
		empty, price, void = int64(c.Empty), int64(c.Cost), in-volume
		if weight > int64(c.Max) {
			return fmt.Errorf("%d g in a carton for %d", weight, c.Max)
		}
		if volume*1000 > in*int64(1000-r.FreeShare) {
			return fmt.Errorf("%d mm³ in a carton of %d leaves less than %d per mille", volume, in, r.FreeShare)
		}
		if err := judgePlaces(c.Inner, items, r, k.Placements); err != nil {
			return err
		}
	}
	gross := weight + empty + void*int64(r.Filler)/1_000_000
	bill := gross
	if r.Divisor > 0 {
		num := int64(outer.L) * int64(outer.W) * int64(outer.H)
		dim := num / int64(r.Divisor)
		if num%int64(r.Divisor) > 0 {
			dim++
		}
		if int64(k.DimWeight) != dim {
			return fmt.Errorf("dimensional weight %d, should be %d", k.DimWeight, dim)
		}
		bill = max(bill, dim)
	}
	if s := int64(r.Step); s > 0 && bill%s > 0 {
		bill += s - bill%s
	}
	cost := price + (bill*int64(r.PerKg)+999)/1000
	got := [...]int64{int64(k.Content), int64(k.Gross), k.Used, k.Void, int64(k.Billable), int64(k.Cost)}
	if should := [...]int64{weight, gross, volume, void, bill, cost}; got != should || k.Outer != outer {
		return fmt.Errorf("content, gross, used, void, billable, cost are %v, should be %v", got, should)
	}
	return nil
}

func judgeTurn(it Item, pl Placement) error {
	up := it.Up
	if up == 0 {
		up = UpL | UpW | UpH
	}
	if up&pl.Up == 0 || pl.Up&(pl.Up-1) != 0 {
		return fmt.Errorf("%s stands on a side it may not: %d of %d", it.ID, pl.Up, up)
	}
	if it.Size == (Size{}) {
		if !pl.Guessed {
			return fmt.Errorf("%s: its size is a guess, and it is not said", it.ID)
		}
		return nil
	}
	upright := map[Sides]int{UpL: it.Size.L, UpW: it.Size.W, UpH: it.Size.H}[pl.Up]
	own, lies := []int{it.Size.L, it.Size.W, it.Size.H}, []int{pl.Size.L, pl.Size.W, pl.Size.H}
	slices.Sort(own)
	slices.Sort(lies)
	if upright != pl.Size.H || !slices.Equal(own, lies) {
		return fmt.Errorf("%s of %v lies as %v with side %d up", it.ID, it.Size, pl.Size, pl.Up)
	}
	return nil
}

func judgePlaces(in Size, items map[ItemID]Item, r Rules, all []Placement) error {
	apart := func(a, b Class) bool {
		return slices.ContainsFunc(r.Apart, func(x Apart) bool { return x == Apart{a, b} || x == Apart{b, a} })
	}
	share := r.Support
	if share == 0 {
		share = 80
	}
	cross := func(a0, a, b0, b int) int { return min(a0+a, b0+b) - max(a0, b0) }
	for i, a := range all {
		if a.X < 0 || a.Y < 0 || a.Z < 0 || a.X+a.Size.L > in.L || a.Y+a.Size.W > in.W || a.Z+a.Size.H > in.H {
			return fmt.Errorf("%s sticks out: %+v of %v", a.Item, a, in)
		}
		if items[a.Item].Own {
			return fmt.Errorf("%s ships in its own carton", a.Item)
		}
		base := 0
		for j, b := range all {
			if i == j {
				continue
			}
			x, y, z := cross(a.X, a.Size.L, b.X, b.Size.L), cross(a.Y, a.Size.W, b.Y, b.Size.W), cross(a.Z, a.Size.H, b.Z, b.Size.H)
			if x > 0 && y > 0 && z > 0 {
				return fmt.Errorf("%+v and %+v overlap", a, b)
			}
			if x > 0 && y > 0 && a.Z >= b.Z+b.Size.H && items[b.Item].NoTop {
				return fmt.Errorf("%+v lies above %+v, which bears nothing", a, b)
			}
			if x > 0 && y > 0 && a.Z == b.Z+b.Size.H {
				base += x * y
			}
			if apart(items[a.Item].Class, items[b.Item].Class) {
				return fmt.Errorf("%s and %s must not share a carton", a.Item, b.Item)
			}
		}
		if a.Z > 0 && base*100 < share*a.Size.L*a.Size.W {
			return fmt.Errorf("%+v rests on %d of %d mm²", a, base, a.Size.L*a.Size.W)
		}
	}
	return nil
}
