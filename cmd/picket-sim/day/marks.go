package day

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// lotRow is how much of a lot the site's book has in a bin.
type lotRow struct {
	Bin string `json:"bin"`
	Lot string `json:"lot"`
	Qty int    `json:"qty"`
}

// marksEnd holds the lots and serial numbers of the site's books against the goods: bin by bin what stands there, and
// order by order what went with it.
func (w *world) marksEnd(p *person, r *books, no func(string, ...any)) {
	if w.shop.by[camera] == nil {
		return
	}
	w.lotsInBins(p, r, no)
	w.serialsInBins(p, r, no)
	w.marksGone(p, r, no)
}

// lotsInBins: the book of lots, bin by bin.
func (w *world) lotsInBins(p *person, r *books, no func(string, ...any)) {
	book, real := map[string]int{}, map[string]int{}
	for _, row := range list[struct {
		SKU  string   `json:"sku"`
		Lots []lotRow `json:"lots"`
	}](p, "stock") {
		if row.SKU != yoghurt {
			continue
		}
		for _, l := range row.Lots {
			book[l.Bin+" "+row.SKU+" lot "+l.Lot] += l.Qty
		}
	}
	for _, u := range w.truth.units {
		if u.sku == yoghurt && u.at.bucket() == "bin" {
			real[strings.TrimPrefix(string(u.at), "bin/")+" "+u.sku+" lot "+u.mark]++
		}
	}
	r.Marks += unlike("bin ", book, real, no)
}

// serialsInBins: a piece is carried out of a bin it does not stand in, which the site has to refuse and to name the bin
// it has it in.
func (w *world) serialsInBins(p *person, r *books, no func(string, ...any)) {
	bins := w.shop.by[camera].bins
	for _, u := range w.truth.units {
		if u.sku != camera || u.at.bucket() != "bin" {
			continue
		}
		from, to := bins[0], bins[1]
		if u.at == inBin(from) {
			from, to = to, from
		}
		r.Marks++
		a := p.do("stock.move", D{"sku": camera, "qty": 1, "from": from, "to": to, "serials": []string{u.mark}})
		if a.code() != "serial_elsewhere" || a.Refusal.Args["where"] != string(u.at) {
			no("%s, and the site lets %s be carried out of bin %s: %s", u.story(), u.mark, from, a.code())
		}
	}
}

// marksGone: which lots and numbers the site's records say were picked for each order, and which really were.
func (w *world) marksGone(p *person, r *books, no func(string, ...any)) {
	book, real := map[string]int{}, map[string]int{}
	count := func(order, sku, lot string, serials []string, qty, sign int) {
		switch sku {
		case yoghurt:
			book[order+" "+sku+" "+lot] += sign * qty
		case camera:
			for _, s := range serials {
				book[order+" "+sku+" "+s] += sign
			}
		}
	}
	type goods struct {
		SKU     string   `json:"sku"`
		Qty     int      `json:"qty"`
		Lot     string   `json:"lot"`
		Serials []string `json:"serials"`
	}
	for _, f := range w.records(w.site, p, "from=1") {
		picked, unpacked := strings.HasSuffix(f.Type, ".pick.confirmed.v1"), strings.HasSuffix(f.Type, ".parcel.unpacked.v1")
		if !picked && !unpacked {
			continue
		}
		var x struct {
			Order string `json:"order"`
			goods
			Lines []goods `json:"lines"`
		}
		if err := json.Unmarshal(f.Data, &x); err != nil {
			panic(fmt.Errorf("%s: %w", f.Type, err))
		}
		if picked {
			count(x.Order, x.SKU, x.Lot, x.Serials, x.Qty, 1)
		}
		for _, l := range x.Lines {
			count(x.Order, l.SKU, l.Lot, l.Serials, l.Qty, -1)
		}
	}
	for _, u := range w.truth.units {
		if u.mark != "" && u.at.bucket() != "bin" {
			real[w.orderWith(u)+" "+u.sku+" "+u.mark]++
		}
	}
	r.Marks += unlike("order ", book, real, no)
}

// orderWith is the order a unit is with; empty when it is with none.
func (w *world) orderWith(u *unit) string {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(string(u.at), "gone/"), "/")
	switch kind {
	case "tote", "staging", "customer":
		return rest
	}
	if o := w.parcels[rest]; o != nil {
		return o.id
	}
	return ""
}

// unlike says what is not the same by the book and really, and how many were held against each other.
func unlike(what string, book, real map[string]int, no func(string, ...any)) int {
	for _, k := range sorted(book) {
		if book[k] != real[k] {
			no("%s%s: %d by the book, %d really", what, k, book[k], real[k])
		}
	}
	for _, k := range sorted(real) {
		if _, known := book[k]; !known {
			no("%s%s: 0 by the book, %d really", what, k, real[k])
		}
	}
	return len(book)
}

// swap exchanges the marks of two pieces of an item in the ledger: what the site says of them is not true any more.
func (w *world) swap(sku string) {
	var one *unit
	for _, u := range w.truth.units {
		switch {
		case u.sku != sku:
		case one == nil:
			one = u
		case u.mark != one.mark && u.at != one.at:
			one.mark, u.mark = u.mark, one.mark
			return
		}
	}
}

// records reads the site's own records.
func (w *world) records(s Site, p *person, where string) []fact {
	w.release(p)
	var raw bytes.Buffer
	err := s.Journal(w.ctx, "manager-1", where, &raw)
	w.resume(p)
	if err != nil {
		panic(fmt.Errorf("journal: %w", err))
	}
	return readFacts(raw.Bytes())
}
