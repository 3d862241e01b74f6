package floor

import (
	"slices"
	"sort"
	"time"
)

// How long an order is kept. The clock counts days the site is open to customers, begins when the goods can be
// collected and the notice is out, whichever is later, and stands still while the site is cut off; after that
// the customer has at least one open day. Goods whose handling class allows only so many hours (hold_hours) do
// not wait longer, and their clock does not stand still. A person may set another time.

// Uplink is whether the line to the centre is up.
type Uplink struct {
	Down time.Time `json:"down,omitzero"` // since when the site is cut off; zero: it is not
	Back time.Time `json:"back,omitzero"` // when the line last came back
}

func (u Uplink) up() bool { return u.Down.IsZero() }

// ExtendPickup keeps an order until another time.
type ExtendPickup struct {
	Order OrderID   `json:"order"`
	Until time.Time `json:"until"`
	Why   string    `json:"why"`
}

// PickupByMoved: the order is kept until another time.
type PickupByMoved struct {
	Order OrderID   `json:"order"`
	By    time.Time `json:"by"`
	Why   string    `json:"why"`
	Fixed bool      `json:"fixed,omitempty"` // a person said so
}

// LineDown says that the site is cut off from the centre.
type LineDown struct{}

// LineUp says that the line to the centre is back.
type LineUp struct{}

// SiteCutOff: the centre cannot be reached. Clocks that need it stand still.
type SiteCutOff struct{}

// SiteBack: the centre can be reached again.
type SiteBack struct {
	Down time.Time `json:"down"` // since when it was not
}

// Kind names the command.
func (*ExtendPickup) Kind() string { return "collect.extend" }

// Kind names the command.
func (*LineDown) Kind() string { return "line.down" }

// Kind names the command.
func (*LineUp) Kind() string { return "line.up" }

// Type and Subject name the event.
func (*PickupByMoved) Type() string      { return "picket.pickup.by.v1" }
func (e *PickupByMoved) Subject() string { return "order/" + string(e.Order) }
func (e *PickupByMoved) tell(Names) string {
	return "Kept until " + day(e.By) + ": " + e.Why + "."
}

// Type and Subject name the event.
func (*SiteCutOff) Type() string      { return "picket.line.down.v1" }
func (*SiteCutOff) Subject() string   { return "site" }
func (*SiteCutOff) tell(Names) string { return "The line to the centre is down." }

// Type and Subject name the event.
func (*SiteBack) Type() string      { return "picket.line.up.v1" }
func (*SiteBack) Subject() string   { return "site" }
func (*SiteBack) tell(Names) string { return "The line to the centre is back." }

// pickupBy is until when an order is kept whose clock starts at a moment.
func (s *State) pickupBy(o *Order, from time.Time) time.Time {
	days := o.HoldDays
	if days == 0 {
		days = s.Policy.HoldDays
	}
	by := s.Calendar().AddOpenDays(from, max(1, days)).UTC()
	if most := s.shelfTime(o); most > 0 && from.Add(most).Before(by) {
		by = from.Add(most).UTC()
	}
	return by
}

// openDaysLeft counts the open days after the date of a moment, up to the date a time ends on.
func (c Calendar) openDaysLeft(now, until time.Time) int {
	until = until.Add(-time.Nanosecond).In(c.zone) // a day that ends at midnight ends on the day before
	last := until.Format(dayForm)
	n := c.OpenDays(now, until)
	if last > now.In(c.zone).Format(dayForm) && c.IsOpenDay(last) {
		n++
	}
	return n
}

func sortIDs[T ~string](ids []T) { slices.Sort(ids) }

func sortOrders(list []*Order, less func(a, b *Order) bool) {
	sort.SliceStable(list, func(i, j int) bool { return less(list[i], list[j]) })
}

// unclaimed lists the orders a customer may collect, sorted.
func (s *State) unclaimed() []*Order {
	var ids []OrderID
	for id, o := range s.Orders {
		if o.Pickup != nil && o.Flow == FlowPickup && o.toldOf() > 0 {
			ids = append(ids, id)
		}
	}
	sortIDs(ids)
	out := make([]*Order, len(ids))
	for i, id := range ids {
		out[i] = s.Orders[id]
	}
	return out
}

// Unclaimed lists the orders that wait for their customer, by the time they are kept until, the longest
// waiting first; those whose clock stands come last.
func (s *State) Unclaimed() []OrderID {
	list := s.unclaimed()
	sortOrders(list, func(a, b *Order) bool {
		x, y := a.Pickup.By, b.Pickup.By
		return !x.IsZero() && (y.IsZero() || x.Before(y))
	})
	out := make([]OrderID, len(list))
	for i, o := range list {
		out[i] = o.ID
	}
	return out
}

// Expirable lists the orders that are given up at a moment: their time is over, the clock is not standing
// still, and nobody is at the counter for them.
func (s *State) Expirable(now time.Time) []OrderID {
	var out []OrderID
	for _, o := range s.unclaimed() {
		if s.expired(o, now) && !o.waiting(now) {
			out = append(out, o.ID)
		}
	}
	return out
}

func (s *State) expired(o *Order, now time.Time) bool {
	by := o.counter().By
	return s.runs(o) && !by.IsZero() && now.After(by)
}

// runs says whether an order's clock runs. It stands while the site is cut off, unless the goods cannot wait.
func (s *State) runs(o *Order) bool { return s.Uplink.up() || s.shelfTime(o) > 0 }

// waiting: somebody came for it, or may take it at this moment.
func (o *Order) waiting(now time.Time) bool {
	p := o.counter()
	return p.Here != nil || p.Custody != "" || p.Auth != nil && now.Before(p.Auth.Until)
}

// Reminders lists the orders whose customer is to be reminded at a moment.
func (s *State) Reminders(now time.Time) []OrderID {
	var out []OrderID
	for _, o := range s.unclaimed() {
		if s.reminderDue(o, now) {
			out = append(out, o.ID)
		}
	}
	return out
}

func (s *State) reminderDue(o *Order, now time.Time) bool {
	p := o.counter()
	if s.Policy.RemindDays == 0 || !s.Uplink.up() || p.By.IsZero() || !p.Reminded.IsZero() || now.After(p.By) || o.waiting(now) {
		return false
	}
	return s.Calendar().openDaysLeft(now, p.By) <= s.Policy.RemindDays
}

func (c *ExtendPickup) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkNote("why", c.Why); r != nil {
		return nil, r
	}
	if !c.Until.After(m.Now) || c.Until.After(m.Now.AddDate(1, 0, 0)) {
		return nil, badField("until", "must be in the future, and within a year")
	}
	if o.toldOf() == 0 {
		return nil, Refuse(NotReady, "order", string(o.ID))
	}
	return []Event{&PickupByMoved{Order: o.ID, By: c.Until.UTC(), Why: c.Why, Fixed: true}}, nil
}

func (e *PickupByMoved) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		p := o.pickup()
		p.By, p.Fixed, p.Reminded = e.By, p.Fixed || e.Fixed, time.Time{}
	}
}

func (*LineDown) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if !s.Uplink.up() {
		return nil, Refuse(LineDownAlready)
	}
	return []Event{&SiteCutOff{}}, nil
}

func (*SiteCutOff) apply(s *State) { s.Uplink.Down = s.now() }

// decide moves the clock of every order on the shelf by the open days the site was cut off.
func (*LineUp) decide(s *State, m Meta) ([]Event, *Refusal) {
	if s.Uplink.up() {
		return nil, Refuse(LineUpAlready)
	}
	down := s.Uplink.Down
	out := []Event{&SiteBack{Down: down}}
	for _, o := range s.unclaimed() {
		p := o.counter()
		var by time.Time
		switch {
		case p.By.IsZero():
			by = s.pickupBy(o, m.Now)
		case s.shelfTime(o) > 0: // goods that cannot wait did not
		case p.By.After(down):
			by = s.Calendar().AddOpenDays(m.Now, max(1, s.Calendar().openDaysLeft(down, p.By))).UTC()
		}
		if by.After(p.By) {
			out = append(out, &PickupByMoved{Order: o.ID, By: by, Why: "the site was cut off"})
		}
	}
	return out, nil
}

func (e *SiteBack) apply(s *State) { s.Uplink = Uplink{Back: s.now()} }
