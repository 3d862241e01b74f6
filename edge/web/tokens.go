package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"picket/edge/floor"
)

// Token lets a machine in. Its text is known to the machine alone; the box has its digest.
type Token struct {
	Name   string   // stands in the journal as who gave a command: api:<name>
	SHA256 string   // hex of the token's SHA-256
	Roles  []string // till, integration, cli, centre, print, or those of people
}

// tokenMin is the shortest token that is looked at: 128 bits in base64.
const tokenMin = 22

type token struct {
	name   string
	digest [sha256.Size]byte
	roles  []string
}

// machineRoles are the roles a token may carry.
var machineRoles = []string{Till, Integration, CLI, Central, PrintServer, Picker, Packer, Associate, Lead, Manager, Operator}

// CheckTokens says which token cannot be right; field names the list in the error.
func CheckTokens(field string, list []Token) error {
	_, err := readTokens(field, list)
	return err
}

// handhelds is what the names of all handhelds begin with, before the hyphen: the app makes them so.
const handhelds = "hh"

func readTokens(field string, list []Token) ([]token, error) {
	var out []token
	for i, t := range list {
		at := fmt.Sprintf("%s[%d]", field, i)
		if err := floor.CheckID(at+".name", t.Name); err != nil {
			return nil, err
		}
		if t.Name == handhelds {
			return nil, fmt.Errorf("%s.name: %q is how the names of handhelds begin; choose another", at, t.Name)
		}
		sum, err := hex.DecodeString(t.SHA256)
		if err != nil || len(sum) != sha256.Size {
			return nil, fmt.Errorf("%s.sha256: is not a SHA-256 of 64 hex digits; make one with: printf %%s \"$TOKEN\" | sha256sum", at)
		}
		if empty := sha256.Sum256(nil); [sha256.Size]byte(sum) == empty {
			return nil, fmt.Errorf("%s.sha256: is the digest of no token at all: was $TOKEN empty? Make one with: TOKEN=$(openssl rand -hex 24)", at)
		}
		if len(t.Roles) == 0 {
			return nil, fmt.Errorf("%s.roles: is missing; there are: %s", at, strings.Join(machineRoles, ", "))
		}
		for _, r := range t.Roles {
			if !slices.Contains(machineRoles, r) {
				return nil, fmt.Errorf("%s.roles: %q is not a role; there are: %s", at, r, strings.Join(machineRoles, ", "))
			}
		}
		k := token{name: t.Name, digest: [sha256.Size]byte(sum), roles: slices.Clone(t.Roles)}
		for _, o := range out {
			if o.name == k.name || o.digest == k.digest {
				return nil, fmt.Errorf("%s: its name or its digest stands there twice", at)
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// caller finds out who asks: the box's own operator on the socket in its directory, a machine by its token, or
// a person by the cookie. A request that carries a token is never taken for the person whose cookie comes with it.
func (s *Server) caller(r *http.Request) (signedIn, *Problem) {
	if name, ok := r.Context().Value(localKey{}).(string); ok {
		return signedIn{Session: floor.Session{User: floor.UserID("box:" + name), Name: name, Roles: []string{Operator}, Expires: s.clock().Add(s.opt.SessionFor)}}, nil
	}
	if len(r.Header.Values("Authorization")) > 0 {
		return s.machine(r)
	}
	if who, ok := s.person(r); ok {
		return who, nil
	}
	return signedIn{}, signedOut()
}

// bearer says whether a request brings a token instead of a cookie. No page of another origin can make a
// browser add one, so such a request needs no check of where it comes from.
func bearer(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "bearer")
}

func (s *Server) machine(r *http.Request) (signedIn, *Problem) {
	now := s.clock()
	addr := key{"token/" + remote(r), addrTries}
	if wait := s.lockout.charge(now, addr); wait > 0 {
		p := problem(http.StatusTooManyRequests, tooManyTries, "Too many tries", "Too many wrong tokens came from this address. Wait a little.")
		p.after = wait
		return signedIn{}, p
	}
	t, short := s.tokenOf(bearerText(r))
	if bearer(r) && t != nil && short {
		s.log.Warn("a token of the settings is too short to be let in", "token", t.name, "least", tokenMin)
		return signedIn{}, problem(http.StatusUnauthorized, badCredentials, "Not let in",
			fmt.Sprintf("The token %s has fewer than %d characters, and others could guess it. Make another: openssl rand -hex 24.", t.name, tokenMin))
	}
	if !bearer(r) || t == nil {
		s.log.Warn("a token was rejected", "address", remote(r))
		return signedIn{}, problem(http.StatusUnauthorized, badCredentials, "Not let in", "The token is not one of this box's. Its operator keeps the list (tokens).")
	}
	s.lockout.refund(addr)
	return signedIn{machine: true, Session: floor.Session{User: floor.UserID("api:" + t.name), Name: t.name, Roles: t.roles, Expires: now.Add(s.opt.SessionFor)}}, nil
}

// bearerText is the token a request brings.
func bearerText(r *http.Request) string {
	_, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(text)
}

// tokenOf finds a token by its text; nil when the box has none such. One that is too short lets nobody in: its digest
// does not tell so, and only who brings it can be told.
func (s *Server) tokenOf(text string) (found *token, short bool) {
	sum := sha256.Sum256([]byte(text))
	list := *s.tokens.Load()
	for i := range list { // all of them, so that the time tells nothing
		if subtle.ConstantTimeCompare(sum[:], list[i].digest[:]) == 1 {
			found = &list[i]
		}
	}
	return found, len(text) < tokenMin
}

// letsIn is the token a text lets somebody in with; nil when there is none.
func (s *Server) letsIn(text string) *token {
	if t, short := s.tokenOf(text); !short {
		return t
	}
	return nil
}

// SetTokens takes another list of tokens from here on. Whoever looks on with one that is no longer there is
// cut off at once.
func (s *Server) SetTokens(list []Token) error {
	tokens, err := readTokens("tokens", list)
	if err != nil {
		return err
	}
	s.tokens.Store(&tokens)
	var out []*screen
	s.mu.Lock()
	for c := range s.connected {
		if c.machine && !c.check() {
			out = append(out, c)
		}
	}
	s.mu.Unlock()
	for _, c := range out {
		c.close(closeSignedOut, "the token was taken back")
	}
	return nil
}

// refuseCaller answers somebody who is not let in.
func refuseCaller(w http.ResponseWriter, r *http.Request, p *Problem) {
	if p.Status == http.StatusUnauthorized && len(r.Header.Values("Authorization")) > 0 {
		w.Header().Set("WWW-Authenticate", `Bearer realm="picket"`)
	}
	p.write(w)
}

type localKey struct{}

// Local is the handler for the socket in the box's own directory, which only its operator can open: whoever
// comes by it has the operator's role, under the name given.
func (s *Server) Local(name func(context.Context) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := name(r.Context())
		if floor.CheckID("name", who) != nil {
			who = Operator
		}
		s.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), localKey{}, who)))
	})
}

func local(ctx context.Context) bool { return ctx.Value(localKey{}) != nil }

// notFor is the answer to somebody whose role does not reach.
func notFor(what, role string) *Problem {
	return problem(http.StatusForbidden, notAllowed, "Not for your role", what+" is for a "+role+".")
}
