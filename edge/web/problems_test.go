package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Every bad request and what its sender reads, word for word. It changes nothing: the journal stands still.
func TestProblemsGolden(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	stranger := b.hand("hh-9")
	before := b.door.Head()
	many := strings.TrimSuffix(strings.Repeat(op(1, "pick.start", `{}`)+",", opsMax+1), ",")
	var out bytes.Buffer
	for _, c := range []struct {
		name, method, path, body string
		who                      *hand
		header                   []string
	}{
		{"not signed in", "POST", "/api/ops", h.body(), stranger, nil},
		{"not signed in, asking who", "GET", "/api/me", "", stranger, nil},
		{"not signed in, looking", "GET", "/api/board", "", stranger, nil},
		{"no JSON", "POST", "/api/ops", "install=hh-1", h, nil},
		{"ends in the middle", "POST", "/api/ops", `{"install":`, h, nil},
		{"nothing", "POST", "/api/ops", ` `, h, nil},
		{"two values", "POST", "/api/ops", `{"install":"hh-1"} {}`, h, nil},
		{"another field", "POST", "/api/ops", `{"install":"hh-1","operations":[]}`, h, nil},
		{"another field of an op", "POST", "/api/ops", h.body(`{"n":1,"type":"pick.start","date":{}}`), h, nil},
		{"no install", "POST", "/api/ops", `{"ops":[]}`, h, nil},
		{"odd install", "POST", "/api/ops", `{"install":"hh 1","ops":[]}`, h, nil},
		{"install of another device", "POST", "/api/ops", `{"install":"hh-2","ops":[]}`, h, nil},
		{"ops are no list", "POST", "/api/ops", `{"install":"hh-1","ops":{}}`, h, nil},
		{"n is text", "POST", "/api/ops", h.body(`{"n":1,"type":"pick.start","data":{}}`, `{"n":"2","type":"pick.start","data":{}}`), h, nil},
		{"n is below zero", "POST", "/api/ops", h.body(`{"n":-1,"type":"pick.start","data":{}}`), h, nil},
		{"at is no time", "POST", "/api/ops", h.body(`{"n":1,"type":"pick.start","at":"yesterday","data":{}}`), h, nil},
		{"neither n nor id", "POST", "/api/ops", h.body(`{"type":"pick.start","data":{}}`), h, nil},
		{"no type", "POST", "/api/ops", h.body(`{"n":1,"data":{}}`), h, nil},
		{"an op that is null", "POST", "/api/ops", h.body(`null`), h, nil},
		{"too many ops", "POST", "/api/ops", h.body(many), h, nil},
		{"too large", "POST", "/api/ops", h.body(op(1, "pick.start", `{"order":"`+strings.Repeat("x", opsBytes)+`"}`)), h, nil},
		{"a form", "POST", "/api/ops", "{}", h, []string{"Content-Type", "text/plain"}},
		{"another way", "GET", "/api/ops", "", h, nil},
		{"another address", "GET", "/api/nothing", "", h, nil},
		{"another order", "GET", "/api/orders/O-9", "", h, nil},
		{"another job", "GET", "/api/jobs/j/preview.png", "", h, nil},
		{"another host", "GET", "/api/board", "", h, []string{"Host", "evil.example"}},
		{"a page of another origin", "POST", "/api/ops", h.body(), h, []string{"Origin", "https://evil.example"}},
		{"a page without origin", "POST", "/api/ops", h.body(), h, []string{"Sec-Fetch-Site", "cross-site"}},
		{"live without websocket", "GET", "/api/live", "", h, nil},
		{"websocket without origin", "GET", "/api/live", "", h, []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}},
		{"sign-in without badge", "POST", "/api/sign-in", `{"pin":"1234","install":"hh-1"}`, stranger, nil},
		{"sign-in without PIN", "POST", "/api/sign-in", `{"badge":"B-1","install":"hh-1"}`, stranger, nil},
		{"sign-in without install", "POST", "/api/sign-in", `{"badge":"B-1","pin":"1234"}`, stranger, nil},
		{"sign-in with odd station", "POST", "/api/sign-in", `{"badge":"B-1","pin":"1234","install":"hh-1","station":"bench;1"}`, stranger, nil},
		{"sign-in with wrong PIN", "POST", "/api/sign-in", `{"badge":"B-1","pin":"9999","install":"hh-1"}`, stranger, nil},
		{"sign-in with unknown badge", "POST", "/api/sign-in", `{"badge":"B-77","pin":"1234","install":"hh-1"}`, stranger, nil},
	} {
		res := c.who.do(c.method, c.path, c.body, c.header...)
		require.Equal(t, "application/problem+json", res.Header.Get("Content-Type"), c.name)
		var body bytes.Buffer
		require.NoError(t, json.Indent(&body, []byte(text(res)), "", "  "), c.name)
		require.Equal(t, res.StatusCode, readProblem(t, body.String()).Status, c.name)
		fmt.Fprintf(&out, "# %s: %s %s\n%d\n%s\n\n", c.name, c.method, c.path, res.StatusCode, body.String())
	}
	require.Equal(t, before, b.door.Head(), "a bad request wrote something")
	const golden = "testdata/problems.golden"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}
