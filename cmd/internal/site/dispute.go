package site

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/slips"
	"picket/edge/view"
	"picket/edge/web"
	"picket/zpl/script"
)

// disputes make the file of an order's hand-over: who gave what to whom, how that was checked, and the
// journal's records with their hashes.
type disputes struct {
	cfg     Config
	feed    *web.Feed
	archive archive
	people  people
	fonts   *script.Fonts
}

// PDF obeys web.Dispute: all hand-overs of an order.
func (d disputes) PDF(ctx context.Context, id floor.OrderID) ([]byte, error) {
	return d.make(ctx, web.PaperAsk{Order: id})
}

// with makes papers that know the file of a hand-over, too.
func (d disputes) with(other web.Papers) web.Papers {
	return func(ctx context.Context, ask web.PaperAsk) ([]byte, error) {
		if ask.Name != "dispute" {
			return other(ctx, ask)
		}
		pdf, err := d.make(ctx, ask)
		if errors.Is(err, web.ErrNoDispute) {
			return nil, web.ErrNoPaper
		}
		return pdf, err
	}
}

// make tells the hand-overs of an order, or one of them by its number.
func (d disputes) make(ctx context.Context, ask web.PaperAsk) ([]byte, error) {
	id := ask.Order
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
	x.carrier, x.driver = map[string]string{}, func(ref string) web.DriverRow { return driverOf(d.people.f, d.people.v, ref) }
	d.feed.Look(func(b *view.Board) {
		b.Floor(func(f *floor.State) {
			for _, c := range f.Carriers.All() {
				x.carrier[c.Code] = c.Name
			}
		})
	})
	if err := d.records(ctx, "order/"+string(id), &x); err != nil {
		return nil, err
	}
	// What is told of its returns and of the lists it left on stands under their own subjects.
	for _, subject := range x.more {
		if err := d.records(ctx, subject, &x); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(x.h.Records, func(a, b slips.Record) int { return cmp.Compare(a.Seq, b.Seq) })
	if x.h.Of = len(x.h.Handed); x.h.Of == 0 || ask.Handover > x.h.Of {
		return nil, web.ErrNoDispute
	}
	if x.h.Which = ask.Handover; x.h.Which > 0 {
		x.h.Handed = x.h.Handed[x.h.Which-1 : x.h.Which]
	}
	if p, err := d.people.Person(ref); err == nil {
		x.h.Name = p.Name
	}
	x.h.Place = d.cfg.Name
	x.h.Head = slips.Head{Site: d.cfg.Name, Address: d.cfg.Address, Number: x.h.Order, Made: time.Now().In(zone), Fonts: d.fonts}
	if ask.Letter {
		x.h.Head.Paper = slips.Letter
	}
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
		if _, closed := r.Event.(*floor.ManifestClosed); !closed && strings.HasPrefix(subject, "manifest/") {
			return nil // it is of the parcels of others
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
