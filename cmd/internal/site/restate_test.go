package site

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest/port"
)

// A real centre is put back to before what it had called safe, and its site has dropped those records for want of room.
// The site tells it what they came to, closed orders too; a box that takes this one's place then comes up with all of it,
// though facts alone could not bring it there.
func TestACentreThatForgotIsToldAnew(t *testing.T) {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	var tight atomic.Bool
	p.gauge = func(string) (Room, error) {
		if tight.Load() {
			return Room{Free: 12 << 30, Used: 88 << 30}, nil
		}
		return Room{Free: 1 << 40, Used: 1 << 30}, nil
	}
	said := &words{}
	cfg := p.siteConfig("north", p.siteDir("north"))
	cfg.SnapshotEvery, cfg.Disk.Every = 50, 100*time.Millisecond
	log := slog.New(slog.NewTextHandler(said, nil))
	up := func() string {
		return p.start("north", func(ctx context.Context, ready func(string)) error { return Run(ctx, cfg, log, ready) })
	}
	north := up()
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	p.orderForNorth(oms, "1001")
	p.shows(north+"/api/orders", `"number":"1001"`)
	p.eventually("the centre has everything", func() bool { return p.unsent(north) == 0 })

	p.stop("centre")
	dir, backup := filepath.Join(p.dir, "oms"), filepath.Join(p.dir, "backup")
	require.NoError(t, os.CopyFS(backup, os.DirFS(dir)))
	oms = p.centreUp()
	p.orderForNorth(oms, "1002")
	p.shows(north+"/api/orders", `"number":"1002"`)
	var orders struct{ Rows []struct{ ID, Number string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &orders))
	for _, o := range orders.Rows {
		if o.Number == "1002" {
			p.ok(north, "pick.start", m{"order": o.ID})
			p.ok(north, "pick.scan", m{"order": o.ID, "sku": "OAT", "qty": 1, "code": "09520000000011"})
		}
	}
	for range 120 {
		p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 1, "reason": "found"})
	}
	p.eventually("the centre has everything", func() bool { return p.unsent(north) == 0 })
	tight.Store(true)
	p.eventually("what is safe elsewhere is dropped", func() bool {
		p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 1, "reason": "found"})
		code, _ := p.try("GET", north+"/api/journal?from=100&to=100", nil)
		return code == http.StatusUnprocessableEntity
	})
	onHand := onHandAt(t, p.must("GET", north+"/api/bins/A-1", nil))

	p.stop("centre")
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.Rename(backup, dir))
	oms = p.centreUp()
	p.eventually("the centre was told anew", func() bool {
		return strings.Contains(string(p.must("GET", oms+"/api/notices", nil)), "site.gap") && p.unsent(north) == 0
	})
	require.Zero(t, said.count("level=ERROR"), said.said.String())
	mirror := func(oms string) string { return string(p.must("GET", oms+"/api/stock?site=north", nil)) }
	p.eventually("the mirror is the site's book", func() bool { return strings.Contains(mirror(oms), onHand) })
	p.eventually("the order nobody there remembered is back", func() bool {
		return strings.Contains(string(p.must("GET", oms+"/api/orders", nil)), `"number":"1002"`)
	})

	// The box burns. What the facts alone come to is not what it was.
	p.stop("north")
	dir = filepath.Join(p.dir, "next")
	require.NotEmpty(t, p.enrolled(oms, "north", dir))
	next := &words{}
	cfg = p.siteConfig("north", dir)
	cfg.HTTP.Listen = port.For(t).Addr()
	log = slog.New(slog.NewTextHandler(next, nil))
	north = p.start("new", func(ctx context.Context, ready func(string)) error {
		return Run(ctx, cfg, log, func(addr string) {
			select {
			case <-ctx.Done():
			default:
				ready(addr)
			}
		})
	})
	p.eventually("it takes the snapshot", func() bool { return next.count("snapshot of this site is taken") == 1 })
	p.shows(north+"/api/bins/A-1", onHand)
	p.shows(north+"/api/orders", `"number":"1002"`)
	p.eventually("the new box has its session", func() bool { return p.unsent(north) == 0 })
	p.eventually("the mirror is the new box's book", func() bool { return strings.Contains(mirror(oms), onHand) })
}

// onHandAt is what a bin's page says is on hand, as it is written there.
func onHandAt(t *testing.T, page []byte) string {
	t.Helper()
	at := regexp.MustCompile(`"on_hand":-?[0-9]+`).Find(page)
	require.NotEmpty(t, at, "%s", page)
	return string(at)
}
