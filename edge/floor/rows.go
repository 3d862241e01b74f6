package floor

import "sort"

// Rows are the aggregates of one kind, by id. A snapshot costs a pointer each: one is copied only when it is
// changed while a snapshot still looks at it.
type Rows[K ~string, V row[V]] struct {
	at      map[K]*kept[V]
	watched bool
	changed []K // since somebody last asked; kept only while watched
}

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

// any says whether some aggregate passes. It sorts nothing.
func (r *Rows[K, V]) any(pass func(*V) bool) bool {
	for _, k := range r.at {
		if pass(k.v) {
			return true
		}
	}
	return false
}

// dropAll forgets every aggregate that passes.
func (r *Rows[K, V]) dropAll(pass func(*V) bool) {
	var ids []K
	for id, k := range r.at {
		if pass(k.v) {
			ids = append(ids, id)
		}
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	for _, id := range ids {
		r.drop(id)
	}
}

// change gives the aggregate to be written, nil when there is none.
func (r *Rows[K, V]) change(s *State, id K) *V {
	k := r.at[id]
	if k == nil {
		return nil
	}
	r.note(id)
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
	r.note(id)
	k := &kept[V]{v: &v, gen: s.gen}
	r.at[id] = k
	return k.v
}

// drop forgets the aggregate.
func (r *Rows[K, V]) drop(id K) {
	r.note(id)
	delete(r.at, id)
}

func (r *Rows[K, V]) note(id K) {
	if r.watched {
		r.changed = append(r.changed, id)
	}
}

// Section is the rows of some kind, for whoever shows them without knowing what they are. Rows are one.
type Section interface {
	Keys() []string     // every id, sorted
	Find(id string) any // a pointer to the aggregate, to be read only; nil when there is none
	Blank() any         // a pointer to an empty one, for whoever describes the section
	Watch()             // from now on Changed tells
	Changed() []string  // the ids written since it was last asked, some perhaps twice
}

// Keys lists every id, sorted.
func (r *Rows[K, V]) Keys() []string {
	ids := r.IDs()
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// Find is the aggregate as a value of any kind.
func (r *Rows[K, V]) Find(id string) any {
	if v := r.Get(K(id)); v != nil {
		return v
	}
	return nil
}

// Blank is an empty aggregate of the kind.
func (*Rows[K, V]) Blank() any { return new(V) }

// Watch makes the rows remember which of them were written. Whoever asks for it has to go on asking.
func (r *Rows[K, V]) Watch() { r.watched = true }

// Changed gives the ids that were written since it was last asked.
func (r *Rows[K, V]) Changed() []string {
	if len(r.changed) == 0 {
		return nil
	}
	out := make([]string, len(r.changed))
	for i, id := range r.changed {
		out[i] = string(id)
	}
	r.changed = r.changed[:0]
	return out
}
