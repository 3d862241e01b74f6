package floor

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// SetSite brings what the site is and when it works, whole. Whether it is paused is not touched.
type SetSite struct {
	Zone     string   `json:"zone"`
	Hours    []Open   `json:"hours,omitempty"`
	Closed   []string `json:"closed,omitempty"`
	DayStart string   `json:"day_start,omitempty"`
	Shifts   []Shift  `json:"shifts,omitempty"`
	Capacity int      `json:"capacity,omitempty"`
}

// SiteSet: the site works like this from here on.
type SiteSet struct{ SetSite }

// PauseSite says that the site takes no new orders; those it has, stay.
type PauseSite struct {
	Reason string `json:"reason"`
}

// SitePausedNow: new orders go elsewhere.
type SitePausedNow struct {
	Reason string `json:"reason"`
}

// ResumeSite says that the site takes orders again.
type ResumeSite struct{}

// SiteResumed: new orders come again.
type SiteResumed struct{}

// Kind names the command.
func (*SetSite) Kind() string { return "site.set" }

// Kind names the command.
func (*PauseSite) Kind() string { return "site.pause" }

// Kind names the command.
func (*ResumeSite) Kind() string { return "site.resume" }

// Type and Subject name the event.
func (*SiteSet) Type() string              { return "picket.site.set.v1" }
func (*SiteSet) Subject() string           { return "site" }
func (*SiteSet) tell(Names) string         { return "The site's hours, shifts and capacity are set." }
func (*SitePausedNow) Type() string        { return "picket.site.paused.v1" }
func (*SitePausedNow) Subject() string     { return "site" }
func (e *SitePausedNow) tell(Names) string { return "The site takes no new orders: " + e.Reason + "." }
func (*SiteResumed) Type() string          { return "picket.site.resumed.v1" }
func (*SiteResumed) Subject() string       { return "site" }
func (*SiteResumed) tell(Names) string     { return "The site takes new orders again." }

func (c *SetSite) decide(*State, Meta) ([]Event, *Refusal) {
	bad := func(field, why string) ([]Event, *Refusal) {
		return nil, badField(field, why)
	}
	if len(c.Zone) > MaxID {
		return bad("zone", "is too long")
	}
	// The name "Local" would be the box's own zone, which the centre does not know.
	if _, err := time.LoadLocation(c.Zone); c.Zone == "" || c.Zone == "Local" || err != nil {
		return bad("zone", "is "+strconv.Quote(c.Zone)+", but must be a name of the time zone database, such as Europe/Berlin")
	}
	if r := checkRange("hours", len(c.Hours), 0, 7*4); r != nil {
		return nil, r
	}
	for i, h := range c.Hours {
		at := "hours[" + strconv.Itoa(i) + "]"
		if r := checkRange(at+".day", h.Day, 0, 6); r != nil {
			return nil, r
		}
		from, ok := minutes(h.From)
		to, ok2 := minutes(h.To)
		if !ok || !ok2 || h.From == "" || h.To == "" || from >= to {
			return bad(at, "must run from an earlier to a later time of the same day, such as 09:00 to 18:00; 24:00 is midnight")
		}
		for j, k := range c.Hours[:i] {
			f, _ := minutes(k.From)
			t, _ := minutes(k.To)
			if k.Day == h.Day && from < t && f < to {
				return bad(at, "overlaps hours["+strconv.Itoa(j)+"]")
			}
		}
	}
	if r := checkRange("closed", len(c.Closed), 0, 366); r != nil {
		return nil, r
	}
	for i, day := range c.Closed {
		if !isDay(day) {
			return bad("closed["+strconv.Itoa(i)+"]", "is "+strconv.Quote(clip(day))+", but must be a date such as 2026-12-25")
		}
	}
	if start, ok := minutes(c.DayStart); !ok || start == dayMinutes {
		return bad("day_start", "is "+strconv.Quote(clip(c.DayStart))+", but must be a time of day such as 06:00")
	}
	if r := checkRange("shifts", len(c.Shifts), 0, 12); r != nil {
		return nil, r
	}
	for i, s := range c.Shifts {
		at := "shifts[" + strconv.Itoa(i) + "]"
		from, ok := minutes(s.From)
		to, ok2 := minutes(s.To)
		switch {
		case strings.TrimSpace(s.Name) == "" || len(s.Name) > MaxID:
			return bad(at+".name", "must be 1 to "+strconv.Itoa(MaxID)+" bytes long")
		case !ok || !ok2 || s.From == "" || s.To == "" || from%dayMinutes == to%dayMinutes:
			return bad(at, "must run from one time of day to another, such as 22:00 to 06:00")
		}
	}
	if r := checkRange("capacity", c.Capacity, 0, 1_000_000); r != nil {
		return nil, r
	}
	return []Event{&SiteSet{*c}}, nil
}

func isDay(text string) bool {
	_, err := time.Parse(dayForm, text)
	return err == nil
}

func (e *SiteSet) apply(s *State) {
	v := &s.Site
	v.Zone, v.DayStart, v.Capacity = e.Zone, e.DayStart, e.Capacity
	v.Hours, v.Closed, v.Shifts = slices.Clone(e.Hours), slices.Clone(e.Closed), slices.Clone(e.Shifts)
	s.zone = zoneOf(v.Zone)
}

func (c *PauseSite) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := checkNote("reason", c.Reason); r != nil {
		return nil, r
	}
	return []Event{&SitePausedNow{Reason: c.Reason}}, nil
}

func (e *SitePausedNow) apply(s *State) { s.Site.Paused, s.Site.Why = true, e.Reason }

func (*ResumeSite) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if !s.Site.Paused {
		return nil, Refuse(NothingLeft, "what", "the site, which is not paused")
	}
	return []Event{&SiteResumed{}}, nil
}

func (*SiteResumed) apply(s *State) { s.Site.Paused, s.Site.Why = false, "" }
