package site

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"time"
	_ "time/tzdata" // a bare machine has no time zones

	"golang.org/x/sync/errgroup"

	"picket/cmd/internal/killpoint"
	"picket/cmd/internal/lock"
	"picket/devices"
	"picket/devices/drivers"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/station"
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
	for older := false; ; older = true {
		err := runOnce(ctx, cfg, log, clk, ready, older)
		for errors.Is(err, errSnapshot) && ctx.Err() == nil {
			log.Info("what the centre knows of this site is here: the site starts anew, from it")
			err = runOnce(ctx, cfg, log, clk, ready, false)
		}
		if !errors.Is(err, errOlder) || ctx.Err() != nil {
			return err
		}
		log.Warn("the journal is an older copy: the site starts anew, and takes back what it lost")
	}
}

// errOlder ends a run in which a device showed that the journal is an older copy. Nobody knew: its witness was in the copy.
var errOlder = errors.New("the journal is an older copy")

// once is how often in a run of the daemon a device's word is taken for it: no device restarts a site at its will.
const once = time.Hour

func runOnce(ctx context.Context, cfg Config, log *slog.Logger, clk Clock, ready func(addr string), older bool) error {
	if err := cfg.Check(); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}

	// The listener first: a taken port is the commonest mistake, and nothing is touched before it is found.
	ln, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	defer ln.Close()

	// One process alone: whoever comes second has touched nothing.
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	release, err := lock.Dir(cfg.Data, "picketd of site "+cfg.Site)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	defer release()

	// Before the file is opened: a full disk must have its reserve given up, or nothing could be written.
	room, err := openDisk(cfg, log)
	if err != nil {
		return err
	}
	if _, _, _, err := room.look(); err != nil {
		log.Error("how full the disk is could not be seen to", "err", err)
		room.failed = true
	}

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
	defer vault.Close()
	vault.Before = standing(file)
	signer, err := openSigner(cfg.Data, floor.SiteID(cfg.Site))
	if err != nil {
		return err
	}
	// A file that was put back from a copy begins a new log: what the lost one drew must not be drawn again.
	fresh, err := newLife(cfg.witnessFile(), file)
	if err == nil && older && !fresh {
		_, err = file.NewLog(newID())
		fresh = err == nil
	}
	if err != nil {
		return err
	}
	shown := make(chan string, 1)
	if fresh {
		log.Warn("the journal is an older copy, or another box's: it goes on under a new log id", "log", file.Head().Log)
	}
	boot, err := countBoot(file)
	if err != nil {
		return err
	}

	// What the centre folded of this site's past, if a box that lost it was handed it.
	options := node.Options{Source: floor.Source(cfg.Tenant, cfg.Site, box), SnapshotEvery: cfg.SnapshotEvery, Seal: vault, Centre: cfg.Broker.URL != ""}
	pieces, err := openAlbum(cfg, fresh, log)
	if err != nil {
		return err
	}
	if err := pieces.swap(file, options, clk.Now()); err != nil {
		return err
	}

	// The door, and beside it the fold that everybody looks at: both start from snapshot and tail.
	n, err := node.Boot(killpoint.Journal(file), options)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	door := node.NewDoor(n, node.DoorOptions{Clock: clk.Now})
	feed, err := startFeed(cfg, file, clk, log)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	fenced, err := openFence(cfg.Data, door, clk.Now)
	if err != nil {
		return err
	}
	press := newPress(cfg, feed, door, file, vault, signer, log)

	g, ctx := errgroup.WithContext(ctx)
	// The door outlives everything that puts commands through it, so that none waits for an answer in vain.
	doorCtx, closeDoor := context.WithCancel(context.WithoutCancel(ctx))
	defer closeDoor()
	doorDone := make(chan error, 1)
	go func() { doorDone <- door.Serve(doorCtx) }()

	g.Go(func() error { return feed.Follow(ctx, door, file) })
	head, forks := file.Head(), file.Forks()
	// A box that took another one's place knows nothing of what was done: it asks before it decides.
	var held grant
	if _, err := readFile(grantFile(cfg.Data), &held); err != nil {
		return err
	}
	taken := held.Was != "" && head.Seq == 0
	first := opening{feed: feed, door: door, site: floor.SiteID(cfg.Site), sign: signer, log: floor.LogID(head.Log), first: len(forks) == 0, old: (fresh || taken) && cfg.Broker.URL != ""}
	if fenced.words() == "" {
		err = first.run(ctx)
	}
	if err == nil {
		err = seen(cfg.witnessFile(), boot, file) // not before the box said what it is: cut short, the next start says it
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
		err = startLine(ctx, g, cfg, box, boot, file, door, fenced, vault, feed, pieces, log)
	}
	if err != nil {
		closeDoor()
		return err
	}

	began := time.Now()
	past := newArchive(file)
	scans := newScanRing(feed)
	server, err := newServer(cfg, clk, door, feed, press, file, vault, past, scans, log, func(by string) {
		if older && time.Since(began) < once {
			return
		}
		select {
		case shown <- by:
		default:
		}
	})
	if err != nil {
		closeDoor()
		return err
	}
	g.Go(func() error { return server.Serve(ctx, ln) })
	g.Go(func() error {
		select {
		case by := <-shown:
			log.Error("a device has seen more of this log than there is: this box was put back to an older copy", "device", by)
			return errOlder
		case <-ctx.Done():
			return nil
		}
	})
	g.Go(func() error {
		select {
		case <-pieces.whole:
			return errSnapshot
		case <-ctx.Done():
			return nil
		}
	})
	if err := startSocket(ctx, g, cfg.Data, server); err != nil {
		closeDoor()
		return err
	}
	if err := startBenches(ctx, g, cfg, feed, door, server, scans, log); err != nil {
		closeDoor()
		return err
	}
	g.Go(func() error { return tidy(ctx, clk, server, feed, log) })
	g.Go(func() error { reread(ctx, cfg.Again, server, feed, press.reload, log); return nil })
	if fenced.words() == "" {
		told := ""
		feed.Look(func(b *view.Board) { told = b.Disk().Level })
		g.Go(func() error { return room.run(ctx, door, told) })
	}
	times := &clock{feed: feed, door: door, central: !cfg.alone(), born: clk.Now(), clock: clk, log: log, seen: func() error { return seen(cfg.witnessFile(), boot, file) },
		erase: &eraser{file: file, vault: vault, door: door, feed: feed, archive: node.NewArchive(file, vault), proofs: proofs{file, vault, past, !cfg.alone()}}}
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
	if werr := seen(cfg.witnessFile(), boot, file); err == nil {
		err = werr
	}
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	log.Info("site is down", "site", cfg.Site)
	return err
}

// reread takes what may change while the site runs: the machines that are let in.
func reread(ctx context.Context, again <-chan Config, server interface{ SetTokens([]web.Token) error }, feed *web.Feed, templates func(Config), log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case cfg := <-again:
			if err := server.SetTokens(cfg.tokens()); err != nil {
				log.Error("the settings were read again, and the tokens stay as they were", "error", err)
				continue
			}
			house, err := station.NewHouse(cfg.Codes)
			if err != nil {
				log.Error("the settings were read again, and the forms of the site's codes stay as they were", "error", err)
				continue
			}
			feed.SetHouse(house)
			templates(cfg)
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
	board.SetStart(newID())
	marks.Devices(board.SetDevice)
	house, err := station.NewHouse(cfg.Codes)
	if err != nil {
		return nil, err
	}
	feed := web.NewFeed(board, log)
	feed.SetHouse(house)
	return feed, nil
}

// newServer is the page and the API.
func newServer(cfg Config, clk Clock, door *node.Door, feed *web.Feed, p *press, file *journal.File, v *vault, past archive, scans *scanRing, log *slog.Logger, older func(by string)) (*web.Server, error) {
	auth, err := web.NewDocAuthenticator(feed, bodies{file, v})
	if err != nil {
		return nil, err
	}
	o := web.Options{Hosts: cfg.HTTP.Hosts, Tokens: cfg.tokens(), OfflineGrace: cfg.OfflineGrace}
	if cfg.HTTP.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(cfg.HTTP.CertFile, cfg.HTTP.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("http.cert_file: %w", err)
		}
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}}
	}
	plan := &planning{feed: feed, clock: clk.Now}
	var keeps web.Vault
	if cfg.alone() {
		keeps = bodies{file, v}
	}
	dispute := disputes{cfg, feed, past, people{file, v}, p.fonts}
	return web.New(o, web.Parts{
		Vault: keeps, Proofs: bodies{file, v}, Older: older, Strange: door.Strange, Test: p.test, Send: p.send, Unfit: p.unfit, Scans: scans.behind,
		Door: door, Feed: feed, Auth: auth, App: pwa.Files(), Preview: p.picture, Clock: clk.Now, Random: rand.Reader, Log: log,
		Ready:   func() error { return door.Health().Fault },
		Planner: plan, Papers: dispute.with(papers{cfg, feed, plan, file, v, clk.Now, p.fonts}.PDF),
		Closed:  node.NewArchive(file, v),
		Archive: past, Names: people{file, v}, Dispute: dispute.PDF,
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

// Mark obeys web.Vault.
func (b bodies) Mark(ref string, body []byte) []byte { return b.vault.Mark(ref, body) }

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
		p.ports.Lock()
		p.port[floor.PrinterID(c.ID)] = port
		p.ports.Unlock()
		printer, desk := killpoint.Press(port, p)
		lane := &spool.Lane{ID: floor.PrinterID(c.ID), Printer: printer, Desk: desk, Log: log.With("printer", c.ID)}
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
	if slices.ContainsFunc(cfg.Printers, func(c Printer) bool { return c.Pool != "" }) {
		g.Go(func() error { return p.standIn(ctx, time.Second, log) })
	}
	return nil
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
