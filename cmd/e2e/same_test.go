package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// views are the bytes of everything there is to read at a site, by address: every list, every report as JSON and as
// CSV, the time line of every order. What says how the box itself is has a clock in it, and is left out.
func (h *handheld) views() map[string]string {
	h.t.Helper()
	out := map[string]string{}
	get := func(path string) []byte {
		code, text := h.api.raw("GET", path, nil)
		require.Contains(h.t, []int{200, 404}, code, "%s: %s", path, text)
		most := -1
		if strings.HasPrefix(path, "/api/orders/") {
			most = 1 // the order's own; those of its time line are the journal's
		}
		out[path] = cut(version, string(text), most)
		return text
	}
	names := func(path, field string) (all []string) {
		var page struct{ Rows []map[string]any }
		require.NoError(h.t, json.Unmarshal(get(path), &page), path)
		for _, row := range page.Rows {
			all = append(all, fmt.Sprint(row[field]))
		}
		return all
	}
	for _, r := range names("/api/reports", "name") {
		get("/api/reports/" + r)
		get("/api/reports/" + r + ".csv")
	}
	for _, l := range names("/api/lists", "name") {
		if l != "printers" && l != "devices" { // a printer or a scale is asked how it is, and says so when it likes
			get("/api/" + l + "?limit=1000")
		}
	}
	for _, o := range names("/api/orders?limit=1000", "id") {
		get("/api/orders/" + url.PathEscape(o) + "?timeline=true")
	}
	get("/api/checklist")
	return out
}

// version is the record up to which a row is known to be as it is, for screens that ask what changed since. A box that
// has started knows that of its head alone, so it is the one thing that may differ.
var version = regexp.MustCompile(`"seq":\d+,?`)

// cut takes up to most matches out of a text; -1: all of them.
func cut(what *regexp.Regexp, text string, most int) string {
	for range what.FindAllStringIndex(text, most) {
		at := what.FindStringIndex(text)
		text = text[:at[0]] + text[at[1]:]
	}
	return text
}

// under tells of a print that waits or is under way: one that a kill cuts is in doubt behind it, as it must be.
var under = regexp.MustCompile(`"state":"(pending|processing)"`)

// still waits until what there is to read stays as it is: printers are done, and the screens are up to date.
func (h *handheld) still() map[string]string {
	h.t.Helper()
	var last map[string]string
	h.rig.eventually("the site is still", func() bool {
		was := last
		last = h.views()
		for _, text := range last {
			if under.MatchString(text) {
				return false
			}
		}
		return was != nil && len(differing(was, last)) == 0
	})
	return last
}

func differing(a, b map[string]string) (out []string) {
	for path := range a {
		if a[path] != b[path] {
			out = append(out, path)
		}
	}
	sort.Strings(out)
	return out
}

// Every report and every list is the same, byte for byte, after the daemon was killed: from the journal alone, and
// from a snapshot and the tail behind it.
func TestReportsAndListsAreTheSameAfterAKill(t *testing.T) {
	r := newShop(t, "snapshot_every=60")
	r.give(
		m{"type": "item.set", "data": m{"sku": "OAT", "name": "Oat drink", "gtins": []string{"09520000000011"}, "weight_g": 1050, "price": m{"minor": 250, "currency": "EUR"}}},
		m{"type": "item.set", "data": m{"sku": "RICE", "name": "Rice drink", "gtins": []string{"09520000000028"}, "weight_g": 1050}},
		m{"type": "bin.set", "data": m{"id": "A-01-1", "aisle": "A", "bay": 1, "level": 1, "side": "left", "walk": 1}},
		m{"type": "bin.set", "data": m{"id": "A-02-1", "aisle": "A", "bay": 2, "level": 1, "side": "left", "walk": 2}},
		m{"type": "bin.set", "data": m{"id": "S-1", "aisle": "S", "bay": 1, "level": 1, "walk": 9, "use": "staging"}},
		m{"type": "numbers.lease", "data": m{"number": "sscc", "prefix": "09520001", "from": 1, "to": 10000}},
		m{"type": "numbers.lease", "data": m{"number": "return", "prefix": "71", "from": 1, "to": 10000, "digits": 8}},
	)
	var changed m
	r.site.machine("PUT", "/api/users", m{"users": []m{{"user": "mia", "name": "Mia", "badge": "B-2", "pin": "746301", "roles": []string{"picker", "packer", "associate", "lead", "manager"}}}}, &changed)
	mia := r.on("hh-1", "B-2", "746301")
	mia.ok("stock.adjust", m{"sku": "OAT", "bin": "A-01-1", "delta": 90, "reason": "opening"})
	mia.ok("stock.adjust", m{"sku": "RICE", "bin": "A-02-1", "delta": 3, "reason": "opening"})

	for round := range 3 {
		for i := range 5 {
			mia.order(fmt.Sprintf("O-%d-%d", round, i), i)
		}
		r.give(m{"type": "inbound.announce", "data": m{"inbound": fmt.Sprint("ASN-", round), "what": "asn", "lines": []m{{"sku": "OAT", "qty": 6}}}})
		mia.ok("receive.scan", m{"inbound": fmt.Sprint("ASN-", round), "sku": "OAT", "qty": 5})
		mia.ok("stock.putaway", m{"inbound": fmt.Sprint("ASN-", round), "sku": "OAT", "qty": 5, "bin": "A-01-1"})
		mia.ok("receive.close", m{"inbound": fmt.Sprint("ASN-", round)})
		mia.do("count.bin", m{"bin": "A-02-1", "lines": []m{{"sku": "RICE", "qty": 4 + round}}}) // the second time it is a colleague's
		before := mia.still()
		for path, text := range before {
			if strings.HasSuffix(path, "/throughput.csv") || strings.HasSuffix(path, "/shorts.csv") || strings.HasSuffix(path, "/refusals.csv") || strings.HasSuffix(path, "/receiving.csv") {
				require.Greater(t, strings.Count(text, "\r\n"), 1, "%s says nothing: %s", path, text)
			}
		}
		r.picket.kill()
		r.picket.start()
		r.eventually("the site is up again", func() bool { return r.site.try("GET", "/readyz", nil, nil) == 200 })
		after := mia.views()
		require.Greater(t, len(before), 60)
		for _, path := range differing(before, after) {
			require.Equal(t, before[path], after[path], path)
		}
		require.Len(t, after, len(before))
	}
}

// order takes an order in and serves it: what is scanned wrong, short, sent, or collected and brought back.
func (h *handheld) order(id string, i int) {
	h.t.Helper()
	flow, due := "ship", time.Now().Add(48*time.Hour).UTC().Format(time.RFC3339)
	data := m{"order": id, "assignment": "as-" + id, "number": "n-" + id, "flow": flow, "mode": "hold", "due": due, "carrier": "dhl",
		"lines": []m{{"line": "1", "sku": "OAT", "qty": 2}, {"line": "2", "sku": "RICE", "qty": 1}}}
	if i%2 == 1 {
		data["flow"] = "pickup"
		delete(data, "carrier")
	}
	ref, who := "pii/"+id, m{"name": "Ada " + id, "phone": "+44 20 7946 0000"}
	if i%2 == 1 {
		data["contact"] = ref
	} else {
		data["ship_to"], who["street"], who["postcode"], who["city"], who["country"] = ref, []string{"1 High Street"}, "N1 9GU", "London", "GB"
	}
	h.give(m{"type": "order.assign", "data": data, "rows": []m{{"ref": ref, "body": who}}})
	h.ok("pick.start", m{"order": id})
	h.ok("pick.scan", m{"order": id, "code": "09520000000011", "qty": 2, "bin": "A-01-1"})
	require.Equal(h.t, "refused", h.do("pick.scan", m{"order": id, "line": "2", "code": "09520000000011", "qty": 1, "bin": "A-02-1"}).Outcome)
	h.ok("pick.short", m{"order": id, "line": "2", "qty": 1, "reason": "damaged", "bin": "A-02-1"})
	h.ok("pick.finish", m{"order": id})
	if i%2 == 1 {
		h.ok("collect.stage", m{"order": id, "shelf": "S-1", "bags": 1})
		h.ok("collect.ready", m{"order": id})
		if i == 1 {
			h.do("collect.handover", m{"order": id, "done": true})
		}
		return
	}
	unit := h.ok("unit.open", m{"order": id}).Unit
	h.ok("unit.add", m{"unit": unit, "line": "1", "qty": 2})
	if i == 4 {
		return // it stays open
	}
	h.ok("unit.close", m{"unit": unit, "weight_g": 2200})
	h.eventually("the label is printed", func() bool {
		var o struct{ Units []struct{ Labelled bool } }
		return h.api.try("GET", "/api/orders/"+id, nil, &o) == 200 && len(o.Units) == 1 && o.Units[0].Labelled
	})
	if i == 0 {
		h.ok("handover", m{"unit": unit, "carrier": "dhl"})
	}
}
