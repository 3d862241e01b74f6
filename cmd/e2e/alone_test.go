package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices/virtual"
	"picket/sync/linktest/port"
)

const shopToken = "shop-token-0123456789abcdef"

// machine asks with a token, beside whoever signed in by cookie.
func (a *api) machine(method, path string, in, out any) {
	a.t.Helper()
	other := &api{t: a.t, base: a.base, http: &http.Client{Timeout: 10 * time.Second, Transport: bearer(shopToken)}}
	other.must(method, path, in, out)
}

type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// newShop is a fresh site that has no centre, with such settings: one daemon, one printer, and the shop's own system with a token.
func newShop(t *testing.T, set ...string) *rig {
	r := &rig{t: t, dir: t.TempDir()}
	p, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0", PrintTime: 20 * time.Millisecond})
	require.NoError(t, err)
	r.printer = p
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() { _ = p.Serve(ctx); close(served) }()
	t.Cleanup(func() { cancel(); <-served })

	sitePort := port.For(t).Number()
	r.siteURL = fmt.Sprintf("http://127.0.0.1:%d", sitePort)
	text, err := os.ReadFile("../../deploy/site.yaml")
	require.NoError(t, err)
	for old, is := range map[string]string{
		"tcp://127.0.0.1:9100": "tcp://" + p.Addr(), "centre: broker": "centre: none",
		"tokens: []": fmt.Sprintf("tokens: [{name: shop, sha256: %x, roles: [centre]}]", sha256.Sum256([]byte(shopToken))),
	} {
		require.Contains(t, string(text), old)
		text = bytes.Replace(text, []byte(old), []byte(is), 1)
	}
	r.siteConf = filepath.Join(r.dir, "site.yaml")
	require.NoError(t, os.WriteFile(r.siteConf, text, 0o600))
	r.picket = &proc{t: t, log: filepath.Join(r.dir, "picketd.log"), argv: []string{filepath.Join(bin, "picketd"), "--config", r.siteConf, "--set", "disk.plenty_gb=1",
		"--set", "data=" + filepath.Join(r.dir, "site"), "--set", fmt.Sprintf("http.listen=127.0.0.1:%d", sitePort)}}
	for _, s := range set {
		r.picket.argv = append(r.picket.argv, "--set", s)
	}
	r.picket.start()
	t.Cleanup(func() {
		r.picket.kill()
		if t.Failed() {
			b, _ := os.ReadFile(r.picket.log)
			t.Logf("--- picketd\n%s", last(string(b), 6000))
		}
	})
	r.site = newAPI(t, r.siteURL)
	r.eventually("the site is up", func() bool { return r.site.try("GET", "/readyz", nil, nil) == 200 })
	return r
}

// give gives commands of the shop's own system; each must be accepted.
func (r *rig) give(commands ...m) {
	r.t.Helper()
	for i := range commands {
		r.n++
		commands[i]["id"] = fmt.Sprintf("shop.%d", r.n)
	}
	var out struct {
		Answers []struct {
			Status  int
			Outcome string
			Refusal *struct{ Code, Words string }
		}
	}
	r.site.machine("POST", "/api/commands", m{"commands": commands}, &out)
	for i, a := range out.Answers {
		require.Equal(r.t, []any{200, "accepted"}, []any{a.Status, a.Outcome}, "%v: %+v", commands[i], a.Refusal)
	}
}

// handheld is somebody signed in on a device.
type handheld struct {
	*rig
	install string
	api     *api
	n       int
}

func (r *rig) on(install, badge, pin string) *handheld {
	h := &handheld{rig: r, install: install, api: newAPI(r.t, r.siteURL)}
	h.api.must("POST", "/api/sign-in", m{"badge": badge, "pin": pin, "install": install, "station": "bench-1"}, nil)
	return h
}

func (h *handheld) do(kind string, data m) answer {
	h.t.Helper()
	h.n++
	var rep reply
	h.api.must("POST", "/api/ops", m{"install": h.install, "ops": []m{{"n": h.n, "type": kind, "data": data}}}, &rep)
	require.Len(h.t, rep.Answers, 1)
	require.Equal(h.t, h.n, rep.Saved)
	return rep.Answers[0]
}

func (h *handheld) ok(kind string, data m) answer {
	h.t.Helper()
	a := h.do(kind, data)
	require.Equal(h.t, "accepted", a.Outcome, "%s: %+v", kind, a.Refusal)
	return a
}

// A shop without a central system has everything by the API: people, stock, orders with addresses, approvals, and
// clocks that go by its own time.
func TestAShopWithoutACentre(t *testing.T) {
	r := newShop(t)
	r.give(
		m{"type": "item.set", "data": m{"sku": "OAT", "name": "Oat drink", "gtins": []string{"09520000000011"}, "weight_g": 1050}},
		m{"type": "bin.set", "data": m{"id": "A-01-1", "aisle": "A", "bay": 1, "level": 1, "side": "left", "walk": 1}},
		m{"type": "bin.set", "data": m{"id": "S-1", "aisle": "S", "bay": 1, "level": 1, "walk": 9, "use": "staging"}},
		m{"type": "numbers.lease", "data": m{"number": "sscc", "prefix": "09520001", "from": 1, "to": 10000}},
	)
	users := m{"users": []m{
		{"user": "anna", "name": "Anna", "badge": "B-1", "pin": "258017", "roles": []string{"picker", "packer", "associate"}},
		{"user": "mia", "name": "Mia", "badge": "B-2", "pin": "746301", "roles": []string{"lead", "manager"}},
	}}
	var changed struct{ Changed int }
	r.site.machine("PUT", "/api/users", users, &changed)
	require.Equal(t, 2, changed.Changed)
	r.site.machine("PUT", "/api/users", users, &changed)
	require.Equal(t, 0, changed.Changed, "the same again changes nothing")

	anna, mia := r.on("hh-1", "B-1", "258017"), r.on("hh-2", "B-2", "746301")
	mia.ok("stock.adjust", m{"sku": "OAT", "bin": "A-01-1", "delta": 20, "reason": "opening"})

	// An order with an address: it is sealed, the label has it, the journal does not.
	due := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	r.give(m{"type": "order.assign", "data": m{"order": "O-1", "assignment": "A-1", "number": "1001", "flow": "ship", "mode": "hold", "due": due, "carrier": "dhl",
		"not_before": time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339), "ship_to": "pii/O-1", "lines": []m{{"line": "1", "sku": "OAT", "qty": 2}}},
		"rows": []m{{"ref": "pii/O-1", "body": m{"name": "Ada Lovelace-Canary", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB", "phone": "+44 20 7946 0000"}}}})
	var found struct{ Rows []struct{ ID, By string } }
	mia.api.must("GET", "/api/find?q=lovelace", nil, &found)
	require.Len(t, found.Rows, 1, "where is my order, by name")

	anna.ok("order.accept", m{"order": "O-1"})
	anna.ok("pick.start", m{"order": "O-1"})
	anna.ok("pick.scan", m{"order": "O-1", "code": "09520000000011", "qty": 2, "bin": "A-01-1"})
	anna.ok("pick.finish", m{"order": "O-1"})
	unit := anna.ok("unit.open", m{"order": "O-1"}).Unit
	anna.ok("unit.add", m{"unit": unit, "line": "1", "qty": 2})
	anna.ok("unit.close", m{"unit": unit, "weight_g": 2200})
	labelled := func() bool {
		var o struct{ Units []struct{ Labelled bool } }
		return anna.api.try("GET", "/api/orders/O-1", nil, &o) == 200 && len(o.Units) == 1 && o.Units[0].Labelled
	}
	r.eventually("the label is printed", labelled)

	// The customer wants it tomorrow. A lead says otherwise, by badge and PIN on Anna's device.
	early := anna.do("handover", m{"unit": unit, "carrier": "dhl"})
	require.Equal(t, "too_early", early.Refusal.Code)
	require.Equal(t, "needs_lead", anna.do("handover", m{"unit": unit, "carrier": "dhl", "anyway": true}).Refusal.Code)
	var approval struct{ ID, By string }
	anna.api.must("POST", "/api/approvals", m{"badge": "B-2", "pin": "746301", "kind": "handover", "subject": "order/O-1"}, &approval)
	require.Equal(t, "mia", approval.By)
	anna.ok("handover", m{"unit": unit, "carrier": "dhl", "anyway": true, "approvals": []string{approval.ID}})

	// Click and collect: nobody is cut off who never had a line, so the clock runs and the order expires.
	r.give(m{"type": "order.assign", "data": m{"order": "O-2", "assignment": "A-2", "number": "1002", "flow": "pickup", "mode": "hold", "due": due, "contact": "pii/O-2",
		"lines": []m{{"line": "1", "sku": "OAT", "qty": 1}}},
		"rows": []m{{"ref": "pii/O-2", "body": m{"name": "Bob Canary", "phone": "+44 20 7946 0001"}}}})
	anna.ok("order.accept", m{"order": "O-2"})
	anna.ok("pick.start", m{"order": "O-2"})
	anna.ok("pick.scan", m{"order": "O-2", "code": "09520000000011", "qty": 1, "bin": "A-01-1"})
	anna.ok("pick.finish", m{"order": "O-2"})
	anna.ok("collect.stage", m{"order": "O-2", "shelf": "S-1", "bags": 1})
	anna.ok("collect.ready", m{"order": "O-2"})
	anna.ok("collect.notified", m{"order": "O-2", "how": "phone"})
	require.Equal(t, "not_expired", mia.do("collect.expire", m{"order": "O-2"}).Refusal.Code)
	mia.ok("collect.extend", m{"order": "O-2", "until": time.Now().Add(500 * time.Millisecond).UTC().Format(time.RFC3339Nano), "why": "the shop closes for good"})
	r.eventually("the order expires", func() bool {
		a := mia.do("collect.expire", m{"order": "O-2"})
		return a.Refusal == nil || a.Refusal.Code == "not_ready" // the box's own clock was faster
	})

	// Anna leaves the shop: she is signed out, cannot come back, and her name is erased.
	req := func(h *handheld) int { return h.api.try("GET", "/api/me", nil, nil) }
	require.Equal(t, 200, req(anna))
	r.site.machine("DELETE", "/api/users/anna", nil, &changed)
	require.Equal(t, 401, req(anna))
	require.Equal(t, 401, anna.api.try("POST", "/api/sign-in", m{"badge": "B-1", "pin": "258017", "install": "hh-1"}, nil))
	var known struct{ Rows []m }
	r.site.machine("GET", "/api/users", nil, &known)
	require.Equal(t, []m{{"user": "mia", "name": "Mia", "badge": "B-2", "roles": []any{"lead", "manager"}}}, known.Rows, "no PIN, no hash")

	var site struct {
		Centre string
		Link   struct {
			Up     bool
			Unsent int
		}
	}
	mia.api.must("GET", "/api/site", nil, &site)
	require.Equal(t, "none", site.Centre)
	require.True(t, site.Link.Up)
	require.Zero(t, site.Link.Unsent)

	// Nothing personal, and no PIN, is in the file or in the log.
	r.picket.end(syscall.SIGTERM)
	for _, name := range []string{filepath.Join("site", "site.db"), "picketd.log"} {
		raw, err := os.ReadFile(filepath.Join(r.dir, name))
		require.NoError(t, err)
		for _, secret := range []string{"Canary", "7946 0000", "258017", "746301", shopToken, "argon2id"} {
			require.False(t, bytes.Contains(raw, []byte(secret)), "%s holds %s", name, secret)
		}
	}
}
