package web

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

const annasKey, bensKey = "anna-key-0123456789abcdef", "ben-key-0123456789abcdefg"

func (h *hand) signIn(badge, key string) (int, string) {
	return h.post("/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":"1234","install":%q,"key":%q}`, badge, h.install, key))
}

// A name that a device has taken is that device's: whoever does not have its key cannot sign in under it and use up
// its numbers. The people of a shift share the device and its key.
func TestADevicesNameIsItsOwn(t *testing.T) {
	b := newBox(t)
	h := b.hand("hh-1")
	code, body := h.signIn("B-1", annasKey)
	require.Equal(t, 200, code, body)
	require.Equal(t, []floor.Outcome{"accepted"}, outcomes(h.send(op(1, "pick.start", `{"order":"O-1"}`))))

	thief := b.hand("hh-1")
	for _, key := range []string{bensKey, ""} {
		code, body = thief.signIn("B-2", key)
		require.Equal(t, 403, code, body)
		require.Equal(t, anotherDevice, readProblem(t, body).Type)
		code, _ = thief.post("/api/ops", thief.body(op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`)))
		require.Equal(t, 401, code)
	}
	require.Equal(t, 204, h.do("POST", "/api/sign-out", "").StatusCode)
	code, _ = thief.signIn("B-2", bensKey)
	require.Equal(t, 403, code, "signing out gives nothing away")

	code, body = h.signIn("B-2", annasKey)
	require.Equal(t, 200, code, "the next person of the shift: %s", body)
	require.Equal(t, uint64(2), h.send(op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`)).Saved)

	// The journal has the digest, not the key, and a replay knows it again.
	state := floor.NewState()
	_, err := b.journal.Read(1, 0, func(_ uint64, raw []byte) error {
		require.NotContains(t, string(raw), annasKey)
		r, err := floor.Decode(raw)
		if err == nil {
			floor.ApplyRecord(state, &r)
		}
		return err
	})
	require.NoError(t, err)
	require.Equal(t, digest(annasKey), state.Bound["hh-1"])
}

// A device of an earlier version has no key: its name is free until one comes with it.
func TestADeviceWithoutAKey(t *testing.T) {
	b := newBox(t)
	b.signedIn("hh-1", "B-1")
	h := b.hand("hh-1")
	code, _ := h.signIn("B-1", annasKey)
	require.Equal(t, 200, code)
	code, _ = b.hand("hh-1").post("/api/sign-in", `{"badge":"B-1","pin":"1234","install":"hh-1"}`)
	require.Equal(t, 403, code)

	for _, key := range []string{"short", strings.Repeat("k", 129), "anna key 0123456789abcdef"} {
		code, body := b.hand("hh-2").signIn("B-1", key)
		require.Equal(t, 422, code, key)
		require.Equal(t, "body.key", readProblem(t, body).Errors[0].Location)
		require.NotContains(t, body, key)
	}
}

// A token that has the beginning of a device's name in common with it does not speak for the device.
func TestATokenSpeaksForNoDeviceOfAPerson(t *testing.T) {
	b := newBox(t)
	h := b.hand("erp-hh")
	code, _ := h.signIn("B-1", annasKey)
	require.Equal(t, 200, code)
	withTokens(b)
	require.NoError(t, b.web.SetTokens(b.opt.Tokens), "the token came later than the device")
	code, body := b.machine("erp", "POST", "/api/ops", h.body(op(1, "pick.start", `{"order":"O-1"}`)))
	require.Equal(t, 403, code, body)
}

// A screen says which device it is, and is held to it.
func TestAScreenIsItsOwnDevice(t *testing.T) {
	b := newBox(t)
	ws := b.signedIn("hh-1", "B-1").socket()
	write(t, ws, `{"hello":{"install":"hh-2","log":"log-1","since":0}}`)
	_, _, err := ws.ReadMessage()
	require.True(t, websocket.IsCloseError(err, closeSignedOut), err)
}

// A handheld whose clock goes wrong hands in all it holds, and is told; so do programs that say no time. One that says
// a time that cannot be is refused by the field.
func TestTheTimeOfACommand(t *testing.T) {
	b := newBox(t, withTokens)
	h := b.signedIn("hh-1", "B-1")
	for i, at := range []string{"2036-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:05Z", "2026-11-19T08:00:00Z"} {
		out := h.send(fmt.Sprintf(`{"n":%d,"type":"%s","at":%q,"data":{"order":"O-1"%s}}`, i+1, [2]string{"pick.start", "pick.scan"}[min(i, 1)], at, [2]string{"", `,"sku":"OAT"`}[min(i%2, 1)]))
		require.NotEmpty(t, out.Answers, at)
		if wrong := i == 0 || i == 2; wrong {
			require.Equal(t, at, out.Answers[0].Told["clock"], "%+v", out.Answers[0])
		}
		require.Equal(t, uint64(i+1), out.Saved)
	}
	one := func(id, at string) (int, string) {
		return b.machine("erp", "POST", "/api/commands", fmt.Sprintf(`{"commands":[{"id":%q,"at":%q,"type":"order.accept","data":{"order":"O-1"}}]}`, id, at))
	}
	for i, at := range []string{"2036-01-01T00:00:00Z", "1970-01-01T00:00:00Z", morning.Add(11 * time.Minute).Format(time.RFC3339), morning.AddDate(0, 0, -31).Format(time.RFC3339)} {
		code, body := one(fmt.Sprint("bad-", i), at)
		require.Equal(t, 200, code)
		var out commandsReply
		require.NoError(t, json.Unmarshal([]byte(body), &out))
		require.Equal(t, floor.BadField, out.Answers[0].Refusal.Code, at)
		require.Equal(t, "at", out.Answers[0].Refusal.Args["field"])
	}
	code, body := one("zero", "0001-01-01T00:00:00Z")
	require.Equal(t, 422, code)
	require.Equal(t, "body.commands[0].at", readProblem(t, body).Errors[0].Location)
	code, body = one("late", morning.AddDate(0, 0, -3).Format(time.RFC3339))
	require.Equal(t, 200, code)
	require.NotContains(t, body, "bad_field")
}

// The names of a token's devices are the program's: nobody signs in under one and shuts the program out.
func TestATokensNameIsNoDevices(t *testing.T) {
	b := newBox(t)
	tokens := []Token{{Name: "printserver", SHA256: digest("a"), Roles: []string{"print"}}}
	require.NoError(t, b.web.SetTokens(tokens))
	for install, want := range map[string]int{"printserver": 403, "printserver-2": 403, "printservers": 200, "../x": 422, "api:printserver": 422} {
		code, body := b.hand(install).signIn("B-1", annasKey)
		require.Equal(t, want, code, "%s: %s", install, body)
	}
	require.ErrorContains(t, CheckTokens("tokens", []Token{{Name: "hh", SHA256: digest("a"), Roles: []string{"print"}}}), "tokens[0].name")
}
