package site

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// enrolled takes a site for the box in dir, with a fresh code of the centre's.
func (p *party) enrolled(oms, id, dir string) string {
	p.t.Helper()
	var code struct{ Code string }
	require.NoError(p.t, json.Unmarshal(p.must("POST", oms+"/api/sites/"+id+"/enrol", nil), &code))
	was, _, err := Replace(p.t.Context(), p.siteConfig(id, dir), oms, code.Code)
	require.NoError(p.t, err)
	return was
}

// A box is cut off with work nobody knows of; another takes its place, and it comes back. It is closed, hands over
// what it held, and says how much; the new box and the centre have every fact once.
func TestAReplacedBoxHandsOverWhatItHeld(t *testing.T) {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	oldDir, newDir := filepath.Join(p.dir, "old"), filepath.Join(p.dir, "new")
	old := p.boxUp("old", "north", oldDir, "")
	p.shows(old+"/api/bins/A-1", "A-1")
	p.shows(old+"/api/items", `"OAT"`)
	p.ok(old, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	for _, number := range []string{"1001", "1002"} {
		p.must("POST", oms+"/api/orders", m{"channel": "web", "number": number, "customer": m{"name": "Jo Doe"}, "site": "north",
			"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}, "lines": []m{{"sku": "OAT", "qty": 5}}})
		p.shows(old+"/api/orders", `"number":"`+number+`"`)
	}
	p.eventually("the centre has everything", func() bool { return p.unsent(old) == 0 })
	var orders struct{ Rows []struct{ ID, Number string } }
	require.NoError(t, json.Unmarshal(p.must("GET", old+"/api/orders", nil), &orders))
	first := orders.Rows[0].ID

	p.stop("broker") // what follows nobody hears of
	p.ok(old, "pick.start", m{"order": first})
	p.ok(old, "pick.scan", m{"order": first, "sku": "OAT", "qty": 5, "code": "09520000000011"})
	p.ok(old, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -2, "reason": "damaged"})
	p.shows(old+"/api/bins/A-1", `"on_hand":13`)
	held := p.unsent(old)
	require.NotZero(t, held)
	p.shows(old+"/api/sync", `"state":"cut_off"`)
	p.shows(old+"/api/sync", `{"what":"picks",`)
	p.stop("old")

	p.lineUp()
	was := p.enrolled(oms, "north", newDir)
	require.NotEmpty(t, was)
	next := p.boxUp("new", "north", newDir, "")
	p.shows(next+"/api/orders", `"number":"1002"`)
	p.shows(next+"/api/bins/A-1", `"on_hand":20`)
	p.ok(next, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "damaged"})

	// The old box comes back, and knows within its first words to the centre.
	old = p.boxUp("old", "north", oldDir, "")
	p.shows(old+"/api/site", "this box was replaced")
	p.shows(next+"/api/bins/A-1", `"on_hand":12`)
	p.shows(next+"/api/orders/"+first, `"picked":5`)
	p.eventually("it says how much it handed over", func() bool { return handed(p, old) >= held })
	p.shows(old+"/api/sync", `"state":"replaced"`)
	p.shows(old+"/api/sync", "Nothing is left to hand over.")
	code, words := p.try("POST", old+"/api/commands", m{"commands": []m{{"id": "late-1", "type": "stock.adjust", "data": m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "x"}}}})
	require.Equal(t, 503, code)
	require.Contains(t, string(words), "This box was replaced")
	p.eventually("the centre has the new box's records, too", func() bool { return p.unsent(next) == 0 })
	p.eventually("the centre's mirror is the new box's stock", func() bool {
		return strings.Contains(string(p.must("GET", oms+"/api/stock?site=north", nil)), `"on_hand":12`)
	})
	require.Equal(t, 1, strings.Count(string(p.must("GET", next+"/api/journal", nil)), `"delta":-2`), "taken over once")

	// Started again with the line down, it is closed all the same.
	p.stop("old")
	p.stop("broker")
	old = p.boxUp("old", "north", oldDir, "")
	p.shows(old+"/api/site", "facts handed over")
	code, _ = p.try("POST", old+"/api/commands", m{"commands": []m{{"id": "late-2", "type": "stock.adjust", "data": m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "x"}}}})
	require.Equal(t, 503, code)
	p.ok(next, "pick.start", m{"order": orders.Rows[1].ID})
}

// A code is good for one box, once, and a wrong one says nothing about what there is.
func TestACodeIsGoodForOneBox(t *testing.T) {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	dir := func(name string) Config { return p.siteConfig("north", filepath.Join(p.dir, name)) }
	var code struct{ Code string }
	require.NoError(t, json.Unmarshal(p.must("POST", oms+"/api/sites/north/enrol", nil), &code))
	_, _, err := Replace(t.Context(), dir("a"), oms, "AAAA-BBBB-CCCC-DDDD")
	require.ErrorContains(t, err, "The code is not good")
	_, _, err = Replace(t.Context(), dir("a"), oms, strings.ToLower(code.Code))
	require.NoError(t, err)
	_, _, err = Replace(t.Context(), dir("a"), oms, code.Code)
	require.NoError(t, err, "the same box, which did not hear the answer")
	_, _, err = Replace(t.Context(), dir("b"), oms, code.Code)
	require.ErrorContains(t, err, "403")
	_, err = os.Stat(grantFile(filepath.Join(p.dir, "b")))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, _, err = Replace(t.Context(), dir("b"), "nowhere", code.Code)
	require.ErrorContains(t, err, "centre:")
}

func (p *party) unsent(site string) uint64 {
	var s struct{ Link struct{ Unsent uint64 } }
	require.NoError(p.t, json.Unmarshal(p.must("GET", site+"/api/site", nil), &s))
	return s.Link.Unsent
}

func handed(p *party, site string) uint64 {
	var g gone
	_, err := readFile(goneFile(filepath.Join(p.dir, "old")), &g)
	require.NoError(p.t, err)
	return g.Handed
}
