package web

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAHandheldWithALogThisBoxNeverHadKeepsWhatItHas: it is told that the box may have to recover, so it neither gives
// its commands other names nor thinks that they were taken. When the centre was heard, they are.
func TestAHandheldWithALogThisBoxNeverHadKeepsWhatItHas(t *testing.T) {
	b := newBox(t, func(b *box) { b.centre = true })
	h, other := b.signedIn("hh-1", "B-1"), b.signedIn("hh-2", "B-2")
	type reply struct {
		Answers    []struct{ Outcome string }
		Expect     uint64
		Recovering bool
	}
	say := func(h *hand, log string, head int, ops string) (r reply) {
		code, body := h.post("/api/ops", fmt.Sprintf(`{"install":%q,"ops":[%s],"edge":{"log":%q,"seq":900},"have":[],"head":%d}`, h.install, ops, log, head))
		require.Equal(t, 200, code, body)
		require.NoError(t, json.Unmarshal([]byte(body), &r))
		return r
	}
	start := op(7, "pick.start", `{"order":"O-1"}`)
	require.Equal(t, reply{Answers: r0[struct{ Outcome string }](), Expect: 1, Recovering: true}, say(h, "log-9", 7, start))
	require.Equal(t, reply{Answers: r0[struct{ Outcome string }](), Expect: 1, Recovering: true}, say(h, "log-9", 7, ""), "it shows only how far it is")
	require.False(t, say(other, "", 1, op(1, "pick.start", `{"order":"O-1"}`)).Recovering)

	b.door.Heard()
	got := say(h, "log-9", 7, start)
	require.Equal(t, uint64(1), got.Expect)
	require.False(t, got.Recovering, "the centre knows nothing of it: it gives them other names")
	got = say(h, "log-9", 1, op(1, "pick.start", `{"order":"O-1"}`))
	require.Len(t, got.Answers, 1)
}

func r0[T any]() []T { return []T{} }
