package day

import (
	"strconv"
	"strings"
)

// countBin counts a bin, again and by others, until the site takes it. careful people do not miscount.
func (p *person) countBin(b, count string, careful bool) {
	w := p.w
	if w.counting[b] {
		return // a colleague is at it
	}
	w.counting[b] = true
	defer delete(w.counting, b)
	who := []*person{p, w.second, w.lead}
	last := ""
	for i := range 8 {
		c := who[i%2]
		d := D{"bin": b}
		if count != "" {
			d["count"] = count
		}
		p.work(10)
		var a Answer
		var seen string
		p.front(b, func() {
			var lines []D
			if lines, seen = c.see(b, careful || i > 2); len(lines) > 0 {
				d["lines"] = lines
			} else {
				d["empty"] = true
			}
			w.tally.Scans += len(lines)
			a = c.do("count.bin", d)
		})
		if a.code() == "same_counter" {
			continue
		}
		if !a.ok() {
			w.breach("bin %s cannot be counted: %s %s", b, a.code(), a.Refusal.Words)
			return
		}
		a = w.lead.do("count.confirm", D{"bin": b})
		if a.code() == "not_accepted" && seen == last {
			took := w.lead.do("count.accept", D{"bin": b})
			if took.code() == "which_count" { // the counts differ: the lead says that the last one holds
				n, _ := strconv.Atoi(took.Refusal.Args["n"])
				took = w.lead.do("count.accept", D{"bin": b, "try": n})
			}
			if took.ok() || took.code() == "nothing_left" {
				w.lead.do("count.confirm", D{"bin": b})
			}
			a = Answer{}
		}
		last = seen
		switch a.code() {
		case "", "nothing_left", "not_in_count":
			w.tally.Counted++
			if m := w.dirty[b]; m != "" && !w.cured[b] {
				w.cured[b] = true
				w.tally.caught(Mistake(m), "a count put the book right")
			}
			return
		case "needs_second", "needs_recount", "not_accepted", "count_waits":
			w.tally.Recounts++
		default:
			w.breach("the count of %s cannot be confirmed: %s %s", b, a.code(), a.Refusal.Words)
			return
		}
	}
	w.breach("the count of %s does not end", b)
}

// see is what somebody makes out in a bin.
func (p *person) see(b string, careful bool) (lines []D, said string) {
	w := p.w
	wrong := !careful && len(w.truth.at[inBin(b)]) > 0 && p.errs(Miscount)
	var all strings.Builder
	for i, sku := range w.truth.skus(inBin(b)) {
		n := w.truth.has(inBin(b), sku)
		if wrong && i == 0 {
			n += 1 - 2*p.dice.IntN(2)
			w.soil(b, Miscount)
			w.tally.caught(Miscount, "counted again")
		}
		if n > 0 {
			lines = append(lines, D{"sku": sku, "qty": n})
			all.WriteString(sku + "=" + string(rune('0'+n)) + " ")
		}
	}
	return lines, all.String()
}

// countTasks counts the bins the site wants counted.
func (p *person) countTasks(careful bool) int {
	tasks := list[taskRow](p, "tasks", "what", "recount")
	for _, t := range tasks {
		b := strings.TrimPrefix(t.Subject, "bin/")
		p.walk(b)
		p.countBin(b, "", careful)
	}
	return len(tasks)
}

// countWork is a directed count now and then while picking goes on, and what the site asks for.
func (p *person) countWork(done func() bool) {
	w := p.w
	for i := 0; !done(); i++ {
		var bins []string
		for range 5 {
			if b := w.shop.bins[p.dice.IntN(len(w.shop.bins))]; b.use == "" {
				bins = append(bins, b.id)
			}
		}
		bins = unique(bins)
		if len(bins) > 0 {
			if a := w.lead.do("count.open", D{"kind": "directed", "bins": bins}); a.ok() {
				for _, b := range bins {
					p.walk(b)
					p.countBin(b, a.Made["count"], false)
				}
			}
		}
		p.countTasks(false)
		p.spend(45 * minute)
	}
}

// countAll is the inventory of the evening: every bin, whoever counted it before.
func (p *person) countAll() {
	w := p.w
	for range 5 {
		if p.countTasks(true) == 0 {
			break
		}
	}
	a := w.lead.do("count.open", D{"kind": "full"})
	if !a.ok() {
		w.breach("the evening's count cannot be opened: %s %s", a.code(), a.Refusal.Words)
		return
	}
	for _, b := range w.shop.bins {
		if b.use == "" || b.use == "reserve" {
			p.walk(b.id)
			p.countBin(b.id, a.Made["count"], true)
		}
	}
}
