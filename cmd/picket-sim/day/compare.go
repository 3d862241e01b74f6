package day

import (
	"fmt"
	"strings"
)

// books holds the site's books against the goods, place by place.
type books struct {
	Bins     int      // bins looked at
	Wrong    int      // bins whose book differed before they were counted
	Excused  int      // of them, bins where the simulator knows of a mistake
	Units    int      // units that were ever here
	InHouse  int      // of them, still here
	Missing  int      // by the book: booked, but not there
	Lost     int      // by the ledger: stolen
	Unequal  []string // what differs after the counts
	Orders   map[string]int
	OpenWhy  map[string]int // orders that did not end, and why
	Checks   []string       // what the closing checklist has open
	Desk     map[string]int
	Marks    int // lots in bins, serial numbers, and both of orders, held against the goods
	Compared int // figures of the site's reports held against the simulator's
}

// bookOf reads what the site's books say of every bin.
func bookOf(p *person) map[string]map[string]int {
	out := map[string]map[string]int{}
	for _, b := range list[binRow](p, "bins") {
		out[b.ID] = map[string]int{}
		for _, h := range b.Holds {
			if h.OnHand != 0 {
				out[b.ID][h.SKU] = h.OnHand
			}
		}
	}
	return out
}

// differ lists the bins whose book is not what stands there.
func (w *world) differ(book map[string]map[string]int) map[string]string {
	real := w.truth.count("bin")
	out := map[string]string{}
	for b, held := range book {
		for sku, n := range held {
			if has := real[inBin(b)][sku]; has != n {
				out[b] += fmt.Sprintf(" %s book %d, there %d;", sku, n, has)
			}
		}
	}
	for at, held := range real {
		b := strings.TrimPrefix(string(at), "bin/")
		for sku, n := range held {
			if _, known := book[b][sku]; !known {
				out[b] += fmt.Sprintf(" %s book 0, there %d;", sku, n)
			}
		}
	}
	return out
}

// beforeCounts looks which books are wrong when nobody has counted yet. Each has to be the doing of somebody.
func (w *world) beforeCounts(p *person, r *books) {
	book := bookOf(p)
	r.Bins = len(book)
	for _, b := range sorted(w.differ(book)) {
		r.Wrong++
		if w.dirty[b] != "" {
			r.Excused++
		} else {
			w.breach("bin %s: %s, and nobody went wrong there", b, w.differ(book)[b])
		}
	}
}

// afterCounts holds everything against everything.
func (w *world) afterCounts(p *person, r *books) {
	no := func(format string, args ...any) { r.Unequal = append(r.Unequal, fmt.Sprintf(format, args...)) }
	if err := w.truth.sound(); err != nil {
		no("the ledger itself: %v", err)
	}
	differ := w.differ(bookOf(p))
	for _, b := range sorted(differ) {
		no("bin %s:%s", b, differ[b])
	}
	here := map[string]map[string]int{} // bucket -> item -> units
	for _, u := range w.truth.units {
		r.Units++
		k := u.at.bucket()
		if k == "gone" {
			if u.at == thief {
				r.Lost++
			}
			continue
		}
		r.InHouse++
		if here[k] == nil {
			here[k] = map[string]int{}
		}
		here[k][u.sku]++
	}
	for _, row := range list[stockRow](p, "stock") {
		for _, k := range sorted(row.Buckets) {
			n := row.Buckets[k]
			switch {
			case k == "missing":
				r.Missing += n
			case k == "bin": // looked at bin by bin
			case here[k][row.SKU] != n:
				no("%s: %s book %d, there %d", k, row.SKU, n, here[k][row.SKU])
			}
			if k != "missing" {
				delete(here[k], row.SKU)
			}
		}
	}
	delete(here, "bin")
	for _, k := range sorted(here) {
		for _, sku := range sorted(here[k]) {
			no("%s: %s book 0, there %d", k, sku, here[k][sku])
		}
	}
	w.ordersEnd(p, r, no)
	w.marksEnd(p, r, no)
	w.reports(w.lead, r, no)
}

// ordersEnd holds every order's own account against where its goods really are.
func (w *world) ordersEnd(p *person, r *books, no func(string, ...any)) {
	r.Orders, r.OpenWhy = map[string]int{}, map[string]int{}
	rows := map[string][]lineRow{}
	for _, l := range list[lineRow](p, "lines") {
		rows[l.Order] = append(rows[l.Order], l)
	}
	states := map[string]orderRow{}
	for _, o := range list[orderRow](p, "orders") {
		states[o.ID] = o
	}
	short := 0
	for _, id := range w.ids {
		o, row := w.orders[id], states[id]
		if row.ID == "" {
			no("order %s: the site does not have it", id)
			continue
		}
		r.Orders[o.flow+" "+row.State]++
		if row.Open && o.ended != "" {
			r.OpenWhy[o.ended]++
		}
		if row.Open && o.ended == "" {
			no("order %s is %s, and nobody knows why: %s", id, row.State, partsOf(rows[id]))
		}
		if o.handed > 1+o.added {
			no("order %s was handed over %d times, and something was added %d times", id, o.handed, o.added)
		}
		for _, l := range rows[id] {
			mine := o.line(l.Line)
			gone := 0
			for _, part := range l.Parts {
				switch part.State {
				case "shipped", "handed_over", "returned", "undelivered", "in_transit", "received":
					gone += part.Qty
				}
			}
			if gone != mine.gone {
				no("order %s line %s: %d left by the book, %d really", id, l.Line, gone, mine.gone)
			}
			short += l.Short
			if o.mixed {
				mine.short = l.Short // the site said which order goes without
			}
			if l.Short != mine.short {
				no("order %s line %s: %d short by the book, %d really", id, l.Line, l.Short, mine.short)
			}
			if !row.Open && mine.gone+mine.short+mine.refused+mine.cancel != mine.qty {
				no("order %s line %s: %d asked for, %d left, %d short, %d declined, %d cancelled", id, l.Line, mine.qty, mine.gone, mine.short, mine.refused, mine.cancel)
			}
		}
	}
	said := 0
	for _, n := range w.tally.Shorts {
		said += n
	}
	if short != said {
		no("%d units are short by the book, %d were reported", short, said)
	}
}

// partsOf says how far each line of an order is.
func partsOf(lines []lineRow) string {
	var out []string
	for _, l := range lines {
		for _, part := range l.Parts {
			out = append(out, fmt.Sprintf("line %s: %d × %s %s", l.Line, part.Qty, l.SKU, part.State))
		}
	}
	return strings.Join(out, ", ")
}
