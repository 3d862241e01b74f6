package day

// stageOrder puts picked goods on a staging shelf and says that the customer may come.
func (p *person) stageOrder(o *order) {
	w := p.w
	row, ok := one[orderDetail](p, "orders/"+o.id)
	if !ok {
		return
	}
	tote := inTote(o.id)
	need, vain := row.loose()
	if len(vain) > 0 {
		p.putBack(o)
	}
	p.checkTote(o, row, need, tote)
	staged := row.has("staged")
	if len(need) > 0 {
		p.work(15)
		shelf := w.shop.shelves[p.dice.IntN(len(w.shop.shelves))]
		a := p.do("collect.stage", D{"order": o.id, "shelf": shelf, "bags": 1})
		if !a.ok() {
			w.tooLate(o, "order %s cannot be staged: %s", o.id, a.Refusal.Words)
			return
		}
		for _, q := range linesOf(w.facts(p, a), "pickup.staged.v1") {
			w.truth.move(q.SKU, q.Qty, tote, onShelf(o.id))
		}
		w.print(p, o, a.Jobs)
		staged = true
	}
	if !staged {
		return // nothing of it was to be had
	}
	if a := p.do("collect.ready", D{"order": o.id}); !a.ok() {
		w.tooLate(o, "order %s cannot be ready: %s", o.id, a.Refusal.Words)
		return
	}
	p.do("collect.notified", D{"order": o.id, "how": "mail"})
	w.shelf = append(w.shelf, o)
}

// has says whether a part of an order is in a state.
func (row *orderDetail) has(state string) bool {
	for _, l := range row.Lines {
		for _, part := range l.Parts {
			if part.State == state {
				return true
			}
		}
	}
	return false
}

// waits is why an order of somebody who does not come stays open.
const waits = "waits for its customer"

// counterWork serves the customers who come.
func (p *person) counterWork(done func() bool) {
	w := p.w
	for {
		if len(w.shelf) == 0 {
			if done() {
				return
			}
			p.work(60)
			continue
		}
		o := w.shelf[0]
		w.shelf = w.shelf[1:]
		if !o.comes {
			o.ended = waits
			continue
		}
		p.work(30)
		p.serve(o)
	}
}

// serve hands an order to its customer.
func (p *person) serve(o *order) {
	w := p.w
	p.do("collect.arrive", D{"order": o.id, "how": "counter"})
	if p.errs(NoProof) {
		if a := p.do("collect.handover", D{"order": o.id}); !w.tally.byRefusal(NoProof, a) {
			w.breach("order %s was handed out without proof", o.id)
		}
	}
	if p.errs(WrongCode) {
		if a := p.do("collect.authorise", D{"order": o.id, "method": "code", "code": "0000"}); !a.ok() || a.Outcome == "exception" {
			w.tally.caught(WrongCode, "the site said no")
		} else if a := p.do("collect.handover", D{"order": o.id}); !w.tally.byRefusal(WrongCode, a) {
			w.breach("order %s was handed out to a wrong code", o.id)
		}
	}
	if o.pay > 0 && !o.paid && w.can["order.recall"] {
		if a := p.do("collect.pay", D{"order": o.id, "amount": D{"minor": o.pay, "currency": "EUR"}, "method": "card", "receipt": "T-" + o.id}); a.ok() {
			o.paid = true
			w.tally.Money += o.pay
		}
	}
	proof := D{"order": o.id, "method": "code", "code": o.code}
	if !w.can["order.recall"] {
		proof = D{"order": o.id, "method": "id", "id_kind": "passport", "id_tail": "1234"}
	}
	if a := p.do("collect.authorise", proof); !a.ok() {
		w.tooLate(o, "order %s: its customer's own code is refused: %s", o.id, a.Refusal.Words)
		return
	}
	a := p.do("collect.handover", D{"order": o.id})
	if !a.ok() {
		w.tooLate(o, "order %s cannot be handed over: %s", o.id, a.Refusal.Words)
		return
	}
	facts := linesOf(w.facts(p, a), "pickup.handed_over.v1")
	if len(facts) == 0 { // nobody heard of it: the customer has it all the same
		for _, l := range o.lines {
			facts = append(facts, lineQty{Line: l.id, SKU: l.sku, Qty: w.truth.has(onShelf(o.id), l.sku)})
		}
	}
	for _, q := range facts {
		n := w.truth.move(q.SKU, q.Qty, onShelf(o.id), withCustomer(o.id))
		o.line(q.Line).cancel -= q.Revived // nobody came, and then somebody did
		o.line(q.Line).gone += n
		w.tally.HandedU += n
	}
	o.handed++
	o.ended = "handed over"
	w.tally.Handed++
	w.bought = append(w.bought, o)
	if p.errs(TwiceHanded) {
		if a := p.do("collect.handover", D{"order": o.id}); !w.tally.byRefusal(TwiceHanded, a) {
			w.breach("order %s was handed over twice", o.id)
		}
	}
}
