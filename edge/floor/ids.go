package floor

import (
	"fmt"
	"unicode/utf8"
)

// Ids are distinct types so that one cannot be handed in for another. All of them are 1 to MaxID bytes of
// letters, digits and ._:/- : safe in a topic, a URL, a log line and on a label.
type (
	SiteID       string // the site, as in topics and certificates
	AssignmentID string // the centre's assignment of an order (or a part of it) to this site
	OrderID      string // fulfilment order
	LineID       string // line of an order, unique within it
	SKU          string // stock keeping unit
	BinID        string // storage location, such as A-07-3-2
	PlaceID      string // any place stock stands in: see Place
	UnitID       string // handling unit: its SSCC, 18 digits
	JobID        string // print job
	PrinterID    string
	UserID       string
	StationID    string // bench or counter
	DeviceID     string // a handheld's installation
	CommandID    string // names one command for ever, everywhere
	RecordID     string // {command id}/{index}
	LogID        string // names one life of a site's log
)

// Seq is the position of a record in the site's log, contiguous from 1.
type Seq uint64

// MaxID is the longest id accepted, in bytes.
const MaxID = 80

// CheckID says what is wrong with an id that came from outside; field names it in the error.
func CheckID(field, id string) error {
	if id == "" {
		return fmt.Errorf("%s: is missing", field)
	}
	if len(id) > MaxID {
		return fmt.Errorf("%s: is %d bytes long, at most %d are allowed", field, len(id), MaxID)
	}
	for i := 0; i < len(id); i++ {
		if !idByte(id[i]) {
			r, _ := utf8.DecodeRuneInString(id[i:])
			return fmt.Errorf("%s: %q has %q at position %d; letters, digits and ._:/- are allowed", field, id, r, i)
		}
	}
	return nil
}

func idByte(c byte) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		return true
	}
	return c == '.' || c == '_' || c == ':' || c == '/' || c == '-'
}
