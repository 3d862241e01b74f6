package node

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
)

// Journal is what the door needs of the journal beside reading it.
type Journal interface {
	Reader
	Rows
	// Append writes the batch in one transaction; it is durable on return.
	Append(journal.Batch) (journal.Position, error)
	// First is the seq of the oldest entry that is kept.
	First() uint64
	// NewLog begins another log id at the head.
	NewLog(log string) (journal.Position, error)
	// Forks are the log ids there were before, oldest first.
	Forks() []journal.Fork
}

// Options of a node. Source and the journal's log id stand in every record.
type Options struct {
	Source        string        // floor.Source(tenant, site, node)
	SnapshotEvery int           // entries between snapshots, at least. Default 50,000
	ChunksPer     int           // chunks of a snapshot that ride on one commit. Default 2 (128 KiB)
	Restate       int           // bytes of lines in one commit of a restatement, about. Default 4 MiB
	Retain        time.Duration // entries younger than this are never trimmed, by the time lived through here. Default 30 days
	Keep          Keep
	Seal          Sealer // seals the archive's rows; nil leaves them in clear
	Centre        bool   // there is a centre: a device that shows a log this box never had waits until it was heard
}

func (o *Options) defaults() {
	if o.SnapshotEvery <= 0 {
		o.SnapshotEvery = 50_000
	}
	if o.ChunksPer <= 0 {
		o.ChunksPer = 2
	}
	if o.Restate <= 0 {
		o.Restate = 4 << 20
	}
	if o.Retain <= 0 {
		o.Retain = retain
	}
	o.Keep.retain = o.Retain
}

const retain = 30 * 24 * time.Hour

// groupBytes is how much one commit holds, about: far below what the journal takes, and a group of ordinary
// commands never comes near it.
const groupBytes = 8 << 20

// snapshotShare is how many times a snapshot's own size must have been written before the next one is due.
const snapshotShare = 3

// trimLook is how many of the oldest entries are looked at at once.
const trimLook = 4096

// Node is the stepped half of the door: no goroutine, no clock. It is used by one goroutine at a time.
type Node struct {
	j       Journal
	opt     Options
	archive *Archive
	state   *floor.State
	marks   *Marks
	head    journal.Position // as committed
	fault   error            // for ever

	group   group
	records []floor.Record // of the command in hand; used again for the next
	newLog  string         // begins behind the next commit
	stable  uint64

	snapshot uint64 // seq of the newest complete snapshot
	tried    uint64 // seq of the newest one begun
	writing  bool   // one is being encoded or written
	since    uint64 // bytes of entries since then
	size     uint64 // bytes of the newest one encoded
	chunks   []journal.Chunk
	complete journal.Snapshot
	trouble  error
	tight    bool // the disk is: entries go as soon as they may
	trim     bool // the oldest entries may be old enough to go

	strangers strangers
	off       atomic.Bool // the clock is
	telling   *restating  // nil: nothing is
	touched   touched
}

// group is what the next commit writes.
type group struct {
	buf  []byte // all records, one after the other
	ends []int  // where each ends in buf
	rows []journal.Row
	left bool     // orders leave with it, which nobody finds in the archive before it is committed
	list [][]byte // reused for the batch
}

func (g *group) reset() {
	g.buf, g.ends, g.rows, g.left = g.buf[:0], g.ends[:0], nil, false
	if cap(g.buf) > groupBytes/4 {
		g.buf = nil // one giant group must not be paid for until the end of the shift
	}
}

// entries cuts the records apart. They point into buf.
func (g *group) entries() [][]byte {
	g.list = g.list[:0]
	from := 0
	for _, end := range g.ends {
		g.list = append(g.list, g.buf[from:end:end])
		from = end
	}
	return g.list
}

// Boot starts a node from what the journal holds.
func Boot(j Journal, o Options) (*Node, error) {
	o.defaults()
	l, err := load(j, o.Keep)
	if err != nil {
		return nil, err
	}
	n := &Node{j: j, opt: o, archive: NewArchive(j, o.Seal), state: l.state, marks: l.marks, head: l.head,
		snapshot: l.snapshot, tried: l.snapshot, size: l.size, since: l.since}
	n.strangers.ask = o.Centre
	n.strangers.learn(floor.LogID(n.head.Log), n.logs())
	return n, nil
}

// Step decides each submission against the state left by those before it, commits what follows from all of them
// at once, and only then answers, one reply for each. A group too large for one commit takes several.
//
// A step without submissions goes on with what waits for a commit: a snapshot under way, old entries to be
// dropped. When a commit fails, Step returns ErrStopped with the reason, now and for ever: whether the group
// stands in the journal is not known before the next Boot, and a caller who asks again then learns it.
func (n *Node) Step(now time.Time, subs []Submission) ([]Reply, error) {
	for i := range subs {
		subs[i].prepare()
	}
	replies, err := n.turn(now, subs, nil)
	if err != nil {
		return nil, err
	}
	for i := range replies {
		replies[i].finish(n.j)
	}
	if f := n.due(); f != nil {
		n.write(f.at, f.encode)
	}
	return replies, nil
}

// Head is the position of the last entry that is committed.
func (n *Node) Head() journal.Position { return n.head }

// Last is the highest number of the device that was taken, 0 before the first.
func (n *Node) Last(d floor.DeviceID) uint64 { return n.marks.Last(d) }

// Stable says that the centre holds everything up to seq in a backup. Answers up to there are forgotten, and
// entries up to there may be trimmed when they are old enough.
func (n *Node) Stable(seq floor.Seq) {
	if upTo := min(uint64(seq), n.head.Seq); upTo > n.stable { // nobody can hold what is not here
		n.stable = upTo
		n.marks.stable(n.stable)
		n.trim = true
	}
}

// turn is Step without its end: duplicates are found but not yet looked up, a snapshot due is not yet begun.
func (n *Node) turn(now time.Time, subs []Submission, replies []Reply) ([]Reply, error) {
	replies, err := n.admit(now, subs, replies)
	if err == nil {
		err = n.commit(now)
	}
	return replies, err
}

// admit takes submissions into the group. Nobody may be told before commit.
func (n *Node) admit(now time.Time, subs []Submission, replies []Reply) ([]Reply, error) {
	if n.fault != nil {
		return nil, n.fault
	}
	for i := range subs {
		if n.group.left && len(floor.Needs(n.state, subs[i].Command)) > 0 {
			if err := n.commit(now); err != nil {
				return nil, err
			}
		}
		replies = append(replies, n.take(now, &subs[i]))
		if err := n.restateOn(now, &subs[i], &replies[len(replies)-1]); err != nil {
			return nil, err
		}
		if err := n.correct(now, &subs[i], &replies[len(replies)-1]); err != nil {
			return nil, err
		}
		if len(n.group.buf) > groupBytes {
			if err := n.commit(now); err != nil {
				return nil, err
			}
		}
	}
	return replies, nil
}

// next is the seq the next record gets.
func (n *Node) next() floor.Seq { return floor.Seq(n.head.Seq) + floor.Seq(len(n.group.ends)) + 1 }

// take dedupes, decides, encodes and applies one submission.
func (n *Node) take(now time.Time, s *Submission) Reply {
	if err := s.check(); err != nil {
		return Reply{Err: err}
	}
	if s.Meta.Down != nil {
		if known, err := n.fed(s.Meta.Down); err != nil {
			return Reply{Err: err}
		} else if known {
			return Reply{Answer: floor.Answer{Outcome: floor.OutcomeDuplicate}}
		}
		if n.marks.called(s.Meta.ID) || n.state.HasDoc(s.Command) || n.state.HasAssigned(s.Command) { // the feed began anew, or its facts were taken back; the rows it names may have been lost
			s.Command = &floor.PassFeed{Command: s.Meta.ID}
			s.Meta.ID = comesAgain(n.head.Log, s.Meta.Down)
		}
	} else if was, known, err := n.marks.find(s); err != nil {
		var gap *GapError
		if errors.As(err, &gap) {
			gap.Waits = n.waits(s) // the numbers between may be at the centre
		}
		return Reply{Err: err}
	} else if known {
		return n.again(now, s, was)
	}
	if n.waits(s) {
		return Reply{Err: &GapError{Who: string(s.Meta.Device), Expect: s.Meta.N, Got: s.Meta.N, Waits: true}}
	}
	s.Meta.Now, s.Meta.Off = now, n.off.Load()
	s.Meta.Late = n.strangers.before(s) || s.Meta.Told != nil            // of whatever log: the paper may be there
	given := s.Meta.Late && (s.Meta.Told == nil || !s.Meta.Told.Refused) // and may have been printed for, at a box that is lost
	said := n.told(s)
	rows := s.Rows
	if c, ok := s.Command.(*floor.TakeBack); ok {
		if err := n.takeBack(c, s.ahead); err != nil {
			return Reply{Err: err}
		}
	}
	if c, ok := s.Command.(*floor.Restate); ok {
		if err := n.restate(c); err != nil {
			return Reply{Err: err}
		}
	}
	refusal, err := floor.Resolve(n.state, s.Meta, s.Command, n.archive.Under)
	if err != nil {
		return Reply{Err: fmt.Errorf("node: %w", err)}
	}
	var events []floor.Event
	if refusal == nil {
		lent, err := n.lend(s.Command)
		if err != nil {
			return Reply{Err: fmt.Errorf("node: %w", err)}
		}
		events, refusal = floor.DecideWith(n.state, s.Meta, s.Command, lent)
		if refusal != nil && s.Insist != nil && s.Meta.Told != nil {
			if _, err := floor.Resolve(n.state, s.Meta, s.Insist, n.archive.Under); err != nil {
				return Reply{Err: fmt.Errorf("node: %w", err)}
			}
			if fact, no := floor.DecideWith(n.state, s.Meta, s.Insist, lent); no == nil {
				events, refusal = fact, nil
			}
		}
	}
	if t := s.Meta.Told; t != nil && t.Log == floor.LogID(n.head.Log) && n.state.Recovery == nil {
		// It was said under this very log, and is not in it: the file is an older copy, and nobody knew.
		return Reply{Err: &GapError{Who: string(s.Meta.Device), Expect: s.Meta.N, Got: s.Meta.N, Waits: true, Older: true}}
	}
	if n.state.NotKnownYet(s.Meta, s.Command, events, refusal) {
		return Reply{Err: fmt.Errorf("%s: %w", s.Meta.ID, ErrNotYet)}
	}
	if n.state.TooSoon(s.Meta, refusal) {
		return Reply{Err: &GapError{Who: string(s.Meta.Device), Expect: s.Meta.N, Got: s.Meta.N, Waits: true}}
	}
	if refusal != nil {
		events, rows = []floor.Event{floor.LeaveRefused(s.Command, refusal, said, given)}, nil
	}
	records, err := n.encode(&s.Meta, events)
	if err != nil {
		// What cannot be written must not happen. The caller learns it as a refusal; its number is used up.
		bad := &floor.CommandRefused{Kind: cut(s.Command.Kind()), Code: floor.BadField, Args: map[string]string{"field": "data", "why": cut(err.Error())}}
		if records, err = n.encode(&s.Meta, []floor.Event{bad}); err != nil {
			return Reply{Err: fmt.Errorf("%w: %w", ErrInvalid, err)}
		}
		rows = nil
	} else if left := leaving(events); len(left) > 0 {
		put, err := n.archive.put(n.state, left)
		if err != nil { // floor encoded them a moment ago
			n.fault = fmt.Errorf("%w: %w", ErrStopped, err)
			return Reply{Err: n.fault}
		}
		rows, n.group.left = append(rows, put...), true
	}
	n.keep(records)
	n.group.rows = append(n.group.rows, rows...)
	return Reply{Answer: floor.AnswerOf(records)}
}

// keep applies the records of one command, and remembers it by them.
func (n *Node) keep(records []floor.Record) {
	for i := range records {
		floor.ApplyRecord(n.state, &records[i])
	}
	n.marks.take(&records[0], len(records))
	n.marks.ages.note(uint64(records[0].Seq), records[0].Time)
	n.marks.takeBack(records)
}

// comesAgain names the passing of a record of the feed that comes again. It may come again in each log of this box, in
// each lineage of the feed, and more than once in one.
func comesAgain(log string, at *floor.Down) floor.CommandID {
	name := fmt.Sprintf("again:%s:%d:%d", log, at.Lineage, at.Seq)
	if len(name) > floor.MaxID {
		name = "again:" + Digest("feed", []byte(name))
	}
	return floor.CommandID(name)
}

// fed says whether a record of the centre's feed was taken before, or why it cannot be taken now.
func (n *Node) fed(d *floor.Down) (known bool, err error) {
	at := n.state.Feed
	switch {
	case d.Lineage < at.Lineage:
		return false, fmt.Errorf("%w: record %d of lineage %d came, but lineage %d has begun", ErrStale, d.Seq, d.Lineage, at.Lineage)
	case d.Lineage > at.Lineage:
		return false, nil // where another lineage begins was agreed with the centre in the handshake
	case d.Seq <= at.Seq:
		return true, nil
	case d.Seq > at.Seq+1:
		return false, &GapError{Who: "feed", Expect: at.Seq + 1, Got: d.Seq}
	}
	return false, nil
}

// encode puts the events' records into the group; on an error nothing of them is in it.
func (n *Node) encode(m *floor.Meta, events []floor.Event) ([]floor.Record, error) {
	g := &n.group
	size, count := len(g.buf), len(g.ends)
	n.records = floor.AppendRecords(n.records[:0], n.opt.Source, floor.LogID(n.head.Log), n.next(), m, events)
	records := n.records
	var err error
	for i := range records {
		from := len(g.buf)
		if g.buf, err = records[i].AppendTo(g.buf); err == nil && len(g.buf)-from > most(records[i].Event) {
			err = fmt.Errorf("makes a record of %d bytes, at most %d are allowed", len(g.buf)-from, most(records[i].Event))
		}
		if err != nil {
			g.buf, g.ends = g.buf[:size], g.ends[:count]
			return nil, err
		}
		g.ends = append(g.ends, len(g.buf))
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("has no effect") // a command writes at least one record, or its number would be lost
	}
	return records, nil
}

// most is how long a record may be. One that the line cannot carry would stop the line for ever, and so would one that cannot be taken back
// within another. What comes with a taking back is the centre's: a box that refused it would never be whole.
func most(e floor.Event) int {
	switch e.(type) {
	case *floor.FactTakenBack, *floor.FactsTakenBack:
		return journal.MaxEntryBytes
	}
	return floor.MaxFact
}
