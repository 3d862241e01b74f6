package floor

import "time"

// Site is what the site is and when it works. It comes from the centre or from a manager.
type Site struct {
	Zone     string   `json:"zone,omitempty"`      // IANA name; empty is UTC
	Hours    []Open   `json:"hours,omitempty"`     // when it is open to customers; empty: always
	Closed   []string `json:"closed,omitempty"`    // days it stays closed, 2006-01-02
	DayStart string   `json:"day_start,omitempty"` // when the business day begins, 15:04; empty: midnight
	Shifts   []Shift  `json:"shifts,omitempty"`
	Capacity int      `json:"capacity,omitempty"` // open orders it takes; 0: any
	Paused   bool     `json:"paused,omitempty"`   // no new orders please
	Why      string   `json:"why,omitempty"`      // why it is paused
	Day      string   `json:"day,omitempty"`      // the business day that was opened and not closed
	Done     string   `json:"done,omitempty"`     // the last business day that was closed
}

// Open is a span of opening hours on a day of the week (0 is Sunday), in the site's time.
type Open struct {
	Day  int    `json:"day"`
	From string `json:"from"` // 15:04
	To   string `json:"to"`   // 15:04, or 24:00
}

// Shift is a span of work people call by a name.
type Shift struct {
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
}

// now is the time of the record that is being applied; no rule may read a clock.
func (s *State) now() time.Time { return s.rec.Time }
