package reconcile

import (
	"fmt"
	"time"

	"picket/sync/wire"
)

// A site that would have to take a long past fact by fact takes what they come to instead: the centre folds them by the
// site's own rules, up to a fact that has others behind it, and hands that over in pieces. What is behind it comes as
// an import, which ends the taking back as it always does. A hello asks for a run of pieces; what is durable is told
// in the next one, so a cut, a restart of either end or another snapshot in between costs one run and nothing else.

// piecesAtOnce is how many pieces one hello is answered by: 1 MiB at most.
const piecesAtOnce = 16

// portray answers a hello2 by pieces of a snapshot; done is false where facts are to be told one by one.
func (e *Centre) portray(h *wire.Hello2, knows wire.Pos, fork bool, common wire.Seq, out []Effect) (_ []Effect, done bool) {
	if e.cfg.Snaps == nil || e.lacks(h) { // it would take the place of what the box alone has
		return out, false
	}
	s, yet, none := e.cfg.Snaps.Ready(knows)
	if s.Lacks > 0 && common >= s.Lacks {
		return out, false
	}
	if s.Must && common == 0 && h.Snap == nil && on(RuleRestated) {
		return e.s.say(out, wire.ChannelHello, &wire.Reject{Nonce: h.Nonce, Code: wire.RejectNeedSnapshot,
			Reason: "what this site was can only be had as a snapshot, which this box does not take"}), true
	}
	if h.Snap == nil || h.First > common+1 {
		return out, false
	}
	if yet {
		return out, true // the site says hello again
	}
	n := s.Pieces()
	if none || s.Pos <= knows || s.Pos >= e.s.recv.pos || n < 1 || n > wire.MaxPieces {
		return out, false
	}
	if !e.clear(s.Pos, common) {
		return out, false
	}
	from := 0
	if h.Snap.ID == s.ID {
		from = min(h.Snap.Have, n-1) // the last one is what it swaps behind
	}
	for to, i := min(from+piecesAtOnce, n), from; i < to; i++ {
		data, err := e.cfg.Snaps.Piece(s.ID, i)
		if err != nil {
			return append(out, Trouble{Code: TroubleLog, Reason: err.Error()}), true
		}
		out = e.s.say(out, wire.ChannelSnap, &wire.Snapshot{Nonce: h.Nonce, ID: s.ID, Pos: s.Pos, Fork: fork, Common: common,
			Bytes: s.Bytes, Pieces: n, Digest: s.Digest, Index: i, Sum: wire.Sum(data), More: i+1 < to, Data: data})
	}
	return out, true
}

// clear says that no fact behind a snapshot is one the site has by the common chain: those would come neither way.
func (e *Centre) clear(at wire.Pos, common wire.Seq) bool {
	if common == 0 {
		return true
	}
	if e.cfg.Facts == nil {
		return false
	}
	for at < e.s.recv.pos {
		facts, upTo, err := e.cfg.Facts.Known(at, common, wire.MaxRecords, importBytes)
		if err != nil || len(facts) == 0 || wire.Pos(len(facts)) != upTo-at {
			return false
		}
		at = upTo
	}
	return true
}

// staging is what a site does with a snapshot that comes.
type staging struct {
	out   *Stage           // with the shell
	nonce wire.Nonce       // of the hello it answered
	more  bool             // behind that piece others come without being asked for
	ready []*wire.Snapshot // wait for it
}

// pieces is what hello2 tells of it.
func (e *Site) pieces() *wire.Held {
	if e.state.Snap == nil {
		return nil
	}
	h := *e.state.Snap
	return &h
}

// portrayed takes a piece. One that does not follow is dropped: the next hello asks from what is durable.
func (e *Site) portrayed(now time.Time, m *wire.Snapshot, out []Effect) []Effect {
	if e.state.Snap == nil {
		return append(out, Dropped{Channel: wire.ChannelSnap, Why: "this site takes no snapshots"})
	}
	if !m.Sound() && on(RuleSnapshot) {
		return append(out, Dropped{Channel: wire.ChannelSnap, Why: "a piece that is not what its hash says"})
	}
	e.redo = now.Add(e.s.t.RetransmitMin) // the run may be cut short
	st := &e.staging
	if st.out == nil {
		have := 0
		if e.state.Snap.ID == m.ID || !on(RuleSnapshot) {
			have = e.state.Snap.Have
		}
		if m.Index > have {
			return append(out, Dropped{Channel: wire.ChannelSnap, Why: "a piece before it is missing"})
		}
		return e.stage(m, out)
	}
	at, id := st.out.Index, st.out.ID
	if n := len(st.ready); n > 0 {
		at, id = st.ready[n-1].Index, st.ready[n-1].ID
	}
	if m.ID != id || m.Index != at+1 || len(st.ready) >= piecesAtOnce {
		return append(out, Dropped{Channel: wire.ChannelSnap, Why: "a piece before it is missing"})
	}
	st.ready = append(st.ready, m)
	return out
}

func (e *Site) stage(m *wire.Snapshot, out []Effect) []Effect {
	fork := e.forked(m.Fork)
	if fork {
		// What the site has told it no longer holds: it decides nothing irrevocable from here on.
		e.state.Mode, e.owes = wire.ModeRecovering, true
	}
	s := Stage{ID: m.ID, Gen: e.chal.Gen, Pos: m.Pos, Fork: fork, Common: m.Common, Bytes: m.Bytes, Pieces: m.Pieces, Digest: m.Digest, Index: m.Index, Data: m.Data}
	e.staging.out, e.staging.nonce, e.staging.more = &s, m.Nonce, m.More
	if m.Index == 0 || m.Last() {
		out = append(out, Trouble{Code: TroubleImport, Reason: fmt.Sprintf("the centre knows this site up to fact %d, and hands over what that comes to: piece %d of %d", m.Pos, m.Index+1, m.Pieces)})
	}
	return append(out, s)
}

// staged goes on behind the commit of a piece.
func (e *Site) staged(now time.Time, ev Staged, out []Effect) []Effect {
	st := &e.staging
	s, more := st.out, st.more
	if s == nil {
		return out
	}
	st.out = nil
	e.state.Snap = &wire.Held{ID: s.ID, Have: ev.Have}
	if ev.Swapped {
		e.state.Pos, e.state.Gen, e.state.Snap = s.Pos, s.Gen, &wire.Held{}
		e.state.Upon = &wire.Upon{Gen: s.Gen, Pos: s.Pos, Seq: e.cfg.Log.Head().Seq}
	}
	ready := st.ready
	st.ready = nil
	switch {
	case ev.Err != nil:
		out = append(out, Trouble{Code: TroubleApply, Reason: ev.Err.Error()})
		if e.phase == siteProving {
			e.phase, e.chal, e.redo = siteRefused, nil, now.Add(e.s.t.ApplyRetry)
		}
		return out
	case e.phase != siteProving || e.chal == nil:
		return out
	case st.nonce != e.nonce:
		return e.prove(now, out) // which waited for this answer
	case len(ready) > 0 && ready[0].Index == ev.Have:
		st.ready = ready[1:]
		return e.stage(ready[0], out)
	case len(ready) == 0 && more && ev.Have == s.Index+1:
		return out // on its way
	}
	e.tries = 0
	return e.hello(now, out)
}
