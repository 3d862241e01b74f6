package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"
)

// picker is one handheld at work while things die around it: it numbers its commands, sends each until it has the
// answer, now and then sends an answered one again, and writes down what it was told.
type picker struct {
	name         string
	site, centre *api
	rnd          *rand.Rand
	n            int
	orders       int
	ahead        []string       // numbers the centre took, in order
	done         []string       // the ids of what left the house
	told         map[int]answer // by n
	moved        map[string]int // what the answers say happened to the stock, by SKU
	units        []string
	acked        *atomic.Int64 // of all pickers together
	stop         *atomic.Bool
	trouble      error
}

// patience is how long a picker goes on asking: far longer than anything is down.
const patience = 4 * time.Minute

// until asks again and again, a moment apart, whatever is dead.
func (p *picker) until(what string, ok func() bool) bool {
	end := time.Now().Add(patience)
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if p.trouble != nil {
			return false
		}
		if time.Now().After(end) {
			p.trouble = fmt.Errorf("%s: %s: not in %s", p.name, what, patience)
			return false
		}
		<-tick.C
	}
	return p.trouble == nil
}

func (p *picker) send(n int, kind string, data m) (got answer) {
	body := m{"install": p.name, "ops": []m{{"n": n, "id": fmt.Sprintf("%s:%d", p.name, n), "type": kind, "at": "2026-11-21T10:00:00Z", "data": data}}}
	p.until(kind, func() bool {
		code, text := p.site.raw("POST", "/api/ops", body)
		var rep reply
		switch {
		case code == 0 || code >= 500 || code == http.StatusTooManyRequests:
			return false // dead, dying or not yet up
		case code != 200 || json.Unmarshal(text, &rep) != nil || len(rep.Answers) != 1 || rep.Saved < n:
			p.trouble = fmt.Errorf("%s: %s %d: %d %s", p.name, kind, n, code, text)
			return true
		}
		got = rep.Answers[0]
		return true
	})
	return got
}

// op gives the next command; ok says whether it did what it said.
func (p *picker) op(kind string, data m) (a answer, ok bool) {
	if p.trouble != nil {
		return a, false
	}
	p.n++
	a = p.send(p.n, kind, data)
	if p.trouble == nil && p.rnd.IntN(5) == 0 { // the answer was lost on its way
		b := p.send(p.n, kind, data)
		if p.trouble == nil && (b.Seq != a.Seq || b.Unit != a.Unit || (b.Refusal == nil) != (a.Refusal == nil)) {
			p.trouble = fmt.Errorf("%s: %s %d was answered %+v, and asked again %+v", p.name, kind, p.n, a, b)
		}
	}
	if p.trouble != nil {
		return a, false
	}
	p.told[p.n] = a
	p.acked.Add(1)
	return a, a.Refusal == nil
}

// adjust keeps the door busy while there is no order to pick.
func (p *picker) adjust() {
	sku, bin := "OAT", "A-01-1"
	if p.rnd.IntN(2) == 0 {
		sku, bin = "RICE", "A-02-1"
	}
	delta := p.rnd.IntN(5) - 1
	if delta == 0 {
		delta = 3
	}
	if _, ok := p.op("stock.adjust", m{"sku": sku, "bin": bin, "delta": delta, "reason": "found"}); ok {
		p.moved[sku] += delta
	}
}

// capture gives the centre an order, and gives it again while nobody says that it stands.
func (p *picker) capture() {
	p.orders++
	number := fmt.Sprintf("%s-%d", p.name, p.orders)
	body := m{
		"channel": "web", "number": number, "customer": m{"name": "Jo Doe"}, "site": "north",
		"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"},
		"lines":   []m{{"sku": "OAT", "qty": 1 + p.orders%2}, {"sku": "RICE", "qty": 1}},
	}
	p.until("capture", func() bool {
		code, text := p.centre.raw("POST", "/api/orders", body)
		if code/100 == 4 && code != http.StatusTooManyRequests {
			p.trouble = fmt.Errorf("order %s: %d %s", number, code, text)
		}
		if code/100 != 2 {
			p.adjust() // the floor does not wait for the centre
		}
		return code/100 == 2
	})
	p.ahead = append(p.ahead, number)
}

// find looks the order up at the site.
func (p *picker) find(number string) (o boardOrder, ok bool) {
	code, text := p.site.raw("GET", "/api/board", nil)
	var b struct{ Orders []boardOrder }
	if code != 200 || json.Unmarshal(text, &b) != nil {
		return o, false
	}
	for _, o := range b.Orders {
		if o.Number == number {
			return o, true
		}
	}
	return o, false
}

// serve picks, packs, labels and hands over one order.
func (p *picker) serve(number string) {
	var o boardOrder
	p.until("order "+number+" is here", func() (ok bool) {
		if o, ok = p.find(number); !ok {
			p.adjust()
		}
		return ok
	})
	must := func(kind string, data m) answer {
		a, ok := p.op(kind, data)
		if p.trouble == nil && !ok {
			p.trouble = fmt.Errorf("%s: order %s: %s was refused: %+v", p.name, number, kind, a.Refusal)
		}
		return a
	}
	must("pick.start", m{"order": o.ID})
	gtin := map[string]string{"OAT": "9520000000011", "RICE": "9520000000028"}
	for _, l := range o.Lines {
		for range l.Qty {
			must("pick.scan", m{"order": o.ID, "code": gtin[l.SKU]})
		}
	}
	must("pick.finish", m{"order": o.ID})
	unit := must("unit.open", m{"order": o.ID}).Unit
	for _, l := range o.Lines {
		must("unit.add", m{"unit": unit, "line": l.Line, "qty": l.Qty})
	}
	must("unit.close", m{"unit": unit, "weight_g": 2000})
	asked, jobs := map[string]bool{}, ""
	p.until("label of "+number, func() bool {
		now, ok := p.find(number)
		if !ok {
			return false
		}
		if len(now.Units) > 0 && now.Units[len(now.Units)-1].Labelled {
			return true
		}
		jobs = fmt.Sprintf("%+v", now.Jobs)
		for _, j := range now.Jobs {
			if j.Doc == "shipping_label" && j.State == "unknown" && !asked[j.ID] { // nobody saw whether it came out
				asked[j.ID] = true
				must("label.request", m{"unit": unit, "doc": "shipping_label", "reason": "nobody saw it"})
				return false
			}
		}
		p.adjust()
		return false
	})
	if p.trouble != nil {
		p.trouble = fmt.Errorf("%w; its jobs: %s", p.trouble, jobs)
	}
	must("handover", m{"unit": unit})
	if p.trouble != nil {
		return
	}
	for _, l := range o.Lines {
		p.moved[l.SKU] -= l.Qty
	}
	p.units, p.done = append(p.units, unit), append(p.done, o.ID)
}

// work goes on until it is told to stop, and ends with nothing half done.
func (p *picker) work() {
	for !p.stop.Load() && p.trouble == nil {
		for len(p.ahead) < 2 && p.trouble == nil {
			p.capture()
		}
		p.serve(p.ahead[0])
		p.ahead = p.ahead[1:]
	}
	for _, number := range p.ahead {
		p.serve(number)
	}
}
