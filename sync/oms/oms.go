// Package oms assembles the reference central OMS: the clerk over a store, the hub over a link, the REST
// interface over both. See DESIGN.md.
//
//	st, err := sqlite.Open(ctx, path)
//	c, err := oms.New(ctx, oms.Config{Tenant: "demo", Prefix: "39521234"}, st)
//	l, err := link.Dial(… c.Hub.Filters(), c.Hub.Will() …)
//	go c.Hub.Run(ctx, l, log)
//	http.Serve(listener, c.Handler)
//
// It must never open a file, a socket or a flag: those are cmd's.
package oms

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"picket/edge/floor"
	"picket/sync/oms/api"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Config of the centre. Only Tenant and Prefix must be given.
type Config struct {
	Tenant  wire.Tenant
	Version string
	Prefix  string // SSCC: extension digit and GS1 company prefix, 5 to 13 digits
	Block   uint64 // SSCC numbers in a lease; 10,000
	Default floor.SiteID
	Carrier string
	Hours   map[order.Service]time.Duration // from capture to due; standard 24 h, express 2 h

	Token        string   // of the REST interface; empty: loopback only
	Hosts        []string // further names it may be called by without a token
	Timing       reconcile.Timing
	Key          ed25519.PrivateKey // nil: what goes down is not signed
	Restored     time.Time          // the operator says that the store was put back then; zero: nobody says so
	Why          string             // how it is known
	SnapshotOver int                // facts a site that lost them is told one by one; 4096
	Backup       bool               // a backup is kept, and Hub.Stabled will be told how far it reaches
	Watched      bool               // a witness says at every start whether the store was put back, as Clerk.Watch is told
	Log          *slog.Logger

	// For simulators; the defaults are the real clock, real randomness and argon2id.
	Now      func() time.Time
	NewID    func(now time.Time) string
	NewToken func() string
	Rand     func() float64
	Random   func(b []byte)
	HashPIN  func(pin string) (string, error)
	SamePIN  func(pin, hash string) bool
}

// Centre is the assembled OMS. Nothing runs until Hub.Run does.
type Centre struct {
	Clerk   *clerk.Clerk
	Hub     *hub.Hub
	Handler http.Handler
}

// New assembles the centre over a store, which stays the caller's to close.
func New(ctx context.Context, cfg Config, st store.Store) (*Centre, error) {
	if cfg.Prefix == "" {
		return nil, errors.New("oms: prefix: is missing; the SSCC prefix (extension digit and GS1 company prefix) must be given")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.NewID == nil {
		cfg.NewID = ulids()
	}
	if cfg.NewToken == nil {
		cfg.NewToken = rand.Text
	}
	if cfg.Rand == nil {
		cfg.Rand = mathrand.Float64
	}
	c, err := clerk.New(st, clerk.Config{Tenant: cfg.Tenant, Default: cfg.Default, Carrier: cfg.Carrier, Hours: cfg.Hours, Prefix: cfg.Prefix, Block: cfg.Block,
		Now: cfg.Now, NewID: cfg.NewID, Random: cfg.Random, HashPIN: cfg.HashPIN, SamePIN: cfg.SamePIN})
	if err != nil {
		return nil, err
	}
	if !cfg.Restored.IsZero() {
		if _, err := c.Restored(ctx, cfg.Restored, cfg.Why); err != nil {
			return nil, err
		}
	}
	h, err := hub.New(ctx, hub.Config{Tenant: cfg.Tenant, SW: cfg.Version, Timing: cfg.Timing, Rand: cfg.Rand, NewToken: cfg.NewToken,
		NewGen: func() string { return cfg.NewID(cfg.Now()) }, Key: cfg.Key, Backup: cfg.Backup, SnapshotOver: cfg.SnapshotOver, Watched: cfg.Watched, Log: cfg.Log}, c, st)
	if err != nil {
		return nil, err
	}
	ready := func(ctx context.Context) error {
		return st.View(ctx, func(tx store.Tx) error { _, err := tx.Meta("schema"); return err })
	}
	return &Centre{Clerk: c, Hub: h, Handler: api.Handler(api.Config{Token: cfg.Token, Hosts: cfg.Hosts, Version: cfg.Version, Now: cfg.Now, Ready: ready, Log: cfg.Log}, c, h)}, nil
}

// ulids mints ULIDs that rise even within a millisecond.
func ulids() func(time.Time) string {
	var mu sync.Mutex
	entropy := ulid.Monotonic(rand.Reader, 0)
	var last uint64
	return func(now time.Time) string {
		mu.Lock()
		defer mu.Unlock()
		// A clock set back must not mint ids below those that are there: lists are ordered by them.
		last = max(last, ulid.Timestamp(now))
		id, err := ulid.New(last, entropy)
		if err != nil { // 2^80 ids in one millisecond
			last++
			id = ulid.MustNew(last, entropy)
		}
		return id.String()
	}
}
