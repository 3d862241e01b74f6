package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

const watcher = "watcher-token-0123456789abcdef"

func withWatcher(b *box) {
	b.opt.Tokens = []Token{{Name: "watcher", SHA256: digestHex(watcher), Roles: []string{Integration}}, {Name: "till-1", SHA256: digestHex("till-token-0123456789abcdef"), Roles: []string{Till}}}
}

func (b *box) watches(token string, header ...string) (*websocket.Conn, *http.Response, error) {
	h := http.Header{}
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	d := websocket.Dialer{HandshakeTimeout: 5 * time.Second}
	ws, res, err := d.Dial("ws"+strings.TrimPrefix(b.url, "http")+"/api/live", h)
	if err == nil {
		b.t.Cleanup(func() { _ = ws.Close() })
	}
	return ws, res, err
}

// A machine watches with its token, from no page at all; it is let in by the same rules as everywhere, and is
// cut off when the token is taken back.
func TestAMachineWatches(t *testing.T) {
	b := newBox(t, withWatcher)
	for name, try := range map[string]struct {
		token  string
		header []string
		want   int
	}{
		"no token, no page":         {"", nil, 403},
		"a page of another origin":  {"", []string{"Origin", "https://evil.example"}, 403},
		"a wrong token":             {"wrong-token-0123456789abcdef", nil, 401},
		"a till has nothing to see": {"till-token-0123456789abcdef", nil, 403},
		"under another name":        {watcher, []string{"Host", "evil.example"}, 421},
	} {
		_, res, err := b.watches(try.token, try.header...)
		require.Error(t, err, name)
		require.NotNil(t, res, name)
		require.Equal(t, try.want, res.StatusCode, name)
	}

	ws, _, err := b.watches(watcher)
	require.NoError(t, err)
	write(t, ws, `{"hello":{"log":"log-1","since":3}}`) // a machine is no install
	m := hear(t, ws)
	require.NotNil(t, m.Delta)
	at := m.Delta.Seq
	seq := b.give(&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}).Seq
	for at < seq {
		at = hear(t, ws).Delta.Seq
	}
	// What it may do elsewhere it may do here, and no more.
	write(t, ws, `{"ops":{"install":"watcher","ops":[{"id":"m-1","type":"order.accept","data":{"order":"O-1"}}]},"ref":"a"}`)
	write(t, ws, `{"ops":{"install":"watcher","ops":[{"id":"m-2","type":"policy.set","data":{"name":"force_scan","value":true}}]},"ref":"b"}`)
	said := map[string]heard{}
	for len(said) < 2 {
		if m := hear(t, ws); m.Ref != "" {
			said[m.Ref] = m
		}
	}
	require.Equal(t, floor.OutcomeAccepted, said["a"].Answer.Answers[0].Outcome)
	require.True(t, said["b"].Problem != nil || said["b"].Answer.Answers[0].Outcome == floor.OutcomeRefused)

	// The list is changed, and it is still on it; then it is not.
	require.NoError(t, b.web.SetTokens(b.opt.Tokens[:1]))
	write(t, ws, `{"hello":{"log":"log-1","since":3}}`)
	require.NotNil(t, hear(t, ws).Delta)
	require.ErrorContains(t, b.web.SetTokens([]Token{{Name: "x"}}), "tokens[0].sha256")
	require.NoError(t, b.web.SetTokens(nil))
	require.Equal(t, closeSignedOut, closed(t, ws))
	_, res, err := b.watches(watcher)
	require.Error(t, err)
	require.Equal(t, 401, res.StatusCode)
	require.Eventually(t, func() bool { return b.web.Screens() == 0 }, 60*time.Second, time.Millisecond)
}
