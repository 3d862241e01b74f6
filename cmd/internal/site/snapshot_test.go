package site

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest/port"
)

// words collects what a site says to its operator.
type words struct {
	mu   sync.Mutex
	said strings.Builder
}

func (w *words) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.said.Write(b)
}

func (w *words) count(text string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.said.String(), text)
}

// A box comes up at a site with a long past: it takes what that comes to, in pieces, and what follows one by one. It is
// stopped and its line is cut in between; what people gave it before it knew stands as well.
func TestABoxComesUpByASnapshot(t *testing.T) {
	t.Run("over HTTP", func(t *testing.T) { comesUp(t, true) })
	t.Run("over the line", func(t *testing.T) { comesUp(t, false) })
}

func comesUp(t *testing.T, overHTTP bool) {
	p := newParty(t)
	p.snapshotOver = 500
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	oldDir, newDir := filepath.Join(p.dir, "old"), filepath.Join(p.dir, "new")
	old := p.boxUp("old", "north", oldDir, "")
	p.shows(old+"/api/bins/A-1", "A-1")
	p.shows(old+"/api/items", `"OAT"`)
	p.ok(old, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	p.orderForNorth(oms, "1001")
	p.orderForNorth(oms, "1002")
	p.shows(old+"/api/orders", `"number":"1002"`)
	var orders struct{ Rows []struct{ ID, Number string } }
	require.NoError(t, json.Unmarshal(p.must("GET", old+"/api/orders", nil), &orders))
	first := orders.Rows[0].ID
	p.ok(old, "pick.start", m{"order": first})
	p.ok(old, "pick.scan", m{"order": first, "sku": "OAT", "qty": 5, "code": "09520000000011"})
	for i := range 12 {
		var many []m
		for k := range 200 {
			id := randomHex(24)
			many = append(many, m{"id": id, "type": "stock.adjust", "data": m{"sku": "OAT", "bin": "A-1", "delta": 1 - 2*(k%2), "reason": fmt.Sprint("looked at ", i)}})
		}
		p.must("POST", old+"/api/commands", m{"commands": many})
	}
	p.eventually("the centre has everything", func() bool { return p.unsent(old) == 0 })
	p.stop("old")

	require.NotEmpty(t, p.enrolled(oms, "north", newDir))
	if !overHTTP {
		var g grant
		_, err := readFile(grantFile(newDir), &g)
		require.NoError(t, err)
		g.Centre = "http://" + port.For(t).Addr() // nobody is there
		require.NoError(t, writeFile(grantFile(newDir), g))
	}
	said := &words{}
	cfg := p.siteConfig("north", newDir)
	cfg.HTTP.Listen = port.For(t).Addr()
	log := slog.New(slog.NewTextHandler(said, nil))
	up := func() string {
		return p.start("new", func(ctx context.Context, ready func(string)) error {
			return Run(ctx, cfg, log, func(addr string) {
				select {
				case <-ctx.Done():
				default:
					ready(addr)
				}
			})
		})
	}
	p.stop("broker")
	next := up()
	p.shows(next+"/api/desk", "put back to an older state")
	p.stop("new")
	p.lineUp()
	next = up()
	p.eventually("it takes the snapshot", func() bool { return said.count("snapshot of this site is taken") == 1 })
	p.shows(next+"/api/orders", `"number":"1002"`)
	p.shows(next+"/api/bins/A-1", `"on_hand":15`)
	p.shows(next+"/api/orders/"+first, `"picked":5`)
	p.eventually("the new box has its session", func() bool { return p.unsent(next) == 0 })
	p.ok(next, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "damaged"})
	p.eventually("the centre's mirror is the new box's stock", func() bool {
		return strings.Contains(string(p.must("GET", oms+"/api/stock?site=north", nil)), `"on_hand":14`)
	})
	head := p.must("GET", next+"/api/site", nil)
	var s struct{ Seq int }
	require.NoError(t, json.Unmarshal(head, &s))
	require.Less(t, s.Seq, 1000, "the long past did not come fact by fact")
	for _, file := range []string{"snapshot.json", "snapshot.part"} {
		_, err := os.Stat(filepath.Join(newDir, file))
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	require.Zero(t, said.count("level=ERROR"), said.said.String())
	byHTTP := map[bool]int{true: 1, false: 0}
	require.Equal(t, byHTTP[overHTTP], said.count("came over HTTP"), said.said.String())
	require.Equal(t, byHTTP[!overHTTP], said.count("HTTP failed"), "it is not asked for each piece")
	for path, want := range map[string]int{"north/1-a": 403, "south/1-a": 403} {
		code, _ := p.try("GET", oms+"/api/box/snapshot/"+path, nil)
		require.Equal(t, want, code, "it is for the site's box")
	}
}
