package site

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func (p *party) orderForNorth(oms, number string) {
	p.must("POST", oms+"/api/orders", m{"channel": "web", "number": number, "customer": m{"name": "Jo Doe"}, "site": "north",
		"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}, "lines": []m{{"sku": "OAT", "qty": 5}}})
}

// alarms are the codes of what the centre says a person has to look at, with the words.
func (p *party) alarms(oms, site string) map[string]string {
	var s struct {
		Health struct {
			Alarms []struct{ Code, Words string }
		}
	}
	body := p.must("GET", oms+"/api/sites/"+site, nil)
	require.NoError(p.t, json.Unmarshal(body, &s))
	out := map[string]string{}
	for _, a := range s.Health.Alarms {
		out[a.Code] = a.Words
	}
	return out
}

// A centre that is older than its site stops before the first record it does not know, and both say so. The floor
// goes on. With a newer centre everything arrives, once.
func TestACentreThatIsTooOldStopsAndGoesOnWhenItIsNew(t *testing.T) {
	p := newParty(t)
	p.centreLacks = []string{"picket.stock.adjusted.v1"}
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	north := p.siteUp("north", "")
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	p.eventually("the centre has everything", func() bool { return p.unsent(north) == 0 })

	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	p.shows(north+"/api/sync", `"state":"blocked"`)
	p.shows(north+"/api/sync", "does not know picket.stock.adjusted.v1")
	p.shows(north+"/api/sync", "Have the centre's software updated")
	p.shows(north+"/api/site", "the centre cannot take record")
	p.eventually("the centre alarms in words", func() bool {
		return strings.Contains(p.alarms(oms, "north")["stuck"], "picket.stock.adjusted.v1")
	})

	// The floor works on, and orders still come.
	p.orderForNorth(oms, "1001")
	p.shows(north+"/api/orders", `"number":"1001"`)
	for range 7 {
		p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "damaged"})
	}
	held := p.unsent(north)
	require.GreaterOrEqual(t, held, uint64(8))
	require.NotContains(t, string(p.must("GET", oms+"/api/stock?site=north", nil)), `"on_hand":-`, "nothing was skipped")

	// Neither a new line nor a new start of the box gets past it.
	p.stop("north")
	north = p.siteUp("north", "")
	p.shows(north+"/api/sync", "does not know picket.stock.adjusted.v1")
	require.GreaterOrEqual(t, p.unsent(north), held)

	p.stop("centre")
	p.centreLacks = nil
	oms = p.centreUp()
	p.shows(north+"/api/sync", `"state":"up_to_date"`)
	p.shows(oms+"/api/stock?site=north", `"on_hand":13`)
	require.NotContains(t, p.alarms(oms, "north"), "stuck")
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -3, "reason": "damaged"})
	p.shows(oms+"/api/stock?site=north", `"on_hand":10`)
	p.shows(north+"/api/bins/A-1", `"on_hand":10`)
}

// A box that is older than its centre does the same the other way round.
func TestABoxThatIsTooOldStopsAndGoesOnWhenItIsNew(t *testing.T) {
	p := newParty(t)
	p.siteLacks = []string{"picket.policy.set.v1"}
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	north := p.siteUp("north", "")
	p.shows(north+"/api/bins/A-1", "A-1")
	p.orderForNorth(oms, "1001")
	p.shows(north+"/api/orders", `"number":"1001"`)
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})

	p.must("PUT", oms+"/api/sites/north/policies", m{"policies": m{"hold_days": 5}})
	p.orderForNorth(oms, "1002")
	p.shows(north+"/api/sync", `"state":"blocked"`)
	p.shows(north+"/api/sync", "does not know picket.policy.set.v1")
	p.shows(north+"/api/sync", "Have this box's software updated")
	p.eventually("the centre alarms in words", func() bool {
		return strings.Contains(p.alarms(oms, "north")["blocked"], "picket.policy.set.v1")
	})
	require.NotContains(t, string(p.must("GET", north+"/api/orders", nil)), `"number":"1002"`, "nothing was skipped")

	// What the box does goes out all the same.
	var orders struct{ Rows []struct{ ID string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &orders))
	p.ok(north, "pick.start", m{"order": orders.Rows[0].ID})
	p.eventually("the centre has everything", func() bool { return p.unsent(north) == 0 })

	p.stop("north")
	p.siteLacks = nil
	north = p.siteUp("north", "")
	p.shows(north+"/api/orders", `"number":"1002"`)
	p.shows(north+"/api/site", `"hold_days":5`)
	p.shows(north+"/api/sync", `"state":"up_to_date"`)
	p.eventually("the alarm is over", func() bool { _, still := p.alarms(oms, "north")["blocked"]; return !still })
	journal := string(p.must("GET", north+"/api/journal", nil))
	require.Equal(t, 1, strings.Count(journal, `"picket.policy.set.v1"`), "taken once")
	require.Equal(t, 2, strings.Count(journal, `"picket.assignment.taken.v1"`))
}
