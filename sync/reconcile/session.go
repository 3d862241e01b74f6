package reconcile

import (
	"errors"
	"time"

	"picket/sync/wire"
)

// session is what both ends share: a sender, a receiver, and the rules on messages within a session.
type session struct {
	t     Timing
	codec *wire.Codec
	mine  *wire.Signer  // nil: nothing is signed
	peer  *wire.Checker // nil: nothing is checked

	id       wire.SessionID
	send     sender
	recv     receiver
	refuseAt time.Time // nosession and malformed answers wait until then
	blocked  bool      // TroubleBlocked was told
	failing  bool      // TroubleApply was told
	// quiet: a handshake is under way. A batch that overtook its welcome must not be answered by
	// nosession, which would close the session that is about to open.
	quiet bool
	more  bool      // what was received last is followed by more at once
	alive time.Time // when the peer last said something new in a session
}

// heard is how far one channel of the peer was heard in a session.
type heard struct{ nth uint64 }

// news says whether the nth message of a channel was not said before, as far as is known: who counts is believed only with more
// than before, so that a copy of what it said keeps nobody alive; what was overtaken on its way is taken for what it says, like a
// copy, and both are no sign of life. Who does not count is believed (N-2), until it does.
func (h *heard) news(nth uint64) bool {
	if nth <= h.nth && h.nth > 0 && on(RuleNth) {
		return false
	}
	h.nth = max(h.nth, nth)
	return true
}

func (s *session) init(t Timing, codec *wire.Codec, mine *wire.Signer, rand func() float64, log Log, past Chain) {
	s.t, s.codec, s.mine = t.withDefaults(), codec, mine
	if s.codec == nil {
		s.codec = &wire.Codec{}
	}
	s.send = sender{t: &s.t, rand: rand, log: log, frame: func(b *wire.Batch) ([]byte, error) { return s.codec.Frame(b, s.mine) }}
	s.recv = receiver{t: &s.t, past: past}
}

func (s *session) open(now time.Time, id wire.SessionID, from, stable wire.Seq, window int) {
	s.id, s.blocked = id, false
	s.send.open(now, id, from, stable, window)
	s.recv.open(now, id)
}

func (s *session) close() {
	s.id = ""
	s.send.close()
	s.recv.close()
}

// say publishes a JSON message, signed where there is a key.
func (s *session) say(out []Effect, ch wire.Channel, m wire.Message) []Effect {
	payload, err := wire.EncodeSigned(m, ch, s.mine)
	if err != nil {
		// Only a shell that handed in an impossible id or window gets here; say it, send nothing.
		return append(out, Dropped{Channel: ch, Why: "own message cannot be written", Err: err})
	}
	return append(out, Publish{Channel: ch, Payload: payload})
}

// WhySignature is why a message was dropped that is not by who it should be: unsigned, by another key, or said elsewhere.
const WhySignature = "signature"

// asked is what a message is checked by.
func asked(by *wire.Checker) *wire.Checker {
	if !on(RuleSigned) {
		return nil
	}
	return by
}

// forged drops a message that is not by who it should be. Its sender is not told: whoever it is, it is not who may ask.
func forged(ch wire.Channel, err error, out []Effect) []Effect {
	return append(out, Dropped{Channel: ch, Why: WhySignature, Err: err, Unproven: true})
}

// refuse answers a message of an unknown session, at most once per RefuseEvery.
func (s *session) refuse(now time.Time, m wire.Message, out []Effect) []Effect {
	if now.Before(s.refuseAt) {
		return out
	}
	s.refuseAt = now.Add(s.t.RefuseEvery)
	return s.say(out, wire.ChannelAck, m)
}

func (s *session) stranger(now time.Time, ch wire.Channel, id wire.SessionID, out []Effect) []Effect {
	out = append(out, Dropped{Channel: ch, Why: "another session"})
	if s.quiet || !on(RuleNoSession) {
		return out
	}
	return s.refuse(now, &wire.NoSession{Session: id}, out)
}

// unreadable records a message that could not be read and tells its sender which field was wrong.
func (s *session) unreadable(now time.Time, ch wire.Channel, err error, out []Effect) []Effect {
	out = append(out, Dropped{Channel: ch, Why: "malformed", Err: err, Unproven: s.peer != nil})
	var m *wire.Malformed
	if !errors.As(err, &m) {
		return out
	}
	return s.refuse(now, &wire.MalformedMsg{Channel: ch, What: clip(m.What), Field: clip(m.Field), Reason: clip(m.Reason)}, out)
}

func clip(s string) string { return s[:min(len(s), 200)] }

// onLog takes a batch frame. A cause that is not "" closes the session.
func (s *session) onLog(now time.Time, payload []byte, out []Effect) ([]Effect, Cause, string) {
	b, err := s.codec.Open(payload, asked(s.peer))
	if un := (*wire.Unsigned)(nil); errors.As(err, &un) {
		return forged(wire.ChannelLog, err, out), "", ""
	}
	if err != nil {
		return s.unreadable(now, wire.ChannelLog, err, out), "", ""
	}
	if b.Session != s.id && on(RuleSession) || s.id == "" {
		return s.stranger(now, wire.ChannelLog, b.Session, out), "", ""
	}
	// A batch that comes again, or was overtaken, is answered and brings what its place says, which no copy changes.
	if s.recv.heard.news(b.Nth) {
		s.alive = now
	}
	v, why := s.recv.onBatch(now, b)
	if v == forked {
		return out, CauseFork, why
	}
	return out, "", ""
}

// onAck takes an acknowledgement.
func (s *session) onAck(now time.Time, a *wire.Ack, gen wire.Generation, out []Effect) ([]Effect, Cause, string) {
	if a.Session != s.id && on(RuleSession) || s.id == "" {
		return s.stranger(now, wire.ChannelAck, a.Session, out), "", ""
	}
	v := s.send.onAck(now, a)
	if s.send.fresh {
		s.alive = now
	}
	switch v {
	case lostData:
		return out, CauseLostData, "the other side has acknowledged what this log does not hold"
	case taken:
		out = append(out, Acked{Acked: s.send.acked, Stable: s.send.stable, Pos: a.Pos, Gen: gen})
	}
	if blocked := a.Blocked != nil; s.send.fresh && blocked != s.blocked {
		s.blocked = blocked
		t := Trouble{}
		if blocked {
			t = Trouble{Code: TroubleBlocked, Reason: "the other side does not know the type " + clip(a.Blocked.Type)}
		}
		out = append(out, t)
	}
	return out, "", ""
}

// onApplied takes the shell's answer to Apply.
func (s *session) onApplied(now time.Time, a Applied, out []Effect) []Effect {
	moved := s.recv.onApplied(now, a)
	switch {
	case a.Err != nil:
		s.failing = true
		return append(out, Trouble{Code: TroubleApply, Reason: a.Err.Error()})
	case s.failing && moved:
		s.failing = false
		return append(out, Trouble{})
	}
	return out
}

// flow moves both halves on: what is ready to the shell, what is owed to the peer.
func (s *session) flow(now time.Time, out []Effect) []Effect {
	if !s.more || len(s.recv.ready) >= s.recv.most() {
		out = s.recv.pump(now, out)
	}
	if a := s.recv.ack(now); a != nil {
		out = s.say(out, wire.ChannelAck, a)
	}
	return s.send.pump(now, out)
}

func (s *session) due() time.Time { return sooner(s.send.due(), s.recv.due()) }

// points of a chain, rising: all that ask wants, the head, and exponentially spaced ones before it.
func points(log Chain, head, first wire.Seq, ask []wire.Seq) []wire.Point {
	want := make([]wire.Seq, 0, len(ask)+64)
	for step, seq := wire.Seq(1), head; seq > 0 && len(want) < 60; step *= 2 {
		want = append(want, seq)
		if seq <= step {
			break
		}
		seq -= step
	}
	if first > 1 && first <= head+1 {
		want = append(want, first-1)
	}
	want = append(want, ask...)
	sortSeqs(want)
	out := make([]wire.Point, 0, len(want))
	for i, seq := range want {
		if seq == 0 || seq > head || i > 0 && seq == want[i-1] {
			continue
		}
		if h, ok := log.HashAt(seq); ok {
			out = append(out, wire.Point{Seq: seq, Hash: h})
		}
	}
	return out
}
