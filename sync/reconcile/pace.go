package reconcile

import (
	"time"

	"picket/sync/wire"
)

// pace is when the next batch may go. A batch costs both ends about the same whatever it holds (a message, a signature,
// a commit), so a busy end speaks in few batches; and a backlog gives way to the people who work while it goes.
type pace struct {
	sentAt time.Time // when the last batch went
	head   wire.Seq  // as it was seen last
	grewAt time.Time // when it was seen to have grown
	until  time.Time // what waits for nothing else goes then
}

// people is how long after its last record an end counts as one at which people work.
const people = time.Second

// grew notes where the log ends.
func (p *pace) grew(now time.Time, head wire.Seq) {
	if head > p.head {
		p.head, p.grewAt = head, now
	}
}

// waits says that the next batch does not go yet.
func (s *sender) waits(now time.Time, head wire.Position) bool {
	s.pace.grew(now, head.Seq)
	after := time.Duration(0)
	switch little := !s.behind && int(head.Seq-s.next)+1 < s.t.BatchRecords; {
	case little && s.ackIsNear():
		return true
	case little:
		after = s.t.Gather
	case now.Sub(s.pace.grewAt) < people:
		after = s.t.Pace
	}
	if at := s.pace.sentAt.Add(after); now.Before(at) {
		s.pace.until = at
		return true
	}
	return false
}

// ackIsNear says that an acknowledgement is about to come, and with it everything goes that was written meanwhile.
func (s *sender) ackIsNear() bool {
	// So many records are acknowledged without delay.
	return len(s.flights) >= fewUnderWay || len(s.flights) > 0 && int(s.next-s.acked)-1 >= s.t.AckRecords
}

// fewUnderWay is how many batches are under way before a small one waits, however small they are.
const fewUnderWay = 2
