package site

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices/virtual"
	"picket/edge/floor"
)

// printRig is a site with three printers on the network: two of one pool, one with other labels.
type printRig struct {
	*party
	north string
	at    map[string]*virtual.Printer
	order string
}

func newPrintRig(t *testing.T, standIn time.Duration) *printRig {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	cfg := p.siteConfig("north", p.siteDir("north"))
	r := &printRig{party: p, at: map[string]*virtual.Printer{}}
	for _, id := range []string{"bench-2", "bench-3", "tags"} {
		v, err := virtual.Open(virtual.Config{Name: id, Listen: "127.0.0.1:0", Clients: 1})
		require.NoError(t, err)
		go func() { _ = v.Serve(t.Context()) }()
		r.at[id] = v
		c := Printer{ID: id, Name: strings.ToUpper(id[:1]) + strings.ReplaceAll(id[1:], "-", " "), Address: "tcp://" + v.Addr()}
		if id == "tags" {
			c.WidthMM, c.HeightMM = 102, 150
		} else if standIn > 0 {
			c.Pool, c.StandIn = "packing", standIn
		}
		cfg.Printers = append(cfg.Printers, c)
	}
	r.north = p.start("north", func(ctx context.Context, ready func(string)) error { return Run(ctx, cfg, p.logger, ready) })
	p.shows(r.north+"/api/bins/A-1", "A-1")
	p.shows(r.north+"/api/items", `"OAT"`)
	p.ok(r.north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 9, "reason": "opening"})
	p.orderForNorth(oms, "1001")
	p.shows(r.north+"/api/orders", `"number":"1001"`)
	var orders struct{ Rows []struct{ ID string } }
	require.NoError(t, json.Unmarshal(p.must("GET", r.north+"/api/orders", nil), &orders))
	r.order = orders.Rows[0].ID
	p.ok(r.north, "pick.start", m{"order": r.order})
	p.ok(r.north, "pick.scan", m{"order": r.order, "sku": "OAT", "qty": 5, "code": "09520000000011"})
	return r
}

// parcel closes one with so many units in it, and gives the print jobs that asks for.
func (r *printRig) parcel(units int) []string {
	unit := r.ok(r.north, "unit.open", m{"order": r.order}).Unit
	r.ok(r.north, "unit.add", m{"unit": unit, "line": "1", "qty": units, "sku": "OAT"})
	return r.ok(r.north, "unit.close", m{"unit": unit}).Jobs
}

func (r *printRig) job(id string) (j floor.Job) {
	var all struct{ Rows []floor.Job }
	require.NoError(r.t, json.Unmarshal(r.must("GET", r.north+"/api/jobs", nil), &all))
	for _, x := range all.Rows {
		if string(x.ID) == id {
			return x
		}
	}
	return j
}

func (r *printRig) out(at string) int { whole, _ := r.at[at].Out(); return whole }

// A printer without labels says so, how many jobs wait and where else they could come out; a person sends them there, stops a
// printer, and takes a job out of the queue. Each label comes out once.
func TestPeopleRuleThePrintQueue(t *testing.T) {
	t.Parallel()
	r := newPrintRig(t, 0)
	r.shows(r.north+"/api/printers", `"Printer Bench 3: ready"`)
	r.at["bench-2"].LoadMedia(0)
	r.shows(r.north+"/api/printers", `"media-empty"`)
	jobs := r.parcel(2)
	r.shows(r.north+"/api/printers", `"Printer Bench 2: out of labels. 1 job waits. Load labels and close the printer, or send it to Bench 3"`)
	jobs = append(jobs, r.parcel(2)...)
	r.shows(r.north+"/api/printers", `"Printer Bench 2: out of labels. 2 jobs wait. Load labels and close the printer, or send them to Bench 3"`)
	r.shows(r.north+"/api/devices", "2 jobs wait")

	r.at["bench-3"].Pause(true)
	r.shows(r.north+"/api/printers", `"Printer Bench 2: out of labels. 2 jobs wait. Load labels and close the printer"`) // nowhere to send them: the third has other labels
	r.at["bench-3"].Pause(false)
	r.shows(r.north+"/api/printers", "send them to Bench 3")

	for _, wrong := range []struct {
		path, to, says string
		code           int
	}{{"bench-2", "bench-9", "body.to", 422}, {"bench-2", "bench-2", "body.to", 422}, {"bench-9", "bench-3", "bench-9", 404}} {
		code, body := r.try("POST", r.north+"/api/printers/"+wrong.path+"/send", m{"to": wrong.to})
		require.Equal(t, wrong.code, code)
		require.Contains(t, string(body), wrong.says)
	}
	for _, data := range []m{{"job": jobs[0], "printer": "bench-9"}} {
		code, body := r.try("POST", r.north+"/api/commands/print.move", data)
		require.Equal(t, 422, code, "%s", body)
	}
	require.JSONEq(t, `{"moved":2}`, string(r.must("POST", r.north+"/api/printers/bench-2/send", m{"to": "bench-3", "reason": "out of labels"})))
	r.eventually("both come out at bench 3", func() bool { return r.job(jobs[0]).State == "completed" && r.job(jobs[1]).State == "completed" })
	require.Equal(t, []int{0, 2}, []int{r.out("bench-2"), r.out("bench-3")})
	r.shows(r.north+"/api/printers", `"waiting":0`)

	r.at["bench-2"].LoadMedia(-1)
	r.shows(r.north+"/api/printers", `"Printer Bench 2: ready"`)
	r.ok(r.north, "printer.pause", m{"printer": "bench-2", "reason": "cleaning the head"})
	stopped := r.parcel(1) // the last of the order: with its packing slip
	r.shows(r.north+"/api/printers", `"Printer Bench 2: stopped: cleaning the head. 2 jobs wait. Set it going again, or send them to Bench 3"`)
	r.ok(r.north, "print.cancel", m{"job": stopped[1], "reason": "goes with the invoice"})
	require.Equal(t, 0, r.out("bench-2"))
	r.ok(r.north, "printer.resume", m{"printer": "bench-2"})
	r.eventually("the label comes out", func() bool { return r.job(stopped[0]).State == "completed" })
	require.Equal(t, []int{1, 2, 0}, []int{r.out("bench-2"), r.out("bench-3"), r.out("tags")})
	require.EqualValues(t, "canceled", r.job(stopped[1]).State)
	_, torn := r.at["bench-2"].Out()
	require.Zero(t, torn)
}

// A printer of a pool prints for one that has needed a hand for too long; one with other labels never does.
func TestAPrinterOfThePoolStandsIn(t *testing.T) {
	t.Parallel()
	r := newPrintRig(t, 100*time.Millisecond)
	r.shows(r.north+"/api/printers", `"Printer Bench 2: ready"`)
	r.at["bench-2"].OpenHead(true)
	r.at["bench-3"].PowerCut()
	r.shows(r.north+"/api/printers", `"cover-open"`)
	r.shows(r.north+"/api/printers", `"state":"offline"`)
	jobs := r.parcel(5)
	require.Len(t, jobs, 2)
	r.shows(r.north+"/api/printers", `open. 2 jobs wait. Close the print head"`)
	require.NoError(t, r.at["bench-3"].PowerOn())
	r.eventually("bench 3 prints them", func() bool { return r.job(jobs[0]).State == "completed" && r.job(jobs[1]).State == "completed" })
	require.Equal(t, []int{0, 2, 0}, []int{r.out("bench-2"), r.out("bench-3"), r.out("tags")})
	require.EqualValues(t, "bench-3", r.job(jobs[0]).Printer)
	r.shows(r.north+"/api/journal", "Bench 2 is open")
}

func TestPoolsAreChecked(t *testing.T) {
	for _, c := range []struct {
		says string
		of   []Printer
	}{
		{"", []Printer{{ID: "a", Pool: "p"}, {ID: "b", Pool: "p", StandIn: time.Minute}}},
		{`printers[0].pool: no other printer of the pool "p" prints on`, []Printer{{ID: "a", Pool: "p"}, {ID: "b", Pool: "p", Dpmm: 12}, {ID: "c"}}},
		{`printers[1].pool`, []Printer{{ID: "a", Pool: "q"}, {ID: "b", Pool: "p"}, {ID: "c", Pool: "q"}}},
		{"printers[0].stand_in: says when", []Printer{{ID: "a", StandIn: time.Minute}}},
		{"printers[1].stand_in: is 25h0m0s", []Printer{{ID: "a", Pool: "p"}, {ID: "b", Pool: "p", StandIn: 25 * time.Hour}}},
	} {
		cfg := Defaults()
		cfg.Site = "north"
		for i := range c.of {
			c.of[i].Address = fmt.Sprintf("tcp://10.1.2.%d:9100", i+3)
		}
		cfg.Printers = c.of
		err := cfg.Check()
		if c.says == "" {
			require.NoError(t, err)
			require.Equal(t, 30*time.Second, cfg.Printers[0].StandIn, "a printer of a pool has a default")
			continue
		}
		require.ErrorContains(t, err, c.says)
	}
}
