package node

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
)

// A box that is told its past finds what it decided meanwhile by what it knew. Where the centre has the same command as it was
// decided before, or what it did with an order in another order, it says behind the taking back how that stands here (floor.Corrected).

// unlike puts into the command what of its facts this box has otherwise.
func (n *Node) unlike(c *floor.TakeBack, facts []floor.Record, ahead *touched) error {
	from := n.state.Unlike.From
	for i := range facts {
		r := &facts[i]
		if n.state.Known.Gen == c.Gen && c.Facts[i].Pos <= n.state.Known.Pos {
			continue // it was looked at before
		}
		same := false
		err := n.entry(uint64(r.Seq), func(raw []byte) { same = bytes.Equal(raw, c.Facts[i].Raw) })
		if err != nil {
			return err
		}
		if same {
			continue
		}
		if c.Fork && (from == 0 || r.Seq < from) {
			from = r.Seq
		}
		if !slices.Contains(c.Known, r.Cause) {
			continue
		}
		if err := n.twice(c, r); err != nil {
			return err
		}
	}
	if c.Unlike.From = from; !c.Fork || from == 0 {
		return nil
	}
	return n.touch(c, uint64(from), ahead)
}

// entry gives an entry of the journal, if it has it still.
func (n *Node) entry(seq uint64, do func(raw []byte)) error {
	if waiting := n.group.entries(); seq > n.head.Seq {
		if i := seq - n.head.Seq - 1; i < uint64(len(waiting)) {
			do(waiting[i]) // decided a moment ago
		}
		return nil
	}
	if seq == 0 {
		return nil
	}
	_, err := n.j.Read(seq, 1, func(_ uint64, raw []byte) error {
		do(raw)
		return nil
	})
	if errors.Is(err, journal.ErrTrimmed) || errors.Is(err, journal.ErrBeyond) {
		return nil
	}
	return err
}

// twice notes a fact whose command this box has decided itself, when it came to something else, or at another time.
func (n *Node) twice(c *floor.TakeBack, r *floor.Record) error {
	was, known := n.marks.of(r)
	at, ok := index(r)
	if !known || was.seq == 0 || !ok {
		return nil // forgotten, or of a past that was taken as one: that is the centre's
	}
	own := &floor.Record{}
	if at < was.count {
		err := n.entry(was.seq+at, func(raw []byte) {
			if rec, err := floor.Decode(bytes.Clone(raw)); err == nil {
				own = &rec
			}
		})
		if err != nil || own.Event == nil {
			return err
		}
	}
	if back, is := own.Event.(*floor.FactTakenBack); is {
		if rec, ok := back.Inner(); ok {
			own = &rec
		}
	}
	if own.ID != "" && own.ID != r.ID || refused(own) && refused(r) || own.Time.Equal(r.Time) && reflect.DeepEqual(own.Event, r.Event) {
		return nil
	}
	alike := own.Event != nil && reflect.DeepEqual(own.Event, r.Event)
	for _, rec := range []*floor.Record{r, own} {
		if rec.Event == nil {
			continue
		}
		order, items := n.state.Touches(rec)
		more := floor.Unlike{}
		if order != "" {
			more.Orders = []floor.OrderID{order}
		}
		if !alike {
			more.Items = items
			if rec == r {
				more.Twice = []floor.Twice{{Command: r.Cause, Order: order}}
			}
		}
		c.Unlike.Add(&more)
	}
	return nil
}

// index is the place of a record among those of its command.
func index(r *floor.Record) (uint64, bool) {
	i, err := strconv.ParseUint(strings.TrimPrefix(string(r.ID), string(r.Cause)+"/"), 10, 32)
	return i, err == nil
}

func refused(r *floor.Record) bool {
	_, is := r.Event.(*floor.CommandRefused)
	return is
}

// correct says what stands here otherwise than at the centre, with the last of what that told.
func (n *Node) correct(now time.Time, s *Submission, reply *Reply) error {
	c, is := s.Command.(*floor.TakeBack)
	if !is || c.Fork || c.More || reply.Err != nil || reply.Answer.Refusal != nil || !n.state.Unlike.Any() {
		return nil
	}
	on := Submission{Meta: floor.Meta{ID: s.Meta.ID + ":correct"}, Command: &floor.Correct{}}
	on.prepare()
	return n.take(now, &on).Err
}
