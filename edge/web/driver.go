package web

import (
	"encoding/hex"
	"encoding/json"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
)

// DriverRow is what is personal of a driver, and when they were here last.
type DriverRow struct {
	Driver string    `json:"driver"`
	Plate  string    `json:"plate,omitempty"`
	At     time.Time `json:"at"`
}

// hideDriver puts the name of a driver, and the plate, into a sealed row before the command becomes one: its record and
// its digest know no more than a reference, which is the same for the same driver. What cannot be right stays where it
// is, and the floor refuses it by name.
func (s *Server) hideDriver(op *node.Op) (rows []node.Row, came []byte) {
	if s.proofs == nil || op.Type != (*floor.CloseManifest)(nil).Kind() && op.Type != (*floor.PayDoor)(nil).Kind() {
		return nil, nil
	}
	var said map[string]json.RawMessage
	if json.Unmarshal(op.Data, &said) != nil || said == nil {
		return nil, nil
	}
	var row DriverRow
	for name, into := range map[string]*string{"driver": &row.Driver, "plate": &row.Plate} {
		if raw, ok := said[name]; ok && json.Unmarshal(raw, into) != nil || len(*into) > floor.MaxText || floor.CheckWords(name, *into, false) != nil {
			return nil, nil
		}
	}
	if _, own := said["driver_ref"]; own || row.Driver == "" {
		return nil, nil
	}
	mark, err := json.Marshal(row)
	if err != nil {
		return nil, nil
	}
	ref := floor.DriverRows + hex.EncodeToString(s.proofs.Mark(floor.DriverRows, mark)[:16])
	row.At = s.clock().UTC().Truncate(time.Second)
	body, err := json.Marshal(row)
	if err != nil {
		return nil, nil
	}
	sealed, ok := s.proofs.Seal(ref, body)
	if !ok {
		return nil, nil
	}
	delete(said, "plate")
	said["driver"], said["driver_ref"] = json.RawMessage(`""`), json.RawMessage(`"`+ref+`"`)
	data, err := json.Marshal(said)
	if err != nil {
		return nil, nil
	}
	came, op.Data = op.Data, data
	return []node.Row{sealed}, came
}

// ownRef says whether a caller names a row that is the box's to name.
func ownRef(c floor.Command) bool {
	switch c := c.(type) {
	case *floor.CloseManifest:
		return c.DriverRef != ""
	case *floor.PayDoor:
		return c.DriverRef != ""
	}
	return false
}
