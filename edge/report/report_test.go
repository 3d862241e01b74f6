package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

var two = []*floor.Day{
	{Date: "2026-11-22", N: map[string]int64{"orders_done": 0, "short/damaged": 1, "hour/09/units": 4, "hour/09/lines": 2, "scans": 9, "scan_errors": 1}},
	{Date: "2026-11-21", N: map[string]int64{
		"orders_taken": 5, "orders_done": 4, "orders_on_time": 3, "orders_late": 1, "lines_picked": 6, "units_picked": 10,
		"short/not_in_stock": 3, "short/damaged": 1, "short_lines": 2, "hour/09/units": 6, "hour/09/lines": 3, "hour/14/units": 4, "hour/14/lines": 3,
		"to_ready/n": 2, "to_ready/seconds": 1800, "to_ready/30m": 1, "to_ready/2h": 2, "to_ready/8h": 2, "to_ready/24h": 2,
		"line_down/n": 2, "line_down/seconds": 90,
		"short_line/not_in_stock": 2, "short_line/damaged": 1, "short_lines_picked": 1, "unclaimed": 1, "collected": 3, "prints_failed": 2,
	}},
}

func made(t *testing.T, name, from, to string) Table {
	r, ok := Make(name, Source{Days: two, Drawers: drawers}, from, to)
	require.True(t, ok)
	for _, row := range r.Rows {
		require.Len(t, row, len(r.Columns), "%s: a cell for every column", name)
	}
	return r
}

func TestTheReportsAddUp(t *testing.T) {
	r := made(t, "on_time", "", "")
	require.Equal(t, "2026-11-21", r.From)
	require.Equal(t, "2026-11-22", r.To)
	require.Equal(t, [][]Cell{{"2026-11-21", int64(4), int64(3), int64(1), 75.0, int64(0)}, {"2026-11-22", int64(0), int64(0), int64(0), nil, int64(0)}}, r.Rows)

	require.Equal(t, [][]Cell{{"not in stock", int64(3), 60.0}, {"damaged", int64(2), 40.0}}, made(t, "shorts", "", "").Rows)
	require.Equal(t, [][]Cell{{"damaged", int64(1), 100.0}}, made(t, "shorts", "2026-11-22", "").Rows)
	require.Equal(t, [][]Cell{{"09:00", int64(5), int64(10), 2.5}, {"14:00", int64(3), int64(4), 3.0}}, made(t, "lines_per_hour", "", "").Rows)
	require.Equal(t, [][]Cell{{"2026-11-22", int64(10), int64(1), 10.0}}, made(t, "scan_errors", "2026-11-22", "2026-11-22").Rows)
	require.Equal(t, 15.0, made(t, "time_to_ready", "", "2026-11-21").Rows[0][2])
	require.Equal(t, [][]Cell{{"2026-11-21", int64(2), 1.5}}, made(t, "line", "", "2026-11-21").Rows)
	require.Empty(t, made(t, "shorts", "2027-01-01", "").Rows)
	require.Equal(t, []Cell{"2026-11-21", int64(6), int64(2), 28.6}, made(t, "short_rate", "", "").Rows[0], "2 of 7: one line was short and picked")
	require.Equal(t, [][]Cell{{"not in stock", int64(2), 28.6}, {"damaged", int64(1), 14.3}}, made(t, "short_rate_by_reason", "", "").Rows)
	require.Equal(t, []Cell{"2026-11-21", int64(1), int64(3), 25.0}, made(t, "unclaimed", "", "").Rows[0])
	require.Equal(t, []Cell{"2026-11-21", int64(0), int64(0), int64(2)}, made(t, "printing", "", "").Rows[0])
	_, ok := Make("gossip", Source{}, "", "")
	require.False(t, ok)
}

func TestEveryReportIsATableInJSONAndCSV(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range All() {
		require.False(t, seen[r.Name], r.Name)
		seen[r.Name] = true
		require.True(t, strings.HasSuffix(r.Says, "."), r.Name)
		m := made(t, r.Name, "", "")
		b, err := json.Marshal(m)
		require.NoError(t, err)
		require.NotContains(t, string(b), `"rows":null`)
		var out bytes.Buffer
		require.NoError(t, m.CSV(&out))
		require.Equal(t, 1+len(m.Rows), strings.Count(out.String(), "\r\n"), r.Name)
	}
}

func TestACellNeverRunsInASpreadsheet(t *testing.T) {
	m := Table{Columns: []Column{{Name: "reason"}, {Name: "mean", Unit: "min"}}, Rows: [][]Cell{{"=1+1", 1.5}, {"say \"no\", twice", nil}}}
	var out bytes.Buffer
	require.NoError(t, m.CSV(&out))
	require.Equal(t, "reason,mean (min)\r\n'=1+1,1.5\r\n\"say \"\"no\"\", twice\",\r\n", out.String())
}
