// Package contract plays a site against anybody's OMS, over the published contract alone, and says in words what it
// keeps and what it breaks. It is the site that nobody wishes for: it sends things twice, leaves gaps, tells of another
// past, comes from an older session, and writes what cannot be read.
//
// It must NEVER be pointed at a site that does real work: it leaves nonsense in that site's log, on purpose. It must
// never reach past the broker: what it cannot see from there it says it has not seen.
package contract

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/oklog/ulid/v2"

	"picket/sync/link"
	"picket/sync/wire"
)

// Action is something the OMS's people do, since no site can ask for it.
type Action string

// The actions. Order gives the test's site an order of one unit or more to serve; Recall wants the named order back. The
// others are for the rows of the conflict table that take people, and most of them a second site.
const (
	Order   Action = "order"
	Recall  Action = "recall"
	Confirm Action = "confirm" // an order that may not leave without a permit (mode confirm)
	Back    Action = "back"    // the named order is to go to the second site; nothing is forced
	Force   Action = "force"   // the named order goes to the second site whatever the first one says
	Backup  Action = "backup"  // a backup of the OMS is made
	Restore Action = "restore" // the OMS is put back to it, and runs again
	Again   Action = "again"   // the order of the number given is sent again by its channel, for whichever site
	Spread  Action = "spread"  // an order that either site may serve, and take over from the other
	Change  Action = "change"  // the named order is to be served differently
	Keep    Action = "keep"    // units of something are to be kept at the site for the OMS (an allotment)
)

// Actions lists those that a command can be given for.
var Actions = []Action{Order, Recall, Confirm, Back, Force, Backup, Restore, Again, Spread, Change, Keep}

// Words is what a person is asked to have the OMS do. other is the second site.
func (a Action) Words(site, other, order string) string {
	return map[Action]string{
		Order:   "give site " + site + " a new order",
		Recall:  "cancel order " + order + " as its customer would",
		Confirm: "give site " + site + " a new order that may not leave without a permit (mode confirm)",
		Back:    "give order " + order + " to site " + other + " instead of site " + site + ", without forcing it",
		Force:   "give order " + order + " to site " + other + " by force: site " + site + " does not answer",
		Backup:  "make a backup of its database (or remember the newest one)",
		Restore: "stop, put back that backup, and start again",
		Again:   "take in order number " + order + " once more from its channel, as one placed before the restore",
		Spread:  "take in a new order like those of site " + site + ", for site " + site + " or site " + other + ", whichever has it",
		Change:  "change order " + order + " (another note, due time, quantity or address)",
		Keep:    "ask site " + site + " to keep four units of something for you (an allotment)",
	}[a]
}

// Config of a run.
type Config struct {
	Link   link.Config // Broker, TLS, name and password; the rest is filled in
	Tenant wire.Tenant
	Site   wire.SiteID

	// Second is another site that only the test uses; Other is its own way to the broker, where that differs. Without it
	// what takes two sites is not seen.
	Second wire.SiteID
	Other  *link.Config

	// Do has the OMS do something: order is empty, or the id an order has on the wire. Nil: what needs it is not seen.
	Do func(ctx context.Context, what Action, order string) error

	// Key is the OMS's, where it signs: then all it says has to be signed by it. nil: whether it signs is not looked at.
	Key ed25519.PublicKey

	Only     []string      // these checks alone, and what is watched in passing; nil: all
	Quick    bool          // leave out what takes longer than ten seconds to see
	Patience time.Duration // how long an answer may take; 0 is 5 s
	Quiet    time.Duration // how long silence is listened to; 0 is 1.2 s
	Attend   time.Duration // how long people, or Do, have to do what they are asked; 0 is five minutes
	Tell     io.Writer     // each check as it is done; nil: nobody

	pace int // the OMS's clocks for silence go so many times as fast, in tests; 0: as published
}

// Run plays the whole script. The error says that it could not be played; what the OMS did wrong stands in the report.
func Run(ctx context.Context, cfg Config) (*Report, error) {
	if err := cfg.Tenant.Check(); err != nil {
		return nil, err
	}
	if err := cfg.Site.Check(); err != nil {
		return nil, err
	}
	if cfg.Patience == 0 {
		cfg.Patience = 5 * time.Second
	}
	if cfg.Attend == 0 {
		cfg.Attend = 5 * time.Minute
	}
	if cfg.Quiet == 0 {
		cfg.Quiet = 1200 * time.Millisecond
	}
	p, err := dial(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer p.l.Close()
	if cfg.Second != "" {
		if err := cfg.Second.Check(); err != nil {
			return nil, fmt.Errorf("second: %w", err)
		}
		two := cfg
		two.Site, two.Tell = cfg.Second, nil
		if cfg.Other != nil {
			two.Link = *cfg.Other
		}
		if p.twin, err = dial(ctx, two); err != nil {
			return nil, fmt.Errorf("second site: %w", err)
		}
		defer p.twin.l.Close()
	}
	for i := range script {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p.check(&script[i])
	}
	p.leftovers()
	p.settle()
	return p.report(), nil
}

// dial brings a site to the broker.
func dial(ctx context.Context, cfg Config) (*player, error) {
	node := wire.NodeID(ulid.Make().String())
	cfg.Link.ClientID, cfg.Link.Filters = wire.ClientID(cfg.Site, node), wire.SiteFilters(cfg.Tenant, cfg.Site)
	cfg.Link.Mailbox = 4096
	if cfg.Link.Rand == nil {
		cfg.Link.Rand = rand.Float64
	}
	l, err := link.Dial(cfg.Link)
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	p := newPlayer(ctx, cfg, l, node)
	if err := p.connect(); err != nil {
		l.Close()
		return nil, err
	}
	return p, nil
}
