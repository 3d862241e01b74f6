package fleet

import (
	"context"
	"fmt"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/sync/wire"
)

// A box can be lost for good: another takes the site by a code, with an empty file, and knows nothing of what was done.
// What the lost one had told is at the centre, and what it had not is on handhelds, on paper and on the shelves.

// replace loses the box, and brings another.
func (s *site) replace() {
	w := s.w
	if !s.up || s.joining || s.file.Head().Seq == 0 {
		return
	}
	s.boxes++
	s.end("the box is gone for good")
	s.putAside(s.file, s.nodeID)
	s.nodeID, s.epoch = wire.NodeID(fmt.Sprintf("%s-%d", s.nodeID[:5], s.boxes+1)), 0
	s.file, s.album, s.spare = journal.NewMem(w.id("LOG")), album{}, nil
	s.restores++
	s.restored, s.unaware = true, false
	s.opened = map[floor.CommandID]bool{} // who brought the stock in does so again, under the same names
	s.ledger.goBack(0)
	s.join()
}

// join gives the site to this box by a code, as an operator does, who asks until it is done.
func (s *site) join() {
	w, c := s.w, s.w.centre
	s.joining = true
	code := ""
	var ask func()
	ask = func() {
		c.do(func() {
			ctx := context.Background()
			if code == "" {
				out, err := c.clerk.Enrol(ctx, s.id, false)
				if err != nil {
					w.say("centre", "no code for %s: %v", s.id, err)
					return
				}
				code = out.Code
			}
			granted, err := c.clerk.Redeem(ctx, s.id, code, s.nodeID, nil)
			if err != nil {
				w.say("centre", "%s has no good code: %v", s.id, err)
				code = "" // the centre may have forgotten it
				return
			}
			c.poke()
			w.say("centre", "gives %s to box %s, epoch %d, instead of %q", s.id, s.nodeID, granted.Epoch, granted.Was)
			s.epoch, s.joining = granted.Epoch, false
		})
		if s.joining {
			w.after(w.between(500*time.Millisecond, 3*time.Second), ask)
			return
		}
		w.after(w.between(100*time.Millisecond, time.Second), s.start)
	}
	w.after(s.down(), ask)
}

// fenced: the centre says that another box holds the site. That is so of a box that was given it after the backup to
// which the centre was put back, and somebody gives it the site again.
func (s *site) fenced(why string) {
	if s.boxes == 0 || s.w.centre.restores == 0 {
		s.w.fail("P5", "the centre fences the site's box: %s", why)
		return
	}
	s.later(s.w.between(time.Second, 10*time.Second), func() {
		if !s.joining {
			s.end("it is given the site again")
			s.join()
		}
	})
}
