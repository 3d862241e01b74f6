package omstest

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"time"

	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/linktest"
	"picket/sync/oms"
	"picket/sync/oms/hub"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// World is a centre, some sites and a line between them, in virtual time, from one seed.
type World struct {
	Now    time.Time
	Net    *linktest.Net
	Centre *oms.Centre
	Sites  []*Site
	Store  store.Store
	// Fold can be switched off, to see what is raw and not folded.
	Fold bool
	// Deaf leaves out what the sites hear, where it is given and says so.
	Deaf func(reconcile.Event) bool
	// SnapshotOver is the centre's, from its next restart on.
	SnapshotOver int
	// Watched: the centre has a witness, from its next restart on; whoever tests says to Clerk.Watch what it says.
	Watched bool
	// Key is the centre's, from its next restart on; nil: it signs nothing.
	Key ed25519.PrivateKey

	rng *rand.Rand
	ids int
}

const (
	tenant     = "t"
	centreName = "centre"
)

// Start is when a world begins.
var Start = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// NewWorld makes a world over a store, which stays the caller's.
func NewWorld(ctx context.Context, seed uint64, st store.Store, f linktest.Faults) (*World, error) {
	w := &World{Now: Start, Net: linktest.NewNet(seed, f), Store: st, Fold: true, rng: rand.New(rand.NewPCG(seed, 7))}
	return w, w.Restart(ctx)
}

// Restart kills the centre and starts it again from what is durable.
func (w *World) Restart(ctx context.Context) error {
	w.Net.Detach(centreName)
	c, err := oms.New(ctx, oms.Config{Tenant: tenant, Prefix: "39521234", Block: 50, Carrier: "post",
		Now: func() time.Time { return w.Now }, NewID: func(time.Time) string { return w.id("ID") }, NewToken: func() string { return w.id("T") }, Rand: w.rng.Float64,
		HashPIN: func(pin string) (string, error) { return "hash of " + pin, nil },
		SamePIN: func(pin, hash string) bool { return hash == "hash of "+pin }, SnapshotOver: w.SnapshotOver, Watched: w.Watched, Key: w.Key,
	}, w.Store)
	if err != nil {
		return err
	}
	w.Centre = c
	w.Net.Attach(w.Now, centreName, c.Hub.Filters()...)
	w.send(c.Hub.Step(ctx, w.Now, hub.Connected{}))
	return nil
}

func (w *World) id(kind string) string { w.ids++; return fmt.Sprintf("%s-%08d", kind, w.ids) }

// Add brings up a site's box.
func (w *World) Add(id floor.SiteID) *Site {
	s := NewSite(tenant, id, w.rng.Float64, func() string { return w.id("N") })
	w.Sites = append(w.Sites, s)
	w.Plug(s)
	return s
}

// Replace gives a site to another box, which is on the line at once; the old one stays as it is, at the end of Sites.
func (w *World) Replace(ctx context.Context, at int) (box *Site, err error) {
	old := w.Sites[at]
	code, err := w.Centre.Clerk.Enrol(ctx, old.ID, false)
	if err != nil {
		return nil, err
	}
	box = NewSite(tenant, old.ID, w.rng.Float64, func() string { return w.id("N") })
	box.Node, box.log, box.n = old.Node+"-2", old.log+"-2", old.n+5000
	var key ed25519.PublicKey
	if old.Key != nil { // it signs as the old one did, by a key of its own
		box.Key, box.Centre = ed25519.NewKeyFromSeed(old.Key.Public().(ed25519.PublicKey)), old.Centre
		key = box.Key.Public().(ed25519.PublicKey)
	}
	granted, err := w.Centre.Clerk.Redeem(ctx, old.ID, code.Code, box.Node, key)
	if err != nil {
		return nil, err
	}
	box.mark.Epoch = granted.Epoch
	box.Boot()
	w.Unplug(old)
	old.net += "/old"
	w.Sites[at] = box
	w.Sites = append(w.Sites, old)
	w.Plug(box)
	return box, nil
}

// Give gives a site to a box that had it already: the centre was put back to before.
func (w *World) Give(ctx context.Context, s *Site) error {
	code, err := w.Centre.Clerk.Enrol(ctx, s.ID, false)
	if err != nil {
		return err
	}
	granted, err := w.Centre.Clerk.Redeem(ctx, s.ID, code.Code, s.Node, nil)
	s.mark.Epoch = granted.Epoch
	return err
}

// Plug connects a site to the line.
func (w *World) Plug(s *Site) {
	w.Net.Attach(w.Now, s.net, wire.SiteFilters(tenant, wire.SiteID(s.ID))...)
	w.step(s, reconcile.LinkUp{})
}

// Unplug takes a site off the line.
func (w *World) Unplug(s *Site) {
	w.Net.Detach(s.net)
	w.step(s, reconcile.LinkDown{})
}

// RebootSite kills a site's process and starts it again.
func (w *World) RebootSite(s *Site) {
	w.Net.Detach(s.net)
	s.Boot()
	w.Plug(s)
}

// Wake tells a site's engine that its log has grown.
func (w *World) Wake(s *Site) { w.step(s, reconcile.Woke{}) }

func (w *World) send(out []link.Message) {
	for _, m := range out {
		w.Net.Send(w.Now, centreName, m.Topic, m.Payload, m.Retained)
	}
}

func (w *World) step(s *Site, in reconcile.Event) {
	for _, m := range s.Step(w.Now, in) {
		w.Net.Send(w.Now, s.net, m.Topic, m.Payload, false)
	}
}

// Run lets time pass.
func (w *World) Run(ctx context.Context, d time.Duration) error {
	end := w.Now.Add(d)
	for {
		w.send(w.Centre.Hub.Step(ctx, w.Now, hub.Tick{})) // as the clerk's bell would make it
		if w.Fold {
			for more := true; more; {
				var err error
				if more, err = w.Centre.Hub.Fold(ctx); err != nil {
					return err
				}
			}
			w.send(w.Centre.Hub.Step(ctx, w.Now, hub.Tick{}))
		}
		next := end
		sooner := func(at time.Time) {
			if !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		if at, ok := w.Net.Next(); ok {
			sooner(at)
		}
		sooner(w.Centre.Hub.Next())
		for _, s := range w.Sites {
			sooner(s.Next())
		}
		if !next.Before(end) {
			w.Now = end
			return nil
		}
		if next.After(w.Now) {
			w.Now = next
		} else {
			w.Now = w.Now.Add(time.Millisecond) // an engine that asks for now must not stop the clock
		}
		for _, d := range w.Net.Due(w.Now) {
			w.arrive(ctx, d)
		}
		for _, s := range w.Sites {
			if at := s.Next(); !at.IsZero() && !w.Now.Before(at) {
				w.step(s, reconcile.Tick{})
			}
		}
	}
}

func (w *World) arrive(ctx context.Context, d linktest.Delivery) {
	if d.To == centreName {
		w.send(w.Centre.Hub.Step(ctx, w.Now, hub.Arrived{Topic: d.Topic, Payload: d.Payload}))
		return
	}
	for _, s := range w.Sites {
		if s.net != d.To {
			continue
		}
		if in := s.Heard(d.Topic, d.Payload); in != nil && (w.Deaf == nil || !w.Deaf(in)) {
			w.step(s, in)
		}
	}
}
