package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
)

// One order from the list to the carrier, as a handheld does it.
func TestAnOrderByHand(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")

	out := h.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","code":"]E09521234543220"}`), op(3, "pick.scan", `{"order":"O-1","code":"9521234543213"}`))
	require.Equal(t, []floor.Outcome{"accepted", "refused", "accepted"}, outcomes(out))
	require.Equal(t, &refusal{Code: "wrong_item", Args: map[string]string{"got": "Rice drink 1 l", "want": "Oat drink 1 l"},
		Words: "This is Rice drink 1 l. The list wants Oat drink 1 l.", Hint: "Put it back and scan the right item."}, out.Answers[1].Refusal)
	require.Equal(t, floor.CommandID("hh-1:3"), out.Answers[2].ID)
	require.Equal(t, uint64(3), out.Saved)
	require.Equal(t, floor.LogID("log-1"), out.Edge.Log)
	require.Equal(t, out.Answers[2].Seq, out.Edge.Seq)

	out = h.send(op(4, "pick.scan", `{"order":"O-1","code":"9521234543213"}`), op(5, "pick.scan", `{"order":"O-1","code":"9521234543213"}`), op(6, "pick.finish", `{"order":"O-1"}`), op(7, "unit.open", `{"order":"O-1"}`))
	require.Equal(t, []floor.Outcome{"accepted", "refused", "accepted", "accepted"}, outcomes(out))
	require.Equal(t, floor.Surplus, out.Answers[1].Refusal.Code)
	unit := out.Answers[3].Unit
	require.Len(t, string(unit), 18)

	out = h.send(op(8, "unit.add", fmt.Sprintf(`{"unit":%q,"code":"9521234543213","qty":2}`, unit)), op(9, "unit.close", fmt.Sprintf(`{"unit":"(00)%s"}`, unit)))
	require.Equal(t, []floor.Outcome{"accepted", "accepted"}, outcomes(out))
	require.Len(t, out.Answers[1].Jobs, 2)
	b.give(&floor.StartPrint{Job: out.Answers[1].Jobs[0], Printer: "p-1"})
	b.give(&floor.ConfirmPrint{Job: out.Answers[1].Jobs[0]})
	// Job ids have slashes: escaped as one segment, or as a parameter.
	for _, path := range []string{"/api/jobs/hh-1:9%2F1/preview.png", "/api/jobs/hh-1%3A9%2F1/preview.png", "/api/jobs/preview.png?job=hh-1:9/1"} {
		res := h.do("GET", path, "")
		require.Equal(t, 200, res.StatusCode, path)
		require.Equal(t, "image/png", res.Header.Get("Content-Type"))
		require.Equal(t, "PNG of hh-1:9/1", text(res))
	}
	code, _ := h.get("/api/jobs/nobody/preview.png")
	require.Equal(t, 404, code)
	out = h.send(op(10, "handover", fmt.Sprintf(`{"unit":"]C100%s"}`, unit)))
	require.Equal(t, []floor.Outcome{"accepted"}, outcomes(out))

	require.NoError(t, b.feed.Reach(t.Context(), out.Edge.Seq))
	code, body := h.get("/api/orders/O-1")
	require.Equal(t, 200, code)
	var o view.Order
	require.NoError(t, json.Unmarshal([]byte(body), &o))
	require.Equal(t, floor.OrderShipped, o.State)
	require.Equal(t, floor.UserID("anna"), o.Picker)
	require.Equal(t, floor.StationID("bench-1"), o.Jobs[0].Station, "the label prints where the person stands")
}

func outcomes(r opsReply) (out []floor.Outcome) {
	for _, a := range r.Answers {
		out = append(out, a.Outcome)
	}
	return out
}

// A queue that is sent again, with holes, and with a body that changed.
func TestAQueueThatIsSentAgain(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	start, scan := op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`)
	first := h.send(start, scan)
	again := h.send(start, scan)
	require.Equal(t, []floor.Outcome{"duplicate", "duplicate"}, outcomes(again))
	require.Equal(t, first.Answers[1].Seq, again.Answers[1].Seq)
	require.Equal(t, first.Edge.Seq, again.Edge.Seq, "nothing was written")

	gap := h.send(scan, op(4, "pick.scan", `{"order":"O-1","sku":"OAT"}`), op(5, "pick.finish", `{"order":"O-1"}`))
	require.Equal(t, uint64(3), gap.Expect)
	require.Len(t, gap.Answers, 1)
	require.Equal(t, uint64(2), gap.Saved)

	code, body := h.post("/api/ops", h.body(op(2, "pick.scan", `{"order":"O-1","sku":"OAT","qty":2}`)))
	require.Equal(t, 409, code)
	require.Equal(t, "body.ops[0].id", readProblem(t, body).Errors[0].Location)

	// What nobody may send, cannot be read or does not exist uses up its number and blocks nothing.
	out := h.send(op(3, "item.set", `{"sku":"X","name":"x"}`), op(4, "stock.adjust", `{"sku":"OAT","bin":"A-1","delta":5,"reason":"found"}`),
		op(5, "app.discarded", `{}`), op(6, "pick.scan", `{"order":"O-1","colour":"blue"}`), op(7, "pick.scan", `{"order":"O-1","sku":"OAT","qty":0}`), op(8, "pick.scan", `{"order":"O-1","sku":"OAT"}`))
	require.Equal(t, []floor.Outcome{"refused", "refused", "refused", "refused", "refused", "accepted"}, outcomes(out))
	for i, want := range []floor.Code{floor.NotAllowed, floor.NotAllowed, floor.UnknownCommand, floor.BadField, floor.BadField} {
		require.Equal(t, want, out.Answers[i].Refusal.Code, i)
	}
	require.Contains(t, out.Answers[3].Refusal.Args["why"], "colour")
	require.Contains(t, out.Answers[4].Refusal.Args["why"], "is 0", "a quantity of none is not a quantity left out")
	again = h.send(op(3, "item.set", `{"sku":"X","name":"x"}`))
	require.Equal(t, []floor.Outcome{"refused"}, outcomes(again))

	lead := b.signedIn("hh-2", "B-2")
	require.Equal(t, []floor.Outcome{"accepted"}, outcomes(lead.send(op(1, "stock.adjust", `{"sku":"OAT","bin":"A-1","delta":5,"reason":"found"}`))))
	auditor := b.signedIn("hh-3", "B-3")
	require.Equal(t, floor.NotAllowed, auditor.send(op(1, "pick.start", `{"order":"O-1"}`)).Answers[0].Refusal.Code)

	// null is what is left out.
	out = h.send(op(9, "pick.start", `null`), op(10, "pick.start", `{"order":null}`), op(11, "pick.scan", `{"order":"O-1","qty":null,"sku":"RICE"}`))
	for i, why := range []string{"pick.start data: is missing.", "order is missing.", "Nothing is left to do on order 1001."} {
		require.Equal(t, why, out.Answers[i].Refusal.Words)
	}

	// A caller without a counter brings an id.
	out = h.send(`{"id":"till-7/22","type":"order.accept","data":{"order":"O-1"}}`)
	require.Equal(t, floor.CommandID("till-7/22"), out.Answers[0].ID)
	require.Empty(t, h.send().Answers, "no ops ask for the marks")
}

// What a device was told by a box that was put back is a fact, when its person may say such a thing: a right it is none.
func TestWhatWasToldIsNoRight(t *testing.T) {
	b := newBox(t, func(b *box) {
		_, err := b.journal.NewLog("log-2")
		require.NoError(t, err)
	})
	move := func(n uint64, log string) string {
		return strings.Replace(op(n, "stock.move", `{"sku":"OAT","qty":90,"from":"A-1","to":"A-2"}`), `"type"`, fmt.Sprintf(`"told":{"log":%q},"type"`, log), 1)
	}
	auditor := b.signedIn("hh-3", "B-3").send(move(1, "log-1"))
	require.Equal(t, []floor.Outcome{"refused"}, outcomes(auditor))
	require.Equal(t, floor.NotAllowed, auditor.Answers[0].Refusal.Code)
	h := b.signedIn("hh-1", "B-1")
	require.Equal(t, floor.NotThere, h.send(move(1, "nobody's")).Answers[0].Refusal.Code, "a log this box never had")
	require.Equal(t, []floor.Outcome{"exception"}, outcomes(h.send(move(2, "log-1"))), "the book had 9, and 90 were carried")
	require.NoError(t, b.feed.Reach(t.Context(), floor.Seq(b.journal.Head().Seq)))
	_, bin := h.get("/api/bins/A-1")
	require.Contains(t, bin, `"on_hand":-81`)
}

func TestMarksInTheReply(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	out := h.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`))
	require.Equal(t, view.Marks{Saved: 2}, out.Marks)
	require.NoError(t, b.feed.Reach(t.Context(), out.Edge.Seq))
	b.feed.SetLink(view.LinkState{Up: true, Acked: out.Answers[1].Seq - 1})
	require.Equal(t, view.Marks{Saved: 2, Applied: 1}, h.send().Marks)
	b.feed.SetLink(view.LinkState{Up: true, Acked: out.Answers[1].Seq, Stable: out.Answers[1].Seq - 1})
	require.Equal(t, view.Marks{Saved: 2, Applied: 2, Stable: 1}, h.send().Marks)
}

// deaf is a door that gives the errors a node may give.
type deaf struct{ err error }

func (d deaf) SubmitAll(_ context.Context, subs []node.Submission) ([]node.Reply, error) {
	if errors.Is(d.err, node.ErrInvalid) {
		return []node.Reply{{Err: fmt.Errorf("%w: id: is odd", node.ErrInvalid)}}, nil
	}
	return nil, d.err
}

func TestFaultsAreNotForPeople(t *testing.T) {
	for err, want := range map[error]int{node.ErrBusy: 503, node.ErrStopped: 503, context.DeadlineExceeded: 503, node.ErrInvalid: 422} {
		b := newBox(t)
		h := b.signedIn("hh-1", "B-1")
		b.web.door = deaf{err}
		res := h.do("POST", "/api/ops", h.body(op(1, "pick.start", `{"order":"O-1"}`)))
		require.Equal(t, want, res.StatusCode)
		if want == 503 {
			require.Equal(t, "1", res.Header.Get("Retry-After"))
			require.NotContains(t, text(res), err.Error())
		}
	}
}

func FuzzDecodeOps(f *testing.F) {
	h := hand{install: "hh-1"}
	f.Add(h.body(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","code":"1"}`)))
	f.Add(`{"install":"a","ops":[{"id":"x","type":"handover","data":null}]}`)
	f.Add(`{"install":"a","ops":[null]}`)
	f.Add(`{"ops":{}}`)
	f.Add(`{"install":"` + strings.Repeat("a", 200) + `"}`)
	f.Add(`[]`)
	f.Add(``)
	who := signedIn{Session: floor.Session{User: "anna", Roles: []string{"lead"}}}
	feed := NewFeed(view.NewBoard(view.Site{}, "l", floor.NewState(), 0, morning), nil)
	s := &Server{feed: feed}
	f.Fuzz(func(t *testing.T, body string) {
		b, p := decodeOps([]byte(body))
		if p != nil {
			require.NotEmpty(t, p.Errors)
			require.True(t, strings.HasPrefix(p.Errors[0].Location, "body"), p.Errors[0].Location)
			require.NotEmpty(t, p.Errors[0].Message)
			require.GreaterOrEqual(t, p.Status, 400)
			_, err := json.Marshal(p)
			require.NoError(t, err)
			return
		}
		require.NoError(t, floor.CheckID("install", string(b.install)))
		require.LessOrEqual(t, len(b.ops), opsMax)
		for i := range b.ops {
			sub := s.submission(&who, b.install, &b.ops[i])
			require.NotNil(t, sub.Command)
			require.NotEmpty(t, sub.Meta.ID)
			// Whatever came in, the floor can answer it, and does so the same way twice.
			e1, r1 := floor.Decide(floor.NewState(), sub.Meta, sub.Command)
			e2, r2 := floor.Decide(floor.NewState(), sub.Meta, sub.Command)
			require.Equal(t, e1, e2)
			require.Equal(t, r1, r2)
		}
	})
}

// TestADeviceSpeaksUnderItsOwnIds: an op's id is its device's and its number's, or a name that is no device's; and a
// token speaks for devices of its own name only, so that nobody takes another's numbers.
func TestADeviceSpeaksUnderItsOwnIds(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	for body, field := range map[string]string{
		`{"install":"hh-1","ops":[{"n":1,"id":"hh-2:9","type":"order.accept","data":{"order":"O-1"}}]}`: "body.ops[0].id",
		`{"install":"hh-1","ops":[{"id":"hh-2:9","type":"order.accept","data":{"order":"O-1"}}]}`:       "body.ops[0].id",
	} {
		code, said := h.post("/api/ops", body)
		require.Equal(t, 422, code)
		require.Contains(t, said, field)
	}
	b.opt.Tokens = []Token{{Name: "sorter", SHA256: digestHex("sorter-token-0123456789abcdef"), Roles: []string{"picker"}}}
	require.NoError(t, b.web.SetTokens(b.opt.Tokens))
	for install, want := range map[string]int{"hh-1": 403, "sorterhand": 403, "sorter": 200, "sorter-2": 200} {
		res := b.hand("x").do("POST", "/api/ops", `{"install":"`+install+`","ops":[{"n":1,"type":"order.accept","data":{"order":"O-1"}}]}`, "Authorization", "Bearer sorter-token-0123456789abcdef")
		require.Equal(t, want, res.StatusCode, "%s: %s", install, text(res))
	}
}
