package site

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
	_ "time/tzdata" // a bare machine has no time zones

	"golang.org/x/sync/errgroup"

	"picket/devices"
	"picket/devices/drivers"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/view"
	"picket/edge/web"
	"picket/pwa"
)

// Run is one site from start to close. ready is told the address of its page once it serves.
func Run(ctx context.Context, cfg Config, log *slog.Logger, ready func(addr string)) error {
	return RunBy(ctx, cfg, log, Clock{Now: time.Now}, ready)
}

// RunBy is Run with a clock of the caller's.
func RunBy(ctx context.Context, cfg Config, log *slog.Logger, clk Clock, ready func(addr string)) error {
	if err := cfg.Check(); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}

	// The listener first: a taken port is the commonest mistake, and nothing is touched before it is found.
	ln, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	defer ln.Close()

	// The one file, and the key of the rows in it.
	file, box, err := openStore(cfg.Data)
	if err != nil {
		return err
	}
	defer func() {
		if err := file.Close(); err != nil {
			log.Error("close", "err", err)
		}
	}()
	vault, err := openVault(cfg.Data)
	if err != nil {
		return err
	}
	signer, err := openSigner(cfg.Data, floor.SiteID(cfg.Site))
	if err != nil {
		return err
	}
	// A file that was put back from a copy begins a new log: what the lost one drew must not be drawn again.
	fresh, err := newLife(cfg.Data, file)
	if err != nil {
		return err
	}
	if fresh {
		log.Warn("the journal is an older copy, or another box's: it goes on under a new log id", "log", file.Head().Log)
	}
	boot, err := countBoot(file)
	if err != nil {
		return err
	}

	// The door, and beside it the fold that everybody looks at: both start from snapshot and tail.
	n, err := node.Boot(file, node.Options{Source: floor.Source(cfg.Tenant, cfg.Site, box), SnapshotEvery: cfg.SnapshotEvery, Seal: vault})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	door := node.NewDoor(n, node.DoorOptions{Clock: clk.Now})
	feed, err := startFeed(cfg, file, clk, log)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	press := newPress(cfg, feed, door, file, vault, signer)

	g, ctx := errgroup.WithContext(ctx)
	// The door outlives everything that puts commands through it, so that none waits for an answer in vain.
	doorCtx, closeDoor := context.WithCancel(context.WithoutCancel(ctx))
	defer closeDoor()
	doorDone := make(chan error, 1)
	go func() { doorDone <- door.Serve(doorCtx) }()

	g.Go(func() error { return feed.Follow(ctx, door, file) })
	head, forks := file.Head(), file.Forks()
	first := opening{feed: feed, door: door, site: floor.SiteID(cfg.Site), sign: signer, log: floor.LogID(head.Log), first: len(forks) == 0, old: fresh && cfg.Broker.URL != ""}
	err = first.run(ctx)
	if err == nil {
		err = seen(cfg.Data, boot, file) // not before the box said what it is: cut short, the next start says it
	}
	if err != nil {
		closeDoor()
		return err
	}
	if err := startPrinters(ctx, g, cfg, press, log); err != nil {
		closeDoor()
		return err
	}
	if cfg.alone() {
		err = startAlone(ctx, g, file, door)
	} else if err = noLongerAlone(file); err == nil {
		err = startLine(ctx, g, cfg, box, boot, file, door, vault, feed, log)
	}
	if err != nil {
		closeDoor()
		return err
	}

	server, err := newServer(cfg, clk, door, feed, press, file, vault, log)
	if err != nil {
		closeDoor()
		return err
	}
	g.Go(func() error { return server.Serve(ctx, ln) })
	if err := startSocket(ctx, g, cfg.Data, server); err != nil {
		closeDoor()
		return err
	}
	g.Go(func() error { return tidy(ctx, clk, server, feed, log) })
	g.Go(func() error { reread(ctx, cfg.Again, server, log); return nil })
	times := &clock{feed: feed, door: door, central: !cfg.alone(), born: clk.Now(), clock: clk, log: log, seen: func() error { return seen(cfg.Data, boot, file) }}
	g.Go(func() error { return times.run(ctx) })
	g.Go(func() error {
		select {
		case err := <-doorDone:
			doorDone <- err
			if ctx.Err() == nil {
				return fmt.Errorf("the journal does not take anything more: %w", err)
			}
		case <-ctx.Done():
		}
		return nil
	})
	if ready != nil {
		ready(ln.Addr().String())
	}
	log.Info("site is up", "site", cfg.Site, "page", ln.Addr().String(), "records", file.Head().Seq, "log", file.Head().Log)

	err = g.Wait()
	closeDoor()
	if derr := <-doorDone; err == nil {
		err = derr
	}
	if werr := seen(cfg.Data, boot, file); err == nil {
		err = werr
	}
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	log.Info("site is down", "site", cfg.Site)
	return err
}

// reread takes what may change while the site runs: the machines that are let in.
func reread(ctx context.Context, again <-chan Config, server *web.Server, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case cfg := <-again:
			if err := server.SetTokens(cfg.tokens()); err != nil {
				log.Error("the settings were read again, and the tokens stay as they were", "error", err)
				continue
			}
			log.Info("the settings were read again", "tokens", len(cfg.Tokens))
		}
	}
}

// startFeed loads the fold that screens, printers and the line look at.
func startFeed(cfg Config, file *journal.File, clk Clock, log *slog.Logger) (*web.Feed, error) {
	state, marks, seq, err := node.Load(file)
	if err != nil {
		return nil, err
	}
	site := view.Site{ID: floor.SiteID(cfg.Site), Name: cfg.Name, Zone: cfg.Zone}
	if cfg.alone() {
		site.Centre = view.NoCentre
	}
	board := view.NewBoard(site, floor.LogID(file.Head().Log), state, seq, clk.Now())
	marks.Devices(board.SetDevice)
	return web.NewFeed(board, log), nil
}

// newServer is the page and the API.
func newServer(cfg Config, clk Clock, door *node.Door, feed *web.Feed, p *press, file *journal.File, v *vault, log *slog.Logger) (*web.Server, error) {
	auth, err := web.NewDocAuthenticator(feed, bodies{file, v})
	if err != nil {
		return nil, err
	}
	o := web.Options{Hosts: cfg.HTTP.Hosts, Tokens: cfg.tokens()}
	if cfg.HTTP.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(cfg.HTTP.CertFile, cfg.HTTP.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("http.cert_file: %w", err)
		}
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}}
	}
	past := newArchive(file)
	plan := &planning{feed: feed, clock: clk.Now}
	var keeps web.Vault
	if cfg.alone() {
		keeps = bodies{file, v}
	}
	return web.New(o, web.Parts{
		Vault: keeps,
		Door:  door, Feed: feed, Auth: auth, App: pwa.Files(), Preview: p.picture, Clock: clk.Now, Random: rand.Reader, Log: log,
		Ready:   func() error { return door.Health().Fault },
		Planner: plan, Papers: papers{cfg, feed, plan, file, v, clk.Now}.PDF,
		Closed:  node.NewArchive(file, v),
		Archive: past, Names: people{file, v}, Dispute: disputes{cfg, feed, past, people{file, v}}.PDF,
	})
}

// bodies opens the rows documents lie in.
type bodies struct {
	file  *journal.File
	vault *vault
}

// Row obeys web.Bodies.
func (b bodies) Row(kind, key string) ([]byte, bool, error) {
	sealed, ok, err := b.file.Row("doc", []byte(kind+"/"+key))
	if err != nil || !ok {
		return nil, false, err
	}
	body, err := b.vault.Open("doc/"+kind+"/"+key, sealed)
	return body, err == nil, err
}

// Seal obeys web.Vault.
func (b bodies) Seal(ref string, body []byte) (node.Row, bool) {
	kind, key, ok := cutRef(ref)
	if !ok {
		return node.Row{}, false
	}
	return node.Row{Kind: kind, Key: []byte(key), Value: b.vault.Seal(ref, body)}, true
}

// tidy lets what is over leave the screens, and closes sessions that ran out.
func tidy(ctx context.Context, clk Clock, s *web.Server, feed *web.Feed, log *slog.Logger) error {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			feed.Tick(clk.Now())
			if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
				log.Warn("sessions that ran out stay open for now", "err", err)
			}
		}
	}
}

// startPrinters gives each printer a port, a lane before it, and a watch on its state.
func startPrinters(ctx context.Context, g *errgroup.Group, cfg Config, p *press, log *slog.Logger) error {
	for _, c := range cfg.Printers {
		driver, err := drivers.OpenPrinter(c.Address, drivers.Options{Permit: cfg.permit})
		if err != nil {
			return fmt.Errorf("printers: %s: %w", c.ID, err)
		}
		changes := make(chan struct{}, 1)
		port := devices.NewPort(devices.Name(c.ID), devices.PortOptions{Watch: func(devices.Status) { nudge(changes) }})
		lane := &spool.Lane{ID: floor.PrinterID(c.ID), Printer: port, Desk: p, Log: log.With("printer", c.ID)}
		wake := make(chan struct{}, 1)
		g.Go(func() error { return port.Run(ctx, devices.Supervisor{}, driver) })
		g.Go(func() error { p.watch(ctx, c, port, changes); return nil })
		g.Go(func() error { return lane.Serve(ctx, wake) })
		g.Go(func() error {
			for {
				changed := p.feed.Look(func(*view.Board) {})
				nudge(wake)
				select {
				case <-changed:
				case <-ctx.Done():
					return nil
				}
			}
		})
	}
	return nil
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
