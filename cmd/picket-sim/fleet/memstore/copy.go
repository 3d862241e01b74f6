package memstore

import (
	"maps"
	"slices"
)

// Copy is the store as a backup keeps it: what is added to either is not in the other.
func (s *Store) Copy() *Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Store{
		meta: maps.Clone(s.meta), items: maps.Clone(s.items), codes: maps.Clone(s.codes), sites: maps.Clone(s.sites),
		bins: nested(s.bins), users: nested(s.users), kept: nested(s.kept), marks: maps.Clone(s.marks), blocks: maps.Clone(s.blocks),
		feeds: nestedLists(s.feeds), facts: lists(s.facts), known: nested(s.known), chains: nested(s.chains), proofs: nested(s.proofs), snaps: maps.Clone(s.snaps), drift: nested(s.drift), parked: nested(s.parked), seconds: nested(s.seconds),
		orders: maps.Clone(s.orders), numbers: maps.Clone(s.numbers), wants: lists(s.wants), holders: maps.Clone(s.holders), assigned: maps.Clone(s.assigned),
		byOrder: lists(s.byOrder), byName: maps.Clone(s.byName), personal: maps.Clone(s.personal), lines: lists(s.lines),
		stock: nestedStock(s.stock), reserved: maps.Clone(s.reserved),
	}
}

// lists clones a map of lists. Both sides append to theirs, so neither may write behind the end of the other's.
func lists[K comparable, V any](m map[K][]V) map[K][]V {
	out := make(map[K][]V, len(m))
	for k, v := range m {
		out[k] = slices.Clip(v)
	}
	return out
}

func nested[A, B comparable, V any](m map[A]map[B]V) map[A]map[B]V {
	out := make(map[A]map[B]V, len(m))
	for k, in := range m {
		out[k] = maps.Clone(in)
	}
	return out
}

func nestedLists[A, B comparable, V any](m map[A]map[B][]V) map[A]map[B][]V {
	out := make(map[A]map[B][]V, len(m))
	for k, in := range m {
		out[k] = lists(in)
	}
	return out
}

func nestedStock[A, B, C comparable, V any](m map[A]map[B]map[C]V) map[A]map[B]map[C]V {
	out := make(map[A]map[B]map[C]V, len(m))
	for k, in := range m {
		out[k] = nested(in)
	}
	return out
}
