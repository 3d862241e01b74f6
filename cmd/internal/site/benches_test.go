package site

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/devices"
	"picket/devices/virtual"
	"picket/edge/floor"
	"picket/edge/view"
	"picket/edge/web"
	"picket/sync/linktest/port"
)

// A bench without a screen: its scanner packs singles as they are scanned, is answered, and says in words what was wrong.
func TestABenchWithoutAScreen(t *testing.T) {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	cfg := p.siteConfig("north", p.siteDir("north"))
	at := port.For(t).Addr()
	cfg.Scanners = []Scanner{{ID: "gun-1", Name: "Bench 1 scanner", Address: "listen://" + at, Station: "bench-1", Alone: "singles", Good: "06", Bad: "15"}}
	zebra, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	go func() { _ = zebra.Serve(t.Context()) }()
	cfg.Printers = []Printer{{ID: "zebra", Address: "tcp://" + zebra.Addr(), Stations: []string{"bench-1"}}}
	cfg.Scales = []Scale{{ID: "scale-1", Name: "Bench 1 scale", Address: "tcp://" + port.For(t).Addr(), Station: "bench-1"}}
	north := p.start("north", func(ctx context.Context, ready func(string)) error { return Run(ctx, cfg, p.logger, ready) })
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	for _, number := range []string{"1001", "1002"} {
		p.must("POST", oms+"/api/orders", m{"channel": "web", "number": number, "customer": m{"name": "Jo Doe"}, "site": "north",
			"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}, "lines": []m{{"sku": "OAT", "qty": 1}}})
		p.shows(north+"/api/orders", `"number":"`+number+`"`)
	}
	var orders struct{ Rows []struct{ ID string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &orders))
	p.ok(north, "run.start", m{"id": "R-1", "kind": "singles", "orders": []string{orders.Rows[0].ID, orders.Rows[1].ID}, "stops": []m{{"bin": "A-1", "sku": "OAT", "qty": 2}}})
	p.ok(north, "run.pick", m{"run": "R-1", "sku": "OAT", "bin": "A-1", "qty": 2, "code": "09520000000011"})
	p.ok(north, "run.finish", m{"run": "R-1"})
	var runs struct{ Rows []struct{ ID, Number string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/runs", nil), &runs))
	require.NotEmpty(t, runs.Rows)

	gun, err := net.Dial("tcp", at)
	require.NoError(t, err)
	defer gun.Close()
	scan := func(code string) string {
		_, err := gun.Write([]byte(code + "\r\n"))
		require.NoError(t, err)
		require.NoError(t, gun.SetReadDeadline(time.Now().Add(60*time.Second)))
		answer := make([]byte, 1)
		_, err = io.ReadFull(gun, answer)
		require.NoError(t, err)
		return string(answer)
	}
	require.Equal(t, "\x15", scan("]E09520000000011"), "nobody said which run")
	p.shows(north+"/api/devices", "scan the label of the run of singles first")
	require.Equal(t, "\x06", scan(runs.Rows[0].Number))
	require.Equal(t, "\x06", scan("]E09520000000011"))
	require.Equal(t, "\x15", scan("(00)095200010000000027"), "another parcel's label")
	p.shows(north+"/api/devices", "the last scan was refused")
	var units struct{ Rows []struct{ Unit string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/parcels", nil), &units))
	require.Len(t, units.Rows, 1)
	p.eventually("its own label, once it is known to be printed", func() bool { return scan("]C100"+units.Rows[0].Unit) == "\x06" })
	require.NotEmpty(t, zebra.Labels())
	require.Equal(t, "\x06", scan("]E09520000000011"), "the same article again is another unit")
	p.shows(north+"/api/jobs", `"bench-1"`)
	p.eventually("both have their labels", func() bool {
		var left struct{ Rows []struct{ State string } }
		require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &left))
		return len(left.Rows) == 2 && left.Rows[0].State == "awaiting_carrier" && left.Rows[1].State == "awaiting_carrier"
	})
	require.Equal(t, "\x15", scan("]E09520000000011"), "all are packed")
	p.shows(north+"/api/devices", "cannot be reached")

	// What whoever sets the scanner up sees, and what the printer is proved with.
	p.shows(north+"/api/scans", `"bytes":"5d453039353230303030303030303131"`)
	p.shows(north+"/api/scans", `"means":"item OAT"`)
	scan("~9520000000011")
	p.shows(north+"/api/scans", `“~” stands before a code that is known`)
	scan("9521234543213")
	p.shows(north+"/api/scans", `no item here has the number 9521234543213`)
	scan("]d2010952123454321317261331")
	p.shows(north+"/api/scans", `(17) USE BY or EXPIRY: the month is not 01 to 12`)
	var test struct {
		Printed bool
		Words   string
	}
	require.NoError(t, json.Unmarshal(p.must("POST", north+"/api/printers/zebra/test", nil), &test))
	require.True(t, test.Printed, test.Words)
	require.True(t, slices.ContainsFunc(zebra.Labels(), func(l virtual.Label) bool { return bytes.Contains(l.ZPL, []byte("TEST")) }))
	zebra.LoadMedia(0)
	require.NoError(t, json.Unmarshal(p.must("POST", north+"/api/printers/zebra/test", nil), &test))
	require.False(t, test.Printed)
	require.Contains(t, test.Words, "labels")
	code, _ := p.try("POST", north+"/api/printers/none/test", nil)
	require.Equal(t, 404, code)
}

// nobody is where no screen is; it counts what it was told.
type nobody struct {
	there   int
	scans   []web.BenchScan
	weights []web.BenchWeight
}

func (n *nobody) Scanned(_ floor.StationID, s web.BenchScan) int {
	n.scans = append(n.scans, s)
	return n.there
}

func (n *nobody) Weighed(_ floor.StationID, w web.BenchWeight) int {
	n.weights = append(n.weights, w)
	return n.there
}

// One pull of a trigger that comes over two devices of a bench is one scan; two pulls are two.
func TestOneScanOverTwoChannels(t *testing.T) {
	to := &nobody{there: 1}
	b := newBenches(web.NewFeed(view.NewBoard(view.Site{ID: "north"}, "log", &floor.State{}, 0, time.Now()), nil), nil, to, nil)
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	pull := func(device, raw string, after time.Duration) {
		at = at.Add(after)
		require.True(t, b.scan(t.Context(), Scanner{ID: device, Station: "bench-1"}, devices.Scan{Device: devices.Name(device), Raw: []byte(raw), At: at}))
	}
	pull("cable", "]E09520000000011", 0)
	pull("net", "9520000000011", 100*time.Millisecond) // the same, without its AIM identifier
	require.Len(t, to.scans, 1)
	pull("net", "9520000000011", 100*time.Millisecond)
	require.Len(t, to.scans, 2, "a third is another pull")
	pull("net", "9520000000011", 100*time.Millisecond)
	require.Len(t, to.scans, 3, "the same device twice is two pulls")
	pull("cable", "9520000000011", 2*time.Second)
	require.Len(t, to.scans, 4, "much later is another pull")
	pull("net", "OTHER", 10*time.Millisecond)
	require.Len(t, to.scans, 5)
}

// However the two channels of one scanner lag, and whatever is pulled in what order, each pull is one scan and none is lost.
func TestPullsOverTwoChannels(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		to := &nobody{there: 1}
		b := newBenches(web.NewFeed(view.NewBoard(view.Site{ID: "north"}, "log", &floor.State{}, 0, time.Now()), nil), nil, to, nil)
		type came struct {
			device, raw string
			at          int // milliseconds
		}
		var all []came
		want, now := map[string]int{}, 0
		lag := map[string]int{"cable": rapid.IntRange(0, 50).Draw(rt, "cable"), "net": rapid.IntRange(0, 600).Draw(rt, "net")}
		for range rapid.IntRange(1, 20).Draw(rt, "pulls") {
			now += rapid.IntRange(60, 900).Draw(rt, "gap")
			code := rapid.SampledFrom([]string{"9520000000011", "9520000000028"}).Draw(rt, "code")
			want[code]++
			all = append(all, came{"cable", "]E0" + code, now + lag["cable"]}, came{"net", code, now + lag["net"] + rapid.IntRange(0, 50).Draw(rt, "jitter")})
		}
		sort.SliceStable(all, func(i, j int) bool { return all[i].at < all[j].at })
		for _, c := range all {
			b.scan(t.Context(), Scanner{ID: c.device, Station: "bench-1"}, devices.Scan{Device: devices.Name(c.device), Raw: []byte(c.raw), At: time.UnixMilli(int64(c.at))})
		}
		got := map[string]int{}
		for _, s := range to.scans {
			got[strings.TrimPrefix(s.Code, "]E0")]++
		}
		require.Equal(rt, want, got)
	})
}

// A scale that chatters is told of when something changed.
func TestAChatteringScale(t *testing.T) {
	to := &nobody{}
	b := newBenches(nil, nil, to, nil)
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	say := func(grams int64, settled bool, after time.Duration) {
		at = at.Add(after)
		b.weigh(Scale{ID: "scale", Station: "bench-1"}, devices.Weight{Milligrams: grams * 1000, Settled: settled, At: at})
	}
	say(0, true, 0)
	for range 9 {
		say(0, true, 100*time.Millisecond)
	}
	require.Len(t, to.weights, 1)
	say(500, false, 10*time.Millisecond)
	say(600, false, 10*time.Millisecond)
	say(700, true, 10*time.Millisecond)
	say(700, true, time.Second)
	var grams []string
	for _, w := range to.weights {
		grams = append(grams, strings.TrimSpace(map[bool]string{true: "=", false: "~"}[w.Settled]+string(rune('0'+w.Grams/100))))
	}
	require.Equal(t, []string{"=0", "~5", "=7", "=7"}, grams)
}

func TestBenchSettings(t *testing.T) {
	for want, change := range map[string]func(*Config){
		`scanners[0].address: scanner address "ttyUSB0": it must look like`: func(c *Config) { c.Scanners = []Scanner{{ID: "a", Address: "ttyUSB0"}} },
		`scanners[1].id: "a" stands there twice`: func(c *Config) {
			c.Scanners = []Scanner{{ID: "a", Address: "listen://:9004"}, {ID: "a", Address: "listen://:9005"}}
		},
		`scanners[0].alone: "dance" is neither`: func(c *Config) {
			c.Scanners = []Scanner{{ID: "a", Address: "listen://:9004", Station: "b", Alone: "dance"}}
		},
		`scanners[0].alone: load needs a station`:         func(c *Config) { c.Scanners = []Scanner{{ID: "a", Address: "listen://:9004", Alone: "load"}} },
		`scanners[0].good: "zz" is not`:                   func(c *Config) { c.Scanners = []Scanner{{ID: "a", Address: "listen://:9004", Good: "zz"}} },
		`scales[0].station: is missing`:                   func(c *Config) { c.Scales = []Scale{{ID: "s", Address: "tcp://10.0.0.1:4001"}} },
		`scales[0].address: scale address "evdev:///dev/`: func(c *Config) { c.Scales = []Scale{{ID: "s", Station: "b", Address: "evdev:///dev/input/x"}} },
	} {
		c := Defaults()
		c.Site = "north"
		change(&c)
		require.ErrorContains(t, c.Check(), want)
	}
}

// TestWhatHangsUpDoesNotFillTheLog: a scanner that takes no answers is told of once a minute, with how many were not told.
func TestWhatHangsUpDoesNotFillTheLog(t *testing.T) {
	var out bytes.Buffer
	var u unanswered
	log, at := slog.New(slog.NewTextHandler(&out, nil)), time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for i := range 1000 {
		u.tell(log, "bench-1", at.Add(time.Duration(i)*time.Millisecond), io.ErrClosedPipe)
	}
	require.Equal(t, 1, strings.Count(out.String(), "\n"))
	u.tell(log, "bench-1", at.Add(time.Minute), io.ErrClosedPipe)
	require.Equal(t, 2, strings.Count(out.String(), "\n"))
	require.Contains(t, out.String(), "untold=999")
	u.tell(log, "bench-1", at.Add(-time.Hour), io.ErrClosedPipe)
	require.Equal(t, 3, strings.Count(out.String(), "\n"), "a clock that was set back")
}
