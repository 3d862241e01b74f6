package day

import (
	"fmt"
	"time"
)

// Carriers of the distribution centre.
var carriers = []string{"DEMO", "FAST", "CHEAP"}

// centreDay is the day of a distribution centre.
func (w *world) centreDay(lines int) error {
	pl := plan{aisles: 16, bays: 18, levels: 3, items: 700, reserve: true, zones: 4}
	if lines < 2000 {
		pl = plan{aisles: 6, bays: 10, levels: 3, items: 150, reserve: true, zones: 3}
	}
	if err := w.openShop(pl, func(it *item, i int) int {
		sells := 4 + 6*lines/(len(w.shop.items)*(1+8*w.shop.rank(it)/len(w.shop.items)))
		if i == 0 {
			return min(sells, 60) + w.dice.IntN(10)
		}
		return sells + w.dice.IntN(40)
	}); err != nil {
		return err
	}
	had := 0
	orders := w.demand(lines, "D", func(i int, o *order) {
		n := 1
		if w.dice.IntN(100) >= 45 {
			n = 2 + w.dice.IntN(5)
		}
		if had >= lines {
			return
		}
		had += n
		o.carrier = carriers[w.dice.IntN(len(carriers))]
		o.lines = w.basket(n)
		if n == 1 && w.dice.IntN(4) != 0 {
			o.lines[0].qty = 1
		}
	})
	return w.part("orders, picked, packed and shipped", func() {
		w.hire("centre-2", 0, func(p *person) {
			for i, o := range orders {
				p.held = append(p.held, o.assignment(w.can["order.recall"]))
				if len(p.held) == 100 || i == len(orders)-1 {
					p.centre("order.assign", p.held)
					p.held = nil
					p.spend(minute)
				}
			}
			w.sent = true
		})
		w.hire("lead-2", 90*time.Second, func(p *person) { p.planner(func() bool { return w.sent }) })
		w.hire("centre-1", 3*minute, func(p *person) { p.changeMinds(func() bool { return w.working == 0 && w.sent }) })
		for i := range w.cfg.Pickers {
			w.working++
			w.hire(fmt.Sprintf("picker-%d", i+1), time.Duration(i)*time.Second, func(p *person) {
				defer func() { w.working-- }()
				p.handheld(i)
				p.picker()
			})
		}
		packing := 0
		for i := range 8 {
			packing++
			w.hire(fmt.Sprintf("packer-%d", i+1), time.Duration(i)*time.Second, func(p *person) {
				defer func() { packing-- }()
				p.packer(func() bool { return w.working == 0 })
			})
		}
		w.hire("associate-count", minute, func(p *person) { p.countWork(func() bool { return w.working == 0 }) })
		if w.can["receive.scan"] {
			w.hire("associate-dock", minute, func(p *person) {
				p.receiveWork(3+lines/1000, func(it *item) string { return it.bins[len(it.bins)-1] })
			})
		}
		if w.can["replenish.plan"] {
			w.hire("associate-fill", minute, func(p *person) { p.replenishWork(func() bool { return w.working == 0 }) })
		}
		w.hire("associate-gate", 0, func(p *person) { p.gateWork(func() bool { return packing == 0 }) })
	})
}
