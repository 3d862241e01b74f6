package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

const (
	signInMax = 4 << 10
	pinMax    = 64
	deviceMax = 56 // leaves room for ":" and the number in a command's id
	keyMin    = 22 // as for tokens
	keyMax    = 128
	addrTries = 8 // an address may stand for many devices, so it may fail so many times as often
)

// signInBody is what somebody signs in with. The key is the device's own secret, made where its name was made: the first
// who signs in with one under a name takes the name for the device, and from there on nobody else's commands count
// as that device's. A device without one, of an earlier version, has its name only as long as nobody takes it.
type signInBody struct {
	Badge   string          `json:"badge"`
	PIN     string          `json:"pin"`
	Install floor.DeviceID  `json:"install"`
	Station floor.StationID `json:"station,omitempty"`
	Key     string          `json:"key,omitempty"`
	Vouch   *voucher        `json:"vouch,omitempty"`
}

// voucher is a colleague who vouches for whoever signs in, while nobody knows any more who works here.
type voucher struct {
	Badge string `json:"badge"`
	PIN   string `json:"pin"`
}

// me is who is signed in.
type me struct {
	User    floor.UserID    `json:"user"`
	Name    string          `json:"name"`
	Roles   []string        `json:"roles"`
	Station floor.StationID `json:"station,omitempty"`
	Expires time.Time       `json:"expires"`
}

// signedIn is a session as a request shows it. The station is part of the token, so nobody can change it.
type signedIn struct {
	floor.Session
	Station floor.StationID
	machine bool // it came with a token
}

func (s *signedIn) me() me {
	return me{User: s.User, Name: s.Name, Roles: append([]string{}, s.Roles...), Station: s.Station, Expires: s.Expires.UTC()}
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	body, p := readBody(w, r, signInMax)
	if p != nil {
		p.write(w)
		return
	}
	var ask signInBody
	if p := decode(body, "body", &ask); p != nil {
		p.write(w)
		return
	}
	for _, f := range [][2]string{{"badge", ask.Badge}, {"install", string(ask.Install)}, {"station", string(ask.Station)}} {
		if err := floor.CheckID(f[0], f[1]); err != nil && (f[0] != "station" || f[1] != "") {
			bad(http.StatusUnprocessableEntity, "body."+f[0], err.Error()[len(f[0])+2:], nil).write(w)
			return
		}
	}
	switch {
	case ask.PIN == "" || len(ask.PIN) > pinMax:
		bad(http.StatusUnprocessableEntity, "body.pin", "is missing, or longer than any PIN", nil).write(w)
		return
	case len(ask.Install) > deviceMax:
		bad(http.StatusUnprocessableEntity, "body.install", "is too long", nil).write(w)
		return
	case ask.Key != "" && (len(ask.Key) < keyMin || len(ask.Key) > keyMax || floor.CheckID("key", ask.Key) != nil):
		bad(http.StatusUnprocessableEntity, "body.key", fmt.Sprintf("must be %d to %d letters, digits and ._:-, drawn at random", keyMin, keyMax), nil).write(w)
		return
	}
	if strings.ContainsAny(string(ask.Install), ":/") {
		bad(http.StatusUnprocessableEntity, "body.install", "must be letters, digits, dots, hyphens and underscores", short(string(ask.Install))).write(w)
		return
	}
	if s.ofToken(ask.Install) {
		problem(http.StatusForbidden, anotherDevice, "Another device", "That name is a program's, which comes with a token. Sign in under a name of this device's own.",
			FieldError{Location: "body.install", Message: "belongs to a token of this box", Value: string(ask.Install)}).write(w)
		return
	}
	who, p := s.checkPIN(r, ask.Badge, ask.PIN, "device/"+string(ask.Install))
	if p != nil {
		p.write(w)
		return
	}
	by, p := s.vouched(r, who, &ask)
	if p != nil {
		p.write(w)
		return
	}
	session, token, err := s.open(r.Context(), who, by, &ask, s.clock())
	var no *floor.Refusal
	if errors.As(err, &no) && no.Code == floor.AnotherDevice {
		s.log.Warn("sign-in under the name of another device", "device", ask.Install, "user", who.User, "address", remote(r))
		problem(http.StatusForbidden, anotherDevice, "Another device", no.Words()+" "+no.Hint(),
			FieldError{Location: "body.key", Message: "is not the key of the device that has this name"}).write(w)
		return
	}
	if err != nil {
		s.fault(w, r, "sign-in", err)
		return
	}
	http.SetCookie(w, s.cookie(token, int(s.opt.SessionFor/time.Second)))
	reply(w, session.me())
}

// vouched is who vouches for a person, where the centre was not heard for longer than it may take until somebody who was
// disabled there is known here. The floor works on: two people sign in together, so that nobody comes in alone.
func (s *Server) vouched(r *http.Request, who Person, ask *signInBody) (floor.UserID, *Problem) {
	long := s.unheard()
	if s.opt.OfflineGrace <= 0 || long <= s.opt.OfflineGrace {
		return "", nil
	}
	if ask.Vouch == nil {
		return "", problem(http.StatusForbidden, notVouched, "A colleague has to vouch for you",
			"The centre was not heard for "+days(long)+", so this box cannot know who still works here. Another person vouches for you, with badge and PIN, until the line is back.")
	}
	for _, f := range [][2]string{{"badge", ask.Vouch.Badge}} {
		if err := floor.CheckID(f[0], f[1]); err != nil {
			return "", bad(http.StatusUnprocessableEntity, "body.vouch."+f[0], err.Error()[len(f[0])+2:], nil)
		}
	}
	if ask.Vouch.PIN == "" || len(ask.Vouch.PIN) > pinMax {
		return "", bad(http.StatusUnprocessableEntity, "body.vouch.pin", "is missing, or longer than any PIN", nil)
	}
	by, p := s.checkPIN(r, ask.Vouch.Badge, ask.Vouch.PIN, "device/"+string(ask.Install))
	if p != nil {
		return "", p
	}
	if by.User == who.User {
		return "", bad(http.StatusUnprocessableEntity, "body.vouch.badge", "must be another person's", nil)
	}
	s.log.Warn("somebody was let in on a colleague's word: the centre is not heard", "user", who.User, "by", by.User, "for", long.Round(time.Minute))
	return by.User, nil
}

// unheard is how long the site has been cut off; 0 while it is not, or has no centre.
func (s *Server) unheard() time.Duration {
	var since time.Time
	s.feed.look(func(b *view.Board) { since = b.CutSince() })
	if since.IsZero() {
		return 0
	}
	return s.clock().Sub(since)
}

// days says how long it was, roughly.
func days(d time.Duration) string {
	if d < 48*time.Hour {
		return floor.Plural(int(d/time.Hour), "hour")
	}
	return floor.Plural(int(d/(24*time.Hour)), "day")
}

// checkPIN finds out who carries a badge and knows its PIN. Failures count against the person, the device the
// try came from, and the address.
func (s *Server) checkPIN(r *http.Request, badge, pin, device string) (Person, *Problem) {
	now := s.clock()
	user, called := s.calledBy(badge)
	who, from, addr := key{"who/" + called, 1}, key{device, 1}, key{"addr/" + remote(r), addrTries}
	if user != "" && s.locked(user) {
		s.log.Warn("sign-in while locked out", "from", device)
		return Person{}, locked()
	}
	if wait := s.lockout.charge(now, who, from, addr); wait > 0 {
		if wait > forGood/2 {
			return Person{}, locked()
		}
		s.log.Warn("sign-in while shut out", "from", device, "for", wait)
		p := problem(http.StatusTooManyRequests, tooManyTries, "Too many tries", "Too many wrong PINs. Wait a little, or ask a lead.")
		p.after = wait
		return Person{}, p
	}
	person, err := s.auth.Authenticate(r.Context(), badge, pin)
	switch {
	case errors.Is(err, ErrRejected):
		s.log.Warn("sign-in rejected", "from", device, "address", remote(r))
		if n := s.lockout.failed(who); n >= lockAt {
			s.lock(r.Context(), now, user, who, n)
		}
		return Person{}, problem(http.StatusUnauthorized, badCredentials, "Not signed in", "Badge or PIN is wrong. Try again.")
	case errors.Is(err, ErrCrowded), err != nil && r.Context().Err() != nil:
		s.lockout.refund(who, from, addr)
		return Person{}, busy()
	case err != nil:
		s.lockout.refund(who, from, addr)
		s.log.Error("a request failed", "what", "sign-in", "error", err)
		return Person{}, failed()
	}
	s.lockout.refund(addr)
	s.lockout.pass(who, from)
	return person, nil
}

// calledBy is what tries count against: the person who is meant, by whatever name, or the name where nobody is.
func (s *Server) calledBy(badge string) (user floor.UserID, called string) {
	if known, ok := s.auth.(Caller); ok {
		if user, ok := known.Called(badge); ok {
			return user, "is/" + string(user)
		}
	}
	return "", "called/" + strings.ToLower(badge)
}

// locked says whether a person is locked out until a lead lets them in again.
func (s *Server) locked(u floor.UserID) (yes bool) {
	s.feed.look(func(b *view.Board) { yes = b.Locked(u) })
	return yes
}

// lock locks out whoever failed too often. Where it cannot be written down the waiting goes on, and the next failure
// tries again.
func (s *Server) lock(ctx context.Context, now time.Time, user floor.UserID, who key, tries int) {
	if user == "" {
		s.lockout.lock(now, who)
		return
	}
	ctx = context.WithoutCancel(ctx) // whoever tries does not get out of it by hanging up
	if err := s.give(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("lock:" + rand.Text())}, Command: &floor.LockPerson{User: user, Tries: tries}}); err != nil {
		s.log.Error("a request failed", "what", "lock", "error", err)
		return
	}
	s.lockout.pass(who)
}

func locked() *Problem {
	return problem(http.StatusForbidden, lockedOut, "Locked out", "Too many wrong PINs. A lead has to let this badge in again, on the desk.")
}

// open writes the session down. The token is known to nobody but its owner.
func (s *Server) open(ctx context.Context, who Person, by floor.UserID, ask *signInBody, now time.Time) (signedIn, string, error) {
	var secret [32]byte
	if _, err := io.ReadFull(s.random, secret[:]); err != nil {
		return signedIn{}, "", err
	}
	token := base64.RawURLEncoding.EncodeToString(secret[:])
	at := ask.Station
	if at != "" {
		token += "." + string(at)
	}
	out := signedIn{Station: at, Session: floor.Session{
		ID: digest(token), User: who.User, Name: who.Name, Roles: who.Roles, Device: ask.Install, Vouched: by, Mark: who.Mark,
		Expires: now.Add(s.opt.SessionFor).UTC().Truncate(time.Second),
	}}
	if ask.Key != "" {
		out.Key = digest(ask.Key)
	}
	meta := floor.Meta{ID: floor.CommandID("sign-in:" + out.ID), Actor: who.User, Station: at}
	return out, token, s.give(ctx, node.Submission{Meta: meta, Command: &floor.SignIn{Session: out.Session}})
}

// give puts a command of the box itself through the door and waits until it shows.
func (s *Server) give(ctx context.Context, sub node.Submission) error {
	replies, err := s.door.SubmitAll(ctx, []node.Submission{sub})
	if err != nil {
		return err
	}
	if err := replies[0].Err; err != nil {
		return err
	}
	if r := replies[0].Answer.Refusal; r != nil {
		return r
	}
	return s.feed.Reach(ctx, replies[0].Answer.Seq)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if who, ok := s.person(r); ok {
		meta := floor.Meta{ID: floor.CommandID("sign-out:" + who.ID), Actor: who.User, Station: who.Station}
		var no *floor.Refusal
		if err := s.give(r.Context(), node.Submission{Meta: meta, Command: &floor.SignOut{ID: who.ID}}); err != nil && !errors.As(err, &no) {
			s.fault(w, r, "sign-out", err)
			return
		}
	}
	http.SetCookie(w, s.cookie("", -1))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) whoAmI(w http.ResponseWriter, _ *http.Request, who *signedIn) { reply(w, who.me()) }

// person is who is signed in at the other end of a request, by the cookie.
func (s *Server) person(r *http.Request) (signedIn, bool) {
	c, err := r.Cookie(s.cookieName())
	if err != nil || c.Value == "" || len(c.Value) > 256 {
		return signedIn{}, false
	}
	return s.session(c.Value)
}

// session is who holds a token. It is looked up by the token's digest, so what an attacker could learn from
// the time it takes tells him nothing about a token.
func (s *Server) session(token string) (signedIn, bool) {
	id := digest(token)
	out := signedIn{}
	ok := false
	s.feed.look(func(b *view.Board) { out.Session, ok = b.Session(id, s.clock()) })
	if !ok || subtle.ConstantTimeCompare([]byte(id), []byte(out.ID)) != 1 {
		return signedIn{}, false
	}
	if !s.stands(&out.Session) {
		return signedIn{}, false
	}
	_, at, _ := strings.Cut(token, ".")
	out.Station = floor.StationID(at)
	return out, true
}

// stands says whether somebody who signed in may still be here: who was disabled at the centre since, or has other roles,
// another badge or another PIN, signs in anew or not at all.
func (s *Server) stands(who *floor.Session) bool {
	a, ok := s.auth.(Stander)
	return !ok || a.Stands(who)
}

// Sweep closes the sessions that ran out, or whose person may not be here any more, a few at a time. Whoever runs the
// server calls it now and then.
func (s *Server) Sweep(ctx context.Context) error {
	var ids []string
	var all []floor.Session
	s.feed.look(func(b *view.Board) { ids, all = b.Expired(s.clock(), 64), b.Sessions() })
	for i := range all {
		if len(ids) < 64 && !slices.Contains(ids, all[i].ID) && !s.stands(&all[i]) {
			ids = append(ids, all[i].ID)
		}
	}
	for _, id := range ids {
		var no *floor.Refusal
		sub := node.Submission{Meta: floor.Meta{ID: floor.CommandID("sign-out:" + id)}, Command: &floor.SignOut{ID: id}}
		if err := s.give(ctx, sub); err != nil && !errors.As(err, &no) {
			return err
		}
	}
	return nil
}

func (s *Server) cookieName() string {
	if s.opt.TLS {
		return "__Host-picket_session"
	}
	return "picket_session"
}

func (s *Server) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.opt.TLS, SameSite: http.SameSiteStrictMode}
}

func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
