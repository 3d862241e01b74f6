package web

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

// A label names a customer and a street: those who pack and print see its picture while the parcel is in the
// building; once it has left, leads and managers.
func TestTheLabelOfAStrangerIsNotForEverybody(t *testing.T) {
	tokens := map[string]string{"print": PrintServer, "other": Integration, "cli": CLI, "till": Till, "centre": Central}
	b := newBox(t, func(b *box) {
		for name, role := range tokens {
			b.opt.Tokens = append(b.opt.Tokens, Token{Name: name, SHA256: digestHex(name + "-token-0123456789abcdef"), Roles: []string{role}})
		}
	})
	h := b.signedIn("hh-1", "B-1")
	h.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT","qty":2}`), op(3, "pick.finish", `{"order":"O-1"}`))
	unit := h.send(op(4, "unit.open", `{"order":"O-1"}`)).Answers[0].Unit
	out := h.send(op(5, "unit.add", fmt.Sprintf(`{"unit":%q,"sku":"OAT","qty":2}`, unit)), op(6, "unit.close", fmt.Sprintf(`{"unit":%q}`, unit)))
	require.NotEmpty(t, out.Answers[1].Jobs)
	require.NoError(t, b.feed.Reach(t.Context(), out.Edge.Seq))

	people := map[string]*hand{"picker": h, "lead": b.signedIn("hh-2", "B-2"), "auditor": b.signedIn("hh-3", "B-3"), "manager": b.signedIn("hh-4", "B-4")}
	saw := func() map[string]int {
		codes := map[string]int{}
		for name, p := range people {
			codes[name], _ = p.get("/api/jobs/preview.png?job=" + string(out.Answers[1].Jobs[0]))
		}
		for name := range tokens {
			res := b.hand("machine").do("GET", "/api/jobs/preview.png?job="+string(out.Answers[1].Jobs[0]), "", "Authorization", "Bearer "+name+"-token-0123456789abcdef")
			codes[name] = res.StatusCode
			if res.StatusCode == 403 {
				require.Equal(t, "Not for your role", readProblem(t, text(res)).Title)
			}
		}
		return codes
	}
	require.Equal(t, map[string]int{"picker": 200, "lead": 200, "manager": 200, "auditor": 403, "print": 200, "other": 403, "cli": 403, "till": 403, "centre": 403}, saw())

	b.give(&floor.StartPrint{Job: out.Answers[1].Jobs[0], Printer: "p-1"})
	b.give(&floor.ConfirmPrint{Job: out.Answers[1].Jobs[0]})
	gone := h.send(op(7, "handover", fmt.Sprintf(`{"unit":%q}`, unit)))
	require.Nil(t, gone.Answers[0].Refusal)
	require.NoError(t, b.feed.Reach(t.Context(), gone.Edge.Seq))
	require.Equal(t, map[string]int{"picker": 403, "lead": 200, "manager": 200, "auditor": 403, "print": 403, "other": 403, "cli": 403, "till": 403, "centre": 403}, saw())
}
