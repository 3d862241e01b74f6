package centre

import (
	"context"
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

	"picket/cmd/internal/line"
	"picket/cmd/internal/lock"
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
	release, err := lock.Dir(cfg.Data)
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
	ids := newIDs()
	c, err := clerk.New(st, clerk.Config{
		Tenant: wire.Tenant(cfg.Tenant), Default: floor.SiteID(cfg.DefaultSite), Carrier: cfg.Carrier, Prefix: cfg.Prefix,
		Hours: map[order.Service]time.Duration{order.Standard: cfg.StandardHours, order.Express: cfg.ExpressHours},
		Now:   time.Now, NewID: ids.at,
	})
	if err != nil {
		return err
	}

	// The line to the sites.
	h, err := hub.New(ctx, hub.Config{
		Tenant: wire.Tenant(cfg.Tenant), SW: "picket-oms", Rand: mrand.Float64, NewToken: token16, NewGen: func() string { return ids.at(time.Now()) },
	}, c, st)
	if err != nil {
		return err
	}
	l, err := dial(cfg, h)
	if err != nil {
		return err
	}

	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer l.Close()
		return h.Run(ctx, l, log.With("part", "line"))
	})
	handler := api.Handler(api.Config{
		Token: token, Hosts: cfg.HTTP.Hosts, Version: "1", Now: time.Now, Log: log,
		Ready: func(ctx context.Context) error { return st.View(ctx, func(store.Tx) error { return nil }) },
	}, c, h)
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

func dial(cfg Config, h *hub.Hub) (link.Link, error) {
	tlsConfig, err := line.TLS(cfg.Broker.CAFile, cfg.Broker.CertFile, cfg.Broker.KeyFile)
	if err != nil {
		return nil, err
	}
	password, err := line.Secret("broker.password_file", cfg.Broker.PasswordFile)
	if err != nil {
		return nil, err
	}
	will := h.Will()
	return link.Dial(link.Config{
		Broker: cfg.Broker.URL, ClientID: "centre_" + cfg.Tenant, Username: cfg.Broker.Username, Password: password,
		Filters: h.Filters(), Will: &will, TLS: tlsConfig, Rand: mrand.Float64, RetryMax: 15 * time.Second, Mailbox: 4096,
	})
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
