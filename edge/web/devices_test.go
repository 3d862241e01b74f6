package web

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// TestAJobIsNotSentWhereItCannotComeOut: neither by a handheld, nor by a program, nor with everything that waits.
func TestAJobIsNotSentWhereItCannotComeOut(t *testing.T) {
	b := newBox(t, withTokens)
	const why = "its carrier made the label for another size"
	b.web.unfit = func(job floor.JobID, at floor.PrinterID) string {
		if job == "hh-1:9/1" && at == "tags" {
			return why
		}
		return ""
	}
	b.web.send = func(_ context.Context, from, to floor.PrinterID, _ floor.UserID, _ string) (Sent, error) {
		return Sent{Moved: 2, Stay: 1, Why: why}, nil
	}
	for _, id := range []floor.PrinterID{"tags", "bench-3"} {
		b.feed.SetPrinter(view.Printer{ID: id, Name: string(id), State: "ready", Reasons: []string{}})
	}
	h := b.signedIn("hh-1", "B-1")
	code, body := b.machine("erp", "POST", "/api/commands/print.move", `{"job":"hh-1:9/1","printer":"tags"}`, "Idempotency-Key", "c-1")
	require.Equal(t, 422, code)
	require.Contains(t, body, "cannot print it: "+why)
	out := h.send(op(1, "print.move", `{"job":"hh-1:9/1","printer":"tags"}`), op(2, "print.move", `{"job":"hh-1:9/1","printer":"bench-3"}`), op(3, "print.move", `{"job":"hh-1:9/1"}`))
	require.Equal(t, floor.BadField, out.Answers[0].Refusal.Code)
	require.Contains(t, out.Answers[0].Refusal.Words, why)
	require.Equal(t, floor.UnknownJob, out.Answers[1].Refusal.Code, "to another printer it may go; but there is no such job")
	require.Equal(t, floor.UnknownJob, out.Answers[2].Refusal.Code)
	code, body = h.post("/api/printers/bench-3/send", `{"to":"tags"}`)
	require.Equal(t, 200, code)
	require.JSONEq(t, `{"moved":2,"stay":1,"why":"`+why+`"}`, body)
}
