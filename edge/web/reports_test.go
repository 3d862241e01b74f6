package web

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/report"
)

func TestReports(t *testing.T) {
	b := newBox(t)
	picker := b.signedIn("hh-1", "B-1")
	code, body := picker.get("/api/reports")
	require.Equal(t, 403, code, body)
	lead := b.signedIn("hh-2", "B-2")
	code, body = lead.get("/api/reports")
	require.Equal(t, 200, code, body)
	for _, r := range report.All() {
		code, body = lead.get("/api/reports/" + r.Name)
		require.Equal(t, 200, code, body)
		var table report.Table
		require.NoError(t, json.Unmarshal([]byte(body), &table))
		require.NotEmpty(t, table.Columns)
		code, body = lead.get("/api/reports/" + r.Name + "?format=csv")
		require.Equal(t, 200, code, body)
		code, plain := lead.get("/api/reports/" + r.Name + ".csv?to=2027-01-01")
		require.Equal(t, 200, code, plain)
		require.Equal(t, body, plain)
	}
	_, body = lead.get("/api/reports/throughput")
	require.Contains(t, body, `"rows":[["`, "the order of the box was taken today")
	for query, want := range map[string]int{"/gossip": 404, "/on_time?from=monday": 422, "/on_time?since=2026-11-01": 422, "/on_time?format=xml": 422,
		"/on_time?from=2026-11-22&to=2026-11-22": 200, "/on_time?from=2026-02-30": 422, "/on_time?from=2026-11-22&to=2026-11-21": 400, "/on_time?to=": 422} {
		code, body = lead.get("/api/reports" + query)
		require.Equal(t, want, code, body)
		if want == 400 {
			require.Contains(t, body, `"query.from"`)
			require.Contains(t, body, `"query.to"`)
		}
	}
}
