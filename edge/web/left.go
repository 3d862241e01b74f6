package web

import (
	"cmp"
	"slices"

	"picket/edge/floor"
	"picket/edge/station"
	"picket/edge/view"
)

// Closed reads the orders that left the floor, as they left it. It is asked only after the board did not have
// what was asked for: an order is here before the board lets it go.
type Closed interface {
	// Find gives the orders behind keys (floor.Order.Keys), each once, in the order of the keys.
	Find(keys []string) ([]*floor.Order, error)
	view.Left
}

// closedOrder is an order that left the floor; nil when there is none.
func (s *Server) closedOrder(id floor.OrderID) (*floor.Order, error) {
	if s.past == nil {
		return nil, nil
	}
	return s.past.Order(id)
}

// closedUnder gives the orders that left the floor and have one of the keys.
func (s *Server) closedUnder(keys ...string) ([]*floor.Order, error) {
	if s.past == nil {
		return nil, nil
	}
	return s.past.Find(keys)
}

// closedNamed gives the orders that left the floor and bear a code, or are of a parcel.
func (s *Server) closedNamed(code string, unit floor.UnitID) ([]*floor.Order, error) {
	keys := floor.CodeKeys(code)
	if unit != "" {
		keys = append(keys, "unit/"+string(unit))
	}
	return s.closedUnder(keys...)
}

// scanClosed looks for a code nobody on the floor bears among the orders that left it. What is looked at first is
// what the board looks at first.
func (s *Server) scanClosed(out *meaning, m station.Meaning) error {
	if out.Order != nil || out.Item != nil || out.Bin != nil {
		return nil
	}
	code := out.Code
	if m.Order != "" {
		code = string(m.Order) // the site's own label, without its beginning
	}
	found, err := s.closedNamed(code, m.Unit)
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(a, b *floor.Order) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	for _, as := range []string{"receipt", "id", "number", "job", "parcel", "tracking"} {
		for _, o := range found {
			what, unit := view.Bears(o, code, m.Unit)
			if what != as {
				continue
			}
			out.Order = view.RowOf(o)
			switch as {
			case "receipt":
				out.Gift = code
			case "job":
				out.Job = floor.JobID(code)
			case "tracking":
				out.Unit = unit
			}
			return nil
		}
	}
	return nil
}

// findClosed adds the orders that left the floor and bear what was asked for; names are looked for on the floor only.
func (s *Server) findClosed(all []view.Findable, q string, unit floor.UnitID) ([]view.Findable, error) {
	found, err := s.closedNamed(q, unit)
	if err != nil || len(found) == 0 {
		return all, err
	}
	here := make(map[floor.OrderID]bool, len(all))
	for i := range all {
		here[all[i].Row.ID] = true
	}
	for _, o := range found {
		if !here[o.ID] {
			all = append(all, view.FindableOf(o))
		}
	}
	view.SortFindable(all)
	return all, nil
}
