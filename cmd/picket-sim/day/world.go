package day

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"slices"
	"time"
)

// Config of a day.
type Config struct {
	Seed     uint64
	Store    int       // orders of the store; 0: there is no store
	Lines    int       // order lines of the distribution centre; 0: there is none
	Pickers  int       // of the distribution centre
	Clumsy   float64   // how many times as many mistakes as usual
	Together int       // people who wait for the site's answer at once; 1: one after the other, the same by every seed
	Steal    bool      // feed the ledger one unit that is not there: the comparison has to fail
	Swap     bool      // exchange the marks of two pieces in the ledger: the comparison has to fail
	NoShow   int       // of a thousand customers so many do not come; 0: 50
	Journal  io.Writer // the site's records are copied here at the end, when somebody wants to read them
	Forget   string    // kind of command the site is never told once: the comparison has to fail
}

// world is a day at one site.
type world struct {
	cfg   Config
	ctx   context.Context
	site  Site
	house *house
	truth *truth
	shop  *shop
	dice  *rand.Rand
	tally *tally
	times []time.Duration // of every answer, by the real clock
	began time.Time

	people []*person
	played int
	turns  int
	given  int // commands
	now    time.Duration
	hand   chan handed
	back   chan *person
	broken error

	todo          []*order           // what the screens show as new
	left          []*order           // begun, and left by who began
	gate          []string           // parcels that wait for their carrier
	shelf         []*order           // on the staging shelf, the customer was told
	parcels       map[string]*order  // by their number
	bought        []*order           // what customers may bring back
	away          []string           // parcels that left
	open          map[spot]bool      // parcels that are being filled
	void          map[string]bool    // parcels that came apart
	cured         map[string]bool    // bins that were counted since
	stands        map[string]*person // who stands in front of a bin
	counting      map[string]bool    // bins somebody is counting
	inPlan        map[string]bool    // orders a run was planned for
	tours         []*tour            // planned, nobody walks them yet
	orphans       []*tour            // somebody walked away from them
	walls         []*tour            // to be sorted
	singles       []*tour            // to be packed unit by unit
	packs         []*order           // to be packed
	planned       bool               // no more runs will come
	walking       int                // runs under way
	sorting       int                // at the benches
	totes         int
	returnNumbers bool // the centre leased numbers for returns
	slots         int
	sent          bool    // the centre has sent everything
	working       int     // people who still pick
	printer       *person // the printer by the benches
	lead          *person // asked by others
	centre        *person // asked by others
	second        *person // counts after others
	books         books
	bench         map[spot]bool   // totes and carts that left the aisles
	can           map[string]bool // what the site can do

	orders   map[string]*order // what the centre asked for
	ids      []string          // of them, in the order they were sent
	dirty    map[string]string // bins somebody went wrong at, and how
	breaches []string
	breached int
	forgot   bool
	phases   []phase
}

// phase is a stretch of the day, for the report.
type phase struct {
	Name     string
	Took     time.Duration
	Commands int
}

var errStop = errors.New("the day was stopped")

func newWorld(ctx context.Context, cfg Config, s Site) *world {
	if cfg.Clumsy == 0 {
		cfg.Clumsy = 1
	}
	if cfg.NoShow == 0 {
		cfg.NoShow = 50
	}
	w := &world{cfg: cfg, ctx: ctx, site: s, truth: newTruth(), tally: newTally(), began: time.Now(),
		dice: rand.New(rand.NewPCG(cfg.Seed, 0)), hand: make(chan handed), back: make(chan *person, 64),
		orders: map[string]*order{}, dirty: map[string]string{}, parcels: map[string]*order{}, can: map[string]bool{}, inPlan: map[string]bool{}, bench: map[spot]bool{}, open: map[spot]bool{}, void: map[string]bool{}, cured: map[string]bool{},
		stands: map[string]*person{}, counting: map[string]bool{}}
	w.printer = w.extra("printer-1")
	return w
}

// ask puts commands to the site. While more than one person may wait for an answer, others act meanwhile.
func (w *world) ask(p *person, list []Command) []Answer {
	if w.cfg.Forget == list[0].Type && !w.forgot && len(list) == 1 {
		w.forgot = true // the scan nobody heard: the person believes it
		return []Answer{{ID: list[0].ID, Outcome: "accepted"}}
	}
	w.release(p)
	began := time.Now()
	out, err := w.put(p, list)
	took := time.Since(began)
	w.resume(p)
	if err == nil && len(out) != len(list) {
		err = fmt.Errorf("%d commands have %d answers", len(list), len(out))
	}
	if err != nil {
		panic(fmt.Errorf("%s %s: %w", list[0].Type, list[0].ID, err))
	}
	w.times = append(w.times, took)
	for i := range out {
		w.tally.Commands++
		w.tally.Kinds[list[i].Type]++
		if !out[i].ok() && out[i].Outcome != "duplicate" && p.site == nil {
			w.tally.Refused[list[i].Type+" "+out[i].code()]++
		}
	}
	return out
}

// put sends commands the way the person has: on a handheld under its next number, else as a machine's.
func (w *world) put(p *person, list []Command) ([]Answer, error) {
	if p.device == "" || len(list) != 1 || p.count == 0 {
		return p.door().Do(w.ctx, p.name, list)
	}
	w.tally.Ops++
	a, err := w.site.Ops(w.ctx, p.name, p.device, p.count, list[0])
	if err == nil {
		err = w.shown(p, a.Seq)
	}
	return []Answer{a}, err
}

// shown waits until the screens have a record. A handheld is answered when the journal has it, which is a moment
// before; nobody reads a screen, or hands goods on, as fast as that.
func (w *world) shown(p *person, seq uint64) error {
	for range 5000 {
		raw, err := w.site.One(w.ctx, p.name, "site")
		if err != nil {
			return err
		}
		var at struct {
			Seq uint64 `json:"seq"`
		}
		if err := json.Unmarshal(raw, &at); err != nil {
			return err
		}
		if at.Seq >= seq {
			return nil
		}
	}
	return fmt.Errorf("the screens do not come to record %d", seq)
}

func (w *world) release(p *person) {
	if w.cfg.Together > 1 && p.turn != nil {
		w.hand <- handed{p: p, what: 'a'}
	}
}

func (w *world) resume(p *person) {
	if w.cfg.Together > 1 && p.turn != nil {
		w.back <- p
		<-p.turn
	}
}

func (w *world) read(p *person, name string, q url.Values) []json.RawMessage {
	w.release(p)
	rows, err := p.door().List(w.ctx, p.name, name, q)
	w.resume(p)
	if err != nil {
		panic(fmt.Errorf("list %s: %w", name, err))
	}
	return rows
}

func (w *world) look(p *person, path string) json.RawMessage {
	w.release(p)
	row, err := p.door().One(w.ctx, p.name, path)
	w.resume(p)
	if err != nil {
		panic(fmt.Errorf("%s: %w", path, err))
	}
	return row
}

// part plays a stretch of the day.
func (w *world) part(name string, hire func()) error {
	if w.broken != nil {
		return w.broken
	}
	began, had := time.Now(), w.tally.Commands
	hire()
	w.play()
	w.phases = append(w.phases, phase{name, time.Since(began), w.tally.Commands - had})
	if w.broken == nil {
		w.broken = w.ctx.Err()
	}
	return w.broken
}

// centre gives the centre's commands, many at a time.
func (p *person) centre(typ string, list []D) {
	for chunk := range slices.Chunk(list, 100) {
		cmds := make([]Command, len(chunk))
		for i, d := range chunk {
			cmds[i] = Command{ID: p.id(), Type: typ, Data: d}
		}
		for i, a := range p.w.ask(p, cmds) {
			if !a.ok() {
				panic(fmt.Errorf("%s %v: %s %s", typ, chunk[i], a.code(), a.Refusal.Words))
			}
		}
	}
}

// extra is somebody who acts when others ask them to.
func (w *world) extra(name string) *person {
	return &person{w: w, name: name, dice: rand.New(rand.NewPCG(w.cfg.Seed, uint64(len(name))<<32+uint64(name[0])))}
}

// clock is the site's time, which everybody's watch shows.
func (w *world) clock() time.Time { return w.house.now().UTC() }
