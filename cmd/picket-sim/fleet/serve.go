package fleet

import (
	"errors"
	"fmt"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

// request is one body of POST /api/ops, and the seq the screen stands at.
type request struct {
	device floor.DeviceID
	who    floor.UserID
	ops    [][]byte
	log    floor.LogID
	seq    floor.Seq
	start  string   // of the box that gave the board
	fresh  bool     // the screen has nothing yet
	head   uint64   // the highest number given here, as far as it is kept
	have   int      // ops that stay behind the request
	said   [][]byte // ops that another start of the box answered, and how, as far as they are not stable
}

// response answers it.
type response struct {
	answers []answered
	expect  uint64
	// recovering: the centre has not told the box yet all it lost
	recovering bool
	waits      bool // the first of these ops does, for the centre or for other devices
	marks      view.Marks
	log        floor.LogID
	full       *view.Full
	delta      *view.Delta
	past       bool // the box that says this took its past as one
	start      string
	said       []answered // what stands here of what the device said it was told
}

type answered struct {
	id     floor.CommandID
	answer floor.Answer
}

// serve is the site answering a handheld: the ops in order, the marks, and what changed on the board.
func (s *site) serve(rq *request, reply func(*response)) {
	s.do(func() {
		if rq.log == s.board.Log() && rq.seq > s.board.Seq() { // this screen has seen more of this log than there is
			s.older(rq.device)
		}
		rs := &response{said: s.hears(rq)}
		left := len(rq.ops)
		if left == 0 {
			if s.news(rq, rs); rq.head > rs.marks.Saved {
				if _, open := s.board.Recovery(); !open && rq.log == s.board.Log() {
					s.older(rq.device)
				}
				rs.expect = rs.marks.Saved + 1 // it shows more than this box has
			}
			s.drained(rq, rs)
			reply(rs)
			return
		}
		for _, raw := range rq.ops {
			o, err := node.DecodeOp(raw)
			if err != nil {
				s.w.fail("P2", "an op cannot be read: %v", err)
				return
			}
			sub := o.Submission(rq.device)
			sub.Meta.Actor, sub.Meta.Station, sub.Screen, sub.Head = rq.who, bench1, rq.log, rq.head
			s.submit(ticket{sub, func(r node.Reply) {
				var gap *node.GapError
				switch {
				case errors.As(r.Err, &gap):
					if gap.Older {
						s.later(0, func() { s.older(rq.device) })
					}
					if rs.expect == 0 {
						rs.expect = gap.Expect
						rs.waits = gap.Expect == sub.Meta.N // it is the next, and is not taken yet: it waits, as edge/web says
					}
				case r.Err != nil:
					s.w.fail("I2", "op %s: %v", sub.Meta.ID, r.Err)
				case rs.expect == 0:
					rs.answers = append(rs.answers, answered{sub.Meta.ID, r.Answer})
				}
				if left--; left == 0 {
					s.news(rq, rs)
					s.drained(rq, rs)
					reply(rs)
				}
			}})
		}
	})
}

// drained notes that a device has handed in all it held, when something waits for that.
func (s *site) drained(rq *request, rs *response) {
	if rq.have > 0 || rq.fresh || rs.expect > 0 || rq.head > rs.marks.Saved || rq.log != s.board.Log() || rq.seq > s.board.Seq() || !s.board.Waits(rq.device) {
		return
	}
	id := floor.CommandID(fmt.Sprintf("drained:%s/%s/%d", rq.device, rq.log, rq.seq))
	s.submit(ticket{node.Submission{Meta: floor.Meta{ID: id, Actor: rq.who}, Command: &floor.DrainDevice{Device: rq.device, Seq: rq.seq}}, func(node.Reply) {}})
}

// news adds the device's marks and the board's changes.
func (s *site) news(rq *request, rs *response) {
	s.board.Tick(s.clock()) // the daemon does it by the minute
	rs.past, rs.start = s.ledger.past != nil, s.board.Start()
	rs.marks, rs.log, rs.recovering = s.board.Marks(rq.device), s.board.Log(), rs.waits || s.board.Awaits() || s.node.Strange(rq.device, rq.log)
	if !rq.fresh {
		if d, _, ok := s.board.Since(rq.log, view.Mark{Start: rq.start, Seq: rq.seq}); ok {
			rs.delta = &d
			return
		}
	}
	full := s.board.Full(s.clock())
	rs.full = &full
}

// hears puts through what a device says it was told of, and by whom: all of it is known here, and nothing is written unless the box
// knows otherwise. It rides on the device's next request, whatever that is.
func (s *site) hears(rq *request) (out []answered) {
	subs := make([]node.Submission, 0, len(rq.said))
	for _, raw := range rq.said {
		o, err := node.DecodeOp(raw)
		if err != nil {
			s.w.fail("P2", "an op cannot be read: %v", err)
			return nil
		}
		if sub := o.Submission(rq.device); sub.Meta.N <= s.node.Last(rq.device) { // else it is asked for
			sub.Meta.Actor, sub.Meta.Station, sub.Screen, sub.Head = rq.who, bench1, rq.log, rq.head
			subs = append(subs, sub)
		}
	}
	if len(subs) == 0 {
		return nil
	}
	head := s.file.Head().Seq
	replies, err := s.node.Step(s.clock(), subs)
	if err != nil {
		panic(death{err.Error()})
	}
	for i, r := range replies {
		if r.Err != nil {
			s.w.fail("I2", "op %s, told before: %v", subs[i].Meta.ID, r.Err)
		}
		out = append(out, answered{subs[i].Meta.ID, r.Answer})
	}
	if s.file.Head().Seq != head {
		s.ledger.follow(s.file)
		s.follow()
	}
	return out
}
