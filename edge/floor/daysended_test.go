package floor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAnOrderThatEndsIsCountedOnce goes through every story: each time a record ends an order of which something
// was served, that is one order done, and nothing else is.
func TestAnOrderThatEndsIsCountedOnce(t *testing.T) {
	files, err := filepath.Glob("testdata/flows/*.txt")
	require.NoError(t, err)
	all := 0
	for _, file := range files {
		in, err := os.ReadFile(file)
		require.NoError(t, err)
		var log []*[]Record
		playWatched(t, string(in), func(w *world, _ UserID, _ Command) {
			if len(log) == 0 || log[len(log)-1] != &w.log {
				log = append(log, &w.log)
			}
		})
		for _, records := range log {
			s := NewState()
			for i := range *records {
				r := &(*records)[i]
				id, isOrder := strings.CutPrefix(r.Event.Subject(), "order/")
				was, had := isOrder && s.Orders[OrderID(id)].over(), counts(s, "orders_done")
				ApplyRecord(s, r)
				want := had
				if isOrder && !was && s.Orders[OrderID(id)].over() && r.Type != "picket.local.order.reopened.v1" {
					want++
					all++
				}
				require.Equal(t, want, counts(s, "orders_done"), "%s: %s of %s", filepath.Base(file), r.Type, id)
			}
		}
	}
	require.Greater(t, all, 30)
}

// counts is a sum over all days.
func counts(s *State, name string) (n int64) {
	for _, d := range s.Days.All() {
		n += d.N[name]
	}
	return n
}

// TestALineIsShortOnce: the shorts of a site as somebody adds them up by hand. The first line of the order is
// found short twice and then picked, the second not at all.
func TestALineIsShortOnce(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &ReportShort{Order: "O-1", Line: "2", Qty: 1, Reason: Damaged})
	w.must("anna", &ReportShort{Order: "O-1", Line: "2", Qty: 1, Reason: Damaged})
	w.must("anna", &ReportShort{Order: "O-1", Line: "1", Qty: 1, Reason: NotInStock, All: true})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	w.must("anna", &ReportShort{Order: "O-1", Line: "2", Qty: 1, Reason: Mismatch})
	for name, n := range map[string]int64{"short_lines": 2, "short_lines_picked": 1, "lines_picked": 1,
		"short/damaged": 2, "short_line/damaged": 1, "short/mismatch": 1, "short_line/mismatch": 1, "short_line/not_in_stock": 1} {
		require.Equal(t, n, counts(w.s, name), name)
	}
}

// TestAnOutageStandsInTheDaysItTook: from 13:00 of one day to 02:30 of the day after the next.
func TestAnOutageStandsInTheDaysItTook(t *testing.T) {
	s := NewState()
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	put := func(at time.Time, e Event) { ApplyRecord(s, &Record{ID: "x", Time: at, Event: e}) }
	put(at(20, 13, 0), &SiteCutOff{})
	require.Equal(t, map[string]int64{"line_down/n": 1}, s.Days.Get("2026-11-20").N, "it counts while it lasts")
	put(at(22, 2, 30), &SiteBack{Down: at(20, 13, 0)})
	require.Equal(t, map[string]int64{"line_down/n": 1, "line_down/seconds": 11 * 3600}, s.Days.Get("2026-11-20").N)
	require.Equal(t, map[string]int64{"line_down/seconds": 24 * 3600}, s.Days.Get("2026-11-21").N)
	require.Equal(t, map[string]int64{"line_down/seconds": 9000}, s.Days.Get("2026-11-22").N)
	put(at(22, 2, 30), &SiteBack{})
	put(at(22, 2, 30), &SiteBack{Down: at(23, 0, 0)})
	require.Equal(t, int64(11*3600+24*3600+9000), counts(s, "line_down/seconds"), "a clock that was wrong says nothing")
}
