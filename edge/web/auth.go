package web

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/alexedwards/argon2id"

	"picket/edge/floor"
)

// Person is who signed in.
type Person struct {
	User  floor.UserID
	Name  string
	Roles []string
	Mark  string // of the badge and the PIN that are in force; "" where that is not known
}

// Authenticator knows people by what they carry and what they know.
type Authenticator interface {
	// Authenticate checks a badge (or user id) and a PIN. ErrRejected, whatever was wrong, and in the same
	// time; any other error is a fault.
	Authenticate(ctx context.Context, badge, pin string) (Person, error)
}

// Caller is an Authenticator that knows who is meant by a badge or a user id, without a PIN. Tries are then counted
// against the person, however the person is called.
type Caller interface {
	Called(badge string) (floor.UserID, bool)
}

// Stander is an Authenticator that knows who may stay signed in. It is asked at every request.
type Stander interface {
	// Stands is false once the person is disabled, or has other roles, another badge or another PIN than when the session
	// was opened.
	Stands(who *floor.Session) bool
}

// What an Authenticator may say.
var (
	ErrRejected = errors.New("badge or PIN is wrong")
	ErrCrowded  = errors.New("too many people sign in at once")
)

// Directory lists the documents in force; Feed is one.
type Directory interface {
	// Docs lists the documents of a kind, by key.
	Docs(kind string) []floor.Doc
	// Doc is one of them.
	Doc(kind, key string) (floor.Doc, bool)
}

// Bodies gives a document's body.
type Bodies interface {
	// Row is the body of a document; false when there is none.
	Row(kind, key string) ([]byte, bool, error)
}

// UserDoc is the body of a document of kind "user". Its PIN is a PHC string of argon2id.
type UserDoc struct {
	User     floor.UserID `json:"user"`
	Name     string       `json:"name"`
	Badge    string       `json:"badge"`
	Roles    []string     `json:"roles"`
	PIN      string       `json:"pin"`
	Disabled bool         `json:"disabled,omitempty"`
}

// PINParams are the costs of a PIN's hash: 19 MiB, two passes (OWASP's least for argon2id). Whoever makes
// user documents uses them, so that a wrong PIN and an unknown badge take the same time.
func PINParams() *argon2id.Params {
	return &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// The most a document may ask of this box.
const (
	memoryMax     = 64 * 1024 // KiB
	iterationsMax = 8
	waitMax       = 32 // sign-ins that wait for their turn
)

// DocAuthenticator knows the people of the site's user documents. One hash is computed at a time, so that a
// crowd at the start of a shift cannot take the box's memory.
type DocAuthenticator struct {
	dir    Directory
	bodies Bodies
	nobody string        // the hash an unknown badge is held against
	turn   chan struct{} // of capacity one
	queue  chan struct{}

	mu    sync.Mutex
	known map[string]person // by document key
}

type person struct {
	version uint64
	doc     UserDoc
	ok      bool
}

// NewDocAuthenticator makes one.
func NewDocAuthenticator(dir Directory, bodies Bodies) (*DocAuthenticator, error) {
	nobody, err := argon2id.CreateHash("nobody has this PIN", PINParams())
	if err != nil {
		return nil, fmt.Errorf("sign-in: %w", err)
	}
	return &DocAuthenticator{dir: dir, bodies: bodies, nobody: nobody, turn: make(chan struct{}, 1), queue: make(chan struct{}, waitMax), known: map[string]person{}}, nil
}

// Authenticate checks a badge, or a user id, and a PIN.
func (a *DocAuthenticator) Authenticate(ctx context.Context, badge, pin string) (Person, error) {
	found, ok, err := a.find(badge)
	if err != nil {
		return Person{}, err
	}
	hash := a.nobody
	if ok {
		hash = found.PIN
	}
	if p, _, _, err := argon2id.DecodeHash(hash); err != nil || p.Memory > memoryMax || p.Iterations > iterationsMax {
		hash, ok = a.nobody, false // a document nobody can sign in with
	}
	select {
	case a.queue <- struct{}{}:
		defer func() { <-a.queue }()
	default:
		return Person{}, ErrCrowded
	}
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return Person{}, ctx.Err()
	}
	match, err := argon2id.ComparePasswordAndHash(pin, hash)
	if err != nil {
		return Person{}, fmt.Errorf("sign-in: %w", err)
	}
	if !match || !ok {
		return Person{}, ErrRejected
	}
	return Person{User: found.User, Name: found.Name, Roles: found.Roles, Mark: found.mark()}, nil
}

// Called obeys Caller.
func (a *DocAuthenticator) Called(badge string) (floor.UserID, bool) {
	found, ok, err := a.find(badge)
	return found.User, ok && err == nil
}

// find looks at every document, so that the time says nothing about who is there.
func (a *DocAuthenticator) find(badge string) (UserDoc, bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found UserDoc
	ok := false
	docs := a.dir.Docs("user")
	for _, d := range docs {
		p, _, err := a.read(d)
		if err != nil {
			return UserDoc{}, false, err
		}
		same := subtle.ConstantTimeCompare([]byte(badge), []byte(p.doc.Badge)) | subtle.ConstantTimeCompare([]byte(badge), []byte(p.doc.User))
		if same == 1 && p.ok {
			found, ok = p.doc, true
		}
	}
	if len(a.known) > 2*len(docs)+16 {
		clear(a.known)
	}
	return found, ok, nil
}

// read is who a document speaks of, and whether it says anything yet: a box that took a site over knows of documents whose
// bodies are still to come. Those are looked for again.
func (a *DocAuthenticator) read(d floor.Doc) (person, bool, error) {
	if p, cached := a.known[d.Key]; cached && p.version == d.Version {
		return p, true, nil
	}
	body, there, err := a.bodies.Row(d.Kind, d.Key)
	if err != nil {
		return person{}, false, fmt.Errorf("sign-in: user %s: %w", d.Key, err)
	}
	p := person{version: d.Version}
	if !there {
		return p, false, nil
	}
	p.ok = json.Unmarshal(body, &p.doc) == nil && p.doc.User != "" && !p.doc.Disabled
	a.known[d.Key] = p
	return p, true, nil
}

// mark changes with the badge and the PIN. Nobody learns a PIN from it: what it is made of is a hash with a salt of its own,
// new with each new PIN.
func (u *UserDoc) mark() string { return digest("mark/" + u.Badge + "/" + u.PIN)[:16] }

// Stands obeys Stander. What cannot be read puts nobody out in the middle of their work, and neither does a session of a box
// that noted no mark.
func (a *DocAuthenticator) Stands(who *floor.Session) bool {
	d, ok := a.dir.Doc("user", string(who.User))
	if !ok {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	p, there, err := a.read(d)
	return err != nil || !there || p.ok && slices.Equal(p.doc.Roles, who.Roles) && (who.Mark == "" || who.Mark == p.doc.mark())
}
