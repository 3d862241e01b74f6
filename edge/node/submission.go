package node

import (
	"encoding/json"
	"fmt"
	"strconv"

	"picket/edge/floor"
	"picket/edge/journal"
)

// Submission is one command on its way through the door.
//
// A caller that counts its commands gives Meta.Device and Meta.N, contiguous from 1, and may leave Meta.ID to
// "{device}:{n}". A caller without a counter gives Meta.ID, unique for ever. A record of the centre's feed gives
// Meta.ID and Meta.Down. Meta.Now is set by the node; Meta.Digest is made from the command when it is empty.
type Submission struct {
	Meta    floor.Meta
	Command floor.Command
	Insist  floor.Command // given instead when Command is refused, though its caller was told that it is saved; nil: nothing
	Screen  floor.LogID   // the log its caller's screen stands on, "" when it says none
	Under   floor.LogID   // the log that screen stood on when the command was given, where that was another; "" when it says none
	Head    uint64        // the highest number its device has given, 0 when it says none
	Rows    []journal.Row // written in the same transaction; dropped when the command is refused or was there before

	kind string // the body as it came, for what an earlier version took: its digest was another one
	sent []byte
	was  []byte // the body before what is personal was taken out of it

	ahead *touched // of a taking back: what was read for it before it was its turn
}

// Row is a row beside the journal, for those who may not know the journal itself.
type Row = journal.Row

// Reply is what became of one submission: an answer, or the reason why there is none.
type Reply struct {
	Answer floor.Answer
	Err    error // ErrConflict, ErrGap, ErrNotYet, ErrStale, ErrInvalid, or a fault reading an earlier answer

	again op // where the answer stands, for a command that was here before
}

// prepare fills in what the caller left out. It is done in the caller's goroutine.
func (s *Submission) prepare() {
	if s.Meta.ID == "" && s.Meta.Device != "" {
		s.Meta.ID = OpID(s.Meta.Device, s.Meta.N)
	}
	if s.Meta.Digest == "" && s.Command != nil {
		s.kind, s.sent = bodyOf(s.Command)
		s.Meta.Digest = Digest(s.kind, s.sent)
	}
}

// asSent is the digest an earlier version made of the same body; empty when nobody knows.
func (s *Submission) asSent() string {
	if s.sent == nil {
		return ""
	}
	return digestAsSent(s.kind, s.sent)
}

// Was says how the body came, where what is personal was taken out of it since: an earlier version took it as it was.
func (s *Submission) Was(body []byte) { s.was = body }

// asCame is the digest of the body as it came; empty where that is the one it has.
func (s *Submission) asCame() string {
	if s.was == nil {
		return ""
	}
	return Digest(s.kind, s.was)
}

// Beside makes rows that come beside the body part of what the command is: the same id with another address is
// another command.
func (s *Submission) Beside(mark string) {
	s.Meta.Rows = mark
	s.Meta.Digest = Digest(s.kind, append(append(AppendCanonical(nil, s.sent), 0), mark...))
	s.sent = nil
}

// OpID is the id of a device's command that was given none.
func OpID(d floor.DeviceID, n uint64) floor.CommandID {
	b := make([]byte, 0, len(d)+21)
	b = append(append(b, d...), ':')
	return floor.CommandID(strconv.AppendUint(b, n, 10))
}

// DigestOf is Digest over the command's own encoding, for callers that have no bytes of it.
func DigestOf(c floor.Command) string { return Digest(bodyOf(c)) }

func bodyOf(c floor.Command) (kind string, data []byte) {
	if bad, ok := c.(*floor.Malformed); ok {
		return bad.Was, []byte(bad.Why)
	}
	data, err := json.Marshal(c)
	if err != nil { // no command of the floor does this; whatever it is, it is not the same as another
		data = []byte(err.Error())
	}
	return c.Kind(), data
}

// check says what makes a submission unfit to be decided at all.
func (s *Submission) check() error {
	m := &s.Meta
	if m.Device != "" || m.N != 0 {
		if err := floor.CheckID("device", string(m.Device)); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		if m.N == 0 {
			return fmt.Errorf("%w: n: is missing", ErrInvalid)
		}
	}
	if err := floor.CheckID("id", string(m.ID)); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if s.Command == nil {
		return fmt.Errorf("%w: command: is missing", ErrInvalid)
	}
	for i := range s.Rows {
		r := &s.Rows[i]
		switch {
		case len(r.Kind) == 0 || len(r.Kind) > journal.MaxNameBytes:
			return fmt.Errorf("%w: rows[%d].kind: has %d bytes, but must have 1 to %d", ErrInvalid, i, len(r.Kind), journal.MaxNameBytes)
		case len(r.Key) == 0 || len(r.Key) > journal.MaxKeyBytes:
			return fmt.Errorf("%w: rows[%d].key: has %d bytes, but must have 1 to %d", ErrInvalid, i, len(r.Key), journal.MaxKeyBytes)
		case len(r.Value) > journal.MaxRowBytes:
			return fmt.Errorf("%w: rows[%d].value: has %d bytes, at most %d are allowed", ErrInvalid, i, len(r.Value), journal.MaxRowBytes)
		}
		for j := range len(r.Kind) {
			if r.Kind[j] < ' ' || r.Kind[j] == 0x7f {
				return fmt.Errorf("%w: rows[%d].kind: has a control character", ErrInvalid, i)
			}
		}
	}
	return nil
}
