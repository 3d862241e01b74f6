package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/alexedwards/argon2id"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

// Vault opens and seals what lies beside the journal. A site without a centre has one here: its people and its
// customers' addresses come by the API.
type Vault interface {
	Bodies
	Sealer
}

// Sealer seals what is personal.
type Sealer interface {
	// Seal makes the row of a reference such as doc/user/anna or pii/O-1; false when it is not one.
	Seal(ref string, body []byte) (node.Row, bool)
	// Mark tells a row's body from another one, and nothing of what is in it to whoever has not the vault's key.
	Mark(ref string, body []byte) []byte
}

// userAsk is a person as somebody sets them up. The PIN comes in clear, is hashed at once, and stands nowhere else.
type userAsk struct {
	User     floor.UserID `json:"user"`
	Name     string       `json:"name"`
	Badge    string       `json:"badge,omitempty"`
	Roles    []string     `json:"roles"`
	PIN      string       `json:"pin,omitempty"` // needed for somebody new; without it the PIN stays
	Disabled bool         `json:"disabled,omitempty"`
}

// usersBody brings people, each whole; those not named stay.
type usersBody struct {
	Users []userAsk `json:"users"`
}

// usersReply says how many were changed.
type usersReply struct {
	Changed int `json:"changed"`
}

// userRow is a person who may sign in. Neither the PIN nor its hash leaves the box.
type userRow struct {
	User     floor.UserID `json:"user"`
	Name     string       `json:"name"`
	Badge    string       `json:"badge,omitempty"`
	Roles    []string     `json:"roles"`
	Disabled bool         `json:"disabled,omitempty"`
}

const (
	usersMax = 50 // each costs a hash of a tenth of a second
	nameMax  = 120
	pinLeast = 4
	pinMost  = 12
)

// peopleRoles are what people may be.
var peopleRoles = []string{Picker, Packer, Associate, Lead, Manager, Operator}

func (s *Server) userRoutes() []route {
	id := []param{{in: "path", name: "id", says: "The user id.", kind: "string", needed: true}}
	return []route{
		{method: http.MethodGet, pattern: "/api/users", role: Central, says: "Who may sign in. Only at a site without a centre; elsewhere the centre keeps the list.",
			answer: &struct {
				Rows []userRow `json:"rows"`
			}{}, errors: []int{409}, serve: s.users},
		{method: http.MethodPut, pattern: "/api/users", role: Central, says: "Adds people or changes them, each whole; those not named stay. A PIN of 4 to 12 digits is kept as its hash alone; without one it stays as it was. Whoever's PIN, badge or roles change is signed out. Only at a site without a centre.",
			body: &usersBody{}, answer: &usersReply{}, errors: []int{400, 403, 409, 413, 415, 422, 503}, serve: s.putUsers},
		{method: http.MethodDelete, pattern: "/api/users/{id}", role: Central, says: "Removes a person: signed out, and erased with name, badge and PIN. Only at a site without a centre.",
			params: id, answer: &usersReply{}, errors: []int{403, 404, 409, 503}, serve: s.removeUser},
	}
}

func hasCentre() *Problem {
	return problem(http.StatusConflict, conflict, "The centre does this", "This site has a centre, which keeps its people and its customers' addresses: bring them there. A site without one says centre: none in its configuration.")
}

// staffDoc is a person's document as it is in force.
type staffDoc struct {
	UserDoc
	version uint64
	body    []byte
}

// staff reads everybody's document. Somebody who was removed has an empty one.
func (s *Server) staff() (map[floor.UserID]staffDoc, error) {
	out := map[floor.UserID]staffDoc{}
	for _, d := range s.feed.Docs("user") {
		body, there, err := s.vault.Row(d.Kind, d.Key)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", d.Key, err)
		}
		doc := staffDoc{version: d.Version, body: body}
		if there && json.Unmarshal(body, &doc.UserDoc) != nil {
			return nil, fmt.Errorf("user %s: its document cannot be read", d.Key)
		}
		out[floor.UserID(d.Key)] = doc
	}
	return out, nil
}

func (s *Server) users(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	if s.vault == nil {
		hasCentre().write(w)
		return
	}
	all, err := s.staff()
	if err != nil {
		s.fault(w, r, "people", err)
		return
	}
	out := struct {
		Rows []userRow `json:"rows"`
	}{Rows: []userRow{}}
	for _, d := range all {
		if d.User != "" {
			out.Rows = append(out.Rows, userRow{User: d.User, Name: d.Name, Badge: d.Badge, Roles: append([]string{}, d.Roles...), Disabled: d.Disabled})
		}
	}
	slices.SortFunc(out.Rows, func(a, b userRow) int { return cmp.Compare(a.User, b.User) })
	reply(w, out)
}

func (s *Server) putUsers(w http.ResponseWriter, r *http.Request, who *signedIn) {
	if s.vault == nil {
		hasCentre().write(w)
		return
	}
	body, p := readBody(w, r, opsBytes)
	if p != nil {
		p.write(w)
		return
	}
	var ask usersBody
	if p := decode(body, "body", &ask); p != nil {
		p.write(w)
		return
	}
	s.staffing.Lock()
	defer s.staffing.Unlock()
	have, err := s.staff()
	if err != nil {
		s.fault(w, r, "people", err)
		return
	}
	if p := checkUsers(ask.Users, have, who); p != nil {
		p.write(w)
		return
	}
	out := usersReply{}
	for i := range ask.Users {
		changed, p := s.putUser(r.Context(), &ask.Users[i], have[ask.Users[i].User], who)
		if p != nil {
			p.write(w)
			return
		}
		if changed {
			out.Changed++
		}
	}
	reply(w, out)
}

// checkUsers says what of the people cannot be. People sign in by badge or user id, so that neither may be
// another's.
func checkUsers(list []userAsk, have map[floor.UserID]staffDoc, who *signedIn) *Problem {
	no := func(at, why string) *Problem { return bad(http.StatusUnprocessableEntity, at, why, nil) }
	if n := len(list); n == 0 || n > usersMax {
		return no("body.users", fmt.Sprintf("are %d, from 1 to %d are allowed", n, usersMax))
	}
	carries := map[string]floor.UserID{} // badge or user id -> whose
	named := map[floor.UserID]bool{}
	for i := range list {
		named[list[i].User] = true
	}
	for id, d := range have {
		if d.User != "" && !named[id] {
			carries[string(id)] = id
			if d.Badge != "" {
				carries[d.Badge] = id
			}
		}
	}
	for i := range list {
		u, at := &list[i], fmt.Sprintf("body.users[%d].", i)
		if err := floor.CheckID("user", string(u.User)); err != nil {
			return no(at+"user", err.Error()[len("user: "):])
		}
		if strings.ContainsAny(string(u.User), ":/") {
			return no(at+"user", "must have no : and no /, which are for machines and addresses")
		}
		if strings.TrimSpace(u.Name) == "" || len(u.Name) > nameMax {
			return no(at+"name", fmt.Sprintf("must be 1 to %d bytes", nameMax))
		}
		if u.Badge != "" && floor.CheckID("badge", u.Badge) != nil {
			return no(at+"badge", "must be letters, digits and ._:/-, at most 80")
		}
		if err := floor.CheckWords("name", u.Name, false); err != nil {
			return no(at+"name", err.Error()[len("name: "):])
		}
		for j, role := range u.Roles {
			if !slices.Contains(peopleRoles, role) {
				return no(fmt.Sprintf("%sroles[%d]", at, j), "is none of "+strings.Join(peopleRoles, ", "))
			}
			if !mayAppoint(who, role) {
				return problem(http.StatusForbidden, notAllowed, "Not for your role", "You may not make somebody "+role+".",
					FieldError{Location: fmt.Sprintf("%sroles[%d]", at, j), Message: "is above your own"})
			}
		}
		had := have[u.User]
		if !mayChange(who, &had) {
			return problem(http.StatusForbidden, notAllowed, "Not for your role", "You may not change somebody with a role above your own.",
				FieldError{Location: at + "user", Message: "has a role above your own"})
		}
		switch {
		case u.PIN != "" && (len(u.PIN) < pinLeast || len(u.PIN) > pinMost || strings.Trim(u.PIN, "0123456789") != ""):
			return no(at+"pin", fmt.Sprintf("must be %d to %d digits", pinLeast, pinMost))
		case u.PIN == "" && had.PIN == "" && !u.Disabled:
			return no(at+"pin", "is missing")
		}
		for _, name := range [][2]string{{"user", string(u.User)}, {"badge", u.Badge}} {
			if name[1] == "" || name[0] == "badge" && name[1] == string(u.User) {
				continue
			}
			if _, taken := carries[name[1]]; taken {
				return no(at+name[0], "is the badge or the user id of another person")
			}
			carries[name[1]] = u.User
		}
	}
	return nil
}

// mayAppoint keeps a manager from making operators.
func mayAppoint(who *signedIn, role string) bool {
	return role != Operator || has(who.Roles, Operator, CLI, Central)
}

func mayChange(who *signedIn, d *staffDoc) bool {
	return !slices.Contains(d.Roles, Operator) || mayAppoint(who, Operator)
}

// putUser writes one person's document, when it is another than the one in force.
func (s *Server) putUser(ctx context.Context, u *userAsk, had staffDoc, who *signedIn) (bool, *Problem) {
	doc := UserDoc{User: u.User, Name: u.Name, Badge: u.Badge, Roles: append([]string{}, u.Roles...), PIN: had.PIN, Disabled: u.Disabled}
	switch {
	case u.Disabled:
		doc.PIN, doc.Roles = "", []string{}
	case u.PIN != "":
		same := false
		if had.PIN != "" {
			same, _ = argon2id.ComparePasswordAndHash(u.PIN, had.PIN) // a hash that cannot be read is not the same
		}
		if !same {
			hash, err := argon2id.CreateHash(u.PIN, PINParams())
			if err != nil {
				s.log.Error("a PIN cannot be hashed", "error", err)
				return false, failed()
			}
			doc.PIN = hash
		}
	}
	body, err := json.Marshal(doc)
	if err != nil {
		s.log.Error("a person cannot be written down", "error", err)
		return false, failed()
	}
	if bytes.Equal(body, had.body) {
		return false, nil
	}
	out := had.PIN != "" && (doc.PIN != had.PIN || doc.Badge != had.Badge || doc.Disabled || !slices.Equal(doc.Roles, had.Roles))
	return true, s.setUser(ctx, u.User, had.version+1, body, out, who)
}

// setUser puts a person's document in force, and signs the person out where that is needed.
func (s *Server) setUser(ctx context.Context, user floor.UserID, version uint64, body []byte, signOut bool, who *signedIn) *Problem {
	row, ok := s.vault.Seal("doc/user/"+string(user), body)
	var random [16]byte
	if _, err := io.ReadFull(s.random, random[:]); err != nil || !ok {
		s.log.Error("a person cannot be written down", "error", err)
		return failed()
	}
	sum := sha256.Sum256(append(random[:], body...)) // of a body that holds a PIN's hash, so nobody learns from it
	c := &floor.SetDoc{Doc: floor.Doc{Kind: "user", Key: string(user), Version: version, Digest: hex.EncodeToString(sum[:])}}
	subs := []node.Submission{{Meta: floor.Meta{ID: floor.CommandID("user:" + hex.EncodeToString(random[:])), Actor: who.User, Station: who.Station}, Command: c, Rows: []node.Row{row}}}
	if signOut {
		var open []string
		s.feed.look(func(b *view.Board) { open = b.SessionsOf(user) })
		for _, id := range open {
			subs = append(subs, node.Submission{Meta: floor.Meta{ID: floor.CommandID("sign-out:" + id), Actor: who.User}, Command: &floor.SignOut{ID: id}})
		}
	}
	var no *floor.Refusal
	for i, sub := range subs {
		if err := s.give(ctx, sub); err != nil && (i == 0 || !errors.As(err, &no)) {
			s.log.Error("a person was not written down", "user", user, "error", err)
			return busy()
		}
	}
	return nil
}

// removeUser erases a person. The document stays in force, empty, so that no older one comes back.
func (s *Server) removeUser(w http.ResponseWriter, r *http.Request, who *signedIn) {
	if s.vault == nil {
		hasCentre().write(w)
		return
	}
	s.staffing.Lock()
	defer s.staffing.Unlock()
	have, err := s.staff()
	if err != nil {
		s.fault(w, r, "people", err)
		return
	}
	id := floor.UserID(r.PathValue("id"))
	had, known := have[id]
	switch {
	case !known || had.User == "":
		missing("There is nobody called " + short(string(id)) + ".").write(w)
		return
	case !mayChange(who, &had):
		problem(http.StatusForbidden, notAllowed, "Not for your role", "You may not remove somebody with a role above your own.").write(w)
		return
	}
	if p := s.setUser(r.Context(), id, had.version+1, []byte(`{}`), true, who); p != nil {
		p.write(w)
		return
	}
	reply(w, usersReply{Changed: 1})
}
