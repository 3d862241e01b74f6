package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
)

var morning = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// staff knows people by badge; every PIN is 1234.
type staff map[string]Person

func (s staff) Authenticate(_ context.Context, badge, pin string) (Person, error) {
	if p, ok := s[badge]; ok && pin == "1234" {
		return p, nil
	}
	return Person{}, ErrRejected
}

var people = staff{
	"B-1": {User: "anna", Name: "Anna", Roles: []string{"picker"}},
	"B-2": {User: "ben", Name: "Ben", Roles: []string{"lead"}},
	"B-4": {User: "mia", Name: "Mia", Roles: []string{"manager"}},
	"B-3": {User: "eve", Name: "Eve", Roles: []string{"auditor"}},
}

// box is a whole site without printers and line: journal in memory, the real door, the real board.
type box struct {
	t       testing.TB
	journal *journal.Mem
	door    *node.Door
	feed    *Feed
	web     *Server
	clock   *clock
	url     string
	opt     Options
	door2   Door // given to the server instead of door when set
	archive Archive
	names   Names
	dispute Dispute
	centre  bool          // there is one, and it was not heard yet
	lag     time.Duration // how long the screens are behind the journal
	auth    Authenticator // nil: people
}

// lagging lets the screens be behind the journal, as on a box with much to do.
type lagging struct {
	Waiter
	by time.Duration
}

func (l lagging) Wait(ctx context.Context, seq floor.Seq) (floor.Seq, error) {
	head, err := l.Waiter.Wait(ctx, seq)
	if l.by > 0 {
		<-time.After(l.by)
	}
	return head, err
}

// clock is the site's clock, moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var appFiles = fstest.MapFS{
	"index.html":          {Data: []byte("<!doctype html><title>Picket</title>" + strings.Repeat("<!-- floor -->", 50))},
	"sw.js":               {Data: []byte("self.addEventListener('fetch', () => {})")},
	"assets/app-4f2c1.js": {Data: []byte(strings.Repeat("console.log('picket');\n", 40))},
	".keep":               {Data: nil},
}

// newBox begins a site with two items, two bins, numbers and one order.
func newBox(t testing.TB, change ...func(*box)) *box {
	b := newSite(t, change...)
	server := httptest.NewServer(b.web)
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

func newSite(t testing.TB, change ...func(*box)) *box {
	b := &box{t: t, journal: journal.NewMem("log-1"), clock: &clock{at: morning}}
	for _, c := range change {
		c(b)
	}
	n, err := node.Boot(b.journal, node.Options{Source: "/t/demo/s/st-1/n/1", Centre: b.centre})
	require.NoError(t, err)
	b.door = node.NewDoor(n, node.DoorOptions{Clock: b.clock.now})
	b.feed = NewFeed(view.NewBoard(view.Site{ID: "st-1", Name: "Harbour Street", Zone: "Europe/Berlin"}, "log-1", floor.NewState(), 0, morning), nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = b.door.Serve(ctx) })
	running.Go(func() { _ = b.feed.Follow(ctx, lagging{b.door, b.lag}, b.journal) })
	door := Door(b.door)
	if b.door2 != nil {
		door = b.door2
	}
	auth := b.auth
	if auth == nil {
		auth = people
	}
	b.web, err = New(b.opt, Parts{Door: door, Feed: b.feed, Auth: auth, App: appFiles, Clock: b.clock.now, Random: rand.Reader, Archive: b.archive, Names: b.names, Dispute: b.dispute, Strange: b.door.Strange,
		Preview: func(_ context.Context, job floor.JobID) ([]byte, error) { return []byte("PNG of " + job), nil }})
	require.NoError(t, err)
	t.Cleanup(func() { b.web.Close(); cancel(); running.Wait() })
	for _, c := range []floor.Command{
		&floor.SetItem{Item: floor.Item{SKU: "OAT", Name: "Oat drink 1 l", GTINs: []string{"09521234543213"}}},
		&floor.SetItem{Item: floor.Item{SKU: "RICE", Name: "Rice drink 1 l", GTINs: []string{"09521234543220"}}},
		&floor.SetBin{Bin: floor.Bin{ID: "A-1", Aisle: "A", Level: 2, Walk: 1}},
		&floor.SetBin{Bin: floor.Bin{ID: "A-2", Aisle: "A", Level: 1, Walk: 2}},
		&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 9, Reason: "opening"},
		&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 1000},
		&floor.Assign{Order: "O-1", Assignment: "as-1", Number: "1001", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning.Add(time.Hour),
			Carrier: "dhl", Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 2}}},
	} {
		b.give(c)
	}
	return b
}

var commands int
var commandsMu sync.Mutex

// give puts a command of the centre through the door and waits until it shows.
func (b *box) give(c floor.Command) floor.Answer {
	commandsMu.Lock()
	commands++
	id := floor.CommandID(fmt.Sprintf("centre-%d", commands))
	commandsMu.Unlock()
	a, err := b.door.Submit(b.t.Context(), node.Submission{Meta: floor.Meta{ID: id}, Command: c})
	require.NoError(b.t, err)
	require.Nil(b.t, a.Refusal)
	require.NoError(b.t, b.feed.Reach(b.t.Context(), a.Seq))
	return a
}

// hand is a handheld: a client with a cookie jar.
type hand struct {
	b       *box
	install string
	http    *http.Client
}

func (b *box) hand(install string) *hand {
	jar, err := cookiejar.New(nil)
	require.NoError(b.t, err)
	return &hand{b: b, install: install, http: &http.Client{Jar: jar}}
}

// signedIn is a handheld somebody signed in at.
func (b *box) signedIn(install, badge string) *hand {
	h := b.hand(install)
	code, body := h.post("/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":"1234","install":%q,"station":"bench-1"}`, badge, install))
	require.Equal(b.t, 200, code, body)
	return h
}

func (h *hand) do(method, path, body string, header ...string) *http.Response {
	r, err := http.NewRequestWithContext(h.b.t.Context(), method, h.b.url+path, strings.NewReader(body))
	require.NoError(h.b.t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	res, err := h.http.Do(r)
	require.NoError(h.b.t, err)
	data, err := io.ReadAll(res.Body)
	require.NoError(h.b.t, err)
	require.NoError(h.b.t, res.Body.Close())
	res.Body = io.NopCloser(bytes.NewReader(data))
	return res
}

func text(res *http.Response) string {
	b, _ := io.ReadAll(res.Body)
	return string(b)
}

func (h *hand) post(path, body string) (int, string) {
	res := h.do("POST", path, body)
	return res.StatusCode, text(res)
}

func (h *hand) get(path string) (int, string) {
	res := h.do("GET", path, "")
	return res.StatusCode, text(res)
}

// op makes one op of a body.
func op(n uint64, typ, data string) string {
	return fmt.Sprintf(`{"n":%d,"type":%q,"work":"order/O-1","seen":7,"at":"2026-11-21T08:00:00Z","data":%s}`, n, typ, data)
}

func (h *hand) body(ops ...string) string {
	return fmt.Sprintf(`{"install":%q,"ops":[%s],"edge":{"log":"log-1","seq":7},"have":[]}`, h.install, strings.Join(ops, ","))
}

func (h *hand) send(ops ...string) opsReply {
	code, body := h.post("/api/ops", h.body(ops...))
	require.Equal(h.b.t, 200, code, body)
	return readReply(h.b.t, body)
}

func readReply(t testing.TB, body string) opsReply {
	var out opsReply
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&out), body)
	return out
}

func readProblem(t testing.TB, body string) Problem {
	var p Problem
	require.NoError(t, json.Unmarshal([]byte(body), &p), body)
	return p
}
