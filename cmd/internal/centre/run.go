package centre

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
	_ "time/tzdata" // a bare machine has no time zones

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"picket/cmd/internal/killpoint"
	"picket/cmd/internal/line"
	"picket/cmd/internal/lock"
	"picket/cmd/internal/pki"
	"picket/cmd/internal/rows"
	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/oms/api"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// Run is the centre from start to close. ready is told the address of its page once it serves.
func Run(ctx context.Context, cfg Config, log *slog.Logger, ready func(addr string)) error {
	if err := cfg.Check(); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	token, err := line.Secret("http.token_file", cfg.HTTP.TokenFile)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("http.listen: %w", err)
	}
	defer ln.Close()
	if a, ok := ln.Addr().(*net.TCPAddr); token == "" && ok && !a.IP.IsLoopback() {
		return fmt.Errorf("http.listen: %s is not loopback, so http.token_file must name a token", cfg.HTTP.Listen)
	}

	// The store, and the clerk who alone writes to it.
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	release, err := lock.Dir(cfg.Data, "picket-oms")
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	defer release()
	st, err := sqlite.Open(ctx, filepath.Join(cfg.Data, "oms.db"))
	if err != nil {
		return err
	}
	defer func() {
		if err := st.Close(); err != nil {
			log.Error("close", "err", err)
		}
	}()
	keys, err := rows.OpenVault(cfg.Data)
	if err != nil {
		return err
	}
	defer keys.Close()
	ids := newIDs()
	door, err := newWatcher(cfg.witnessFile(), killpoint.Store(st), log)
	if err != nil {
		return err
	}
	c, err := newClerk(cfg, door, keys, ids)
	if err != nil {
		return err
	}
	if err := door.begin(ctx, c); err != nil {
		return err
	}
	defer door.close()

	// The line to the sites. All that goes down is signed.
	sign, err := pki.CentreKey(cfg.lineDir())
	if err != nil {
		return err
	}
	h, err := hub.New(ctx, hub.Config{
		Tenant: wire.Tenant(cfg.Tenant), SW: "picket-oms", Rand: mrand.Float64, NewToken: token16, NewGen: func() string { return ids.at(time.Now()) },
		SnapshotOver: cfg.SnapshotOver, Backup: cfg.Backup.Dir != "", Watched: cfg.Witness != "", Log: log.With("part", "line"), Key: sign,
	}, c, door)
	if err != nil {
		return err
	}
	copies := newBackups(cfg, log)
	copies.tell, copies.notice = h.Backed, c.BackupFailed
	handler := api.Handler(api.Config{
		Replaced: replaced(cfg, log), Backups: copies, Key: sign.Public().(ed25519.PublicKey),
		Token: token, Hosts: cfg.HTTP.Hosts, Version: "1", Now: time.Now, Log: log,
		Ready: func(ctx context.Context) error { return st.View(ctx, func(store.Tx) error { return nil }) },
	}, c, h)
	handler, keep, err := certifying(ctx, cfg, c, sign, handler, log)
	if err != nil {
		return err
	}
	own, err := newOwnBroker(cfg)
	if err != nil {
		return err
	}
	l, err := dial(cfg, h, own)
	if err != nil {
		return err
	}

	outer := context.WithoutCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	hearers, stopBroker := context.WithCancel(outer) // the broker ends behind the line, which has last words to say
	if own != nil {
		g.Go(func() error { return own.run(hearers) })
	}
	g.Go(func() error {
		defer stopBroker()
		defer l.Close()
		return h.Run(ctx, killpoint.Link(l), log.With("part", "line"))
	})
	g.Go(func() error { return keep(ctx) })
	g.Go(func() error { return door.run(ctx) })
	g.Go(func() error { copies.run(ctx); return nil })
	g.Go(func() error { erasing(ctx, c, time.Hour, log); return nil })
	g.Go(func() error { return serve(ctx, ln, handler) })
	if ready != nil {
		ready(ln.Addr().String())
	}
	log.Info("centre is up", "page", ln.Addr().String())
	err = g.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	log.Info("centre is down")
	return err
}

func newClerk(cfg Config, st store.Store, keys clerk.Vault, ids *ids) (*clerk.Clerk, error) {
	return clerk.New(st, clerk.Config{
		Tenant: wire.Tenant(cfg.Tenant), Default: floor.SiteID(cfg.DefaultSite), Carrier: cfg.Carrier, Prefix: cfg.Prefix,
		Hours: map[order.Service]time.Duration{order.Standard: cfg.StandardHours, order.Express: cfg.ExpressHours},
		Now:   time.Now, NewID: ids.at, Lacks: cfg.Lacks, Vault: keys, ProofDays: cfg.ProofDays,
	})
}

// erasing erases what has been kept for its time, at the start and then every so often.
func erasing(ctx context.Context, c *clerk.Clerk, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		switch n, err := c.EraseProofs(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Error("proofs of hand-overs whose time is over wait to be erased", "err", err)
		case n > 0:
			log.Info("proofs of hand-overs whose time is over are erased", "count", n)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func dial(cfg Config, h *hub.Hub, own *ownBroker) (link.Link, error) {
	client, err := clientID(cfg)
	if err != nil {
		return nil, err
	}
	will := h.Will()
	conf := link.Config{ClientID: client, Filters: h.Filters(), Will: &will, Rand: mrand.Float64, RetryMax: 15 * time.Second, Mailbox: 4096, Sender: wire.SenderOf}
	if own != nil {
		if conf, err = own.reach(cfg, conf); err != nil {
			return nil, err
		}
		return link.Dial(conf)
	}
	files := cfg.brokerFiles()
	tlsConfig, err := line.TLS(files.CAFile, files.CertFile, files.KeyFile)
	if err != nil {
		return nil, err
	}
	password, err := line.Secret("broker.password_file", cfg.Broker.PasswordFile)
	if err != nil {
		return nil, err
	}
	conf.Broker, conf.Username, conf.Password, conf.TLS = cfg.Broker.URL, cfg.Broker.Username, password, tlsConfig
	return link.Dial(conf)
}

func serve(ctx context.Context, ln net.Listener, handler http.Handler) error {
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, MaxHeaderBytes: 32 << 10}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
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

// ids mints ULIDs that rise even within a millisecond.
type ids struct {
	mu      sync.Mutex
	entropy *ulid.MonotonicEntropy
}

func newIDs() *ids { return &ids{entropy: ulid.Monotonic(rand.Reader, 0)} }

func (i *ids) at(now time.Time) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return ulid.MustNew(ulid.Timestamp(now), i.entropy).String()
}

func token16() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails since Go 1.24: the process ends instead
	return hex.EncodeToString(b)
}
