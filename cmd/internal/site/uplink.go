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

	"picket/cmd/internal/killpoint"
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
func startLine(ctx context.Context, g *errgroup.Group, cfg Config, box string, boot uint64, file *journal.File, door *node.Door, fenced *fence, v *vault, screens *web.Feed, pieces *album, log *slog.Logger) error {
	var feed floor.Down
	var known floor.Known
	var told floor.Seq
	var upon floor.Upon
	recovering := false
	screens.Look(func(b *view.Board) {
		feed = b.Feed()
		known, recovering = b.Recovery()
		told, upon = b.Restated(), b.Upon()
	})
	state, err := remembered(file, feed, known, recovering)
	if err != nil {
		return err
	}
	state.Snap, state.Restated = pieces.held(), wire.Seq(told)
	if upon.Seq > 0 {
		state.Upon = &wire.Upon{Gen: wire.Generation(upon.Gen), Pos: wire.Pos(upon.Pos), Seq: wire.Seq(upon.Seq)}
	}
	var held grant
	if _, err := readFile(grantFile(cfg.Data), &held); err != nil {
		return err
	}
	state.Epoch = max(state.Epoch, held.Epoch)
	pieces.from = held
	own, err := lineKey(cfg.Data, box)
	if err != nil {
		return err
	}
	centre, err := openCentreKey(cfg, held)
	if err != nil {
		return err
	}
	files := cfg.brokerFiles()
	tlsConfig, err := line.TLS(files.CAFile, files.CertFile, files.KeyFile)
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
			l, err := link.Dial(link.Config{
				Broker: cfg.Broker.URL, ClientID: client, Username: cfg.Broker.Username, Password: password, Filters: filters,
				Will: &will, TLS: tlsConfig, Rand: mrand.Float64, RetryMax: 15 * time.Second,
			})
			if err != nil {
				return nil, err
			}
			return killpoint.Link(l), nil
		},
		Journal: outbox{file, proofs{file: file, vault: v}}, Node: inbox{door, v, cfg.Lacks, pieces, file, node.NewArchive(file, v)}, Keeper: keeper{file, door}, State: state, Parents: parents(file), Forks: func() []wire.ForkAt { return forks(file) },
		Timing: reconcile.Timing{HelloSpread: cfg.Broker.Spread},
		Rand:   mrand.Float64, Nonce: func() wire.Nonce { return wire.Nonce(randomHex(16)) },
		Key: own, Centre: centre.get,
		Log: log.With("part", "line"),
		OnStatus: func(s uplink.Status) {
			if err := fenced.see(s); err != nil {
				log.Error("that this box was replaced could not be written down", "err", err)
			}
			door.Skew(s.Skew)
			screens.SetLink(linkState(s, fenced))
		},
	})
	if err != nil {
		return fmt.Errorf("line: %w", err)
	}
	screens.SetLink(linkState(up.Status(), fenced))
	g.Go(func() error { return up.Run(ctx) })
	g.Go(func() error { renewing(ctx, cfg, box, own, centre, time.Hour, log.With("part", "line")); return nil })
	g.Go(func() error {
		for seq := floor.Seq(file.Head().Seq); ; {
			head, err := door.Wait(ctx, seq)
			if err != nil {
				return nil // the door's own end is told elsewhere
			}
			seq = head
			up.Wake()
			was := recovering
			screens.Look(func(b *view.Board) { _, recovering = b.Recovery() })
			if was && !recovering {
				up.Whole()
			}
		}
	})
	return nil
}

func linkState(s uplink.Status, f *fence) view.LinkState {
	v := view.LinkState{Up: s.Connected, Since: s.Since, Acked: floor.Seq(s.Acked), Stable: floor.Seq(s.Stable), Broker: s.Line, Cause: s.LineErr, Code: string(s.Trouble), Skew: s.Skew, Forged: s.ForgedAt}
	if !s.CentreOff.IsZero() && s.Line {
		v.Off = true                             // its session ends 45 seconds later: until then nothing would say so
		if v.Up || s.CentreOff.Before(v.Since) { // since then, and not since its session ended
			v.Up, v.Since = false, s.CentreOff
		}
	}
	if s.Blocked != nil {
		v.Sends = view.Halt{Seq: uint64(s.Blocked.Seq), Type: s.Blocked.Type}
	}
	if s.Stuck != nil {
		v.Takes = view.Halt{Seq: uint64(s.Stuck.Seq), Type: s.Stuck.Type}
	}
	words := f.words()
	v.Replaced, v.Handed, v.Left = f.counts()
	switch {
	case words != "":
		v.Blocked = words
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
