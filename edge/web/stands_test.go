package web

import (
	"cmp"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// barring is people, some of whom may not stay.
type barring struct {
	staff
	out atomic.Value // floor.UserID
}

func (b *barring) Stands(who *floor.Session) bool { return b.out.Load() != who.User }

// Conflict 21: whoever was disabled at the centre is signed out with the record that says so, and not when the session
// would have ended.
func TestWhoIsDisabledIsSignedOut(t *testing.T) {
	who := &barring{staff: people}
	b := newBox(t, func(b *box) { b.auth = who })
	anna, ben := b.signedIn("hh-1", "B-1"), b.signedIn("hh-2", "B-2")
	order := `{"install":"hh-1","ops":[{"n":1,"id":"hh-1:1","type":"order.accept","data":{"order":"O-1"}}]}`

	who.out.Store(floor.UserID("anna"))
	code, _ := anna.get("/api/me")
	require.Equal(t, 401, code)
	head := b.door.Head()
	code, _ = anna.post("/api/ops", order)
	require.Equal(t, 401, code)
	require.Equal(t, head, b.door.Head(), "nothing of hers is written any more")
	code, _ = ben.get("/api/me")
	require.Equal(t, 200, code)

	require.NoError(t, b.web.Sweep(t.Context()))
	b.feed.look(func(v *view.Board) {
		require.Len(t, v.Sessions(), 1)
		require.Equal(t, floor.UserID("ben"), v.Sessions()[0].User)
	})
	who.out.Store(floor.UserID(""))
	code, _ = anna.get("/api/me")
	require.Equal(t, 401, code, "let in again, she signs in again")
}

func TestDocumentsSayWhoStands(t *testing.T) {
	s := &shelf{body: map[string]any{}}
	quick := &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	s.put(t, "anna", 1, UserDoc{User: "anna", Badge: "B-1", Roles: []string{"picker", "lead"}}, "4711", quick)
	a, err := NewDocAuthenticator(s, s)
	require.NoError(t, err)
	both := []string{"picker", "lead"}
	require.True(t, a.Stands(&floor.Session{User: "anna", Roles: both}))
	require.False(t, a.Stands(&floor.Session{User: "nobody", Roles: nil}))

	again := func(version uint64, u UserDoc) {
		s.docs = nil
		s.put(t, "anna", version, u, "4711", quick)
	}
	again(2, UserDoc{User: "anna", Name: "Anna B.", Badge: "B-1", Roles: both})
	require.True(t, a.Stands(&floor.Session{User: "anna", Roles: both}), "another name is no reason")
	again(3, UserDoc{User: "anna", Badge: "B-1", Roles: []string{"picker"}})
	require.False(t, a.Stands(&floor.Session{User: "anna", Roles: both}), "she is no lead any more")
	require.True(t, a.Stands(&floor.Session{User: "anna", Roles: []string{"picker"}}))
	again(4, UserDoc{User: "anna", Badge: "B-1", Roles: []string{}, Disabled: true})
	require.False(t, a.Stands(&floor.Session{User: "anna", Roles: []string{}}))

	// A box that took the site over knows that there is a document before it has what it says.
	again(5, UserDoc{User: "anna", Badge: "B-1", Roles: both})
	body := s.body["user/anna"]
	delete(s.body, "user/anna")
	require.True(t, a.Stands(&floor.Session{User: "anna", Roles: both}))
	_, err = a.Authenticate(t.Context(), "B-1", "4711")
	require.ErrorIs(t, err, ErrRejected)
	s.body["user/anna"] = body
	_, err = a.Authenticate(t.Context(), "B-1", "4711")
	require.NoError(t, err, "it came, under the same version")
}

// TestAnotherPINOrBadgeEndsWhatIsOpen: somebody saw Anna's PIN and sits at a screen of theirs; she gets another from the centre.
// Whoever is signed in by the old one is out at once, she as well, and comes in by the new one.
func TestAnotherPINOrBadgeEndsWhatIsOpen(t *testing.T) {
	quick := &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	anna := UserDoc{User: "anna", Badge: "B-1", Roles: []string{"picker"}}
	for name, c := range map[string]struct {
		to    UserDoc
		pin   string
		stays bool
	}{
		"a new PIN":       {anna, "9999", false},
		"a new badge":     {UserDoc{User: "anna", Badge: "B-7", Roles: anna.Roles}, "1234", false},
		"only a new name": {UserDoc{User: "anna", Name: "Anna B.", Badge: "B-1", Roles: anna.Roles}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{body: map[string]any{}}
			s.put(t, "anna", 1, anna, "1234", quick)
			hash := s.body["user/anna"].(UserDoc).PIN
			a, err := NewDocAuthenticator(s, s)
			require.NoError(t, err)
			b := newBox(t, func(b *box) { b.auth = a })
			open := b.signedIn("hh-1", "B-1")
			code, _ := open.get("/api/me")
			require.Equal(t, 200, code)

			s.docs = nil
			s.put(t, "anna", 2, c.to, c.pin, quick)
			if c.pin == "" || c.pin == "1234" { // the centre keeps the hash of a PIN that stays
				u := c.to
				u.PIN = hash
				s.body["user/anna"] = u
			}
			code, _ = open.get("/api/me")
			require.Equal(t, c.stays, code == 200, code)
			require.NoError(t, b.web.Sweep(t.Context()))
			b.feed.look(func(v *view.Board) { require.Equal(t, c.stays, len(v.SessionsOf("anna")) == 1) })
			code, body := open.post("/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":%q,"install":"hh-1","station":"bench-1"}`, c.to.Badge, cmp.Or(c.pin, "1234")))
			require.Equal(t, 200, code, body)
			code, _ = open.get("/api/me")
			require.Equal(t, 200, code)
		})
	}

	// A session of a box that noted no mark stays as long as it would have.
	s := &shelf{body: map[string]any{}}
	s.put(t, "anna", 1, anna, "1234", quick)
	a, err := NewDocAuthenticator(s, s)
	require.NoError(t, err)
	require.True(t, a.Stands(&floor.Session{User: "anna", Roles: anna.Roles}))
	require.False(t, a.Stands(&floor.Session{User: "anna", Roles: anna.Roles, Mark: "0123456789abcdef"}))
}
