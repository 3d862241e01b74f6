package reconcile

import (
	"fmt"
	"time"

	"picket/sync/wire"
)

// receiver is one direction's receiving half: accept what follows, hand it to the shell one batch of
// records at a time, acknowledge behind the commit. It is the same at both ends.
type receiver struct {
	t    *Timing
	past Chain // nil: older hashes are not remembered

	session wire.SessionID // "" when closed
	log     wire.LogID
	applied wire.Position // durable
	seen    wire.Position // received: durable, with the shell, or ready
	pos     wire.Pos
	stable  wire.Seq

	out     []Record // with the shell: Apply is unanswered
	ready   []Record // waits for the answer
	rows    []wire.Sealed
	holdTo  time.Time // after a failed commit
	blocked *wire.Blocked

	unacked int
	ackAt   time.Time // zero: no ack is owed
	everyAt time.Time
	gap     bool
	said    uint64 // acks of this session
	heard   heard  // batches
}

func (r *receiver) open(now time.Time, id wire.SessionID) {
	r.session = id
	r.ackAt, r.everyAt, r.gap, r.unacked = time.Time{}, now.Add(r.t.AckEvery), false, 0
	r.said, r.heard = 0, heard{}
}

// close forgets what was not handed over. What is with the shell may still be committed, and counts.
func (r *receiver) close() {
	r.session, r.ready, r.rows = "", nil, nil
	r.seen = r.applied
	if n := len(r.out); n > 0 {
		r.seen.Seq, r.seen.Hash = r.out[n-1].Seq, r.out[n-1].Hash
	}
	r.ackAt = time.Time{}
}

// restart at a mark that the handshake agreed on. Never while an Apply is unanswered.
func (r *receiver) restart(p wire.Position) {
	r.applied, r.seen, r.log = p, p, p.Log
	r.ready, r.rows, r.blocked = nil, nil, nil
}

func (r *receiver) busy() bool { return len(r.out) > 0 }

// onBatch takes a batch of the current session.
func (r *receiver) onBatch(now time.Time, b *wire.Batch) (verdict, string) {
	if b.Log != r.log {
		return forked, fmt.Sprintf("log %.64s in a session of log %.64s", b.Log, r.log)
	}
	before := b.From - 1
	if before > r.seen.Seq && on(RuleGap) {
		r.gap = true
		r.ackAt = now
		return ignored, ""
	}
	if before == r.seen.Seq && b.Prev != r.seen.Hash && on(RuleHash) {
		return forked, fmt.Sprintf("the hash before seq %d is not mine", b.From)
	}
	if before < r.seen.Seq && r.past != nil && on(RuleHash) {
		if mine, ok := r.past.HashAt(before); ok && mine != b.Prev {
			return forked, fmt.Sprintf("the hash before seq %d is not mine", b.From)
		}
	}
	if len(b.Records) == 0 || b.Last() <= r.seen.Seq {
		if why := r.old(b); why != "" {
			return forked, why
		}
		// A heartbeat, or a batch that came before: the peer wants to know where I am.
		r.ackAt = now
		return ignored, ""
	}
	if now.Before(r.holdTo) || len(r.ready) >= r.t.Ready*r.t.BatchRecords {
		return ignored, "" // it will be sent again
	}
	h, fresh := b.Prev, make([]Record, 0, len(b.Records))
	for i, raw := range b.Records {
		h = wire.Chain(h, raw)
		seq := b.From + wire.Seq(i)
		if seq == r.seen.Seq && h != r.seen.Hash && on(RuleHash) {
			return forked, fmt.Sprintf("record %d differs from the one applied", seq)
		}
		if seq > r.seen.Seq {
			fresh = append(fresh, Record{Seq: seq, Hash: h, Raw: raw})
		}
	}
	r.ready = append(r.ready, fresh...)
	r.rows = append(r.rows, b.PII...)
	r.seen.Seq, r.seen.Hash = b.Last(), h
	return taken, ""
}

// old checks a batch that brings nothing new.
func (r *receiver) old(b *wire.Batch) string {
	if r.past == nil || !on(RuleHash) {
		return ""
	}
	h := b.Prev
	for i, raw := range b.Records {
		h = wire.Chain(h, raw)
		seq := b.From + wire.Seq(i)
		if mine, ok := r.past.HashAt(seq); ok && seq <= r.applied.Seq && mine != h {
			return fmt.Sprintf("record %d differs from the one applied", seq)
		}
	}
	return ""
}

// most is how many records are handed over at once.
func (r *receiver) most() int { return 4 * r.t.BatchRecords }

// pump hands over what is ready, if nothing is with the shell.
func (r *receiver) pump(now time.Time, out []Effect) []Effect {
	if r.busy() || len(r.ready) == 0 || now.Before(r.holdTo) {
		return out
	}
	n := min(len(r.ready), r.most())
	r.out, r.ready = r.ready[:n:n], r.ready[n:]
	rows := r.rows
	if r.rows = nil; len(r.ready) == 0 {
		r.ready = nil
	}
	if !on(RuleCommit) {
		last := r.out[n-1]
		r.applied.Seq, r.applied.Hash = last.Seq, last.Hash
		r.ackAt = now
	}
	return append(out, Apply{Log: r.log, Records: r.out, PII: rows})
}

// onApplied takes the shell's answer.
func (r *receiver) onApplied(now time.Time, a Applied) (moved bool) {
	for _, rec := range r.out {
		if rec.Seq > a.UpTo {
			break
		}
		if rec.Seq > r.applied.Seq {
			r.applied.Seq, r.applied.Hash, moved = rec.Seq, rec.Hash, true
			r.unacked++
		}
	}
	whole := len(r.out) > 0 && r.applied.Seq >= r.out[len(r.out)-1].Seq
	r.out = nil
	if a.Pos > r.pos {
		r.pos = a.Pos
	}
	r.blocked = a.Blocked
	switch {
	case !whole || a.Err != nil || a.Blocked != nil:
		// What waits follows something that is not there: forget it, it will be sent again.
		r.ready, r.rows, r.seen = nil, nil, r.applied
		r.holdTo = now.Add(r.t.ApplyRetry)
		r.ackAt = now
		if a.Blocked == nil {
			r.gap, r.ackAt = true, r.holdTo
		}
	case r.unacked >= r.t.AckRecords:
		r.ackAt = now
	default:
		r.ackAt = sooner(r.ackAt, now.Add(r.t.AckDelay))
	}
	return moved
}

// ack is the acknowledgement that is due, or nil.
func (r *receiver) ack(now time.Time) *wire.Ack {
	if r.session == "" {
		return nil
	}
	owed := !r.ackAt.IsZero() && !now.Before(r.ackAt)
	if !owed && now.Before(r.everyAt) {
		return nil
	}
	r.said++
	a := &wire.Ack{Nth: r.said, Session: r.session, Applied: r.applied.Seq, Hash: r.applied.Hash, Pos: r.pos,
		Stable: min(r.stable, r.applied.Seq), Window: r.room(), Gap: r.gap, Blocked: r.blocked}
	r.ackAt, r.everyAt, r.gap, r.unacked = time.Time{}, now.Add(r.t.AckEvery), false, 0
	return a
}

// room is the window to tell: how many more batches can wait.
func (r *receiver) room() int {
	return max(1, r.t.Ready-(len(r.ready)+r.t.BatchRecords-1)/r.t.BatchRecords)
}

func (r *receiver) due() time.Time {
	if r.session == "" {
		return time.Time{}
	}
	at := sooner(r.everyAt, r.ackAt)
	if len(r.ready) > 0 && !r.busy() {
		at = sooner(at, r.holdTo)
	}
	return at
}
