package clerk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// set sends a site what it is to be like from here on, unless it is just that already, and keeps it for a feed
// that has to be issued anew.
func (w *work) set(site floor.SiteID, key, typ, subject string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	had, err := w.Settings(site)
	if err != nil {
		return err
	}
	for _, s := range had {
		if s.Key == key && s.Type == typ && bytes.Equal(s.Body, body) {
			return nil
		}
	}
	if err := w.PutSetting(site, store.Setting{Key: key, Type: typ, Subject: subject, Body: body}); err != nil {
		return err
	}
	return w.send(site, w.id(), typ, subject, json.RawMessage(body))
}

// settingOf reads a setting, nil when it was never set.
func settingOf[T any](tx store.Tx, site floor.SiteID, key string) (*T, error) {
	had, err := tx.Settings(site)
	if err != nil {
		return nil, err
	}
	for _, s := range had {
		if s.Key == key {
			v := new(T)
			return v, json.Unmarshal(s.Body, v)
		}
	}
	return nil, nil
}

// PutPolicies sets policies of a site, each by its name; those not named stay.
func (c *Clerk) PutPolicies(ctx context.Context, site floor.SiteID, policies map[string]json.RawMessage) error {
	names := slices.Sorted(maps.Keys(policies))
	for _, n := range names {
		_, r := floor.Decide(floor.NewState(), floor.Meta{}, &floor.SetPolicy{Name: n, Value: policies[n]})
		switch {
		case r == nil:
		case r.Code == floor.BadField:
			return order.Problems{{Field: "policies." + n, Why: r.Args["why"]}}
		default:
			return order.Problems{{Field: "policies." + n, Why: "is no policy of a site"}}
		}
	}
	return c.update(ctx, func(w *work) error {
		if err := w.knownSite(site); err != nil {
			return err
		}
		for _, n := range names {
			if err := w.set(site, "policy/"+n, "picket.policy.set.v1", "site", &floor.SetPolicy{Name: n, Value: policies[n]}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Note is a record an operator puts on a site's feed: whatever a site understands that has no path of its own.
type Note struct {
	ID   string          `json:"id" doc:"Names the record for ever: sent again, it does nothing new." example:"op-2026-11-21-1"`
	Type string          `json:"type" doc:"The record's type, such as picket.site.pause.v1." example:"picket.site.pause.v1"`
	Data json.RawMessage `json:"data" doc:"The command's data, as the site's own description of the command says."`
}

// Records that have paths of their own, because the centre keeps books on them.
var ownPaths = map[string]string{
	"picket.order.assigned.v1": "POST /api/orders",
	"picket.order.lines.v1":    "POST /api/orders",
	"picket.item.set.v1":       "PUT /api/items",
	"picket.bin.set.v1":        "PUT /api/sites",
	"picket.site.set.v1":       "PUT /api/sites",
	"picket.numbers.lease.v1":  "POST /api/sites/{id}/numbers",
	"picket.doc.set.v1":        "PUT /api/sites/{id}/users",
	"picket.policy.set.v1":     "PUT /api/sites/{id}/policies",
}

// Feed puts an operator's record on a site's feed, once per id. What the site refuses of it is an alarm.
func (c *Clerk) Feed(ctx context.Context, site floor.SiteID, n Note) (added bool, err error) {
	bad := func(field, why string, v any) error {
		return order.Problems{{Field: field, Why: why, Value: v}}
	}
	if err := floor.CheckID("id", n.ID); err != nil || len(n.ID) > 60 {
		return false, bad("id", "must be 1 to 60 letters, digits and ._:/-", nil)
	}
	kind, ok := floor.Feeds[n.Type]
	switch {
	case !ok:
		return false, bad("type", "is none of "+strings.Join(slices.Sorted(maps.Keys(floor.Feeds)), ", "), n.Type)
	case ownPaths[n.Type] != "":
		return false, bad("type", "has a path of its own: "+ownPaths[n.Type], n.Type)
	case len(n.Data) == 0:
		return false, bad("data", "is missing", nil)
	}
	cmd, err := floor.DecodeCommand(kind, n.Data)
	if err != nil {
		return false, bad("data", err.Error(), nil)
	}
	// On an empty floor most is refused for what is not there; only what is wrong in itself counts here.
	if _, r := floor.Decide(floor.NewState(), floor.Meta{ID: "check", Now: c.cfg.Now()}, cmd); r != nil && r.Code == floor.BadField {
		return false, bad("data."+r.Args["field"], r.Args["why"], nil)
	}
	err = c.update(ctx, func(w *work) error {
		added = false
		if err := w.knownSite(site); err != nil {
			return err
		}
		id := "op:" + n.ID
		had, err := w.FeedRecord(site, id)
		if err == nil {
			var f floor.FeedRecord
			if json.Unmarshal(had.Raw, &f) != nil || f.Type != n.Type || !sameJSON(f.Data, n.Data) {
				return &TooLate{"The id " + n.ID + " is another record's, number " + strconv.FormatUint(uint64(had.Seq), 10) + " of the feed. Nothing was sent."}
			}
			return nil
		}
		if !errors.Is(err, store.ErrNone) {
			return err
		}
		added = true
		if key := settingKey(n.Type, n.Data); key != "" {
			if err := w.PutSetting(site, store.Setting{Key: key, Type: n.Type, Subject: subjectOf(n.Data), Body: n.Data}); err != nil {
				return err
			}
		}
		return w.send(site, id, n.Type, subjectOf(n.Data), n.Data)
	})
	return added, err
}

// settingKey names what a record sets for good, empty for what happens once: a feed issued anew has it again.
func settingKey(typ string, data json.RawMessage) string {
	var about struct {
		ID string `json:"id"`
	}
	if !strings.HasSuffix(typ, ".set.v1") || json.Unmarshal(data, &about) != nil {
		return ""
	}
	return typ + "/" + about.ID
}

// subjectOf is what a record is about, as far as its data says.
func subjectOf(data json.RawMessage) string {
	var about struct {
		Order string `json:"order"`
		SKU   string `json:"sku"`
	}
	_ = json.Unmarshal(data, &about) // it was read as a command before
	switch {
	case about.Order != "":
		return "order/" + about.Order
	case about.SKU != "":
		return "item/" + about.SKU
	}
	return "site"
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// Lease gives a site its next run of numbers that are no SSCCs: return numbers, or a carrier's own.
type Lease struct {
	Number string `json:"number" doc:"return, or carrier: and a code." example:"return"`
	Prefix string `json:"prefix,omitempty" example:"R"`
	Size   uint64 `json:"size" minimum:"1" maximum:"1000000000" doc:"How many."`
	Digits int    `json:"digits" doc:"Of the number behind the prefix." example:"8"`
	Check  string `json:"check,omitempty" pattern:"^(none|mod10|s10:[A-Z]{2})$" doc:"none, mod10, or s10: and the country of a post that numbers its items by UPU S10." example:"mod10"`
}

// Leased is a run of numbers that belongs to a site for ever.
type Leased struct {
	Number string `json:"number"`
	Prefix string `json:"prefix"`
	From   uint64 `json:"from"`
	To     uint64 `json:"to"`
}

// Lease leases the run that follows the highest ever leased of its kind and prefix, to anybody.
func (c *Clerk) Lease(ctx context.Context, site floor.SiteID, in Lease) (out Leased, err error) {
	if in.Number == floor.NumberSSCC {
		return out, order.Problems{{Field: "number", Why: "is sscc, which sites get by themselves", Value: in.Number}}
	}
	err = c.update(ctx, func(w *work) error {
		if err := w.knownSite(site); err != nil {
			return err
		}
		if open, err := w.quarantine(); err != nil {
			return err
		} else if open {
			return &TooLate{"The centre was restored, and does not know yet which numbers it leased before: wait until every site was heard, or lift those that will not be."}
		}
		out, err = w.run(site, in)
		return err
	})
	return out, err
}
