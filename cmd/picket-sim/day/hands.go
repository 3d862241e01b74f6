package day

import "time"

// A bin has room for one person in front of it. Whoever takes, puts or counts there does it while standing
// there, until the site has heard of it: so what is seen in a bin, and what is told of it, belong together.

// front does something in front of a bin: it waits until nobody else stands there.
func (p *person) front(b string, do func()) {
	w := p.w
	if w.stands[b] == p {
		do()
		return
	}
	for waits := 0; w.stands[b] != nil; waits++ {
		if waits == 20_000 {
			panic("nobody leaves bin " + b)
		}
		p.await(3 * time.Second)
	}
	w.stands[b] = p
	defer delete(w.stands, b)
	do()
}

// await lets time pass for somebody who waits; those who are asked by others wait in their name.
func (p *person) await(d time.Duration) {
	if p.turn != nil {
		p.spend(d)
	}
}

// handheld gives every third of the people a handheld: it numbers its commands, and what it gets no answer to it
// sends again under the same number.
func (p *person) handheld(i int) {
	if i%3 == 0 {
		p.device = p.name + "-hh"
	}
}

// hands is where a person's goods are between a place and a place.
func (p *person) hands() spot { return inHands(p.name) }

// take takes up to n units of an item out of a bin into the hands, and says how many the person believes to
// have. Hands are not always right.
func (p *person) take(it *item, n int, b string) int {
	w := p.w
	n = min(n, w.truth.has(inBin(b), it.sku))
	if n <= 0 {
		return 0
	}
	took := n
	switch {
	case p.errs(WrongGoods):
		other := w.shop.neighbour(it, p.dice)
		moved := false
		for _, ob := range other.bins {
			if moved = w.truth.move(other.sku, 1, inBin(ob), p.hands()) == 1; moved {
				w.soil(ob, WrongGoods)
				w.soil(b, WrongGoods)
				n--
				break
			}
		}
		if !moved {
			p.not(WrongGoods)
		}
	case p.errs(TooManyTaken):
		if w.truth.has(inBin(b), it.sku) <= n {
			p.not(TooManyTaken)
			break
		}
		w.soil(b, TooManyTaken)
		n++
	}
	w.truth.move(it.sku, n, inBin(b), p.hands())
	return took
}

// lay puts what is in the hands into a tote or onto a cart: now and then one of it into another one's.
func (p *person) lay(it *item, b string, into spot) {
	w := p.w
	if p.errs(WrongTote) {
		if other := p.otherTote(into); other != "" && w.truth.move(it.sku, 1, p.hands(), other) == 1 {
			w.soil(b, WrongTote)
		} else {
			p.not(WrongTote)
		}
	}
	w.truth.all(p.hands(), into)
}

// giveBack puts what is in the hands back where it was taken.
func (p *person) giveBack(b string) { p.w.truth.all(p.hands(), inBin(b)) }
