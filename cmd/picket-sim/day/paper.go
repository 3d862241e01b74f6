package day

import (
	"fmt"
	"time"
)

// The handhelds are dark for an hour: orders are picked from paper, and the papers are entered when there is power
// again.

// What people do wrong with paper.
const (
	LineTwice   Mistake = "line of a paper entered twice"
	OtherPaper  Mistake = "number of another paper entered"
	PaperPicked Mistake = "on paper, and picked on the handheld as well"
	Misread     Mistake = "one less written down than taken"
)

// sheet is what somebody wrote on paper about an order.
type sheet struct {
	o     *order
	at    time.Time
	lines []D
}

// onPaper is n orders picked from paper.
func (w *world) onPaper(n int) error {
	orders := w.demand(n, "P", func(_ int, o *order) { o.lines = w.basket(1 + w.dice.IntN(3)) })
	return w.part("picked from paper", func() {
		w.hire("associate-6", minute, func(p *person) {
			for _, o := range orders {
				w.extra("centre-2").centre("order.assign", []D{o.assignment(w.can["order.recall"])})
			}
			var ids []string
			for _, o := range orders {
				ids = append(ids, o.id)
			}
			paper := fmt.Sprintf("P-%d", w.cfg.Seed)
			if a := w.extra("manager-1").do("paper.begin", D{"orders": ids, "paper": paper}); !a.ok() {
				w.breach("nobody may pick from paper: %s %s", a.code(), a.Refusal.Words)
				return
			}
			var sheets []sheet
			for _, o := range orders {
				sheets = append(sheets, p.write(o))
			}
			p.spend(50 * minute)
			for i, s := range sheets {
				p.enter(s, paper, i)
			}
			for _, o := range orders {
				if p.pickOrder(o, true) {
					p.packOrder(o)
				}
			}
			p.gateWork(func() bool { return true })
		})
	})
}

// write picks an order by its paper. What is not there is left for whoever has a handheld again.
func (p *person) write(o *order) sheet {
	w := p.w
	s := sheet{o: o, at: w.clock()}
	w.tally.made(PaperPicked)
	if a := p.do("pick.start", D{"order": o.id}); !w.tally.byRefusal(PaperPicked, a) {
		w.breach("order %s is on paper, and begun on a handheld", o.id)
	}
	for _, l := range o.lines {
		b := w.shop.by[l.sku].bins[0]
		p.walk(b)
		p.front(b, func() {
			if n := w.truth.move(l.sku, l.qty, inBin(b), inTote(o.id)); n > 0 {
				s.lines = append(s.lines, D{"line": l.id, "qty": n, "bin": b})
			}
		})
	}
	return s
}

// enter types a paper in. The first paper says less than was taken, every one is begun with a wrong number, and
// each is typed a second time by a colleague.
func (p *person) enter(s sheet, paper string, i int) {
	w := p.w
	if len(s.lines) == 0 {
		if a := p.do("pick.enter", D{"order": s.o.id, "at": s.at, "by": p.name, "paper": paper}); !a.ok() {
			w.breach("the empty paper of order %s cannot be entered: %s %s", s.o.id, a.code(), a.Refusal.Words)
		}
		return
	}
	if first := s.lines[0]; i == 0 && first["qty"].(int) > 1 {
		w.tally.made(Misread)
		w.soil(first["bin"].(string), Misread)
		first["qty"] = first["qty"].(int) - 1
	}
	d := D{"order": s.o.id, "at": s.at, "by": p.name, "witness": w.second.name, "paper": paper + "1", "lines": s.lines}
	w.tally.made(OtherPaper)
	if a := p.do("pick.enter", d); !w.tally.byRefusal(OtherPaper, a) {
		w.breach("order %s: paper %s1 was never begun, and is taken", s.o.id, paper)
	}
	d["paper"] = paper
	if a := p.do("pick.enter", d); !a.ok() {
		w.breach("the paper of order %s cannot be entered: %s %s", s.o.id, a.code(), a.Refusal.Words)
		return
	}
	for _, x := range s.lines {
		n := x["qty"].(int)
		s.o.line(x["line"].(string)).picked += n
		w.tally.Picked += n
		w.tally.Confirmed += n
	}
	w.tally.made(LineTwice)
	again := D{"order": s.o.id, "at": s.at, "by": p.name, "paper": paper, "lines": s.lines[:1]}
	if a := w.second.do("pick.enter", again); !w.tally.byRefusal(LineTwice, a) {
		w.breach("a line of the paper of order %s is entered twice", s.o.id)
	}
}
