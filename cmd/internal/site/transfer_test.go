package site

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/devices/virtual"
	"picket/zpl/preview"
)

// printed finds the code of the content list on what a printer printed.
func printed(pr *virtual.Printer) (code string) {
	for _, l := range pr.Labels() {
		for _, drawn := range preview.Read(l.ZPL, preview.Options{Dpmm: 8}).Labels {
			for _, b := range drawn.Codes() {
				if strings.HasPrefix(b.Text, "PKL1|") {
					code = b.Text
				}
			}
		}
	}
	return code
}

// A transfer between two whole sites that are cut off from the centre, and from each other: the code on the
// parcel is all the receiver has. When the line is up again nothing comes twice, and each site reads the other's
// half.
func TestATransferWithBothSitesCutOff(t *testing.T) {
	p := newParty(t)
	pr, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() { _ = pr.Serve(ctx); close(served) }()
	t.Cleanup(func() { cancel(); <-served })

	p.lineUp()
	oms := p.centreUp()
	p.must("PUT", oms+"/api/items", m{"items": []m{{"sku": "OAT", "name": "Oat drink", "gtins": []string{"09520000000011"}, "weight_g": 1050}}})
	bins := []m{{"id": "A-1", "aisle": "A", "bay": 1, "level": 1, "side": "left", "walk": 1}}
	p.must("PUT", oms+"/api/sites", m{"sites": []m{{"id": "north", "name": "North", "zone": "Europe/London", "bins": bins}, {"id": "south", "name": "South", "zone": "Europe/London", "bins": bins}}})
	north, south := p.siteUp("north", pr.Addr()), p.siteUp("south", "")
	p.shows(south+"/api/list_keys", `"site":"north"`)
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 9, "reason": "opening"})
	p.must("POST", oms+"/api/orders", m{"channel": "plan", "number": "T-1", "flow": "transfer", "to": "south", "site": "north",
		"ship_to": m{"name": "South", "street": []string{"2 Low Street"}, "postcode": "S1 2AB", "city": "London", "country": "GB"}, "lines": []m{{"sku": "OAT", "qty": 5}}})
	p.shows(north+"/api/orders", `"number":"T-1"`)
	var orders struct{ Rows []struct{ ID string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &orders))
	order := orders.Rows[0].ID

	p.stop("broker") // from here on each of them is alone
	p.ok(north, "pick.start", m{"order": order})
	p.ok(north, "pick.scan", m{"order": order, "sku": "OAT", "qty": 5, "code": "09520000000011"})
	p.ok(north, "pick.finish", m{"order": order})
	unit := p.ok(north, "unit.open", m{"order": order}).Unit
	p.ok(north, "unit.add", m{"unit": unit, "sku": "OAT", "qty": 5})
	p.ok(north, "unit.close", m{"unit": unit, "weight_g": 5400})
	p.eventually("the list is printed", func() bool { return printed(pr) != "" })
	p.ok(north, "handover", m{"unit": unit, "done": true})

	code := printed(pr)
	require.Contains(t, string(p.must("GET", south+"/api/scan?code="+url.QueryEscape(code), nil)), "The list of a parcel from north.")
	require.Equal(t, "refused", p.give(south, "receive.list", m{"code": strings.Replace(code, "OAT*5", "OAT*9", 1)}).Outcome, "its signature is not on nine")
	in := p.ok(south, "receive.list", m{"code": code}).Made["inbound"]
	require.NotEmpty(t, in)
	require.Equal(t, in, p.ok(south, "receive.list", m{"code": code}).Made["inbound"], "read again, it is the same delivery")
	p.ok(south, "receive.scan", m{"inbound": in, "sku": "OAT", "qty": 4})
	p.ok(south, "receive.close", m{"inbound": in})
	p.ok(south, "stock.putaway", m{"inbound": in, "sku": "OAT", "qty": 4, "bin": "A-1"})
	p.shows(south+"/api/desk", "transfer_differs")
	p.shows(south+"/api/bins/A-1", `"on_hand":4`)

	p.lineUp()
	p.shows(north+"/api/desk", "sent_differs")
	p.shows(south+"/api/desk", "transfer_disputed")
	require.NotContains(t, string(p.must("GET", south+"/api/inbounds", nil)), "transfer/"+unit, "the announcement opens nothing")
	p.ok(north, "transfer.settle", m{"unit": unit, "line": "1", "qty": 1, "as": "lost", "note": "not in the van"})
	p.eventually("the receiver reads what the sender found out", func() bool {
		return !strings.Contains(string(p.must("GET", south+"/api/desk", nil)), "transfer_")
	})
	p.shows(south+"/api/bins/A-1", `"on_hand":4`)
	require.Equal(t, "refused", p.give(south, "receive.list", m{"code": code}).Outcome, "what was received does not come again")
}
