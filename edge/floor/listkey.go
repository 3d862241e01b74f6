package floor

import (
	"crypto/ed25519"
	"encoding/hex"
)

// KeyID names a key that lists of contents are signed with: the site and the first digits of the key.
type KeyID string

// ListKey is the public half of a key that a site signs its lists of contents with.
type ListKey struct {
	ID     KeyID  `json:"id"`
	Site   SiteID `json:"site"`
	Public string `json:"public"`        // Ed25519, 64 hex digits
	Own    bool   `json:"own,omitempty"` // this site's: it says which site this is
	Off    bool   `json:"off,omitempty"` // withdrawn: what it signed is not believed any more
}

func (k ListKey) clone() ListKey { return k }

// MakeListKey says which key this box signs its lists with. The box gives it at its first start.
type MakeListKey struct {
	ID     KeyID  `json:"id"`
	Site   SiteID `json:"site"`
	Public string `json:"public"`
}

// ListKeyMade: this site signs with this key. The centre tells the other sites.
type ListKeyMade struct{ MakeListKey }

// SetListKey says which key another site signs with, or that a key is not to be believed any more.
type SetListKey struct {
	ID     KeyID  `json:"id"`
	Site   SiteID `json:"site"`
	Public string `json:"public"`
	Off    bool   `json:"off,omitempty"`
}

// ListKeySet: lists signed with this key are believed, or are not any more.
type ListKeySet struct{ SetListKey }

// Kind names the command.
func (*MakeListKey) Kind() string { return "list_key.make" }

// Kind names the command.
func (*SetListKey) Kind() string { return "list_key.set" }

// Type and Subject name the event.
func (*ListKeyMade) Type() string    { return "picket.list_key.made.v1" }
func (*ListKeyMade) Subject() string { return "site" }
func (e *ListKeyMade) tell(Names) string {
	return "Lists of contents are signed with key " + string(e.ID) + "."
}

// Type and Subject name the event.
func (*ListKeySet) Type() string    { return "picket.list_key.set.v1" }
func (*ListKeySet) Subject() string { return "site" }
func (e *ListKeySet) tell(Names) string {
	if e.Off {
		return "Lists of site " + string(e.Site) + " signed with key " + string(e.ID) + " are not believed any more."
	}
	return "Lists of site " + string(e.Site) + " are signed with key " + string(e.ID) + "."
}

func checkListKey(id KeyID, site SiteID, public string) *Refusal {
	if r := check([2]string{"id", string(id)}, [2]string{"site", string(site)}); r != nil {
		return r
	}
	if raw, err := hex.DecodeString(public); err != nil || len(raw) != ed25519.PublicKeySize {
		return badField("public", "must be the 64 hex digits of an Ed25519 key")
	}
	return nil
}

func (c *MakeListKey) decide(*State, Meta) ([]Event, *Refusal) {
	if r := checkListKey(c.ID, c.Site, c.Public); r != nil {
		return nil, r
	}
	return []Event{&ListKeyMade{*c}}, nil
}

func (c *SetListKey) decide(*State, Meta) ([]Event, *Refusal) {
	if r := checkListKey(c.ID, c.Site, c.Public); r != nil {
		return nil, r
	}
	return []Event{&ListKeySet{*c}}, nil
}

func (e *ListKeyMade) apply(s *State) {
	s.ListKeys.put(s, e.ID, ListKey{ID: e.ID, Site: e.Site, Public: e.Public, Own: true})
}

func (e *ListKeySet) apply(s *State) {
	if k := s.ListKeys.Get(e.ID); k != nil && k.Own {
		return // which key is its own the site knows best
	}
	s.ListKeys.put(s, e.ID, ListKey{ID: e.ID, Site: e.Site, Public: e.Public, Off: e.Off})
}

// Believes says whether a list bears the signature of the site it says it is from, by a key that is known here.
func (s *State) Believes(l *SignedList) *Refusal {
	k := s.ListKeys.Get(KeyID(l.Key))
	if k == nil || k.Off {
		return Refuse(UnknownListKey, "key", l.Key, "from", string(l.From))
	}
	raw, err := hex.DecodeString(k.Public)
	if err != nil || k.Site != l.From || !l.Verify(ed25519.PublicKey(raw)) {
		return Refuse(ListNotSigned, "unit", string(l.Unit), "from", string(l.From))
	}
	for _, own := range s.ListKeys.All() {
		if own.Own && own.Site != l.To {
			return Refuse(ListElsewhere, "unit", string(l.Unit), "to", string(l.To))
		}
	}
	return nil
}
