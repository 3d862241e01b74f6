package floor

import (
	"slices"
	"sort"
	"time"
)

// siteZone is the site's time zone; UTC when it has none, or none that is known.
func (s *State) siteZone() *time.Location {
	if loc, err := time.LoadLocation(s.Site.Zone); err == nil {
		return loc
	}
	return time.UTC
}

// closes is when the site closes to customers on the day of t, in its own time; false when it does not open.
func (s *State) closes(t time.Time) (time.Time, bool) {
	t = t.In(s.siteZone())
	y, m, d := t.Date()
	if slices.Contains(s.Site.Closed, t.Format("2006-01-02")) {
		return time.Time{}, false
	}
	last, open := "24:00", len(s.Site.Hours) == 0
	for _, h := range s.Site.Hours {
		if h.Day == int(t.Weekday()) && (!open || h.To > last) {
			last, open = h.To, true
		}
	}
	if !open {
		return time.Time{}, false
	}
	hour, minute := 24, 0
	if at, err := time.Parse("15:04", last); err == nil {
		hour, minute = at.Hour(), at.Minute()
	}
	return time.Date(y, m, d, hour, minute, 0, 0, t.Location()), true
}

// maxDays bounds a search through the calendar: a site that never opens again has no open days.
const maxDays = 1000

// afterOpenDays is the close of the n-th open day after the day of t: two days from a Saturday, with Sunday
// closed, is Tuesday evening.
func (s *State) afterOpenDays(t time.Time, n int) time.Time {
	at := t.In(s.siteZone())
	for i := 0; i < maxDays; i++ {
		at = at.AddDate(0, 0, 1)
		if end, ok := s.closes(at); ok {
			if n--; n == 0 {
				return end.UTC()
			}
		}
	}
	return at.UTC()
}

// openDaysLeft counts the open days after the day of t, up to the day of until.
func (s *State) openDaysLeft(t, until time.Time) int {
	loc := s.siteZone()
	// A day that ends at midnight ends on the day before.
	last, n := until.Add(-time.Nanosecond).In(loc).Format("2006-01-02"), 0
	at := t.In(loc)
	for i := 0; i < maxDays; i++ {
		if at = at.AddDate(0, 0, 1); at.Format("2006-01-02") > last {
			break
		}
		if _, ok := s.closes(at); ok {
			n++
		}
	}
	return n
}

func sortIDs[T ~string](ids []T) { slices.Sort(ids) }

func sortOrders(list []*Order, less func(a, b *Order) bool) {
	sort.SliceStable(list, func(i, j int) bool { return less(list[i], list[j]) })
}
