package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"picket/devices"
	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/node"
	"picket/edge/spool"
)

// press is the label printer: what it holds, what is on paper, and how it is connected. It behaves as
// devices/virtual does, without its clock and its sockets.
type press struct {
	w       *world
	s       *site
	on      bool
	media   bool
	silent  bool
	plugged bool // a process of the site wants it
	conn    bool
	session uint64
	job     floor.JobID // whose bytes come next
	buffer  []sheet
	hand    *sheet
	out     []sheet // on paper
}

// sheet is the document of one job, as its bytes came in.
type sheet struct {
	job   floor.JobID
	bytes []byte
}

func newPress(s *site) *press { return &press{w: s.w, s: s, on: true, media: true} }

// plug and unplug are the site's process coming and going.
func (p *press) plug() {
	p.plugged, p.session = true, 0
	p.connect()
}

func (p *press) unplug() { p.plugged, p.conn = false, false }

func (p *press) connect() {
	p.w.after(p.w.between(50*time.Millisecond, 3*time.Second), func() {
		if p.on && p.plugged && !p.conn {
			p.conn = true
			p.session++
			p.w.say(p.s.tag("printer"), "connection %d", p.session)
		}
	})
}

func (p *press) broken() {
	p.conn = false
	p.connect()
}

// weather is what happens to printers.
func (p *press) weather(per func(float64) bool) {
	w := p.w
	if p.media && per(w.mix.Media) {
		w.say(p.s.tag("printer"), "out of labels")
		p.media = false
		w.after(w.between(2*time.Second, 30*time.Second), p.load)
	}
	if p.on && per(w.mix.Power) {
		w.say(p.s.tag("printer"), "loses power with %d jobs in it", len(p.buffer))
		p.on, p.buffer, p.hand, p.conn = false, nil, nil, false
		w.after(w.between(time.Second, 15*time.Second), p.power)
	}
	if !p.silent && per(w.mix.Silence) {
		w.say(p.s.tag("printer"), "says nothing any more")
		p.silent = true
		w.after(w.between(time.Second, 20*time.Second), func() { p.silent = false })
	}
}

func (p *press) load() {
	p.media = true
	p.pump()
}

func (p *press) power() {
	if !p.on {
		p.on = true
		p.connect()
	}
}

func (p *press) soothe() {
	p.silent = false
	p.load()
	p.power()
}

// pump lets the next label come out.
func (p *press) pump() {
	if !p.on || !p.media {
		return
	}
	if p.hand == nil {
		if len(p.buffer) == 0 {
			return
		}
		s := p.buffer[0]
		p.hand, p.buffer = &s, p.buffer[1:]
	}
	s := p.hand
	p.w.after(p.w.between(200*time.Millisecond, 1200*time.Millisecond), func() {
		if p.hand != s || !p.on || !p.media {
			return // power was lost, or the label is printed anew on the next roll
		}
		p.hand = nil
		p.out = append(p.out, *s)
		p.w.say(p.s.tag("printer"), "%s is on paper", s.job)
		p.s.ledger.paper(*s)
		p.pump()
	})
}

// has says whether a person at the printer finds the job's label.
func (p *press) has(job floor.JobID) bool {
	return slices.ContainsFunc(p.out, func(s sheet) bool { return s.job == job })
}

// port is the printer as the site's process sees it.
type port struct {
	p *press
	s *site
}

// Status obeys spool.Printer.
func (t port) Status(context.Context) (devices.Status, error) {
	p := t.p
	st := devices.Status{State: devices.Idle, Session: p.session, FormatsInBuffer: len(p.buffer), At: p.w.now}
	if p.w.without(TrustAccept) {
		return devices.Status{State: devices.Idle, Session: 1, At: p.w.now}, nil
	}
	if p.hand != nil {
		st.LabelsLeft = 1
	}
	switch {
	case !p.conn:
		st = devices.Status{State: devices.Offline, Reasons: []devices.Reason{devices.Unreachable}, At: p.w.now}
	case p.silent:
		st = devices.Status{State: devices.Silent, Reasons: []devices.Reason{devices.NoAnswer}, Session: p.session, At: p.w.now}
	case !p.media:
		st.State, st.Reasons = devices.Stopped, []devices.Reason{devices.MediaEmpty}
	case p.hand != nil || len(p.buffer) > 0:
		st.State = devices.Processing
	}
	return st, nil
}

var errCable = errors.New("connection reset by peer")

// Print obeys spool.Printer.
func (t port) Print(_ context.Context, job []byte) error {
	p := t.p
	w := p.w
	t.s.mortal("before a label's first byte")
	if !p.conn {
		return &devices.PrintError{Sent: devices.NotSent, Reason: devices.Unreachable, Err: errCable}
	}
	if w.roll(w.mix.Cable) {
		p.broken()
		switch w.rng.IntN(3) {
		case 0:
			return &devices.PrintError{Sent: devices.NotSent, Reason: devices.Unreachable, Err: errCable}
		case 1: // a part of it: the printer forgets a format whose end never comes
			return &devices.PrintError{Sent: devices.MaybeSent, Reason: devices.Unreachable, Err: errCable}
		}
		p.take(job)
		return &devices.PrintError{Sent: devices.MaybeSent, Reason: devices.Unreachable, Err: errCable}
	}
	p.take(job)
	t.s.mortal("after a label's last byte")
	return nil
}

func (p *press) take(job []byte) {
	p.w.say(p.s.tag("printer"), "has the bytes of %s", p.job)
	p.buffer = append(p.buffer, sheet{p.job, slices.Clone(job)})
	if p.hand == nil {
		p.pump()
	}
}

// desk is the site as the lane sees it.
type desk struct{ s *site }

// Stopped obeys spool.Desk: nobody stops a printer of a simulated floor.
func (d desk) Stopped(floor.PrinterID) bool { return false }

// Waiting obeys spool.Desk.
func (d desk) Waiting(floor.PrinterID) (out []spool.Work) {
	s := d.s
	for _, p := range s.board.Printing() {
		out = append(out, spool.Work{Job: p.Job, Draw: func() ([]byte, error) { return s.draw(p.Job.ID, p.Order) }})
	}
	return out
}

// Submit obeys spool.Desk.
func (d desk) Submit(_ context.Context, c floor.Command) (floor.Answer, error) {
	s := d.s
	sub := node.Submission{Meta: floor.Meta{ID: floor.CommandID(s.w.id("spool:"))}, Command: c}
	if start, ok := c.(*floor.StartPrint); ok {
		s.press.job = start.Job
		if s.w.without(PrintFirst) {
			s.later(20*time.Millisecond, func() { s.commit([]node.Submission{sub}) })
			return floor.Answer{Outcome: floor.OutcomeAccepted}, nil
		}
	}
	r := s.commit([]node.Submission{sub})[0]
	return r.Answer, r.Err
}

// draw makes the document of a job.
func (s *site) draw(id floor.JobID, of floor.OrderID) ([]byte, error) {
	j, _, ok := s.board.Job(id)
	o := s.board.Facts(of)
	if !ok || o == nil {
		return nil, fmt.Errorf("job %s is not known", id)
	}
	facts := labels.Facts{Sender: labels.Sender{Name: "Store"}, Order: o, Unit: o.Unit(j.Unit), Job: &j, Name: s.board.Name}
	if o.Flow == floor.FlowPickup { // a customer's name: the shelf is found by the number as well
		facts.To.Name = "Ada Lovelace"
		return labels.Draw(facts, labels.Parcel)
	}
	kind, key := cutRef(o.ShipTo)
	body, found, err := s.file.Row(kind, []byte(key))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("address %s is not here", o.ShipTo)
	}
	if facts.To, err = labels.ReadAddress(body); err != nil {
		return nil, err
	}
	return labels.Draw(facts, labels.Parcel)
}
