package carton

import (
	"fmt"
	"strings"
)

// Limits of what is taken as input. They keep every sum far inside 64 bits and the time bounded.
const (
	MaxSide    = 20_000 // mm
	MaxWeight  = Grams(50_000_000)
	MaxMoney   = Money(1_000_000_000_000)
	MaxTypes   = 100
	MaxItems   = 1000
	MaxUnits   = 1000
	MaxClasses = 64
	maxName    = 80
)

func checkSize(field string, s Size) error {
	for _, d := range []struct {
		name string
		mm   int
	}{{"length", s.L}, {"width", s.W}, {"height", s.H}} {
		if err := between(field+"."+d.name, int64(d.mm), 1, MaxSide, "mm"); err != nil {
			return err
		}
	}
	return nil
}

func between(field string, n, low, high int64, unit string) error {
	if n < low || n > high {
		return fmt.Errorf("%s: is %d, must be from %d to %d %s", field, n, low, high, unit)
	}
	return nil
}

func checkName(field, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s: is missing", field)
	case len(name) > maxName:
		return fmt.Errorf("%s: is %d bytes long, at most %d are allowed", field, len(name), maxName)
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return fmt.Errorf("%s: %q has a control character", field, name)
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func checkCarton(f string, c *Carton) error {
	outer := c.Outer
	if outer == (Size{}) {
		outer = c.Inner
	}
	err := first(
		checkName(f+".id", string(c.ID)), checkSize(f+".inner", c.Inner), checkSize(f+".outer", outer),
		between(f+".empty", int64(c.Empty), 0, int64(MaxWeight), "g"),
		between(f+".max", int64(c.Max), 1, int64(MaxWeight), "g"),
		between(f+".cost", int64(c.Cost), 0, int64(MaxMoney), "minor units"),
		between(f+".count", int64(c.Count), 0, 1_000_000, "cartons"))
	if err != nil {
		return err
	}
	if outer.L < c.Inner.L || outer.W < c.Inner.W || outer.H < c.Inner.H {
		return fmt.Errorf("%s.outer: %s is smaller than the inside, %s", f, outer, c.Inner)
	}
	if !c.Limited && c.Count > 0 {
		return fmt.Errorf("%s.count: is %d, but the carton is not limited", f, c.Count)
	}
	return nil
}

func checkItem(f string, it *Item) error {
	err := first(
		checkName(f+".id", string(it.ID)),
		between(f+".qty", int64(it.Qty), 1, MaxUnits, "units"),
		between(f+".weight", int64(it.Weight), 0, int64(MaxWeight), "g"),
		between(f+".volume", it.Volume, 0, int64(MaxSide)*int64(MaxSide)*int64(MaxSide), "mm³"))
	if err != nil {
		return err
	}
	if it.Size != (Size{}) {
		if err := checkSize(f+".size", it.Size); err != nil {
			return err
		}
	}
	if it.Up > AnySides {
		return fmt.Errorf("%s.up: has unknown sides (%d)", f, it.Up)
	}
	if it.Class != "" {
		return checkName(f+".class", string(it.Class))
	}
	return nil
}

func checkRules(r *Rules) error {
	err := first(
		between("rules.divisor", int64(r.Divisor), 0, 1_000_000, "cm³/kg"),
		between("rules.step", int64(r.Step), 0, 1_000_000, "g"),
		between("rules.perKg", int64(r.PerKg), 0, 1_000_000_000, "minor units"),
		between("rules.freeShare", int64(r.FreeShare), 0, 900, "per mille"),
		between("rules.filler", int64(r.Filler), 0, 10_000, "g per litre"),
		between("rules.support", int64(r.Support), 0, 100, "per cent"),
		between("rules.maxCartons", int64(r.MaxCartons), 0, MaxUnits, "cartons"),
		between("rules.density", int64(r.Density), 0, 100_000, "g per litre"),
		between("rules.asVolume", r.AsVolume, 0, 1_000_000_000_000, "mm³"),
		between("rules.asWeight", int64(r.AsWeight), 0, int64(MaxWeight), "g"))
	if err != nil {
		return err
	}
	for i, a := range r.Apart {
		f := fmt.Sprintf("rules.apart[%d]", i)
		if err := first(checkName(f+".a", string(a.A)), checkName(f+".b", string(a.B))); err != nil {
			return err
		}
	}
	return nil
}

func checkAll(cartons []Carton, items []Item, r *Rules) error {
	if len(cartons) > MaxTypes {
		return fmt.Errorf("cartons: are %d types, at most %d are allowed", len(cartons), MaxTypes)
	}
	if len(items) > MaxItems {
		return fmt.Errorf("items: are %d, at most %d are allowed", len(items), MaxItems)
	}
	seen := map[string]bool{}
	for i := range cartons {
		f := fmt.Sprintf("cartons[%d]", i)
		if err := checkCarton(f, &cartons[i]); err != nil {
			return err
		}
		if seen[string(cartons[i].ID)] {
			return fmt.Errorf("%s.id: %q is there twice", f, cartons[i].ID)
		}
		seen[string(cartons[i].ID)] = true
	}
	clear(seen)
	units := 0
	for i := range items {
		f := fmt.Sprintf("items[%d]", i)
		if err := checkItem(f, &items[i]); err != nil {
			return err
		}
		if seen[string(items[i].ID)] {
			return fmt.Errorf("%s.id: %q is there twice", f, items[i].ID)
		}
		seen[string(items[i].ID)] = true
		if units += items[i].Qty; units > MaxUnits {
			return fmt.Errorf("%s.qty: brings the order to more than %d units; plan large orders by pallet", f, MaxUnits)
		}
	}
	return checkRules(r)
}

func (s Size) String() string { return fmt.Sprintf("%d×%d×%d mm", s.L, s.W, s.H) }
