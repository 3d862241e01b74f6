package node

import (
	"fmt"
	"slices"
	"time"

	"picket/edge/floor"
)

// again answers a command that was taken before from its records. A device may know better: it was told that the command is
// saved, and a second copy of it came when the file had been put back, and was refused. Neither end would see that, the box not knowing
// what was told, the device having its answer. So behind another start of the box a device says of what is not stable how it was
// answered, and the box notes once that a refusal is one of something that was told as saved: the desk has a case, as where it is refused now.
func (n *Node) again(now time.Time, s *Submission, was op) Reply {
	reply := Reply{Answer: floor.Answer{Outcome: floor.OutcomeDuplicate}, again: was}
	t := s.Meta.Told
	if t == nil || t.Refused || s.Meta.N == 0 || was.seq == 0 {
		return reply
	}
	no, err := n.refusedAt(was.seq, s.Meta.ID)
	if err != nil {
		return Reply{Err: fmt.Errorf("node: %w", err)}
	}
	id := saidOf(s.Meta.ID)
	if no == nil || no.Said || n.marks.called(id) {
		return reply
	}
	at, err := n.takenBehind(was.seq, floor.RecordID(string(s.Meta.ID)+"/0"))
	if err != nil {
		return Reply{Err: fmt.Errorf("node: %w", err)}
	}
	if at > 0 { // what was told as saved stands: nobody is to book it once more
		reply.again = op{seq: at, count: 1}
		return reply
	}
	meta := floor.Meta{Now: now, ID: id, Actor: s.Meta.Actor, Station: s.Meta.Station}
	records, err := n.encode(&meta, []floor.Event{floor.LeaveRefused(s.Command, &floor.Refusal{Code: no.Code, Args: no.Args}, true, true)})
	if err != nil {
		return reply // it says no more than what was written before
	}
	n.keep(records)
	return reply
}

// refusedAt is the refusal of a command that stands at a place, the box's own or one it took back; nil: none.
func (n *Node) refusedAt(seq uint64, id floor.CommandID) (no *floor.CommandRefused, err error) {
	err = n.entry(seq, func(raw []byte) {
		rec, bad := floor.Decode(slices.Clone(raw))
		if e, is := rec.Event.(*floor.FactTakenBack); bad == nil && is {
			if in, ok := e.Inner(); ok {
				rec = in
			}
		}
		if bad == nil && rec.Cause == id {
			no, _ = rec.Event.(*floor.CommandRefused)
		}
	})
	return no, err
}

// saidOf names the note that a command was told as saved, and is refused.
func saidOf(id floor.CommandID) floor.CommandID {
	name := "said:" + string(id)
	if len(name) > floor.MaxID {
		name = "said:" + Digest("said", []byte(id))
	}
	return floor.CommandID(name)
}
