package floor

// ParcelAgain: a parcel that was booked in before was scanned again, and somebody says that it is here. Nothing is
// counted twice: a person looks at it.
type ParcelAgain struct {
	Order   OrderID   `json:"order,omitempty"`
	Inbound InboundID `json:"inbound,omitempty"`
	Code    string    `json:"code"`
}

// AlreadyArrived refuses to book a parcel in for the second time.
const AlreadyArrived Code = "already_arrived"

var againWords = map[Code][2]string{
	AlreadyArrived: {"Parcel {unit} was booked in before.", "Nothing to do. If this is another one, look at its number again; goods that were not counted with it are booked by item and quantity."},
}

var againCases = map[string][2]string{
	"parcel_again": {"Parcel {unit} was scanned in again, though it was booked in before. Nothing was counted twice.", "Look whether two parcels have the same number; if there are more goods than were booked, book those by item and quantity."},
}

// maxArrived is how many parcels of an order are known to have come, by either of their numbers.
const maxArrived = 2 * maxExpect

// Type and Subject name the event.
func (*ParcelAgain) Type() string { return "picket.parcel.again.v1" }
func (e *ParcelAgain) Subject() string {
	if e.Order != "" {
		return "order/" + string(e.Order)
	}
	return "inbound/" + string(e.Inbound)
}
func (*ParcelAgain) doubt() bool { return true }
func (e *ParcelAgain) tell(Names) string {
	return "Parcel " + e.Code + " was scanned in again: it was booked before, and is not counted twice."
}

func (e *ParcelAgain) apply(s *State) {
	s.raise("parcel_again", e.Subject(), "unit", e.Code)
}

// arrivedBefore says whether the parcel that is named was booked in before.
func (o *Order) arrivedBefore(c *ScanArrival) (named string, again bool) {
	for _, x := range o.Arrived {
		if x == string(c.Unit) || x == c.Tracking {
			return x, true
		}
	}
	return "", false
}

var againEvents = []func() Event{blank[ParcelAgain]}
