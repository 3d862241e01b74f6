package floor

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Date is a business day, 2006-01-02, in the site's own time.
type Date string

// DaysKept is how many business days the totals of a site reach back.
const DaysKept = 400

// Day is what happened on one business day, as sums by name: units_picked, short/not_in_stock,
// refused/wrong_item … They are folded from the records as they come, stand in the snapshot, and so outlive
// the records themselves (reports are made of them).
type Day struct {
	Date Date             `json:"date"`
	N    map[string]int64 `json:"n"`
}

func (d Day) clone() Day {
	d.N = maps.Clone(d.N)
	return d
}

// add raises a sum.
func (d *Day) add(name string, n int64) {
	if d.N == nil {
		d.N = map[string]int64{}
	}
	d.N[name] += n
}

// took notes how long something took: how often, and the seconds in all.
func (d *Day) took(name string, from, to time.Time) {
	if from.IsZero() || to.Before(from) {
		return // a clock that was wrong says nothing
	}
	d.add(name+"/n", 1)
	d.add(name+"/seconds", int64(to.Sub(from)/time.Second))
	for _, w := range within {
		if to.Sub(from) <= w.time {
			d.add(name+"/"+w.name, 1)
		}
	}
}

// within are the spans it is counted by how many stayed below them.
var within = []struct {
	name string
	time time.Duration
}{{"30m", 30 * time.Minute}, {"2h", 2 * time.Hour}, {"8h", 8 * time.Hour}, {"24h", 24 * time.Hour}}

// counted is an event the totals of the day take note of, after it was applied.
type counted interface {
	count(s *State, d *Day, r *Record)
}

// countedBefore is an event that is to be noted before what it ends is forgotten.
type countedBefore interface {
	countBefore(s *State, d *Day, r *Record)
}

// foretell adds to the totals what is known only before the record is applied.
func (s *State) foretell(r *Record) {
	if e, ok := r.Event.(countedBefore); ok && !r.Time.IsZero() {
		e.countBefore(s, s.totals(r), r)
	}
	if e, ok := r.Event.(ender); ok {
		s.wasOver = s.Orders[e.ends()].over()
	}
}

// ender is an event by which an order can come to its end, for the customer: nothing more of it will be served, and
// something was. What has to be carried back to its bin then keeps nobody waiting.
type ender interface{ ends() OrderID }

func (e *UnitLeft) ends() OrderID       { return e.Order }
func (e *HandedOut) ends() OrderID      { return e.Order }
func (e *PickShort) ends() OrderID      { return e.Order }
func (e *OrderDeclined) ends() OrderID  { return e.Order }
func (e *CounterShorted) ends() OrderID { return e.Order }
func (e *RecallGranted) ends() OrderID  { return e.Order }
func (e *PickupExpired) ends() OrderID  { return e.Order }
func (e *GoodsRefused) ends() OrderID   { return e.Order }
func (e *ParcelUnpacked) ends() OrderID { return e.Order }

// over says whether nothing more of an order will be served, and something was.
func (o *Order) over() bool {
	if o == nil {
		return false
	}
	switch o.State() {
	case OrderShipped, OrderHandedOver, OrderException, OrderHandedPart:
		return true
	case OrderPutBack:
		for i := range o.Lines {
			for _, p := range o.Parts(&o.Lines[i]) {
				switch p.State {
				case ShippedPart, InTransit, Received, HandedOver, ReturnedPart:
					return true
				}
			}
		}
	}
	return false
}

// tally adds a record to the totals of its day.
func (s *State) tally(r *Record) {
	if e, ok := r.Event.(counted); ok && !r.Time.IsZero() {
		e.count(s, s.totals(r), r)
	}
	if e, ok := r.Event.(ender); ok && !s.wasOver && !r.Time.IsZero() {
		if o := s.Orders[e.ends()]; o.over() {
			s.ended(s.totals(r), o, r.Time)
		}
	}
}

// totals gives the totals of a record's day to be raised.
func (s *State) totals(r *Record) *Day {
	return s.totalsOn(s.dayOf(r.Time).date)
}

// totalsOn gives the totals of a day to be raised.
func (s *State) totalsOn(date Date) *Day {
	d := s.Days.change(s, date)
	if d == nil {
		d = s.Days.put(s, date, Day{Date: date})
		for s.Days.Len() > DaysKept {
			s.Days.drop(s.Days.IDs()[0])
		}
	}
	return d
}

// today is a business day with its bounds, kept because the next record most often falls into it too.
type today struct {
	date       Date
	from, to   time.Time
	zone       *time.Location
	name, dawn string // the site's zone and day's begin it was made for
}

// dayOf is the business day of a moment.
func (s *State) dayOf(t time.Time) *today {
	d := &s.day
	if d.zone != nil && d.name == s.Site.Zone && d.dawn == s.Site.DayStart && !t.Before(d.from) && t.Before(d.to) {
		return d
	}
	c := s.Calendar()
	*d = today{date: Date(c.Day(t)), zone: c.Zone(), name: s.Site.Zone, dawn: s.Site.DayStart}
	d.from, d.to = c.DayStart(string(d.date)), c.DayStart(nextDay(string(d.date), 1))
	return d
}

// hour names a sum of one hour of the site's day, such as hour/14/units.
func (s *State) hour(t time.Time, what int) string { return hours[t.In(s.dayOf(t).zone).Hour()][what] }

// What is summed by the hour.
const (
	hourUnits = iota
	hourLines
)

var hours = func() (names [24][2]string) {
	for h := range names {
		at := "hour/" + strconv.Itoa(h/10) + strconv.Itoa(h%10) + "/"
		names[h] = [2]string{at + "units", at + "lines"}
	}
	return names
}()

func (*OrderTaken) count(_ *State, d *Day, _ *Record) { d.add("orders_taken", 1) }

func (e *OrderDeclined) count(_ *State, d *Day, _ *Record) {
	for _, l := range e.Lines {
		d.add("declined/"+string(e.Reason), int64(l.Qty))
	}
}

func (e *PickConfirmed) count(s *State, d *Day, r *Record) {
	d.add("units_picked", int64(e.Qty))
	d.add(s.hour(r.Time, hourUnits), int64(e.Qty))
	d.add("scans", 1)
	s.linePicked(d, e.Order, e.Line, e.Qty, r.Time)
}

// linePicked counts a line when its last unit was picked.
func (s *State) linePicked(d *Day, order OrderID, line LineID, qty int, at time.Time) {
	o := s.Orders[order]
	if o == nil {
		return
	}
	if l := o.Line(line); l != nil && l.ToPick() == 0 && l.Picked-qty < l.Wanted() {
		d.add("lines_picked", 1)
		d.add(s.hour(at, hourLines), 1)
		if len(l.Shorts) > 0 {
			d.add("short_lines_picked", 1) // it counts as short as well: it is one line, not two
		}
	}
}

// A line is short once, however often people come back to say so, and once for each reason.
func (e *PickShort) count(s *State, d *Day, _ *Record) {
	d.add("short/"+string(e.Reason), int64(e.Qty))
	o := s.Orders[e.Order]
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		if l.Short() == e.Qty {
			d.add("short_lines", 1)
		}
		if slices.Contains(l.Shorts, Short{Reason: e.Reason, Qty: e.Qty}) {
			d.add("short_line/"+string(e.Reason), 1)
		}
	}
}

func (e *LabelPrinted) count(s *State, d *Day, r *Record) {
	d.add("documents_printed", 1)
	if e.Copy > 1 {
		d.add("copies_printed", 1)
	}
	if o := s.Orders[e.Order]; o != nil && o.Flow != FlowPickup && o.State() == OrderAwaiting {
		d.took("to_ready", o.Taken, r.Time)
	}
}

func (e *LabelFailed) count(_ *State, d *Day, _ *Record) {
	d.add("prints_failed", 1)
	for _, why := range e.Reasons {
		d.add("printer/"+why, 1)
	}
}

func (*UnitLeft) count(_ *State, d *Day, _ *Record) { d.add("parcels_left", 1) }

// ended counts an order that has just ended, on time or late: its last part left, or the rest of it will not be had
// and what there was of it has left already.
func (s *State) ended(d *Day, o *Order, at time.Time) {
	if st := o.State(); st != OrderShipped && st != OrderHandedOver {
		d.add("orders_with_exceptions", 1)
	}
	d.add("orders_done", 1)
	if at.After(o.Due) {
		d.add("orders_late", 1)
	} else {
		d.add("orders_on_time", 1)
	}
}

// scanKind says whether a refusal of the command is an error of a scan.
func scanKind(kind string) bool {
	return strings.HasSuffix(kind, ".scan") || kind == "unit.add" || kind == "unit.verify" || kind == "wall.sort" || kind == "single.pack"
}

func (e *CommandRefused) count(_ *State, d *Day, _ *Record) {
	d.add("refused/"+string(e.Code), 1)
	if scanKind(e.Kind) {
		d.add("scan_errors", 1)
	}
}
