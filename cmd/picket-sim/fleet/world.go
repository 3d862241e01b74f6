package fleet

import (
	"container/heap"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
	_ "time/tzdata" // a bare machine has no time zones

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/wire"
)

// world is everything there is, at one moment of virtual time.
type world struct {
	seed          uint64
	opt           Options
	mix           Mix
	rng           *rand.Rand
	now           time.Time
	dawn          time.Time
	plan          agenda
	planned       uint64
	archived      int
	leapt         time.Duration        // of the time that passed with nobody about
	twice         []string             // orders of which more left than was asked for, where nobody could know, and people are told
	sent          map[string]time.Time // when each message last left its sender, where somebody asks
	unread        int                  // answers that no one was told, and that a snapshot does not have
	handed, asked int                  // times
	checked       int                  // bins whose count was held against the shelf
	restated      int                  // times a site told anew what stands there
	wiped, tabbed int                  // times
	allotted      int                  // times somebody said how much a site is to keep
	swapped       int                  // times a box began from the centre's snapshot
	ids           int

	net    *linktest.Net
	items  []floor.Item
	sites  []*site
	centre *centre
	shop   *shop

	deeds deeds

	mute  string // a client whose messages go nowhere
	deaf  string // a client that gets none
	calm  bool   // faults are over
	rest  bool   // people begin nothing new
	trace uint64
	text  []byte // of the line being told
	lines []string
	broke error // the first broken promise
	moves uint64
}

// What every site has.
const (
	tenant = "acme"
	lane1  = floor.PrinterID("bench-1")
	bench1 = floor.StationID("bench-1")
)

// newWorld opens the place in the morning.
func newWorld(seed uint64, opt Options) *world {
	rng := rand.New(rand.NewPCG(seed, 0x51c7e7))
	mix := draw(rng)
	mix.Older, mix.Behind, mix.Slow, mix.Confirm = older(seed), behind(seed), slow(seed), confirm(seed)
	w := &world{seed: seed, opt: opt, rng: rng, mix: mix, dawn: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC), trace: 14695981039346656037}
	if !opt.PutBack {
		w.mix.PutBacks = 0
	}
	w.mix.disasters(seed, opt)
	w.mix.errands(seed, opt)
	w.mix.returns(seed, opt)
	w.mix.wipes(seed, opt)
	w.mix.escrow(seed, opt)
	w.mix.paced(seed, opt)
	w.mix.far(seed, opt)
	if opt.Calm {
		w.mix = w.mix.calm()
	}
	w.now = w.dawn
	w.net = linktest.NewNet(seed, w.mix.Net)
	w.say("world", "seed %d: %s", seed, w.mix)
	w.items = catalogue()
	w.centre = newCentre(w)
	for i := range w.mix.Sites {
		w.sites = append(w.sites, newSite(w, i+1))
	}
	w.shop = newShop(w)
	for _, s := range w.sites {
		s.staff()
	}
	w.storms()
	return w
}

// id is a name nobody else has. Names rise, as ULIDs do.
func (w *world) id(prefix string) string {
	w.ids++
	return fmt.Sprintf("%s%07d", prefix, w.ids)
}

// say tells the transcript. The trace hash sees every line, kept or not.
func (w *world) say(who, format string, a ...any) {
	w.text = fmt.Appendf(w.text[:0], "%9.3f %-7s ", w.now.Sub(w.dawn).Seconds(), who)
	w.text = fmt.Appendf(w.text, format, a...)
	h := fnv.New64a()
	h.Write(w.text)
	w.trace = (w.trace ^ h.Sum64()) * 1099511628211
	if w.opt.Transcript {
		w.lines = append(w.lines, string(w.text))
	}
}

// fail notes a broken promise; only the first counts.
func (w *world) fail(invariant, format string, a ...any) {
	if w.broke == nil {
		w.broke = fmt.Errorf("%s: %s", invariant, fmt.Sprintf(format, a...))
		w.say("BROKEN", "%v", w.broke)
	}
}

func (w *world) roll(p float64) bool { return p > 0 && w.rng.Float64() < p }

func (w *world) between(low, high time.Duration) time.Duration {
	return low + time.Duration(w.rng.Int64N(int64(high-low)+1))
}

// after plans something. Plans for the same moment are kept in the order in which they were made.
func (w *world) after(d time.Duration, do func()) {
	w.planned++
	heap.Push(&w.plan, plan{w.now.Add(d), w.planned, do})
}

type plan struct {
	at time.Time
	n  uint64
	do func()
}

type agenda []plan

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(plan)) }
func (a *agenda) Pop() any {
	old := *a
	x := old[len(old)-1]
	*a = old[:len(old)-1]
	return x
}

// standstill is how many things may happen in one moment.
const standstill = 200_000

// until lets time pass.
func (w *world) until(end time.Time) {
	still, leapt := 0, w.leapt
	for w.broke == nil {
		at, do := w.next()
		if end := end.Add(w.leapt - leapt); do == nil || at.After(end) {
			w.now = end
			return
		}
		if still++; at.After(w.now) {
			w.now, still = at, 0
		}
		if still > standstill {
			w.fail("I6", "the world stands still: %d things happened in one moment", still)
			return
		}
		w.moves++
		do()
	}
}

// next is what happens next; in the same moment plans come first, then messages, then the site, then the centre.
func (w *world) next() (at time.Time, do func()) {
	sooner := func(t time.Time, f func()) {
		if !t.IsZero() && (do == nil || t.Before(at)) {
			at, do = t, f
		}
	}
	if len(w.plan) > 0 {
		sooner(w.plan[0].at, func() { heap.Pop(&w.plan).(plan).do() })
	}
	if t, ok := w.net.Next(); ok {
		sooner(t, w.deliver)
	}
	if !w.without(NoResend) {
		for _, s := range w.sites {
			sooner(s.next(), s.tick)
		}
		sooner(w.centre.next(), w.centre.tick)
		for _, s := range w.sites {
			for _, r := range s.relics {
				sooner(r.next(), r.tick)
			}
		}
	}
	return at, do
}

func (w *world) deliver() {
	for _, d := range w.net.Due(w.now) {
		switch d.To {
		case w.deaf:
		case centreClient:
			w.centre.heard(d)
		default:
			for _, s := range w.sites {
				if s.client() == d.To {
					s.heard(d)
				}
				for _, r := range s.relics {
					if r.name == d.To {
						r.heard(d)
					}
				}
			}
		}
	}
}

// storms plans the faults that come by themselves.
func (w *world) storms() {
	const beat = 500 * time.Millisecond
	var blow func()
	blow = func() {
		if w.calm {
			return
		}
		per := func(rate float64) bool { return w.roll(rate * beat.Seconds()) }
		if per(w.mix.Cuts) {
			w.cut(w.ends()[w.rng.IntN(len(w.sites)+1)], w.between(time.Second, 40*time.Second))
		}
		if per(w.mix.Brokers) {
			w.say("net", "the broker restarts and has forgotten everything")
			w.net.Restart()
			for _, s := range w.sites {
				s.lineLost()
				for _, r := range s.relics {
					r.lineLost()
				}
			}
			w.centre.lineLost()
		}
		if per(w.mix.Nights) {
			w.night()
		}
		if per(w.mix.Restores) {
			w.centre.putBack(w.mix.Silent == 0 || !w.roll(w.mix.Silent))
		}
		for _, s := range w.sites {
			s.storm(per)
		}
		w.after(beat, blow)
	}
	w.after(beat, blow)
}

// ends are all who are at the broker.
func (w *world) ends() []string {
	out := []string{centreClient}
	for _, s := range w.sites {
		out = append(out, s.client())
	}
	return out
}

// storm is what happens at one site by itself.
func (s *site) storm(per func(float64) bool) {
	w := s.w
	for _, h := range s.hands {
		if per(w.mix.Zones) {
			h.zone()
		}
		if per(w.mix.Batterys) {
			h.die()
		}
		if per(w.mix.Wipes) {
			h.wipe()
		}
		if per(w.mix.Tabs) {
			h.tab()
		}
	}
	s.press.weather(per)
	if per(w.mix.Freezes) {
		s.freeze()
	}
	if per(w.mix.Tills) {
		s.till.sell()
	}
	if per(w.mix.Allots) {
		s.allot()
	}
	if per(w.mix.Allots / 4) {
		s.wantBack()
	}
	if w.mix.Stockwork > 0 && per(w.mix.Lorries) {
		s.deliver()
	}
	if per(w.mix.Replaces) {
		s.replace()
	}
	if per(w.mix.Copies) {
		s.backup()
	}
	if per(w.mix.PutBacks) {
		s.putBack(w.roll(.5))
	}
	if per(w.mix.Jumps) {
		s.skew = []time.Duration{0, 365 * 24 * time.Hour, -365 * 24 * time.Hour, w.mix.Skew}[w.rng.IntN(4)]
		s.jumped = true
		w.say(s.tag("site"), "its clock jumps to %s", s.clock().Format(time.DateTime))
	}
}

// cut is a line that passes nothing, in one direction or in both, and nobody is told.
func (w *world) cut(who string, d time.Duration) {
	switch w.rng.IntN(3) {
	case 0:
		w.say("net", "%s is cut off", who)
		w.net.Cut(who, true)
		w.after(d, func() { w.net.Cut(who, false) })
	case 1:
		w.say("net", "%s is not heard", who)
		w.mute = who
		w.after(d, func() { w.mute = "" })
	case 2:
		w.say("net", "%s hears nothing", who)
		w.deaf = who
		w.after(d, func() { w.deaf = "" })
	}
}

// send publishes for a client, unless nobody hears it.
func (w *world) send(who, topic string, payload []byte, retained bool) {
	if w.sent != nil {
		w.sent[string(payload)] = w.now
	}
	if retained && (!strings.HasSuffix(topic, "/"+string(wire.ChannelState)) || len(payload) > birth) {
		w.fail("I13", "the broker is to keep %d bytes of %s", len(payload), topic)
	}
	if w.mute != who {
		w.net.Send(w.now, who, topic, payload, retained)
	}
}

// soothe ends all faults, for ever.
func (w *world) soothe() {
	w.say("world", "faults are over")
	w.calm = true
	update, updates := w.mix.Older != nil && w.centre.up, w.mix.Behind != nil
	w.mix = w.mix.calm()
	if update {
		w.centre.die("it is updated")
	}
	w.mute, w.deaf = "", ""
	w.net.Faults(w.mix.Net)
	for _, end := range w.ends() {
		w.net.Cut(end, false)
	}
	w.centre.noticed()
	for _, s := range w.sites {
		if updates && s.up {
			s.die("it is updated")
		}
		s.press.soothe()
		for _, h := range s.hands {
			h.reach = true
		}
	}
}

// death is how a process ends in the middle of anything.
type death struct{ why string }

// live runs a piece of a process that may die in it.
func (w *world) live(do func(), died func(why string)) {
	defer func() {
		switch d := recover().(type) {
		case nil:
		case death:
			died(d.why)
		default:
			panic(d)
		}
	}()
	do()
}
