package floor

import "time"

// gone notes when goods of the order went to the customer: the last of them counts, whatever was heard first.
func (o *Order) gone(at time.Time) {
	if at.After(o.Gone) {
		o.Gone = at
	}
}

// returnUntil is until when goods may be brought back: as the centre said, or so many days from when they left
// or were handed over; where nobody knows that, from the day on the receipt; and where there is none, from when
// the order was due. Zero is at any time.
func (s *State) returnUntil(r *Return) time.Time {
	days := s.Policy.ReturnDays
	if !r.Until.IsZero() || days == 0 {
		return r.Until
	}
	o := s.Orders[r.Order]
	switch {
	case o != nil && !o.Gone.IsZero():
		return o.Gone.AddDate(0, 0, days)
	case r.Bought != "":
		d, err := time.ParseInLocation(time.DateOnly, r.Bought, s.Calendar().Zone())
		if err != nil {
			return time.Time{}
		}
		return d.AddDate(0, 0, days+1).Add(-time.Minute).UTC() // the whole of the last day
	case o != nil:
		return o.Due.AddDate(0, 0, days)
	}
	return time.Time{}
}
