package oms_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/linktest"
	"picket/sync/oms"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// box drives a site over a real link with the real clock, from one goroutine.
func box(ctx context.Context, s *omstest.Site, l link.Link, do <-chan func(), sent chan<- floor.OrderID) {
	seen := map[floor.OrderID]bool{}
	step := func(in reconcile.Event) {
		for _, m := range s.Step(time.Now(), in) {
			_ = l.Publish(m.Topic, m.Payload, false)
		}
		for id := range s.State.Orders {
			if !seen[id] {
				seen[id] = true
				sent <- id
			}
		}
	}
	for {
		wait := time.Hour
		if at := s.Engine.Next(); !at.IsZero() {
			wait = max(0, time.Until(at))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case f := <-do:
			f()
			step(reconcile.Woke{})
		case <-timer.C:
			step(reconcile.Tick{})
		case e := <-l.Events():
			switch e.Kind {
			case link.Up:
				step(reconcile.LinkUp{})
			case link.Down:
				step(reconcile.LinkDown{})
			default:
				if in := s.Heard(e.Message.Topic, e.Message.Payload); in != nil {
					step(in)
				}
			}
		}
		timer.Stop()
	}
}

// TestFromPostToTheSiteWithinASecondAndBack runs the centre as it ships, but for the broker: a file, the
// hub's goroutines, HTTP.
func TestFromPostToTheSiteWithinASecondAndBack(t *testing.T) {
	ctx, cancel := context.WithCancel(ctx)
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "oms.db"))
	require.NoError(t, err)
	c, err := oms.New(ctx, oms.Config{Tenant: "t", Prefix: "39521234"}, st)
	require.NoError(t, err)
	require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
	broker := linktest.NewBroker(1, linktest.Faults{})
	will := c.Hub.Will()
	line := broker.Connect("centre", c.Hub.Filters(), &will)
	stopped := make(chan error, 1)
	go func() { stopped <- c.Hub.Run(ctx, line, slog.New(slog.DiscardHandler)) }()
	web := httptest.NewServer(c.Handler)

	s := omstest.NewSite("t", "s1", func() float64 { return 0.5 }, rand.Text)
	do, sent := make(chan func()), make(chan floor.OrderID, 16)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		box(ctx, s, broker.Connect("s1", wire.SiteFilters("t", "s1"), nil), do, sent)
	}()
	do <- func() {
		s.Open(time.Now(), 9)
	}
	stock := func() int {
		r, err := http.Get(web.URL + "/api/stock")
		require.NoError(t, err)
		defer r.Body.Close()
		var v struct{ Stock []struct{ Free int } }
		require.NoError(t, json.NewDecoder(r.Body).Decode(&v))
		return len(v.Stock)
	}
	require.Eventually(t, func() bool { return stock() == 4 }, 60*time.Second, 10*time.Millisecond)

	body, err := json.Marshal(omstest.Capture("1001", order.Asked{SKU: "OAT-1L", Qty: 2}, order.Asked{SKU: "TEA-50", Qty: 1}))
	require.NoError(t, err)
	at := time.Now()
	r, err := http.Post(web.URL+"/api/orders", "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	require.Equal(t, 201, r.StatusCode, string(text))
	var id floor.OrderID
	select {
	case id = <-sent:
	case <-time.After(60 * time.Second):
		t.Fatal("the order never came")
	}
	t.Logf("from POST to the site: %s", time.Since(at))

	shipped := make(chan error, 1)
	do <- func() { shipped <- s.Ship(time.Now(), id, map[floor.LineID]int{"2": 1}) }
	require.NoError(t, <-shipped)
	require.Eventually(t, func() bool { d, err := c.Clerk.Order(ctx, id); return err == nil && d.State == order.Exception }, 60*time.Second, 5*time.Millisecond)
	v, ok := c.Hub.Status("s1")
	require.True(t, ok)
	require.True(t, v.Connected(time.Now()))

	web.Close()
	cancel()
	require.NoError(t, <-stopped)
	<-gone
	require.NoError(t, line.Close())
	require.NoError(t, st.Close())
}
