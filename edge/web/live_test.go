package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// heard is a message to a screen.
type heard struct {
	Delta *struct {
		view.Delta
		view.Marks
	} `json:"delta"`
	Reload  bool      `json:"reload"`
	Answer  *opsReply `json:"answer"`
	Problem *Problem  `json:"problem"`
	Ref     string    `json:"ref"`
}

// socket connects a screen, as the page of the box itself.
func (h *hand) socket() *websocket.Conn {
	ws, _, err := h.dial(h.b.url)
	require.NoError(h.b.t, err)
	h.b.t.Cleanup(func() { _ = ws.Close() })
	return ws
}

func (h *hand) dial(origin string) (*websocket.Conn, *http.Response, error) {
	d := websocket.Dialer{Jar: h.http.Jar, HandshakeTimeout: 5 * time.Second}
	return d.Dial("ws"+strings.TrimPrefix(h.b.url, "http")+"/api/live", http.Header{"Origin": {origin}})
}

func write(t testing.TB, ws *websocket.Conn, format string, a ...any) {
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, a...)))
}

func hear(t testing.TB, ws *websocket.Conn) heard {
	_, data, err := ws.ReadMessage()
	require.NoError(t, err)
	var m heard
	require.NoError(t, json.Unmarshal(data, &m), string(data))
	return m
}

func (h *hand) board() view.Full {
	code, body := h.get("/api/board")
	require.Equal(h.b.t, 200, code, body)
	var f view.Full
	require.NoError(h.b.t, json.Unmarshal([]byte(body), &f))
	return f
}

// lay lays a delta over a full board, as a screen does.
func lay(f view.Full, d view.Delta) view.Full {
	orders := map[floor.OrderID]*view.Order{}
	for _, o := range append(f.Orders, d.Orders...) {
		orders[o.ID] = o
	}
	for _, id := range d.Gone {
		delete(orders, id)
	}
	f.Orders = f.Orders[:0:0]
	for _, o := range orders {
		f.Orders = append(f.Orders, o)
	}
	view.SortOrders(f.Orders)
	for _, p := range d.Printers {
		f.Printers = []view.Printer{p} // these tests have one
	}
	f.Seq = d.Seq
	if d.Link != nil {
		f.Link = *d.Link
	}
	return f
}

// A screen that listens has, at any time it is up to date, what a screen gets that loads anew.
func TestTheDeltasAreTheBoard(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	mine := h.board()
	ws := h.socket()
	write(t, ws, `{"hello":{"install":"hh-1","log":%q,"since":%d}}`, mine.Log, mine.Seq)
	first := hear(t, ws)
	require.NotNil(t, first.Delta, "a screen hears at once where things stand")
	mine = lay(mine, first.Delta.Delta)

	b.feed.SetPrinter(view.Printer{ID: "p-1", Name: "Bench 1", State: "blocked", Reasons: []string{"media-empty"}, Words: "Bench 1: out of labels"})
	var end floor.Seq
	for i := range 30 {
		order := floor.OrderID(fmt.Sprintf("O-1%d", i))
		a := b.give(&floor.Assign{Order: order, Assignment: "as", Number: string(order), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning.Add(time.Hour), Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
		end = a.Seq
		if i%3 == 0 {
			end = b.give(&floor.Decline{Order: order, Reason: floor.OutOfStock}).Seq
		}
	}
	b.feed.SetLink(view.LinkState{Up: true, Acked: end})
	var marks view.Marks
	for mine.Seq < end || mine.Link.Acked < end || len(mine.Printers) == 0 {
		m := hear(t, ws)
		require.NotNil(t, m.Delta)
		mine, marks = lay(mine, m.Delta.Delta), m.Delta.Marks
	}
	fresh := h.board()
	mine.Now = fresh.Now
	require.Equal(t, fresh, mine)
	require.Zero(t, marks)

	// Ops over the websocket: one handler, the same answers; and the marks follow.
	write(t, ws, `{"ops":%s,"ref":"r1"}`, h.body(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"RICE"}`)))
	var answer *opsReply
	for answer == nil || marks.Saved < 2 {
		m := hear(t, ws)
		switch {
		case m.Answer != nil:
			require.Equal(t, "r1", m.Ref)
			answer = m.Answer
		case m.Delta != nil:
			marks = m.Delta.Marks
		}
	}
	require.Equal(t, []floor.Outcome{"accepted", "refused"}, outcomes(*answer))
	require.Equal(t, []floor.Outcome{"duplicate", "refused"}, outcomes(h.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"RICE"}`))))

	write(t, ws, `{"ops":{"install":"hh-1","ops":3},"ref":"r2"}`)
	for {
		if m := hear(t, ws); m.Problem != nil {
			require.Equal(t, "r2", m.Ref)
			require.Equal(t, "body.ops", m.Problem.Errors[0].Location)
			break
		}
	}
}

func TestAScreenThatMustReload(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	ws := h.socket()
	write(t, ws, `{"hello":{"install":"hh-1","log":"","since":0}}`)
	require.True(t, hear(t, ws).Reload, "it has no board yet")
	full := h.board()
	b.give(&floor.Decline{Order: "O-1", Reason: floor.OutOfStock})
	m := hear(t, ws)
	require.NotNil(t, m.Delta, "and goes on from there")
	require.Greater(t, m.Delta.Seq, full.Seq)
	write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":999}}`)
	require.True(t, hear(t, ws).Reload, "nobody has seen what is not written")
}

// A screen says which start of the box gave its board: at another one the number it stands on may be another record.
func TestAScreenOfAnotherStartMustReload(t *testing.T) {
	b := newBox(t)
	b.feed.change(func(v *view.Board) { v.SetStart("start-2") })
	h := b.signedIn("hh-1", "B-1")
	full := h.board()
	require.Equal(t, "start-2", full.Start)
	ws := h.socket()
	write(t, ws, `{"hello":{"install":"hh-1","log":%q,"since":%d,"start":"start-1"}}`, full.Log, full.Seq)
	require.True(t, hear(t, ws).Reload)
	for _, start := range []string{`,"start":"start-2"`, ""} { // an earlier app does not say it
		ws := h.socket()
		write(t, ws, `{"hello":{"install":"hh-1","log":%q,"since":%d%s}}`, full.Log, full.Seq, start)
		m := hear(t, ws)
		require.NotNil(t, m.Delta)
		require.Equal(t, "start-2", m.Delta.Start)
	}
	for start, reload := range map[string]string{"start-1": `{"reload":true}`, "start-2": `{}`} {
		_, body := h.get(fmt.Sprintf("/api/changes?log=log-1&since=%d&start=%s", full.Seq, start))
		require.Equal(t, reload, strings.TrimSpace(body))
	}
}

// closed reads to the end and says how the box closed.
func closed(t testing.TB, ws *websocket.Conn) int {
	for {
		_, _, err := ws.ReadMessage()
		if err == nil {
			continue
		}
		var c *websocket.CloseError
		require.ErrorAs(t, err, &c)
		return c.Code
	}
}

func TestScreensThatAreNotTaken(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	for _, origin := range []string{"http://evil.example", "https" + strings.TrimPrefix(b.url, "http"), b.url + ".evil.example", "null", b.url + "/"} {
		_, res, err := h.dial(origin)
		require.ErrorIs(t, err, websocket.ErrBadHandshake, origin)
		require.Equal(t, 403, res.StatusCode, origin)
	}
	stranger := b.hand("hh-9")
	require.Equal(t, closeSignedOut, closed(t, stranger.socket()))

	for _, first := range []string{`{"ops":{},"ref":""}`, `{}`, `hello`, `{"hello":{"install":"hh 1","log":"","since":0}}`, `{"hello":{"install":"hh-1"},"extra":1}`, `{"hello":{"install":"hh-1","since":-1}}`} {
		ws := h.socket()
		write(t, ws, "%s", first)
		require.Equal(t, websocket.ClosePolicyViolation, closed(t, ws), first)
	}
	ws := h.socket()
	require.NoError(t, ws.WriteMessage(websocket.BinaryMessage, []byte("{}")))
	require.Equal(t, websocket.CloseUnsupportedData, closed(t, ws))
	ws = h.socket()
	write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
	write(t, ws, `{"ops":{"install":"hh-1","have":["%s"]}}`, strings.Repeat("x", messageMax))
	require.Equal(t, websocket.CloseMessageTooBig, closed(t, ws))

	// Signing out ends what the person could do, on every screen of the session.
	ws = h.socket()
	write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
	require.NotNil(t, hear(t, ws).Delta)
	code, _ := h.post("/api/sign-out", "")
	require.Equal(t, 204, code)
	write(t, ws, `{"ops":%s}`, h.body(op(1, "pick.start", `{"order":"O-1"}`)))
	require.Equal(t, closeSignedOut, closed(t, ws))
	require.Eventually(t, func() bool { return b.web.Screens() == 0 }, 60*time.Second, time.Millisecond)
}

func TestNoCompression(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	d := websocket.Dialer{Jar: h.http.Jar, EnableCompression: true}
	ws, res, err := d.Dial("ws"+strings.TrimPrefix(b.url, "http")+"/api/live", http.Header{"Origin": {b.url}})
	require.NoError(t, err)
	defer func() { _ = ws.Close() }()
	require.Empty(t, res.Header.Get("Sec-WebSocket-Extensions"), "a compressed message has no bound")
}

// pipes is a network in memory whose time is the test's.
type pipes struct {
	conns chan net.Conn
	end   chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), end: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.end:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.once.Do(func() { close(p.end) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.end:
		return nil, net.ErrClosed
	}
}

// inPipes runs a test with a whole site in a bubble of its own time. The server is told to end afterwards.
func inPipes(t *testing.T, test func(t *testing.T, b *box, p *pipes), change ...func(*box)) {
	synctest.Test(t, func(t *testing.T) {
		b := newSite(t, change...)
		p := newPipes()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- b.web.Serve(ctx, p) }()
		b.url = "http://127.0.0.1"
		test(t, b, p)
		cancel()
		require.NoError(t, <-ended)
		b.web.Close()
	})
}

// piped is a handheld on the network in memory.
func (b *box) piped(p *pipes, install string) *hand {
	jar, err := cookiejar.New(nil)
	require.NoError(b.t, err)
	h := &hand{b: b, install: install, http: &http.Client{Jar: jar, Transport: &http.Transport{DialContext: p.dial, DisableKeepAlives: true}}}
	code, body := h.post("/api/sign-in", fmt.Sprintf(`{"badge":"B-1","pin":"1234","install":%q}`, install))
	require.Equal(b.t, 200, code, body)
	return h
}

func (h *hand) pipe(p *pipes) *websocket.Conn {
	d := websocket.Dialer{Jar: h.http.Jar, NetDialContext: p.dial}
	ws, _, err := d.Dial("ws://127.0.0.1/api/live", http.Header{"Origin": {"http://127.0.0.1"}})
	require.NoError(h.b.t, err)
	return ws
}

func TestAScreenThatSaysNothingIsCut(t *testing.T) {
	inPipes(t, func(t *testing.T, b *box, p *pipes) {
		ws := b.piped(p, "hh-1").pipe(p)
		began := time.Now()
		_, _, err := ws.ReadMessage()
		require.Error(t, err)
		require.Equal(t, helloWait, time.Since(began).Round(time.Second))
	})
}

func TestAScreenThatDoesNotReadIsCut(t *testing.T) {
	inPipes(t, func(t *testing.T, b *box, p *pipes) {
		ws := b.piped(p, "hh-1").pipe(p)
		write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
		synctest.Wait()
		require.Equal(t, 1, b.web.Screens())
		began := time.Now()
		for b.web.Screens() > 0 {
			<-time.After(100 * time.Millisecond) // the bubble's time
		}
		require.LessOrEqual(t, time.Since(began), writeWait+time.Second)

		// A scan of somebody else did not wait for it.
		other := b.piped(p, "hh-2")
		began = time.Now()
		other.send(op(1, "pick.start", `{"order":"O-1"}`))
		require.Less(t, time.Since(began), 10*time.Millisecond)
	})
}

func TestAScreenThatDoesNotAnswerPingsIsCut(t *testing.T) {
	inPipes(t, func(t *testing.T, b *box, p *pipes) {
		h := b.piped(p, "hh-1")
		ws := h.pipe(p)
		pings := 0
		ws.SetPingHandler(func(string) error { pings++; return nil })
		write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
		began := time.Now()
		for {
			if _, _, err := ws.ReadMessage(); err != nil {
				break
			}
		}
		require.Equal(t, pongWait, time.Since(began).Round(time.Second))
		require.Equal(t, 2, pings)

		// One that does answer stays, until its session ends.
		ws = h.pipe(p)
		write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
		go func() {
			<-time.After(3 * pongWait) // the bubble's time
			b.clock.add(12 * time.Hour)
		}()
		began = time.Now()
		require.Equal(t, closeSignedOut, closed(t, ws))
		require.InDelta(t, 3*pongWait, time.Since(began), float64(pingEach))
	})
}

// Somebody who asks and asks and does not read the answers.
func TestAnswersThatAreNotRead(t *testing.T) {
	inPipes(t, func(t *testing.T, b *box, p *pipes) {
		h := b.piped(p, "hh-1")
		ws := h.pipe(p)
		write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
		n := 0
		for ; n < 4*answersMax; n++ {
			if ws.WriteMessage(websocket.TextMessage, []byte(`{"ops":`+h.body()+`}`)) != nil {
				break
			}
		}
		require.Less(t, n, 4*answersMax)
		<-time.After(time.Second) // the bubble's time
		synctest.Wait()
		require.Zero(t, b.web.Screens())
		_ = ws.Close()
	})
}

// Screens are told at most so often, and never wait for the last word longer than the longest gap.
func TestDeltasRest(t *testing.T) {
	inPipes(t, func(t *testing.T, b *box, p *pipes) {
		ws := b.piped(p, "hh-1").pipe(p)
		write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
		require.NotNil(t, hear(t, ws).Delta)
		var end floor.Seq
		for range 50 {
			end = b.give(&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}).Seq
		}
		began, messages := time.Now(), 0
		for at := floor.Seq(0); at < end; messages++ {
			at = hear(t, ws).Delta.Seq
		}
		require.LessOrEqual(t, messages, 3)
		require.LessOrEqual(t, time.Since(began), deltaMaxGap)
		_ = ws.Close()
	})
}

func TestTheBoxGoesDown(t *testing.T) {
	inPipes(t, func(t *testing.T, b *box, p *pipes) {
		ws := b.piped(p, "hh-1").pipe(p)
		write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
		require.NotNil(t, hear(t, ws).Delta)
		go b.web.Close()
		require.Equal(t, websocket.CloseGoingAway, closed(t, ws))
		late := b.piped(p, "hh-2").pipe(p)
		require.Equal(t, websocket.CloseGoingAway, closed(t, late))
	})
}

func TestTooManyConnections(t *testing.T) {
	inPipes(t, func(t *testing.T, b *box, p *pipes) {
		h := b.piped(p, "hh-1")
		var all []*websocket.Conn
		for range 3 {
			synctest.Wait() // until what is closed is counted out
			ws := h.pipe(p)
			write(t, ws, `{"hello":{"install":"hh-1","log":"log-1","since":7}}`)
			require.NotNil(t, hear(t, ws).Delta)
			all = append(all, ws)
		}
		res := h.do("GET", "/api/me", "")
		require.Equal(t, 503, res.StatusCode)
		require.Equal(t, "5", res.Header.Get("Retry-After"))
		require.NoError(t, all[0].Close())
		synctest.Wait()
		require.Equal(t, 200, h.do("GET", "/api/me", "").StatusCode, "who leaves makes room")
		var crowded []net.Conn
		for range crowd + 1 { // each holds a connection and says nothing
			c, err := p.dial(t.Context(), "", "")
			require.NoError(t, err)
			crowded = append(crowded, c)
		}
		last, err := p.dial(t.Context(), "", "")
		require.NoError(t, err)
		_, err = last.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF, "behind the crowd nobody is answered")
		for _, c := range crowded {
			require.NoError(t, c.Close())
		}
		for _, ws := range all[1:] {
			require.NoError(t, ws.Close())
		}
	}, func(b *box) { b.opt.Connections = 3 })
}

func TestAppFiles(t *testing.T) {
	b := newBox(t)
	h := b.hand("hh-1")
	get := func(path string, header ...string) *http.Response { return h.do("GET", path, "", header...) }
	for path, want := range map[string][3]string{
		"/":                    {"text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/index.html":          {"text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/orders/O-1":          {"text/html; charset=utf-8", "no-cache", "<!doctype html>"},
		"/sw.js":               {"text/javascript; charset=utf-8", "no-cache", "self.addEventListener"},
		"/assets/app-4f2c1.js": {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "console.log"},
	} {
		res := get(path)
		require.Equal(t, 200, res.StatusCode, path)
		require.Equal(t, want[0], res.Header.Get("Content-Type"), path)
		require.Equal(t, want[1], res.Header.Get("Cache-Control"), path)
		require.Contains(t, text(res), want[2], path)
		require.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'self'")
		require.NotContains(t, res.Header.Get("Content-Security-Policy"), "unsafe")
		require.Equal(t, 304, get(path, "If-None-Match", res.Header.Get("ETag")).StatusCode)
	}
	require.Equal(t, "gzip", get("/assets/app-4f2c1.js", "Accept-Encoding", "gzip").Header.Get("Content-Encoding"))
	for _, path := range []string{"/assets/app-old.js", "/favicon.ico", "/.keep", "/../../etc/passwd.txt"} {
		require.Equal(t, 404, get(path).StatusCode, path)
	}
	res := h.do("HEAD", "/", "")
	require.Equal(t, 200, res.StatusCode)
	require.Empty(t, text(res))
	require.Equal(t, 405, h.do("DELETE", "/", "").StatusCode)
	require.Equal(t, 200, get("/livez").StatusCode)
	require.Equal(t, 200, get("/readyz").StatusCode)
	b.web.isReady = func() error { return io.ErrUnexpectedEOF }
	require.Equal(t, 503, get("/readyz").StatusCode)
}

func TestHostsAndOrigins(t *testing.T) {
	s := &Server{opt: Options{Hosts: []string{"st-1.edge.example"}, Origins: []string{"http://dev.example:5173"}}}
	for host, want := range map[string]bool{
		"127.0.0.1:8080": true, "[::1]:8080": true, "localhost:8080": true, "10.1.2.3": true, "st-1.edge.example": true, "ST-1.edge.example.:443": true,
		"evil.example": false, "st-1.edge.example.evil.example": false, "": false, "127.0.0.1.evil.example": false,
	} {
		require.Equal(t, want, s.host(host), host)
	}
	for _, c := range []struct {
		method, origin, site string
		socket, want         bool
	}{
		{"POST", "http://box:8080", "", false, true}, {"POST", "https://box:8080", "", false, false}, {"POST", "http://box", "", false, false},
		{"POST", "http://dev.example:5173", "cross-site", false, true}, {"POST", "http://dev.example", "", false, false}, {"POST", "null", "", false, false},
		{"POST", "", "", false, true}, {"POST", "", "same-origin", false, true}, {"POST", "", "cross-site", false, false}, {"POST", "", "same-site", false, false},
		{"GET", "http://evil.example", "", false, true}, {"GET", "http://evil.example", "", true, false}, {"GET", "", "", true, false}, {"GET", "http://box:8080", "", true, true},
	} {
		r := &http.Request{Method: c.method, Host: "box:8080", Header: http.Header{}, URL: &url.URL{}}
		r.Header.Set("Origin", c.origin)
		r.Header.Set("Sec-Fetch-Site", c.site)
		if c.socket {
			r.Header.Set("Upgrade", "WebSocket")
		}
		require.Equal(t, c.want, s.origin(r), "%+v", c)
	}
}

// A board says how many of the commands of the installation that asks it shows: their answers may be lost.
func TestABoardSaysWhatItShowsOfWhoAsks(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	require.Zero(t, *h.board().Mine)
	h.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`))
	var at view.Full
	require.Eventually(t, func() bool { at = h.board(); return at.Mine.Saved == 2 }, time.Minute, time.Millisecond)
	require.Equal(t, 1, at.Orders[0].Lines[0].Picked, "and shows them")
}
