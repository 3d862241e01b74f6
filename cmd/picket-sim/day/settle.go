package day

import (
	"fmt"
	"slices"
	"time"
)

const minute = time.Minute

// late is the last hour: whoever is still there looks at the list of open orders, picks what was added to them
// after they had left the aisles, and sends it after.
func (w *world) late() error {
	return w.part("added late", func() {
		w.hire("associate-evening", 0, func(p *person) {
			for range 3 {
				for _, row := range list[orderRow](p, "orders", "open", "true") {
					if row.ToPick == 0 {
						continue
					}
					o := w.orders[row.ID]
					if !p.pickOrder(o, row.Started) {
						continue
					}
					w.tally.Late++
					if o.flow == "pickup" {
						p.stageOrder(o)
					} else {
						p.packOrder(o)
					}
				}
			}
			p.gateWork(func() bool { return true })
		})
	})
}

// settle is the evening: strays go home, every bin is counted, the desk is looked at.
func (w *world) settle() error {
	return w.part("evening", func() {
		w.hire("associate-evening", 0, func(p *person) {
			for _, o := range w.vain {
				p.putBack(o)
			}
			p.backWork(1 + w.tally.Shipped/80)
			p.strays()
			w.beforeCounts(p, &w.books)
			p.countAll()
			p.desk()
		})
	})
}

// strays go back to where they live.
func (p *person) strays() {
	w := p.w
	for _, sku := range w.truth.skus(stray) {
		b := w.shop.by[sku].bins[0]
		p.walk(b)
		w.truth.move(sku, w.truth.has(stray, sku), stray, inBin(b))
		w.soil(b, TooManyTaken)
	}
}

// desk takes every case off the desk, after a look at it.
func (p *person) desk() {
	w := p.w
	w.books.Desk = map[string]int{}
	for _, c := range list[caseRow](p, "desk") {
		w.books.Desk[c.What]++
		if c.Words == "" || c.Hint == "" {
			w.breach("case %s (%s) does not say what to do", c.ID, c.What)
		}
		if a := w.lead.do("desk.settle", D{"case": c.ID, "note": "looked at in the evening"}); !a.ok() {
			w.breach("case %s cannot be settled: %s", c.ID, a.code())
		}
	}
	if left := list[caseRow](p, "desk"); len(left) > 0 {
		w.breach("%d cases stay on the desk, the first is %s", len(left), left[0].ID)
	}
}

func mustOne[T any](p *person, path string) T {
	v, ok := one[T](p, path)
	if !ok {
		panic(fmt.Errorf("there is no %s", path))
	}
	return v
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
