package fleet

import (
	"math/rand/v2"
	"time"
)

// The world far is swarm with what the others are too small or too tame for: in one seed of sixteen up to eight sites
// with up to six handhelds each, clocks that stand still, timers of a millisecond, and messages that come again to
// another connection than they were sent to.

// far draws these. It takes nothing from the seed's other draws.
func (m *Mix) far(seed uint64, opt Options) {
	m.Hands = 3
	if !opt.Far {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 0xfa4))
	sites, hands, hasty, freezes := 1+rng.IntN(8), 1+rng.IntN(6), rng.Float64() < .3, .005+rng.Float64()*.03
	if seed%16 == 0 {
		m.Sites, m.Hands = sites, hands
		m.Orders += sites
	}
	if hasty {
		m.Timing.RetransmitMin = time.Millisecond
	}
	if rng.Float64() < .5 && m.Tills == 0 { // a till stamps by a clock that is right
		m.Freezes = freezes
	}
	if m.Net.Years = rng.Float64() < .7; m.Net.Years && m.Net.Replay == 0 {
		m.Net.Replay = .05
	}
}

// people are who works at a site, as the centre knows them: three, but where there are more handhelds.
var people = []string{"anna", "ben", "cleo", "dora", "emil", "fay"}

// freeze lets the box's clock stand still for a while, and go on from there where it should be.
func (s *site) freeze() {
	if !s.stopped.IsZero() {
		return
	}
	s.w.say(s.tag("site"), "its clock stands still")
	s.stopped, s.jumped = s.clock(), true
	s.w.after(s.w.between(time.Second, 30*time.Second), func() { s.stopped = time.Time{} })
}
