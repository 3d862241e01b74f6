package floor

import (
	"slices"
	"strconv"
	"time"
)

// Where goods of a handling class are kept, and for how long they wait for their customer.

// keptApart are the classes that have places of their own, once a site has said where: from then on such goods
// are refused elsewhere.
var keptApart = []string{"dangerous", "chilled", "frozen"}

// HoldRule says how many hours goods of a handling class wait for their customer.
type HoldRule struct {
	Class string `json:"class"`
	Hours int    `json:"hours"`
}

// holdWrong says what is wrong with a list of hold rules, empty when nothing is.
func holdWrong(rules []HoldRule) string {
	for i, r := range rules {
		same := func(o HoldRule) bool { return o.Class == r.Class }
		switch {
		case !isHandling(r.Class):
			return "has " + strconv.Quote(clip(r.Class)) + " in its rule " + itoa(i+1) + ", which is no handling class"
		case slices.IndexFunc(rules, same) < i:
			return "names " + r.Class + " twice"
		case r.Hours < 1 || r.Hours > 24*365:
			return "has " + itoa(r.Hours) + " hours in its rule " + itoa(i+1) + ", but must be 1 to 8760"
		}
	}
	return ""
}

// handled says whether an item is of a handling class.
func (s *State) handled(sku SKU, class string) bool {
	it := s.Items[sku]
	return it != nil && slices.Contains(it.Handling, class)
}

// wrongPlace refuses to keep goods where this site does not keep their class.
func (s *State) wrongPlace(b *Bin, sku SKU) *Refusal {
	for _, class := range keptApart {
		if !s.handled(sku, class) || slices.Contains(b.Keeps, class) {
			continue
		}
		for _, x := range s.Bins {
			if (x.Use == "staging") == (b.Use == "staging") && slices.Contains(x.Keeps, class) {
				return Refuse(NotKeptHere, "got", s.name(sku), "class", class, "bin", string(b.ID))
			}
		}
	}
	return nil
}

// beside refuses to keep goods in one bin with goods they may not stand beside.
func (s *State) beside(b *Bin, sku SKU) *Refusal {
	it, p := s.Items[sku], s.Places[InBin(b.ID)]
	if it == nil || p == nil || len(it.Handling) == 0 {
		return nil
	}
	for _, x := range p.skus() {
		if in := s.Items[x]; x != sku && in != nil && p.Qty[x] > 0 && Apart(it.Handling, in.Handling) {
			return Refuse(NotBeside, "got", s.name(sku), "with", s.name(x), "bin", string(b.ID))
		}
	}
	return nil
}

// suits refuses a bin that is not for goods of this kind.
func (s *State) suits(b *Bin, sku SKU) *Refusal {
	if r := s.wrongPlace(b, sku); r != nil {
		return r
	}
	return s.beside(b, sku)
}

// shelfTime is how long an order may wait on the shelf because of what is in it; 0: as long as any other.
func (s *State) shelfTime(o *Order) time.Duration {
	least := 0
	for _, r := range s.Policy.HoldHours {
		for i := range o.Lines {
			if l := &o.Lines[i]; s.handled(l.SKU, r.Class) && (l.Staged > 0 || l.Told > 0) && (least == 0 || r.Hours < least) {
				least = r.Hours
			}
		}
	}
	return time.Duration(least) * time.Hour
}
