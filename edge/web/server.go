package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

// Options of a server. The zero value serves addresses and localhost without TLS.
type Options struct {
	Hosts      []string      // names the box goes by besides its addresses and localhost, without port, in lower case
	Origins    []string      // pages of other origins that may use the box, such as http://dev.example:5173
	TLS        bool          // people reach the box by https, here or at a proxy before it
	TLSConfig  *tls.Config   // set: Serve itself speaks TLS, and TLS is true
	SessionFor time.Duration // how long a sign-in lasts. Default and most: 12 h
	// OfflineGrace is how long the centre may be unheard before two people have to sign in together; 0: they never have to.
	OfflineGrace time.Duration
	Connections  int     // at once; who comes behind is answered 503. Default 800
	Tokens       []Token // machines that may come without signing in
}

// Parts are what a server is made of. Door, Feed, Auth, App, Clock and Random are needed.
type Parts struct {
	Door    Door
	Feed    *Feed
	Auth    Authenticator
	App     fs.FS            // the built app; index.html at its root
	Preview Preview          // nil: there are no pictures
	Ready   func() error     // nil: always ready
	Clock   func() time.Time // with its monotonic part, as time.Now gives it
	Random  io.Reader        // for tokens: crypto/rand.Reader
	Log     *slog.Logger     // nil: silent
	Closed  Closed           // orders that left the floor; nil: none does
	Archive Archive          // the journal for those who look back; nil: nobody does
	Dispute Dispute          // nil: there are no files of hand-overs
	Planner Planner          // nil: nothing is planned here
	Papers  Papers           // nil: there are no papers
	Vault   Vault            // seals what is personal, at a site without a centre; nil: the centre brings it
	Proofs  Sealer           // seals what is made here, wherever the centre is: what shows who got an order; nil: none is taken
	Older   func(by string)  // a device shows that the journal is an older copy; nil: nobody is told
	Strange Strange          // a device has to wait until the centre was heard (node.Door.Strange); nil: none
	Test    TestPrint        // prints a test label; nil: there is none
	Send    SendJobs         // moves what waits for a printer; nil: there is none
	Unfit   Unfit            // which printer a job cannot go to; nil: it can go to all
	Scans   ReadScans        // what the box's own scanners read; nil: it has none
	Names   Names            // opens what is sealed, for the search; nil: it finds nobody by name
}

// Server is the site's HTTP server: an http.Handler, and Serve round it.
type Server struct {
	opt     Options
	door    Door
	feed    *Feed
	auth    Authenticator
	preview Preview
	isReady func() error
	older   func(by string)
	strange Strange
	clock   func() time.Time
	random  io.Reader
	log     *slog.Logger
	lockout *lockout
	tokens  atomic.Pointer[[]token]
	archive Archive
	past    Closed
	names   Names
	vault   Vault

	testPrint TestPrint
	send      SendJobs
	unfit     Unfit
	scans     ReadScans
	proofs    Sealer

	staffing sync.Mutex // people are changed by one caller at a time

	answered atomic.Uint64 // the highest seq anybody was told of: no read is older

	makeDispute Dispute
	makePaper   Papers
	planner     Planner
	planning    chan struct{}

	lists   []*view.List // as the board had them at the start; which there are never changes
	finding chan struct{}
	guesses guesses  // searches that found nothing, by who asked
	served  []string // every address but the app's own files
	handler http.Handler
	drawing chan struct{}
	buffers sync.Pool // of the websocket library
	screens sync.WaitGroup

	mu        sync.Mutex
	connected map[*screen]bool
	atBench   map[floor.StationID]floor.DeviceID // used last there
	closed    bool
}

const sessionMost = 12 * time.Hour

// New makes a server. An error names the part that is missing.
func New(o Options, p Parts) (*Server, error) {
	switch {
	case p.Door == nil, p.Feed == nil, p.Auth == nil, p.App == nil, p.Clock == nil, p.Random == nil:
		return nil, fmt.Errorf("web: Door, Feed, Auth, App, Clock and Random are needed")
	case o.SessionFor > sessionMost:
		return nil, fmt.Errorf("web: a session of %s is asked for, at most %s is allowed", o.SessionFor, sessionMost)
	}
	if o.SessionFor <= 0 {
		o.SessionFor = sessionMost
	}
	if o.Connections <= 0 {
		o.Connections = 800
	}
	o.TLS = o.TLS || o.TLSConfig != nil
	hosts := make([]string, len(o.Hosts))
	for i, h := range o.Hosts {
		hosts[i] = strings.ToLower(strings.TrimSuffix(h, "."))
	}
	o.Hosts = hosts
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	tokens, err := readTokens("tokens", o.Tokens)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	files, err := loadApp(p.App)
	if err != nil {
		return nil, err
	}
	s := &Server{
		opt: o, door: p.Door, feed: p.Feed, auth: p.Auth, preview: p.Preview, isReady: p.Ready, older: p.Older, strange: p.Strange, clock: p.Clock, random: p.Random, log: p.Log,
		lockout: newLockout(), archive: p.Archive, past: p.Closed, names: p.Names, vault: p.Vault, testPrint: p.Test, send: p.Send, unfit: p.Unfit, scans: p.Scans, proofs: p.Proofs, makeDispute: p.Dispute, makePaper: p.Papers, planner: p.Planner, planning: make(chan struct{}, 1), finding: make(chan struct{}, 1), drawing: make(chan struct{}, 1), connected: map[*screen]bool{}, atBench: map[floor.StationID]floor.DeviceID{},
	}
	s.tokens.Store(&tokens)
	s.feed.look(func(b *view.Board) { s.lists = b.Lists() })
	s.handler = s.guard(s.routes(files))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) routes(files http.Handler) http.Handler {
	mux := http.NewServeMux()
	at := map[string]map[string]http.HandlerFunc{} // pattern -> method -> handler
	for _, rt := range s.doors() {
		if at[rt.pattern] == nil {
			at[rt.pattern] = map[string]http.HandlerFunc{}
		}
		at[rt.pattern][rt.method] = s.private(s.current(rt))
		if rt.method == http.MethodGet {
			at[rt.pattern][http.MethodHead] = at[rt.pattern][rt.method]
		}
	}
	for pattern, methods := range at {
		s.served = append(s.served, pattern)
		mux.Handle(pattern, only(func(w http.ResponseWriter, r *http.Request) { methods[r.Method](w, r) }, slices.Sorted(maps.Keys(methods))...))
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) { missing("The box has no such address.").write(w) })
	mux.Handle("/", only(files.ServeHTTP, http.MethodGet, http.MethodHead))
	return mux
}

// current makes a read wait until the board shows all that was answered before it was asked: whoever scans a
// thing twice sees at the second what the first did.
func (s *Server) current(rt route) route {
	if rt.method != http.MethodGet || rt.open {
		return rt
	}
	serve := rt.serve
	rt.serve = func(w http.ResponseWriter, r *http.Request, who *signedIn) {
		s.show(r.Context(), floor.Seq(s.answered.Load()))
		serve(w, r, who)
	}
	return rt
}

// show waits until the board shows a record that was answered. Too late to show is not too late to count: after
// reachTime it lets whoever waits go on.
func (s *Server) show(ctx context.Context, seq floor.Seq) {
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	_ = s.feed.Reach(ctx, seq)
}

// only lets some methods through.
func only(h http.HandlerFunc, methods ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, m := range methods {
			if r.Method == m {
				h(w, r)
				return
			}
		}
		allow := strings.Join(methods, ", ")
		w.Header().Set("Allow", allow)
		problem(http.StatusMethodNotAllowed, wrongMethod, "Not this way", "This address takes "+allow+".").write(w)
	})
}

// private is for people who are signed in, machines with a token, and the operator; open routes are for all.
func (s *Server) private(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if rt.open {
			rt.serve(w, r, nil)
			return
		}
		who, p := s.caller(r)
		switch {
		case p != nil:
			refuseCaller(w, r, p)
		case !rt.admits(who.Roles):
			role := rt.role
			switch {
			case rt.only != nil:
				role = "person who packs or prints"
			case role == "":
				role = "person or an integration"
			case role == Picker:
				role = "person who picks, or an integration"
			case role == Central:
				role = "manager, or a token with the role centre"
			}
			notFor("This", role).write(w)
		default:
			rt.serve(w, r, &who)
		}
	}
}

// fault tells the operator, and the person no more than that.
func (s *Server) fault(w http.ResponseWriter, r *http.Request, what string, err error) {
	if r.Context().Err() != nil {
		busy().write(w) // the caller has gone, most likely
		return
	}
	if errors.Is(err, node.ErrReplaced) {
		replaced().write(w)
		return
	}
	s.log.Error("a request failed", "what", what, "error", err)
	failed().write(w)
}

// enter counts a screen in; false when the server ends.
func (s *Server) enter(c *screen) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.connected[c] = true
	return true
}

// begin starts a screen's writer; false when the server ends.
func (s *Server) begin(write func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.screens.Go(write)
	}
	return !s.closed
}

func (s *Server) leave(c *screen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connected, c)
}

// Screens is how many are connected.
func (s *Server) Screens() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connected)
}

// Close cuts every screen; they come back when the box does. It returns when their writers have ended.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	all := make([]*screen, 0, len(s.connected))
	for c := range s.connected {
		all = append(all, c)
	}
	s.mu.Unlock()
	for _, c := range all {
		c.close(websocket.CloseGoingAway, "the box is going down")
	}
	s.screens.Wait()
}
