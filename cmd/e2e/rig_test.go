package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices/virtual"
	"picket/sync/linktest/port"
)

var bin string // where the binaries are

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "picket-e2e")
	if err != nil {
		panic(err)
	}
	bin = dir
	for _, name := range []string{"picketd", "picket-oms"} {
		out, err := exec.Command("go", "build", "-o", filepath.Join(dir, name), "picket/cmd/"+name).CombinedOutput()
		if err != nil {
			fmt.Fprintf(os.Stderr, "build %s: %v\n%s", name, err, out)
			os.Exit(1)
		}
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// proc is a process that may be killed and started again.
type proc struct {
	t    *testing.T
	argv []string
	env  []string // beside that of the tests
	log  string
	cmd  *exec.Cmd
	done chan struct{}
}

func (p *proc) start() {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(p.t, err)
	defer log.Close()
	p.cmd = exec.Command(p.argv[0], p.argv[1:]...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.Env = append(os.Environ(), p.env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(p.t, p.cmd.Start())
	done := make(chan struct{})
	p.done = done
	cmd := p.cmd
	go func() { _ = cmd.Wait(); close(done) }()
}

func (p *proc) end(sig syscall.Signal) {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(sig)
	<-p.done
	p.cmd = nil
}

func (p *proc) kill() { p.end(syscall.SIGKILL) }

// rig is one site, one centre, one broker and one printer.
type rig struct {
	t                   *testing.T
	dir                 string
	broker, oms, picket *proc
	omsURL, siteURL     string
	printer             *virtual.Printer
	site, centre        *api
	siteConf, brokerSet string
	n                   int      // the handheld's counter
	enrol               func()   // what the box needs before its first start
	omsSet              []string // further settings of the centre
}

func newRig(t *testing.T) *rig { return newRigOver(t, plainLine) }

// plainLine is a broker for trials on one machine.
func plainLine(r *rig, mqtt int) (conf, url string) {
	return fmt.Sprintf("listener %d 127.0.0.1\nallow_anonymous true\npersistence false\n", mqtt), fmt.Sprintf("tcp://127.0.0.1:%d", mqtt)
}

// newRigOver sets up everything over a broker of which line gives the configuration and the address. Without a
// configuration there is no Mosquitto: the centre brings the broker along.
func newRigOver(t *testing.T, line func(r *rig, mqtt int) (conf, url string)) *rig {
	r := &rig{t: t, dir: t.TempDir()}
	mqtt, omsPort, sitePort := port.For(t).Number(), port.For(t).Number(), port.For(t).Number()
	conf := filepath.Join(r.dir, "mosquitto.conf")
	text, url := line(r, mqtt)

	p, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0", PrintTime: 50 * time.Millisecond})
	require.NoError(t, err)
	r.printer = p
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() { _ = p.Serve(ctx); close(served) }()
	t.Cleanup(func() { cancel(); <-served })

	broker := "broker.url=" + url
	if text != "" {
		require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
		mosquitto := "/usr/sbin/mosquitto"
		_, err := os.Stat(mosquitto)
		require.NoError(t, err, "install Debian's package mosquitto, or run `make deps`")
		r.broker = &proc{t: t, argv: []string{mosquitto, "-c", conf}, log: filepath.Join(r.dir, "mosquitto.log")}
	}
	r.omsURL = fmt.Sprintf("http://127.0.0.1:%d", omsPort)
	r.oms = &proc{t: t, log: filepath.Join(r.dir, "oms.log"), argv: []string{filepath.Join(bin, "picket-oms"), "--config", "../../deploy/oms.yaml",
		"--set", "data=" + filepath.Join(r.dir, "oms"), "--set", fmt.Sprintf("http.listen=127.0.0.1:%d", omsPort), "--set", broker}}
	for _, set := range r.omsSet {
		r.oms.argv = append(r.oms.argv, "--set", set)
	}
	r.siteURL = fmt.Sprintf("http://127.0.0.1:%d", sitePort)
	site := filepath.Join(r.dir, "site.yaml")
	settings, err := os.ReadFile("../../deploy/site.yaml")
	require.NoError(t, err)
	settings = bytes.ReplaceAll(settings, []byte("tcp://127.0.0.1:9100"), []byte("tcp://"+p.Addr()))
	digest := sha256.Sum256([]byte(machineToken))
	settings = bytes.Replace(settings, []byte("tokens: []"), fmt.Appendf(nil, "tokens: [{name: erp, sha256: %x, roles: [picker, lead, manager]}]", digest), 1)
	require.NoError(t, os.WriteFile(site, settings, 0o600))
	r.siteConf, r.brokerSet = site, broker
	r.picket = &proc{t: t, log: filepath.Join(r.dir, "picketd.log"), argv: []string{filepath.Join(bin, "picketd"), "--config", site, "--set", "disk.plenty_gb=1",
		"--set", "data=" + filepath.Join(r.dir, "site"), "--set", fmt.Sprintf("http.listen=127.0.0.1:%d", sitePort), "--set", broker}}
	all := []*proc{r.oms, r.picket}
	if r.broker != nil {
		all = append(all, r.broker)
	}
	t.Cleanup(func() {
		for _, p := range all {
			p.kill()
		}
		if t.Failed() {
			for _, p := range all {
				b, _ := os.ReadFile(p.log)
				t.Logf("--- %s\n%s", filepath.Base(p.log), last(string(b), 6000))
			}
		}
	})
	r.site, r.centre = newAPI(t, r.siteURL), newAPI(t, r.omsURL)
	if r.broker != nil {
		r.broker.start()
	}
	r.oms.start()
	if r.enrol != nil {
		r.enrol()
	}
	r.know() // before its box asks: a box the centre does not know asks again after up to a minute
	r.picket.start()
	r.setUp()
	return r
}

func last(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}

// know tells the centre of its site, its goods and its people.
func (r *rig) know() {
	r.eventually("the centre is up", func() bool { return r.centre.try("GET", "/readyz", nil, nil) == 200 })
	r.centre.must("PUT", "/api/items", m{"items": []m{
		{"sku": "OAT", "name": "Oat drink", "gtins": []string{"09520000000011"}, "weight_g": 1050},
		{"sku": "RICE", "name": "Rice drink", "gtins": []string{"09520000000028"}, "weight_g": 1050},
	}}, nil)
	r.centre.must("PUT", "/api/sites", m{"sites": []m{{"id": "north", "name": "Northgate", "zone": "Europe/London", "bins": []m{
		{"id": "A-01-1", "aisle": "A", "bay": 1, "level": 1, "side": "left", "walk": 1}, {"id": "A-02-1", "aisle": "A", "bay": 2, "level": 1, "side": "right", "walk": 2},
	}}}}, nil)
	r.centre.must("PUT", "/api/sites/north/users", m{"users": []m{{"user": "mia", "name": "Mia", "badge": "B-1", "pin": "258000", "roles": []string{"picker", "lead", "manager"}}}}, nil)
}

// setUp brings Mia and what there is on the shelves.
func (r *rig) setUp() {
	r.signIn()
	r.op("stock.adjust", m{"sku": "OAT", "bin": "A-01-1", "delta": 50, "reason": "opening"})
	r.op("stock.adjust", m{"sku": "RICE", "bin": "A-02-1", "delta": 50, "reason": "opening"})
}

func (r *rig) signIn() {
	// First what the centre sent must be here: who guesses at PINs before is shut out, as it should be.
	r.eventually("the site has its people", func() bool {
		var s struct {
			Health struct {
				Connected bool
				FeedHead  int `json:"feed_head"`
				Unsent    int
			}
		}
		return r.centre.try("GET", "/api/sites/north", nil, &s) == 200 && s.Health.Connected && s.Health.FeedHead > 0 && s.Health.Unsent == 0
	})
	r.eventually("Mia can sign in", func() bool {
		return r.site.try("POST", "/api/sign-in", m{"badge": "B-1", "pin": "258000", "install": "hh-1", "station": "bench-1"}, nil) == 200
	})
}

// eventually waits for something another process does.
func (r *rig) eventually(what string, ok func() bool) {
	r.t.Helper()
	require.Eventually(r.t, ok, 60*time.Second, 50*time.Millisecond, what)
}

type m = map[string]any

type answer struct {
	N       int
	Outcome string
	Seq     uint64
	Unit    string
	Jobs    []string
	Refusal *struct{ Code, Words, Hint string }
}

type reply struct {
	Answers                        []answer
	Expect, Saved, Applied, Stable int
}

// op sends the handheld's next command and sends it again, as a handheld does, until it has the answer.
func (r *rig) op(kind string, data m) answer {
	r.t.Helper()
	r.n++
	return r.again(r.n, kind, data)
}

func (r *rig) again(n int, kind string, data m) answer {
	r.t.Helper()
	body := m{"install": "hh-1", "ops": []m{{"n": n, "id": fmt.Sprintf("hh-1:%d", n), "type": kind, "at": time.Now().UTC().Format(time.RFC3339), "data": data}}}
	var rep reply
	r.eventually(kind, func() bool { return r.site.try("POST", "/api/ops", body, &rep) == 200 })
	require.Len(r.t, rep.Answers, 1, "%+v", rep)
	require.GreaterOrEqual(r.t, rep.Saved, n)
	return rep.Answers[0]
}

func (r *rig) ok(kind string, data m) answer {
	r.t.Helper()
	a := r.op(kind, data)
	require.Contains(r.t, []string{"accepted", "duplicate"}, a.Outcome, "%s: %+v", kind, a.Refusal)
	return a
}

// order posts an order at the centre and gives its id.
func (r *rig) order(number string, lines ...m) string {
	r.t.Helper()
	var got struct{ ID string }
	r.centre.must("POST", "/api/orders", m{
		"channel": "web", "number": number, "customer": m{"name": "Jo Doe"}, "site": "north",
		"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}, "lines": lines,
	}, &got)
	require.NotEmpty(r.t, got.ID)
	return got.ID
}

type boardOrder struct {
	ID, Number, State string
	Lines             []struct {
		Line, SKU                                   string
		Qty, Picked, ToPick, Short, Declined, Loose int
	}
	Units []struct {
		Unit, State string
		Labelled    bool
	}
	Jobs []struct {
		ID, Doc, State string
		Copy           int
	}
}

func (r *rig) board() []boardOrder {
	var b struct{ Orders []boardOrder }
	if r.site.try("GET", "/api/board", nil, &b) != 200 {
		return nil
	}
	return b.Orders
}

// onBoard finds the order of a number, as the site knows it.
func (r *rig) onBoard(number string) (boardOrder, bool) {
	for _, o := range r.board() {
		if strings.HasSuffix(o.Number, number) {
			return o, true
		}
	}
	return boardOrder{}, false
}

// api speaks JSON with one server.
type api struct {
	t    *testing.T
	base string
	http *http.Client
}

func newAPI(t *testing.T, base string) *api {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &api{t: t, base: base, http: &http.Client{Timeout: 10 * time.Second, Jar: jar}}
}

// try gives the status, 0 when there was no answer.
func (a *api) try(method, path string, in, out any) int {
	code, text := a.raw(method, path, in)
	if code/100 == 2 && out != nil {
		require.NoError(a.t, json.Unmarshal(text, out), string(text))
	}
	return code
}

func (a *api) raw(method, path string, in any) (int, []byte) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		require.NoError(a.t, err)
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, a.base+path, body)
	require.NoError(a.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", a.base)
	res, err := a.http.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	return res.StatusCode, text
}

func (a *api) must(method, path string, in, out any) {
	a.t.Helper()
	code, text := a.raw(method, path, in)
	require.Equal(a.t, 2, code/100, "%s %s: %d %s", method, path, code, text)
	if out != nil {
		require.NoError(a.t, json.Unmarshal(text, out))
	}
}
