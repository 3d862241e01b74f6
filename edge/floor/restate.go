package floor

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// A centre that was put back to before what it had called stable lacks records that this site has dropped. The site says
// what they came to: everything the floor holds, in commands that follow each other with nothing between, then what lies
// in the archive, and that it was all. The lines are those of a snapshot. At the site itself they change nothing; whoever folds its records begins anew with them.

// Restate writes down what the site's records come to: a piece of the archive, or that it is whole, or else what the
// floor holds, which the box puts in.
type Restate struct {
	Lines   []json.RawMessage `json:"lines,omitempty"`
	Devices []DeviceLast      `json:"devices,omitempty"`
	Closed  bool              `json:"closed,omitempty"` // the lines are closed orders, which are on the floor no more
	Whole   bool              `json:"whole,omitempty"`  // nothing follows
	On      bool              `json:"on,omitempty"`     // what the floor holds goes on behind the command before
	More    bool              `json:"more,omitempty"`   // and it goes on behind this one
}

// DeviceLast is the highest number of a device's commands.
type DeviceLast struct {
	Device DeviceID `json:"device"`
	Last   uint64   `json:"last"`
}

// Restated: this is a piece of what the site's records come to. With the first one, whatever was told before counts no
// more.
type Restated struct {
	Part    int               `json:"part,omitempty"`  // of what the floor holds, from 1
	Parts   int               `json:"parts,omitempty"` // 0: more than one command brings it
	More    bool              `json:"more,omitempty"`  // parts of another command follow
	Devices []DeviceLast      `json:"devices,omitempty"`
	Lines   []json.RawMessage `json:"lines,omitempty"`
	Closed  bool              `json:"closed,omitempty"`
	Whole   Seq               `json:"whole,omitempty"` // the restatement that began with this record is whole
}

// Restatement is where the site's newest one stands in its log.
type Restatement struct {
	Began Seq  `json:"began,omitempty"` // the first record of one that is not whole yet
	Whole Seq  `json:"whole,omitempty"` // the first record of the newest that is
	Part  int  `json:"part,omitempty"`  // of what the floor holds so much is told
	More  bool `json:"more,omitempty"`  // and that is not all of it
}

// Bounds of a restatement.
const (
	restatedBytes   = 48 << 10 // of lines in one record; a longer line is cut into pieces
	restatedDevices = 400      // in one record
	MaxRestated     = 24 << 20 // of all lines of a command
)

// Kind names the command.
func (*Restate) Kind() string { return "site.restate" }

// Type and Subject name the event.
func (*Restated) Type() string    { return "picket.site.restated.v1" }
func (*Restated) Subject() string { return "site" }
func (e *Restated) tell(Names) string {
	if e.Whole > 0 {
		return "The centre was told anew all that stands here."
	}
	return "The centre is told anew what stands here."
}

func (c *Restate) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if c.Whole || c.On {
		if s.Restatement.Began == 0 || s.Restatement.More != c.On {
			return nil, Refuse(NothingLeft, "what", "the restatement")
		}
	}
	if c.Whole {
		return []Event{&Restated{Whole: s.Restatement.Began}}, nil
	}
	if len(c.Lines) == 0 {
		return nil, badField("lines", "is missing")
	}
	var out []Event
	var last *Restated
	size, all := 0, 0
	for devices := range slices.Chunk(c.Devices, restatedDevices) {
		out = append(out, &Restated{Devices: devices})
	}
	for i, line := range c.Lines {
		if all += len(line); all > MaxRestated {
			return nil, badField("lines["+strconv.Itoa(i)+"]", "is more than one restatement may hold")
		}
		pieces, err := cutLine(line)
		if err != nil {
			return nil, badField("lines["+strconv.Itoa(i)+"]", "cannot be told: "+err.Error())
		}
		for _, piece := range pieces {
			if last == nil || size+len(piece) > restatedBytes {
				last, size = &Restated{Closed: c.Closed}, 0
				out = append(out, last)
			}
			last.Lines, size = append(last.Lines, piece), size+len(piece)
		}
	}
	if !c.Closed {
		for i := range out {
			e := out[i].(*Restated)
			if e.Part, e.More = i+1, c.More; c.On {
				e.Part += s.Restatement.Part
			} else if !c.More {
				e.Parts = len(out)
			}
		}
	}
	return out, nil
}

func (e *Restated) apply(s *State) {
	switch {
	case e.Whole > 0:
		s.Restatement = Restatement{Whole: e.Whole}
	case e.Part > 0:
		if e.Part == 1 {
			s.Restatement.Began = s.rec.Seq
		}
		s.Restatement.Part, s.Restatement.More = e.Part, e.More
	}
}

// Restated is what the floor holds, as a restatement tells it: where the box stands with its centre is its own.
// The lines are encoded one at a time: all of a large floor never stand in memory.
func (s *State) Restated() iter.Seq2[json.RawMessage, error] {
	f := s.Freeze()
	f.feed, f.known, f.recovery = Down{}, Known{}, nil
	return func(yield func(json.RawMessage, error) bool) {
		enough := errors.New("enough")
		err := f.Encode(func(line []byte) error {
			if !yield(line, nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(nil, err)
		}
	}
}

// restate begins anew with what a site said its records come to. Until it is whole, what is known is what was told before it as well, as
// the centre has it: an order it does not name stands, and of stock there is what it says.
func (p *Past) restate(e *Restated) error {
	if e.Whole > 0 {
		p.under = nil
		return nil
	}
	if e.Part == 1 {
		if p.under == nil {
			p.under = p.state
		}
		p.under.Places, p.under.Blocks, p.under.Pieces = map[PlaceID]*Place{}, nil, Joining{}
		p.state = NewState()
	}
	for _, d := range e.Devices {
		p.devices[d.Device] = max(p.devices[d.Device], d.Last)
	}
	if p.under != nil {
		if err := e.over(p.under); err != nil {
			return err
		}
	}
	if e.Closed {
		return nil // the archive is no part of what a box takes back
	}
	return e.load(p.state)
}

func (e *Restated) load(s *State) error {
	lines, err := s.Pieces.Lines(e.Lines)
	if err != nil {
		return fmt.Errorf("restated, part %d: %w", e.Part, err)
	}
	for i, line := range lines {
		if err := s.Load(line); err != nil {
			return fmt.Errorf("restated, part %d, line %d: %w", e.Part, i+1, err)
		}
	}
	return nil
}

// over puts what is told on top of what was told before: of the archive, only what stands there.
func (e *Restated) over(s *State) error {
	if !e.Closed {
		return e.load(s)
	}
	lines, err := s.Pieces.Lines(e.Lines)
	if err != nil {
		return fmt.Errorf("restated, of the archive: %w", err)
	}
	for i, line := range lines {
		var o struct{ Order struct{ ID OrderID } }
		if err := json.Unmarshal(line, &o); err != nil {
			return fmt.Errorf("restated, of the archive, line %d: %w", i+1, err)
		}
		if s.Orders[o.Order.ID] == nil {
			continue
		}
		if err := s.Load(line); err != nil {
			return fmt.Errorf("restated, of the archive, line %d: %w", i+1, err)
		}
	}
	return nil
}

// foldUnder folds what comes beside a restatement that is not whole.
func (p *Past) foldUnder() error {
	if p.under == nil {
		return nil
	}
	for i := range p.again {
		rec := &p.again[i]
		rec.Feed = nil
		switch e := rec.Event.(type) {
		case *FactTakenBack, *FactsTakenBack, *Restated:
		case *Corrected:
			if err := e.stood(p.under, rec); err != nil {
				return err
			}
		default:
			ApplyRecord(p.under, rec)
		}
	}
	return nil
}
