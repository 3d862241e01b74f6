package day

import (
	"fmt"
	"time"
)

// openShop describes the building to the site and fills it.
func (w *world) openShop(pl plan, of func(it *item, i int) int) error {
	shop, err := newShop(w.dice, pl)
	if err != nil {
		return err
	}
	w.shop = shop
	err = w.part("goods and places", func() {
		w.hire("centre-1", 0, func(p *person) {
			items, bins := shop.masters()
			p.centre("item.set", items)
			p.centre("bin.set", bins)
			p.centre("numbers.lease", []D{{"number": "sscc", "prefix": "09520001", "from": 1, "to": 1_000_000}})
			a := w.ask(p, []Command{p.command("numbers.lease", D{"number": "return", "prefix": "71", "from": 1, "to": 100_000, "digits": 8})})[0]
			w.returnNumbers = a.ok()
		})
	})
	if err != nil {
		return err
	}
	return w.part("opening stock and policies", func() {
		w.hire("manager-1", 0, func(p *person) {
			w.stock(p, of)
			for _, c := range cartons {
				size := D{"l": c.Inner.L, "w": c.Inner.W, "h": c.Inner.H}
				if a := p.do("carton.set", D{"id": string(c.ID), "inner": size, "outer": size, "weight_g": int(c.Empty), "max_g": 40_000}); !a.ok() {
					w.breach("carton %s: %s", c.ID, a.Refusal.Words)
				}
			}
			for _, c := range carriers {
				if a := p.do("carrier.set", D{"code": c, "labels": "house"}); !a.ok() {
					w.breach("carrier %s: %s", c, a.Refusal.Words)
				}
			}
			for _, name := range sorted(policies) {
				if a := p.do("policy.set", D{"name": name, "value": policies[name]}); !a.ok() && a.code() != "unknown_policy" {
					w.breach("policy %s cannot be set: %s", name, a.Refusal.Words)
				}
			}
		})
	})
}

// storeDay is the day of a store: orders to ship and to collect, picked, packed and handed out by its people.
func (w *world) storeDay(n int) error {
	if err := w.openShop(plan{aisles: 6, bays: 8, levels: 2, items: 150, shelves: 8, stock: 40}, func(it *item, _ int) int { return 12 + w.dice.IntN(30) + w.cfg.Store/8*max(1, 40-w.shop.rank(it))/10 }); err != nil {
		return err
	}
	orders := w.demand(n, "S", func(i int, o *order) {
		o.lines = w.basket(1 + w.dice.IntN(4))
		switch w.dice.IntN(10) {
		case 0:
			o.kind, o.gift = "gift", true
		case 1:
			o.kind, o.pay = "cash on delivery", int64(500+w.dice.IntN(5000))
		}
		if i%2 == 1 && w.can["order.recall"] {
			o.gift, o.pay = false, 0
			o.flow, o.kind, o.code = "pickup", "click and collect", fmt.Sprintf("%04d", 1000+w.dice.IntN(9000))
			o.comes = w.dice.IntN(1000) >= w.cfg.NoShow
			if w.can["arrival.scan"] && w.dice.IntN(5) == 0 {
				o.kind, o.source = "ship to store", "incoming"
			}
			if w.dice.IntN(5) == 0 {
				o.kind, o.pay = "pay at pickup", int64(500+w.dice.IntN(5000))
			}
		}
	})
	return w.part("orders", func() {
		w.hire("centre-2", 0, func(p *person) {
			for _, o := range orders {
				p.centre("order.assign", []D{o.assignment(w.can["order.recall"])})
				w.todo = append(w.todo, o)
				p.spend(time.Minute)
			}
			w.sent = true
		})
		w.hire("centre-1", 3*minute, func(p *person) { p.changeMinds(func() bool { return w.working == 0 && w.sent }) })
		for i := range 5 {
			w.working++
			w.hire(fmt.Sprintf("associate-%d", i+1), time.Duration(i)*time.Second, func(p *person) {
				defer func() { w.working-- }()
				p.handheld(i)
				p.associate()
			})
		}
		if w.can["return.open"] && w.returnNumbers {
			w.hire("associate-7", minute, func(p *person) { p.returnsWork(func() bool { return w.working == 0 }, n/10+2) })
		}
		if w.can["till.sale"] {
			w.hire("till-1", minute, func(p *person) { p.tillWork(func() bool { return w.working == 0 }, n/4+5) })
		}
		if w.can["receive.scan"] {
			w.hire("associate-dock", minute, func(p *person) { p.receiveWork(n/60+1, func(it *item) string { return it.bins[0] }) })
		}
		w.hire("associate-gate", 0, func(p *person) { p.gateWork(func() bool { return w.working == 0 }) })
		w.hire("associate-count", minute, func(p *person) { p.countWork(func() bool { return w.working == 0 }) })
		w.hire("associate-counter", 0, func(p *person) { p.counterWork(func() bool { return w.working == 0 }) })
	})
}

// associate picks, packs and stages whatever is due.
func (p *person) associate() {
	w := p.w
	for {
		takeOver := false
		var o *order
		switch {
		case len(w.left) > 0:
			o, w.left, takeOver = w.left[0], w.left[1:], true
			w.tally.caught(WalkedAway, "a colleague took over")
		case len(w.todo) > 0:
			o, w.todo = w.todo[0], w.todo[1:]
		case w.sent:
			return
		default:
			p.work(60)
			continue
		}
		p.rest()
		if o.source == "incoming" {
			p.arrive(o)
			p.stageOrder(o)
			continue
		}
		if p.declines(o) || !p.pickOrder(o, takeOver) {
			continue
		}
		if o.flow == "pickup" {
			p.stageOrder(o)
		} else {
			p.packOrder(o)
		}
	}
}

// rest is a break now and then.
func (p *person) rest() {
	if p.dice.IntN(60) == 0 {
		p.w.tally.Breaks++
		p.spend(15 * time.Minute)
	}
}

// policies of the day, where they differ from the safe default.
var policies = map[string]any{
	"count_tolerance": 0, "count_tolerance_percent": 0, "second_counter": true, "blind_count": true, "count_auto": true,
	"weight_tolerance": 0, "weight_tolerance_g": 15, "verify_label": true, "scan_bin": true, "force_scan": true,
}
