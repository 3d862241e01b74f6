package node

import (
	"errors"
	"fmt"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
)

// commit writes the group and what rides along: parts of a snapshot, a slice of old entries to be dropped.
func (n *Node) commit(now time.Time) error {
	if n.fault != nil {
		return n.fault
	}
	g := &n.group
	b := journal.Batch{Entries: g.entries(), Rows: g.rows}
	if len(n.chunks) > 0 {
		part := min(len(n.chunks), n.opt.ChunksPer)
		b.Chunks = n.chunks[:part:part]
		if part == len(n.chunks) {
			b.Complete = &n.complete
		}
	}
	first := uint64(0)
	if n.trim {
		first = n.j.First()
		b.Trim = n.trimBefore(first)
		n.trim = b.Trim > 0
	}
	if len(b.Entries) == 0 && len(b.Chunks) == 0 && b.Trim == 0 {
		return nil
	}
	pos, err := n.j.Append(b)
	if want := n.head.Seq + uint64(len(b.Entries)); err == nil && pos.Seq != want {
		err = fmt.Errorf("the journal's head is %d, want %d: somebody else writes to it", pos.Seq, want)
	}
	if err != nil {
		// Memory holds what the file may not. There is no way back but through Boot.
		n.fault = fmt.Errorf("%w: %w", ErrStopped, err)
		return n.fault
	}
	if n.newLog != "" {
		if pos, err = n.j.NewLog(n.newLog); err != nil {
			n.fault = fmt.Errorf("%w: %w", ErrStopped, err)
			return n.fault
		}
		n.newLog = ""
	}
	n.head = pos
	if n.strangers.head != floor.LogID(pos.Log) {
		n.strangers.learn(floor.LogID(pos.Log), n.logs())
	}
	n.since += uint64(len(g.buf))
	g.reset()
	n.chunks = n.chunks[len(b.Chunks):]
	if b.Complete != nil {
		n.snapshot, n.writing, n.chunks, n.trim = b.Complete.Seq, false, nil, true
	}
	if b.Trim > 0 && n.j.First() == first {
		n.trim = n.trim && b.Complete != nil // nothing went: a cursor holds it; look again behind the next snapshot
	}
	return nil
}

// Tight says that the disk is nearly full: entries that are stable and behind a snapshot go without waiting until they
// are old. What a cursor holds stays.
func (n *Node) Tight(now bool) {
	n.trim = n.trim || now && !n.tight
	n.tight = now
}

// busy says whether a step without submissions would have something to write.
func (n *Node) busy() bool { return n.fault == nil && (len(n.chunks) > 0 || n.trim) }

// due gives the memory to be encoded when it is time for a snapshot, else nil. It is called behind a commit. A
// large memory is written less often, so that in a rush snapshots are never more than a third of what is written.
func (n *Node) due() *frozen {
	if n.writing || n.fault != nil || n.head.Seq-n.tried < uint64(n.opt.SnapshotEvery) || n.since < snapshotShare*n.size {
		return nil
	}
	n.writing, n.tried, n.since = true, n.head.Seq, 0
	return freeze(n.head, n.state, n.marks)
}

// write takes an encoded snapshot; its chunks ride on the next commits. One that cannot be encoded is left out:
// the start takes longer, and the next one is tried when it is due.
func (n *Node) write(at journal.Position, encode func() ([]byte, error)) {
	data, err := encode()
	if n.trouble = err; err != nil {
		n.writing = false
		return
	}
	n.chunks, n.complete = journal.NewSnapshot(at, data)
	n.size = n.complete.Bytes
}

// Trouble is why the last snapshot was left out, nil when it was not. It is for the operator; the door goes on.
func (n *Node) Trouble() error { return n.trouble }

// trimBefore is the seq before which the oldest entries may go: stable, behind a snapshot, and older than the
// retention. 0 is none. The journal holds them back where a cursor still needs them.
func (n *Node) trimBefore(first uint64) uint64 {
	last := min(first+trimLook-1, n.stable, n.snapshot, n.head.Seq)
	if !n.tight {
		last = min(last, n.marks.ages.upTo())
	}
	if last < first {
		return 0
	}
	return last + 1
}

// finish looks up the answer of a command that was here before. It reads committed entries only, so that it may
// run in the caller's goroutine. An answer that was forgotten (stable) or trimmed is a bare duplicate.
func (r *Reply) finish(j Reader) {
	if r.again.seq == 0 {
		return
	}
	records := make([]floor.Record, 0, r.again.count)
	_, err := j.Read(r.again.seq, int(r.again.count), func(_ uint64, raw []byte) error {
		rec, err := floor.Decode(raw)
		if e, ok := rec.Event.(*floor.FactTakenBack); ok {
			if in, ok := e.Inner(); ok {
				in.Seq = rec.Seq // where it stands in this log: a screen waits for it
				rec = in
			}
		}
		records = append(records, rec)
		return err
	})
	switch {
	case errors.Is(err, journal.ErrTrimmed):
		r.Answer.Seq = floor.Seq(r.again.seq + r.again.count - 1)
		return
	case err != nil:
		r.Err = fmt.Errorf("node: earlier answer: %w", err)
		return
	}
	r.Answer = floor.AnswerOf(records)
	if r.Answer.Outcome == floor.OutcomeAccepted {
		r.Answer.Outcome = floor.OutcomeDuplicate // a refusal stays one, and what a person must look at too
	}
}
