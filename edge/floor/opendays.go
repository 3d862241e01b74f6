package floor

import (
	"slices"
	"sort"
	"time"
)

// afterOpenDays is the close of the n-th open day after the day of t: two days from a Saturday, with Sunday
// closed, is Tuesday evening.
func (s *State) afterOpenDays(t time.Time, n int) time.Time {
	return s.Calendar().AddOpenDays(t, n).UTC()
}

// openDaysLeft counts the open days after the day of t, up to the day of until. A day that ends at midnight
// ends on the day before.
func (s *State) openDaysLeft(t, until time.Time) int {
	c := s.Calendar()
	last := until.Add(-time.Nanosecond)
	n := c.OpenDays(t, last)
	if day := last.In(c.zone).Format(dayForm); day > t.In(c.zone).Format(dayForm) && c.IsOpenDay(day) {
		n++
	}
	return n
}

func sortIDs[T ~string](ids []T) { slices.Sort(ids) }

func sortOrders(list []*Order, less func(a, b *Order) bool) {
	sort.SliceStable(list, func(i, j int) bool { return less(list[i], list[j]) })
}
