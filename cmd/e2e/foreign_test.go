package e2e

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest/port"
)

// startMosquitto gives a broker's port and its process.
func startMosquitto(t *testing.T, dir string) (int, *proc) {
	p := port.For(t).Number()
	conf := filepath.Join(dir, "mosquitto.conf")
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\n", p), 0o600))
	broker := &proc{t: t, argv: []string{"/usr/sbin/mosquitto", "-c", conf}, log: filepath.Join(dir, "mosquitto.log")}
	broker.start()
	t.Cleanup(broker.kill)
	return p, broker
}

// startForeign runs the OMS in another language.
func startForeign(t *testing.T, dir string, broker int, breaks string) (*proc, *api) {
	door := port.For(t).Number()
	cmd := node(t, "oms.mjs", "--broker", fmt.Sprintf("mqtt://127.0.0.1:%d", broker), "--tenant", "demo",
		"--file", filepath.Join(dir, "foreign.ndjson"), "--port", fmt.Sprint(door), "--break", breaks)
	argv := append([]string{"node", filepath.Join(foreign, "oms.mjs")}, cmd.Args[2:]...)
	p := &proc{t: t, argv: argv, log: filepath.Join(dir, "foreign.log")}
	p.start()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			b, _ := os.ReadFile(p.log)
			t.Logf("--- foreign oms\n%s", last(string(b), 4000))
		}
	})
	return p, newAPI(t, fmt.Sprintf("http://127.0.0.1:%d", door))
}

type foreignSite struct {
	Open, Connected          bool
	Applied, Pos, Fed, Taken int
	Proven, Forged           int
	Orders                   map[string][]string
}

func (s foreignSite) heard(order, typ string) bool {
	for _, o := range s.Orders[order] {
		if o == typ {
			return true
		}
	}
	return false
}

// TestAForeignOMSRunsARealSite: an OMS in another language, made from the published contract alone, greets a real
// site over a real broker, gives it articles and orders, hears what becomes of them, takes one back, and after it was
// killed goes on where it was.
func TestAForeignOMSRunsARealSite(t *testing.T) {
	r := &rig{t: t, dir: t.TempDir()}
	broker, _ := startMosquitto(t, r.dir)
	oms, door := startForeign(t, r.dir, broker, "")

	text, err := os.ReadFile("../../deploy/site.yaml")
	require.NoError(t, err)
	text = bytes.Replace(text, []byte("tokens: []"), fmt.Appendf(nil, "tokens: [{name: shop, sha256: %x, roles: [picker, lead, manager]}]", sha256.Sum256([]byte(shopToken))), 1)
	conf := filepath.Join(r.dir, "site.yaml")
	require.NoError(t, os.WriteFile(conf, text, 0o600))
	sitePort := port.For(t).Number()
	r.siteURL = fmt.Sprintf("http://127.0.0.1:%d", sitePort)
	r.picket = &proc{t: t, log: filepath.Join(r.dir, "picketd.log"), argv: []string{filepath.Join(bin, "picketd"), "--config", conf, "--set", "disk.plenty_gb=1",
		"--set", "data=" + filepath.Join(r.dir, "site"), "--set", fmt.Sprintf("http.listen=127.0.0.1:%d", sitePort),
		"--set", "broker.spread=1s", "--set", fmt.Sprintf("broker.url=tcp://127.0.0.1:%d", broker)}}
	r.picket.start()
	t.Cleanup(func() {
		r.picket.kill()
		if t.Failed() {
			b, _ := os.ReadFile(r.picket.log)
			t.Logf("--- picketd\n%s", last(string(b), 6000))
		}
	})
	r.site = newAPI(t, r.siteURL)
	now := func() (s foreignSite) {
		door.try("GET", "/sites/north", nil, &s)
		return s
	}
	r.eventually("a session", func() bool { return now().Open })

	tell := func(typ, subject string, data m) {
		door.must("POST", "/tell", m{"site": "north", "type": typ, "subject": subject, "data": data}, nil)
	}
	tell("picket.item.set.v1", "item/OAT", m{"sku": "OAT", "name": "Oat drink", "gtins": []string{"09520000000011"}, "weight_g": 1050})
	tell("picket.bin.set.v1", "bin/A-01-1", m{"id": "A-01-1", "aisle": "A", "bay": 1, "level": 1, "side": "left", "walk": 1})
	assign := func(order string) {
		door.must("POST", "/assign", m{"site": "north", "order": order, "lines": []m{{"line": "1", "sku": "OAT", "qty": 2}}}, nil)
	}
	assign("W-1")
	assign("W-2")
	r.eventually("both orders were taken, and the site has the whole feed", func() bool {
		s := now()
		return s.heard("W-1", "picket.assignment.taken.v1") && s.heard("W-2", "picket.assignment.taken.v1") && s.Taken == s.Fed
	})
	r.give(m{"type": "stock.adjust", "data": m{"sku": "OAT", "bin": "A-01-1", "delta": 50, "reason": "opening"}},
		m{"type": "order.accept", "data": m{"order": "W-1"}})
	r.eventually("accepted", func() bool { return now().heard("W-1", "picket.order.accepted.v1") })

	door.must("POST", "/recall", m{"site": "north", "order": "W-2"}, nil)
	r.eventually("released", func() bool { return now().heard("W-2", "picket.assignment.released.v1") })
	require.False(t, now().heard("W-1", "picket.assignment.released.v1"))
	require.Greater(t, now().Proven, 5, "all that the site says is signed, and it was checked as the contract says")
	require.Zero(t, now().Forged)

	// The OMS dies; the floor goes on; it comes back and misses nothing.
	before := now().Applied
	oms.kill()
	r.give(m{"type": "stock.adjust", "data": m{"sku": "OAT", "bin": "A-01-1", "delta": -1, "reason": "lost"}})
	oms.start()
	r.eventually("goes on where it was", func() bool { s := now(); return s.Open && s.Applied > before && s.Pos == s.Applied })
}
