package node

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"picket/edge/floor"
	"picket/edge/journal"
)

// takeBack puts into the command what the floor cannot know: which of the commands behind the facts this node has
// answered already, and which devices may hold more. A new log begins behind its commit.
func (n *Node) takeBack(c *floor.TakeBack, ahead *touched) error {
	c.Known, c.Own, c.Devices, c.Logs, c.Unlike, c.Touched = nil, nil, nil, nil, floor.Unlike{}, floor.Unlike{}
	devices := map[floor.DeviceID]bool{}
	facts := make([]floor.Record, 0, len(c.Facts))
	for i := range c.Facts {
		rec, err := floor.Decode(c.Facts[i].Raw)
		if err != nil {
			return fmt.Errorf("%w: facts[%d]: %w", ErrInvalid, i, err)
		}
		devices[rec.Device] = true
		facts = append(facts, rec)
		if n.knows(&rec) && !slices.Contains(c.Known, rec.Cause) {
			own, err := n.ownAnswer(&rec)
			if err != nil {
				return err
			}
			early := own != nil && refusedEarly(&rec, own)
			if early {
				again, err := n.tookBack(c, own, &rec)
				if err != nil {
					return err
				}
				if !again {
					continue
				}
			}
			c.Known = append(c.Known, rec.Cause)
			if own != nil && !early && !bytes.Equal(own.raw, c.Facts[i].Raw) {
				c.Own = append(c.Own, rec.Cause)
			}
			if !slices.Contains(c.Logs, rec.Log) && !slices.Contains(n.marks.logs, rec.Log) {
				c.Logs = append(c.Logs, rec.Log) // devices name it that another box told
			}
		}
	}
	if err := n.unlike(c, facts, ahead); err != nil {
		return err
	}
	if !c.Fork || !c.More {
		n.touched = touched{} // all was told
	}
	if !c.Fork {
		return nil
	}
	for id := range n.marks.devices {
		devices[id] = true
	}
	delete(devices, "") // callers without a counter keep nothing
	for id := range devices {
		c.Devices = append(c.Devices, id)
	}
	slices.Sort(c.Devices)
	if !c.More {
		n.newLog = string(c.Log)
	}
	return nil
}

// answer is the first record of a command that this box decided, and its bytes.
type answer struct {
	floor.Record
	raw []byte
}

// ownAnswer is what this box decided of the command behind a fact: nil when it took that back from the centre, or does not
// remember where it stands.
func (n *Node) ownAnswer(r *floor.Record) (own *answer, err error) {
	was, known := n.marks.of(r)
	if !known || was.seq == 0 {
		return nil, nil
	}
	_, err = n.j.Read(was.seq, 1, func(_ uint64, raw []byte) error {
		rec, err := floor.Decode(slices.Clone(raw))
		if err == nil && rec.Cause == r.Cause {
			own = &answer{rec, slices.Clone(raw)}
		}
		return err
	})
	if errors.Is(err, journal.ErrTrimmed) || errors.Is(err, journal.ErrBeyond) { // or decided in this very group
		return nil, nil
	}
	return own, err
}

// refusedEarly says whether this box refused a device's command only because it had not heard what it lost. The fact shows
// that the command was taken before, and nobody heard the answer: what happened is taken in, and the refusal changed nothing.
// A box that did not know that it was put back gave another reason: what hands did upon that nobody knows here, so of such
// commands only those are taken in that begin work. The centre has them begun, and whoever asks again reads that they are.
func refusedEarly(r *floor.Record, own *answer) bool {
	if _, no := r.Event.(*floor.CommandRefused); no || r.Device == "" {
		return false
	}
	e, is := own.Event.(*floor.CommandRefused)
	return is && (e.Code == floor.IsRecovering || floor.Begins(r.Event))
}

var errFound = errors.New("found")

// tookBack says whether a fact was taken back behind this box's own refusal already: a centre that was put back since brings
// it again under another life line.
func (n *Node) tookBack(c *floor.TakeBack, own *answer, r *floor.Record) (bool, error) {
	if n.state.Known.Gen == c.Gen {
		return false, nil // what is behind the known place comes once
	}
	at, err := n.takenBehind(uint64(own.Seq), r.ID)
	return at > 0, err
}

// takenBehind is where a fact was taken back behind a place; 0: nowhere, as far as the journal is kept.
func (n *Node) takenBehind(seq uint64, fact floor.RecordID) (at uint64, err error) {
	if n.state.Known.Gen == "" {
		return 0, nil // nothing was ever told to this box
	}
	id := []byte(`"id":"` + string(fact) + `"`)
	_, err = n.j.Read(seq+1, 0, func(seq uint64, raw []byte) error {
		if !bytes.Contains(raw, id) {
			return nil
		}
		rec, err := floor.Decode(raw)
		if e, is := rec.Event.(*floor.FactTakenBack); err == nil && is {
			if inner, ok := e.Inner(); ok && inner.ID == fact {
				at = seq
				return errFound
			}
		}
		return err
	})
	if errors.Is(err, errFound) || errors.Is(err, journal.ErrTrimmed) || errors.Is(err, journal.ErrBeyond) {
		err = nil
	}
	return at, err
}

// told takes a device's word that it was told of its command already, when it names a log this box had and has no
// more: it was put back, or took another's place. Any other word is nobody's, and its command one like any other.
// While the centre has still to tell, the logs of the past are not all known: the command waits. It says whether a
// refusal is one of something a person may have been told is saved: of a log nobody here heard of, too. That may be of a
// box that burnt before the centre heard of it, or since the copy it was put back to: nobody waits for its devices.
func (n *Node) told(s *Submission) (said bool) {
	t, r := s.Meta.Told, n.state.Recovery
	if t == nil {
		return false
	}
	waits := r != nil && r.More
	lost := t.Log == floor.LogID(n.head.Log) && r == nil // said under this very log, and not in it
	if s.Meta.N != 0 && (waits || lost || n.had(t.Log)) {
		return !t.Refused
	}
	if t.Refused && s.Meta.N != 0 && t.Log != "" {
		return false // of a log nobody else heard of, or lost of this one: that its own command be refused harms nobody, and is what it was told
	}
	s.Meta.Told, s.Insist = nil, nil
	elsewhere := t.Log != "" && t.Log != floor.LogID(n.head.Log)
	if elsewhere && s.Meta.N != 0 { // the number may stand on a parcel: where nothing else has it, it stays that one's
		s.Meta.Named = t.Unit
	}
	return (r != nil || elsewhere) && s.Meta.N != 0 && !t.Refused
}

// had says whether a log is one that this box had before the one it has.
func (n *Node) had(log floor.LogID) bool {
	if log == "" || log == floor.LogID(n.head.Log) {
		return false
	}
	return slices.Contains(n.marks.logs, log) ||
		slices.ContainsFunc(n.j.Forks(), func(f journal.Fork) bool { return f.Parent.Log == string(log) })
}

// knows says whether a fact the centre brings is known here: by its command, or, where commands of the centre may be forgotten here, by its
// place in the feed. The place alone says nothing: a centre that was put back and does not know it gives the same places again, and a box
// that was lost may have got another command there.
func (n *Node) knows(r *floor.Record) bool {
	at := n.state.Feed
	return n.marks.knows(r) || n.marks.forgets() && r.Feed != nil && r.Feed.Lineage == at.Lineage && r.Feed.Seq <= at.Seq
}

// knows says whether the command of a record was answered here.
func (m *Marks) knows(r *floor.Record) bool {
	if r.Device != "" {
		return r.N <= m.Last(r.Device)
	}
	return m.called(r.Cause)
}

// called says whether a command without a counter was answered here.
func (m *Marks) called(id floor.CommandID) bool {
	_, ok := m.calls[id]
	return ok
}

// takeBack remembers the commands behind facts that were taken back, where those stand now. Of a command whose
// records came in two pieces the answer tells the first.
func (m *Marks) takeBack(records []floor.Record) {
	inner := func(i int) (r floor.Record, ok bool) {
		if i < len(records) {
			if e, is := records[i].Event.(*floor.FactTakenBack); is {
				return e.Inner()
			}
		}
		return r, false
	}
	for i := range records {
		if e, is := records[i].Event.(*floor.FactsTakenBack); is {
			for _, id := range e.Logs {
				m.log(id)
			}
		}
		r, ok := inner(i)
		if ok {
			m.log(r.Log)
		}
		if !ok || !begins(&r) && r.Device != "" || m.knows(&r) {
			continue // of a taking back the first records are none: it is known by the first that is one
		}
		count := 1
		for next, more := inner(i + 1); more && next.Cause == r.Cause && !begins(&next); next, more = inner(i + count) {
			count++
		}
		if d := m.devices[r.Device]; r.Device != "" && d != nil && r.N != d.last+1 {
			d.ops = nil // numbers between are known nowhere: their answers cannot be told
		}
		r.Seq, r.Feed = records[i].Seq, nil // of the feed, too: it comes again
		m.take(&r, count)
	}
}
