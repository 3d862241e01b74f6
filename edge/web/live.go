package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"picket/edge/floor"
	"picket/edge/view"
)

// The websocket's limits. A screen that does not keep up is cut; it comes back and reads on from its own seq.
const (
	helloWait   = 5 * time.Second
	writeWait   = 5 * time.Second
	pingEach    = 20 * time.Second
	pongWait    = 45 * time.Second
	messageMax  = 64 << 10 // longer bodies of ops go by POST
	answersMax  = 64       // answers that wait to be written
	deltaRest   = 20       // after a delta that took t, the next waits for 20 t: screens take 5 % of the box at most
	deltaMinGap = 40 * time.Millisecond
	deltaMaxGap = time.Second
)

// closeSignedOut tells the app that the session has ended (RFC 6455 leaves 4000 on to applications).
const closeSignedOut = 4401

// said is a message from a screen.
type said struct {
	Hello *struct {
		Install floor.DeviceID `json:"install"`
		Log     floor.LogID    `json:"log"`
		Since   floor.Seq      `json:"since"`
		Start   string         `json:"start"`
	} `json:"hello"`
	Ops json.RawMessage `json:"ops"`
	Ref string          `json:"ref"`
}

// standing is where a screen says it stands.
func (m *said) standing() standing {
	return standing{log: m.Hello.Log, mark: view.Mark{Start: m.Hello.Start, Seq: m.Hello.Since}}
}

// told is a message to a screen that answers one of its own.
type told struct {
	Answer  *opsReply `json:"answer,omitempty"`
	Problem *Problem  `json:"problem,omitempty"`
	Ref     string    `json:"ref,omitempty"`
}

// screen is one websocket. One goroutine reads it, one writes it.
type screen struct {
	s       *Server
	ws      *websocket.Conn
	machine bool        // it came with a token, or by the box's own socket
	check   func() bool // whether whoever stands at the other end may still look
	install floor.DeviceID
	station floor.StationID // where its person signed in; what the bench's scanner reads comes here
	greeted atomic.Bool     // it said hello
	came    int64           // when it said hello, in nanoseconds
	out     chan []byte     // answers; full means the screen does not read
	hello   chan standing   // where the screen says it stands
	end     chan struct{}
	closing atomic.Bool
}

func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		bad(http.StatusBadRequest, "header.Upgrade", "must be websocket", nil).write(w)
		return
	}
	up := websocket.Upgrader{
		HandshakeTimeout: writeWait, ReadBufferSize: 4096, WriteBufferSize: 4096, WriteBufferPool: &s.buffers,
		CheckOrigin: func(*http.Request) bool { return true }, // done before, for every request, with Origin needed here
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			problem(status, invalidBody, "No websocket", reason.Error()).write(w)
		},
	}
	// A machine that is not let in learns so before anything else; a page of the app learns it on the socket, where
	// its words can be read.
	machine := local(r.Context()) || len(r.Header.Values("Authorization")) > 0
	who, p := s.caller(r)
	switch {
	case machine && p != nil:
		refuseCaller(w, r, p)
		return
	case p == nil && !reads(who.Roles, ""):
		notFor("This", "person or an integration").write(w)
		return
	}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the answer is written
	}
	ws.SetReadLimit(messageMax)
	c := &screen{s: s, ws: ws, out: make(chan []byte, answersMax), hello: make(chan standing, 1), end: make(chan struct{}), machine: machine, check: s.still(r)}
	if p == nil && !machine {
		c.station = who.Station
	}
	if !s.enter(c) {
		c.close(websocket.CloseGoingAway, "the box is going down")
		return
	}
	defer s.leave(c)
	defer c.close(websocket.CloseNormalClosure, "")
	if p != nil || !c.check() {
		c.close(closeSignedOut, "not signed in")
		return
	}
	c.read(who)
}

// still says how to learn, later on, whether who asked is let in: the operator on the box's own socket always is,
// a machine while its token is on the list, a person while the session lasts.
func (s *Server) still(r *http.Request) func() bool {
	switch {
	case local(r.Context()):
		return func() bool { return true }
	case len(r.Header.Values("Authorization")) > 0:
		text := bearerText(r)
		roles := []string(nil)
		if t := s.letsIn(text); t != nil {
			roles = t.roles
		}
		// A token whose roles were changed is another one: it comes again.
		return func() bool { t := s.letsIn(text); return t != nil && slices.Equal(t.roles, roles) }
	}
	if k, err := r.Cookie(s.cookieName()); err == nil {
		return func() bool { _, ok := s.session(k.Value); return ok }
	}
	return func() bool { return false }
}

// read is the screen's reader: hello first, then ops.
func (c *screen) read(who signedIn) {
	_ = c.ws.SetReadDeadline(time.Now().Add(helloWait))
	m, ok := c.next()
	if !ok {
		return
	}
	if m.Hello == nil || m.Ops != nil || floor.CheckID("install", string(m.Hello.Install)) != nil && (!c.machine || m.Hello.Install != "") {
		c.close(websocket.ClosePolicyViolation, "the first message must be hello, naming an install")
		return
	}
	if who.Device != "" && m.Hello.Install != who.Device {
		c.close(closeSignedOut, "signed in on another device")
		return
	}
	c.install = m.Hello.Install
	c.hello <- m.standing()
	c.came = time.Now().UnixNano()
	if c.station != "" {
		c.s.usedAt(c.station, c.install)
	}
	c.greeted.Store(true) // what stands before it is seen by whoever sees it
	alive := func() { _ = c.ws.SetReadDeadline(time.Now().Add(pongWait)) }
	c.ws.SetPongHandler(func(string) error { alive(); return nil })
	alive()
	if !c.s.begin(c.write) {
		return
	}
	for {
		m, ok := c.next()
		if !ok {
			return
		}
		alive()
		switch {
		case m.Hello != nil:
			select {
			case c.hello <- m.standing():
			default: // it has not been served since the last one
			}
		case m.Ops != nil:
			if !c.take(m, who) {
				return
			}
		default:
			c.close(websocket.ClosePolicyViolation, "a message is hello or ops")
			return
		}
	}
}

// next reads a message; false ends the screen.
func (c *screen) next() (said, bool) {
	kind, data, err := c.ws.ReadMessage()
	if err != nil {
		return said{}, false
	}
	if kind != websocket.TextMessage {
		c.close(websocket.CloseUnsupportedData, "only text is taken")
		return said{}, false
	}
	var m said
	if p := decode(data, "message", &m); p != nil {
		c.close(websocket.ClosePolicyViolation, p.Detail)
		return said{}, false
	}
	if len(m.Ref) > floor.MaxID {
		c.close(websocket.ClosePolicyViolation, "message.ref: is too long")
		return said{}, false
	}
	return m, true
}

// take gives the ops to the one handler and queues the answer.
func (c *screen) take(m said, who signedIn) bool {
	if !c.check() {
		c.close(closeSignedOut, "not signed in")
		return false
	}
	answer := told{Ref: m.Ref}
	if out, p := c.s.ops(context.Background(), &who, m.Ops); p != nil {
		answer.Problem = p
	} else {
		answer.Answer = &out
	}
	b, err := json.Marshal(answer)
	if err != nil {
		c.s.log.Error("an answer cannot be encoded", "error", err)
		return false
	}
	select {
	case c.out <- b:
		return true
	default:
		c.s.log.Warn("a screen that does not read was cut", "device", c.install)
		c.close(websocket.ClosePolicyViolation, "too slow")
		return false
	}
}

// write is the screen's writer, and nobody else writes messages. A message that cannot be written within
// writeWait ends the screen.
func (c *screen) write() {
	defer c.close(websocket.CloseNormalClosure, "")
	ping := time.NewTicker(pingEach)
	defer ping.Stop()
	rest := time.NewTimer(0) // until the next delta may go
	defer rest.Stop()
	var at standing
	var news <-chan struct{}
	greeted, resting := false, true
	for {
		due := news
		if resting {
			due = nil
		}
		var err error
		select {
		case <-c.end:
			return
		case m := <-c.out:
			err = c.send(m)
		case <-ping.C:
			if !c.check() {
				c.close(closeSignedOut, "not signed in")
				return
			}
			err = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait))
		case h := <-c.hello:
			at, greeted = h, true
			news, err = c.tell(&at)
		case <-rest.C:
			resting = false
		case <-due:
			if greeted {
				began := time.Now()
				news, err = c.tell(&at)
				rest.Reset(min(max(deltaRest*time.Since(began), deltaMinGap), deltaMaxGap))
				resting = true
			}
		}
		if err != nil {
			return
		}
	}
}

// tell sends what changed since the screen was told last.
func (c *screen) tell(at *standing) (<-chan struct{}, error) {
	m, news, ok := c.s.feed.since(at, c.install)
	switch {
	case !ok:
		return news, c.send([]byte(`{"reload":true}`))
	case m != nil:
		return news, c.send(m)
	}
	return news, nil
}

func (c *screen) send(m []byte) error {
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWait)) // it only fails on a closed connection, and then so does the write
	return c.ws.WriteMessage(websocket.TextMessage, m)
}

// close ends the screen, saying why. It may be called by anybody, any number of times; the first is heard, and
// nobody waits for it.
func (c *screen) close(code int, why string) {
	if !c.closing.CompareAndSwap(false, true) {
		return
	}
	close(c.end)
	if len(why) > 120 {
		why = why[:120]
	}
	// A screen that does not read does not get to hold up whoever cuts it.
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, why), time.Now().Add(100*time.Millisecond))
	_ = c.ws.Close()
}
