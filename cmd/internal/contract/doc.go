// Package contract plays a site against anybody's OMS, over the published contract alone, and says in words what it
// keeps and what it breaks. It is the site that nobody wishes for: it sends things twice, leaves gaps, tells of another
// past, comes from an older session, and writes what cannot be read.
//
// It must NEVER be pointed at a site that does real work: it leaves nonsense in that site's log, on purpose. It must
// never reach past the broker: what it cannot see from there it says it has not seen.
package contract

import (
	"context"
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

// The actions. Order gives the test's site an order of one unit or more to serve; Recall wants the named order back.
const (
	Order  Action = "order"
	Recall Action = "recall"
)

// Config of a run.
type Config struct {
	Link   link.Config // Broker, TLS, name and password; the rest is filled in
	Tenant wire.Tenant
	Site   wire.SiteID

	// Do has the OMS do something: order is empty, or the id an order has on the wire. Nil: what needs it is not seen.
	Do func(ctx context.Context, what Action, order string) error

	Only     []string      // these checks alone, and what is watched in passing; nil: all
	Quick    bool          // leave out what takes longer than ten seconds to see
	Patience time.Duration // how long an answer may take; 0 is 5 s
	Quiet    time.Duration // how long silence is listened to; 0 is 1.2 s
	Tell     io.Writer     // each check as it is done; nil: nobody
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
	if cfg.Quiet == 0 {
		cfg.Quiet = 1200 * time.Millisecond
	}
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
	defer l.Close()
	p := newPlayer(ctx, cfg, l, node)
	if err := p.connect(); err != nil {
		return nil, err
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
