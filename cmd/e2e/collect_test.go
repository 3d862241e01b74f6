package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest/port"
)

// machineToken is the token of a machine at every site; the sites have its digest.
const machineToken = "e2e-machine-token-0123456789abcdef"

// box is a site as a machine sees it: commands with a token.
type box struct {
	r    *rig
	name string
	base string
	n    int
}

// give gives one command, until the box answers it.
func (b *box) give(kind string, data m) answer {
	b.r.t.Helper()
	b.n++
	body, err := json.Marshal(m{"commands": []m{{"id": fmt.Sprintf("erp-%s-%d", b.name, b.n), "type": kind, "data": data}}})
	require.NoError(b.r.t, err)
	var got reply
	b.r.eventually(kind, func() bool {
		req, err := http.NewRequest("POST", b.base+"/api/commands", bytes.NewReader(body))
		require.NoError(b.r.t, err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+machineToken)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == 200 && json.NewDecoder(res.Body).Decode(&got) == nil
	})
	require.Len(b.r.t, got.Answers, 1)
	return got.Answers[0]
}

func (b *box) ok(kind string, data m) answer {
	b.r.t.Helper()
	a := b.give(kind, data)
	require.Contains(b.r.t, []string{"accepted", "duplicate"}, a.Outcome, "%s: %+v", kind, a.Refusal)
	return a
}

// takes waits until an order is at the site, by accepting it.
func (b *box) takes(order string) {
	b.r.t.Helper()
	b.r.eventually(order+" is at "+b.name, func() bool {
		o := b.give("order.accept", m{"order": order}).Outcome
		return o == "accepted" || o == "duplicate"
	})
}

// second brings up another site with stock of its own.
func (r *rig) second(name string) *box {
	r.t.Helper()
	b := &box{r: r, name: name, base: "http://" + port.For(r.t).Addr()}
	p := &proc{t: r.t, log: filepath.Join(r.dir, name+".log"), argv: []string{filepath.Join(bin, "picketd"), "--config", r.siteConf, "--set", "disk.plenty_gb=1", "--set", "site=" + name,
		"--set", "data=" + filepath.Join(r.dir, name), "--set", "http.listen=" + b.base[len("http://"):], "--set", r.brokerSet}}
	p.start()
	r.t.Cleanup(func() {
		p.kill()
		if r.t.Failed() {
			text, _ := os.ReadFile(p.log)
			r.t.Logf("--- %s\n%s", name, last(string(text), 4000))
		}
	})
	r.centre.must("PUT", "/api/sites", m{"sites": []m{{"id": name, "name": name, "zone": "Europe/London", "bins": []m{{"id": "A-01-1", "aisle": "A", "bay": 1, "level": 1, "walk": 1}}}}}, nil)
	r.eventually("the second site has its catalogue", func() bool {
		return b.give("stock.adjust", m{"sku": "OAT", "bin": "A-01-1", "delta": 20, "reason": "opening"}).Outcome == "accepted"
	})
	r.eventually("the centre knows its stock", func() bool {
		var got struct {
			Stock []struct {
				SKU  string
				Free int
			}
		}
		return r.centre.try("GET", "/api/stock?site="+name, nil, &got) == 200 && len(got.Stock) == 1 && got.Stock[0].Free == 20
	})
	return b
}

// asked is what the centre shows of an order and of what was asked about it.
type asked struct {
	ID, State, Words string
	Code             string `json:"pickup_code"`
	Asks             []struct{ What, State, Words string }
	Assignments      []struct{ Site, At, State string }
}

func (r *rig) at(id string) (a asked) {
	r.centre.try("GET", "/api/orders/"+id, nil, &a)
	return a
}

func TestAnOrderIsCollectedWithTheCodeOfTheCentre(t *testing.T) {
	r := newRig(t)
	north := &box{r: r, name: "north", base: r.siteURL}
	r.centre.must("PUT", "/api/sites", m{"sites": []m{{"id": "north", "name": "Northgate", "zone": "Europe/London", "bins": []m{{"id": "P-1", "aisle": "P", "bay": 1, "level": 1, "walk": 9, "use": "staging"}}}}}, nil)
	var o asked
	r.centre.must("POST", "/api/orders", m{"channel": "web", "number": "C-1", "flow": "pickup", "site": "north", "customer": m{"name": "Jo Doe"},
		"contact": m{"name": "Sam Doe", "phone": "+44 20 7946 0001"}, "hold_days": 3, "lines": []m{{"sku": "OAT", "qty": 2}}}, &o)
	require.Regexp(t, "^[0-9]{8}$", o.Code)
	north.takes(o.ID)
	north.ok("pick.start", m{"order": o.ID})
	north.ok("pick.scan", m{"order": o.ID, "code": "9520000000011", "qty": 2})
	north.ok("pick.finish", m{"order": o.ID})
	north.ok("collect.stage", m{"order": o.ID, "shelf": "P-1", "bags": 1})
	north.ok("collect.ready", m{"order": o.ID})
	r.eventually("the customer may come", func() bool { return r.at(o.ID).State == "ready_to_collect" })
	wrong := north.give("collect.authorise", m{"order": o.ID, "method": "code", "code": "none-such"})
	require.Equal(t, "refused", wrong.Outcome)
	north.ok("collect.authorise", m{"order": o.ID, "method": "code", "code": o.Code})
	north.ok("collect.handover", m{"order": o.ID})
	r.eventually("the centre says it was collected", func() bool { return r.at(o.ID).State == "handed_over" })
}

func TestTheCentreCancelsAndTheSiteDecides(t *testing.T) {
	r := newRig(t)
	north := &box{r: r, name: "north", base: r.siteURL}
	first := r.order("4001", m{"sku": "OAT", "qty": 3})
	north.takes(first)
	r.centre.must("POST", "/api/orders/"+first+"/cancel", m{"request": "c-1"}, nil)
	r.eventually("the site lets go of it", func() bool { return r.at(first).State == "cancelled" })
	require.Equal(t, "Cancelled at Northgate: 3 units.", r.at(first).Words)

	r.centre.must("PUT", "/api/sites/north/policies", m{"policies": m{"grant_recall": "until_picked"}}, nil)
	second := r.order("4002", m{"sku": "OAT", "qty": 2})
	north.takes(second)
	north.ok("pick.start", m{"order": second})
	north.ok("pick.scan", m{"order": second, "code": "9520000000011", "qty": 2})
	r.centre.must("POST", "/api/orders/"+second+"/cancel", m{}, nil)
	r.eventually("the site keeps it", func() bool { a := r.at(second); return len(a.Asks) == 1 && a.Asks[0].State == "refused" })
	require.Equal(t, "Northgate keeps 2 units: too far, by the policy there.", r.at(second).Asks[0].Words)
	require.NotEqual(t, "cancelled", r.at(second).State)
}

func TestAShortLineGoesToTheSecondSite(t *testing.T) {
	r := newRig(t)
	north, south := &box{r: r, name: "north", base: r.siteURL}, r.second("south")
	var o asked
	r.centre.must("POST", "/api/orders", m{"channel": "web", "number": "5001", "customer": m{"name": "Jo Doe"},
		"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"},
		"lines":   []m{{"sku": "OAT", "qty": 2}, {"sku": "RICE", "qty": 1}}}, &o)
	require.Equal(t, "north", o.Assignments[0].Site, "the only one that has both")
	north.takes(o.ID)
	north.ok("pick.start", m{"order": o.ID})
	north.ok("pick.short", m{"order": o.ID, "line": "1", "qty": 2, "reason": "damaged"})
	r.eventually("the short line is at the second site", func() bool { return len(r.at(o.ID).Assignments) == 2 })
	got := r.at(o.ID)
	require.Equal(t, "south", got.Assignments[1].Site)
	south.takes(got.Assignments[1].At)
	r.eventually("both go on", func() bool {
		_, parts := r.centreOrder(o.ID)
		return parts["OAT accepted"] == 2 && parts["RICE picking"] == 1
	})
}
