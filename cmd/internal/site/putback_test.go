package site

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A box whose file is put back to an older copy, with a real broker and centre: it takes back what it told, asks the
// handheld for what the centre never heard, and only then decides again what cannot be undone. Nothing is counted twice.
func TestABoxPutBackTakesBackItsPast(t *testing.T) {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	north := p.siteUp("north", "")
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	ask := func(number string, qty int) string {
		p.must("POST", oms+"/api/orders", m{"channel": "web", "number": number, "customer": m{"name": "Jo Doe"}, "site": "north",
			"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}, "lines": []m{{"sku": "OAT", "qty": qty}}})
		p.shows(north+"/api/orders", `"number":"`+number+`"`)
		var orders struct{ Rows []struct{ ID, Number string } }
		require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &orders))
		for _, o := range orders.Rows {
			if o.Number == number {
				return o.ID
			}
		}
		return ""
	}
	type op = m
	ops := func(log string, seq, head int, list ...op) m {
		body := m{"install": "erp-hh1", "ops": list, "edge": m{"log": log, "seq": seq}, "head": head}
		if list == nil {
			body["ops"] = []op{}
		}
		var out m
		require.NoError(t, json.Unmarshal(p.must("POST", north+"/api/ops", body), &out))
		return out
	}
	scan := func(n int, order string) op {
		return op{"n": n, "id": fmt.Sprintf("erp-hh1:%d", n), "type": "pick.scan", "work": "order/" + order, "seen": 0, "at": "2026-11-21T10:00:00Z",
			"data": m{"order": order, "sku": "OAT", "qty": 1, "code": "09520000000011"}}
	}
	first := ask("1001", 5)
	p.ok(north, "pick.start", m{"order": first})
	ops("", 0, 1, scan(1, first))

	p.stop("north")
	file, backup := filepath.Join(p.siteDir("north"), "site.db"), filepath.Join(p.dir, "backup.db")
	copyFile(t, file, backup)
	north = p.siteUp("north", "")
	start := startOf(p, north)
	require.NotEmpty(t, start)
	second := ask("1002", 2)
	ops("", 0, 3, scan(2, first), scan(3, first))
	// The centre has everything up to here, and nothing of what follows.
	p.eventually("the centre holds it all", func() bool {
		return lineIsDrained(p, north)
	})
	p.stop("broker")
	ops("", 0, 4, scan(4, first))
	p.stop("north")

	copyFile(t, backup, file)
	north = p.siteUp("north", "") // cut off: it knows that it is an older copy, and what it does not know
	require.NotEqual(t, start, startOf(p, north), "a screen of before must not be told what followed a record that is another now")
	a := p.give(north, "pick.start", m{"order": first})
	require.Equal(t, "recovering", a.Refusal.Code)
	p.shows(north+"/api/desk", `"recovering"`)

	p.lineUp()
	p.shows(north+"/api/orders", `"number":"1002"`)
	p.eventually("the centre told what it knew", func() bool {
		return strings.Count(string(p.must("GET", north+"/api/journal", nil)), `"picket.local.fact.taken_back.v1"`) > 0
	})
	out := ops("", 0, 4)
	require.InDelta(t, 4, out["expect"], 0, "the handheld is asked for what nobody else has: %v", out)
	// A handheld keeps what it has and comes again while the centre is still telling.
	log, seq := "", 0
	p.eventually("the box is whole", func() bool {
		out := ops(log, seq, 4)
		if out["expect"] != nil {
			out = ops("", 0, 4, scan(4, first))
		}
		edge := out["edge"].(m)
		log, seq = edge["log"].(string), int(edge["seq"].(float64))
		return !strings.Contains(string(p.must("GET", north+"/api/desk", nil)), `"recovering"`)
	})
	p.shows(north+"/api/orders/"+first, `"picked":4`)
	require.Equal(t, "accepted", p.give(north, "pick.start", m{"order": second}).Outcome)
	p.shows(north+"/api/bins/A-1", `"on_hand":16`)
}

// startOf is which start of the box its board is of.
func startOf(p *party, site string) string {
	var board struct{ Start string }
	require.NoError(p.t, json.Unmarshal(p.must("GET", site+"/api/board", nil), &board))
	return board.Start
}

// lineIsDrained says whether the centre has everything the site wrote.
func lineIsDrained(p *party, site string) bool {
	var link struct {
		Link struct {
			Up    bool
			Acked uint64
		}
		Seq uint64
	}
	_ = json.Unmarshal(p.must("GET", site+"/api/board", nil), &link)
	return link.Link.Up && link.Link.Acked >= link.Seq
}
