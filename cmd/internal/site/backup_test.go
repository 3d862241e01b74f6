package site

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/centre"
)

// A real centre that keeps a backup is put back to it. Its site, short of room, had dropped what the copy holds and no more,
// and the handheld was never told to forget the rest: everything is told again once, and nothing is lost or restated.
func TestACentrePutBackToItsBackupLacksNothing(t *testing.T) {
	p := newParty(t)
	p.copies = filepath.Join(p.dir, "copies")
	require.NoError(t, os.Mkdir(p.copies, 0o700))
	p.lineUp()
	oms := p.centreUp()
	p.eventually("the first backup is made, of nothing", func() bool {
		return strings.Contains(string(p.must("GET", oms+"/api/backups", nil)), `"name":`)
	})
	p.setUpNorth(oms)
	var tight atomic.Bool
	p.gauge = func(string) (Room, error) {
		if tight.Load() {
			return Room{Free: 12 << 30, Used: 88 << 30}, nil
		}
		return Room{Free: 1 << 40, Used: 1 << 30}, nil
	}
	cfg := p.siteConfig("north", p.siteDir("north"))
	cfg.SnapshotEvery, cfg.Disk.Every = 50, 100*time.Millisecond
	north := p.start("north", func(ctx context.Context, ready func(string)) error { return Run(ctx, cfg, p.logger, ready) })
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	n := 0
	found := func(times int) {
		for range times {
			p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 1, "reason": "found"})
		}
	}
	handheld := func(ops ...m) (out struct{ Saved, Applied, Stable int }) {
		if ops == nil {
			ops = []m{}
		}
		require.NoError(t, json.Unmarshal(p.must("POST", north+"/api/ops", m{"install": "erp-hh1", "ops": ops, "edge": m{"log": "", "seq": 0}, "head": n}), &out))
		return out
	}
	op := func() m {
		n++
		return m{"n": n, "id": fmt.Sprintf("erp-hh1:%d", n), "type": "stock.adjust", "work": "bin/A-1", "seen": 0, "at": "2026-11-21T10:00:00Z",
			"data": m{"sku": "OAT", "bin": "A-1", "delta": 1, "reason": "found"}}
	}
	reached := func(what string) {
		p.eventually(what, func() bool { return p.unsent(north) == 0 })
	}
	back := func() {
		var l struct {
			Asked, Done int
			Failed      string
			Copies      []struct{ Name string }
		}
		require.NoError(t, json.Unmarshal(p.must("POST", oms+"/api/backups", nil), &l))
		asked := l.Asked
		p.eventually("the backup is made", func() bool {
			require.NoError(t, json.Unmarshal(p.must("GET", oms+"/api/backups", nil), &l))
			return l.Done >= asked && len(l.Copies) == 1
		})
		require.Empty(t, l.Failed)
	}

	found(70)
	p.orderForNorth(oms, "1001")
	p.shows(north+"/api/orders", `"number":"1001"`)
	handheld(op())
	reached("the centre has what the backup will hold")
	require.Zero(t, handheld().Stable, "a centre that has it has not backed it up")
	back()
	p.eventually("the handheld may forget what the backup holds", func() bool { return handheld().Stable == 1 })

	var board struct{ Seq int }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/board", nil), &board))
	held := board.Seq
	require.Greater(t, held, 70)
	p.orderForNorth(oms, "1002")
	p.shows(north+"/api/orders", `"number":"1002"`)
	handheld(op())
	found(70)
	reached("the centre has what its backup does not")
	tight.Store(true)
	kept := func(seq int) bool {
		code, _ := p.try("GET", fmt.Sprintf("%s/api/journal?from=%d&to=%d", north, seq, seq), nil)
		return code != http.StatusUnprocessableEntity
	}
	p.eventually("what the backup holds is dropped", func() bool {
		found(1)
		return !kept(10)
	})
	require.True(t, kept(held+1), "what it does not hold is kept")
	reached("the centre has everything")
	out := handheld()
	require.Equal(t, []int{2, 2, 1}, []int{out.Saved, out.Applied, out.Stable})
	onHand := onHandAt(t, p.must("GET", north+"/api/bins/A-1", nil))

	// As the manual says: stop, copy, say so, start.
	p.stop("centre")
	copies, err := filepath.Glob(filepath.Join(p.copies, "oms-*.db"))
	require.NoError(t, err)
	require.Len(t, copies, 1)
	db := filepath.Join(p.dir, "oms", "oms.db")
	copyFile(t, copies[0], db)
	_ = os.Remove(db + "-wal")
	_ = os.Remove(db + "-shm")
	_, err = centre.Restored(context.Background(), p.centreConfig(), time.Now())
	require.NoError(t, err)
	oms = p.centreUp()
	notices := func() string { return string(p.must("GET", oms+"/api/notices", nil)) }
	require.Contains(t, notices(), "centre.restored")
	p.eventually("the mirror is the site's book", func() bool {
		return strings.Contains(string(p.must("GET", oms+"/api/stock?site=north", nil)), onHand)
	})
	p.eventually("the order nobody there remembered is back", func() bool {
		return strings.Contains(string(p.must("GET", oms+"/api/orders", nil)), `"number":"1002"`)
	})
	reached("the centre was told again")
	require.Equal(t, onHand, onHandAt(t, p.must("GET", north+"/api/bins/A-1", nil)))
	require.NotContains(t, notices(), "site.gap")
	require.NotContains(t, notices(), "backup.failed")
	require.Equal(t, 1, handheld().Stable, "nothing but the backup made it so")
	back()
	p.eventually("the handheld may forget all", func() bool { return handheld().Stable == 2 })
}
