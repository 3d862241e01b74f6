package api_test

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/api"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// hands counts what is handed in.
type hands struct{ records int }

func (*hands) Status(floor.SiteID) (hub.Status, bool) { return hub.Status{}, false }
func (h *hands) HandIn(_ context.Context, _ floor.SiteID, in reconcile.HandIn) (int, *wire.Blocked, error) {
	h.records += len(in.Records)
	return len(in.Records), nil, nil
}

// What a person brings of a replaced box is taken where it is signed by the key that box has here. Where nobody can check it, a person has to
// answer for it; what is another's is taken by nobody's word.
func TestWhatIsBroughtIsByTheBoxsKey(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, c.Clerk.PutSites(t.Context(), []clerk.SiteSetup{{ID: "north", Name: "North", Zone: "UTC"}}))
	key, thief := ed25519.NewKeyFromSeed(make([]byte, 32)), ed25519.NewKeyFromSeed([]byte("0123456789abcdef0123456789abcdef"))
	code, err := c.Clerk.Enrol(t.Context(), "north", false)
	require.NoError(t, err)
	_, err = c.Clerk.Redeem(t.Context(), "north", code.Code, "SIGNS", key.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	to := &hands{}
	h := api.Handler(api.Config{Now: time.Now, Log: slog.New(slog.DiscardHandler)}, c.Clerk, to)
	bring := func(node wire.NodeID, by ed25519.PrivateKey, changed, unsigned bool) (int, string) {
		t.Helper()
		piece := wire.Carried{Site: "north", Node: node, Log: "LOG", From: 4}
		piece.Add([]byte("raw"))
		piece.Row("pii/1", []byte("x"))
		body := map[string]any{"log": "LOG", "from": 4, "prev": hex.EncodeToString(make([]byte, 32)), "unsigned": unsigned,
			"records": []any{map[string]any{"raw": []byte("raw"), "rows": []any{map[string]any{"ref": "pii/1", "body": []byte("x")}}}}}
		if by != nil {
			body["sig"] = piece.Sign(by)
		}
		if changed {
			body["from"] = 5
		}
		text, err := json.Marshal(body)
		require.NoError(t, err)
		before := to.records
		res := ask(h, http.MethodPost, "/api/sites/north/boxes/"+string(node)+"/records", string(text), nil)
		require.Equal(t, res.Code == 200, to.records > before, "nothing of what is refused is taken")
		return res.Code, res.Body.String()
	}
	for _, x := range []struct {
		node              wire.NodeID
		by                ed25519.PrivateKey
		changed, unsigned bool
		code              int
		words             string
	}{
		{node: "SIGNS", by: key, code: 200},
		{node: "SIGNS", by: key, changed: true, code: 409, words: "was changed"},
		{node: "SIGNS", by: thief, code: 409, words: "is another box's"},
		{node: "SIGNS", by: thief, unsigned: true, code: 409, words: "is another box's"},
		{node: "SIGNS", code: 409, words: "an earlier version wrote it"},
		{node: "SIGNS", unsigned: true, code: 200},
		{node: "OLD", code: 409, words: "never signed what it said, and the file is not signed"},
		{node: "OLD", by: key, code: 409, words: "no key of box OLD"},
		{node: "OLD", by: key, unsigned: true, code: 200},
		{node: "OLD", unsigned: true, code: 200},
	} {
		code, words := bring(x.node, x.by, x.changed, x.unsigned)
		require.Equal(t, x.code, code, "%+v %s", x, words)
		require.Contains(t, words, x.words)
		if code == 409 && x.words != "was changed" && x.words != "is another box's" {
			require.Contains(t, words, "--unsigned", "it says what to do")
		}
	}
}
