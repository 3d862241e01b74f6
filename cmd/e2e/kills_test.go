package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/journal/crashdisk"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/zpl/preview"
)

// The ways of a round: who dies, and where. "" is kill -9 from outside at a random moment.
var ways = []struct{ who, point string }{
	{"site", ""}, {"centre", ""}, {"broker", ""},
	{"site", "journal.decided"}, {"site", "journal.written"}, {"site", "journal.synced"}, {"site", "journal.committed"},
	{"centre", "taken.between"}, {"centre", "store.deciding"}, {"centre", "store.committed"},
	{"site", "link.sending"}, {"site", "link.sent"}, {"centre", "link.sending"}, {"centre", "link.sent"},
	{"broker", ""}, {"site", ""}, {"centre", ""},
}

// wayOf is each of them once; in a longer trial six in seven are at random moments then, two for each program, and the
// seventh at the next of the points: two hundred rounds kill each at more than fifty random moments.
func wayOf(round uint64) (who, point string) {
	if round < uint64(len(ways)) {
		return ways[round].who, ways[round].point
	}
	turn, in := (round-uint64(len(ways)))/7, (round-uint64(len(ways)))%7
	if in < 6 {
		return []string{"site", "centre", "broker"}[in%3], ""
	}
	var named []int
	for i, w := range ways {
		if w.point != "" {
			named = append(named, i)
		}
	}
	w := ways[named[turn%uint64(len(named))]]
	return w.who, w.point
}

// buildKillable builds the daemons with their points, over a bbolt that has points of its own, once for all tests.
func buildKillable(t *testing.T) (dir string) {
	dir = filepath.Join(bin, "killable")
	if err := os.Mkdir(dir, 0o700); os.IsExist(err) {
		return dir
	}
	modfile := crashdisk.PatchedBolt(t, dir, killingBolt)
	for _, name := range []string{"picketd", "picket-oms"} {
		out, err := exec.Command("go", "build", "-trimpath", "-tags=killpoints", "-modfile="+modfile, "-o", filepath.Join(dir, name), "picket/cmd/"+name).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	return dir
}

// died is what a table row counts.
type died struct{ rounds, there int }

// TestKills lets handhelds work, orders come in and labels print while site, centre and broker are killed in turn, at
// random moments and at named points; then the books of all must agree to the unit.
//
// PICKET_TEST_KILL_ROUNDS=n is that many rounds, PICKET_TEST_KILL_SEED another day.
func TestKills(t *testing.T) {
	number := func(name string, usual uint64) uint64 {
		if s := os.Getenv(name); s != "" {
			n, err := strconv.ParseUint(s, 10, 64)
			require.NoError(t, err, name)
			return n
		}
		return usual
	}
	rounds, seed := number("PICKET_TEST_KILL_ROUNDS", 20), number("PICKET_TEST_KILL_SEED", 1)
	rnd := rand.New(rand.NewPCG(seed, 5))
	killable := buildKillable(t)
	r := newRig(t)
	r.picket.argv[0], r.oms.argv[0] = filepath.Join(killable, "picketd"), filepath.Join(killable, "picket-oms")
	r.picket.argv = append(r.picket.argv, "--set", "broker.spread=1s", "--set", "snapshot_every=300")
	opening := map[string]int{"OAT": 5050, "RICE": 5050}
	r.op("stock.adjust", m{"sku": "OAT", "bin": "A-01-1", "delta": 5000, "reason": "opening"})
	r.op("stock.adjust", m{"sku": "RICE", "bin": "A-02-1", "delta": 5000, "reason": "opening"})

	var acked atomic.Int64
	var stop atomic.Bool
	var users []m
	pickers := make([]*picker, 3)
	for i := range pickers {
		users = append(users, m{"user": fmt.Sprint("k", i), "name": fmt.Sprint("K", i), "badge": fmt.Sprint("K-", i), "pin": "258000", "roles": []string{"picker", "lead"}})
		pickers[i] = &picker{name: fmt.Sprint("kh-", i), site: newAPI(t, r.siteURL), centre: newAPI(t, r.omsURL), rnd: rand.New(rand.NewPCG(seed, uint64(100+i))),
			told: map[int]answer{}, moved: map[string]int{}, acked: &acked, stop: &stop}
	}
	before := r.health().FeedHead
	r.centre.must("PUT", "/api/sites/north/users", m{"users": users}, nil)
	r.eventually("the site has the pickers", func() bool {
		h := r.health()
		return h.FeedHead > before && h.Unsent == 0
	})
	for i, p := range pickers {
		r.eventually(p.name+" signs in", func() bool {
			code, _ := p.site.raw("POST", "/api/sign-in", m{"badge": fmt.Sprint("K-", i), "pin": "258000", "install": p.name, "station": "bench-1"})
			return code == 200
		})
	}
	var wg sync.WaitGroup
	for _, p := range pickers {
		wg.Go(p.work)
	}

	procs := map[string]*proc{"site": r.picket, "centre": r.oms, "broker": r.broker}
	table, started := map[string]*died{}, time.Now()
	for round := range rounds {
		who, point := wayOf(round)
		p, row := procs[who], table[who+" "+point]
		if row == nil {
			row = &died{}
			table[who+" "+point] = row
		}
		row.rounds++
		// At a random moment: so many answers later.
		was, more := acked.Load(), int64(1+rnd.IntN(25))
		r.eventually("work goes on", func() bool {
			for _, p := range pickers {
				if p.trouble != nil {
					return true
				}
			}
			return acked.Load() >= was+more
		})
		p.kill()
		if point != "" {
			p.env = []string{fmt.Sprintf("PICKET_TEST_KILL=%s:%d", point, 1+rnd.IntN(6))}
			p.start()
			select {
			case <-p.done: // it died where it should
				row.there++
			case <-time.After(30 * time.Second):
			}
			p.kill()
			p.env = nil
		}
		p.start()
	}
	took := time.Since(started)
	stop.Store(true)
	wg.Wait()
	for _, p := range pickers {
		require.NoError(t, p.trouble)
	}
	r.balance(pickers, opening)

	var lines []string
	for name, d := range table {
		lines = append(lines, fmt.Sprintf("%-26s %3d rounds", name, d.rounds))
		if !strings.HasSuffix(name, " ") {
			lines[len(lines)-1] += fmt.Sprintf(", %3d died at the point", d.there)
			require.Positive(t, d.there, "%s was never reached", name)
		}
	}
	sort.Strings(lines)
	t.Logf("seed %d: %d rounds in %s, %d commands answered\n%s", seed, rounds, took.Round(time.Second), acked.Load(), strings.Join(lines, "\n"))
}

// balance holds handhelds, site, centre and printer against each other.
func (r *rig) balance(pickers []*picker, want map[string]int) {
	t := r.t
	for _, p := range pickers {
		for sku, n := range p.moved {
			want[sku] += n
		}
	}
	type stock struct {
		SKU     string
		OnHand  int `json:"on_hand"`
		Buckets map[string]int
		Other   map[string]int
	}
	var site struct{ Rows []stock }
	r.eventually("the site's stock is what was told", func() bool { return r.site.try("GET", "/api/stock?limit=100", nil, &site) == 200 })
	for _, s := range site.Rows {
		require.Equal(t, want[s.SKU], s.OnHand, "the site's book of %s", s.SKU)
	}
	require.Len(t, site.Rows, len(want))
	var centre struct{ Stock []stock }
	r.eventually("the centre's stock is the site's", func() bool {
		if r.centre.try("GET", "/api/stock?site=north", nil, &centre) != 200 || len(centre.Stock) != len(want) {
			return false
		}
		for _, s := range centre.Stock {
			if s.OnHand != want[s.SKU] {
				return false
			}
		}
		return true
	})
	for _, p := range pickers {
		for _, id := range p.done { // the oldest may have left the board
			r.eventually("the centre knows that "+id+" left", func() bool {
				state, parts := r.centreOrder(id)
				return state != "" && parts["RICE shipped"] == 1 && len(parts) == 2
			})
		}
	}

	// The journal, record by record, here and there.
	var seqs []uint64
	var here []string
	raws := map[string]string{}
	for from := 1; ; {
		code, text := r.site.raw("GET", fmt.Sprintf("/api/journal?from=%d", from), nil)
		if code != 200 {
			require.Equal(t, 422, code, "%s", text) // there is nothing behind the last
			break
		}
		for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			var l struct {
				Seq    uint64
				Record json.RawMessage
			}
			require.NoError(t, json.Unmarshal([]byte(line), &l), line)
			if l.Seq == 0 {
				continue // the first says where the chain stands
			}
			id := recordID(t, l.Record)
			require.NotContains(t, raws, id, "a record stands twice in the journal")
			raws[id] = string(l.Record)
			here, seqs = append(here, id), append(seqs, l.Seq)
			from++
		}
	}
	r.eventually("the centre has the whole journal", func() bool { return r.health().Applied >= len(here) })
	for i, s := range seqs {
		require.EqualValues(t, i+1, s)
	}
	units := map[string]bool{}
	for _, p := range pickers {
		require.NotEmpty(t, p.done)
		for n := range p.told {
			require.Contains(t, raws, fmt.Sprintf("%s:%d/0", p.name, n), "acknowledged, and not in the journal")
		}
		require.NotContains(t, raws, fmt.Sprintf("%s:%d/0", p.name, p.n+1))
		for _, u := range p.units {
			units[u] = true
		}
	}

	// Every label at most once without a mark.
	plain := map[string]int{}
	for _, l := range r.printer.Labels() {
		for _, d := range preview.Read(l.ZPL, preview.Options{Dpmm: 8}).Labels {
			text := strings.Join(d.Texts(), "\n")
			for u := range units {
				if strings.Contains(string(l.ZPL), u) && !strings.Contains(text, "COPY") && strings.Contains(text, "High Street") && strings.Contains(text, "SSCC") {
					plain[u]++
				}
			}
		}
	}
	require.NotEmpty(t, plain)
	for u, n := range plain {
		require.LessOrEqual(t, n, 1, "label of %s came out %d times without a mark", u, n)
	}

	r.oms.end(syscall.SIGTERM)
	ctx := context.Background()
	db, err := sqlite.Open(ctx, filepath.Join(r.dir, "oms", "oms.db"))
	require.NoError(t, err)
	defer db.Close()
	var there []string
	require.NoError(t, db.View(ctx, func(tx store.Tx) error {
		facts, err := tx.Facts("north", 0, 1<<30)
		for _, f := range facts {
			there = append(there, f.Record)
			require.Equal(t, raws[f.Record], string(f.Raw), f.Record)
		}
		return err
	}))
	require.Equal(t, here, there[:min(len(here), len(there))], "the centre has the site's records, each once, in their order")
	t.Logf("%d records here, %d at the centre; %d parcels left; %d labels without a mark; stock %v", len(here), len(there), len(units), len(plain), want)
}

// siteHealth is how the centre sees the site.
type siteHealth struct {
	Connected       bool
	FeedHead        int `json:"feed_head"`
	Unsent, Applied int
}

func (r *rig) health() siteHealth {
	var s struct{ Health siteHealth }
	_ = r.centre.try("GET", "/api/sites/north", nil, &s) // no answer is no health
	return s.Health
}

func recordID(t *testing.T, raw []byte) string {
	var e struct{ ID string }
	require.NoError(t, json.Unmarshal(raw, &e))
	require.NotEmpty(t, e.ID)
	return e.ID
}

// killingBolt gives bbolt its two points.
const killingBolt = `package bbolt

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var (
	killAt   string
	killLeft atomic.Int64
)

func init() {
	at, count, _ := strings.Cut(os.Getenv("PICKET_TEST_KILL"), ":")
	if n, err := strconv.ParseInt(count, 10, 64); err == nil && n > 0 {
		killAt = at
		killLeft.Store(n)
	}
}

func pass(point string) {
	if point == killAt && killLeft.Add(-1) == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func hookWriteAt(f *os.File) func([]byte, int64) (int, error) {
	return func(b []byte, off int64) (int, error) {
		n, err := f.WriteAt(b, off)
		pass("journal.written")
		return n, err
	}
}

func hookTruncate(f *os.File, size int64) error { return f.Truncate(size) }

func hookSync(f *os.File) error {
	err := syscall.Fdatasync(int(f.Fd()))
	pass("journal.synced")
	return err
}
`
