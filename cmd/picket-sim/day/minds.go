package day

import (
	"encoding/json"
	"fmt"
	"strings"
)

// changeMinds is the centre while the day runs: customers cancel, or want more or less of something.
func (p *person) changeMinds(done func() bool) {
	w := p.w
	for !done() {
		p.spend(7 * minute)
		if len(w.ids) == 0 {
			continue
		}
		o := w.orders[w.ids[p.dice.IntN(len(w.ids))]]
		if o.recalled || o.flow == "pickup" && !w.can["putback.confirm"] {
			continue
		}
		if p.dice.IntN(2) == 0 {
			p.recall(o)
		} else {
			p.change(o)
		}
	}
}

// recall asks for an order back. What the site lets go of is told by its own answer.
func (p *person) recall(o *order) {
	w := p.w
	o.minds = true
	a := p.do("order.recall", D{"order": o.id, "cause": "customer"})
	if a.code() == "unknown_order" || a.code() == "nothing_left" {
		return // not sent yet, or over
	}
	if !a.ok() {
		w.breach("order %s cannot be recalled: %s", o.id, a.Refusal.Words)
		return
	}
	w.tally.Recalled++
	facts := w.facts(p, a)
	for _, q := range linesOf(facts, "assignment.released.v1") {
		o.line(q.Line).cancel += q.Qty
		o.recalled = true
	}
	w.freed(o, facts)
}

// change asks for one more, or one less, of the first line.
func (p *person) change(o *order) {
	w := p.w
	l := o.lines[0]
	want := l.qty + 1 - 2*p.dice.IntN(2)
	if want < 1 {
		want = l.qty + 1
	}
	o.minds = true
	a := p.do("order.change", D{"order": o.id, "lines": []D{{"line": l.id, "qty": want}}})
	if a.code() == "unknown_order" || a.code() == "nothing_left" {
		return
	}
	if !a.ok() {
		w.breach("order %s cannot be changed: %s", o.id, a.Refusal.Words)
		return
	}
	w.tally.Changed++
	for _, q := range linesOf(w.facts(p, a), "amend.accepted.v1") {
		if o.line(q.Line).qty += q.Qty; q.Qty > 0 {
			o.added++
		}
	}
}

// tooLate says that people were refused something they had good reason to ask. It breaks a promise, unless the
// centre wanted the order differently meanwhile.
func (w *world) tooLate(o *order, format string, args ...any) {
	if !o.minds {
		w.breach(format, args...)
	}
}

// freed lets what was on its way for an order be undone by its people: a parcel the site undid comes apart, its
// goods lie in the tote again.
func (w *world) freed(o *order, facts []fact) {
	for _, f := range facts {
		if !strings.HasSuffix(f.Type, "unit.voided.v1") {
			continue
		}
		var x struct {
			Unit string `json:"unit"`
		}
		if err := json.Unmarshal(f.Data, &x); err != nil {
			panic(fmt.Errorf("%s: %w", f.Type, err))
		}
		w.truth.all(inUnit(x.Unit), inTote(o.id))
		w.void[x.Unit] = true
	}
}

// declines says no to a line now and then: damaged on the shelf, or needed for the window.
func (p *person) declines(o *order) bool {
	w := p.w
	if len(o.lines) < 2 || p.dice.IntN(60) != 0 {
		return false
	}
	l := o.lines[len(o.lines)-1]
	a := p.do("order.decline", D{"order": o.id, "lines": []string{l.id}, "reason": "out_of_stock"})
	for _, q := range linesOf(w.facts(p, a), "order.declined.v1") {
		o.line(q.Line).refused += q.Qty
		w.tally.Declined += q.Qty
	}
	return false
}
