package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestABoxThatWasPutBackHearsItFromTheHandhelds: a box dies with scans nobody else has, and is put back to a copy of before
// them. The handheld was told that they are saved, and says so: each counts once, at the box and at the centre, and
// until everybody was heard nothing leaves the house.
func TestABoxThatWasPutBackHearsItFromTheHandhelds(t *testing.T) {
	r := newRig(t)
	r.order("8001", m{"sku": "OAT", "qty": 2})
	r.eventually("on the board", func() bool { _, ok := r.onBoard("8001"); return ok })
	r.eventually("the centre has everything", func() bool { return r.unsent() == 0 })
	o, _ := r.onBoard("8001")
	r.ok("pick.start", m{"order": o.ID})
	r.eventually("the centre has everything", func() bool { return r.unsent() == 0 })

	// The copy; it leaves the witness out, as the page says.
	file := filepath.Join(r.dir, "site", "site.db")
	r.picket.kill()
	copied, err := os.ReadFile(file)
	require.NoError(t, err)
	r.oms.kill() // nobody beyond the shop hears of what follows
	r.picket.start()
	r.eventually("the site is up", func() bool { return r.site.try("GET", "/readyz", nil, nil) == 200 })
	log := r.edgeLog()
	scan := m{"order": o.ID, "code": "09520000000011", "qty": 1, "bin": "A-01-1"}
	r.ok("pick.scan", scan)
	first := r.n
	r.ok("pick.scan", scan)
	r.ok("stock.adjust", m{"sku": "RICE", "bin": "A-02-1", "delta": -4, "reason": "damaged"})
	r.picket.kill()
	require.NoError(t, os.WriteFile(file, copied, 0o600))
	r.picket.start()
	r.oms.start()
	r.eventually("the site is up", func() bool { return r.site.try("GET", "/readyz", nil, nil) == 200 })

	// The handheld still holds them, for they are not at the centre, and shows them as what it was told.
	op := func(n int, kind string, data m) m {
		return m{"n": n, "type": kind, "at": time.Now().UTC().Format(time.RFC3339), "data": data, "told": m{"log": log}}
	}
	ops := []m{op(first, "pick.scan", scan), op(first+1, "pick.scan", scan), op(first+2, "stock.adjust", m{"sku": "RICE", "bin": "A-02-1", "delta": -4, "reason": "damaged"})}
	body := m{"install": "hh-1", "head": r.n, "edge": m{"log": log}, "ops": ops}
	shown := func() bool {
		var rep reply
		return r.site.try("POST", "/api/ops", body, &rep) == 200 && rep.Saved == r.n
	}
	r.eventually("the box has taken them all", shown)
	require.True(t, shown(), "said again it changes nothing")
	o, _ = r.onBoard("8001")
	require.Equal(t, 2, o.Lines[0].Picked, "%+v", o)
	_, bin := r.ask("GET", "/api/bins/A-02-1", nil)
	require.Contains(t, string(bin), `"on_hand":46`)
	require.NotEqual(t, log, r.edgeLog(), "the box goes on in another log")

	r.eventually("the centre has everything, once", func() bool {
		_, b := r.centre.raw("GET", "/api/stock?site=north", nil)
		return r.unsent() == 0 && bytes.Contains(b, []byte(`"on_hand":46`)) && bytes.Contains(b, []byte(`"on_hand":48`))
	})
}

// edgeLog is the log the box writes now.
func (r *rig) edgeLog() string {
	var rep struct{ Edge struct{ Log string } }
	r.eventually("the box says its log", func() bool {
		return r.site.try("POST", "/api/ops", m{"install": "hh-1", "ops": []m{}}, &rep) == 200 && rep.Edge.Log != ""
	})
	return rep.Edge.Log
}
