package site

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/cmd/internal/line"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
	"picket/sync/link"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// startLine runs the uplink, wakes it when the journal grows, and shows its state.
func startLine(ctx context.Context, g *errgroup.Group, cfg Config, box string, boot uint64, file *journal.File, door *node.Door, v *vault, screens *web.Feed, log *slog.Logger) error {
	var feed floor.Down
	var known floor.Known
	recovering := false
	screens.Look(func(b *view.Board) {
		feed = b.Feed()
		known, recovering = b.Recovery()
	})
	state, err := remembered(file, feed, known, recovering)
	if err != nil {
		return err
	}
	tlsConfig, err := line.TLS(cfg.Broker.CAFile, cfg.Broker.CertFile, cfg.Broker.KeyFile)
	if err != nil {
		return err
	}
	password, err := line.Secret("broker.password_file", cfg.Broker.PasswordFile)
	if err != nil {
		return err
	}
	up, err := uplink.New(uplink.Config{
		Tenant: wire.Tenant(cfg.Tenant), Site: wire.SiteID(cfg.Site), NodeID: wire.NodeID(box), Boot: boot, SW: "picketd",
		Connect: func(client string, filters []string, will link.Message) (link.Link, error) {
			return link.Dial(link.Config{
				Broker: cfg.Broker.URL, ClientID: client, Username: cfg.Broker.Username, Password: password, Filters: filters,
				Will: &will, TLS: tlsConfig, Rand: mrand.Float64, RetryMax: 15 * time.Second,
			})
		},
		Journal: outbox{file}, Node: inbox{door, v}, Keeper: keeper{file, door}, State: state, Parents: parents(file),
		Timing: reconcile.Timing{HelloSpread: cfg.Broker.Spread},
		Rand:   mrand.Float64, Nonce: func() wire.Nonce { return wire.Nonce(randomHex(16)) },
		Log:      log.With("part", "line"),
		OnStatus: func(s uplink.Status) { screens.SetLink(linkState(s)) },
	})
	if err != nil {
		return fmt.Errorf("line: %w", err)
	}
	g.Go(func() error { return up.Run(ctx) })
	g.Go(func() error {
		for seq := floor.Seq(file.Head().Seq); ; {
			head, err := door.Wait(ctx, seq)
			if err != nil {
				return nil // the door's own end is told elsewhere
			}
			seq = head
			up.Wake()
		}
	})
	return nil
}

func linkState(s uplink.Status) view.LinkState {
	v := view.LinkState{Up: s.Connected, Since: s.Since, Acked: floor.Seq(s.Acked), Stable: floor.Seq(s.Stable)}
	switch {
	case s.Blocked != nil:
		v.Blocked = fmt.Sprintf("the centre cannot take record %d (%s) before it is updated", s.Blocked.Seq, s.Blocked.Type)
	case s.Stuck != nil:
		v.Blocked = fmt.Sprintf("this box cannot take the centre's record %d (%s) before it is updated", s.Stuck.Seq, s.Stuck.Type)
	case s.Trouble != "":
		v.Blocked = s.Reason
	}
	return v
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24: the process ends instead
	return hex.EncodeToString(b)
}
