package floor

import "slices"

// HandlingClasses are the ways goods want to be treated, in the order they are marked on a parcel.
var HandlingClasses = []string{"dangerous", "fragile", "upright", "chilled", "frozen", "food", "chemical", "bulky", "alcohol"}

// apart lists what may not share a parcel.
var apart = [][2]string{{"food", "chemical"}, {"food", "dangerous"}, {"chemical", "dangerous"}, {"chilled", "frozen"}, {"chilled", "dangerous"}, {"frozen", "dangerous"}}

func isHandling(class string) bool { return slices.Contains(HandlingClasses, class) }

// Marks are the handling classes of what is in a parcel, in the order of HandlingClasses.
func (s *State) Marks(u *Unit) []string {
	var out []string
	for _, class := range HandlingClasses {
		for _, c := range u.Contents {
			if it := s.Items[c.SKU]; it != nil && slices.Contains(it.Handling, class) {
				out = append(out, class)
				break
			}
		}
	}
	return out
}

// clash is the item in a parcel that another item may not go with, empty when they get along.
func (s *State) clash(u *Unit, sku SKU) SKU {
	it := s.Items[sku]
	if it == nil || len(it.Handling) == 0 {
		return ""
	}
	for _, c := range u.Contents {
		in := s.Items[c.SKU]
		if in == nil || c.SKU == sku {
			continue
		}
		if Apart(it.Handling, in.Handling) {
			return c.SKU
		}
	}
	return ""
}

// Apart says whether goods of these handling classes may not share a parcel.
func Apart(a, b []string) bool {
	for _, p := range apart {
		if slices.Contains(a, p[0]) && slices.Contains(b, p[1]) || slices.Contains(a, p[1]) && slices.Contains(b, p[0]) {
			return true
		}
	}
	return false
}
