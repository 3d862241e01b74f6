package day

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// order is what the centre asked of the site, and what the simulator saw become of it.
type order struct {
	id    string
	flow  string // ship, pickup
	kind  string // what makes it special, for the report
	due   time.Time
	lines []*line
	code  string // the customer's
	pay   int64
	gift  bool
	comes bool // the customer will collect it

	carrier  string
	units    []string // parcels
	ended    string   // how it ended, in the simulator's eyes
	packed   bool
	handed   int // times the customer was given it
	expired  bool
	paid     bool // at the counter
	added    int  // times the centre wanted more of it
	recalled bool
	mixed    bool // picked in a run that is told apart later
	replan   bool
	minds    bool   // the centre wanted something of it differently: what its people ask may be refused since
	homing   bool   // somebody carries home what was picked in vain
	tours    int    // runs that still pick for it
	to       string // the site it goes to, when it is no customer's
	source   string // incoming: it is brought here first
}

// line of an order, with the simulator's own tally.
type line struct {
	id      string
	sku     string
	qty     int
	picked  int
	short   int
	refused int // declined
	gone    int // with the carrier or the customer
	back    int // returned
	cancel  int
	grams   int // asked for in all, of what is sold by weight
}

func (o *order) line(id string) *line {
	for _, l := range o.lines {
		if l.id == id {
			return l
		}
	}
	return nil
}

// demand draws n orders.
func (w *world) demand(n int, prefix string, draw func(i int, o *order)) []*order {
	var out []*order
	for i := range n {
		o := &order{id: fmt.Sprintf("%s-%05d", prefix, i+1), flow: "ship", kind: "ship", due: time.Now().Add(time.Duration(1+i%9) * time.Hour).UTC().Truncate(time.Second), carrier: "DEMO", comes: true}
		draw(i, o)
		if len(o.lines) == 0 {
			continue
		}
		for j, l := range o.lines {
			l.id = fmt.Sprint(j + 1)
			w.tally.Lines++
			w.tally.Units += l.qty
		}
		w.orders[o.id] = o
		w.ids = append(w.ids, o.id)
		out = append(out, o)
	}
	return out
}

// basket draws the lines of an order: different items, mostly one of each.
func (w *world) basket(lines int) []*line {
	var out []*line
	seen := map[string]bool{}
	for len(out) < lines {
		i := int(w.dice.ExpFloat64() * float64(len(w.shop.items)) / 5) // some sell much better than others
		if i >= len(w.shop.items) {
			continue
		}
		it := w.shop.items[i]
		if seen[it.sku] {
			continue
		}
		seen[it.sku] = true
		qty := 1
		if w.dice.IntN(4) == 0 {
			qty += 1 + w.dice.IntN(3)
		}
		out = append(out, &line{sku: it.sku, qty: qty})
	}
	return out
}

// assignment is the centre's command that hands the order to the site.
func (o *order) assignment(terms bool) D {
	d := D{"order": o.id, "assignment": "as-" + o.id, "number": "web-" + o.id, "flow": o.flow, "mode": "hold", "due": o.due, "carrier": o.carrier}
	var lines []D
	for _, l := range o.lines {
		x := D{"line": l.id, "sku": l.sku, "qty": l.qty}
		if l.grams > 0 {
			x["measure_g"], x["tolerance"] = l.grams, 10
		}
		lines = append(lines, x)
	}
	d["lines"] = lines
	if o.flow == "pickup" {
		delete(d, "carrier")
	}
	if o.to != "" {
		d["to"] = o.to
	}
	if !terms {
		return d
	}
	if o.flow == "pickup" {
		if o.source != "" {
			d["source"] = o.source
		}
		sum := sha256.Sum256([]byte(codeSalt + o.code))
		d["code_salt"], d["code_hash"] = codeSalt, hex.EncodeToString(sum[:])
		d["contact"] = "pii/" + o.id
	} else {
		d["ship_to"] = "pii/" + o.id
	}
	if o.pay > 0 {
		when := "cod"
		if o.flow == "pickup" {
			when = "pickup"
		}
		d["pay"] = D{"when": when, "due": D{"minor": o.pay, "currency": "EUR"}}
	}
	if o.gift {
		d["gift"] = D{"wrap": true, "receipt": "GR-" + o.id}
	}
	return d
}

// stock fills the building: what the book is told, and what is really there.
func (w *world) stock(p *person, of func(it *item, i int) int) {
	var list []D
	for _, it := range w.shop.items {
		for i, b := range it.bins {
			n := of(it, i)
			if n <= 0 {
				continue
			}
			list = append(list, D{"sku": it.sku, "bin": b, "delta": n, "reason": "opening"})
			w.truth.make(it.sku, n, inBin(b))
			if p.errs(Stolen) {
				if w.truth.move(it.sku, 1+p.dice.IntN(2), inBin(b), thief) > 0 {
					w.soil(b, Stolen)
				}
			}
		}
	}
	p.centre("stock.adjust", list)
}

// soil remembers that somebody went wrong at a bin, so that its book may be wrong until it is counted.
func (w *world) soil(b string, m Mistake) {
	if w.dirty[b] == "" {
		w.dirty[b] = string(m)
	}
}

// codeSalt is the salt of every pickup code of a day.
const codeSalt = "0123456789abcdef"
