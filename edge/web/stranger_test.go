package web

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/node"
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

// A command that was saved once, and cannot be taken before another device has spoken, is sent again after a while, and
// not at once: its device is told so.
func TestACommandThatWaitsForOtherDevicesIsNotAskedForAtOnce(t *testing.T) {
	b := newBox(t)
	h, other := b.signedIn("hh-1", "B-1"), b.signedIn("hh-2", "B-2")
	was := b.door.Head().Log
	say := func(h *hand, ops string) (r opsReply) {
		code, body := h.post("/api/ops", fmt.Sprintf(`{"install":%q,"ops":[%s],"edge":{"log":"","seq":0},"have":[],"head":2}`, h.install, ops))
		require.Equal(t, 200, code, body)
		require.NoError(t, json.Unmarshal([]byte(body), &r))
		return r
	}
	for _, x := range []*hand{h, other} {
		require.Len(t, say(x, op(1, "pick.start", `{"order":"O-404"}`)).Answers, 1)
	}
	for i, c := range []*floor.TakeBack{{Gen: "G1", To: 1, Fork: true, Log: "log-2"}, {Gen: "G1", To: 1}} {
		a, err := b.door.Submit(t.Context(), node.Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprint("take-", i))}, Command: c})
		require.NoError(t, err)
		require.Nil(t, a.Refusal)
	}
	told := fmt.Sprintf(`{"n":2,"type":"handover","at":"2026-11-21T08:00:00Z","seen":0,"data":{"unit":"395212340000000014"},"told":{"log":%q}}`, was)
	got := say(h, told)
	require.Empty(t, got.Answers)
	require.Equal(t, uint64(2), got.Expect)
	require.True(t, got.Recovering)
}

func r0[T any]() []T { return []T{} }
