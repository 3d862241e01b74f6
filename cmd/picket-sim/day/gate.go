package day

// gateWork gives parcels to their carriers.
func (p *person) gateWork(done func() bool) {
	w := p.w
	for {
		if len(w.gate) == 0 {
			if done() {
				return
			}
			p.work(60)
			continue
		}
		u := w.gate[0]
		w.gate = w.gate[1:]
		o := w.parcels[u]
		p.work(4)
		p.tallyScan()
		a := p.do("handover", D{"unit": u, "carrier": o.carrier})
		if !a.ok() {
			w.breach("parcel %s of %s cannot leave: %s %s", u, o.id, a.code(), a.Refusal.Words)
			continue
		}
		w.depart(u)
		if p.errs(TwiceHanded) {
			p.tallyScan()
			if a := p.do("handover", D{"unit": u, "carrier": o.carrier}); !w.tally.byRefusal(TwiceHanded, a) {
				w.breach("parcel %s was handed over twice", u)
			}
		}
	}
}

// depart is the parcel leaving the building.
func (w *world) depart(u string) {
	o := w.parcels[u]
	for sku, list := range w.truth.at[inUnit(u)] {
		if l := o.bySKU(sku); l != nil {
			l.gone += len(list)
		} else {
			w.breach("parcel %s of %s left with %d × %s, which it never ordered", u, o.id, len(list), sku)
		}
	}
	w.truth.all(inUnit(u), withCarrier(u))
	w.tally.Shipped++
	w.bought = append(w.bought, o)
}
