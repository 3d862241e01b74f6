package web

import (
	"cmp"
	"context"
	"slices"
	"time"

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

// findClosed adds the orders that left the floor and bear what was asked for, or whose goods come back under it.
func (s *Server) findClosed(all []view.Findable, here map[floor.OrderID]bool, q string, unit floor.UnitID, back []view.FoundReturn) ([]view.Findable, error) {
	found, err := s.closedNamed(q, unit)
	if err != nil {
		return all, err
	}
	for _, r := range back {
		if r.Order == "" || here[r.Order] {
			continue
		}
		o, err := s.closedOrder(r.Order)
		if err != nil {
			return all, err
		}
		if o != nil {
			found = append(found, o)
		}
	}
	for _, o := range found {
		if !here[o.ID] {
			here[o.ID] = true
			all = append(all, view.FindableOf(o))
		}
	}
	view.SortFindable(all)
	return all, nil
}

// How far a search looks back among the orders that left: so many days of due times, so many orders, so long.
const (
	lookDays = 400
	lookMost = 20_000
	lookTime = 3 * time.Second
)

// lookBack goes through the orders that left the floor, the last days first, for what has no key there: a name, a
// phone number, a pickup code, the end of a number. They are found for as long as the rows they name are kept. seen
// are those looked at already. It says how far back it came where it did not come to the end.
func (s *Server) lookBack(ctx context.Context, seen map[floor.OrderID]bool, look func(*view.Findable) bool) (time.Time, error) {
	if s.past == nil {
		return time.Time{}, nil
	}
	now := s.clock()
	first, n, enough := "", 0, false // no order is due before first
	err := s.past.ByDue("", func(key string, _ *floor.Order) bool { first = key; return false })
	if err != nil || first == "" {
		return time.Time{}, err
	}
	from, until := now.UTC().Truncate(24*time.Hour), "" // what is due later and over already comes first
	for range lookDays {
		if err := ctx.Err(); err != nil {
			return from, nil // whoever asked has gone
		}
		err := s.past.ByDue(floor.DueKey(from, ""), func(key string, o *floor.Order) bool {
			if until != "" && key >= until {
				return false
			}
			if n++; seen[o.ID] {
				return true
			}
			f := view.FindableOf(o)
			enough = !look(&f)
			return !enough
		})
		switch until = floor.DueKey(from, ""); {
		case err != nil:
			return from, err
		case enough, until <= first:
			return time.Time{}, nil
		case n >= lookMost, s.clock().Sub(now) > lookTime:
			return from, nil
		}
		from = from.Add(-24 * time.Hour)
	}
	return from.Add(24 * time.Hour), nil
}
