package carton

import "fmt"

// screen sorts out what fits in no carton even by itself, and says why.
func (p *planner) screen() ([]int, []Left) {
	left := make([]int, len(p.kinds))
	var why []Left
	for i := range p.kinds {
		k := &p.kinds[i]
		left[i] = k.qty
		if k.own {
			continue
		}
		if r := p.whyNot(k); r != "" {
			left[i] = 0
			why = append(why, Left{Item: p.items[k.item].ID, Qty: k.qty, Reason: r})
		}
	}
	return left, why
}

// whyNot is empty when some carton takes a unit of this kind.
func (p *planner) whyNot(k *kind) string {
	if len(p.cartons) == 0 {
		return "there are no cartons to choose from"
	}
	lies, roomy, strong, there := false, false, false, false
	var longest, heaviest int64
	for i := range p.cartons {
		c := &p.cartons[i]
		longest = max(longest, int64(c.inner[0]), int64(c.inner[1]), int64(c.inner[2]))
		heaviest = max(heaviest, int64(c.Max))
		fits := k.lies(c)
		lies = lies || fits
		fits = fits && k.volume <= c.usable
		roomy = roomy || fits
		fits = fits && k.weight <= int64(c.Max)
		strong = strong || fits
		there = there || fits && (!c.Limited || c.Count > 0)
	}
	size := Size{int(k.turns[0].d[0]), int(k.turns[0].d[1]), int(k.turns[0].d[2])}
	guess := ""
	if k.guessed {
		guess = " (its size is a guess)"
	}
	switch {
	case there:
		return ""
	case k.weight > heaviest:
		return fmt.Sprintf("weighs %d g, the strongest carton takes %d g", k.weight, heaviest)
	case int64(k.longest()) > longest:
		return fmt.Sprintf("its longest side is %d mm, the longest carton is %d mm inside%s", k.longest(), longest, guess)
	case !lies:
		return fmt.Sprintf("%s fits in no carton the way it may lie%s", size, guess)
	case !roomy:
		return fmt.Sprintf("%s leaves no carton the free space the rules ask for%s", size, guess)
	case !strong:
		return fmt.Sprintf("the cartons %s fits in do not take %d g%s", size, k.weight, guess)
	}
	return "no carton that takes it is left on the shelf"
}

// leftOver names what would fit but was given no carton.
func (p *planner) leftOver(left []int, parcels int) []Left {
	var out []Left
	for i, n := range left {
		if n == 0 {
			continue
		}
		why := "no carton that takes it is left on the shelf"
		if p.rules.MaxCartons > 0 && parcels >= p.rules.MaxCartons {
			why = fmt.Sprintf("the order may take %d cartons, and they are full", p.rules.MaxCartons)
		}
		out = append(out, Left{Item: p.items[p.kinds[i].item].ID, Qty: n, Reason: why})
	}
	return out
}

// tooMuch says why the first carton cannot hold these units whatever the arrangement; empty when it may.
func (p *planner) tooMuch(units []int) string {
	c := &p.cartons[0]
	var weight, volume int64
	var classes uint64
	for i, n := range units {
		k := &p.kinds[i]
		weight += k.weight * int64(n)
		volume += k.volume * int64(n)
		classes |= k.class
		if !k.lies(c) {
			return fmt.Sprintf("%s does not lie in it the way it may: it is %s inside", p.items[i].ID, c.Inner)
		}
	}
	for i := range units {
		if p.kinds[i].apart&classes != 0 {
			return fmt.Sprintf("%s (%s) must not share a carton with the rest", p.items[i].ID, p.items[i].Class)
		}
	}
	switch {
	case weight > int64(c.Max):
		return fmt.Sprintf("too heavy: %d g, it takes %d g", weight, c.Max)
	case volume > c.Inner.Volume():
		return fmt.Sprintf("too much: %d cm³ of goods, it holds %d cm³", (volume+999)/1000, c.Inner.Volume()/1000)
	case volume > c.usable:
		return fmt.Sprintf("too full: %d cm³ of goods, with space for filler it holds %d cm³", (volume+999)/1000, c.usable/1000)
	}
	return ""
}
