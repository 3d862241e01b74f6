package clerk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// PutItems brings articles of the catalogue, each whole, to the centre and to every site. An article that is
// there in just this form goes nowhere. Nothing is taken when one of them is not sound.
func (c *Clerk) PutItems(ctx context.Context, items []floor.Item) (changed int, err error) {
	var p order.Problems
	items = slices.Clone(items)
	for i := range items {
		at := "items[" + strconv.Itoa(i) + "]."
		if p = append(p, sound(at, &floor.SetItem{Item: items[i]})...); len(p) == 0 {
			items[i] = items[i].Canonical()
		}
	}
	if len(p) > 0 {
		return 0, p
	}
	err = c.update(ctx, func(w *work) error {
		changed = 0
		sites, err := w.Sites()
		if err != nil {
			return err
		}
		for i, it := range items {
			old, err := w.Item(it.SKU)
			if err == nil && reflect.DeepEqual(old, it) {
				continue
			}
			if err != nil && !errors.Is(err, store.ErrNone) {
				return err
			}
			if err := w.PutItem(it); errors.Is(err, store.ErrTaken) {
				return order.Problems{{Field: "items[" + strconv.Itoa(i) + "].gtins", Why: "one of them belongs to another item", Value: it.GTINs}}
			} else if err != nil {
				return err
			}
			changed++
			for _, s := range sites {
				if err := w.send(s.ID, w.id(), "picket.item.set.v1", "item/"+string(it.SKU), it); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return changed, err
}

// modeKey is where the centre keeps who has the authority over a site's orders.
const modeKey = "mode"

// SiteSetup is a site as people set it up.
type SiteSetup struct {
	ID       floor.SiteID   `json:"id" doc:"Letters, digits, _ and -, at most 32: it stands in topics and certificates." example:"store-1"`
	Name     string         `json:"name" example:"Store Bern"`
	Zone     string         `json:"zone" doc:"IANA time zone." example:"Europe/Zurich"`
	Capacity int            `json:"capacity,omitempty" doc:"Open orders it can have; 0 is no limit."`
	Bins     []floor.Bin    `json:"bins,omitempty" doc:"Bins to add or change; bins not named stay."`
	Mode     floor.Mode     `json:"mode,omitempty" enum:"hold,confirm" doc:"Who has the authority over its orders until they leave: the site (hold, the default), or the centre (confirm), which permits each."`
	Promise  *order.Caution `json:"promise,omitempty" doc:"How its stock is promised while it is not heard. Missing: stays as it is, at first a shop's."`
	Numbers  *Numbers       `json:"numbers,omitempty" doc:"Where its SSCCs come from. Default: the centre's own prefix."`
	Calendar
}

// Calendar is when a site works. It is set whole: what is missing is none.
type Calendar struct {
	Hours    []floor.Open  `json:"hours,omitempty" doc:"When customers come: day 0 is Sunday."`
	Closed   []string      `json:"closed,omitempty" doc:"Days it is closed, such as 2026-12-25."`
	DayStart string        `json:"day_start,omitempty" doc:"When its business day begins, such as 06:00; midnight when missing."`
	Shifts   []floor.Shift `json:"shifts,omitempty"`
}

func (s *SiteSetup) set() *floor.SetSite {
	return &floor.SetSite{Zone: s.Zone, Hours: s.Hours, Closed: s.Closed, DayStart: s.DayStart, Shifts: s.Shifts, Capacity: s.Capacity}
}

// Numbers says from which prefix a site's SSCCs come, and how many at a time.
type Numbers struct {
	Prefix string `json:"prefix" doc:"Extension digit and GS1 company prefix, 5 to 13 digits." example:"39521234"`
	Size   uint64 `json:"size,omitempty" doc:"Numbers in a lease; default 10000."`
}

// PutSites adds sites or changes them. A new site gets the catalogue, its bins and a block of numbers on its
// feed at once, before any order.
func (c *Clerk) PutSites(ctx context.Context, setups []SiteSetup) error {
	var p order.Problems
	rows := make([]store.Site, len(setups))
	for i, s := range setups {
		at := "sites[" + strconv.Itoa(i) + "]."
		if err := wire.SiteID(s.ID).Check(); err != nil {
			var m *wire.Malformed
			errors.As(err, &m)
			p = append(p, order.Problem{Field: at + "id", Why: m.Reason, Value: s.ID})
		}
		if n := strings.TrimSpace(s.Name); n == "" || len(s.Name) > order.MaxName {
			p = append(p, order.Problem{Field: at + "name", Why: "must be 1 to " + strconv.Itoa(order.MaxName) + " bytes"})
		} else if err := floor.CheckWords("name", s.Name, false); err != nil {
			p = append(p, order.Problem{Field: at + "name", Why: strings.TrimPrefix(err.Error(), "name: ")})
		}
		if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "" || s.Zone == "Local" {
			p = append(p, order.Problem{Field: at + "zone", Why: "is no IANA time zone, such as Europe/Zurich", Value: s.Zone})
		}
		if s.Mode != "" && s.Mode != floor.ModeHold && s.Mode != floor.ModeConfirm {
			p = append(p, order.Problem{Field: at + "mode", Why: "must be hold or confirm", Value: s.Mode})
		}
		if s.Promise != nil {
			p = append(p, cautions(at+"promise.", s.Promise)...)
		}
		if s.Capacity < 0 || s.Capacity > 1_000_000 {
			p = append(p, order.Problem{Field: at + "capacity", Why: "must be 0 to 1000000", Value: s.Capacity})
		}
		rows[i] = store.Site{ID: s.ID, Name: s.Name, Zone: s.Zone, Capacity: s.Capacity, Prefix: c.cfg.Prefix, Block: c.cfg.Block}
		if s.Numbers != nil {
			rows[i].Prefix = s.Numbers.Prefix
			if s.Numbers.Size > 0 {
				rows[i].Block = s.Numbers.Size
			}
		}
		if rows[i].Block > 1<<40 {
			p = append(p, order.Problem{Field: at + "numbers.size", Why: "is more than any prefix has", Value: rows[i].Block})
		} else {
			for _, x := range sound(at+"numbers.", &floor.LeaseNumbers{Number: "sscc", Prefix: rows[i].Prefix, From: 1, To: rows[i].Block}) {
				x.Field = strings.Replace(x.Field, "numbers.to", "numbers.size", 1)
				p = append(p, x)
			}
		}
		if len(p) == 0 {
			p = append(p, sound(at, s.set())...)
		}
		for j, b := range s.Bins {
			p = append(p, sound(at+"bins["+strconv.Itoa(j)+"].", &floor.SetBin{Bin: b})...)
		}
	}
	if len(p) > 0 {
		return p
	}
	return c.update(ctx, func(w *work) error {
		for i, s := range setups {
			if err := w.putSite(rows[i], s.Bins); err != nil {
				return err
			}
			if s.Mode != "" {
				if err := w.PutSetting(s.ID, store.Setting{Key: modeKey, Subject: "site", Body: []byte(`"` + string(s.Mode) + `"`)}); err != nil {
					return err
				}
			}
			if s.Promise != nil {
				body, err := json.Marshal(s.Promise)
				if err != nil {
					return err
				}
				if err := w.PutSetting(s.ID, store.Setting{Key: promiseKey, Subject: "site", Body: body}); err != nil {
					return err
				}
			}
			if err := w.set(s.ID, "site", "picket.site.set.v1", "site", s.set()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *work) putSite(row store.Site, bins []floor.Bin) error {
	old, err := w.Site(row.ID)
	fresh := errors.Is(err, store.ErrNone)
	if err != nil && !fresh {
		return err
	}
	if err := w.PutSite(row); err != nil {
		return err
	}
	if fresh {
		if err := w.PutMark(row.ID, store.Mark{Lineage: 1}); err != nil {
			return err
		}
		if err := w.catalogue(row.ID); err != nil {
			return err
		}
		if err := w.keysFor(row.ID); err != nil {
			return err
		}
	}
	had, err := w.Bins(row.ID)
	if err != nil {
		return err
	}
	known := make(map[floor.BinID]floor.Bin, len(had))
	for _, b := range had {
		known[b.ID] = b
	}
	for _, b := range bins {
		if reflect.DeepEqual(b, known[b.ID]) {
			continue
		}
		if err := w.PutBin(row.ID, b); err != nil {
			return err
		}
		if err := w.send(row.ID, w.id(), "picket.bin.set.v1", "bin/"+string(b.ID), b); err != nil {
			return err
		}
	}
	if fresh || old.Prefix != row.Prefix {
		return w.lease(row)
	}
	return nil
}

// catalogue puts every item on a site's feed.
func (w *work) catalogue(site floor.SiteID) error {
	for after := floor.SKU(""); ; {
		items, err := w.Items(after, 500)
		if err != nil || len(items) == 0 {
			return err
		}
		for _, it := range items {
			if err := w.send(site, w.id(), "picket.item.set.v1", "item/"+string(it.SKU), it); err != nil {
				return err
			}
		}
		after = items[len(items)-1].SKU
	}
}

// UserSetup is a person as people set them up. PIN is in clear, and is kept only as its hash.
type UserSetup struct {
	User     floor.UserID `json:"user" example:"anna"`
	Name     string       `json:"name" example:"Anna"`
	Badge    string       `json:"badge,omitempty" example:"B-1001"`
	Roles    []string     `json:"roles" doc:"picker, packer, associate, lead, manager, operator" example:"[\"picker\"]"`
	PIN      string       `json:"pin,omitempty" doc:"4 to 12 digits, in clear; kept as an argon2id hash and never shown. Missing: stays as it is."`
	Disabled bool         `json:"disabled,omitempty" doc:"Nobody can sign in as this person any more."`
}

// userDoc is a person as the site gets them: the body of the document user/{user}.
type userDoc struct {
	User     floor.UserID `json:"user"`
	Name     string       `json:"name"`
	Badge    string       `json:"badge"`
	Roles    []string     `json:"roles"`
	PIN      string       `json:"pin"` // argon2id in PHC form; empty never verifies
	Disabled bool         `json:"disabled,omitempty"`
}

// Roles a person can have.
var roles = []string{"picker", "packer", "associate", "lead", "manager", "operator"}

// ErrNoSite says that there is no such site.
var ErrNoSite = errors.New("there is no such site")

// knownSite is ErrNoSite when there is no such site.
func (w *work) knownSite(site floor.SiteID) error {
	_, err := w.Site(site)
	if errors.Is(err, store.ErrNone) {
		return ErrNoSite
	}
	return err
}

// PutUsers adds people to a site or changes them; people not named stay. Nothing is taken when one of them
// is not sound.
func (c *Clerk) PutUsers(ctx context.Context, site floor.SiteID, users []UserSetup) (changed int, err error) {
	have, err := c.userDocs(ctx, site)
	if err != nil {
		return 0, err
	}
	var p order.Problems
	docs := make([]userDoc, len(users))
	for i, u := range users {
		at := "users[" + strconv.Itoa(i) + "]."
		bad := func(field, why string, v any) {
			p = append(p, order.Problem{Field: at + field, Why: why, Value: v})
		}
		if err := floor.CheckID("user", string(u.User)); err != nil || strings.Contains(string(u.User), "/") {
			bad("user", "must be 1 to 80 letters, digits and ._:-", u.User)
		}
		if n := strings.TrimSpace(u.Name); n == "" || len(u.Name) > order.MaxName {
			bad("name", "must be 1 to "+strconv.Itoa(order.MaxName)+" bytes", nil)
		} else if err := floor.CheckWords("name", u.Name, false); err != nil {
			bad("name", strings.TrimPrefix(err.Error(), "name: "), nil)
		}
		if u.Badge != "" && floor.CheckID("badge", u.Badge) != nil {
			bad("badge", "must be letters, digits and ._:/-, at most 80", nil)
		}
		for j, r := range u.Roles {
			if !slices.Contains(roles, r) {
				bad("roles["+strconv.Itoa(j)+"]", "is none of "+strings.Join(roles, ", "), r)
			}
		}
		had, known := have[string(u.User)]
		if u.PIN != "" && (len(u.PIN) < 4 || len(u.PIN) > 12 || strings.Trim(u.PIN, "0123456789") != "") {
			bad("pin", "must be 4 to 12 digits", nil)
		} else if u.PIN == "" && !u.Disabled && had.PIN == "" {
			bad("pin", "is missing", nil)
		}
		if len(p) > 0 {
			continue
		}
		docs[i] = userDoc{User: u.User, Name: u.Name, Badge: u.Badge, Roles: append([]string{}, u.Roles...), PIN: had.PIN}
		switch {
		case u.Disabled:
			docs[i].PIN, docs[i].Roles, docs[i].Disabled = "", []string{}, true
		case u.PIN != "" && !(known && had.PIN != "" && c.cfg.SamePIN(u.PIN, had.PIN)):
			// Outside the transaction: a hash takes its time.
			if docs[i].PIN, err = c.cfg.HashPIN(u.PIN); err != nil {
				return 0, fmt.Errorf("hash a PIN: %w", err)
			}
		}
	}
	if len(p) > 0 {
		return 0, p
	}
	err = c.update(ctx, func(w *work) error {
		changed = 0
		rows, err := w.Users(site)
		if err != nil {
			return err
		}
		if p := whose(docs, rows); len(p) > 0 {
			return p
		}
		for _, d := range docs {
			body, err := json.Marshal(d)
			if err != nil {
				return err
			}
			u := store.User{Key: string(d.User), Version: 1, Body: body}
			if at := slices.IndexFunc(rows, func(r store.User) bool { return r.Key == u.Key }); at >= 0 {
				if bytes.Equal(rows[at].Body, body) {
					continue
				}
				u.Version = rows[at].Version + 1
			}
			sum := sha256.Sum256(body)
			u.Digest = hex.EncodeToString(sum[:])
			if err := w.PutUser(site, u); err != nil {
				return err
			}
			changed++
			if err := w.disable(site, d.User, d.Disabled); err != nil {
				return err
			}
			if err := w.sendUser(site, u); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

// whose finds badges that would let one person in as another: a badge is one person's, and nobody's badge is
// another's user id, because people sign in by either.
func whose(docs []userDoc, rows []store.User) (p order.Problems) {
	all := map[string]userDoc{}
	for _, r := range rows {
		var d userDoc
		if json.Unmarshal(r.Body, &d) == nil {
			all[r.Key] = d
		}
	}
	for _, d := range docs {
		all[string(d.User)] = d
	}
	for i, d := range docs {
		for _, key := range slices.Sorted(maps.Keys(all)) {
			o := all[key]
			if o.User == d.User {
				continue
			}
			at := "users[" + strconv.Itoa(i) + "]."
			switch {
			case d.Badge != "" && d.Badge == o.Badge:
				p = append(p, order.Problem{Field: at + "badge", Why: "is the badge of " + string(o.User) + "; give that person another one first", Value: d.Badge})
			case d.Badge == string(o.User):
				p = append(p, order.Problem{Field: at + "badge", Why: "is the user id of another person", Value: d.Badge})
			case o.Badge == string(d.User):
				p = append(p, order.Problem{Field: at + "user", Why: "is the badge of " + string(o.User), Value: d.User})
			}
		}
	}
	return p
}

func (w *work) sendUser(site floor.SiteID, u store.User) error {
	return w.send(site, w.id(), "picket.doc.set.v1", "doc/user/"+u.Key, floor.Doc{Kind: "user", Key: u.Key, Version: u.Version, Digest: u.Digest},
		wire.Sealed{Ref: "doc/user/" + u.Key, Sealed: u.Body})
}

func (c *Clerk) userDocs(ctx context.Context, site floor.SiteID) (map[string]userDoc, error) {
	out := map[string]userDoc{}
	err := c.st.View(ctx, func(tx store.Tx) error {
		if _, err := tx.Site(site); errors.Is(err, store.ErrNone) {
			return ErrNoSite
		} else if err != nil {
			return err
		}
		rows, err := tx.Users(site)
		for _, r := range rows {
			var d userDoc
			if err := json.Unmarshal(r.Body, &d); err != nil {
				return err
			}
			out[r.Key] = d
		}
		return err
	})
	return out, err
}

func decodeUser(u store.User) (UserView, error) {
	var d userDoc
	err := json.Unmarshal(u.Body, &d)
	return UserView{User: d.User, Name: d.Name, Badge: d.Badge, Roles: d.Roles, Disabled: d.Disabled, Version: u.Version}, err
}
