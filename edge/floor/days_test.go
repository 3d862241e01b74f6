package floor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheDaysTotals: what is done on a day is summed on that day of the site's own zone, and says the same
// from a snapshot and from a replay.
func TestTheDaysTotals(t *testing.T) {
	w := stocked(t)
	w.must("", &SetSite{Zone: "Europe/Berlin"})
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	w.refused("anna", &Scan{Order: "O-1", SKU: "SOAP", Qty: 1}, WrongItem)
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	w.must("anna", &ReportShort{Order: "O-1", Line: "2", Qty: 3, Reason: Damaged})
	w.must("anna", &Finish{Order: "O-1"})
	u := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: u, SKU: "OAT", Qty: 2})
	job := w.must("anna", &CloseUnit{Unit: u})[1].(*LabelRequested).Job
	w.must("", &StartPrint{Job: job, Printer: "p"})
	w.must("", &FailPrint{Job: job, State: JobHeld, Reasons: []string{"media-empty"}})
	w.must("", &StartPrint{Job: job, Printer: "p"})
	w.must("", &ConfirmPrint{Job: job})
	w.late = 12 * time.Hour // past midnight in Berlin, and past the due time
	w.must("anna", &HandOver{Unit: u})

	require.Equal(t, []Date{"2026-11-21", "2026-11-22"}, w.s.Days.IDs())
	first, second := w.s.Days.Get("2026-11-21").N, w.s.Days.Get("2026-11-22").N
	for name, n := range map[string]int64{
		"orders_taken": 1, "units_picked": 2, "lines_picked": 1, "scans": 2, "scan_errors": 1, "refused/wrong_item": 1,
		"short/damaged": 3, "short_lines": 1, "hour/13/units": 2, "hour/13/lines": 1, "documents_printed": 1, "printer/media-empty": 1,
		"to_ready/n": 1, "to_ready/30m": 1,
	} {
		require.Equal(t, n, first[name], name)
	}
	require.Equal(t, map[string]int64{"parcels_left": 1, "orders_done": 1, "orders_late": 1, "orders_with_exceptions": 1}, second)

	again := NewState()
	for i := range w.log {
		ApplyRecord(again, &w.log[i])
	}
	require.Equal(t, w.s.Days.All(), again.Days.All(), "a replay says the same")
}

func TestTheDaysAreBounded(t *testing.T) {
	s := NewState()
	for i := range DaysKept + 30 {
		r := Record{ID: "x", Time: noon.AddDate(0, 0, i), Event: &CommandRefused{Kind: "pick.scan", Code: WrongItem}}
		ApplyRecord(s, &r)
	}
	require.Equal(t, DaysKept, s.Days.Len())
	require.Equal(t, Date(noon.AddDate(0, 0, 30).Format("2006-01-02")), s.Days.IDs()[0])
}
