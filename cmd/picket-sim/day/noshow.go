package day

// What goes wrong when a carrier does not come.
const (
	NoShowTwice Mistake = "said twice that the carrier did not come"
	EmptyList   Mistake = "list closed for a driver who was not here"
	LeftBehind  Mistake = "parcel left standing, and on the list"
)

// noShow is n orders whose carrier does not come: some of their parcels stand on its list, the others beside it. The
// next pickup takes both; one parcel stays behind, and its list is told so by the driver's count.
func (w *world) noShow(n int) error {
	carrier := carriers[1]
	orders := w.demand(n, "N", func(_ int, o *order) {
		o.carrier = carrier
		o.lines = w.basket(1 + w.dice.IntN(2))
	})
	return w.part("the carrier does not come", func() {
		w.hire("associate-6", minute, func(p *person) {
			for _, o := range orders {
				w.extra("centre-2").centre("order.assign", []D{o.assignment(w.can["order.recall"])})
			}
			for _, o := range orders {
				if p.pickOrder(o, false) {
					p.packOrder(o)
				}
			}
			var mine, others []string
			for _, u := range w.gate {
				if w.parcels[u].carrier == carrier && !w.void[u] {
					mine = append(mine, u)
				} else {
					others = append(others, u)
				}
			}
			w.gate = others
			if len(mine) > 0 {
				p.missCarrier(carrier, mine)
			}
		})
	})
}

// missCarrier begins a list, waits in vain, and lets the next van take what waits.
func (p *person) missCarrier(carrier string, parcels []string) {
	w := p.w
	open := func() *manifest {
		a := p.do("manifest.open", D{"carrier": carrier})
		if !a.ok() {
			w.breach("no manifest for %s: %s %s", carrier, a.code(), a.Refusal.Words)
		}
		return &manifest{id: a.Made["manifest"]}
	}
	v := open()
	w.tally.made(EmptyList)
	if a := p.do("manifest.close", D{"manifest": v.id, "driver": "J. Doe", "count": 0}); !w.tally.byRefusal(EmptyList, a) {
		w.breach("manifest %s was closed with nothing on it", v.id)
	}
	half := parcels[:len(parcels)/2]
	for _, u := range half {
		if p.add(v, u) {
			v.loaded = append(v.loaded, u)
		}
	}
	p.spend(45 * minute)
	if a := p.do("carrier.no_show", D{"carrier": carrier}); !a.ok() {
		w.breach("%s did not come, and that cannot be said: %s %s", carrier, a.code(), a.Refusal.Words)
	}
	w.tally.made(NoShowTwice)
	if a := w.second.do("carrier.no_show", D{"carrier": carrier}); !w.tally.byRefusal(NoShowTwice, a) {
		w.breach("%s did not come, and is missed twice for the same parcels", carrier)
	}
	for _, u := range parcels {
		if row := mustOne[orderDetail](p, "orders/"+w.parcels[u].id); row.State == "shipped" {
			w.breach("order %s is shipped, and its carrier did not come", row.ID)
		}
	}
	p.spend(3 * 60 * minute) // the next pickup
	if len(half) == 0 {
		v = open() // nothing was on the list, so it went
	}
	for _, u := range parcels[len(half):] {
		if p.add(v, u) {
			v.loaded = append(v.loaded, u)
		}
	}
	if len(v.loaded) > 1 {
		w.tally.made(LeftBehind)
		a := p.do("manifest.close", D{"manifest": v.id, "driver": "J. Doe", "plate": "AB 12 CDE", "count": len(v.loaded) - 1})
		if !w.tally.byRefusal(LeftBehind, a) {
			w.breach("the driver counted one less than the list of %s has, and it is closed", v.id)
		}
	}
	p.drive(v)
	w.tally.Missed += len(v.loaded)
}
