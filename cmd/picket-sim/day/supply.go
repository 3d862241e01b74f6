package day

import (
	"fmt"
	"strings"
)

// TillGuess is no mistake of anybody's: a till does not know from which bin the customer took the goods.
const TillGuess Mistake = "sold at the till, from whichever bin"

const sold spot = "gone/sold"

// tillWork is the tills: what they sell is gone from the sales floor before the site hears of it.
func (p *person) tillWork(done func() bool, most int) {
	w := p.w
	for n := 1; n <= most && !done(); n++ {
		p.spend(4 * minute)
		it := w.shop.items[p.dice.IntN(len(w.shop.items))]
		p.front(it.bins[0], func() { p.till(n, it) })
	}
}

// till rings up one item.
func (p *person) till(n int, it *item) {
	w := p.w
	b := it.bins[p.dice.IntN(len(it.bins))]
	p.front(b, func() {
		qty := 1 + p.dice.IntN(2)
		line := D{"gtin": it.gtin, "qty": qty}
		if p.dice.IntN(10) == 0 && w.truth.has(sold, it.sku) > 0 {
			b = it.bins[0]
			w.truth.move(it.sku, 1, sold, inBin(b))
			qty, line = 0, D{"gtin": it.gtin, "qty": -1, "bin": b}
			w.tally.TillBack++
		} else if qty = w.truth.move(it.sku, qty, inBin(b), sold); qty == 0 {
			return
		} else {
			line["qty"] = qty
		}
		if len(it.bins) > 1 {
			for _, b := range it.bins {
				w.soil(b, TillGuess)
			}
		}
		w.tally.Sold += qty
		a := p.do("till.sale", D{"receipt": fmt.Sprintf("T%d-%d", w.cfg.Seed, n), "sold_at": p.w.clock(), "lines": []D{line}})
		if !a.ok() {
			w.breach("the till's sale of %s is refused: %s %s", it.sku, a.code(), a.Refusal.Words)
		}
	})
}

// receiveWork takes deliveries in and puts them away. What comes is not always what was announced.
func (p *person) receiveWork(n int, home func(it *item) string) {
	w := p.w
	for i := range n {
		p.spend(30 * minute)
		id := fmt.Sprintf("ASN-%d-%d", w.cfg.Seed, i+1)
		var lines []D
		announced := map[string]int{}
		for len(announced) < 6 {
			it := w.shop.items[p.dice.IntN(len(w.shop.items))]
			if announced[it.sku] == 0 {
				announced[it.sku] = 4 + p.dice.IntN(12)
			}
		}
		for _, sku := range sorted(announced) {
			lines = append(lines, D{"sku": sku, "qty": announced[sku]})
		}
		if a := w.ask(w.centre, []Command{w.centre.command("inbound.announce", D{"inbound": id, "what": "asn", "from": "Supplier", "lines": lines})})[0]; !a.ok() {
			w.breach("delivery %s cannot be announced: %s %s", id, a.code(), a.Refusal.Words)
			return
		}
		for _, sku := range sorted(announced) {
			p.receive(id, w.shop.by[sku], announced[sku], home(w.shop.by[sku]))
		}
		if a := p.do("receive.close", D{"inbound": id}); !a.ok() {
			w.breach("delivery %s cannot be closed: %s %s", id, a.code(), a.Refusal.Words)
		}
	}
}

// receive counts one item of a delivery in and carries it to its bin.
func (p *person) receive(id string, it *item, announced int, b string) {
	w := p.w
	came, broken := announced, 0
	switch p.dice.IntN(12) {
	case 0:
		came--
	case 1:
		came++
	case 2:
		came, broken = came-1, 1
	}
	here := spot("receiving/" + id)
	w.truth.make(it.sku, came, here)
	w.truth.make(it.sku, broken, "quarantine")
	w.tally.Received += came + broken
	if broken > 0 {
		p.tallyScan()
		if a := p.do("receive.scan", D{"inbound": id, "sku": it.sku, "qty": broken, "damaged": true}); !a.ok() {
			w.breach("delivery %s: broken goods are refused: %s", id, a.code())
		}
	}
	p.tallyScan()
	a := p.do("receive.scan", D{"inbound": id, "sku": it.sku, "code": it.gtin, "qty": came})
	if !a.ok() {
		w.breach("delivery %s: %d × %s are refused: %s %s", id, came, it.sku, a.code(), a.Refusal.Words)
		return
	}
	if came > announced {
		if a := w.lead.do("receive.decide", D{"inbound": id, "sku": it.sku, "qty": came - announced, "decision": "accept"}); !a.ok() {
			w.breach("delivery %s: what came too much cannot be accepted: %s %s", id, a.code(), a.Refusal.Words)
		}
	}
	p.walk(b)
	to := b
	if p.errs(WrongShelf) {
		if wrong := w.shop.bins[p.dice.IntN(len(w.shop.bins))]; wrong.use == "" && wrong.id != b {
			to = wrong.id
			w.soil(b, WrongShelf)
			w.soil(to, WrongShelf)
		} else {
			p.not(WrongShelf)
		}
	}
	p.front(b, func() {
		if a := p.do("stock.putaway", D{"inbound": id, "sku": it.sku, "qty": came, "bin": b}); !a.ok() {
			w.breach("delivery %s: %s cannot be put away to %s: %s %s", id, it.sku, b, a.code(), a.Refusal.Words)
			return
		}
		w.truth.move(it.sku, came, here, inBin(to))
	})
}

// replenishWork fills the pick bins from the reserve.
func (p *person) replenishWork(done func() bool) {
	w := p.w
	for !done() {
		p.spend(10 * minute)
		w.lead.do("replenish.plan", D{})
		for _, t := range list[taskRow](p, "tasks", "what", "replenish") {
			from, to := strings.TrimPrefix(t.From, "bin/"), strings.TrimPrefix(t.To, "bin/")
			p.walk(from)
			p.front(from, func() {
				n := min(t.Qty, w.truth.has(inBin(from), t.SKU))
				if n == 0 {
					return
				}
				p.walk(to)
				p.front(to, func() {
					if a := p.do("replenish.confirm", D{"task": t.ID, "qty": n}); a.ok() {
						w.tally.Filled += w.truth.move(t.SKU, n, inBin(from), inBin(to))
					} // else somebody was there before, or the book says otherwise: nothing was carried
				})
			})
		}
	}
}
