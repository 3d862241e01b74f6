package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/station"
	"picket/edge/view"
)

// Door is where commands go in; node.Door is one.
type Door interface {
	// SubmitAll puts commands through in their order and gives a reply for each. After an error nobody knows
	// whether they had their effect: they are sent again, under the same numbers.
	SubmitAll(ctx context.Context, subs []node.Submission) ([]node.Reply, error)
}

// Strange says whether a device shows a log this box never had, and waits until the centre was heard.
type Strange func(floor.DeviceID, floor.LogID) bool

// Limits on one body of ops.
const (
	opsMax     = 200
	opsBytes   = 256 << 10
	haveMax    = 1000
	submitTime = 10 * time.Second
)

// batch is a body of ops: commands one by one, or a queue being drained.
type batch struct {
	install floor.DeviceID
	ops     []node.Op
	edge    edge
	have    int    // how many more the device holds beside these
	head    uint64 // the highest number the device ever gave; 0: it does not say
}

type edge struct {
	Log floor.LogID `json:"log"`
	Seq floor.Seq   `json:"seq"`
}

// opsAsk is a body of ops, taken apart as far as to see how many there are.
type opsAsk struct {
	Install floor.DeviceID    `json:"install"`
	Ops     []json.RawMessage `json:"ops"`
	Edge    edge              `json:"edge"`
	Have    []json.RawMessage `json:"have"`
	Head    uint64            `json:"head"`
}

// decodeOps reads a body. What it refuses has used up no number; data that is not what its type says is left
// to the floor, which refuses that one command and goes on with those behind it.
func decodeOps(data []byte) (batch, *Problem) {
	if p := notText(data); p != nil {
		return batch{}, p
	}
	var body opsAsk
	if p := decode(data, "body", &body); p != nil {
		return batch{}, p
	}
	if err := floor.CheckID("install", string(body.Install)); err != nil {
		return batch{}, bad(http.StatusUnprocessableEntity, "body.install", err.Error()[len("install: "):], nil)
	}
	switch {
	case len(body.Install) > deviceMax:
		return batch{}, bad(http.StatusUnprocessableEntity, "body.install", fmt.Sprintf("is %d bytes long, at most %d are allowed", len(body.Install), deviceMax), nil)
	case len(body.Ops) > opsMax:
		return batch{}, bad(http.StatusUnprocessableEntity, "body.ops", fmt.Sprintf("are %d, at most %d are allowed", len(body.Ops), opsMax), len(body.Ops))
	case len(body.Have) > haveMax:
		return batch{}, bad(http.StatusUnprocessableEntity, "body.have", fmt.Sprintf("are %d, at most %d are allowed", len(body.Have), haveMax), len(body.Have))
	}
	out := batch{install: body.Install, edge: body.Edge, have: len(body.Have), head: body.Head, ops: make([]node.Op, len(body.Ops))}
	for i, raw := range body.Ops {
		at := fmt.Sprintf("body.ops[%d]", i)
		op := &out.ops[i]
		if quick, err := node.DecodeOp(raw); err == nil {
			*op = quick
			continue
		}
		if p := decode(raw, at, op); p != nil { // which finds the words for what is wrong
			return batch{}, p
		}
		if err := op.Check(); err != nil {
			return batch{}, badOp(at, err)
		}
	}
	for i := range out.ops {
		at := fmt.Sprintf("body.ops[%d].id", i)
		switch op := &out.ops[i]; {
		case op.N != 0 && op.ID != "" && op.ID != node.OpID(out.install, op.N):
			return batch{}, bad(http.StatusUnprocessableEntity, at, "must be "+string(node.OpID(out.install, op.N))+", the device and its number, or be left out", short(string(op.ID)))
		case op.N == 0 && deviceID(string(op.ID)):
			return batch{}, bad(http.StatusUnprocessableEntity, at, "has the form of a device's own, <device>:<number>; take another, such as a ULID", short(string(op.ID)))
		}
	}
	return out, nil
}

// badOp puts an error that begins with its field's name at its place.
func badOp(at string, err error) *Problem {
	text := err.Error()
	for _, f := range [...]string{"id", "type", "work", "under", "n"} {
		if rest, ok := cutField(text, f); ok {
			return bad(http.StatusUnprocessableEntity, at+"."+f, rest, nil)
		}
	}
	return bad(http.StatusUnprocessableEntity, at, short(text), nil)
}

func cutField(text, field string) (string, bool) {
	if len(text) > len(field)+2 && text[:len(field)+2] == field+": " {
		return text[len(field)+2:], true
	}
	return "", false
}

// opAnswer is what became of one op.
type opAnswer struct {
	N       uint64          `json:"n,omitempty"`
	ID      floor.CommandID `json:"id"`
	Outcome floor.Outcome   `json:"outcome"`
	Seq     floor.Seq       `json:"seq"`
	Refusal *refusal        `json:"refusal,omitempty"`
	Unit    floor.UnitID    `json:"unit,omitempty"`
	Jobs    []floor.JobID   `json:"jobs,omitempty"`

	Made map[string]string `json:"made,omitempty"` // what else it began, by its kind: run, count, return …
	Told map[string]string `json:"told,omitempty"` // what the person needs to know next: slot, complete, put_back …
}

// refusal is a refusal with its words, for whoever has no translation of its code.
type refusal struct {
	Code  floor.Code        `json:"code"`
	Args  map[string]string `json:"args,omitempty"`
	Words string            `json:"words"`
	Hint  string            `json:"hint"`
}

// opsReply answers a body of ops.
type opsReply struct {
	Answers []opAnswer `json:"answers"`
	Expect  uint64     `json:"expect,omitempty"` // the number that is missing: of this counter nothing was taken from there on; what was taken is answered
	view.Marks
	Edge edge `json:"edge"`
	// Recovering: this box lost records, and has not heard of all of them yet, from the centre or from other devices. Keep everything, and come again after a while.
	Recovering bool `json:"recovering,omitempty"`
}

// postOps takes a body over HTTP.
func (s *Server) postOps(w http.ResponseWriter, r *http.Request, who *signedIn) {
	body, p := readBody(w, r, opsBytes)
	if p == nil {
		var out opsReply
		if out, p = s.ops(r.Context(), who, body); p == nil {
			reply(w, out)
			return
		}
	}
	p.write(w)
}

// ops is the one handler of ops, whichever way they came.
func (s *Server) ops(ctx context.Context, who *signedIn, body []byte) (opsReply, *Problem) {
	b, p := decodeOps(body)
	if p != nil {
		return opsReply{}, p
	}
	if who.Device != "" && who.Device != b.install {
		return opsReply{}, problem(http.StatusForbidden, notAllowed, "Not this device", "You are signed in on another device. Sign in on this one.",
			FieldError{Location: "body.install", Message: "is not the device of this session", Value: string(b.install)})
	}
	if who.machine && !speaksFor(tokenName(who), b.install) {
		return opsReply{}, problem(http.StatusForbidden, notAllowed, "Not this device", "A token speaks for devices of its own name only.",
			FieldError{Location: "body.install", Message: "must be " + tokenName(who) + ", or begin with it and a hyphen", Value: string(b.install)})
	}
	if who.machine && s.bound(b.install) {
		return opsReply{}, problem(http.StatusForbidden, notAllowed, "Not this device", "A device people sign in at has that name.",
			FieldError{Location: "body.install", Message: "is the name of a device that has a key of its own", Value: string(b.install)})
	}
	if len(b.ops) > 0 && who.Station != "" {
		s.usedAt(who.Station, b.install)
	}
	subs := make([]node.Submission, len(b.ops))
	for i := range b.ops {
		subs[i] = s.submission(who, b.install, &b.ops[i])
		subs[i].Screen, subs[i].Head = b.edge.Log, b.head
		if p := ownRows(subs[i].Command, fmt.Sprintf("body.ops[%d].data", i)); p != nil {
			return opsReply{}, p
		}
	}
	out := opsReply{}
	out.Answers, out.Expect, p = s.put(ctx, who, subs, func(i int) string { return fmt.Sprintf("body.ops[%d]", i) })
	for i := range out.Answers {
		out.Edge.Seq = max(out.Edge.Seq, out.Answers[i].Seq)
		out.Saved = max(out.Saved, out.Answers[i].N)
	}
	s.feed.look(func(v *view.Board) {
		m := v.Marks(b.install)
		out.Saved, out.Applied, out.Stable = max(out.Saved, m.Saved), m.Applied, m.Stable
		out.Edge.Log, out.Edge.Seq = v.Log(), max(out.Edge.Seq, v.Seq())
		out.Recovering = v.Awaits()
	})
	out.Recovering = out.Recovering || s.strange != nil && s.strange(b.install, b.edge.Log)
	for i := range subs { // what came is what it expects: it waits for others before it takes it
		out.Recovering = out.Recovering || out.Expect != 0 && subs[i].Meta.N == out.Expect
	}
	if p != nil {
		return opsReply{}, p.beside(taken{Answers: out.Answers, Marks: out.Marks, Edge: out.Edge})
	}
	if b.edge.Log == out.Edge.Log && b.edge.Seq > out.Edge.Seq {
		s.log.Error("a device has seen more of this log than there is: was this box put back to an earlier state?", "device", b.install, "seen", b.edge.Seq, "head", out.Edge.Seq)
		s.isOlder(string(b.install))
	}
	if out.Expect == 0 && len(b.ops) == 0 && b.head > out.Saved {
		out.Expect = out.Saved + 1 // it shows more than this box has: the box was put back
		open := false
		s.feed.look(func(v *view.Board) { _, open = v.Recovery() })
		if !open && b.edge.Log == out.Edge.Log {
			s.isOlder(string(b.install))
		}
	}
	s.drained(ctx, who, &b, &out)
	return out, nil
}

// isOlder passes on that a device has seen what this journal does not have: the file was put back to an older copy.
func (s *Server) isOlder(device string) {
	if s.older != nil {
		s.older(device)
	}
}

// tokenName is the name of the token a machine came with.
func tokenName(who *signedIn) string { return strings.TrimPrefix(string(who.User), "api:") }

// speaksFor says whether a device is one of a token's own: nobody jams the queue of another's handheld.
func speaksFor(token string, install floor.DeviceID) bool {
	rest, own := strings.CutPrefix(string(install), token)
	return own && (rest == "" || rest[0] == '-')
}

// ofToken says whether a device is one of any token's own: people do not take its name away.
func (s *Server) ofToken(install floor.DeviceID) bool {
	return slices.ContainsFunc(*s.tokens.Load(), func(t token) bool { return speaksFor(t.name, install) })
}

// bound says whether a device has taken a name for its own.
func (s *Server) bound(d floor.DeviceID) (yes bool) {
	s.feed.look(func(b *view.Board) { yes = b.Bound(d) })
	return yes
}

// drained says that a device has handed in everything it held, when a count waits for that: it came with the
// position of its screen, holds nothing more, and all it sent was taken.
func (s *Server) drained(ctx context.Context, who *signedIn, b *batch, out *opsReply) {
	if b.have > 0 || b.head > out.Saved || b.edge.Seq == 0 || out.Expect != 0 || b.edge.Log != out.Edge.Log || b.edge.Seq > out.Edge.Seq {
		return
	}
	waits := false
	s.feed.look(func(v *view.Board) { waits = v.Waits(b.install) })
	if !waits {
		return
	}
	id := floor.CommandID(fmt.Sprintf("drained:%s/%s/%d", b.install, b.edge.Log, b.edge.Seq))
	if len(id) > floor.MaxID {
		id = floor.CommandID("drained:" + digest(string(id)))
	}
	sub := node.Submission{Meta: floor.Meta{ID: id, Actor: who.User}, Command: &floor.DrainDevice{Device: b.install, Seq: b.edge.Seq}}
	if _, err := s.door.SubmitAll(ctx, []node.Submission{sub}); err != nil {
		s.log.Warn("a count goes on waiting for a device that is empty", "device", b.install, "error", err)
	}
}

// submission makes an op a command of this person. A command the person may not give is refused by the floor
// as not allowed, so that its number is used up and nothing behind it waits.
func (s *Server) submission(who *signedIn, install floor.DeviceID, op *node.Op) node.Submission {
	rows, came := s.hideDriver(op)
	sub := op.Submission(install)
	if sub.Rows = rows; came != nil {
		sub.Was(came)
	}
	sub.Meta.Actor, sub.Meta.Station = who.User, who.Station
	if !may(who.Roles, op.Type) {
		sub.Insist = nil // what was told is no right
		if _, none := sub.Command.(node.Unknown); !none {
			sub.Command = &floor.Forbidden{Was: op.Type}
		}
		return sub
	}
	if id := s.nowhere(sub.Command); id != "" {
		sub.Command, sub.Insist = &floor.Malformed{Was: op.Type, Why: "printer: there is no " + strconv.Quote(string(id)) + " here"}, nil
		return sub
	}
	if why := s.unfitting(sub.Command); why != "" {
		sub.Command, sub.Insist = &floor.Malformed{Was: op.Type, Why: "printer: cannot print it: " + why}, nil
		return sub
	}
	one(sub.Command, op.Data)
	station.Complete(s.feed, sub.Command)
	if sub.Insist != nil {
		one(sub.Insist, op.Data)
		station.Complete(s.feed, sub.Insist)
	}
	return sub
}

// one makes a scan that says no quantity a scan of one.
func one(c floor.Command, data []byte) {
	var qty *int
	switch c := c.(type) {
	case *floor.Scan:
		qty = &c.Qty
	case *floor.PickForRun:
		qty = &c.Qty
	case *floor.AddToUnit:
		qty = &c.Qty
	default:
		return
	}
	var said struct {
		Qty json.RawMessage `json:"qty"`
	}
	if *qty == 0 && json.Unmarshal(data, &said) == nil && (said.Qty == nil || string(said.Qty) == "null") {
		*qty = 1
	}
}

func (s *Server) answer(sub *node.Submission, r *node.Reply, at string) (a opAnswer, expect uint64, p *Problem) {
	var gap *node.GapError
	switch {
	case r.Err == nil:
	case errors.As(r.Err, &gap):
		if gap.Older {
			s.isOlder(string(sub.Meta.Device))
		}
		return opAnswer{}, gap.Expect, nil
	case errors.Is(r.Err, node.ErrConflict):
		return opAnswer{}, 0, problem(http.StatusConflict, conflict, "The same number with another body",
			"This number or id was used before for something else. Nothing was changed by it.",
			FieldError{Location: at + ".id", Message: "was used before, with another body", Value: string(sub.Meta.ID)})
	case errors.Is(r.Err, node.ErrNotYet):
		return opAnswer{}, 0, notYet()
	case errors.Is(r.Err, node.ErrInvalid):
		return opAnswer{}, 0, bad(http.StatusUnprocessableEntity, at, short(r.Err.Error()), nil)
	default:
		s.log.Error("an earlier answer cannot be read", "command", sub.Meta.ID, "error", r.Err)
		return opAnswer{}, 0, failed()
	}
	a = opAnswer{N: sub.Meta.N, ID: sub.Meta.ID, Outcome: r.Answer.Outcome, Seq: r.Answer.Seq, Unit: r.Answer.Unit, Jobs: r.Answer.Jobs, Made: r.Answer.Made, Told: r.Answer.Told}
	if no := r.Answer.Refusal; no != nil {
		a.Refusal = &refusal{Code: no.Code, Args: no.Args, Words: no.Words(), Hint: no.Hint()}
	}
	return a, 0, nil
}
