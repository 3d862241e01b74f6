package web

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/node"
)

// A body whose one op cannot be taken says what became of the others, which were: before it and behind it.
func TestAConflictSaysWhatWasTaken(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	h.send(op(1, "pick.start", `{"order":"O-1"}`))

	code, body := h.post("/api/ops", h.body(op(1, "pick.start", `{"order":"O-2"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`), op(3, "pick.scan", `{"order":"O-1","sku":"RICE"}`)))
	require.Equal(t, 409, code, body)
	p := readProblem(t, body)
	require.Equal(t, "body.ops[0].id", p.Errors[0].Location)
	require.NotNil(t, p.Taken)
	require.Equal(t, []floor.Outcome{"accepted", "refused"}, outcomes(opsReply{Answers: p.Taken.Answers}))
	require.Equal(t, uint64(2), p.Taken.Answers[0].N)
	require.Equal(t, uint64(3), p.Taken.Saved)
	require.Equal(t, floor.LogID("log-1"), p.Taken.Edge.Log)
	require.Contains(t, p.Detail, "2 others")

	// The one before it, and the one that was answered long ago.
	code, body = h.post("/api/ops", h.body(op(3, "pick.scan", `{"order":"O-1","sku":"RICE"}`), op(4, "pick.scan", `{"order":"O-1","sku":"OAT"}`), op(2, "pick.scan", `{"order":"O-9","sku":"OAT"}`)))
	require.Equal(t, 409, code, body)
	p = readProblem(t, body)
	require.Equal(t, "body.ops[2].id", p.Errors[0].Location)
	require.Equal(t, []floor.Outcome{"refused", "accepted"}, outcomes(opsReply{Answers: p.Taken.Answers}))

	// Alone, nothing was taken, and nothing is said of others.
	code, body = h.post("/api/ops", h.body(op(1, "pick.start", `{"order":"O-9"}`)))
	require.Equal(t, 409, code)
	p = readProblem(t, body)
	require.Nil(t, p.Taken)
	require.Equal(t, "This number or id was used before for something else. Nothing was changed by it.", p.Detail)
}

// Behind a number that is missing only commands of the same counter wait: one with an id of its own is taken, and answered.
func TestAGapSaysWhatWasTaken(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	out := h.send(op(1, "pick.start", `{"order":"O-1"}`), op(3, "pick.scan", `{"order":"O-1","sku":"OAT"}`), `{"id":"till-7/22","type":"order.accept","data":{"order":"O-1"}}`, op(4, "pick.scan", `{"order":"O-1","sku":"OAT"}`))
	require.Equal(t, uint64(2), out.Expect)
	require.Len(t, out.Answers, 2)
	require.Equal(t, floor.CommandID("till-7/22"), out.Answers[1].ID)
	require.Equal(t, uint64(1), out.Saved)
}

// tired is a door that takes some and then is too busy.
type tired struct {
	Door
	after int
}

func (d *tired) SubmitAll(ctx context.Context, subs []node.Submission) ([]node.Reply, error) {
	if d.after--; d.after < 0 {
		return nil, node.ErrBusy
	}
	return d.Door.SubmitAll(ctx, subs)
}

// A batch that goes one by one and comes to a door that is busy says what it did before.
func TestABusyBoxSaysWhatWasTaken(t *testing.T) {
	b := newBox(t, withTokens)
	b.web.door = &tired{b.web.door, 1}
	code, body := b.machine("erp", "POST", "/api/commands", `{"stop":true,`+twoCommands[1:])
	require.Equal(t, 503, code, body)
	p := readProblem(t, body)
	require.NotNil(t, p.Taken)
	require.Equal(t, floor.CommandID("c-1"), p.Taken.Answers[0].ID)
	require.Len(t, p.Taken.Answers, 1)
	require.True(t, json.Valid([]byte(body)))
}
