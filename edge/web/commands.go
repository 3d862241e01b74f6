package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

// given is a command of a caller without a counter: it brings its own name for the command, unique for ever.
type given struct {
	ID   floor.CommandID `json:"id"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
	At   *time.Time      `json:"at"`
	Rows []givenRow      `json:"rows"` // what is personal of it, at a site without a centre

	command floor.Command // its data, read
	sealed  []node.Row
	marks   string // tell its rows from others, without saying what is in them
}

// commandsReply answers commands.
type commandsReply struct {
	Answers []commandAnswer `json:"answers"`
	Stopped bool            `json:"stopped,omitempty"` // one was refused and stop was asked for: those behind it were not taken
	Edge    edge            `json:"edge"`
}

// commandAnswer is what became of one command of a batch. Its status is what the command would have been answered
// with alone, so one that cannot be says nothing of those beside it: 200, or that of the problem.
type commandAnswer struct {
	Status int `json:"status"`
	opAnswer
	Problem *Problem `json:"problem,omitempty"`
}

// reachTime is how long an answer waits for what it did to show, so that whoever asks next sees it.
const reachTime = 2 * time.Second

// postCommands takes a batch of commands. A body that is not sound is refused whole, and nothing of it is taken;
// of a sound one each command is answered for itself.
func (s *Server) postCommands(w http.ResponseWriter, r *http.Request, who *signedIn) {
	body, p := readUTF8(w, r)
	if p != nil {
		p.write(w)
		return
	}
	var ask struct {
		Commands []json.RawMessage `json:"commands"`
		Stop     bool              `json:"stop"`
	}
	if p := decode(body, "body", &ask); p != nil {
		p.write(w)
		return
	}
	if n := len(ask.Commands); n > opsMax || n == 0 {
		bad(http.StatusUnprocessableEntity, "body.commands", fmt.Sprintf("are %d, from 1 to %d are allowed", n, opsMax), n).write(w)
		return
	}
	list := make([]given, len(ask.Commands))
	for i, raw := range ask.Commands {
		at := fmt.Sprintf("body.commands[%d]", i)
		if p := decode(raw, at, &list[i]); p != nil {
			p.write(w)
			return
		}
		if p := list[i].check(s, at, at+".id", at+".type", at+".data", who); p != nil {
			p.write(w)
			return
		}
		if p = s.sealRows(&list[i], at); p != nil {
			p.write(w)
			return
		}
		for j := range i {
			if list[j].ID == list[i].ID {
				bad(http.StatusUnprocessableEntity, at+".id", fmt.Sprintf("is the same as that of body.commands[%d]", j), string(list[i].ID)).write(w)
				return
			}
		}
	}
	out, p := s.take(r.Context(), who, list, ask.Stop, func(i int) string { return fmt.Sprintf("body.commands[%d]", i) })
	if p != nil {
		p.write(w)
		return
	}
	reply(w, out)
}

// postCommand takes one command: its kind in the path, its name in the header Idempotency-Key, its data as the body.
func (s *Server) postCommand(w http.ResponseWriter, r *http.Request, who *signedIn) {
	c := given{ID: floor.CommandID(r.Header.Get("Idempotency-Key")), Type: r.PathValue("kind")}
	if _, ok := floor.EntryOf(c.Type); !ok {
		missing("There is no command " + short(c.Type) + ". GET /api/commands lists them.").write(w)
		return
	}
	body, p := readUTF8(w, r)
	if p != nil {
		p.write(w)
		return
	}
	c.Data = body
	if p := c.check(s, "body", "header.Idempotency-Key", "path.kind", "body", who); p != nil {
		p.write(w)
		return
	}
	out, p := s.take(r.Context(), who, []given{c}, false, func(int) string { return "body" })
	if p != nil {
		p.write(w)
		return
	}
	if p := out.Answers[0].Problem; p != nil {
		p.write(w)
		return
	}
	reply(w, out.Answers[0].opAnswer)
}

// check says which part of a command cannot be right, and whether the caller may give it.
func (c *given) check(s *Server, at, id, typ, data string, who *signedIn) *Problem {
	if err := floor.CheckID("id", string(c.ID)); err != nil {
		return bad(http.StatusUnprocessableEntity, id, err.Error()[len("id: "):], nil)
	}
	if deviceID(string(c.ID)) {
		return bad(http.StatusUnprocessableEntity, id, "has the form of a device's own, <device>:<number>; take another, such as a ULID", short(string(c.ID)))
	}
	cmd := floor.NewCommand(c.Type)
	switch {
	case c.At != nil && c.At.IsZero(): // behind the door it would pass for a time that was not given
		return bad(http.StatusUnprocessableEntity, at+".at", "is "+c.At.Format(time.RFC3339)+", when nothing happened; leave it out, or say when it was", nil)
	case c.Type == "":
		return bad(http.StatusUnprocessableEntity, typ, "is missing", nil)
	case cmd == nil:
		return bad(http.StatusUnprocessableEntity, typ, "is not a command; GET /api/commands lists them", short(c.Type))
	case !may(who.Roles, c.Type):
		return problem(http.StatusForbidden, notAllowed, "Not for your role", "You may not give "+c.Type+". "+askFor(c.Type),
			FieldError{Location: typ, Message: "is not for your role", Value: c.Type})
	case len(c.Data) == 0 || string(c.Data) == "null":
		return bad(http.StatusUnprocessableEntity, data, "is missing", nil)
	case !strings.HasPrefix(strings.TrimSpace(string(c.Data)), "{"):
		return bad(http.StatusUnprocessableEntity, data, "must be an object", nil)
	}
	if p := decode(c.Data, data, cmd); p != nil {
		return p
	}
	if p := ownRows(cmd, data); p != nil {
		return p
	}
	if ownRef(cmd) {
		return bad(http.StatusUnprocessableEntity, data+".driver_ref", "is the box's own; say the driver's name, and leave it out", nil)
	}
	if id := s.nowhere(cmd); id != "" {
		return bad(http.StatusUnprocessableEntity, data+".printer", "is no printer here", string(id))
	}
	if why := s.unfitting(cmd); why != "" {
		return bad(http.StatusUnprocessableEntity, data+".printer", "cannot print it: "+why, nil)
	}
	c.command = cmd
	return nil
}

// askFor says who may give a command of this kind.
func askFor(kind string) string {
	if kind == tillSale {
		return "A till gives it, or a program with a token in the role integration."
	}
	if e, ok := floor.EntryOf(kind); ok {
		return e.Who.Ask()
	}
	return ""
}

// deviceID says whether an id looks like one a device made of its name and its counter.
func deviceID(id string) bool {
	i := strings.LastIndexByte(id, ':')
	return i > 0 && i+1 < len(id) && strings.Trim(id[i+1:], "0123456789") == ""
}

// take puts commands through the door in their order: in one piece, or one by one when the first that is
// refused stops those behind it.
func (s *Server) take(ctx context.Context, who *signedIn, list []given, stop bool, at func(int) string) (commandsReply, *Problem) {
	subs := make([]node.Submission, len(list))
	for i := range list {
		op := node.Op{ID: list[i].ID, Type: list[i].Type, Data: list[i].Data}
		if list[i].At != nil {
			op.At = *list[i].At
		}
		subs[i] = s.submission(who, "", &op)
		if list[i].marks != "" {
			subs[i].Beside(list[i].marks)
		}
		subs[i].Rows = append(subs[i].Rows, list[i].sealed...)
	}
	each := len(subs)
	if stop {
		each = 1
	}
	out := commandsReply{Answers: make([]commandAnswer, 0, len(subs))}
	for from := 0; from < len(subs) && !out.Stopped; from += each {
		replies, p := s.submit(ctx, subs[from:from+each])
		if p != nil {
			done := taken{Answers: []opAnswer{}}
			for i := range out.Answers {
				if out.Answers[i].Problem == nil {
					done.Answers = append(done.Answers, out.Answers[i].opAnswer)
					done.Edge.Seq = max(done.Edge.Seq, out.Answers[i].Seq)
				}
			}
			s.feed.look(func(v *view.Board) { done.Edge.Log, done.Edge.Seq = v.Log(), max(done.Edge.Seq, v.Seq()) })
			return commandsReply{}, p.beside(done)
		}
		for i := range replies {
			a := commandAnswer{Status: http.StatusOK}
			sub := &subs[from+i]
			if a.opAnswer, _, a.Problem = s.answer(sub, &replies[i], at(from+i)); a.Problem != nil {
				a.opAnswer, a.Status = opAnswer{ID: sub.Meta.ID}, a.Problem.Status
			}
			a.Refusal.toMachine(who, sub.Command)
			out.Answers = append(out.Answers, a)
			out.Stopped = stop && (a.Refusal != nil || a.Problem != nil) && from+each < len(subs)
		}
	}
	for i := range out.Answers {
		out.Edge.Seq = max(out.Edge.Seq, out.Answers[i].Seq)
	}
	s.show(ctx, out.Edge.Seq)
	s.feed.look(func(v *view.Board) { out.Edge.Log, out.Edge.Seq = v.Log(), max(out.Edge.Seq, v.Seq()) })
	return out, nil
}

// submit is the one way of a caller's commands to the door, whichever address they came by.
func (s *Server) submit(ctx context.Context, subs []node.Submission) ([]node.Reply, *Problem) {
	ctx, cancel := context.WithTimeout(ctx, submitTime)
	defer cancel()
	replies, err := s.door.SubmitAll(ctx, subs)
	if err != nil {
		if errors.Is(err, node.ErrReplaced) {
			return nil, replaced()
		}
		s.log.Error("commands were not taken", "commands", len(subs), "error", err)
		return nil, busy()
	}
	for i := range replies {
		s.tell(replies[i].Answer.Seq)
	}
	return replies, nil
}

// tell keeps the highest seq anybody was told of.
func (s *Server) tell(seq floor.Seq) {
	for at := s.answered.Load(); uint64(seq) > at && !s.answered.CompareAndSwap(at, uint64(seq)); at = s.answered.Load() {
	}
}

// put is for commands with numbers. It answers all that were taken: one that was not says nothing of those beside
// it. expect is the first number that is missing; p is what is wrong with the first that cannot be.
func (s *Server) put(ctx context.Context, who *signedIn, subs []node.Submission, at func(int) string) (answers []opAnswer, expect uint64, p *Problem) {
	replies, p := s.submit(ctx, subs)
	if p != nil {
		return nil, 0, p
	}
	answers = make([]opAnswer, 0, len(subs))
	for i := range replies {
		a, want, no := s.answer(&subs[i], &replies[i], at(i))
		switch {
		case no != nil:
			if p == nil {
				p = no
			}
		case want != 0:
			if expect == 0 {
				expect = want
			}
		default:
			a.Refusal.toMachine(who, subs[i].Command)
			answers = append(answers, a)
		}
	}
	return answers, expect, p
}

// toMachine tells a machine what people know: an approval is a person's word, and a token is no person, whatever
// roles it has.
func (r *refusal) toMachine(who *signedIn, c floor.Command) {
	if r == nil || !floor.Machine(who.User) || r.Code != floor.NeedsLead && r.Code != floor.NeedsTwo {
		return
	}
	about := r.Args["subject"]
	if about == "" {
		about = "count/" + r.Args["count"]
	}
	r.Hint = "A token is no person and approves nothing, whatever its roles: somebody has to. Let a lead (for needs_two, a second person) enter badge and PIN: " +
		`POST /api/approvals {"badge":…,"pin":…,"kind":"` + c.Kind() + `","subject":"` + about + `"}. Then give this command again under a new id with "approvals":["<its id>"].`
}

// commandRow describes a command to people and programs.
type commandRow struct {
	Kind    string          `json:"kind"`
	Says    string          `json:"says"`
	Who     floor.Who       `json:"who"`
	Yours   bool            `json:"yours"` // the caller may give it
	Example json.RawMessage `json:"example"`
	Refuses []refusalRow    `json:"refuses"`
}

// refusalRow is a refusal a command may get, with its words as the box has them: {braces} are filled in.
type refusalRow struct {
	Code  floor.Code `json:"code"`
	Words string     `json:"words"`
	Hint  string     `json:"hint"`
}

func (s *Server) listCommands(w http.ResponseWriter, _ *http.Request, who *signedIn) {
	out := struct {
		Rows []commandRow `json:"rows"`
	}{Rows: []commandRow{}}
	for _, e := range floor.Entries() {
		kind := e.New().Kind()
		row := commandRow{Kind: kind, Says: e.Says, Who: e.Who, Yours: may(who.Roles, kind), Example: json.RawMessage(e.Example), Refuses: refusalsOf(e)}
		out.Rows = append(out.Rows, row)
	}
	reply(w, out)
}

// refusalsOf are the refusals of a command: its own, and what every command may get.
func refusalsOf(e floor.Entry) []refusalRow {
	out := make([]refusalRow, 0, len(e.Refuses)+2)
	for _, c := range append([]floor.Code{floor.BadField, floor.Ambiguous}, e.Refuses...) {
		words, hint := floor.WordsOf(c)
		out = append(out, refusalRow{Code: c, Words: words, Hint: hint})
	}
	return out
}
