package node

import (
	"slices"
	"time"

	"picket/edge/floor"
)

// Marks remember which commands were taken and where their answers stand: for a device by its contiguous number,
// for a caller without a counter, and for the centre, by the command's id. They are rebuilt from the entries (cause, dev, devseq,
// digest), so they never need a write of their own; a snapshot holds them to keep the start short.
type Marks struct {
	devices map[floor.DeviceID]*device
	calls   map[floor.CommandID]op
	queue   []call // calls in the order of their records, the next to be forgotten first
	newest  int64  // the latest record time seen, ms
	upTo    uint64 // what is stable
	keep    Keep
	logs    []floor.LogID // under which the records were written, those taken back among them
	ages    ages
}

// Keep bounds what the marks remember.
type Keep struct {
	Ops      int           // per device; the oldest go first even when they are not stable. Default 50,000
	Last     int           // per device, of the newest, even when they are stable: their answers may have been lost. Default 256
	Calls    time.Duration // of a call without a counter, by record time. Default 7 days
	MinCalls int           // so many calls are kept whatever the clock says, which may jump by years. Default 10,000

	retain time.Duration // Options.Retain
}

func (k *Keep) defaults() {
	if k.Ops <= 0 {
		k.Ops = 50_000
	}
	if k.Last <= 0 {
		k.Last = 256
	}
	if k.Calls <= 0 {
		k.Calls = 7 * 24 * time.Hour
	}
	if k.MinCalls <= 0 {
		k.MinCalls = 10_000
	}
	if k.retain <= 0 {
		k.retain = retain
	}
}

// op is one command that was taken: its records are seq to seq+count-1.
type op struct {
	seq   uint64
	count uint64
	print uint64 // fingerprint of id and digest
}

// device counts one installation's commands. ops are those of the numbers last-len(ops)+1 to last. Ops are only
// appended and dropped at the front, never changed, so that a snapshot may hold the slice.
type device struct {
	last  uint64
	ops   []op
	since uint64 // the record that brought numbers from a past that was taken as one, 0: none
}

type call struct {
	id floor.CommandID
	at int64 // record time, ms
	op op
}

func newMarks(k Keep) *Marks {
	k.defaults()
	return &Marks{devices: map[floor.DeviceID]*device{}, calls: map[floor.CommandID]op{}, keep: k, ages: newAges(k.retain)}
}

// Last is the highest number of the device that was taken, 0 before the first.
func (m *Marks) Last(id floor.DeviceID) uint64 {
	if d := m.devices[id]; d != nil {
		return d.last
	}
	return 0
}

// find says what is known of a submission: nothing (zero, nil), the command that was taken before (known), or
// why it cannot be taken.
func (m *Marks) find(sub *Submission) (was op, known bool, err error) {
	s := &sub.Meta
	if s.Device == "" {
		if was, known = m.calls[s.ID]; !on(RuleIDs) {
			return op{}, false, nil
		}
		if known && !was.is(sub) {
			return op{}, false, conflict(s)
		}
		return was, known, nil
	}
	d := m.devices[s.Device]
	last := uint64(0)
	if d != nil {
		last = d.last
	}
	switch {
	case s.N == last+1, s.N <= last && !on(RuleNumbers):
		return op{}, false, nil
	case s.N > last:
		return op{}, false, &GapError{Who: string(s.Device), Expect: last + 1, Got: s.N}
	}
	back := last - s.N
	if back >= uint64(len(d.ops)) {
		return op{}, true, nil // so long ago that even its answer is forgotten
	}
	was = d.ops[uint64(len(d.ops))-1-back]
	if !was.is(sub) {
		return op{}, false, conflict(s)
	}
	return was, true, nil
}

// of is where the answer to the command of a record stands; false when it was not answered here, or so long ago that this is forgotten.
func (m *Marks) of(r *floor.Record) (op, bool) {
	d := m.devices[r.Device]
	if r.Device == "" {
		was, known := m.calls[r.Cause]
		return was, known
	}
	if d == nil || r.N > d.last || d.last-r.N >= uint64(len(d.ops)) {
		return op{}, false
	}
	return d.ops[uint64(len(d.ops))-1-(d.last-r.N)], true
}

// is says whether it was the same command, by the digest of today or by that of an earlier version.
func (o op) is(s *Submission) bool {
	if o.print == fingerprint(s.Meta.ID, s.Meta.Digest) {
		return true
	}
	if came := s.asCame(); came != "" && o.print == fingerprint(s.Meta.ID, came) {
		return true
	}
	old := s.asSent()
	return old != "" && o.print == fingerprint(s.Meta.ID, old)
}

// take remembers a command by its first record and the number of its records. Records of the feed are known by
// their position in the floor's state and are not remembered here.
func (m *Marks) take(r *floor.Record, count int) {
	was := op{seq: uint64(r.Seq), count: uint64(count), print: fingerprint(r.Cause, r.Digest)}
	m.log(r.Log)
	if at := r.Time.UnixMilli(); at > m.newest {
		m.newest = at
	}
	switch {
	case r.Device != "":
		d := m.devices[r.Device]
		if d == nil {
			d = &device{}
			m.devices[r.Device] = d
		}
		d.last = r.N
		d.ops = append(d.ops, was)
		if over := len(d.ops) - m.keep.Ops; over > 0 {
			d.ops = d.ops[over:]
		}
		d.forget(m.upTo, m.keep.Last)
	default: // the centre's, too: where its feed begins anew, records of it come again under their ids
		m.calls[r.Cause] = was
		m.queue = append(m.queue, call{id: r.Cause, at: r.Time.UnixMilli(), op: was})
	}
	m.forgetCalls()
}

// logsKept is how many logs are remembered. Each is a box that was put back or replaced.
const logsKept = 100

// log remembers under which log a record was written.
func (m *Marks) log(id floor.LogID) {
	if n := len(m.logs); n > 0 && m.logs[n-1] == id || slices.Contains(m.logs, id) {
		return
	}
	logs := append(m.logs[:len(m.logs):len(m.logs)], id) // a snapshot may hold the old one
	m.logs = logs[max(0, len(logs)-logsKept):]
}

func (m *Marks) forgetCalls() {
	old := m.newest - m.keep.Calls.Milliseconds()
	for len(m.queue) > m.keep.MinCalls && m.queue[0].at < old {
		if c := &m.queue[0]; m.calls[c.id] == c.op {
			delete(m.calls, c.id)
		}
		m.queue = m.queue[1:]
	}
}

// forgets says whether a call may have been forgotten: as long as there were no more than are always kept, none was.
func (m *Marks) forgets() bool { return len(m.queue) >= m.keep.MinCalls }

// stable says that the centre holds everything up to seq. Answers up to there are forgotten, but for the last of each
// device: the centre may hold a record long before the device has its answer, and a device is never without more
// answers than one request can carry.
func (m *Marks) stable(seq uint64) {
	m.upTo = max(m.upTo, seq)
	for _, d := range m.devices {
		d.forget(m.upTo, m.keep.Last)
	}
}

func (d *device) forget(upTo uint64, last int) {
	i := 0
	for i < len(d.ops)-last && d.ops[i].seq+d.ops[i].count-1 <= upTo {
		i++
	}
	d.ops = d.ops[i:]
}

// fingerprint is FNV-1a over id, NUL and digest: what tells one command from another under the same number.
func fingerprint(id floor.CommandID, digest string) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * prime
	}
	h *= prime
	for i := range len(digest) {
		h = (h ^ uint64(digest[i])) * prime
	}
	return h
}
