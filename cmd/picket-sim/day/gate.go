package day

import (
	"fmt"
	"slices"
)

// verify scans the label on its own parcel, before the next one is taken in hand.
func (p *person) verify(u string) {
	w := p.w
	if p.errs(ForgotVerify) {
		return
	}
	if n := len(w.gate); n > 0 && p.errs(SwappedLabels) {
		other := w.gate[n-1]
		w.gate = w.gate[:n-1] // in the packer's hands, until its label is right
		defer func() { w.gate = append(w.gate, other) }()
		p.tallyScan()
		a := p.do("unit.verify", D{"unit": u, "code": "00" + other})
		if a.Outcome != "exception" {
			if a.ok() {
				w.breach("parcel %s took the label of %s", u, other)
			} else {
				w.tooLate(w.parcels[u], "parcel %s cannot be verified: %s", u, a.code())
			}
			return
		}
		w.tally.caught(SwappedLabels, "both parcels blocked, freed by a lead")
		for _, x := range []string{u, other} {
			if a := w.lead.do("unit.free", D{"unit": x, "note": "labels changed over"}); !a.ok() {
				w.tooLate(w.parcels[x], "parcel %s cannot be freed: %s", x, a.code())
			}
		}
		p.tallyScan()
		p.do("unit.verify", D{"unit": other, "code": "00" + other})
	}
	p.tallyScan()
	if a := p.do("unit.verify", D{"unit": u, "code": "00" + u}); !a.ok() {
		w.tooLate(w.parcels[u], "parcel %s does not know its own label: %s", u, a.code())
	}
}

// manifest is a carrier's list, and the van it stands for.
type manifest struct {
	id     string
	loaded []string
}

// gateWork loads the carriers' vans, parcel by parcel, and lets them go.
func (p *person) gateWork(done func() bool) {
	w := p.w
	vans := map[string]*manifest{}
	for {
		if len(w.gate) == 0 {
			if done() {
				break
			}
			p.work(60)
			continue
		}
		u := w.gate[0]
		w.gate = w.gate[1:]
		p.work(4)
		if w.void[u] {
			continue // the customer did not want it any more: it came apart
		}
		carrier := w.parcels[u].carrier
		if vans[carrier] == nil {
			a := p.do("manifest.open", D{"carrier": carrier})
			if !a.ok() {
				w.breach("no manifest for %s: %s %s", carrier, a.code(), a.Refusal.Words)
				return
			}
			vans[carrier] = &manifest{id: a.Made["manifest"]}
		}
		p.load(vans, carrier, u)
		if len(vans[carrier].loaded) >= 200 {
			p.drive(vans[carrier])
			delete(vans, carrier)
		}
	}
	for _, c := range sorted(vans) {
		p.drive(vans[c])
	}
}

// load puts a parcel into its van and on its list.
func (p *person) load(vans map[string]*manifest, carrier, u string) {
	w := p.w
	v := vans[carrier]
	for _, c := range sorted(vans) {
		if c != carrier && p.errs(WrongCarrier) {
			p.tallyScan()
			if a := p.do("manifest.add", D{"manifest": vans[c].id, "unit": u}); !w.tally.byRefusal(WrongCarrier, a) {
				w.breach("parcel %s for %s is on the list of %s", u, carrier, c)
			}
		}
	}
	if p.errs(Unscanned) {
		v.loaded = append(v.loaded, u)
		return // into the van without a scan
	}
	if !p.add(v, u) {
		return
	}
	v.loaded = append(v.loaded, u)
	if p.errs(TwiceHanded) {
		p.tallyScan()
		if a := p.do("manifest.add", D{"manifest": v.id, "unit": u}); !w.tally.byRefusal(TwiceHanded, a) {
			w.breach("parcel %s is on the list twice", u)
		}
	}
}

// add scans a parcel onto the list. It may not leave any more when the customer does not want it.
func (p *person) add(v *manifest, u string) bool {
	w := p.w
	p.tallyScan()
	a := p.do("manifest.add", D{"manifest": v.id, "unit": u})
	if w.tally.byRefusalOf(ForgotVerify, a, "not_verified") {
		p.tallyScan()
		if a := p.do("unit.verify", D{"unit": u, "code": "00" + u}); !a.ok() {
			w.tooLate(w.parcels[u], "parcel %s cannot be verified: %s", u, a.code())
		}
		p.tallyScan()
		a = p.do("manifest.add", D{"manifest": v.id, "unit": u})
	}
	if !a.ok() {
		w.tooLate(w.parcels[u], "parcel %s of %s cannot leave: %s %s", u, w.parcels[u].id, a.code(), a.Refusal.Words)
	}
	return a.ok()
}

// drive lets a van go: the driver counts what is in it. What is in it and not on the list is put on it, or
// taken out when it may not leave.
func (p *person) drive(v *manifest) {
	w := p.w
	var a Answer
	for range 5 {
		v.loaded = slices.DeleteFunc(v.loaded, func(u string) bool { return w.void[u] })
		a = p.do("manifest.close", D{"manifest": v.id, "driver": "J. Doe", "plate": "AB 12 CDE", "count": len(v.loaded)})
		if a.code() != "count_differs" && (a.code() != "manifest_empty" || len(v.loaded) == 0) {
			break
		}
		row := mustOne[struct {
			Parcels []struct {
				Unit string `json:"unit"`
			} `json:"parcels"`
		}](p, "manifests/"+v.id)
		on := map[string]bool{}
		for _, x := range row.Parcels {
			on[x.Unit] = true
		}
		v.loaded = slices.DeleteFunc(v.loaded, func(u string) bool {
			if on[u] {
				return false
			}
			w.tally.caught(Unscanned, "the driver counted one more")
			return !p.add(v, u)
		})
	}
	if !a.ok() {
		if len(v.loaded) > 0 || a.code() != "manifest_empty" {
			w.breach("manifest %s cannot be closed: %s %s", v.id, a.code(), a.Refusal.Words)
		}
		return
	}
	w.print(p, nil, a.Jobs)
	for _, u := range v.loaded {
		w.depart(u)
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
	if o.to == "" { // another site sends nothing back
		w.bought = append(w.bought, o)
		w.away = append(w.away, u)
	}
}

// backWork takes back what carriers could not deliver.
func (p *person) backWork(n int) {
	w := p.w
	for range n {
		if len(w.away) == 0 {
			return
		}
		i := p.dice.IntN(len(w.away))
		u := w.away[i]
		w.away = append(w.away[:i:i], w.away[i+1:]...)
		o := w.parcels[u]
		whole := true
		for _, l := range o.lines {
			whole = whole && l.back == 0
		}
		if !whole {
			continue
		}
		if w.void[u] {
			continue
		}
		p.work(60)
		p.tallyScan()
		if a := p.do("parcel.back", D{"code": "00" + u, "why": "undelivered"}); !a.ok() {
			w.breach("parcel %s came back and is refused: %s %s", u, a.code(), a.Refusal.Words)
			continue
		}
		var lines []D
		from := withCarrier(u)
		for _, sku := range w.truth.skus(from) {
			l := o.bySKU(sku)
			lines = append(lines, w.unpacked(l.id, sku, from)...)
		}
		if a := p.do("parcel.unpack", D{"unit": u, "lines": lines}); !a.ok() {
			w.breach("parcel %s cannot be unpacked: %s %s", u, a.code(), a.Refusal.Words)
			continue
		}
		for _, sku := range w.truth.skus(from) {
			n := w.truth.has(from, sku)
			l := o.bySKU(sku)
			l.gone -= n
			l.cancel += n
			p.walk(w.shop.by[sku].bins[0])
			w.truth.move(sku, n, from, inBin(w.shop.by[sku].bins[0]))
		}
		w.tally.Back++
	}
}

// unpacked says of what came back in a parcel that it goes to the item's bin: lot by lot, and each number.
func (w *world) unpacked(line, sku string, from spot) (out []D) {
	n := map[string]int{}
	for _, u := range w.truth.at[from][sku] {
		n[u.mark]++
	}
	for _, mark := range sorted(n) {
		d := D{"line": line, "qty": n[mark], "to": "bin", "bin": w.shop.by[sku].bins[0]}
		switch {
		case sku == camera:
			d["serials"] = []string{mark}
		case len(n) > 1: // else the site knows which lot it is
			d["lot"] = mark
		}
		out = append(out, d)
	}
	return out
}

// byRefusalOf notes a mistake that a certain refusal found.
func (t *tally) byRefusalOf(m Mistake, a Answer, code string) bool {
	if a.code() != code {
		return false
	}
	t.caught(m, fmt.Sprintf("refused: %s", code))
	return true
}
