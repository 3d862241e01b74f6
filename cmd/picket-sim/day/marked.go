package day

import (
	"fmt"
	"strings"
	"time"
)

// Goods that are not all alike: yoghurt has lots that expire, cameras have serial numbers, ham is sold by weight.
// The ledger knows of every unit which one it is.

// What people do wrong with them.
const (
	NewerLot    Mistake = "took the lot that keeps longer"
	ExpiredLot  Mistake = "took a lot that does not keep"
	NoSerial    Mistake = "serial number not scanned"
	OtherSerial Mistake = "serial number of one that is not there"
	WrongPiece  Mistake = "took a piece of another size"
)

const yoghurt, camera, ham = "YOGHURT", "CAMERA", "HAM"

// markedGoods is what becomes of n orders of them.
func (w *world) markedGoods(n int) error {
	day := func(days int) string { return w.clock().AddDate(0, 0, days).Format(time.DateOnly) }
	var serials []string
	for i := range 2*n + 2 {
		serials = append(serials, fmt.Sprintf("SN-%04d", i+1))
	}
	err := w.part("goods with lots and numbers", func() {
		w.hire("centre-1", 0, func(p *person) {
			var items, bins []D
			for i, x := range []D{{"sku": yoghurt, "lots": true, "expires": true, "weight_g": 200}, {"sku": camera, "serials": true, "weight_g": 600}, {"sku": ham, "measured": true, "weight_g": 500}} {
				it := &item{sku: x["sku"].(string), gtin: gtin(900_001 + i), grams: x["weight_g"].(int), size: [3]int{90, 80, 70}, price: 500}
				x["name"], x["gtins"], x["length_mm"], x["width_mm"], x["height_mm"] = it.sku, []string{it.gtin}, 90, 80, 70
				items = append(items, x)
				for j := range 2 {
					b := &bin{id: fmt.Sprintf("M-%02d-%d", i+1, j+1), aisle: "M", bay: i + 1, level: j + 1}
					w.shop.add(b)
					bins = append(bins, D{"id": b.id, "aisle": b.aisle, "bay": b.bay, "level": b.level, "walk": b.walk})
					it.bins = append(it.bins, b.id)
				}
				w.shop.by[it.sku], w.shop.code[it.gtin] = it, it
			}
			p.centre("item.set", items)
			p.centre("bin.set", bins)
			stock := func(sku string, at, n int, d D, marks ...string) {
				d["sku"], d["bin"], d["delta"], d["reason"] = sku, w.shop.by[sku].bins[at], n, "opening"
				w.truth.make(sku, n, inBin(w.shop.by[sku].bins[at]))
				for i, u := range w.truth.units[len(w.truth.units)-n:] {
					if len(marks) > 0 {
						u.mark = marks[i%len(marks)]
					}
				}
				w.extra("manager-1").centre("stock.adjust", []D{d})
			}
			stock(yoghurt, 0, 2, D{"lot": "OLD", "expiry": day(-1)}, "OLD")
			stock(yoghurt, 0, n, D{"lot": "SOON", "expiry": day(20)}, "SOON")
			stock(yoghurt, 1, 2*n, D{"lot": "LATER", "expiry": day(60)}, "LATER")
			stock(camera, 0, n+2, D{"serials": serials[:n+2]}, serials[:n+2]...)
			stock(camera, 1, n, D{"serials": serials[n+2:]}, serials[n+2:]...)
			stock(ham, 0, 2*n, D{})
		})
	})
	if err != nil {
		return err
	}
	orders := w.demand(n, "M", func(_ int, o *order) {
		o.lines = []*line{{sku: yoghurt, qty: 1 + w.dice.IntN(2)}, {sku: camera, qty: 1}, {sku: ham, qty: 1, grams: 500}}
	})
	err = w.part("orders of them", func() {
		w.hire("centre-2", 0, func(p *person) {
			for _, o := range orders {
				p.centre("order.assign", []D{o.assignment(w.can["order.recall"])})
			}
		})
	})
	if err != nil { // nobody picks what has not come yet
		return err
	}
	return w.part("picking them", func() {
		w.hire("associate-8", 0, func(p *person) {
			p.spend(minute)
			if a := w.extra("manager-1").do("policy.set", D{"name": "fefo", "value": "strict"}); !a.ok() {
				w.breach("the policy fefo cannot be set: %s", a.Refusal.Words)
			}
			for _, o := range orders {
				p.pickMarked(o)
				p.packOrder(o)
			}
			p.gateWork(func() bool { return true })
		})
	})
}

// pickMarked picks an order of them, and goes wrong in every way there is.
func (p *person) pickMarked(o *order) {
	w := p.w
	if a := p.do("pick.start", D{"order": o.id}); !a.ok() {
		w.breach("order %s cannot be begun: %s %s", o.id, a.code(), a.Refusal.Words)
		return
	}
	for _, l := range o.lines {
		it := w.shop.by[l.sku]
		for range l.qty {
			p.pickOne(o, l, it)
		}
	}
	if a := p.do("pick.finish", D{"order": o.id}); !a.ok() {
		w.breach("order %s cannot be finished: %s %s", o.id, a.code(), a.Refusal.Words)
	}
}

// pickOne picks one unit, the one that is to go first.
func (p *person) pickOne(o *order, l *line, it *item) {
	w := p.w
	bin := it.bins[0]
	wrong := func(m Mistake, bin string, more D) {
		d := D{"order": o.id, "line": l.id, "code": it.gtin, "qty": 1, "bin": bin}
		for k, v := range more {
			d[k] = v
		}
		w.tally.made(m)
		if a := p.scan(d); !w.tally.byRefusal(m, a) {
			w.breach("order %s: %s, and it was taken", o.id, m)
		}
	}
	var u *unit
	d := D{"order": o.id, "line": l.id, "code": it.gtin, "qty": 1}
	switch it.sku {
	case yoghurt:
		if u = w.truth.marked(inBin(bin), yoghurt, "SOON"); u != nil {
			wrong(ExpiredLot, bin, D{"lot": "OLD"})
			wrong(NewerLot, it.bins[1], D{"lot": "LATER"})
		} else if bin = it.bins[1]; true {
			u = w.truth.marked(inBin(bin), yoghurt, "LATER")
		}
		d["lot"] = u.mark
	case camera:
		wrong(NoSerial, bin, nil)
		for _, gone := range w.truth.units {
			if gone.sku == camera && gone.at != inBin(bin) {
				wrong(OtherSerial, bin, D{"serials": []string{gone.mark}})
				break
			}
		}
		u = w.truth.at[inBin(bin)][camera][0]
		d["serials"] = []string{u.mark}
	default:
		wrong(WrongPiece, bin, D{"grams": 2000})
		u = w.truth.at[inBin(bin)][it.sku][0]
		d["grams"] = it.grams
	}
	d["bin"] = bin
	p.walk(bin)
	if a := p.scan(d); !a.ok() {
		w.breach("order %s: %s %s cannot be picked: %s %s", o.id, it.sku, u.mark, a.code(), a.Refusal.Words)
		return
	}
	w.truth.carry(u, inTote(o.id))
	l.picked++
	w.tally.Picked++
}

// whereIsIt asks the site of every camera that was ever made where it is, by trying to take it out of a bin it
// is not in: it has to be refused, and to name the bin the camera stands in, or the order it went with. And nothing that did
// not keep has left.
func (p *person) whereIsIt() {
	w := p.w
	if w.shop.by[camera] == nil {
		return
	}
	asked := &order{}
	for _, o := range w.demand(1, "W", func(_ int, o *order) { o.lines = []*line{{sku: camera, qty: 1}} }) {
		asked = o
		w.extra("centre-2").centre("order.assign", []D{o.assignment(w.can["order.recall"])})
	}
	if a := p.do("pick.start", D{"order": asked.id}); !a.ok() {
		w.breach("order %s cannot be begun: %s", asked.id, a.code())
		return
	}
	l, it := asked.lines[0], w.shop.by[camera]
	for _, u := range w.truth.units {
		if u.sku == yoghurt && u.mark == "OLD" && u.at.bucket() != "bin" {
			w.breach("yoghurt that does not keep: %s", u.story())
		}
		if u.sku != camera {
			continue
		}
		w.tally.Numbers++
		from := it.bins[0]
		if u.at == inBin(from) {
			from = it.bins[1]
		}
		_, parcel, _ := strings.Cut(strings.TrimPrefix(string(u.at), "gone/"), "/")
		went := w.parcels[parcel]
		a := p.scan(D{"order": asked.id, "line": l.id, "code": it.gtin, "qty": 1, "bin": from, "serials": []string{u.mark}})
		switch {
		case a.code() != "serial_elsewhere":
			w.breach("%s, and its number is taken out of bin %s: %s", u.story(), from, a.code())
		case u.at.bucket() == "bin":
			if a.Refusal.Args["where"] != string(u.at) {
				w.breach("%s, and the site has %s in %s", u.story(), u.mark, a.Refusal.Args["where"])
			}
		case went == nil || !strings.Contains(a.Refusal.Args["where"], went.id):
			w.breach("%s, and the site has it with %s", u.story(), a.Refusal.Args["where"])
		}
	}
	p.pickOne(asked, l, it)
	p.do("pick.finish", D{"order": asked.id})
	p.packOrder(asked)
	p.gateWork(func() bool { return true })
}
