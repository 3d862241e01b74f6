package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/omstest"
)

// What cannot be meant is refused by its field, in words for people, and nothing of it is dropped in silence.
func TestWhatCannotBeMeantIsRefusedByName(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
	with := func(more string) string { return strings.TrimSuffix(sound("1"), "}") + "," + more + "}" }
	for _, x := range []struct {
		body, field, why string
		code             int
	}{
		{with(`"hold_days":-1`), "body.hold_days", "is only for an order that is collected", 422},
		{with(`"proof":["none"]`), "body.proof", "is only for an order that is collected", 422},
		{with(`"source":"stock"`), "body.source", "is only for an order that is collected", 422},
		{strings.Replace(sound("1"), "London", `Lon\ud800don`, 1), "body", `has half a character (\ud800) at byte`, 422},
		{strings.Replace(sound("1"), "London", "Lon\xffdon", 1), "body", "is not UTF-8", 422},
		{strings.Replace(sound("1"), `"qty":1`, `"qty":9223372036854775808`, 1), "body.lines.qty", "is 9223372036854775808, which is beyond every number there may be here", 422},
		{strings.Replace(sound("1"), `"qty":1`, `"qty":1.5`, 1), "body.lines[0].qty", "expected integer", 422},
		{strings.Replace(sound("1"), `"qty":1`, `"qty":"1"`, 1), "body.lines[0].qty", "expected integer", 422},
	} {
		w := ask(c.Handler, "POST", "/api/orders", x.body, nil)
		require.Equal(t, x.code, w.Code, "%s: %s", x.why, w.Body)
		require.Contains(t, w.Body.String(), `"location":"`+x.field+`"`, w.Body.String())
		require.Contains(t, strings.ReplaceAll(w.Body.String(), `\\`, `\`), x.why)
		require.NotContains(t, w.Body.String(), "Go ")
		n, err := c.Clerk.Count(ctx)
		require.NoError(t, err)
		require.Empty(t, n)
	}
	for path, code := range map[string]int{"/api/orders?after=xx": 400, "/api/orders?after=": 200, "/api/orders?limit=x": 422, "/api/items?after=xx": 200} {
		w := ask(c.Handler, http.MethodGet, path, "", nil)
		require.Equal(t, code, w.Code, "%s: %s", path, w.Body)
	}
	require.Contains(t, ask(c.Handler, http.MethodGet, "/api/orders?after=xx", "", nil).Body.String(), `"location":"query.after"`)
}
