package day

// settle is the evening: strays go home, bins are counted, the desk is cleared.
func (w *world) settle() error {
	return w.part("evening", func() {
		w.hire("associate-evening", 0, func(p *person) {
			p.strays()
			w.beforeCounts(p, &w.books)
			p.countAll()
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

// countAll counts every bin.
func (p *person) countAll() {
	w := p.w
	differ := w.differ(bookOf(p))
	for _, b := range sorted(differ) {
		for _, it := range w.shop.items {
			book := 0
			for _, h := range mustOne[binRow](p, "bins/"+b).Holds {
				if h.SKU == it.sku {
					book = h.OnHand
				}
			}
			if d := w.truth.has(inBin(b), it.sku) - book; d != 0 {
				lead := w.lead
				if a := lead.do("stock.adjust", D{"sku": it.sku, "bin": b, "delta": d, "reason": "correction"}); !a.ok() {
					w.breach("bin %s: %s", b, a.Refusal.Words)
				}
			}
		}
		w.tally.Counted++
	}
}

func mustOne[T any](p *person, path string) T {
	v, ok := one[T](p, path)
	if !ok {
		panic("there is no " + path)
	}
	return v
}
