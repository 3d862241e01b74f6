package floor

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// Check is one question at the end of the day, and what stands in the way of a yes.
type Check struct {
	What     string   `json:"what"`
	Words    string   `json:"words"`
	Open     int      `json:"open"`               // 0: all is well
	Subjects []string `json:"subjects,omitempty"` // some of what is open, at most maxShown
}

const maxShown = 20

func (c *Check) add(subject string) {
	if c.Open++; len(c.Subjects) < maxShown {
		c.Subjects = append(c.Subjects, subject)
	}
}

// checks are the questions, in the order people walk through them. Each flow may add its own.
var checks = gather(orderChecks, moneyChecks, floorChecks)

type question struct {
	what, words string
	look        func(s *State, c *Check, now time.Time)
}

var orderChecks = []question{
	{"orders_due", "Every order that was due today is done.", func(s *State, c *Check, now time.Time) {
		cal := s.Calendar()
		end := cal.DayStart(nextDay(cal.Day(now), 1))
		s.eachOpen(func(o *Order) {
			if o.Due.Before(end) {
				c.add("order/" + string(o.ID))
			}
		})
	}},
	{"orders_held", "No order is on hold.", func(s *State, c *Check, _ time.Time) {
		s.eachOpen(func(o *Order) {
			if o.Hold != "" {
				c.add("order/" + string(o.ID))
			}
		})
	}},
	{"put_back", "Whatever was picked in vain is back in its bin.", func(s *State, c *Check, _ time.Time) {
		s.eachOpen(func(o *Order) {
			if o.inVain() {
				c.add("order/" + string(o.ID))
			}
		})
	}},
	{"parcels_open", "No parcel is open, and every closed one has its label.", func(s *State, c *Check, _ time.Time) {
		s.eachUnit(func(o *Order, u *Unit) {
			if u.State == UnitOpen || u.State == UnitClosed && !o.Labelled(u.ID) {
				c.add("unit/" + string(u.ID))
			}
		})
	}},
	{"parcels_waiting", "Every parcel with a label is with its carrier.", func(s *State, c *Check, _ time.Time) {
		s.eachUnit(func(o *Order, u *Unit) {
			if u.State == UnitClosed && o.Labelled(u.ID) {
				c.add("unit/" + string(u.ID))
			}
		})
	}},
	{"labels_stuck", "No label is held by its printer or of unknown fate.", func(s *State, c *Check, _ time.Time) {
		s.eachOpen(func(o *Order) {
			for i := range o.Jobs {
				if j := &o.Jobs[i]; j.State == JobHeld || j.State == JobUnknown {
					c.add("job/" + string(j.ID))
				}
			}
		})
		for _, j := range s.PaperJobs() {
			if j.State == JobHeld || j.State == JobUnknown {
				c.add("job/" + string(j.ID))
			}
		}
	}},
}

var floorChecks = []question{
	{"not_told", "Every customer whose goods are on the shelf was told to come.", func(s *State, c *Check, _ time.Time) {
		s.eachOpen(func(o *Order) {
			if o.Flow == FlowPickup && o.State() == OrderStaged {
				c.add("order/" + string(o.ID))
			}
		})
	}},
	{"unclaimed", "What nobody came for in time is given up.", func(s *State, c *Check, now time.Time) {
		s.eachOpen(func(o *Order) {
			if o.Pickup != nil && s.expired(o, now) {
				c.add("order/" + string(o.ID))
			}
		})
	}},
	{"runs_open", "Every pick run is over.", func(s *State, c *Check, _ time.Time) { openRows(c, "run/", s.Runs.All(), (*Run).key) }},
	{"counts_open", "Every count is done.", func(s *State, c *Check, _ time.Time) { openRows(c, "count/", s.Counts.All(), (*Count).key) }},
	{"manifests_open", "Every manifest is closed.", func(s *State, c *Check, _ time.Time) {
		for _, m := range s.Manifests.All() {
			if m.Closed.IsZero() { // a closed one stays for its paper
				c.add("manifest/" + m.key())
			}
		}
	}},
	{"tasks_open", "No task is left.", func(s *State, c *Check, _ time.Time) { openRows(c, "task/", s.Tasks.All(), (*Task).key) }},
	{"desk", "The desk is empty.", func(s *State, c *Check, _ time.Time) { openRows(c, "case/", s.Cases.All(), (*Case).key) }},
}

func (r *Run) key() string      { return string(r.ID) }
func (c *Count) key() string    { return string(c.ID) }
func (m *Manifest) key() string { return string(m.ID) }
func (t *Task) key() string     { return string(t.ID) }
func (c *Case) key() string     { return string(c.ID) }

// openRows adds the aggregates that are not over. One that can say so itself is asked; any other is dropped
// when it is over.
func openRows[V any](c *Check, kind string, rows []*V, key func(*V) string) {
	for _, v := range rows {
		if over, ok := any(v).(interface{ Over() bool }); ok && over.Over() {
			continue
		}
		c.add(kind + key(v))
	}
}

// orderIDs lists the orders, sorted.
func (s *State) orderIDs() []OrderID { return slices.Sorted(maps.Keys(s.Orders)) }

// eachOpen looks at every order that is not over, sorted.
func (s *State) eachOpen(look func(*Order)) {
	for _, id := range s.orderIDs() {
		if o := s.Orders[id]; o.Open() {
			look(o)
		}
	}
}

func (s *State) eachUnit(look func(*Order, *Unit)) {
	s.eachOpen(func(o *Order) {
		for i := range o.Units {
			look(o, &o.Units[i])
		}
	})
}

// Checklist answers what is to be looked at before the site closes for the day.
func (s *State) Checklist(now time.Time) []Check {
	out := make([]Check, len(checks))
	for i, q := range checks {
		out[i] = Check{What: q.what, Words: q.words}
		q.look(s, &out[i], now)
	}
	return out
}

// CloseDay ends a business day.
type CloseDay struct {
	Date      string       `json:"date,omitempty"` // empty: the day it is now
	Note      string       `json:"note,omitempty"`
	Anyway    bool         `json:"anyway,omitempty"` // although something is open
	Approvals []ApprovalID `json:"approvals,omitempty"`
}

// DayClosed: the business day is over.
type DayClosed struct {
	Date  string     `json:"date"`
	Shift string     `json:"shift,omitempty"`
	Note  string     `json:"note,omitempty"`
	Left  []LeftOpen `json:"left,omitempty"` // what was open, and was left so
	Overridden
}

// LeftOpen is a question of the checklist, and how much stood in its way.
type LeftOpen struct {
	What string `json:"what"`
	Open int    `json:"open"`
}

// OpenDay begins a business day, or opens one again that was closed too early.
type OpenDay struct {
	Date string `json:"date,omitempty"` // empty: the day it is now
}

// DayOpened: the business day runs.
type DayOpened struct {
	Date  string `json:"date"`
	Shift string `json:"shift,omitempty"`
}

// Kind names the command.
func (*CloseDay) Kind() string { return "day.close" }

// Kind names the command.
func (*OpenDay) Kind() string { return "day.open" }

// Type and Subject name the event.
func (*DayClosed) Type() string        { return "picket.day.closed.v1" }
func (*DayClosed) Subject() string     { return "site" }
func (*DayOpened) Type() string        { return "picket.day.opened.v1" }
func (*DayOpened) Subject() string     { return "site" }
func (e *DayOpened) tell(Names) string { return "The day " + e.Date + " began." }
func (e *DayClosed) tell(Names) string {
	words := "The day " + e.Date + " is closed"
	for i, l := range e.Left {
		if i == 0 {
			words += "; left open:"
		} else {
			words += ","
		}
		words += " " + strconv.Itoa(l.Open) + " of " + plain(l.What)
	}
	if len(e.By) > 0 {
		words += "; on the word of " + people(e.By)
	}
	return words + "."
}

// theDay is the day a command is about: a date that is not in the future.
func theDay(s *State, date string, m Meta) (string, *Refusal) {
	today := s.Calendar().Day(m.Now)
	switch {
	case date == "":
		return today, nil
	case !isDay(date):
		return "", badField("date", "is "+strconv.Quote(clip(date))+", but must be a date such as 2026-11-21")
	case date > today:
		return "", badField("date", "is "+date+", which has not begun")
	case date < nextDay(today, -31):
		return "", badField("date", "is "+date+", which is more than a month ago")
	}
	return date, nil
}

func (c *CloseDay) decide(s *State, m Meta) ([]Event, *Refusal) {
	date, r := theDay(s, c.Date, m)
	if r != nil {
		return nil, r
	}
	if r := checkText("note", c.Note, MaxText); r != nil {
		return nil, r
	}
	if date <= s.Site.Done {
		return nil, Refuse(DayOver, "date", date)
	}
	e := &DayClosed{Date: date, Shift: s.Calendar().Shift(m.Now), Note: c.Note}
	n := 0
	for _, k := range s.Checklist(m.Now) {
		if k.Open > 0 {
			n += k.Open
			e.Left = append(e.Left, LeftOpen{What: k.What, Open: k.Open})
		}
	}
	if n > 0 {
		if !c.Anyway && len(c.Approvals) == 0 {
			return nil, Refuse(ChecklistOpen, "n", strconv.Itoa(n), "date", date)
		}
		if r := checkNote("note", c.Note); r != nil {
			return nil, r
		}
		if e.By, r = s.override(m, "site", c.Approvals); r != nil {
			return nil, r
		}
	}
	return []Event{e}, nil
}

func (e *DayClosed) apply(s *State) {
	s.Site.Done = max(s.Site.Done, e.Date)
	if s.Site.Day <= e.Date {
		s.Site.Day = ""
	}
}

func (c *OpenDay) decide(s *State, m Meta) ([]Event, *Refusal) {
	date, r := theDay(s, c.Date, m)
	if r != nil {
		return nil, r
	}
	if s.Site.Day == date {
		return nil, Refuse(NothingLeft, "what", "the day "+date+", which runs already")
	}
	return []Event{&DayOpened{Date: date, Shift: s.Calendar().Shift(m.Now)}}, nil
}

func (e *DayOpened) apply(s *State) {
	s.Site.Day = e.Date
	if s.Site.Done >= e.Date {
		s.Site.Done = nextDay(e.Date, -1)
	}
}
