package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// guard stands before everything: who is asked, by which page, and what a browser may do with the answer.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // it is this very value
					panic(p)
				}
				s.log.Error("a request ended in a panic", "path", r.URL.Path, "panic", p)
				failed().write(w)
			}
		}()
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.opt.TLS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		switch {
		case over(r.Context()):
			h.Set("Connection", "close")
			p := problem(http.StatusServiceUnavailable, unavailable, "The box is full", "Too many devices are connected. Try again in a moment.")
			p.after = 5e9
			p.write(w)
		case !local(r.Context()) && !s.host(r.Host):
			problem(http.StatusMisdirectedRequest, wrongHost, "Not this box", "This box does not go by that name. Its operator can add the name to the configuration.",
				FieldError{Location: "header.Host", Message: "is not a name of this box", Value: short(r.Host)}).write(w)
		case !local(r.Context()) && !bearer(r) && !s.origin(r):
			problem(http.StatusForbidden, notAllowed, "Not from there", "A page of another origin may not ask this of the box.",
				FieldError{Location: "header.Origin", Message: "is not allowed", Value: short(r.Header.Get("Origin"))}).write(w)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// host says whether the box goes by this name. An address needs no list: a page cannot rebind one.
func (s *Server) host(hostport string) bool {
	name := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(strings.Trim(name, "[]"), "."))
	if _, err := netip.ParseAddr(name); err == nil || name == "localhost" {
		return true
	}
	return slices.Contains(s.opt.Hosts, name)
}

// origin says whether the page that asks may. Reading is harmless without the cookie, which is sent to the
// box's own pages alone; whatever changes something, and every websocket, must come from an allowed page.
func (s *Server) origin(r *http.Request) bool {
	from := r.Header.Get("Origin")
	socket := strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case from != "":
		if safe && !socket {
			return true
		}
		return slices.Contains(s.opt.Origins, from) || s.own(from, r.Host)
	case socket:
		return false
	case safe:
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "" || site == "same-origin" || site == "none"
}

// own says whether an origin is the box itself, under the name it was asked by.
func (s *Server) own(origin, host string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	scheme := "http"
	if s.opt.TLS {
		scheme = "https"
	}
	return origin == scheme+"://"+u.Host && strings.EqualFold(u.Host, host)
}
