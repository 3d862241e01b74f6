package api

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/oms/order"
	"picket/sync/wire"
)

// Line tells how a site's line stands; the hub does.
type Line interface {
	// Status is false for a site not heard since the process began.
	Status(site floor.SiteID) (hub.Status, bool)
}

// Config of the interface.
type Config struct {
	Token   string   // bearer token; empty: loopback only, and nobody is asked
	Hosts   []string // further names it may be called by when there is no token
	Version string
	Now     func() time.Time
	Ready   func(context.Context) error // nil when the store can be read
	Log     *slog.Logger
	// Replaced is told that a box holds a site now, before the box is; with stolen the certificates of the one before
	// must not count any more. nil: the line has no certificates of ours.
	Replaced func(site floor.SiteID, holder wire.NodeID, stolen bool) error
	Backups  Backups           // nil: none are made
	Key      ed25519.PublicKey // by which the centre signs on the line; nil: it does not
}

type server struct {
	cfg   Config
	clerk *clerk.Clerk
	line  Line
}

// Handler serves everything. Timeouts and limits on connections are the http.Server's, which is cmd's.
func Handler(cfg Config, c *clerk.Clerk, line Line) http.Handler {
	s := &server{cfg: cfg, clerk: c, line: line}
	mux := http.NewServeMux()
	hc := huma.DefaultConfig("Picket central OMS", cfg.Version)
	hc.Info.Description = "Orders in, progress out. Times are RFC 3339, UTC. Errors are RFC 9457 problems; errors[].location names the field."
	hc.DocsPath, hc.SchemasPath, hc.CreateHooks = "", "", nil // no page from elsewhere, no links in bodies
	hc.RejectUnknownQueryParameters = true
	hc.Transformers = append(hc.Transformers, tidy)
	if cfg.Token != "" {
		hc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
		hc.Security = []map[string][]string{{"bearer": {}}}
	}
	a := humago.New(mux, hc)
	s.orders(a)
	s.actions(a)
	s.master(a)
	s.allotments(a)
	s.sites(a)
	s.notes(a)
	s.restore(a)
	s.boxes(a)
	s.backups(a)

	root := http.NewServeMux()
	root.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	root.HandleFunc("GET /readyz", s.ready)
	root.HandleFunc("GET "+boxPaths+"snapshot/{site}/{id}", s.snapshot)
	page(root)
	root.Handle("/api/", s.guard(whole(described(mux))))
	root.Handle("/openapi.json", s.guard(mux))
	root.Handle("/openapi.yaml", s.guard(mux))
	root.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		problem(w, http.StatusNotFound, "There is nothing at "+strconv.Quote(clip(r.URL.Path))+".")
	})
	return s.local(headers(root))
}

func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(r.Context()); err != nil {
			s.cfg.Log.Error("not ready", "err", err)
			plain(w, http.StatusServiceUnavailable, "the store cannot be read")
			return
		}
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// headers are the same for everything: nothing is framed, sniffed, cached or loaded from elsewhere.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// local keeps everybody but this machine out while there is no token: by address, and by name, so that a
// page from elsewhere cannot come in by pointing its own name here.
func (s *server) local(next http.Handler) http.Handler {
	if s.cfg.Token != "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !from.Addr().Unmap().IsLoopback() {
			problem(w, http.StatusForbidden, "Without a token the centre answers this machine only. Set a token to let others in.")
			return
		}
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if host != "localhost" && (err != nil || !ip.IsLoopback()) && !slices.Contains(s.cfg.Hosts, host) {
			problem(w, http.StatusForbidden, "The centre is not called "+strconv.Quote(clip(host))+". Call it localhost, or set a token.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guard asks for the token, in constant time, and refuses what another site's page sends.
func (s *server) guard(next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(s.cfg.Token))
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		problem(w, http.StatusForbidden, "A page of another origin may not send this.")
	}))
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.cfg.Token != "" && !strings.HasPrefix(r.URL.Path, boxPaths) {
			scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
			got := sha256.Sum256([]byte(token))
			if subtle.ConstantTimeCompare(got[:], want[:]) != 1 || !strings.EqualFold(scheme, "bearer") {
				w.Header().Set("WWW-Authenticate", `Bearer realm="picket"`)
				problem(w, http.StatusUnauthorized, "Send the centre's token: Authorization: Bearer …")
				return
			}
		}
		inner.ServeHTTP(w, r)
	})
}

func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 80)], "") }

// fail turns an error of the clerk into a problem. What is not a person's business is logged, not told.
func (s *server) fail(err error, in string) error {
	var problems order.Problems
	var conflict *clerk.Conflict
	var late *clerk.TooLate
	switch {
	case errors.As(err, &problems):
		details := make([]error, 0, len(problems))
		for _, p := range problems {
			details = append(details, &huma.ErrorDetail{Location: "body." + p.Field, Message: p.Why, Value: p.Value})
		}
		return huma.Error422UnprocessableEntity(in+" is not sound: nothing was taken. "+problems[0].Field+" "+problems[0].Why+".", details...)
	case errors.As(err, &conflict):
		details := make([]error, 0, len(conflict.Fields))
		for _, f := range conflict.Fields {
			details = append(details, &huma.ErrorDetail{Location: "body." + f, Message: "differs from order " + string(conflict.ID)})
		}
		return huma.Error409Conflict("The channel has this number already, for an order that differs. Nothing was changed. See /api/orders/"+string(conflict.ID)+".", details...)
	case errors.Is(err, clerk.ErrNoOrder), errors.Is(err, clerk.ErrNoSite), errors.Is(err, clerk.ErrNoNotice):
		return huma.Error404NotFound(strings.ToUpper(err.Error()[:1]) + err.Error()[1:] + ".")
	case errors.As(err, &late):
		return huma.Error409Conflict(late.Words)
	case errors.Is(err, context.Canceled):
		return huma.NewError(499, "The caller went away.")
	}
	s.cfg.Log.Error("request failed", "what", in, "err", err)
	return huma.Error500InternalServerError("The centre could not do this. Nothing was changed; send it again.")
}
