package memstore

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

type (
	numbered struct {
		channel, number string
	}
	at struct {
		site floor.SiteID
		id   floor.OrderID
	}
	blockKey struct {
		prefix string
		from   uint64
	}
)

// Store is the database. Make one with New.
type Store struct {
	mu sync.Mutex

	meta   map[string]string
	items  map[floor.SKU]floor.Item
	codes  map[string]floor.SKU
	sites  map[floor.SiteID]store.Site
	bins   map[floor.SiteID]map[floor.BinID]floor.Bin
	users  map[floor.SiteID]map[string]store.User
	kept   map[floor.SiteID]map[string]store.Setting
	drift  map[floor.SiteID]map[floor.SKU]order.Drift
	marks  map[floor.SiteID]store.Mark
	blocks map[blockKey]store.Block

	feeds   map[floor.SiteID]map[wire.Lineage][]store.FeedEntry
	facts   map[floor.SiteID][]store.Fact
	known   map[floor.SiteID]map[string]wire.Pos
	chains  map[floor.SiteID]map[wire.Seq]wire.Hash
	proofs  map[floor.SiteID]map[string]store.Proof
	snaps   map[floor.SiteID]store.Portrait
	parked  map[floor.SiteID]map[wire.Seq][]byte
	seconds map[floor.SiteID]map[string][]byte

	orders   map[floor.OrderID]order.Order
	numbers  map[numbered]floor.OrderID
	wants    map[floor.OrderID][]floor.SKU
	holders  map[floor.OrderID]floor.SiteID // the site that has the order now
	assigned map[floor.AssignmentID]assignment
	byOrder  map[floor.OrderID][]floor.AssignmentID
	byName   map[at]floor.AssignmentID
	personal map[floor.OrderID]order.Personal
	lines    map[floor.OrderID][]order.Happened

	stock    map[floor.SiteID]map[floor.SKU]map[floor.PlaceID]int64
	reserved map[floor.AssignmentID]reservation
}

type reservation struct {
	site  floor.SiteID
	lines []order.Line
}

// New is an empty store.
func New() *Store {
	return &Store{
		meta: map[string]string{}, items: map[floor.SKU]floor.Item{}, codes: map[string]floor.SKU{}, sites: map[floor.SiteID]store.Site{},
		bins: map[floor.SiteID]map[floor.BinID]floor.Bin{}, users: map[floor.SiteID]map[string]store.User{}, marks: map[floor.SiteID]store.Mark{}, kept: map[floor.SiteID]map[string]store.Setting{}, drift: map[floor.SiteID]map[floor.SKU]order.Drift{}, wants: map[floor.OrderID][]floor.SKU{},
		blocks: map[blockKey]store.Block{}, feeds: map[floor.SiteID]map[wire.Lineage][]store.FeedEntry{}, facts: map[floor.SiteID][]store.Fact{},
		known: map[floor.SiteID]map[string]wire.Pos{}, chains: map[floor.SiteID]map[wire.Seq]wire.Hash{}, proofs: map[floor.SiteID]map[string]store.Proof{}, snaps: map[floor.SiteID]store.Portrait{},
		parked: map[floor.SiteID]map[wire.Seq][]byte{}, seconds: map[floor.SiteID]map[string][]byte{}, orders: map[floor.OrderID]order.Order{}, numbers: map[numbered]floor.OrderID{}, holders: map[floor.OrderID]floor.SiteID{},
		assigned: map[floor.AssignmentID]assignment{}, byOrder: map[floor.OrderID][]floor.AssignmentID{}, byName: map[at]floor.AssignmentID{},
		personal: map[floor.OrderID]order.Personal{}, lines: map[floor.OrderID][]order.Happened{},
		stock: map[floor.SiteID]map[floor.SKU]map[floor.PlaceID]int64{}, reserved: map[floor.AssignmentID]reservation{},
	}
}

// Update runs do; an error or a panic of do takes everything back.
func (s *Store) Update(_ context.Context, do func(store.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &tx{s: s}
	done := false
	defer func() {
		if !done {
			t.rollback()
		}
	}()
	if err := do(t); err != nil {
		return err
	}
	done = true
	if len(t.undo) > 0 {
		s.meta[store.CommitsKey] = strconv.FormatUint(s.commits()+1, 10)
	}
	return nil
}

// Commits is how many transactions ever wrote.
func (s *Store) Commits() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commits()
}

func (s *Store) commits() uint64 {
	n, _ := strconv.ParseUint(s.meta[store.CommitsKey], 10, 64) // 0: none yet
	return n
}

// View runs do, which may only read.
func (s *Store) View(_ context.Context, do func(store.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return do(&tx{s: s, readOnly: true})
}

// Close does nothing: the store is gone when nobody holds it.
func (s *Store) Close() error { return nil }

var errReadOnly = errors.New("store: this transaction only reads")

type tx struct {
	s        *Store
	readOnly bool
	undo     []func()
}

var _ store.Tx = (*tx)(nil)

func (t *tx) rollback() {
	for _, u := range slices.Backward(t.undo) {
		u()
	}
}

// put sets a value and remembers how to take it back.
func put[K comparable, V any](t *tx, m map[K]V, k K, v V) error {
	if t.readOnly {
		return errReadOnly
	}
	old, had := m[k]
	t.undo = append(t.undo, func() {
		if had {
			m[k] = old
		} else {
			delete(m, k)
		}
	})
	m[k] = v
	return nil
}

func drop[K comparable, V any](t *tx, m map[K]V, k K) error {
	if t.readOnly {
		return errReadOnly
	}
	if old, had := m[k]; had {
		t.undo = append(t.undo, func() { m[k] = old })
		delete(m, k)
	}
	return nil
}

// under is the inner map of a key. An empty one more or less makes no difference, so it is never taken back.
func under[A comparable, B comparable, V any](m map[A]map[B]V, k A) map[B]V {
	in := m[k]
	if in == nil {
		in = map[B]V{}
		m[k] = in
	}
	return in
}

// grow appends to a list. What is appended is never changed, so the shorter list is the old one.
func grow[K comparable, V any](t *tx, m map[K][]V, k K, v V) error {
	old := m[k]
	return put(t, m, k, append(old[:len(old):cap(old)], v))
}

func sorted[K cmp.Ordered, V any](m map[K]V) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

// moment keeps what a database keeps of a time.
func moment(at time.Time) time.Time {
	if at.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(at.UnixMilli()).UTC()
}

func (t *tx) Meta(key string) (string, error)      { return t.s.meta[key], nil }
func (t *tx) SetMeta(key, value string) error      { return put(t, t.s.meta, key, value) }
func (t *tx) Sites() ([]store.Site, error)         { return sorted(t.s.sites), nil }
func (t *tx) PutSite(s store.Site) error           { return put(t, t.s.sites, s.ID, s) }
func (t *tx) Coded(g string) (floor.SKU, error)    { return one(t.s.codes, g) }
func (t *tx) Item(k floor.SKU) (floor.Item, error) { return one(t.s.items, k) }

func (t *tx) Site(id floor.SiteID) (store.Site, error) { return one(t.s.sites, id) }

func one[K comparable, V any](m map[K]V, k K) (V, error) {
	v, ok := m[k]
	if !ok {
		return v, store.ErrNone
	}
	return v, nil
}

func (t *tx) Items(after floor.SKU, most int) ([]floor.Item, error) {
	var out []floor.Item
	for _, it := range sorted(t.s.items) {
		if it.SKU > after && len(out) < most {
			out = append(out, it)
		}
	}
	return out, nil
}

func (t *tx) PutItem(it floor.Item) error {
	for _, g := range t.s.items[it.SKU].GTINs {
		if t.s.codes[g] == it.SKU {
			if err := drop(t, t.s.codes, g); err != nil {
				return err
			}
		}
	}
	for _, g := range it.GTINs {
		if _, taken := t.s.codes[g]; taken {
			return store.ErrTaken
		}
		if err := put(t, t.s.codes, g, it.SKU); err != nil {
			return err
		}
	}
	it.GTINs = slices.Clone(it.GTINs)
	return put(t, t.s.items, it.SKU, it)
}

func (t *tx) Bins(site floor.SiteID) ([]floor.Bin, error) {
	out := sorted(t.s.bins[site])
	slices.SortStableFunc(out, func(a, b floor.Bin) int { return cmp.Compare(a.Walk, b.Walk) })
	return out, nil
}

func (t *tx) PutBin(site floor.SiteID, b floor.Bin) error {
	return put(t, under(t.s.bins, site), b.ID, b)
}

func (t *tx) Users(site floor.SiteID) ([]store.User, error) { return sorted(t.s.users[site]), nil }

func (t *tx) PutUser(site floor.SiteID, u store.User) error {
	return put(t, under(t.s.users, site), u.Key, u)
}

func (t *tx) Settings(site floor.SiteID) ([]store.Setting, error) { return sorted(t.s.kept[site]), nil }

func (t *tx) PutSetting(site floor.SiteID, s store.Setting) error {
	s.Body = slices.Clone(s.Body)
	return put(t, under(t.s.kept, site), s.Key, s)
}

func (t *tx) Mark(site floor.SiteID) (store.Mark, error) { return t.s.marks[site], nil }

func (t *tx) PutMark(site floor.SiteID, m store.Mark) error {
	m.AsOfAt, m.Heard = moment(m.AsOfAt), moment(m.Heard)
	if m.Stuck != nil {
		stuck := *m.Stuck
		m.Stuck = &stuck
	}
	return put(t, t.s.marks, site, m)
}

func (t *tx) Blocks(site floor.SiteID) ([]store.Block, error) {
	var out []store.Block
	for _, b := range t.s.blocks {
		if b.Site == site {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b store.Block) int {
		return cmp.Or(cmp.Compare(a.Prefix, b.Prefix), cmp.Compare(a.From, b.From))
	})
	return out, nil
}

func (t *tx) LastNumber(prefix string) (uint64, error) {
	last := uint64(0)
	for _, b := range t.s.blocks {
		if b.Prefix == prefix {
			last = max(last, b.To)
		}
	}
	return last, nil
}

func (t *tx) PutBlock(b store.Block) error {
	k := blockKey{b.Prefix, b.From}
	if old, ok := t.s.blocks[k]; ok {
		old.Used = b.Used
		b = old
	}
	return put(t, t.s.blocks, k, b)
}
