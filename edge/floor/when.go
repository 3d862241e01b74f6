package floor

import "time"

// When a command was given is what its caller's clock says, and clocks go wrong. A handheld that was out of reach for days
// is late and right; one that says next week, or a year ago, is wrong. What it did happened all the same: a numbered
// command is taken with the site's own time, and keeps in its record what the clock said. A caller without a
// counter has a program behind it that can say it right, or say nothing: it is refused by the field.
const (
	aheadMost = 10 * time.Minute    // from there on the site promises nothing by the clocks either
	lateMost  = 30 * 24 * time.Hour // as long as the journal is kept at the least
)

// believed says whether a command may have been given then, when it came now.
func believed(at, now time.Time) bool {
	return !at.After(now.Add(aheadMost)) && !at.Before(now.Add(-lateMost))
}

// counted says whether a device counts the command: its number is used up, whatever its clock says.
func (m *Meta) counted() bool { return m.Device != "" || m.Down != nil || m.Told != nil }

// checkAt refuses a time no caller without a counter can mean.
func (m *Meta) checkAt() *Refusal {
	switch {
	case m.At.IsZero() || m.counted() || believed(m.At, m.Now):
		return nil
	case m.At.After(m.Now):
		return badField("at", "is "+m.At.UTC().Format(time.RFC3339)+", and here it is only "+m.Now.UTC().Format(time.RFC3339)+"; leave it out, or set the clock")
	}
	return badField("at", "is "+m.At.UTC().Format(time.RFC3339)+", more than 30 days ago; leave it out, and say in the note when it was")
}

// happened is when the command was given, as far as is known.
func (m *Meta) happened() time.Time {
	if !m.At.IsZero() && m.At.Before(m.Now) && believed(m.At, m.Now) {
		return m.At
	}
	return m.Now
}

// Happened is when what the record says took place, which may be long before anybody heard of it: by the caller's clock
// where that can be, or else by the site's.
func (r *Record) Happened() time.Time {
	if r.At.IsZero() || r.At.After(r.Time) || !believed(r.At, r.Time) {
		return r.Time
	}
	return r.At
}

// ClockSays is what the clock of a device said that cannot be; the zero time where it may be right.
func (r *Record) ClockSays() time.Time {
	if r.Device == "" || r.At.IsZero() || believed(r.At, r.Time) {
		return time.Time{}
	}
	return r.At
}

// happened is when what the record that is being applied says took place.
func (s *State) happened() time.Time { return s.rec.Happened() }
