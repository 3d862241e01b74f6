package web

import (
	"net/http"
	"strings"

	"picket/edge/floor"
	"picket/edge/view"
)

// People name an order by its number, and programs by its id: wherever an address, a filter or a body that asks for
// something names an order, either will do. Commands are resolved behind the door (floor.Resolve), where they are
// decided.

// orderNamed is the id of the order somebody names, on the floor or in the archive. A name that is neither an id nor a
// number comes back as it is: whoever looks for it finds nothing. at says where the name stood.
func (s *Server) orderNamed(at, name string) (floor.OrderID, *Problem, error) {
	id, here := floor.OrderID(name), false
	if name == "" || len(name) > floor.MaxID {
		return id, nil, nil
	}
	var found []floor.OrderID
	s.feed.look(func(b *view.Board) { found, here = b.OrdersNamed(name) })
	if here {
		return id, nil, nil
	}
	id, no, err := floor.ResolveAmong(id, found, func(key string) ([]floor.OrderID, error) {
		closed, err := s.closedUnder(key)
		ids := make([]floor.OrderID, len(closed))
		for i, o := range closed {
			ids[i] = o.ID
		}
		return ids, err
	})
	if no != nil {
		return id, bad(http.StatusUnprocessableEntity, at, no.Words()+" "+no.Hint(), short(name)), nil
	}
	return id, nil, err
}

// namesOrder puts the id of an order where somebody named one, and says whether to go on.
func (s *Server) namesOrder(w http.ResponseWriter, r *http.Request, at string, order *floor.OrderID) bool {
	id, p, err := s.orderNamed(at, string(*order))
	switch {
	case err != nil:
		s.fault(w, r, "order", err)
	case p != nil:
		p.write(w)
	default:
		*order = id
		return true
	}
	return false
}

// filtersOrder does likewise for the filters of a list.
func (s *Server) filtersOrder(w http.ResponseWriter, r *http.Request, l *view.List, where map[string]string) bool {
	for _, f := range [...]struct{ field, before string }{{"order", ""}, {"subject", "order/"}} {
		name, ok := strings.CutPrefix(where[f.field], f.before)
		if !ok || name == "" || !has(l.Filters(), f.field) {
			continue
		}
		id := floor.OrderID(name)
		if !s.namesOrder(w, r, "query."+f.field, &id) {
			return false
		}
		where[f.field] = f.before + string(id)
	}
	return true
}

// orders are where a question to the planners names orders.
func (a *RunsAsk) orders() []*floor.OrderID {
	out := make([]*floor.OrderID, len(a.Orders))
	for i := range a.Orders {
		out[i] = &a.Orders[i]
	}
	return out
}

func (a *CartonsAsk) orders() []*floor.OrderID { return []*floor.OrderID{&a.Order} }
func (a *FitsAsk) orders() []*floor.OrderID    { return []*floor.OrderID{&a.Order} }
