package day

import (
	"fmt"
	"slices"
	"strings"
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
					o := w.orders[row.ID]
					switch {
					case row.ToPick == 0 && row.State != "picked":
						continue
					case o.source == "incoming":
						p.arrive(o)
					case !p.pickOrder(o, row.Started):
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
			p.counterWork(func() bool { return true })
		})
	})
}

// settle is the evening: strays go home, every bin is counted, the desk is looked at.
func (w *world) settle() error {
	return w.part("evening", func() {
		w.hire("associate-evening", 0, func(p *person) {
			for _, t := range list[taskRow](p, "tasks", "what", "put_back") {
				p.putBack(w.orders[strings.Split(t.ID, "/")[1]])
			}
			p.backWork(1 + w.tally.Shipped/80)
			p.whereIsIt()
			p.totes()
			p.strays()
			w.beforeCounts(p, &w.books)
			p.countAll()
			p.countMoney()
			p.desk()
			p.closeDay()
		})
	})
}

// totes are looked through when nobody picks any more: what lies in one and is not that order's goes to the
// strays.
func (p *person) totes() {
	w := p.w
	for _, tote := range w.truth.spots("tote") {
		row, ok := one[orderDetail](p, "orders/"+strings.TrimPrefix(string(tote), "tote/"))
		if !ok {
			continue
		}
		need, vain := row.loose()
		for _, sku := range w.truth.skus(tote) {
			if w.truth.move(sku, w.truth.has(tote, sku)-need[sku]-vain[sku], tote, stray) > 0 {
				w.tally.caught(WrongTote, "found in a tote nobody waits for")
			}
		}
	}
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

// countMoney counts what customers paid at the counter. The site knows what it has to be, and takes nothing else.
func (p *person) countMoney() {
	w := p.w
	if w.tally.Money == 0 || !w.can["drawer.count"] {
		return
	}
	sum := []D{{"method": "card", "amount": D{"minor": w.tally.Money, "currency": "EUR"}}}
	if a := w.lead.do("drawer.count", D{"declared": sum}); !a.ok() {
		w.breach("the counter's money is not what it has to be: %s %s", a.code(), a.Refusal.Words)
	}
}

// desk takes every case off the desk, after a look at it.
func (p *person) desk() {
	w := p.w
	w.books.Desk = map[string]int{}
	p.cases()
}

// cases takes what is on the desk off it.
func (p *person) cases() {
	w := p.w
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

// closeDay walks through the closing checklist and ends the day. What may be open: orders whose customers have
// not come yet, and pick bins to be filled up tomorrow. To close the day all the same takes a lead at a screen,
// with badge and PIN; a machine's token cannot, and the day stays open.
func (p *person) closeDay() {
	w := p.w
	open := 0
	for _, c := range list[struct {
		What     string   `json:"what"`
		Open     int      `json:"open"`
		Subjects []string `json:"subjects"`
	}](p, "checklist") {
		if c.Open == 0 {
			continue
		}
		open += c.Open
		w.books.Checks = append(w.books.Checks, fmt.Sprintf("%s %d", c.What, c.Open))
		for _, s := range c.Subjects {
			o := w.orders[strings.TrimPrefix(s, "order/")]
			if !strings.HasPrefix(s, "task/replenish/") && (o == nil || o.ended != waits) {
				w.breach("the checklist has %s open: %s", c.What, s)
			}
		}
	}
	switch a := w.extra("manager-1").do("day.close", D{}); {
	case open == 0 && !a.ok():
		w.breach("the day cannot be closed: %s %s", a.code(), a.Refusal.Words)
	case open > 0 && a.code() != "checklist_open":
		w.breach("the day was closed with %d questions open: %s", open, a.code())
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
