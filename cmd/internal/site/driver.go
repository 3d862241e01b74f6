package site

import (
	"encoding/json"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/view"
	"picket/edge/web"
)

// driverOf opens a driver's row; one that is erased is nobody's.
func driverOf(f *journal.File, v *vault, ref string) (d web.DriverRow) {
	if !strings.HasPrefix(ref, floor.DriverRows) {
		return d
	}
	body, err := readRow(f, v, ref)
	if err != nil || json.Unmarshal(body, &d) != nil {
		return web.DriverRow{}
	}
	return d
}

// isDriver says whether a row of personal data is a driver's.
func isDriver(key []byte) bool {
	return strings.HasPrefix(rowPersonal+"/"+string(key), floor.DriverRows)
}

// driverOver says whether a driver was not here for so long that nothing personal of them is kept. A row that is
// no driver's is of an order of that name, and stays.
func (e *eraser) driverOver(key, sealed []byte, now time.Time) bool {
	var d web.DriverRow
	body, err := e.vault.Open(rowPersonal+"/"+string(key), sealed)
	if err != nil || json.Unmarshal(body, &d) != nil || d.Driver == "" {
		return false
	}
	days := 0
	e.feed.Look(func(b *view.Board) { b.Floor(func(s *floor.State) { days = s.Policy.PersonalDays }) })
	return now.Sub(d.At) >= time.Duration(days)*24*time.Hour
}
