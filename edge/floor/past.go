package floor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Past is what a site's facts come to, folded one behind the other by the site's own rules: its state, and which
// commands are behind it. The centre makes it and hands it to a box that lost its journal, in the place of every fact.
//
// It always stands before the newest command that was added: so whoever takes it has something to take behind it, and
// no command is cut in two.
type Past struct {
	state   *State
	pos     uint64 // of the newest fact folded
	devices map[DeviceID]uint64
	calls   map[CommandID]int // where in queue
	queue   []PastCall
	newest  int64
	told    pastTold
	under   *State // while a restatement is not whole: what was told before it, with what it told so far on top; else nil

	held   []Record // of the newest command
	again  []Record // the same, for under: a state keeps what an event holds
	heldAt uint64   // pos of the newest of them
	lastAt uint64   // and of the newest that stands
}

// PastCall is a command without a counter: its id, the time of its records in ms, and the digest of its body.
type PastCall struct {
	ID     CommandID `json:"call"`
	At     int64     `json:"at"`
	Digest string    `json:"digest,omitempty"`
}

// Bounds of the calls a past remembers, as a box does: so many, and all of so long.
const (
	pastCalls = 10_000
	pastAge   = 7 * 24 * int64(time.Hour/time.Millisecond)
)

const pastVersion = 1

type pastHead struct {
	Past    int    `json:"past"`
	Pos     uint64 `json:"pos"`
	Devices int    `json:"devices"`
	Calls   int    `json:"calls"`

	Told *pastTold `json:"told,omitempty"`
}

// pastTold is the newest restatement's first record: what stands before it in its log is in this past.
type pastTold struct {
	Log   LogID  `json:"log"`
	Seq   Seq    `json:"seq"`
	Forks []Left `json:"forks,omitempty"`
}

// Left is where a log was left by the one that was forked from it: the last record both have.
type Left struct {
	Log LogID `json:"log"`
	Seq Seq   `json:"seq"`
}

// holds says whether a record without a counter stands before the restatement, in its log or in one that was forked into it.
func (p *pastTold) holds(r *Record) bool {
	return r.Log == p.Log && r.Seq < p.Seq || slices.ContainsFunc(p.Forks, func(l Left) bool { return r.Log == l.Log && r.Seq <= l.Seq })
}

// Forked says where the log of the newest restatement left those before it, if it is the one with that first record.
func (p *Past) Forked(log LogID, seq Seq, left []Left) {
	if p.told.Log == log && p.told.Seq == seq {
		p.told.Forks = left
	}
}

type pastDevice struct {
	Device DeviceID `json:"device"`
	Last   uint64   `json:"last"`
}

// NewPast is the past of a site that told nothing.
func NewPast() *Past {
	return &Past{state: NewState(), devices: map[DeviceID]uint64{}, calls: map[CommandID]int{}}
}

// Pos is up to where facts are folded.
func (p *Past) Pos() uint64 { return p.pos }

// Read is up to where facts were added; the newest command of them is not folded yet.
func (p *Past) Read() uint64 { return max(p.pos, p.heldAt) }

// Add takes the next fact, in the bytes it was made with; without bytes it is one that does not stand any more.
func (p *Past) Add(pos uint64, raw []byte) error {
	if pos <= p.Read() {
		return fmt.Errorf("fact %d comes behind fact %d", pos, p.Read())
	}
	if len(raw) == 0 { // what stood here does not stand
		if len(p.held) == 0 {
			p.pos = pos
		} else {
			p.heldAt = pos
		}
		return nil
	}
	rec, err := Decode(raw)
	if err != nil {
		return fmt.Errorf("fact %d: %w", pos, err)
	}
	if rec.ID == RecordID(string(rec.Cause)+"/0") && len(p.held) > 0 {
		if err := p.fold(); err != nil {
			return fmt.Errorf("fact %d: %w", p.heldAt, err)
		}
	}
	p.held, p.heldAt, p.lastAt = append(p.held, rec), pos, pos
	if p.under != nil {
		rec, err = Decode(raw)
		p.again = append(p.again, rec)
	}
	return err
}

// Over folds the newest command as well, where it is a piece of a restatement: told as facts, those change nothing at a box. The past
// stands before the last of its records all the same.
func (p *Past) Over() error {
	for i := range p.held {
		if e, is := p.held[i].Event.(*Restated); !is || e.Whole > 0 {
			return nil
		}
	}
	if len(p.held) == 0 {
		return nil
	}
	at := p.lastAt - 1
	err := p.fold()
	p.pos = at
	return err
}

func (p *Past) fold() error {
	for i := range p.held {
		rec := &p.held[i]
		p.mark(rec)
		rec.Feed = nil // where a box stands in its feed is its own
		switch e := rec.Event.(type) {
		case *FactTakenBack, *FactsTakenBack: // what they brought is a fact of its own
		case *Corrected:
			if err := e.stood(p.state, rec); err != nil {
				return err
			}
		case *Restated:
			if e.Part == 1 {
				p.told = pastTold{Log: rec.Log, Seq: rec.Seq}
			}
			if err := p.restate(e); err != nil {
				return err
			}
		default:
			ApplyRecord(p.state, rec)
		}
	}
	if err := p.foldUnder(); err != nil {
		return err
	}
	p.pos, p.held, p.again, p.heldAt = p.heldAt, nil, nil, 0
	return nil
}

func (p *Past) mark(r *Record) {
	at := r.Time.UnixMilli()
	p.newest = max(p.newest, at)
	switch _, known := p.calls[r.Cause]; {
	case r.Device != "":
		p.devices[r.Device] = max(p.devices[r.Device], r.N)
	case !known:
		p.call(PastCall{ID: r.Cause, At: at, Digest: r.Digest})
	}
	for len(p.queue) > pastCalls && p.queue[0].At < p.newest-pastAge {
		delete(p.calls, p.queue[0].ID)
		p.queue = p.queue[1:]
	}
}

func (p *Past) call(c PastCall) { p.calls[c.ID], p.queue = 1, append(p.queue, c) }

// Lines writes it as lines of JSON, in a fixed order: equal pasts give equal bytes.
func (p *Past) Lines(emit func(line []byte) error) error {
	put := func(v any) error {
		line, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("encode past: %w", err)
		}
		return emit(line)
	}
	head := pastHead{Past: pastVersion, Pos: p.pos, Devices: len(p.devices), Calls: len(p.queue)}
	if p.told.Seq > 0 {
		head.Told = &p.told
	}
	if err := put(head); err != nil {
		return err
	}
	for _, d := range slices.Sorted(maps.Keys(p.devices)) {
		if err := put(pastDevice{d, p.devices[d]}); err != nil {
			return err
		}
	}
	for _, c := range p.queue {
		if err := put(c); err != nil {
			return err
		}
	}
	if p.under != nil { // nobody may be there to tell the rest
		return p.under.Freeze().Encode(emit)
	}
	return p.state.Freeze().Encode(emit)
}

// LoadPast reads what Lines wrote. The error names the line.
func LoadPast(data []byte) (*Past, error) {
	p, h := NewPast(), pastHead{}
	no := 0
	for len(data) > 0 {
		line, rest, ok := bytes.Cut(data, []byte{'\n'})
		if no++; !ok {
			return nil, fmt.Errorf("past: line %d has no end", no)
		}
		data = rest
		if err := p.load(no, line, &h); err != nil {
			return nil, fmt.Errorf("past: line %d: %w", no, err)
		}
	}
	if no == 0 || no-1 < h.Devices+h.Calls {
		return nil, fmt.Errorf("past: ends after %d lines, want %d of commands", no, 1+h.Devices+h.Calls)
	}
	return p, nil
}

func (p *Past) load(no int, line []byte, h *pastHead) error {
	switch {
	case no == 1:
		if err := json.Unmarshal(line, h); err != nil {
			return err
		}
		if h.Past != pastVersion {
			return fmt.Errorf("past: is %d, but this version reads %d", h.Past, pastVersion)
		}
		if h.Devices < 0 || h.Calls < 0 {
			return errors.New("devices and calls must not be below zero")
		}
		p.pos = h.Pos
		if h.Told != nil {
			p.told = *h.Told
		}
	case no <= 1+h.Devices:
		var d pastDevice
		if err := json.Unmarshal(line, &d); err != nil {
			return err
		}
		if d.Device == "" || p.devices[d.Device] != 0 {
			return errors.New("device: is missing, or comes twice")
		}
		p.devices[d.Device] = d.Last
	case no <= 1+h.Devices+h.Calls:
		var c PastCall
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		if _, twice := p.calls[c.ID]; c.ID == "" || twice {
			return errors.New("call: is missing, or comes twice")
		}
		p.newest = max(p.newest, c.At)
		p.call(c)
	default:
		return p.state.Load(line)
	}
	return nil
}

// Knows says whether a record's command is behind this past.
func (p *Past) Knows(r *Record) bool {
	if r.Device != "" {
		return r.N <= p.devices[r.Device]
	}
	_, ok := p.calls[r.Cause]
	return ok || p.told.holds(r)
}

// Devices are those whose commands are behind it, with the highest number of each.
func (p *Past) Devices() (ids []DeviceID, last map[DeviceID]uint64) {
	return slices.Sorted(maps.Keys(p.devices)), maps.Clone(p.devices)
}

// Calls are the commands without a counter, in the order of their records.
func (p *Past) Calls() []PastCall { return slices.Clone(p.queue) }

// Under puts a box's own records on top of its past, those of commands the past knows left out, and gives the state:
// that box's place in the feed is kept, and so is what it waits for. The past must not be used behind it.
func (p *Past) Under(box *State, own []Record) *State {
	known := CommandID("")
	for i := range own {
		rec := own[i]
		if first := rec.ID == RecordID(string(rec.Cause)+"/0"); first && p.Knows(&rec) {
			known = rec.Cause
		}
		if rec.Cause == known {
			continue
		}
		rec.Feed = nil
		switch e := rec.Event.(type) {
		case *FactTakenBack: // the past has what it brought, unless the centre was put back since
			if inner, ok := e.Inner(); ok && !p.Knows(&inner) {
				ApplyRecord(p.state, &rec)
			}
		case *FactsTakenBack, *Restated: // the past has what they brought
		case *Corrected: // the centre will have it so
			_ = e.Take(p.state) // it was read when it was written
			ApplyRecord(p.state, &rec)
		default:
			ApplyRecord(p.state, &rec)
		}
	}
	s := p.state
	s.Feed, s.Recovery, s.Restatement, s.Unlike = box.Feed, box.Recovery, box.Restatement, box.Unlike
	return s
}

// Swapped is what a box says behind it: up to where it knows the centre's facts, and which devices may hold more. Jobs
// that may be on paper are doubted.
func (s *State) Swapped(m Meta, gen string, pos uint64, fork bool, devices []DeviceID) ([]Event, *Refusal) {
	was := s.Recovery
	if fork {
		s.Recovery = nil // so that every job is doubted, of a box that asked before it knew
	}
	events, r := (&TakeBack{Gen: gen, To: pos, Fork: fork, More: true, Devices: devices}).decide(s, m)
	s.Recovery = was
	if r != nil {
		return nil, r
	}
	for _, e := range events {
		if known, is := e.(*FactsTakenBack); is {
			known.Upon = true
		}
	}
	return events, nil
}
