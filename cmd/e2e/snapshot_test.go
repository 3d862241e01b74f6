package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestABoxIsKilledWhileItTakesASnapshot: another box takes a site with a long past, over a real broker. It is killed as
// soon as the first piece is there, and again while it begins from the whole; then it has every order and all stock.
func TestABoxIsKilledWhileItTakesASnapshot(t *testing.T) {
	r := newRig(t)
	r.picket.kill()
	r.picket.argv = append(r.picket.argv, "--set", "broker.spread=10ms")
	r.picket.start()
	r.oms.kill()
	r.oms.argv = append(r.oms.argv, "--set", "snapshot_over=300")
	r.oms.start()
	r.eventually("the centre is up", func() bool { return r.centre.try("GET", "/readyz", nil, nil) == 200 })
	for _, number := range []string{"7001", "7002", "7003"} {
		r.order(number, m{"sku": "OAT", "qty": 2})
		r.eventually(number+" is on the board", func() bool { _, ok := r.onBoard(number); return ok })
	}
	for i := range 12 {
		r.many(200, fmt.Sprint("look ", i))
	}
	r.eventually("the centre has everything", func() bool { return r.unsent() == 0 })
	r.picket.kill()

	var code struct{ Code string }
	r.centre.must("POST", "/api/sites/north/enrol", nil, &code)
	dir := filepath.Join(r.dir, "site-2")
	r.run(filepath.Join(bin, "picketd"), "replace", "--config", r.siteConf, "--set", "data="+dir, "--centre", r.omsURL, "--code", code.Code)
	for i, a := range r.picket.argv {
		if strings.HasPrefix(a, "data=") {
			r.picket.argv[i] = "data=" + dir
		}
	}
	log := func() string { text, _ := os.ReadFile(r.picket.log); return string(text) }
	until := func(ok func() bool) { require.Eventually(t, ok, time.Minute, time.Millisecond) }
	r.picket.start()
	until(func() bool { _, err := os.Stat(filepath.Join(dir, "snapshot.part")); return err == nil })
	r.picket.kill()
	_, err := os.Stat(filepath.Join(dir, "snapshot.part"))
	require.NoError(t, err, "it was killed with a piece in its hands")
	r.picket.start()
	until(func() bool {
		return strings.Contains(log(), "the site starts anew, from it") || strings.Contains(log(), "snapshot of this site is taken")
	})
	r.picket.kill()
	r.picket.start()
	r.eventually("every order is there", func() bool {
		_, body := r.ask("GET", "/api/orders", nil)
		return bytes.Contains(body, []byte(`"7001"`)) && bytes.Contains(body, []byte(`"7003"`))
	})
	require.Contains(t, log(), "snapshot of this site is taken")
	r.eventually("all stock is there", func() bool {
		_, body := r.ask("GET", "/api/bins/A-01-1", nil)
		return bytes.Contains(body, []byte(`"on_hand":50`))
	})
	r.eventually("it has told what it has of its own", func() bool { return r.unsent() == 0 })
	_, err = os.Stat(filepath.Join(dir, "snapshot.part"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// ask is a request with a machine's token.
func (r *rig) ask(method, path string, in any) (int, []byte) {
	a := &api{t: r.t, base: r.siteURL, http: &http.Client{Timeout: 10 * time.Second, Transport: bearer(machineToken)}}
	return a.raw(method, path, in)
}

func (r *rig) machine(method, path string, in, out any) int {
	code, body := r.ask(method, path, in)
	if code == 200 {
		require.NoError(r.t, json.Unmarshal(body, out))
	}
	return code
}

// many books so many movements that come to nothing.
func (r *rig) many(n int, why string) {
	r.t.Helper()
	var all []m
	for i := range n {
		all = append(all, m{"id": rand.Text(), "type": "stock.adjust", "data": m{"sku": "OAT", "bin": "A-01-1", "delta": 1 - 2*(i%2), "reason": why}})
	}
	code, body := r.ask("POST", "/api/commands", m{"commands": all})
	require.Equal(r.t, 200, code, "%s", body)
}
