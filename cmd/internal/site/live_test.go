package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/broker"
	"picket/cmd/internal/centre"
	"picket/sync/linktest/port"
)

// TestMain makes this binary do what every binary that opens a journal does: look at the file in a process apart.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == CheckCommand {
		check := CheckJournal()
		check.SetArgs(os.Args[2:])
		if check.Execute() != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	// Built with the race detector, each of those processes would sleep a second before it ends.
	_ = os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0")
	os.Exit(m.Run())
}

const liveToken = "a token for the tests of whole sites"

// party is a broker, a centre and sites in this process, each of which can be stopped and started again.
type party struct {
	t      *testing.T
	dir    string
	mqtt   string
	oms    string
	n      int
	mu     sync.Mutex
	stops  map[string]func()
	logger *slog.Logger

	copies                 string // directory of the centre's backups, where it makes some
	snapshotOver           int    // facts the centre tells a box one by one, where it is given
	gauge                  func(string) (Room, error)
	centreLacks, siteLacks []string // types of records that an older version would not know
}

type m = map[string]any

func newParty(t *testing.T) *party {
	p := &party{t: t, dir: t.TempDir(), mqtt: port.For(t).Addr(), oms: port.For(t).Addr(), stops: map[string]func(){}, logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	t.Cleanup(func() {
		for _, name := range []string{"north", "old", "new", "south", "centre", "broker"} {
			p.stop(name)
		}
	})
	return p
}

// start runs a part until it is stopped, and waits until it serves.
func (p *party) start(name string, run func(ctx context.Context, ready func(string)) error) string {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done, up := make(chan error, 1), make(chan string, 1)
	go func() { done <- run(ctx, func(addr string) { up <- addr }) }()
	p.mu.Lock()
	p.stops[name] = func() { cancel(); <-done }
	p.mu.Unlock()
	select {
	case addr := <-up:
		return "http://" + addr
	case err := <-done:
		done <- err
		require.NoError(p.t, err, name)
	}
	return ""
}

func (p *party) stop(name string) {
	p.mu.Lock()
	stop := p.stops[name]
	delete(p.stops, name)
	p.mu.Unlock()
	if stop != nil {
		stop()
	}
}

func (p *party) lineUp() {
	p.start("broker", func(ctx context.Context, ready func(string)) error {
		return broker.Run(ctx, broker.Config{Listen: p.mqtt}, ready)
	})
}

func (p *party) centreUp() string {
	cfg := p.centreConfig()
	return p.start("centre", func(ctx context.Context, ready func(string)) error { return centre.Run(ctx, cfg, p.logger, ready) })
}

func (p *party) centreConfig() centre.Config {
	cfg := centre.Defaults()
	cfg.Data, cfg.HTTP.Listen, cfg.Broker.URL = filepath.Join(p.dir, "oms"), p.oms, "tcp://"+p.mqtt
	cfg.Lacks = p.centreLacks
	if p.snapshotOver > 0 {
		cfg.SnapshotOver = p.snapshotOver
	}
	cfg.Backup.Dir, cfg.Backup.Keep = p.copies, 1
	return cfg
}

// setUpNorth tells the centre of one item and of a site with one bin.
func (p *party) setUpNorth(oms string) {
	p.t.Helper()
	p.must("PUT", oms+"/api/items", m{"items": []m{{"sku": "OAT", "name": "Oat drink", "gtins": []string{"09520000000011"}, "weight_g": 1050}}})
	p.must("PUT", oms+"/api/sites", m{"sites": []m{{"id": "north", "name": "North", "zone": "Europe/London",
		"bins": []m{{"id": "A-1", "aisle": "A", "bay": 1, "level": 1, "side": "left", "walk": 1}}}}})
}

func (p *party) siteDir(id string) string { return filepath.Join(p.dir, id) }

// siteUp starts a site; printer is the address of its label printer, if it has one.
func (p *party) siteUp(id, printer string) string { return p.boxUp(id, id, p.siteDir(id), printer) }

// siteConfig is the configuration of a site whose data lies in dir.
func (p *party) siteConfig(id, dir string) Config {
	cfg := Defaults()
	digest := sha256.Sum256([]byte(liveToken))
	cfg.Site, cfg.Data, cfg.HTTP.Listen, cfg.Broker.URL, cfg.Broker.Spread = id, dir, "127.0.0.1:0", "tcp://"+p.mqtt, 10*time.Millisecond
	cfg.Lacks = p.siteLacks
	cfg.Disk.Reserve = 0
	cfg.Gauge = func(string) (Room, error) { return Room{Free: 1 << 40, Used: 1 << 30}, nil } // whatever this machine's disk is like
	if p.gauge != nil {
		cfg.Gauge, cfg.Disk.Reserve, cfg.Disk.Plenty, cfg.Disk.Every = p.gauge, 1, 0, 20*time.Millisecond
	}
	cfg.Tokens = []Token{{Name: "erp", SHA256: hex.EncodeToString(digest[:]), Roles: []string{"picker", "lead", "manager"}}}
	return cfg
}

// boxUp starts a box of a site under a name of its own.
func (p *party) boxUp(name, id, dir, printer string) string {
	cfg := p.siteConfig(id, dir)
	if printer != "" {
		cfg.Printers = []Printer{{ID: "bench-1", Address: "tcp://" + printer}}
	}
	return p.start(name, func(ctx context.Context, ready func(string)) error { return Run(ctx, cfg, p.logger, ready) })
}

// try asks once; 0 when nobody answers.
func (p *party) try(method, url string, in any) (int, []byte) {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		require.NoError(p.t, err)
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, url, body)
	require.NoError(p.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+liveToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	out, _ := io.ReadAll(res.Body)
	return res.StatusCode, out
}

func (p *party) must(method, url string, in any) []byte {
	p.t.Helper()
	code, out := p.try(method, url, in)
	require.Less(p.t, code, 300, "%s: %s", url, out)
	require.NotZero(p.t, code, url)
	return out
}

func (p *party) eventually(what string, ok func() bool) {
	p.t.Helper()
	require.Eventually(p.t, ok, 60*time.Second, 50*time.Millisecond, what)
}

// shows waits until a view of a site has a text.
func (p *party) shows(url, text string) {
	p.t.Helper()
	var last []byte
	ok := func() bool {
		_, last = p.try("GET", url, nil)
		return bytes.Contains(last, []byte(text))
	}
	if !ok() {
		require.Eventually(p.t, ok, 60*time.Second, 50*time.Millisecond, "%s never showed %s", url, text)
	}
}

type liveAnswer struct {
	Outcome string
	Unit    string
	Jobs    []string
	Made    map[string]string
	Refusal *struct{ Code, Words string }
}

// give sends a site one command.
func (p *party) give(site, kind string, data m) liveAnswer {
	p.t.Helper()
	p.n++
	var out struct{ Answers []liveAnswer }
	body := p.must("POST", site+"/api/commands", m{"commands": []m{{"id": fmt.Sprintf("live-%d", p.n), "type": kind, "data": data}}})
	require.NoError(p.t, json.Unmarshal(body, &out))
	require.Len(p.t, out.Answers, 1, "%s", body)
	return out.Answers[0]
}

func (p *party) ok(site, kind string, data m) liveAnswer {
	p.t.Helper()
	a := p.give(site, kind, data)
	require.Contains(p.t, []string{"accepted", "exception"}, a.Outcome, "%s: %+v", kind, a.Refusal)
	return a
}
