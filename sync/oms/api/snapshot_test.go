package api_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/api"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/wire"
)

// gallery has one snapshot of one site.
type gallery struct{}

func (gallery) Status(floor.SiteID) (hub.Status, bool) { return hub.Status{}, false }
func (gallery) Snapshot(site floor.SiteID, id wire.SnapshotID) ([]byte, bool) {
	return []byte("0123456789"), site == "north" && id == "9-ab"
}

// A site's box gets its snapshot from any byte on; nobody else gets it, whatever he knows the centre's token.
func TestASnapshotIsForTheSitesBoxByRanges(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, c.Clerk.PutSites(t.Context(), []clerk.SiteSetup{{ID: "north", Name: "North", Zone: "UTC"}}))
	code, err := c.Clerk.Enrol(t.Context(), "north", false)
	require.NoError(t, err)
	got, err := c.Clerk.Redeem(t.Context(), "north", code.Code, "BOX1", nil)
	require.NoError(t, err)
	h := api.Handler(api.Config{Now: time.Now}, c.Clerk, gallery{})
	as := func(secret, span string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+secret)
			if span != "" {
				r.Header.Set("Range", span)
			}
		}
	}
	for _, x := range []struct {
		path, secret, span string
		code               int
		body               string
	}{
		{"north/9-ab", got.Secret, "", 200, "0123456789"},
		{"north/9-ab", got.Secret, "bytes=4-", 206, "456789"},
		{"north/9-ab", got.Secret, "bytes=10-", 416, ""},
		{"north/9-ac", got.Secret, "", 404, ""},
		{"north/9-ab", "", "", 403, ""},
		{"north/9-ab", got.Secret + "x", "bytes=4-", 403, ""},
		{"south/9-ab", got.Secret, "", 403, ""},
	} {
		res := ask(h, http.MethodGet, "/api/box/snapshot/"+x.path, "", as(x.secret, x.span))
		require.Equal(t, x.code, res.Code, "%+v %s", x, res.Body)
		if x.code < 300 {
			require.Equal(t, x.body, res.Body.String())
			require.Equal(t, `"9-ab"`, res.Header().Get("ETag"))
		}
	}
}

// A box says its key with the code and proves that it has it; the code then counts for that key alone.
func TestABoxProvesItsKey(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, c.Clerk.PutSites(t.Context(), []clerk.SiteSetup{{ID: "north", Name: "North", Zone: "UTC"}}))
	code, err := c.Clerk.Enrol(t.Context(), "north", false)
	require.NoError(t, err)
	sign := ed25519.NewKeyFromSeed(make([]byte, 32))
	h := api.Handler(api.Config{Now: time.Now, Key: sign.Public().(ed25519.PublicKey)}, c.Clerk, gallery{})
	redeem := func(key ed25519.PrivateKey, bound string, more string) *httptest.ResponseRecorder {
		text := func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
		body := `{"site":"north","code":"` + code.Code + `","node":"BOX1"` + more
		if key != nil {
			body += `,"key":"` + text(key.Public().(ed25519.PublicKey)) + `","proof":"` + text(wire.ProveKey(key, "north", "BOX1", []byte(bound))) + `"`
		}
		return ask(h, http.MethodPost, "/api/box/enrol", body+"}", func(*http.Request) {})
	}
	own, other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, 32)), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, 32))
	require.Equal(t, 422, redeem(own, "another code", "").Code, "proven for another code")
	res := redeem(own, code.Code, `,"later":1`)
	require.Equal(t, 422, res.Code)
	require.Contains(t, res.Body.String(), "body.later", "a box of a later version sees by this what a centre does not know")
	res = redeem(own, code.Code, "")
	require.Equal(t, 200, res.Code, res.Body)
	require.Contains(t, res.Body.String(), `"centre_key":"`+base64.StdEncoding.EncodeToString(sign.Public().(ed25519.PublicKey)))
	require.Equal(t, 200, redeem(own, code.Code, "").Code, "it did not hear the answer")
	require.Equal(t, 403, redeem(other, code.Code, "").Code)
	require.Equal(t, 403, redeem(nil, code.Code, "").Code)
	known, err := c.Clerk.KeyOf(t.Context(), "north", "BOX1")
	require.NoError(t, err)
	require.Equal(t, own.Public().(ed25519.PublicKey), known)
}
