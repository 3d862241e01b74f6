package reconcile

import (
	"errors"
	"time"

	"picket/sync/wire"
)

// flight is one batch under way.
type flight struct {
	last   wire.Seq
	hash   wire.Hash // of the chain at last
	sentAt time.Time
	again  bool // sent before: its ack measures nothing (Karn)
}

// sender is one direction's sending half: from the peer's cursor, a window of batches, go back on a
// gap or on silence. It is the same at both ends.
type sender struct {
	t     *Timing
	rand  func() float64
	log   Log
	frame func(*wire.Batch) ([]byte, error)

	session wire.SessionID // "" when closed
	acked   wire.Seq
	stable  wire.Seq
	next    wire.Seq // next to be sent
	flights []flight
	highest wire.Seq // newest ever sent in this session
	behind  bool     // what was sent last did not reach the head
	window  int
	peer    int // the peer's window
	srtt    time.Duration
	tries   int
	goneTo  wire.Seq  // gone back to here
	goneAt  time.Time // and when
	retryAt time.Time // zero: nothing is under way
	beatAt  time.Time
	ackedAt time.Time
	blocked *wire.Blocked
	pace    pace
	holdTo  time.Time // the log could not be read, or its next record not be framed
	said    uint64    // batches of this session, each time one is sent
	heard   heard     // acks
	fresh   bool      // the ack that came last was not said before, as far as is known
}

func (s *sender) open(now time.Time, id wire.SessionID, from, stable wire.Seq, peer int) {
	*s = sender{t: s.t, rand: s.rand, log: s.log, frame: s.frame, srtt: s.srtt,
		session: id, acked: from, stable: stable, next: from + 1, highest: from,
		window: s.t.WindowStart, peer: peer, ackedAt: now, beatAt: now, pace: pace{head: s.log.Head().Seq}}
}

func (s *sender) close() { s.session, s.flights, s.retryAt = "", nil, time.Time{} }

// limit of batches under way.
func (s *sender) limit() int {
	if !on(RuleWindow) {
		return 1 << 20
	}
	if s.blocked != nil {
		return 1
	}
	return max(1, min(s.window, s.peer))
}

// pump sends what the window allows, and a heartbeat when nothing was said for long.
func (s *sender) pump(now time.Time, out []Effect) []Effect {
	s.pace.until = time.Time{}
	if s.session == "" || now.Before(s.holdTo) {
		return out
	}
	head := s.log.Head()
	for s.next <= head.Seq && len(s.flights) < s.limit() && !s.waits(now, head) {
		batch, err := s.cut(head)
		if err != nil {
			s.holdTo = now.Add(s.t.RetransmitMax)
			return append(out, Trouble{Code: troubleOf(err), Reason: err.Error()})
		}
		batch.Nth = s.said + 1
		payload, err := s.fit(batch)
		if err != nil {
			s.holdTo = now.Add(s.t.RetransmitMax)
			return append(out, Trouble{Code: TroubleUnsendable, Reason: err.Error()})
		}
		s.said++
		last := batch.Last()
		s.behind = last < head.Seq
		hash := batch.Prev
		for _, raw := range batch.Records {
			hash = wire.Chain(hash, raw)
		}
		s.flights = append(s.flights, flight{last: last, hash: hash, sentAt: now, again: batch.From <= s.highest})
		s.highest = max(s.highest, last)
		s.next = last + 1
		s.pace.sentAt = now
		s.beatAt = now.Add(s.t.Heartbeat)
		if s.retryAt.IsZero() {
			s.retryAt = now.Add(s.timeout())
		}
		out = append(out, Publish{Channel: wire.ChannelLog, Payload: payload})
	}
	if len(s.flights) == 0 && !now.Before(s.beatAt) {
		out = s.beat(now, head, out)
	}
	return out
}

// beat sends an empty batch that tells where the head is.
func (s *sender) beat(now time.Time, head wire.Position, out []Effect) []Effect {
	payload, err := s.frame(&wire.Batch{Session: s.session, Log: head.Log, From: head.Seq + 1, Prev: head.Hash, Nth: s.said + 1})
	if err != nil {
		return append(out, Trouble{Code: TroubleUnsendable, Reason: err.Error()})
	}
	s.said++
	s.beatAt = now.Add(s.t.Heartbeat)
	return append(out, Publish{Channel: wire.ChannelLog, Payload: payload})
}

var errLog = errors.New("the log cannot be read")

func troubleOf(err error) TroubleCode {
	if errors.Is(err, errLog) {
		return TroubleLog
	}
	return TroubleUnsendable
}

// cut reads the next batch.
func (s *sender) cut(head wire.Position) (*wire.Batch, error) {
	prev, ok := s.hashAt(s.next - 1)
	if !ok {
		return nil, errors.Join(errLog, errors.New("the hash before the next record is not known"))
	}
	entries, err := s.log.Read(s.next, min(s.t.BatchRecords, wire.MaxRecords), s.t.BatchBytes)
	if err != nil {
		return nil, errors.Join(errLog, err)
	}
	if len(entries) == 0 {
		return nil, errors.Join(errLog, errors.New("it ends before its head"))
	}
	b := &wire.Batch{Session: s.session, Log: head.Log, From: s.next, Prev: prev}
	for _, e := range entries {
		b.Records = append(b.Records, e.Raw)
		b.PII = append(b.PII, e.PII...)
	}
	// Sealed rows fill the header, which has a cap of its own: fewer records then.
	if len(b.PII) > 0 {
		rows, n := 0, 0
		for _, e := range entries {
			size := 0
			for _, p := range e.PII {
				size += len(p.Ref) + len(p.Sealed) + 32
			}
			if n > 0 && rows+size > wire.MaxSealed {
				break
			}
			rows += size
			n++
		}
		b.Records = b.Records[:n]
		b.PII = nil
		for _, e := range entries[:n] {
			b.PII = append(b.PII, e.PII...)
		}
	}
	return b, nil
}

// hashAt is the own chain's hash; where a batch under way ends it is at hand, and the log is not asked.
func (s *sender) hashAt(seq wire.Seq) (wire.Hash, bool) {
	for i := range s.flights {
		if s.flights[i].last == seq {
			return s.flights[i].hash, true
		}
	}
	return s.log.HashAt(seq)
}

// fit frames the batch, halved until it fits. Rows of records that were cut off ride along in vain,
// and come again with their records; both are harmless, for a row is stored by its ref.
func (s *sender) fit(b *wire.Batch) ([]byte, error) {
	for {
		payload, err := s.frame(b)
		if !errors.Is(err, wire.ErrTooBig) || len(b.Records) <= 1 {
			return payload, err
		}
		b.Records = b.Records[:len(b.Records)/2]
	}
}

// timeout is max(2 s, 4 srtt), and after k silences that plus a random share of what 2^k adds to it.
func (s *sender) timeout() time.Duration {
	base := min(max(s.t.RetransmitMin, 4*s.srtt), s.t.RetransmitMax)
	return backoff(base, s.t.RetransmitMax, s.tries, s.rand)
}

// backoff spreads retries over (base, min(most, base 2^k)]: the first is never early, the later ones
// are never together.
func backoff(base, most time.Duration, k int, rand func() float64) time.Duration {
	if k == 0 {
		return base
	}
	wide := most
	if k < 16 && base<<k < most {
		wide = base << k
	}
	return base + time.Duration(rand()*float64(wide-base))
}

// verdict on a message.
type verdict uint8

const (
	ignored  verdict = iota
	taken            // something moved
	forked           // the chains do not fit
	lostData         // the peer knows more of my log than I do
)

// onAck takes an acknowledgement of the current session.
func (s *sender) onAck(now time.Time, a *wire.Ack) verdict {
	s.fresh = s.heard.news(a.Nth)
	head := s.log.Head()
	if on(RuleLostData) {
		if a.Applied > head.Seq {
			return lostData
		}
		if mine, ok := s.hashAt(a.Applied); ok && mine != a.Hash {
			return lostData
		}
	}
	if a.Applied < s.acked {
		return ignored // late: acks are cumulative
	}
	if s.fresh {
		s.ackedAt = now
	}
	moved := ignored
	if a.Stable > s.stable {
		s.stable = min(a.Stable, a.Applied)
		moved = taken
	}
	if !on(RuleTrim) {
		s.stable = a.Applied
	}
	if s.fresh { // what was overtaken, or comes again, says how it was
		if (s.blocked == nil) != (a.Blocked == nil) {
			moved = taken
		}
		s.blocked, s.peer = a.Blocked, a.Window
	}
	if a.Applied > s.acked {
		moved = taken
		s.acked, s.tries = a.Applied, 0
		s.next = max(s.next, s.acked+1)
		for len(s.flights) > 0 && s.flights[0].last <= s.acked {
			if f := s.flights[0]; !f.again {
				s.measure(now.Sub(f.sentAt))
				s.window = min(s.window+1, s.t.WindowMax)
			}
			s.flights = s.flights[1:]
		}
		s.retryAt = time.Time{}
		if len(s.flights) > 0 {
			s.retryAt = now.Add(s.timeout())
		}
	}
	// The same gap is told once for each batch that was behind the hole: go back once in a round trip.
	told := s.goneTo == s.acked && !s.goneAt.IsZero() && now.Sub(s.goneAt) < max(s.srtt, s.t.AckDelay)
	if a.Gap && a.Applied == s.acked && s.next > s.acked+1 && !told {
		s.goneTo, s.goneAt = s.acked, now
		s.goBack()
		s.retryAt = now.Add(s.timeout())
	}
	return moved
}

func (s *sender) measure(rtt time.Duration) {
	if s.srtt == 0 {
		s.srtt = rtt
		return
	}
	s.srtt += (rtt - s.srtt) / 8
}

// goBack forgets what is under way: everything behind acked goes out again.
func (s *sender) goBack() { s.next, s.flights = s.acked+1, nil }

// tick acts on what is due; true means that the session is lost.
func (s *sender) tick(now time.Time) (lost bool) {
	if s.session == "" {
		return false
	}
	if on(RuleLost) && now.Sub(s.ackedAt) >= s.t.Lost {
		return true
	}
	if on(RuleRetransmit) && !s.retryAt.IsZero() && !now.Before(s.retryAt) {
		s.tries++
		s.window = max(1, s.window/2)
		s.goBack()
		s.retryAt = now.Add(s.timeout())
	}
	return false
}

// due is the next time tick or pump has something to do.
func (s *sender) due() time.Time {
	if s.session == "" {
		return time.Time{}
	}
	at := s.ackedAt.Add(s.t.Lost)
	if len(s.flights) == 0 {
		at = sooner(at, s.beatAt)
	}
	at = sooner(at, s.retryAt)
	at = sooner(at, s.pace.until)
	if at.Before(s.holdTo) {
		at = sooner(s.holdTo, s.ackedAt.Add(s.t.Lost))
	}
	return at
}

// sooner of two times, zero meaning never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
