package client_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

const token = "a-token-of-the-tests-0123456789"

var morning = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

type nobody struct{}

func (nobody) Authenticate(context.Context, string, string) (web.Person, error) {
	return web.Person{}, web.ErrRejected
}

// site is a whole box with a journal in memory. before stands in front of it.
type site struct {
	door *node.Door
	web  *web.Server
	feed *web.Feed
	url  string
}

func newSite(t *testing.T, before func(next http.Handler) http.Handler) *site {
	mem := journal.NewMem("log-1")
	n, err := node.Boot(mem, node.Options{Source: "/t/demo/s/st-1/n/1"})
	require.NoError(t, err)
	clock := func() time.Time { return morning }
	door := node.NewDoor(n, node.DoorOptions{Clock: clock})
	feed := web.NewFeed(view.NewBoard(view.Site{ID: "st-1"}, "log-1", floor.NewState(), 0, morning), nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = door.Serve(ctx) })
	running.Go(func() { _ = feed.Follow(ctx, door, mem) })
	sum := sha256.Sum256([]byte(token))
	s, err := web.New(web.Options{Tokens: []web.Token{{Name: "erp", SHA256: hex.EncodeToString(sum[:]), Roles: []string{web.CLI}}}},
		web.Parts{Door: door, Feed: feed, Auth: nobody{}, App: fstest.MapFS{"index.html": {Data: []byte("x")}}, Clock: clock, Random: rand.Reader})
	require.NoError(t, err)
	h := http.Handler(s)
	if before != nil {
		h = before(h)
	}
	server := httptest.NewServer(h)
	t.Cleanup(func() { server.Close(); s.Close(); cancel(); running.Wait() })
	out := &site{door: door, web: s, feed: feed, url: server.URL}
	out.give(t, &floor.SetItem{Item: floor.Item{SKU: "OAT", Name: "Oat drink", GTINs: []string{}}})
	out.give(t, &floor.SetBin{Bin: floor.Bin{ID: "A-1", Aisle: "A", Level: 1, Walk: 1}})
	for i := range 3 {
		last := out.give(t, &floor.Assign{Order: floor.OrderID(fmt.Sprintf("O-%d", i)), Assignment: "as", Number: fmt.Sprint(i), Flow: floor.FlowShip, Mode: floor.ModeHold,
			Due: morning, Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
		require.NoError(t, feed.Reach(t.Context(), last))
	}
	return out
}

var given atomic.Int64

func (s *site) give(t *testing.T, c floor.Command) floor.Seq {
	a, err := s.door.Submit(t.Context(), node.Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("centre-%d", given.Add(1)))}, Command: c})
	require.NoError(t, err)
	require.Nil(t, a.Refusal)
	return a.Seq
}

func (s *site) client(t *testing.T) *client.Client {
	c, err := client.New(s.url, token, client.Options{Backoff: time.Millisecond})
	require.NoError(t, err)
	return c
}

func TestDoAndList(t *testing.T) {
	c := newSite(t, nil).client(t)
	answers, err := c.Do(t.Context(), client.Of(&floor.Accept{Order: "O-0"}), client.Of(&floor.Accept{Order: "O-9"}), client.Of(&floor.Accept{Order: "O-1"}))
	require.NoError(t, err)
	require.Len(t, answers, 3)
	require.NoError(t, answers[0].Err())
	var no *client.Refusal
	require.ErrorAs(t, answers[1].Err(), &no)
	require.Equal(t, floor.UnknownOrder, no.Code)
	require.Equal(t, "Order O-9 is not at this site. Go back to the list and pick another.", no.Error())

	answers, err = c.DoUntilRefused(t.Context(), client.Of(&floor.Accept{Order: "O-9"}), client.Of(&floor.Accept{Order: "O-2"}))
	require.NoError(t, err)
	require.Len(t, answers, 1)

	rows, err := client.List[view.OrderRow](t.Context(), c, "orders", client.Query{"limit": "1"})
	require.NoError(t, err)
	require.Len(t, rows, 3, "page by page, to the end")
	rows, err = client.List[view.OrderRow](t.Context(), c, "orders", client.Query{"state": "ready"})
	require.NoError(t, err)
	require.Len(t, rows, 2)

	o, err := client.Get[view.Order](t.Context(), c, "/api/orders/O-0", nil)
	require.NoError(t, err)
	require.Equal(t, floor.OrderID("O-0"), o.ID)

	_, err = client.List[view.OrderRow](t.Context(), c, "orders", client.Query{"colour": "blue"})
	var p *client.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, 422, p.Status)
	require.Equal(t, "query.colour", p.Errors[0].Location)

	text, err := c.Raw(t.Context(), "/api/orders", map[string][]string{"format": {"csv"}})
	require.NoError(t, err)
	require.Contains(t, string(text), "id,number")
}

// An answer that is lost on its way is asked for again under the same ids, and the command has had one effect.
func TestALostAnswerIsAskedForAgain(t *testing.T) {
	var lose atomic.Int64
	lose.Store(2)
	s := newSite(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && lose.Add(-1) >= 0 {
				next.ServeHTTP(httptest.NewRecorder(), r) // it is done, and nobody hears of it
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		})
	})
	c := s.client(t)
	before := s.door.Head().Seq
	answers, err := c.Do(t.Context(), client.Of(&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 5, Reason: "found"}))
	require.NoError(t, err)
	require.Equal(t, floor.OutcomeDuplicate, answers[0].Outcome)
	require.Equal(t, before+1, s.door.Head().Seq)
}

// A box that is busy is asked again when it says; one that says no is not.
func TestWhatIsSentAgain(t *testing.T) {
	for status, want := range map[int]int64{503: 3, 422: 1, 500: 1, 401: 1, 429: 1} {
		var asked atomic.Int64
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"status":%d,"title":"No","detail":"Not now."}`, status)
		}))
		c, err := client.New(server.URL, "", client.Options{Tries: 3, Backoff: time.Millisecond})
		require.NoError(t, err)
		_, err = c.Do(t.Context(), client.Of(&floor.Accept{Order: "O-1"}))
		var p *client.Problem
		require.ErrorAs(t, err, &p)
		require.Equal(t, "Not now.", p.Error())
		require.Equal(t, want, asked.Load(), "%d", status)
		server.Close()
		_, err = c.Do(t.Context(), client.Of(&floor.Accept{Order: "O-1"}))
		require.ErrorIs(t, err, client.ErrUnreachable)
	}
}

func TestAnAddressThatIsNone(t *testing.T) {
	for _, base := range []string{"", "north", "ftp://north", "http://"} {
		_, err := client.New(base, "", client.Options{})
		require.ErrorContains(t, err, "is not an address", base)
	}
}

// What a box took before it became too busy for the rest is answered beside the error.
func TestWhatWasTakenBesideAProblem(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"status":503,"title":"Busy","taken":{"answers":[{"id":"a-1","outcome":"accepted","seq":7}],"edge":{"log":"l","seq":7}}}`)
	}))
	defer server.Close()
	c, err := client.New(server.URL, "", client.Options{Tries: 2, Backoff: time.Millisecond})
	require.NoError(t, err)
	answers, err := c.DoUntilRefused(t.Context(), client.Command{ID: "a-1", Type: "order.accept", Data: &floor.Accept{Order: "O-1"}}, client.Of(&floor.Accept{Order: "O-2"}))
	var p *client.Problem
	require.ErrorAs(t, err, &p)
	require.Len(t, answers, 1)
	require.Equal(t, floor.CommandID("a-1"), answers[0].ID)
	require.Equal(t, floor.OutcomeAccepted, answers[0].Outcome)
}
