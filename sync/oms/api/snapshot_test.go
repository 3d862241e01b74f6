package api_test

import (
	"net/http"
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
