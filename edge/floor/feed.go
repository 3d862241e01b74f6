package floor

import (
	"encoding/json"
	"fmt"
	"time"
)

// What the centre tells a site travels in records of the same CloudEvents shape as the site's own:
//
//	{"specversion":"1.0","id":"<ulid>","source":"/t/<tenant>/c","type":"picket.order.assigned.v1",
//	 "subject":"order/O-1","time":"…","data":{…}}
//
// Each is a command to the floor: its id is the command's id, its data the command's data. Feeds maps the
// type on the wire to the kind of command.
var Feeds = map[string]string{
	"picket.inbound.announced.v1":   "inbound.announce",
	"picket.order.assigned.v1":      "order.assign",
	"picket.item.set.v1":            "item.set",
	"picket.bin.set.v1":             "bin.set",
	"picket.doc.set.v1":             "doc.set",
	"picket.numbers.lease.v1":       "numbers.lease",
	"picket.order.lines.v1":         "order.lines",
	"picket.order.hold.v1":          "order.hold",
	"picket.order.release.v1":       "order.release",
	"picket.order.priority.v1":      "order.priority",
	"picket.order.recall.v1":        "order.recall",
	"picket.order.change.v1":        "order.change",
	"picket.order.force.v1":         "order.force",
	"picket.order.go.v1":            "order.go",
	"picket.site.set.v1":            "site.set",
	"picket.site.pause.v1":          "site.pause",
	"picket.site.resume.v1":         "site.resume",
	"picket.order.permit.v1":        "order.permit",
	"picket.pickup.otp.v1":          "collect.otp",
	"picket.pickup.told.v1":         "collect.notified",
	"picket.policy.set.v1":          "policy.set",
	"picket.return.announced.v1":    "return.announce",
	"picket.return.refunded.v1":     "return.refunded",
	"picket.carton.set.v1":          "carton.set",
	"picket.carrier.set.v1":         "carrier.set",
	"picket.transfer.receive.v1":    "transfer.received",
	"picket.transfer.agreed.v1":     "transfer.agreed",
	"picket.list_key.set.v1":        "list_key.set",
	"picket.parcel.intercept.v1":    "parcel.intercept",
	"picket.allotment.ask.v1":       "allotment.ask",
	"picket.allotment.give_back.v1": "allotment.give_back",
}

// FeedRecord is one record of the centre's feed.
type FeedRecord struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Source      string          `json:"source"`
	Type        string          `json:"type"`
	Subject     string          `json:"subject"`
	Time        time.Time       `json:"time"`
	Schema      int             `json:"schema,omitempty"` // the version it was written by; 0: its sender does not say
	Data        json.RawMessage `json:"data"`
}

// EncodeFeed makes the bytes of a record of the feed. The centre calls it once per record.
func EncodeFeed(id, source, typ, subject string, at time.Time, data any) ([]byte, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", typ, err)
	}
	return json.Marshal(FeedRecord{SpecVersion: "1.0", ID: id, Source: source, Type: typ, Subject: subject, Time: at.UTC().Truncate(time.Millisecond), Schema: SchemaVersion, Data: body})
}

// DecodeFeed reads a record of the feed as a command and its meta; Now is left to the caller. A type this
// version does not know gives ErrUnknownType: the feed stops there, and an alarm goes up.
//
// What is hidden in a text is taken out of it, for the feed does not wait for a better one.
//
// A record whose data is not what its type says stops the feed when a later version wrote it, as a type does that is not
// known: it is read when this one is updated. Else it is no reason to stop: it becomes a Malformed command, which
// the floor refuses, and the refusal goes back to the centre.
func DecodeFeed(raw []byte) (Command, Meta, error) {
	var f FeedRecord
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, Meta{}, fmt.Errorf("feed record: %w", err)
	}
	if err := feedShape.Check(raw); err != nil {
		return nil, Meta{}, fmt.Errorf("feed record: %w", err)
	}
	if f.SpecVersion != "1.0" {
		return nil, Meta{}, fmt.Errorf("feed record: specversion: is %q, but must be 1.0", f.SpecVersion)
	}
	if err := CheckID("id", f.ID); err != nil {
		return nil, Meta{}, fmt.Errorf("feed record: %w", err)
	}
	m := Meta{ID: CommandID(f.ID), At: f.Time}
	kind, ok := Feeds[f.Type]
	if !ok {
		return nil, m, fmt.Errorf("feed record %s: %w: %q", f.ID, ErrUnknownType, f.Type)
	}
	c, err := decodeCommand(kind, f.Data)
	if err == nil {
		err = stripTexts(c, f.Data)
	}
	if err != nil && f.Schema > SchemaVersion {
		return nil, m, fmt.Errorf("feed record %s: %w: %q as version %d writes it: %w", f.ID, ErrUnknownType, f.Type, f.Schema, err)
	}
	if err != nil {
		c = &Malformed{Was: kind, Why: err.Error()}
	}
	return c, m, nil
}

// feedShape lets the centre add attributes of its own to the envelope, as CloudEvents does.
var feedShape = ShapeOf(FeedRecord{}).Loose()

// Malformed stands for a command whose data could not be read. The floor refuses it, so that its number is
// used up, its sender learns why, and nothing behind it waits.
type Malformed struct {
	Was string // the kind it claimed to be
	Why string
}

// Kind names the command it claimed to be.
func (c *Malformed) Kind() string { return c.Was }

// Forbidden stands for a command its sender may not give. The floor refuses it, as it does a malformed one.
type Forbidden struct{ Was string }

// Kind names the command it was.
func (c *Forbidden) Kind() string { return c.Was }
