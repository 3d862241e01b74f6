package day

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// What goes wrong between two sites.
const (
	ForgedList  Mistake = "list that says more than was signed"
	ListTwice   Mistake = "list of a parcel read twice"
	ParcelTwice Mistake = "parcel brought in twice"
	LeftOut     Mistake = "scanned into the parcel, and left in the bin"
	BrokeOnWay  Mistake = "broke on the way"
	FellOut     Mistake = "fell out of the van"
)

const onRoad = "gone/road/"

// fromSouth is a parcel from the other site. Every second one has one unit less in it than its list says, and of
// every third one unit is broken. While both sites are cut off the list is all there is; then the centre carries word.
func (p *person) fromSouth(nb *neighbour, i int) {
	w := p.w
	sender := nb.at(w, "associate-south")
	order := fmt.Sprintf("TS-%05d", i+1)
	lines := []D{{"line": "1", "sku": nb.items[0].sku, "qty": 3}, {"line": "2", "sku": nb.items[1+i%3].sku, "qty": 2}}
	nb.at(w, "centre-1").centre("order.assign", []D{{"order": order, "assignment": "as-" + order, "number": order, "flow": "transfer", "to": "day", "mode": "hold",
		"due": w.clock().Add(4 * 60 * minute), "lines": lines}})
	must := func(q *person, typ string, d D) Answer {
		a := q.do(typ, d)
		if !a.ok() {
			panic(fmt.Errorf("transfer %s: %s: %s %s", order, typ, a.code(), a.Refusal.Words))
		}
		return a
	}
	must(sender, "pick.start", D{"order": order})
	for _, l := range lines {
		it := w.shop.by[l["sku"].(string)]
		must(sender, "pick.scan", D{"order": order, "line": l["line"], "code": it.gtin, "qty": l["qty"], "bin": nb.home(it)})
	}
	must(sender, "pick.finish", D{"order": order})
	unit := must(sender, "unit.open", D{"order": order}).Unit
	road := spot(onRoad + unit)
	short := i%2 == 1
	for k, l := range lines {
		it, n := w.shop.by[l["sku"].(string)], l["qty"].(int)
		must(sender, "unit.add", D{"unit": unit, "code": it.gtin, "qty": n})
		if k == 0 && short {
			w.tally.made(LeftOut)
			n--
		}
		w.truth.move(it.sku, n, atSouth(nb.home(it)), road)
	}
	must(sender, "unit.close", D{"unit": unit})
	code := nb.printed(unit)
	must(sender, "handover", D{"unit": unit, "done": true})

	in := p.readList(code)
	if in == "" {
		return
	}
	broken := 0
	if i%3 == 2 {
		broken = 1
		w.tally.made(BrokeOnWay)
		must(p, "receive.scan", D{"inbound": in, "sku": nb.items[0].sku, "qty": 1, "damaged": true})
		w.truth.move(nb.items[0].sku, 1, road, "quarantine")
	}
	here := spot("receiving/" + in)
	for _, sku := range w.truth.skus(road) {
		n := w.truth.has(road, sku)
		p.tallyScan()
		must(p, "receive.scan", D{"inbound": in, "sku": sku, "code": w.shop.by[sku].gtin, "qty": n})
		w.truth.move(sku, n, road, here)
		w.tally.Received += n
	}
	w.tally.Received += broken
	closed := must(p, "receive.close", D{"inbound": in})
	if broken > 0 {
		w.tally.caught(BrokeOnWay, "it stands in quarantine")
	}
	for _, sku := range w.truth.skus(here) {
		b := w.shop.by[sku].bins[0]
		p.walk(b)
		p.front(b, func() {
			must(p, "stock.putaway", D{"inbound": in, "sku": sku, "qty": w.truth.has(here, sku), "bin": b})
			w.truth.move(sku, w.truth.has(here, sku), here, inBin(b))
		})
	}
	w.tally.Transfers++
	p.bringAgain(in, unit, code)
	w.carryWord(nb, order, unit, lines, w.facts(p, closed))
	p.bringAgain("transfer/"+unit, unit, "")
	if !short {
		return
	}
	// The sender looks, finds it in the bin, and says so.
	it := nb.items[0]
	must(nb.at(w, "lead-south"), "transfer.settle", D{"unit": unit, "line": "1", "qty": 1, "as": "lost", "note": "never put in"})
	must(sender, "stock.found", D{"sku": it.sku, "bin": nb.home(it), "qty": 1})
	w.tally.caught(LeftOut, "the receiver counted one less")
	w.centre.centre("transfer.agreed", []D{{"unit": unit, "sku": it.sku, "qty": 1, "as": "lost", "note": "never put in", "done": true}})
	for _, c := range list[caseRow](p, "desk") {
		if strings.HasPrefix(c.What, "transfer_") && c.Subject == "inbound/"+in && broken == 0 {
			w.breach("case %s (%s) stays on the desk, and the sender said what became of it: %s", c.ID, c.What, c.Words)
		}
	}
}

// readList reads the code on a parcel: first one somebody wrote more into, then the right one, twice.
func (p *person) readList(code string) (in string) {
	w := p.w
	w.tally.made(ForgedList)
	p.tallyScan()
	if a := p.do("receive.list", D{"code": strings.Replace(code, "*2", "*9", 1)}); !w.tally.byRefusal(ForgedList, a) {
		w.breach("a list is believed that nobody signed")
	}
	p.tallyScan()
	a := p.do("receive.list", D{"code": code})
	if !a.ok() {
		w.breach("the list of a parcel from the other site is refused: %s %s", a.code(), a.Refusal.Words)
		return ""
	}
	in = a.Made["inbound"]
	w.tally.made(ListTwice)
	if b := p.do("receive.list", D{"code": code}); b.ok() && b.Made["inbound"] == in {
		w.tally.caught(ListTwice, "the same delivery")
	} else {
		w.breach("a list read again is delivery %s, not %s: %s", b.Made["inbound"], in, b.code())
	}
	return in
}

// bringAgain tries to bring a parcel in that was received already: by its list, and by its number.
func (p *person) bringAgain(in, unit, code string) {
	w := p.w
	tries := []Command{{Type: "receive.scan", Data: D{"inbound": in, "unit": unit}}}
	if code != "" {
		tries = append(tries, Command{Type: "receive.list", Data: D{"code": code}})
	}
	for _, c := range tries {
		w.tally.made(ParcelTwice)
		p.tallyScan()
		if a := p.send(c); !w.tally.byRefusal(ParcelTwice, a) {
			w.breach("parcel %s is received twice (%s)", unit, c.Type)
		}
	}
}

// carryWord is the centre telling each site of the other's half: what was sent, and what came.
func (w *world) carryWord(nb *neighbour, order, unit string, sent []D, facts []fact) {
	var lines, came []D
	for _, l := range sent {
		lines = append(lines, D{"sku": l["sku"], "qty": l["qty"], "unit": unit})
	}
	w.centre.centre("inbound.announce", []D{{"inbound": "transfer/" + unit, "what": "transfer", "ref": order, "from": south, "lines": lines}})
	if came = countedOf(facts, unit); len(came) == 0 {
		w.breach("the site does not say what came of parcel %s", unit)
		return
	}
	nb.at(w, "centre-1").centre("transfer.received", []D{{"unit": unit, "lines": came}})
}

// countedOf reads what came of a parcel out of the records of the site that received it.
func countedOf(facts []fact, unit string) (came []D) {
	for _, f := range facts {
		if !strings.HasSuffix(f.Type, "transfer.counted.v1") {
			continue
		}
		var x struct {
			Unit  string `json:"unit"`
			Lines []struct {
				SKU string `json:"sku"`
				Got int    `json:"got"`
			} `json:"lines"`
		}
		if err := json.Unmarshal(f.Data, &x); err != nil {
			panic(fmt.Errorf("%s: %w", f.Type, err))
		}
		for _, l := range x.Lines {
			if x.Unit == unit {
				came = append(came, D{"sku": l.SKU, "qty": l.Got})
			}
		}
	}
	return came
}

// toSouth sends n orders to the other site with the carrier's van. Out of the first parcel one unit falls.
func (p *person) toSouth(nb *neighbour, n int) {
	w := p.w
	orders := w.demand(n, "TN", func(i int, o *order) {
		o.flow, o.kind, o.to = "transfer", "transfer", south
		o.lines = []*line{{sku: nb.items[0].sku, qty: 2}, {sku: nb.items[1+i%5].sku, qty: 1 + i%2}}
	})
	for _, o := range orders {
		w.extra("centre-2").centre("order.assign", []D{o.assignment(false)})
		if p.pickOrder(o, false) {
			p.packOrder(o)
		}
	}
	p.gateWork(func() bool { return true })
	lost := false
	for _, o := range orders {
		for _, u := range o.units {
			if !w.void[u] && slices.Contains(w.truth.spots("gone"), withCarrier(u)) {
				p.arriveSouth(nb, o, u, !lost)
				lost = true
			}
		}
	}
}

// arriveSouth is a parcel of ours at the other site.
func (p *person) arriveSouth(nb *neighbour, o *order, u string, loses bool) {
	w := p.w
	road := withCarrier(u)
	var lines []D
	for _, sku := range w.truth.skus(road) {
		lines = append(lines, D{"sku": sku, "qty": w.truth.has(road, sku), "unit": u})
	}
	fell := lines[0]["sku"].(string)
	if loses {
		w.tally.made(FellOut)
		w.truth.move(fell, 1, road, "gone/lost")
	}
	q, in := nb.at(w, "associate-south"), "transfer/"+u
	nb.at(w, "centre-1").centre("inbound.announce", []D{{"inbound": in, "what": "transfer", "ref": o.id, "from": "day", "lines": lines}})
	say := func(typ string, d D) Answer {
		a := q.do(typ, d)
		if !a.ok() {
			w.breach("south, parcel %s: %s: %s %s", u, typ, a.code(), a.Refusal.Words)
		}
		return a
	}
	if loses {
		for _, sku := range w.truth.skus(road) {
			say("receive.scan", D{"inbound": in, "sku": sku, "qty": w.truth.has(road, sku)})
		}
	} else {
		say("receive.scan", D{"inbound": in, "unit": u})
		w.tally.made(ParcelTwice)
		if a := q.do("receive.scan", D{"inbound": in, "unit": u}); !w.tally.byRefusal(ParcelTwice, a) {
			w.breach("south has parcel %s twice", u)
		}
	}
	raw := w.factsAt(q, say("receive.close", D{"inbound": in}))
	for _, sku := range w.truth.skus(road) {
		b, n := nb.home(w.shop.by[sku]), w.truth.has(road, sku)
		say("stock.putaway", D{"inbound": in, "sku": sku, "qty": n, "bin": b})
		w.truth.move(sku, n, road, atSouth(b))
	}
	w.centre.centre("transfer.received", []D{{"unit": u, "lines": countedOf(raw, u)}})
	w.tally.Transfers++
	if !loses {
		return
	}
	l := o.bySKU(fell)
	if a := w.lead.do("transfer.settle", D{"unit": u, "line": l.id, "qty": 1, "as": "lost", "note": "nobody has it"}); !a.ok() {
		w.breach("parcel %s: what fell out of the van cannot be settled: %s %s", u, a.code(), a.Refusal.Words)
	}
	l.gone, l.cancel = l.gone-1, l.cancel+1
	w.tally.caught(FellOut, "the receiver counted one less")
	nb.at(w, "centre-1").centre("transfer.agreed", []D{{"unit": u, "sku": fell, "qty": 1, "as": "lost", "note": "nobody has it", "done": true}})
}
