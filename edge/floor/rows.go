package floor

import "sort"

// Rows are the aggregates of one kind, by id. A snapshot costs a pointer each: one is copied only when it is
// changed while a snapshot still looks at it.
type Rows[K ~string, V row[V]] struct{ at map[K]*kept[V] }

// row is an aggregate that can make a deep copy of itself.
type row[V any] interface{ clone() V }

type kept[V any] struct {
	v   *V
	gen uint64
}

// Get is the aggregate, to be read only; nil when there is none.
func (r *Rows[K, V]) Get(id K) *V {
	if k := r.at[id]; k != nil {
		return k.v
	}
	return nil
}

// Len is how many there are.
func (r *Rows[K, V]) Len() int { return len(r.at) }

// IDs lists the ids, sorted.
func (r *Rows[K, V]) IDs() []K {
	out := make([]K, 0, len(r.at))
	for id := range r.at {
		out = append(out, id)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// All lists the aggregates by id, to be read only.
func (r *Rows[K, V]) All() []*V {
	ids := r.IDs()
	out := make([]*V, len(ids))
	for i, id := range ids {
		out[i] = r.at[id].v
	}
	return out
}

// change gives the aggregate to be written, nil when there is none.
func (r *Rows[K, V]) change(s *State, id K) *V {
	k := r.at[id]
	if k == nil {
		return nil
	}
	if k.gen != s.gen {
		c := (*k.v).clone()
		k = &kept[V]{v: &c, gen: s.gen}
		r.at[id] = k
	}
	return k.v
}

// put adds the aggregate, or replaces the one of that id.
func (r *Rows[K, V]) put(s *State, id K, v V) *V {
	if r.at == nil {
		r.at = map[K]*kept[V]{}
	}
	k := &kept[V]{v: &v, gen: s.gen}
	r.at[id] = k
	return k.v
}

// drop forgets the aggregate.
func (r *Rows[K, V]) drop(id K) { delete(r.at, id) }
