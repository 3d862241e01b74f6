package node

import (
	"errors"
	"fmt"

	"picket/edge/floor"
	"picket/edge/journal"
)

// Reader is what starting up needs of the journal; journal.File and journal.Mem are ones.
type Reader interface {
	// Head is the position of the last durable entry.
	Head() journal.Position
	// Read gives fn the durable entries from seq on, at most max (0: all), and returns the seq to go on from.
	Read(from uint64, max int, fn func(seq uint64, raw []byte) error) (next uint64, err error)
	// ReadSnapshot is the newest complete snapshot and its bytes; journal.ErrSnapshot when there is none.
	ReadSnapshot() (journal.Snapshot, []byte, error)
}

// Load makes the memory of a site: the newest snapshot and every entry behind it, up to the seq returned. A view
// starts from the same; it then reads the journal on from there. The chain of the entries read is held against
// the head, so damage is found here and not weeks later at the centre.
//
// Errors: what the journal says, floor.ErrUnknownType when a later version wrote the file, and journal.ErrCorrupt.
func Load(j Reader) (*floor.State, *Marks, floor.Seq, error) {
	l, err := load(j, Keep{})
	return l.state, l.marks, floor.Seq(l.head.Seq), err
}

// loaded is a memory and where it stands.
type loaded struct {
	state    *floor.State
	marks    *Marks
	head     journal.Position
	snapshot uint64 // seq of the snapshot it began with
	size     uint64 // its bytes
	since    uint64 // bytes of the entries behind it
}

func load(j Reader, keep Keep) (loaded, error) {
	l := loaded{state: floor.NewState(), marks: newMarks(keep), head: j.Head()}
	snap, data, err := j.ReadSnapshot()
	switch {
	case err == nil:
		if err := thaw(data, l.state, l.marks); err != nil {
			return l, fmt.Errorf("node: snapshot at %d: %w", snap.Seq, err)
		}
		l.snapshot, l.size = snap.Seq, snap.Bytes
	case !errors.Is(err, journal.ErrSnapshot):
		return l, fmt.Errorf("node: %w", err)
	}
	r := replay{loaded: &l, hash: snap.Hash}
	if _, err := j.Read(snap.Seq+1, int(l.head.Seq-snap.Seq), r.entry); err != nil && l.head.Seq > snap.Seq {
		return l, fmt.Errorf("node: replay: %w", err)
	}
	r.flush()
	if r.hash != l.head.Hash {
		return l, fmt.Errorf("node: replay: %w: the chain ends at %d in %s, want %s", journal.ErrCorrupt, l.head.Seq, r.hash, l.head.Hash)
	}
	return l, nil
}

// replay applies entries and puts the records of a command together again.
type replay struct {
	*loaded
	hash  journal.Hash
	first floor.Record // of the command under way
	count int
	back  []floor.Record // facts taken back by it
}

func (r *replay) entry(seq uint64, raw []byte) error {
	rec, err := floor.Decode(raw)
	if err != nil {
		return fmt.Errorf("entry %d: %w", seq, err)
	}
	if uint64(rec.Seq) != seq {
		return fmt.Errorf("entry %d: %w: its record says %d", seq, journal.ErrCorrupt, rec.Seq)
	}
	r.hash = r.hash.Next(raw)
	r.since += uint64(len(raw))
	if begins(&rec) {
		r.flush()
		r.first = rec
	}
	r.count++
	floor.ApplyRecord(r.state, &rec)
	switch rec.Event.(type) {
	case *floor.FactTakenBack, *floor.FactsTakenBack:
		r.back = append(r.back, rec)
	}
	return nil
}

// begins says whether the record is the first of its command: {command id}/0.
func begins(r *floor.Record) bool {
	n := len(r.Cause)
	return len(r.ID) == n+2 && r.ID[n] == '/' && r.ID[n+1] == '0'
}

func (r *replay) flush() {
	if r.count > 0 && r.first.Cause != "" {
		r.marks.take(&r.first, r.count)
		r.marks.ages.note(uint64(r.first.Seq), r.first.Time)
		r.marks.takeBack(r.back)
	}
	r.first, r.count, r.back = floor.Record{}, 0, nil
}
