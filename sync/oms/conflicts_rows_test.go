package oms_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// rows are the events the protocol's conflict table names for each row, as they are called here: of the site's log, or
// what the centre writes down itself. What the customer and the shop decide later (a return, a refund) is not the line's.
var conflictRows = map[int][]string{
	1: {"asked", "assignment.released", "answered"}, 2: {"assignment.released", "put_back.done"}, 3: {"recall.refused", "answered"},
	4: {"assignment.forced", "order.double_fulfilled"}, 5: {"assignment.revoked", "asked", "assignment.released"}, 6: {"permit.taken"},
	7: {"recall.requested", "assignment.released"}, 8: {"pick.short", "routed", "waiting"}, 9: {"pick.short"}, 10: {"count.opened", "count.confirmed"},
	11: {"count.confirmed"}, 12: {"sale.absorbed", "till.sold"}, 13: {"atp.oversold", "routed"}, 14: {"pick.confirmed", "put_back.done"},
	15: {"command.refused"}, 16: {"amend.accepted", "label.voided"}, 17: {"label.requested", "label.printed"}, 18: {"salvage.imported"},
	19: {"log.forked", "device.lost", "site.recovered"}, 20: {"centre.restored"}, 21: {"fact.by_disabled_user"}, 22: {"clock.skew"},
}

// Every row of the table has its tale, which tells all four: what happens, what a handheld shows, what the centre shows,
// and the event.
func TestEveryRowOfTheConflictTableIsTold(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "conflicts", "*.txt"))
	require.NoError(t, err)
	require.Len(t, files, len(conflictRows))
	for row, events := range conflictRows {
		at := slices.IndexFunc(files, func(f string) bool { return filepath.Base(f)[:2] == fmt.Sprintf("%02d", row) })
		require.GreaterOrEqual(t, at, 0, "row %d has no tale", row)
		text, err := os.ReadFile(files[at])
		require.NoError(t, err)
		require.Regexp(t, fmt.Sprintf(`^%d\. `, row), string(text))
		for _, line := range []string{`# .+`, `handheld  .+`, `(oms|centre)  .+`} {
			require.Regexp(t, `(?m)^`+line, string(text), "row %d", row)
		}
		for _, e := range events {
			require.Regexp(t, `(?m)^(event     s\d  |centre    )`+regexp.QuoteMeta(e)+`[:{]`, string(text), "row %d: %s", row, e)
		}
	}
}
