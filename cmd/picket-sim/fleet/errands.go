package fleet

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/sync/oms/order"
)

// What is done at a site without an order, and what is asked of it: a till sells, and hours pass.

// errands are drawn in one seed of eight of the ordinary world, and in all of its own. They take nothing from the seed's
// other draws.
func (m *Mix) errands(seed uint64, opt Options) {
	if plain := !opt.PutBack && !opt.Restore && !opt.Replace; !opt.Errands && (!plain || seed%8 != 3) {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 0xe44a9d5))
	some := func(share, low, high float64) float64 {
		if v := low + rng.Float64()*(high-low); rng.Float64() < share {
			return v
		}
		return 0
	}
	low := func(a, b float64) float64 { return a + rng.Float64()*(b-a) }
	m.Tills, m.Nights, m.Inquiries = some(.7, .02, .3), some(.5, .004, .03), .2
	m.Collects = some(.6, .2, .8)
	m.Stockwork, m.Lorries = some(.6, .05, .4), low(.005, .04)
	// A till stamps its receipts by a clock of its own, and one that is a day ahead of the box's is not believed.
	m.Jumps = 0
	if m.Skew < -time.Hour {
		m.Skew = 0
	}
	if m.Nights > 0 {
		m.Retain = 30 * 24 * time.Hour // of which a night is a small part
	}
}

// night is hours in which nobody does anything: what was planned comes so much later, what was on its way has arrived, and
// every timer has run out. A site is cut off before it, and for a while behind it.
func (w *world) night() {
	d := w.between(20*time.Minute, 60*time.Hour)
	s := w.sites[w.rng.IntN(len(w.sites))]
	w.cut(s.client(), w.between(5*time.Second, 40*time.Second))
	w.after(w.between(0, 3*time.Second), func() {
		if w.calm {
			return
		}
		w.centre.given()
		w.say("world", "%s pass", d.Round(time.Minute))
		w.now, w.leapt = w.now.Add(d), w.leapt+d
		for i := range w.plan {
			w.plan[i].at = w.plan[i].at.Add(d)
		}
	})
}

// till is the shop's: what it sold it keeps until the centre has it (SYNC 1.9), and says it again to a box that was put
// back or replaced, under the same name.
type till struct {
	s     *site
	no    int
	again int // so often it will tell again
	roll  []*receipt

	guessed []string // receipts that do not say from which bin
}

type receipt struct {
	id   floor.CommandID
	what floor.Command
	life int       // of the box's file
	seq  floor.Seq // at which it has it, 0 while nobody was told
}

// sell is a customer taking something off the shelf.
func (t *till) sell() {
	w, s := t.s.w, t.s
	sku := w.items[w.rng.IntN(len(w.items))].SKU
	bin, ok := s.truth.where(sku, 1, nil)
	if !ok {
		return
	}
	qty := 1 + w.rng.IntN(min(3, s.truth.has(floor.InBin(bin), sku)))
	s.truth.do([]move{{sku, qty, floor.InBin(bin), floor.Sold}})
	t.no++
	line := floor.SoldLine{SKU: sku, Qty: qty, Bin: bin}
	if w.roll(.3) {
		line.Bin = "" // the till does not know from where
	}
	id := floor.CommandID(w.id("till:"))
	w.say(s.tag("till"), "sells %d of %s from %s, %s", qty, sku, bin, id)
	if line.Bin == "" {
		s.disturb(move{sku, qty, floor.InBin(bin), floor.Sold})
		s.till.guessed = append(s.till.guessed, string(id))
	}
	t.keep(id, &floor.SellAtTill{Receipt: string(id), SoldAt: w.now, Lines: []floor.SoldLine{line}})
}

// keep remembers what is to be told, and tells it, soon or in a while: there may be no line to the box just now.
func (t *till) keep(id floor.CommandID, what floor.Command) {
	w := t.s.w
	t.roll = append(t.roll, &receipt{id: id, what: what})
	if w.roll(.8) {
		t.tell()
	}
	w.after(w.between(time.Second, 20*time.Second), t.tell)
}

// tellsAgain is how often a till has in mind to tell again what the box does not take yet.
const tellsAgain = 32

// tell says what the box may not have, and forgets what the centre has for good.
func (t *till) tell() {
	s := t.s
	s.do(func() {
		stable := floor.Seq(s.engine.View().Stable)
		for _, r := range t.roll {
			if r.life != s.restores {
				r.life, r.seq = s.restores, 0
			}
		}
		t.roll = slices.DeleteFunc(t.roll, func(r *receipt) bool { return r.seq > 0 && r.seq <= stable })
		for _, r := range t.roll {
			if r.seq > 0 {
				continue
			}
			s.submit(ticket{node.Submission{Meta: floor.Meta{ID: r.id, Actor: "till"}, Command: r.what}, func(a node.Reply) {
				switch {
				case errors.Is(a.Err, node.ErrNotYet):
					if t.again == tellsAgain {
						return // each tells of all
					}
					t.again++
					s.w.after(s.w.between(time.Second, 10*time.Second), func() { t.again--; t.tell() })
				case a.Err != nil || a.Answer.Outcome == floor.OutcomeRefused:
					s.w.fail("P2", "the till's receipt %s: %v %v", r.id, a.Err, a.Answer.Refusal)
				case a.Answer.Seq == 0: // known to the centre's snapshot, which says no place: it is as safe as what is there now
					r.seq = max(1, floor.Seq(s.file.Head().Seq))
				default:
					r.seq = a.Answer.Seq
					s.tooOld(r)
				}
			}})
		}
	})
}

// tooOld: told again to a box that never knew it, a receipt may be older than receipts are remembered. Nobody can tell whether
// it was booked, and the desk says so; whoever looks books it by hand.
func (s *site) tooOld(r *receipt) {
	for _, was := range s.ledger.answer(r.id) {
		if e, ok := was.Event.(*floor.ReceiptTwice); ok {
			if !e.Old || !s.raised("receipt_old") {
				s.w.fail("P2", "the till's receipt %s is not booked: %+v", r.id, e)
			}
			for _, l := range r.what.(*floor.SellAtTill).Lines {
				s.doubt(l.SKU)
			}
		}
	}
}

// untold says whether the till has something the box does not.
func (t *till) untold() bool {
	return slices.ContainsFunc(t.roll, func(r *receipt) bool { return r.seq == 0 })
}

// cautious draws how the centre is to promise what stands at the site.
func (s *site) cautious() {
	w := s.w
	if w.mix.Inquiries == 0 {
		return
	}
	s.reckoned = newReckoning(s)
	sigma := []float64{0, .5, 2}[w.rng.IntN(3)]
	s.caution = &order.Caution{Kind: []string{"shop", "warehouse"}[w.rng.IntN(2)], Floor: int64(w.rng.IntN(3)), Sigma: &sigma}
	if w.roll(.3) {
		s.caution.MaxAge = 1 + w.rng.IntN(6)
	}
	if w.roll(.3) {
		s.caution.Sigma = nil // as it is seen
	}
}
