package carton

import "fmt"

// weights of a parcel: what the scale should say, and what the carrier asks money for.
func (r *Rules) weights(content, void int64, empty Grams, outer Size) (gross, dim, billable Grams) {
	gross = Grams(content) + empty + Grams(void*int64(r.Filler)/1_000_000)
	if r.Divisor > 0 {
		dim = Grams((outer.Volume() + int64(r.Divisor) - 1) / int64(r.Divisor)) // mm³ / (cm³/kg) are grams
	}
	billable = max(gross, dim)
	if r.Step > 0 {
		billable = (billable + r.Step - 1) / r.Step * r.Step
	}
	return gross, dim, billable
}

func (r *Rules) forWeight(billable Grams) Money { return (Money(billable)*r.PerKg + 999) / 1000 }

func (p *planner) price(n *parcel) (Money, Grams) {
	c := &p.cartons[n.carton]
	_, _, billable := p.rules.weights(n.content, c.Inner.Volume()-n.used, c.Empty, c.outer)
	return c.Cost + p.rules.forWeight(billable), billable
}

// packed writes a parcel out, unit by unit, from the floor up as the packer lays them.
func (p *planner) packed(n *parcel) Packed {
	c := &p.cartons[n.carton]
	out := Packed{Carton: c.ID, Inner: c.Inner, Outer: c.outer, Content: Grams(n.content), Used: n.used, Void: c.Inner.Volume() - n.used}
	out.Gross, out.DimWeight, out.Billable = p.rules.weights(n.content, out.Void, c.Empty, c.outer)
	out.Cost = c.Cost + p.rules.forWeight(out.Billable)
	for i := range n.blocks {
		out.Placements = p.lay(out.Placements, &n.blocks[i])
	}
	return out
}

func (p *planner) lay(to []Placement, b *block) []Placement {
	k := &p.kinds[b.kind]
	t := k.turns[b.turn]
	for z := range b.nz {
		for x := range b.nx {
			for y := range b.ny {
				to = append(to, Placement{Item: p.items[k.item].ID, X: int(b.x0 + x*t.d[0]), Y: int(b.y0 + y*t.d[1]), Z: int(b.z0 + z*t.d[2]),
					Size: Size{int(t.d[0]), int(t.d[1]), int(t.d[2])}, Up: t.up, Guessed: k.guessed})
			}
		}
	}
	return to
}

// number gives each placed unit its number within its item, over all parcels.
func (p *planner) number(parcels []Packed) {
	next := make(map[ItemID]int, len(p.items))
	for i := range parcels {
		for j := range parcels[i].Placements {
			pl := &parcels[i].Placements[j]
			pl.Unit = next[pl.Item]
			next[pl.Item]++
		}
	}
}

// ownParcels makes parcels of the items that ship in their own carton, as many as the rules allow, and says how many
// of them have to wait.
func (p *planner) ownParcels(left []int) ([]Packed, []int) {
	var out []Packed
	waiting := make([]int, len(left))
	for i := range p.kinds {
		k := &p.kinds[i]
		for k.own && left[i] > 0 && len(out) < p.allowed(0) {
			t := k.turns[0]
			size := Size{int(t.d[0]), int(t.d[1]), int(t.d[2])}
			o := Packed{Own: true, Outer: size, Content: Grams(k.weight), Used: k.volume}
			o.Gross, o.DimWeight, o.Billable = p.rules.weights(k.weight, 0, 0, size)
			o.Cost = p.rules.forWeight(o.Billable)
			o.Placements = []Placement{{Item: p.items[k.item].ID, Size: size, Up: t.up, Guessed: k.guessed}}
			out = append(out, o)
			left[i]--
		}
		if k.own {
			waiting[i], left[i] = left[i], 0
		}
	}
	return out, waiting
}

// ExpectedWeight is what a carton with these items should weigh, filler included, and what of it was guessed.
func ExpectedWeight(c Carton, items []Item, rules Rules) (Grams, []string, error) {
	p, notes, err := newPlanner([]Carton{c}, items, &rules)
	if err != nil {
		return 0, nil, err
	}
	var content, volume int64
	for i := range p.kinds {
		content += p.kinds[i].weight * int64(p.kinds[i].qty)
		volume += p.kinds[i].volume * int64(p.kinds[i].qty)
	}
	gross, _, _ := rules.weights(content, max(0, c.Inner.Volume()-volume), c.Empty, p.cartons[0].outer)
	return gross, notes, nil
}

// Fitting says whether a carton holds some items, and how or why not.
type Fitting struct {
	OK     bool
	Packed Packed   // where each unit lies, when OK
	Reason string   // when not
	Notes  []string // what was guessed
}

// Fits checks a packer's own choice. Not OK means that no arrangement was found; a person may still find one, but
// for the weight, and may say so.
func Fits(c Carton, items []Item, rules Rules) (Fitting, error) {
	p, notes, err := newPlanner([]Carton{c}, items, &rules)
	if err != nil {
		return Fitting{}, err
	}
	units := make([]int, len(p.kinds))
	for i := range p.kinds {
		units[i] = p.kinds[i].qty
	}
	if why := p.tooMuch(units); why != "" {
		return Fitting{Reason: why, Notes: notes}, nil
	}
	n, ok := p.allIn(0, units)
	if !ok {
		most, _ := p.fullest(units, []int{1}, 0)
		placed := sum(most.counts(len(units)))
		return Fitting{Reason: fmt.Sprintf("no arrangement was found: %d of %d units go in", placed, sum(units)), Notes: notes}, nil
	}
	packed := []Packed{p.packed(&n)}
	p.number(packed)
	return Fitting{OK: true, Packed: packed[0], Notes: notes}, nil
}
