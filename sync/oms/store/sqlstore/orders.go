package sqlstore

import (
	"encoding/json"
	"errors"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

func (t *tx) AddOrder(o order.Order) error {
	body, err := encode(o)
	if err != nil {
		return err
	}
	routing, err := encode(o.Routing)
	if err != nil {
		return err
	}
	n, err := t.exec(`INSERT INTO orders(id, channel, number, state, site, due, body, routing) VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		string(o.ID), o.Channel, o.Number, string(o.State), string(o.Routing.Site), millis(o.Due), body, routing)
	if err != nil {
		return err
	}
	if n == 0 {
		return store.ErrTaken
	}
	for _, l := range o.Lines {
		if err := t.do(`INSERT INTO order_line(order_id, line, sku, qty) VALUES(?, ?, ?, ?)`, string(o.ID), string(l.ID), string(l.SKU), l.Qty); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) SetOrder(id floor.OrderID, state order.State, site floor.SiteID, r order.Routing) error {
	routing, err := encode(r)
	if err != nil {
		return err
	}
	n, err := t.exec(`UPDATE orders SET state = ?, site = ?, routing = ? WHERE id = ?`, string(state), string(site), routing, string(id))
	if err == nil && n == 0 {
		return store.ErrNone
	}
	return err
}

func (t *tx) PutOrder(o order.Order) error {
	body, err := encode(o)
	if err != nil {
		return err
	}
	n, err := t.exec(`UPDATE orders SET channel = ?, due = ?, body = ? WHERE id = ?`, o.Channel, millis(o.Due), body, string(o.ID))
	if err == nil && n == 0 {
		return store.ErrNone
	}
	return err
}

func (t *tx) Want(id floor.OrderID, keys []floor.SKU) error {
	if err := t.do(`DELETE FROM order_want WHERE order_id = ?`, string(id)); err != nil {
		return err
	}
	for _, k := range keys {
		if err := t.do(`INSERT INTO order_want(order_id, name) VALUES(?, ?) ON CONFLICT DO NOTHING`, string(id), string(k)); err != nil {
			return err
		}
	}
	return nil
}

const orderColumns = `SELECT body, state, routing FROM orders `

func scanOrder(scan func(...any) error) (order.Order, error) {
	var o order.Order
	var body, routing, state string
	if err := scan(&body, &state, &routing); err != nil {
		return o, err
	}
	if err := json.Unmarshal([]byte(body), &o); err != nil {
		return o, err
	}
	o.Routing = order.Routing{}
	o.State = order.State(state)
	return o, json.Unmarshal([]byte(routing), &o.Routing)
}

func (t *tx) Order(id floor.OrderID) (order.Order, error) {
	return scanOrder(func(into ...any) error { return t.one(orderColumns+`WHERE id = ?`, []any{string(id)}, into...) })
}

func (t *tx) OrderByNumber(channel, number string) (order.Order, error) {
	return scanOrder(func(into ...any) error {
		return t.one(orderColumns+`WHERE channel = ? AND number = ?`, []any{channel, number}, into...)
	})
}

func (t *tx) FindOrders(f store.Filter) ([]order.Order, error) {
	where, args := []string{"1 = 1"}, []any{}
	and := func(clause string, arg ...any) { where, args = append(where, clause), append(args, arg...) }
	if f.State != "" {
		and("state = ?", string(f.State))
	}
	if f.Site != "" {
		and("site = ?", string(f.Site))
	}
	if f.Text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(f.Text)) + "%"
		and(`(LOWER(number) LIKE ? ESCAPE '\' OR LOWER(channel) LIKE ? ESCAPE '\' OR LOWER(id) LIKE ? ESCAPE '\')`, like, like, like)
	}
	if f.After != "" {
		and("id < ?", string(f.After))
	}
	var out []order.Order
	err := t.each(orderColumns+`WHERE `+strings.Join(where, " AND ")+` ORDER BY id DESC LIMIT ?`, append(args, f.Most), func(scan func(...any) error) error {
		o, err := scanOrder(scan)
		out = append(out, o)
		return err
	})
	return out, err
}

func (t *tx) CountOrders() (map[order.State]int, error) {
	out := map[order.State]int{}
	return out, t.each(`SELECT state, COUNT(*) FROM orders GROUP BY state`, nil, func(scan func(...any) error) error {
		var state string
		var n int
		err := scan(&state, &n)
		out[order.State(state)] = n
		return err
	})
}

func (t *tx) WaitingFor(keys []floor.SKU, most int) ([]floor.OrderID, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var names []any
	for _, k := range keys {
		names = append(names, string(k))
	}
	args := append(append([]any{}, names...), string(order.Waiting))
	var out []floor.OrderID
	err := t.each(`SELECT id FROM orders WHERE id IN (SELECT order_id FROM order_want WHERE name IN (`+marks(len(keys))+`))
		OR state = ? AND EXISTS (SELECT 1 FROM order_line WHERE order_id = orders.id AND sku IN (`+marks(len(keys))+`))
		ORDER BY due, id LIMIT ?`, append(append(args, names...), most), func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		out = append(out, floor.OrderID(id))
		return err
	})
	return out, err
}

// live is the clause of the index one_live.
const live = `state NOT IN ('released','shipped','handed_over','rejected','revoked','duplicate')`

func (t *tx) AddAssignment(a order.Assignment) error {
	body, err := encode(a)
	if err != nil {
		return err
	}
	n, err := t.exec(`INSERT INTO assignment(id, order_id, line_group, site, at_site, state, body) VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		string(a.ID), string(a.Order), a.Group, string(a.Site), string(a.At), string(a.State), body)
	if err == nil && n == 0 {
		return store.ErrLive
	}
	return err
}

func (t *tx) SetAssignment(a order.Assignment) error {
	if a.Live() {
		var others int
		if err := t.one(`SELECT COUNT(*) FROM assignment WHERE order_id = ? AND line_group = ? AND id <> ? AND `+live,
			[]any{string(a.Order), a.Group, string(a.ID)}, &others); err != nil {
			return err
		}
		if others > 0 {
			return store.ErrLive
		}
	}
	body, err := encode(a)
	if err != nil {
		return err
	}
	n, err := t.exec(`UPDATE assignment SET state = ?, body = ? WHERE id = ?`, string(a.State), body, string(a.ID))
	if err == nil && n == 0 {
		return store.ErrNone
	}
	return err
}

func assignment(scan func(...any) error) (order.Assignment, error) {
	var a order.Assignment
	var body string
	if err := scan(&body); err != nil {
		return a, err
	}
	return a, json.Unmarshal([]byte(body), &a)
}

func (t *tx) assignments(where string, args ...any) ([]order.Assignment, error) {
	var out []order.Assignment
	err := t.each(`SELECT body FROM assignment WHERE `+where+` ORDER BY id`, args, func(scan func(...any) error) error {
		a, err := assignment(scan)
		out = append(out, a)
		return err
	})
	return out, err
}

func (t *tx) Assignments(id floor.OrderID) ([]order.Assignment, error) {
	return t.assignments(`order_id = ?`, string(id))
}

func (t *tx) AssignmentAt(site floor.SiteID, at floor.OrderID) (order.Assignment, error) {
	return assignment(func(into ...any) error {
		return t.one(`SELECT body FROM assignment WHERE site = ? AND at_site = ?`, []any{string(site), string(at)}, into...)
	})
}

func (t *tx) AssignmentOf(id floor.AssignmentID) (order.Assignment, error) {
	return assignment(func(into ...any) error {
		return t.one(`SELECT body FROM assignment WHERE id = ?`, []any{string(id)}, into...)
	})
}

func (t *tx) LiveAt(site floor.SiteID) ([]order.Assignment, error) {
	return t.assignments(`site = ? AND `+live, string(site))
}

func (t *tx) TakenFrom(site floor.SiteID) ([]order.Assignment, error) {
	return t.assignments(`site = ? AND state = 'revoked'`, string(site))
}

func (t *tx) CountLive(site floor.SiteID) (n int, err error) {
	err = t.one(`SELECT COUNT(*) FROM assignment WHERE site = ? AND `+live, []any{string(site)}, &n)
	return n, err
}

func (t *tx) PutPersonal(id floor.OrderID, p order.Personal) error {
	body, err := encode(p)
	if err != nil {
		return err
	}
	return t.do(`INSERT INTO pii(order_id, body) VALUES(?, ?) ON CONFLICT(order_id) DO UPDATE SET body = excluded.body`, string(id), body)
}

func (t *tx) Personal(id floor.OrderID) (*order.Personal, error) {
	var body string
	err := t.one(`SELECT body FROM pii WHERE order_id = ?`, []any{string(id)}, &body)
	if errors.Is(err, store.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := &order.Personal{}
	return p, json.Unmarshal([]byte(body), p)
}

func (t *tx) Tell(id floor.OrderID, h order.Happened) error {
	body, err := encode(h)
	if err != nil {
		return err
	}
	return t.do(`INSERT INTO timeline(order_id, n, body) SELECT ?, COALESCE(MAX(n), 0) + 1, ? FROM timeline WHERE order_id = ?`, string(id), body, string(id))
}

func (t *tx) Timeline(id floor.OrderID) ([]order.Happened, error) {
	var out []order.Happened
	err := t.each(`SELECT body FROM timeline WHERE order_id = ? ORDER BY n`, []any{string(id)}, func(scan func(...any) error) error {
		var body string
		var h order.Happened
		if err := scan(&body); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(body), &h)
		out = append(out, h)
		return err
	})
	return out, err
}
