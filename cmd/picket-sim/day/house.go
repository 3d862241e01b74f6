package day

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"picket/cmd/internal/broker"
	"picket/cmd/internal/centre"
	"picket/cmd/internal/site"
	"picket/sync/linktest/port"
)

// house is the box the site runs on: its file, the clock on its wall, and the line out of the building. What
// happens in it is only ever seen through the street.
type house struct {
	street
	cfg   site.Config
	log   *slog.Logger
	ahead atomic.Int64 // how far its clock is ahead of the real one
	ticks chan time.Time
	line  *port.Kept // where the centre's broker would be
	end   func() error
	ebb   func() error // ends what is at the other end of the line
}

// build gets a box ready. Nobody answers at the other end of its line.
func build(dir string, names []string, log *slog.Logger) (*house, error) {
	line, err := port.Keep()
	if err != nil {
		return nil, err
	}
	h := &house{cfg: site.Defaults(), log: log, line: line, ticks: make(chan time.Time)}
	h.cfg.Site, h.cfg.Name, h.cfg.Data = "day", "Day", dir
	h.cfg.HTTP.Listen = "127.0.0.1:0"
	h.cfg.Played = true
	h.cfg.Disk.Reserve = 0 // a day that is played keeps nothing back, and does not depend on the disk of the machine
	h.cfg.Gauge = func(string) (site.Room, error) { return site.Room{Free: 1 << 40, Used: 1 << 30}, nil }
	h.cfg.Broker.URL, h.cfg.Broker.Spread = "tcp://"+h.line.Addr(), time.Second
	for _, n := range names {
		sum := sha256.Sum256([]byte(tokenOf(n)))
		h.cfg.Tokens = append(h.cfg.Tokens, site.Token{Name: n, SHA256: hex.EncodeToString(sum[:]), Roles: rolesOf(n)})
	}
	if log == nil {
		h.log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	}
	return h, nil
}

// now is what the clock on the wall says.
func (h *house) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// open starts the real site.
func (h *house) open(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	up, done := make(chan string, 1), make(chan error, 1)
	clock := site.Clock{Now: h.now, Ticks: h.ticks}
	go func() { done <- site.RunBy(ctx, h.cfg, h.log, clock, func(addr string) { up <- addr }) }()
	select {
	case addr := <-up:
		t := &http.Transport{MaxIdleConns: 100, MaxIdleConnsPerHost: 100}
		h.street = street{base: "http://" + addr, client: &http.Client{Transport: t, Timeout: time.Minute}}
		h.end = func() error { t.CloseIdleConnections(); cancel(); return <-done }
		return nil
	case err := <-done:
		cancel()
		return errors.Join(errors.New("the site did not start"), err)
	}
}

// shut stops the site; its file stays.
func (h *house) shut() error {
	if h.end == nil {
		return nil
	}
	end := h.end
	h.end = nil
	return end()
}

// close stops everything.
func (h *house) close() error {
	err := h.shut()
	if h.ebb != nil {
		err = errors.Join(err, h.ebb())
	}
	return errors.Join(err, h.line.Close())
}

// pass moves the clock on the wall on, and lets the site look what time brings. The second look begins when the
// first one's work is done.
func (h *house) pass(ctx context.Context, d time.Duration) error {
	h.ahead.Add(int64(d))
	for range 2 {
		select {
		case h.ticks <- h.now():
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Minute):
			return errors.New("the site does not look at its clock")
		}
	}
	return nil
}

// connect starts what is at the other end of the line: a broker, and the reference centre, which has never heard
// of this site before.
func (h *house) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	up, done := make(chan string, 2), make(chan error, 2)
	c := centre.Defaults()
	c.Data, c.HTTP.Listen, c.Broker.URL = filepath.Join(h.cfg.Data, "centre"), "127.0.0.1:0", h.cfg.Broker.URL
	running, page := 0, ""
	h.ebb = func() (err error) {
		cancel()
		for range running {
			err = errors.Join(err, <-done)
		}
		return err
	}
	for _, run := range []func() error{
		func() error {
			return broker.Run(ctx, broker.Config{Listen: h.line.Addr()}, func(addr string) { up <- addr })
		},
		func() error { return centre.Run(ctx, c, h.log, func(addr string) { up <- addr }) },
	} {
		running++
		go func() { done <- run() }()
		select {
		case page = <-up:
		case err := <-done:
			running--
			return errors.Join(errors.New("the centre did not start"), err)
		}
	}
	return setUp(ctx, "http://"+page+"/api/sites")
}

// setUp tells the centre that there is this site.
func setUp(ctx context.Context, url string) error {
	body := strings.NewReader(`{"sites":[{"id":"day","name":"Day","zone":"Europe/Berlin","bins":[]}]}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, url, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		raw, err := io.ReadAll(res.Body)
		return errors.Join(fmt.Errorf("the centre does not take the site: %d %s", res.StatusCode, raw), err)
	}
	return nil
}

// Child does what a site asks a second process of its own binary to do before it opens its file, and says
// whether that was asked. Whoever plays days calls it first.
func Child(args []string) (was bool, err error) {
	if len(args) < 2 || args[1] != site.CheckCommand {
		return false, nil
	}
	c := site.CheckJournal()
	c.SetArgs(args[2:])
	return true, c.Execute()
}
