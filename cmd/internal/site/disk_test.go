package site

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

// A disk fills up under a site that works: it says so, takes no new orders, goes on saving what happens, and is as
// it was when there is room again.
func TestAFullDiskTakesWhatHappensAndNothingNew(t *testing.T) {
	p := newParty(t)
	var used atomic.Uint64
	used.Store(40)
	p.gauge = func(string) (Room, error) { return Room{Free: (100 - used.Load()) << 20, Used: used.Load() << 20}, nil }
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	north := p.siteUp("north", "")
	reserve := filepath.Join(p.siteDir("north"), "reserve")
	st, err := os.Stat(reserve)
	require.NoError(t, err)
	require.EqualValues(t, 1<<20, st.Size())
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	p.orderForNorth(oms, "1001")
	p.shows(north+"/api/orders", `"number":"1001"`)
	var orders struct{ Rows []struct{ ID string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &orders))

	used.Store(61)
	p.shows(north+"/api/site", `"level":"warn"`)
	used.Store(80)
	p.shows(north+"/api/site", `"level":"tight"`)
	require.FileExists(t, reserve)
	used.Store(96)
	p.shows(north+"/api/site", `"level":"full"`)
	p.shows(north+"/readyz", `"disk":"full"`)
	require.NoFileExists(t, reserve)
	p.shows(north+"/api/desk", "No new orders")

	a := p.give(north, "count.open", m{"kind": "directed", "bins": []string{"A-1"}})
	require.Equal(t, "disk_full", a.Refusal.Code)
	p.ok(north, "pick.start", m{"order": orders.Rows[0].ID})
	p.ok(north, "pick.scan", m{"order": orders.Rows[0].ID, "sku": "OAT", "qty": 5, "code": "09520000000011"})
	p.orderForNorth(oms, "1002")
	p.shows(north+"/api/journal", `"disk_full"`)
	require.NotContains(t, string(p.must("GET", north+"/api/orders", nil)), `"number":"1002"`)

	used.Store(94) // what was given up is no room, and a mark is not crossed back and forth
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "damaged"})
	p.shows(north+"/api/site", `"level":"full"`)
	used.Store(30)
	p.eventually("there is room again", func() bool { _, err := os.Stat(reserve); return err == nil })
	p.eventually("the site says nothing more of it", func() bool {
		code, body := p.try("GET", north+"/readyz", nil)
		return code == 200 && string(body) == `{"status":"ready"}`
	})
	require.Equal(t, "accepted", p.give(north, "count.open", m{"kind": "directed", "bins": []string{"A-1"}}).Outcome)
}

// The level rises at its mark and falls well below it; the reserve does not pass for room, and much room is no
// trouble whatever its share.
func TestTheMarksOfADisk(t *testing.T) {
	cfg := Defaults()
	cfg.Data = t.TempDir()
	cfg.Disk.Plenty, cfg.Disk.Reserve = 0, 3
	room, fail := Room{}, error(nil)
	cfg.Gauge = func(string) (Room, error) { return room, fail }
	d, err := openDisk(cfg, slog.New(slog.NewTextHandler(io.Discard, nil)))
	require.NoError(t, err)
	for _, step := range []struct {
		used  uint64
		level string
		keeps bool
	}{
		{59, floor.DiskFine, true}, {60, floor.DiskWarn, true}, {59, floor.DiskWarn, true}, {57, floor.DiskFine, true},
		{80, floor.DiskTight, true}, {95, floor.DiskFull, false},
		{92, floor.DiskFull, false}, // 92 and the 3 that were given up
		{89, floor.DiskTight, false}, {60, floor.DiskWarn, true}, {99, floor.DiskFull, false}, {10, floor.DiskFine, true},
	} {
		room = Room{Used: step.used << 20, Free: (100 - step.used) << 20}
		level, _, _, err := d.look()
		require.NoError(t, err)
		require.Equal(t, step.level, level, "%d", step.used)
		_, err = os.Stat(d.file())
		require.Equal(t, step.keeps, err == nil, "reserve at %d", step.used)
	}
	fail = errors.New("no such disk")
	level, _, _, err := d.look()
	require.ErrorIs(t, err, fail)
	require.Equal(t, floor.DiskFine, level, "what is not known changes nothing")

	fail, d.cfg.Plenty = nil, 20
	room = Room{Used: 970 << 30, Free: 30 << 30}
	level, _, _, err = d.look()
	require.NoError(t, err)
	require.Equal(t, floor.DiskFine, level, "30 GB are plenty")
}

func TestTheMarksAreChecked(t *testing.T) {
	for want, d := range map[string]Disk{
		"disk.warn":       {Warn: 0, Tight: 80, Full: 95},
		"disk.full":       {Warn: 60, Tight: 80, Full: 101},
		"must rise":       {Warn: 90, Tight: 80, Full: 95},
		"disk.reserve_mb": {Warn: 60, Tight: 80, Full: 95, Reserve: -1},
		"disk.plenty_gb":  {Warn: 60, Tight: 80, Full: 95, Plenty: -1},
	} {
		require.ErrorContains(t, d.check(), want)
	}
}
