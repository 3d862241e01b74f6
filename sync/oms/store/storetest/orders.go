package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

func an(id floor.OrderID, number string, state order.State, skus ...floor.SKU) order.Order {
	o := order.Order{ID: id, Channel: "web", Number: number, Service: order.Standard, State: state, Due: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Captured: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
	for i, k := range skus {
		o.Lines = append(o.Lines, order.Line{ID: floor.LineID(fmt.Sprint(i + 1)), SKU: k, Qty: 1})
	}
	return o
}

func orders(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		o := an("1", "n%_1", order.Waiting, "A", "B")
		require.NoError(t, tx.AddOrder(o))
		require.ErrorIs(t, tx.AddOrder(an("2", "n%_1", order.Waiting, "A")), store.ErrTaken)
		got, err := tx.Order("1")
		require.NoError(t, err)
		require.Equal(t, o, got)
		got, err = tx.OrderByNumber("web", "n%_1")
		require.NoError(t, err)
		require.Equal(t, o, got)
		_, err = tx.Order("9")
		require.ErrorIs(t, err, store.ErrNone)
		r := order.Routing{Site: "s", Words: "because", Reasons: []order.Reason{{Site: "s", Verdict: "chosen", Words: "w"}}}
		require.NoError(t, tx.SetOrder("1", order.Sent, "s", r))
		require.ErrorIs(t, tx.SetOrder("9", order.Sent, "s", r), store.ErrNone)
		got, err = tx.Order("1")
		require.NoError(t, err)
		require.Equal(t, order.Sent, got.State)
		require.Equal(t, r, got.Routing)

		o.Due, o.Note, o.Asks = o.Due.Add(time.Hour), "changed", []order.Ask{{ID: "k:1", What: "cancel", State: order.Open, Lines: []order.AskLine{{Line: "1", Qty: 1}}}}
		o.Lines[0].Dropped = 1
		require.NoError(t, tx.PutOrder(o))
		require.ErrorIs(t, tx.PutOrder(an("9", "9", order.Waiting, "A")), store.ErrNone)
		got, err = tx.Order("1")
		require.NoError(t, err)
		require.Equal(t, order.Sent, got.State, "state and routing are not PutOrder's")
		require.Equal(t, r, got.Routing)
		require.Equal(t, o.Asks, got.Asks)
		require.Equal(t, o.Lines, got.Lines)
		require.NoError(t, tx.Want("1", []floor.SKU{"Z", "@s"}))
		for _, key := range []floor.SKU{"Z", "@s"} {
			ids, err := tx.WaitingFor([]floor.SKU{key}, 10)
			require.NoError(t, err)
			require.Equal(t, []floor.OrderID{"1"}, ids, "whatever its state")
		}
		require.NoError(t, tx.Want("1", nil))
		ids, err := tx.WaitingFor([]floor.SKU{"Z", "@s", "A"}, 10)
		require.NoError(t, err)
		require.Empty(t, ids)

		p, err := tx.Personal("1")
		require.NoError(t, err)
		require.Nil(t, p)
		want := order.Personal{Customer: order.Customer{Name: "Ä"}, ShipTo: order.Address{Street: []string{"x"}}}
		require.NoError(t, tx.PutPersonal("1", want))
		p, err = tx.Personal("1")
		require.NoError(t, err)
		require.Equal(t, &want, p)
	})
}

func lists(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		for i, n := range []string{"100", "x_1", "X%2", "200"} {
			o := an(floor.OrderID(fmt.Sprint(i+1)), n, order.Waiting, floor.SKU(fmt.Sprint("K", i)))
			o.Due = o.Due.Add(-time.Duration(i) * time.Hour)
			require.NoError(t, tx.AddOrder(o))
		}
		require.NoError(t, tx.SetOrder("4", order.Sent, "s", order.Routing{}))
		ids := func(f store.Filter) (out []string) {
			if f.Most == 0 {
				f.Most = 10
			}
			found, err := tx.FindOrders(f)
			require.NoError(t, err)
			for _, o := range found {
				out = append(out, string(o.ID))
			}
			return out
		}
		require.Equal(t, []string{"4", "3", "2", "1"}, ids(store.Filter{}))
		require.Equal(t, []string{"4", "3"}, ids(store.Filter{Most: 2}))
		require.Equal(t, []string{"2", "1"}, ids(store.Filter{After: "3"}))
		require.Equal(t, []string{"4"}, ids(store.Filter{State: order.Sent}))
		require.Equal(t, []string{"4"}, ids(store.Filter{Site: "s"}))
		require.Equal(t, []string{"3", "2"}, ids(store.Filter{Text: "x"}), "whatever the case")
		require.Equal(t, []string{"2"}, ids(store.Filter{Text: "_"}), "a wildcard is a letter like any other")
		require.Equal(t, []string{"3"}, ids(store.Filter{Text: "%"}))
		require.Empty(t, ids(store.Filter{Text: `\`}))
		n, err := tx.CountOrders()
		require.NoError(t, err)
		require.Equal(t, map[order.State]int{order.Waiting: 3, order.Sent: 1}, n)
		w, err := tx.WaitingFor([]floor.SKU{"K0", "K2", "K3"}, 10)
		require.NoError(t, err)
		require.Equal(t, []floor.OrderID{"3", "1"}, w, "the earliest due first, and only what waits")
		w, err = tx.WaitingFor(nil, 10)
		require.NoError(t, err)
		require.Empty(t, w)
	})
}

func live(t *testing.T, s store.Store) {
	a := order.Assignment{ID: "a1", Order: "1", Group: 1, Site: "s", At: "1", State: order.AssignmentSent, Lines: []order.Line{{ID: "1", SKU: "A", Qty: 1}}}
	update(t, s, func(tx store.Tx) {
		require.NoError(t, tx.AddAssignment(a))
		b := a
		b.ID, b.Site = "a2", "other"
		require.ErrorIs(t, tx.AddAssignment(b), store.ErrLive)
		a.State = order.AssignmentRejected
		require.NoError(t, tx.SetAssignment(a))
		require.NoError(t, tx.AddAssignment(b))
		a.State = order.AssignmentTaken
		require.ErrorIs(t, tx.SetAssignment(a), store.ErrLive, "the dead one cannot come back beside it")
		a.State = order.AssignmentReleased
		a.Folded = &floor.Order{ID: "1", Lines: []floor.Line{{ID: "1", SKU: "A", Qty: 1, Picked: 1}}}
		require.NoError(t, tx.SetAssignment(a))
		got, err := tx.AssignmentAt("s", "1")
		require.NoError(t, err)
		require.Equal(t, a, got)
		got, err = tx.AssignmentOf("a2")
		require.NoError(t, err)
		require.Equal(t, b, got)
		_, err = tx.AssignmentAt("s", "2")
		require.ErrorIs(t, err, store.ErrNone)
		all, err := tx.Assignments("1")
		require.NoError(t, err)
		require.Equal(t, []order.Assignment{a, b}, all)
		n, err := tx.CountLive("other")
		require.NoError(t, err)
		require.Equal(t, 1, n)
		at, err := tx.LiveAt("s")
		require.NoError(t, err)
		require.Empty(t, at)
		at, err = tx.TakenFrom("s")
		require.NoError(t, err)
		require.Empty(t, at)
		b.State = order.AssignmentRevoked
		require.NoError(t, tx.SetAssignment(b))
		at, err = tx.TakenFrom(b.Site)
		require.NoError(t, err)
		require.Equal(t, []order.Assignment{b}, at)
		at, err = tx.LiveAt(b.Site)
		require.NoError(t, err)
		require.Empty(t, at)
		b.Group, b.ID, b.At = 2, "a3", "1-2"
		require.NoError(t, tx.AddAssignment(b), "another group of lines")
	})
}
