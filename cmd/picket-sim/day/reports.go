package day

import (
	"encoding/json"
	"fmt"
	"strings"
)

// table is a report as the API gives it.
type table struct {
	Columns []struct {
		Name string `json:"name"`
	} `json:"columns"`
	Rows [][]any `json:"rows"`
}

// sum adds a column up over the days.
func (t *table) sum(column string) int {
	n := 0
	for i, c := range t.Columns {
		if c.Name == column {
			for _, row := range t.Rows {
				if v, ok := row[i].(float64); ok {
					n += int(v)
				}
			}
		}
	}
	return n
}

// named is the number beside each name of the first column.
func (t *table) named() map[string]int {
	out := map[string]int{}
	for _, row := range t.Rows {
		name, _ := row[0].(string)
		n, _ := row[1].(float64)
		out[strings.ReplaceAll(name, " ", "_")] += int(n)
	}
	return out
}

// reports holds the site's reports against the simulator's own tallies.
func (w *world) reports(p *person, r *books, no func(string, ...any)) {
	get := func(name string) *table {
		var t table
		raw := w.look(p, "reports/"+name)
		if raw == nil {
			no("there is no report %s", name)
			return &t
		}
		if err := json.Unmarshal(raw, &t); err != nil {
			panic(fmt.Errorf("report %s: %w", name, err))
		}
		return &t
	}
	same := func(what string, site, mine int) {
		r.Compared++
		if site != mine {
			no("report %s: the site says %d, it was %d", what, site, mine)
		}
	}
	all := w.tally
	through := get("throughput")
	same("orders taken", through.sum("orders taken"), len(w.ids))
	same("units picked", through.sum("units picked"), all.Confirmed)
	same("parcels left", through.sum("parcels left"), all.Shipped)
	same("handed over", through.sum("handed over"), all.Handed)
	shorts := get("shorts").named()
	same("short not_in_stock", shorts["not_in_stock"], all.Shorts["not_in_stock"])
	declined := 0
	for _, n := range get("declines").named() {
		declined += n
	}
	same("units declined", declined, all.Declined)
	returned := 0
	for _, n := range get("returns").named() {
		returned += n
	}
	same("units returned", returned, all.Returned)
	same("bins counted", get("counts").sum("bins counted"), all.Counted)
	if w.can["till.sale"] {
		till := get("till")
		same("units sold at the tills", till.sum("units sold"), all.Sold)
		same("units brought back to the tills", till.sum("units returned"), all.TillBack)
		same("units received", get("receiving").sum("units received"), all.Received-all.Arrived)
	}
	same("documents printed", get("printing").sum("documents"), all.Printed)
	codes := map[string]int{}
	for k, n := range all.Refused {
		_, code, _ := strings.Cut(k, " ")
		codes[code] += n
	}
	refusals := get("refusals").named()
	for _, code := range sorted(codes) {
		same("refusals "+code, refusals[code], codes[code])
		delete(refusals, code)
	}
	for _, code := range sorted(refusals) {
		no("report refusals: the site says %s %d times, nobody was told so", code, refusals[code])
	}
}
