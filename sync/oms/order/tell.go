package order

import (
	"fmt"
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
	switch e := e.(type) {
	case *floor.OrderTaken:
		return "The site has the order.", true
	case *floor.OrderAccepted:
		return "Accepted " + lines(len(e.Lines)) + ".", true
	case *floor.OrderDeclined:
		n := 0
		for _, l := range e.Lines {
			n += l.Qty
		}
		return fmt.Sprintf("Declined %s: %s.", unitsOf(n), plain(string(e.Reason))), true
	case *floor.PickStarted:
		return "Picking started.", true
	case *floor.PickConfirmed:
		return fmt.Sprintf("Picked %d × %s from %s.", e.Qty, name(e.SKU), e.Bin), true
	case *floor.PickUndone:
		return fmt.Sprintf("Put %d × %s back to %s.", e.Qty, name(e.SKU), e.Bin), true
	case *floor.PickShort:
		return fmt.Sprintf("Short %d × %s at %s: %s.", e.Qty, name(e.SKU), e.Bin, plain(string(e.Reason))), true
	case *floor.PickFinished:
		return "Picking finished.", true
	case *floor.UnitOpened:
		return "Parcel " + string(e.Unit) + " opened.", true
	case *floor.UnitFilled:
		return fmt.Sprintf("Packed %d × %s into parcel %s.", e.Qty, name(e.SKU), tail(e.Unit)), true
	case *floor.UnitTaken:
		return fmt.Sprintf("Took %d × %s out of parcel %s.", e.Qty, name(e.SKU), tail(e.Unit)), true
	case *floor.UnitSealed:
		if e.WeightG > 0 {
			return fmt.Sprintf("Parcel %s closed, %d g.", tail(e.Unit), e.WeightG), true
		}
		return "Parcel " + tail(e.Unit) + " closed.", true
	case *floor.UnitVoided:
		return "Parcel " + string(e.Unit) + " undone; its number is burnt.", true
	case *floor.LabelRequested:
		return capital(plain(string(e.Doc))) + " of parcel " + tail(e.Unit) + " asked for" + copyOf(e.Copy) + ".", true
	case *floor.LabelVoided:
		return "Label of parcel " + tail(e.Unit) + " void.", true
	case *floor.LabelPrinted:
		return capital(plain(string(e.Doc))) + " of parcel " + tail(e.Unit) + " printed" + copyOf(e.Copy) + ".", true
	case *floor.LabelFailed:
		return fmt.Sprintf("%s of parcel %s not printed: %s.", capital(plain(string(e.Doc))), tail(e.Unit), strings.Join(e.Reasons, ", ")), true
	case *floor.UnitLeft:
		words := "Parcel " + string(e.Unit) + " left"
		if e.Carrier != "" {
			words += " with " + e.Carrier
		}
		if e.Unproved {
			words += ", though the rules said no"
		}
		return words + ".", true
	}
	return "", false
}

// OrderOf is the order an event is about, as the site calls it; empty for events about something else.
func OrderOf(e floor.Event) floor.OrderID {
	id, ok := strings.CutPrefix(e.Subject(), "order/")
	if !ok {
		return ""
	}
	return floor.OrderID(id)
}

func lines(n int) string {
	if n == 1 {
		return "1 line"
	}
	return fmt.Sprintf("%d lines", n)
}

func unitsOf(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return fmt.Sprintf("%d units", n)
}

func copyOf(n int) string {
	if n > 1 {
		return fmt.Sprintf(", copy %d", n)
	}
	return ""
}

// tail is the end of a parcel's number, as people say it.
func tail(u floor.UnitID) string {
	if len(u) > 6 {
		return "…" + string(u[len(u)-6:])
	}
	return string(u)
}

func plain(code string) string { return strings.ReplaceAll(code, "_", " ") }

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
