package contract

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/centre"
	"picket/cmd/internal/pki"
	"picket/sync/link"
	"picket/sync/linktest"
	"picket/sync/wire"
)

// TestMain: these tests listen to silence most of the time, so many of them fit on one core.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// ask sends JSON and gives the status and the answer.
func ask(t *testing.T, method, url string, in any) (int, []byte) {
	body, err := json.Marshal(in)
	require.NoError(t, err)
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, text
}

type m = map[string]any

// ours is picket-oms on a broker, with sites that only the test uses; do has it do whatever its people can, and key is what it signs by.
func ours(t *testing.T, broker string) (do func(context.Context, Action, string) error, key ed25519.PublicKey) {
	cfg := centre.Defaults()
	cfg.Data, cfg.HTTP.Listen, cfg.Broker.URL = filepath.Join(t.TempDir(), "data"), "127.0.0.1:0", broker
	cfg.SnapshotOver = 150 // fewer facts than the test tells
	var url string
	start := func() (stop func()) {
		ctx, cancel := context.WithCancel(context.Background())
		done, ready := make(chan error, 1), make(chan string, 1)
		go func() {
			done <- centre.Run(ctx, cfg, slog.New(slog.DiscardHandler), func(addr string) { ready <- addr })
		}()
		url = "http://" + <-ready
		return func() { cancel(); require.NoError(t, <-done) }
	}
	stop := start()
	t.Cleanup(func() { stop() })
	sign, err := pki.CentreKey(filepath.Join(cfg.Data, "line"))
	require.NoError(t, err)
	must := func(method, path string, in any) []byte {
		code, text := ask(t, method, url+path, in)
		require.Equal(t, 2, code/100, "%s %s: %d %s", method, path, code, text)
		return text
	}
	must("PUT", "/api/items", m{"items": []m{{"sku": "OAT", "name": "Oat drink", "gtins": []string{"09520000000011"}, "weight_g": 1050}}})
	var sites []m
	for _, id := range []string{"trial", "trial-2"} {
		sites = append(sites, m{"id": id, "name": id, "zone": "Europe/London", "bins": []m{{"id": "A-01-1", "aisle": "A", "bay": 1, "level": 1, "walk": 1}}})
	}
	must("PUT", "/api/sites", m{"sites": sites})
	n := 0
	capture := func(number string, more m) error {
		in := m{"channel": "web", "number": number, "customer": m{"name": "Jo Doe"},
			"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}, "lines": []m{{"sku": "OAT", "qty": 2}}}
		for k, v := range more {
			in[k] = v
		}
		if code, text := ask(t, "POST", url+"/api/orders", in); code/100 != 2 {
			return fmt.Errorf("%d %s", code, text)
		}
		return nil
	}
	backup := filepath.Join(t.TempDir(), "backup")
	do = func(_ context.Context, what Action, order string) error {
		n++
		say := func(path string, in m) error {
			if code, text := ask(t, "POST", url+"/api/orders/"+order+path, in); code/100 != 2 {
				return fmt.Errorf("%d %s", code, text)
			}
			return nil
		}
		switch what {
		case Order:
			return capture(fmt.Sprint(1000+n), m{"site": "trial"})
		case Confirm:
			return capture(fmt.Sprint(1000+n), m{"site": "trial", "mode": "confirm"})
		case Recall:
			return say("/cancel", m{})
		case Back:
			return say("/reassign", m{"site": "trial-2"})
		case Force:
			return say("/reassign", m{"site": "trial-2", "force": true, "by": "Olga", "note": "the line is down"})
		case Again:
			return capture(order, m{"site": "trial-2", "placed": time.Now().Add(-time.Hour)})
		case Spread:
			return capture(fmt.Sprint(1000+n), nil)
		case Change:
			return say("/change", m{"note": fmt.Sprintf("ring %d times", n)})
		case Keep:
			if code, text := ask(t, "PUT", url+"/api/sites/trial/allotments", m{"allotments": []m{{"sku": "OAT", "qty": 4}}}); code/100 != 2 {
				return fmt.Errorf("%d %s", code, text)
			}
		case Backup, Restore:
			stop()
			from, to := cfg.Data, backup
			if what == Restore {
				from, to = backup, cfg.Data
			}
			require.NoError(t, os.RemoveAll(to))
			require.NoError(t, os.CopyFS(to, os.DirFS(from)))
			if what == Restore {
				_, err := centre.Restored(context.Background(), cfg, time.Now())
				require.NoError(t, err)
			}
			stop = start()
		}
		return nil
	}
	return do, sign.Public().(ed25519.PublicKey)
}

const foreign = "../../../sync/wire/foreign"

// theirs is the OMS in another language, with rules it breaks.
func theirs(t *testing.T, broker, breaks string, args ...string) (do func(site string) func(context.Context, Action, string) error) {
	_, err := os.Stat(filepath.Join(foreign, "node_modules", "mqtt"))
	require.NoError(t, err, "run `make deps`, or `npm ci` in sync/wire/foreign")
	file := filepath.Join(t.TempDir(), "oms.ndjson")
	var url string
	var cmd *exec.Cmd
	start := func(more ...string) {
		var out bytes.Buffer
		cmd = exec.Command("node", append([]string{filepath.Join(foreign, "oms.mjs"), "--broker", "mqtt" + broker[3:], "--tenant", "demo", "--file", file, "--port", "0", "--break", breaks}, slices.Concat(args, more)...)...)
		cmd.Stderr = &out
		said, err := cmd.StdoutPipe()
		require.NoError(t, err)
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		require.NoError(t, cmd.Start())
		url, err = bufio.NewReader(said).ReadString('\n')
		require.NoError(t, err)
		url = strings.TrimSpace(url)
		t.Cleanup(func() {
			if t.Failed() {
				t.Log(out.String())
			}
		})
		require.Eventually(t, func() bool {
			var s struct{ Connected bool }
			code, text := ask(t, "GET", url+"/sites/trial", nil)
			return code == 200 && json.Unmarshal(text, &s) == nil && s.Connected
		}, 60*time.Second, 50*time.Millisecond)
	}
	stop := func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	start()
	t.Cleanup(func() { stop() })
	var backup []byte
	return func(site string) func(context.Context, Action, string) error {
		n := 0
		return func(_ context.Context, what Action, order string) error {
			n++
			lines := []m{{"line": "1", "sku": "OAT", "qty": 2}}
			path, in := "/"+string(what), m{"site": site, "to": site + "-2", "order": order}
			switch what {
			case Keep:
				in["sku"], in["qty"] = "OAT", 4
			case Change:
				in["note"] = fmt.Sprintf("ring %d times", n)
			case Spread:
				in["order"], in["lines"] = fmt.Sprintf("S-%s-%d", site, n), lines
			case Order, Confirm:
				path, in = "/assign", m{"site": site, "order": fmt.Sprintf("W-%s-%d", site, n), "lines": lines}
				if what == Confirm {
					in["mode"] = "confirm"
				}
			case Again:
				in["lines"] = lines
			case Backup:
				var err error
				backup, err = os.ReadFile(file)
				return err
			case Restore:
				stop()
				require.NoError(t, os.WriteFile(file, backup, 0o600))
				start("--restored")
				return nil
			}
			if code, text := ask(t, "POST", url+path, in); code != 200 {
				return fmt.Errorf("%d %s", code, text)
			}
			return nil
		}
	}
}

func play(t *testing.T, broker, site string, do func(context.Context, Action, string) error, only ...string) *Report {
	return playBy(t, broker, site, nil, do, only...)
}

func playBy(t *testing.T, broker, site string, key ed25519.PublicKey, do func(context.Context, Action, string) error, only ...string) *Report {
	return playAt(t, 0, broker, site, key, do, only...)
}

// quickly is how many times as fast the silences are where they are listened to.
const quickly = 10

// TestTheForeignOMSKeepsItsSilences, with clocks that go ten times as fast as the contract's.
func TestTheForeignOMSKeepsItsSilences(t *testing.T) {
	t.Parallel()
	b := linktest.NewMosquitto(t)
	r := playAt(t, quickly, b.URL(), "trial", nil, theirs(t, b.URL(), "", "--pace", fmt.Sprint(quickly))("trial"), "idle", "lost")
	require.Empty(t, r.broke())
	require.Equal(t, Kept, r.Find("idle").Outcome)
	require.Equal(t, Kept, r.Find("lost").Outcome)
}

func playAt(t *testing.T, pace int, broker, site string, key ed25519.PublicKey, do func(context.Context, Action, string) error, only ...string) *Report {
	var told bytes.Buffer
	r, err := Run(t.Context(), Config{Link: link.Config{Broker: broker}, Tenant: "demo", Site: wire.SiteID(site), Second: wire.SiteID(site + "-2"), Key: key, Do: do, Quick: pace == 0, Only: only, Tell: &told, pace: pace})
	require.NoError(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(told.String())
		}
	})
	return r
}

// broke names the checks that were not kept.
func (r *Report) broke() (out []string) {
	for _, c := range r.Checks {
		if c.Outcome == Broken {
			out = append(out, c.Check+": "+c.Said)
		}
	}
	return out
}

func TestOurOwnOMSKeepsTheContract(t *testing.T) {
	t.Parallel()
	b := linktest.NewMosquitto(t)
	do, key := ours(t, b.URL())
	r := playBy(t, b.URL(), "trial", key, do)
	require.Empty(t, r.broke())
	require.True(t, r.Passed())
	rows(t, r)
	require.True(t, slices.ContainsFunc(r.Checks, func(c Result) bool { return c.Check == "signed" && c.Outcome == Kept }), "it signs")
	for _, c := range r.Checks {
		require.Contains(t, append([]string{"idle", "lost"}, whenSeen(c)...), c.Check, c.Said)
	}
}

// What is signed by another key, or by none, breaks the contract of an OMS that signs.
func TestAnOMSThatSignsByAnotherKeyBreaksTheContract(t *testing.T) {
	t.Parallel()
	b := linktest.NewMosquitto(t)
	other, _, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	do, _ := ours(t, b.URL())
	r := playBy(t, b.URL(), "trial", other, do, "challenge", "opens")
	require.Len(t, r.broke(), 1)
	require.Contains(t, r.broke()[0], "signed: ")
}

// rows: all that can be seen of the conflict table is kept, and of the rest it is said why it cannot.
func rows(t *testing.T, r *Report) {
	for i, row := range r.Rows {
		want := Kept
		if why := conflicts[i].outside; why != "" {
			want = NotScored
			require.Contains(t, row.Said, "not scored from outside: ")
		}
		require.Equal(t, want, row.Outcome, "%d %s: %s", row.Row, row.Situation, row.Said)
	}
}

func whenSeen(c Result) []string {
	if c.Outcome == Kept {
		return []string{c.Check}
	}
	return nil
}

func TestTheForeignOMSKeepsTheContract(t *testing.T) {
	t.Parallel()
	b := linktest.NewMosquitto(t)
	r := play(t, b.URL(), "trial", theirs(t, b.URL(), "")("trial"))
	require.Empty(t, r.broke())
	rows(t, r)
	for _, c := range r.Checks {
		require.Contains(t, append([]string{"idle", "lost", "snapshot"}, whenSeen(c)...), c.Check, c.Said)
	}
}

// wrong are rules that the foreign OMS can break, and the check that has to name each.
var wrong = []struct{ rule, check string }{
	{"S1", "again"}, {"S1-window", "one_window"}, {"R1", "stranger"}, {"R1-flood", "strangers"}, {"R2", "gap"}, {"R3", "prev"}, {"R3", "changed"},
	{"R4", "known_id"}, {"R5", "ack"}, {"R6", "ack_beyond"}, {"R6", "ack_hash"}, {"R7", "unknown_type"}, {"R10", "stable"},
	{"fence", "fence"}, {"challenge", "challenge_once"}, {"hello1-closes", "late_hello"}, {"import", "rolled_back"}, {"recall", "recall_begun_not"},
	{"lineage", "feed_ahead"}, {"trimmed", "trimmed"}, {"limits", "limits"}, {"malformed", "malformed"}, {"rewrites", "exact_bytes"}, {"retained", "retained"},
	{"same-chal", "fresh_challenge"}, {"any-schema", "schema"}, {"any-chal", "wrong_challenge"}, {"R1-acks", "stale_answers"}, {"refuses-label", "fact_labels"}, {"refuses-label", "published_types"},
	{"picky", "unknown_members"}, {"R7-sticks", "resumes"}, {"other-hash", "true_ack"}, {"feed-bytes", "feed"}, {"R3", "other_log"}, {"believes-time", "clocks"}, {"no-nonce", "challenge"},
	{"force-silent", "forced"}, {"permit-anyway", "confirm_back"}, {"takes-permitted", "permit_taken"}, {"permit-again", "permit_let_go"}, {"same-gen", "restored"}, {"gives-at-once", "given_twice"},
	{"rejects", "opens"}, {"no-presence", "presence"}, {"R4-silent", "twice"}, {"flood", "flood"}, {"new-kind-closes", "unknown_kind"}, {"forgets", "assign"},
	{"refuses-pick", "fact_pick_short"}, {"refuses-count", "fact_counts"}, {"refuses-till", "fact_sales"}, {"refuses-command", "fact_refusals"}, {"refuses-amend", "fact_changes"},
	{"knows-people", "fact_stranger"}, {"refuses-count", "sold_in_count"}, {"asks-again", "recall_picked"}, {"asks-again", "recall_left"}, {"mumbles", "readable"},
	{"R1-flood", "once_a_second"}, {"ack-falls", "cumulative"}, {"other-welcome", "welcome"}, {"S1-window", "window"}, {"keeps-short", "resourced"}, {"asks-again", "amended"},
	{"sorts-by-time", "late_time"}, {"draws-asked", "allotments"}, {"probes-on", "probe"}, {"torn-snapshot", "snapshot"}, {"S2", "idle"}, {"S2-lost", "lost"},
}

// TestEveryCheckCanFail: there is a wrong OMS for each; one that signs by another key is in a test of its own.
func TestEveryCheckCanFail(t *testing.T) {
	t.Parallel()
	has := map[string]bool{"signed": true}
	for _, c := range wrong {
		has[c.check] = true
	}
	for _, c := range slices.Concat(script, passive) {
		require.True(t, has[c.id], "%s is broken by no OMS of these tests", c.id)
	}
}

// TestRowsAreFolded: what is broken is said whatever is not seen beside it, in either order; and a row that asks for more than
// its checks show is never kept.
func TestRowsAreFolded(t *testing.T) {
	t.Parallel()
	r := &Report{Checks: []Result{{Check: "good", Outcome: Kept}, {Check: "bad", Outcome: Broken, Said: "both ship it"}, {Check: "away", Outcome: NotSeen, Said: "no session"}}}
	for _, c := range []struct {
		by      []string
		outside string
		want    Outcome
		said    string
	}{
		{[]string{"good"}, "", Kept, ""},
		{[]string{"bad", "absent"}, "", Broken, "both ship it"},
		{[]string{"absent", "bad"}, "", Broken, "both ship it"},
		{[]string{"away", "bad"}, "", Broken, "both ship it"},
		{[]string{"good", "away"}, "", NotSeen, "no session"},
		{[]string{"away", "good"}, "", NotSeen, "no session"},
		{[]string{"good", "absent"}, "", NotSeen, "absent was not played"},
		{[]string{"good"}, "your book", NotScored, "not scored from outside: your book"},
		{[]string{"away"}, "your book", NotScored, "not scored from outside: your book"},
		{[]string{"bad"}, "your book", Broken, "both ship it"},
	} {
		row := conflict{by: c.by, outside: c.outside}.of(r)
		require.Equal(t, c.want, row.Outcome, "%v", c)
		require.Equal(t, c.said, row.Said, "%v", c)
	}
	for _, c := range conflicts {
		require.NotEmpty(t, c.by, c.row)
		for _, id := range c.by {
			require.True(t, slices.ContainsFunc(slices.Concat(script, passive), func(c check) bool { return c.id == id }), id)
		}
	}
}

// TestWhatIsBrokenIsNamed runs the foreign OMS with one rule broken at a time: the check of that rule says so, with
// what to do.
func TestWhatIsBrokenIsNamed(t *testing.T) {
	t.Parallel()
	breaks := ""
	for _, c := range wrong {
		breaks += "," + c.check + ":" + c.rule
	}
	b := linktest.NewMosquitto(t)
	do := theirs(t, b.URL(), breaks)
	fast := linktest.NewMosquitto(t)
	hurries := theirs(t, fast.URL(), breaks, "--pace", fmt.Sprint(quickly))
	for _, c := range wrong {
		t.Run(c.rule+"/"+c.check, func(t *testing.T) {
			t.Parallel()
			only := []string{c.check}
			switch c.check { // what is watched in passing has to come by; and what asks for the feed needs one
			case "stable", "true_ack":
				only = []string{"ack"}
			case "resumes":
				only = []string{"unknown_type", "resumes"}
			case "feed":
				only = []string{"assign"}
			case "exact_bytes":
				only = []string{"rolled_back"}
			case "cumulative", "readable": // it comes behind the answer that is waited for
				only = []string{"ack", "fact_stranger"}
			case "welcome":
				only = []string{"opens"}
			case "once_a_second":
				only = []string{"strangers"}
			case "window":
				only = []string{"one_window"}
			case "ack_hash", "again", "retained":
				only = append(only, "assign")
			}
			b, do := b, do
			switch c.check {
			case "restored", "given_twice", "presence": // nobody else is put back with it, or is without its presence
				b = linktest.NewMosquitto(t)
				do = theirs(t, b.URL(), c.rule+","+c.check+":"+c.rule)
			}
			hurry := 0
			if c.check == "idle" || c.check == "lost" {
				b, do, hurry = fast, hurries, quickly
			}
			r := playAt(t, hurry, b.URL(), c.check, nil, do(c.check), only...)
			f := r.Find(c.check)
			require.NotNil(t, f)
			require.Equal(t, Broken, f.Outcome, f.Said)
			require.NotEmpty(t, f.Said)
			require.NotEmpty(t, f.Do)
			require.False(t, r.Passed())
			var words bytes.Buffer
			require.NoError(t, r.Write(&words))
			require.Contains(t, words.String(), "BROKEN "+f.Rule+" ("+f.Check)
			require.Contains(t, words.String(), f.Do)
		})
	}
}

// TestNobodyThere: a broker without an OMS is no session and no pass, and no broker is a fault of its own.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	b := linktest.NewMosquitto(t)
	r, err := Run(t.Context(), Config{Link: link.Config{Broker: b.URL()}, Tenant: "demo", Site: "trial", Quick: true, Patience: 50 * time.Millisecond, Quiet: 50 * time.Millisecond})
	require.NoError(t, err)
	require.False(t, r.Passed())
	require.Equal(t, Broken, r.Find("challenge").Outcome)
	require.Equal(t, NotSeen, r.Find("ack").Outcome)
	for _, row := range r.Rows {
		require.NotEqual(t, Kept, row.Outcome, row.Situation)
		require.NotEmpty(t, row.Said, "%d %s", row.Row, row.Situation)
	}
	require.Len(t, r.Rows, 22)

	_, err = Run(t.Context(), Config{Link: link.Config{Broker: "tcp://127.0.0.1:1"}, Tenant: "demo", Site: "trial", Patience: 50 * time.Millisecond})
	require.ErrorContains(t, err, "no connection to tcp://127.0.0.1:1")
	_, err = Run(t.Context(), Config{Tenant: "de/mo", Site: "trial"})
	require.ErrorContains(t, err, "tenant")
}
