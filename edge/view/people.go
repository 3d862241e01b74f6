package view

import (
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
)

// Session finds who is signed in under an id (the digest of a token); false when nobody is, or when the
// session has run out.
func (b *Board) Session(id string, now time.Time) (floor.Session, bool) {
	s := b.state.Sessions[id]
	if s == nil || !now.Before(s.Expires) {
		return floor.Session{}, false
	}
	out := *s
	out.Roles = slices.Clone(s.Roles)
	return out, true
}

// Locked says whether somebody is locked out after too many wrong PINs.
func (b *Board) Locked(user floor.UserID) bool { return b.state.Locked(user) }

// Bound says whether a device has taken a name for its own.
func (b *Board) Bound(d floor.DeviceID) bool { return b.state.Bound[d] != "" }

// SessionsOf lists the sessions somebody has open.
func (b *Board) SessionsOf(user floor.UserID) []string {
	var out []string
	for id, s := range b.state.Sessions {
		if s.User == user {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Expired lists the sessions that ran out, at most n, so that they can be closed.
func (b *Board) Expired(now time.Time, n int) []string {
	var out []string
	for id, s := range b.state.Sessions {
		if !now.Before(s.Expires) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out[:min(n, len(out))]
}

// Sessions lists whoever is signed in, by the session's id.
func (b *Board) Sessions() []floor.Session {
	out := make([]floor.Session, 0, len(b.state.Sessions))
	for _, s := range b.state.Sessions {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, c floor.Session) int { return strings.Compare(a.ID, c.ID) })
	return out
}

// Doc is a document in force.
func (b *Board) Doc(kind, key string) (floor.Doc, bool) {
	d := b.state.Docs[kind+"/"+key]
	if d == nil {
		return floor.Doc{}, false
	}
	return *d, true
}

// Docs lists the documents of a kind in force, by key.
func (b *Board) Docs(kind string) []floor.Doc {
	var out []floor.Doc
	for _, d := range b.state.Docs {
		if d.Kind == kind {
			out = append(out, *d)
		}
	}
	slices.SortFunc(out, func(a, c floor.Doc) int { return strings.Compare(a.Key, c.Key) })
	return out
}

// Code says which item a barcode's GTIN (14 digits) belongs to, and how many units one scan of it is.
func (b *Board) Code(gtin string) (floor.Coded, bool) {
	c, ok := b.state.Codes[gtin]
	return c, ok && len(c.Also) == 0 // of two items nobody can tell which; the floor says so
}

// HasBin says whether the site has a bin.
func (b *Board) HasBin(id floor.BinID) bool { return b.state.Bins[id] != nil }

// OrderNamed is the order of that id or number; of several of one number the one that is due first.
func (b *Board) OrderNamed(name string) (floor.OrderID, bool) {
	if o := b.OrderCalled(name); o != nil {
		return o.ID, true
	}
	return "", false
}

// Known says whether the catalogue has an item.
func (b *Board) Known(sku floor.SKU) bool { return b.state.Items[sku] != nil }
