package floor

import (
	"maps"
	"slices"
	"time"
)

// SignIn opens a session for a person whose badge and PIN were checked before. ID is the token's digest.
type SignIn struct{ Session }

// SessionOpened: the person is signed in.
type SessionOpened struct{ Session }

// SignOut closes a session.
type SignOut struct {
	ID string `json:"id"`
}

// SessionClosed: the person is signed out.
type SessionClosed struct {
	ID string `json:"id"`
}

// Kind names the command.
func (*SignIn) Kind() string { return "session.open" }

// Kind names the command.
func (*SignOut) Kind() string { return "session.close" }

// Type and Subject name the event.
func (*SessionOpened) Type() string      { return "picket.local.session.opened.v1" }
func (e *SessionOpened) Subject() string { return "user/" + string(e.User) }

// Type and Subject name the event.
func (*SessionClosed) Type() string    { return "picket.local.session.closed.v1" }
func (*SessionClosed) Subject() string { return "site" }

func (c *SignIn) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := check([2]string{"id", c.ID}, [2]string{"user", string(c.User)}); r != nil {
		return nil, r
	}
	if !c.Expires.After(m.Now) {
		return nil, badField("expires", "is not in the future: "+c.Expires.Format(time.RFC3339))
	}
	if key := s.Bound[c.Device]; key != "" && key != c.Key {
		return nil, Refuse(AnotherDevice, "device", string(c.Device))
	}
	return []Event{&SessionOpened{c.Session}}, nil
}

// apply gives the device its name, for good, and drops the sessions whose time is over, so that they do not pile up.
func (e *SessionOpened) apply(s *State) {
	for id, old := range s.Sessions {
		if !old.Expires.After(s.now()) {
			delete(s.Sessions, id)
		}
	}
	v := e.Session
	if v.Key != "" && v.Device != "" {
		s.Bound[v.Device] = v.Key
	}
	v.Key = ""
	s.Sessions[v.ID] = &v
}

func (c *SignOut) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if s.Sessions[c.ID] == nil {
		return nil, Refuse(NotSignedIn)
	}
	return []Event{&SessionClosed{ID: c.ID}}, nil
}

func (e *SessionClosed) apply(s *State) { delete(s.Sessions, e.ID) }

// bound lists the names devices have taken, in order.
func (s *State) bound() []*Bound {
	out := make([]*Bound, 0, len(s.Bound))
	for _, d := range slices.Sorted(maps.Keys(s.Bound)) {
		out = append(out, &Bound{d, s.Bound[d]})
	}
	return out
}
