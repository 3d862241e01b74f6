package floor

import (
	"reflect"
	"slices"
	"strings"
)

// Ambiguous: several orders have the number somebody named one by.
const Ambiguous Code = "ambiguous"

var resolveWords = map[Code][2]string{
	Ambiguous: {"Number {number} is that of several orders: {orders}.", "Name the one you mean by its id; each stands in the list of orders with its number."},
}

// Resolve puts the id of an order wherever a command names it by its number, as people do, so that no verb has to
// know of numbers. past lists the orders that left the floor under a key (Order.Keys); nil: none did. What is no
// number either stays as it is: its verb says that nobody knows it. A command that brings an order names a new
// one, and is left alone; so is what the centre sends, which knows the ids.
func Resolve(s *State, m Meta, c Command, past func(key string) ([]OrderID, error)) (*Refusal, error) {
	switch c := c.(type) {
	case nil, *Assign, *ArchiveOrders:
		return nil, nil
	case *Scan: // by far the most frequent
		if s.Orders[c.Order] != nil {
			return nil, nil
		}
	case *GiveApproval:
		if name, ok := strings.CutPrefix(c.Subject, "order/"); ok {
			id, no, err := s.resolve(OrderID(name), past)
			c.Subject = "order/" + string(id)
			return no, err
		}
	}
	if m.Down != nil {
		return nil, nil
	}
	v := reflect.ValueOf(c)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, nil
	}
	plan := needsOf[v.Elem().Type()]
	if plan == nil {
		return nil, nil
	}
	var no *Refusal
	var fault error
	plan.orders(v.Elem(), func(at reflect.Value) {
		if no != nil || fault != nil {
			return
		}
		var id OrderID
		if id, no, fault = s.resolve(OrderID(at.String()), past); no == nil && fault == nil {
			at.SetString(string(id))
		}
	})
	return no, fault
}

// resolve is the order somebody names by its id or by its number; what is neither is given back.
func (s *State) resolve(name OrderID, past func(key string) ([]OrderID, error)) (OrderID, *Refusal, error) {
	if name == "" || len(name) > MaxID || s.Orders[name] != nil {
		return name, nil, nil
	}
	return ResolveAmong(name, s.OrdersNumbered(string(name)), past)
}

// ResolveAmong is the order that somebody names, who names none on the floor by its id: found are those there with
// that number. What is no number either is given back.
func ResolveAmong(name OrderID, found []OrderID, past func(key string) ([]OrderID, error)) (OrderID, *Refusal, error) {
	if past != nil {
		if is, err := past("order/" + string(name)); err != nil || len(is) > 0 {
			return name, nil, err // it left, and is named by its id
		}
		gone, err := past("number/" + strings.ToUpper(string(name)))
		if err != nil {
			return name, nil, err
		}
		for _, id := range gone {
			if !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
	}
	switch len(found) {
	case 0:
		return name, nil, nil
	case 1:
		return found[0], nil, nil
	}
	return name, AmbiguousOrder(string(name), found), nil
}

// AmbiguousOrder refuses a number that several orders have, and names them.
func AmbiguousOrder(number string, ids []OrderID) *Refusal {
	var names []string
	for _, id := range ids {
		names = append(names, string(id))
	}
	return Refuse(Ambiguous, "number", number, "orders", strings.Join(names, " and "))
}

// OrdersNumbered are the orders on the floor with a number, in any case of its letters, sorted.
func (s *State) OrdersNumbered(number string) []OrderID {
	var out []OrderID
	for id, o := range s.Orders {
		if strings.EqualFold(o.Number, number) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// orders gives fn every place in a command where the id of an order stands.
func (n *needs) orders(v reflect.Value, fn func(reflect.Value)) {
	for i := range *n {
		p := &(*n)[i]
		f := v.Field(p.field)
		switch {
		case p.what == 'o':
			fn(f)
		case p.what == 's':
			p.inside.orders(f, fn)
		case p.what == 'l':
			for k := range f.Len() {
				if at := f.Index(k); at.Kind() == reflect.Struct {
					p.inside.orders(at, fn)
				} else if (*p.inside)[0].what == 'o' {
					fn(at)
				}
			}
		}
	}
}
