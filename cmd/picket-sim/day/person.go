package day

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"time"
)

// person is somebody at work. What they do is written as a straight line; the world lets one of them act at a
// time, the one whose turn is next by the clock of the day.
type person struct {
	w      *world
	no     int
	name   string
	job    func(*person)
	dice   *rand.Rand
	at     time.Duration // since the day began
	turns  int
	metres float64
	spot   string // the bin they stand at
	busy   time.Duration
	turn   chan struct{}
	over   bool
	tote   string // on the cart, for the order in hand
	run    string // the run in hand
	held   []D
	site   Site   // where they work; nil: at the site the day is played at
	device string // the handheld they give their commands on; empty: none
	count  uint64 // of the handheld's commands
}

type handed struct {
	p    *person
	what byte // s: sleeps, a: asks the site, d: done, r: has its answer
	err  any
}

// longest is how far the clock of the day may go on while somebody waits for an answer.
const longest = time.Minute

// soon is the time up to which others act while some wait for an answer.
func (w *world) soon(asking map[*person]bool) time.Duration {
	at := time.Duration(math.MaxInt64)
	for p := range asking {
		at = min(at, p.at+longest)
	}
	return at
}

// hire adds somebody to the day.
func (w *world) hire(name string, at time.Duration, job func(*person)) *person {
	p := &person{w: w, no: len(w.people), name: name, job: job, at: at, turn: make(chan struct{}),
		dice: rand.New(rand.NewPCG(w.cfg.Seed, uint64(len(w.people))+1))}
	w.people = append(w.people, p)
	return p
}

// play lets everybody hired since the last time act until all of them are done.
func (w *world) play() {
	var q queue
	running := 0
	for _, p := range w.people[w.played:] {
		q.push(p)
		go p.live()
		running++
	}
	w.played = len(w.people)
	asking := map[*person]bool{}
	var answered []*person
	take := func(h handed) {
		switch h.what {
		case 's':
			q.push(h.p)
		case 'a':
			asking[h.p] = true
		case 'd':
			running--
			if h.err != nil && w.broken == nil {
				w.broken = fmt.Errorf("%s: %v", h.p.name, h.err)
			}
		}
	}
	for running > 0 {
		var p *person
		switch {
		case len(answered) > 0:
			p, answered = answered[0], answered[1:]
		case len(q) > 0 && len(asking) < w.cfg.Together && q.next().at <= w.soon(asking):
			p = q.pop()
		default:
			p = <-w.back
			delete(asking, p)
		}
		p.turns = w.turns
		w.turns++
		w.now = max(w.now, p.at)
		p.turn <- struct{}{}
		take(<-w.hand)
		for more := true; more; {
			select {
			case p := <-w.back:
				delete(asking, p)
				answered = append(answered, p)
			default:
				more = false
			}
		}
	}
}

// door is the site the person works at.
func (p *person) door() Site {
	if p.site != nil {
		return p.site
	}
	return p.w.site
}

func (p *person) live() {
	<-p.turn
	defer func() {
		p.over = true
		p.w.hand <- handed{p: p, what: 'd', err: recover()}
	}()
	p.job(p)
}

// spend lets time pass: others act meanwhile.
func (p *person) spend(d time.Duration) {
	p.at += d
	if p.w.broken != nil {
		panic(errStop)
	}
	p.w.hand <- handed{p: p, what: 's'}
	<-p.turn
}

// work is time spent with the hands.
func (p *person) work(seconds float64) {
	d := time.Duration(seconds * float64(time.Second))
	p.busy += d
	p.spend(d)
}

// chance rolls per mille.
func (p *person) chance(perMille float64) bool {
	return p.dice.Float64()*1000 < perMille*p.w.cfg.Clumsy
}

// errs rolls for a mistake, and notes that it was made.
func (p *person) errs(m Mistake) bool {
	if !p.chance(odds[m]) {
		return false
	}
	p.w.tally.made(m)
	return true
}

// not takes a mistake back that could not happen after all.
func (p *person) not(m Mistake) { p.w.tally.Made[m]-- }

// do gives one command. Now and then the answer is lost on the way, and the same command goes again.
func (p *person) do(typ string, data D) Answer {
	return p.send(Command{Type: typ, Data: data})
}

func (p *person) send(c Command) Answer {
	c.ID = p.id()
	p.count++
	a := p.w.ask(p, []Command{c})[0]
	if p.errs(LostAnswer) {
		again := p.w.ask(p, []Command{c})[0]
		if !again.ok() && again.Outcome != "duplicate" && p.site == nil {
			p.w.tally.Refused[c.Type+" "+again.code()]-- // one refusal, told twice
		}
		if again.Seq == a.Seq && (again.Outcome == "duplicate" || again.Outcome == a.Outcome && again.code() == a.code()) {
			p.w.tally.caught(LostAnswer, "the same answer again")
		} else {
			p.w.breach("%s %s sent again is %s %s, not the same answer", c.Type, c.ID, again.Outcome, again.code())
		}
	}
	return a
}

// list reads rows of a list into out.
func list[T any](p *person, name string, where ...string) []T {
	q := url.Values{}
	for i := 0; i+1 < len(where); i += 2 {
		q.Set(where[i], where[i+1])
	}
	raw := p.w.read(p, name, q)
	out := make([]T, len(raw))
	for i := range raw {
		if err := json.Unmarshal(raw[i], &out[i]); err != nil {
			panic(fmt.Errorf("list %s: %w", name, err))
		}
	}
	return out
}

// one reads what stands at an address.
func one[T any](p *person, path string) (T, bool) {
	var out T
	raw := p.w.look(p, path)
	if raw == nil {
		return out, false
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(fmt.Errorf("%s: %w", path, err))
	}
	return out, true
}

// walk goes to a bin.
func (p *person) walk(bin string) {
	m := p.w.metres(p.spot, bin)
	p.spot = bin
	p.metres += m
	p.w.tally.Metres += m
	p.work(m / 1.2) // a walking pace
}

// id names a command, once and for ever.
func (p *person) id() string {
	p.w.given++
	return fmt.Sprintf("%s-%d-%d", p.name, p.w.cfg.Seed, p.w.given)
}
