// Package clerk carries out, in transactions of the store, what package order decides and what the protocol
// asks for: capture, routing, master data, taking in what sites tell, and folding it.
//
//	one transaction = what is decided + the feed record that tells the site + the time line
//
// so that nothing can be decided and not told, or told and not decided. A site's feed that has grown is
// named by Grown once the transaction has committed, never before.
//
// The clerk must never read a clock of its own or mint an id of its own (both are handed in), never publish
// anything, and never answer "done" before the commit.
package clerk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// Config is what does not change while the centre runs. Zero fields take the defaults named.
type Config struct {
	Tenant  wire.Tenant
	Default floor.SiteID // decides between equal sites in routing
	Carrier string       // code of who carries what ships
	Hours   map[order.Service]time.Duration
	Prefix  string // SSCC prefix of sites that name none: extension digit and company prefix
	Block   uint64 // numbers in a lease; 10,000

	Now   func() time.Time
	NewID func(now time.Time) string // a ULID, rising with time

	Random func(b []byte) // fills b; crypto/rand

	Vault     Vault // seals what shows who got an order; nil: a site that sends such a proof waits
	ProofDays int   // it is kept so many days; 180

	Lacks []string // types of records it does not know, as an older centre would not: for tests of an upgrade

	// HashPIN and SamePIN keep a person's PIN; both may be slow. Tests hand in fast ones.
	HashPIN func(pin string) (string, error)
	SamePIN func(pin, hash string) bool
}

// Clerk is used by any number of goroutines.
type Clerk struct {
	st  store.Store
	cfg Config

	began time.Time       // this process
	types map[string]bool // of records that can be folded
	mu    sync.Mutex
	grown []floor.SiteID
	known map[floor.SiteID]time.Time // when all that a site had told was last folded
	back  map[floor.SiteID]bool      // it was too long ago, and is not any more
	bell  chan struct{}

	rekeyed []Rekeyed
}

// New makes the clerk of a store.
func New(st store.Store, cfg Config) (*Clerk, error) {
	if st == nil || cfg.Now == nil || cfg.NewID == nil {
		return nil, errors.New("clerk: store, Now and NewID must be given")
	}
	if err := cfg.Tenant.Check(); err != nil {
		return nil, fmt.Errorf("clerk: %w", err)
	}
	if cfg.Carrier != "" {
		if err := floor.CheckID("carrier", cfg.Carrier); err != nil {
			return nil, fmt.Errorf("clerk: %w", err)
		}
	}
	hours := map[order.Service]time.Duration{order.Standard: 24 * time.Hour, order.Express: 2 * time.Hour}
	for _, s := range []order.Service{order.Standard, order.Express} {
		if h, ok := cfg.Hours[s]; ok && h > 0 {
			hours[s] = h
		}
	}
	cfg.Hours = hours
	if cfg.ProofDays == 0 {
		cfg.ProofDays = ProofDays
	}
	if cfg.Block == 0 {
		cfg.Block = 10_000
	}
	if cfg.HashPIN == nil || cfg.SamePIN == nil {
		p := &pins{}
		cfg.HashPIN, cfg.SamePIN = p.hash, p.same
	}
	if cfg.Random == nil {
		cfg.Random = func(b []byte) { _, _ = rand.Read(b) } // it never fails
	}
	c := &Clerk{st: st, cfg: cfg, began: cfg.Now(), types: map[string]bool{}, known: map[floor.SiteID]time.Time{}, back: map[floor.SiteID]bool{}, bell: make(chan struct{}, 1)}
	for _, e := range floor.Types() {
		c.types[e.Type()] = !slices.Contains(cfg.Lacks, e.Type())
	}
	return c, nil
}

// Bell rings (once for any number of times) when a site's feed has grown.
func (c *Clerk) Bell() <-chan struct{} { return c.bell }

// Grown takes the sites whose feed has grown since it was last asked, by id.
func (c *Clerk) Grown() []floor.SiteID {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.grown
	c.grown = nil
	slices.Sort(out)
	return slices.Compact(out)
}

// work is one transaction under way.
type work struct {
	c *Clerk
	store.Tx
	now   time.Time
	grown []floor.SiteID

	// Of the site whose facts are folded: how many of the orders it had no room for may be given to it now.
	folds floor.SiteID
	room  int

	rest *restore // read once; nil: not yet
}

func (c *Clerk) update(ctx context.Context, do func(w *work) error) error {
	var grown []floor.SiteID
	err := c.st.Update(ctx, func(tx store.Tx) error {
		w := &work{c: c, Tx: tx, now: c.cfg.Now().UTC()}
		err := do(w)
		grown = w.grown
		return err
	})
	if len(grown) == 0 {
		return err
	}
	// Also when the commit failed: it may stand all the same, and then nobody else would look at the feed again.
	c.mu.Lock()
	c.grown = append(c.grown, grown...)
	c.mu.Unlock()
	select {
	case c.bell <- struct{}{}:
	default:
	}
	return err
}

func (w *work) id() string { return w.c.cfg.NewID(w.now) }

// send appends one record to a site's feed. id names the record, and with it the command at the site.
func (w *work) send(site floor.SiteID, id, typ, subject string, data any, rows ...wire.Sealed) error {
	m, err := w.Mark(site)
	if err != nil {
		return err
	}
	raw, err := floor.EncodeFeed(id, "/t/"+string(w.c.cfg.Tenant)+"/c", typ, subject, w.now, data)
	if err != nil {
		return err
	}
	if err := (wire.Entry{Raw: raw, PII: rows}).Fits(); err != nil {
		return fmt.Errorf("%s for %s: %w", subject, site, err)
	}
	seq, hash, err := w.FeedHead(site, m.Lineage)
	if err != nil {
		return err
	}
	w.grown = append(w.grown, site)
	return w.AppendFeed(site, m.Lineage, store.FeedEntry{Seq: seq + 1, Hash: wire.Chain(hash, raw), ID: id, Raw: raw, Rows: rows})
}

// sound runs commands, one behind the other, against the site's own rules on an empty floor, so that the
// centre sends nothing that a site would refuse for its form. at is put before the field in the problem.
func sound(at string, cmds ...floor.Command) order.Problems {
	st, lines := floor.NewState(), 0
	for i, cmd := range cmds {
		events, r := floor.Decide(st, floor.Meta{ID: "check"}, cmd)
		switch {
		case r == nil:
			if more, ok := cmd.(*floor.MoreLines); ok {
				lines = more.From + len(more.Lines)
			} else if a, ok := cmd.(*floor.Assign); ok {
				lines = len(a.Lines)
			}
			if i < len(cmds)-1 {
				for _, e := range events {
					floor.Apply(st, e)
				}
			}
		case r.Code == floor.BadField:
			return order.Problems{{Field: at + shifted(r.Args["field"], lines), Why: r.Args["why"]}}
		default:
			return order.Problems{{Field: strings.TrimSuffix(at, "."), Why: r.Words()}}
		}
	}
	return nil
}

// shifted counts a line named in a later piece of an order from the order's first line.
func shifted(field string, by int) string {
	n, rest, ok := strings.Cut(strings.TrimPrefix(field, "lines["), "]")
	at, err := strconv.Atoi(n)
	if !ok || err != nil || by == 0 {
		return field
	}
	return "lines[" + strconv.Itoa(at+by) + "]" + rest
}
