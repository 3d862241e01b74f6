package order

import (
	"strings"
	"time"

	"picket/edge/floor"
)

// Happened is one entry of an order's time line.
type Happened struct {
	At      time.Time       `json:"at"`
	What    string          `json:"what" doc:"For programs: captured, routed, waiting, rejected, or the type of the site's record."`
	Words   string          `json:"words" doc:"For people."`
	Site    floor.SiteID    `json:"site,omitempty"`
	Who     floor.UserID    `json:"who,omitempty"`
	Station floor.StationID `json:"station,omitempty"`
	Record  floor.RecordID  `json:"record,omitempty" doc:"The site's record that says so."`
	Late    bool            `json:"late,omitempty" doc:"The time is the device's own, which recorded it before it was saved."`
}

// Tell puts an event into words for the time line, and says whether it belongs on one. name is what people
// call an item.
func Tell(e floor.Event, name func(floor.SKU) string) (string, bool) {
	if !strings.HasPrefix(e.Subject(), "order/") || floor.IsLocal(e.Type()) {
		return "", false
	}
	return floor.Tell(e, name), true
}

// OrderOf is the order an event is about, as the site calls it; empty for events about something else.
func OrderOf(e floor.Event) floor.OrderID {
	id, ok := strings.CutPrefix(e.Subject(), "order/")
	if !ok {
		return ""
	}
	return floor.OrderID(id)
}
