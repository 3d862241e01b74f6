package memstore

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// assignment is a row: its body as bytes, because callers fold facts into what they get.
type assignment struct {
	order order.Assignment // without Folded
	body  []byte
}

// live is the clause of the index one_live.
func (a assignment) live() bool {
	switch a.order.State {
	case "released", "shipped", "handed_over", "rejected", "revoked", "duplicate":
		return false
	}
	return true
}

func row(a order.Assignment) (assignment, error) {
	body, err := json.Marshal(a)
	a.Folded = nil
	return assignment{a, body}, err
}

func (a assignment) open() (out order.Assignment, err error) {
	err = json.Unmarshal(a.body, &out)
	return out, err
}

func (t *tx) AddOrder(o order.Order) error {
	k := numbered{o.Channel, o.Number}
	if _, taken := t.s.numbers[k]; taken {
		return store.ErrTaken
	}
	if _, taken := t.s.orders[o.ID]; taken {
		return store.ErrTaken
	}
	if err := put(t, t.s.numbers, k, o.ID); err != nil {
		return err
	}
	if err := put(t, t.s.holders, o.ID, o.Routing.Site); err != nil {
		return err
	}
	return put(t, t.s.orders, o.ID, copied(o))
}

func copied(o order.Order) order.Order {
	o.Lines, o.Routing.Reasons, o.Asks = slices.Clone(o.Lines), slices.Clone(o.Routing.Reasons), slices.Clone(o.Asks)
	for i := range o.Asks {
		o.Asks[i].Lines = slices.Clone(o.Asks[i].Lines)
	}
	if o.Chosen != nil {
		how := *o.Chosen
		o.Chosen = &how
	}
	if o.Original != nil {
		was := *o.Original
		was.Qty = slices.Clone(was.Qty)
		o.Original = &was
	}
	return o
}

func (t *tx) SetOrder(id floor.OrderID, state order.State, site floor.SiteID, r order.Routing) error {
	o, err := one(t.s.orders, id)
	if err != nil {
		return err
	}
	o.State, o.Routing = state, r
	if err := put(t, t.s.holders, id, site); err != nil {
		return err
	}
	return put(t, t.s.orders, id, copied(o))
}

func (t *tx) PutOrder(o order.Order) error {
	old, err := one(t.s.orders, o.ID)
	if err != nil {
		return err
	}
	o.State, o.Routing = old.State, old.Routing
	if was, is := (numbered{old.Channel, old.Number}), (numbered{o.Channel, old.Number}); was != is {
		if _, taken := t.s.numbers[is]; taken {
			return store.ErrTaken
		}
		if err := drop(t, t.s.numbers, was); err != nil {
			return err
		}
		if err := put(t, t.s.numbers, is, o.ID); err != nil {
			return err
		}
	}
	return put(t, t.s.orders, o.ID, copied(o))
}

func (t *tx) Want(id floor.OrderID, keys []floor.SKU) error {
	if len(keys) == 0 {
		return drop(t, t.s.wants, id)
	}
	return put(t, t.s.wants, id, slices.Clone(keys))
}

func (t *tx) Order(id floor.OrderID) (order.Order, error) {
	o, err := one(t.s.orders, id)
	return copied(o), err
}

func (t *tx) OrderByNumber(channel, number string) (order.Order, error) {
	id, err := one(t.s.numbers, numbered{channel, number})
	if err != nil {
		return order.Order{}, err
	}
	return t.Order(id)
}

func (t *tx) FindOrders(f store.Filter) ([]order.Order, error) {
	var out []order.Order
	text := strings.ToLower(f.Text)
	has := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	for _, o := range slices.Backward(sorted(t.s.orders)) {
		if f.State != "" && o.State != f.State || f.Site != "" && t.s.holders[o.ID] != f.Site || f.After != "" && o.ID >= f.After ||
			text != "" && !has(o.Number) && !has(o.Channel) && !has(string(o.ID)) {
			continue
		}
		if len(out) < f.Most {
			out = append(out, copied(o))
		}
	}
	return out, nil
}

func (t *tx) CountOrders() (map[order.State]int, error) {
	out := map[order.State]int{}
	for _, o := range t.s.orders {
		out[o.State]++
	}
	return out, nil
}

func (t *tx) WaitingFor(skus []floor.SKU, most int) ([]floor.OrderID, error) {
	var found []order.Order
	for _, o := range t.s.orders {
		if slices.ContainsFunc(t.s.wants[o.ID], func(k floor.SKU) bool { return slices.Contains(skus, k) }) ||
			o.State == order.Waiting && slices.ContainsFunc(o.Lines, func(l order.Line) bool { return slices.Contains(skus, l.SKU) }) {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, func(a, b order.Order) int {
		return cmp.Or(cmp.Compare(a.Due.UnixMilli(), b.Due.UnixMilli()), cmp.Compare(a.ID, b.ID))
	})
	var out []floor.OrderID
	for _, o := range found[:min(most, len(found))] {
		out = append(out, o.ID)
	}
	return out, nil
}

func (t *tx) rival(a order.Assignment) bool {
	for _, id := range t.s.byOrder[a.Order] {
		if o := t.s.assigned[id]; id != a.ID && o.order.Group == a.Group && o.live() {
			return true
		}
	}
	return false
}

func (t *tx) AddAssignment(a order.Assignment) error {
	r, err := row(a)
	if err != nil {
		return err
	}
	name := at{a.Site, a.At}
	_, same := t.s.assigned[a.ID]
	if _, named := t.s.byName[name]; named || same || r.live() && t.rival(a) {
		return store.ErrLive
	}
	if err := put(t, t.s.assigned, a.ID, r); err != nil {
		return err
	}
	if err := put(t, t.s.byName, name, a.ID); err != nil {
		return err
	}
	return grow(t, t.s.byOrder, a.Order, a.ID)
}

func (t *tx) SetAssignment(a order.Assignment) error {
	if a.Live() && t.rival(a) {
		return store.ErrLive
	}
	if _, err := one(t.s.assigned, a.ID); err != nil {
		return err
	}
	r, err := row(a)
	if err != nil {
		return err
	}
	return put(t, t.s.assigned, a.ID, r)
}

func (t *tx) Assignments(id floor.OrderID) ([]order.Assignment, error) {
	var out []order.Assignment
	for _, k := range slices.Sorted(slices.Values(t.s.byOrder[id])) {
		a, err := t.AssignmentOf(k)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (t *tx) AssignmentAt(site floor.SiteID, id floor.OrderID) (order.Assignment, error) {
	k, err := one(t.s.byName, at{site, id})
	if err != nil {
		return order.Assignment{}, err
	}
	return t.AssignmentOf(k)
}

func (t *tx) AssignmentOf(id floor.AssignmentID) (order.Assignment, error) {
	a, err := one(t.s.assigned, id)
	if err != nil {
		return order.Assignment{}, err
	}
	return a.open()
}

func (t *tx) LiveAt(site floor.SiteID) ([]order.Assignment, error) {
	return t.held(site, assignment.live)
}

func (t *tx) TakenFrom(site floor.SiteID) ([]order.Assignment, error) {
	return t.held(site, func(r assignment) bool { return r.order.State == order.AssignmentRevoked })
}

func (t *tx) held(site floor.SiteID, which func(assignment) bool) ([]order.Assignment, error) {
	var out []order.Assignment
	for _, r := range sorted(t.s.assigned) {
		if r.order.Site == site && which(r) {
			a, err := r.open()
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
	}
	return out, nil
}

func (t *tx) CountLive(site floor.SiteID) (n int, err error) {
	for _, r := range t.s.assigned {
		if r.order.Site == site && r.live() {
			n++
		}
	}
	return n, nil
}

// own is personal data nobody else can write to.
func own(p order.Personal) order.Personal {
	p.ShipTo.Street, p.New = slices.Clone(p.ShipTo.Street), maps.Clone(p.New)
	if p.Contact != nil {
		who := *p.Contact
		p.Contact = &who
	}
	if p.First != nil {
		first := *p.First
		p.First = &first
	}
	return p
}

func (t *tx) PutPersonal(id floor.OrderID, p order.Personal) error {
	return put(t, t.s.personal, id, own(p))
}

func (t *tx) Personal(id floor.OrderID) (*order.Personal, error) {
	p, ok := t.s.personal[id]
	if !ok {
		return nil, nil
	}
	p = own(p)
	return &p, nil
}

func (t *tx) Tell(id floor.OrderID, h order.Happened) error { return grow(t, t.s.lines, id, h) }

func (t *tx) Timeline(id floor.OrderID) ([]order.Happened, error) {
	return slices.Clone(t.s.lines[id]), nil
}

func (t *tx) Move(site floor.SiteID, deltas []store.Standing) error {
	for _, d := range deltas {
		places := under(under(t.s.stock, site), d.SKU)
		err := error(nil)
		if n := places[d.Place] + d.Qty; n == 0 && d.Place.Bin() == "" {
			err = drop(t, places, d.Place)
		} else {
			err = put(t, places, d.Place, n) // a bin keeps its zero: it is where the item lives
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) EmptyStock(site floor.SiteID, items []floor.SKU) error {
	stock := under(t.s.stock, site)
	for _, sku := range slices.Sorted(maps.Keys(stock)) {
		if len(items) > 0 && !slices.Contains(items, sku) {
			continue
		}
		for _, place := range slices.Sorted(maps.Keys(stock[sku])) {
			if err := drop(t, stock[sku], place); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) Reserve(id floor.AssignmentID, site floor.SiteID, lines []order.Line) error {
	if len(lines) == 0 {
		return drop(t, t.s.reserved, id)
	}
	return put(t, t.s.reserved, id, reservation{site, slices.Clone(lines)})
}

func (t *tx) Levels(site floor.SiteID, skus []floor.SKU) ([]store.Level, error) {
	levels := map[floor.SKU]*store.Level{}
	level := func(sku floor.SKU) *store.Level {
		if levels[sku] == nil {
			levels[sku] = &store.Level{Site: site, SKU: sku, Other: map[string]int64{}}
		}
		return levels[sku]
	}
	wanted := func(sku floor.SKU) bool { return len(skus) == 0 || slices.Contains(skus, sku) }
	for sku, places := range t.s.stock[site] {
		if !wanted(sku) {
			continue
		}
		for p, qty := range places {
			l := level(sku)
			if p.Bin() != "" {
				l.OnHand, l.Promised = l.OnHand+qty, l.Promised+max(0, qty)
			} else {
				l.Other[p.Bucket()] += qty
			}
		}
	}
	for _, r := range t.s.reserved {
		for _, l := range r.lines {
			if r.site == site && wanted(l.SKU) {
				level(l.SKU).Reserved += int64(l.Qty)
			}
		}
	}
	var out []store.Level
	for _, l := range sorted(levels) {
		out = append(out, *l)
	}
	return out, nil
}

func (t *tx) Drift(site floor.SiteID, skus []floor.SKU) (map[floor.SKU]order.Drift, error) {
	out := map[floor.SKU]order.Drift{}
	for sku, d := range t.s.drift[site] {
		if len(skus) == 0 || slices.Contains(skus, sku) {
			out[sku] = d
		}
	}
	return out, nil
}

func (t *tx) PutDrift(site floor.SiteID, sku floor.SKU, d order.Drift) error {
	return put(t, under(t.s.drift, site), sku, d)
}
