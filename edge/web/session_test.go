package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

func TestSignInAndOut(t *testing.T) {
	b := newBox(t)
	h := b.hand("hh-1")
	res := h.do("POST", "/api/sign-in", `{"badge":"B-1","pin":"1234","install":"hh-1","station":"bench-1"}`)
	require.Equal(t, 200, res.StatusCode)
	require.JSONEq(t, `{"user":"anna","name":"Anna","roles":["picker"],"station":"bench-1","expires":"2026-11-21T20:00:00Z"}`, text(res))
	c := res.Cookies()[0]
	require.Equal(t, "picket_session", c.Name)
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteStrictMode, c.SameSite)
	require.Equal(t, "/", c.Path)

	code, body := h.get("/api/me")
	require.Equal(t, 200, code)
	require.Contains(t, body, `"anna"`)
	before := b.door.Head()
	require.NoError(t, b.web.Sweep(t.Context()))
	require.Equal(t, before, b.door.Head(), "nothing ran out")

	// The journal has the digest, not the token.
	require.NoError(t, func() error {
		_, err := b.journal.Read(1, 0, func(_ uint64, raw []byte) error {
			require.NotContains(t, string(raw), c.Value)
			return nil
		})
		return err
	}())

	// A token with another station is another token.
	forged := b.hand("hh-1")
	res = forged.do("GET", "/api/me", "", "Cookie", "picket_session="+c.Value+"2")
	require.Equal(t, 401, res.StatusCode)

	code, _ = h.post("/api/sign-out", "")
	require.Equal(t, 204, code)
	res = h.do("GET", "/api/me", "", "Cookie", "picket_session="+c.Value)
	require.Equal(t, 401, res.StatusCode, "a kept cookie is worth nothing")
	code, _ = h.post("/api/sign-out", "")
	require.Equal(t, 204, code, "signing out twice is no fault")

	h = b.signedIn("hh-1", "B-1")
	b.clock.add(12 * time.Hour)
	code, _ = h.get("/api/me")
	require.Equal(t, 401, code, "a session ends")
	require.NoError(t, b.web.Sweep(t.Context()))
	b.feed.look(func(v *view.Board) { require.Empty(t, v.Expired(b.clock.now(), 9)) })
}

func TestCookieUnderTLS(t *testing.T) {
	b := newBox(t, func(b *box) { b.opt.TLS = true })
	res := b.hand("hh-1").do("POST", "/api/sign-in", `{"badge":"B-1","pin":"1234","install":"hh-1"}`)
	require.Equal(t, "__Host-picket_session", res.Cookies()[0].Name)
	require.True(t, res.Cookies()[0].Secure)
	require.NotEmpty(t, res.Header.Get("Strict-Transport-Security"))
}

// Five wrong tries shut the person and the device out for a minute, then for 5, then for 15. Unknown badges
// are answered the same way.
func TestLockout(t *testing.T) {
	for _, badge := range []string{"B-1", "B-77"} {
		b := newBox(t)
		try := func(badge, pin, install string) *http.Response {
			return b.hand(install).do("POST", "/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":%q,"install":%q}`, badge, pin, install))
		}
		for round, minutes := range []int{1, 5, 15} {
			for i := range 5 {
				require.Equal(t, 401, try(badge, "0000", fmt.Sprintf("dev-%d-%d", round, i)).StatusCode)
			}
			res := try(badge, "1234", "dev-x")
			require.Equal(t, 429, res.StatusCode, "the right PIN does not help now")
			require.Equal(t, fmt.Sprint(minutes*60), res.Header.Get("Retry-After"))
			b.clock.add(time.Duration(minutes)*time.Minute - time.Second)
			require.Equal(t, 429, try(badge, "1234", "dev-x").StatusCode)
			b.clock.add(time.Second)
		}
		if badge == "B-1" {
			require.Equal(t, 200, try(badge, "1234", "dev-x").StatusCode, "the nineteen others lock nobody")
			for range 4 {
				require.Equal(t, 401, try(badge, "0000", "dev-x").StatusCode)
			}
			require.Equal(t, 200, try(badge, "1234", "dev-x").StatusCode, "success forgets what was before")
		}
	}
	b := newBox(t)
	for i := range 5 {
		code, _ := b.hand("hh-1").post("/api/sign-in", fmt.Sprintf(`{"badge":"X-%d","pin":"0000","install":"hh-1"}`, i))
		require.Equal(t, 401, code)
	}
	code, _ := b.hand("hh-1").post("/api/sign-in", `{"badge":"B-1","pin":"1234","install":"hh-1"}`)
	require.Equal(t, 429, code, "the device is shut out")
	b.signedIn("hh-2", "B-1")
}

func TestLockoutIsBoundedAndCountsBeforehand(t *testing.T) {
	l := newLockout()
	for i := range lockoutMax + 10 {
		l.charge(morning.Add(time.Duration(i)), key{fmt.Sprint(i), 1})
	}
	require.Len(t, l.keys, lockoutMax)
	require.NotContains(t, l.keys, "0", "the oldest went")

	k := key{"anna", 1}
	for range 5 {
		require.Zero(t, l.charge(morning, k), "five may be under way at once")
	}
	require.Equal(t, time.Minute, l.charge(morning, k), "and no sixth")
	l.refund(k)
	require.Zero(t, l.charge(morning, k), "one of them was no failure")
}

// shelf is a directory of user documents.
type shelf struct {
	docs []floor.Doc
	body map[string]any
	err  error
}

func (s *shelf) Docs(string) []floor.Doc { return s.docs }
func (s *shelf) Doc(_, key string) (d floor.Doc, ok bool) {
	for _, d := range s.docs {
		if d.Key == key {
			return d, true
		}
	}
	return d, false
}
func (s *shelf) Row(kind, key string) ([]byte, bool, error) {
	v, ok := s.body[kind+"/"+key]
	b, err := json.Marshal(v)
	return b, ok, errors.Join(err, s.err)
}

func (s *shelf) put(t *testing.T, key string, version uint64, u UserDoc, pin string, p *argon2id.Params) {
	hash, err := argon2id.CreateHash(pin, p)
	require.NoError(t, err)
	u.PIN = hash
	s.docs = append(s.docs, floor.Doc{Kind: "user", Key: key, Version: version})
	s.body["user/"+key] = u
}

func TestDocAuthenticator(t *testing.T) {
	s := &shelf{body: map[string]any{}}
	quick := &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	s.put(t, "anna", 1, UserDoc{User: "anna", Name: "Anna", Badge: "B-1", Roles: []string{"picker"}}, "4711", quick)
	s.put(t, "ben", 1, UserDoc{User: "ben", Badge: "B-2", Disabled: true}, "4711", quick)
	greedy := *quick
	greedy.Iterations = iterationsMax + 1
	s.put(t, "greedy", 1, UserDoc{User: "greedy", Badge: "B-3"}, "4711", &greedy)
	s.body["user/broken"] = "no object"
	s.docs = append(s.docs, floor.Doc{Kind: "user", Key: "broken", Version: 1}, floor.Doc{Kind: "user", Key: "absent", Version: 1})
	a, err := NewDocAuthenticator(s, s)
	require.NoError(t, err)
	ctx := t.Context()

	for _, who := range []string{"B-1", "anna"} {
		p, err := a.Authenticate(ctx, who, "4711")
		user, ok := a.Called(who)
		require.True(t, ok)
		require.Equal(t, floor.UserID("anna"), user, "whatever she is called by")
		require.NoError(t, err)
		require.Len(t, p.Mark, 16)
		require.Equal(t, Person{User: "anna", Name: "Anna", Roles: []string{"picker"}, Mark: p.Mark}, p)
	}
	for _, c := range [][2]string{{"B-1", "4712"}, {"B-9", "4711"}, {"B-2", "4711"}, {"B-3", "4711"}, {"broken", "4711"}, {"", "4711"}, {"B-9", "nobody has this PIN"}} {
		_, err := a.Authenticate(ctx, c[0], c[1])
		require.ErrorIs(t, err, ErrRejected, "%v", c)
	}

	// A new version of the document counts at once.
	s.docs = s.docs[1:]
	s.put(t, "anna", 2, UserDoc{User: "anna", Name: "Anna B.", Badge: "B-1"}, "0815", quick)
	_, err = a.Authenticate(ctx, "B-1", "4711")
	require.ErrorIs(t, err, ErrRejected)
	p, err := a.Authenticate(ctx, "B-1", "0815")
	require.NoError(t, err)
	require.Equal(t, "Anna B.", p.Name)

	gone, cancel := context.WithCancel(ctx)
	cancel()
	a.turn <- struct{}{}
	_, err = a.Authenticate(gone, "B-1", "0815")
	require.ErrorIs(t, err, context.Canceled, "one at a time")
	for range waitMax {
		a.queue <- struct{}{}
	}
	_, err = a.Authenticate(ctx, "B-1", "0815")
	require.ErrorIs(t, err, ErrCrowded)
	<-a.turn
	for range waitMax {
		<-a.queue
	}
	s.err = errors.New("disk")
	s.docs[0].Version = 9
	_, err = a.Authenticate(ctx, "B-1", "0815")
	require.ErrorContains(t, err, "disk")
	require.NotErrorIs(t, err, ErrRejected)
}

// Whether a badge exists does not show in the work done: the same hash with the same costs is computed.
func TestAnUnknownBadgeCostsTheSame(t *testing.T) {
	s := &shelf{body: map[string]any{}}
	s.put(t, "anna", 1, UserDoc{User: "anna", Badge: "B-1"}, "4711", PINParams())
	a, err := NewDocAuthenticator(s, s)
	require.NoError(t, err)
	unknown, _, _, err := argon2id.DecodeHash(a.nobody)
	require.NoError(t, err)
	known, _, _, err := argon2id.DecodeHash(s.body["user/anna"].(UserDoc).PIN)
	require.NoError(t, err)
	require.Equal(t, known, unknown)
	require.Equal(t, uint32(19*1024), unknown.Memory)
}

// A whole shift behind one address: those who get in do not use up the tries of the rest.
func TestOneAddressForMany(t *testing.T) {
	b := newBox(t)
	for i := range 2 * triesEach * addrTries {
		b.signedIn(fmt.Sprintf("hh-%d", i), "B-1")
	}
	for i := range triesEach * addrTries {
		code, _ := b.hand("x").post("/api/sign-in", fmt.Sprintf(`{"badge":"X-%d","pin":"0000","install":"dev-%d"}`, i, i))
		require.Equal(t, 401, code)
	}
	code, _ := b.hand("x").post("/api/sign-in", `{"badge":"B-1","pin":"1234","install":"hh-1"}`)
	require.Equal(t, 429, code, "an address that tries badge after badge is shut out")
}
