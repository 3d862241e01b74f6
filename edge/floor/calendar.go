package floor

import (
	"slices"
	"time"
)

// Calendar answers questions about the site's days: which business day a moment belongs to, when the site is
// open, how many open days lie ahead. A day is written 2006-01-02, a time of day is minutes since midnight.
//
// Where the clock goes forward, a time of day that does not exist is the first moment after the gap; where it
// goes back, opening is the first of the two moments and closing is the second.
type Calendar struct {
	site *Site
	zone *time.Location
}

const (
	dayForm    = "2006-01-02"
	dayMinutes = 24 * 60
	farthest   = 800 // days a search looks ahead: a site that stays closed longer has no open days
)

// Calendar is the site's calendar, as its setting stands now.
func (s *State) Calendar() Calendar {
	zone := s.zone
	if zone == nil {
		zone = zoneOf(s.Site.Zone)
	}
	return Calendar{site: &s.Site, zone: zone}
}

// zoneOf is the zone of that name; UTC when this box does not know it, which site.set does not let in.
func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}

// Zone is the site's time zone.
func (c Calendar) Zone() *time.Location { return c.zone }

// Day is the business day a moment belongs to. A day that begins at noon or later is named after the date most
// of it lies on: with a start at 23:00, Monday begins on Sunday evening.
func (c Calendar) Day(at time.Time) string {
	date := at.In(c.zone).Format(dayForm)
	for _, day := range []string{nextDay(date, -1), date, nextDay(date, 1)} {
		if !at.Before(c.DayStart(day)) && at.Before(c.DayStart(nextDay(day, 1))) {
			return day
		}
	}
	return date
}

// DayStart is the first moment of a business day; it ends where the next begins.
func (c Calendar) DayStart(day string) time.Time {
	start, _ := minutes(c.site.DayStart)
	if start >= dayMinutes/2 {
		day = nextDay(day, -1)
	}
	return c.moment(day, start, false)
}

// IsOpen says whether the site is open to customers at a moment.
func (c Calendar) IsOpen(at time.Time) bool {
	local := at.In(c.zone)
	now := local.Hour()*60 + local.Minute()
	for _, span := range c.spans(local.Format(dayForm)) {
		if now >= span[0] && now < span[1] {
			return true
		}
	}
	return false
}

// IsOpenDay says whether the site opens at all on a date.
func (c Calendar) IsOpenDay(date string) bool { return len(c.spans(date)) > 0 }

// NextOpen is the moment itself when the site is open, or else when it opens next; the moment itself, too, for
// a site that never opens again.
func (c Calendar) NextOpen(at time.Time) time.Time {
	if c.IsOpen(at) {
		return at
	}
	date := at.In(c.zone).Format(dayForm)
	for range farthest {
		for _, span := range c.spans(date) {
			if opens := c.moment(date, span[0], false); opens.After(at) {
				return opens
			}
		}
		date = nextDay(date, 1)
	}
	return at
}

// EndOfOpenDay is when the site closes on the date of a moment; on a date it stays closed, the end of the date.
func (c Calendar) EndOfOpenDay(at time.Time) time.Time {
	return c.closes(at.In(c.zone).Format(dayForm))
}

// AddOpenDays is when the site closes on the n-th open day after the date of a moment, which itself does not
// count: two days from a Saturday, closed on Sunday, end on Tuesday. With n 0 it is the moment's own date, or
// the next on which the site opens.
func (c Calendar) AddOpenDays(from time.Time, n int) time.Time {
	date := from.In(c.zone).Format(dayForm)
	if n > 0 {
		date = nextDay(date, 1)
	}
	for range farthest {
		if c.IsOpenDay(date) {
			if n--; n <= 0 {
				return c.closes(date)
			}
		}
		date = nextDay(date, 1)
	}
	return c.closes(date)
}

// OpenDays is how many open days lie between two moments, both dates left out.
func (c Calendar) OpenDays(from, to time.Time) int {
	n, date, end := 0, from.In(c.zone).Format(dayForm), to.In(c.zone).Format(dayForm)
	for range farthest {
		if date = nextDay(date, 1); date >= end {
			break
		}
		if c.IsOpenDay(date) {
			n++
		}
	}
	return n
}

// Shift is the shift a moment lies in, empty when it lies in none. A shift may run past midnight.
func (c Calendar) Shift(at time.Time) string {
	local := at.In(c.zone)
	now := local.Hour()*60 + local.Minute()
	for _, s := range c.site.Shifts {
		from, _ := minutes(s.From)
		to, _ := minutes(s.To)
		if from < to && now >= from && now < to || from >= to && (now >= from || now < to) {
			return s.Name
		}
	}
	return ""
}

// spans are the opening hours of a date, earliest first, in minutes; none on a closed day. A site without
// hours is always open, but for its closed days.
func (c Calendar) spans(date string) [][2]int {
	if slices.Contains(c.site.Closed, date) {
		return nil
	}
	if len(c.site.Hours) == 0 {
		return [][2]int{{0, dayMinutes}}
	}
	day, err := time.Parse(dayForm, date)
	if err != nil {
		return nil
	}
	var out [][2]int
	for _, h := range c.site.Hours {
		if h.Day != int(day.Weekday()) {
			continue
		}
		from, _ := minutes(h.From)
		to, _ := minutes(h.To)
		if from < to {
			out = append(out, [2]int{from, to})
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return a[0] - b[0] })
	return out
}

func (c Calendar) closes(date string) time.Time {
	last := dayMinutes
	if spans := c.spans(date); len(spans) > 0 {
		last = 0
		for _, span := range spans {
			last = max(last, span[1])
		}
	}
	return c.moment(date, last, true)
}

// moment is a time of day on a date; last says which of two is meant where the clock goes back.
func (c Calendar) moment(date string, minute int, last bool) time.Time {
	d, err := time.Parse(dayForm, date)
	if err != nil {
		return time.Time{}
	}
	want := d.Add(time.Duration(minute) * time.Minute)
	t := time.Date(d.Year(), d.Month(), d.Day(), 0, minute, 0, 0, c.zone)
	from, until := t.ZoneBounds()
	switch diff := wall(t).Sub(want); {
	case diff > 0: // in a gap, read with the offset before it
		return from
	case diff < 0: // in a gap, read with the offset after it
		return until
	}
	if twin, ok := other(t, from.Add(-time.Second), want); ok && !from.IsZero() {
		if last {
			return t
		}
		return twin
	}
	if twin, ok := other(t, until, want); ok && !until.IsZero() && last {
		return twin
	}
	return t
}

// other is the moment that shows the same wall clock as t with the offset in force at near, if there is one.
func other(t, near, want time.Time) (time.Time, bool) {
	_, here := t.Zone()
	_, there := near.In(t.Location()).Zone()
	twin := t.Add(time.Duration(here-there) * time.Second)
	return twin, here != there && wall(twin).Equal(want)
}

// wall is what the clock on the wall shows, as if it were UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// nextDay is the date n days on.
func nextDay(date string, n int) string {
	d, err := time.Parse(dayForm, date)
	if err != nil {
		return date
	}
	return d.AddDate(0, 0, n).Format(dayForm)
}

// minutes reads a time of day, 00:00 to 24:00; false when it is none. Empty is midnight.
func minutes(text string) (int, bool) {
	if text == "" {
		return 0, true
	}
	if text == "24:00" {
		return dayMinutes, true
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != 5 {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}
