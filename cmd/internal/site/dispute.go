package site

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/slips"
	"picket/edge/view"
	"picket/edge/web"
)

// disputes make the file of an order's hand-over: who gave what to whom, how that was checked, and the
// journal's records with their hashes.
type disputes struct {
	cfg     Config
	feed    *web.Feed
	archive archive
	people  people
}

// disputed is what the journal tells of a hand-over.
type disputed struct {
	h    slips.HandOver
	zone *time.Location
	name func(floor.SKU) string
	gave bool
}

// PDF obeys web.Dispute.
func (d disputes) PDF(ctx context.Context, id floor.OrderID) ([]byte, error) {
	zone, err := time.LoadLocation(d.cfg.Zone)
	if err != nil {
		return nil, err
	}
	x := disputed{zone: zone}
	names := map[floor.SKU]string{}
	ref, known := "", false
	var left *floor.Order
	read := func(b *view.Board) {
		o := b.Facts(id)
		if o == nil {
			o = left
		}
		if known = o != nil; !known {
			return
		}
		for i := range o.Lines {
			names[o.Lines[i].SKU] = b.Called(o.Lines[i].SKU)
		}
		if ref = o.Contact; ref == "" {
			ref = o.ShipTo
		}
		x.h.Order = o.Number
		x.h.Log = string(b.Log())
	}
	if d.feed.Look(read); !known {
		if left, err = node.NewArchive(d.people.f, d.people.v).Order(id); err != nil {
			return nil, err
		}
		if left == nil {
			return nil, web.ErrNoDispute
		}
		d.feed.Look(read)
	}
	x.name = func(s floor.SKU) string {
		if n := names[s]; n != "" {
			return n
		}
		return string(s)
	}
	if err := d.records(ctx, "order/"+string(id), &x); err != nil {
		return nil, err
	}
	if !x.gave {
		return nil, web.ErrNoDispute
	}
	if name, _, err := d.people.Person(ref); err == nil {
		x.h.Name = name
	}
	x.h.Place = d.cfg.Name
	x.h.Head = slips.Head{Site: d.cfg.Name, Address: d.cfg.Address, Number: x.h.Order, Made: time.Now().In(zone)}
	return slips.Dispute(x.h)
}

// records reads the records of the subject, each with the chain's hash before and behind it.
func (d disputes) records(ctx context.Context, subject string, x *disputed) error {
	first, last := d.archive.Span()
	if last < first {
		return nil
	}
	root, err := d.archive.f.HashAt(last)
	if err != nil {
		return err
	}
	x.h.Root, x.h.RootSeq = root, last
	return d.archive.index.records(ctx, subject, func(seq uint64, raw []byte) error {
		r, err := floor.Decode(raw)
		if err != nil || seq > last {
			return nil // one of a later version is not told
		}
		prev, err := d.archive.f.HashAt(seq - 1)
		if err != nil {
			return err
		}
		inner := sha256.Sum256(raw)
		rec := slips.Record{Seq: seq, Type: r.Type, At: x.at(r.Time), By: string(r.Actor), Raw: raw, Prev: prev, Hash: sha256.Sum256(append(prev[:], inner[:]...))}
		if opens(r.Event) {
			rec.Raw, rec.Own, rec.Kept = nil, inner, "with them a pickup code could be guessed. \"picket journal\" shows them to a manager."
		}
		x.h.Records = append(x.h.Records, rec)
		x.read(&r)
		return nil
	})
}

// opens says whether a record holds the digest of a code that gives goods away. A code is short: who has its salt
// and its digest tries them all.
func opens(e floor.Event) bool {
	switch e := e.(type) {
	case *floor.OrderTaken:
		return e.CodeHash != ""
	case *floor.OrderReopened:
		return e.CodeHash != "" || e.Pickup != nil && e.Pickup.OTP != nil
	case *floor.OTPSent:
		return true
	}
	return false
}

func (x *disputed) at(t time.Time) string { return t.In(x.zone).Format("2006-01-02 15:04:05 MST") }

// read takes from a record what the first page says.
func (x *disputed) read(r *floor.Record) {
	switch e := r.Event.(type) {
	case *floor.PickupAuthorised:
		x.h.Proof = slips.Proof{Method: strings.ReplaceAll(string(e.Method), "_", " "), At: x.at(r.Time), By: string(r.Actor), Overridden: e.Method == floor.ProofOverride || len(e.By) > 0, Why: e.Why}
		if e.Proxy != "" {
			x.h.Proof.Relation = "authorised by the customer"
		}
		if e.IDKind != "" {
			x.h.Proof.Detail = strings.ReplaceAll(e.IDKind, "_", " ") + " ending " + e.IDTail
		}
	case *floor.PickupReady:
		x.h.Ready = x.at(r.Time)
	case *floor.CustomerHere:
		x.h.Arrived = x.at(r.Time)
	case *floor.PickupPaid:
		x.h.Amount = fmt.Sprintf("%d.%02d %s, %s, receipt %s", e.Amount.Minor/100, e.Amount.Minor%100, e.Amount.Currency, e.Method, e.Receipt)
	case *floor.HandedOut:
		x.gave = true
		x.h.Given, x.h.By = x.at(r.Time), string(r.Actor)
		for _, g := range e.Lines {
			x.item(g.SKU, g.Qty, "")
		}
	case *floor.HandoutReversed:
		for _, g := range e.Lines {
			x.item(g.SKU, g.Qty, "taken back")
		}
	case *floor.UnitLeft:
		x.gave = true
		x.h.Given, x.h.By = x.at(r.Time), string(r.Actor)
		for _, c := range e.Contents {
			x.item(c.SKU, c.Qty, "parcel "+string(e.Unit))
		}
	}
}

func (x *disputed) item(sku floor.SKU, qty int, note string) {
	x.h.Items = append(x.h.Items, slips.HandedItem{SKU: string(sku), Name: x.name(sku), Qty: qty, Note: note})
}
