package day

// stageOrder puts picked goods on a staging shelf and says that the customer may come.
func (p *person) stageOrder(o *order) {
	w := p.w
	o.inHand = true
	defer func() { o.inHand = false }()
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
	if len(need) == 0 {
		return // nothing of it was to be had
	}
	p.work(15)
	shelf := w.shop.shelves[p.dice.IntN(len(w.shop.shelves))]
	a := p.do("collect.stage", D{"order": o.id, "shelf": shelf, "bags": 1})
	if !a.ok() {
		w.breach("order %s cannot be staged: %s", o.id, a.Refusal.Words)
		return
	}
	w.truth.all(tote, onShelf(o.id))
	w.print(p, a.Jobs)
	if a := p.do("collect.ready", D{"order": o.id}); !a.ok() {
		w.breach("order %s cannot be ready: %s", o.id, a.Refusal.Words)
		return
	}
	p.do("collect.notified", D{"order": o.id, "how": "mail"})
	w.shelf = append(w.shelf, o)
}

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
			o.ended = "waits for its customer"
			continue
		}
		p.work(30)
		p.serve(o)
	}
}

// serve hands an order to its customer.
func (p *person) serve(o *order) {
	w := p.w
	o.inHand = true
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
	if o.pay > 0 && w.can["order.recall"] {
		p.do("collect.pay", D{"order": o.id, "amount": D{"minor": o.pay, "currency": "EUR"}, "method": "card", "receipt": "T-" + o.id})
	}
	proof := D{"order": o.id, "method": "code", "code": o.code}
	if !w.can["order.recall"] {
		proof = D{"order": o.id, "method": "id", "id_kind": "passport", "id_tail": "1234"}
	}
	if a := p.do("collect.authorise", proof); !a.ok() {
		w.breach("order %s: its customer's own code is refused: %s", o.id, a.Refusal.Words)
		return
	}
	if a := p.do("collect.handover", D{"order": o.id}); !a.ok() {
		w.breach("order %s cannot be handed over: %s", o.id, a.Refusal.Words)
		return
	}
	for sku, list := range w.truth.at[onShelf(o.id)] {
		if l := o.bySKU(sku); l != nil {
			l.gone += len(list)
		}
		w.tally.HandedU += len(list)
	}
	w.truth.all(onShelf(o.id), withCustomer(o.id))
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
