package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/devices"
	"picket/devices/drivers"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/view"
)

// Run is one site from start to close. ready is told the address of its page once it serves.
func Run(ctx context.Context, cfg Config, log *slog.Logger, ready func(addr string)) error {
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
	boot, err := countBoot(file)
	if err != nil {
		return err
	}

	// The door, and beside it the fold that everybody looks at: both start from snapshot and tail.
	n, err := node.Boot(file, node.Options{Source: floor.Source(cfg.Tenant, cfg.Site, box), SnapshotEvery: cfg.SnapshotEvery})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	door := node.NewDoor(n, node.DoorOptions{Clock: now})
	book, err := startBook(cfg, file)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	press := newPress(cfg, book, door, file, vault)

	g, ctx := errgroup.WithContext(ctx)
	// The door outlives everything that puts commands through it, so that none waits for an answer in vain.
	doorCtx, closeDoor := context.WithCancel(context.WithoutCancel(ctx))
	defer closeDoor()
	doorDone := make(chan error, 1)
	go func() { doorDone <- door.Serve(doorCtx) }()

	g.Go(func() error { return book.follow(ctx, door, file, log) })
	if err := startPrinters(ctx, g, cfg, press, log); err != nil {
		closeDoor()
		return err
	}
	if err := startLine(ctx, g, cfg, box, boot, file, door, vault, book, log); err != nil {
		closeDoor()
		return err
	}

	handler, err := page(ctx, cfg, ln.Addr(), door, book, press, file, vault, log)
	if err != nil {
		closeDoor()
		return err
	}
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	g.Go(func() error { return serve(ctx, srv, ln, cfg.HTTP) })
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
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	log.Info("site is down", "site", cfg.Site)
	return err
}

// startBook loads the fold that screens, printers and the line look at.
func startBook(cfg Config, file *journal.File) (*book, error) {
	state, _, seq, err := node.Load(file)
	if err != nil {
		return nil, err
	}
	queue := spool.NewQueue(state)
	site := view.Site{ID: floor.SiteID(cfg.Site), Name: cfg.Name, Zone: cfg.Zone}
	return newBook(view.NewBoard(site, floor.LogID(file.Head().Log), state, seq, now()), queue), nil
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
				changed := p.book.changed()
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

// serve answers until ctx ends, then lets what is under way finish.
func serve(ctx context.Context, srv *http.Server, ln net.Listener, cfg HTTP) error {
	done := make(chan error, 1)
	go func() {
		if cfg.CertFile != "" {
			done <- srv.ServeTLS(ln, cfg.CertFile, cfg.KeyFile)
			return
		}
		done <- srv.Serve(ln)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		_ = srv.Close()
	}
	return nil
}
