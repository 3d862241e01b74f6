package floor

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func calendarOf(site Site) Calendar {
	s := NewState()
	s.Site = site
	return s.Calendar()
}

func at(t *testing.T, text string) time.Time {
	m, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return m
}

// week is open from Monday to Saturday, nine to six, with an hour's rest on Wednesday.
func week() []Open {
	var out []Open
	for day := 1; day <= 6; day++ {
		if day == 3 {
			out = append(out, Open{Day: day, From: "13:00", To: "18:00"}, Open{Day: day, From: "09:00", To: "12:00"})
			continue
		}
		out = append(out, Open{Day: day, From: "09:00", To: "18:00"})
	}
	return out
}

func TestOpenDays(t *testing.T) {
	c := calendarOf(Site{Zone: "Europe/Berlin", Hours: week(), Closed: []string{"2026-12-25", "2026-12-26"}})
	for from, want := range map[string]string{
		"2026-11-21T10:00:00+01:00": "2026-11-24T18:00:00+01:00", // a Saturday: Monday is one, Tuesday two
		"2026-11-22T10:00:00+01:00": "2026-11-24T18:00:00+01:00", // a Sunday
		"2026-11-23T23:30:00+01:00": "2026-11-25T18:00:00+01:00", // late on Monday counts as Monday
		"2026-12-23T10:00:00+01:00": "2026-12-28T18:00:00+01:00", // two holidays and a Sunday on the way
		"2026-03-27T10:00:00+01:00": "2026-03-30T18:00:00+02:00", // over the clock change
	} {
		require.Equal(t, want, c.AddOpenDays(at(t, from), 2).In(c.Zone()).Format(time.RFC3339), from)
	}
	require.Equal(t, "2026-11-23T18:00:00+01:00", c.AddOpenDays(at(t, "2026-11-22T10:00:00+01:00"), 0).In(c.Zone()).Format(time.RFC3339))
	require.True(t, c.IsOpen(at(t, "2026-11-25T11:59:00+01:00")))
	require.False(t, c.IsOpen(at(t, "2026-11-25T12:00:00+01:00")), "the rest on Wednesday")
	require.Equal(t, "2026-11-25T13:00:00+01:00", c.NextOpen(at(t, "2026-11-25T12:10:00+01:00")).In(c.Zone()).Format(time.RFC3339))
	require.Equal(t, "2026-12-28T09:00:00+01:00", c.NextOpen(at(t, "2026-12-24T18:00:00+01:00")).In(c.Zone()).Format(time.RFC3339))
	require.Equal(t, "2026-11-25T18:00:00+01:00", c.EndOfOpenDay(at(t, "2026-11-25T08:00:00+01:00")).In(c.Zone()).Format(time.RFC3339))
	require.Equal(t, 3, c.OpenDays(at(t, "2026-12-22T10:00:00+01:00"), at(t, "2026-12-29T10:00:00+01:00")))

	never := calendarOf(Site{Hours: []Open{{Day: 1, From: "09:00", To: "09:00"}}})
	require.Equal(t, noon, never.NextOpen(noon), "a site that never opens does not hang the box")
}

// TestClockChanges: the day the clock changes has 23 or 25 hours, and no moment of it is lost or counted twice.
func TestClockChanges(t *testing.T) {
	for _, x := range []struct {
		zone, start, day string
		hours            int
	}{
		{"Europe/Berlin", "", "2026-03-29", 23},
		{"Europe/Berlin", "", "2026-10-25", 25},
		{"Europe/Berlin", "23:00", "2026-03-29", 23}, // from Saturday 23:00
		{"Europe/Berlin", "23:00", "2026-10-25", 25},
		{"Europe/Berlin", "02:30", "2026-03-28", 24}, // ends at three, for half past two does not exist
		{"Europe/Berlin", "02:30", "2026-10-25", 25},
		{"Australia/Sydney", "", "2026-10-04", 23},
		{"Australia/Sydney", "", "2026-04-05", 25},
		{"Australia/Sydney", "23:00", "2026-10-04", 23},
		{"Australia/Lord_Howe", "", "2026-10-04", 23}, // half an hour, in truth 23.5
		{"America/Santiago", "", "2026-09-06", 23},    // midnight itself does not exist
		{"Asia/Kolkata", "23:00", "2026-10-25", 24},
	} {
		c := calendarOf(Site{Zone: x.zone, DayStart: x.start})
		from, to := c.DayStart(x.day), c.DayStart(nextDay(x.day, 1))
		long := to.Sub(from)
		if x.zone == "Australia/Lord_Howe" {
			require.Equal(t, 23*time.Hour+30*time.Minute, long)
			continue
		}
		if x.start == "02:30" && x.day == "2026-03-28" {
			require.Equal(t, 23*time.Hour+30*time.Minute, long)
		} else {
			require.Equal(t, time.Duration(x.hours)*time.Hour, long, "%s %s %s", x.zone, x.start, x.day)
		}
		require.Equal(t, x.day, c.Day(from))
		require.Equal(t, x.day, c.Day(to.Add(-time.Second)))
		require.Equal(t, nextDay(x.day, 1), c.Day(to))
	}
	c := calendarOf(Site{Zone: "Europe/Berlin", Hours: []Open{{Day: 0, From: "02:30", To: "24:00"}}})
	require.Equal(t, "2026-03-29T03:00:00+02:00", c.NextOpen(at(t, "2026-03-29T00:00:00+01:00")).In(c.Zone()).Format(time.RFC3339))
	require.Equal(t, "2026-10-25T02:30:00+02:00", c.NextOpen(at(t, "2026-10-25T00:00:00+02:00")).In(c.Zone()).Format(time.RFC3339))
	c = calendarOf(Site{Zone: "Europe/Berlin", Hours: []Open{{Day: 0, From: "00:00", To: "02:30"}}})
	require.Equal(t, "2026-10-25T02:30:00+01:00", c.EndOfOpenDay(at(t, "2026-10-25T00:00:00+02:00")).In(c.Zone()).Format(time.RFC3339))
}

// TestEveryMomentHasOneBusinessDay, whatever the zone and the start of the day.
func TestEveryMomentHasOneBusinessDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "America/Santiago", "America/New_York", "Asia/Kolkata", "Pacific/Apia"}).Draw(rt, "zone")
		start := rapid.SampledFrom([]string{"", "02:30", "06:00", "12:00", "23:00"}).Draw(rt, "start")
		c := calendarOf(Site{Zone: zone, DayStart: start, Hours: week()})
		m := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(rt, "at"), 0)
		day := c.Day(m)
		require.False(rt, m.Before(c.DayStart(day)), "%s in %s", m, day)
		require.True(rt, m.Before(c.DayStart(nextDay(day, 1))), "%s in %s", m, day)
		open := c.NextOpen(m)
		require.False(rt, open.Before(m))
		require.True(rt, c.IsOpen(open))
		n := rapid.IntRange(1, 20).Draw(rt, "days")
		end := c.AddOpenDays(m, n)
		require.True(rt, c.IsOpen(end.Add(-time.Minute)))
		require.Equal(rt, n-1, c.OpenDays(m, end))
	})
}

func TestShifts(t *testing.T) {
	c := calendarOf(Site{Zone: "Europe/Berlin", Shifts: []Shift{{Name: "early", From: "06:00", To: "14:00"}, {Name: "late", From: "14:00", To: "22:00"}, {Name: "night", From: "22:00", To: "06:00"}}})
	for text, want := range map[string]string{"06:00": "early", "13:59": "early", "14:00": "late", "23:00": "night", "05:59": "night"} {
		m, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-21 "+text, c.Zone())
		require.NoError(t, err)
		require.Equal(t, want, c.Shift(m), text)
	}
}
